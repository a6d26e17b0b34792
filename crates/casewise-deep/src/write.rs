//! A witness as a test of the model, to be pasted into it.

use std::fmt::Write as _;

use casewise_core::input::Subject;
use casewise_core::model::{Base, Field, Model};
use casewise_core::syntax::is_plain_name;
use casewise_core::values::{Time, Value};

use crate::world::rows;

/// A test with this customer at this moment.
pub(crate) fn test(model: &Model, subject: &Subject, now: Time, title: &str, expect: &[String]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "test {} {{", text(title));
    let _ = writeln!(out, "  now {now}");
    let context = subject.context.as_deref().unwrap_or_default();
    if !model.context.is_empty() {
        let _ = writeln!(out, "  context {}", record(model, &model.context, context));
    }
    let _ = writeln!(
        out,
        "  {} {}",
        name(&model.subject.name),
        record(model, &model.subject.attributes, &subject.attributes)
    );
    for (n, table) in model.tables.iter().enumerate() {
        let Some(rows) = rows(subject, n) else { continue };
        let records: Vec<String> =
            rows.iter().map(|row| format!("    {}", record(model, &table.fields, row))).collect();
        let _ = writeln!(out, "  {} [\n{}\n  ]", name(&table.name), records.join(",\n"));
    }
    for (list, listed) in model.lists.iter().zip(&subject.lists) {
        if *listed == Some(true) {
            let field = model.subject.attributes.get(model.subject.key);
            let key = subject.attributes.get(model.subject.key);
            if let (Some(field), Some(key)) = (field, key) {
                let _ = writeln!(out, "  {} [{}]", name(&list.name), literal(model, &field.ty.base, key));
            }
        }
    }
    for expect in expect {
        let _ = writeln!(out, "  expect {expect}");
    }
    out.push('}');
    out
}

fn record(model: &Model, fields: &[Field], values: &[Value]) -> String {
    let present = fields.iter().zip(values).filter(|(_, value)| !value.is_missing());
    let written: Vec<String> = present
        .map(|(field, value)| format!("{}: {}", name(&field.name), literal(model, &field.ty.base, value)))
        .collect();
    if written.is_empty() { "{ }".to_owned() } else { format!("{{ {} }}", written.join(", ")) }
}

/// A name, in backticks if it needs them.
pub(crate) fn name(name: &str) -> String {
    if is_plain_name(name) { name.to_owned() } else { format!("`{name}`") }
}

fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A value as a model writes it.
pub(crate) fn literal(model: &Model, base: &Base, value: &Value) -> String {
    match (value, base) {
        (Value::Text(of), _) => text(of),
        (Value::Label(label), Base::Enum(id)) => {
            let labels = model.enums.get(id.0 as usize).map(|of| of.labels.as_slice()).unwrap_or_default();
            labels.get(label.0 as usize).map(|label| name(&label.name)).unwrap_or_default()
        }
        (Value::Set(elements) | Value::List(elements), Base::Set(of) | Base::List(of)) => {
            let elements: Vec<String> = elements.iter().map(|element| literal(model, of, element)).collect();
            format!("[{}]", elements.join(", "))
        }
        (Value::Duration(length), _) => {
            let units = [(604_800_000_000, "weeks"), (86_400_000_000, "days"), (3_600_000_000, "hours")];
            let whole = units.iter().find(|(unit, _)| length.0 % unit == 0);
            let (unit, word) = whole.copied().unwrap_or((60_000_000, "minutes"));
            format!("{} {word}", length.0 / unit)
        }
        // Without an exponent.
        (Value::Float(x), _) => format!("{x}"),
        (Value::Period(months), _) => format!("{} months", months.0),
        (value, _) => value.display_plain(),
    }
}
