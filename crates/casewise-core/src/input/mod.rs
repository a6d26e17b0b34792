//! What one decision is given: values of the model's types, already converted and checked.
//!
//! Reading is in [`convert`]: JSON-like and textual values → values of a type, or what was expected.

use std::sync::Arc;

pub mod convert;
pub mod history;
pub mod layout;
pub mod problem;
pub mod subject;
#[cfg(test)]
mod tests;

pub use convert::{FieldReader, Raw, SetReader};
pub use history::{History, HistoryBuilder};
pub use layout::{Layout, Layouts};
pub use problem::{InputProblem, Misfit, Part};
pub use subject::{RecordBuilder, SubjectBuilder};

use crate::model::TableKind;
use crate::values::{Time, Value};

/// One subject with everything supplied beside it. Indices are those of the model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Subject {
    /// The key as text, for holdouts and reports.
    pub key: Arc<str>,
    /// One per attribute, of its type; the key too.
    pub attributes: Vec<Value>,
    /// One per field of the context; none: no context was supplied.
    pub context: Option<Vec<Value>>,
    /// One per table; none: not supplied.
    pub tables: Vec<Option<Rows>>,
    /// One per list: whether the key is in it; none: not supplied.
    pub lists: Vec<Option<bool>>,
}

/// The events or rows of one subject in one table: events by time, then input order. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows(Arc<[Box<[Value]>]>);

impl Rows {
    /// Events: sorted by field 0 (`at`), equal times in input order.
    pub fn events(mut rows: Vec<Box<[Value]>>) -> Rows {
        rows.sort_by_key(|row| Rows::at(row));
        Rows(rows.into())
    }

    /// Rows without a time, in input order.
    #[expect(clippy::self_named_constructors, reason = "the language has events and rows")]
    pub fn rows(rows: Vec<Box<[Value]>>) -> Rows {
        Rows(rows.into())
    }

    /// All of them, each with one value per field of the table.
    pub fn all(&self) -> &[Box<[Value]>] {
        &self.0
    }

    /// Each with one value per field of the table.
    pub fn iter(&self) -> std::slice::Iter<'_, Box<[Value]>> {
        self.0.iter()
    }

    /// Those from the first at or after `from` to the last before `to`, by field 0 (`at`) of events in order.
    pub fn between(&self, from: i64, to: i64) -> &[Box<[Value]>] {
        let first = self.0.partition_point(|row| Rows::at(row) < from);
        let behind = self.0.partition_point(|row| Rows::at(row) < to).max(first);
        self.0.get(first..behind).unwrap_or_default()
    }

    /// Microseconds of an event's time, days of its date.
    pub fn at(row: &[Value]) -> i64 {
        match row.first() {
            Some(Value::Time(t)) => t.0,
            Some(Value::Date(d)) => d.0.into(),
            _ => i64::MIN,
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// None at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// When, and what remains.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The instant of the decision.
    pub now: Time,
    /// Index into [`Model::decides`](crate::model::Model::decides), instead of the first whose `when` holds.
    pub decide: Option<usize>,
    /// What is left; absent entries are unlimited.
    pub remaining: Remaining,
}

/// Remaining numbers: of quotas and budgets by case, of capacities by channel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remaining {
    /// Units left of a case's quota, by case index.
    pub quota: Vec<(usize, i64)>,
    /// Amount left of a case's budget of a property: case index, property index, number.
    pub budget: Vec<(usize, usize, Value)>,
    /// Contacts left of a channel's capacity, by channel index.
    pub capacity: Vec<(usize, i64)>,
}
