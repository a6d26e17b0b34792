//! What goes into a model and what comes out, with types: what bindings convert by and declarations are
//! written from.

use std::sync::Arc;

use casewise_core::input::Layout;
use casewise_core::model::{Base, Field, Model, Score, ScorePart, TableKind, Type};
use serde::Serialize;

/// What goes into a model and what comes out of a decision, in the order of the model.
///
/// # Examples
/// ```
/// use casewise::{Kind, Model};
///
/// let model = Model::from_text("m.cw", r#"
///     model m { language 1 }
///     customer { key id: text; plan: enum(basic "Basic", plus)? from "Plan" }
///     events visit { minutes: float }
///     score worth = 1.5
/// "#)?;
/// let schema = model.schema();
/// let plan = &schema.attributes[1];
/// assert_eq!((&*plan.name, &*plan.column, plan.ty.optional), ("plan", "Plan", true));
/// assert!(matches!(&plan.ty.kind, Kind::Enum { names, words } if names.len() == 2 && &*words[0] == "Basic"));
/// assert_eq!(plan.expected, "one of `Basic`, `plus`");
/// assert_eq!(schema.tables[0].fields.iter().map(|f| &*f.name).collect::<Vec<_>>(), ["at", "minutes"]);
/// assert_eq!(schema.scores[0].ty.kind, Kind::Decimal);
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Schema {
    /// The model's name.
    pub name: Arc<str>,
    /// `customer`, or the name after `subject`.
    pub subject: Arc<str>,
    /// The key attribute.
    pub key: Arc<str>,
    /// The subject's attributes.
    pub attributes: Vec<FieldSchema>,
    /// The fields of the context.
    pub context: Vec<FieldSchema>,
    /// Events and rows; past contacts are the last.
    pub tables: Vec<TableSchema>,
    /// Names of lists.
    pub lists: Vec<Arc<str>>,
    /// Scores.
    pub scores: Vec<OutputSchema>,
    /// Lets.
    pub values: Vec<OutputSchema>,
    /// What cases may carry.
    pub properties: Vec<OutputSchema>,
    /// Names of segments.
    pub segments: Vec<Arc<str>>,
    /// Names of gates.
    pub gates: Vec<Arc<str>>,
    /// Names of channels.
    pub channels: Vec<Arc<str>>,
    /// Names of cases.
    pub cases: Vec<Arc<str>>,
}

/// An attribute, or a field of the context or of a table. See [`Schema`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldSchema {
    /// Its name in the model; the data may use it too, unless it is the column of another field.
    pub name: Arc<str>,
    /// Its name in the data.
    pub column: Arc<str>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Arc<str>>,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: TypeSchema,
    /// What it takes, as the end of "expected …".
    pub expected: String,
}

/// Events or rows. See [`Schema`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableSchema {
    /// Its name.
    pub name: Arc<str>,
    /// Whether its records are events, with `at`.
    pub events: bool,
    /// Its fields.
    pub fields: Vec<FieldSchema>,
}

/// Something that a decision says. See [`Schema`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutputSchema {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Arc<str>>,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: TypeSchema,
}

/// A type. See [`Schema`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TypeSchema {
    /// Without `?`.
    #[serde(flatten)]
    pub kind: Kind,
    /// Its values may be missing.
    pub optional: bool,
}

/// A type without `?`. See [`Schema`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// `bool`
    Bool {
        /// The data's words for true and false, if it has any.
        #[serde(skip_serializing_if = "Option::is_none")]
        words: Option<(Arc<str>, Arc<str>)>,
    },
    /// `int`
    Int,
    /// `float`
    Float,
    /// `decimal`: text in a decision
    Decimal,
    /// `text`
    Text,
    /// `date`: text
    Date,
    /// `time`: text
    Time,
    /// `duration`: text
    Duration,
    /// Months and years: text
    Period,
    /// `enum(…)`
    Enum {
        /// The model's labels: what a decision says.
        names: Vec<Arc<str>>,
        /// The data's word of each; an input may use either.
        words: Vec<Arc<str>>,
    },
    /// `set(T)`, or a list
    Set {
        /// `T`
        of: Box<Kind>,
    },
    /// Parts by name.
    Record {
        /// The parts.
        parts: Vec<OutputSchema>,
    },
}

impl Schema {
    pub(crate) fn of(model: &Model) -> Schema {
        let fields = |fields: &[Field]| fields_of(model, fields);
        let key = model.subject.attributes.get(model.subject.key);
        Schema {
            name: Arc::clone(&model.name),
            subject: Arc::clone(&model.subject.name),
            key: key.map_or_else(|| "".into(), |field| Arc::clone(&field.name)),
            attributes: fields(&model.subject.attributes),
            context: fields(&model.context),
            tables: model
                .tables
                .iter()
                .map(|table| TableSchema {
                    name: Arc::clone(&table.name),
                    events: table.kind != TableKind::Rows,
                    fields: fields(&table.fields),
                })
                .collect(),
            lists: names(&model.lists, |list| &list.name),
            scores: model.scores.iter().filter_map(|score| score_of(model, score)).collect(),
            values: model
                .lets
                .iter()
                .map(|l| output(&l.name, l.title.as_ref(), type_of(model, &l.value.ty)))
                .collect(),
            properties: model
                .properties
                .iter()
                .map(|property| output(&property.name, None, type_of(model, &property.ty)))
                .collect(),
            segments: names(&model.segments, |segment| &segment.name),
            gates: names(&model.gates, |gate| &gate.name),
            channels: names(&model.channels, |channel| &channel.name),
            cases: names(&model.cases, |case| &case.name),
        }
    }
}

fn names<T>(all: &[T], name: impl Fn(&T) -> &Arc<str>) -> Vec<Arc<str>> {
    all.iter().map(|one| Arc::clone(name(one))).collect()
}

fn output(name: &Arc<str>, title: Option<&Arc<str>>, ty: TypeSchema) -> OutputSchema {
    OutputSchema { name: Arc::clone(name), title: title.cloned(), ty }
}

fn fields_of(model: &Model, fields: &[Field]) -> Vec<FieldSchema> {
    let layout = Layout::new(fields, model);
    let read = fields.iter().zip(layout.fields());
    read.map(|(field, reader)| {
        let mut ty = type_of(model, &field.ty);
        if let Kind::Bool { words } = &mut ty.kind {
            words.clone_from(&field.bool_words);
        }
        FieldSchema {
            name: Arc::clone(&field.name),
            column: Arc::clone(field.from.as_ref().unwrap_or(&field.name)),
            title: field.title.clone(),
            ty,
            expected: reader.expected(),
        }
    })
    .collect()
}

fn score_of(model: &Model, score: &Score) -> Option<OutputSchema> {
    let parts = score.parts();
    let ty = if parts.is_empty() {
        type_of(model, &score.ty(&ScorePart::Value)?)
    } else {
        let part = |(name, _, ty): (&'static str, ScorePart, Type)| {
            output(&Arc::from(name), None, type_of(model, &ty))
        };
        TypeSchema { kind: Kind::Record { parts: parts.into_iter().map(part).collect() }, optional: false }
    };
    Some(output(&score.name, score.title.as_ref(), ty))
}

fn type_of(model: &Model, ty: &Type) -> TypeSchema {
    TypeSchema { kind: kind_of(model, &ty.base), optional: ty.optional }
}

fn kind_of(model: &Model, base: &Base) -> Kind {
    match base {
        Base::Bool => Kind::Bool { words: None },
        Base::Int => Kind::Int,
        Base::Float => Kind::Float,
        Base::Decimal => Kind::Decimal,
        Base::Text | Base::Case => Kind::Text,
        Base::Date => Kind::Date,
        Base::Time => Kind::Time,
        Base::Duration => Kind::Duration,
        Base::Period => Kind::Period,
        Base::Enum(id) => {
            let labels = model.enums.get(id.0 as usize).map_or(&[][..], |declared| &declared.labels);
            Kind::Enum {
                names: labels.iter().map(|label| Arc::clone(&label.name)).collect(),
                words: labels
                    .iter()
                    .map(|label| Arc::clone(label.foreign.as_ref().unwrap_or(&label.name)))
                    .collect(),
            }
        }
        Base::Set(of) | Base::List(of) => Kind::Set { of: Box::new(kind_of(model, of)) },
    }
}
