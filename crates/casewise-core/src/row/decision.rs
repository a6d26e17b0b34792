//! What one subject gets: statuses and offers at once, everything else when it is asked for.

use std::cell::RefCell;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use crate::input::{Remaining, Request, Subject};
use crate::model::{CaseId, ChannelId, GateId, LetId, PropertyId, ScoreId, ScorePart, SegmentId, Status};
use crate::plan::index::Candidates;
use crate::plan::{DecidePlan, Node, Plan, Slot, semantics::Clock};
use crate::values::{Date, Time, Value, Zone, tz_database_version};

use super::evaluate::Inputs;
use super::gates::{Gate, Standing, Tested, case_outcome, missing_inputs};
use super::plain::{offer_fields, part_name, part_plain, plain, truth_name};
use super::report::{CaseReport, OfferReport, Plain, Provenance, Record, Report};
use super::walk::{By, Left, Taken, Turn, Walk, rank_order, variant};

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CaseStatus {
    /// Among the offers (a trial case: would be).
    Offered,
    /// It passed its gates, and something stood in its way.
    Outranked,
    /// By a holdout or the control group.
    HeldOut,
    /// A gate is not true.
    Ineligible,
}

impl CaseStatus {
    /// As reports say it.
    pub fn name(self) -> &'static str {
        match self {
            CaseStatus::Offered => "offered",
            CaseStatus::Outranked => "outranked",
            CaseStatus::HeldOut => "held_out",
            CaseStatus::Ineligible => "ineligible",
        }
    }
}

/// What is kept of each case: small, as there may be thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Ineligible,
    Offered,
    HeldOut {
        control: bool,
    },
    /// The number of the case in its way, from 1.
    Outranked {
        by: By,
        of: Option<NonZeroU32>,
    },
}

impl From<Turn> for Kept {
    fn from(turn: Turn) -> Kept {
        match turn {
            Turn::Offered(_) => Kept::Offered,
            Turn::HeldOut { control } => Kept::HeldOut { control },
            Turn::Outranked { by, of } => Kept::Outranked {
                by,
                of: of.and_then(|id| u32::try_from(id.0 + 1).ok()).and_then(NonZeroU32::new),
            },
        }
    }
}

/// One offer.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// The case.
    pub case: CaseId,
    /// None where the model declares no channel.
    pub channel: Option<ChannelId>,
    /// What it was ranked by.
    pub rank_value: Value,
    /// Place among the case's variants, where it has any.
    pub variant: Option<usize>,
}

/// Memory of one decision, to be used again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) standing: Standing,
    taken: Taken,
    candidates: Candidates,
    /// The contacts do not count this decision's offers any more.
    before_offers: bool,
}

thread_local! {
    #[expect(clippy::vec_box, reason = "handed to decisions and back without moving what is inside")]
    static POOL: RefCell<Vec<Box<Scratch>>> = const { RefCell::new(Vec::new()) };
}

/// As many are kept for the next decisions on a thread.
const POOLED: usize = 4;

impl Scratch {
    fn pooled() -> Box<Scratch> {
        POOL.try_with(|pool| pool.borrow_mut().pop()).ok().flatten().unwrap_or_default()
    }

    fn give_back(self: Box<Scratch>) {
        // On a thread that ends, nothing is kept.
        let _ = POOL.try_with(|pool| {
            let mut pool = pool.borrow_mut();
            if pool.len() < POOLED {
                pool.push(self);
            }
        });
    }
}

/// A decision about one subject.
#[derive(Debug)]
pub struct Decision {
    plan: Arc<Plan>,
    subject: Arc<Subject>,
    now: Time,
    today: Date,
    decide: Option<usize>,
    /// Numbers given to a walk of one; none for a batch, which takes the model's.
    remaining: Option<Remaining>,
    cases: Box<[Kept]>,
    offers: Vec<Offered>,
    scratch: Mutex<Box<Scratch>>,
}

impl Drop for Decision {
    fn drop(&mut self) {
        let scratch = self.scratch.get_mut().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(scratch).give_back();
    }
}

/// The place of an instant in the model's zone; beyond the calendar, its nearest end.
pub(super) fn clock(now: Time, zone: &Zone) -> Clock<'_> {
    let now = now.clamp(Time::MIN, Time::MAX);
    let end = if now.0 < 0 { Date::MIN } else { Date::MAX };
    Clock { now, today: zone.date_of(now).unwrap_or(end), zone }
}

/// A subject on its way through the walk.
struct Walker {
    subject: Arc<Subject>,
    decide: Option<usize>,
    cases: Box<[Kept]>,
    offers: Vec<Offered>,
    scratch: Box<Scratch>,
}

impl Walker {
    /// Tests the gates of all cases and gives those that pass, with what they are ranked by.
    fn start(
        plan: &Plan,
        subject: Arc<Subject>,
        clock: Clock<'_>,
        chosen: Option<usize>,
        pass: &mut Vec<Pass>,
        at: usize,
    ) -> Walker {
        let inputs = Inputs { plan, subject: &subject, clock };
        let mut scratch = Scratch::pooled();
        let Scratch { standing, taken, candidates, before_offers } = &mut *scratch;
        standing.reset(inputs);
        taken.reset(plan);
        *before_offers = false;
        let decide = choose(plan, chosen, |slot| standing.evaluation.truth(inputs, slot));
        let decide_plan = decide.and_then(|n| plan.decides.get(n));
        let input = |node: &Node| input(&subject, node);
        let literals = &plan.logic.literals;
        plan.index(&clock).eligible(candidates, input, |id| {
            literals.get(id.index()).and_then(|literal| standing.evaluation.truth(inputs, literal.slot))
        });
        for id in plan.layout.walked.iter().copied().filter(|id| candidates.is_eligible(id.0)) {
            if standing.beside_conditions(inputs, decide_plan, id) == Some(true) {
                let slot = plan.cases.get(id.0).map(|case| rank_slot(case, decide));
                let rank =
                    slot.map_or(Value::Missing, |slot| standing.evaluation.value(inputs, slot).clone());
                pass.push(Pass { rank, case: id, walker: at });
            }
        }
        let cases = vec![Kept::Ineligible; plan.cases.len()].into();
        Walker { subject, decide, cases, offers: Vec::new(), scratch }
    }

    fn turn(&mut self, plan: &Plan, clock: Clock<'_>, left: &mut Left, pass: Pass) {
        let inputs = Inputs { plan, subject: &self.subject, clock };
        let walk = Walk { plan, decide: self.decide.and_then(|n| plan.decides.get(n)) };
        let Scratch { standing, taken, .. } = &mut *self.scratch;
        let id = pass.case;
        let property = |standing: &mut Standing, PropertyId(n): PropertyId| {
            let slot = plan.cases.get(id.0).and_then(|case| case.properties.get(n));
            slot.map_or(Value::Missing, |slot| standing.evaluation.value(inputs, *slot).clone())
        };
        let turn = walk.turn((standing, taken, &self.subject.key), left, id, property);
        if let Some(kept) = self.cases.get_mut(id.0) {
            *kept = turn.into();
        }
        if let Turn::Offered(channel) = turn
            && plan.model.cases.get(id.0).is_some_and(|case| case.status == Status::Live)
        {
            let variant = plan.cases.get(id.0).and_then(|case| variant(case, &self.subject.key));
            self.offers.push(Offered { case: id, channel, rank_value: pass.rank, variant });
        }
    }
}

/// A case that passed its gates, of one of the subjects.
struct Pass {
    rank: Value,
    case: CaseId,
    walker: usize,
}

pub(super) fn rank_slot(case: &crate::plan::CasePlan, decide: Option<usize>) -> Slot {
    match decide {
        Some(n) => case.ranks.get(n).copied().unwrap_or(case.priority),
        None => case.priority,
    }
}

fn input<'a>(subject: &'a Subject, node: &Node) -> &'a Value {
    static MISSING: Value = Value::Missing;
    match node {
        Node::Attribute(n) => subject.attributes.get(*n as usize),
        Node::Context(n) => subject.context.as_ref().and_then(|c| c.get(*n as usize)),
        _ => None,
    }
    .unwrap_or(&MISSING)
}

/// The `decide` that counts: the one chosen, else the first whose `when` is true, else the first without.
pub(super) fn choose(
    plan: &Plan,
    chosen: Option<usize>,
    mut truth: impl FnMut(Slot) -> Option<bool>,
) -> Option<usize> {
    if chosen.is_some() {
        return chosen.filter(|n| *n < plan.decides.len());
    }
    let holds = plan.decides.iter().position(|d| d.when.is_some_and(|when| truth(when) == Some(true)));
    holds.or_else(|| plan.decides.iter().position(|d| d.when.is_none()))
}

impl Plan {
    /// Decides about one subject: the walk of one, with the remaining numbers given.
    ///
    /// The subject has been read against this plan's model; see [`Plan::refusal`] for what must be there.
    pub fn decide(self: &Arc<Plan>, subject: Arc<Subject>, request: &Request) -> Decision {
        let clock = clock(request.now, &self.model.zone);
        let mut pass = Vec::new();
        let mut walker = Walker::start(self, subject, clock, request.decide, &mut pass, 0);
        pass.sort_by(|a, b| rank_order(&a.rank, &b.rank).then(a.case.cmp(&b.case)));
        let mut left = Left::given(&request.remaining);
        for pass in pass {
            walker.turn(self, clock, &mut left, pass);
        }
        self.finish(walker, clock, Some(&request.remaining))
    }

    /// Decides about many subjects: one walk over all their pairs. Numbers that are not given start as the
    /// model declares them.
    pub fn decide_all(self: &Arc<Plan>, subjects: &[Arc<Subject>], request: &Request) -> Vec<Decision> {
        let clock = clock(request.now, &self.model.zone);
        let mut pass = Vec::new();
        let mut walkers = Vec::with_capacity(subjects.len());
        for (n, subject) in subjects.iter().enumerate() {
            walkers.push(Walker::start(self, subject.clone(), clock, request.decide, &mut pass, n));
        }
        let key = |n: usize| walkers.get(n).map(|walker| &walker.subject.key);
        // Of one rank: by declaration, then by key, then in the order given.
        pass.sort_by(|a, b| {
            rank_order(&a.rank, &b.rank)
                .then(a.case.cmp(&b.case))
                .then_with(|| key(a.walker).cmp(&key(b.walker)))
        });
        let mut left = Left::declared(self, &request.remaining);
        for pass in pass {
            if let Some(walker) = walkers.get_mut(pass.walker) {
                walker.turn(self, clock, &mut left, pass);
            }
        }
        walkers.into_iter().map(|walker| self.finish(walker, clock, None)).collect()
    }

    fn finish(self: &Arc<Plan>, walker: Walker, clock: Clock<'_>, remaining: Option<&Remaining>) -> Decision {
        let Walker { subject, decide, cases, offers, scratch } = walker;
        Decision {
            plan: self.clone(),
            subject,
            now: clock.now,
            today: clock.today,
            decide,
            remaining: remaining.cloned(),
            cases,
            offers,
            scratch: Mutex::new(scratch),
        }
    }

    /// Whether any number of the model bounds offers across subjects: then a batch is one walk.
    pub fn has_common_numbers(&self, remaining: &Remaining) -> bool {
        Left::declared(self, remaining) != Left::default()
    }
}

impl Decision {
    /// What was decided by.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Whom it is about.
    pub fn subject(&self) -> &Arc<Subject> {
        &self.subject
    }

    /// The instant of the decision.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The `decide` that counted; none where the model has none, or none of its conditions is true: then cases
    /// rank by priority and nothing is cut.
    pub fn decide(&self) -> Option<usize> {
        self.decide
    }

    pub(super) fn decide_plan(&self) -> Option<&DecidePlan> {
        self.decide.and_then(|n| self.plan.decides.get(n))
    }

    /// What became of the cases, in the order of the model.
    pub(super) fn kept(&self) -> &[Kept] {
        &self.cases
    }

    pub(super) fn remaining(&self) -> Option<&Remaining> {
        self.remaining.as_ref()
    }

    /// What a case is ranked by.
    pub fn rank_value(&self, id: CaseId) -> Value {
        let slot = self.plan.cases.get(id.0).map(|case| rank_slot(case, self.decide));
        slot.map_or(Value::Missing, |slot| self.value(slot))
    }

    /// The offers in order of rank.
    pub fn offers(&self) -> &[Offered] {
        &self.offers
    }

    /// What became of a case.
    pub fn status(&self, case: CaseId) -> CaseStatus {
        match self.cases.get(case.0) {
            Some(Kept::Offered) => CaseStatus::Offered,
            Some(Kept::HeldOut { .. }) => CaseStatus::HeldOut,
            Some(Kept::Outranked { .. }) => CaseStatus::Outranked,
            Some(Kept::Ineligible) | None => CaseStatus::Ineligible,
        }
    }

    /// The Kleene conjunction of a case's gates.
    pub fn outcome(&self, case: CaseId) -> Option<bool> {
        if self.status(case) != CaseStatus::Ineligible {
            return Some(true);
        }
        self.with(|scratch, inputs| scratch.standing.outcome(inputs, self.decide_plan(), case))
    }

    /// The gate that a case is lost to, and whether it is unknown rather than false: the first that has the case's own
    /// outcome. None: every gate is true.
    pub fn lost_to(&self, id: CaseId) -> Option<(Gate, bool)> {
        if self.status(id) != CaseStatus::Ineligible {
            return None;
        }
        let (outcome, gate) = case_outcome(&self.clauses(id));
        Some((gate, outcome.is_none()))
    }

    /// Membership of a segment.
    pub fn in_segment(&self, SegmentId(n): SegmentId) -> Option<bool> {
        self.plan.segments.get(n).and_then(|slot| self.truth(*slot))
    }

    /// The outcome of a gate.
    pub fn gate(&self, GateId(n): GateId) -> Option<bool> {
        self.plan.gates.get(n).and_then(|slot| self.truth(*slot))
    }

    /// The value of a let.
    pub fn let_value(&self, LetId(n): LetId) -> Value {
        self.plan.lets.get(n).map_or(Value::Missing, |slot| self.value(*slot))
    }

    /// The value of a reported part of a score.
    pub fn score(&self, ScoreId(n): ScoreId, part: &ScorePart) -> Value {
        let slot = self.plan.scores.get(n).and_then(|parts| parts.iter().find(|(p, _)| p == part));
        slot.map_or(Value::Missing, |(_, slot)| self.value(*slot))
    }

    /// The truth in a slot of the plan that is outside events.
    pub fn truth(&self, slot: Slot) -> Option<bool> {
        self.with(|scratch, inputs| scratch.standing.evaluation.truth(inputs, slot))
    }

    /// The value in a slot of the plan that is outside events.
    pub fn value(&self, slot: Slot) -> Value {
        self.with(|scratch, inputs| scratch.standing.evaluation.value(inputs, slot).clone())
    }

    /// Lends the memory, with contacts as they were before this decision's offers.
    pub(super) fn with<T>(&self, f: impl FnOnce(&mut Scratch, Inputs<'_>) -> T) -> T {
        let mut scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let clock = Clock { now: self.now, today: self.today, zone: &self.plan.model.zone };
        let inputs = Inputs { plan: &self.plan, subject: &self.subject, clock };
        if !scratch.before_offers {
            if !self.offers.is_empty() {
                scratch.standing.contacts.digest(
                    &self.plan,
                    self.subject.contacts(&self.plan.model),
                    clock.now,
                    clock.now,
                );
            }
            scratch.before_offers = true;
        }
        f(&mut scratch, inputs)
    }

    /// Every clause of a case's gates with its outcome, in order.
    pub fn clauses(&self, id: CaseId) -> Vec<Tested> {
        self.with(|scratch, inputs| scratch.standing.clauses(inputs, self.decide_plan(), id))
    }

    /// What became of a case, with the reason.
    pub fn case(&self, id: CaseId) -> CaseReport {
        let model = &self.plan.model;
        let trial = model.cases.get(id.0).is_some_and(|case| case.status == Status::Trial);
        let mut report = CaseReport { status: self.status(id).name(), trial, ..CaseReport::default() };
        match self.cases.get(id.0) {
            Some(Kept::Ineligible) => self.with(|scratch, inputs| {
                let decide = self.decide_plan();
                let tested = scratch.standing.clauses(inputs, decide, id);
                let (outcome, gate) = case_outcome(&tested);
                report.outcome = Some(truth_name(outcome));
                report.gate = Some(gate.name());
                report.failed =
                    tested.iter().filter(|t| t.outcome != Some(true)).map(|t| t.id(model, id)).collect();
                if outcome.is_none() {
                    let unknown: Vec<Slot> = tested
                        .iter()
                        .flat_map(|t| scratch.standing.unknown_slots(inputs, decide, id, t))
                        .collect();
                    report.missing = missing_inputs(inputs, unknown);
                }
            }),
            Some(Kept::Outranked { by, of }) => {
                report.by = Some(by.name());
                let of = of.and_then(|n| model.cases.get(n.get() as usize - 1));
                report.of = of.map(|case| case.name.clone());
            }
            Some(Kept::HeldOut { control }) => report.by = control.then_some("control"),
            Some(Kept::Offered) | None => {}
        }
        report
    }

    /// Everything there is to say.
    pub fn report(&self, provenance: Arc<Provenance>) -> Report {
        let named = |(n, case): (usize, &crate::model::Case)| (case.name.clone(), self.case(CaseId(n)));
        let cases = Record(self.plan.model.cases.iter().enumerate().map(named).collect());
        Report { cases, ..self.summary(provenance) }
    }

    /// Everything but what became of the cases, which are many.
    pub fn summary(&self, provenance: Arc<Provenance>) -> Report {
        let model = &self.plan.model;
        let truths =
            |slots: &[Slot]| -> Vec<Option<bool>> { slots.iter().map(|slot| self.truth(*slot)).collect() };
        let scores = model.scores.iter().zip(&self.plan.scores).filter_map(|(score, parts)| {
            let value = |(part, slot): &(ScorePart, Slot)| part_plain(model, score, part, &self.value(*slot));
            let of_part = |part: &(ScorePart, Slot)| (Arc::from(part_name(score, &part.0)), value(part));
            let value = match parts.as_slice() {
                [] => return None,
                [only @ (ScorePart::Value, _)] => value(only),
                parts => Plain::Record(Record(parts.iter().map(of_part).collect())),
            };
            Some((score.name.clone(), value))
        });
        let values = model.lets.iter().zip(&self.plan.lets);
        let gates = model.gates.iter().zip(truths(&self.plan.gates));
        let segments = model.segments.iter().zip(truths(&self.plan.segments));
        Report {
            id: self.subject.key.clone(),
            now: self.now.to_string(),
            decide: self.decide.and_then(|n| model.decides.get(n)).and_then(|d| d.name.clone()),
            scores: Record(scores.collect()),
            values: Record(
                values
                    .map(|(l, slot)| (l.name.clone(), plain(model, &l.value.ty.base, &self.value(*slot))))
                    .collect(),
            ),
            segments: segments
                .filter(|(_, truth)| *truth == Some(true))
                .map(|(s, _)| s.name.clone())
                .collect(),
            offers: self.offers.iter().enumerate().map(|(n, offered)| self.offer(n + 1, offered)).collect(),
            gates: Record(gates.map(|(gate, truth)| (gate.name.clone(), truth_name(truth))).collect()),
            cases: Record::default(),
            model: provenance,
        }
    }

    /// What is offered, on its channel and in its variant.
    pub fn offer_fields(&self, offered: &Offered) -> Record<Plain> {
        offer_fields(&self.plan, offered, |slot| self.value(slot))
    }

    /// An offer with everything that is put out of it, by its place.
    pub fn offer_report(&self, place: usize) -> Option<OfferReport> {
        self.offers.get(place).map(|offered| self.offer(place + 1, offered))
    }

    fn offer(&self, rank: usize, offered: &Offered) -> OfferReport {
        let model = &self.plan.model;
        let (case, planned) = (model.cases.get(offered.case.0), self.plan.cases.get(offered.case.0));
        let declared = case.and_then(|c| offered.variant.and_then(|n| c.variants.get(n)));
        let with = model.properties.iter().zip(planned.map(|c| &*c.properties).unwrap_or_default());
        let channel = offered.channel.and_then(|c| model.channels.get(c.0));
        OfferReport {
            case: case.map(|c| c.name.clone()).unwrap_or_default(),
            rank,
            title: case.and_then(|c| c.title.clone()),
            channel: channel.map(|c| c.name.clone()),
            rank_value: plain(model, &crate::model::Base::Float, &offered.rank_value),
            variant: declared.map(|v| v.name.clone()),
            offer: self.offer_fields(offered),
            with: Record(
                with.map(|(p, slot)| (p.name.clone(), plain(model, &p.ty.base, &self.value(*slot))))
                    .collect(),
            ),
            uncounted: case.is_some_and(|c| c.contacts_uncounted),
        }
    }
}

impl Provenance {
    /// What the model says of itself.
    pub fn of(model: &crate::model::Model) -> Provenance {
        let set = model.params.iter().filter(|param| param.overridden);
        Provenance {
            name: model.name.clone(),
            version: model.version.clone(),
            fingerprint: model.fingerprints.model.short().into(),
            language: model.language,
            overrides: Record(
                set.map(|param| (param.name.clone(), plain(model, &param.ty.base, &param.value))).collect(),
            ),
            tzdata: tz_database_version().into(),
            ..Provenance::default()
        }
    }
}
