//! Events and rows of many subjects, grouped by key once. Their values stay in the columns they came in, until
//! somebody asks for a subject's.

use std::borrow::Cow;
use std::ops::Range;

use casewise_core::input::{InputProblem, Rows};
use casewise_core::model::{Table, TableKind};
use casewise_core::plan::Plan;
use casewise_core::row::contacts::{PastContact, Told};
use casewise_core::values::Value;
use rustc_hash::FxHashMap;

use crate::column::Column;
use crate::decide::{Options, each_row};
use crate::key_index::KeyIndex;
use crate::keys::KeyId;

/// The records of one table, still coming in.
#[derive(Debug)]
pub struct HistoryBuilder {
    kind: TableKind,
    width: usize,
    /// Those that can be used, as they came.
    records: Vec<Vec<Entry>>,
    /// How many have come, those that cannot be used, too.
    count: usize,
    parts: Vec<Part>,
    refused: FxHashMap<KeyId, InputProblem>,
}

/// Whose a record is and when it happened, in the order in which one subject has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) key: KeyId,
    /// 0 of what has no time.
    pub(crate) at: i64,
    /// The place in the table.
    pub(crate) number: usize,
}

/// What was seen of some records.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Those that can be used.
    pub(crate) records: Vec<Entry>,
    /// Whose a record is that cannot be, and why.
    pub(crate) refused: Vec<(KeyId, InputProblem)>,
}

/// Records that came together.
#[derive(Debug)]
struct Part {
    /// The number of the first.
    first: usize,
    values: Values,
}

#[derive(Debug)]
enum Values {
    /// One per field; none: it is missing everywhere.
    Columns(Vec<Option<Column>>),
    /// Of records that came one by one, one behind the other.
    Records(Vec<Value>),
}

impl HistoryBuilder {
    /// Without records so far.
    pub fn new(table: &Table) -> HistoryBuilder {
        HistoryBuilder {
            kind: table.kind,
            width: table.fields.len(),
            records: Vec::new(),
            count: 0,
            parts: Vec::new(),
            refused: FxHashMap::default(),
        }
    }

    /// How many records have come, refused ones too: the place of the next.
    pub fn count(&self) -> usize {
        self.count
    }

    /// A record of the subject with this key: one value per field of the table; or why it cannot be used. Then it
    /// rejects its subject: dropping it would loosen a cap.
    pub fn add(&mut self, key: KeyId, record: Result<Box<[Value]>, InputProblem>) {
        if !matches!(self.parts.last(), Some(Part { values: Values::Records(_), .. })) {
            self.parts.push(Part { first: self.count, values: Values::Records(Vec::new()) });
        }
        let record = match record {
            Ok(record) => {
                let at = if self.kind == TableKind::Rows { 0 } else { Rows::at(&record) };
                let own = Entry { key, at, number: self.count };
                match self.records.last_mut() {
                    Some(records) => records.push(own),
                    None => self.records.push(vec![own]),
                }
                record
            }
            Err(problem) => {
                self.refused.entry(key).or_insert(problem);
                Box::default()
            }
        };
        self.count += 1;
        if let Some(Part { first, values: Values::Records(values) }) = self.parts.last_mut() {
            values.extend(record.into_iter().take(self.width));
            values.resize((self.count - *first) * self.width, Value::Missing);
        }
    }

    /// So many records whose values are in `columns`, and what was seen of them, part by part.
    pub(crate) fn add_columns(&mut self, columns: Vec<Option<Column>>, count: usize, parts: Vec<Seen>) {
        self.parts.push(Part { first: self.count, values: Values::Columns(columns) });
        self.count += count;
        for Seen { records, refused } in parts {
            self.records.push(records);
            for (key, problem) in refused {
                self.refused.entry(key).or_insert(problem);
            }
        }
    }

    /// All have come: they are put in order, by subject and there as one subject has them.
    pub fn finish(self) -> History {
        let HistoryBuilder { width, records, count, parts, refused, .. } = self;
        let mut records = records.concat();
        // Stable: parts that came in order are only merged.
        records.sort();
        let (mut keys, mut ends) = (Vec::with_capacity(records.len()), Vec::with_capacity(records.len()));
        for (n, record) in (0..).zip(&records) {
            if keys.last() != Some(&record.key) {
                keys.push(record.key);
                ends.push(n);
            }
            ends.last_mut().into_iter().for_each(|end| *end = n + 1);
        }
        let order = records.iter().map(|record| record.number).collect();
        History { width, count, keys: KeyIndex::new(keys), ends, order, parts, refused, contacts: None }
    }
}

/// The records of one table by the key of their subject, each subject's in order.
#[derive(Debug, Default)]
pub struct History {
    width: usize,
    /// How many records there are, those that cannot be used, too.
    count: usize,
    keys: KeyIndex,
    /// Per key, where its records end in the order.
    ends: Vec<usize>,
    /// Numbers of records.
    order: Vec<usize>,
    parts: Vec<Part>,
    refused: FxHashMap<KeyId, InputProblem>,
    /// In order, where they have been [looked at](History::look_up_contacts).
    contacts: Option<Vec<Option<PastContact>>>,
}

/// Where one field of contacts is read.
enum ContactField<'c> {
    Missing,
    Column(&'c Column),
    /// A name that is kept once is looked up once.
    Entries(&'c Column, Vec<Told>),
    /// Its place in a record, and how wide records are.
    Records(&'c [Value], usize, usize),
}

impl ContactField<'_> {
    fn told(&self, plan: &Plan, field: usize, row: usize) -> Told {
        match self {
            ContactField::Missing => Told::Nothing,
            ContactField::Column(column) => Told::by(plan, field, &column.look(row)),
            ContactField::Entries(column, entries) => {
                column.key(row).and_then(|key| entries.get(key)).copied().unwrap_or(Told::Nothing)
            }
            ContactField::Records(values, place, width) => {
                values.get(row * width + place).map_or(Told::Nothing, |value| Told::by(plan, field, value))
            }
        }
    }
}

impl History {
    /// The records of a subject; there may be none.
    ///
    /// # Errors
    /// One of them cannot be used.
    pub fn of(&self, key: KeyId) -> Result<Rows, &InputProblem> {
        if let Some(problem) = self.refusal(key) {
            return Err(problem);
        }
        let places = self.places(key);
        let records = self.order.get(places).unwrap_or_default();
        let mut values = Vec::with_capacity(records.len() * self.width);
        for record in records {
            let (part, row) = self.find(*record);
            values.extend((0..self.width).map(|field| self.value(part, row, field).into_owned()));
        }
        Ok(Rows::in_order(values, self.width, records.len()))
    }

    /// The places of a subject's records in the order.
    fn places(&self, key: KeyId) -> Range<usize> {
        self.keys.find(key).map_or(0..0, |place| self.places_of(place))
    }

    fn places_of(&self, key: usize) -> Range<usize> {
        let end = |key: usize| self.ends.get(key).copied().unwrap_or(0);
        key.checked_sub(1).map_or(0, end)..end(key)
    }

    fn find(&self, record: usize) -> (Option<&Values>, usize) {
        let before = self.parts.partition_point(|part| part.first <= record).checked_sub(1);
        let part = before.and_then(|place| self.parts.get(place));
        (part.map(|part| &part.values), part.map_or(0, |part| record - part.first))
    }

    fn value<'v>(&self, part: Option<&'v Values>, row: usize, field: usize) -> Cow<'v, Value> {
        let value = match part {
            Some(Values::Columns(columns)) => {
                columns.get(field).and_then(Option::as_ref).map(|c| c.look(row))
            }
            Some(Values::Records(values)) => values.get(row * self.width + field).map(Cow::Borrowed),
            None => None,
        };
        value.unwrap_or(Cow::Owned(Value::Missing))
    }

    /// The record of a subject that cannot be used, if there is one.
    pub fn refusal(&self, key: KeyId) -> Option<&InputProblem> {
        if self.refused.is_empty() { None } else { self.refused.get(&key) }
    }

    /// Reads what a contact policy needs to know of each record, once for all subjects.
    pub fn look_up_contacts(&mut self, plan: &Plan, threads: usize) {
        let parts: Vec<(usize, Vec<ContactField<'_>>)> =
            self.parts.iter().map(|part| (part.first, self.contacts_in(plan, &part.values))).collect();
        let read = |record: usize| {
            let before = parts.partition_point(|(first, _)| *first <= record).checked_sub(1)?;
            let (first, fields) = parts.get(before)?;
            let row = record - first;
            PastContact::read(plan, |n| fields.get(n).map_or(Told::Nothing, |field| field.told(plan, n, row)))
        };
        let options = Options { threads, ..Options::QUIET };
        // Nothing stops it.
        let contacts = each_row(self.count, &options, read).unwrap_or_default();
        let of = |record: &usize| contacts.get(*record).copied().flatten();
        self.contacts = Some(self.order.iter().map(of).collect());
    }

    fn contacts_in<'c>(&self, plan: &Plan, values: &'c Values) -> Vec<ContactField<'c>> {
        let of = |(n, column): (usize, &'c Option<Column>)| match column {
            None => ContactField::Missing,
            Some(column) => column.dictionary().map_or(ContactField::Column(column), |entries| {
                let told = |entry: &Result<Value, _>| {
                    entry.as_ref().map_or(Told::Nothing, |value| Told::by(plan, n, value))
                };
                ContactField::Entries(column, entries.iter().map(told).collect())
            }),
        };
        match values {
            Values::Columns(columns) => columns.iter().enumerate().map(of).collect(),
            Values::Records(values) => {
                (0..self.width).map(|n| ContactField::Records(values, n, self.width)).collect()
            }
        }
    }

    /// Of each subject, the latest last; none if they have not been [looked up](History::look_up_contacts).
    pub(crate) fn contacts<'h>(&'h self) -> Option<impl Fn(KeyId) -> &'h [Option<PastContact>]> {
        let contacts = self.contacts.as_deref()?;
        Some(|key| contacts.get(self.places(key)).unwrap_or_default())
    }

    /// How many records, and of how many keys, are of none of the subjects that `is_known` knows.
    pub fn unclaimed(&self, is_known: impl Fn(KeyId) -> bool) -> (usize, usize) {
        let unknown = self.keys.keys().iter().enumerate().filter(|(_, key)| !is_known(**key));
        unknown.fold((0, 0), |(records, keys), (place, _)| (records + self.places_of(place).len(), keys + 1))
    }
}
