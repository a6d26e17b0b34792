//! Which column of the data is which attribute: resolved once per model.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::convert::FieldReader;
use super::problem::Misfit;
use crate::diagnostic::nearest;
use crate::model::{Field, Model};
use crate::values::Value;

/// The columns of one kind of record: subject, context, events or rows.
#[derive(Debug, Clone)]
pub struct Layout {
    fields: Vec<FieldReader>,
    /// The data's name of each field.
    columns: Vec<Arc<str>>,
    by_name: FxHashMap<Arc<str>, usize>,
}

impl Layout {
    /// Of these fields. A column is found by its foreign name, and by the model's name where that is not
    /// the foreign name of another field.
    pub fn new(fields: &[Field], model: &Model) -> Layout {
        let column = |field: &Field| Arc::clone(field.from.as_ref().unwrap_or(&field.name));
        let columns: Vec<Arc<str>> = fields.iter().map(column).collect();
        let mut by_name = FxHashMap::default();
        for (index, column) in columns.iter().enumerate() {
            by_name.entry(Arc::clone(column)).or_insert(index);
        }
        for (index, field) in fields.iter().enumerate() {
            by_name.entry(Arc::clone(&field.name)).or_insert(index);
        }
        Layout {
            fields: fields.iter().map(|field| FieldReader::new(field, model)).collect(),
            columns,
            by_name,
        }
    }

    /// The field that a column of the data fills; none: it is ignored.
    pub fn index(&self, column: &str) -> Option<usize> {
        self.by_name.get(column).copied()
    }

    /// The fields, in the order of the model.
    pub fn fields(&self) -> &[FieldReader] {
        &self.fields
    }

    /// The column's name in the data.
    pub fn column(&self, index: usize) -> Option<&Arc<str>> {
        self.columns.get(index)
    }

    /// What is wrong with a file of these columns: the first field that must be there and is not, or that
    /// two columns fill.
    pub fn check_columns<'c>(
        &self,
        columns: impl Iterator<Item = &'c str> + Clone,
    ) -> Result<(), (Arc<str>, Misfit)> {
        for (index, field) in self.fields.iter().enumerate() {
            let mut filling = columns.clone().filter(|column| self.index(column) == Some(index));
            match (filling.next(), filling.next()) {
                (Some(first), Some(second)) => {
                    let misfit = Misfit::found(format!("`{first}` and `{second}`"), "one column");
                    return Err((Arc::clone(field.name()), misfit));
                }
                (None, _) if !field.optional() => {
                    let value = self.columns.get(index).map(|column| format!("no column `{column}`"));
                    return Err((
                        Arc::clone(field.name()),
                        Misfit { value, ..self.no_column(index, columns) },
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Says that a field was not given, and which of the names given is near its own.
    pub fn no_column<'c>(&self, index: usize, given: impl Iterator<Item = &'c str>) -> Misfit {
        let Some((column, field)) = self.columns.get(index).zip(self.fields.get(index)) else {
            return Misfit::absent("a value");
        };
        let mut misfit = Misfit::absent(field.expected());
        let unread = given.filter(|name| self.index(name).is_none());
        if let Some(near) = nearest(column, unread) {
            misfit = misfit.help(format!("there is `{near}`: should it be `{column}`?"));
        }
        misfit
    }
}

/// The layouts of everything that a model reads.
#[derive(Debug, Clone)]
pub struct Layouts {
    /// Attributes.
    pub subject: Layout,
    /// Index of the key attribute.
    pub key: usize,
    /// Fields of the context.
    pub context: Layout,
    /// Fields of each table.
    pub tables: Vec<Layout>,
}

impl Layouts {
    /// Of a model.
    pub fn new(model: &Model) -> Layouts {
        Layouts {
            subject: Layout::new(&model.subject.attributes, model),
            key: model.subject.key,
            context: Layout::new(&model.context, model),
            tables: model.tables.iter().map(|table| Layout::new(&table.fields, model)).collect(),
        }
    }

    /// A key as text.
    ///
    /// # Errors
    /// It is missing or empty.
    pub fn key_text(&self, model: &Model, key: &Value) -> Result<Arc<str>, Misfit> {
        super::subject::key_text(model, key).ok_or_else(|| Misfit::absent("a key that is not empty"))
    }
}
