//! How a learned score came about: the bin and its points, the cuts, the rule that fired, the purchases.

use std::sync::Arc;

use crate::model::{Affinity, Base, Behavior, Lifetime, Score, ScoreId, ScorePart, Scorecard};
use crate::parameters::{FactorParameters, Learned, RuleParameters, category, number};
use crate::plan::lifetime::{Purchased, Purchases, purchased};
use crate::plan::node::PatternNode;
use crate::plan::{Node, Slot};
use crate::row::plain::{line, plain};
use crate::row::report::Plain;
use crate::values::Value;

use super::Explainer;
use super::scores::{PointsExplanation, Reason, between};

/// What is asked of an affinity, as it is written.
pub(super) fn asked_name(part: &ScorePart) -> Arc<str> {
    match part {
        ScorePart::Confidence(item) => format!("confidence(\"{item}\")").into(),
        ScorePart::Lift(item) => format!("lift(\"{item}\")").into(),
        _ => "".into(),
    }
}

impl<'a> Explainer<'_, 'a> {
    fn slot(&mut self, slot: Slot) -> Value {
        self.standing.evaluation.value(self.inputs, slot).clone()
    }

    fn numbers(&self, score: &Score) -> Option<&'a Learned> {
        let parameters = self.inputs.plan.parameters.as_ref()?;
        parameters.parts.get(&score.name).map(|part| &part.learned)
    }

    /// The bin of every factor with its points; the reasons are the distances from the best bin.
    pub(super) fn learned_scorecard(
        &mut self,
        score: &Score,
        card: &'a Scorecard,
        slots: &[(ScorePart, Slot)],
    ) -> (Vec<PointsExplanation>, Vec<Reason>) {
        let plan = self.inputs.plan;
        let planned = slots.first().and_then(|(_, slot)| plan.nodes.get(*slot));
        let (Some(Learned::Scorecard(learned)), Some(Node::Apply(_, terms))) = (self.numbers(score), planned)
        else {
            return (Vec::new(), Vec::new());
        };
        let mut parts = vec![PointsExplanation {
            of: "base".into(),
            points: Some(Plain::Float(learned.base)),
            ..PointsExplanation::default()
        }];
        let mut reasons: Vec<(f64, Reason)> = Vec::new();
        for ((factor, numbers), term) in card.factors.iter().zip(&learned.factors).zip(terms.iter().skip(1)) {
            let observed = self.plain(&factor.of);
            let Some(points) = number(&self.slot(*term)) else { continue };
            parts.push(PointsExplanation {
                of: factor.label.clone(),
                observed: Some(observed.clone()),
                points: Some(Plain::Float(points)),
                band: self.bin(*term, numbers),
                ..PointsExplanation::default()
            });
            let of_bins = numbers.bins.iter().map(|bin| bin.points);
            let distance = match card.lower_is_better {
                false => of_bins.fold(f64::NEG_INFINITY, f64::max) - points,
                true => points - of_bins.fold(f64::INFINITY, f64::min),
            };
            if distance > 0.0 && distance.is_finite() {
                let shown = Plain::Float(distance);
                reasons.push((distance, Reason { of: factor.label.clone(), observed, distance: shown }));
            }
        }
        // A stable sort keeps the order written.
        reasons.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        (parts, reasons.into_iter().map(|(_, reason)| reason).collect())
    }

    /// The bin of a factor: where it starts and ends, or its value.
    fn bin(&mut self, term: Slot, numbers: &FactorParameters) -> Option<Arc<str>> {
        let Some(Node::Select(select)) = self.inputs.plan.nodes.get(term) else { return None };
        let of = self.slot(*select.of.first()?);
        let holds = |patterns: &[PatternNode]| patterns.first().is_some_and(|pattern| pattern.matches(&of));
        let place = select.rows.iter().position(|(patterns, _)| holds(patterns))?;
        // The row of a missing value comes first, that of values never seen last.
        Some(match place.checked_sub(1).map(|n| numbers.bins.get(n)) {
            None => "missing".into(),
            Some(None) => "never seen".into(),
            Some(Some(bin)) => bin.name("any").into(),
        })
    }

    /// The learned cuts of an rfm between which a value lies.
    pub(super) fn learned_band(&mut self, score: &Score, part: &str, value: &Value) -> Option<Arc<str>> {
        let Some(Learned::Rfm(learned)) = self.numbers(score) else { return None };
        let cuts = match part {
            "recency" => learned.recency.as_ref(),
            "frequency" => learned.frequency.as_ref(),
            _ => learned.monetary.as_ref(),
        };
        let cuts: Vec<(Value, Plain)> =
            cuts?.cuts.iter().map(|cut| (Value::Float(*cut), Plain::Float(*cut))).collect();
        let value = number(value).map(Value::float)?;
        between(&value, &cuts).map(Arc::from)
    }

    /// The value of a behavior and the stored percentiles between which it lies.
    pub(super) fn percentile(&mut self, score: &Score, behavior: &'a Behavior) -> Option<PointsExplanation> {
        let Some(Learned::Percentile(learned)) = self.numbers(score) else { return None };
        let cuts: Vec<(Value, Plain)> =
            learned.quantiles.iter().map(|cut| (Value::Float(*cut), Plain::Float(*cut))).collect();
        let plan = self.inputs.plan;
        let index = plan.model.scores.iter().position(|s| s.name == score.name)?;
        let (_, slot) = plan.scores.get(index)?.first()?;
        // percentile = (score − 1) as a float
        let below = match plan.nodes.get(*slot)? {
            Node::Apply(_, args) => args.first().and_then(|slot| plan.nodes.get(*slot)),
            _ => None,
        };
        let cut_score = match below? {
            Node::Apply(_, args) => args.first().and_then(|slot| plan.nodes.get(*slot)),
            _ => None,
        };
        let Some(Node::CutScore { value, .. }) = cut_score else { return None };
        let value = self.slot(*value);
        Some(PointsExplanation {
            of: self.source(behavior.sum.span),
            observed: Some(plain(&plan.model, &Base::Float, &value)),
            band: between(&value, &cuts).map(Arc::from),
            ..PointsExplanation::default()
        })
    }

    /// The rule that fired for every item that is asked about.
    pub(super) fn rules(
        &mut self,
        id: ScoreId,
        score: &Score,
        affinity: &'a Affinity,
    ) -> Vec<PointsExplanation> {
        let plan = self.inputs.plan;
        let Some(Learned::Affinity(learned)) = self.numbers(score) else { return Vec::new() };
        let base = affinity.item_type(&plan.model);
        let mut parts = Vec::new();
        for (_, part, slot) in plan.asked.iter().filter(|(of, _, _)| *of == id) {
            let (ScorePart::Confidence(item) | ScorePart::Lift(item), Some(Node::BestRule { held, .. })) =
                (part, plan.nodes.get(*slot))
            else {
                continue;
            };
            let held: Vec<Arc<str>> = match self.slot(*held) {
                Value::Set(items) => items.iter().filter_map(|i| category(&plan.model, &base, i)).collect(),
                _ => Vec::new(),
            };
            let fires =
                |rule: &&RuleParameters| rule.right == *item && rule.left.iter().all(|i| held.contains(i));
            let best = learned
                .rules
                .iter()
                .filter(fires)
                .reduce(|best, rule| if rule.beats(best).is_gt() { rule } else { best });
            let value = self.slot(*slot);
            parts.push(PointsExplanation {
                of: asked_name(part),
                observed: Some(plain(&plan.model, &Base::Float, &value)),
                band: Some(best.map_or_else(|| "no rule fires".into(), |rule| rule_text(rule).into())),
                ..PointsExplanation::default()
            });
        }
        parts
    }

    /// What the purchases say: how many, how long ago, and what they were worth.
    pub(super) fn purchases(
        &mut self,
        lifetime: &'a Lifetime,
        slots: &[(ScorePart, Slot)],
    ) -> Vec<PointsExplanation> {
        let plan = self.inputs.plan;
        let found = slots.iter().find_map(|(_, slot)| match plan.nodes.get(*slot) {
            Some(Node::Lifetime { purchases, lifetime, .. }) => Some((purchases, *lifetime)),
            _ => None,
        });
        let Some((purchases, table)) = found else { return Vec::new() };
        let Some(table) = plan.lifetimes.get(table as usize) else { return Vec::new() };
        let values: Vec<Value> = purchases.iter().map(|slot| self.slot(*slot)).collect();
        let value = |what: Purchases| values.get(what as usize).unwrap_or(&Value::Missing);
        let Some(Purchased { history, spend }) = purchased(table.unit_days, value) else { return Vec::new() };
        let unit = self.source(lifetime.unit.span);
        let part = |of: String, observed: Plain, band: Option<String>| PointsExplanation {
            of: of.into(),
            observed: Some(observed),
            band: band.map(Arc::from),
            ..PointsExplanation::default()
        };
        let dates = |what| Some(line(&plain(&plan.model, &Base::Date, value(what))));
        let repeats = i64::try_from(history.repeats).unwrap_or(i64::MAX);
        let mut parts = vec![
            part("purchases after the first".to_owned(), Plain::Int(repeats), None),
            part(
                format!("silent since the last, in units of {unit}"),
                Plain::Float(history.age - history.recency),
                dates(Purchases::Last),
            ),
            part(
                format!("customer for, in units of {unit}"),
                Plain::Float(history.age),
                dates(Purchases::First),
            ),
        ];
        if history.repeats == 0 {
            parts.push(part(
                "who never came back".to_owned(),
                Plain::Float(1.0),
                Some("cannot have left: alive is 1".to_owned()),
            ));
        }
        if let (Some(model), Some((count, mean))) = (table.spend, spend) {
            let worth = model.expected_spend(count, mean);
            let of_all = format!("of {count} at {} on average", line(&Plain::Float(mean)));
            parts.push(part("worth of a purchase".to_owned(), Plain::Float(worth), Some(of_all)));
        }
        parts
    }
}

fn rule_text(rule: &RuleParameters) -> String {
    let left: Vec<&str> = rule.left.iter().map(|item| &**item).collect();
    format!("{} → {}: {} of {}", left.join(" + "), rule.right, rule.count, rule.left_count)
}
