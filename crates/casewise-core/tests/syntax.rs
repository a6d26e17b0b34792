//! Syntax: golden trees, texts and errors.
#![allow(missing_docs)]
use casewise_core::diagnostic::render_all;
use casewise_core::source::Sources;

#[test]
fn samples_parse() {
    for f in ["whole_model", "every_construct", "chinese"] {
        let text = std::fs::read_to_string(format!("{}/tests/syntax/samples/{f}.cw", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let mut sources = Sources::default();
        let n = sources.add(&format!("{f}.cw"), &text);
        let (ast, diagnostics) = casewise_core::syntax::parse(n, &text);
        println!("{}", render_all(&diagnostics, &sources, false));
        println!("{}", ast.declarations.len());
        assert!(diagnostics.is_empty());
    }
}
