//! What holds for casewise as a whole: the reference interpreter, random models and customers, and the
//! literate corpus. Only tests use this crate.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test helper: a wrong input is a failing test")]

pub mod reference;
