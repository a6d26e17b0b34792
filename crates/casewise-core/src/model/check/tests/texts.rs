//! Every lint on model texts: what it says, and what it is silent about.
//! `UPDATE_GOLDEN=1 cargo test -p casewise-core --lib lints` writes what they say anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Severity, render_all};
use crate::model::{Checked, open_text};

const PRELUDE: &str = r#"model m { language 1 }
customer {
  key id: text
  age: int?
  state: enum(active, suspended, closed)
  plan: enum(basic, plus, max)
  arpu: decimal?
  usage: float?
  churned: bool?
  city: text?
  timezone: text?
  joined: date
  consents: set(enum(sms, email, call))
}
"#;

fn check(text: &str) -> Checked {
    open_text("model.cw", &format!("{PRELUDE}{text}"), &[])
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lints")
}

/// The texts of a file by their titles, `=== title`.
fn sections(name: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    let sections = text.split("=== ").skip(1).map(|section| section.split_once('\n').unwrap());
    sections.map(|(title, text)| (title.to_owned(), text.to_owned())).collect()
}

#[test]
fn lints_say_what_is_wrong() {
    let mut said = String::new();
    for (title, text) in sections("found.cw") {
        let checked = check(&text);
        writeln!(said, "=== {title}\n{}", render_all(&checked.diagnostics, &checked.sources, false)).unwrap();
    }
    let path = folder().join("found.golden");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &said).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    let differs = golden.lines().zip(said.lines()).find(|(golden, said)| golden != said);
    assert!(golden == said, "{differs:?}");
}

#[test]
fn lints_are_silent_about_what_may_be_meant() {
    for (title, text) in sections("silent.cw") {
        let mut checked = check(&text);
        // Some names are there for one clause only.
        checked.diagnostics.retain(|d| d.code != Code::UNUSED || title.starts_with("names"));
        assert!(
            checked.diagnostics.is_empty(),
            "{title}\n{}",
            render_all(&checked.diagnostics, &checked.sources, false)
        );
    }
}

/// The examples of a code's page: each fenced text, whether it is the wrong one.
fn examples(code: Code) -> Vec<(bool, String)> {
    let parts: Vec<&str> = code.page().split("```").collect();
    let texts = parts.chunks(2).filter_map(|pair| Some((pair[0].contains("Wrong:"), pair.get(1)?)));
    texts.map(|(wrong, text)| (wrong, text.trim_start_matches("casewise").to_owned())).collect()
}

#[test]
fn pages_show_what_they_speak_of() {
    let own = |code: &Code| {
        let number: u16 = code.to_string().trim_start_matches("CW").parse().unwrap();
        (450..480).contains(&number) || (700..750).contains(&number)
    };
    for code in Code::all().filter(own) {
        for (wrong, text) in examples(code) {
            let checked = check(&text);
            let out = &checked.diagnostics;
            let shown = render_all(out, &checked.sources, false);
            assert_eq!(out.iter().any(|d| d.code == code), wrong, "{code}\n{text}\n{shown}");
            let strange = out.iter().any(|d| d.code != code && d.severity() == Severity::Error);
            assert!(!strange, "{code}\n{text}\n{shown}");
        }
    }
}

#[test]
fn long_conditions_take_no_longer_than_reading_them() {
    let parts = |n: usize, f: fn(usize) -> String, by: &str| (0..n).map(f).collect::<Vec<_>>().join(by);
    let texts = [
        format!("segment a = {}", parts(5_000, |n| format!("age == {n}"), " or ")),
        format!("segment a = {}", parts(5_000, |n| format!("matches(city, \"{n}\")"), " and ")),
        format!("segment a = age in [{}]", parts(20_000, |n| n.to_string(), ", ")),
        format!("scorecard s {{ by age {{ {} }} }}", parts(2_000, |n| format!("{n} -> 1"), ", ")),
        format!("let l0 = age > 1\n{}", parts(40, |n| format!("let l{} = l{n} or l{n}", n + 1), "\n")),
    ];
    let start = std::time::Instant::now();
    for text in texts {
        check(&text);
    }
    // Seconds unoptimised; what grows with the square would take minutes.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
