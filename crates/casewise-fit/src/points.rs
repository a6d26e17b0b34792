//! From log-odds to scorecard points.
//!
//! `points P at odds O doubling D`: a score of P means odds of O non-events to one event, and D
//! more points double the odds (Siddiqi, "Credit Risk Scorecards", 2006, chapter 6):
//!
//! - factor = D / ln 2
//! - offset = P − factor × ln O
//! - score = offset + factor × ln(odds of a non-event) = offset − factor × (β₀ + Σ βⱼ WoEⱼ)
//!
//! where β is the logistic regression of the *event* on the attributes' WoE. The score is shared
//! out as base = offset − factor β₀ and, for a bin of attribute j, points = −factor βⱼ WoE. A bin
//! that says nothing (WoE 0: no rows, missing or unseen without history) has 0 points.

use crate::error::FitError;
use serde::{Deserialize, Serialize};

/// How log-odds become points.
///
/// # Examples
/// ```
/// use casewise_fit::points::PointsScale;
/// let scale = PointsScale::new(600.0, 19.0, 20.0)?;
/// // 5 % events are odds of 19 to 1
/// assert!((scale.score(0.05_f64.ln() - 0.95_f64.ln()) - 600.0).abs() < 1e-9);
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PointsScale {
    /// Points per unit of log-odds.
    pub factor: f64,
    /// Points at even odds.
    pub offset: f64,
}

impl PointsScale {
    /// `points` at `odds` (non-events to one event), and `doubling` points to double them.
    ///
    /// # Errors
    /// A number that is not finite, odds of 0 or less, or doubling of 0 or less.
    pub fn new(points: f64, odds: f64, doubling: f64) -> Result<Self, FitError> {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !points.is_finite() || !positive(odds) || !positive(doubling) {
            return Err(FitError::setting("points must be a number, odds and doubling positive numbers"));
        }
        let factor = doubling / std::f64::consts::LN_2;
        Ok(Self { factor, offset: points - factor * libm::log(odds) })
    }

    /// The points that everyone has, from the intercept.
    #[must_use]
    pub fn base(&self, intercept: f64) -> f64 {
        self.offset - self.factor * intercept
    }

    /// The points of a bin, from its attribute's coefficient and its WoE.
    #[must_use]
    pub fn bin(&self, coefficient: f64, woe: f64) -> f64 {
        // 0 − x, so that a bin that says nothing has 0 points and not −0.
        0.0 - self.factor * coefficient * woe
    }

    /// The score of the log-odds of an event.
    #[must_use]
    pub fn score(&self, log_odds: f64) -> f64 {
        self.offset - self.factor * log_odds
    }

    /// The log-odds of an event that a score stands for.
    #[must_use]
    pub fn log_odds(&self, score: f64) -> f64 {
        (self.offset - score) / self.factor
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn base_and_bins_add_up_to_the_score() {
        let scale = PointsScale::new(600.0, 19.0, 20.0).unwrap();
        let total = scale.base(-1.0) + scale.bin(-0.8, 0.5) + scale.bin(-1.1, -0.25);
        assert!((total - scale.score(-1.0 - 0.8 * 0.5 + 1.1 * 0.25)).abs() < 1e-12);
        assert!((scale.log_odds(total) + 1.125).abs() < 1e-12);
    }

    #[test]
    fn twenty_points_double_the_odds() {
        let scale = PointsScale::new(600.0, 19.0, 20.0).unwrap();
        assert!((scale.score(-(38.0_f64.ln())) - 620.0).abs() < 1e-9);
    }

    #[test]
    fn scales_that_make_no_sense_are_refused() {
        for (points, odds, doubling) in [(600.0, 0.0, 20.0), (600.0, 19.0, 0.0), (f64::NAN, 19.0, 20.0)] {
            assert!(PointsScale::new(points, odds, doubling).is_err());
        }
    }
}
