//! How well a score told what happened.
//!
//! Rows with equal scores are never told apart by their place in the input: half a win each in the
//! area under the curve, an equal share of their events in the groups of the lift table, whole in
//! the bins of the calibration table.

use crate::error::{FitError, check_finite};
use crate::quantile::{quantile_cuts, score, sorted};
use serde::{Deserialize, Serialize};

/// How often an event scores above a non-event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Discrimination {
    /// The area under the ROC curve: (wins + ties / 2) / pairs.
    pub auc: f64,
    /// 2 × area − 1.
    pub gini: f64,
    /// Rows with the outcome.
    pub events: u64,
    /// Rows without it.
    pub non_events: u64,
}

/// The area under the curve; a higher score should mean that the event is likelier. Counted in
/// integers, so exact but for the last division.
///
/// # Errors
/// No rows, different lengths, a score that is not finite, or one class only.
///
/// # Examples
/// ```
/// let found = casewise_fit::evaluation::auc(&[0.1, 0.4, 0.4, 0.9], &[false, false, true, true])?;
/// assert_eq!(found.auc, 0.875);
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
pub fn auc(scores: &[f64], events: &[bool]) -> Result<Discrimination, FitError> {
    let (mut without_below, mut twice_wins) = (0_u128, 0_u128);
    let (mut with, mut without) = (0_u128, 0_u128);
    for tie in ties(scores, events)?.iter().rev() {
        let others = u128::from(tie.rows - tie.events);
        twice_wins += u128::from(tie.events) * (2 * without_below + others);
        without_below += others;
        with += u128::from(tie.events);
        without += others;
    }
    let (events, non_events) = (with as u64, without as u64);
    if events == 0 || non_events == 0 {
        return Err(FitError::OneClass { events, non_events });
    }
    let pairs = with * without;
    let auc = twice_wins as f64 / (2 * pairs) as f64;
    // (2 wins − pairs) / pairs, from integers rather than from the rounded area.
    let above = twice_wins.abs_diff(pairs) as f64 / pairs as f64;
    let gini = if twice_wins >= pairs { above } else { -above };
    Ok(Discrimination { auc, gini, events, non_events })
}

/// One group of a lift table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LiftGroup {
    /// Its rows.
    pub rows: u64,
    /// Its events; a fraction where equal scores lie on both sides of its edge.
    pub events: f64,
    /// The share of its rows that are events.
    pub rate: f64,
    /// Its rate over that of all rows.
    pub lift: f64,
    /// The share of all events in this group and those before it.
    pub gain: f64,
}

/// The lift of equally large groups, highest scores first: ten groups make deciles. Group i ends at
/// row ⌊rows × i / groups⌋.
///
/// # Errors
/// No groups or more than rows, different lengths, a score that is not finite, or no events.
pub fn lift(scores: &[f64], events: &[bool], groups: usize) -> Result<Vec<LiftGroup>, FitError> {
    let ties = ties(scores, events)?;
    if groups == 0 || groups > scores.len() {
        return Err(FitError::setting(format!("{groups} groups of {} rows", scores.len())));
    }
    let rows = scores.len() as u64;
    let total: u64 = ties.iter().map(|tie| tie.events).sum();
    if total == 0 {
        return Err(FitError::OneClass { events: 0, non_events: rows });
    }
    let mut table = Vec::with_capacity(groups);
    let (mut from, mut before) = (0_u64, 0.0);
    for group in 1..=groups as u128 {
        let to = (u128::from(rows) * group / groups as u128) as u64;
        let until = events_until(&ties, to);
        let (size, events) = (to - from, until - before);
        let rate = events / size as f64;
        let lift = rate / (total as f64 / rows as f64);
        table.push(LiftGroup { rows: size, events, rate, lift, gain: until / total as f64 });
        (from, before) = (to, until);
    }
    Ok(table)
}

/// The events among the first rows, equal scores sharing theirs equally.
fn events_until(ties: &[TieGroup], rows: u64) -> f64 {
    let (mut left, mut whole) = (rows, 0);
    for tie in ties {
        if tie.rows > left {
            return whole as f64 + tie.events as f64 * (left as f64 / tie.rows as f64);
        }
        left -= tie.rows;
        whole += tie.events;
    }
    whole as f64
}

/// Rows with one score.
struct TieGroup {
    rows: u64,
    events: u64,
}

/// Groups of equal scores, highest first.
fn ties(scores: &[f64], events: &[bool]) -> Result<Vec<TieGroup>, FitError> {
    if scores.len() != events.len() {
        return Err(FitError::shape("outcomes", scores.len(), events.len()));
    }
    if scores.is_empty() {
        return Err(FitError::NoRows);
    }
    check_finite(scores, 0)?;
    let mut rows: Vec<(f64, bool)> =
        scores.iter().map(|score| score + 0.0).zip(events.iter().copied()).collect();
    rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let runs = rows.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq());
    let group = |run: &[(f64, bool)]| TieGroup {
        rows: run.len() as u64,
        events: run.iter().filter(|(_, event)| *event).count() as u64,
    };
    Ok(runs.map(group).collect())
}

/// One bin of a calibration table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Its rows.
    pub rows: u64,
    /// The least prediction in it.
    pub least: f64,
    /// The greatest.
    pub greatest: f64,
    /// The mean prediction.
    pub predicted: f64,
    /// The mean of what happened.
    pub observed: f64,
}

/// What was predicted against what happened, in bins of nearly equal size: cuts at the type-7
/// quantiles of the predictions, a prediction on a cut in the lower bin, empty bins left out. Works
/// for probabilities (what happened is 0 or 1) as for expected numbers.
///
/// # Errors
/// No bins, no rows, different lengths, or a value that is not finite.
pub fn calibration(
    predicted: &[f64],
    observed: &[f64],
    bins: usize,
) -> Result<Vec<CalibrationBin>, FitError> {
    if predicted.len() != observed.len() {
        return Err(FitError::shape("observations", predicted.len(), observed.len()));
    }
    if bins == 0 {
        return Err(FitError::setting("at least one bin is needed"));
    }
    if predicted.is_empty() {
        return Err(FitError::NoRows);
    }
    check_finite(predicted, 0)?;
    check_finite(observed, 1)?;
    let cuts = quantile_cuts(&sorted(predicted), bins);
    let mut rows: Vec<(f64, f64)> = predicted.iter().copied().zip(observed.iter().copied()).collect();
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let runs = rows.chunk_by(|a, b| score(&cuts, a.0) == score(&cuts, b.0));
    let table = runs.filter_map(|run| {
        let ((least, _), (greatest, _)) = run.first().zip(run.last())?;
        let size = run.len() as f64;
        Some(CalibrationBin {
            rows: run.len() as u64,
            least: *least,
            greatest: *greatest,
            predicted: run.iter().map(|(predicted, _)| predicted).sum::<f64>() / size,
            observed: run.iter().map(|(_, observed)| observed).sum::<f64>() / size,
        })
    });
    Ok(table.collect())
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::float_cmp,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn perfect_reversed_and_useless_scores() {
        let events = [true, true, false, false];
        assert_eq!(auc(&[4.0, 3.0, 2.0, 1.0], &events).unwrap().gini, 1.0);
        assert_eq!(auc(&[1.0, 2.0, 3.0, 4.0], &events).unwrap().gini, -1.0);
        assert_eq!(auc(&[5.0; 4], &events).unwrap().auc, 0.5);
        assert!(matches!(auc(&[1.0, 2.0], &[true, true]), Err(FitError::OneClass { .. })));
    }

    #[test]
    fn equal_scores_share_their_events_across_the_edge_of_a_group() {
        let table =
            lift(&[1.0; 10], &[true, true, false, false, false, false, false, false, false, false], 5)
                .unwrap();
        assert!(
            table.iter().all(|group| (group.events - 0.4).abs() < 1e-12 && (group.lift - 1.0).abs() < 1e-12)
        );
        assert!((table[4].gain - 1.0).abs() < 1e-15);
    }

    #[test]
    fn a_perfect_score_puts_all_events_first() {
        let scores: Vec<f64> = (0..20).map(f64::from).collect();
        let events: Vec<bool> = (0..20).map(|i| i >= 18).collect();
        let table = lift(&scores, &events, 10).unwrap();
        assert_eq!((table[0].lift, table[0].gain, table[1].events), (10.0, 1.0, 0.0));
        assert!(lift(&scores, &events, 21).is_err() && lift(&scores, &[false; 20], 10).is_err());
    }

    #[test]
    fn calibration_keeps_equal_predictions_together() {
        let table = calibration(&[0.1, 0.1, 0.1, 0.9], &[0.0, 0.0, 1.0, 1.0], 2).unwrap();
        assert_eq!(table.iter().map(|bin| bin.rows).collect::<Vec<_>>(), [3, 1]);
        assert!((table[0].observed - 1.0 / 3.0).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn the_area_is_the_share_of_pairs_won(rows in prop::collection::vec((0_u8..6, any::<bool>()), 2..40)) {
            let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
            let events: Vec<bool> = rows.iter().map(|row| row.1).collect();
            let (mut won, mut pairs) = (0_u32, 0_u32);
            for a in rows.iter().filter(|row| row.1) {
                for b in rows.iter().filter(|row| !row.1) {
                    pairs += 2;
                    won += match a.0.cmp(&b.0) { std::cmp::Ordering::Greater => 2, std::cmp::Ordering::Equal => 1, std::cmp::Ordering::Less => 0 };
                }
            }
            match auc(&scores, &events) {
                Ok(found) => prop_assert_eq!(found.auc, f64::from(won) / f64::from(pairs)),
                Err(_) => prop_assert_eq!(pairs, 0),
            }
        }
    }
}
