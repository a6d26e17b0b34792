//! Laws that hold for every model and every customer, tried on random ones.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use casewise_core::syntax;
use casewise_tests::generate;

#[test]
fn parses() {
    for seed in 0..300 {
        let text = generate::model(seed).text();
        let (_, diagnostics) = syntax::parse(0, &text);
        if let Some(d) = diagnostics.first() {
            eprintln!("{text}\n{seed} {d:?} {:?}", &text.get(d.span.start as usize..));
            panic!("parse error");
        }
    }
}
