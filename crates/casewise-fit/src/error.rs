//! Why a fit is refused. A refused fit changes nothing.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why nothing could be learned. Rows and columns count from 0.
#[derive(Debug, Clone, PartialEq, Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FitError {
    /// There is nothing to learn from.
    #[error("there are no rows to learn from")]
    NoRows,
    /// Columns, outcomes or weights of different lengths.
    #[error("{what}: expected {expected}, found {found}")]
    Shape {
        /// What has the wrong length.
        what: String,
        /// The length it should have.
        expected: usize,
        /// The length it has.
        found: usize,
    },
    /// A value is not a number or infinite.
    #[error("row {row}, column {column}: the value is not a finite number")]
    NotFinite {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
    },
    /// A value is missing and nothing says what stands in for it.
    #[error("row {row}, column {column}: the value is missing and no policy for missing values is given")]
    Missing {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
    },
    /// A value outside the domain of the algorithm.
    #[error("row {row}: {problem}")]
    Invalid {
        /// The row.
        row: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// A setting of the fit makes no sense.
    #[error("{problem}")]
    Setting {
        /// What is wrong with it.
        problem: String,
    },
    /// Every row has the same value (or falls into the same bin): nothing can be learned from it.
    #[error("column {column} is constant: nothing can be learned from it")]
    Constant {
        /// The column.
        column: usize,
    },
    /// The outcome is the same in every row.
    #[error("the outcome has one class only: {events} events, {non_events} non-events")]
    OneClass {
        /// Rows with the outcome.
        events: u64,
        /// Rows without it.
        non_events: u64,
    },
    /// Some columns tell the outcome without error, so that coefficients grow without end.
    #[error("column {column} separates events from non-events: its coefficient grows without end")]
    Separation {
        /// The column whose coefficient is largest.
        column: usize,
    },
    /// A column is a combination of those before it.
    #[error("column {column} is a combination of the columns before it: the coefficients are not determined")]
    Collinear {
        /// The column.
        column: usize,
    },
    /// More clusters than different points.
    #[error("{clusters} clusters are more than the {distinct} distinct points")]
    TooManyClusters {
        /// The clusters asked for.
        clusters: usize,
        /// The different points there are.
        distinct: usize,
    },
    /// The search for the best parameters did not settle.
    #[error("{what} did not converge in {iterations} iterations")]
    NotConverged {
        /// What was being fitted.
        what: String,
        /// The iterations made.
        iterations: usize,
    },
    /// The best parameters lie at the edge of what the model can say.
    #[error("{what}: the fit degenerates: {problem}")]
    Degenerate {
        /// What was being fitted.
        what: String,
        /// How it degenerates.
        problem: String,
    },
    /// The result would be larger than allowed.
    #[error("more than {limit} {what}: ask for more support or smaller sets")]
    TooMany {
        /// What there are too many of.
        what: String,
        /// How many are allowed.
        limit: usize,
    },
}

impl FitError {
    pub(crate) fn setting(problem: impl Into<String>) -> Self {
        Self::Setting { problem: problem.into() }
    }

    pub(crate) fn shape(what: impl Into<String>, expected: usize, found: usize) -> Self {
        Self::Shape { what: what.into(), expected, found }
    }

    pub(crate) fn degenerate(what: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Degenerate { what: what.into(), problem: problem.into() }
    }
}

/// Refuses a column with a value that is not a finite number.
pub(crate) fn check_finite(values: &[f64], column: usize) -> Result<(), FitError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(row) => Err(FitError::NotFinite { row, column }),
        None => Ok(()),
    }
}
