//! Fuzz targets as plain functions, the texts they start from, and mutations of them.
//!
//! `fuzz/` runs them for hours, from the command line or under libFuzzer; `tests/fuzzing.rs` runs them shortly.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use casewise::Model;
use casewise_core::diagnostic::render_all;
use casewise_core::model::open_text;
use casewise_core::plan::Plan;
use casewise_core::source::Sources;
use casewise_core::syntax;

use crate::corpus;
use crate::generate::Random;
use crate::pages::{blocks, pages};
use crate::program::root;

/// What stands between a model and an input in the bytes of [`decide`].
const INPUT: &str = "\n%%%% input\n";

/// What is fuzzed.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and that of its folder in `fuzz/corpus`.
    pub name: &'static str,
    /// Panics where a law is broken.
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: [Target; 3] = [
    Target { name: "text", run: text },
    Target { name: "check", run: check },
    Target { name: "decide", run: decide },
];

/// Reading and formatting: nothing panics, what is formatted is the same tree, and formatting it again changes
/// nothing.
pub fn text(bytes: &[u8]) {
    let Ok(text) = syntax::decode(0, bytes) else { return };
    let (tree, diagnostics) = syntax::parse(0, text);
    rendered(text, &diagnostics);
    if !diagnostics.is_empty() {
        return;
    }
    let formatted = syntax::format(&tree, text);
    let (again, diagnostics) = syntax::parse(0, &formatted);
    assert!(diagnostics.is_empty(), "{}\n{formatted}", rendered(&formatted, &diagnostics));
    assert_eq!(
        without_places(&tree),
        without_places(&again),
        "the formatted text says something else:\n{formatted}"
    );
    assert_eq!(formatted, syntax::format(&again, &formatted), "formatting twice is not formatting once");
}

/// Checking and planning: nothing panics, and a text without errors is a model.
pub fn check(bytes: &[u8]) {
    let Ok(text) = syntax::decode(0, bytes) else { return };
    let checked = open_text("fuzz.cw", text, &[]);
    render_all(&checked.diagnostics, &checked.sources, false);
    if let Some(model) = checked.model {
        let _ = Plan::new(Arc::new(model));
    }
}

/// Deciding and explaining: nothing panics, whatever the model and the input.
pub fn decide(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (text, input) =
        text.split_once(INPUT).unwrap_or((text, r#"{ "now": "2026-11-22", "customer": { "id": "c1" } }"#));
    let Ok(model) = Model::from_text("fuzz.cw", text) else { return };
    let _ = model.requirements();
    model.run_tests(None);
    let Ok(decision) = casewise::json::decision(&model, input) else { return };
    decision.to_json();
    for case in model.cases() {
        let why = decision.why(case).unwrap();
        why.to_json();
        assert!(!why.to_string().is_empty());
    }
}

fn rendered(text: &str, diagnostics: &[casewise_core::diagnostic::Diagnostic]) -> String {
    let mut sources = Sources::default();
    sources.add("fuzz.cw", text);
    render_all(diagnostics, &sources, false)
}

/// A tree in words, wherever it stands.
fn without_places(file: &syntax::ast::File) -> String {
    static PLACES: OnceLock<regex::Regex> = OnceLock::new();
    let places = PLACES.get_or_init(|| regex::Regex::new(r"\d+:\d+\.\.\d+").unwrap());
    places.replace_all(&format!("{:?}", file.declarations), "").into_owned()
}

/// What a target starts from: its corpus, and every model that the repository has.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let mut seeds = files(&root().join("fuzz/corpus").join(target));
    if target == "decide" {
        for page in pages(&root().join("tests/spec")) {
            seeds.extend(decided(&std::fs::read_to_string(page).unwrap()).map(String::into_bytes));
        }
        return seeds;
    }
    for folder in ["tests/syntax/samples", "tests/check", "tests/check/errors", "tests/lints"] {
        seeds.extend(files(&root().join("crates/casewise-core").join(folder)));
    }
    for page in
        ["docs", "tests/spec", "crates/casewise-core/diagnostics"].iter().flat_map(|f| pages(&root().join(f)))
    {
        let page = std::fs::read_to_string(page).unwrap();
        let models = blocks(&page).into_iter().filter(|block| block.has("casewise"));
        seeds.extend(models.map(|block| block.text.into_bytes()));
    }
    let examples = std::fs::read_dir(root().join("examples")).unwrap();
    let mut models: Vec<_> = examples.map(|entry| entry.unwrap().path().join("model.cw")).collect();
    models.sort();
    seeds.extend(models.into_iter().filter_map(|path| std::fs::read(path).ok()));
    seeds
}

/// Every input of a page of the literate corpus, behind its model.
fn decided(page: &str) -> impl Iterator<Item = String> {
    let mut model = String::new();
    corpus::blocks(page).into_iter().filter_map(move |block| match block.kind {
        corpus::Kind::Model => {
            model = block.text;
            None
        }
        corpus::Kind::Decide => Some(format!("{model}{INPUT}{}", block.text)),
        _ => None,
    })
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Pieces that mean something in a model or an input.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ",",
    "\n",
    "#",
    "\"",
    "`",
    "\\",
    "->",
    "..",
    "?",
    "%",
    "=",
    "==",
    "!=",
    "<=",
    "and",
    "or",
    "not",
    "in",
    "is missing",
    "between 1 and 2",
    "otherwise 0",
    "if",
    "then",
    "else",
    "over last 30 days",
    "where",
    "half_life 1 day",
    "missing",
    "any",
    "now",
    "today",
    "0",
    "-1",
    "1_000",
    "0.1",
    "5%",
    "9223372036854775807",
    "170141183460469231731",
    "1e400",
    "2024-02-29",
    "2026-11-22T10:00",
    "21:00",
    "30 days",
    "1 month",
    "0 days",
    "客户",
    "é",
    "\u{200b}",
    "\u{feff}",
    "case x { }",
    "let a = a",
    "let f(x: int) = f(x)",
    "segment s = true",
    "for",
    "require",
    "exclude",
    "priority",
    "offer { a: 1 }",
    "model m { language 1 }",
    "customer { key id: text }",
    "null",
    "true",
    "\"at\":",
    "1e999",
    "matches(x, \"(a*)*b\")",
    "count(contact)",
    "enum(a, b)",
    "set(text)",
    "int?",
    "decimal",
    "date",
];

/// A seed, changed in a few places: the same for the same number.
pub fn mutation(seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut random = Random::new(number);
    let mut bytes = random.pick(seeds).clone();
    for _ in 0..1 + random.below(4) {
        let at = random.below(bytes.len() + 1);
        let length = (1 + random.below(40)).min(bytes.len() - at);
        match random.below(7) {
            0 => drop(bytes.drain(at..at + length)),
            1 => {
                let again = bytes[at..at + length].to_vec();
                bytes.splice(at..at, again);
            }
            2 | 3 => {
                let piece = random.pick(PIECES);
                bytes.splice(at..at, format!(" {piece} ").into_bytes());
            }
            4 => {
                let other = random.pick(seeds);
                let from = random.below(other.len() + 1);
                let taken = other[from..(from + length).min(other.len())].to_vec();
                bytes.splice(at..at + length, taken);
            }
            5 => bytes.truncate(at),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = *random.pick(b" \n{}()[]\"0aZ;,.-\xff");
                }
            }
        }
    }
    bytes
}
