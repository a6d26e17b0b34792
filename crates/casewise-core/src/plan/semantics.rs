//! The one definition of every operator: what it gives, and what it gives for missing, overflow and rounding.
//!
//! Unless a line says otherwise, an operator of a missing argument is missing, and so is a result that does
//! not fit its type. Arguments have the types that the checker gave them; anything else is missing too, so
//! that nothing here can panic.

use std::cmp::Ordering;

use crate::model::{Number, Op, unit_micros};
use crate::syntax::ast::Unit;
use crate::values::{CalendarUnit, Date, Duration, Label, Period, Time, Value, ValueKey, Zone, math};

/// The request's place in time.
#[derive(Debug, Clone, Copy)]
pub struct Clock<'a> {
    /// The instant of the decision.
    pub now: Time,
    /// Its date in the model's zone.
    pub today: Date,
    /// The model's zone.
    pub zone: &'a Zone,
}

static TRUE: Value = Value::Bool(true);
static FALSE: Value = Value::Bool(false);
static MISSING: Value = Value::Missing;

/// A truth as a value that lives for ever.
pub fn truth_value(truth: Option<bool>) -> &'static Value {
    match truth {
        Some(true) => &TRUE,
        Some(false) => &FALSE,
        None => &MISSING,
    }
}

/// Kleene's conjunction: false if any is false, else unknown if any is unknown, else true.
pub fn all(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for truth in truths {
        match truth {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

/// Kleene's disjunction: true if any is true, else unknown if any is unknown, else false.
pub fn any(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all(truths.map(not)).map(|b| !b)
}

/// Kleene's negation.
pub fn not(truth: Option<bool>) -> Option<bool> {
    truth.map(|b| !b)
}

/// Equality of two values of one type.
pub fn equal(a: &Value, b: &Value) -> Option<bool> {
    a.compare(b).map(Ordering::is_eq)
}

/// Whether `order` is what a comparison asks for.
pub fn comparison(op: Op, order: Ordering) -> bool {
    match op {
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
        _ => false,
    }
}

/// `x in set`: Kleene-or over the elements.
pub fn in_set(x: &Value, set: &Value) -> Option<bool> {
    match set {
        Value::Set(elements) if !x.is_missing() => {
            Some(elements.binary_search_by(|e| e.total_cmp(x)).is_ok())
        }
        Value::Set(elements) | Value::List(elements) => any(elements.iter().map(|e| equal(x, e))),
        _ => None,
    }
}

fn elements(set: &Value) -> Option<&[Value]> {
    match set {
        Value::Set(elements) | Value::List(elements) => Some(elements),
        _ => None,
    }
}

/// Nothing overlaps an empty set, not even one that is not known.
fn overlaps(a: &Value, b: &Value) -> Option<bool> {
    match (elements(a), elements(b)) {
        (Some([]), _) | (_, Some([])) => Some(false),
        (Some(a), Some(_)) => any(a.iter().map(|x| in_set(x, b))),
        _ => None,
    }
}

/// The empty set is a subset of everything, also of what is not known.
fn subset_of(a: &Value, b: &Value) -> Option<bool> {
    all(elements(a)?.iter().map(|x| in_set(x, b)))
}

/// The value of an operator that gives a truth.
pub fn truth<'a>(op: Op, count: usize, arg: impl Fn(usize) -> &'a Value, clock: &Clock<'_>) -> Option<bool> {
    match op {
        Op::Not => not(arg(0).as_bool()),
        Op::And => all((0..count).map(|n| arg(n).as_bool())),
        Op::Or => any((0..count).map(|n| arg(n).as_bool())),
        Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => {
            arg(0).compare(arg(1)).map(|order| comparison(op, order))
        }
        Op::Between => {
            let low = arg(0).compare(arg(1)).map(Ordering::is_ge);
            let high = arg(0).compare(arg(2)).map(Ordering::is_le);
            all([low, high].into_iter())
        }
        Op::In => any((1..count).map(|n| equal(arg(0), arg(n)))),
        Op::InSet => in_set(arg(0), arg(1)),
        Op::Overlaps => overlaps(arg(0), arg(1)),
        Op::SubsetOf => subset_of(arg(0), arg(1)),
        Op::IsMissing => Some(arg(0).is_missing()),
        Op::IsPresent => Some(!arg(0).is_missing()),
        Op::Otherwise => arg(0).as_bool().or_else(|| arg(1).as_bool()),
        Op::If => arg(if arg(0).as_bool()? { 1 } else { 2 }).as_bool(),
        Op::InLast | Op::InNext => within_length(op, arg(0), arg(1), clock),
        Op::InThis(unit) => in_this(unit, arg(0), clock),
        Op::StartsWith | Op::EndsWith | Op::Contains => {
            let (Value::Text(text), Value::Text(part)) = (arg(0), arg(1)) else { return None };
            Some(match op {
                Op::StartsWith => text.starts_with(&**part),
                Op::EndsWith => text.ends_with(&**part),
                _ => text.contains(&**part),
            })
        }
        _ => None,
    }
}

/// Whether an operator gives a truth, whatever its arguments: then [`truth`] defines it.
/// (`Otherwise`, `If`, `Min` and `Max` give what their arguments are.)
pub fn gives_truth(op: Op) -> bool {
    matches!(
        op,
        Op::Not
            | Op::And
            | Op::Or
            | Op::Eq
            | Op::Ne
            | Op::Lt
            | Op::Le
            | Op::Gt
            | Op::Ge
            | Op::Between
            | Op::In
            | Op::InSet
            | Op::Overlaps
            | Op::SubsetOf
            | Op::IsMissing
            | Op::IsPresent
            | Op::InLast
            | Op::InNext
            | Op::InThis(_)
            | Op::StartsWith
            | Op::EndsWith
            | Op::Contains
    )
}

/// Operators whose result depends on when the decision is made.
pub fn reads_clock(op: Op) -> bool {
    matches!(op, Op::NextAnniversary | Op::InLast | Op::InNext | Op::InThis(_))
}

/// The value of any operator.
pub fn value<'a>(op: Op, count: usize, arg: impl Fn(usize) -> &'a Value, clock: &Clock<'_>) -> Value {
    if gives_truth(op) {
        return Value::from(truth(op, count, arg, clock));
    }
    match op {
        Op::List => Value::List((0..count).map(|n| arg(n).clone()).collect()),
        Op::Otherwise => arg(usize::from(arg(0).is_missing())).clone(),
        Op::If => match arg(0).as_bool() {
            Some(true) => arg(1).clone(),
            Some(false) => arg(2).clone(),
            None => Value::Missing,
        },
        Op::Min => extreme(count, arg, Ordering::is_lt),
        Op::Max => extreme(count, arg, Ordering::is_gt),
        _ => operate(op, count, arg, clock).unwrap_or_default(),
    }
}

/// The least or greatest; missing if any is missing.
fn extreme<'a>(count: usize, arg: impl Fn(usize) -> &'a Value, better: fn(Ordering) -> bool) -> Value {
    let mut best = arg(0);
    for n in 1..count {
        match arg(n).compare(best) {
            Some(order) if better(order) => best = arg(n),
            Some(_) => {}
            None => return Value::Missing,
        }
    }
    best.clone()
}

/// Operators on present arguments.
fn operate<'a>(op: Op, count: usize, arg: impl Fn(usize) -> &'a Value, clock: &Clock<'_>) -> Option<Value> {
    use Value::{
        Date as D, Decimal as Dec, Duration as Dur, Float as F, Int as I, Period as P, Text, Time as T,
    };
    Some(match op {
        Op::IntToDecimal => match arg(0) {
            I(n) => Dec(crate::values::Decimal::from_i64(*n)),
            _ => return None,
        },
        Op::IntToFloat => match arg(0) {
            I(n) => Value::float(*n as f64),
            _ => return None,
        },
        Op::DecimalToFloat => match arg(0) {
            Dec(d) => Value::float(d.to_f64()),
            _ => return None,
        },
        // Sums of scores have any number of terms, added in the order written.
        Op::Add(_) | Op::Subtract(_) | Op::Multiply(_) | Op::Divide(_) => {
            let mut result = arg(0).clone();
            for n in 1..count {
                result = arithmetic(op, &result, arg(n))?;
            }
            result
        }
        Op::Negate(_) => match arg(0) {
            I(n) => I(n.checked_neg()?),
            Dec(d) => Dec(d.checked_neg()?),
            F(x) => Value::float(-x),
            _ => return None,
        },
        Op::Abs(_) => match arg(0) {
            I(n) => I(n.checked_abs()?),
            Dec(d) => Dec(d.abs()?),
            F(x) => Value::float(x.abs()),
            _ => return None,
        },
        Op::Round(_) => {
            let I(digits) = arg(1) else { return None };
            let digits = i32::try_from(*digits).ok()?;
            match arg(0) {
                I(n) => I(math::round_int(*n, digits)?),
                Dec(d) => Dec(d.round(digits)?),
                F(x) => F(math::round(*x, digits)?),
                _ => return None,
            }
        }
        Op::Floor(_) => match arg(0) {
            I(n) => I(*n),
            Dec(d) => Dec(d.floor()?),
            F(x) => Value::float(math::floor(*x)),
            _ => return None,
        },
        Op::Ceil(_) => match arg(0) {
            I(n) => I(*n),
            Dec(d) => Dec(d.ceil()?),
            F(x) => Value::float(math::ceil(*x)),
            _ => return None,
        },
        Op::Exp | Op::Log | Op::Sqrt => {
            let F(x) = arg(0) else { return None };
            F(match op {
                Op::Exp => math::exp(*x),
                Op::Log => math::log(*x),
                _ => math::sqrt(*x),
            }?)
        }
        Op::Pow => match (arg(0), arg(1)) {
            (F(x), F(y)) => F(math::pow(*x, *y)?),
            _ => return None,
        },
        Op::Quantity(unit) => {
            let I(n) = arg(0) else { return None };
            match (unit, unit_micros(unit)) {
                (_, Some(micros)) => Dur(Duration(n.checked_mul(micros)?)),
                (Unit::Year, None) => P(Period(i32::try_from(n.checked_mul(12)?).ok()?)),
                (_, None) => P(Period(i32::try_from(*n).ok()?)),
            }
        }
        Op::DateAddDuration | Op::DateSubtractDuration | Op::DateAddPeriod | Op::DateSubtractPeriod => {
            let D(date) = arg(0) else { return None };
            D(match (op, arg(1)) {
                (Op::DateAddDuration, Dur(d)) => date.plus(*d)?,
                (Op::DateSubtractDuration, Dur(d)) => date.plus(Duration(d.0.checked_neg()?))?,
                (Op::DateAddPeriod, P(p)) => date.plus_months(*p)?,
                (Op::DateSubtractPeriod, P(p)) => date.minus_months(*p)?,
                _ => return None,
            })
        }
        Op::TimeAddDuration | Op::TimeSubtractDuration | Op::TimeAddPeriod | Op::TimeSubtractPeriod => {
            let T(time) = arg(0) else { return None };
            T(match (op, arg(1)) {
                (Op::TimeAddDuration, Dur(d)) => time.plus(*d)?,
                (Op::TimeSubtractDuration, Dur(d)) => time.minus(*d)?,
                (Op::TimeAddPeriod, P(p)) => clock.zone.plus_months(*time, *p)?,
                (Op::TimeSubtractPeriod, P(p)) => clock.zone.minus_months(*time, *p)?,
                _ => return None,
            })
        }
        Op::DateOf => match arg(0) {
            T(time) => D(clock.zone.date_of(*time)?),
            _ => return None,
        },
        Op::DaysBetween | Op::MonthsBetween | Op::YearsBetween => {
            let (D(a), D(b)) = (arg(0), arg(1)) else { return None };
            I(match op {
                Op::DaysBetween => a.days_until(*b),
                Op::MonthsBetween => a.months_until(*b),
                _ => a.years_until(*b),
            })
        }
        Op::NextAnniversary => match arg(0) {
            D(date) => D(date.next_anniversary(clock.today)?),
            _ => return None,
        },
        Op::Weekday => match arg(0) {
            D(date) => Value::Label(Label(date.weekday())),
            _ => return None,
        },
        Op::Day | Op::Month | Op::Year => {
            let D(date) = arg(0) else { return None };
            I(match op {
                Op::Day => date.day().into(),
                Op::Month => date.month().into(),
                _ => date.year().into(),
            })
        }
        Op::Hour => match arg(0) {
            T(time) => I(clock.zone.hour(*time)?.into()),
            _ => return None,
        },
        Op::Lower | Op::Upper => {
            let Text(text) = arg(0) else { return None };
            Text(if op == Op::Lower { text.to_lowercase() } else { text.to_uppercase() }.into())
        }
        Op::Length => match arg(0) {
            Text(text) => I(i64::try_from(text.chars().count()).ok()?),
            _ => return None,
        },
        Op::Size => I(i64::try_from(elements(arg(0))?.len()).ok()?),
        _ => return None,
    })
}

/// `+ - * /` of two numbers of one type.
pub fn arithmetic(op: Op, a: &Value, b: &Value) -> Option<Value> {
    Some(match (op, a, b) {
        (Op::Add(Number::Int), Value::Int(a), Value::Int(b)) => Value::Int(a.checked_add(*b)?),
        (Op::Subtract(Number::Int), Value::Int(a), Value::Int(b)) => Value::Int(a.checked_sub(*b)?),
        (Op::Multiply(Number::Int), Value::Int(a), Value::Int(b)) => Value::Int(a.checked_mul(*b)?),
        (Op::Divide(Number::Int), Value::Int(a), Value::Int(b)) => Value::float(math::int_div(*a, *b)?),
        (Op::Add(Number::Decimal), Value::Decimal(a), Value::Decimal(b)) => {
            Value::Decimal(a.checked_add(*b)?)
        }
        (Op::Subtract(Number::Decimal), Value::Decimal(a), Value::Decimal(b)) => {
            Value::Decimal(a.checked_sub(*b)?)
        }
        (Op::Multiply(Number::Decimal), Value::Decimal(a), Value::Decimal(b)) => {
            Value::Decimal(a.checked_mul(*b)?)
        }
        (Op::Divide(Number::Decimal), Value::Decimal(a), Value::Decimal(b)) => {
            Value::Decimal(a.checked_div(*b)?)
        }
        (Op::Add(Number::Float), Value::Float(a), Value::Float(b)) => Value::float(a + b),
        (Op::Subtract(Number::Float), Value::Float(a), Value::Float(b)) => Value::float(a - b),
        (Op::Multiply(Number::Float), Value::Float(a), Value::Float(b)) => Value::float(a * b),
        // x / 0 is not finite.
        (Op::Divide(Number::Float), Value::Float(a), Value::Float(b)) => Value::float(a / b),
        _ => return None,
    })
}

/// `x in last N`: `now − N <= x < now`; `x in next N`: `now <= x < now + N`. Dates count with today and whole days.
fn within_length(op: Op, x: &Value, length: &Value, clock: &Clock<'_>) -> Option<bool> {
    // An end that lies outside the calendar bounds nothing.
    match (x, length) {
        (Value::Time(x), Value::Duration(_) | Value::Period(_)) => Some(match op {
            Op::InLast => {
                before(clock.now, length, clock.zone).is_none_or(|from| from <= *x) && *x < clock.now
            }
            _ => clock.now <= *x && after(clock.now, length, clock.zone).is_none_or(|to| *x < to),
        }),
        (Value::Date(x), Value::Duration(_) | Value::Period(_)) if whole_days(length) => Some(match op {
            Op::InLast => date_before(clock.today, length).is_none_or(|from| from <= *x) && *x < clock.today,
            _ => clock.today <= *x && date_after(clock.today, length).is_none_or(|to| *x < to),
        }),
        _ => None,
    }
}

/// Whether a length can be added to a date.
pub fn whole_days(length: &Value) -> bool {
    match length {
        Value::Duration(d) => unit_micros(Unit::Day).is_some_and(|day| d.0 % day == 0),
        Value::Period(_) => true,
        _ => false,
    }
}

/// `time − length`: elapsed for durations, by the calendar in `zone` for periods.
pub fn before(time: Time, length: &Value, zone: &Zone) -> Option<Time> {
    match length {
        Value::Duration(d) => time.minus(*d),
        Value::Period(p) => zone.minus_months(time, *p),
        _ => None,
    }
}

/// `time + length`: elapsed for durations, by the calendar in `zone` for periods.
pub fn after(time: Time, length: &Value, zone: &Zone) -> Option<Time> {
    match length {
        Value::Duration(d) => time.plus(*d),
        Value::Period(p) => zone.plus_months(time, *p),
        _ => None,
    }
}

/// `date − length`; none unless the length is one of whole days.
pub fn date_before(date: Date, length: &Value) -> Option<Date> {
    match length {
        Value::Duration(d) => date.plus(Duration(d.0.checked_neg()?)),
        Value::Period(p) => date.minus_months(*p),
        _ => None,
    }
}

/// `date + length`; none unless the length is one of whole days.
pub fn date_after(date: Date, length: &Value) -> Option<Date> {
    match length {
        Value::Duration(d) => date.plus(*d),
        Value::Period(p) => date.plus_months(*p),
        _ => None,
    }
}

/// The calendar unit of `this day|week|month|year`.
pub fn calendar_unit(unit: Unit) -> Option<CalendarUnit> {
    Some(match unit {
        Unit::Day => CalendarUnit::Day,
        Unit::Week => CalendarUnit::Week,
        Unit::Month => CalendarUnit::Month,
        Unit::Year => CalendarUnit::Year,
        Unit::Minute | Unit::Hour => return None,
    })
}

fn in_this(unit: Unit, x: &Value, clock: &Clock<'_>) -> Option<bool> {
    let unit = calendar_unit(unit)?;
    match x {
        Value::Time(x) => {
            let (from, to) = clock.zone.period_of(unit, clock.now)?;
            Some(from <= *x && *x < to)
        }
        Value::Date(x) => {
            let (from, to) = unit.period_of(clock.today)?;
            Some(from <= *x && *x < to)
        }
        _ => None,
    }
}

/// 1 + the number of cuts strictly below the value, counted from the other end if `reversed`.
pub fn cut_score(value: &Value, cuts: &[ValueKey], reversed: bool) -> Value {
    let mut below = 0;
    for cut in cuts {
        match cut.0.compare(value) {
            Some(Ordering::Less) => below += 1,
            Some(_) => {}
            None => return Value::Missing,
        }
    }
    Value::Int(if reversed { cuts.len() as i64 + 1 - below } else { below + 1 })
}
