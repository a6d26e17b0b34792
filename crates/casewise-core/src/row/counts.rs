//! How many subjects each case is for, and at which gate the others are lost.

use crate::model::{CaseId, Model};

use super::gates::Gate;
use super::{CaseStatus, Decision};

/// What becomes of one case, in numbers of subjects. `eligible + ineligible + unknown` are all of them, and
/// `offered + outranked + held_out` are the eligible ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CaseCounts {
    /// Every gate is true.
    pub eligible: u64,
    /// A gate is false.
    pub ineligible: u64,
    /// No gate is false, and one is unknown.
    pub unknown: u64,
    /// Among the offers (a trial case: would be).
    pub offered: u64,
    /// Eligible, and something stood in its way.
    pub outranked: u64,
    /// Eligible, and in a holdout or the control group.
    pub held_out: u64,
    /// Whose decision names this gate, in the order of [`Gate::ALL`]: the first that has the case's own outcome.
    pub lost: [u64; Gate::ALL.len()],
}

impl CaseCounts {
    /// Counts subjects who are not eligible.
    pub fn lose(&mut self, gate: Gate, unknown: bool, subjects: u64) {
        *(if unknown { &mut self.unknown } else { &mut self.ineligible }) += subjects;
        if let Some(lost) = Gate::ALL.iter().position(|g| *g == gate).and_then(|n| self.lost.get_mut(n)) {
            *lost += subjects;
        }
    }

    /// Counts subjects who are eligible.
    pub fn keep(&mut self, status: CaseStatus, subjects: u64) {
        let count = match status {
            CaseStatus::Offered => &mut self.offered,
            CaseStatus::Outranked => &mut self.outranked,
            CaseStatus::HeldOut => &mut self.held_out,
            CaseStatus::Ineligible => return,
        };
        *count += subjects;
        self.eligible += subjects;
    }

    /// Subjects who were counted as outranked are offered the case, or held out of it.
    pub fn move_up(&mut self, status: CaseStatus, subjects: u64) {
        self.outranked = self.outranked.saturating_sub(subjects);
        self.eligible = self.eligible.saturating_sub(subjects);
        self.keep(status, subjects);
    }

    fn add(&mut self, other: &CaseCounts) {
        let CaseCounts { eligible, ineligible, unknown, offered, outranked, held_out, lost } = other;
        self.eligible += eligible;
        self.ineligible += ineligible;
        self.unknown += unknown;
        self.offered += offered;
        self.outranked += outranked;
        self.held_out += held_out;
        self.lost.iter_mut().zip(lost).for_each(|(to, more)| *to += more);
    }
}

/// Counts of all cases, in the order of the model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// One per case.
    pub cases: Vec<CaseCounts>,
}

impl Counts {
    /// Nobody yet.
    pub fn new(model: &Model) -> Counts {
        Counts { cases: vec![CaseCounts::default(); model.cases.len()] }
    }

    /// Of decisions.
    pub fn of<'d>(model: &Model, decisions: impl IntoIterator<Item = &'d Decision>) -> Counts {
        let mut counts = Counts::new(model);
        decisions.into_iter().for_each(|decision| counts.count(decision));
        counts
    }

    /// Counts a decision.
    pub fn count(&mut self, decision: &Decision) {
        for (n, counts) in self.cases.iter_mut().enumerate() {
            match decision.lost_to(CaseId(n)) {
                Some((gate, unknown)) => counts.lose(gate, unknown, 1),
                None => counts.keep(decision.status(CaseId(n)), 1),
            }
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Counts) {
        self.cases.iter_mut().zip(&other.cases).for_each(|(to, more)| to.add(more));
    }
}
