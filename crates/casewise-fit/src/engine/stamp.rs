//! Where the numbers come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use casewise_core::input::Subject;
use casewise_core::model::fingerprint::Fingerprint;
use casewise_core::model::{Model, TableKind};
use casewise_core::parameters::DataStamp;
use casewise_core::values::{Date, Time, Value, tz_database_version};
use rayon::prelude::*;

/// Counts and hashes what lies before `now`.
pub(super) fn stamp(model: &Model, subjects: &[&Subject], now: Time, rejected: u64) -> DataStamp {
    let today = model.zone.date_of(now).unwrap_or(Date(0));
    let past = |kind: TableKind, row: &[Value]| match (kind, row.first()) {
        (TableKind::Events, Some(Value::Time(at))) => *at < now,
        (TableKind::DatedEvents, Some(Value::Date(at))) => *at < today,
        _ => true,
    };
    let digest = |subject: &&Subject| -> (Fingerprint, Vec<u64>) {
        let mut bytes = Vec::new();
        text(&mut bytes, &subject.key);
        subject.attributes.iter().for_each(|value| put(&mut bytes, value));
        let mut counts = vec![0; model.tables.len()];
        for ((table, rows), count) in model.tables.iter().zip(&subject.tables).zip(&mut counts) {
            text(&mut bytes, &table.name);
            for row in rows.iter().flat_map(|rows| rows.iter()).filter(|row| past(table.kind, row)) {
                *count += 1;
                row.iter().for_each(|value| put(&mut bytes, value));
            }
        }
        (Fingerprint::of([bytes]), counts)
    };
    let digests: Vec<(Fingerprint, Vec<u64>)> = subjects.par_iter().map(digest).collect();
    let mut events: BTreeMap<Arc<str>, u64> = BTreeMap::new();
    for (n, table) in model.tables.iter().enumerate() {
        if subjects.iter().any(|subject| subject.tables.get(n).is_some_and(Option::is_some)) {
            let count = digests.iter().filter_map(|(_, counts)| counts.get(n)).sum();
            events.insert(table.name.clone(), count);
        }
    }
    DataStamp {
        as_of: now.to_string().into(),
        rows: subjects.len() as u64,
        rejected,
        events,
        fingerprint: Fingerprint::of(digests.iter().map(|(digest, _)| *digest.bytes())).short().into(),
        tzdata: tz_database_version().into(),
    }
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_be_bytes());
    bytes.extend(text.as_bytes());
}

/// A value so that different ones differ: what it is, and its bytes.
fn put(bytes: &mut Vec<u8>, value: &Value) {
    let mut number = |kind: u8, n: i64| {
        bytes.push(kind);
        bytes.extend(n.to_be_bytes());
    };
    match value {
        Value::Missing => bytes.push(0),
        Value::Bool(b) => bytes.extend([1, u8::from(*b)]),
        Value::Int(n) => number(2, *n),
        // + 0 turns −0 into 0, its equal.
        Value::Float(x) => {
            bytes.push(3);
            bytes.extend((x + 0.0).to_bits().to_be_bytes());
        }
        Value::Decimal(d) => {
            bytes.push(4);
            bytes.extend(d.scaled().to_be_bytes());
        }
        Value::Text(of) => {
            bytes.push(5);
            text(bytes, of);
        }
        Value::Date(date) => number(6, date.0.into()),
        Value::Time(time) => number(7, time.0),
        Value::Duration(duration) => number(8, duration.0),
        Value::Period(period) => number(9, period.0.into()),
        Value::Label(label) => number(10, label.0.into()),
        Value::Set(elements) | Value::List(elements) => {
            number(11, i64::try_from(elements.len()).unwrap_or(i64::MAX));
            elements.iter().for_each(|element| put(bytes, element));
        }
    }
}
