//! `test`: which tests are run, what they reach, and what CI reads of them.
use crate::common::{Folder, golden};

const MAIN: &str = r#"model shop { language 1 }
customer { key id: text; age: int?; plan: enum(basic, plus); consents: set(enum(sms)) }
include "retention/*.cw"
include "growth.cw"
channel sms { require sms in consents }
gate contactable { require adult: age >= 18; exclude odd: id == "odd" }
contacts { at most 1 per 7 days; at most 1 per 30 days per channel }
table discount by plan, age {
  basic, any -> 0%
  plus,  < 30 -> 5%
  plus,  >= 30 -> 10%
  any,   missing -> 0%
}
fixture base { id: "c1", age: 20, plan: plus, consents: [sms] }
"#;

const RETENTION: &str = r#"group retention { require contactable }
case stay in retention {
  runs 2026-01-01 through 2026-12-31
  for plan == plus
  offer { off: discount }
  variants { a 50%; b 50% { offer { off: 0 } } }
}
test "a contactable customer may stay" {
  now 2026-11-22
  customer base
  expect offered stay on sms
}
test "a child may not" {
  now 2026-11-22
  customer base with { age: 12 }
  expect stay fails require
}
"#;

const GROWTH: &str = r#"segment grown = age >= 40
case grow { for grown }
test "who is \"grown\" & <older> grows" {
  now 2026-11-22
  customer base with { age: 40 }
  expect offered grow
  expect grown
}
"#;

fn folder() -> Folder {
    let folder = Folder::new(&[("main.cw", MAIN), ("growth.cw", GROWTH)]);
    folder.write("retention/stay.cw", RETENTION.as_bytes());
    folder
}

#[test]
fn what_tests_never_reach_is_told() {
    let ran = folder().words("test main.cw --coverage --group retention");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    golden("coverage.txt", &ran.out);
}

#[test]
fn coverage_can_be_demanded() {
    let folder = folder();
    let ran = folder.words("test main.cw --filter stay --coverage-at-least 30");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let own = folder.words("test main.cw --file growth.cw --coverage");
    assert!(!own.out.contains("retention/stay.cw:"), "{}", own.out);
    let ran = folder.words("test main.cw --filter stay --coverage-at-least 90");
    assert_eq!(ran.code, 1);
    assert!(ran.err.ends_with("less than 90 %\n"), "{}", ran.err);
    assert_eq!(folder.words("test main.cw --coverage-at-least 101").code, 2);
}

#[test]
fn tests_are_selected_by_title_group_and_file() {
    let folder = folder();
    let passed = |line: &str| folder.words(line).out.lines().last().unwrap().to_owned();
    assert_eq!(passed("test main.cw"), "2 passed, 1 failed");
    assert_eq!(passed("test main.cw --group retention"), "2 passed, 0 failed");
    assert_eq!(passed("test main.cw --group retention --filter child"), "1 passed, 0 failed");
    for file in ["retention/stay.cw", "stay.cw", "retention/*", "s*y.cw"] {
        assert_eq!(passed(&format!("test main.cw --file {file}")), "2 passed, 0 failed", "{file}");
    }
    assert_eq!(passed("test main.cw --file growth.cw"), "0 passed, 1 failed");
    let ran = folder.words("test main.cw --file tay.cw --group retention");
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: no test fits `--group retention --file tay.cw`\n"));
    let ran = folder.words("test main.cw --group retentoin");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean `retention`?"), "{}", ran.err);
}

#[test]
fn ci_reads_junit() {
    let folder = folder();
    let ran = folder.words("test main.cw --junit out.xml");
    assert_eq!(ran.code, 1, "{}", ran.err);
    golden("junit.xml", &folder.read("out.xml"));
}

#[test]
fn results_and_coverage_are_data_too() {
    let ran = folder().words("test main.cw --coverage --format json");
    let data: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(data["tests"][2]["failures"][0]["line"], 6);
    let items = data["coverage"]["items"].as_array().unwrap();
    let grown = items.iter().find(|item| item["of"] == "segment grown").unwrap();
    assert_eq!(
        (&grown["true"], &grown["false"], &grown["unknown"]),
        (&true.into(), &false.into(), &false.into())
    );
    assert_eq!(items.iter().filter(|item| item["kind"] == "row").count(), 4);
}
