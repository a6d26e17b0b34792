//! Record batches of customers, events and lists → subjects.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::RecordBatch;
use casewise_core::input::subject::write_key;
use casewise_core::input::{
    FieldReader, InputProblem, Layout, Layouts, Misfit, Part, Rows, Subject, SubjectBuilder,
};
use casewise_core::model::{ListId, Model, TableId, TableKind};
use casewise_core::values::Value;
use rustc_hash::FxHashSet;

use crate::column::{Column, is_readable};
use crate::decide::{Options, pieces};
use crate::history::{Entry, History, HistoryBuilder, Seen};
use crate::keys::{KeyId, Keys};

/// What stands beside the customers of a batch. What is not supplied is not assumed to be empty.
#[derive(Debug, Default)]
pub struct Beside {
    /// The context of every decision.
    pub context: Option<Vec<Value>>,
    /// Per table of the model.
    pub tables: Vec<Option<History>>,
    /// Per list of the model.
    pub lists: Vec<Option<FxHashSet<Arc<str>>>>,
}

/// A column that is not as it must be.
fn column_problem(part: Part, attribute: &Arc<str>, misfit: Misfit) -> Box<InputProblem> {
    Box::new(InputProblem { key: None, part, attribute: Some(Arc::clone(attribute)), misfit })
}

/// The columns of a layout in a batch, in the order of the model; none: absent, and missing everywhere.
pub(crate) fn columns(
    layout: &Layout,
    part: &Part,
    batch: &RecordBatch,
) -> Result<Vec<Option<Column>>, Box<InputProblem>> {
    let schema = batch.schema();
    let names = schema.fields().iter().map(|field| field.name().as_str());
    layout
        .check_columns(names)
        .map_err(|(attribute, misfit)| column_problem(part.clone(), &attribute, misfit))?;
    let mut found: Vec<Option<Column>> = layout.fields().iter().map(|_| None).collect();
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        let Some((index, reader)) =
            layout.index(field.name()).and_then(|index| Some((index, layout.fields().get(index)?)))
        else {
            continue;
        };
        if !is_readable(field.data_type()) {
            let misfit = Misfit::found(format!("a column of {}", field.data_type()), reader.expected());
            return Err(column_problem(part.clone(), reader.name(), misfit));
        }
        if let Some(place) = found.get_mut(index) {
            *place = Some(Column::new(reader.clone(), Arc::clone(array)));
        }
    }
    Ok(found)
}

/// The column of the subject's key.
fn key_column(
    model: &Model,
    layouts: &Layouts,
    part: &Part,
    batch: &RecordBatch,
) -> Result<Column, Box<InputProblem>> {
    let index = layouts.key;
    let names = [
        layouts.subject.column(index).map(|name| &**name),
        model.subject.attributes.get(index).map(|field| &*field.name),
    ];
    let array = names.into_iter().flatten().find_map(|name| batch.column_by_name(name));
    match (array, layouts.subject.fields().get(index)) {
        (Some(array), Some(reader)) => Ok(Column::new(reader.clone(), Arc::clone(array))),
        (_, reader) => {
            let name = reader.map_or_else(|| Arc::from("key"), |r: &FieldReader| Arc::clone(r.name()));
            Err(column_problem(
                part.clone(),
                &name,
                Misfit::absent(format!("a column `{name}` that says whose it is")),
            ))
        }
    }
}

/// A record that was read: whose it is, and its values or why it cannot be used.
#[derive(Debug, Clone)]
pub struct Record {
    /// The key, as it sorts.
    pub key: Value,
    /// The key, as text.
    pub of: Arc<str>,
    /// One value per field, or the first misfit.
    pub values: Result<Box<[Value]>, InputProblem>,
}

impl Record {
    /// Puts it with the others of its subject.
    pub fn add_to(self, history: &mut HistoryBuilder) {
        history.add(KeyId::of(&self.of), self.values);
    }
}

/// The records of a batch, whose first is number `first` of its table.
///
/// # Errors
/// A column is absent or of a type that cannot be read, or a record has no readable key.
pub fn records<'a>(
    model: &'a Model,
    layouts: &'a Layouts,
    table: TableId,
    batch: &'a RecordBatch,
    first: usize,
) -> Result<impl Iterator<Item = Result<Record, Box<InputProblem>>> + use<'a>, Box<InputProblem>> {
    let name = model.tables.get(table.0).map(|table| Arc::clone(&table.name)).unwrap_or_default();
    let whole = Part::Table(Arc::clone(&name), None);
    let keys = key_column(model, layouts, &whole, batch)?;
    let layout = layouts.tables.get(table.0);
    let columns = layout.map(|layout| columns(layout, &whole, batch)).transpose()?.unwrap_or_default();
    Ok((0..batch.num_rows()).map(move |row| {
        let part = Part::Table(Arc::clone(&name), Some(first + row));
        let key = keys.value(row).and_then(|key| Ok((layouts.key_text(model, &key)?, key)));
        let (of, key) = match key {
            Ok(key) => key,
            Err(misfit) => return Err(column_problem(part, keys.reader().name(), misfit)),
        };
        let values = layout.map_or(Ok(Vec::new()), |layout| record(layout, &columns, row));
        let values = values.map(Vec::into_boxed_slice).map_err(|(attribute, misfit)| InputProblem {
            key: Some(Arc::clone(&of)),
            part,
            attribute: Some(attribute),
            misfit,
        });
        Ok(Record { key, of, values })
    }))
}

/// Puts the records of a batch with the others of their subjects; they are looked at on several threads.
///
/// # Errors
/// A column is absent or of a type that cannot be read, or a record has no readable key.
pub fn add_records(
    model: &Model,
    layouts: &Layouts,
    table: TableId,
    batch: &RecordBatch,
    threads: usize,
    history: &mut HistoryBuilder,
) -> Result<(), Box<InputProblem>> {
    let (Some(declared), Some(layout)) = (model.tables.get(table.0), layouts.tables.get(table.0)) else {
        return Ok(());
    };
    let (name, first) = (&declared.name, history.count());
    let whole = Part::Table(Arc::clone(name), None);
    let keys = key_column(model, layouts, &whole, batch)?;
    let columns = columns(layout, &whole, batch)?;
    let rows = batch.num_rows();
    let doubtful: Vec<&Column> = columns.iter().flatten().filter(|column| !column.fits(0..rows)).collect();
    let times = columns.first().and_then(Option::as_ref).filter(|_| declared.kind != TableKind::Rows);
    let at = |row| times.map_or(0, |times| Rows::at(std::slice::from_ref(&*times.look(row))));
    let look = |rows: Range<usize>| -> Result<Seen, Box<InputProblem>> {
        let (mut seen, mut text) = (Seen::default(), String::new());
        for row in rows {
            let part = || Part::Table(Arc::clone(name), Some(first + row));
            text.clear();
            write_key(model, &keys.look(row), &mut text);
            if text.is_empty() {
                // Read once more to say why.
                let read = keys.value(row).and_then(|key| layouts.key_text(model, &key));
                let misfit = read.err().unwrap_or_else(|| Misfit::absent(keys.reader().expected()));
                return Err(column_problem(part(), keys.reader().name(), misfit));
            }
            let key = KeyId::of(&text);
            let misfit =
                doubtful.iter().find_map(|column| Some((column.reader().name(), column.value(row).err()?)));
            match misfit {
                None => seen.records.push(Entry { key, at: at(row), number: first + row }),
                Some((attribute, misfit)) => {
                    let (of, attribute) = (Some(Arc::from(text.as_str())), Some(Arc::clone(attribute)));
                    seen.refused.push((key, InputProblem { key: of, part: part(), attribute, misfit }));
                }
            }
        }
        seen.records.sort_unstable();
        Ok(seen)
    };
    let options = Options { threads, ..Options::QUIET };
    // Nothing stops it.
    let parts = pieces(batch.num_rows(), &options, || (), |(), rows| look(rows)).unwrap_or_default().0;
    history.add_columns(columns, batch.num_rows(), parts.into_iter().collect::<Result<_, _>>()?);
    Ok(())
}

/// The keys of a list: the column named like the key.
///
/// # Errors
/// There is no such column, or a key cannot be read.
pub fn list(
    model: &Model,
    layouts: &Layouts,
    list: ListId,
    batch: &RecordBatch,
) -> Result<FxHashSet<Arc<str>>, Box<InputProblem>> {
    let name = model.lists.get(list.0).map(|list| Arc::clone(&list.name)).unwrap_or_default();
    let part = Part::List(name);
    let keys = key_column(model, layouts, &part, batch)?;
    let read = |row| {
        let key = keys.value(row).and_then(|key| layouts.key_text(model, &key));
        key.map_err(|misfit| column_problem(part.clone(), keys.reader().name(), misfit))
    };
    (0..batch.num_rows()).map(read).collect()
}

fn record(layout: &Layout, columns: &[Option<Column>], row: usize) -> Result<Vec<Value>, (Arc<str>, Misfit)> {
    let mut values = Vec::with_capacity(columns.len());
    for (column, field) in columns.iter().zip(layout.fields()) {
        let value = column.as_ref().map_or_else(|| field.nothing(), |column| column.value(row));
        values.push(value.map_err(|misfit| (Arc::clone(field.name()), misfit))?);
    }
    Ok(values)
}

/// A batch of customers, bound to a model.
#[derive(Debug)]
pub struct Customers<'a> {
    model: &'a Model,
    layouts: &'a Layouts,
    beside: &'a Beside,
    columns: Vec<Option<Column>>,
    rows: usize,
    /// Read before; else they are read when they are asked for.
    keys: Option<Keys>,
    repeated: Vec<usize>,
}

impl<'a> Customers<'a> {
    /// Binds the columns of a batch.
    ///
    /// # Errors
    /// A required attribute has no column, or two; a column is of a type that cannot be read.
    pub fn new(
        model: &'a Model,
        layouts: &'a Layouts,
        beside: &'a Beside,
        batch: &RecordBatch,
    ) -> Result<Customers<'a>, Box<InputProblem>> {
        let columns = columns(&layouts.subject, &Part::Subject, batch)?;
        Ok(Customers {
            model,
            layouts,
            beside,
            columns,
            rows: batch.num_rows(),
            keys: None,
            repeated: Vec::new(),
        })
    }

    /// Gives the keys of the rows.
    #[must_use]
    pub fn with_keys(mut self, keys: Keys) -> Customers<'a> {
        self.keys = Some(keys);
        self
    }

    /// Says which rows, in order, have the key of an earlier row: they are refused.
    #[must_use]
    pub fn repeated(mut self, rows: Vec<usize>) -> Customers<'a> {
        self.repeated = rows;
        self
    }

    /// One per attribute; none: it is missing everywhere.
    pub(crate) fn columns(&self) -> &[Option<Column>] {
        &self.columns
    }

    /// The records of a table, if it was supplied.
    pub(crate) fn history(&self, table: usize) -> Option<&'a History> {
        self.beside.tables.get(table)?.as_ref()
    }

    /// The columns whose values in some rows do not all fit, or may not.
    pub(crate) fn to_be_checked(&self, rows: &Range<usize>) -> Vec<usize> {
        let columns = self.columns.iter().enumerate();
        let fits = |column: &Option<Column>| column.as_ref().is_none_or(|column| column.fits(rows.clone()));
        columns.filter(|(_, column)| !fits(column)).map(|(n, _)| n).collect()
    }

    /// Whether a row is refused, given its key and the columns that are to be checked.
    pub(crate) fn is_refused(&self, row: usize, key: KeyId, checked: &[usize]) -> bool {
        let misfit =
            |n: &usize| matches!(self.columns.get(*n), Some(Some(column)) if column.value(row).is_err());
        self.repeated.binary_search(&row).is_ok()
            || checked.iter().any(misfit)
            || self.beside.tables.iter().flatten().any(|history| history.refusal(key).is_some())
    }

    /// How many rows the batch has.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// No rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The subject of a row, with everything beside it.
    ///
    /// # Errors
    /// A value or an event of the subject does not fit, or something that the model uses was not supplied.
    pub fn subject(&self, row: usize) -> Result<Subject, Box<InputProblem>> {
        if self.repeated.binary_search(&row).is_ok() {
            return Err(Box::new(InputProblem::repeated(self.model, self.key(row))));
        }
        let attributes =
            record(&self.layouts.subject, &self.columns, row).map_err(|(attribute, misfit)| {
                let mut problem = column_problem(Part::Subject, &attribute, misfit);
                problem.key = self.key(row);
                problem
            })?;
        let mut builder = SubjectBuilder::new(self.model, self.layouts, attributes)?;
        if let Some(context) = &self.beside.context {
            builder.context(context.clone());
        }
        let key = KeyId::of(builder.key());
        for (n, history) in self.beside.tables.iter().enumerate() {
            let Some(history) = history else { continue };
            let rows = history.of(key).map_err(|problem| Box::new(problem.clone()))?;
            builder.history(TableId(n), rows);
        }
        for (n, list) in self.beside.lists.iter().enumerate() {
            if let Some(list) = list {
                let contained = list.contains(builder.key());
                builder.list(ListId(n), contained);
            }
        }
        Ok(builder.finish())
    }

    /// The key of a row, if it can be read.
    pub fn key(&self, row: usize) -> Option<Arc<str>> {
        if let Some(keys) = &self.keys {
            return keys.get(row).map(Arc::from);
        }
        self.layouts.key_text(self.model, &self.key_value(row)?).ok()
    }

    /// The keys, where they were read before.
    pub(crate) fn keys(&self) -> Option<&Keys> {
        self.keys.as_ref()
    }

    /// Writes the key of a row behind other text; nothing if it cannot be read.
    pub(crate) fn write_key(&self, row: usize, to: &mut String) {
        if let Some(key) = self.key_value(row) {
            write_key(self.model, &key, to);
        }
    }

    /// The key of a row as it sorts, if it can be read.
    pub fn key_value(&self, row: usize) -> Option<Value> {
        self.columns.get(self.layouts.key)?.as_ref()?.value(row).ok().filter(|key| !key.is_missing())
    }
}
