//! How well scores told an outcome.

use std::collections::BTreeMap;
use std::sync::Arc;

use casewise_core::parameters::ScorecardParameters;
use serde::Serialize;

use crate::drift::kolmogorov_smirnov;
use crate::error::FitError;
use crate::evaluation::{CalibrationBin, LiftGroup, auc, calibration, lift};

/// How well a number told an outcome: who has it is ranked before who has it not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranking {
    /// `staying`, `loyalty.total`
    pub score: Arc<str>,
    /// What is told, as the model writes it.
    pub outcome: Arc<str>,
    /// Low scores come first: learned points count what speaks against the outcome.
    pub lowest_first: bool,
    /// Measured on the rows that it was learned from, which flatters.
    pub in_sample: bool,
    /// Rows with a score and a known outcome.
    pub rows: u64,
    /// Those with the outcome.
    pub events: u64,
    /// Rows without a score or a known outcome.
    pub left_out: u64,
    /// The area under the ROC curve.
    pub auc: f64,
    /// 2 × area − 1.
    pub gini: f64,
    /// The largest gap between the cumulative shares of rows with and without the outcome.
    pub ks: f64,
    /// Groups of equally many rows, those ranked first at the top.
    pub lift: Vec<LiftGroup>,
    /// Stated probabilities against shares; empty where the score states none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calibration: Vec<CalibrationBin>,
}

/// How often the outcome came by value of a score that is no number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grouping {
    /// `danger`, `lifestyle.label`
    pub score: Arc<str>,
    /// What is told, as the model writes it.
    pub outcome: Arc<str>,
    /// By value.
    pub groups: Vec<Group>,
    /// Rows without a score or a known outcome.
    pub left_out: u64,
}

/// The rows with one value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The value.
    pub value: Arc<str>,
    /// Its rows.
    pub rows: u64,
    /// Those with the outcome.
    pub events: u64,
    /// Their share.
    pub rate: f64,
    /// Their share over that of all rows.
    pub lift: f64,
}

/// What is asked of a ranking.
pub(super) struct Question<'a> {
    pub(super) score: &'a Arc<str>,
    pub(super) outcome: &'a Arc<str>,
    pub(super) lowest_first: bool,
    pub(super) in_sample: bool,
    pub(super) groups: usize,
}

/// Ranks the rows that have a score and an outcome. `probability` gives what a score states, if it states any.
pub(super) fn ranking(
    question: &Question<'_>,
    scores: &[Option<f64>],
    outcomes: &[Option<bool>],
    probability: Option<&dyn Fn(f64) -> f64>,
) -> Result<Ranking, FitError> {
    let known: Vec<(f64, bool)> =
        scores.iter().zip(outcomes).filter_map(|(score, outcome)| score.zip(*outcome)).collect();
    let sign = if question.lowest_first { -1.0 } else { 1.0 };
    let values: Vec<f64> = known.iter().map(|(score, _)| sign * score).collect();
    let events: Vec<bool> = known.iter().map(|(_, event)| *event).collect();
    let found = auc(&values, &events)?;
    let of = |with: bool| -> Vec<f64> {
        values.iter().zip(&events).filter(|(_, event)| **event == with).map(|(value, _)| *value).collect()
    };
    let calibration = match probability {
        Some(probability) => {
            let stated: Vec<f64> = known.iter().map(|(score, _)| probability(*score)).collect();
            let happened: Vec<f64> = events.iter().map(|event| f64::from(u8::from(*event))).collect();
            calibration(&stated, &happened, question.groups)?
        }
        None => Vec::new(),
    };
    Ok(Ranking {
        score: question.score.clone(),
        outcome: question.outcome.clone(),
        lowest_first: question.lowest_first,
        in_sample: question.in_sample,
        rows: known.len() as u64,
        events: found.events,
        left_out: (scores.len() - known.len()) as u64,
        auc: found.auc,
        gini: found.gini,
        ks: kolmogorov_smirnov(&of(true), &of(false))?.statistic,
        lift: lift(&values, &events, question.groups)?,
        calibration,
    })
}

/// The probability of the outcome that learned points state.
pub(super) fn stated(card: &ScorecardParameters) -> impl Fn(f64) -> f64 {
    let (offset, factor) = (card.offset, card.factor);
    move |points| 1.0 / (1.0 + libm::exp((points - offset) / factor))
}

/// Counts the outcome by value, in the order of the names.
pub(super) fn grouping(
    score: &Arc<str>,
    outcome: &Arc<str>,
    values: &[Option<Arc<str>>],
    outcomes: &[Option<bool>],
) -> Grouping {
    let mut counts: BTreeMap<&Arc<str>, (u64, u64)> = BTreeMap::new();
    let known = values.iter().zip(outcomes).filter_map(|(value, event)| value.as_ref().zip(*event));
    for (value, event) in known {
        let (rows, events) = counts.entry(value).or_default();
        *rows += 1;
        *events += u64::from(event);
    }
    let (rows, events) = counts.values().fold((0, 0), |(rows, events), (r, e)| (rows + r, events + e));
    let share = |events: u64, rows: u64| if rows == 0 { 0.0 } else { events as f64 / rows as f64 };
    let group = |(value, (of, with)): (&&Arc<str>, &(u64, u64))| Group {
        value: Arc::clone(value),
        rows: *of,
        events: *with,
        rate: share(*with, *of),
        lift: if events == 0 { 0.0 } else { share(*with, *of) / share(events, rows) },
    };
    Grouping {
        score: score.clone(),
        outcome: outcome.clone(),
        groups: counts.iter().map(group).collect(),
        left_out: values.len() as u64 - rows,
    }
}
