//! How many customers are eligible for two cases.
//!
//! Eligibility is kept as bits of the last 2,048 customers and counted pair by pair when these are full: memory
//! goes with the square of the number of cases, and not with the number of customers.

use crate::model::CaseId;

/// Words of 64 customers that are counted together.
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
                *both += own.iter().zip(other).map(|(a, b)| ones(a & b)).sum::<u64>();
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

fn ones(word: u64) -> u64 {
    u64::from(word.count_ones())
}
