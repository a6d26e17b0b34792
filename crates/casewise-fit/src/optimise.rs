//! The least value of a smooth function of a few parameters: Nelder and Mead's simplex from a
//! rough start ("A simplex method for function minimization", The Computer Journal 7 (1965)), then
//! damped Newton steps whose Hessian is the difference of analytic gradients.

#![expect(
    clippy::indexing_slicing,
    reason = "a numeric kernel: every index is below the number of parameters"
)]

use crate::linear::Symmetric;

/// Relative size of the Newton step at which the search ends; the error left is about its square.
const STEP_TOLERANCE: f64 = 1e-7;

/// The step of the differences between gradients.
const DIFFERENCE: f64 = 1e-5;

/// A function to be made least.
pub(crate) trait Objective {
    fn value(&self, at: &[f64]) -> f64;
    fn value_and_gradient(&self, at: &[f64]) -> (f64, Vec<f64>);
}

/// Where the least value is.
#[derive(Debug, Clone)]
pub(crate) struct Minimum {
    pub(crate) at: Vec<f64>,
    pub(crate) value: f64,
    /// Standard deviations under the inverse Hessian.
    pub(crate) deviations: Vec<f64>,
    pub(crate) iterations: usize,
}

/// Why there is none.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// A parameter ran beyond the bound; where the search was.
    RanAway(Vec<f64>),
    /// The iterations were not enough.
    NotConverged(usize),
}

/// Searches from `start`; a parameter beyond ±`bound` has run away.
pub(crate) fn minimise(objective: &impl Objective, start: &[f64], bound: f64) -> Result<Minimum, Failure> {
    let (mut at, simplex_steps) = nelder_mead(objective, start, 400);
    let (mut value, mut gradient) = objective.value_and_gradient(&at);
    const NEWTON_STEPS: usize = 200;
    for newton_steps in 1..=NEWTON_STEPS {
        if at.iter().any(|parameter| parameter.is_nan() || parameter.abs() > bound) {
            return Err(Failure::RanAway(at));
        }
        let hessian = hessian(objective, &at);
        let (step, undamped) = newton_step(&hessian, &gradient);
        let size = step.iter().fold(0.0_f64, |size, step| size.max(step.abs()));
        if undamped && size <= STEP_TOLERANCE {
            let deviations = match hessian.factor(1e-12) {
                Ok(factor) => (0..at.len()).map(|i| factor.inverse().at(i, i).max(0.0).sqrt()).collect(),
                Err(_) => return Err(Failure::NotConverged(simplex_steps + newton_steps)),
            };
            let iterations = simplex_steps + newton_steps;
            return Ok(Minimum { at, value, deviations, iterations });
        }
        // No step is longer than 2 (parameters are logarithms), and none makes the value worse.
        let mut length = if size > 2.0 { 2.0 / size } else { 1.0 };
        let slack = 1e-13 * (1.0 + value.abs());
        loop {
            let next: Vec<f64> = at.iter().zip(&step).map(|(a, s)| a + length * s).collect();
            let (next_value, next_gradient) = objective.value_and_gradient(&next);
            if next_value <= value + slack {
                (at, value, gradient) = (next, next_value, next_gradient);
                break;
            }
            length *= 0.5;
            if length < 1e-12 {
                return Err(Failure::NotConverged(simplex_steps + newton_steps));
            }
        }
    }
    if at.iter().any(|parameter| parameter.abs() > bound / 2.0) {
        return Err(Failure::RanAway(at));
    }
    Err(Failure::NotConverged(simplex_steps + NEWTON_STEPS))
}

/// −H⁻¹ g, with as much added to the diagonal of H as makes it positive definite; and whether
/// nothing was added.
fn newton_step(hessian: &Symmetric, gradient: &[f64]) -> (Vec<f64>, bool) {
    let downhill: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let largest = (0..gradient.len()).map(|i| hessian.at(i, i).abs()).fold(1e-8, f64::max);
    let mut damping = 0.0;
    for _ in 0..60 {
        let mut damped = hessian.clone();
        for i in 0..gradient.len() {
            damped.set(i, i, hessian.at(i, i) + damping);
        }
        if let Ok(factor) = damped.factor(1e-11) {
            return (factor.solve(&downhill), damping <= 0.0);
        }
        damping = if damping > 0.0 { damping * 4.0 } else { largest * 1e-8 };
    }
    (downhill, false)
}

fn hessian(objective: &impl Objective, at: &[f64]) -> Symmetric {
    let columns: Vec<Vec<f64>> = (0..at.len())
        .map(|i| {
            let moved = |by: f64| {
                let mut to = at.to_vec();
                to[i] += by;
                objective.value_and_gradient(&to).1
            };
            let (up, down) = (moved(DIFFERENCE), moved(-DIFFERENCE));
            up.iter().zip(&down).map(|(u, d)| (u - d) / (2.0 * DIFFERENCE)).collect()
        })
        .collect();
    let mut hessian = Symmetric::zero(at.len());
    for (i, column) in columns.iter().enumerate() {
        for (j, other) in columns.iter().enumerate().take(i + 1) {
            hessian.set(i, j, 0.5 * (column[j] + other[i]));
        }
    }
    hessian
}

/// The simplex with the usual coefficients (1, 2, 1/2, 1/2), until its values agree to 1e-6 of
/// themselves or `limit` steps are made; the best point and the steps.
fn nelder_mead(objective: &impl Objective, start: &[f64], limit: usize) -> (Vec<f64>, usize) {
    let value = |at: &[f64]| {
        let value = objective.value(at);
        if value.is_nan() { f64::INFINITY } else { value }
    };
    let mut simplex: Vec<(f64, Vec<f64>)> = vec![(value(start), start.to_vec())];
    for i in 0..start.len() {
        let mut corner = start.to_vec();
        corner[i] += 0.7;
        simplex.push((value(&corner), corner));
    }
    let last = start.len();
    for step in 0..limit {
        simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
        if simplex[last].0 - simplex[0].0 <= 1e-6 * simplex[0].0.abs() {
            return (simplex.swap_remove(0).1, step);
        }
        let centre: Vec<f64> = (0..start.len())
            .map(|i| simplex[..last].iter().map(|corner| corner.1[i]).sum::<f64>() / last as f64)
            .collect();
        let along = |by: f64| {
            let at: Vec<f64> = centre.iter().zip(&simplex[last].1).map(|(c, w)| c + by * (c - w)).collect();
            (value(&at), at)
        };
        let reflected = along(1.0);
        let replacement = if reflected.0 < simplex[0].0 {
            let expanded = along(2.0);
            Some(if expanded.0 < reflected.0 { expanded } else { reflected })
        } else if reflected.0 < simplex[last - 1].0 {
            Some(reflected)
        } else {
            let contracted = along(if reflected.0 < simplex[last].0 { 0.5 } else { -0.5 });
            (contracted.0 < reflected.0.min(simplex[last].0)).then_some(contracted)
        };
        match replacement {
            Some(corner) => simplex[last] = corner,
            None => {
                let best = simplex[0].1.clone();
                for corner in &mut simplex[1..] {
                    for (x, b) in corner.1.iter_mut().zip(&best) {
                        *x = 0.5 * (*x + b);
                    }
                    corner.0 = value(&corner.1);
                }
            }
        }
    }
    simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
    (simplex.swap_remove(0).1, limit)
}
