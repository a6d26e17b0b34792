//! Whole decisions in columns: the gates of all cases over chunks of rows as words of bits, then each row's walk over
//! the cases that passed. What no column says by itself is computed row by row before that: tests on several inputs,
//! events and lists, and the segments, scores and lets that are put out. Operators, contact policy and walk are the
//! core's.

mod gates;
mod piece;
mod straight;
mod truths;
mod walk;

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use casewise_core::input::Request;
use casewise_core::model::{CaseId, ChannelId, ScorePart};
use casewise_core::plan::index::{LiteralId, Logic};
use casewise_core::plan::node::{Node, Slot};
use casewise_core::plan::{CasePlan, Plan};
use casewise_core::row::contacts::ContactState;
use casewise_core::row::counts::Counts;
use casewise_core::row::gates::{Gate, Which, clauses_of};
use casewise_core::row::walks::{Walker, Walks};
use casewise_core::values::Value;
use rustc_hash::FxHashMap;

use self::truths::Truths;
use crate::bits::{Bits, ROWS};
use crate::decide::{Decided, Halt, Options, pieces};
use crate::eligible::{Eligibility, Input, Scratch};
use crate::keys::Keys;
use crate::output::Select;
use crate::subjects::Customers;

/// What is the same for all batches of a request.
#[derive(Debug)]
pub struct Sweep {
    walks: Walks,
    context: Vec<Value>,
    /// Of the gates of the cases in the order of the walk, then of the channels.
    conditions: Eligibility,
    cases: Vec<Case>,
    /// Where the conditions of the channels start.
    channels_at: usize,
    /// Cases that nobody gets, and the gate that says so.
    lost: Vec<(CaseId, Gate)>,
    /// The distinct answers of the contact policy.
    policies: Vec<Policy>,
    /// The distinct sets of channels, and whether they ignore contacts.
    channels: Vec<(Vec<ChannelId>, bool)>,
    /// Place of each case of the model in the walk.
    places: Vec<Option<usize>>,
    /// Whether the walk reads more of a subject than the key.
    reads: bool,
    /// Whether it is told at which gate a case is lost.
    told: bool,
    /// Tests that are computed row by row.
    asked: Vec<Slot>,
    asked_at: FxHashMap<LiteralId, usize>,
    known: Known,
    /// Memory of threads that have ended, for those of the next batch.
    spare: Mutex<Vec<Found>>,
}

/// Values that are put out of each row: segments, then parts of scores, then lets.
#[derive(Debug, Default)]
struct Known {
    slots: Vec<Slot>,
    /// Where each score's parts start.
    scores: Vec<(usize, Vec<ScorePart>)>,
    lets_at: usize,
}

/// With more tests than this to compute for every row it is faster to decide rows one by one, which computes only what
/// is left to be known.
const MOST_ASKED: usize = 512;

#[derive(Debug)]
struct Case {
    id: CaseId,
    /// Its conditions: one per gate where gates are told apart, else one for all.
    conditions: Range<usize>,
    gates: Vec<Gate>,
    policy: usize,
    channels: usize,
}

/// Which answer of the contact policy counts for a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Policy {
    Ignored,
    Of(Option<usize>),
}

/// Memory of one thread, and what it has found of a piece.
#[derive(Debug)]
struct Found {
    scratch: Scratch,
    walker: Walker,
    /// What the past contacts of a row come to, for those that have any, in order.
    states: Vec<ContactState>,
    /// Per case of the walk.
    passed: Vec<Bits>,
    /// Per channel, the contact policy aside.
    open: Vec<Truths>,
    /// Per channel, what the contact policy says.
    usable: Vec<Truths>,
    counts: Option<Counts>,
    /// Per case of the model, a number per row: only where they are selected.
    status: Vec<[u8; ROWS]>,
    gates: Vec<[u8; ROWS]>,
}

impl Sweep {
    /// Of a request; none where rows must be decided one by one: they compete, or which `decide` counts or where a
    /// channel is quiet is not the same for all, or too many tests read more than one input.
    pub fn new(
        plan: &Arc<Plan>,
        request: &Request,
        context: Option<&Vec<Value>>,
        select: Select,
        counts: bool,
    ) -> Option<Sweep> {
        let walks = Walks::new(plan, request, context)?;
        if (0..plan.channels.len()).any(|n| walks.has_own_zone(ChannelId(n))) {
            return None;
        }
        let told = select.gate || counts;
        let (mut conditions, mut cases): (Vec<Vec<Slot>>, Vec<Case>) = (Vec::new(), Vec::new());
        let (mut policies, mut channels) = (Vec::new(), Vec::new());
        let mut places = vec![None; plan.cases.len()];
        for id in walks.order() {
            let (case, declared) = plan.cases.get(id.0).zip(plan.model.cases.get(id.0))?;
            let at = conditions.len();
            let mut gates = Vec::new();
            if told {
                for (gate, clauses) in by_gate(plan, case, *id) {
                    gates.push(gate);
                    conditions.push(clauses);
                }
            } else {
                conditions.push(case.clauses.to_vec());
            }
            let ignored = declared.contacts_ignored;
            let policy = if ignored { Policy::Ignored } else { Policy::Of(declared.group.map(|g| g.0)) };
            let mut own: Vec<ChannelId> = walks.channels(*id).collect();
            own.sort_unstable();
            *places.get_mut(id.0)? = Some(cases.len());
            cases.push(Case {
                id: *id,
                conditions: at..conditions.len(),
                gates,
                policy: place(&mut policies, policy),
                channels: place(&mut channels, (own, ignored)),
            });
        }
        let lost = (0..plan.cases.len()).map(CaseId).filter(|id| places.get(id.0) == Some(&None));
        let lost = lost.map(|id| (id, walks.lost_to(id))).collect();
        let channels_at = conditions.len();
        conditions.extend(plan.channels.iter().map(|channel| channel.clauses.to_vec()));
        let logic = Logic::new(&plan.nodes, conditions.iter().map(Vec::as_slice));
        let conditions = Eligibility::of(plan, &logic, &walks.clock(), told);
        if conditions.asked().len() > MOST_ASKED {
            return None;
        }
        let literal = |id: &LiteralId| logic.literals.get(id.index()).map(|literal| literal.slot);
        let asked = conditions.asked().iter().map(literal).collect::<Option<Vec<Slot>>>()?;
        let asked_at = conditions.asked().iter().enumerate().map(|(n, id)| (*id, n)).collect();
        Some(Sweep {
            reads: walks.reads(),
            known: Known::of(plan, select),
            context: context.cloned().unwrap_or_default(),
            walks,
            conditions,
            cases,
            channels_at,
            lost,
            policies,
            channels,
            places,
            told,
            asked,
            asked_at,
            spare: Mutex::default(),
        })
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        self.walks.plan()
    }

    /// Decides a batch, each customer alone; none where the columns must be read row by row, or the past contacts have
    /// not been [looked up](crate::History::look_up_contacts).
    ///
    /// # Errors
    /// See [`Halt`].
    pub fn decide(&self, customers: &Customers<'_>, options: &Options<'_>) -> Option<Result<Decided, Halt>> {
        let columns = customers.columns();
        let bound = self.conditions.bind(customers.len(), |node| match node {
            Node::Attribute(n) => columns.get(*n as usize)?.as_ref().map(Input::Column),
            Node::Context(n) => self.context.get(*n as usize).map(Input::Constant),
            _ => None,
        });
        let read;
        let history = self.plan().model.tables.len().checked_sub(1).and_then(|last| customers.history(last));
        let contacts = match history {
            Some(history) => Some(history.contacts()?),
            None => None,
        };
        if !bound.is_whole() {
            return None;
        }
        let keys = match customers.keys() {
            Some(keys) => keys,
            None => match Keys::read(customers, &Options { progress: &|_| true, ..*options }) {
                Ok(keys) => {
                    read = keys;
                    &read
                }
                Err(halt) => return Some(Err(halt)),
            },
        };
        let start = || self.memory(options);
        let decided = pieces(customers.len(), options, start, |found, rows| {
            let (piece, rejects) = self.piece((customers, keys, contacts.as_ref()), rows, &mut found.walker);
            self.gates(&bound, &piece, found);
            (self.walk(customers, &piece, found, options), rejects)
        });
        Some(decided.map(|(parts, mut memories)| {
            let counts: Vec<Counts> = memories.iter_mut().filter_map(|found| found.counts.take()).collect();
            self.spare.lock().unwrap_or_else(PoisonError::into_inner).append(&mut memories);
            Decided::together(parts, counts.into_iter())
        }))
    }

    fn memory(&self, options: &Options<'_>) -> Found {
        let model = &self.walks.plan().model;
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut found = spare.unwrap_or_else(|| Found {
            scratch: self.conditions.scratch(),
            walker: self.walks.walker(),
            states: Vec::new(),
            passed: Vec::new(),
            open: Vec::new(),
            usable: Vec::new(),
            counts: None,
            status: Vec::new(),
            gates: Vec::new(),
        });
        found.counts = options.counts.then(|| Counts::new(model));
        let numbers = |wanted| if wanted { model.cases.len() } else { 0 };
        found.status.resize(numbers(options.select.status), [0; ROWS]);
        found.gates.resize(numbers(options.select.gate), [0; ROWS]);
        found
    }
}

impl Known {
    fn of(plan: &Plan, select: Select) -> Known {
        let mut known = Known::default();
        if select.segments {
            known.slots.extend(&plan.segments);
        }
        if select.scores {
            for parts in &plan.scores {
                known.scores.push((known.slots.len(), parts.iter().map(|(part, _)| part.clone()).collect()));
                known.slots.extend(parts.iter().map(|(_, slot)| *slot));
            }
        }
        known.lets_at = known.slots.len();
        if select.values {
            known.slots.extend(&plan.lets);
        }
        known
    }
}

/// The clauses of a case by gate.
fn by_gate(plan: &Plan, case: &CasePlan, id: CaseId) -> Vec<(Gate, Vec<Slot>)> {
    let mut gates: Vec<(Gate, Vec<Slot>)> = Vec::new();
    for (gate, which) in clauses_of(plan, id) {
        let Which::Clause(n) = which else { continue };
        let Some(slot) = case.clauses.get(n) else { continue };
        match gates.iter_mut().find(|(known, _)| *known == gate) {
            Some((_, slots)) => slots.push(*slot),
            None => gates.push((gate, vec![*slot])),
        }
    }
    gates.sort_by_key(|(gate, _)| *gate);
    gates
}

/// The place of a value among those seen.
fn place<T: PartialEq>(seen: &mut Vec<T>, value: T) -> usize {
    seen.iter().position(|known| *known == value).unwrap_or_else(|| {
        seen.push(value);
        seen.len() - 1
    })
}
