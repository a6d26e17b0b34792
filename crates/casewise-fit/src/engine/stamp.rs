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
        let mut pieces: Vec<String> = vec![subject.key.to_string()];
        pieces.extend(subject.attributes.iter().map(Value::display_plain));
        let mut counts = vec![0; model.tables.len()];
        for ((table, rows), count) in model.tables.iter().zip(&subject.tables).zip(&mut counts) {
            pieces.push(table.name.to_string());
            for row in rows.iter().flat_map(|rows| rows.iter()).filter(|row| past(table.kind, row)) {
                *count += 1;
                pieces.extend(row.iter().map(Value::display_plain));
            }
        }
        (Fingerprint::of(pieces), counts)
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
