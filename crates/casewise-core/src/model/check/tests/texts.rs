//! Every lint on model texts: what it says, and what it is silent about.
//! `UPDATE_GOLDEN=1 cargo test -p casewise-core --lib lints` writes what they say anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, render_all};
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
    // What grows with the square would not come to an end here.
    for text in texts {
        check(&text);
    }
}
