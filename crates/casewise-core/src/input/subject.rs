//! Records and subjects, value by value.

use std::sync::Arc;

use super::convert::Raw;
use super::layout::{Layout, Layouts};
use super::problem::{InputProblem, Misfit, Part};
use super::{Rows, Subject};
use crate::model::{Base, ListId, Model, TableId, TableKind};
use crate::values::Value;

/// One record, filled value by value in any order.
///
/// Of several misfits the one of the first field is told, whatever the order they came in.
#[derive(Debug)]
pub struct RecordBuilder<'l> {
    layout: &'l Layout,
    values: Vec<Value>,
    given: Vec<bool>,
    misfit: Option<(usize, Misfit)>,
}

impl<'l> RecordBuilder<'l> {
    /// An empty record.
    pub fn new(layout: &'l Layout) -> RecordBuilder<'l> {
        let count = layout.fields().len();
        RecordBuilder { layout, values: vec![Value::Missing; count], given: vec![false; count], misfit: None }
    }

    /// Its layout.
    pub fn layout(&self) -> &'l Layout {
        self.layout
    }

    /// Gives a field its value as it comes.
    pub fn set(&mut self, index: usize, raw: Raw<'_>) {
        if let Some(field) = self.layout.fields().get(index) {
            self.put(index, field.read(raw));
        }
    }

    /// Gives a field a value that its own reader has read.
    pub fn put(&mut self, index: usize, read: Result<Value, Misfit>) {
        let (Some(value), Some(given)) = (self.values.get_mut(index), self.given.get_mut(index)) else {
            return;
        };
        let twice = std::mem::replace(given, true);
        match read {
            Ok(_) if twice => self.misfit(index, Misfit::found("two", "one value")),
            Ok(read) => *value = read,
            Err(misfit) => self.misfit(index, misfit),
        }
    }

    fn misfit(&mut self, index: usize, misfit: Misfit) {
        if self.misfit.as_ref().is_none_or(|(first, _)| index < *first) {
            self.misfit = Some((index, misfit));
        }
    }

    /// The value of a field so far.
    pub fn value(&self, index: usize) -> Option<&Value> {
        self.values.get(index)
    }

    /// The field that must be there and was not given, if any.
    pub fn absent(&self) -> Option<usize> {
        let absent = |(field, given): (&super::FieldReader, &bool)| !given && !field.optional();
        self.layout.fields().iter().zip(&self.given).position(absent)
    }

    /// The values, one per field.
    ///
    /// # Errors
    /// The first field that does not fit, and why. `names` are those that the record came with, for a hint.
    pub fn finish<'c>(
        mut self,
        names: impl Iterator<Item = &'c str>,
    ) -> Result<Vec<Value>, (Arc<str>, Misfit)> {
        if let Some(index) = self.absent() {
            let misfit = self.layout.no_column(index, names);
            self.misfit(index, misfit);
        }
        match self.misfit {
            None => Ok(self.values),
            Some((index, misfit)) => {
                let name =
                    self.layout.fields().get(index).map_or_else(|| Arc::from(""), |f| Arc::clone(f.name()));
                Err((name, misfit))
            }
        }
    }
}

/// A subject and what is supplied beside it.
#[derive(Debug)]
pub struct SubjectBuilder<'m> {
    model: &'m Model,
    key: Arc<str>,
    attributes: Vec<Value>,
    context: Option<Vec<Value>>,
    tables: Vec<Option<Rows>>,
    lists: Vec<Option<bool>>,
}

impl<'m> SubjectBuilder<'m> {
    /// A subject with these attributes.
    ///
    /// # Errors
    /// The key is missing or empty.
    pub fn new(
        model: &'m Model,
        layouts: &Layouts,
        attributes: Vec<Value>,
    ) -> Result<Self, Box<InputProblem>> {
        let key = attributes.get(layouts.key).unwrap_or(&Value::Missing);
        let key = layouts.key_text(model, key).map_err(|misfit| {
            let attribute = model.subject.attributes.get(layouts.key).map(|field| Arc::clone(&field.name));
            Box::new(InputProblem { key: None, part: Part::Subject, attribute, misfit })
        })?;
        Ok(SubjectBuilder {
            model,
            key,
            attributes,
            context: None,
            tables: vec![None; model.tables.len()],
            lists: vec![None; model.lists.len()],
        })
    }

    /// The subject's key.
    pub fn key(&self) -> &Arc<str> {
        &self.key
    }

    /// Supplies the context.
    pub fn context(&mut self, values: Vec<Value>) {
        self.context = Some(values);
    }

    /// Supplies the records of a table, in input order.
    pub fn table(&mut self, table: TableId, records: Vec<Box<[Value]>>) {
        let kind = self.model.tables.get(table.0).map(|t| t.kind);
        if let Some((place, kind)) = self.tables.get_mut(table.0).zip(kind) {
            *place = Some(match kind {
                TableKind::Events | TableKind::DatedEvents => Rows::events(records),
                TableKind::Rows => Rows::rows(records),
            });
        }
    }

    /// Supplies the records of a table, already in order.
    pub fn history(&mut self, table: TableId, rows: Rows) {
        if let Some(place) = self.tables.get_mut(table.0) {
            *place = Some(rows);
        }
    }

    /// Says whether the key is in a list.
    pub fn list(&mut self, list: ListId, contains: bool) {
        if let Some(place) = self.lists.get_mut(list.0) {
            *place = Some(contains);
        }
    }

    /// The subject. Whether everything that a plan reads was supplied is the plan's to say.
    pub fn finish(self) -> Subject {
        Subject {
            key: self.key,
            attributes: self.attributes,
            context: self.context,
            tables: self.tables,
            lists: self.lists,
        }
    }
}

/// A key as text, for holdouts and reports; none if it is missing or empty.
pub fn key_text(model: &Model, value: &Value) -> Option<Arc<str>> {
    let text = match value {
        Value::Text(text) => Arc::clone(text),
        other => {
            let mut text = String::new();
            write_key(model, other, &mut text);
            Arc::from(text)
        }
    };
    (!text.is_empty()).then_some(text)
}

/// Writes a key as text behind other text; nothing if it is missing.
pub fn write_key(model: &Model, value: &Value, to: &mut String) {
    match value {
        Value::Missing => {}
        Value::Text(text) => to.push_str(text),
        Value::Label(label) => {
            let base = model.subject.attributes.get(model.subject.key).map(|field| &field.ty.base);
            let of = base.and_then(|base| if let Base::Enum(id) = base { Some(id.0) } else { None });
            let of = of.and_then(|id| model.enums.get(id as usize));
            to.push_str(of.and_then(|of| of.labels.get(label.0 as usize)).map_or("", |label| &label.name));
        }
        other => other.write_plain(to),
    }
}
