//! Logistic regression by maximum likelihood, without penalty.
//!
//! P(event) = 1 / (1 + e^−η), η = β₀ + Σ βⱼ xⱼ. The log-likelihood is maximised by Newton's method
//! (iteratively reweighted least squares; McCullagh and Nelder, "Generalized Linear Models",
//! 1989, chapter 4). Inside, columns are standardised, so units do not matter; what is returned is
//! in the columns' own units. Standard errors are the square roots of the diagonal of the inverse
//! information matrix (Xᵀ W X)⁻¹.

#![expect(
    clippy::indexing_slicing,
    reason = "a numeric kernel: every index is below a length fixed at the start"
)]

use crate::chunks;
use crate::error::{FitError, check_finite};
use crate::linear::{Cholesky, Symmetric};
use crate::special::{logistic, softplus};
use serde::{Deserialize, Serialize};

const MAX_ITERATIONS: usize = 100;

/// Newton's method converges quadratically: when a step is this small, the next one is below
/// rounding.
const STEP_TOLERANCE: f64 = 1e-9;

/// A pivot below this share of its column's information marks a combination of other columns.
const PIVOT_TOLERANCE: f64 = 1e-10;

/// Separated data let |η| grow by about 1 with every step. When the search fails after this much,
/// separation is why.
const SEPARATED: f64 = 12.0;

/// A mean log-likelihood above this means that every row is told without error.
const PERFECT: f64 = -1e-9;

/// A fitted coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// Its maximum-likelihood value.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// A fitted logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogisticFit {
    /// β₀.
    pub intercept: Coefficient,
    /// βⱼ, in the order of the columns.
    pub coefficients: Vec<Coefficient>,
    /// ln L at the maximum.
    pub log_likelihood: f64,
    /// ln L of the share of events alone.
    pub null_log_likelihood: f64,
    /// Newton steps made.
    pub iterations: usize,
    /// The rows learned from.
    pub rows: u64,
    /// Those with the outcome.
    pub events: u64,
}

impl LogisticFit {
    /// η of a row: the logarithm of the odds of the event.
    #[must_use]
    pub fn log_odds(&self, row: &[f64]) -> f64 {
        self.coefficients.iter().zip(row).fold(self.intercept.value, |sum, (beta, x)| sum + beta.value * x)
    }

    /// P(event) of a row.
    #[must_use]
    pub fn probability(&self, row: &[f64]) -> f64 {
        logistic(self.log_odds(row))
    }
}

/// Fits the probability of the event to the columns, each as long as `events`.
///
/// # Errors
/// No rows, columns of different lengths, a value that is not finite, one class only, a constant
/// column, a column that is a combination of others, columns that separate events from
/// non-events (completely or in part), or no convergence.
///
/// # Examples
/// ```
/// let hours = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0];
/// let passed = [false, false, false, true, false, true, true, true];
/// let fit = casewise_fit::logistic::fit(&[&hours], &passed)?;
/// assert!(fit.coefficients[0].value > 0.0 && fit.probability(&[4.0]) > 0.9);
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
pub fn fit(columns: &[&[f64]], events: &[bool]) -> Result<LogisticFit, FitError> {
    let design = Design::new(columns, events)?;
    let width = design.width;
    let share = design.events as f64 / events.len() as f64;
    let mut beta = vec![0.0; width];
    beta[0] = libm::log(share / (1.0 - share));
    let mut state = design.evaluate(&beta, events);
    let null_log_likelihood = state.log_likelihood;
    for iteration in 1..=MAX_ITERATIONS {
        let factor = state.factor(&design, &beta)?;
        let step = factor.solve(&state.gradient);
        let (next, next_state) = halve_until_no_worse(&design, events, &beta, &step, &state)?;
        let moved = next.iter().zip(&beta).map(|(new, old)| (new - old).abs() / (1.0 + old.abs()));
        let moved = moved.fold(0.0, f64::max);
        beta = next;
        state = next_state;
        if state.log_likelihood > PERFECT * events.len() as f64 {
            return Err(FitError::Separation { column: steepest(&beta) });
        }
        if moved <= STEP_TOLERANCE {
            let covariance = state.factor(&design, &beta)?.inverse();
            return Ok(design.unscaled(&beta, &covariance, &state, null_log_likelihood, iteration));
        }
    }
    Err(FitError::NotConverged { what: "the logistic regression".to_owned(), iterations: MAX_ITERATIONS })
}

/// The full Newton step, halved while it makes the likelihood worse.
fn halve_until_no_worse(
    design: &Design,
    events: &[bool],
    beta: &[f64],
    step: &[f64],
    state: &State,
) -> Result<(Vec<f64>, State), FitError> {
    let slack = 1e-12 * (1.0 + state.log_likelihood.abs());
    let mut length = 1.0;
    for _ in 0..40 {
        let next: Vec<f64> = beta.iter().zip(step).map(|(b, s)| b + length * s).collect();
        let next_state = design.evaluate(&next, events);
        if next_state.log_likelihood >= state.log_likelihood - slack {
            return Ok((next, next_state));
        }
        length *= 0.5;
    }
    Err(FitError::NotConverged { what: "the logistic regression".to_owned(), iterations: MAX_ITERATIONS })
}

/// The column with the largest standardised coefficient.
fn steepest(beta: &[f64]) -> usize {
    let slopes = beta.iter().skip(1).enumerate();
    slopes.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).map_or(0, |(column, _)| column)
}

/// The standardised columns, row by row, with a leading 1.
struct Design {
    width: usize,
    rows: usize,
    values: Vec<f64>,
    means: Vec<f64>,
    deviations: Vec<f64>,
    events: u64,
}

struct State {
    log_likelihood: f64,
    gradient: Vec<f64>,
    information: Symmetric,
    largest_log_odds: f64,
}

impl State {
    fn empty(width: usize) -> Self {
        Self {
            log_likelihood: 0.0,
            gradient: vec![0.0; width],
            information: Symmetric::zero(width),
            largest_log_odds: 0.0,
        }
    }

    fn factor(&self, design: &Design, beta: &[f64]) -> Result<Cholesky, FitError> {
        self.information.factor(PIVOT_TOLERANCE).map_err(|column| {
            // At the start every row weighs the same, so a vanishing pivot is collinearity; once
            // rows are told apart, weights vanish with them.
            if self.largest_log_odds > SEPARATED && design.width > 1 {
                FitError::Separation { column: steepest(beta) }
            } else {
                FitError::Collinear { column: column.saturating_sub(1) }
            }
        })
    }
}

impl Design {
    fn new(columns: &[&[f64]], events: &[bool]) -> Result<Self, FitError> {
        let rows = events.len();
        if rows == 0 {
            return Err(FitError::NoRows);
        }
        let with = events.iter().filter(|event| **event).count() as u64;
        if with == 0 || with == rows as u64 {
            return Err(FitError::OneClass { events: with, non_events: rows as u64 - with });
        }
        let width = columns.len() + 1;
        let mut values = vec![1.0; rows * width];
        let (mut means, mut deviations) = (Vec::new(), Vec::new());
        for (place, column) in columns.iter().enumerate() {
            if column.len() != rows {
                return Err(FitError::shape(format!("column {place}"), rows, column.len()));
            }
            check_finite(column, place)?;
            let mean = column.iter().sum::<f64>() / rows as f64;
            let variance = column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / rows as f64;
            let deviation = variance.sqrt();
            if column.iter().all(|x| x.total_cmp(&column[0]).is_eq()) || deviation <= 0.0 {
                return Err(FitError::Constant { column: place });
            }
            for (row, x) in column.iter().enumerate() {
                values[row * width + place + 1] = (x - mean) / deviation;
            }
            means.push(mean);
            deviations.push(deviation);
        }
        Ok(Self { width, rows, values, means, deviations, events: with })
    }

    /// Log-likelihood, gradient and information at `beta`.
    fn evaluate(&self, beta: &[f64], events: &[bool]) -> State {
        let parts = chunks::map(self.rows, |range| {
            let mut part = State::empty(self.width);
            for row in range {
                let x = &self.values[row * self.width..(row + 1) * self.width];
                let eta: f64 = x.iter().zip(beta).map(|(x, b)| x * b).sum();
                let probability = logistic(eta);
                let y = f64::from(u8::from(events[row]));
                part.log_likelihood += y * eta - softplus(eta);
                part.largest_log_odds = part.largest_log_odds.max(eta.abs());
                let residual = y - probability;
                let weight = probability * (1.0 - probability);
                for (gradient, x) in part.gradient.iter_mut().zip(x) {
                    *gradient += residual * x;
                }
                part.information.add_outer(x, weight);
            }
            part
        });
        parts.into_iter().fold(State::empty(self.width), |mut sum, part| {
            sum.log_likelihood += part.log_likelihood;
            sum.largest_log_odds = sum.largest_log_odds.max(part.largest_log_odds);
            for (a, b) in sum.gradient.iter_mut().zip(&part.gradient) {
                *a += b;
            }
            sum.information.add(&part.information);
            sum
        })
    }

    /// The fit in the columns' own units.
    fn unscaled(
        &self,
        beta: &[f64],
        covariance: &Symmetric,
        state: &State,
        null_log_likelihood: f64,
        iterations: usize,
    ) -> LogisticFit {
        let slopes = 1..self.width;
        let coefficients: Vec<Coefficient> = slopes
            .clone()
            .map(|j| Coefficient {
                value: beta[j] / self.deviations[j - 1],
                standard_error: covariance.at(j, j).max(0.0).sqrt() / self.deviations[j - 1],
            })
            .collect();
        // β₀ = b₀ − Σ bⱼ meanⱼ / deviationⱼ: a linear map, whose variance follows.
        let mut map = vec![1.0];
        map.extend(slopes.map(|j| -self.means[j - 1] / self.deviations[j - 1]));
        let value = map.iter().zip(beta).map(|(m, b)| m * b).sum();
        let variance: f64 = (0..self.width)
            .map(|i| (0..self.width).map(|j| map[i] * covariance.at(i, j) * map[j]).sum::<f64>())
            .sum();
        LogisticFit {
            intercept: Coefficient { value, standard_error: variance.max(0.0).sqrt() },
            coefficients,
            log_likelihood: state.log_likelihood,
            null_log_likelihood,
            iterations,
            rows: self.rows as u64,
            events: self.events,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const Y: [bool; 8] = [false, false, true, false, true, false, true, true];
    const X: [f64; 8] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];

    #[test]
    fn fits_that_have_no_answer_say_why() {
        assert_eq!(fit(&[], &[]), Err(FitError::NoRows));
        assert_eq!(fit(&[&X], &[true; 8]), Err(FitError::OneClass { events: 8, non_events: 0 }));
        assert_eq!(fit(&[&X, &[0.1; 8]], &Y), Err(FitError::Constant { column: 1 }));
        let double: Vec<f64> = X.iter().map(|x| 3.0 - 2.0 * x).collect();
        assert_eq!(fit(&[&X, &double], &Y), Err(FitError::Collinear { column: 1 }));
        let complete = X.map(|x| x > 4.5);
        assert_eq!(fit(&[&X], &complete), Err(FitError::Separation { column: 0 }));
        // Quasi-complete: the indicator is 1 only for events.
        let indicator = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0];
        assert_eq!(fit(&[&X, &indicator], &Y), Err(FitError::Separation { column: 1 }));
        assert_eq!(fit(&[&[f64::NAN; 8]], &Y), Err(FitError::NotFinite { row: 0, column: 0 }));
        assert!(matches!(fit(&[&X[..3]], &Y), Err(FitError::Shape { .. })));
    }

    #[test]
    fn the_intercept_alone_is_the_log_odds_of_the_outcome() {
        let fit = fit(&[], &[true, false, false, false]).unwrap();
        assert!((fit.intercept.value + 3.0_f64.ln()).abs() < 1e-12);
        // The variance of a log-odds is 1 / events + 1 / non-events.
        assert!((fit.intercept.standard_error - (1.0 + 1.0 / 3.0_f64).sqrt()).abs() < 1e-12);
        assert!((fit.log_likelihood - fit.null_log_likelihood).abs() < 1e-12);
    }

    #[test]
    fn an_outlier_is_not_taken_for_separation() {
        let mut x = X.to_vec();
        let mut y = Y.to_vec();
        x.push(10_000.0);
        y.push(true);
        assert!(fit(&[&x], &y).is_ok());
    }

    #[test]
    fn units_do_not_matter() {
        let thousand = X.map(|x| x * 1e6 - 5e8);
        let (a, b) = (fit(&[&X], &Y).unwrap(), fit(&[&thousand], &Y).unwrap());
        let ratio = a.coefficients.first().unwrap().value / b.coefficients.first().unwrap().value;
        assert!((ratio / 1e6 - 1.0).abs() < 1e-9, "{ratio}");
        assert!((a.log_likelihood - b.log_likelihood).abs() < 1e-10);
    }
}
