//! How a score came about: points, weights, cuts, distances, and the reasons for a low (or high) score.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::Serialize;

use crate::model::{
    Base, Composite, Cuts, Expr, ExprKind, FactorScoring, Number, Op, Rfm, Score, ScoreId, ScoreKind,
    ScorePart, Scorecard,
};
use crate::plan::node::NearestPart;
use crate::plan::{Node, Slot, semantics};
use crate::row::evaluate::{distances, scaled};
use crate::row::gates::missing_inputs;
use crate::row::plain::{line, part_name, part_plain, plain};
use crate::row::report::{Plain, Record};
use crate::values::Value;

use super::Explainer;

/// How a score came about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreExplanation {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Arc<str>>,
    /// The word that declares it.
    pub kind: &'static str,
    /// Its value, or the record of its parts.
    pub value: Plain,
    /// What it was made of, in the order written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PointsExplanation>,
    /// `lower is better`
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lower_is_better: bool,
    /// Of a scorecard: what keeps it from its best (with `lower is better`: raises it above its least), largest
    /// distance first, then in the order written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// The inputs that it reads and that are missing, where it has no value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Arc<str>>,
    /// Events that were skipped or lie ahead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PointsExplanation {
    /// What it is about: a factor, a member, a feature, a part of an rfm, a centre.
    pub of: Arc<str>,
    /// The value observed; of a centre its distance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<Plain>,
    /// The weight of a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Plain>,
    /// What it adds to the score; of an rfm the score of the part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Plain>,
    /// The band that held, or the cuts between which the value lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<Arc<str>>,
}

/// A distance from the best points of a factor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// The factor.
    pub of: Arc<str>,
    /// The value observed.
    pub observed: Plain,
    /// How far its points are from the best.
    pub distance: Plain,
}

impl<'a> Explainer<'_, 'a> {
    /// How a score came about.
    pub(super) fn score(&mut self, id: ScoreId) -> Option<ScoreExplanation> {
        let plan = self.inputs.plan;
        let (score, slots) = (plan.model.scores.get(id.0)?, plan.scores.get(id.0)?);
        let (mut parts, mut reasons) = (Vec::new(), Vec::new());
        let kind = match &score.kind {
            ScoreKind::Expression { value, word } => {
                parts.extend(self.select(value));
                word
            }
            ScoreKind::Scorecard(card) if card.learned.is_some() => {
                (parts, reasons) = self.learned_scorecard(score, card, slots);
                "scorecard"
            }
            ScoreKind::Scorecard(card) => {
                (parts, reasons) = self.scorecard(card);
                "scorecard"
            }
            ScoreKind::Composite(composite) => {
                parts = self.composite(composite);
                "composite"
            }
            ScoreKind::Rfm(rfm) => {
                parts = self.rfm(score, rfm, slots);
                "rfm"
            }
            ScoreKind::Cluster(cluster) => {
                parts = self.centers(slots, cluster.label_type);
                "cluster"
            }
            ScoreKind::Behavior(behavior) => {
                parts.extend(self.percentile(score, behavior));
                "behavior"
            }
            ScoreKind::Affinity(affinity) => {
                parts = self.rules(id, score, affinity);
                "affinity"
            }
            ScoreKind::Lifetime(lifetime) => {
                parts = self.purchases(lifetime, slots);
                "lifetime"
            }
        };
        let mut values = Vec::with_capacity(slots.len());
        for (part, slot) in slots {
            let value = self.standing.evaluation.value(self.inputs, *slot);
            values.push((Arc::from(part_name(score, part)), part_plain(&plan.model, score, part, value)));
        }
        let asked = plan.asked.iter().filter(|(of, _, _)| *of == id);
        for (_, part, slot) in asked.clone() {
            let value = self.standing.evaluation.value(self.inputs, *slot);
            values.push((super::learned::asked_name(part), part_plain(&plan.model, score, part, value)));
        }
        let all_slots: Vec<Slot> =
            slots.iter().map(|(_, slot)| *slot).chain(asked.map(|(_, _, slot)| *slot)).collect();
        let unscored = values.iter().any(|(_, value)| *value == Plain::Null);
        let value = match (slots.as_slice(), values.as_mut_slice()) {
            ([(ScorePart::Value, _)], [(_, value)]) => value.clone(),
            _ => Plain::Record(Record(values)),
        };
        Some(ScoreExplanation {
            name: score.name.clone(),
            title: score.title.clone(),
            kind,
            value,
            parts,
            lower_is_better: matches!(&score.kind, ScoreKind::Scorecard(card) if card.lower_is_better),
            reasons,
            missing: if unscored {
                missing_inputs(self.inputs, all_slots.iter().copied())
            } else {
                Vec::new()
            },
            notes: self.notes(&all_slots),
        })
    }

    /// The row of bands or of a table that holds, as it is written.
    fn row(&mut self, expr: &'a Expr) -> Option<Arc<str>> {
        let ExprKind::Select(select) = &expr.kind else { return None };
        let plan = self.inputs.plan;
        let Some(Node::Select(planned)) = plan.slot_of(expr).and_then(|slot| plan.nodes.get(slot)) else {
            return None;
        };
        let mut columns = Vec::with_capacity(planned.of.len());
        for slot in &planned.of {
            columns.push(self.standing.evaluation.value(self.inputs, *slot).clone());
        }
        let holds = planned.rows.iter().position(|(patterns, _)| {
            patterns.iter().zip(&columns).all(|(pattern, column)| pattern.matches(column))
        });
        holds.and_then(|n| select.rows.get(n)).map(|row| self.source(row.span))
    }

    /// The columns of a grade or table and the row that holds.
    fn select(&mut self, value: &'a Expr) -> Vec<PointsExplanation> {
        let ExprKind::Select(select) = &value.kind else { return Vec::new() };
        let band = self.row(value);
        let columns = select.of.iter().map(|column| PointsExplanation {
            of: self.source(column.span),
            observed: Some(self.plain(column)),
            band: band.clone(),
            ..PointsExplanation::default()
        });
        columns.collect()
    }

    fn scorecard(&mut self, card: &'a Scorecard) -> (Vec<PointsExplanation>, Vec<Reason>) {
        let model = self.model();
        let base = PointsExplanation {
            of: "base".into(),
            points: Some(self.plain(&card.base)),
            ..PointsExplanation::default()
        };
        let mut parts = vec![base];
        let mut reasons: Vec<(Value, Reason)> = Vec::new();
        for factor in &card.factors {
            let FactorScoring::Points(points) = &factor.scoring else { continue };
            let ExprKind::Select(select) = &points.kind else { continue };
            let observed = select.of.first().map_or(Plain::Null, |of| self.plain(of));
            let earned = self.value(points);
            let band = self.row(points);
            parts.push(PointsExplanation {
                of: factor.label.clone(),
                observed: Some(observed.clone()),
                points: Some(plain(model, &points.ty.base, &earned)),
                band,
                ..PointsExplanation::default()
            });
            let all: Vec<Value> = select.rows.iter().map(|row| self.value(&row.value)).collect();
            let better = |a: &Value, b: &Value| {
                let order = a.compare(b).unwrap_or(Ordering::Equal);
                if card.lower_is_better { order.reverse() } else { order }
            };
            let Some(best) = all.into_iter().filter(|v| !v.is_missing()).max_by(better) else { continue };
            let (high, low) = if card.lower_is_better { (&earned, &best) } else { (&best, &earned) };
            let distance = semantics::arithmetic(Op::Subtract(card.number), high, low);
            if let Some(distance) =
                distance.filter(|d| d.compare(&zero(card.number)).is_some_and(Ordering::is_gt))
            {
                let shown = plain(model, &points.ty.base, &distance);
                reasons.push((distance, Reason { of: factor.label.clone(), observed, distance: shown }));
            }
        }
        // A stable sort keeps the order written.
        reasons.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        (parts, reasons.into_iter().map(|(_, reason)| reason).collect())
    }

    fn composite(&mut self, composite: &'a Composite) -> Vec<PointsExplanation> {
        let model = self.model();
        let mut parts = Vec::with_capacity(composite.members.len());
        for (weight, member, label) in &composite.members {
            let (weight, value) = (self.value(weight), self.value(member));
            let points =
                semantics::arithmetic(Op::Multiply(Number::Float), &weight, &value).unwrap_or_default();
            let shown = |value: &Value| Some(plain(model, &Base::Float, value));
            parts.push(PointsExplanation {
                of: label.clone(),
                observed: shown(&value),
                weight: shown(&weight),
                points: shown(&points),
                band: None,
            });
        }
        parts
    }

    fn rfm(&mut self, declared: &Score, rfm: &'a Rfm, slots: &[(ScorePart, Slot)]) -> Vec<PointsExplanation> {
        let model = self.model();
        let mut part = |wanted: &ScorePart| {
            let slot = slots.iter().find(|(part, _)| part == wanted).map(|(_, slot)| *slot);
            slot.map_or(Value::Missing, |slot| self.standing.evaluation.value(self.inputs, slot).clone())
        };
        let mut of =
            |value: ScorePart, score: ScorePart| (part_name(declared, &value), part(&value), part(&score));
        let mut scored = vec![
            (of(ScorePart::Recency, ScorePart::R), &rfm.recency_cuts),
            (of(ScorePart::Frequency, ScorePart::F), &rfm.frequency_cuts),
        ];
        if rfm.monetary.is_some() {
            scored.push((of(ScorePart::Monetary, ScorePart::M), &rfm.monetary_cuts));
        }
        let mut parts = Vec::new();
        for ((name, value, score), cuts) in scored {
            let band = match cuts {
                Cuts::At(cuts) => {
                    let cuts: Vec<(Value, Plain)> =
                        cuts.iter().map(|cut| (self.value(cut), self.plain(cut))).collect();
                    between(&value, &cuts).map(Arc::from)
                }
                Cuts::Learned(_) => self.learned_band(declared, name, &value),
            };
            parts.push(PointsExplanation {
                of: name.into(),
                observed: Some(plain(model, &Base::Float, &value)),
                points: Some(plain(model, &Base::Float, &score)),
                band,
                ..PointsExplanation::default()
            });
        }
        parts
    }

    /// The nearest centre and the second.
    fn centers(
        &mut self,
        slots: &[(ScorePart, Slot)],
        label_type: crate::model::EnumId,
    ) -> Vec<PointsExplanation> {
        let plan = self.inputs.plan;
        let nearest = slots.iter().find_map(|(_, slot)| match plan.nodes.get(*slot) {
            Some(Node::Nearest { features, centers, part: NearestPart::Label }) => Some((features, *centers)),
            _ => None,
        });
        let Some((features, table)) = nearest else { return Vec::new() };
        let Some(table) = plan.centers.get(table as usize) else { return Vec::new() };
        let values: Vec<Value> =
            features.iter().map(|slot| self.standing.evaluation.value(self.inputs, *slot).clone()).collect();
        let Some(at) = scaled(table, values.iter()) else { return Vec::new() };
        let mut centers: Vec<(usize, f64)> = distances(table, &at).enumerate().collect();
        centers.sort_by(|(a, x), (b, y)| x.total_cmp(y).then(a.cmp(b)));
        let labels =
            plan.model.enums.get(label_type.0 as usize).map(|e| e.labels.as_slice()).unwrap_or_default();
        let shown = centers.into_iter().take(2).filter_map(|(n, distance)| {
            let of = labels.get(n)?.name.clone();
            Some(PointsExplanation {
                of,
                observed: Some(Plain::Float(distance)),
                ..PointsExplanation::default()
            })
        });
        shown.collect()
    }
}

pub(super) fn zero(number: Number) -> Value {
    match number {
        Number::Int => Value::Int(0),
        Number::Decimal => Value::Decimal(crate::values::Decimal::ZERO),
        Number::Float => Value::Float(0.0),
    }
}

/// The cuts between which a value lies: above the lower, up to and including the upper.
pub(super) fn between(value: &Value, cuts: &[(Value, Plain)]) -> Option<String> {
    if value.is_missing() {
        return None;
    }
    let below = cuts.iter().rev().find(|(cut, _)| cut.compare(value).is_some_and(Ordering::is_lt));
    let above = cuts.iter().find(|(cut, _)| cut.compare(value).is_some_and(Ordering::is_ge));
    Some(match (below, above) {
        (Some((_, low)), Some((_, high))) => format!("above {}, up to {}", line(low), line(high)),
        (Some((_, low)), None) => format!("above {}", line(low)),
        (None, Some((_, high))) => format!("up to {}", line(high)),
        (None, None) => "any".to_owned(),
    })
}
