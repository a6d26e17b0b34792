//! Whole decisions in columns: the gates of all cases over chunks of rows as words of bits, then each row's walk over
//! the cases that passed. What no column says by itself is computed row by row before that: tests on several inputs,
//! events and lists, and the segments, scores and lets that are put out. Operators, contact policy and walk are the
//! core's.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use casewise_core::input::{Request, Rows, Subject};
use casewise_core::model::{CaseId, ChannelId, ScorePart};
use casewise_core::plan::index::{LiteralId, Logic};
use casewise_core::plan::node::{Node, Slot};
use casewise_core::plan::{CasePlan, Plan};
use casewise_core::row::CaseStatus;
use casewise_core::row::contacts::ContactState;
use casewise_core::row::counts::Counts;
use casewise_core::row::gates::{Gate, Which, clauses_of};
use casewise_core::row::sweep::{Sweep as Walks, Walker};
use casewise_core::row::walk::Turn;
use casewise_core::values::Value;
use rustc_hash::FxHashMap;

use crate::bits::{Bits, NONE, ROWS, and, and_not, first, is_set, or, rows, set, unset};
use crate::by_row::{ByRow, ones};
use crate::decide::{Decided, Halt, Options, Refused, pieces};
use crate::eligible::{Bound, Eligibility, Input, Scratch};
use crate::kernels::Kernels;
use crate::keys::Keys;
use crate::output::{self, Names, Offers, Select};
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

/// Rows for which something is true, and for which it is true or unknown.
#[derive(Debug, Clone, Copy)]
struct Truths {
    yes: Bits,
    maybe: Bits,
}

impl Truths {
    const NONE: Truths = Truths { yes: NONE, maybe: NONE };

    fn set(&mut self, row: usize, truth: Option<bool>) {
        if truth == Some(true) {
            set(&mut self.yes, row);
        }
        if truth != Some(false) {
            set(&mut self.maybe, row);
        }
    }

    fn unset(&mut self, row: usize, truth: Option<bool>) {
        unset(&mut self.yes, row);
        if truth == Some(false) {
            unset(&mut self.maybe, row);
        }
    }

    /// The same truth for many rows.
    fn set_all(&mut self, rows: &Bits, truth: Option<bool>) {
        if truth == Some(true) {
            or(&mut self.yes, rows);
        }
        if truth != Some(false) {
            or(&mut self.maybe, rows);
        }
    }

    fn and(&mut self, other: &Truths) {
        and(&mut self.yes, &other.yes);
        and(&mut self.maybe, &other.maybe);
    }

    fn or(&mut self, other: &Truths) {
        or(&mut self.yes, &other.yes);
        or(&mut self.maybe, &other.maybe);
    }
}

/// Memory of one thread, and what it has found of a piece.
struct Found {
    scratch: Scratch,
    walker: Walker,
    /// What the past contacts of a row come to, for those that have any, in order.
    states: Vec<ContactState>,
    /// Per case of the walk.
    passed: Vec<Bits>,
    /// Per channel, the contact policy aside.
    open: Vec<Truths>,
    counts: Option<Counts>,
    /// Per case of the model, a number per row: only where they are selected.
    status: Vec<[u8; ROWS]>,
    gates: Vec<[u8; ROWS]>,
}

/// The rows of a piece.
struct Piece<'k> {
    from: usize,
    /// None: the row is refused.
    keys: Vec<Option<&'k str>>,
    present: Bits,
    /// Only where something is computed row by row; refused ones are empty.
    subjects: Vec<Subject>,
    /// Per test that is computed row by row.
    answers: Vec<Truths>,
    /// As many per row that is not refused as there are known slots.
    known: Vec<Value>,
    /// Past contacts, where there are any.
    contacts: Vec<Option<Rows>>,
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
        let conditions = Eligibility::of(&plan.nodes, &logic, &walks.clock(), told);
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
        })
    }

    /// Decides a batch, each customer alone; none where the columns must be read row by row.
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
        if !bound.is_whole() {
            return None;
        }
        let model = &self.walks.plan().model;
        let checked = customers.to_be_checked();
        let read;
        let keys = match customers.keys() {
            Some(keys) => keys,
            None => match Keys::read(customers, options) {
                Ok(keys) => {
                    read = keys;
                    &read
                }
                Err(halt) => return Some(Err(halt)),
            },
        };
        let start = || self.memory(options);
        let decided = pieces(customers.len(), options, start, |found, rows| {
            let (piece, rejects) = self.piece((customers, keys), &checked, rows, &mut found.walker);
            self.gates(&bound, &piece, found);
            (self.walk(customers, &piece, found, options), rejects)
        });
        Some(decided.and_then(|(parts, memories)| {
            let counts = memories.into_iter().filter_map(|found| found.counts);
            Decided::together(model, options.select, parts, counts)
        }))
    }

    fn memory(&self, options: &Options<'_>) -> Found {
        let model = &self.walks.plan().model;
        let numbers = |wanted| vec![[0; ROWS]; if wanted { model.cases.len() } else { 0 }];
        Found {
            scratch: self.conditions.scratch(),
            walker: self.walks.walker(),
            states: Vec::new(),
            passed: Vec::new(),
            open: Vec::new(),
            counts: options.counts.then(|| Counts::new(model)),
            status: numbers(options.select.status),
            gates: numbers(options.select.gate),
        }
    }

    /// Whether something is computed of every row.
    fn is_by_row(&self) -> bool {
        !self.asked.is_empty() || !self.known.slots.is_empty()
    }

    /// Reads keys and contacts, computes what is computed row by row, and finds the rows that are refused.
    fn piece<'k>(
        &self,
        (customers, keys): (&Customers<'_>, &'k Keys),
        checked: &[usize],
        rows: Range<usize>,
        walker: &mut Walker,
    ) -> (Piece<'k>, Refused) {
        let (from, count) = (rows.start, rows.len().min(ROWS));
        let tables = self.walks.plan().model.tables.len();
        let history = tables.checked_sub(1).and_then(|last| customers.history(last));
        let mut piece = Piece {
            from,
            keys: Vec::with_capacity(count),
            present: first(count),
            subjects: Vec::new(),
            answers: vec![Truths::NONE; self.asked.len()],
            known: Vec::new(),
            contacts: Vec::with_capacity(count),
        };
        let mut rejects = Vec::new();
        for row in rows {
            let mut key = keys.get(row);
            if self.is_by_row() {
                let subject = customers.subject(row).unwrap_or_else(|problem| {
                    rejects.push((row, problem));
                    key = None;
                    Subject::default()
                });
                if key.is_some() {
                    let mut look = self.walks.look(walker, &subject);
                    for (truths, slot) in piece.answers.iter_mut().zip(&self.asked) {
                        truths.set(row - from, look.truth(*slot));
                    }
                    piece.known.extend(self.known.slots.iter().map(|slot| look.value(*slot)));
                }
                piece.subjects.push(subject);
            } else if key.is_none_or(|key| customers.is_refused(row, key, checked))
                && let Err(problem) = customers.subject(row)
            {
                // What was seen to be wrong is told as it is of one customer.
                rejects.push((row, problem));
                key = None;
            }
            if key.is_none() {
                unset(&mut piece.present, row - from);
            }
            let contacts = key.and_then(|key| history?.of(key).ok());
            piece.contacts.push(contacts.filter(|rows| !rows.is_empty()));
            piece.keys.push(key);
        }
        (piece, rejects)
    }

    /// Tests the gates of a piece.
    fn gates(&self, bound: &Bound<'_>, piece: &Piece<'_>, found: &mut Found) {
        let Found { scratch, states, passed, open, counts, gates, .. } = found;
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
        let Contacts { policies, usable, barred } = self.contacts(piece, states);
        let sets: Vec<Truths> = self
            .channels
            .iter()
            .map(|(channels, ignored)| any_of(channels, *ignored, open, &usable))
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
        let with = piece.contacts.iter().enumerate().filter_map(|(row, rows)| Some((row, rows.as_ref()?)));
        for (n, (row, contacts)) in with.enumerate() {
            unset(&mut without, row);
            if n == states.len() {
                states.push(ContactState::default());
            }
            let Some(state) = states.get_mut(n) else { continue };
            self.walks.digest(state, contacts);
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

    /// Walks row by row, and puts out what was selected.
    fn walk(
        &self,
        customers: &Customers<'_>,
        piece: &Piece<'_>,
        found: &mut Found,
        options: &Options<'_>,
    ) -> RecordBatch {
        let model = &self.walks.plan().model;
        let select = options.select;
        let mut offers = Offers::new(model);
        if select.offers || select.status || options.counts {
            self.walk_rows(customers, piece, found, &mut offers);
        }
        let ids = StringArray::from_iter_values(piece.keys.iter().flatten());
        let count = piece.keys.iter().flatten().count();
        let mut columns: Vec<(&str, ArrayRef)> = vec![("id", Arc::new(ids))];
        if select.offers {
            columns.push(("offers", offers.finish()));
        }
        if select.eligible || select.eligible_bits {
            let declared = self
                .places
                .iter()
                .map(|place| place.and_then(|place| found.passed.get(place)).copied().unwrap_or(NONE));
            let by_row = ByRow::of(&declared.collect::<Vec<_>>());
            let rows =
                || by_row.rows().zip(&piece.keys).filter(|(_, key)| key.is_some()).map(|(words, _)| words);
            if select.eligible {
                let mut names = Names::new(model);
                for words in rows() {
                    ones(words).for_each(|case| names.push(case));
                    names.end();
                }
                columns.push(("eligible", names.finish()));
            }
            if select.eligible_bits {
                let width = model.cases.len().div_ceil(8);
                let mut bytes = Vec::with_capacity(count * width);
                for words in rows() {
                    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()).take(width));
                }
                columns.push(("eligible_bits", output::bits(width, bytes, count)));
            }
        }
        for (name, selected, numbers) in
            [("status", select.status, &mut found.status), ("gate", select.gate, &mut found.gates)]
        {
            if selected {
                let column = |n: usize| {
                    let numbers = numbers.get(n).map(<[u8; ROWS]>::as_slice).unwrap_or_default();
                    numbers
                        .iter()
                        .zip(&piece.keys)
                        .filter(|(_, key)| key.is_some())
                        .map(|(n, _)| *n)
                        .collect()
                };
                columns.push((name, output::per_case(model, count, column)));
                numbers.iter_mut().for_each(|numbers| numbers.fill(0));
            }
        }
        let known = |row: usize, n: usize| {
            piece.known.get(row * self.known.slots.len() + n).cloned().unwrap_or_default()
        };
        let column = |n: usize| (0..count).map(|row| known(row, n)).collect();
        if select.segments {
            let is_in = |row, n| known(row, n).as_bool() == Some(true);
            columns.push(("segments", output::segments(model, count, is_in)));
        }
        if select.scores {
            let values = |n: usize, part: &ScorePart| {
                let (from, parts) = self.known.scores.get(n)?;
                Some(column(from + parts.iter().position(|p| p == part)?))
            };
            let missing = || vec![Value::Missing; count];
            let values = |n, part: &ScorePart| values(n, part).unwrap_or_else(missing);
            columns.push(("scores", output::scores(model, count, values)));
        }
        if select.values {
            columns.push(("values", output::lets(model, count, |n| column(self.known.lets_at + n))));
        }
        output::side_by_side(columns)
    }

    fn walk_rows(
        &self,
        customers: &Customers<'_>,
        piece: &Piece<'_>,
        found: &mut Found,
        offers: &mut Offers<'_>,
    ) {
        let Found { walker, states, passed, open, counts, status, .. } = found;
        // Who is not offered a case, and is not held out of it, is outranked.
        for (case, bits) in self.cases.iter().zip(passed.iter()) {
            if let Some(counts) = counts.as_mut().and_then(|counts| counts.cases.get_mut(case.id.0)) {
                counts.keep(CaseStatus::Outranked, self.conditions.kernels().count(bits));
            }
            if let Some(numbers) = status.get_mut(case.id.0) {
                let outranked = output::status_number(CaseStatus::Outranked);
                rows(bits).for_each(|row| numbers.get_mut(row).into_iter().for_each(|to| *to = outranked));
            }
        }
        let by_row = ByRow::of(passed);
        let mut read = Subject::default();
        let mut offered = Vec::new();
        let mut states = states.iter_mut();
        for ((row, key), passed) in piece.keys.iter().enumerate().zip(by_row.rows()) {
            let has_contacts = piece.contacts.get(row).is_some_and(Option::is_some);
            let state = if has_contacts { states.next() } else { None };
            let Some(key) = key else { continue };
            if passed.iter().any(|word| *word != 0) {
                let subject = match piece.subjects.get(row) {
                    Some(subject) => subject,
                    None if self.reads => {
                        read = customers.subject(piece.from + row).unwrap_or_default();
                        &read
                    }
                    None => {
                        read.key = Arc::from(*key);
                        &read
                    }
                };
                self.walks.stand(walker, state);
                let channels = open.iter().map(|truths| is_set(&truths.yes, row).then_some(true));
                offered.clear();
                self.walks.walk(walker, subject, channels, ones(passed), |id, turn, offer| {
                    offered.extend(offer);
                    let became = match turn {
                        Turn::Offered(_) => CaseStatus::Offered,
                        Turn::HeldOut { .. } => CaseStatus::HeldOut,
                        Turn::Outranked { .. } => return,
                    };
                    if let Some(counts) = counts.as_mut().and_then(|counts| counts.cases.get_mut(id.0)) {
                        counts.move_up(became);
                    }
                    if let Some(number) = status.get_mut(id.0).and_then(|numbers| numbers.get_mut(row)) {
                        *number = output::status_number(became);
                    }
                });
                self.walks
                    .offer_fields(walker, subject, &offered, |offer, fields| offers.push(offer, fields));
            }
            offers.end();
        }
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

/// The place of a value among those seen.
fn place<T: PartialEq>(seen: &mut Vec<T>, value: T) -> usize {
    seen.iter().position(|known| *known == value).unwrap_or_else(|| {
        seen.push(value);
        seen.len() - 1
    })
}
