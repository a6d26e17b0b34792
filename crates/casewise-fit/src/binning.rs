//! The bins of a scorecard: where a value belongs.
//!
//! Numeric bins hold from a up to, not including, b: [a, b). Categories are bins of their own. A
//! missing value and a category never seen are places of their own, never a silent first bin.

use crate::error::{FitError, check_finite};
use crate::quantile::{quantile_cuts, sorted};
use serde::{Deserialize, Serialize};

/// Where a value belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// A bin, from 0.
    Bin(usize),
    /// The value is missing.
    Missing,
    /// The value is a category that the bins do not have.
    Unseen,
}

/// Ranges of numbers: below the first cut, between cuts, from the last cut on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumericBins {
    /// Strictly ascending.
    pub cuts: Vec<f64>,
}

impl NumericBins {
    /// Bins at the given cuts.
    ///
    /// # Errors
    /// No cuts, a cut that is not finite, or cuts that do not ascend.
    pub fn at(cuts: &[f64]) -> Result<Self, FitError> {
        if cuts.is_empty() {
            return Err(FitError::setting("bins need at least one cut"));
        }
        if !cuts.iter().all(|cut| cut.is_finite()) || !cuts.is_sorted_by(|a, b| a < b) {
            return Err(FitError::setting("cuts must ascend and be finite numbers"));
        }
        Ok(Self { cuts: cuts.to_vec() })
    }

    /// `bins` bins of nearly equal count: cuts at the type-7 quantiles i / bins of the values that
    /// are present. Equal cuts are one cut, and a cut that leaves nothing below it is dropped, so
    /// with ties there are fewer bins than asked for, and none of them is empty.
    ///
    /// # Errors
    /// Fewer than two bins, no value present, a value that is not finite, or the same value in
    /// every row.
    pub fn by_quantile(values: &[Option<f64>], bins: usize) -> Result<Self, FitError> {
        if bins < 2 {
            return Err(FitError::setting(format!("at least 2 bins are needed, found {bins}")));
        }
        let present: Vec<f64> = values.iter().flatten().copied().collect();
        check_finite(&present, 0)?;
        let sorted = sorted(&present);
        let least = *sorted.first().ok_or(FitError::NoRows)?;
        let mut cuts = quantile_cuts(&sorted, bins);
        cuts.dedup_by(|a, b| a.total_cmp(b).is_eq());
        cuts.retain(|cut| *cut > least);
        // Between neighbouring cuts there may be no value at all; keep the upper cut only if it
        // closes a bin that holds something.
        let mut kept: Vec<f64> = Vec::with_capacity(cuts.len());
        let mut from = 0;
        for cut in cuts {
            let below = sorted.partition_point(|value| *value < cut);
            if below > from {
                kept.push(cut);
                from = below;
            }
        }
        if kept.is_empty() {
            // A lone outlier above a tie can lie beyond every quantile; the tie itself is a bin.
            match sorted.iter().find(|value| **value > least) {
                Some(next) => kept.push(*next),
                None => return Err(FitError::Constant { column: 0 }),
            }
        }
        Ok(Self { cuts: kept })
    }

    /// How many bins there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cuts.len() + 1
    }

    /// Never: there is always a bin.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The bin of a value: the number of cuts at or below it.
    ///
    /// # Examples
    /// ```
    /// use casewise_fit::binning::{NumericBins, Slot};
    /// let tenure = NumericBins::at(&[6.0, 12.0])?;
    /// assert_eq!(tenure.slot(Some(5.9)), Slot::Bin(0));
    /// assert_eq!(tenure.slot(Some(6.0)), Slot::Bin(1));
    /// assert_eq!(tenure.slot(None), Slot::Missing);
    /// # Ok::<(), casewise_fit::FitError>(())
    /// ```
    #[must_use]
    pub fn slot(&self, value: Option<f64>) -> Slot {
        match value {
            Some(value) => Slot::Bin(self.cuts.partition_point(|cut| *cut <= value)),
            None => Slot::Missing,
        }
    }
}

/// One bin per category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryBins {
    /// The categories, each once, in the order of the bins.
    pub categories: Vec<String>,
}

impl CategoryBins {
    /// A bin for each of the categories, in the order given.
    ///
    /// # Errors
    /// A category named twice.
    pub fn each<'a>(categories: impl IntoIterator<Item = &'a str>) -> Result<Self, FitError> {
        let mut kept: Vec<String> = Vec::new();
        for category in categories {
            if kept.iter().any(|known| known == category) {
                return Err(FitError::setting(format!("the category `{category}` is named twice")));
            }
            kept.push(category.to_owned());
        }
        Ok(Self { categories: kept })
    }

    /// A bin for each category that occurs, in the order of code points.
    #[must_use]
    pub fn seen<'a>(values: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut kept: Vec<&str> = values.into_iter().flatten().collect();
        kept.sort_unstable();
        kept.dedup();
        Self { categories: kept.into_iter().map(str::to_owned).collect() }
    }

    /// The bin of a value.
    #[must_use]
    pub fn slot(&self, value: Option<&str>) -> Slot {
        match value {
            None => Slot::Missing,
            Some(value) => {
                self.categories.iter().position(|known| known == value).map_or(Slot::Unseen, Slot::Bin)
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn quantile_bins_with_ties_are_fewer_but_never_empty() {
        for values in [
            some(&[1.0, 1.0, 1.0, 1.0, 5.0]),
            some(&[0.0; 99]).into_iter().chain([Some(1.0)]).collect(),
            some(&[1.0, 2.0]),
            (0..50).map(|i| Some(f64::from(i * i))).chain([None]).collect(),
        ] {
            let bins = NumericBins::by_quantile(&values, 5).unwrap();
            for bin in 0..bins.len() {
                assert!(values.iter().any(|v| bins.slot(*v) == Slot::Bin(bin)), "{bins:?}");
            }
        }
    }

    #[test]
    fn constant_and_absent_columns_are_refused() {
        assert_eq!(NumericBins::by_quantile(&some(&[2.0; 9]), 3), Err(FitError::Constant { column: 0 }));
        assert_eq!(NumericBins::by_quantile(&[None, None], 3), Err(FitError::NoRows));
        assert!(NumericBins::at(&[2.0, 2.0]).is_err());
        assert!(NumericBins::at(&[]).is_err());
    }

    #[test]
    fn categories_never_seen_have_their_own_place() {
        let bins = CategoryBins::seen([Some("b"), None, Some("a"), Some("b")]);
        assert_eq!(bins.slot(Some("a")), Slot::Bin(0));
        assert_eq!(bins.slot(Some("c")), Slot::Unseen);
        assert_eq!(bins.slot(None), Slot::Missing);
        assert!(CategoryBins::each(["a", "a"]).is_err());
    }
}
