//! How well separated clusters are, and the number of clusters that separates best.
//!
//! Source: P. J. Rousseeuw, "Silhouettes", Journal of Computational and Applied Mathematics 20
//! (1987), 53–65. For a row, a is the mean Euclidean distance to the other rows of its cluster, b
//! the least mean distance to the rows of another cluster; its silhouette is (b − a) / max(a, b),
//! and 0 in a cluster of one. The silhouette of a clustering is the mean over its rows, from −1 to
//! 1.
//!
//! Every pair of rows is looked at. Beyond a limit of rows a seeded sample stands for all, and the
//! result says so: the silhouettes are then those among the sampled rows.

#![expect(
    clippy::indexing_slicing,
    reason = "a numeric kernel: rows and labels are within bounds checked at the start"
)]

use crate::error::FitError;
use crate::kmeans::{self, Clusters, Options, Points};
use crate::rng::Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// The rows beyond which [`choose`] samples: 50 million pairs.
pub const DEFAULT_LIMIT: usize = 10_000;

/// A mean silhouette and how it was found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Silhouette {
    /// The mean over the rows looked at; 0 if they all lie in one cluster.
    pub mean: f64,
    /// The rows looked at.
    pub rows: u64,
    /// Whether they are a sample.
    pub sampled: bool,
}

/// The mean silhouette of labelled rows, of a sample of `limit` rows if there are more.
///
/// # Errors
/// Labels of another length than the rows, or a limit of 0.
///
/// # Examples
/// ```
/// use casewise_fit::{kmeans::Points, silhouette::silhouette};
/// let points = Points::new(&[0.0, 1.0, 10.0, 11.0], 1)?;
/// let found = silhouette(points, &[0, 0, 1, 1], 100, 0)?;
/// assert!((found.mean - 0.899_749).abs() < 1e-6);
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
pub fn silhouette(
    points: Points<'_>,
    labels: &[u32],
    limit: usize,
    seed: u64,
) -> Result<Silhouette, FitError> {
    if labels.len() != points.rows() {
        return Err(FitError::shape("labels", points.rows(), labels.len()));
    }
    if limit == 0 {
        return Err(FitError::setting("a sample needs at least one row"));
    }
    let rows = Rng::new(seed).sample(points.rows(), limit);
    let clusters = labels.iter().max().map_or(0, |label| *label as usize + 1);
    let mut sizes = vec![0_u64; clusters];
    for row in &rows {
        sizes[labels[*row] as usize] += 1;
    }
    let mean = if sizes.iter().filter(|size| **size > 0).count() < 2 {
        0.0
    } else {
        let each: Vec<f64> = rows.par_iter().map(|row| of_row(points, labels, &rows, &sizes, *row)).collect();
        each.iter().sum::<f64>() / rows.len() as f64
    };
    Ok(Silhouette { mean, rows: rows.len() as u64, sampled: rows.len() < points.rows() })
}

fn of_row(points: Points<'_>, labels: &[u32], rows: &[usize], sizes: &[u64], row: usize) -> f64 {
    let own = labels[row] as usize;
    if sizes[own] < 2 {
        return 0.0;
    }
    let mut distances = vec![0.0; sizes.len()];
    let point = points.row(row);
    for other in rows {
        let pairs = point.iter().zip(points.row(*other));
        let squared = pairs.fold(0.0, |sum, (a, b)| sum + (a - b) * (a - b));
        distances[labels[*other] as usize] += squared.sqrt();
    }
    let a = distances[own] / (sizes[own] - 1) as f64;
    let others = (0..sizes.len()).filter(|label| *label != own && sizes[*label] > 0);
    let b = others.map(|label| distances[label] / sizes[label] as f64).fold(f64::INFINITY, f64::min);
    let scale = a.max(b);
    if scale > 0.0 { (b - a) / scale } else { 0.0 }
}

/// One number of clusters that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The number of clusters.
    pub clusters: usize,
    /// The inertia of its best start.
    pub inertia: f64,
    /// Its silhouette.
    pub silhouette: Silhouette,
}

/// The number of clusters with the largest silhouette.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Every number that was tried, ascending.
    pub trials: Vec<Trial>,
    /// The clusters of the best number; of equally good ones, the least.
    pub best: Clusters,
}

/// Fits every number of clusters in the range (both ends count) and keeps the one that separates
/// best. Samples are drawn with the seed of the options, the same rows for every number.
///
/// # Errors
/// An empty range or one that starts below 2, and whatever a fit refuses.
pub fn choose(
    points: Points<'_>,
    range: RangeInclusive<usize>,
    options: &Options,
    limit: usize,
) -> Result<Choice, FitError> {
    if *range.start() < 2 || range.is_empty() {
        return Err(FitError::setting("a choice by silhouette needs a range of 2 or more clusters"));
    }
    let mut trials: Vec<Trial> = Vec::new();
    let mut best: Option<(f64, Clusters)> = None;
    for clusters in range {
        let found = kmeans::fit(points, clusters, options)?;
        let silhouette = silhouette(points, &found.labels, limit, options.seed)?;
        trials.push(Trial { clusters, inertia: found.inertia, silhouette });
        if best.as_ref().is_none_or(|(mean, _)| silhouette.mean > *mean) {
            best = Some((silhouette.mean, found));
        }
    }
    match best {
        Some((_, best)) => Ok(Choice { trials, best }),
        None => Err(FitError::setting("the range of clusters is empty")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::float_cmp, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn three_heaps_are_found_as_three() {
        let values: Vec<f64> = (0..90).map(|i| f64::from(i % 3) * 10.0 + f64::from(i / 3) * 0.01).collect();
        let choice =
            choose(Points::new(&values, 1).unwrap(), 2..=5, &Options::default(), DEFAULT_LIMIT).unwrap();
        assert_eq!(choice.best.centres.len(), 3);
        assert_eq!(choice.trials.len(), 4);
    }

    #[test]
    fn a_sample_says_so_and_depends_on_the_seed_only() {
        let values: Vec<f64> = (0..300).map(|i| f64::from(i % 2) * 10.0 + f64::from(i) * 0.01).collect();
        let labels: Vec<u32> = (0..300).map(|i| i % 2).collect();
        let points = Points::new(&values, 1).unwrap();
        let some = silhouette(points, &labels, 50, 3).unwrap();
        assert!(some.sampled && some.rows == 50);
        assert_eq!(some, silhouette(points, &labels, 50, 3).unwrap());
        assert!(!silhouette(points, &labels, 300, 3).unwrap().sampled);
    }

    #[test]
    fn clusters_of_one_and_a_single_cluster_count_nothing() {
        let points = Points::new(&[0.0, 1.0], 1).unwrap();
        assert_eq!(silhouette(points, &[0, 1], 10, 0).unwrap().mean, 0.0);
        assert_eq!(silhouette(points, &[0, 0], 10, 0).unwrap().mean, 0.0);
        assert!(choose(points, 1..=2, &Options::default(), 10).is_err());
        assert!(choose(points, 2..=3, &Options::default(), 10).is_err());
    }
}
