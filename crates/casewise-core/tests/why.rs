//! Decisions and explanations of a model written as text.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::sync::Arc;

use casewise_core::input::{Remaining, Request, Rows, Subject};
use casewise_core::model::{Model, open_text};
use casewise_core::plan::Plan;
use casewise_core::row::Decision;
use casewise_core::row::explain::Explanation;
use casewise_core::row::report::Provenance;
use casewise_core::values::{Date, Decimal, Label, Time, Value};

const MODEL: &str = r#"model shop {
  language 1
}
customer {
  key id: text
  age: int?
  plan: enum(basic, plus, max)
  spent: decimal?
  joined: date
  consents: set(enum(sms, email))
}
context { touchpoint: enum(counter, app)? }
events call { kind: enum(local, roaming)?, minutes: int }
list blocked

param bar: int in 1 .. 30 = 3

let roaming = count(call where kind == roaming over last 30 days)
segment travellers = roaming >= bar
segment adults = age >= 18
gate contactable { require grown: adults; exclude listed: blocked }

scorecard credit {
  base 100
  by age { missing -> 0, < 25 -> 10, 25 .. 40 -> 25, >= 40 -> 15 }
  by plan { basic -> 5, plus -> 15, max -> 30 }
}
rfm value of call { monetary sum(minutes); recency bins at 5, 10; frequency bins at 2; monetary bins at 10, 20; over last 90 days }
composite worth { weight 0.5 of credit; weight 2 of roaming }
grade tier of worth { < 60 -> low, 60 .. 80 -> middle, >= 80 -> high }

channel sms { require sms in consents }
channel counter { require touchpoint == counter }
contacts { at most 1 per 7 days; pause 3 months after rejected same case }

every case { require open: spent <= 100.5 "spends too much" }
group data { require contactable; channels sms, counter; priority 50 }
case trial "Trial" in data {
  runs 2026-01-01 through 2026-12-31
  for travellers or tier >= high
  exclude joined in last 30 days
  priority 10 + worth
  quota 5
  offer { price: 0.50, until: today + 30 days }
}
case draft in data { status draft }
decide usual { rank by priority; top 1 }
"#;

fn model() -> Model {
    let checked = open_text("shop.cw", MODEL, &[]);
    checked.model.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn call(at: &str, kind: Option<u32>) -> Box<[Value]> {
    let kind = kind.map_or(Value::Missing, |n| Value::Label(Label(n)));
    vec![Value::Time(time(at)), kind, Value::Int(4)].into()
}

fn subject() -> Subject {
    let calls = ["2026-11-20T08:00:00Z", "2026-11-01T08:00:00Z"].map(|at| call(at, Some(1)));
    let unnamed = ["2026-11-02T08:00:00Z", "2026-11-22T10:00:00Z"].map(|at| call(at, None));
    Subject {
        key: "c1".into(),
        attributes: vec![
            Value::Text("c1".into()),
            Value::Int(20),
            Value::Label(Label(1)),
            Value::Decimal(Decimal::parse("100.75").unwrap()),
            Value::Date(Date::parse("2026-11-13").unwrap()),
            Value::set(vec![Value::Label(Label(1))]),
        ],
        context: Some(vec![Value::Missing]),
        tables: vec![Some(Rows::events(calls.into_iter().chain(unnamed).collect())), Some(Rows::default())],
        lists: vec![Some(false)],
    }
}

fn decide(subject: Subject) -> Decision {
    let plan = Arc::new(Plan::new(Arc::new(model())).unwrap());
    assert_eq!(plan.refusal(&subject), None);
    let request =
        Request { now: time("2026-11-22T10:00:00Z"), decide: None, remaining: Remaining::default() };
    plan.decide(Arc::new(subject), &request)
}

fn why(decision: &Decision, case: &str) -> Explanation {
    decision.why(decision.plan().case_named(case).unwrap()).unwrap()
}

/// Compares with a file; a new one is written where `UPDATE_GOLDEN` is set.
fn golden(name: &str, actual: &str) {
    let path = format!("{}/tests/why/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), actual, "{path}");
}

/// One who travels more, spends less, and may be written to.
fn eligible() -> Subject {
    let mut subject = subject();
    let calls = (1..=4).map(|day| call(&format!("2026-11-0{day}T08:00:00Z"), Some(1)));
    subject.tables = vec![Some(Rows::events(calls.collect())), Some(Rows::default())];
    subject.attributes.truncate(3);
    subject.attributes.extend([
        Value::Decimal(Decimal::parse("1.50").unwrap()),
        Value::Date(Date::parse("2020-01-01").unwrap()),
        Value::set(vec![Value::Label(Label(0))]),
    ]);
    subject
}

#[test]
fn every_clause_is_told_with_what_was_observed_and_required() {
    let explanation = why(&decide(subject()), "trial");
    golden("refused.txt", &explanation.to_text(false));
    golden("refused.json", &(serde_json::to_string_pretty(&explanation).unwrap() + "\n"));
    golden("offered.txt", &why(&decide(eligible()), "trial").to_text(false));
}

#[test]
fn a_report_has_all_parts() {
    let decision = decide(eligible());
    let report = decision.report(Arc::new(Provenance::of(&decision.plan().model)));
    let mut json = serde_json::to_value(&report).unwrap();
    // What changes with every update of the database, and with every word of the model.
    assert!(json["model"]["tzdata"].take().is_string());
    assert!(json["model"]["fingerprint"].take().is_string());
    golden("report.json", &(serde_json::to_string_pretty(&json).unwrap() + "\n"));
}

#[test]
fn every_score_can_be_asked_for() {
    let decision = decide(eligible());
    let scores = (0..decision.plan().scores.len())
        .map(|n| decision.why_score(casewise_core::model::ScoreId(n)).unwrap());
    golden("scores.txt", &scores.map(|score| score.to_text(false)).collect::<String>());
}

#[test]
fn requirements_name_what_is_used() {
    let plan = Plan::new(Arc::new(model())).unwrap();
    golden("requirements.json", &(serde_json::to_string_pretty(&plan.requirements()).unwrap() + "\n"));
}

#[test]
fn what_is_used_and_not_supplied_is_refused_by_name() {
    let plan = Plan::new(Arc::new(model())).unwrap();
    let bare = Subject { context: None, tables: vec![None, None], lists: vec![None], ..subject() };
    assert_eq!(
        plan.refusal(&bare).unwrap().to_string(),
        "events or rows `call`, events or rows `contact`, list `blocked`, the context are used by the model and \
         not supplied: supply them, empty if there is nothing"
    );
    let no_contacts = Subject { tables: vec![Some(Rows::default()), None], ..subject() };
    let refusal = plan.refusal(&no_contacts).unwrap();
    assert_eq!(refusal.tables, ["contact".into()]);
}

const SCORES: &str = r#"model risk { language 1 }
customer { key id: text; rating: enum(a, b, c); years: int; x: float; y: float?; big: int }
scorecard risk {
  lower is better
  by rating { a -> 0, b -> 15.5, c -> 30 }
  by years { < 5 -> 0, 5 .. 10 -> 20, >= 10 -> 20 }
}
behavior calls of call { weight 1; half_life 30 days; cap 0.25 }
events call { }
cluster kind { features x, y; scale none; missing 0; centers [near: [0, 0], far: [10, 10], other: [3, 4]] }
case offer { require big + 1 > 0; require kind.label != far; priority risk + calls }
"#;

#[test]
fn reasons_centres_and_overflow() {
    let checked = open_text("risk.cw", SCORES, &[]);
    let model = checked.model.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
    let plan = Arc::new(Plan::new(Arc::new(model)).unwrap());
    let key = Value::Text("c1".into());
    let subject = Subject {
        key: "c1".into(),
        attributes: vec![
            key,
            Value::Label(Label(1)),
            Value::Int(12),
            Value::Float(3.0),
            Value::Missing,
            Value::Int(i64::MAX),
        ],
        context: None,
        tables: vec![Some(Rows::events(vec![vec![Value::Time(time("2026-10-23T10:00:00Z"))].into()])), None],
        lists: Vec::new(),
    };
    let request =
        Request { now: time("2026-11-22T10:00:00Z"), decide: None, remaining: Remaining::default() };
    let decision = plan.decide(Arc::new(subject), &request);
    golden("risk.txt", &why(&decision, "offer").to_text(false));
}
