//! What pictures of a fit show beside its parameters: how the scores lie on the rows that they were learned from.

use std::collections::BTreeMap;
use std::sync::Arc;

use casewise_core::input::Subject;
use casewise_core::model::{Cuts, Rfm, ScoreId, ScoreKind, ScorePart};
use casewise_core::parameters::{Learned, ScorecardParameters, number};
use casewise_core::plan::lifetime::{LifetimeTable, Purchased, Purchases, purchased};
use casewise_core::plan::{Node, Plan, Slot};
use casewise_core::values::lifetime::{BgNbd, History};
use casewise_core::values::{Date, Time, Value};

use super::measure::{Question, Ranking, ranking, stated};
use super::{Columns, numbers};

/// Groups of lift and calibration.
const GROUPS: usize = 10;
/// Days of a week.
const WEEK: i64 = 7;
/// Most points of a curve over time.
const POINTS: i64 = 60;
/// From so many repeat purchases on, customers are taken together.
const MANY: u64 = 7;
/// Numbers of repeat purchases whose chance of being alive is drawn.
const DRAWN: [u64; 4] = [1, 2, 4, 8];

/// What is shown of one learned score; what is not here shows its parameters alone.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// Of an `rfm`.
    Rfm(Grid),
    /// Of a `scorecard`, on the rows that it was learned from.
    Scorecard(Box<Ranking>),
    /// Of a `lifetime`.
    Lifetime(Box<Lived>),
}

/// Customers by score of recency and frequency.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Scores of recency.
    pub recency: usize,
    /// Scores of frequency.
    pub frequency: usize,
    /// Whether there is a monetary value.
    pub has_monetary: bool,
    /// By scores of recency and frequency, both from 1; only those with customers.
    pub cells: BTreeMap<(i64, i64), Cell>,
}

/// Customers with the same two scores.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cell {
    /// How many.
    pub customers: u64,
    /// Their monetary value together.
    pub monetary: f64,
}

/// How a lifetime fits the history that it was learned from, and what it says of the future.
#[derive(Debug, Clone, PartialEq)]
pub struct Lived {
    /// Repeat purchases up to a day: what the model expects, and what there were.
    pub tracking: Vec<Tracked>,
    /// Customers by number of repeat purchases.
    pub frequencies: Vec<Frequency>,
    /// The chance of being alive by silence, per number of repeat purchases.
    pub silence: Vec<Silence>,
    /// Purchases to come of all customers together: units of time from now, and how many.
    pub ahead: Vec<(f64, f64)>,
    /// The unit of time in days.
    pub unit_days: f64,
}

/// One point in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Tracked {
    /// The day.
    pub through: Date,
    /// What the model expects up to it.
    pub expected: f64,
    /// What there were.
    pub actual: u64,
}

/// Customers with so many repeat purchases.
#[derive(Debug, Clone, PartialEq)]
pub struct Frequency {
    /// How many.
    pub repeats: u64,
    /// Or more.
    pub or_more: bool,
    /// As many as the model expects.
    pub expected: f64,
    /// As many as there are.
    pub actual: u64,
}

/// A customer with so many repeat purchases over half a year who falls silent.
#[derive(Debug, Clone, PartialEq)]
pub struct Silence {
    /// How many.
    pub repeats: u64,
    /// Units of time since the last purchase, and the chance of being alive.
    pub alive: Vec<(f64, f64)>,
}

/// The evidence of every learned score that has any, by its place in the model.
pub fn evidence(plan: &Plan, subjects: &[Arc<Subject>], now: Time) -> BTreeMap<usize, Evidence> {
    let Ok(subjects) = super::by_key(subjects) else { return BTreeMap::new() };
    let mut found = BTreeMap::new();
    for (place, score) in plan.model.scores.iter().enumerate() {
        let part = plan.parameters.as_ref().and_then(|parameters| parameters.parts.get(&score.name));
        let of = match (&score.kind, part.map(|part| &part.learned)) {
            (ScoreKind::Rfm(rfm), Some(Learned::Rfm(_))) => {
                Some(Evidence::Rfm(grid(plan, place, rfm, &subjects, now)))
            }
            (ScoreKind::Scorecard(_), Some(Learned::Scorecard(card))) => {
                card_ranking(plan, place, card, &subjects, now)
                    .map(|found| Evidence::Scorecard(Box::new(found)))
            }
            (ScoreKind::Lifetime(_), Some(Learned::Lifetime(_))) => {
                lived(plan, place, &subjects, now).map(|found| Evidence::Lifetime(Box::new(found)))
            }
            _ => None,
        };
        found.extend(of.map(|of| (place, of)));
    }
    found
}

fn part_slot(plan: &Plan, place: usize, part: &ScorePart) -> Option<Slot> {
    plan.scores.get(place)?.iter().find(|(of, _)| of == part).map(|(_, slot)| *slot)
}

fn grid(plan: &Plan, place: usize, rfm: &Rfm, subjects: &[&Subject], now: Time) -> Grid {
    let parts = [ScorePart::R, ScorePart::F, ScorePart::Monetary];
    let slots: Vec<Slot> = parts.iter().filter_map(|part| part_slot(plan, place, part)).collect();
    let columns = Columns::read(plan, &slots, subjects, now);
    let mut cells: BTreeMap<(i64, i64), Cell> = BTreeMap::new();
    for (row, (r, f)) in columns.get(0).iter().zip(columns.get(1)).enumerate() {
        let (Value::Int(r), Value::Int(f)) = (r, f) else { continue };
        let cell = cells.entry((*r, *f)).or_default();
        cell.customers += 1;
        cell.monetary += columns.get(2).get(row).and_then(number).unwrap_or(0.0);
    }
    let scores = |cuts: &Cuts| match cuts {
        Cuts::At(cuts) => cuts.len() + 1,
        Cuts::Learned(bins) => *bins,
    };
    Grid {
        recency: scores(&rfm.recency_cuts),
        frequency: scores(&rfm.frequency_cuts),
        has_monetary: rfm.monetary.is_some(),
        cells,
    }
}

fn card_ranking(
    plan: &Plan,
    place: usize,
    card: &ScorecardParameters,
    subjects: &[&Subject],
    now: Time,
) -> Option<Ranking> {
    let score = plan.model.scores.get(place)?;
    let ScoreKind::Scorecard(declared) = &score.kind else { return None };
    let outcome = &declared.learned.as_ref()?.outcome;
    let (lesson, slots) = lesson(plan, place)?;
    let outcomes = Columns::read(&lesson, slots.get(..1)?, subjects, now);
    let outcomes: Vec<Option<bool>> = outcomes.get(0).iter().map(Value::as_bool).collect();
    let points = Columns::read(plan, &[part_slot(plan, place, &ScorePart::Value)?], subjects, now);
    let question = Question {
        score: &score.name,
        outcome: &plan.model.sources.text(outcome.span).into(),
        lowest_first: true,
        in_sample: true,
        groups: GROUPS.min(outcomes.iter().flatten().count()),
    };
    ranking(&question, &numbers(points.get(0)), &outcomes, Some(&stated(card))).ok()
}

fn lesson(plan: &Plan, place: usize) -> Option<(Plan, Vec<Slot>)> {
    Plan::for_learning(Arc::clone(&plan.model), plan.parameters.clone()?, ScoreId(place)).ok()
}

fn lived(plan: &Plan, place: usize, subjects: &[&Subject], now: Time) -> Option<Lived> {
    let table = match plan.nodes.get(part_slot(plan, place, &ScorePart::Alive)?) {
        Some(Node::Lifetime { lifetime, .. }) => plan.lifetimes.get(*lifetime as usize)?,
        _ => return None,
    };
    let (lesson, slots) = lesson(plan, place)?;
    let columns = Columns::read(&lesson, &slots, subjects, now);
    let at = |what: Purchases, row: usize| columns.get(what as usize).get(row).unwrap_or(&Value::Missing);
    let histories: Vec<(Date, History)> = (0..subjects.len())
        .filter_map(|row| {
            let Purchased { history, .. } = purchased(table.unit_days, |what| at(what, row))?;
            match at(Purchases::First, row) {
                Value::Date(first) => Some((*first, history)),
                _ => None,
            }
        })
        .collect();
    let Value::Date(end) = at(Purchases::End, 0) else { return None };
    let days = slots.get(Purchases::Days as usize).copied()?;
    let bought = |at: Time| {
        let read = Columns::read(&lesson, &[days], subjects, at);
        let repeats = |value: &Value| match value {
            Value::Int(n) => u64::try_from(n - 1).unwrap_or(0),
            _ => 0,
        };
        read.get(0).iter().map(repeats).sum::<u64>()
    };
    Some(Lived {
        tracking: tracking(plan, table, &histories, *end, now, bought),
        frequencies: frequencies(&table.purchases, &histories),
        silence: DRAWN.iter().map(|repeats| silence(table, *repeats)).collect(),
        ahead: ahead(table, &histories),
        unit_days: table.unit_days,
    })
}

/// Week by week, or coarser where that would be too many points.
fn tracking(
    plan: &Plan,
    table: &LifetimeTable,
    histories: &[(Date, History)],
    end: Date,
    now: Time,
    bought: impl Fn(Time) -> u64,
) -> Vec<Tracked> {
    // Who first bought on one day expects the same.
    let mut cohorts: BTreeMap<Date, u64> = BTreeMap::new();
    histories.iter().for_each(|(first, _)| *cohorts.entry(*first).or_default() += 1);
    let Some(start) = cohorts.keys().next().copied() else { return Vec::new() };
    let days = start.days_until(end);
    let step = (days / (POINTS * WEEK) + 1) * WEEK;
    let mut through: Vec<Date> = (0..)
        .map_while(|n| Some(n * step).filter(|n| *n < days))
        .filter_map(|n| start.plus_days(n))
        .collect();
    through.push(end);
    let point = |day: Date| {
        let expected = cohorts.range(..day).map(|(first, customers)| {
            let age = first.days_until(day) as f64 / table.unit_days;
            *customers as f64 * table.purchases.expected_from_first(age)
        });
        let after = plan.model.zone.start_of_day(day.plus_days(1).unwrap_or(day)).unwrap_or(now);
        Tracked { through: day, expected: expected.sum(), actual: bought(after.min(now)) }
    };
    through.into_iter().map(point).collect()
}

fn frequencies(model: &BgNbd, histories: &[(Date, History)]) -> Vec<Frequency> {
    let (mut expected, mut actual) = (vec![0.0; MANY as usize + 1], vec![0_u64; MANY as usize + 1]);
    let mut ages: Vec<f64> = histories.iter().map(|(_, history)| history.age).collect();
    ages.sort_by(f64::total_cmp);
    for alike in ages.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
        let Some(age) = alike.first() else { continue };
        for (sum, chance) in expected.iter_mut().zip(chances(model, *age)) {
            *sum += chance * alike.len() as f64;
        }
    }
    for (_, history) in histories {
        if let Some(count) = actual.get_mut(history.repeats.min(MANY) as usize) {
            *count += 1;
        }
    }
    let each = expected.into_iter().zip(actual).zip(0..);
    each.map(|((expected, actual), repeats)| Frequency {
        repeats,
        or_more: repeats == MANY,
        expected,
        actual,
    })
    .collect()
}

/// P(X(t) = 0), … and P(X(t) ≥ [`MANY`]): Fader, Hardie and Lee (2005), equation (8).
fn chances(model: &BgNbd, t: f64) -> Vec<f64> {
    let BgNbd { r, alpha, a, b } = *model;
    let z = t / (alpha + t);
    // The negative binomial of one who never leaves, and its sum so far.
    let (mut stays, mut so_far) = (libm::exp(r * libm::log(alpha / (alpha + t))), 0.0);
    // B(a, b + x) / B(a, b)
    let mut still = 1.0;
    let mut chances = Vec::with_capacity(MANY as usize + 1);
    let mut left = 1.0;
    for x in 0..MANY {
        let count = x as f64;
        // B(a + 1, b + x − 1) / B(a, b), of those who left at purchase x
        let gone = if x == 0 { 0.0 } else { still * a / (b + count - 1.0) };
        let chance = still * stays + gone * (1.0 - so_far);
        chances.push(chance);
        left -= chance;
        so_far += stays;
        stays *= z * (r + count) / (count + 1.0);
        still *= (b + count) / (a + b + count);
    }
    chances.push(left.max(0.0));
    chances
}

/// A customer who bought so many times, evenly over half a year, and is silent since.
fn silence(table: &LifetimeTable, repeats: u64) -> Silence {
    let units = |days: f64| days / table.unit_days;
    let recency = units(182.0);
    let longest = units(365.0);
    let alive = (0..=POINTS).map(|n| {
        let silent = longest * n as f64 / POINTS as f64;
        (silent, table.purchases.alive(&History { repeats, recency, age: recency + silent }))
    });
    Silence { repeats, alive: alive.collect() }
}

/// Purchases to come over the horizon.
fn ahead(table: &LifetimeTable, histories: &[(Date, History)]) -> Vec<(f64, f64)> {
    let horizon = f64::from(table.horizon.periods) * table.horizon.length;
    let mut alike: Vec<History> = histories.iter().map(|(_, history)| *history).collect();
    let key = |h: &History| (h.repeats, h.recency.to_bits(), h.age.to_bits());
    alike.sort_by_key(key);
    let groups: Vec<(&History, f64)> = alike
        .chunk_by(|a, b| key(a) == key(b))
        .filter_map(|group| Some((group.first()?, group.len() as f64)))
        .collect();
    let points = 12;
    let at = |n: u32| {
        let t = horizon * f64::from(n) / f64::from(points);
        (t, groups.iter().map(|(history, count)| count * table.purchases.expected(history, t)).sum())
    };
    (0..=points).map(at).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn chances_add_up_and_have_the_mean_that_the_model_expects() {
        let cdnow = BgNbd { r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 };
        let chances = chances(&cdnow, 39.0);
        assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        // With so few purchases nearly all of the mean is in what is told apart.
        let few = 0.05;
        let mean: f64 =
            super::chances(&cdnow, few).iter().zip(0..).map(|(chance, x)| chance * f64::from(x)).sum();
        assert!((mean / cdnow.expected_from_first(few) - 1.0).abs() < 1e-9, "{mean}");
        // Nobody has bought again at once.
        assert!((super::chances(&cdnow, 0.0)[0] - 1.0).abs() < 1e-15);
        assert!(
            silence(
                &LifetimeTable {
                    purchases: cdnow,
                    spend: None,
                    unit_days: 7.0,
                    horizon: casewise_core::values::lifetime::Horizon::months(12, 7.0, 0.0)
                },
                2
            )
            .alive
            .windows(2)
            .all(|pair| pair.first().unwrap().1 > pair.last().unwrap().1)
        );
    }
}
