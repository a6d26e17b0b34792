//! The gates of all cases, over the rows of a piece.

use casewise_core::model::{CaseId, ChannelId};
use casewise_core::plan::index::LiteralId;
use casewise_core::row::contacts::ContactState;
use casewise_core::row::counts::Counts;
use casewise_core::row::gates::Gate;

use super::piece::Piece;
use super::truths::Truths;
use super::{Found, Policy, Sweep};
use crate::bits::{Bits, NONE, ROWS, and, and_not, is_set, rows, unset};
use crate::eligible::Bound;
use crate::kernels::Kernels;
use crate::output;

impl Sweep {
    /// Tests the gates of a piece.
    pub(super) fn gates(&self, bound: &Bound<'_>, piece: &Piece<'_>, found: &mut Found) {
        let Found { scratch, states, passed, open, usable, counts, gates, .. } = found;
        let Piece { from, present, .. } = piece;
        let mut ask = |id: LiteralId, row: usize| {
            let truths = piece.answers.get(*self.asked_at.get(&id)?)?;
            let holds = |bits: &Bits| is_set(bits, row - from);
            if holds(&truths.yes) {
                Some(true)
            } else if holds(&truths.maybe) {
                None
            } else {
                Some(false)
            }
        };
        let mut chunk = self.conditions.chunk(bound, *from, scratch, &mut ask);
        let plan = self.walks.plan();
        open.clear();
        open.extend((0..plan.channels.len()).map(|n| {
            if self.walks.is_quiet(ChannelId(n)) {
                return Truths::NONE;
            }
            let yes = chunk.holds(self.channels_at + n, present);
            let maybe = if self.told { chunk.possible(self.channels_at + n, present) } else { yes };
            Truths { yes, maybe }
        }));
        let Contacts { policies, usable: left_usable, barred } = self.contacts(piece, states);
        *usable = left_usable;
        let sets: Vec<Truths> = self
            .channels
            .iter()
            .map(|(channels, ignored)| any_of(channels, *ignored, open, usable))
            .collect();
        let mut barred = barred.iter().peekable();
        let mut lose = Lost { kernels: self.conditions.kernels(), counts, gates };
        let everybody = lose.kernels.count(present);
        for (id, gate) in &self.lost {
            lose.lose(*id, *gate, false, everybody, || (*present, NONE));
        }
        let everywhere = Truths { yes: *present, maybe: *present };
        passed.clear();
        for (n, case) in self.cases.iter().enumerate() {
            let Some(policy) = policies.get(case.policy) else { continue };
            // Rules of its own close the case to some of the rows.
            let mut own = None;
            while let Some((_, row, truth)) = barred.next_if(|(place, ..)| *place <= n) {
                if self.policies.get(case.policy) != Some(&Policy::Ignored) {
                    own.get_or_insert(*policy).unset(*row, *truth);
                }
            }
            let policy = own.as_ref().unwrap_or(policy);
            let set = if plan.channels.is_empty() { None } else { sets.get(case.channels) };
            let set = set.unwrap_or(&everywhere);
            if !self.told {
                let mut among = *present;
                and(&mut among, &policy.yes);
                and(&mut among, &set.yes);
                passed.push(chunk.holds(case.conditions.start, &among));
                continue;
            }
            // False is said of the first gate that is false; where none is, unknown of the first that is unknown.
            let mut left = *present;
            let mut count = everybody;
            let mut keep = |left: &mut Bits, kept: &Bits, gate: Gate, unknown: bool| {
                let all = std::mem::replace(left, *kept);
                let before = std::mem::replace(&mut count, lose.kernels.count(left));
                if count < before {
                    lose.lose(case.id, gate, unknown, before - count, || (all, *kept));
                }
            };
            let both = |a: &Bits, b: &Bits| {
                let mut both = *a;
                and(&mut both, b);
                both
            };
            for (condition, gate) in case.conditions.clone().zip(&case.gates) {
                let kept = chunk.possible(condition, &left);
                keep(&mut left, &kept, *gate, false);
            }
            let kept = both(&left, &policy.maybe);
            keep(&mut left, &kept, Gate::Contacts, false);
            let kept = both(&left, &set.maybe);
            keep(&mut left, &kept, Gate::Channels, false);
            for (condition, gate) in case.conditions.clone().zip(&case.gates) {
                if chunk.is_certain(condition) {
                    continue;
                }
                let kept = chunk.holds(condition, &left);
                keep(&mut left, &kept, *gate, true);
            }
            let kept = both(&left, &policy.yes);
            keep(&mut left, &kept, Gate::Contacts, true);
            let kept = both(&left, &set.yes);
            keep(&mut left, &kept, Gate::Channels, true);
            passed.push(left);
        }
    }

    /// What the contact policy says of a piece. Most rows have no contacts, and all of these have the same answers.
    fn contacts(&self, piece: &Piece<'_>, states: &mut Vec<ContactState>) -> Contacts {
        let plan = self.walks.plan();
        let mut found = Contacts {
            policies: vec![Truths::NONE; self.policies.len()],
            usable: vec![Truths::NONE; plan.channels.len()],
            barred: Vec::new(),
        };
        let mut without = piece.present;
        for (n, (row, contacts)) in piece.contacts.iter().enumerate() {
            let row = *row;
            unset(&mut without, row);
            if n == states.len() {
                states.push(ContactState::default());
            }
            let Some(state) = states.get_mut(n) else { continue };
            self.walks.digest(state, contacts.iter().rev().filter_map(|contact| *contact));
            let state = &*state;
            for (truths, policy) in found.policies.iter_mut().zip(&self.policies) {
                truths.set(row, policy.open(state));
            }
            for (n, truths) in found.usable.iter_mut().enumerate() {
                truths.set(row, state.channel_open(ChannelId(n)));
            }
            let mut bar = |place: usize, id: CaseId| {
                let open = state.case_open(plan, id);
                if open != Some(true) {
                    found.barred.push((place, row, open));
                }
            };
            match state.own_cases(plan) {
                Some(ids) => {
                    let placed = ids.iter().filter_map(|id| Some((self.places.get(id.0).copied()??, *id)));
                    placed.for_each(|(place, id)| bar(place, id));
                }
                None => self.cases.iter().enumerate().for_each(|(place, case)| bar(place, case.id)),
            }
        }
        found.barred.sort_unstable();
        let fresh = self.walks.fresh();
        for (truths, policy) in found.policies.iter_mut().zip(&self.policies) {
            truths.set_all(&without, policy.open(fresh));
        }
        for (n, truths) in found.usable.iter_mut().enumerate() {
            truths.set_all(&without, fresh.channel_open(ChannelId(n)));
        }
        found
    }
}

/// What the contact policy says of a piece.
struct Contacts {
    /// Per distinct answer.
    policies: Vec<Truths>,
    /// Per channel.
    usable: Vec<Truths>,
    /// Places of cases that rules of their own do not leave open to rows, and what these say, by place.
    barred: Vec<(usize, usize, Option<bool>)>,
}

impl Policy {
    fn open(self, state: &ContactState) -> Option<bool> {
        match self {
            Policy::Ignored => Some(true),
            Policy::Of(group) => state.group_open(group),
        }
    }
}

/// Where cases are lost.
struct Lost<'f> {
    kernels: Kernels,
    counts: &'f mut Option<Counts>,
    gates: &'f mut [[u8; ROWS]],
}

impl Lost<'_> {
    /// So many rows: those before that were not kept.
    fn lose(
        &mut self,
        case: CaseId,
        gate: Gate,
        unknown: bool,
        count: u64,
        before_and_kept: impl FnOnce() -> (Bits, Bits),
    ) {
        if let Some(counts) = self.counts.as_mut().and_then(|counts| counts.cases.get_mut(case.0)) {
            counts.lose(gate, unknown, count);
        }
        if let Some(numbers) = self.gates.get_mut(case.0) {
            let (mut gone, kept) = before_and_kept();
            and_not(&mut gone, &kept);
            let number = output::gate_number(Some((gate, unknown)));
            rows(&gone).for_each(|row| numbers.get_mut(row).into_iter().for_each(|to| *to = number));
        }
    }
}

/// Whether any of some channels is open.
fn any_of(channels: &[ChannelId], ignored: bool, open: &[Truths], usable: &[Truths]) -> Truths {
    let mut any = Truths::NONE;
    for ChannelId(n) in channels {
        if let Some((mut truths, usable)) = open.get(*n).copied().zip(usable.get(*n)) {
            if !ignored {
                truths.and(usable);
            }
            any.or(&truths);
        }
    }
    any
}
