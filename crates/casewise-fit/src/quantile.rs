//! Quantiles, and the bins that `rfm` learns from them.
//!
//! The quantile is type 7 of Hyndman and Fan ("Sample Quantiles in Statistical Packages", The
//! American Statistician 50 (1996), 361–365): with the values sorted x₀ … xₙ₋₁ and h = (n − 1) q,
//! it lies between x⌊h⌋ and the next value, at the fraction h − ⌊h⌋. This is the default of
//! NumPy, R and Excel, computed here with NumPy's own arithmetic so that thresholds agree to the
//! last bit.

use crate::error::{FitError, check_finite};
pub use casewise_core::parameters::{CutWarning, LearnedCuts, Tie};

/// The type-7 quantile of values sorted ascending, `q` from 0 to 1; `None` without values.
///
/// # Examples
/// ```
/// assert_eq!(casewise_fit::quantile::quantile(&[1.0, 2.0, 4.0, 8.0], 0.5), Some(3.0));
/// ```
#[must_use]
pub fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = last as f64 * q.clamp(0.0, 1.0);
    let below = place.floor();
    let low = *sorted.get(below as usize)?;
    let high = *sorted.get((below as usize + 1).min(last))?;
    let fraction = place - below;
    let gap = high - low;
    // Interpolating from the nearer end is what NumPy does.
    Some(if fraction >= 0.5 { high - gap * (1.0 - fraction) } else { low + gap * fraction })
}

/// The cuts between `bins` bins of values sorted ascending: the quantiles 1/bins … (bins−1)/bins.
/// Empty without values.
#[must_use]
pub fn quantile_cuts(sorted: &[f64], bins: usize) -> Vec<f64> {
    (1..bins).filter_map(|i| quantile(sorted, i as f64 / bins as f64)).collect()
}

/// 1 + the number of cuts strictly below the value, so a value on a cut stays in the lower bin:
/// (lo, hi], as `pandas.cut` and R's `cut` have it. Equal values get equal scores.
///
/// # Examples
/// ```
/// let cuts = [30.0, 60.0];
/// let scores: Vec<usize> = [30.0, 30.5, 61.0].iter().map(|&v| casewise_fit::quantile::score(&cuts, v)).collect();
/// assert_eq!(scores, [1, 2, 3]);
/// ```
#[must_use]
pub fn score(cuts: &[f64], value: f64) -> usize {
    1 + cuts.iter().filter(|cut| **cut < value).count()
}

/// The score turned round, for values of which less is better: the number of bins is best.
#[must_use]
pub fn score_reversed(cuts: &[f64], value: f64) -> usize {
    cuts.len() + 2 - score(cuts, value)
}

/// Learns the cuts of `bins` bins, and reports how the values fall into them.
///
/// Values are in any unit and may be negative; the order of rows does not matter. Rows without a
/// value are left out by the caller.
///
/// # Errors
/// No values, a value that is not finite, or fewer than two bins.
///
/// # Examples
/// ```
/// let once_and_often = [1.0, 1.0, 1.0, 1.0, 7.0];
/// let learned = casewise_fit::quantile::learn_cuts(&once_and_often, 5)?;
/// assert_eq!(learned.counts, [4, 0, 0, 0, 1]); // ties stay together, empty bins stay
/// assert_eq!(learned.largest_tie.share, 0.8);
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
pub fn learn_cuts(values: &[f64], bins: usize) -> Result<LearnedCuts, FitError> {
    if bins < 2 {
        return Err(FitError::setting(format!("at least 2 bins are needed, found {bins}")));
    }
    if values.is_empty() {
        return Err(FitError::NoRows);
    }
    check_finite(values, 0)?;
    let sorted = sorted(values);
    let cuts = quantile_cuts(&sorted, bins);
    let mut counts = vec![0; bins];
    for value in &sorted {
        if let Some(count) = counts.get_mut(score(&cuts, *value) - 1) {
            *count += 1;
        }
    }
    let empty = (1..).zip(&counts).filter(|(_, count)| **count == 0).map(|(bin, _)| bin).collect();
    let largest_tie = largest_tie(&sorted).ok_or(FitError::NoRows)?;
    let rows = sorted.len() as u64;
    let mut warnings = Vec::new();
    if sorted.len() < bins {
        warnings.push(CutWarning::FewerThanBins { rows, bins });
    }
    if largest_tie.count == rows {
        warnings.push(CutWarning::AllTied);
    }
    Ok(LearnedCuts { cuts, counts, empty, largest_tie, warnings })
}

/// The values ascending, −0 as 0 so that equal values are neighbours and cuts print alike.
pub(crate) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

fn largest_tie(sorted: &[f64]) -> Option<Tie> {
    let runs = sorted.chunk_by(|a, b| a.total_cmp(b).is_eq());
    let longest = runs.reduce(|best, run| if run.len() > best.len() { run } else { best })?;
    let count = longest.len() as u64;
    let share = count as f64 / sorted.len() as f64;
    Some(Tie { value: *longest.first()?, count, share })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn no_values_and_one_bin_are_refused() {
        assert_eq!(learn_cuts(&[], 5), Err(FitError::NoRows));
        assert!(matches!(learn_cuts(&[1.0], 1), Err(FitError::Setting { .. })));
        assert_eq!(learn_cuts(&[1.0, f64::NAN], 2), Err(FitError::NotFinite { row: 1, column: 0 }));
    }

    #[test]
    fn fewer_rows_than_bins_are_scored_with_a_warning() {
        let learned = learn_cuts(&[1.0, 2.0], 5).unwrap();
        assert_eq!(learned.warnings, [CutWarning::FewerThanBins { rows: 2, bins: 5 }]);
        assert_eq!(learned.counts, [1, 0, 0, 0, 1]);
        assert_eq!(learned.empty, [2, 3, 4]);
    }

    #[test]
    fn all_tied_share_the_lowest_bin() {
        let learned = learn_cuts(&[3.0; 10], 5).unwrap();
        assert_eq!(learned.counts, [10, 0, 0, 0, 0]);
        assert_eq!(learned.warnings, [CutWarning::AllTied]);
        assert_eq!(score_reversed(&learned.cuts, 3.0), 5);
    }

    #[test]
    fn half_tied_values_stay_together() {
        let values = [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let learned = learn_cuts(&values, 5).unwrap();
        assert_eq!(learned.counts, [5, 0, 1, 2, 2]);
        assert_eq!(learned.empty, [2]);
        assert_eq!(learned.largest_tie, Tie { value: 1.0, count: 5, share: 0.5 });
    }

    #[test]
    fn negative_amounts_and_both_zeros_are_values_like_others() {
        let learned = learn_cuts(&[-5.0, -0.0, 0.0, 5.0], 2).unwrap();
        assert_eq!(learned.cuts, [0.0]);
        assert_eq!(learned.counts, [3, 1]);
        assert_eq!(learned.largest_tie.count, 2);
        assert!(learned.cuts.iter().all(|cut| cut.is_sign_positive()));
    }
}
