//! Scores of every kind that is not learned.

use casewise_core::model::{
    Centers, Cluster, Composite, Cuts, FactorScoring, MissingFill, Number, Rfm, Score, ScoreId, ScoreKind,
    ScorePart, Scorecard,
};
use casewise_core::values::{Label, Value};

use super::facts::{Facts, sum};
use super::number::{self, float, order};

impl Facts<'_> {
    /// A score or a part of one.
    pub(super) fn score_part(&self, id: ScoreId, part: &ScorePart) -> Value {
        let score: &Score = &self.model.scores[id.0];
        match &score.kind {
            ScoreKind::Expression { value, .. } => self.of(value),
            ScoreKind::Scorecard(card) if card.learned.is_none() => self.scorecard(card),
            ScoreKind::Behavior(behavior) if !behavior.percentile => {
                let bound = |e: &Option<_>| e.as_ref().map(|e| self.of(e));
                let mut sum = self.of(&behavior.sum);
                // "plus `cap`, `floor`"
                if let Some(cap) = bound(&behavior.cap)
                    && order(&sum, &cap).is_some_and(|o| o.is_gt())
                {
                    sum = cap;
                }
                if let Some(floor) = bound(&behavior.floor)
                    && order(&sum, &floor).is_some_and(|o| o.is_lt())
                {
                    sum = floor;
                }
                sum
            }
            ScoreKind::Rfm(rfm) => self.rfm(rfm, id, part),
            ScoreKind::Cluster(cluster) if matches!(cluster.centers, Centers::At(_)) => {
                self.cluster(cluster, part)
            }
            ScoreKind::Composite(composite) => self.composite(composite),
            ScoreKind::Scorecard(_)
            | ScoreKind::Behavior(_)
            | ScoreKind::Cluster(_)
            | ScoreKind::Affinity(_)
            | ScoreKind::Lifetime(_) => self.learned.part(id, part, &|e| self.of(e)),
        }
    }

    /// "base plus points", in the widest type of the points and in the order written.
    fn scorecard(&self, card: &Scorecard) -> Value {
        let points = card.factors.iter().map(|factor| match &factor.scoring {
            FactorScoring::Points(points) => self.of(points),
            FactorScoring::BinsAt(_) | FactorScoring::Bins(_) | FactorScoring::Each => Value::Missing,
        });
        points.fold(self.of(&card.base), |total, points| sum(&total, &points, card.number))
    }

    /// "composites are floats, summed in the order written."
    fn composite(&self, composite: &Composite) -> Value {
        composite.members.iter().fold(Value::Float(0.0), |total, (weight, member, _)| {
            let term = match (self.of(weight), self.of(member)) {
                (Value::Float(weight), Value::Float(member)) => float(weight * member),
                _ => Value::Missing,
            };
            sum(&total, &term, Number::Float)
        })
    }

    fn rfm(&self, rfm: &Rfm, id: ScoreId, part: &ScorePart) -> Value {
        let frequency = self.of(&rfm.frequency);
        // "No event: frequency and monetary 0, the rest missing."
        if frequency == Value::Int(0) {
            return match (part, &rfm.monetary) {
                (ScorePart::Frequency, _) => frequency,
                (ScorePart::Monetary, Some(monetary)) => number::widen(&Value::Int(0), &monetary.ty.base),
                _ => Value::Missing,
            };
        }
        // "recency = days from the last event's date to today"
        let recency = match (self.of(&rfm.last), self.today) {
            (Value::Date(last), Some(today)) => Value::Int(i64::from(today.0) - i64::from(last.0)),
            _ => Value::Missing,
        };
        let monetary = rfm.monetary.as_ref().map(|e| self.of(e));
        // "Score = 1 + number of cuts strictly below the value."
        let score = |value: &Value, cuts: &Cuts, reversed: bool, part: ScorePart| match cuts {
            Cuts::Learned(_) => match self.learned.part(id, &part, &|e| self.of(e)) {
                Value::Int(n) => Some(n),
                _ => None,
            },
            Cuts::At(cuts) => {
                let below = cuts
                    .iter()
                    .try_fold(0, |n, cut| Some(n + i64::from(order(&self.of(cut), value)?.is_lt())))?;
                let bins = i64::try_from(cuts.len()).unwrap() + 1;
                // "Recency reversed so 5 is most recent."
                Some(if reversed { bins - below } else { 1 + below })
            }
        };
        let r = score(&recency, &rfm.recency_cuts, true, ScorePart::R);
        let f = score(&frequency, &rfm.frequency_cuts, false, ScorePart::F);
        let m = monetary.as_ref().map(|value| score(value, &rfm.monetary_cuts, false, ScorePart::M));
        // Without `monetary`: m is missing, total is r + f, the code has two digits.
        let digits: Option<Vec<i64>> = [Some(r), Some(f), m].into_iter().flatten().collect();
        let int = |n: Option<i64>| n.map_or(Value::Missing, Value::Int);
        match part {
            ScorePart::Recency => recency,
            ScorePart::Frequency => frequency,
            ScorePart::Monetary => monetary.unwrap_or_default(),
            ScorePart::R => int(r),
            ScorePart::F => int(f),
            ScorePart::M => int(m.flatten()),
            ScorePart::Total => int(digits.map(|d| d.iter().sum())),
            ScorePart::Code => digits.map_or(Value::Missing, |d| {
                Value::Text(d.iter().map(ToString::to_string).collect::<String>().into())
            }),
            _ => Value::Missing,
        }
    }

    /// "Label = nearest centre (ties: lowest)." Centres by hand are on the features as they are.
    fn cluster(&self, cluster: &Cluster, part: &ScorePart) -> Value {
        let Centers::At(centers) = &cluster.centers else { return Value::Missing };
        let features: Option<Vec<f64>> = cluster
            .features
            .iter()
            .map(|feature| match (self.of(feature), &cluster.missing) {
                (Value::Float(x), _) => Some(x),
                (_, MissingFill::Constant(fill)) => as_float(&self.of(fill)),
                _ => None,
            })
            .collect();
        let Some(features) = features else { return Value::Missing };
        let mut best: Option<(usize, f64)> = None;
        for (label, center) in centers.iter().enumerate() {
            let mut square = 0.0;
            for (x, at) in features.iter().zip(center) {
                let Some(at) = as_float(&self.of(at)) else { return Value::Missing };
                square += (x - at) * (x - at);
            }
            let distance = square.sqrt();
            if best.is_none_or(|(_, least)| distance < least) {
                best = Some((label, distance));
            }
        }
        // A distance that overflows is missing, and nothing is nearest.
        match best.filter(|(_, distance)| distance.is_finite()) {
            None => Value::Missing,
            Some((label, distance)) => match part {
                ScorePart::Label | ScorePart::Value => Value::Label(Label(u32::try_from(label).unwrap())),
                ScorePart::Distance => float(distance),
                _ => Value::Missing,
            },
        }
    }
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(x) => Some(*x),
        _ => None,
    }
}
