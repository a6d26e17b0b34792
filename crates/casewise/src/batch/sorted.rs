//! Events and rows that come sorted by key, and are not kept.

use std::collections::VecDeque;

use arrow_array::RecordBatch;
use casewise_columns::{History, HistoryBuilder, Record};
use casewise_core::model::TableId;
use casewise_core::values::Value;
use serde::Serialize;

use super::supplied;
use crate::request::position;
use crate::{Error, Model};

/// A key in its order: numbers by value, text by its code points.
///
/// See [`Sorted`].
#[derive(Debug, Clone)]
pub struct Key(pub(super) Value);

/// The records of one table in ascending order of their keys, taken as the customers come, who are sorted, too: so
/// neither need fit into memory.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use casewise::batch::{How, Sorted, Supplied};
/// use casewise::{Model, Request};
///
/// let model = Model::from_text("m.cw", r"
///     model m { language 1 } customer { key id: int }
///     events visit { }
///     case welcome { for exists(visit) }
/// ")?;
/// let column = |values: [&str; 2]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
/// let mut supplied = Supplied::new(&model);
/// supplied.table("visit")?;
/// let mut visits = Sorted::new(&model, "visit")?;
/// let mut events = [("2", "2026-11-01T09:00"), ("11", "2026-11-02T09:00")].into_iter();
/// let mut stream = model.stream(supplied, &Request::at("2026-11-22"), How::default())?.sorted();
/// for ids in [["1", "2"], ["3", "11"]] {
///     let customers = RecordBatch::try_from_iter([("id", column(ids))]).unwrap();
///     if let Some(last) = stream.last_key(&customers)? {
///         while visits.wants_more(&last) {
///             match events.next() {
///                 Some((id, at)) => {
///                     visits.event(&std::collections::BTreeMap::from([("id", id), ("at", at)]))?;
///                 }
///                 None => visits.end(),
///             }
///         }
///         stream.join(&mut visits, &last);
///     }
///     let decided = stream.decide(&customers)?;
///     assert_eq!(decided.decisions.num_rows(), 2);
/// }
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug)]
pub struct Sorted {
    model: Model,
    pub(super) table: TableId,
    name: String,
    waiting: VecDeque<Record>,
    last: Option<Value>,
    count: usize,
    ended: bool,
}

impl Sorted {
    /// The records of a table, none of which has come.
    ///
    /// # Errors
    /// The model declares no such table.
    ///
    /// See [`Sorted`].
    pub fn new(model: &Model, table: &str) -> Result<Sorted, Error> {
        let tables = &model.core().tables;
        let index = position("events", table, tables.iter().map(|t| &*t.name))?;
        Ok(Sorted {
            model: model.clone(),
            table: TableId(index),
            name: table.to_owned(),
            waiting: VecDeque::new(),
            last: None,
            count: 0,
            ended: false,
        })
    }

    /// Adds a batch of records.
    ///
    /// # Errors
    /// A column is absent or of a type that cannot be read, a record has no readable key, or its key sorts before
    /// the one of the record in front of it.
    ///
    /// See [`Sorted`].
    pub fn events(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let model = self.model.clone();
        let records = casewise_columns::records(model.core(), model.layouts(), self.table, batch, self.count);
        for record in records.map_err(|problem| Error::input(*problem))? {
            self.push(record.map_err(|problem| Error::input(*problem))?)?;
        }
        Ok(())
    }

    /// Adds a record. False: it cannot be used, and rejects its customer.
    ///
    /// # Errors
    /// It has no readable key, or its key sorts before the one of the record in front of it.
    ///
    /// See [`Sorted`].
    pub fn event<S: Serialize + ?Sized>(&mut self, record: &S) -> Result<bool, Error> {
        let record = supplied::record(&self.model, self.table, record, self.count)?;
        let usable = record.values.is_ok();
        self.push(record)?;
        Ok(usable)
    }

    fn push(&mut self, record: Record) -> Result<(), Error> {
        if let Some(last) = self.last.as_ref().filter(|last| last.total_cmp(&record.key).is_gt()) {
            let before = self.model.key_text(last)?;
            return Err(Error::request(format!(
                "`{}` is not sorted by key: `{}`, number {}, comes after `{before}`",
                self.name,
                record.of,
                self.count + 1,
            )));
        }
        self.last = Some(record.key.clone());
        self.count += 1;
        self.waiting.push_back(record);
        Ok(())
    }

    /// No record comes any more.
    ///
    /// See [`Sorted`].
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Whether records up to this key may still come.
    ///
    /// See [`Sorted`].
    pub fn wants_more(&self, last: &Key) -> bool {
        !self.ended && self.last.as_ref().is_none_or(|key| key.total_cmp(&last.0).is_le())
    }

    /// How many records have come.
    ///
    /// ```
    /// # use casewise::{Model, batch::Sorted};
    /// # let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } events visit { }")?;
    /// assert_eq!(Sorted::new(&model, "visit")?.count(), 0);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn count(&self) -> usize {
        self.count
    }

    /// The records up to this key.
    pub(super) fn take(&mut self, last: &Key) -> History {
        let Some(table) = self.model.core().tables.get(self.table.0) else { return History::default() };
        let mut history = HistoryBuilder::new(table);
        while self.waiting.front().is_some_and(|record| record.key.total_cmp(&last.0).is_le())
            && let Some(record) = self.waiting.pop_front()
        {
            record.add_to(&mut history);
        }
        history.finish()
    }

    /// Forgets the records that wait: how many there are, and of how many keys.
    pub(super) fn forget(&mut self) -> (usize, usize) {
        let records = self.waiting.len();
        let mut keys: Vec<_> = self.waiting.drain(..).map(|record| record.of).collect();
        keys.dedup();
        (records, keys.len())
    }
}
