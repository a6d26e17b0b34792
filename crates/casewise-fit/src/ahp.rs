//! Weights from pairwise judgements: the analytic hierarchy process.
//!
//! Source: T. L. Saaty, "Decision making with the analytic hierarchy process", International
//! Journal of Services Sciences 1 (2008), 83–98.
//!
//! For members 1 … n a judgement a(i, j) says how many times as important i is as j, and
//! a(j, i) = 1 / a(i, j). The weights w are the principal eigenvector of that matrix, A w = λ w,
//! with Σ w = 1. With perfectly consistent judgements λ = n; otherwise λ > n, and
//!
//! - consistency index = (λ − n) / (n − 1)
//! - consistency ratio = consistency index / random index, Saaty's mean index of random judgements
//!
//! Nothing is rounded on the way. Only `+ − × ÷` are used, so the weights have the same bits on
//! every machine.

use std::fmt;

/// Saaty's random indices for 3 to 10 members.
pub const RANDOM_INDICES: [f64; 8] = [0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49];

/// The largest ratio that Saaty calls acceptable.
pub const ACCEPTABLE_RATIO: f64 = 0.10;

/// The iteration stops when no weight moves by more than this.
const TOLERANCE: f64 = 1e-15;

/// Judgements on Saaty's scale need a few hundred steps at most.
const MAX_ITERATIONS: usize = 100_000;

/// The weights of the members and how consistent the judgements are.
#[derive(Debug, Clone, PartialEq)]
pub struct Priorities {
    /// One weight per member, in their order; positive, together 1.
    pub weights: Vec<f64>,
    /// λ, the principal eigenvalue; at least the number of members.
    pub lambda_max: f64,
    /// (λ − n) / (n − 1), 0 for one or two members.
    pub consistency_index: f64,
    /// Index over random index: 0 for one or two members, `None` for more than ten, for which
    /// Saaty gives no random index.
    pub consistency_ratio: Option<f64>,
}

impl Priorities {
    /// Whether the ratio is known and above `limit` (see [`ACCEPTABLE_RATIO`]).
    #[must_use]
    pub fn is_inconsistent(&self, limit: f64) -> bool {
        self.consistency_ratio.is_some_and(|ratio| ratio > limit)
    }
}

/// Why no weights can be derived.
#[derive(Debug, Clone, PartialEq)]
pub enum AhpError {
    /// There is no member.
    NoMembers,
    /// Every pair is judged once: `members × (members − 1) / 2` judgements.
    WrongCount {
        /// How many members there are.
        members: usize,
        /// How many judgements they need.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// A judgement is not a positive finite number.
    NotPositive {
        /// The member that is judged, from 0.
        row: usize,
        /// The member it is compared with, from 0.
        column: usize,
        /// The judgement.
        value: f64,
    },
    /// The iteration did not settle: the judgements are too far apart for 64-bit numbers.
    NotConverged,
}

impl fmt::Display for AhpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMembers => write!(f, "there is nothing to weigh"),
            Self::WrongCount { members, expected, found } => {
                write!(f, "{members} members need {expected} judgements, one for each pair, found {found}")
            }
            Self::NotPositive { row, column, value } => write!(
                f,
                "the judgement of member {} over member {} must be a positive number, found {value}",
                row + 1,
                column + 1
            ),
            Self::NotConverged => write!(f, "the judgements are too far apart: the weights do not settle"),
        }
    }
}

impl std::error::Error for AhpError {}

/// The weights of `members` members from the judgements above the diagonal, row by row:
/// (1,2), (1,3), … (1,n), (2,3), … (n−1,n).
///
/// # Errors
/// [`AhpError`] if a pair is missing or more are given, a judgement is not a positive finite
/// number, or the iteration does not settle.
///
/// # Examples
/// ```
/// // experience, education, charisma, age: Saaty's choice of a leader
/// let criteria = casewise_fit::ahp::priorities(4, &[4.0, 3.0, 7.0, 1.0 / 3.0, 3.0, 5.0])?;
/// let rounded: Vec<f64> = criteria.weights.iter().map(|w| (w * 1000.0).round() / 1000.0).collect();
/// assert_eq!(rounded, [0.548, 0.127, 0.270, 0.056]);
/// assert!(!criteria.is_inconsistent(casewise_fit::ahp::ACCEPTABLE_RATIO));
/// # Ok::<(), casewise_fit::ahp::AhpError>(())
/// ```
pub fn priorities(members: usize, judgements: &[f64]) -> Result<Priorities, AhpError> {
    let matrix = reciprocal_matrix(members, judgements)?;
    let n = members as f64;
    let mut weights = vec![1.0 / n; members];
    for _ in 0..MAX_ITERATIONS {
        let product = multiply(&matrix, &weights);
        let total: f64 = product.iter().sum();
        if !total.is_finite() {
            return Err(AhpError::NotConverged);
        }
        let next: Vec<f64> = product.iter().map(|value| value / total).collect();
        let moved = next.iter().zip(&weights).map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
        weights = next;
        if moved <= TOLERANCE {
            return Ok(consistency(&matrix, weights));
        }
    }
    Err(AhpError::NotConverged)
}

fn reciprocal_matrix(members: usize, judgements: &[f64]) -> Result<Vec<Vec<f64>>, AhpError> {
    if members == 0 {
        return Err(AhpError::NoMembers);
    }
    let expected = members * (members - 1) / 2;
    if judgements.len() != expected {
        return Err(AhpError::WrongCount { members, expected, found: judgements.len() });
    }
    let mut matrix = vec![vec![1.0; members]; members];
    let pairs = (0..members).flat_map(|row| (row + 1..members).map(move |column| (row, column)));
    for ((row, column), &value) in pairs.zip(judgements) {
        let turned = 1.0 / value;
        if !(value > 0.0 && value.is_finite() && turned.is_finite()) {
            return Err(AhpError::NotPositive { row, column, value });
        }
        if let Some(cell) = matrix.get_mut(row).and_then(|cells| cells.get_mut(column)) {
            *cell = value;
        }
        if let Some(cell) = matrix.get_mut(column).and_then(|cells| cells.get_mut(row)) {
            *cell = turned;
        }
    }
    Ok(matrix)
}

fn multiply(matrix: &[Vec<f64>], vector: &[f64]) -> Vec<f64> {
    matrix.iter().map(|row| row.iter().zip(vector).map(|(a, w)| a * w).sum()).collect()
}

fn consistency(matrix: &[Vec<f64>], weights: Vec<f64>) -> Priorities {
    let n = weights.len();
    // The weights add up to 1, so the sum of A w = λ w is λ. For a reciprocal matrix λ ≥ n; only
    // rounding can put it a hair below.
    let lambda_max = multiply(matrix, &weights).iter().sum::<f64>().max(n as f64);
    let consistency_index = if n < 3 { 0.0 } else { (lambda_max - n as f64) / (n as f64 - 1.0) };
    let consistency_ratio = match n.checked_sub(3) {
        None => Some(0.0),
        Some(place) => RANDOM_INDICES.get(place).map(|random| consistency_index / random),
    };
    Priorities { weights, lambda_max, consistency_index, consistency_ratio }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn rounded(values: &[f64]) -> Vec<i64> {
        values.iter().map(|value| (value * 1000.0).round() as i64).collect()
    }

    #[test]
    fn saatys_drinks_give_the_published_weights() {
        let judgements = [
            9.0,
            5.0,
            2.0,
            1.0,
            1.0,
            1.0 / 2.0, // coffee
            1.0 / 3.0,
            1.0 / 9.0,
            1.0 / 9.0,
            1.0 / 9.0,
            1.0 / 9.0, // wine
            1.0 / 3.0,
            1.0 / 4.0,
            1.0 / 3.0,
            1.0 / 9.0, // tea
            1.0 / 2.0,
            1.0,
            1.0 / 3.0, // beer
            2.0,
            1.0 / 2.0, // soda
            1.0 / 3.0, // milk
        ];
        let drinks = priorities(7, &judgements).unwrap();
        assert_eq!(rounded(&drinks.weights), [177, 19, 42, 116, 190, 129, 327]);
        assert_eq!(rounded(&[drinks.consistency_ratio.unwrap()]), [22]);
        assert!((drinks.weights.iter().sum::<f64>() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_weights_are_an_eigenvector_to_fourteen_digits() {
        let judgements = [4.0, 3.0, 7.0, 1.0 / 3.0, 3.0, 5.0];
        let leader = priorities(4, &judgements).unwrap();
        let product = multiply(&reciprocal_matrix(4, &judgements).unwrap(), &leader.weights);
        for (value, weight) in product.iter().zip(&leader.weights) {
            assert!((value - leader.lambda_max * weight).abs() < 1e-14, "{value} {weight}");
        }
    }

    #[test]
    fn consistent_judgements_return_the_weights_they_were_made_from() {
        let made_from = [0.5, 0.25, 0.125, 0.125];
        let judgements: Vec<f64> =
            (0..4).flat_map(|i| (i + 1..4).map(move |j| made_from[i] / made_from[j])).collect();
        let found = priorities(4, &judgements).unwrap();
        for (a, b) in found.weights.iter().zip(made_from) {
            assert!((a - b).abs() < 1e-15);
        }
        assert!(found.consistency_ratio.unwrap() < 1e-15);
    }

    #[test]
    fn circular_judgements_settle_and_are_called_inconsistent() {
        let circle = priorities(3, &[9.0, 1.0 / 9.0, 9.0]).unwrap();
        assert!(circle.is_inconsistent(ACCEPTABLE_RATIO));
        assert_eq!(rounded(&circle.weights), [333, 333, 333]);
    }

    #[test]
    fn small_and_large_hierarchies_have_the_ratio_that_is_defined() {
        assert_eq!(priorities(1, &[]).unwrap().weights, [1.0]);
        let two = priorities(2, &[3.0]).unwrap();
        assert_eq!(two.weights, [0.75, 0.25]);
        assert_eq!(two.consistency_ratio, Some(0.0));
        assert_eq!(priorities(11, &[1.0; 55]).unwrap().consistency_ratio, None);
    }

    #[test]
    fn what_is_no_set_of_judgements_is_refused() {
        assert_eq!(priorities(0, &[]), Err(AhpError::NoMembers));
        assert_eq!(priorities(3, &[1.0]), Err(AhpError::WrongCount { members: 3, expected: 3, found: 1 }));
        for bad in [0.0, -1.0, f64::INFINITY, f64::NAN, 1e-320] {
            assert!(matches!(
                priorities(3, &[1.0, bad, 1.0]),
                Err(AhpError::NotPositive { row: 0, column: 2, .. })
            ));
        }
    }
}
