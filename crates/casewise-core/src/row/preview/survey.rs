//! What is counted: the clauses of the selected cases, each distinct test once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::conditions::Conditions;
use crate::input::{Remaining, Request};
use crate::model::{CaseId, ChannelId};
use crate::plan::layout::{is_walked, reachable};
use crate::plan::{Node, Plan, Slot};
use crate::row::contacts::key_for_case;
use crate::row::decision::clock;
use crate::row::gates::{Gate, Which, clauses_of, is_running};
use crate::values::Time;

/// What is counted of whom. The same for all threads.
#[derive(Debug)]
pub struct Survey {
    pub(super) plan: Arc<Plan>,
    pub(super) request: Request,
    /// The same request with nothing bounded, for one customer at a time.
    pub(super) unbounded: Request,
    pub(super) cases: Vec<Surveyed>,
    pub(super) conditions: Conditions,
    /// Per condition: the inputs that it reads.
    pub(super) reads: Vec<Vec<usize>>,
    /// Rules of the contact policy, each with one of the cases that it counts together.
    pub(super) rules: Vec<(usize, CaseId)>,
    /// Per channel: the conditions that it requires.
    pub(super) channels: Vec<Vec<usize>>,
    /// Inputs whose absence can make a case unknown: whether of the context, and which.
    pub(super) inputs: Vec<(bool, u32)>,
    pub(super) pairs: bool,
}

/// A case that is counted.
#[derive(Debug)]
pub(super) struct Surveyed {
    pub(super) id: CaseId,
    pub(super) contacts_ignored: bool,
    pub(super) channels: Vec<ChannelId>,
    pub(super) clauses: Vec<SurveyedClause>,
    /// All inputs that its clauses read.
    pub(super) reads: Vec<usize>,
}

/// A clause and how its outcome is found.
#[derive(Debug, Clone, Copy)]
pub(super) struct SurveyedClause {
    pub(super) gate: Gate,
    pub(super) which: Which,
    pub(super) test: Test,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Test {
    /// The same for every customer.
    Always(bool),
    /// By its place among the conditions.
    Condition(usize),
    /// By its place among the rules.
    Rule(usize),
    /// By the channels of the case.
    Channels,
}

impl Survey {
    /// A survey of the selected cases; with `pairs` also of who is eligible for two.
    pub fn new(plan: Arc<Plan>, request: Request, mut selected: Vec<CaseId>, pairs: bool) -> Survey {
        selected.sort_unstable();
        selected.dedup();
        let unbounded = Request { remaining: Remaining::default(), ..request.clone() };
        let mut builder = Builder::new(&plan);
        let channels = plan.channels.iter();
        let channels =
            channels.map(|channel| channel.clauses.iter().map(|slot| builder.condition(*slot)).collect());
        let channels: Vec<Vec<usize>> = channels.collect();
        let cases = selected.into_iter().filter_map(|id| builder.case(id, request.now, &channels)).collect();
        let Builder { slots, reads, rules, inputs, .. } = builder;
        let conditions = Conditions::new(&plan, &slots, &clock(request.now, &plan.model.zone));
        Survey { request, unbounded, cases, conditions, reads, rules, channels, inputs, pairs, plan }
    }

    /// By what customers are decided.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The place of a case among those that are counted.
    pub(super) fn place(&self, id: CaseId) -> Option<usize> {
        self.cases.binary_search_by_key(&id, |case| case.id).ok()
    }

    /// Whether customers compete for quotas, capacities or budgets: then they are decided once more, together.
    pub fn has_shared_limits(&self) -> bool {
        self.plan.has_common_numbers(&self.request.remaining)
    }
}

/// Each distinct test once.
struct Builder<'p> {
    plan: &'p Plan,
    slots: Vec<Slot>,
    reads: Vec<Vec<usize>>,
    known: FxHashMap<Slot, usize>,
    rules: Vec<(usize, CaseId)>,
    /// By rule, and by what it counts together.
    known_rules: FxHashMap<(usize, usize), usize>,
    inputs: Vec<(bool, u32)>,
}

impl<'p> Builder<'p> {
    fn new(plan: &'p Plan) -> Builder<'p> {
        Builder {
            plan,
            slots: Vec::new(),
            reads: Vec::new(),
            known: FxHashMap::default(),
            rules: Vec::new(),
            known_rules: FxHashMap::default(),
            inputs: Vec::new(),
        }
    }

    fn condition(&mut self, slot: Slot) -> usize {
        if let Some(place) = self.known.get(&slot) {
            return *place;
        }
        let mut found = Vec::new();
        reachable(self.plan, [slot], |_, node| match node {
            Node::Attribute(n) => found.push((false, *n)),
            Node::Context(n) => found.push((true, *n)),
            _ => {}
        });
        let reads = found.into_iter().map(|input| self.input(input)).collect();
        self.reads.push(reads);
        self.known.insert(slot, self.slots.len());
        self.slots.push(slot);
        self.slots.len() - 1
    }

    fn input(&mut self, input: (bool, u32)) -> usize {
        self.inputs.iter().position(|known| *known == input).unwrap_or_else(|| {
            self.inputs.push(input);
            self.inputs.len() - 1
        })
    }

    fn rule(&mut self, rule: usize, key: usize, case: CaseId) -> usize {
        *self.known_rules.entry((rule, key)).or_insert_with(|| {
            self.rules.push((rule, case));
            self.rules.len() - 1
        })
    }

    fn case(&mut self, id: CaseId, now: Time, of_channels: &[Vec<usize>]) -> Option<Surveyed> {
        let plan = self.plan;
        let (case, declared) = plan.cases.get(id.0).zip(plan.model.cases.get(id.0))?;
        let mut clauses = Vec::new();
        for (gate, which) in clauses_of(plan, id) {
            let test = match which {
                Which::Status => Test::Always(is_walked(&plan.model, id)),
                Which::Runs => Test::Always(is_running(case, now)),
                Which::Clause(n) => Test::Condition(self.condition(*case.clauses.get(n)?)),
                Which::Contact(rule) => match key_for_case(plan, plan.contacts.get(rule)?, id) {
                    None => Test::Always(true),
                    Some(key) => Test::Rule(self.rule(rule, key, id)),
                },
                Which::Channels => Test::Channels,
            };
            clauses.push(SurveyedClause { gate, which, test });
        }
        let channels = case.channels.clone();
        let through = channels.iter().filter_map(|channel| of_channels.get(channel.0)).flatten();
        let own = clauses.iter().filter_map(|clause| match &clause.test {
            Test::Condition(n) => Some(n),
            _ => None,
        });
        let mut reads: Vec<usize> =
            own.chain(through).filter_map(|n| self.reads.get(*n)).flatten().copied().collect();
        reads.sort_unstable();
        reads.dedup();
        Some(Surveyed { id, contacts_ignored: declared.contacts_ignored, channels, clauses, reads })
    }
}
