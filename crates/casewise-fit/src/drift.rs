//! Whether a distribution has moved since a fit.
//!
//! **Population stability index**: Σ (actual − expected) × ln(actual / expected) over the shares of
//! bins (Siddiqi, "Credit Risk Scorecards", 2006, chapter 9). Below 0.1 is read as stable, above
//! 0.25 as moved. *Zero bins*: a bin that one side leaves empty has no finite index, so an empty
//! count stands as 0.5 (the totals stay); a bin that both leave empty adds nothing. The policy is
//! that of the scorecard's bins, and the result marks the bins it touched.
//!
//! **Kolmogorov–Smirnov**: the largest gap between two cumulative distributions, from the values
//! (ties are jumps of several rows) or from the counts of bins, which can only see less.

use crate::error::{FitError, check_finite};
use crate::quantile::sorted;
use serde::{Deserialize, Serialize};

/// What an empty count stands as.
pub const ZERO_COUNT: f64 = 0.5;

/// A population stability index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Psi {
    /// Σ over the bins.
    pub index: f64,
    /// Each bin's part, in their order.
    pub bins: Vec<PsiBin>,
}

/// One bin's part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PsiBin {
    /// Its share at the fit.
    pub expected: f64,
    /// Its share now.
    pub actual: f64,
    /// (actual − expected) × ln(actual / expected).
    pub index: f64,
    /// Whether an empty count stood as 0.5.
    pub adjusted: bool,
}

/// The stability of binned counts: those of the fit and those of now.
///
/// # Errors
/// Different numbers of bins, or no rows on one side.
///
/// # Examples
/// ```
/// let moved = casewise_fit::drift::psi(&[50, 50], &[80, 20])?;
/// assert!((moved.index - 0.415_888).abs() < 1e-6);
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
pub fn psi(expected: &[u64], actual: &[u64]) -> Result<Psi, FitError> {
    let (expected_total, actual_total) = totals(expected, actual)?;
    let share = |count: u64, total: u64| {
        let count = if count == 0 { ZERO_COUNT } else { count as f64 };
        count / total as f64
    };
    let bins = expected.iter().zip(actual).map(|(&before, &now)| {
        if before == 0 && now == 0 {
            return PsiBin { expected: 0.0, actual: 0.0, index: 0.0, adjusted: false };
        }
        let (expected, actual) = (share(before, expected_total), share(now, actual_total));
        let index = (actual - expected) * libm::log(actual / expected);
        PsiBin { expected, actual, index, adjusted: before == 0 || now == 0 }
    });
    let bins: Vec<PsiBin> = bins.collect();
    Ok(Psi { index: bins.iter().map(|bin| bin.index).sum(), bins })
}

fn totals(expected: &[u64], actual: &[u64]) -> Result<(u64, u64), FitError> {
    if expected.len() != actual.len() {
        return Err(FitError::shape("bins", expected.len(), actual.len()));
    }
    let (before, now) = (expected.iter().sum(), actual.iter().sum());
    if before == 0 || now == 0 {
        return Err(FitError::NoRows);
    }
    Ok((before, now))
}

/// A Kolmogorov–Smirnov comparison.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ks {
    /// The largest gap, from 0 to 1.
    pub statistic: f64,
    /// The chance of such a gap between two samples of one continuous distribution, by
    /// Kolmogorov's limit: rough below some 30 rows, too large with ties.
    pub p_value: f64,
}

/// The largest gap between two samples, in any order.
///
/// # Errors
/// No values on one side, or a value that is not finite (column 0 is the first sample, 1 the
/// second).
///
/// # Examples
/// ```
/// let gap = casewise_fit::drift::kolmogorov_smirnov(&[1.0, 2.0, 3.0, 4.0], &[3.0, 4.0, 5.0, 6.0])?;
/// assert_eq!(gap.statistic, 0.5);
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
pub fn kolmogorov_smirnov(first: &[f64], second: &[f64]) -> Result<Ks, FitError> {
    check_finite(first, 0)?;
    check_finite(second, 1)?;
    if first.is_empty() || second.is_empty() {
        return Err(FitError::NoRows);
    }
    let (first, second) = (sorted(first), sorted(second));
    let (n, m) = (first.len() as u128, second.len() as u128);
    let mut largest = 0;
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (first.get(i), second.get(j)) {
        let value = if a.total_cmp(b).is_le() { *a } else { *b };
        let up_to = |values: &[f64], from: usize| {
            from + values.iter().skip(from).take_while(|other| **other <= value).count()
        };
        i = up_to(&first, i);
        j = up_to(&second, j);
        largest = largest.max((i as u128 * m).abs_diff(j as u128 * n));
    }
    Ok(of_gap(largest, n, m))
}

/// The largest gap between the cumulative shares of binned counts.
///
/// # Errors
/// Different numbers of bins, or no rows on one side.
pub fn kolmogorov_smirnov_binned(expected: &[u64], actual: &[u64]) -> Result<Ks, FitError> {
    let (before, now) = totals(expected, actual)?;
    let (n, m) = (u128::from(before), u128::from(now));
    let (mut i, mut j, mut largest) = (0, 0, 0);
    for (before, now) in expected.iter().zip(actual) {
        i += u128::from(*before);
        j += u128::from(*now);
        largest = largest.max((i * m).abs_diff(j * n));
    }
    Ok(of_gap(largest, n, m))
}

/// From the gap times n × m, an integer.
fn of_gap(gap: u128, n: u128, m: u128) -> Ks {
    let statistic = gap as f64 / (n * m) as f64;
    let effective = (n * m) as f64 / (n + m) as f64;
    Ks { statistic, p_value: kolmogorov(statistic * effective.sqrt()) }
}

/// The upper tail of Kolmogorov's distribution: 2 Σ (−1)^(k−1) e^(−2 k² λ²), and below 1 the
/// series of the theta function that converges there.
fn kolmogorov(lambda: f64) -> f64 {
    use std::f64::consts::PI;
    if lambda < 0.05 {
        return 1.0;
    }
    let terms = (1..=10).map(f64::from);
    let tail = if lambda < 1.0 {
        let below =
            terms.map(|k| libm::exp(-(2.0 * k - 1.0) * (2.0 * k - 1.0) * PI * PI / (8.0 * lambda * lambda)));
        1.0 - (2.0 * PI).sqrt() / lambda * below.sum::<f64>()
    } else {
        let alternate = |k: f64| if k % 2.0 > 0.5 { 2.0 } else { -2.0 };
        terms.map(|k| alternate(k) * libm::exp(-2.0 * k * k * lambda * lambda)).sum()
    };
    tail.clamp(0.0, 1.0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_bin_that_is_empty_on_one_side_counts_half_a_row() {
        let found = psi(&[99, 1, 0, 0], &[50, 0, 50, 0]).unwrap();
        let adjusted: Vec<bool> = found.bins.iter().map(|bin| bin.adjusted).collect();
        assert_eq!(adjusted, [false, true, true, false]);
        let parts = [(0.5, 0.99), (0.005, 0.01), (0.5, 0.005)];
        let expected: f64 = parts.iter().map(|(a, e): &(f64, f64)| (a - e) * (a / e).ln()).sum();
        assert!((found.index - expected).abs() < 1e-14);
    }

    #[test]
    fn nothing_moved_is_zero() {
        assert!(psi(&[3, 5], &[6, 10]).unwrap().index.abs() < 1e-15);
        let same = kolmogorov_smirnov(&[1.0, 1.0, 2.0], &[2.0, 1.0, 1.0]).unwrap();
        assert!(same.statistic <= 0.0 && same.p_value >= 1.0);
    }

    #[test]
    fn both_series_of_the_limit_meet() {
        assert!((kolmogorov(1.0 - 1e-9) - kolmogorov(1.0)).abs() < 1e-8);
        // scipy.special.kolmogorov
        for (lambda, expected) in [(0.5, 0.963_945_243_664_875_1), (1.2, 0.112_249_666_670_724_97)] {
            assert!((kolmogorov(lambda) - expected).abs() < 1e-14, "{lambda}");
        }
    }

    #[test]
    fn binned_sees_what_the_values_see_if_bins_hold_one_value() {
        let values = kolmogorov_smirnov(&[1.0, 1.0, 2.0, 3.0], &[1.0, 2.0, 2.0]).unwrap();
        assert_eq!(values, kolmogorov_smirnov_binned(&[2, 1, 1], &[1, 2, 0]).unwrap());
    }

    #[test]
    fn nothing_to_compare_is_refused() {
        assert_eq!(psi(&[0, 0], &[1, 2]), Err(FitError::NoRows));
        assert!(psi(&[1], &[1, 2]).is_err());
        assert_eq!(kolmogorov_smirnov(&[], &[1.0]), Err(FitError::NoRows));
        assert!(kolmogorov_smirnov(&[1.0], &[f64::NAN]).is_err());
    }
}
