//! Frequent item sets.
//!
//! The search goes depth first over items in the order of their frequency, rarest first, and
//! projects the baskets on every set as it grows (the conditional databases of FP-growth: J. Han,
//! J. Pei, Y. Yin, "Mining frequent patterns without candidate generation", SIGMOD 2000; kept as
//! positions in the baskets rather than as trees, as in LCM: T. Uno et al., FIMI 2004). Counts are
//! integers, and a threshold given as a share is decided in integers.

#![expect(
    clippy::indexing_slicing,
    reason = "a search over dense tables: items are ranks below the number of frequent items"
)]

use crate::error::FitError;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Closes a basket in the projected tables.
const END: u32 = u32::MAX;

/// Baskets of items; items are numbers that the caller gives names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baskets {
    items: Vec<u32>,
    ends: Vec<usize>,
}

impl Baskets {
    /// No baskets yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a basket. An item counts once, however often it is named; an empty basket counts as a
    /// basket.
    pub fn push(&mut self, items: impl IntoIterator<Item = u32>) {
        let from = self.items.len();
        self.items.extend(items);
        self.items[from..].sort_unstable();
        let mut kept = from;
        for place in from..self.items.len() {
            if place == from || self.items[place] != self.items[kept - 1] {
                self.items[kept] = self.items[place];
                kept += 1;
            }
        }
        self.items.truncate(kept);
        self.ends.push(kept);
    }

    /// How many baskets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| &self.items[*start..*end])
    }
}

impl<B: IntoIterator<Item = u32>> FromIterator<B> for Baskets {
    fn from_iter<T: IntoIterator<Item = B>>(baskets: T) -> Self {
        let mut all = Self::new();
        for basket in baskets {
            all.push(basket);
        }
        all
    }
}

/// A share as a fraction, so that `>=` is exact: 1 % is 1 / 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    numerator: u64,
    denominator: u64,
}

impl Share {
    /// A fraction from 0 to 1.
    ///
    /// # Errors
    /// A denominator of 0, or a fraction above 1.
    pub fn new(numerator: u64, denominator: u64) -> Result<Self, FitError> {
        if denominator == 0 || numerator > denominator {
            return Err(FitError::setting("a share is a fraction from 0 to 1"));
        }
        Ok(Self { numerator, denominator })
    }

    /// Whether `part` is at least this share of `whole`.
    ///
    /// # Examples
    /// ```
    /// let one_in_a_thousand = casewise_fit::itemsets::Share::new(1, 1000)?;
    /// assert!(!one_in_a_thousand.reached(9, 9835) && one_in_a_thousand.reached(10, 9835));
    /// # Ok::<(), casewise_fit::FitError>(())
    /// ```
    #[must_use]
    pub fn reached(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(self.denominator) >= u128::from(whole) * u128::from(self.numerator)
    }

    /// The least count that is this share of `whole`: ⌈share × whole⌉, at least 1.
    #[must_use]
    pub fn least_count(self, whole: u64) -> u64 {
        let product = u128::from(whole) * u128::from(self.numerator);
        // At most `whole`, for a share is at most 1.
        u64::try_from(product.div_ceil(u128::from(self.denominator))).unwrap_or(whole).max(1)
    }
}

/// A set and the number of baskets that hold all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemSet {
    /// Ascending.
    pub items: Vec<u32>,
    /// The baskets that hold all of them.
    pub count: u64,
}

/// Finds every set of 1 to `max_size` items that at least the share `min_support` of the baskets
/// holds. Smaller sets come first, then they are ordered by their items.
///
/// # Errors
/// No baskets, a size of 0, more than `limit` sets, or more items in baskets than 2³².
///
/// # Examples
/// ```
/// use casewise_fit::itemsets::{Baskets, Share, frequent};
/// let baskets: Baskets = [vec![1, 2], vec![1, 2, 3], vec![1]].into_iter().collect();
/// let sets = frequent(&baskets, Share::new(1, 2)?, 3, 1_000)?;
/// let found: Vec<_> = sets.iter().map(|set| (set.items.as_slice(), set.count)).collect();
/// assert_eq!(found, [(&[1][..], 3), (&[2], 2), (&[1, 2], 2)]);
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
pub fn frequent(
    baskets: &Baskets,
    min_support: Share,
    max_size: usize,
    limit: usize,
) -> Result<Vec<ItemSet>, FitError> {
    if baskets.is_empty() {
        return Err(FitError::NoRows);
    }
    if max_size == 0 {
        return Err(FitError::setting("a set has at least one item"));
    }
    let least = min_support.least_count(baskets.len() as u64);
    let search =
        Search { table: Table::new(baskets, least)?, least, max_size, limit, found: AtomicUsize::new(0) };
    let branches: Vec<Vec<ItemSet>> =
        (0..search.table.names.len()).into_par_iter().map(|item| search.branch(item)).collect();
    if search.found.load(Ordering::Relaxed) > limit {
        return Err(FitError::TooMany { what: "frequent item sets".to_owned(), limit });
    }
    let mut sets = branches.concat();
    sets.sort_unstable_by(|a, b| a.items.len().cmp(&b.items.len()).then_with(|| a.items.cmp(&b.items)));
    Ok(sets)
}

/// The baskets without rare items. Items are ranks, the rarest first; a basket is ascending and
/// closed by [`END`], so that a position in it stands for all that follows.
struct Table {
    /// The item of a rank.
    names: Vec<u32>,
    items: Vec<u32>,
    /// For every rank, the positions behind it in the baskets that hold it.
    behind: Vec<Vec<u32>>,
}

impl Table {
    fn new(baskets: &Baskets, least: u64) -> Result<Self, FitError> {
        let mut all = baskets.items.clone();
        all.sort_unstable();
        let runs = all.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0]));
        let mut names: Vec<(usize, u32)> = runs.filter(|(count, _)| *count as u64 >= least).collect();
        names.sort_unstable();
        let ranks: rustc_hash::FxHashMap<u32, u32> =
            (0..).zip(&names).map(|(rank, (_, name))| (*name, rank)).collect();
        let mut behind: Vec<Vec<u32>> = names.iter().map(|(count, _)| Vec::with_capacity(*count)).collect();
        let mut items: Vec<u32> = Vec::with_capacity(all.len() + baskets.len());
        drop(all);
        for basket in baskets.iter() {
            let from = items.len();
            items.extend(basket.iter().filter_map(|item| ranks.get(item)));
            items[from..].sort_unstable();
            for place in from..items.len() {
                let position = u32::try_from(place + 1).map_err(|_| too_long())?;
                behind[items[place] as usize].push(position);
            }
            items.push(END);
        }
        Ok(Self { names: names.into_iter().map(|(_, name)| name).collect(), items, behind })
    }

    fn following(&self, position: u32) -> impl Iterator<Item = (u32, usize)> {
        let rest = self.items[position as usize..].iter().take_while(|item| **item != END);
        (position + 1..).zip(rest).map(|(behind, item)| (behind, *item as usize))
    }
}

fn too_long() -> FitError {
    FitError::TooMany { what: "items in all baskets".to_owned(), limit: u32::MAX as usize }
}

struct Search {
    table: Table,
    least: u64,
    max_size: usize,
    limit: usize,
    found: AtomicUsize,
}

impl Search {
    /// Every frequent set whose rarest item has this rank.
    fn branch(&self, rank: usize) -> Vec<ItemSet> {
        let mut sets = Vec::new();
        let mut counts = vec![0_u32; self.table.names.len()];
        let positions = &self.table.behind[rank];
        self.grow(&mut vec![rank], positions, &mut counts, &mut sets);
        sets
    }

    fn grow(&self, set: &mut Vec<usize>, positions: &[u32], counts: &mut [u32], sets: &mut Vec<ItemSet>) {
        if self.found.fetch_add(1, Ordering::Relaxed) >= self.limit {
            return;
        }
        let mut items: Vec<u32> = set.iter().map(|rank| self.table.names[*rank]).collect();
        items.sort_unstable();
        sets.push(ItemSet { items, count: positions.len() as u64 });
        if set.len() == self.max_size {
            return;
        }
        for position in positions {
            for (_, item) in self.table.following(*position) {
                counts[item] += 1;
            }
        }
        let last = set.last().map_or(0, |last| last + 1);
        // Where the positions of each frequent extension are kept; the others have none.
        let mut places: Vec<u32> = Vec::new();
        let mut extensions: Vec<(usize, Vec<u32>)> = Vec::new();
        places.resize(counts.len() - last, END);
        for (item, count) in counts.iter_mut().enumerate().skip(last) {
            if u64::from(*count) >= self.least {
                places[item - last] = extensions.len() as u32;
                extensions.push((item, Vec::with_capacity(*count as usize)));
            }
            *count = 0;
        }
        if extensions.is_empty() {
            return;
        }
        for position in positions {
            for (behind, item) in self.table.following(*position) {
                if let Some((_, kept)) = extensions.get_mut(places[item - last] as usize) {
                    kept.push(behind);
                }
            }
        }
        drop(places);
        for (item, kept) in extensions {
            set.push(item);
            self.grow(set, &kept, counts, sets);
            set.pop();
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thresholds_are_exact() {
        let share = |n, d| Share::new(n, d).unwrap();
        assert_eq!(share(1, 1000).least_count(9835), 10);
        assert_eq!(share(1, 10).least_count(30), 3); // 0.1 × 30 is above 3 in floating point
        assert_eq!(share(7, 100).least_count(100), 7);
        assert_eq!(share(0, 1).least_count(5), 1);
        assert_eq!(share(u64::MAX, u64::MAX).least_count(u64::MAX), u64::MAX);
        assert!(Share::new(2, 1).is_err() && Share::new(0, 0).is_err());
    }

    #[test]
    fn too_many_sets_are_refused_rather_than_cut() {
        let baskets: Baskets = std::iter::repeat_n(0..12_u32, 3).collect();
        assert_eq!(frequent(&baskets, Share::new(1, 1).unwrap(), 12, 10_000).unwrap().len(), 4095);
        assert!(matches!(
            frequent(&baskets, Share::new(1, 1).unwrap(), 12, 4094),
            Err(FitError::TooMany { .. })
        ));
        assert_eq!(frequent(&Baskets::new(), Share::new(1, 2).unwrap(), 2, 10), Err(FitError::NoRows));
        assert!(frequent(&baskets, Share::new(1, 2).unwrap(), 0, 10).is_err());
    }

    #[test]
    fn empty_baskets_count_and_repeated_items_do_not() {
        let baskets: Baskets = [vec![5, 5], vec![], vec![5], vec![]].into_iter().collect();
        let sets = frequent(&baskets, Share::new(1, 2).unwrap(), 3, 10).unwrap();
        assert_eq!(sets, [ItemSet { items: vec![5], count: 2 }]);
        assert!(frequent(&baskets, Share::new(51, 100).unwrap(), 3, 10).unwrap().is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn agrees_with_counting_every_subset(
            rows in prop::collection::vec(prop::collection::vec(0_u32..7, 0..7), 1..25),
            percent in 1_u64..60,
            max_size in 1_usize..5,
        ) {
            let baskets: Baskets = rows.iter().cloned().collect();
            let share = Share::new(percent, 100).unwrap();
            let mut expected = Vec::new();
            for subset in 1_u32..128 {
                let items: Vec<u32> = (0..7).filter(|item| subset & (1 << item) != 0).collect();
                let count = rows.iter().filter(|row| items.iter().all(|item| row.contains(item))).count() as u64;
                if items.len() <= max_size && count > 0 && share.reached(count, rows.len() as u64) {
                    expected.push(ItemSet { items, count });
                }
            }
            expected.sort_by(|a, b| a.items.len().cmp(&b.items.len()).then_with(|| a.items.cmp(&b.items)));
            prop_assert_eq!(frequent(&baskets, share, max_size, 1_000).unwrap(), expected);
        }
    }
}
