//! The values of slots for one subject, each computed at most once and only when asked for.

use crate::input::Subject;
use crate::plan::node::{NearestPart, Node, Slot};
use crate::plan::semantics::{self, Clock, truth_value};
use crate::plan::{CenterTable, Plan};
use crate::values::{Label, Value};

use super::aggregate;

/// What an evaluation reads.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The subject.
    pub subject: &'a Subject,
    /// The request's place in time.
    pub clock: Clock<'a>,
}

/// What has been computed of one subject so far; can be used again for the next.
#[derive(Debug, Clone, Default)]
pub struct Evaluation {
    /// One per slot.
    states: Vec<State>,
    /// One per slot; those of truths stay empty.
    values: Vec<Value>,
}

/// Whether a slot has been computed, and its truth if that is what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    New,
    True,
    False,
    Unknown,
    Value,
}

static MISSING: Value = Value::Missing;

impl Evaluation {
    /// Forgets everything, and makes room for a plan.
    pub fn reset(&mut self, plan: &Plan) {
        self.states.clear();
        self.states.resize(plan.nodes.len(), State::New);
        self.values.resize(plan.nodes.len(), Value::Missing);
    }

    /// The truth in a slot; none is unknown. (Not for slots inside an event.)
    pub fn truth(&mut self, inputs: Inputs<'_>, slot: Slot) -> Option<bool> {
        match self.states.get(slot.index()) {
            Some(State::True) => return Some(true),
            Some(State::False) => return Some(false),
            Some(State::Unknown) => return None,
            _ => {}
        }
        match inputs.plan.nodes.get(slot) {
            Some(Node::Apply(op, args)) if semantics::gives_truth(*op) => {
                let truth = self.compute_truth(inputs, *op, args);
                self.set(slot, truth);
                truth
            }
            _ => self.value(inputs, slot).as_bool(),
        }
    }

    /// The value in a slot. (Not for slots inside an event.)
    pub fn value<'s>(&'s mut self, inputs: Inputs<'s>, slot: Slot) -> &'s Value {
        self.ensure(inputs, slot);
        self.get(inputs, slot)
    }

    /// Puts a value in the place of what a slot would be computed to, as `given` does in tests.
    pub(super) fn preset(&mut self, plan: &Plan, slot: Slot, value: &Value) {
        match plan.nodes.get(slot) {
            Some(Node::Apply(op, _)) if semantics::gives_truth(*op) => self.set(slot, value.as_bool()),
            _ => self.store(slot, value.clone()),
        }
    }

    fn store(&mut self, slot: Slot, value: Value) {
        if let (Some(state), Some(place)) =
            (self.states.get_mut(slot.index()), self.values.get_mut(slot.index()))
        {
            *state = State::Value;
            *place = value;
        }
    }

    fn set(&mut self, slot: Slot, truth: Option<bool>) {
        if let Some(state) = self.states.get_mut(slot.index()) {
            *state = match truth {
                Some(true) => State::True,
                Some(false) => State::False,
                None => State::Unknown,
            };
        }
    }

    fn compute_truth(&mut self, inputs: Inputs<'_>, op: crate::model::Op, args: &[Slot]) -> Option<bool> {
        use crate::model::Op;
        match op {
            // The rest is not computed once the result is known.
            Op::And => semantics::all(args.iter().map(|arg| self.truth(inputs, *arg))),
            Op::Or => semantics::any(args.iter().map(|arg| self.truth(inputs, *arg))),
            Op::Not => semantics::not(args.first().and_then(|arg| self.truth(inputs, *arg))),
            _ => {
                args.iter().for_each(|arg| self.ensure(inputs, *arg));
                let arg = |n: usize| args.get(n).map_or(&MISSING, |slot| self.get(inputs, *slot));
                semantics::truth(op, args.len(), arg, &inputs.clock)
            }
        }
    }

    /// Computes a slot if it has not been.
    pub(super) fn ensure(&mut self, inputs: Inputs<'_>, slot: Slot) {
        if self.states.get(slot.index()).is_none_or(|s| *s != State::New) {
            return;
        }
        let Some(node) = inputs.plan.nodes.get(slot) else { return };
        let value = match node {
            Node::Constant(_) | Node::Attribute(_) | Node::Context(_) | Node::Field(..) => return,
            Node::Apply(op, args) if semantics::gives_truth(*op) => {
                let truth = self.compute_truth(inputs, *op, args);
                return self.set(slot, truth);
            }
            Node::InList(list) => {
                return self.set(slot, inputs.subject.lists.get(*list as usize).copied().flatten());
            }
            Node::Now => Value::Time(inputs.clock.now),
            Node::Today => Value::Date(inputs.clock.today),
            Node::Aggregate(aggregate) => {
                aggregate.reads.iter().for_each(|read| self.ensure(inputs, *read));
                aggregate::evaluate(self, inputs, aggregate).value
            }
            _ => {
                node.arguments(|arg| self.ensure(inputs, arg));
                self.combine(inputs, node, |slot| self.get(inputs, slot))
            }
        };
        self.store(slot, value);
    }

    /// The value of a slot that has been ensured.
    pub(super) fn get<'s>(&'s self, inputs: Inputs<'s>, slot: Slot) -> &'s Value {
        match self.states.get(slot.index()) {
            Some(State::True) => truth_value(Some(true)),
            Some(State::False) => truth_value(Some(false)),
            Some(State::Unknown) => truth_value(None),
            Some(State::Value) => self.values.get(slot.index()).unwrap_or(&MISSING),
            Some(State::New) | None => match inputs.plan.nodes.get(slot) {
                Some(Node::Constant(value)) => &value.0,
                Some(Node::Attribute(n)) => inputs.subject.attributes.get(*n as usize).unwrap_or(&MISSING),
                Some(Node::Context(n)) => {
                    inputs.subject.context.as_ref().and_then(|c| c.get(*n as usize)).unwrap_or(&MISSING)
                }
                _ => &MISSING,
            },
        }
    }

    /// The value of a node from the values of its arguments.
    fn combine<'a>(&self, inputs: Inputs<'a>, node: &Node, get: impl Fn(Slot) -> &'a Value) -> Value
    where
        Self: 'a,
    {
        match node {
            Node::Apply(op, args) => {
                let arg = |n: usize| args.get(n).map_or(&MISSING, |slot| get(*slot));
                semantics::value(*op, args.len(), arg, &inputs.clock)
            }
            Node::Matches(text, pattern) => match (get(*text), inputs.plan.patterns.get(*pattern as usize)) {
                (Value::Text(text), Some(pattern)) => Value::Bool(pattern.is_match(text)),
                _ => Value::Missing,
            },
            Node::Select(select) => select
                .rows
                .iter()
                .find(|(patterns, _)| {
                    patterns.iter().zip(&select.of).all(|(pattern, column)| pattern.matches(get(*column)))
                })
                .map_or(Value::Missing, |(_, value)| get(*value).clone()),
            Node::CutScore { value, cuts, reversed } => semantics::cut_score(get(*value), cuts, *reversed),
            Node::Code(digits) => {
                let mut code = String::with_capacity(digits.len());
                for digit in digits {
                    let Value::Int(digit) = get(*digit) else { return Value::Missing };
                    code.push_str(&digit.to_string());
                }
                Value::Text(code.into())
            }
            Node::Nearest { features, centers, part } => {
                let Some(table) = inputs.plan.centers.get(*centers as usize) else { return Value::Missing };
                let at: Option<Vec<f64>> = scaled(table, features.iter().map(|slot| get(*slot)));
                let Some((label, distance)) = at.and_then(|at| nearest(table, &at)) else {
                    return Value::Missing;
                };
                match part {
                    NearestPart::Label => Value::Label(Label(label as u32)),
                    NearestPart::Distance => Value::float(distance),
                }
            }
            Node::BestRule { held, rules } => {
                let best = inputs.plan.rules.get(*rules as usize).and_then(|table| table.best(get(*held)));
                best.map_or(Value::Missing, Value::float)
            }
            Node::Lifetime { purchases, lifetime, part } => {
                let slots = |n: usize| purchases.get(n).map_or(&MISSING, |slot| get(*slot));
                let table = inputs.plan.lifetimes.get(*lifetime as usize);
                table.map_or(Value::Missing, |table| table.score(*part, |what| slots(what as usize)))
            }
            _ => Value::Missing,
        }
    }

    /// The value of a slot inside an event; what it reads outside has been ensured.
    pub(super) fn in_event(&self, inputs: Inputs<'_>, slot: Slot, row: &[Value]) -> Value {
        let mut spare = Value::Missing;
        self.event_value(inputs, slot, row, &mut spare).clone()
    }

    /// As [`Evaluation::in_event`], borrowed where it already exists.
    fn event_value<'s>(
        &'s self,
        inputs: Inputs<'s>,
        slot: Slot,
        row: &'s [Value],
        spare: &'s mut Value,
    ) -> &'s Value {
        if !inputs.plan.nodes.in_event(slot) {
            return self.get(inputs, slot);
        }
        let Some(node) = inputs.plan.nodes.get(slot) else { return &MISSING };
        if let Node::Field(_, field) = node {
            return row.get(*field as usize).unwrap_or(&MISSING);
        }
        *spare = match node {
            // The usual forms without a detour over memory.
            Node::Apply(op, args) if args.len() <= 2 => {
                let (mut first, mut second) = (Value::Missing, Value::Missing);
                let a = args.first().map_or(&MISSING, |arg| self.event_value(inputs, *arg, row, &mut first));
                let b = args.get(1).map_or(&MISSING, |arg| self.event_value(inputs, *arg, row, &mut second));
                semantics::value(*op, args.len(), |n| if n == 0 { a } else { b }, &inputs.clock)
            }
            _ => {
                let mut arguments = Vec::new();
                node.arguments(|arg| arguments.push((arg, self.in_event(inputs, arg, row))));
                let get = |slot: Slot| {
                    arguments.iter().find(|(s, _)| *s == slot).map_or(&MISSING, |(_, value)| value)
                };
                self.combine(inputs, node, get)
            }
        };
        spare
    }
}

/// Features in the scale of a table of centres; none if one is missing and nothing stands in for it.
pub(super) fn scaled<'a>(table: &CenterTable, features: impl Iterator<Item = &'a Value>) -> Option<Vec<f64>> {
    features
        .zip(table.scale.iter().zip(&table.fill))
        .map(|(value, ((offset, factor), fill))| {
            let value = match value {
                Value::Float(x) => Some(*x),
                _ => *fill,
            };
            Some((value? - offset) * factor)
        })
        .collect()
}

/// The nearest centre and its distance; of equally near ones the first. Where every distance overflows,
/// none is the nearest.
fn nearest(table: &CenterTable, at: &[f64]) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for (label, distance) in distances(table, at).enumerate() {
        if best.is_none_or(|(_, least)| distance < least) {
            best = Some((label, distance));
        }
    }
    best.filter(|(_, distance)| distance.is_finite())
}

/// The Euclidean distance of every centre.
pub(super) fn distances<'a>(table: &'a CenterTable, at: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    table.centers.iter().map(|center| {
        let mut sum = 0.0;
        for (x, c) in at.iter().zip(center) {
            sum += (x - c) * (x - c);
        }
        libm::sqrt(sum)
    })
}
