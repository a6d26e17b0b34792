//! The questions of a deep check, one kind a file.

mod cases;
mod conditions;
mod pairs;
mod rows;
mod scores;

use std::sync::Arc;

use casewise_core::diagnostic::{Code, Diagnostic};
use casewise_core::input::{Rows, Subject};
use casewise_core::model::{CaseId, Clause, Expr, Model};
use casewise_core::plan::layout::reachable;
use casewise_core::plan::{Node, Plan, Slot, semantics};
use casewise_core::row::channels::quiet_at;
use casewise_core::source::Span;
use casewise_core::values::{Date, Time};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::encode::{Answer, Goal, Knowledge, ask};
use crate::kleene::{Step, step};
use crate::report::{Report, Witness};
use crate::world::World;
use crate::write;

/// Customers that many questions are tried on before the solver is asked.
const CROWD: usize = 2_048;
/// Those who join them because the solver proposed them.
const MOST_WITNESSES: usize = 4_096;

/// Pairs of target groups for which a proposal is improved step by step and no one is found.
const WALKS: usize = 200;

/// Looks for what can and cannot happen in a model. The same model gives the same report.
pub fn check(plan: &Arc<Plan>) -> Report {
    report(Deep::new(plan))
}

/// The same with every question put to the solver: slower, and what [`check`] is tested against.
pub fn check_by_solver(plan: &Arc<Plan>) -> Report {
    let mut deep = Deep::new(plan);
    deep.knowledge.solver_only = true;
    report(deep)
}

fn report(mut deep: Deep<'_>) -> Report {
    let mut report = Report::default();
    conditions::conditions(&mut deep, &mut report);
    cases::cases(&mut deep, &mut report);
    cases::always(&mut deep, &mut report);
    pairs::subsumed(&mut deep, &mut report);
    pairs::targets(&mut deep, &mut report);
    rows::rows(&mut deep, &mut report);
    scores::scores(&mut deep, &mut report);
    report
}

/// What is known of a question.
#[derive(Debug)]
enum Known {
    /// The places of the fewest goals that cannot hold together.
    Never(Vec<usize>),
    /// Someone for whom they do, at the moment of the world asked.
    Can(Box<Subject>),
    NotDecided,
}

struct Deep<'p> {
    plan: &'p Arc<Plan>,
    knowledge: Knowledge,
    worlds: Vec<World<'p>>,
    /// Whom questions are tried on first, at the moment of the first world.
    crowd: Vec<Subject>,
    /// Every truth that questions are about.
    roots: Vec<Goal>,
    /// For every truth that was asked: for whom of the crowd it is true, as bits.
    seen: FxHashMap<Slot, Vec<u64>>,
    texts: FxHashMap<Slot, Span>,
    /// Slots that read a learned score without parameters.
    unlearned: FxHashSet<Slot>,
    /// How many of [`WALKS`] are left.
    walks: usize,
}

impl<'p> Deep<'p> {
    fn new(plan: &'p Arc<Plan>) -> Deep<'p> {
        let mut world = World::new(plan, moment(plan, None));
        let crowd = (0..CROWD).map(|_| world.any()).collect();
        let mut texts = FxHashMap::default();
        for root in plan.model.expressions() {
            root.walk(&mut |expr: &Expr| {
                if let Some(slot) = plan.slot_of(expr) {
                    texts.entry(slot).or_insert(expr.span);
                }
            });
        }
        let mut unlearned = FxHashSet::default();
        for (slot, node) in (0_u32..).map(Slot).zip(plan.nodes.iter()) {
            // Arguments have lower slots.
            let mut reads = matches!(node, Node::Unlearned { .. });
            node.arguments(|argument| reads |= unlearned.contains(&argument));
            if reads {
                unlearned.insert(slot);
            }
        }
        let mut deep = Deep {
            plan,
            unlearned,
            walks: WALKS,
            roots: Vec::new(),
            knowledge: Knowledge::default(),
            worlds: vec![world],
            crowd,
            seen: FxHashMap::default(),
            texts,
        };
        deep.look();
        deep
    }

    fn model(&self) -> &'p Model {
        &self.plan.model
    }

    /// Looks for every truth that questions are about.
    fn roots(&self) -> Vec<Slot> {
        let plan = self.plan;
        let cases = plan.cases.iter().flat_map(|case| case.clauses.iter().copied());
        let channels =
            plan.channels.iter().flat_map(|channel| channel.clauses.iter().copied().chain([channel.open]));
        let mut roots: Vec<Slot> = cases
            .chain(channels)
            .chain(plan.segments.iter().copied())
            .chain(plan.gates.iter().copied())
            .collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// Asks the crowd.
    fn look(&mut self) {
        let roots = self.roots();
        self.roots = roots.iter().map(|slot| Goal::Is(*slot)).collect();
        let words = (CROWD + MOST_WITNESSES).div_ceil(64);
        let mut seen: Vec<Vec<u64>> = vec![vec![0; words]; roots.len()];
        let Some(world) = self.worlds.first_mut() else { return };
        for (n, subject) in self.crowd.iter().enumerate() {
            for (bits, truth) in seen.iter_mut().zip(world.truths(subject, &self.roots)) {
                if let Some(word) = bits.get_mut(n / 64) {
                    *word |= u64::from(truth) << (n % 64);
                }
            }
        }
        self.seen = roots.into_iter().zip(seen).collect();
    }

    /// Someone joins the crowd: their place in it; none if it is full.
    fn join(&mut self, subject: &Subject) -> Option<usize> {
        let n = self.crowd.len();
        if n >= CROWD + MOST_WITNESSES {
            return None;
        }
        let world = self.worlds.first_mut()?;
        let truths = world.truths(subject, &self.roots);
        for (slot, truth) in self.roots.iter().flat_map(Goal::slots).zip(truths) {
            if let Some(word) = self.seen.get_mut(slot).and_then(|bits| bits.get_mut(n / 64)) {
                *word |= u64::from(truth) << (n % 64);
            }
        }
        self.crowd.push(subject.clone());
        Some(n)
    }

    /// Whether a truth is true for one of the crowd.
    fn is_true_for(&self, slot: Slot, n: usize) -> bool {
        self.seen.get(&slot).and_then(|bits| bits.get(n / 64)).is_some_and(|word| word >> (n % 64) & 1 == 1)
    }

    /// The first of the crowd for whom goals hold.
    fn in_crowd(&self, goals: &[Goal]) -> Option<&Subject> {
        let bits = self.crowd_bits(goals)?;
        let word = bits.iter().position(|word| *word != 0)?;
        let bit = usize::try_from(bits.get(word)?.trailing_zeros()).ok()?;
        self.crowd.get(word * 64 + bit)
    }

    /// For whom of the crowd goals hold; none if one of them was not asked.
    fn crowd_bits(&self, goals: &[Goal]) -> Option<Vec<u64>> {
        let words = (CROWD + MOST_WITNESSES).div_ceil(64);
        let mut all: Vec<u64> = vec![u64::MAX; words];
        let there = self.crowd.len();
        for (n, word) in all.iter_mut().enumerate() {
            let first = n * 64;
            *word = match there.saturating_sub(first) {
                0 => 0,
                left if left >= 64 => u64::MAX,
                left => (1 << left) - 1,
            };
        }
        for goal in goals {
            let (slots, turned): (&[Slot], bool) = match goal {
                Goal::Is(slot) => (std::slice::from_ref(slot), false),
                Goal::IsNot(slot) => (std::slice::from_ref(slot), true),
                Goal::Any(slots) => (slots, false),
                Goal::NotAll(slots) => (slots, true),
                Goal::IsFalse(_) | Goal::Matches(..) => return None,
            };
            let mut of_goal = vec![0; words];
            for slot in slots {
                let bits = self.seen.get(slot)?;
                for (word, bits) in of_goal.iter_mut().zip(bits) {
                    *word |= if turned { !*bits } else { *bits };
                }
            }
            for (word, of_goal) in all.iter_mut().zip(of_goal) {
                *word &= of_goal;
            }
        }
        Some(all)
    }

    /// Whether goals can hold together, at the moment of a world.
    fn can(&mut self, world: usize, goals: &[Goal]) -> Known {
        if goals.iter().any(|goal| self.is_unlearned(goal)) {
            return self.never(goals).map_or(Known::NotDecided, Known::Never);
        }
        if world == 0
            && let Some(subject) = self.in_crowd(goals).cloned()
            && self.worlds.first().is_some_and(|world| world.confirmed(&subject, goals))
        {
            return Known::Can(Box::new(subject));
        }
        match ask(self.plan, &mut self.knowledge, goals) {
            Answer::Never(core) => Known::Never(core),
            Answer::GaveUp => Known::NotDecided,
            Answer::Maybe(proposal) => {
                let found = self.worlds.get_mut(world).and_then(|world| world.find(goals, &proposal));
                found.map_or(Known::NotDecided, |subject| Known::Can(Box::new(subject)))
            }
        }
    }

    /// Someone for whom goals hold, made from what the solver proposes.
    fn sought(&mut self, world: usize, goals: &[Goal]) -> Option<Subject> {
        match ask(self.plan, &mut self.knowledge, goals) {
            Answer::Maybe(proposal) => self.worlds.get_mut(world)?.find(goals, &proposal),
            Answer::Never(_) | Answer::GaveUp => None,
        }
    }

    /// The subject without past contacts.
    fn without_contacts(&self, subject: &Subject) -> Subject {
        let mut subject = subject.clone();
        if let Some(contacts) = subject.tables.last_mut() {
            *contacts = Some(Rows::events(Vec::new()));
        }
        subject
    }

    /// Whether goals cannot hold together: the fewest that cannot.
    fn never(&mut self, goals: &[Goal]) -> Option<Vec<usize>> {
        // Of a score without parameters nothing is known: what reads one may hold or not.
        let known: Vec<usize> =
            (0..goals.len()).filter(|n| goals.get(*n).is_some_and(|goal| !self.is_unlearned(goal))).collect();
        let asked: Vec<Goal> = known.iter().filter_map(|n| goals.get(*n)).cloned().collect();
        if known.len() == goals.len() && self.in_crowd(goals).is_some() {
            return None;
        }
        match ask(self.plan, &mut self.knowledge, &asked) {
            Answer::Never(core) => Some(core.iter().filter_map(|n| known.get(*n)).copied().collect()),
            Answer::Maybe(_) | Answer::GaveUp => None,
        }
    }

    /// Whether a goal reads a learned score for which there are no parameters.
    fn is_unlearned(&self, goal: &Goal) -> bool {
        !self.unlearned.is_empty() && goal.slots().iter().any(|slot| self.unlearned.contains(slot))
    }

    /// The world of a case: a moment in its run at which as many of its channels as can be are not quiet.
    fn world_of(&mut self, id: CaseId) -> usize {
        let Some(case) = self.plan.cases.get(id.0) else { return 0 };
        let fits = |now: Time| {
            case.runs.is_none_or(|(from, until)| from <= now && now < until)
                && (case.channels.is_empty() || loud(self.plan, now, Some(id)) > 0)
        };
        if let Some(n) = self.worlds.iter().position(|world| fits(world.now)) {
            return n;
        }
        self.worlds.push(World::new(self.plan, moment(self.plan, Some(id))));
        self.worlds.len() - 1
    }

    /// A witness as a test.
    fn witness(&self, world: usize, subject: &Subject, title: &str, expect: &[String]) -> Witness {
        let now = self.worlds.get(world).map_or(Time(0), |world| world.now);
        Witness { test: write::test(self.model(), subject, now, title, expect) }
    }

    /// The expressions below some goals that are only tried, not decided.
    fn not_decided(&self, span: Span, message: String, goals: &[Goal]) -> Diagnostic {
        let slots = goals.iter().flat_map(Goal::slots);
        let mut diagnostic = Diagnostic::new(Code::NOT_DECIDED, span, message)
            .label("neither proved nor seen")
            .help("an expression that reads several values, events or scores is only tried: `casewise test` can hold an example");
        let mut shown = FxHashSet::default();
        let model = self.model();
        for slot in self.loose(slots.copied().collect()) {
            if let Some(span) = self.texts.get(&slot)
                && shown.len() < 5
                && shown.insert(model.sources.text(*span).to_owned())
            {
                diagnostic = diagnostic.related(*span, "outside the decidable part");
            }
        }
        diagnostic
    }

    /// The tests below some truths whose values follow from others, in the order of the plan.
    fn loose(&self, roots: Vec<Slot>) -> Vec<Slot> {
        let mut loose = Vec::new();
        let is_input =
            |slot: Slot| matches!(self.plan.nodes.get(slot), Some(Node::Attribute(_) | Node::Context(_)));
        reachable(self.plan, roots, |slot, node| {
            let truth = matches!(node, Node::Apply(op, _) if semantics::gives_truth(*op));
            if !truth {
                return;
            }
            match step(self.plan, slot) {
                Step::Value { of } | Step::FromNow { of } if is_input(of) => {}
                Step::Elements { set, .. } if is_input(set) => {}
                Step::Value { .. }
                | Step::FromNow { .. }
                | Step::Elements { .. }
                | Step::Order { .. }
                | Step::Opaque => {
                    loose.push(slot);
                }
                _ => {}
            }
        });
        loose.sort_unstable();
        loose
    }
}

/// Channels that are not quiet at a moment, those of a case or all.
fn loud(plan: &Plan, now: Time, id: Option<CaseId>) -> usize {
    let quiet = |channel: &casewise_core::plan::ChannelPlan| {
        channel.quiet.iter().any(|(from, to, _)| quiet_at(*from, *to, &plan.model.zone, now))
    };
    match id.and_then(|id| plan.cases.get(id.0)) {
        Some(case) => {
            case.channels.iter().filter_map(|id| plan.channels.get(id.0)).filter(|c| !quiet(c)).count()
        }
        None => plan.channels.iter().filter(|channel| !quiet(channel)).count(),
    }
}

/// A moment of a case's run, or one that lies in as many runs as can be.
fn moment(plan: &Plan, id: Option<CaseId>) -> Time {
    let zone = &plan.model.zone;
    let runs: Vec<(Time, Time)> = match id.and_then(|id| plan.cases.get(id.0)) {
        Some(case) => case.runs.into_iter().collect(),
        None => plan.layout.walked.iter().filter_map(|id| plan.cases.get(id.0)?.runs).collect(),
    };
    let covered = |day: &Time| runs.iter().filter(|(from, until)| from <= day && day < until).count();
    let first = runs.iter().map(|(from, _)| *from).max_by_key(|day| (covered(day), std::cmp::Reverse(*day)));
    let day =
        first.and_then(|day| zone.date_of(day)).or_else(|| Date::from_ymd(2026, 1, 15)).unwrap_or(Date(0));
    let hours = [12_i64, 10, 14, 16, 9, 18, 11, 20, 8, 22, 6, 0, 2, 4];
    let at = |hour: &i64| zone.instant(day, hour * 3_600_000_000).unwrap_or(Time(0));
    let in_run = |now: &Time| runs.is_empty() || covered(now) > 0;
    let mut best: Option<(usize, Time)> = None;
    for now in hours.iter().map(at).filter(in_run) {
        let open = loud(plan, now, id);
        if best.is_none_or(|(most, _)| open > most) {
            best = Some((open, now));
        }
    }
    best.map_or_else(|| at(&12), |(_, now)| now)
}

/// What is said beside a clause, with where it comes from.
fn beside(what: &str, clause: &Clause) -> String {
    match clause.inherited_from.as_deref() {
        None => what.to_owned(),
        Some("every case") => format!("{what}, required of every case"),
        Some(group) => format!("{what}, inherited from `{group}`"),
    }
}
