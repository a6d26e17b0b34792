//! What one decision is given: values of the model's types, already converted and checked.
//!
//! Reading is in [`convert`]: JSON-like and textual values → values of a type, or what was expected.

use std::ops::Range;
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

use crate::model::Model;
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

impl Subject {
    /// The past contacts, the last table of every model; none: not supplied.
    pub fn contacts(&self, model: &Model) -> Option<&Rows> {
        model.tables.len().checked_sub(1).and_then(|last| self.tables.get(last)?.as_ref())
    }
}

/// The events or rows of one subject in one table: events by time, then input order. Cheap to clone.
///
/// Their values lie one behind the other: a customer can have thousands, and all are read for each aggregate.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    values: Arc<[Value]>,
    /// Values of a row.
    width: usize,
    count: usize,
}

impl Rows {
    /// Events: sorted by field 0 (`at`), equal times in input order.
    pub fn events(mut rows: Vec<Box<[Value]>>) -> Rows {
        rows.sort_by_key(|row| Rows::at(row));
        Rows::rows(rows)
    }

    /// Rows without a time, in input order.
    #[expect(clippy::self_named_constructors, reason = "the language has events and rows")]
    pub fn rows(rows: Vec<Box<[Value]>>) -> Rows {
        let (count, width) = (rows.len(), rows.iter().map(|row| row.len()).max().unwrap_or_default());
        let mut values = Vec::with_capacity(count * width);
        for (n, row) in (1..).zip(rows) {
            values.extend(row);
            values.resize(n * width, Value::Missing);
        }
        Rows::in_order(values, width, count)
    }

    /// So many, in order, of so many values each, one behind the other.
    pub fn in_order(values: Vec<Value>, width: usize, count: usize) -> Rows {
        Rows { values: values.into(), width, count }
    }

    /// Each with one value per field of the table.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[Value]> + ExactSizeIterator {
        self.range(0..self.count)
    }

    /// Those from the first at or after `from` to the last before `to`, by field 0 (`at`) of events in order.
    pub fn between(
        &self,
        from: i64,
        to: i64,
    ) -> impl DoubleEndedIterator<Item = &[Value]> + ExactSizeIterator {
        let first = self.first_at(from);
        self.range(first..self.first_at(to).max(first))
    }

    fn range(&self, places: Range<usize>) -> impl DoubleEndedIterator<Item = &[Value]> + ExactSizeIterator {
        places.map(|place| self.row(place))
    }

    fn row(&self, place: usize) -> &[Value] {
        let from = place * self.width;
        self.values.get(from..from + self.width).unwrap_or_default()
    }

    /// The first that is not before `when`.
    fn first_at(&self, when: i64) -> usize {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            if Rows::at(self.row(middle)) < when {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
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
        self.count
    }

    /// None at all.
    pub fn is_empty(&self) -> bool {
        self.count == 0
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
