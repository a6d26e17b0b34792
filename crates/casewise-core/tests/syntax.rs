//! Golden files of the syntax room: the tree and the canonical text of sample models, and every syntax error
//! as its author sees it. `UPDATE_GOLDEN=1 cargo test -p casewise-core --test syntax` writes them anew.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot read its files has failed"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use casewise_core::diagnostic::{Code, DiagnosticData, render_all};
use casewise_core::source::Sources;
use casewise_core::syntax::{MAX_FILE_LENGTH, ast, decode, format, format_text, parse};

const SAMPLES: &[&str] = &["whole_model", "every_construct", "chinese", "comments"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax")
}

fn sample(name: &str) -> String {
    std::fs::read_to_string(folder().join("samples").join(format!("{name}.cw"))).unwrap()
}

#[track_caller]
fn golden(name: &str, actual: &str) {
    let path = folder().join("golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
        return;
    }
    let expected =
        std::fs::read_to_string(&path).expect("the golden file exists: write it with UPDATE_GOLDEN=1");
    assert!(expected == actual, "{name} differs:\n{}", first_difference(&expected, actual));
}

fn first_difference(expected: &str, actual: &str) -> String {
    let line = expected.lines().zip(actual.lines()).position(|(e, a)| e != a);
    let line = line.unwrap_or(expected.lines().count().min(actual.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(no such line)").to_owned();
    format!("line {}\n  expected {}\n  actual   {}", line + 1, at(expected), at(actual))
}

/// The tree without its spans, a declaration to a line.
fn tree(file: &ast::File) -> String {
    let mut out = String::new();
    for declaration in &file.declarations {
        writeln!(out, "{}", without_spans(&format!("{:?}", declaration.kind))).unwrap();
    }
    for comment in &file.comments {
        writeln!(out, "{} own_line: {}", comment.text, comment.own_line).unwrap();
    }
    out
}

fn without_spans(debug: &str) -> String {
    let spans = regex::Regex::new(r"(, )?(span: )?\d+:\d+\.\.\d+").unwrap();
    spans.replace_all(debug, "").into_owned()
}

#[test]
fn samples_have_the_expected_trees_and_canonical_texts() {
    for name in SAMPLES {
        let text = sample(name);
        let mut sources = Sources::default();
        let number = sources.add(name, &text);
        let (file, diagnostics) = parse(number, &text);
        assert!(diagnostics.is_empty(), "{}", render_all(&diagnostics, &sources, false));
        golden(&format!("{name}.tree"), &tree(&file));
        golden(&format!("{name}.formatted.cw"), &format(&file, &text));
    }
}

#[test]
fn canonical_texts_stay_as_they_are_and_say_the_same() {
    for name in SAMPLES {
        let text = sample(name);
        let formatted = format_text(&text).unwrap();
        assert_eq!(format_text(&formatted).unwrap(), formatted, "{name}");
        let (before, after) = (parse(0, &text).0, parse(0, &formatted).0);
        assert_eq!(tree(&before), tree(&after), "{name}");
    }
}

/// The snippets of `errors.cw`: `### name`, then the text.
fn snippets() -> Vec<(String, String)> {
    let all = std::fs::read_to_string(folder().join("errors.cw")).unwrap();
    all.split("### ")
        .skip(1)
        .map(|part| {
            let (name, text) = part.split_once('\n').unwrap();
            (name.to_owned(), text.trim_end_matches('\n').to_owned() + "\n")
        })
        .collect()
}

#[test]
fn errors_read_as_expected() {
    let mut out = String::new();
    for (name, text) in snippets() {
        let mut sources = Sources::default();
        let number = sources.add("model.cw", &text);
        let (_, diagnostics) = parse(number, &text);
        assert!(!diagnostics.is_empty(), "`{name}` is no error");
        writeln!(out, "### {name}\n{}", render_all(&diagnostics, &sources, false)).unwrap();
    }
    golden("errors.txt", &out);
}

#[test]
fn every_syntax_code_is_shown_by_a_snippet() {
    // Those take files that no snippet can hold.
    let elsewhere = [Code::TOO_LONG, Code::NOT_UTF8, Code::TOO_MANY_ERRORS];
    let shown: Vec<Code> = snippets().iter().flat_map(|(_, text)| parse(0, text).1).map(|d| d.code).collect();
    let missing: Vec<String> = Code::all()
        .filter(|c| c.to_string().starts_with("CW01") && !elsewhere.contains(c) && !shown.contains(c))
        .map(|c| c.to_string())
        .collect();
    assert!(missing.is_empty(), "no snippet shows {missing:?}");
}

#[test]
fn diagnostics_are_data_too() {
    let text = "segment 高价值 = 消费 > \n";
    let mut sources = Sources::default();
    let number = sources.add("模型.cw", text);
    let data = DiagnosticData::all(&parse(number, text).1, &sources);
    golden("diagnostic.json", &(serde_json::to_string_pretty(&data).unwrap() + "\n"));
}

/// The snippets of a page, in order.
fn page_snippets(page: &str) -> Vec<&str> {
    page.split("```casewise\n").skip(1).filter_map(|part| part.split("```").next()).collect()
}

#[test]
fn the_pages_show_what_they_speak_of() {
    // A snippet cannot hold those.
    let unshown = [Code::TOO_LONG, Code::NOT_UTF8, Code::TOO_DEEP, Code::TOO_MANY_ERRORS];
    for code in Code::all().filter(|c| c.to_string().starts_with("CW01")) {
        let snippets = page_snippets(code.page());
        let [wrong, right] = snippets.as_slice() else { panic!("{code}: a wrong and a right snippet") };
        let found: Vec<Code> = parse(0, wrong).1.iter().map(|d| d.code).collect();
        assert!(
            unshown.contains(&code) || found.contains(&code),
            "{code}: the wrong snippet shows {found:?}"
        );
        assert_eq!(parse(0, right).1, [], "{code}: the right snippet has errors");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_refused_by_line() {
    let problem = decode(0, b"segment a = b\nlet x = \"\xb8\xdf\"").unwrap_err();
    assert_eq!(problem.code, Code::NOT_UTF8);
    assert_eq!(problem.message, "the byte 0xB8 on line 2 is not UTF-8");
    assert_eq!(decode(0, "\u{feff}let a = 1".as_bytes()).unwrap(), "let a = 1");
}

#[test]
fn files_that_are_too_long_are_refused() {
    let text = "# long\n".repeat(MAX_FILE_LENGTH / 7 + 1);
    assert_eq!(parse(0, &text).1.first().map(|d| d.code), Some(Code::TOO_LONG));
}

#[test]
fn a_file_of_nothing_but_errors_ends() {
    let (_, diagnostics) = parse(0, &"x y\n".repeat(10_000));
    assert_eq!(diagnostics.len(), 501);
    assert_eq!(diagnostics.last().map(|d| d.code), Some(Code::TOO_MANY_ERRORS));
}
