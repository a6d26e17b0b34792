//! What one decision is given: values of the model's types, already converted and checked.
//!
//! Reading is in [`convert`]: JSON-like and textual values → values of a type, or what was expected.

use std::sync::Arc;

pub mod convert;
pub mod layout;
pub mod problem;
pub mod subject;
#[cfg(test)]
mod tests;

pub use convert::{FieldReader, Raw, SetReader};
pub use layout::{Layout, Layouts};
pub use problem::{InputProblem, Misfit, Part};
pub use subject::{RecordBuilder, SubjectBuilder};

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

/// The events or rows of one subject in one table: events by time, then input order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows(Vec<Box<[Value]>>);

impl Rows {
    /// Events: sorted by field 0 (`at`), equal times in input order.
    pub fn events(mut rows: Vec<Box<[Value]>>) -> Rows {
        rows.sort_by_key(|row| match row.first() {
            Some(Value::Time(t)) => t.0,
            Some(Value::Date(d)) => i64::from(d.0),
            _ => i64::MIN,
        });
        Rows(rows)
    }

    /// Rows without a time, in input order.
    #[expect(clippy::self_named_constructors, reason = "the language has events and rows")]
    pub fn rows(rows: Vec<Box<[Value]>>) -> Rows {
        Rows(rows)
    }

    /// Each with one value per field of the table.
    pub fn iter(&self) -> std::slice::Iter<'_, Box<[Value]>> {
        self.0.iter()
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
