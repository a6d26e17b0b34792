//! A moment, and customers looked for in it: proposals of the solver are tried on the engine, and improved step
//! by step where they do not hold yet.

use std::sync::Arc;

use casewise_core::input::{Remaining, Request, Rows, Subject};
use casewise_core::model::Op;
use casewise_core::plan::layout::reachable;
use casewise_core::plan::{Node, Plan, Slot, semantics::Clock};
use casewise_core::row::Decision;
use casewise_core::row::evaluate::{Evaluation, Inputs};
use casewise_core::values::{Date, Duration, Time, Value};
use rustc_hash::FxHashMap;

use crate::domain::Sample;
use crate::encode::{Goal, Proposal};
use crate::kleene::{Step, Want, is_date, step};
use crate::material::{Material, Source};
use crate::random::Random;

/// Changes that are tried on one subject.
const STEPS: usize = 300;
/// Subjects that are started from.
const STARTS: usize = 3;

#[derive(Debug)]
pub(crate) struct World<'p> {
    plan: &'p Arc<Plan>,
    pub(crate) now: Time,
    today: Date,
    material: Material,
    evaluation: Evaluation,
    sources: FxHashMap<Slot, Vec<Source>>,
    random: Random,
}

impl<'p> World<'p> {
    pub(crate) fn new(plan: &'p Arc<Plan>, now: Time) -> World<'p> {
        let today = plan.model.zone.date_of(now).unwrap_or(Date(0));
        World {
            plan,
            now,
            today,
            material: Material::new(plan, now, today),
            evaluation: Evaluation::default(),
            sources: FxHashMap::default(),
            random: Random::new(now.0.unsigned_abs()),
        }
    }

    fn inputs<'a>(&self, subject: &'a Subject) -> Inputs<'a>
    where
        'p: 'a,
    {
        let plan: &'p Plan = self.plan;
        let clock = Clock { now: self.now, today: self.today, zone: &plan.model.zone };
        Inputs { plan, subject, clock }
    }

    /// Any subject.
    pub(crate) fn any(&mut self) -> Subject {
        self.material.any(self.plan, &mut self.random)
    }

    /// Decides about a subject.
    pub(crate) fn decide(&self, subject: &Subject) -> Decision {
        let request = Request { now: self.now, decide: None, remaining: Remaining::default() };
        self.plan.decide(Arc::new(subject.clone()), &request)
    }

    /// Which goals hold for a subject.
    pub(crate) fn truths(&mut self, subject: &Subject, goals: &[Goal]) -> Vec<bool> {
        let inputs = self.inputs(subject);
        self.evaluation.reset(inputs.plan);
        goals.iter().map(|goal| holds(&mut self.evaluation, inputs, goal)).collect()
    }

    /// The engine's word: the goals hold in a decision about this subject.
    pub(crate) fn confirmed(&self, subject: &Subject, goals: &[Goal]) -> bool {
        let decision = self.decide(subject);
        let is = |slot: &Slot| decision.truth(*slot) == Some(true);
        goals.iter().all(|goal| match goal {
            Goal::Is(slot) => is(slot),
            Goal::IsNot(slot) => !is(slot),
            Goal::IsFalse(slot) => decision.truth(*slot) == Some(false),
            Goal::Any(slots) => slots.iter().any(is),
            Goal::NotAll(slots) => !slots.iter().all(is),
            Goal::Matches(slot, pattern) => pattern.matches(&decision.value(*slot)),
        })
    }

    /// The subject of a proposal, if the goals hold for it.
    pub(crate) fn proposed(&mut self, goals: &[Goal], proposal: &Proposal) -> Option<Subject> {
        let proposed = self.assemble(proposal);
        self.truths(&proposed, goals).into_iter().all(|holds| holds).then_some(proposed)
    }

    /// A subject for which goals hold: a proposal, or what can be made of it.
    pub(crate) fn find(&mut self, goals: &[Goal], proposal: &Proposal) -> Option<Subject> {
        let plan = self.plan;
        let proposed = self.assemble(proposal);
        for start in 0..STARTS {
            let mut subject = if start == 2 { self.any() } else { proposed.clone() };
            let (mut far, mut blamed) = self.distance(&subject, goals);
            for _ in 0..STEPS {
                if far == 0.0 {
                    return self.confirmed(&subject, goals).then_some(subject);
                }
                let Some(atom) = self.random.pick(&blamed).copied() else { break };
                let sources = self.sources_of(atom);
                let mut changed = subject.clone();
                for _ in 0..1 + self.random.below(3) {
                    let Some(source) = self.random.pick(&sources).copied() else { break };
                    self.material.change(plan, &mut changed, source, &mut self.random);
                }
                if sources.is_empty() {
                    // Nothing moves it, but the other conditions might be met some other way.
                    if blamed.len() == 1 {
                        break;
                    }
                    continue;
                }
                let (now_far, now_blamed) = self.distance(&changed, goals);
                if now_far <= far {
                    (subject, far, blamed) = (changed, now_far, now_blamed);
                }
            }
        }
        None
    }

    /// The inputs that a slot reads.
    fn sources_of(&mut self, slot: Slot) -> Vec<Source> {
        if let Some(known) = self.sources.get(&slot) {
            return known.clone();
        }
        let mut found = Vec::new();
        let plan: &Plan = self.plan;
        reachable(plan, [slot], |_, node| match node {
            Node::Attribute(n) if *n as usize != plan.model.subject.key => {
                found.push(Source::Attribute(*n as usize));
            }
            Node::Context(n) => found.push(Source::Context(*n as usize)),
            Node::InList(n) => found.push(Source::List(*n as usize)),
            Node::Aggregate(aggregate) => {
                found.push(Source::Table(aggregate.table.0));
                found.extend(aggregate.then.as_ref().map(|then| Source::Table(then.table.0)));
            }
            _ => {}
        });
        found.sort_unstable();
        found.dedup();
        self.sources.insert(slot, found.clone());
        found
    }

    /// The subject that a proposal describes, as far as inputs can be set directly.
    fn assemble(&self, proposal: &Proposal) -> Subject {
        let plan = self.plan;
        let mut subject = self.material.base().clone();
        // Distances from now first: a value that is given outright is narrower.
        let (outright, distances): (Vec<_>, Vec<_>) =
            proposal.values.iter().partition(|(_, sample)| matches!(sample, Sample::Value(_)));
        for (slot, sample) in distances.into_iter().chain(outright) {
            let value = match sample {
                Sample::Value(value) => value.clone(),
                Sample::FromNow(distance) => self.at_distance(*slot, *distance),
            };
            set(plan, &mut subject, *slot, value);
        }
        for (slot, element, is_in) in &proposal.elements {
            let current = match plan.nodes.get(*slot) {
                Some(Node::Attribute(n)) => subject.attributes.get(*n as usize),
                Some(Node::Context(n)) => subject.context.as_ref().and_then(|c| c.get(*n as usize)),
                _ => None,
            };
            let mut elements = match current {
                Some(Value::Set(elements)) => elements.to_vec(),
                _ => Vec::new(),
            };
            elements.retain(|known| known != element);
            elements.extend(is_in.then(|| element.clone()));
            set(plan, &mut subject, *slot, Value::set(elements));
        }
        for (slot, truth) in &proposal.truths {
            if let Some(Node::InList(n)) = plan.nodes.get(*slot)
                && let Some(place) = subject.lists.get_mut(*n as usize)
            {
                *place = Some(*truth == Some(true));
            }
        }
        subject
    }

    fn at_distance(&self, slot: Slot, distance: i128) -> Value {
        if is_date(self.plan, slot) {
            let days = i64::try_from(distance).unwrap_or(0);
            return self.today.plus_days(days).map_or(Value::Missing, Value::Date);
        }
        let micros = i64::try_from(distance).unwrap_or(0);
        self.now.plus(Duration(micros)).map_or(Value::Missing, Value::Time)
    }

    /// How far a subject is from meeting goals, 0 if it does, and the tests that stand in the way.
    fn distance(&mut self, subject: &Subject, goals: &[Goal]) -> (f64, Vec<Slot>) {
        let inputs = self.inputs(subject);
        self.evaluation.reset(inputs.plan);
        let mut measure = Measure { evaluation: &mut self.evaluation, inputs, blamed: Vec::new() };
        let far = goals.iter().map(|goal| measure.goal(goal)).sum();
        (far, measure.blamed)
    }
}

fn set(plan: &Plan, subject: &mut Subject, slot: Slot, value: Value) {
    let place = match plan.nodes.get(slot) {
        Some(Node::Attribute(n)) if *n as usize != plan.model.subject.key => {
            subject.attributes.get_mut(*n as usize)
        }
        Some(Node::Context(n)) => subject.context.as_mut().and_then(|c| c.get_mut(*n as usize)),
        _ => None,
    };
    if let Some(place) = place {
        *place = value;
    }
}

fn holds(evaluation: &mut Evaluation, inputs: Inputs<'_>, goal: &Goal) -> bool {
    let mut is = |slot: &Slot| evaluation.truth(inputs, *slot) == Some(true);
    match goal {
        Goal::Is(slot) => is(slot),
        Goal::IsNot(slot) => !is(slot),
        Goal::IsFalse(slot) => evaluation.truth(inputs, *slot) == Some(false),
        Goal::Any(slots) => slots.iter().any(is),
        Goal::NotAll(slots) => !slots.iter().all(is),
        Goal::Matches(slot, pattern) => pattern.matches(&value(evaluation, inputs, *slot)),
    }
}

/// The value in a slot, truths too.
fn value(evaluation: &mut Evaluation, inputs: Inputs<'_>, slot: Slot) -> Value {
    match evaluation.value(inputs, slot).clone() {
        Value::Missing => Value::from(evaluation.truth(inputs, slot)),
        value => value,
    }
}

struct Measure<'e, 'a> {
    evaluation: &'e mut Evaluation,
    inputs: Inputs<'a>,
    blamed: Vec<Slot>,
}

/// Tests that are blamed at most.
const MOST_BLAMED: usize = 64;

impl Measure<'_, '_> {
    fn goal(&mut self, goal: &Goal) -> f64 {
        match goal {
            Goal::Is(slot) => self.far(*slot, Want::True),
            Goal::IsNot(slot) => self.far(*slot, Want::NotTrue),
            Goal::IsFalse(slot) => self.far(*slot, Want::False),
            Goal::Any(slots) => self.nearest(slots, Want::True),
            Goal::NotAll(slots) => self.nearest(slots, Want::NotTrue),
            Goal::Matches(slot, pattern) => {
                if pattern.matches(&value(self.evaluation, self.inputs, *slot)) {
                    0.0
                } else {
                    self.blamed.push(*slot);
                    1.0
                }
            }
        }
    }

    fn nearest(&mut self, slots: &[Slot], want: Want) -> f64 {
        let mut nearest: Option<(f64, Vec<Slot>)> = None;
        for slot in slots {
            let before = std::mem::take(&mut self.blamed);
            let far = self.far(*slot, want);
            let blamed = std::mem::replace(&mut self.blamed, before);
            if nearest.as_ref().is_none_or(|(least, _)| far < *least) {
                nearest = Some((far, blamed));
            }
        }
        let (far, blamed) = nearest.unwrap_or((1.0, Vec::new()));
        self.blamed.extend(blamed);
        far
    }

    fn far(&mut self, slot: Slot, want: Want) -> f64 {
        if want.met(self.evaluation.truth(self.inputs, slot)) {
            return 0.0;
        }
        if self.blamed.len() > MOST_BLAMED {
            return 1.0;
        }
        match step(self.inputs.plan, slot) {
            Step::Not(x) => self.far(x, want.turned()),
            Step::And(parts) if want.of_all() => parts.iter().map(|part| self.far(*part, want)).sum(),
            Step::Or(parts) if !want.of_all() => parts.iter().map(|part| self.far(*part, want)).sum(),
            Step::And(parts) | Step::Or(parts) => self.nearest(&parts, want),
            Step::If(condition, then, otherwise) => {
                let on = self.evaluation.truth(self.inputs, condition);
                match on {
                    Some(true) => self.far(then, want).min(1.0) + self.blame(condition) * 0.0,
                    Some(false) => self.far(otherwise, want).min(1.0) + self.blame(condition) * 0.0,
                    None => self.blame(condition),
                }
            }
            Step::Otherwise(first, second) => {
                self.blamed.push(first);
                self.far(second, want)
            }
            Step::Constant(_) => 1.0,
            _ => {
                self.blamed.push(slot);
                self.gap(slot)
            }
        }
    }

    fn blame(&mut self, slot: Slot) -> f64 {
        self.blamed.push(slot);
        1.0
    }

    /// How far a comparison is from turning: between a half and one, one where nothing is known.
    fn gap(&mut self, slot: Slot) -> f64 {
        let Some(Node::Apply(Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge | Op::Between, args)) =
            self.inputs.plan.nodes.get(slot)
        else {
            return 1.0;
        };
        let mut numbers = Vec::with_capacity(args.len());
        for arg in args {
            match number(self.evaluation.value(self.inputs, *arg)) {
                Some(x) => numbers.push(x),
                None => return 1.0,
            }
        }
        let Some((first, rest)) = numbers.split_first() else { return 1.0 };
        let least = rest.iter().map(|x| (x - first).abs()).fold(f64::INFINITY, f64::min);
        let scaled = least.ln_1p();
        if scaled.is_finite() { 0.5 + 0.5 * scaled / (1.0 + scaled) } else { 1.0 }
    }
}

#[expect(clippy::cast_precision_loss, reason = "only a measure of how far apart values are")]
fn number(value: &Value) -> Option<f64> {
    Some(match value {
        Value::Int(n) => *n as f64,
        Value::Float(x) => *x,
        Value::Decimal(d) => d.to_f64(),
        Value::Date(d) => f64::from(d.0),
        Value::Time(t) => t.0 as f64 / 86_400_000_000.0,
        Value::Label(l) => f64::from(l.0),
        _ => return None,
    })
}

/// Rows that a subject has in a table.
pub(crate) fn rows(subject: &Subject, table: usize) -> Option<&Rows> {
    subject.tables.get(table).and_then(Option::as_ref).filter(|rows| !rows.is_empty())
}
