//! Events and rows of many subjects, grouped by key once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::problem::InputProblem;
use super::{Rows, TableKind};
use crate::values::Value;

/// The records of one table, still coming in.
#[derive(Debug)]
pub struct HistoryBuilder {
    kind: TableKind,
    records: FxHashMap<Arc<str>, Vec<Box<[Value]>>>,
    refused: FxHashMap<Arc<str>, InputProblem>,
    count: usize,
}

impl HistoryBuilder {
    /// Without records so far.
    pub fn new(kind: TableKind) -> HistoryBuilder {
        HistoryBuilder { kind, records: FxHashMap::default(), refused: FxHashMap::default(), count: 0 }
    }

    /// How many records have come, refused ones too: the place of the next.
    pub fn count(&self) -> usize {
        self.count
    }

    /// A record of the subject with this key.
    pub fn add(&mut self, key: Arc<str>, record: Box<[Value]>) {
        self.count += 1;
        self.records.entry(key).or_default().push(record);
    }

    /// A record that cannot be used. It rejects its subject: dropping it would loosen a cap.
    pub fn refuse(&mut self, key: Arc<str>, problem: InputProblem) {
        self.count += 1;
        self.refused.entry(key).or_insert(problem);
    }

    /// All have come.
    pub fn finish(self) -> History {
        let HistoryBuilder { kind, records, refused, .. } = self;
        let rows = |records| match kind {
            TableKind::Events | TableKind::DatedEvents => Rows::events(records),
            TableKind::Rows => Rows::rows(records),
        };
        let records = records.into_iter().map(|(key, records)| (key, rows(records))).collect();
        History { records, refused }
    }
}

/// The records of one table, by the key of their subject; each subject's in order, ready to be shared.
#[derive(Debug, Default)]
pub struct History {
    records: FxHashMap<Arc<str>, Rows>,
    refused: FxHashMap<Arc<str>, InputProblem>,
}

impl History {
    /// The records of a subject; there may be none.
    ///
    /// # Errors
    /// One of them cannot be used.
    pub fn of(&self, key: &str) -> Result<Rows, &InputProblem> {
        match self.refused.get(key) {
            Some(problem) => Err(problem),
            None => Ok(self.records.get(key).cloned().unwrap_or_default()),
        }
    }

    /// Whether a subject has a record that cannot be used.
    pub fn refuses(&self, key: &str) -> bool {
        !self.refused.is_empty() && self.refused.contains_key(key)
    }

    /// How many records, and of how many keys, are of none of the subjects that `is_known` knows.
    pub fn unclaimed(&self, is_known: impl Fn(&str) -> bool) -> (usize, usize) {
        let mut unclaimed = (0, 0);
        self.records.iter().filter(|(key, _)| !is_known(key)).for_each(|(_, rows)| {
            unclaimed.0 += rows.len();
            unclaimed.1 += 1;
        });
        unclaimed
    }

    /// No subject has any.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.refused.is_empty()
    }
}
