//! Where k-means starts: greedy k-means++ (see [`crate::kmeans`]).

#![expect(
    clippy::indexing_slicing,
    reason = "a numeric kernel: rows and chunks are within bounds checked at the start"
)]

use crate::chunks::{self, CHUNK};
use crate::kmeans::{Points, squared_distance};
use crate::rng::Rng;
use rayon::prelude::*;

/// Greedy k-means++: the first centre uniformly, each further one the best of a few draws.
pub(crate) fn plus_plus(points: Points<'_>, clusters: usize, rng: &mut Rng) -> Vec<f64> {
    let rows = points.rows();
    let trials = 2 + libm::log(clusters as f64) as usize;
    let first = points.row(rng.below(rows));
    let mut centres = first.to_vec();
    let mut closest: Vec<f64> = vec![f64::INFINITY; rows];
    let mut totals = approach(points, &mut closest, first);
    for _ in 1..clusters {
        let candidates: Vec<&[f64]> =
            (0..trials).map(|_| points.row(draw(&closest, &totals, rng.next_f64()))).collect();
        let potentials = chunks::map(rows, |range| {
            let mut part = vec![0.0; trials];
            for row in range {
                let point = points.row(row);
                for (potential, candidate) in part.iter_mut().zip(&candidates) {
                    *potential += closest[row].min(squared_distance(candidate, point));
                }
            }
            part
        });
        let potential = |trial: usize| potentials.iter().map(|part| part[trial]).sum::<f64>();
        let best = (1..trials).fold((0, potential(0)), |best, trial| {
            let next = potential(trial);
            if next < best.1 { (trial, next) } else { best }
        });
        let centre = candidates[best.0];
        centres.extend_from_slice(centre);
        totals = approach(points, &mut closest, centre);
    }
    centres
}

/// Takes a new centre into the squared distances, and returns their sums by chunk.
fn approach(points: Points<'_>, closest: &mut [f64], centre: &[f64]) -> Vec<f64> {
    let chunks = points.values().par_chunks(CHUNK * points.columns()).zip(closest.par_chunks_mut(CHUNK));
    chunks
        .map(|(values, closest)| {
            let rows = values.chunks_exact(points.columns()).zip(closest);
            rows.fold(0.0, |sum, (point, closest)| {
                *closest = closest.min(squared_distance(centre, point));
                sum + *closest
            })
        })
        .collect()
}

/// The row at the fraction `at` of the cumulated squared distances; never a row at distance 0.
fn draw(closest: &[f64], totals: &[f64], at: f64) -> usize {
    let mut left = at * totals.iter().sum::<f64>();
    let mut chunk = 0;
    while chunk + 1 < totals.len() && left >= totals[chunk] {
        left -= totals[chunk];
        chunk += 1;
    }
    let first = chunk * CHUNK;
    for (place, squared) in closest[first..].iter().take(CHUNK).enumerate() {
        if left < *squared {
            return first + place;
        }
        left -= squared;
    }
    // Rounding ate the rest: the last row that can be drawn.
    closest.iter().rposition(|squared| *squared > 0.0).unwrap_or(0)
}
