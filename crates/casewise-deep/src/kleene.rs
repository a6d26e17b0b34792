//! Conditions as Kleene formulas over atoms, and what kind of atom a test is.

use std::sync::OnceLock;

use casewise_core::model::Op;
use casewise_core::plan::{Node, Plan, Slot, semantics, semantics::Clock};
use casewise_core::values::{Date, Time, Value, Zone};

/// What a truth should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Want {
    True,
    False,
    NotTrue,
    NotFalse,
}

impl Want {
    pub(crate) fn met(self, truth: Option<bool>) -> bool {
        match self {
            Want::True => truth == Some(true),
            Want::False => truth == Some(false),
            Want::NotTrue => truth != Some(true),
            Want::NotFalse => truth != Some(false),
        }
    }

    /// What the negation should be.
    pub(crate) fn turned(self) -> Want {
        match self {
            Want::True => Want::False,
            Want::False => Want::True,
            Want::NotTrue => Want::NotFalse,
            Want::NotFalse => Want::NotTrue,
        }
    }

    /// Whether a conjunction meets it only if all parts do.
    pub(crate) fn of_all(self) -> bool {
        matches!(self, Want::True | Want::NotFalse)
    }
}

/// One step of a formula.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Constant(Option<bool>),
    Not(Slot),
    And(Vec<Slot>),
    Or(Vec<Slot>),
    If(Slot, Slot, Slot),
    Otherwise(Slot, Slot),
    IsUnknown(Slot),
    /// An element in a set: each element is an atom of its own.
    Elements {
        set: Slot,
        elements: Vec<Value>,
        all: bool,
    },
    /// A test on one value beside constants.
    Value {
        of: Slot,
    },
    /// A test of how far a date or time is from now.
    FromNow {
        of: Slot,
    },
    /// How two values compare.
    Order {
        a: Slot,
        b: Slot,
    },
    /// Nothing is known of it but that it is the same wherever it stands.
    Opaque,
}

/// The step of a slot that holds a truth.
pub(crate) fn step(plan: &Plan, slot: Slot) -> Step {
    let Some(node) = plan.nodes.get(slot) else { return Step::Opaque };
    match node {
        Node::Constant(value) => Step::Constant(value.0.as_bool()),
        Node::Attribute(_) | Node::Context(_) => Step::Value { of: slot },
        Node::Apply(op, args) => operator(plan, *op, args),
        _ => Step::Opaque,
    }
}

fn operator(plan: &Plan, op: Op, args: &[Slot]) -> Step {
    match (op, args) {
        (Op::Not, [x]) => Step::Not(*x),
        (Op::And, parts) => Step::And(parts.to_vec()),
        (Op::Or, parts) => Step::Or(parts.to_vec()),
        (Op::If, [condition, then, otherwise]) => Step::If(*condition, *then, *otherwise),
        (Op::Otherwise, [first, second]) => Step::Otherwise(*first, *second),
        (Op::IsMissing, [x]) if gives_truth(plan, *x) => Step::IsUnknown(*x),
        (Op::IsPresent, [x]) if gives_truth(plan, *x) => Step::Opaque,
        (Op::InSet, [x, set]) => match (plan.nodes.constant(*x), plan.nodes.constant(*set)) {
            (Some(element), None) if !element.is_missing() => {
                Step::Elements { set: *set, elements: vec![element.clone()], all: false }
            }
            (None, Some(_)) => test(plan, op, args),
            _ => Step::Opaque,
        },
        (Op::Overlaps, [a, b]) => match (listed(plan, *a), listed(plan, *b)) {
            (None, Some(elements)) => Step::Elements { set: *a, elements, all: false },
            (Some(elements), None) => Step::Elements { set: *b, elements, all: false },
            _ => Step::Opaque,
        },
        (Op::SubsetOf, [a, b]) => match (listed(plan, *a), listed(plan, *b)) {
            (Some(elements), None) => Step::Elements { set: *b, elements, all: true },
            _ => Step::Opaque,
        },
        (
            Op::Eq
            | Op::Ne
            | Op::Lt
            | Op::Le
            | Op::Gt
            | Op::Ge
            | Op::Between
            | Op::In
            | Op::IsMissing
            | Op::IsPresent
            | Op::InLast
            | Op::InNext,
            args,
        ) => test(plan, op, args),
        _ => Step::Opaque,
    }
}

/// The present elements of a constant set or list; none if it holds a missing one.
fn listed(plan: &Plan, slot: Slot) -> Option<Vec<Value>> {
    match plan.nodes.constant(slot)? {
        Value::Set(elements) | Value::List(elements)
            if !elements.is_empty() && !elements.iter().any(Value::is_missing) =>
        {
            Some(elements.to_vec())
        }
        _ => None,
    }
}

fn gives_truth(plan: &Plan, slot: Slot) -> bool {
    match plan.nodes.get(slot) {
        Some(Node::Apply(Op::If | Op::Otherwise, args)) => {
            args.get(1).is_some_and(|arg| gives_truth(plan, *arg))
        }
        Some(Node::Apply(op, _)) => semantics::gives_truth(*op),
        _ => false,
    }
}

/// A test that looks at one value, at how far one is from now, or at two.
fn test(plan: &Plan, op: Op, args: &[Slot]) -> Step {
    let compares = matches!(op, Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge | Op::Between | Op::In);
    let mut of: Vec<Slot> = Vec::new();
    let mut near_now = matches!(op, Op::InLast | Op::InNext);
    for arg in args {
        if plan.nodes.constant(*arg).is_some() {
            continue;
        }
        if distance_from_now(plan, *arg).is_some() {
            near_now = true;
            continue;
        }
        let bare = bare(plan, *arg);
        if !of.contains(&bare) {
            of.push(bare);
        }
    }
    match (of.as_slice(), near_now) {
        ([one], false) => Step::Value { of: *one },
        ([one], true)
            if args.first() == Some(one)
                && (compares && args.iter().skip(1).all(|arg| distance_from_now(plan, *arg).is_some())
                    || length_in_steps(plan, op, args).is_some()) =>
        {
            Step::FromNow { of: *one }
        }
        // Defaults would hide which of the two is missing.
        ([a, b], false) if compares && args.len() == 2 && args == of => Step::Order { a: *a, b: *b },
        _ => Step::Opaque,
    }
}

/// The slot below widenings and constant defaults.
pub(crate) fn bare(plan: &Plan, slot: Slot) -> Slot {
    let mut slot = slot;
    loop {
        match plan.nodes.get(slot) {
            Some(Node::Apply(Op::IntToDecimal | Op::IntToFloat | Op::DecimalToFloat, args)) => {
                let Some(inner) = args.first() else { return slot };
                slot = *inner;
            }
            Some(Node::Apply(Op::Otherwise, args)) => {
                let [inner, default] = &**args else { return slot };
                if plan.nodes.constant(*default).is_none() {
                    return slot;
                }
                slot = *inner;
            }
            _ => return slot,
        }
    }
}

/// A value of what reads only constants, the operators of one clock, and one value that is given.
pub(crate) fn with_value(plan: &Plan, slot: Slot, of: Slot, value: &Value) -> Value {
    if slot == of {
        return value.clone();
    }
    match plan.nodes.get(slot) {
        Some(Node::Constant(value)) => value.0.clone(),
        Some(Node::Apply(op, args)) => {
            let values: Vec<Value> = args.iter().map(|arg| with_value(plan, *arg, of, value)).collect();
            constant(*op, &values)
        }
        _ => Value::Missing,
    }
}

/// An operator that does not look at the clock.
pub(crate) fn constant(op: Op, values: &[Value]) -> Value {
    static ZONE: OnceLock<Zone> = OnceLock::new();
    let clock = Clock { now: Time(0), today: Date(0), zone: ZONE.get_or_init(Zone::utc) };
    semantics::value(op, values.len(), |n| values.get(n).unwrap_or(&MISSING), &clock)
}

static MISSING: Value = Value::Missing;

/// The distance from today in days, from now in microseconds: 0 for `today`, 30 for `today + 30 days`.
pub(crate) fn distance_from_now(plan: &Plan, slot: Slot) -> Option<i128> {
    let shift = |args: &[Slot], days: bool, sign: i128| match args {
        [from, by] => match plan.nodes.constant(*by)? {
            Value::Duration(by) if days => Some(distance_from_now(plan, *from)? + sign * whole_days(by.0)?),
            Value::Duration(by) => Some(distance_from_now(plan, *from)? + sign * i128::from(by.0)),
            _ => None,
        },
        _ => None,
    };
    match plan.nodes.get(slot)? {
        Node::Now | Node::Today => Some(0),
        Node::Apply(Op::DateAddDuration, args) => shift(args, true, 1),
        Node::Apply(Op::DateSubtractDuration, args) => shift(args, true, -1),
        Node::Apply(Op::TimeAddDuration, args) => shift(args, false, 1),
        Node::Apply(Op::TimeSubtractDuration, args) => shift(args, false, -1),
        _ => None,
    }
}

const DAY: i64 = 86_400_000_000;

fn whole_days(micros: i64) -> Option<i128> {
    (micros % DAY == 0).then(|| i128::from(micros / DAY))
}

/// Whether the slot holds a date; otherwise it is taken for a time.
pub(crate) fn is_date(plan: &Plan, slot: Slot) -> bool {
    use casewise_core::model::{Base, Field};
    let date = |fields: &[Field], n: u32| fields.get(n as usize).is_some_and(|f| f.ty.base == Base::Date);
    match plan.nodes.get(slot) {
        Some(Node::Attribute(n)) => date(&plan.model.subject.attributes, *n),
        Some(Node::Context(n)) => date(&plan.model.context, *n),
        Some(Node::Today) => true,
        Some(Node::Apply(op, args)) => match op {
            Op::DateOf
            | Op::NextAnniversary
            | Op::DateAddDuration
            | Op::DateAddPeriod
            | Op::DateSubtractDuration
            | Op::DateSubtractPeriod => true,
            Op::Otherwise | Op::Min | Op::Max => args.first().is_some_and(|arg| is_date(plan, *arg)),
            _ => false,
        },
        _ => false,
    }
}

/// The stretch of distances from now for which a test of distance is true: first and last.
pub(crate) fn near_now(plan: &Plan, slot: Slot) -> Option<(Op, Vec<i128>)> {
    let Some(Node::Apply(op, args)) = plan.nodes.get(slot) else { return None };
    match op {
        Op::InLast | Op::InNext => Some((*op, vec![length_in_steps(plan, *op, args)?])),
        _ => {
            let others: Option<Vec<i128>> =
                args.iter().skip(1).map(|arg| distance_from_now(plan, *arg)).collect();
            Some((*op, others?))
        }
    }
}

/// The length of `in last`, `in next` in days for dates, in microseconds for times.
fn length_in_steps(plan: &Plan, op: Op, args: &[Slot]) -> Option<i128> {
    let [of, length] = args else { return None };
    let Some(Value::Duration(length)) = plan.nodes.constant(*length) else { return None };
    // Of computed values it is not always known whether they are dates.
    let known = matches!(plan.nodes.get(*of), Some(Node::Attribute(_) | Node::Context(_)));
    if !matches!(op, Op::InLast | Op::InNext) || length.0 <= 0 || !known {
        return None;
    }
    // Dates take whole days; a test with another length is never known.
    if is_date(plan, *of) { whole_days(length.0) } else { Some(i128::from(length.0)) }
}

/// The truth of a test of distance at a distance.
pub(crate) fn at_distance(op: Op, with: &[i128], distance: i128) -> Option<bool> {
    let first = *with.first()?;
    Some(match op {
        Op::InLast => -first <= distance && distance < 0,
        Op::InNext => 0 <= distance && distance < first,
        Op::Between => first <= distance && distance <= *with.get(1)?,
        Op::In => with.contains(&distance),
        op => semantics::comparison(op, distance.cmp(&first)),
    })
}
