//! Parallel sums with the same bits on any number of threads: rows are cut into chunks of a fixed
//! size, and the partial results are put together in the order of the chunks.

use rayon::prelude::*;
use std::ops::Range;

/// Rows in a chunk. Part of the result: another size rounds differently.
pub(crate) const CHUNK: usize = 4096;

/// What `work` makes of each chunk of `0..rows`, in the order of the chunks.
pub(crate) fn map<T: Send>(rows: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    (0..rows.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| work(chunk * CHUNK..((chunk + 1) * CHUNK).min(rows)))
        .collect()
}
