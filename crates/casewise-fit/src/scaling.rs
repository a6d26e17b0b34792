//! Filling and scaling of features before they are clustered.
//!
//! A missing value is filled first, then every column is scaled: (x − centre) / spread.
//!
//! | method | centre | spread |
//! | --- | --- | --- |
//! | zscore | mean | population standard deviation |
//! | minmax | least value | greatest − least |
//! | robust | median | third − first quartile (type 7) |
//! | none | 0 | 1 |
//!
//! A column whose spread is 0 scales to 0. Fill, centre and spread are stored with what was
//! learned from them.

use crate::error::{FitError, check_finite};
use crate::quantile::{quantile, sorted};
use serde::{Deserialize, Serialize};

/// How a column is scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By mean and population standard deviation.
    Zscore,
    /// To 0 … 1 by least and greatest value.
    Minmax,
    /// By median and interquartile range.
    Robust,
    /// Not at all.
    None,
}

/// The stored scaling of one column.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ColumnScale {
    /// What is subtracted, in the column's unit.
    pub centre: f64,
    /// What is divided by, in the column's unit; 0 scales everything to 0.
    pub spread: f64,
}

impl ColumnScale {
    /// Learns the scaling of a column.
    ///
    /// # Errors
    /// No rows, or a value that is not finite (`column` says where).
    ///
    /// # Examples
    /// ```
    /// use casewise_fit::scaling::{ColumnScale, Method};
    /// let scale = ColumnScale::learn(Method::Minmax, &[2.0, 4.0, 6.0], 0)?;
    /// assert_eq!(scale.apply(5.0), 0.75);
    /// # Ok::<(), casewise_fit::FitError>(())
    /// ```
    pub fn learn(method: Method, values: &[f64], column: usize) -> Result<Self, FitError> {
        check_finite(values, column)?;
        let sorted = sorted(values);
        let (least, greatest) = sorted.first().zip(sorted.last()).ok_or(FitError::NoRows)?;
        let quartile = |q| quantile(&sorted, q).ok_or(FitError::NoRows);
        let (centre, spread) = match method {
            Method::Zscore => mean_and_deviation(values),
            Method::Minmax => (*least, greatest - least),
            Method::Robust => (quartile(0.5)?, quartile(0.75)? - quartile(0.25)?),
            Method::None => {
                return Ok(Self { centre: 0.0, spread: 1.0 });
            }
        };
        // The rounded mean of equal values can differ from them by a hair: that is no spread.
        let spread = if least.total_cmp(greatest).is_eq() { 0.0 } else { spread };
        if !centre.is_finite() || !spread.is_finite() {
            return Err(FitError::Setting { problem: format!("column {column} is too wide to be scaled") });
        }
        Ok(Self { centre, spread })
    }

    /// The scaled value, by the multiplication that scoring makes.
    #[must_use]
    pub fn apply(&self, value: f64) -> f64 {
        let factor = if self.spread > 0.0 { 1.0 / self.spread } else { 0.0 };
        (value - self.centre) * factor
    }

    /// The value that scales to `scaled`; the centre where there is no spread.
    #[must_use]
    pub fn undo(&self, scaled: f64) -> f64 {
        scaled * self.spread + self.centre
    }
}

/// What stands in for a missing value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// The mean of the values that are present.
    Mean,
    /// Their median (type 7).
    Median,
    /// A number given by hand.
    Value(f64),
}

/// A column without gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filled {
    /// The values, gaps filled.
    pub values: Vec<f64>,
    /// What stands in for a missing value; `None` without a policy.
    pub fill: Option<f64>,
    /// How many values were missing.
    pub missing: u64,
}

/// Fills the gaps of a column.
///
/// # Errors
/// A missing value without a policy, a mean or median of nothing, or a value that is not finite.
pub fn fill(values: &[Option<f64>], policy: Option<Fill>, column: usize) -> Result<Filled, FitError> {
    let present: Vec<f64> = values.iter().flatten().copied().collect();
    let fill = match policy {
        None => None,
        Some(Fill::Value(value)) => Some(value),
        Some(Fill::Mean) => {
            check_finite(&present, column)?;
            if present.is_empty() {
                return Err(FitError::NoRows);
            }
            Some(mean_and_deviation(&present).0)
        }
        Some(Fill::Median) => {
            check_finite(&present, column)?;
            Some(quantile(&sorted(&present), 0.5).ok_or(FitError::NoRows)?)
        }
    };
    let filled =
        values.iter().enumerate().map(|(row, value)| value.or(fill).ok_or(FitError::Missing { row, column }));
    let filled = filled.collect::<Result<Vec<f64>, FitError>>()?;
    check_finite(&filled, column)?;
    Ok(Filled { values: filled, fill, missing: (values.len() - present.len()) as u64 })
}

/// Mean and population standard deviation, by two passes.
fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let rows = values.len() as f64;
    let mean = values.iter().sum::<f64>() / rows;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / rows;
    (mean, variance.sqrt())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::float_cmp, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const VALUES: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 10.0];

    #[test]
    fn each_method_has_its_centre_and_spread() {
        let learn = |method| ColumnScale::learn(method, &VALUES, 0).unwrap();
        assert_eq!(learn(Method::Zscore), ColumnScale { centre: 4.0, spread: 10.0_f64.sqrt() });
        assert_eq!(learn(Method::Minmax), ColumnScale { centre: 1.0, spread: 9.0 });
        assert_eq!(learn(Method::Robust), ColumnScale { centre: 3.0, spread: 2.0 });
        assert_eq!(learn(Method::None).apply(7.5), 7.5);
    }

    #[test]
    fn zero_spread_scales_to_zero_even_if_the_mean_is_rounded() {
        for method in [Method::Zscore, Method::Minmax, Method::Robust] {
            let scale = ColumnScale::learn(method, &[0.1; 7], 0).unwrap();
            assert_eq!(scale.apply(0.1), 0.0);
            assert_eq!(scale.apply(5.0), 0.0);
        }
    }

    #[test]
    fn gaps_need_a_policy() {
        let gaps = [Some(1.0), None, Some(4.0), Some(10.0)];
        assert_eq!(fill(&gaps, None, 3), Err(FitError::Missing { row: 1, column: 3 }));
        assert_eq!(fill(&gaps, Some(Fill::Mean), 0).unwrap().values, [1.0, 5.0, 4.0, 10.0]);
        assert_eq!(fill(&gaps, Some(Fill::Median), 0).unwrap().fill, Some(4.0));
        assert_eq!(fill(&gaps, Some(Fill::Value(-1.0)), 0).unwrap().missing, 1);
        assert_eq!(fill(&[None], Some(Fill::Mean), 0), Err(FitError::NoRows));
    }
}
