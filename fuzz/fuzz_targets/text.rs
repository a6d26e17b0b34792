#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| casewise_tests::fuzzing::text(bytes));
