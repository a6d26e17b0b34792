//! The built-in `contact` events.

use std::sync::Arc;

use super::Field;
use super::types::{Base, EnumId, Type};
use super::{Outcome, contact_fields};
use crate::source::Span;

/// Outcomes in the order of their enum.
const OUTCOMES: [(&str, Outcome); 6] = [
    ("sent", Outcome::Sent),
    ("delivered", Outcome::Delivered),
    ("opened", Outcome::Opened),
    ("accepted", Outcome::Accepted),
    ("rejected", Outcome::Rejected),
    ("complained", Outcome::Complained),
];

impl Outcome {
    /// The outcome of this name.
    pub fn named(name: &str) -> Option<Outcome> {
        OUTCOMES.iter().find(|(n, _)| *n == name).map(|(_, outcome)| *outcome)
    }

    /// Its name in the model.
    pub fn name(self) -> &'static str {
        OUTCOMES.iter().find(|(_, outcome)| *outcome == self).map_or("", |(name, _)| name)
    }
}

/// Names of the outcomes in order.
pub(super) fn outcomes() -> Vec<Arc<str>> {
    OUTCOMES.iter().map(|(name, _)| (*name).into()).collect()
}

/// The `at` that events have without writing it.
pub(super) fn at(span: Span) -> Field {
    field("at", Type::required(Base::Time), span)
}

/// Its fields, each at its place in [`contact_fields`].
pub(super) fn fields(outcome: EnumId) -> Vec<(&'static str, Field)> {
    let mut fields = vec![
        (contact_fields::AT, "at", Type::required(Base::Time)),
        (contact_fields::CASE, "case", Type::required(Base::Case)),
        (contact_fields::CHANNEL, "channel", Type::required(Base::Text)),
        (contact_fields::GROUP, "group", Type::optional(Base::Text)),
        (contact_fields::VARIANT, "variant", Type::optional(Base::Text)),
        (contact_fields::OUTCOME, "outcome", Type::required(Base::Enum(outcome))),
        (contact_fields::COUNTED, "counted", Type::optional(Base::Bool)),
    ];
    fields.sort_by_key(|(place, _, _)| *place);
    fields.into_iter().map(|(_, name, ty)| (name, field(name, ty, Span::default()))).collect()
}

fn field(name: &str, ty: Type, span: Span) -> Field {
    Field { name: name.into(), title: None, ty, from: None, bool_words: None, span }
}
