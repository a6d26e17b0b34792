//! Counting, 64 customers at a time: a word of bits per test, and words of bits per clause of each case.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::conditions::{Plane, ROWS, Tests};
use super::pairs::Pairs;
use super::survey::{Survey, Surveyed, Test};
use crate::input::Subject;
use crate::model::{CaseId, ChannelId};
use crate::plan::DecidePlan;
use crate::row::decision::Kept;
use crate::row::evaluate::Inputs;
use crate::row::gates::{Gate, Standing};
use crate::row::walk::By;
use crate::row::{Decision, Offered};
use crate::values::Value;

/// Counts so far.
#[derive(Debug)]
pub struct Tally {
    pub(super) survey: Arc<Survey>,
    shared: bool,
    block: Block,
    clauses: Vec<(Gate, u64, u64)>,
    pub(super) customers: u64,
    pub(super) cases: Vec<CaseCounts>,
    /// Per channel: open, unknown.
    pub(super) channels: Vec<(u64, u64)>,
    pub(super) demand: Offers,
    pub(super) offers: Offers,
    pub(super) pairs: Option<Pairs>,
}

/// Offers counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Offers {
    pub(super) offers: u64,
    pub(super) with_offers: u64,
    /// Per channel.
    pub(super) channels: Vec<u64>,
}

/// Counts of one case.
#[derive(Debug, Clone, Default)]
pub(super) struct CaseCounts {
    pub(super) eligible: u64,
    pub(super) ineligible: u64,
    pub(super) unknown: u64,
    pub(super) clauses: Vec<ClauseCounts>,
    pub(super) gates: [GateCounts; Gate::ALL.len()],
    /// By place in the inputs that the case reads.
    pub(super) missing: Vec<u64>,
    pub(super) demand: u64,
    pub(super) offered: u64,
    pub(super) held_out: u64,
    pub(super) control: u64,
    pub(super) outranked: FxHashMap<(By, Option<CaseId>), u64>,
    /// Offers and demand by place in the case's channels.
    pub(super) channels: Vec<(u64, u64)>,
    /// Offers by place in the case's variants.
    pub(super) variants: Vec<u64>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ClauseCounts {
    pub(super) fails: u64,
    pub(super) unknown: u64,
    pub(super) left: u64,
    pub(super) only: u64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GateCounts {
    pub(super) fails: u64,
    pub(super) unknown: u64,
    pub(super) only: u64,
    pub(super) named: u64,
}

/// What is known of up to 64 customers.
#[derive(Debug)]
struct Block {
    rows: usize,
    tests: Tests,
    /// Per condition of the survey, once the block is complete.
    conditions: Vec<Plane>,
    /// Per rule of the survey.
    rules: Vec<Plane>,
    /// Per channel, with the contact policy and without.
    channels: Vec<[Plane; 2]>,
    /// Per `decide`: whose decision it is. Whoever is in none has no `decide`.
    decides: Vec<u64>,
    /// Per input of the survey: who lacks it.
    missing: Vec<u64>,
    /// Per case of the model, where pairs are counted.
    eligible: Vec<u64>,
}

impl Block {
    fn new(survey: &Survey) -> Block {
        let plan = survey.plan();
        Block {
            rows: 0,
            tests: Tests::new(&survey.conditions),
            conditions: Vec::new(),
            rules: vec![Plane::default(); survey.rules.len()],
            channels: vec![[Plane::default(); 2]; survey.channels.len()],
            decides: vec![0; plan.decides.len()],
            missing: vec![0; survey.inputs.len()],
            eligible: if survey.pairs { vec![0; plan.cases.len()] } else { Vec::new() },
        }
    }

    fn clear(&mut self) {
        self.rows = 0;
        self.tests.clear();
        self.rules.fill(Plane::default());
        self.channels.fill([Plane::default(); 2]);
        self.decides.fill(0);
        self.missing.fill(0);
        self.eligible.fill(0);
    }

    /// The customers that are there.
    fn present(&self) -> u64 {
        if self.rows >= ROWS { u64::MAX } else { (1 << self.rows) - 1 }
    }

    fn add(&mut self, survey: &Survey, standing: &mut Standing, inputs: Inputs<'_>, decide: Option<usize>) {
        let plan = inputs.plan;
        let row = self.rows;
        let bit = 1_u64 << row;
        self.rows += 1;
        self.tests.add(&survey.conditions, &mut standing.evaluation, inputs, row);
        // Of a rule without a history the first answer is the one for all cases.
        let mut idle: Vec<Option<Option<bool>>> = vec![None; plan.contacts.len()];
        for (plane, (rule, case)) in self.rules.iter_mut().zip(&survey.rules) {
            let ask = || standing.contacts.rule_for_case(plan, *rule, *case);
            let truth = match idle.get_mut(*rule) {
                Some(known) if standing.contacts.is_idle(*rule) => *known.get_or_insert_with(ask),
                _ => ask(),
            };
            plane.note(bit, truth);
        }
        for (channel, planes) in self.channels.iter_mut().enumerate() {
            for (ignored, plane) in [false, true].into_iter().zip(planes) {
                plane.note(bit, standing.channel_open(ChannelId(channel), ignored));
            }
        }
        if let Some(place) = decide.and_then(|n| self.decides.get_mut(n)) {
            *place |= bit;
        }
        for (place, (of_context, n)) in self.missing.iter_mut().zip(&survey.inputs) {
            let values =
                if *of_context { inputs.subject.context.as_ref() } else { Some(&inputs.subject.attributes) };
            if values.and_then(|values| values.get(*n as usize)).is_none_or(Value::is_missing) {
                *place |= bit;
            }
        }
    }

    fn test(&self, survey: &Survey, case: &Surveyed, test: Test) -> Plane {
        match test {
            Test::Always(true) => Plane::TRUE,
            Test::Always(false) => Plane::FALSE,
            Test::Condition(n) => self.conditions.get(n).copied().unwrap_or_default(),
            Test::Rule(n) => self.rules.get(n).copied().unwrap_or_default(),
            // Any of them: false if all are, and true if one is.
            Test::Channels => case.channels.iter().fold(Plane::FALSE, |any, channel| {
                let (open, allowed) = self.channel(survey, case, channel.0);
                any.or(Plane { not_true: open.not_true | !allowed, is_false: open.is_false | !allowed })
            }),
        }
    }

    /// A channel for a case, and the customers whose `decide` allows it.
    fn channel(&self, survey: &Survey, case: &Surveyed, channel: usize) -> (Plane, u64) {
        let [with_contacts, without] = self.channels.get(channel).copied().unwrap_or_default();
        let forbids = |decide: &DecidePlan| {
            decide.channels.as_ref().is_some_and(|allowed| !allowed.contains(&ChannelId(channel)))
        };
        let decides = survey.plan().decides.iter().zip(&self.decides);
        let forbidden = decides.filter(|(decide, _)| forbids(decide)).fold(0, |all, (_, rows)| all | rows);
        (if case.contacts_ignored { without } else { with_contacts }, !forbidden)
    }
}

impl Tally {
    /// Nothing has been counted.
    pub fn new(survey: Arc<Survey>) -> Tally {
        let plan = survey.plan();
        let offers = Offers { channels: vec![0; plan.channels.len()], ..Offers::default() };
        let counts = |case: &Surveyed| CaseCounts {
            clauses: vec![ClauseCounts::default(); case.clauses.len()],
            missing: vec![0; case.reads.len()],
            channels: vec![(0, 0); case.channels.len()],
            variants: vec![0; plan.cases.get(case.id.0).map_or(0, |case| case.variants.len())],
            ..CaseCounts::default()
        };
        let selected = || survey.cases.iter().map(|case| case.id).collect();
        Tally {
            shared: survey.has_shared_limits(),
            block: Block::new(&survey),
            clauses: Vec::new(),
            customers: 0,
            cases: survey.cases.iter().map(counts).collect(),
            channels: vec![(0, 0); plan.channels.len()],
            demand: offers.clone(),
            offers,
            pairs: survey.pairs.then(|| Pairs::new(plan.cases.len(), selected())),
            survey,
        }
    }

    /// Counts a customer. Where customers compete, what they get is counted by [`Tally::add_shared`].
    pub fn add(&mut self, subject: Arc<Subject>) {
        let decision = self.survey.plan().decide(subject, &self.survey.unbounded);
        self.customers += 1;
        self.count_demand(&decision);
        if !self.shared {
            self.count_result(&decision);
        }
        let Tally { survey, block, .. } = self;
        if survey.pairs {
            let bit = 1_u64 << block.rows;
            let kept = block.eligible.iter_mut().zip(decision.kept());
            kept.filter(|(_, kept)| **kept != Kept::Ineligible).for_each(|(place, _)| *place |= bit);
        }
        decision.with(|scratch, inputs| block.add(survey, &mut scratch.standing, inputs, decision.decide()));
        if self.block.rows == ROWS {
            self.flush();
        }
    }

    /// Counts what competing customers get: decides all of them in one walk.
    pub fn add_shared(&mut self, subjects: &[Arc<Subject>]) {
        for decision in self.survey.plan().decide_all(subjects, &self.survey.request) {
            self.count_result(&decision);
        }
    }

    /// Counts what would be offered without bounds.
    fn count_demand(&mut self, decision: &Decision) {
        self.demand.add(decision);
        for offer in decision.offers() {
            if let Some(wanted) = self.offered_on(offer).map(|(_, wanted)| wanted) {
                *wanted += 1;
            }
        }
        // Cases on trial are offered too, but not among the offers.
        for (counts, case) in self.cases.iter_mut().zip(&self.survey.cases) {
            counts.demand += u64::from(decision.kept().get(case.id.0) == Some(&Kept::Offered));
        }
    }

    /// Counts what became of the cases.
    fn count_result(&mut self, decision: &Decision) {
        self.offers.add(decision);
        for offer in decision.offers() {
            if let Some(offers) = self.offered_on(offer).map(|(offers, _)| offers) {
                *offers += 1;
            }
            let counts = self.survey.place(offer.case).and_then(|n| self.cases.get_mut(n));
            let variant = counts.and_then(|counts| counts.variants.get_mut(offer.variant?));
            if let Some(count) = variant {
                *count += 1;
            }
        }
        for (counts, case) in self.cases.iter_mut().zip(&self.survey.cases) {
            match decision.kept().get(case.id.0) {
                Some(Kept::Offered) => counts.offered += 1,
                Some(Kept::HeldOut { control }) => {
                    counts.held_out += 1;
                    counts.control += u64::from(*control);
                }
                Some(Kept::Outranked { by, of }) => {
                    let of = of.map(|n| CaseId(n.get() as usize - 1));
                    *counts.outranked.entry((*by, of)).or_default() += 1;
                }
                Some(Kept::Ineligible) | None => {}
            }
        }
    }

    /// Offers and demand of a selected case on the channel of an offer.
    fn offered_on(&mut self, offer: &Offered) -> Option<&mut (u64, u64)> {
        let n = self.survey.place(offer.case)?;
        let channel = self.survey.cases.get(n)?.channels.iter().position(|c| Some(*c) == offer.channel)?;
        self.cases.get_mut(n)?.channels.get_mut(channel)
    }

    /// Counts the customers of the block.
    fn flush(&mut self) {
        let Block { tests, conditions, .. } = &mut self.block;
        tests.answer(&self.survey.conditions, conditions);
        let present = self.block.present();
        let count = |bits: u64| u64::from((bits & present).count_ones());
        for ((open, unknown), [plane, _]) in self.channels.iter_mut().zip(&self.block.channels) {
            *open += count(!plane.not_true);
            *unknown += count(plane.unknown());
        }
        for (case, counts) in self.survey.cases.iter().zip(&mut self.cases) {
            count_case(&self.survey, case, &self.block, &mut self.clauses, counts);
        }
        if let Some(pairs) = &mut self.pairs {
            pairs.add(&self.block.eligible);
        }
        self.block.clear();
    }

    /// Adds the counts of another thread.
    pub fn merge(&mut self, mut other: Tally) {
        other.flush();
        self.customers += other.customers;
        for (to, from) in self.cases.iter_mut().zip(other.cases) {
            to.merge(from);
        }
        for (to, from) in self.channels.iter_mut().zip(other.channels) {
            *to = (to.0 + from.0, to.1 + from.1);
        }
        self.demand.merge(&other.demand);
        self.offers.merge(&other.offers);
        if let (Some(to), Some(from)) = (&mut self.pairs, other.pairs) {
            to.merge(from);
        }
    }

    /// Everything that was added is counted.
    pub(super) fn finished(mut self) -> Tally {
        self.flush();
        self
    }
}

/// The funnel of one case over the customers of a block.
fn count_case(
    survey: &Survey,
    case: &Surveyed,
    block: &Block,
    clauses: &mut Vec<(Gate, u64, u64)>,
    counts: &mut CaseCounts,
) {
    let present = block.present();
    let ones = |bits: u64| u64::from(bits.count_ones());
    clauses.clear();
    clauses.extend(case.clauses.iter().map(|clause| {
        let plane = block.test(survey, case, clause.test);
        (clause.gate, plane.not_true & present, plane.is_false & present)
    }));
    // Not true in one clause at least, in two at least, and false in one at least.
    let (mut one, mut two, mut fails) = (0, 0, 0);
    for (_, not_true, is_false) in clauses.iter() {
        two |= one & not_true;
        one |= not_true;
        fails |= is_false;
    }
    let unknown = one & !fails;
    counts.eligible += ones(present & !one);
    counts.ineligible += ones(fails);
    counts.unknown += ones(unknown);
    let mut left = present;
    for ((_, not_true, is_false), count) in clauses.iter().zip(&mut counts.clauses) {
        left &= !not_true;
        count.left += ones(left);
        count.fails += ones(*is_false);
        count.unknown += ones(not_true & !is_false);
        count.only += ones(not_true & one & !two);
    }
    count_gates(clauses, one, fails, &mut counts.gates);
    if unknown != 0 {
        count_missing(survey, case, block, unknown, &mut counts.missing);
    }
}

fn count_gates(
    clauses: &[(Gate, u64, u64)],
    failed: u64,
    fails: u64,
    counts: &mut [GateCounts; Gate::ALL.len()],
) {
    let ones = |bits: u64| u64::from(bits.count_ones());
    let gates = clauses.chunk_by(|a, b| a.0 == b.0).map(|of_gate| {
        let either =
            of_gate.iter().fold((0, 0), |(n, f), (_, not_true, is_false)| (n | not_true, f | is_false));
        (of_gate.first().map_or(Gate::Status, |(gate, ..)| *gate), either.0, either.1)
    });
    let (mut one, mut two) = (0, 0);
    for (_, not_true, _) in gates.clone() {
        two |= one & not_true;
        one |= not_true;
    }
    let mut named = 0;
    for (gate, not_true, is_false) in gates {
        // The first gate with the case's own outcome.
        let names = ((fails & is_false) | (failed & !fails & not_true)) & !named;
        named |= names;
        if let Some(count) = counts.get_mut(gate as usize) {
            count.fails += ones(is_false);
            count.unknown += ones(not_true & !is_false);
            count.only += ones(not_true & !two);
            count.named += ones(names);
        }
    }
}

/// What the customers of a block lack for whom a case is unknown: inputs of the clauses that are unknown.
fn count_missing(survey: &Survey, case: &Surveyed, block: &Block, unknown: u64, counts: &mut [u64]) {
    let mut lacking = vec![0_u64; case.reads.len()];
    let mut note = |condition: usize, rows: u64| {
        let Some(reads) = survey.reads.get(condition).filter(|_| rows != 0) else { return };
        for input in reads {
            let place = case.reads.binary_search(input).ok().and_then(|n| lacking.get_mut(n));
            if let (Some(place), Some(missing)) = (place, block.missing.get(*input)) {
                *place |= rows & missing;
            }
        }
    };
    for clause in &case.clauses {
        let rows = unknown & block.test(survey, case, clause.test).unknown();
        match clause.test {
            Test::Always(_) | Test::Rule(_) => {}
            Test::Condition(n) => note(n, rows),
            Test::Channels => {
                for channel in &case.channels {
                    let (open, allowed) = block.channel(survey, case, channel.0);
                    let rows = rows & allowed & open.unknown();
                    for n in survey.channels.get(channel.0).into_iter().flatten() {
                        let plane = block.conditions.get(*n).copied().unwrap_or_default();
                        note(*n, rows & plane.unknown());
                    }
                }
            }
        }
    }
    counts.iter_mut().zip(lacking).for_each(|(count, rows)| *count += u64::from(rows.count_ones()));
}

impl Offers {
    fn add(&mut self, decision: &Decision) {
        self.offers += decision.offers().len() as u64;
        self.with_offers += u64::from(!decision.offers().is_empty());
        for channel in decision.offers().iter().filter_map(|offer| offer.channel) {
            if let Some(count) = self.channels.get_mut(channel.0) {
                *count += 1;
            }
        }
    }

    fn merge(&mut self, other: &Offers) {
        self.offers += other.offers;
        self.with_offers += other.with_offers;
        self.channels.iter_mut().zip(&other.channels).for_each(|(to, from)| *to += from);
    }
}

impl CaseCounts {
    fn merge(&mut self, other: CaseCounts) {
        self.eligible += other.eligible;
        self.ineligible += other.ineligible;
        self.unknown += other.unknown;
        for (to, from) in self.clauses.iter_mut().zip(other.clauses) {
            to.fails += from.fails;
            to.unknown += from.unknown;
            to.left += from.left;
            to.only += from.only;
        }
        for (to, from) in self.gates.iter_mut().zip(other.gates) {
            to.fails += from.fails;
            to.unknown += from.unknown;
            to.only += from.only;
            to.named += from.named;
        }
        self.missing.iter_mut().zip(other.missing).for_each(|(to, from)| *to += from);
        self.demand += other.demand;
        self.offered += other.offered;
        self.held_out += other.held_out;
        self.control += other.control;
        // In any order: they are only added.
        other.outranked.into_iter().for_each(|(key, count)| *self.outranked.entry(key).or_default() += count);
        for (to, from) in self.channels.iter_mut().zip(other.channels) {
            *to = (to.0 + from.0, to.1 + from.1);
        }
        self.variants.iter_mut().zip(other.variants).for_each(|(to, from)| *to += from);
    }
}
