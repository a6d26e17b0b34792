//! Learned scores → nodes, from their parameters.

use std::sync::Arc;

use super::PlanError;
use super::lifetime::{LifetimePart, LifetimeTable};
use super::lower::{CenterTable, Lowerer, RuleTable};
use super::node::{AggregateNode, Node, PatternNode, SelectNode, Slot};
use crate::model::{
    Affinity, AggregateFunction, Base, Cluster, Cuts, FactorScoring, Lifetime, Number, Op, Rfm, ScoreId,
    ScorePart, Scorecard, ScorecardFactor, TableId, TableKind,
};
use crate::parameters::{
    AffinityParameters, ClusterParameters, FactorParameters, Learned, LearnedCuts, LifetimeParameters,
    PERCENTILES, PercentileParameters, RfmParameters, RuleParameters, ScorecardParameters, number,
    of_category,
};
use crate::values::{Duration, Value, ValueKey};

impl<'m> Lowerer<'m> {
    fn score_name(&self, id: ScoreId) -> Arc<str> {
        self.model.scores.get(id.0).map(|s| s.name.clone()).unwrap_or_default()
    }

    pub(super) fn parameters_required(&self, id: ScoreId) -> PlanError {
        PlanError::parameters_required(self.score_name(id))
    }

    fn unfit(&self, id: ScoreId, what: &str) -> PlanError {
        PlanError::parameters(format!("the parameters of `{}` cannot be used: {what}", self.score_name(id)))
    }

    /// What was learned of a score, if it is of the right kind.
    fn learned<T>(
        &self,
        id: ScoreId,
        pick: impl Fn(&'m Learned) -> Option<&'m T>,
    ) -> Result<&'m T, PlanError> {
        let part = self.parameters.and_then(|p| p.parts.get(&self.score_name(id)));
        let part = part.ok_or_else(|| self.parameters_required(id))?;
        pick(&part.learned)
            .ok_or_else(|| self.unfit(id, &format!("they are those of a `{}`", part.learned.word())))
    }

    /// Cuts in ascending order, as floats.
    fn cuts(&self, id: ScoreId, cuts: &[f64], count: usize) -> Result<Arc<[ValueKey]>, PlanError> {
        if cuts.len() != count || !cuts.iter().all(|c| c.is_finite()) || !cuts.is_sorted() {
            return Err(self.unfit(id, &format!("there must be {count} cuts, ascending")));
        }
        Ok(cuts.iter().map(|cut| ValueKey(Value::float(*cut))).collect())
    }

    /// A number as a float.
    fn widened(&mut self, slot: Slot, base: &Base) -> Result<Slot, PlanError> {
        match base {
            Base::Int => self.apply(Op::IntToFloat, vec![slot]),
            Base::Decimal => self.apply(Op::DecimalToFloat, vec![slot]),
            _ => Ok(slot),
        }
    }

    /// The score of a part of an rfm by learned cuts.
    pub(super) fn learned_cut_score(
        &mut self,
        id: ScoreId,
        rfm: &'m Rfm,
        part: &ScorePart,
        value: Slot,
    ) -> Result<Slot, PlanError> {
        let learned: &RfmParameters = self.learned(id, |l| match l {
            Learned::Rfm(rfm) => Some(rfm),
            _ => None,
        })?;
        let (found, declared, base, what): (&Option<LearnedCuts>, &Cuts, Base, &str) = match part {
            ScorePart::R => (&learned.recency, &rfm.recency_cuts, Base::Int, "recency"),
            ScorePart::F => (&learned.frequency, &rfm.frequency_cuts, Base::Int, "frequency"),
            _ => {
                let base = rfm.monetary.as_ref().map_or(Base::Float, |m| m.ty.base.clone());
                (&learned.monetary, &rfm.monetary_cuts, base, "monetary")
            }
        };
        let Cuts::Learned(bins) = declared else {
            return Err(PlanError::internal("cuts that are not learned"));
        };
        let Some(found) = found else { return Err(self.unfit(id, &format!("{what} has no cuts"))) };
        let cuts = self.cuts(id, &found.cuts, bins.saturating_sub(1))?;
        let value = self.widened(value, &base)?;
        self.add(Node::CutScore { value, cuts, reversed: *part == ScorePart::R })
    }

    /// The percentile of a value: how many of the stored percentiles lie strictly below it.
    pub(super) fn percentile(&mut self, id: ScoreId, value: Slot) -> Result<Slot, PlanError> {
        let learned: &PercentileParameters = self.learned(id, |l| match l {
            Learned::Percentile(percentile) => Some(percentile),
            _ => None,
        })?;
        let cuts = self.cuts(id, &learned.quantiles, PERCENTILES)?;
        let score = self.add(Node::CutScore { value, cuts, reversed: false })?;
        let one = self.constant(Value::Int(1))?;
        let below = self.apply(Op::Subtract(Number::Int), vec![score, one])?;
        self.apply(Op::IntToFloat, vec![below])
    }

    /// Base plus the points of every factor's bin.
    pub(super) fn learned_scorecard(&mut self, id: ScoreId, card: &'m Scorecard) -> Result<Slot, PlanError> {
        let learned: &ScorecardParameters = self.learned(id, |l| match l {
            Learned::Scorecard(card) => Some(card),
            _ => None,
        })?;
        if learned.factors.len() != card.factors.len() {
            return Err(self.unfit(id, &format!("there must be {} factors", card.factors.len())));
        }
        let mut terms = vec![self.points(id, learned.base)?];
        for (factor, learned) in card.factors.iter().zip(&learned.factors) {
            terms.push(self.learned_factor(id, factor, learned)?);
        }
        self.add(Node::Apply(Op::Add(Number::Float), terms.into()))
    }

    fn points(&mut self, id: ScoreId, points: f64) -> Result<Slot, PlanError> {
        if !points.is_finite() {
            return Err(self.unfit(id, "points must be numbers"));
        }
        self.constant(Value::float(points))
    }

    fn learned_factor(
        &mut self,
        id: ScoreId,
        factor: &'m ScorecardFactor,
        learned: &'m FactorParameters,
    ) -> Result<Slot, PlanError> {
        let mut of = self.expr(&factor.of)?;
        let missing = self.points(id, learned.missing.points)?;
        let mut rows: Vec<(Box<[PatternNode]>, Slot)> = vec![([PatternNode::Missing].into(), missing)];
        let edges: Option<Vec<Value>> = match &factor.scoring {
            FactorScoring::BinsAt(cuts) => {
                Some(cuts.iter().map(|cut| self.constant_value(cut)).collect::<Result<_, _>>()?)
            }
            FactorScoring::Bins(_) => {
                of = self.widened(of, &factor.of.ty.base)?;
                let edges: Vec<f64> = learned.bins.iter().filter_map(|bin| bin.to).collect();
                if !edges.iter().all(|e| e.is_finite()) || !edges.is_sorted_by(|a, b| a < b) {
                    return Err(self.unfit(id, "the starts of bins must ascend"));
                }
                Some(edges.into_iter().map(Value::float).collect())
            }
            FactorScoring::Each => None,
            FactorScoring::Points(_) => return Err(PlanError::internal("points that are not learned")),
        };
        match edges {
            Some(edges) => {
                if learned.bins.len() != edges.len() + 1 {
                    return Err(
                        self.unfit(id, &format!("`{}` must have {} bins", learned.of, edges.len() + 1))
                    );
                }
                let keys: Vec<ValueKey> = edges.into_iter().map(ValueKey).collect();
                for (n, bin) in learned.bins.iter().enumerate() {
                    let low = n.checked_sub(1).and_then(|n| keys.get(n)).map(|key| (key.clone(), true));
                    let high = keys.get(n).map(|key| (key.clone(), false));
                    let points = self.points(id, bin.points)?;
                    rows.push(([PatternNode::Range { low, high }].into(), points));
                }
            }
            None => {
                for bin in &learned.bins {
                    let value =
                        bin.value.as_ref().and_then(|v| of_category(self.model, &factor.of.ty.base, v));
                    let Some(value) = value else {
                        return Err(
                            self.unfit(id, &format!("`{}` has a bin that is no value of its", learned.of))
                        );
                    };
                    let points = self.points(id, bin.points)?;
                    rows.push(([PatternNode::Values([ValueKey(value)].into())].into(), points));
                }
                let points = self.points(id, learned.unseen.points)?;
                rows.push(([PatternNode::Any].into(), points));
            }
        }
        self.add(Node::Select(Box::new(SelectNode { of: [of].into(), rows: rows.into() })))
    }

    /// Centres, scaling and fill of a cluster.
    pub(super) fn learned_centers(
        &mut self,
        id: ScoreId,
        cluster: &'m Cluster,
    ) -> Result<CenterTable, PlanError> {
        let learned: &ClusterParameters = self.learned(id, |l| match l {
            Learned::Cluster(cluster) => Some(cluster),
            _ => None,
        })?;
        let width = cluster.features.len();
        let labels = self.model.enums.get(cluster.label_type.0 as usize).map_or(0, |e| e.labels.len());
        let finite = |numbers: &[f64]| numbers.len() == width && numbers.iter().all(|x| x.is_finite());
        if learned.features.len() != width || !learned.centers.iter().all(|c| finite(&c.scaled)) {
            return Err(self.unfit(id, &format!("centres must have {width} coordinates, one a feature")));
        }
        if learned.centers.is_empty() || learned.centers.len() > labels {
            return Err(self.unfit(id, &format!("there must be 1 to {labels} centres")));
        }
        let mut table = CenterTable::default();
        for feature in &learned.features {
            let sound = feature.center.is_finite()
                && feature.spread.is_finite()
                && feature.fill.is_none_or(f64::is_finite);
            if !sound {
                return Err(self.unfit(id, "centre, spread and fill of a feature must be numbers"));
            }
            table.scale.push((feature.center, feature.multiplier()));
            table.fill.push(feature.fill);
        }
        table.centers = learned.centers.iter().map(|c| c.scaled.clone()).collect();
        Ok(table)
    }

    /// The items that a subject holds: a set.
    pub(super) fn held_items(&mut self, affinity: &'m Affinity) -> Result<Slot, PlanError> {
        match (&affinity.set, affinity.events) {
            (Some(set), _) => self.expr(set),
            (None, Some((table, field))) => {
                let window = self.window(affinity.window.as_ref())?;
                let kind = self.table_kind(table)?;
                let value = self.add(Node::Field(table, field as u32))?;
                self.add(Node::Aggregate(Box::new(AggregateNode {
                    function: AggregateFunction::Items,
                    table,
                    kind,
                    value: Some(value),
                    zero: ValueKey(Value::Missing),
                    half_life: None,
                    filter: None,
                    window,
                    then: None,
                    reads: [].into(),
                })))
            }
            (None, None) => Err(PlanError::internal("an affinity of nothing")),
        }
    }

    /// Confidence or lift of the best rule whose left side is held and whose right side is the item.
    pub(super) fn best_rule(
        &mut self,
        id: ScoreId,
        affinity: &'m Affinity,
        part: &ScorePart,
    ) -> Result<Slot, PlanError> {
        let learned: &AffinityParameters = self.learned(id, |l| match l {
            Learned::Affinity(affinity) => Some(affinity),
            _ => None,
        })?;
        let (ScorePart::Confidence(item) | ScorePart::Lift(item)) = part else {
            return Err(PlanError::internal("a part that an affinity does not have"));
        };
        let base = affinity.item_type(self.model);
        let held = self.held_items(affinity)?;
        let mut rules: Vec<&RuleParameters> =
            learned.rules.iter().filter(|rule| rule.right == *item).collect();
        // A stable sort: of equally good ones the first.
        rules.sort_by(|a, b| b.beats(a));
        let mut table = RuleTable::default();
        for rule in rules {
            let number = if matches!(part, ScorePart::Lift(_)) { rule.lift } else { rule.confidence };
            let left: Option<Vec<Value>> =
                rule.left.iter().map(|i| of_category(self.model, &base, i)).collect();
            let Some(left) = left.filter(|left| !left.is_empty() && number.is_finite()) else {
                return Err(self.unfit(id, &format!("a rule for `{item}` has an unknown item or no number")));
            };
            table.rules.push((left, number));
        }
        let rules = match self.rules.iter().position(|known| *known == table) {
            Some(place) => place,
            None => {
                self.rules.push(table);
                self.rules.len() - 1
            }
        };
        self.add(Node::BestRule { held, rules: rules as u32 })
    }

    /// What the model asks of its affinities.
    pub(super) fn asked(&self) -> Vec<(ScoreId, ScorePart, Slot)> {
        let of_item = |part: &ScorePart| matches!(part, ScorePart::Confidence(_) | ScorePart::Lift(_));
        let found = self.scores.iter().filter(|((_, part), _)| of_item(part));
        let mut asked: Vec<_> = found.map(|((id, part), slot)| (*id, part.clone(), *slot)).collect();
        asked.sort_by_key(|(id, part, _)| match part {
            ScorePart::Lift(item) => (*id, true, item.clone()),
            ScorePart::Confidence(item) => (*id, false, item.clone()),
            _ => (*id, false, "".into()),
        });
        asked
    }

    /// What is read of the purchases, in the order of [`Purchases`](super::lifetime::Purchases).
    pub(super) fn purchases(&mut self, lifetime: &'m Lifetime) -> Result<Vec<Slot>, PlanError> {
        let table = lifetime.table;
        let kind = self.table_kind(table)?;
        self.tables.push(table);
        let filter = lifetime.filter.as_ref().map(|e| self.expr(e)).transpose();
        let worth = lifetime.monetary.as_ref().map(|e| self.expr(e)).transpose();
        self.tables.pop();
        let (filter, worth) = (filter?, worth?);
        let at = self.add(Node::Field(table, 0))?;
        let day = match kind {
            TableKind::Events => self.apply(Op::DateOf, vec![at])?,
            TableKind::DatedEvents | TableKind::Rows => at,
        };
        let first = self.of_purchases(AggregateFunction::First, table, Some(day), filter)?;
        let last = self.of_purchases(AggregateFunction::Last, table, Some(day), filter)?;
        let end = match kind {
            TableKind::Events => {
                let now = self.add(Node::Now)?;
                let moment = self.constant(Value::Duration(Duration(1)))?;
                let before = self.apply(Op::TimeSubtractDuration, vec![now, moment])?;
                self.apply(Op::DateOf, vec![before])?
            }
            TableKind::DatedEvents | TableKind::Rows => {
                let today = self.add(Node::Today)?;
                let day = self.constant(Value::Duration(Duration(DAY)))?;
                self.apply(Op::DateSubtractDuration, vec![today, day])?
            }
        };
        let days = self.of_purchases(AggregateFunction::Days, table, None, filter)?;
        let mut slots = vec![first, last, end, days];
        if let Some(worth) = worth {
            let later = self.apply(Op::Gt, vec![day, first])?;
            let known = self.apply(Op::IsPresent, vec![worth])?;
            let mut conditions: Vec<Slot> = filter.into_iter().collect();
            conditions.extend([later, known]);
            let repeats = Some(self.apply(Op::And, conditions)?);
            slots.push(self.of_purchases(AggregateFunction::Sum, table, Some(worth), repeats)?);
            slots.push(self.of_purchases(AggregateFunction::Days, table, None, repeats)?);
        }
        Ok(slots)
    }

    fn of_purchases(
        &mut self,
        function: AggregateFunction,
        table: TableId,
        value: Option<Slot>,
        filter: Option<Slot>,
    ) -> Result<Slot, PlanError> {
        let mut reads = Vec::new();
        value.into_iter().chain(filter).for_each(|root| self.outside_event(root, &mut reads));
        let kind = self.table_kind(table)?;
        self.add(Node::Aggregate(Box::new(AggregateNode {
            function,
            table,
            kind,
            value,
            zero: ValueKey(Value::Float(0.0)),
            half_life: None,
            filter,
            window: None,
            then: None,
            reads: reads.into(),
        })))
    }

    /// What the models of a lifetime say.
    pub(super) fn lifetime_part(
        &mut self,
        id: ScoreId,
        lifetime: &'m Lifetime,
        part: &ScorePart,
    ) -> Result<Slot, PlanError> {
        let learned: &LifetimeParameters = self.learned(id, |l| match l {
            Learned::Lifetime(lifetime) => Some(lifetime),
            _ => None,
        })?;
        let part = match part {
            ScorePart::Alive => LifetimePart::Alive,
            ScorePart::Expected => LifetimePart::Expected,
            ScorePart::LifetimeValue => LifetimePart::Value,
            _ => return Err(PlanError::internal("a part that a lifetime does not have")),
        };
        if lifetime.monetary.is_some() != learned.spend.is_some() {
            return Err(self.unfit(id, "the model of what a purchase is worth does not fit the declaration"));
        }
        let unit = self.constant_value(&lifetime.unit)?;
        let horizon = self.constant_value(&lifetime.horizon)?;
        let discount = self.constant_value(&lifetime.discount)?;
        let discount =
            number(&discount).ok_or_else(|| PlanError::internal("a discount that is no number"))?;
        let Some(table) = LifetimeTable::new(learned, &unit, &horizon, discount) else {
            return Err(self.unfit(id, "the numbers lie outside of what can be computed"));
        };
        let purchases = self.purchases(lifetime)?;
        let place = match self.lifetimes.iter().position(|known| *known == table) {
            Some(place) => place,
            None => {
                self.lifetimes.push(table);
                self.lifetimes.len() - 1
            }
        };
        self.add(Node::Lifetime { purchases: purchases.into(), lifetime: place as u32, part })
    }

    /// The slots that a learned score is learned from.
    pub(super) fn lessons(&mut self, id: ScoreId) -> Result<Vec<Slot>, PlanError> {
        use crate::model::ScoreKind;
        let model = self.model;
        let score = model.scores.get(id.0).ok_or_else(|| PlanError::internal("an unknown score"))?;
        match &score.kind {
            ScoreKind::Rfm(rfm) => {
                let mut parts = vec![ScorePart::Recency, ScorePart::Frequency];
                parts.extend(rfm.monetary.is_some().then_some(ScorePart::Monetary));
                parts.iter().map(|part| self.score(id, part)).collect()
            }
            ScoreKind::Scorecard(card) => {
                let outcome = card.learned.as_ref().map(|l| &l.outcome);
                outcome.into_iter().chain(card.factors.iter().map(|f| &f.of)).map(|e| self.expr(e)).collect()
            }
            ScoreKind::Cluster(cluster) => cluster.features.iter().map(|e| self.expr(e)).collect(),
            ScoreKind::Behavior(behavior) => Ok(vec![self.bounded_sum(behavior)?]),
            ScoreKind::Affinity(affinity) => Ok(vec![self.held_items(affinity)?]),
            ScoreKind::Lifetime(lifetime) => self.purchases(lifetime),
            ScoreKind::Expression { .. } | ScoreKind::Composite(_) => Ok(Vec::new()),
        }
    }
}

const DAY: i64 = 86_400_000_000;
