//! How many customers are eligible for two cases.
//!
//! Eligibility is kept as bits of the last 2,048 customers and counted pair by pair when these are full: memory
//! goes with the square of the number of cases, and not with the number of customers.

use crate::model::CaseId;

/// Words of 64 customers that are counted together; a multiple of eight.
const WORDS: usize = 32;

/// Counts of pairs: each of some cases with each case of the model.
#[derive(Debug, Clone)]
pub(super) struct Pairs {
    cases: usize,
    selected: Vec<CaseId>,
    /// Words of every case, one case after the other.
    bits: Vec<u64>,
    filled: usize,
    /// A row of counts per selected case.
    both: Vec<u64>,
    eligible: Vec<u64>,
}

impl Pairs {
    pub(super) fn new(cases: usize, selected: Vec<CaseId>) -> Pairs {
        Pairs {
            cases,
            bits: vec![0; cases * WORDS],
            filled: 0,
            both: vec![0; cases * selected.len()],
            eligible: vec![0; cases],
            selected,
        }
    }

    /// Takes 64 customers: a word per case.
    pub(super) fn add(&mut self, eligible: &[u64]) {
        let filled = self.filled;
        for (bits, word) in self.bits.chunks_exact_mut(WORDS).zip(eligible) {
            if let Some(place) = bits.get_mut(filled) {
                *place = *word;
            }
        }
        self.filled += 1;
        if self.filled == WORDS {
            self.count();
        }
    }

    /// Counts what has been taken.
    fn count(&mut self) {
        let words = |case: usize| self.bits.get(case * WORDS..(case + 1) * WORDS).unwrap_or_default();
        let counts: Vec<u64> =
            (0..self.cases).map(|case| words(case).iter().map(|word| ones(*word)).sum()).collect();
        let rows = self.both.chunks_exact_mut(self.cases.max(1));
        for (row, id) in rows.zip(&self.selected) {
            if counts.get(id.0).is_none_or(|count| *count == 0) {
                continue;
            }
            let own = words(id.0);
            let others = self.bits.chunks_exact(WORDS).zip(&counts);
            for ((both, (other, _)), _) in
                row.iter_mut().zip(others).zip(0..).filter(|((_, (_, count)), n)| **count > 0 && *n != id.0)
            {
                *both += ones_of_both(own, other);
            }
        }
        self.eligible.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
        self.bits.fill(0);
        self.filled = 0;
    }

    pub(super) fn merge(&mut self, mut other: Pairs) {
        other.count();
        let add =
            |to: &mut Vec<u64>, from: Vec<u64>| to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        add(&mut self.both, other.both);
        add(&mut self.eligible, other.eligible);
    }

    /// The pairs that share someone: the two, how many are eligible for each, and for both.
    pub(super) fn finish(mut self) -> Vec<([CaseId; 2], [u64; 2], u64)> {
        self.count();
        let mut is_selected = vec![false; self.cases];
        for id in &self.selected {
            if let Some(place) = is_selected.get_mut(id.0) {
                *place = true;
            }
        }
        let eligible = |case: usize| self.eligible.get(case).copied().unwrap_or_default();
        let rows = self.both.chunks_exact(self.cases.max(1)).zip(&self.selected);
        let pairs =
            rows.flat_map(|(row, first)| row.iter().enumerate().map(move |(n, both)| (first.0, n, *both)));
        // Of two selected cases the first has the pair.
        let counted =
            pairs.filter(|(a, b, both)| *both > 0 && (a < b || is_selected.get(*b) == Some(&false)));
        counted
            .map(|(a, b, both)| {
                let (a, b) = (a.min(b), a.max(b));
                ([CaseId(a), CaseId(b)], [eligible(a), eligible(b)], both)
            })
            .collect()
    }
}

/// How many bits are set in both: eight words at a time are added up bit by bit, so that few are counted.
fn ones_of_both(a: &[u64], b: &[u64]) -> u64 {
    let (mut ones_left, mut twos, mut fours, mut eights) = (0, 0, 0, 0_u64);
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        let ([a0, a1, a2, a3, a4, a5, a6, a7], [b0, b1, b2, b3, b4, b5, b6, b7]) = (a, b) else { continue };
        let (twos_a, sum) = add(ones_left, a0 & b0, a1 & b1);
        let (twos_b, sum) = add(sum, a2 & b2, a3 & b3);
        let (fours_a, twos_c) = add(twos, twos_a, twos_b);
        let (twos_a, sum) = add(sum, a4 & b4, a5 & b5);
        let (twos_b, sum) = add(sum, a6 & b6, a7 & b7);
        let (fours_b, twos_d) = add(twos_c, twos_a, twos_b);
        let (eight, four) = add(fours, fours_a, fours_b);
        (ones_left, twos, fours) = (sum, twos_d, four);
        eights += ones(eight);
    }
    8 * eights + 4 * ones(fours) + 2 * ones(twos) + ones(ones_left)
}

/// The sum of three words of bits: carry, and what is left.
fn add(a: u64, b: u64, c: u64) -> (u64, u64) {
    ((a & b) | ((a ^ b) & c), a ^ b ^ c)
}

fn ones(word: u64) -> u64 {
    u64::from(word.count_ones())
}

#[cfg(test)]
mod tests {
    use super::{WORDS, ones_of_both};

    #[test]
    fn bits_of_both_are_counted() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ (state >> 29)
        };
        for _ in 0..50 {
            let a: Vec<u64> = (0..WORDS).map(|_| random() | random()).collect();
            let b: Vec<u64> = (0..WORDS).map(|_| random() | random()).collect();
            let expected: u64 = a.iter().zip(&b).map(|(a, b)| u64::from((a & b).count_ones())).sum();
            assert_eq!(ones_of_both(&a, &b), expected);
        }
        assert_eq!(ones_of_both(&[u64::MAX; WORDS], &[u64::MAX; WORDS]), 64 * WORDS as u64);
    }
}
