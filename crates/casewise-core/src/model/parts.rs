//! Which numbers a score has, and of which type.

use super::types::{Base, Number, Type};
use super::{Affinity, Centers, MissingFill, Model, Score, ScoreKind, ScorePart};

impl Score {
    /// The parts that have names, in order: of an rfm, a cluster, a lifetime. Those of an affinity take an
    /// item and are not listed.
    pub fn parts(&self) -> Vec<(&'static str, ScorePart, Type)> {
        let int = || Type::optional(Base::Int);
        let float = || Type::optional(Base::Float);
        match &self.kind {
            ScoreKind::Rfm(rfm) => {
                let mut parts = vec![
                    ("recency", ScorePart::Recency, int()),
                    ("frequency", ScorePart::Frequency, Type::required(Base::Int)),
                ];
                if let Some(monetary) = &rfm.monetary {
                    parts.push(("monetary", ScorePart::Monetary, monetary.ty.clone()));
                }
                parts.push(("r", ScorePart::R, int()));
                parts.push(("f", ScorePart::F, int()));
                if rfm.monetary.is_some() {
                    parts.push(("m", ScorePart::M, int()));
                }
                parts.push(("total", ScorePart::Total, int()));
                parts.push(("code", ScorePart::Code, Type::optional(Base::Text)));
                parts
            }
            ScoreKind::Cluster(cluster) => {
                let unfilled = match (&cluster.missing, &cluster.centers) {
                    (MissingFill::None, _) => cluster.features.iter().any(|f| f.ty.optional),
                    (_, Centers::At(_) | Centers::Learned { .. }) => false,
                };
                let label = Type { base: Base::Enum(cluster.label_type), optional: unfilled };
                let distance = Type { base: Base::Float, optional: true };
                vec![("label", ScorePart::Label, label), ("distance", ScorePart::Distance, distance)]
            }
            ScoreKind::Lifetime(lifetime) => {
                let mut parts =
                    vec![("alive", ScorePart::Alive, float()), ("expected", ScorePart::Expected, float())];
                if lifetime.monetary.is_some() {
                    parts.push(("value", ScorePart::LifetimeValue, float()));
                }
                parts
            }
            _ => Vec::new(),
        }
    }

    /// The type of a part; none if the score has no such part.
    pub fn ty(&self, part: &ScorePart) -> Option<Type> {
        match (part, &self.kind) {
            (ScorePart::Value, ScoreKind::Expression { value, .. }) => Some(value.ty.clone()),
            (ScorePart::Value, ScoreKind::Scorecard(card)) => Some(Type::required(match card.number {
                Number::Int => Base::Int,
                Number::Decimal => Base::Decimal,
                Number::Float => Base::Float,
            })),
            (ScorePart::Value, ScoreKind::Behavior(behavior)) => Some(behavior.sum.ty.clone()),
            (ScorePart::Value, ScoreKind::Composite(composite)) => {
                let optional = composite.members.iter().any(|(_, member, _)| member.ty.optional);
                Some(Type { base: Base::Float, optional })
            }
            (ScorePart::Confidence(_) | ScorePart::Lift(_), ScoreKind::Affinity(_)) => {
                Some(Type::optional(Base::Float))
            }
            _ => self.parts().into_iter().find(|(_, p, _)| p == part).map(|(_, _, ty)| ty),
        }
    }
}

impl Affinity {
    /// The type of its items.
    pub fn item_type(&self, model: &Model) -> Base {
        let of_events = self.events.and_then(|(table, field)| model.tables.get(table.0)?.fields.get(field));
        match (&self.set, of_events) {
            (Some(set), _) => match &set.ty.base {
                Base::Set(of) | Base::List(of) => (**of).clone(),
                other => other.clone(),
            },
            (None, Some(field)) => field.ty.base.clone(),
            (None, None) => Base::Text,
        }
    }
}
