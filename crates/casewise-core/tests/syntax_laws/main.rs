//! Laws of the syntax room, on random trees and damaged texts.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets one has failed"
)]

mod generate;

use casewise_core::diagnostic::render_all;
use casewise_core::source::Sources;
use casewise_core::syntax::{ast, format, format_text, parse};
use generate::Generator;
use proptest::prelude::*;

fn without_spans(file: &ast::File) -> String {
    let spans = regex::Regex::new(r"\d+:\d+\.\.\d+").unwrap();
    let debug = format!("{:?}", file.declarations).replace("centers_span: None", "");
    let centers = regex::Regex::new(r"centers_span: Some\([^)]*\)").unwrap();
    spans.replace_all(&centers.replace_all(&debug, ""), "").into_owned()
}

/// Parses a text that has no errors.
#[track_caller]
fn valid(text: &str) -> ast::File {
    let (file, diagnostics) = parse(0, text);
    if !diagnostics.is_empty() {
        let mut sources = Sources::default();
        sources.add("generated", text);
        panic!("{}\n{text}", render_all(&diagnostics, &sources, false));
    }
    file
}

fn samples() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax");
    let mut all: Vec<_> =
        std::fs::read_dir(folder.join("samples")).unwrap().map(|f| f.unwrap().path()).collect();
    all.sort();
    all.push(folder.join("errors.cw"));
    all.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn a_formatted_tree_is_read_back_as_itself(seed: u64) {
        let tree = Generator::new(seed).file();
        let text = format(&tree, "");
        let read = valid(&text);
        prop_assert_eq!(without_spans(&tree), without_spans(&read), "\n{}", text);
    }

    #[test]
    fn formatting_what_was_formatted_changes_nothing(seed: u64) {
        let once = format(&Generator::new(seed).file(), "");
        let twice = format_text(&once).unwrap();
        prop_assert_eq!(&once, &twice);
    }

    #[test]
    fn no_comment_is_lost_and_the_tree_stays(seed: u64) {
        let mut generator = Generator::new(seed);
        let plain = format(&generator.file(), "");
        let (text, count) = generator.commented(&plain);
        let before = valid(&text);
        prop_assert_eq!(before.comments.len(), count);
        let formatted = format(&before, &text);
        let after = valid(&formatted);
        prop_assert_eq!(without_spans(&before), without_spans(&after), "\n{}\n{}", text, formatted);
        let comments = |file: &ast::File| file.comments.iter().map(|c| c.text.clone()).collect::<Vec<_>>();
        prop_assert_eq!(comments(&before), comments(&after), "\n{}\n{}", text, formatted);
        let again = format(&after, &formatted);
        prop_assert_eq!(&formatted, &again, "\n{}", text);
    }

    #[test]
    fn damaged_texts_are_read_and_their_errors_rendered(seed: u64) {
        let mut generator = Generator::new(seed);
        let samples = samples();
        // One sample a case: there are many cases.
        for sample in samples.iter().skip((seed % samples.len() as u64) as usize).take(1) {
            let text = generator.damaged(sample);
            let (file, diagnostics) = parse(0, &text);
            let mut sources = Sources::default();
            sources.add("damaged", &text);
            let rendered = render_all(&diagnostics, &sources, false);
            prop_assert_eq!(rendered.is_empty(), diagnostics.is_empty());
            for d in &diagnostics {
                prop_assert!(d.span.start <= d.span.end && d.span.end as usize <= text.len());
                prop_assert!(text.is_char_boundary(d.span.start as usize) && text.is_char_boundary(d.span.end as usize));
            }
            if diagnostics.is_empty() {
                let formatted = format(&file, &text);
                prop_assert_eq!(without_spans(&file), without_spans(&valid(&formatted)), "\n{}\n{}", text, formatted);
            }
        }
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        let _ = parse(0, &text);
    }
}

/// A damaged declaration leaves those before and behind it as they are.
#[test]
fn a_broken_declaration_swallows_nothing() {
    let breakers =
        ["(", "[", "{", "\"", "`", "case {", "let x = (", "segment = [", "for", "}", "and", "/*", "'", "“"];
    for breaker in breakers {
        let text = format!("let before = 1\n{breaker}\nlet behind = 2\ncase c {{\n  for behind\n}}\n");
        let (file, diagnostics) = parse(0, &text);
        assert!(!diagnostics.is_empty(), "{breaker}");
        let names = format!("{:?}", file.declarations);
        for name in ["\"before\"", "\"behind\"", "\"c\""] {
            assert!(names.contains(name), "{breaker} swallows {name}: {diagnostics:?}");
        }
    }
}

#[test]
fn depth_and_length_are_bounded() {
    for deep in
        ["(", "[", "{", "not ", "-", "- ", "if ", "f(", "case x {", "a and (", "[{ a: ", "if a then ", "set("]
    {
        for start in ["let a = ", "customer { a: ", "test \"t\" { x ", ""] {
            let text = format!("{start}{}\nlet b = 2\n", deep.repeat(20_000));
            let (file, diagnostics) = parse(0, &text);
            assert!(!diagnostics.is_empty());
            assert!(diagnostics.len() <= 2, "{start}{deep}: {} errors", diagnostics.len());
            assert!(format!("{:?}", file.declarations.last().unwrap()).contains("\"b\""), "{start}{deep}");
        }
    }
    for chain in [" and a", " + a", " otherwise a", " or not a", " else if a then a"] {
        let text = format!("let b = if a then a{}\nlet c = a{0}\nlet d = 1\n", chain.repeat(20_000));
        let (file, diagnostics) = parse(0, &text);
        assert!(!diagnostics.is_empty());
        assert!(diagnostics.len() <= 3);
        assert_eq!(file.declarations.len(), 3);
    }
}

/// A thousand cases are read, and texts made to be slow: what takes steps in the square of their length does not end.
#[test]
fn long_texts_are_read() {
    let case = samples().into_iter().find(|s| s.contains("case c1 {")).unwrap();
    let cases: String = (0..1000).map(|n| case.replace("c1", &format!("c{n}"))).collect();
    assert_eq!(parse(0, &cases).1.len(), 0);
    for piece in [
        "\"", "'", "`", "(", ")", "[)", "{", "}", "/*", "“", "a ", "a;", "\"a\" ", "#\n", "\n", "1 ", "é",
        "@ ", ", ",
    ] {
        let whole = |times: usize| parse(0, &piece.repeat(times)).1.len();
        // However much is wrong, no more of it is told.
        assert_eq!(whole(20_000), whole(200_000), "{piece:?}");
    }
}
