//! JSON in, JSON out: what bindings, services and test corpora call.
//!
//! One input is one object:
//!
//! ```json
//! {
//!   "now": "2026-11-22T10:00",
//!   "customer": { "id": "c1", "age": 30 },
//!   "context": { "touchpoint": "counter" },
//!   "events": { "recharge": [ { "at": "2026-11-01T09:30", "amount": "120.50" } ] },
//!   "lists": { "blocked": ["c7", "c9"] },
//!   "remaining": { "quota": { "gift": 100 }, "capacity": { "sms": 50000 }, "budget": { "gift": { "cost": "12.50" } } },
//!   "decide": "inbound"
//! }
//! ```
//!
//! `now` and the subject must be there; the subject may also stand under its name in the model. A list is its
//! keys, or `true` or `false` for this subject. Numbers are read from their own digits, so a decimal loses
//! nothing. Events under a name that the model does not declare are an error, as is any other name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Error, Model, Request};

/// Decides one input; the answer is the decision's JSON line.
///
/// # Errors
/// As [`Model::decide`], and where the input is not of this shape.
///
/// # Examples
/// ```
/// let model = casewise::Model::from_text("m.cw", r"
///     model m { language 1 }
///     customer { key id: text; age: int }
///     case adults { for age >= 18 }
/// ")?;
/// let answer = casewise::json::decide(&model, r#"{ "now": "2026-11-22", "customer": { "id": "c1", "age": 30 } }"#)?;
/// assert!(answer.contains(r#""cases":{"adults":{"status":"offered"}}"#));
/// # Ok::<(), casewise::Error>(())
/// ```
pub fn decide(model: &Model, input: &str) -> Result<String, Error> {
    Ok(decision(model, input)?.to_json())
}

/// Decides one input and explains one case of it, as JSON.
///
/// # Errors
/// As [`decide`], and where the model declares no such case.
///
/// # Examples
/// ```
/// let model = casewise::Model::from_text("m.cw", r"
///     model m { language 1 }
///     customer { key id: text; age: int }
///     case adults { for age >= 18 }
/// ")?;
/// let input = r#"{ "now": "2026-11-22", "customer": { "id": "c1", "age": 16 } }"#;
/// assert!(casewise::json::why(&model, input, "adults")?.contains("for.1"));
/// # Ok::<(), casewise::Error>(())
/// ```
pub fn why(model: &Model, input: &str, case: &str) -> Result<String, Error> {
    Ok(decision(model, input)?.why(case)?.to_json())
}

/// Decides one input.
///
/// # Errors
/// As [`decide`].
///
/// # Examples
/// ```
/// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
/// let decision = casewise::json::decision(&model, r#"{ "now": "2026-11-22", "customer": { "id": "c1" } }"#)?;
/// assert_eq!(decision.key(), "c1");
/// # Ok::<(), casewise::Error>(())
/// ```
pub fn decision(model: &Model, input: &str) -> Result<crate::Decision, Error> {
    read(model, input, |subject, request| model.decide(subject, request))
}

/// Reads one input, to decide from it later or many times.
///
/// # Errors
/// As [`decide`].
///
/// # Examples
/// ```
/// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
/// let prepared = casewise::json::prepare(&model, r#"{ "now": "2026-11-22", "customer": { "id": "c1" } }"#)?;
/// assert_eq!(model.decide_prepared(&prepared)?.key(), "c1");
/// # Ok::<(), casewise::Error>(())
/// ```
pub fn prepare(model: &Model, input: &str) -> Result<crate::Prepared, Error> {
    read(model, input, |subject, request| model.prepare(subject, request))
}

/// Reads an input without a subject: what comes with every subject of a batch.
///
/// # Errors
/// The text is not of this shape, or there is a subject in it.
///
/// # Examples
/// ```
/// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
/// let request = casewise::json::request(&model, r#"{ "now": "2026-11-22" }"#)?;
/// let customer = std::collections::BTreeMap::from([("id", "c1")]);
/// assert_eq!(model.decide(&customer, &request)?.key(), "c1");
/// # Ok::<(), casewise::Error>(())
/// ```
pub fn request<'t>(model: &Model, input: &'t str) -> Result<Request<'t>, Error> {
    match split(model, input)? {
        (None, request) => Ok(request),
        (Some(_), _) => Err(Error::request("the subjects of a batch come beside its request")),
    }
}

fn read<T>(
    model: &Model,
    input: &str,
    then: impl FnOnce(&RawValue, &Request<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let (subject, request) = split(model, input)?;
    let own_name = model.subject_name();
    let subject = subject
        .ok_or_else(|| Error::request(format!("the input has no `{own_name}`: whom to decide for")))?;
    then(subject, &request)
}

/// Splits an input into the subject and its request.
fn split<'t>(model: &Model, input: &'t str) -> Result<(Option<&'t RawValue>, Request<'t>), Error> {
    let parts: BTreeMap<String, &RawValue> = parse("the input", input)?;
    let own_name = model.subject_name();
    let mut subject = None;
    let mut now = None;
    for (name, part) in &parts {
        match name.as_str() {
            "now" => now = Some(parse::<String>("`now`", part.get())?),
            "context" | "events" | "lists" | "remaining" | "decide" => {}
            name if name == own_name || name == "customer" => {
                if subject.replace(*part).is_some() {
                    return Err(Error::request(format!(
                        "the input has both `customer` and `{own_name}`: give one"
                    )));
                }
            }
            _ => {
                let known = ["now", own_name, "context", "events", "lists", "remaining", "decide"];
                let near = casewise_core::diagnostic::nearest(name, known);
                let help = near.map_or_else(
                    || format!("it has {}", known.join(", ")),
                    |n| format!("did you mean `{n}`?"),
                );
                return Err(Error::request(format!("the input has no part `{name}`; {help}")));
            }
        }
    }
    let now = now.ok_or_else(|| Error::request("the input has no `now`: the instant to decide at"))?;
    let mut request = Request::at(now);
    if let Some(context) = parts.get("context") {
        request = request.context(*context);
    }
    if let Some(events) = parts.get("events") {
        let tables: BTreeMap<String, &RawValue> = parse("`events`", events.get())?;
        for (table, records) in tables {
            request = request.events(table, records);
        }
    }
    if let Some(lists) = parts.get("lists") {
        let lists: BTreeMap<String, &RawValue> = parse("`lists`", lists.get())?;
        for (list, keys) in lists {
            request = match keys.get() {
                "true" => request.listed(list, true),
                "false" => request.listed(list, false),
                _ => request.list(list, keys),
            };
        }
    }
    if let Some(left) = parts.get("remaining") {
        request = remaining(request, left.get())?;
    }
    if let Some(decide) = parts.get("decide")
        && let Some(name) = parse::<Option<String>>("`decide`", decide.get())?
    {
        request = request.decide(name);
    }
    Ok((subject, request))
}

/// Adds what remains, as JSON: `{"quota":{CASE:N},"capacity":{CHANNEL:N},"budget":{CASE:{PROPERTY:AMOUNT}}}`.
///
/// # Errors
/// The text is not of this shape.
///
/// # Examples
/// ```
/// # use casewise::Request;
/// let request = casewise::json::remaining(Request::at("2026-11-22"), r#"{ "quota": { "gift": 100 } }"#)?;
/// assert!(casewise::json::remaining(request, r#"{ "quotas": {} }"#).unwrap_err().is_request());
/// # Ok::<(), casewise::Error>(())
/// ```
pub fn remaining<'a>(mut request: Request<'a>, text: &str) -> Result<Request<'a>, Error> {
    #[derive(Deserialize)]
    #[serde(
        deny_unknown_fields,
        expecting = "an object such as {\"quota\":{\"CASE\":5},\"capacity\":{\"CHANNEL\":5},\"budget\":{\"CASE\":{\"PROPERTY\":\"12.50\"}}}"
    )]
    struct Remaining<'t> {
        #[serde(default)]
        quota: BTreeMap<String, i64>,
        #[serde(default)]
        capacity: BTreeMap<String, i64>,
        #[serde(default, borrow)]
        budget: BTreeMap<String, BTreeMap<String, &'t RawValue>>,
    }
    let remaining: Remaining<'_> = parse("what remains", text)?;
    for (case, units) in remaining.quota {
        request = request.remaining_quota(case, units);
    }
    for (channel, contacts) in remaining.capacity {
        request = request.remaining_capacity(channel, contacts);
    }
    for (case, amounts) in remaining.budget {
        for (property, amount) in amounts {
            // A number is its own digits; a text is without its quotes.
            let digits = amount.get().trim_matches('"');
            request = request.remaining_budget(case.as_str(), property, digits);
        }
    }
    Ok(request)
}

fn parse<'t, T: Deserialize<'t>>(what: &str, text: &'t str) -> Result<T, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::request(format!("{what} is not of the expected form: {error}")))
}

/// Any value of this crate as JSON text.
pub(crate) fn write(value: &impl Serialize) -> String {
    // Every type of this crate serialises: names are text and floats are finite.
    serde_json::to_string(value).unwrap_or_default()
}
