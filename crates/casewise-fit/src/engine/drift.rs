//! How scores and attributes are distributed, and how far they have moved since a fit.
//!
//! Numbers are counted in at most ten bins [a, b) at the deciles of the fit; labels, truths and texts of few
//! values by value. The population stability index is over these bins, one more for the missing where there are
//! any; an empty count stands as one half. The gap of Kolmogorov and Smirnov is taken between the same bins.

use std::collections::BTreeMap;
use std::sync::Arc;

use casewise_core::input::Subject;
use casewise_core::model::{Base, ScorePart};
use casewise_core::parameters::{Distribution, Parameters, category};
use casewise_core::plan::layout::Needs;
use casewise_core::plan::{Plan, Slot};
use casewise_core::row::plain::part_name;
use casewise_core::values::{Time, Value};
use serde::Serialize;

use super::{Columns, Refused, by_key, numbers};
use crate::binning::{NumericBins, Slot as Place};
use crate::drift::{kolmogorov_smirnov_binned, psi};
use crate::error::FitError;

/// Bins of numbers.
const BINS: usize = 10;
/// Most different values of what is no number.
pub(super) const MOST_VALUES: usize = 50;

/// How far one score or attribute has moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// `loyalty.total`, `attribute age`
    pub name: Arc<str>,
    /// Population stability index.
    pub psi: f64,
    /// The largest gap between the cumulative shares; none of what has no order.
    pub ks: Option<f64>,
    /// Rows now.
    pub rows: u64,
    /// The share without a value at the fit and now.
    pub missing: (f64, f64),
}

/// A score or attribute and its slot or place.
enum Source {
    Score(Slot),
    Attribute(usize),
}

/// The parts of all scores for which everything was supplied.
pub(super) fn score_parts(plan: &Plan, subjects: &[&Subject]) -> Vec<(Arc<str>, Base, Slot)> {
    let mut found = Vec::new();
    for (score, parts) in plan.model.scores.iter().zip(&plan.scores) {
        for (part, slot) in parts {
            let needs = Needs::of(plan, [*slot]);
            if subjects.iter().any(|subject| plan.refusal_of(&needs, subject).is_some()) {
                continue;
            }
            let name = match part {
                ScorePart::Value => score.name.clone(),
                part => format!("{}.{}", score.name, part_name(score, part)).into(),
            };
            found.push((name, score.ty(part).map_or(Base::Float, |ty| ty.base), *slot));
        }
    }
    found
}

/// Everything whose distribution is kept.
fn sources(plan: &Plan, subjects: &[&Subject]) -> Vec<(Arc<str>, Base, Source)> {
    let model = &plan.model;
    let scores = score_parts(plan, subjects).into_iter();
    let mut sources: Vec<_> = scores.map(|(name, base, slot)| (name, base, Source::Score(slot))).collect();
    for (place, attribute) in model.subject.attributes.iter().enumerate() {
        let base = attribute.ty.base.clone();
        let counted =
            matches!(base, Base::Bool | Base::Int | Base::Float | Base::Decimal | Base::Text | Base::Enum(_));
        if counted && place != model.subject.key {
            sources.push((format!("attribute {}", attribute.name).into(), base, Source::Attribute(place)));
        }
    }
    sources
}

/// The column of every source.
fn columns(plan: &Plan, subjects: &[&Subject], now: Time) -> Vec<(Arc<str>, Base, Vec<Value>)> {
    let sources = sources(plan, subjects);
    let slots: Vec<Slot> = sources
        .iter()
        .filter_map(|(_, _, source)| match source {
            Source::Score(slot) => Some(*slot),
            Source::Attribute(_) => None,
        })
        .collect();
    let read = Columns::read(plan, &slots, subjects, now);
    let mut scores = read.iter();
    sources
        .into_iter()
        .map(|(name, base, source)| {
            let column = match source {
                Source::Score(_) => scores.next().unwrap_or_default().to_vec(),
                Source::Attribute(n) => {
                    subjects.iter().map(|s| s.attributes.get(n).cloned().unwrap_or_default()).collect()
                }
            };
            (name, base, column)
        })
        .collect()
}

/// The distributions of all scores and attributes as of an instant.
pub(super) fn distributions(
    plan: &Plan,
    subjects: &[&Subject],
    now: Time,
) -> BTreeMap<Arc<str>, Distribution> {
    columns(plan, subjects, now)
        .into_iter()
        .filter_map(|(name, base, column)| Some((name, distribution(plan, &base, &column)?)))
        .collect()
}

fn distribution(plan: &Plan, base: &Base, column: &[Value]) -> Option<Distribution> {
    let missing = column.iter().filter(|value| value.is_missing()).count() as u64;
    if column.iter().any(|value| matches!(value, Value::Int(_) | Value::Float(_) | Value::Decimal(_))) {
        let values = numbers(column);
        let cuts = match NumericBins::by_quantile(&values, BINS) {
            Ok(bins) => bins.cuts,
            // A constant: below it, it, above it.
            Err(_) => {
                let value = values.iter().flatten().copied().next()?;
                vec![value, value.next_up()]
            }
        };
        let counts = counts(&cuts, &values);
        return Some(Distribution::Numbers { cuts, counts, missing });
    }
    let counts = by_value(plan, base, column);
    (!counts.is_empty() && counts.len() <= MOST_VALUES).then_some(Distribution::Values { counts, missing })
}

fn counts(cuts: &[f64], values: &[Option<f64>]) -> Vec<u64> {
    let bins = NumericBins { cuts: cuts.to_vec() };
    let mut counts = vec![0; bins.len()];
    for value in values {
        if let Place::Bin(bin) = bins.slot(*value)
            && let Some(count) = counts.get_mut(bin)
        {
            *count += 1;
        }
    }
    counts
}

fn by_value(plan: &Plan, base: &Base, column: &[Value]) -> BTreeMap<Arc<str>, u64> {
    let mut counts: BTreeMap<Arc<str>, u64> = BTreeMap::new();
    for value in column.iter().filter_map(|value| category(&plan.model, base, value)) {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

/// How far every score and attribute has moved since its parameters were learned, in the order of the file.
///
/// # Errors
/// Two subjects have the same key, nobody is there, or what is read was not supplied.
pub fn drift(
    plan: &Plan,
    parameters: &Parameters,
    subjects: &[Arc<Subject>],
    now: Time,
) -> Result<Vec<Moved>, Refused> {
    let subjects = by_key(subjects)?;
    let mut moved = Vec::new();
    for (name, base, column) in columns(plan, &subjects, now) {
        let Some(stored) = parameters.distributions.get(&name) else { continue };
        let found = compare(plan, stored, &base, &column);
        let (psi, ks, missing) = found.map_err(|error| Refused::Score {
            score: name.clone(),
            problem: error.to_string(),
            error,
        })?;
        moved.push(Moved { name, psi, ks, rows: subjects.len() as u64, missing });
    }
    Ok(moved)
}

type Compared = (f64, Option<f64>, (f64, f64));

fn compare(plan: &Plan, stored: &Distribution, base: &Base, column: &[Value]) -> Result<Compared, FitError> {
    let missing_now = column.iter().filter(|value| value.is_missing()).count() as u64;
    let (mut expected, mut actual, missing, ordered) = match stored {
        Distribution::Numbers { cuts, counts: stored, missing } => {
            (stored.clone(), counts(cuts, &numbers(column)), *missing, true)
        }
        Distribution::Values { counts, missing } => {
            let now = by_value(plan, base, column);
            let mut names: Vec<&Arc<str>> = counts.keys().chain(now.keys()).collect();
            names.sort_unstable();
            names.dedup();
            let of = |counts: &BTreeMap<Arc<str>, u64>| -> Vec<u64> {
                names.iter().map(|name| counts.get(*name).copied().unwrap_or(0)).collect()
            };
            (of(counts), of(&now), *missing, false)
        }
    };
    let present = |counts: &[u64]| counts.iter().any(|count| *count > 0);
    let ks = if ordered && present(&expected) && present(&actual) {
        Some(kolmogorov_smirnov_binned(&expected, &actual)?.statistic)
    } else {
        None
    };
    let share = |missing: u64, counts: &[u64]| {
        let all = missing + counts.iter().sum::<u64>();
        if all == 0 { 0.0 } else { missing as f64 / all as f64 }
    };
    let missing_shares = (share(missing, &expected), share(missing_now, &actual));
    if missing > 0 || missing_now > 0 {
        expected.push(missing);
        actual.push(missing_now);
    }
    Ok((psi(&expected, &actual)?.index, ks, missing_shares))
}
