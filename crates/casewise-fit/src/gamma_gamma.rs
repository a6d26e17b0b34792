//! Fits the Gamma-Gamma model of spend per purchase by maximum likelihood.
//!
//! The log-likelihood of a customer with x purchases of mean worth m is that of Fader and Hardie
//! (2013), equation (1a):
//!
//! ln Γ(p x + q) − ln Γ(p x) − ln Γ(q) + q ln γ + (p x − 1) ln m + p x ln x − (p x + q) ln(γ + x m)
//!
//! It is learned from customers with at least one repeat purchase, x and m being those of the
//! repeat purchases. The model assumes that how much a purchase is worth does not depend on how
//! often the customer buys; [`GammaGammaFit::correlation`] says how far that holds.

use crate::chunks;
use crate::error::FitError;
use crate::lifetime::GammaGamma;
use crate::optimise::{Failure, Objective, minimise};
use crate::special::{digamma, ln_gamma};
use serde::{Deserialize, Serialize};

/// A parameter (γ relative to the mean worth) beyond e^±10 says that the model degenerates.
const BOUND: f64 = 10.0;

const NAME: &str = "the spend model (Gamma-Gamma)";

/// What a customer spent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spend {
    /// x, the purchases: 1 or more.
    pub purchases: u64,
    /// m, their mean worth: above 0.
    pub mean: f64,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GammaGammaFit {
    /// The parameters.
    pub model: GammaGamma,
    /// Their standard errors, in the same places.
    pub standard_errors: GammaGamma,
    /// ln L at the maximum.
    pub log_likelihood: f64,
    /// The customers learned from.
    pub customers: u64,
    /// Pearson's correlation of x and m, which the model takes to be 0; 0 if one of them is
    /// constant.
    pub correlation: f64,
    /// Steps of the search.
    pub iterations: usize,
}

/// Fits the model to what customers spent; the order does not matter.
///
/// # Errors
/// No customers, a customer without purchases, a mean worth that is not above 0 (a day of returns
/// only, say) or not finite, no convergence, or a fit that degenerates: parameters that run to 0
/// or without end, or q ≤ 1, for which no mean worth exists.
pub fn fit(spends: &[Spend]) -> Result<GammaGammaFit, FitError> {
    if spends.is_empty() {
        return Err(FitError::NoRows);
    }
    for (row, spend) in spends.iter().enumerate() {
        if spend.purchases == 0 {
            return Err(FitError::Invalid {
                row,
                problem: "a customer without purchases has no mean worth".into(),
            });
        }
        if !spend.mean.is_finite() || spend.mean <= 0.0 {
            let problem = format!("the mean worth of purchases must be above 0, found {}", spend.mean);
            return Err(FitError::Invalid { row, problem });
        }
    }
    let mut sorted = spends.to_vec();
    sorted.sort_unstable_by(|a, b| a.purchases.cmp(&b.purchases).then(a.mean.total_cmp(&b.mean)));
    let mean = sorted.iter().map(|spend| spend.mean).sum::<f64>() / sorted.len() as f64;
    let correlation = correlation(&sorted);
    let likelihood = Likelihood { spends: sorted, mean };
    let found = minimise(&likelihood, &[0.0, libm::log(2.0), 0.0], BOUND).map_err(refusal)?;
    let (model, _) = likelihood.model(&found.at);
    if model.q <= 1.0 {
        return Err(FitError::degenerate(NAME, format!("q is {}, at most 1: no mean worth exists", model.q)));
    }
    let standard_errors = match found.deviations.as_slice() {
        [p, q, gamma] => GammaGamma { p: p * model.p, q: q * model.q, gamma: gamma * model.gamma },
        _ => {
            return Err(FitError::NotConverged { what: NAME.to_owned(), iterations: found.iterations });
        }
    };
    Ok(GammaGammaFit {
        model,
        standard_errors,
        log_likelihood: -found.value,
        customers: spends.len() as u64,
        correlation,
        iterations: found.iterations,
    })
}

fn refusal(failure: Failure) -> FitError {
    match failure {
        Failure::NotConverged(iterations) => FitError::NotConverged { what: NAME.to_owned(), iterations },
        Failure::RanAway(at) => {
            let towards = |value: f64| {
                if value > 0.0 { "grows without end" } else { "shrinks to 0" }
            };
            let gone: Vec<String> = ["p", "q", "gamma"]
                .iter()
                .zip(&at)
                .filter(|(_, value)| value.is_nan() || value.abs() > BOUND / 2.0)
                .map(|(name, value)| format!("{name} {}", towards(*value)))
                .collect();
            FitError::degenerate(NAME, gone.join(", "))
        }
    }
}

fn correlation(spends: &[Spend]) -> f64 {
    let rows = spends.len() as f64;
    let mean_x = spends.iter().map(|spend| spend.purchases as f64).sum::<f64>() / rows;
    let mean_m = spends.iter().map(|spend| spend.mean).sum::<f64>() / rows;
    let (xx, mm, xm) = spends.iter().fold((0.0, 0.0, 0.0), |(xx, mm, xm), spend| {
        let (x, m) = (spend.purchases as f64 - mean_x, spend.mean - mean_m);
        (xx + x * x, mm + m * m, xm + x * m)
    });
    let scale = xx.sqrt() * mm.sqrt();
    if scale > 0.0 { xm / scale } else { 0.0 }
}

struct Likelihood {
    /// By purchases.
    spends: Vec<Spend>,
    mean: f64,
}

impl Likelihood {
    fn model(&self, at: &[f64]) -> (GammaGamma, [f64; 3]) {
        let mut parameters = [1.0, 1.0, self.mean];
        for (parameter, logarithm) in parameters.iter_mut().zip(at) {
            *parameter *= libm::exp(*logarithm);
        }
        let [p, q, gamma] = parameters;
        (GammaGamma { p, q, gamma }, parameters)
    }
}

/// What depends on the number of purchases only: the value and its derivatives by p and q.
fn of_purchases(model: &GammaGamma, purchases: u64) -> [f64; 3] {
    let GammaGamma { p, q, gamma } = *model;
    let x = purchases as f64;
    let log_gamma = libm::log(gamma);
    let shape = digamma(p * x + q);
    [
        ln_gamma(p * x + q) - ln_gamma(p * x) - ln_gamma(q) + q * log_gamma + p * x * libm::log(x),
        x * (shape - digamma(p * x) + libm::log(x)),
        shape - digamma(q) + log_gamma,
    ]
}

impl Objective for Likelihood {
    fn value(&self, at: &[f64]) -> f64 {
        self.value_and_gradient(at).0
    }

    fn value_and_gradient(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let (model, parameters) = self.model(at);
        let GammaGamma { p, q, gamma } = model;
        let parts = chunks::map(self.spends.len(), |range| {
            let mut sums = [0.0; 4];
            let mut constant = (0, [0.0; 3]);
            for spend in self.spends.get(range).unwrap_or_default() {
                if spend.purchases != constant.0 {
                    constant = (spend.purchases, of_purchases(&model, spend.purchases));
                }
                let [value, by_p, by_q] = constant.1;
                let x = spend.purchases as f64;
                let (log_mean, total) = (libm::log(spend.mean), gamma + x * spend.mean);
                let log_total = libm::log(total);
                let of_spend = [
                    value + (p * x - 1.0) * log_mean - (p * x + q) * log_total,
                    by_p + x * (log_mean - log_total),
                    by_q - log_total,
                    q / gamma - (p * x + q) / total,
                ];
                for (sum, value) in sums.iter_mut().zip(of_spend) {
                    *sum += value;
                }
            }
            sums
        });
        let [value, gradient @ ..] = parts.iter().fold([0.0; 4], |mut sums, part| {
            for (sum, value) in sums.iter_mut().zip(part) {
                *sum += value;
            }
            sums
        });
        (-value, gradient.iter().zip(parameters).map(|(g, p)| -g * p).collect())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn derivatives_agree_with_differences() {
        let spends =
            [(1, 20.0), (3, 35.5), (3, 4.0), (12, 80.0)].map(|(purchases, mean)| Spend { purchases, mean });
        let likelihood = Likelihood { spends: spends.to_vec(), mean: 30.0 };
        let at = [0.7, 1.1, -0.4];
        let (_, gradient) = likelihood.value_and_gradient(&at);
        for i in 0..3 {
            let moved = |by: f64| {
                let mut to = at;
                to[i] += by;
                likelihood.value(&to)
            };
            let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((difference - gradient[i]).abs() < 1e-8 * (1.0 + difference.abs()), "{i}");
        }
    }

    #[test]
    fn spends_without_a_worth_are_refused_by_row() {
        for (purchases, mean) in [(0, 1.0), (1, 0.0), (1, -3.0), (2, f64::NAN)] {
            let spends = [Spend { purchases: 1, mean: 5.0 }, Spend { purchases, mean }];
            assert!(matches!(fit(&spends), Err(FitError::Invalid { row: 1, .. })));
        }
        assert_eq!(fit(&[]), Err(FitError::NoRows));
    }

    #[test]
    fn everyone_spending_the_same_is_a_degenerate_fit() {
        let refused = fit(&[Spend { purchases: 2, mean: 10.0 }; 50]).unwrap_err();
        assert!(matches!(refused, FitError::Degenerate { .. } | FitError::NotConverged { .. }), "{refused}");
    }
}
