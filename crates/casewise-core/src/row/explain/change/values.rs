//! Values that a quantity could take to pass its tests.

use crate::model::check::domain::{key, value_at};
use crate::model::{Base, Model, Op};
use crate::plan::semantics::{self, Clock};
use crate::values::{Date, Decimal, Duration, Label, Period, Time, Value};

/// One value beside `value`, and steps that people count in.
const STEPS: [i128; 2] = [-1, 1];

/// What a test compares a quantity with.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) op: Op,
    pub(super) wanted: bool,
    /// The quantity is the first of the two.
    pub(super) first: bool,
    pub(super) with: Vec<Value>,
}

/// Values for an attribute of this type, the likeliest first: those that tests mention, and those just beside.
/// The second list has those in steps too small to be stated.
pub(super) fn candidates(
    model: &Model,
    base: &Base,
    observed: &Value,
    tests: &[Compared],
    clock: &Clock<'_>,
) -> [Vec<Value>; 2] {
    let mut near = vec![observed.clone()];
    let mut finest = Vec::new();
    match base {
        Base::Bool => near.extend([Value::Bool(true), Value::Bool(false)]),
        Base::Enum(id) => {
            let count = model.enums.get(id.0 as usize).map_or(0, |of| of.labels.len());
            near.extend((0..count).filter_map(|n| u32::try_from(n).ok()).map(|n| Value::Label(Label(n))));
        }
        Base::Text | Base::Case => {
            let mut texts: Vec<Value> = mentioned(tests).collect();
            texts.push(Value::Text("other".into()));
            let longer = texts.iter().filter_map(|text| match text {
                Value::Text(text) => Some(Value::Text(format!("{text}.").into())),
                _ => None,
            });
            let longer: Vec<Value> = longer.collect();
            near.extend(texts.into_iter().chain(longer));
        }
        Base::Set(of) => near.extend(sets(model, of, observed, tests)),
        _ => {
            let mut constants: Vec<Value> = mentioned(tests).flat_map(|value| fitted(base, &value)).collect();
            constants.extend(instants(base, tests, clock));
            constants.push(default(base, clock));
            let mut beside = Vec::new();
            for constant in &constants {
                beside.extend(steps(base, constant));
                let place = key(constant);
                let places = STEPS.iter().filter_map(|step| place?.checked_add(*step));
                finest.extend(places.filter_map(|place| value_at(base, place)).filter(|v| !v.is_missing()));
            }
            near.extend(constants);
            near.extend(beside);
        }
    }
    near.push(Value::Missing);
    [near, finest]
}

fn mentioned(tests: &[Compared]) -> impl Iterator<Item = Value> + '_ {
    tests.iter().flat_map(|test| &test.with).flat_map(|value| match value {
        Value::Set(elements) | Value::List(elements) => elements.to_vec(),
        other => vec![other.clone()],
    })
}

/// A constant as values of another number type: itself, or the whole numbers around it.
fn fitted(base: &Base, value: &Value) -> Vec<Value> {
    match (base, value) {
        (Base::Int, Value::Decimal(d)) => [d.floor(), d.ceil()]
            .into_iter()
            .flatten()
            .filter_map(Decimal::to_i64_exact)
            .map(Value::Int)
            .collect(),
        (Base::Int, Value::Float(x)) => {
            let around = [Decimal::from_f64_exact(x.floor()), Decimal::from_f64_exact(x.ceil())];
            around.into_iter().flatten().filter_map(Decimal::to_i64_exact).map(Value::Int).collect()
        }
        (Base::Decimal, Value::Float(x)) => {
            Decimal::parse(&Value::Float(*x).display_plain()).ok().map(Value::Decimal).into_iter().collect()
        }
        (Base::Float, Value::Decimal(d)) => vec![Value::float(d.to_f64())],
        _ => vec![value.clone()],
    }
}

/// The values beside one, in the steps that people count in.
fn steps(base: &Base, value: &Value) -> Vec<Value> {
    let of_base = fits(base, value);
    [-1, 1].into_iter().filter(|_| of_base).filter_map(|steps| stepped(value, steps)).collect()
}

fn fits(base: &Base, value: &Value) -> bool {
    matches!(
        (base, value),
        (Base::Int, Value::Int(_))
            | (Base::Decimal, Value::Decimal(_))
            | (Base::Float, Value::Float(_))
            | (Base::Date, Value::Date(_))
            | (Base::Time, Value::Time(_))
            | (Base::Duration, Value::Duration(_))
            | (Base::Period, Value::Period(_))
    )
}

/// The value so many steps away, in those that people count in: 1, 0.01, a day, a minute.
pub(super) fn stepped(value: &Value, steps: i64) -> Option<Value> {
    #[expect(clippy::cast_precision_loss, reason = "a float takes the nearest value")]
    let stepped = match value {
        Value::Int(n) => Value::Int(n.checked_add(steps)?),
        Value::Decimal(d) => {
            let cents = Decimal::parse("0.01").ok()?.checked_mul(Decimal::from_i64(steps))?;
            Value::Decimal(d.checked_add(cents)?)
        }
        Value::Float(x) => Value::float(x + 0.01 * steps as f64),
        Value::Date(d) => Value::Date(d.plus_days(steps)?),
        Value::Time(t) => Value::Time(t.plus(Duration(steps.checked_mul(60_000_000)?))?),
        Value::Duration(d) => Value::Duration(Duration(d.0.checked_add(steps)?)),
        Value::Period(p) => Value::Period(Period(p.0.checked_add(i32::try_from(steps).ok()?)?)),
        _ => return None,
    };
    Some(stepped).filter(|value| !value.is_missing())
}

/// The ends of windows around now.
fn instants(base: &Base, tests: &[Compared], clock: &Clock<'_>) -> Vec<Value> {
    let mut found = Vec::new();
    let far = Period(24);
    for test in tests {
        let lengths: Vec<Value> = match test.op {
            Op::InLast | Op::InNext => test.with.clone(),
            Op::InThis(_) => vec![Value::Period(far)],
            _ => continue,
        };
        match base {
            Base::Date => {
                found.push(Value::Date(clock.today));
                for length in &lengths {
                    let ends = [
                        semantics::date_before(clock.today, length),
                        semantics::date_after(clock.today, length),
                    ];
                    found.extend(ends.into_iter().flatten().map(Value::Date));
                }
            }
            Base::Time => {
                found.push(Value::Time(clock.now));
                for length in &lengths {
                    let ends = [
                        semantics::before(clock.now, length, clock.zone),
                        semantics::after(clock.now, length, clock.zone),
                    ];
                    found.extend(ends.into_iter().flatten().map(Value::Time));
                }
            }
            _ => {}
        }
    }
    found
}

/// Any value of a type.
fn default(base: &Base, clock: &Clock<'_>) -> Value {
    match base {
        Base::Int => Value::Int(0),
        Base::Decimal => Value::Decimal(Decimal::from_i64(0)),
        Base::Float => Value::Float(0.0),
        Base::Date => Value::Date(clock.today),
        Base::Time => Value::Time(clock.now),
        Base::Duration => Value::Duration(Duration(0)),
        Base::Period => Value::Period(Period(0)),
        _ => Value::Missing,
    }
}

/// What a set has, with the elements that tests ask for, and without those that they rule out.
fn sets(model: &Model, of: &Base, observed: &Value, tests: &[Compared]) -> Vec<Value> {
    let mut elements: Vec<Value> = match observed {
        Value::Set(elements) => elements.to_vec(),
        _ => Vec::new(),
    };
    let listed = |value: Option<&Value>| match value {
        Some(Value::Set(elements) | Value::List(elements)) => elements.to_vec(),
        Some(value) => vec![value.clone()],
        None => Vec::new(),
    };
    let mut ruled_out = Vec::new();
    for test in tests {
        let with = listed(test.with.first());
        match (test.op, test.wanted, test.first) {
            (Op::InSet | Op::Overlaps, false, _) => ruled_out.extend(with),
            (Op::SubsetOf, true, true) => elements.retain(|element| with.contains(element)),
            (Op::Eq, true, _) | (Op::Ne, false, _) => elements = with,
            _ => {}
        }
    }
    for test in tests {
        let with = listed(test.with.first());
        let mut allowed = with.iter().filter(|element| !ruled_out.contains(element));
        match (test.op, test.wanted, test.first) {
            (Op::InSet, true, _) | (Op::SubsetOf, true, false) => elements.extend(with),
            (Op::Overlaps, true, _) if !elements.iter().any(|element| with.contains(element)) => {
                elements.extend(allowed.next().cloned());
            }
            (Op::SubsetOf, false, false) => {
                elements.retain(|element| !with.contains(element));
            }
            (Op::SubsetOf, false, true) => elements.extend(outside(model, of, &with)),
            _ => {}
        }
    }
    elements.retain(|element| !ruled_out.contains(element) && !element.is_missing());
    vec![Value::set(elements), Value::set(Vec::new())]
}

/// An element that is not among these.
fn outside(model: &Model, of: &Base, with: &[Value]) -> Option<Value> {
    match of {
        Base::Enum(id) => {
            let count = u32::try_from(model.enums.get(id.0 as usize)?.labels.len()).ok()?;
            (0..count).map(|n| Value::Label(Label(n))).find(|label| !with.contains(label))
        }
        Base::Text => [Value::Text("other".into()), Value::Text("other.".into())]
            .into_iter()
            .find(|text| !with.contains(text)),
        Base::Int => (0..).map(Value::Int).find(|n| !with.contains(n)),
        Base::Date => (0..).map(|n| Value::Date(Date(n))).find(|day| !with.contains(day)),
        Base::Time => (0..).map(|n| Value::Time(Time(n))).find(|time| !with.contains(time)),
        _ => None,
    }
}

/// How far apart two values of one type are, for the choice of the nearest; values without an order are alike.
pub(super) fn gap(a: &Value, b: &Value) -> u128 {
    match (key(a), key(b)) {
        (Some(a), Some(b)) => a.abs_diff(b),
        _ => 0,
    }
}
