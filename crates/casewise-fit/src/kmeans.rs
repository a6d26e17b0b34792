//! Clusters by k-means.
//!
//! - Starts: k-means++ (D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful
//!   seeding", SODA 2007) in its greedy form: each further centre is the best of 2 + ⌊ln k⌋ points
//!   drawn with probability proportional to the squared distance to the centres so far.
//! - Iterations: Lloyd's, until no label changes. A row belongs to the nearest centre, the lowest
//!   of equally near ones. A cluster that loses all its rows takes the row farthest from its
//!   centre (the first of equally far ones).
//!   Rows whose nearest centre cannot have changed are skipped by the bounds of G. Hamerly ("Making
//!   k-means even faster", SDM 2010); the last two passes look at every row, so the result is a
//!   fixed point of the plain algorithm. Distances are screened in 32 bits and decided in 64.
//! - The best of several starts by inertia (Σ squared distance to the own centre), the first of
//!   equally good ones.
//! - Clusters are then ordered by size, largest first, and by the coordinates of their centres.
//!
//! Values are scaled and filled beforehand (see [`crate::scaling`]); a value that is not finite is
//! refused.

#![expect(
    clippy::indexing_slicing,
    reason = "a numeric kernel: rows, columns and labels are within bounds checked at the start"
)]

use crate::chunks::CHUNK;
use crate::error::FitError;
use crate::plus_plus::plus_plus;
use crate::rng::{Rng, SplitMix64};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// Centres whose distances are computed together.
const LANES: usize = 8;

/// Above this many rows one start runs after another, to keep memory small; the result is the same.
const PARALLEL_STARTS: usize = 1 << 16;

/// Rows of equally many finite numbers.
#[derive(Debug, Clone, Copy)]
pub struct Points<'a> {
    values: &'a [f64],
    columns: usize,
}

impl<'a> Points<'a> {
    /// Rows laid out one after another.
    ///
    /// # Errors
    /// No column, no row, a last row that is cut short, or a value that is not finite.
    pub fn new(values: &'a [f64], columns: usize) -> Result<Self, FitError> {
        if columns == 0 {
            return Err(FitError::setting("at least one feature is needed"));
        }
        if values.is_empty() {
            return Err(FitError::NoRows);
        }
        if !values.len().is_multiple_of(columns) {
            let whole = values.len().div_ceil(columns) * columns;
            return Err(FitError::shape("values of whole rows", whole, values.len()));
        }
        match values.iter().position(|value| !value.is_finite()) {
            Some(place) => Err(FitError::NotFinite { row: place / columns, column: place % columns }),
            None => Ok(Self { values, columns }),
        }
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    /// How many numbers a row has.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn values(&self) -> &'a [f64] {
        self.values
    }

    pub(crate) fn row(&self, row: usize) -> &'a [f64] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }
}

/// How to search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// The seed of every random choice.
    pub seed: u64,
    /// How many starts; the best one counts.
    pub starts: usize,
    /// How many Lloyd iterations a start may take.
    pub max_iterations: usize,
    /// Whether a best start that did not converge is refused; otherwise it is returned as it is.
    pub must_converge: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 0, starts: 10, max_iterations: 10_000, must_converge: true }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clusters {
    /// One per cluster, as many coordinates as columns.
    pub centres: Vec<Vec<f64>>,
    /// Rows per cluster.
    pub sizes: Vec<u64>,
    /// The cluster of every row, from 0.
    pub labels: Vec<u32>,
    /// Σ squared distance of every row to its centre.
    pub inertia: f64,
    /// Lloyd iterations of the best start.
    pub iterations: usize,
    /// Whether its last iteration changed no label.
    pub converged: bool,
    /// The best start, from 0.
    pub start: usize,
}

/// The centre nearest to a point, and the next one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// The nearest centre, the lowest of equally near ones.
    pub label: usize,
    /// Its Euclidean distance.
    pub distance: f64,
    /// The second nearest and its distance; `None` with one centre.
    pub second: Option<(usize, f64)>,
}

/// Which centre is nearest: exactly the label that a fit gives, for the arithmetic is the same.
/// `None` without centres.
///
/// # Examples
/// ```
/// let nearest = casewise_fit::kmeans::nearest(&[vec![0.0], vec![2.0]], &[1.0]).unwrap();
/// assert_eq!((nearest.label, nearest.second), (0, Some((1, 1.0))));
/// ```
#[must_use]
pub fn nearest(centres: &[Vec<f64>], point: &[f64]) -> Option<Nearest> {
    let mut best: Option<(usize, f64)> = None;
    let mut second: Option<(usize, f64)> = None;
    for (label, centre) in centres.iter().enumerate() {
        let distance = squared_distance(centre, point);
        if best.is_none_or(|(_, least)| distance < least) {
            second = best;
            best = Some((label, distance));
        } else if second.is_none_or(|(_, least)| distance < least) {
            second = Some((label, distance));
        }
    }
    let second = second.map(|(label, squared)| (label, squared.sqrt()));
    best.map(|(label, squared)| Nearest { label, distance: squared.sqrt(), second })
}

/// k clusters, from random starts.
///
/// # Errors
/// No cluster or no start asked for, more clusters than distinct points, or no convergence.
///
/// # Examples
/// ```
/// use casewise_fit::kmeans::{Options, Points, fit};
/// let values = [1.0, 1.1, 0.9, 9.0, 9.2];
/// let clusters = fit(Points::new(&values, 1)?, 2, &Options { seed: 7, ..Options::default() })?;
/// assert_eq!(clusters.labels, [0, 0, 0, 1, 1]); // the larger cluster comes first
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
pub fn fit(points: Points<'_>, clusters: usize, options: &Options) -> Result<Clusters, FitError> {
    check(points, clusters, options)?;
    let mut seeds = SplitMix64(options.seed);
    let seeds: Vec<u64> = (0..options.starts).map(|_| seeds.next()).collect();
    let run = |seed: &u64| {
        let centres = plus_plus(points, clusters, &mut Rng::new(*seed));
        lloyd(points, centres, options.max_iterations)
    };
    let best = if points.rows() > PARALLEL_STARTS {
        let runs = seeds.iter().map(run).enumerate();
        runs.reduce(|best, next| if next.1.inertia < best.1.inertia { next } else { best })
    } else {
        let runs: Vec<Run> = seeds.par_iter().map(run).collect();
        let runs = runs.into_iter().enumerate();
        runs.reduce(|best, next| if next.1.inertia < best.1.inertia { next } else { best })
    };
    let (start, best) = best.ok_or_else(|| FitError::setting("at least one start is needed"))?;
    settle(best.converged, options)?;
    Ok(ordered(points, best, start))
}

/// Lloyd's iterations from the given centres, one a cluster. Clusters keep the order given.
///
/// # Errors
/// No centres, a centre of the wrong length or not finite, more clusters than distinct points, or
/// no convergence.
pub fn fit_from(points: Points<'_>, centres: &[Vec<f64>], options: &Options) -> Result<Clusters, FitError> {
    check(points, centres.len(), options)?;
    for (place, centre) in centres.iter().enumerate() {
        if centre.len() != points.columns {
            return Err(FitError::shape(format!("centre {place}"), points.columns, centre.len()));
        }
        if !centre.iter().all(|value| value.is_finite()) {
            return Err(FitError::setting(format!("centre {place} is not finite")));
        }
    }
    let run = lloyd(points, centres.concat(), options.max_iterations);
    settle(run.converged, options)?;
    Ok(run.into_clusters(points.columns, 0))
}

fn check(points: Points<'_>, clusters: usize, options: &Options) -> Result<(), FitError> {
    if clusters == 0 || clusters > u32::MAX as usize || options.starts == 0 || options.max_iterations == 0 {
        return Err(FitError::setting("at least one cluster, one start and one iteration are needed"));
    }
    let distinct = distinct_up_to(points, clusters);
    if distinct < clusters {
        return Err(FitError::TooManyClusters { clusters, distinct });
    }
    Ok(())
}

fn settle(converged: bool, options: &Options) -> Result<(), FitError> {
    if converged || !options.must_converge {
        return Ok(());
    }
    Err(FitError::NotConverged { what: "k-means".to_owned(), iterations: options.max_iterations })
}

/// The number of distinct points, counted no further than `enough`.
fn distinct_up_to(points: Points<'_>, enough: usize) -> usize {
    let mut seen: FxHashSet<Vec<u64>> = FxHashSet::default();
    for row in 0..points.rows() {
        if seen.len() >= enough {
            break;
        }
        // + 0 turns −0 into 0, its equal.
        seen.insert(points.row(row).iter().map(|value| (value + 0.0).to_bits()).collect());
    }
    seen.len()
}

/// Coordinate by coordinate in their order: what the scores of single customers are computed with.
pub(crate) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + (b - a) * (b - a))
}

/// The result of one start; centres laid out one after another.
struct Run {
    centres: Vec<f64>,
    labels: Vec<u32>,
    sizes: Vec<u64>,
    inertia: f64,
    iterations: usize,
    converged: bool,
}

impl Run {
    fn into_clusters(self, columns: usize, start: usize) -> Clusters {
        Clusters {
            centres: self.centres.chunks_exact(columns).map(<[f64]>::to_vec).collect(),
            sizes: self.sizes,
            labels: self.labels,
            inertia: self.inertia,
            iterations: self.iterations,
            converged: self.converged,
            start,
        }
    }
}

/// Puts clusters into their order, and labels every row by the centres in that order.
fn ordered(points: Points<'_>, run: Run, start: usize) -> Clusters {
    let mut clusters = run.into_clusters(points.columns, start);
    let mut order: Vec<usize> = (0..clusters.centres.len()).collect();
    let coordinates = |a: usize, b: usize| {
        let pairs = clusters.centres[a].iter().zip(&clusters.centres[b]);
        pairs.map(|(x, y)| x.total_cmp(y)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    };
    order.sort_by(|&a, &b| clusters.sizes[b].cmp(&clusters.sizes[a]).then_with(|| coordinates(a, b)));
    clusters.centres = order.iter().map(|&label| clusters.centres[label].clone()).collect();
    // A row equally near to two centres goes to the lower label, which the order can change.
    let mut bounds = vec![Bounds::default(); points.rows()];
    let assigned = assign(points, &clusters.centres.concat(), &mut clusters.labels, &mut bounds);
    clusters.sizes = assigned.totals.counts();
    clusters.inertia = assigned.inertia;
    clusters
}

fn lloyd(points: Points<'_>, mut centres: Vec<f64>, max_iterations: usize) -> Run {
    let columns = points.columns;
    let mut labels = vec![u32::MAX; points.rows()];
    let mut bounds = vec![Bounds::default(); points.rows()];
    let mut totals = Totals::empty(centres.len() / columns, columns);
    let mut drift = Drift::default();
    let mut iterations = 0;
    while iterations < max_iterations {
        iterations += 1;
        let changed = if iterations == 1 {
            totals = assign(points, &centres, &mut labels, &mut bounds).totals;
            true
        } else {
            let moves = reassign(points, &centres, &drift, &mut labels, &mut bounds);
            totals.add(&moves.totals);
            moves.changed
        };
        if !changed && totals.sizes.iter().all(|size| *size > 0) {
            // The sums were carried along; look again with fresh ones before calling it settled.
            totals = assign(points, &centres, &mut labels, &mut bounds).totals;
            centres = means(points, &labels, &centres, totals);
            let last = assign(points, &centres, &mut labels, &mut bounds);
            if !last.changed {
                let (sizes, inertia) = (last.totals.counts(), last.inertia);
                return Run { centres, labels, sizes, inertia, iterations, converged: true };
            }
            totals = last.totals;
        }
        let moved = means(points, &labels, &centres, totals.clone());
        drift = Drift::new(&centres, &moved, columns);
        centres = moved;
    }
    let last = assign(points, &centres, &mut labels, &mut bounds);
    Run { centres, labels, sizes: last.totals.counts(), inertia: last.inertia, iterations, converged: false }
}

/// The means of the clusters; empty ones take the rows farthest from their centres.
fn means(points: Points<'_>, labels: &[u32], centres: &[f64], totals: Totals) -> Vec<f64> {
    let columns = points.columns;
    let Totals { mut sums, mut sizes } = totals;
    let empty: Vec<usize> = (0..sizes.len()).filter(|label| sizes[*label] == 0).collect();
    if !empty.is_empty() {
        let far = |row: usize| {
            let label = labels[row] as usize;
            squared_distance(&centres[label * columns..(label + 1) * columns], points.row(row))
        };
        let mut farthest: Vec<(f64, usize)> = (0..points.rows()).map(|row| (far(row), row)).collect();
        farthest.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut farthest = farthest.into_iter();
        for label in empty {
            let donor = farthest.find(|(_, row)| sizes[labels[*row] as usize] > 1);
            let Some((_, row)) = donor else { break };
            let old = labels[row] as usize;
            for (column, value) in points.row(row).iter().enumerate() {
                sums[old * columns + column] -= value;
                sums[label * columns + column] = *value;
            }
            sizes[old] -= 1;
            sizes[label] = 1;
        }
    }
    for (sum, size) in sums.chunks_exact_mut(columns).zip(&sizes) {
        for value in sum {
            *value /= *size as f64;
        }
    }
    sums
}

/// Sums and sizes of the clusters, or what changes in them.
#[derive(Clone)]
struct Totals {
    sums: Vec<f64>,
    sizes: Vec<i64>,
}

impl Totals {
    fn empty(clusters: usize, columns: usize) -> Self {
        Self { sums: vec![0.0; clusters * columns], sizes: vec![0; clusters] }
    }

    fn counts(&self) -> Vec<u64> {
        self.sizes.iter().map(|size| size.unsigned_abs()).collect()
    }

    fn add(&mut self, other: &Self) {
        for (a, b) in self.sums.iter_mut().zip(&other.sums) {
            *a += b;
        }
        for (a, b) in self.sizes.iter_mut().zip(&other.sizes) {
            *a += b;
        }
    }

    fn enter(&mut self, label: usize, point: &[f64]) {
        self.sizes[label] += 1;
        for (sum, x) in self.sums[label * point.len()..(label + 1) * point.len()].iter_mut().zip(point) {
            *sum += x;
        }
    }

    fn leave(&mut self, label: usize, point: &[f64]) {
        self.sizes[label] -= 1;
        for (sum, x) in self.sums[label * point.len()..(label + 1) * point.len()].iter_mut().zip(point) {
            *sum -= x;
        }
    }
}

/// What is known of a row's distances without computing them. Kept in 32 bits, rounded away from
/// certainty, so that a row costs few bytes of memory.
#[derive(Clone, Copy, Default)]
struct Bounds {
    /// At least the distance to its own centre.
    own: f32,
    /// At most the distance to any other centre.
    other: f32,
}

/// More than two roundings to 32 bits can take away.
const UP: f32 = 1.0 + 4.0 * f32::EPSILON;

/// More than two roundings to 32 bits can add.
const DOWN: f32 = 1.0 - 4.0 * f32::EPSILON;

impl Bounds {
    fn new(own_squared: f64, other_squared: f64) -> Self {
        Self { own: own_squared.sqrt() as f32 * UP, other: other_squared.sqrt() as f32 * DOWN }
    }

    /// Whether the own centre is nearest beyond doubt; a tie must be looked at.
    fn hold(&self, half_gap: f32) -> bool {
        self.own < self.other.max(half_gap)
    }
}

/// How far centres moved, and how far apart they are now.
#[derive(Default)]
struct Drift {
    labels: Vec<LabelDrift>,
}

/// What concerns the rows of one cluster.
struct LabelDrift {
    /// How far its centre moved, at least.
    own: f32,
    /// How far any other centre moved, at least.
    other: f32,
    /// Half the way to the next centre, at most: a row nearer than that has no nearer centre.
    half_gap: f32,
}

impl Drift {
    fn new(before: &[f64], after: &[f64], columns: usize) -> Self {
        let pairs = before.chunks_exact(columns).zip(after.chunks_exact(columns));
        let moved: Vec<f64> = pairs.map(|(before, after)| squared_distance(before, after).sqrt()).collect();
        let centre = |label: usize| &after[label * columns..(label + 1) * columns];
        let of_label = |label: usize| {
            let others = || (0..moved.len()).filter(|other| *other != label);
            let farthest = others().fold(0.0_f64, |most, other| most.max(moved[other]));
            let gaps = others().map(|other| squared_distance(centre(label), centre(other)));
            let half_gap = 0.5 * gaps.fold(f64::INFINITY, f64::min).sqrt();
            LabelDrift {
                own: moved[label] as f32 * UP,
                other: farthest as f32 * UP,
                half_gap: half_gap as f32 * DOWN,
            }
        };
        Self { labels: (0..moved.len()).map(of_label).collect() }
    }
}

/// Centres, [`LANES`] at a time and coordinate by coordinate, so that distances to several centres
/// are computed side by side. Places beyond the last centre are infinitely far away.
struct Panel {
    columns: usize,
    clusters: usize,
    blocks: Vec<Vec<[f64; LANES]>>,
}

impl Panel {
    fn new(centres: &[f64], columns: usize) -> Self {
        let clusters = centres.len() / columns;
        let block = |first: usize| {
            let at = |column: usize, lane: usize| {
                centres.get((first + lane) * columns + column).copied().unwrap_or(f64::INFINITY)
            };
            (0..columns).map(|column| std::array::from_fn(|lane| at(column, lane))).collect()
        };
        Self { columns, clusters, blocks: (0..clusters).step_by(LANES).map(block).collect() }
    }

    /// The nearest centre, its squared distance, and that of the next.
    fn nearest(&self, point: &[f64]) -> (usize, f64, f64) {
        let mut best = (0, f64::INFINITY);
        let mut second = f64::INFINITY;
        for (place, block) in self.blocks.iter().enumerate() {
            let mut squared = [0.0; LANES];
            for (x, centres) in point.iter().zip(block) {
                for (sum, centre) in squared.iter_mut().zip(centres) {
                    let gap = x - centre;
                    *sum += gap * gap;
                }
            }
            // Written without branches: which centre is nearer is as good as random.
            for (lane, distance) in squared.into_iter().enumerate() {
                let nearer = distance < best.1;
                let loser = if nearer { best.1 } else { distance };
                second = if loser < second { loser } else { second };
                best.0 = if nearer { place * LANES + lane } else { best.0 };
                best.1 = if nearer { distance } else { best.1 };
            }
        }
        (best.0, best.1, second)
    }
}

/// Rows that are screened together.
const ROWS: usize = 16;

/// Half a unit in the last place of 32 bits.
const HALF_ULP: f32 = f32::EPSILON / 2.0;

/// Finds the nearest centres of many rows side by side in 32 bits, and says what it is sure of: a row whose two
/// nearest centres are too near to each other to be told apart so is looked at in 64 bits. So the labels are those
/// of 64 bits.
///
/// Coordinates are taken from a point amid the centres. Their rounding moves a distance D by at most
/// u (|x| + |c|) ≤ u (D + 2 |c|), that of the arithmetic by a share of (columns + 4) u; both are doubled.
struct Screen<'a> {
    panel: &'a Panel,
    amid: Vec<f64>,
    centres: Vec<f32>,
    /// The share by which a distance may be wrong.
    share: f32,
    /// How much it may be wrong beside that; below it, 32 bits have no digits left.
    slack: f32,
}

/// Squared distances to the nearest centre and the next, and the nearest.
struct Screened {
    labels: [u32; ROWS],
    best: [f32; ROWS],
    second: [f32; ROWS],
}

impl<'a> Screen<'a> {
    fn new(panel: &'a Panel, centres: &[f64]) -> Self {
        let columns = panel.columns;
        let amid: Vec<f64> = (0..columns)
            .map(|column| {
                let coordinates = centres.iter().skip(column).step_by(columns);
                coordinates.map(|x| x / panel.clusters as f64).sum()
            })
            .collect();
        let near: Vec<f32> = centres
            .chunks_exact(columns)
            .flatten()
            .zip(amid.iter().cycle())
            .map(|(x, amid)| (x - amid) as f32)
            .collect();
        let norm = |centre: &[f32]| centre.iter().map(|x| x * x).sum::<f32>().sqrt();
        let farthest = near.chunks_exact(columns).map(norm).fold(0.0, f32::max);
        Self {
            panel,
            amid,
            centres: near,
            share: 2.0 * (columns as f32 + 8.0) * HALF_ULP,
            slack: 5.0 * HALF_ULP * farthest + 1e-15,
        }
    }

    /// Puts rows into the lanes of a block.
    fn put<'p>(&self, block: &mut [[f32; ROWS]], rows: impl Iterator<Item = &'p [f64]>) {
        for (lane, point) in rows.take(ROWS).enumerate() {
            for ((column, x), amid) in block.iter_mut().zip(point).zip(&self.amid) {
                column[lane] = (x - amid) as f32;
            }
        }
    }

    fn look(&self, block: &[[f32; ROWS]]) -> Screened {
        let mut found =
            Screened { labels: [0; ROWS], best: [f32::INFINITY; ROWS], second: [f32::INFINITY; ROWS] };
        for (label, centre) in self.centres.chunks_exact(self.panel.columns).enumerate() {
            let mut squared = [0.0_f32; ROWS];
            for (column, centre) in block.iter().zip(centre) {
                for (sum, x) in squared.iter_mut().zip(column) {
                    let gap = x - centre;
                    *sum += gap * gap;
                }
            }
            // Written without branches: which centre is nearer is as good as random.
            let lanes = squared.iter().zip(&mut found.best).zip(&mut found.second).zip(&mut found.labels);
            for (((distance, best), second), nearest) in lanes {
                let nearer = u32::from(distance < best).wrapping_neg();
                *nearest = (*nearest & !nearer) | (label as u32 & nearer);
                let loser = if distance > best { *distance } else { *best };
                *second = if loser < *second { loser } else { *second };
                *best = if distance < best { *distance } else { *best };
            }
        }
        found
    }

    /// The nearest centre of a lane's row, beyond doubt, and what is known of its distances.
    fn settle(&self, found: &Screened, lane: usize, point: &[f64]) -> (usize, Bounds) {
        let (best, second) = (found.best[lane].sqrt(), found.second[lane].sqrt());
        let own = (best * (1.0 + self.share) + self.slack) * UP;
        let other = (second * (1.0 - self.share) - self.slack) * DOWN;
        if own < other {
            return (found.labels[lane] as usize, Bounds { own, other });
        }
        let (nearest, squared, second) = self.panel.nearest(point);
        (nearest, Bounds::new(squared, second))
    }
}

struct Assigned {
    totals: Totals,
    inertia: f64,
    changed: bool,
}

/// Labels every row by its nearest centre, and sums up the clusters.
fn assign(points: Points<'_>, centres: &[f64], labels: &mut [u32], bounds: &mut [Bounds]) -> Assigned {
    let columns = points.columns;
    let panel = Panel::new(centres, columns);
    let screen = Screen::new(&panel, centres);
    let empty = || Assigned { totals: Totals::empty(panel.clusters, columns), inertia: 0.0, changed: false };
    let rows = points.values.par_chunks(CHUNK * columns).zip(labels.par_chunks_mut(CHUNK));
    let parts = rows.zip(bounds.par_chunks_mut(CHUNK)).map(|((values, labels), bounds)| {
        let mut part = empty();
        let mut block = vec![[0.0; ROWS]; columns];
        let groups = values.chunks(ROWS * columns).zip(labels.chunks_mut(ROWS)).zip(bounds.chunks_mut(ROWS));
        for ((values, labels), bounds) in groups {
            screen.put(&mut block, values.chunks_exact(columns));
            let found = screen.look(&block);
            for (lane, point) in values.chunks_exact(columns).enumerate() {
                let (nearest, known) = screen.settle(&found, lane, point);
                bounds[lane] = known;
                part.inertia += squared_distance(&centres[nearest * columns..(nearest + 1) * columns], point);
                part.totals.enter(nearest, point);
                part.changed |= labels[lane] != nearest as u32;
                labels[lane] = nearest as u32;
            }
        }
        part
    });
    let parts: Vec<Assigned> = parts.collect();
    parts.iter().fold(empty(), |mut sum, part| {
        sum.totals.add(&part.totals);
        sum.inertia += part.inertia;
        sum.changed |= part.changed;
        sum
    })
}

struct Moves {
    totals: Totals,
    changed: bool,
}

/// Widens the bounds by how far the centres moved, and looks again at the rows where they no longer
/// hold; what changed in the clusters.
fn reassign(
    points: Points<'_>,
    centres: &[f64],
    drift: &Drift,
    labels: &mut [u32],
    bounds: &mut [Bounds],
) -> Moves {
    let columns = points.columns;
    let panel = Panel::new(centres, columns);
    let screen = Screen::new(&panel, centres);
    let empty = || Moves { totals: Totals::empty(panel.clusters, columns), changed: false };
    let rows = points.values.par_chunks(CHUNK * columns).zip(labels.par_chunks_mut(CHUNK));
    let parts = rows.zip(bounds.par_chunks_mut(CHUNK)).map(|((values, labels), bounds)| {
        let mut part = empty();
        let point = |row: u32| &values[row as usize * columns..(row as usize + 1) * columns];
        // The rows in doubt are gathered first: whether a row is in doubt is as good as random, and
        // a branch on it would cost more than the rest.
        let mut doubtful = [0_u32; CHUNK];
        let mut count = 0;
        for (row, (label, bound)) in labels.iter().zip(bounds.iter_mut()).enumerate() {
            let moved = &drift.labels[*label as usize];
            bound.own = (bound.own + moved.own) * UP;
            let other = bound.other - moved.other;
            bound.other = if other > 0.0 { other * DOWN } else { 0.0 };
            doubtful[count] = row as u32;
            count += usize::from(!bound.hold(moved.half_gap));
        }
        let mut block = vec![[0.0; ROWS]; columns];
        for rows in doubtful[..count].chunks(ROWS) {
            screen.put(&mut block, rows.iter().map(|row| point(*row)));
            let found = screen.look(&block);
            for (lane, row) in rows.iter().enumerate() {
                let (point, row) = (point(*row), *row as usize);
                let (nearest, known) = screen.settle(&found, lane, point);
                bounds[row] = known;
                let old = labels[row] as usize;
                if nearest != old {
                    part.totals.leave(old, point);
                    part.totals.enter(nearest, point);
                    part.changed = true;
                    labels[row] = nearest as u32;
                }
            }
        }
        part
    });
    let parts: Vec<Moves> = parts.collect();
    parts.iter().fold(empty(), |mut sum, part| {
        sum.totals.add(&part.totals);
        sum.changed |= part.changed;
        sum
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::float_cmp, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn blobs(rows: usize, columns: usize, seed: u64) -> Vec<f64> {
        let mut rng = Rng::new(seed);
        (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .map(|(row, column)| ((row % 5) * (column + 1)) as f64 + 3.0 * rng.next_f64())
            .collect()
    }

    #[test]
    fn more_clusters_than_distinct_points_are_refused() {
        let values = [1.0, 1.0, 2.0, 2.0, 0.0, -0.0];
        let points = Points::new(&values, 1).unwrap();
        assert_eq!(
            fit(points, 4, &Options::default()),
            Err(FitError::TooManyClusters { clusters: 4, distinct: 3 })
        );
        assert_eq!(fit(points, 3, &Options::default()).unwrap().inertia, 0.0);
    }

    #[test]
    fn a_search_that_does_not_settle_is_refused() {
        let values = blobs(500, 2, 3);
        let points = Points::new(&values, 2).unwrap();
        let options = Options { max_iterations: 1, ..Options::default() };
        let refused = fit_from(points, &[vec![0.0, 0.0], vec![0.1, 0.1]], &options).unwrap_err();
        assert_eq!(refused.to_string(), "k-means did not converge in 1 iterations");
        assert!(matches!(fit(points, 4, &options), Err(FitError::NotConverged { iterations: 1, .. })));
    }

    #[test]
    fn ties_go_to_the_lowest_centre() {
        let values = [0.0, 1.0, 2.0];
        let points = Points::new(&values, 1).unwrap();
        let options = Options { max_iterations: 1, must_converge: false, ..Options::default() };
        let mut labels = [9, 9, 9];
        assign(points, &[0.0, 2.0], &mut labels, &mut [Bounds::default(); 3]);
        assert_eq!(labels, [0, 0, 1]);
        assert!(!fit_from(points, &[vec![0.0], vec![2.0]], &options).unwrap().converged);
    }

    #[test]
    fn an_empty_cluster_takes_the_farthest_row() {
        let values = [0.0, 1.0, 10.0, 11.0, 30.0];
        let points = Points::new(&values, 1).unwrap();
        let clusters = fit_from(points, &[vec![0.0], vec![10.0], vec![1e9]], &Options::default()).unwrap();
        assert_eq!(clusters.labels, [0, 0, 1, 1, 2]);
        assert_eq!(clusters.centres, [[0.5], [10.5], [30.0]]);
    }

    #[test]
    fn thread_counts_change_no_bit() {
        let values = blobs(9_000, 3, 1);
        let points = Points::new(&values, 3).unwrap();
        let options = Options { seed: 11, starts: 3, ..Options::default() };
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fit(points, 7, &options).unwrap())
        };
        let one = run(1);
        assert_eq!(one, run(2));
        assert_eq!(one, run(7));
        assert!(one.converged && one.sizes.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn screening_in_32_bits_changes_no_label() {
        // Grids have many equal distances; far off the origin, and in tiny and huge units, 32 bits see nothing.
        let grid: Vec<f64> =
            (0..4_000_u32).flat_map(|n| [f64::from(n % 41), f64::from(n / 41 % 37)]).collect();
        for (from, unit) in [(0.0, 1.0), (1e9, 1.0), (-3.0, 1e-25), (0.0, 1e30), (1e200, 1e190)] {
            let values: Vec<f64> = grid.iter().map(|x| from + x * unit).collect();
            let points = Points::new(&values, 2).unwrap();
            let centres: Vec<f64> = [3.0, 5.0, 10.0, 5.0, 20.5, 30.0, 21.5, 30.0, 40.0, 1.0]
                .iter()
                .map(|x| from + x * unit)
                .collect();
            let (mut labels, mut bounds) = (vec![9; 4_000], vec![Bounds::default(); 4_000]);
            assign(points, &centres, &mut labels, &mut bounds);
            let panel = Panel::new(&centres, 2);
            for (row, label) in labels.iter().enumerate() {
                assert_eq!(*label as usize, panel.nearest(points.row(row)).0, "{from} {unit} {row}");
            }
        }
    }

    #[test]
    fn a_single_customer_gets_the_label_of_the_fit() {
        let values = blobs(900, 4, 2);
        let points = Points::new(&values, 4).unwrap();
        let clusters = fit(points, 9, &Options::default()).unwrap();
        for (row, label) in clusters.labels.iter().enumerate() {
            assert_eq!(nearest(&clusters.centres, points.row(row)).unwrap().label, *label as usize);
        }
    }

    #[test]
    fn input_that_is_no_table_is_refused() {
        assert!(matches!(Points::new(&[1.0; 3], 2), Err(FitError::Shape { .. })));
        assert!(matches!(Points::new(&[], 2), Err(FitError::NoRows)));
        assert!(matches!(Points::new(&[1.0], 0), Err(FitError::Setting { .. })));
        assert_eq!(
            Points::new(&[1.0, 2.0, 3.0, f64::NAN], 2).unwrap_err(),
            FitError::NotFinite { row: 1, column: 1 }
        );
        let points = Points::new(&[1.0, 2.0], 1).unwrap();
        assert!(fit_from(points, &[vec![1.0, 2.0]], &Options::default()).is_err());
        assert!(fit(points, 0, &Options::default()).is_err());
    }
}
