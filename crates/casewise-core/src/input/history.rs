//! Events and rows of many subjects, grouped by key once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::problem::InputProblem;
use super::{Rows, TableKind};
use crate::model::Table;
use crate::values::Value;

/// The records of one table, still coming in.
#[derive(Debug)]
pub struct HistoryBuilder {
    kind: TableKind,
    /// Values of a record.
    width: usize,
    /// Numbers of the keys, in the order in which they came.
    keys: FxHashMap<Arc<str>, usize>,
    /// Per record, the number of its key.
    owners: Vec<usize>,
    /// Of all records, one behind the other.
    values: Vec<Value>,
    refused: FxHashMap<Arc<str>, InputProblem>,
    count: usize,
}

impl HistoryBuilder {
    /// Without records so far.
    pub fn new(table: &Table) -> HistoryBuilder {
        HistoryBuilder {
            kind: table.kind,
            width: table.fields.len(),
            keys: FxHashMap::default(),
            owners: Vec::new(),
            values: Vec::new(),
            refused: FxHashMap::default(),
            count: 0,
        }
    }

    /// How many records have come, refused ones too: the place of the next.
    pub fn count(&self) -> usize {
        self.count
    }

    /// A record of the subject with this key: one value per field of the table.
    pub fn add(&mut self, key: &str, record: impl IntoIterator<Item = Value>) {
        let number = match self.keys.get(key) {
            Some(number) => *number,
            None => {
                self.keys.insert(Arc::from(key), self.keys.len());
                self.keys.len() - 1
            }
        };
        self.count += 1;
        self.owners.push(number);
        self.values.extend(record.into_iter().take(self.width));
        self.values.resize(self.owners.len() * self.width, Value::Missing);
    }

    /// A record that cannot be used. It rejects its subject: dropping it would loosen a cap.
    pub fn refuse(&mut self, key: Arc<str>, problem: InputProblem) {
        self.count += 1;
        self.refused.entry(key).or_insert(problem);
    }

    /// All have come: they are put in order, by subject and there as one subject has them.
    pub fn finish(mut self) -> History {
        let mut counts = vec![0_usize; self.keys.len()];
        for owner in &self.owners {
            counts.get_mut(*owner).into_iter().for_each(|count| *count += 1);
        }
        let mut starts = Vec::with_capacity(counts.len());
        let mut sum = 0;
        for count in counts {
            starts.push(sum);
            sum += count;
        }
        let mut next = starts.clone();
        let mut order = vec![0; self.owners.len()];
        for (record, owner) in self.owners.iter().enumerate() {
            if let Some(next) = next.get_mut(*owner) {
                order.get_mut(*next).into_iter().for_each(|place| *place = record);
                *next += 1;
            }
        }
        if matches!(self.kind, TableKind::Events | TableKind::DatedEvents) {
            let at = |record: &usize| Rows::at(self.values.get(record * self.width..).unwrap_or_default());
            for (start, end) in starts.iter().zip(&next) {
                order.get_mut(*start..*end).unwrap_or_default().sort_by_key(at);
            }
        }
        let width = self.width;
        let mut values = Vec::with_capacity(self.values.len());
        for record in order {
            let of = self.values.get_mut(record * width..(record + 1) * width).unwrap_or_default();
            values.extend(of.iter_mut().map(std::mem::take));
        }
        let part = |(key, number): (Arc<str>, usize)| {
            let (start, end) =
                (starts.get(number).copied().unwrap_or(0), next.get(number).copied().unwrap_or(0));
            (key, (start, end - start))
        };
        let records = self.keys.into_iter().map(part).collect();
        History { values: values.into(), width, records, refused: self.refused }
    }
}

/// The records of one table, by the key of their subject; each subject's in order, ready to be shared.
#[derive(Debug, Default)]
pub struct History {
    values: Arc<[Value]>,
    width: usize,
    /// The first record of each subject, and how many there are.
    records: FxHashMap<Arc<str>, (usize, usize)>,
    refused: FxHashMap<Arc<str>, InputProblem>,
}

impl History {
    /// The records of a subject; there may be none.
    ///
    /// # Errors
    /// One of them cannot be used.
    pub fn of(&self, key: &str) -> Result<Rows, &InputProblem> {
        if let Some(problem) = self.refusal(key) {
            return Err(problem);
        }
        let Some((first, count)) = self.records.get(key).copied() else { return Ok(Rows::default()) };
        Ok(Rows { values: Arc::clone(&self.values), width: self.width, first, count })
    }

    /// The record of a subject that cannot be used, if there is one.
    pub fn refusal(&self, key: &str) -> Option<&InputProblem> {
        if self.refused.is_empty() { None } else { self.refused.get(key) }
    }

    /// How many records, and of how many keys, are of none of the subjects that `is_known` knows.
    pub fn unclaimed(&self, is_known: impl Fn(&str) -> bool) -> (usize, usize) {
        let mut unclaimed = (0, 0);
        self.records.iter().filter(|(key, _)| !is_known(key)).for_each(|(_, (_, count))| {
            unclaimed.0 += count;
            unclaimed.1 += 1;
        });
        unclaimed
    }
}
