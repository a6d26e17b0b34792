//! What stands beside the customers, grouped by their keys once.

use std::sync::Arc;

use arrow_array::RecordBatch;
use casewise_columns::{Beside, HistoryBuilder, Record, list};
use casewise_core::input::{InputProblem, Part};
use casewise_core::model::{ListId, TableId};
use casewise_core::values::Value;
use rustc_hash::FxHashSet;
use serde::Serialize;

use super::How;
use crate::request::position;
use crate::{Error, Model, feed};

/// Events, rows and lists of many customers, grouped by key as they come in: in any order, from batches and from
/// records.
///
/// What is not named is not supplied, and nothing is assumed to be empty.
///
/// # Examples
/// ```
/// use std::collections::BTreeMap;
/// use casewise::batch::{How, Supplied};
/// use casewise::{Model, Request};
///
/// let model = Model::from_text("m.cw", r"
///     model m { language 1 } customer { key id: text }
///     events visit { }
///     case welcome { for count(visit) >= 2 }
/// ")?;
/// let mut supplied = Supplied::new(&model);
/// for at in ["2026-11-02T09:00", "2026-11-01T09:00"] {
///     assert!(supplied.event("visit", &BTreeMap::from([("id", "c1"), ("at", at)]))?);
/// }
/// let stream = model.stream(supplied, &Request::at("2026-11-22"), How::default())?;
/// let customer = stream.prepare(&BTreeMap::from([("id", "c1")]))?;
/// assert_eq!(model.decide_prepared(&customer)?.offers().len(), 1);
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug)]
pub struct Supplied {
    model: Model,
    tables: Vec<Option<HistoryBuilder>>,
    lists: Vec<Option<FxHashSet<Arc<str>>>>,
    threads: usize,
}

impl Supplied {
    /// Nothing so far.
    ///
    /// ```
    /// # let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// let nothing = casewise::batch::Supplied::new(&model);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn new(model: &Model) -> Supplied {
        let core = model.core();
        Supplied {
            model: model.clone(),
            tables: core.tables.iter().map(|_| None).collect(),
            lists: core.lists.iter().map(|_| None).collect(),
            threads: How::default().threads,
        }
    }

    /// Reads batches on so many threads; on as many as the machine has cores unless it is said.
    ///
    /// ```
    /// # let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// let supplied = casewise::batch::Supplied::new(&model).threads(1);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Supplied {
        self.threads = threads;
        self
    }

    /// Says that a table is supplied, even if no record comes.
    ///
    /// # Errors
    /// The model declares no such table.
    ///
    /// ```
    /// # let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// # let mut supplied = casewise::batch::Supplied::new(&model);
    /// assert!(supplied.table("visits").unwrap_err().is_request());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn table(&mut self, table: &str) -> Result<(), Error> {
        self.history(table).map(|_| ())
    }

    /// Adds a batch of events or rows, with the key in a column named like the key. One that cannot be used
    /// rejects its customer.
    ///
    /// # Errors
    /// The model declares no such table; a column is absent or of a type that cannot be read; a record has no
    /// readable key.
    ///
    /// See [`Supplied`].
    pub fn events(&mut self, table: &str, batch: &RecordBatch) -> Result<(), Error> {
        let (model, threads) = (self.model.clone(), self.threads);
        let (id, history) = self.history(table)?;
        casewise_columns::add_records(model.core(), model.layouts(), id, batch, threads, history)
            .map_err(|problem| Error::input(*problem))
    }

    /// Adds an event or row. False: it cannot be used, and rejects its customer.
    ///
    /// # Errors
    /// The model declares no such table, or the record has no readable key.
    ///
    /// See [`Supplied`].
    pub fn event<S: Serialize + ?Sized>(&mut self, table: &str, record: &S) -> Result<bool, Error> {
        let model = self.model.clone();
        let (id, history) = self.history(table)?;
        let record = self::record(&model, id, record, history.count())?;
        let usable = record.values.is_ok();
        record.add_to(history);
        Ok(usable)
    }

    /// Says that a list is supplied, even if nobody is in it.
    ///
    /// # Errors
    /// The model declares no such list.
    ///
    /// ```
    /// # let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text } list blocked")?;
    /// # let mut supplied = casewise::batch::Supplied::new(&model);
    /// supplied.list("blocked")?;
    /// assert!(supplied.list("blockd").unwrap_err().is_request());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn list(&mut self, list: &str) -> Result<(), Error> {
        self.keys(list).map(|_| ())
    }

    /// Adds the keys of a batch to a list: the column named like the key.
    ///
    /// # Errors
    /// The model declares no such list, there is no such column, or a key cannot be read.
    ///
    /// See [`Supplied::list`].
    pub fn listed_in(&mut self, name: &str, batch: &RecordBatch) -> Result<(), Error> {
        let model = self.model.clone();
        let (id, keys) = self.keys(name)?;
        let more =
            list(model.core(), model.layouts(), id, batch).map_err(|problem| Error::input(*problem))?;
        keys.extend(more);
        Ok(())
    }

    /// Adds the key of a record to a list.
    ///
    /// # Errors
    /// The model declares no such list, or the record has no readable key.
    ///
    /// ```
    /// # let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text } list blocked")?;
    /// # let mut supplied = casewise::batch::Supplied::new(&model);
    /// supplied.listed("blocked", &std::collections::BTreeMap::from([("id", "c1")]))?;
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn listed<S: Serialize + ?Sized>(&mut self, list: &str, record: &S) -> Result<(), Error> {
        let key = self.model.key_of(record)?;
        self.keys(list)?.1.insert(key.into());
        Ok(())
    }

    fn history(&mut self, table: &str) -> Result<(TableId, &mut HistoryBuilder), Error> {
        let tables = &self.model.core().tables;
        let index = position("events", table, tables.iter().map(|t| &*t.name))?;
        match (self.tables.get_mut(index), tables.get(index)) {
            (Some(place), Some(declared)) => {
                Ok((TableId(index), place.get_or_insert_with(|| HistoryBuilder::new(declared))))
            }
            _ => Err(Error::unknown("events", table, std::iter::empty())),
        }
    }

    fn keys(&mut self, list: &str) -> Result<(ListId, &mut FxHashSet<Arc<str>>), Error> {
        let index = position("list", list, self.model.core().lists.iter().map(|l| &*l.name))?;
        match self.lists.get_mut(index) {
            Some(place) => Ok((ListId(index), place.get_or_insert_default())),
            None => Err(Error::unknown("list", list, std::iter::empty())),
        }
    }

    pub(super) fn model(&self) -> &Model {
        &self.model
    }

    pub(super) fn finish(self, context: Option<Vec<Value>>) -> Beside {
        Beside {
            context,
            tables: self.tables.into_iter().map(|table| table.map(HistoryBuilder::finish)).collect(),
            lists: self.lists,
        }
    }
}

/// Reads a record of a table, number `place` of it.
pub(super) fn record<S: Serialize + ?Sized>(
    model: &Model,
    table: TableId,
    record: &S,
    place: usize,
) -> Result<Record, Error> {
    let key = model.key_value(record)?;
    let of = model.key_text(&key)?;
    let name = model.core().tables.get(table.0).map(|table| Arc::clone(&table.name)).unwrap_or_default();
    let values = match model.layouts().tables.get(table.0) {
        Some(layout) => feed::record(layout, &record),
        None => Ok(Vec::new()),
    };
    let values = values.map(Vec::into_boxed_slice).map_err(|(attribute, misfit)| InputProblem {
        key: Some(Arc::clone(&of)),
        part: Part::Table(name, Some(place)),
        attribute,
        misfit,
    });
    Ok(Record { key, of, values })
}
