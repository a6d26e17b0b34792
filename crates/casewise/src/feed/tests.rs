//! What callers may hand over: structs, maps, JSON, and what none of them may contain.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::{Error, Model, Request};

const MODEL: &str = r#"
model m { language 1; timezone "Asia/Shanghai" }
customer {
  key id: text
  age: int? from "Age"
  score: float?
  money: decimal?
  state: enum(active "A", closed)?
  joined: date?
  tags: set(enum(sms, email))?
  live: bool("Yes", "No")?
}
context { place: text? }
events buy { amount: decimal; item: text? }
list blocked
let age_seen = age
let money_seen = money
let score_seen = score
let state_seen = state
let joined_seen = joined
let tags_seen = size(tags)
let live_seen = live
let bought = sum(buy.amount)
let place_seen = place
segment listed = blocked
"#;

fn model() -> Model {
    Model::from_text("m.cw", MODEL).unwrap()
}

fn request<'a>() -> Request<'a> {
    let none: [(); 0] = [];
    Request::at("2026-11-22").context(json!({})).events("buy", none).listed("blocked", false)
}

/// The lets of a subject, or why it is refused.
fn seen(subject: &impl Serialize) -> Result<serde_json::Value, String> {
    let decision = model().decide(subject, &request()).map_err(|error| error.to_string())?;
    let json: serde_json::Value = serde_json::from_str(&decision.to_json()).unwrap();
    Ok(json.get("values").unwrap().clone())
}

fn one(name: &str, value: impl Serialize) -> Result<serde_json::Value, String> {
    #[derive(Serialize)]
    struct Subject<'a, T> {
        id: &'a str,
        #[serde(flatten)]
        rest: BTreeMap<&'a str, T>,
    }
    let values = seen(&Subject { id: "c1", rest: BTreeMap::from([(name, value)]) })?;
    Ok(values.get(format!("{name}_seen")).unwrap().clone())
}

#[derive(Serialize)]
enum State {
    #[serde(rename = "A")]
    Active,
    Holding(u8),
}

#[test]
fn structs_fill_slots_by_name() {
    #[derive(Serialize)]
    struct Key(String);
    #[derive(Serialize)]
    struct Customer {
        id: Key,
        age: Option<u8>,
        money: &'static str,
        state: State,
        tags: (&'static str, &'static str),
        live: bool,
        unknown: Vec<Vec<u8>>,
    }
    let customer = Customer {
        id: Key("c1".into()),
        age: Some(30),
        money: "12.50",
        state: State::Active,
        tags: ("sms", "sms"),
        live: true,
        unknown: vec![vec![1]],
    };
    let expected = json!({
        "age_seen": 30, "money_seen": "12.5", "score_seen": null, "state_seen": "active", "joined_seen": null,
        "tags_seen": 1, "live_seen": true, "bought": "0", "place_seen": null,
    });
    assert_eq!(seen(&customer).unwrap(), expected);
}

#[test]
fn every_kind_of_number_is_read() {
    assert_eq!(one("age", 7_i8), Ok(json!(7)));
    assert_eq!(one("age", 7_u64), Ok(json!(7)));
    assert_eq!(one("age", 7_i128), Ok(json!(7)));
    assert_eq!(one("age", 7.0_f32), Ok(json!(7)));
    assert_eq!(one("money", 0.1_f64), Ok(json!("0.1")));
    assert_eq!(one("money", 0.1_f32), Ok(json!("0.1")));
    assert_eq!(one("money", u128::from(u64::MAX)), Ok(json!("18446744073709551615")));
    assert_eq!(one("score", f64::NAN), Ok(json!(null)));
    assert_eq!(
        one("age", u64::MAX),
        Err("`age`: expected an int such as 12, got 18446744073709551615".into())
    );
}

#[test]
fn what_is_no_value_is_refused() {
    assert_eq!(
        one("age", BTreeMap::from([("a", 1)])),
        Err("`age`: expected an int such as 12, got a record".into())
    );
    assert_eq!(one("age", [1]), Err("`age`: expected an int such as 12, got a sequence".into()));
    assert_eq!(one("age", ()), Ok(json!(null)));
    let told = "`state`: expected one of `A`, `closed`, got a record";
    assert_eq!(one("state", State::Holding(1)), Err(told.into()));
    assert_eq!(
        one("tags", [Some("sms"), None]),
        Err("`tags`: expected one of `sms`, `email`, got null as element 2 of the set".into())
    );
    let told = "`tags`: expected a sequence, each element one of `sms`, `email`, got a sequence or record as an element";
    assert_eq!(one("tags", [["sms"]]), Err(told.into()));
}

#[test]
fn a_set_may_come_as_the_text_of_a_json_array() {
    assert_eq!(one("tags", r#"["sms", "email", "sms"]"#), Ok(json!(2)));
    assert_eq!(one("tags", "[]"), Ok(json!(0)));
    assert!(one("tags", "[\"sms\"").unwrap_err().starts_with("`tags`: expected a sequence"));
}

#[test]
fn json_numbers_keep_their_digits() {
    let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
    let text = r#"{ "id": "c1", "money": 12345678901234567.890123, "Age": 1.0, "more": {"deep": [1, {}]} }"#;
    let values = seen(&raw(text)).unwrap();
    assert_eq!(values.get("money_seen"), Some(&json!("12345678901234567.890123")));
    assert_eq!(values.get("age_seen"), Some(&json!(1)));
    assert_eq!(one("money", raw("1e-18")), Ok(json!("0.000000000000000001")));
    assert_eq!(one("tags", raw(r#"["s\u006ds"]"#)), Ok(json!(1)));
    assert_eq!(one("state", raw(r#""\u0041""#)), Ok(json!("active")));
    assert_eq!(one("live", raw("null")), Ok(json!(null)));
}

#[test]
fn a_subject_is_a_record() {
    let refused = |subject: &dyn Fn() -> Result<serde_json::Value, String>| subject().unwrap_err();
    assert_eq!(refused(&|| seen(&1)), "input: expected a record: names and values, got a number");
    assert_eq!(refused(&|| seen(&["c1"])), "input: expected a record: names and values, got a sequence");
    assert_eq!(refused(&|| seen(&Some("c1"))), "input: expected a record: names and values, got text");
    assert_eq!(
        refused(&|| seen(&RawValue::from_string("[1]".into()).unwrap())),
        "input: expected a record: names and values, got [1]"
    );
}

#[test]
fn the_same_attribute_twice_is_refused() {
    let customer = BTreeMap::from([("id", "c1"), ("Age", "1"), ("age", "1")]);
    assert_eq!(seen(&customer).unwrap_err(), "`age`: expected one value, got two");
    let raw = RawValue::from_string(r#"{"id":"c1","age":1,"age":1}"#.into()).unwrap();
    assert_eq!(seen(&raw).unwrap_err(), "`age`: expected one value, got two");
}

#[test]
fn a_key_that_is_not_there_is_told_with_what_was_given() {
    let error = model().decide(&json!({ "Id": "c1" }), &request()).unwrap_err();
    assert_eq!(error.to_string(), "`id`: expected text, got nothing; there is `Id`: should it be `id`?");
    assert_eq!(error.key(), None);
}

#[test]
fn events_lists_and_context_come_in_any_form() {
    #[derive(Serialize)]
    struct Buy {
        at: &'static str,
        amount: u8,
    }
    let subject = json!({ "id": "c1" });
    let bought = |request: Request<'_>| -> Result<String, Error> {
        let decision = model().decide(&subject, &request)?;
        Ok(decision.value("bought").unwrap().to_string())
    };
    let base = || Request::at("2026-11-22").context(json!({ "place": "here" })).list("blocked", ["c2", "c1"]);
    assert_eq!(bought(base().events("buy", [Buy { at: "2026-11-01T10:00", amount: 3 }])).unwrap(), "3");
    let raw = RawValue::from_string(
        r#"[{"at":"2026-11-01T10:00","amount":0.30,"x":[]},{"at":"2026-11-21T10:00Z","amount":"1"}]"#.into(),
    );
    assert_eq!(bought(base().events("buy", raw.unwrap())).unwrap(), "1.3");

    let wrong = bought(
        base()
            .events("buy", json!([{ "at": "2026-11-01T10:00", "amount": 1 }, { "at": "2026-11-01T10:00" }])),
    );
    let wrong = wrong.unwrap_err();
    assert_eq!(wrong.to_string(), "`buy` number 2, `amount`: expected a decimal such as 12.50, got nothing");
    assert_eq!((wrong.key(), wrong.record()), (Some("c1"), Some(("buy", Some(1)))));
    let wrong = bought(base().events("buy", json!({}))).unwrap_err();
    assert_eq!(wrong.to_string(), "events `buy`: expected a sequence, got a record");
    let wrong = bought(base().events("bye", json!([]))).unwrap_err();
    assert_eq!(wrong.to_string(), "the model declares no events `bye`; it has `buy`, `contact`");

    let decision = model().decide(&subject, &base().events("buy", json!([]))).unwrap();
    assert!(decision.in_segment("listed"));
    assert_eq!(decision.value("place_seen").unwrap().as_str(), Some("here"));
    let wrong = model()
        .decide(&subject, &base().events("buy", json!([])).list("blocked", json!(["c1", 7])))
        .unwrap_err();
    assert_eq!(wrong.to_string(), "list `blocked`: expected text, got 7 as key number 2");
}

#[test]
fn what_the_model_reads_and_nobody_supplied_is_refused_by_name() {
    let subject = json!({ "id": "c1" });
    let refused = model().decide(&subject, &Request::at("2026-11-22")).unwrap_err();
    assert!(refused.is_input());
    assert_eq!(refused.key(), Some("c1"));
    let text = refused.to_string();
    assert!(text.contains("`buy`") && text.contains("`blocked`") && text.contains("context"), "{text}");
}
