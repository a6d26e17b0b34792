//! Fits the BG/NBD model of purchases by maximum likelihood.
//!
//! The log-likelihood of a customer with history (x, tₓ, T) is that of Fader, Hardie and Lee
//! (2005), equation (6):
//!
//! ln B(a, b + x) / B(a, b) + ln Γ(r + x) / Γ(r) + r ln α
//! + ln[(α + T)^−(r + x) + δ · a / (b + x − 1) · (α + tₓ)^−(r + x)]
//!
//! Customers with the same history are counted together. The search runs over the logarithms of
//! the parameters, so they stay positive and the unit of time does not matter. Standard errors
//! come from the inverse information of the logarithms: σ(θ) = θ σ(ln θ).

use crate::chunks;
use crate::error::FitError;
use crate::lifetime::{BgNbd, History};
use crate::optimise::{Failure, Objective, minimise};
use crate::special::{digamma, ln_gamma, logistic, softplus};
use serde::{Deserialize, Serialize};

/// A parameter (α relative to the mean age) beyond e^±10 says that the model degenerates.
const BOUND: f64 = 10.0;

const NAME: &str = "the purchase model (BG/NBD)";

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BgNbdFit {
    /// The parameters.
    pub model: BgNbd,
    /// Their standard errors, in the same places.
    pub standard_errors: BgNbd,
    /// ln L at the maximum.
    pub log_likelihood: f64,
    /// The customers learned from.
    pub customers: u64,
    /// Those with at least one repeat purchase.
    pub repeaters: u64,
    /// Steps of the search.
    pub iterations: usize,
}

/// Fits the model to the histories of customers; the order does not matter.
///
/// # Errors
/// No customers, a history that is impossible (a time that is negative or not finite, a last
/// purchase after now, repeats without time), nobody who came back, no convergence, or a fit that
/// degenerates: parameters that run to 0 or without end, as they do when nobody ever leaves or
/// all customers buy at one rate.
pub fn fit(histories: &[History]) -> Result<BgNbdFit, FitError> {
    let groups = grouped(histories)?;
    let customers = histories.len() as u64;
    let repeaters = histories.iter().filter(|history| history.repeats > 0).count() as u64;
    if repeaters == 0 {
        return Err(FitError::degenerate(NAME, "nobody bought more than once"));
    }
    // Repeats take time, so this is above 0. A first purchase of today adds nothing to the likelihood.
    let mean_age = histories.iter().map(|history| history.age).sum::<f64>() / customers as f64;
    let likelihood = Likelihood { groups, mean_age };
    let found = minimise(&likelihood, &[0.0; 4], BOUND).map_err(refusal)?;
    let (model, _) = likelihood.model(&found.at);
    let errors = match found.deviations.as_slice() {
        [r, alpha, a, b] => {
            BgNbd { r: r * model.r, alpha: alpha * model.alpha, a: a * model.a, b: b * model.b }
        }
        _ => {
            return Err(FitError::NotConverged { what: NAME.to_owned(), iterations: found.iterations });
        }
    };
    Ok(BgNbdFit {
        model,
        standard_errors: errors,
        log_likelihood: -found.value,
        customers,
        repeaters,
        iterations: found.iterations,
    })
}

/// ln L of histories under a model.
///
/// # Errors
/// No customers, or a history that is impossible.
pub fn log_likelihood(model: &BgNbd, histories: &[History]) -> Result<f64, FitError> {
    let likelihood = Likelihood { groups: grouped(histories)?, mean_age: 1.0 };
    Ok(-likelihood.of(model).0)
}

fn refusal(failure: Failure) -> FitError {
    match failure {
        Failure::NotConverged(iterations) => FitError::NotConverged { what: NAME.to_owned(), iterations },
        Failure::RanAway(at) => {
            let names = ["r", "alpha", "a", "b"];
            let towards = |value: f64| {
                if value > 0.0 { "grows without end" } else { "shrinks to 0" }
            };
            let gone: Vec<String> = names
                .iter()
                .zip(&at)
                .filter(|(_, value)| value.is_nan() || value.abs() > BOUND / 2.0)
                .map(|(name, value)| format!("{name} {}", towards(*value)))
                .collect();
            FitError::degenerate(NAME, gone.join(", "))
        }
    }
}

/// Customers with one history, x > 0 or not.
#[derive(Debug, Clone, Copy)]
struct Group {
    history: History,
    customers: f64,
}

fn grouped(histories: &[History]) -> Result<Vec<Group>, FitError> {
    if histories.is_empty() {
        return Err(FitError::NoRows);
    }
    for (row, history) in histories.iter().enumerate() {
        if let Some(problem) = impossible(history) {
            return Err(FitError::Invalid { row, problem: problem.to_owned() });
        }
    }
    let mut sorted = histories.to_vec();
    let order = |a: &History, b: &History| {
        let recency = a.recency.total_cmp(&b.recency);
        a.repeats.cmp(&b.repeats).then(recency).then(a.age.total_cmp(&b.age))
    };
    sorted.sort_unstable_by(order);
    let runs = sorted.chunk_by(|a, b| order(a, b).is_eq());
    Ok(runs
        .filter_map(|run| run.first().map(|h| Group { history: *h, customers: run.len() as f64 }))
        .collect())
}

fn impossible(history: &History) -> Option<&'static str> {
    let History { repeats, recency, age } = *history;
    if !recency.is_finite() || !age.is_finite() || recency < 0.0 {
        Some("times must be finite and not negative")
    } else if recency > age {
        Some("the last purchase lies after the end of the observation")
    } else if (repeats == 0) != (recency <= 0.0) {
        Some("repeat purchases and the time of the last one contradict each other")
    } else {
        None
    }
}

struct Likelihood {
    groups: Vec<Group>,
    mean_age: f64,
}

/// What depends on a customer's number of repeats only.
struct OfRepeats {
    repeats: u64,
    value: f64,
    by_r: f64,
    by_a: f64,
    by_b: f64,
}

impl Likelihood {
    /// The model at a point of the search, and the parameters in its order.
    fn model(&self, at: &[f64]) -> (BgNbd, [f64; 4]) {
        let mut parameters = [1.0, self.mean_age, 1.0, 1.0];
        for (parameter, logarithm) in parameters.iter_mut().zip(at) {
            *parameter *= libm::exp(*logarithm);
        }
        let [r, alpha, a, b] = parameters;
        (BgNbd { r, alpha, a, b }, parameters)
    }

    /// −ln L and its derivatives by r, α, a and b.
    fn of(&self, model: &BgNbd) -> (f64, [f64; 4]) {
        let parts = chunks::map(self.groups.len(), |range| {
            let mut sums = [0.0; 5];
            let mut constant = of_repeats(model, 0);
            for group in self.groups.get(range).unwrap_or_default() {
                if group.history.repeats != constant.repeats {
                    constant = of_repeats(model, group.history.repeats);
                }
                for (sum, value) in sums.iter_mut().zip(of_history(model, &group.history, &constant)) {
                    *sum += group.customers * value;
                }
            }
            sums
        });
        let [value, by_r, by_alpha, by_a, by_b] = parts.iter().fold([0.0; 5], |mut sums, part| {
            for (sum, value) in sums.iter_mut().zip(part) {
                *sum += value;
            }
            sums
        });
        (-value, [-by_r, -by_alpha, -by_a, -by_b])
    }
}

fn of_repeats(model: &BgNbd, repeats: u64) -> OfRepeats {
    let BgNbd { r, alpha, a, b } = *model;
    let x = repeats as f64;
    let log_alpha = libm::log(alpha);
    if repeats == 0 {
        return OfRepeats { repeats, value: r * log_alpha, by_r: log_alpha, by_a: 0.0, by_b: 0.0 };
    }
    let leaving = ln_gamma(a + b) - ln_gamma(a + b + x) + ln_gamma(b + x) - ln_gamma(b);
    let both = digamma(a + b) - digamma(a + b + x);
    OfRepeats {
        repeats,
        value: leaving + ln_gamma(r + x) - ln_gamma(r) + r * log_alpha,
        by_r: digamma(r + x) - digamma(r) + log_alpha,
        by_a: both,
        by_b: both + digamma(b + x) - digamma(b),
    }
}

/// ln L of one history, and its derivatives.
fn of_history(model: &BgNbd, history: &History, constant: &OfRepeats) -> [f64; 5] {
    let BgNbd { r, alpha, a, b } = *model;
    let x = history.repeats as f64;
    let until_now = alpha + history.age;
    let log_now = libm::log(until_now);
    let mut result = [
        constant.value - (r + x) * log_now,
        constant.by_r - log_now,
        r / alpha - (r + x) / until_now,
        constant.by_a,
        constant.by_b,
    ];
    if history.repeats > 0 {
        let until_last = alpha + history.recency;
        let silence = log_now - libm::log(until_last);
        let log_odds = libm::log(a / (b + x - 1.0)) + (r + x) * silence;
        let gone = logistic(log_odds);
        let more = [
            softplus(log_odds),
            gone * silence,
            gone * (r + x) * (1.0 / until_now - 1.0 / until_last),
            gone / a,
            -gone / (b + x - 1.0),
        ];
        for (sum, value) in result.iter_mut().zip(more) {
            *sum += value;
        }
    }
    result
}

impl Objective for Likelihood {
    fn value(&self, at: &[f64]) -> f64 {
        self.value_and_gradient(at).0
    }

    fn value_and_gradient(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let (model, parameters) = self.model(at);
        let (value, gradient) = self.of(&model);
        (value, gradient.iter().zip(parameters).map(|(g, p)| g * p).collect())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn history(repeats: u64, recency: f64, age: f64) -> History {
        History { repeats, recency, age }
    }

    #[test]
    fn derivatives_agree_with_differences() {
        let histories =
            [history(0, 0.0, 30.0), history(2, 11.0, 35.0), history(7, 38.0, 39.0), history(1, 2.0, 3.0)];
        let likelihood = Likelihood { groups: grouped(&histories).unwrap(), mean_age: 20.0 };
        let at = [-1.0, -1.5, 0.3, 0.9];
        let (_, gradient) = likelihood.value_and_gradient(&at);
        for i in 0..4 {
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
    fn impossible_histories_are_refused_by_row() {
        let good = history(1, 2.0, 3.0);
        for bad in [
            history(1, 4.0, 3.0),
            history(1, -1.0, 3.0),
            history(0, 1.0, 3.0),
            history(1, 0.0, 3.0),
            history(1, f64::NAN, 3.0),
        ] {
            assert!(matches!(fit(&[good, bad]), Err(FitError::Invalid { row: 1, .. })), "{bad:?}");
        }
        assert_eq!(fit(&[]), Err(FitError::NoRows));
    }

    #[test]
    fn fits_at_the_edge_of_the_model_are_refused() {
        assert!(matches!(fit(&[history(0, 0.0, 3.0); 5]), Err(FitError::Degenerate { .. })));
        // Everyone buys every week and nobody leaves.
        let faithful: Vec<History> = (10..60).map(|i| history(i, i as f64, i as f64)).collect();
        let refused = fit(&faithful).unwrap_err();
        assert!(matches!(refused, FitError::Degenerate { .. } | FitError::NotConverged { .. }), "{refused}");
    }
}
