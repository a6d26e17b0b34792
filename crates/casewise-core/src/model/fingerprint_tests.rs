//! What changes a fingerprint and what does not.

#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests")]

use super::{Fingerprints, Pieces};
use crate::diagnostic::render_all;
use crate::model::{Model, open_text};
use crate::syntax::parse;

const TEXT: &str = r#"
model m "Title" { language 1; timezone "Asia/Shanghai" }
customer { key id: text; age: int?; arpu: decimal? "Revenue"; joined: date }
type color = enum(red, green)
param bar "Bar": int = 18
let tenure = months_between(joined, today)
let unrelated = age otherwise 0
score worth "Worth" = (arpu otherwise 0) * tenure
score plain = unrelated
gate adult { require age >= bar "must be of age" }
every case { require open: id != "" }
group main { channels sms }
channel sms
channel app
case a "A" in main { require adult; priority worth; offer { months: 1 } }
case b { for unrelated > 3; offer { months: 2 } }
test "nothing" { now 2026-11-22T10:00; customer { id: "c1", joined: 2026-01-01 }; expect not offered a }
"#;

fn of_with(text: &str, overrides: &[(String, String)]) -> (Model, Fingerprints) {
    let checked = open_text("model.cw", text, overrides);
    let shown = render_all(&checked.diagnostics, &checked.sources, false);
    let (Some(model), (file, _)) = (checked.model, parse(0, text)) else { panic!("{shown}") };
    let declarations: Vec<_> = file.declarations.iter().collect();
    let found = Pieces::new(&declarations).fingerprints(&model);
    (model, found)
}

fn of(text: &str) -> Fingerprints {
    of_with(text, &[]).1
}

/// The text with one piece replaced.
fn with(from: &str, to: &str) -> Fingerprints {
    assert!(TEXT.contains(from), "{from}");
    of(&TEXT.replace(from, to))
}

#[test]
fn layout_comments_and_tests_change_nothing() {
    let before = of(TEXT);
    assert_eq!(
        before,
        with(
            "gate adult { require age >= bar",
            "# who may\n\ngate adult {\n\n  require age >=  # old enough\n    bar"
        )
    );
    assert_eq!(before, with("(arpu otherwise 0) * tenure", "((arpu otherwise 0))*tenure"));
    assert_eq!(before, with("expect not offered a", "expect not offered b"));
    assert_eq!(before.model.to_string().len(), 64);
    assert!(before.model.to_string().starts_with(&before.model.short()));
}

#[test]
fn order_counts_only_where_it_decides() {
    let before = of(TEXT);
    let moved = TEXT.replace("let unrelated = age otherwise 0\n", "") + "let unrelated = age otherwise 0\n";
    assert_eq!(before, of(&moved));
    let case = "case b { for unrelated > 3; offer { months: 2 } }\n";
    let moved = of(&TEXT.replace(case, "").replace("case a", &format!("{case}case a")));
    assert_ne!(before.model, moved.model);
    assert_eq!(before.cases, moved.cases.iter().rev().copied().collect::<Vec<_>>());
    // b may go through both channels, and prefers the first; a names its own.
    let moved = with("channel sms\nchannel app\n", "channel app\nchannel sms\n");
    assert_eq!(before.cases[0], moved.cases[0]);
    assert_ne!(before.cases[1], moved.cases[1]);
}

#[test]
fn a_case_changes_with_what_it_depends_on_alone() {
    let before = of(TEXT);
    for (from, to, changes) in [
        ("int = 18", "int = 19", [true, false]),
        ("let unrelated = age otherwise 0", "let unrelated = age otherwise 1", [false, true]),
        ("months_between(joined", "days_between(joined", [true, false]),
        ("arpu: decimal? \"Revenue\"", "arpu: float? \"Revenue\"", [true, false]),
        ("id != \"\"", "id != \"x\"", [true, true]),
        ("case a \"A\"", "case a \"B\"", [true, false]),
        ("enum(red, green)", "enum(red, blue)", [false, false]),
        ("group main { channels sms }", "group main { channels app }", [true, false]),
        ("Asia/Shanghai", "Asia/Tokyo", [true, true]),
    ] {
        let after = with(from, to);
        assert_ne!(before.model, after.model, "{to}");
        let changed: Vec<bool> = before.cases.iter().zip(&after.cases).map(|(a, b)| a != b).collect();
        assert_eq!(changed, changes, "{to}");
    }
}

#[test]
fn params_count_with_the_value_in_force() {
    let before = of(TEXT);
    let (_, after) = of_with(TEXT, &[("bar".to_owned(), "21".to_owned())]);
    assert_eq!(before.model, after.model);
    assert_ne!(before.cases[0], after.cases[0]);
    assert_eq!(before.cases[1], after.cases[1]);
}

#[test]
fn what_was_learned_for_a_score_outlives_a_title() {
    let before = of(TEXT);
    assert_eq!(before.scores, with("score worth \"Worth\"", "score worth \"Value\"").scores);
    assert_eq!(before.scores, with("\"Revenue\"", "\"Income\"").scores);
    let after = with("months_between(joined", "days_between(joined");
    assert_ne!(before.scores[0].whole, after.scores[0].whole);
    assert_eq!(before.scores[1], after.scores[1]);
    let parts = &before.scores[0].parts;
    let changed: Vec<&str> = parts
        .iter()
        .filter(|(name, part)| after.scores[0].parts.get(*name) != Some(part))
        .map(|(n, _)| &**n)
        .collect();
    assert_eq!(changed, ["let tenure"]);
    assert_eq!(
        parts.keys().collect::<Vec<_>>(),
        ["attribute arpu", "attribute joined", "let tenure", "score worth"]
    );
}

#[test]
fn a_model_that_is_large_enough_for_two_threads_has_the_same_fingerprints() {
    let cases: String = (0..1000).map(|n| format!("case c{n} {{ for age > {n}; priority bar }}\n")).collect();
    let (model, found) = of_with(&format!("{TEXT}{cases}"), &[("bar".to_owned(), "21".to_owned())]);
    assert_eq!(model.cases.len(), 1002);
    assert_eq!(model.fingerprints, found);
}
