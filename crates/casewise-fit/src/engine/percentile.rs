//! The percentiles of a behavior.

use casewise_core::parameters::{PERCENTILES, PercentileParameters};

use super::columns::numbers;
use super::{Lesson, Problem};
use crate::error::{FitError, check_finite};
use crate::quantile::{quantile, sorted};

pub(super) fn learn(lesson: &Lesson<'_>) -> Result<PercentileParameters, Problem> {
    let values: Vec<f64> = numbers(lesson.columns.get(0)).into_iter().flatten().collect();
    check_finite(&values, 0)?;
    let sorted = sorted(&values);
    let quantiles: Option<Vec<f64>> =
        (1..=PERCENTILES).map(|n| quantile(&sorted, n as f64 / PERCENTILES as f64)).collect();
    let (first, last) = sorted.first().zip(sorted.last()).ok_or(FitError::NoRows)?;
    if first.total_cmp(last).is_eq() {
        return Err(Problem::Fit(FitError::Constant { column: 0 }, vec!["the value".into()]));
    }
    Ok(PercentileParameters { rows: sorted.len() as u64, quantiles: quantiles.ok_or(FitError::NoRows)? })
}
