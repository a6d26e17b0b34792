//! Learned scores, given their parameters.
//!
//! What is read of a customer is asked in the language's own expressions; the formulas of the two lifetime models
//! are the engine's, as the exponential function is.

use casewise_core::model::{
    Affinity, Aggregate, AggregateFunction, Base, Cluster, Expr, ExprKind, FactorScoring, Lifetime, Model,
    Op, Rfm, ScoreId, ScoreKind, ScorePart, Scorecard, TableId, TableKind, Type,
};
use casewise_core::parameters::{
    AffinityParameters, BinParameters, ClusterParameters, Learned as Numbers, LearnedCuts,
    LifetimeParameters, Parameters, RuleParameters, ScorecardParameters,
};
use casewise_core::source::Span;
use casewise_core::values::lifetime::{History, Horizon, discounted_value};
use casewise_core::values::{Duration, Label, Value};

use super::Learned;
use super::number::{float, order};

/// The learned scores of a model, with what was learned.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its parameters.
    pub parameters: &'a Parameters,
}

type Ask<'v> = &'v dyn Fn(&Expr) -> Value;

impl Learned for Given<'_> {
    fn part(&self, score: ScoreId, part: &ScorePart, value: Ask<'_>) -> Value {
        let declared = &self.model.scores[score.0];
        let numbers = &self.parameters.parts[&declared.name].learned;
        match (&declared.kind, numbers) {
            (ScoreKind::Rfm(rfm), Numbers::Rfm(learned)) => {
                let of = |cuts: &Option<LearnedCuts>, e: &Expr, reversed| {
                    cut_score(cuts.as_ref(), &value(e), reversed)
                };
                match part {
                    ScorePart::R => of(&learned.recency, &recency(rfm), true),
                    ScorePart::F => of(&learned.frequency, &rfm.frequency, false),
                    ScorePart::M => {
                        rfm.monetary.as_ref().map_or(Value::Missing, |m| of(&learned.monetary, m, false))
                    }
                    _ => Value::Missing,
                }
            }
            (ScoreKind::Scorecard(card), Numbers::Scorecard(learned)) => {
                scorecard(card, learned, self.model, value)
            }
            (ScoreKind::Behavior(behavior), Numbers::Percentile(learned)) => {
                // "plus `cap`, `floor` and learned `scale percentile`"
                let mut sum = as_float(&value(&behavior.sum));
                let bound = |e: &Option<Expr>| e.as_ref().and_then(|e| as_float(&value(e)));
                if let (Some(x), Some(cap)) = (sum, bound(&behavior.cap)) {
                    sum = Some(x.min(cap));
                }
                if let (Some(x), Some(floor)) = (sum, bound(&behavior.floor)) {
                    sum = Some(x.max(floor));
                }
                let below = |x: f64| learned.quantiles.iter().filter(|q| **q < x).count();
                sum.map_or(Value::Missing, |x| float(below(x) as f64))
            }
            (ScoreKind::Cluster(cluster), Numbers::Cluster(learned)) => {
                nearest(cluster, learned, part, value)
            }
            (ScoreKind::Affinity(affinity), Numbers::Affinity(learned)) => {
                best_rule(affinity, learned, part, self.model, value)
            }
            (ScoreKind::Lifetime(lifetime), Numbers::Lifetime(learned)) => {
                lifetime_part(lifetime, learned, part, self.model, value)
            }
            _ => panic!("the parameters of `{}` are of another kind", declared.name),
        }
    }
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Float(x) => Some(*x),
        Value::Decimal(d) => Some(d.to_f64()),
        _ => None,
    }
}

fn expr(kind: ExprKind, base: Base) -> Expr {
    Expr { kind, ty: Type::optional(base), span: Span::default() }
}

fn apply(op: Op, args: Vec<Expr>, base: Base) -> Expr {
    expr(ExprKind::Apply(op, args), base)
}

fn constant(value: Value, base: Base) -> Expr {
    expr(ExprKind::Constant(value), base)
}

/// "recency = days from the last event's date to today"
fn recency(rfm: &Rfm) -> Expr {
    apply(Op::DaysBetween, vec![rfm.last.clone(), expr(ExprKind::Today, Base::Date)], Base::Int)
}

/// "Score = 1 + number of cuts strictly below the value …, recency reversed"
fn cut_score(cuts: Option<&LearnedCuts>, value: &Value, reversed: bool) -> Value {
    let (Some(cuts), Some(x)) = (cuts, as_float(value)) else { return Value::Missing };
    let below = cuts.cuts.iter().filter(|cut| **cut < x).count();
    let score = if reversed { cuts.cuts.len() + 1 - below } else { 1 + below };
    Value::Int(i64::try_from(score).unwrap())
}

/// "missing and never-seen values are bins of their own with stated points"
fn scorecard(card: &Scorecard, learned: &ScorecardParameters, model: &Model, value: Ask<'_>) -> Value {
    let mut total = learned.base;
    for (factor, numbers) in card.factors.iter().zip(&learned.factors) {
        let of = value(&factor.of);
        let bin: &BinParameters = if of == Value::Missing {
            &numbers.missing
        } else {
            match &factor.scoring {
                // "[a, b)": the last bin that starts at or below the value.
                FactorScoring::BinsAt(cuts) => {
                    let at_or_below =
                        cuts.iter().filter(|cut| order(&value(cut), &of).is_some_and(|o| o.is_le()));
                    &numbers.bins[at_or_below.count()]
                }
                FactorScoring::Bins(_) => {
                    let x = as_float(&of).unwrap();
                    let holds = |bin: &&BinParameters| {
                        bin.from.is_none_or(|a| a <= x) && bin.to.is_none_or(|b| x < b)
                    };
                    numbers.bins.iter().find(holds).unwrap()
                }
                FactorScoring::Each => {
                    let name = name_of(model, &factor.of.ty.base, &of);
                    numbers
                        .bins
                        .iter()
                        .find(|bin| bin.value.as_deref() == Some(&name))
                        .unwrap_or(&numbers.unseen)
                }
                FactorScoring::Points(_) => panic!("points by hand in a learned scorecard"),
            }
        };
        total += bin.points;
    }
    float(total)
}

fn name_of(model: &Model, base: &Base, value: &Value) -> String {
    match (value, base) {
        (Value::Text(text), _) => text.to_string(),
        (Value::Bool(b), _) => b.to_string(),
        (Value::Int(n), _) => n.to_string(),
        (Value::Label(Label(n)), Base::Enum(id)) => {
            model.enums[id.0 as usize].labels[usize::try_from(*n).unwrap()].name.to_string()
        }
        _ => panic!("{value:?} has no name"),
    }
}

/// "Label = nearest centre (ties: lowest)", "zero spread scales to 0".
fn nearest(cluster: &Cluster, learned: &ClusterParameters, part: &ScorePart, value: Ask<'_>) -> Value {
    let mut at = Vec::new();
    for (feature, numbers) in cluster.features.iter().zip(&learned.features) {
        let Some(x) = as_float(&value(feature)).or(numbers.fill) else { return Value::Missing };
        at.push(if numbers.spread == 0.0 { 0.0 } else { (x - numbers.center) * (1.0 / numbers.spread) });
    }
    let mut best: Option<(usize, f64)> = None;
    for (label, center) in learned.centers.iter().enumerate() {
        let mut square = 0.0;
        for (x, c) in at.iter().zip(&center.scaled) {
            square += (x - c) * (x - c);
        }
        if best.is_none_or(|(_, least)| square.sqrt() < least) {
            best = Some((label, square.sqrt()));
        }
    }
    match best.filter(|(_, distance)| distance.is_finite()) {
        None => Value::Missing,
        Some((label, distance)) => match part {
            ScorePart::Label => Value::Label(Label(u32::try_from(label).unwrap())),
            _ => float(distance),
        },
    }
}

/// "the best rule whose left side is held and whose right side is x, missing if none"
fn best_rule(
    affinity: &Affinity,
    learned: &AffinityParameters,
    part: &ScorePart,
    model: &Model,
    value: Ask<'_>,
) -> Value {
    let (item, lift) = match part {
        ScorePart::Confidence(item) => (item, false),
        ScorePart::Lift(item) => (item, true),
        _ => return Value::Missing,
    };
    let held: Vec<String> = match (&affinity.set, affinity.events) {
        (Some(set), _) => {
            let Base::Set(of) = &set.ty.base else { panic!("items of what is no set") };
            let Value::Set(items) = value(set) else { return Value::Missing };
            items.iter().map(|item| name_of(model, of, item)).collect()
        }
        (None, Some((table, field))) => {
            let of = model.tables[table.0].fields[field].ty.base.clone();
            learned
                .rules
                .iter()
                .flat_map(|rule| &rule.left)
                .filter(|name| bought(affinity, model, table, field, &of, name, value))
                .map(ToString::to_string)
                .collect()
        }
        (None, None) => return Value::Missing,
    };
    let fires = |rule: &&RuleParameters| {
        rule.right == *item && rule.left.iter().all(|left| held.iter().any(|name| name == &**left))
    };
    let mut best: Option<&RuleParameters> = None;
    for rule in learned.rules.iter().filter(fires) {
        let better = best.is_none_or(|best| {
            // Confidences as exact fractions.
            let (mine, theirs) = (
                u128::from(rule.count) * u128::from(best.left_count),
                u128::from(best.count) * u128::from(rule.left_count),
            );
            (mine, rule.count, std::cmp::Reverse(rule.left.len()))
                > (theirs, best.count, std::cmp::Reverse(best.left.len()))
        });
        if better {
            best = Some(rule);
        }
    }
    best.map_or(Value::Missing, |rule| float(if lift { rule.lift } else { rule.confidence }))
}

/// Whether an event in the window has this item.
fn bought(
    affinity: &Affinity,
    model: &Model,
    table: TableId,
    field: usize,
    of: &Base,
    name: &str,
    value: Ask<'_>,
) -> bool {
    let item = match of {
        Base::Text => Value::Text(name.into()),
        Base::Enum(id) => {
            let labels = &model.enums[id.0 as usize].labels;
            let place = labels.iter().position(|label| &*label.name == name).unwrap();
            Value::Label(Label(u32::try_from(place).unwrap()))
        }
        other => panic!("items of type {other:?}"),
    };
    let is =
        apply(Op::Eq, vec![expr(ExprKind::Field(field), of.clone()), constant(item, of.clone())], Base::Bool);
    let exists = Aggregate {
        function: AggregateFunction::Exists,
        table,
        value: None,
        half_life: None,
        filter: Some(is),
        window: affinity.window.clone(),
        then: None,
    };
    value(&expr(ExprKind::Aggregate(Box::new(exists)), Base::Bool)) == Value::Bool(true)
}

/// "purchases of one day are one"; time runs from the first day to the last day of history.
fn lifetime_part(
    lifetime: &Lifetime,
    learned: &LifetimeParameters,
    part: &ScorePart,
    model: &Model,
    value: Ask<'_>,
) -> Value {
    let kind = model.tables[lifetime.table.0].kind;
    let at = expr(ExprKind::Field(0), if kind == TableKind::Events { Base::Time } else { Base::Date });
    let day = if kind == TableKind::Events { apply(Op::DateOf, vec![at], Base::Date) } else { at };
    let ask = |function, of: Option<Expr>, filter: Option<Expr>, base: Base| {
        let aggregate = Aggregate {
            function,
            table: lifetime.table,
            value: of,
            half_life: None,
            filter,
            window: None,
            then: None,
        };
        value(&expr(ExprKind::Aggregate(Box::new(aggregate)), base))
    };
    let filter = &lifetime.filter;
    let first = ask(AggregateFunction::First, Some(day.clone()), filter.clone(), Base::Date);
    let last = ask(AggregateFunction::Last, Some(day.clone()), filter.clone(), Base::Date);
    let days = ask(AggregateFunction::Days, None, filter.clone(), Base::Int);
    let microsecond = constant(Value::Duration(Duration(1)), Base::Duration);
    let one_day = constant(Value::Duration(Duration(86_400_000_000)), Base::Duration);
    let end = value(&match kind {
        TableKind::Events => {
            let before = apply(
                Op::TimeSubtractDuration,
                vec![expr(ExprKind::Now, Base::Time), microsecond],
                Base::Time,
            );
            apply(Op::DateOf, vec![before], Base::Date)
        }
        _ => apply(Op::DateSubtractDuration, vec![expr(ExprKind::Today, Base::Date), one_day], Base::Date),
    });
    let (Value::Date(first), Value::Date(last), Value::Date(end), Value::Int(days)) =
        (first, last, end, days)
    else {
        return Value::Missing;
    };
    let Value::Duration(unit) = value(&lifetime.unit) else { panic!("a unit that is no duration") };
    let unit = unit.0 as f64 / 86_400_000_000.0;
    let since =
        |from: casewise_core::values::Date, to: casewise_core::values::Date| f64::from(to.0 - from.0) / unit;
    let history = History {
        repeats: u64::try_from(days - 1).unwrap(),
        recency: since(first, last),
        age: since(first, end),
    };
    let discount = as_float(&value(&lifetime.discount)).unwrap();
    // "over a horizon with a yearly discount": month by month, or unit by unit.
    let (days_ahead, periods) = match value(&lifetime.horizon) {
        Value::Period(months) => (f64::from(months.0) * 365.25 / 12.0, f64::from(months.0).min(1200.0)),
        Value::Duration(length) => {
            let days = length.0 as f64 / 86_400_000_000.0;
            (days, (days / unit).ceil().clamp(1.0, 1200.0))
        }
        other => panic!("a horizon of {other:?}"),
    };
    let horizon = Horizon {
        periods: periods as u32,
        length: days_ahead / unit / periods,
        years: days_ahead / 365.25 / periods,
        discount,
    };
    match part {
        ScorePart::Alive => float(learned.purchases.alive(&history)),
        ScorePart::Expected => float(learned.purchases.expected(&history, periods * horizon.length)),
        ScorePart::LifetimeValue => {
            let (Some(worth), Some(spend)) = (&lifetime.monetary, &learned.spend) else {
                return Value::Missing;
            };
            let later = apply(Op::Gt, vec![day, constant(Value::Date(first), Base::Date)], Base::Bool);
            let known = apply(Op::IsPresent, vec![worth.clone()], Base::Bool);
            let both = filter.iter().cloned().chain([later, known]).collect();
            let repeats = Some(apply(Op::And, both, Base::Bool));
            let days = ask(AggregateFunction::Days, None, repeats.clone(), Base::Int);
            let sum = ask(AggregateFunction::Sum, Some(worth.clone()), repeats, Base::Float);
            let (purchases, mean) = match (days, sum) {
                (Value::Int(0), _) => (0, 0.0),
                (Value::Int(n), Value::Float(sum)) if sum > 0.0 => {
                    (u64::try_from(n).unwrap(), sum / n as f64)
                }
                _ => return Value::Missing,
            };
            let worth = spend.model.expected_spend(purchases, mean);
            float(discounted_value(&learned.purchases, &history, worth, &horizon))
        }
        _ => Value::Missing,
    }
}
