//! Types of the language.

use std::sync::Arc;

/// Index of an enum type in [`Model::enums`](super::Model::enums).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumId(pub u32);

/// A type: what a value can be, and whether it may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Type {
    /// Without `?`.
    pub base: Base,
    /// `?`
    pub optional: bool,
}

/// A type without `?`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Base {
    /// `bool`
    Bool,
    /// `int`, 64 bits
    Int,
    /// `float`, 64 bits, finite
    Float,
    /// `decimal`, 18 fractional digits
    Decimal,
    /// `text`
    Text,
    /// `date`
    Date,
    /// `time`, an instant
    Time,
    /// `duration`, elapsed
    Duration,
    /// months and years
    Period,
    /// `enum(…)`
    Enum(EnumId),
    /// `set(T)`
    Set(Box<Base>),
    /// `case`: the name of a case in a past contact; a [`Value::Text`](crate::values::Value::Text)
    Case,
    /// `[a, b]` as written in an expression
    List(Box<Base>),
}

impl Type {
    /// Never missing.
    pub fn required(base: Base) -> Type {
        Type { base, optional: false }
    }

    /// May be missing.
    pub fn optional(base: Base) -> Type {
        Type { base, optional: true }
    }
}

/// The three number types, narrowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Number {
    /// `int`
    Int,
    /// `decimal`
    Decimal,
    /// `float`
    Float,
}

/// One `enum(…)`. Inline ones with equal labels and order are one type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnumType {
    /// Its name if declared by `type`, or the grade's or cluster's whose values it holds.
    pub name: Option<Arc<str>>,
    /// In order.
    pub labels: Vec<EnumLabel>,
    /// Its values compare, in the order of the labels.
    pub ordered: bool,
}

/// A label and its foreign word.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnumLabel {
    /// In the model.
    pub name: Arc<str>,
    /// In the data; the name itself if none is written.
    pub foreign: Option<Arc<str>>,
}
