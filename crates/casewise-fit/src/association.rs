//! Association rules: who has the left side, has the right side too.
//!
//! Source: R. Agrawal, T. Imieliński, A. Swami, "Mining association rules between sets of items in
//! large databases", SIGMOD 1993. With n baskets and counts of the sets:
//!
//! - support = count(left ∪ right) / n
//! - confidence = count(left ∪ right) / count(left)
//! - lift = confidence / (count(right) / n)
//!
//! A rule has one item on its right. Both thresholds mean "at least" and are decided in integers.
//! Rules with an empty left side (`min_size` 1) hold the share of all baskets as confidence.

use crate::error::FitError;
use crate::itemsets::{Baskets, ItemSet, Share, frequent};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What to look for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// The least share of baskets that hold both sides.
    pub min_support: Share,
    /// The least confidence.
    pub min_confidence: Share,
    /// The least number of items of both sides: 2, or 1 to allow an empty left side.
    pub min_size: usize,
    /// The greatest number of items of both sides.
    pub max_size: usize,
    /// The number of frequent sets beyond which the search is refused.
    pub limit: usize,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Ascending; empty for "everyone".
    pub left: Vec<u32>,
    /// The item that goes with them.
    pub right: u32,
    /// Baskets that hold both sides.
    pub count: u64,
    /// Baskets that hold the left side.
    pub left_count: u64,
    /// Baskets that hold the right side.
    pub right_count: u64,
    /// count / baskets.
    pub support: f64,
    /// count / left count.
    pub confidence: f64,
    /// Confidence over the share of all baskets that hold the right side.
    pub lift: f64,
}

/// The rules of some baskets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// How many baskets there were.
    pub baskets: u64,
    /// How many sets were frequent.
    pub frequent_sets: u64,
    /// Smaller rules first, then by the items of both sides, then by the right side.
    pub rules: Vec<Rule>,
}

impl Rules {
    /// The best rule whose left side is held (`held` ascending) and whose right side is `right`:
    /// the highest confidence (compared exactly), then the highest count, then the shortest left
    /// side, then the first. `None` if no rule fires.
    #[must_use]
    pub fn best(&self, held: &[u32], right: u32) -> Option<&Rule> {
        let fires = |rule: &&Rule| {
            rule.right == right && rule.left.iter().all(|item| held.binary_search(item).is_ok())
        };
        self.rules.iter().filter(fires).reduce(|best, rule| if rule.beats(best) { rule } else { best })
    }
}

impl Rule {
    fn beats(&self, other: &Self) -> bool {
        let mine = u128::from(self.count) * u128::from(other.left_count);
        let theirs = u128::from(other.count) * u128::from(self.left_count);
        let order = mine.cmp(&theirs).then(self.count.cmp(&other.count));
        order.then(other.left.len().cmp(&self.left.len())) == Ordering::Greater
    }
}

/// Finds every rule that reaches both thresholds.
///
/// # Errors
/// No baskets, sizes that leave no rule, or more frequent sets than the limit.
///
/// # Examples
/// ```
/// use casewise_fit::association::{Options, rules};
/// use casewise_fit::itemsets::{Baskets, Share};
/// let baskets: Baskets = [vec![1, 2], vec![1, 2], vec![1], vec![3]].into_iter().collect();
/// let half = Share::new(1, 2)?;
/// let options = Options { min_support: half, min_confidence: half, min_size: 2, max_size: 3, limit: 1_000 };
/// let found = rules(&baskets, &options)?;
/// assert_eq!(found.rules.len(), 2); // 1 → 2 and 2 → 1
/// assert_eq!(found.best(&[2, 3], 1).map(|rule| rule.lift), Some(4.0 / 3.0));
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
pub fn rules(baskets: &Baskets, options: &Options) -> Result<Rules, FitError> {
    if options.min_size == 0 || options.max_size < options.min_size {
        return Err(FitError::setting("a rule has at least one item, and max_size is not below min_size"));
    }
    let sets = frequent(baskets, options.min_support, options.max_size, options.limit)?;
    let total = baskets.len() as u64;
    let counts: FxHashMap<&[u32], u64> = sets.iter().map(|set| (set.items.as_slice(), set.count)).collect();
    let mut rules = Vec::new();
    for set in sets.iter().filter(|set| set.items.len() >= options.min_size) {
        let candidates = set.items.iter().filter_map(|right| rule(set, *right, total, &counts));
        rules.extend(candidates.filter(|rule| options.min_confidence.reached(rule.count, rule.left_count)));
    }
    Ok(Rules { baskets: total, frequent_sets: sets.len() as u64, rules })
}

/// The rule of a set with `right` on its right. Its counts are known: a part of a frequent set is
/// frequent.
fn rule(set: &ItemSet, right: u32, total: u64, counts: &FxHashMap<&[u32], u64>) -> Option<Rule> {
    let left: Vec<u32> = set.items.iter().copied().filter(|item| *item != right).collect();
    let left_count = if left.is_empty() { total } else { *counts.get(left.as_slice())? };
    let right_count = *counts.get([right].as_slice())?;
    let both = u128::from(set.count) * u128::from(total);
    let apart = u128::from(left_count) * u128::from(right_count);
    Some(Rule {
        left,
        right,
        count: set.count,
        left_count,
        right_count,
        support: set.count as f64 / total as f64,
        confidence: set.count as f64 / left_count as f64,
        lift: both as f64 / apart as f64,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn options(min_size: usize, max_size: usize) -> Options {
        let share = Share::new(1, 4).unwrap();
        Options { min_support: share, min_confidence: share, min_size, max_size, limit: 100 }
    }

    #[test]
    fn the_most_confident_rule_that_fires_is_best() {
        let baskets: Baskets =
            [vec![1, 2, 9], vec![1, 2, 9], vec![1, 9], vec![1], vec![2], vec![2]].into_iter().collect();
        let found = rules(&baskets, &options(1, 3)).unwrap();
        let left = |held: &[u32]| found.best(held, 9).map(|rule| rule.left.clone());
        assert_eq!(left(&[1, 2]), Some(vec![1, 2])); // 2/2
        assert_eq!(left(&[1]), Some(vec![1])); // 3/4
        assert_eq!(left(&[2]), Some(vec![])); // 2/4 against everyone's 3/6, which has more baskets
        assert_eq!(found.best(&[1, 2], 7), None);
    }

    #[test]
    fn sizes_that_leave_no_rule_are_refused() {
        let baskets: Baskets = [vec![1, 2]].into_iter().collect();
        assert!(rules(&baskets, &options(0, 2)).is_err());
        assert!(rules(&baskets, &options(3, 2)).is_err());
        assert_eq!(rules(&Baskets::new(), &options(1, 2)), Err(FitError::NoRows));
    }
}
