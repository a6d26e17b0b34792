//! JSON Schema of an input and of a decision.

use std::sync::Arc;

use casewise::{FieldSchema, Kind, OutputSchema, Schema, TypeSchema};
use serde_json::{Map, Value, json};

use super::is_required;

/// The schema of an input; that of a decision is `#/$defs/decision`.
pub(super) fn document(schema: &Schema) -> Value {
    let tables = schema.tables.iter();
    let events: Map<String, Value> = tables
        .map(|table| (table.name.to_string(), json!({ "type": "array", "items": record(&table.fields) })))
        .collect();
    let listed = json!({ "type": ["array", "boolean"], "items": { "type": ["string", "integer"] } });
    let lists: Map<String, Value> =
        schema.lists.iter().map(|list| (list.to_string(), listed.clone())).collect();
    let subject = &*schema.subject;
    let mut attributes = record(&schema.attributes);
    let key = schema.attributes.iter().find(|field| field.name == schema.key);
    let properties = attributes.get_mut("properties");
    if let (Some(key), Some(properties)) = (key, properties)
        && let Some(Value::Object(ty)) = properties.get_mut(&*key.column)
    {
        // Of a key that is a number it says nothing.
        ty.insert("minLength".to_owned(), json!(1));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("An input of the model {}", schema.name),
        "type": "object",
        "required": ["now", subject],
        "additionalProperties": false,
        "properties": {
            "now": { "type": "string" },
            subject: attributes,
            "context": record(&schema.context),
            "events": closed(events),
            "lists": closed(lists),
            "remaining": { "type": "object" },
            "decide": { "type": ["string", "null"] },
        },
        "$defs": { "decision": decision(schema) },
    })
}

fn closed(properties: Map<String, Value>) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A record; what the model does not declare is ignored, so it may be there.
fn record(fields: &[FieldSchema]) -> Value {
    let required: Vec<&str> =
        fields.iter().filter(|field| is_required(field)).map(|field| &*field.column).collect();
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| {
            let mut ty = input(&field.ty.kind);
            if field.ty.optional {
                ty = or_null(ty);
            }
            if let (Some(title), Some(ty)) = (&field.title, ty.as_object_mut()) {
                ty.insert("title".to_owned(), json!(**title));
            }
            (field.column.to_string(), ty)
        })
        .collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn or_null(ty: Value) -> Value {
    json!({ "anyOf": [ty, { "type": "null" }] })
}

/// What the engine takes, as far as a schema can say it: numbers and truths may be written as text too.
fn input(kind: &Kind) -> Value {
    const WHOLE: &str = r"^[+-]?\d+(\.0*)?([eE]\+?\d+)?$";
    const NUMBER: &str = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$";
    const CLOCK: &str = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6}0*)?)?";
    match kind {
        Kind::Bool { words } => {
            let words = words.iter().flat_map(|(yes, no)| [&**yes, &**no]).chain(["true", "false"]);
            one_of([json!(true), json!(false)], words)
        }
        Kind::Int => json!({
            "type": ["integer", "string"], "minimum": i64::MIN, "maximum": i64::MAX, "pattern": WHOLE
        }),
        Kind::Float => json!({ "type": ["number", "string"], "pattern": NUMBER }),
        // 2^127 / 10^18
        Kind::Decimal => json!({
            "type": ["number", "string"], "exclusiveMinimum": -1.701_411_834_604_692_3e20,
            "exclusiveMaximum": 1.701_411_834_604_692_3e20, "pattern": NUMBER
        }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Text => json!({ "type": "string" }),
        Kind::Time => {
            let offset = r"([zZ]|[+-]\d\d(:?\d\d)?)?";
            json!({ "type": "string", "pattern": format!(r"^\d{{4}}-\d\d-\d\d[Tt ]{CLOCK}{offset}$") })
        }
        Kind::Duration => json!({ "type": "string", "pattern": r"^[+-]?\d+ (minute|hour|day|week)s?$" }),
        Kind::Period => json!({ "type": "string", "pattern": r"^[+-]?\d+ (month|year)s?$" }),
        Kind::Enum { names, words } => one_of([], words.iter().chain(names).map(|word| &**word)),
        Kind::Set { of } => json!({ "type": "array", "items": input(of) }),
        Kind::Record { parts } => outputs(parts),
    }
}

/// An enum of words; those that look like numbers may come as numbers.
fn one_of<'w>(first: impl IntoIterator<Item = Value>, words: impl Iterator<Item = &'w str>) -> Value {
    let mut all: Vec<Value> = first.into_iter().collect();
    for word in words {
        let number = serde_json::from_str::<serde_json::Number>(word).ok().map(Value::Number);
        for value in [Some(json!(word)), number].into_iter().flatten() {
            if !all.contains(&value) {
                all.push(value);
            }
        }
    }
    json!({ "enum": all })
}

fn decision(schema: &Schema) -> Value {
    let truth = json!({ "enum": ["true", "false", "unknown"] });
    let gates: Map<String, Value> =
        schema.gates.iter().map(|gate| (gate.to_string(), truth.clone())).collect();
    let case = json!({
        "type": "object",
        "required": ["status"],
        "properties": {
            "status": { "enum": ["offered", "outranked", "held_out", "ineligible"] },
            "outcome": { "enum": ["false", "unknown"] },
            "gate": { "enum": ["status", "runs", "for", "require", "exclude", "contacts", "channels"] },
            "failed": { "type": "array", "items": { "type": "string" } },
            "missing": { "type": "array", "items": { "type": "string" } },
            "by": { "type": "string" },
            "of": one_of_names(&schema.cases),
            "trial": { "const": true },
        },
    });
    let cases: Map<String, Value> =
        schema.cases.iter().map(|name| (name.to_string(), case.clone())).collect();
    let offer = json!({
        "type": "object",
        "required": ["case", "rank", "rank_value"],
        "properties": {
            "case": one_of_names(&schema.cases),
            "rank": { "type": "integer", "minimum": 1 },
            "title": { "type": "string" },
            "channel": one_of_names(&schema.channels),
            "rank_value": { "type": ["number", "string", "null"] },
            "variant": { "type": "string" },
            "offer": { "type": "object" },
            "with": outputs(&schema.properties),
            "uncounted": { "const": true },
        },
    });
    json!({
        "title": format!("A decision of the model {}", schema.name),
        "type": "object",
        "required": ["id", "now", "scores", "values", "segments", "offers", "gates", "cases", "model"],
        "properties": {
            "id": { "type": "string" },
            "now": { "type": "string", "format": "date-time" },
            "decide": { "type": "string" },
            "scores": outputs(&schema.scores),
            "values": outputs(&schema.values),
            "segments": { "type": "array", "items": one_of_names(&schema.segments) },
            "offers": { "type": "array", "items": offer },
            "gates": { "type": "object", "properties": gates },
            "cases": { "type": "object", "properties": cases },
            "model": { "type": "object" },
        },
    })
}

/// One of the names of a model; nothing where it has none, as an empty enum is no schema.
fn one_of_names(names: &[Arc<str>]) -> Value {
    if names.is_empty() { Value::Bool(false) } else { json!({ "enum": names }) }
}

fn outputs(outputs: &[OutputSchema]) -> Value {
    let properties: Map<String, Value> =
        outputs.iter().map(|output| (output.name.to_string(), said(&output.ty))).collect();
    json!({ "type": "object", "properties": properties })
}

/// An overflow is missing, so any value may be null.
fn said(ty: &TypeSchema) -> Value {
    match &ty.kind {
        Kind::Record { parts } => outputs(parts),
        kind => or_null(plain(kind)),
    }
}

fn plain(kind: &Kind) -> Value {
    match kind {
        Kind::Bool { .. } => json!({ "type": "boolean" }),
        Kind::Int => json!({ "type": "integer" }),
        Kind::Float => json!({ "type": "number" }),
        // The labels of what is still to be learned are not known.
        Kind::Enum { names, .. } if names.is_empty() => json!({ "type": "string" }),
        Kind::Enum { names, .. } => json!({ "enum": names }),
        Kind::Set { of } => json!({ "type": "array", "items": plain(of) }),
        Kind::Record { parts } => outputs(parts),
        _ => json!({ "type": "string" }),
    }
}
