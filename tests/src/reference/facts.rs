//! One customer at one instant, and what an expression is worth for them.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;

use casewise_core::input::Subject;
use casewise_core::model::{
    CaseId, Clause, Expr, ExprKind, GateId, LetId, Model, Number, Op, Pattern, ScoreId, ScorePart, Select,
};
use casewise_core::syntax::ast::{ConditionKind, Unit};
use casewise_core::values::{Date, Duration, Label, Period, Time, Value};
use jiff::tz::TimeZone;
use num_bigint::BigInt;
use num_rational::BigRational;

use super::Learned;
use super::calendar::{self, DAY};
use super::number::{self, equal, exact, float, order};

/// Everything an expression can ask.
pub(super) struct Facts<'a> {
    pub(super) model: &'a Model,
    pub(super) learned: &'a dyn Learned,
    pub(super) subject: &'a Subject,
    pub(super) now: Time,
    /// The model's zone.
    pub(super) zone: TimeZone,
    /// "`today` is `now`'s date in the model's zone."
    pub(super) today: Option<Date>,
    lets: RefCell<HashMap<usize, Value>>,
    scores: RefCell<HashMap<(usize, ScorePart), Value>>,
}

/// What only some places of a model have: an event or row being looked at, a case being ranked.
#[derive(Clone, Copy, Default)]
pub(super) struct Place<'a> {
    pub(super) row: Option<&'a [Value]>,
    pub(super) case: Option<CaseId>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(
        model: &'a Model,
        learned: &'a dyn Learned,
        subject: &'a Subject,
        now: Time,
    ) -> Facts<'a> {
        let zone = calendar::zone(model.zone.name()).unwrap_or(TimeZone::UTC);
        let today = calendar::date_of(&zone, now);
        Facts {
            model,
            learned,
            subject,
            now,
            zone,
            today,
            lets: RefCell::default(),
            scores: RefCell::default(),
        }
    }

    /// The value of an expression that is about the customer alone.
    pub(super) fn of(&self, e: &Expr) -> Value {
        self.value(e, Place::default())
    }

    /// The truth of a condition; none is unknown.
    pub(super) fn holds(&self, e: &Expr) -> Option<bool> {
        truth(&self.of(e))
    }

    /// The value of an expression.
    pub(super) fn value(&self, e: &Expr, place: Place<'_>) -> Value {
        let inner = |e: &Expr| self.value(e, place);
        match &e.kind {
            ExprKind::Constant(value) => value.clone(),
            ExprKind::Param(id) => self.model.params[id.0].value.clone(),
            ExprKind::Attribute(n) => self.subject.attributes[*n].clone(),
            ExprKind::Context(n) => match &self.subject.context {
                Some(fields) => fields[*n].clone(),
                None => Value::Missing,
            },
            ExprKind::Field(n) => place.row.map_or(Value::Missing, |row| row[*n].clone()),
            ExprKind::Now => Value::Time(self.now),
            ExprKind::Today => from_date(self.today),
            ExprKind::Let(id) => self.let_value(*id),
            ExprKind::Score(id, part) => self.score(*id, part),
            ExprKind::Segment(id) => self.of(&self.model.segments[id.0].condition),
            ExprKind::Gate(id) => Value::from(self.gate(*id)),
            ExprKind::InList(id) => Value::from(self.subject.lists[id.0]),
            // "No `priority` is 0."
            ExprKind::CasePriority => {
                let priority = place.case.map(|id| self.priority(id)).unwrap_or_default();
                number::widen(&priority, &e.ty.base)
            }
            ExprKind::CaseProperty(id) => {
                let property = place.case.map(|case| self.of(&self.model.cases[case.0].properties[id.0]));
                number::widen(&property.unwrap_or_default(), &e.ty.base)
            }
            ExprKind::Apply(op, arguments) => self.apply(*op, arguments, place),
            // "`matches(x, "re")` searches."
            ExprKind::Matches(text, pattern) => match inner(text) {
                Value::Text(text) => Value::Bool(regex::Regex::new(pattern).unwrap().is_match(&text)),
                _ => Value::Missing,
            },
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, e, place),
            ExprKind::Select(select) => self.select(select, place),
        }
    }

    fn let_value(&self, id: LetId) -> Value {
        let known = self.lets.borrow().get(&id.0).cloned();
        known.unwrap_or_else(|| {
            let value = self.of(&self.model.lets[id.0].value);
            self.lets.borrow_mut().insert(id.0, value.clone());
            value
        })
    }

    pub(super) fn score(&self, id: ScoreId, part: &ScorePart) -> Value {
        let key = (id.0, part.clone());
        let known = self.scores.borrow().get(&key).cloned();
        known.unwrap_or_else(|| {
            let value = self.score_part(id, part);
            self.scores.borrow_mut().insert(key, value.clone());
            value
        })
    }

    /// The priority of a case as written; "no `priority` is 0".
    pub(super) fn priority(&self, case: CaseId) -> Value {
        self.model.cases[case.0].priority.as_ref().map_or(Value::Int(0), |e| self.of(e))
    }

    /// "A gate's outcome is the Kleene conjunction of its clauses."
    pub(super) fn gate(&self, id: GateId) -> Option<bool> {
        and(self.model.gates[id.0].clauses.iter().map(|c| self.clause(c)))
    }

    /// "`exclude` (= `require not`)"
    pub(super) fn clause(&self, clause: &Clause) -> Option<bool> {
        let holds = self.holds(&clause.condition);
        match clause.kind {
            ConditionKind::For | ConditionKind::Require => holds,
            ConditionKind::Exclude => holds.map(|b| !b),
        }
    }

    /// The row whose patterns all match: "rows that neither overlap nor leave a gap", so there is one.
    fn select(&self, select: &Select, place: Place<'_>) -> Value {
        let columns: Vec<Value> = select.of.iter().map(|e| self.value(e, place)).collect();
        for row in &select.rows {
            if row.patterns.iter().zip(&columns).all(|(p, value)| self.matches(p, value, place)) {
                return self.value(&row.value, place);
            }
        }
        Value::Missing
    }

    fn matches(&self, pattern: &Pattern, value: &Value, place: Place<'_>) -> bool {
        match pattern {
            Pattern::Missing => *value == Value::Missing,
            Pattern::Any => *value != Value::Missing,
            Pattern::Values(values) => {
                values.iter().any(|v| equal(value, &self.value(v, place)) == Some(true))
            }
            // "Bands `a .. b` hold from a up to, not including, b."
            Pattern::Range { low, high } => {
                let fits = |bound: &Option<(Expr, bool)>, side: Ordering| match bound {
                    None => true,
                    Some((bound, included)) => match order(value, &self.value(bound, place)) {
                        Some(Ordering::Equal) => *included,
                        Some(found) => found == side,
                        None => false,
                    },
                };
                *value != Value::Missing && fits(low, Ordering::Greater) && fits(high, Ordering::Less)
            }
        }
    }

    fn apply(&self, op: Op, arguments: &[Expr], place: Place<'_>) -> Value {
        let values: Vec<Value> = arguments.iter().map(|e| self.value(e, place)).collect();
        if let Some(value) = logic(op, &values) {
            return value;
        }
        // "Comparison, arithmetic and functions of missing are missing."
        if values.contains(&Value::Missing) {
            return Value::Missing;
        }
        arithmetic(op, &values)
            .or_else(|| text(op, &values))
            .or_else(|| self.time(op, &values))
            .unwrap_or_default()
    }

    /// Dates and times. None for an operator of another kind.
    fn time(&self, op: Op, values: &[Value]) -> Option<Value> {
        let a = values.first();
        let b = values.get(1);
        Some(match (op, a?, b) {
            (Op::Quantity(unit), Value::Int(n), _) => quantity(*n, unit),
            (
                Op::DateAddDuration | Op::DateAddPeriod | Op::TimeAddDuration | Op::TimeAddPeriod,
                a,
                Some(b),
            ) => self.moved(a, b, 1),
            (
                Op::DateSubtractDuration
                | Op::DateSubtractPeriod
                | Op::TimeSubtractDuration
                | Op::TimeSubtractPeriod,
                a,
                Some(b),
            ) => self.moved(a, b, -1),
            (Op::DateOf, Value::Time(t), _) => from_date(calendar::date_of(&self.zone, *t)),
            (Op::DaysBetween | Op::MonthsBetween | Op::YearsBetween, a, Some(b)) => self.between(op, a, b),
            (Op::NextAnniversary, Value::Date(d), _) => {
                from_date(self.today.and_then(|today| calendar::next_anniversary(*d, today)))
            }
            (Op::Weekday, Value::Date(d), _) => calendar::civil(*d).map_or(Value::Missing, |d| {
                Value::Label(Label(u32::try_from(d.weekday().to_monday_zero_offset()).unwrap()))
            }),
            (Op::Day, Value::Date(d), _) => whole(calendar::civil(*d).map(|d| i64::from(d.day()))),
            (Op::Month, Value::Date(d), _) => whole(calendar::civil(*d).map(|d| i64::from(d.month()))),
            (Op::Year, Value::Date(d), _) => whole(calendar::civil(*d).map(|d| i64::from(d.year()))),
            (Op::Hour, Value::Time(t), _) => {
                whole(calendar::local(&self.zone, *t).map(|t| i64::from(t.hour())))
            }
            // "`d in last N` is `now − N <= d < now`, `in next N` is `now <= d < now + N`, for dates with
            // `today` and whole days."
            // An end outside the calendar bounds nothing.
            (Op::InLast, d, Some(length)) if addable(d, length) => {
                let now = self.now_like(d);
                let start = self.moved(&now, length, -1);
                Value::Bool(at_most(&start, d) != Some(false) && before(d, &now) == Some(true))
            }
            (Op::InNext, d, Some(length)) if addable(d, length) => {
                let now = self.now_like(d);
                let end = self.moved(&now, length, 1);
                Value::Bool(at_most(&now, d) == Some(true) && before(d, &end) != Some(false))
            }
            // "`in this month` is the whole period."
            (Op::InThis(unit), d, _) => {
                let period = self.today.and_then(|today| calendar::period_of(unit, today));
                let Some((start, end)) = period else { return Some(Value::Missing) };
                let edge = |day: Date| match d {
                    Value::Time(_) => {
                        calendar::start_of_day(&self.zone, day).map_or(Value::Missing, Value::Time)
                    }
                    _ => Value::Date(day),
                };
                Value::from(and([at_most(&edge(start), d), before(d, &edge(end))]))
            }
            _ => return None,
        })
    }

    /// `now` for a time, `today` for a date.
    fn now_like(&self, d: &Value) -> Value {
        match d {
            Value::Time(_) => Value::Time(self.now),
            _ => from_date(self.today),
        }
    }

    /// A date or time and a length later (`sign` 1) or earlier (−1).
    pub(super) fn moved(&self, start: &Value, length: &Value, sign: i64) -> Value {
        match (start, length) {
            // "`date + duration` not of whole days is missing."
            (Value::Date(d), Value::Duration(n)) if n.0 % DAY == 0 => {
                from_date(calendar::plus_days(*d, sign * (n.0 / DAY)))
            }
            (Value::Date(d), Value::Period(n)) => {
                from_date(calendar::plus_months(*d, sign * calendar::months(*n)))
            }
            // "Elapsed."
            (Value::Time(t), Value::Duration(n)) => {
                let sum = i128::from(t.0) + i128::from(sign) * i128::from(n.0);
                i64::try_from(sum).ok().and_then(calendar::time).map_or(Value::Missing, Value::Time)
            }
            (Value::Time(t), Value::Period(n)) => {
                calendar::time_plus_months(&self.zone, *t, sign * calendar::months(*n))
                    .map_or(Value::Missing, Value::Time)
            }
            _ => Value::Missing,
        }
    }

    /// "`days_between months_between years_between` (whole: the largest n with a + n ≤ b)"
    fn between(&self, op: Op, a: &Value, b: &Value) -> Value {
        let months = match op {
            Op::MonthsBetween => 1,
            _ => 12,
        };
        match (a, b) {
            (Value::Date(a), Value::Date(b)) if op == Op::DaysBetween => {
                Value::Int(i64::from(b.0) - i64::from(a.0))
            }
            (Value::Time(a), Value::Time(b)) if op == Op::DaysBetween => {
                let days = (i128::from(b.0) - i128::from(a.0)).div_euclid(i128::from(DAY));
                whole(i64::try_from(days).ok())
            }
            (Value::Date(a), Value::Date(b)) => {
                let estimate = calendar::months_apart(*a, *b) / months;
                Value::Int(calendar::largest(estimate, b, |n| calendar::plus_months(*a, n * months)))
            }
            (Value::Time(a), Value::Time(b)) => {
                let dates = calendar::date_of(&self.zone, *a).zip(calendar::date_of(&self.zone, *b));
                let Some((first, last)) = dates else { return Value::Missing };
                let estimate = calendar::months_apart(first, last) / months;
                let add = |n: i64| calendar::time_plus_months(&self.zone, *a, n * months);
                Value::Int(calendar::largest(estimate, b, add))
            }
            _ => Value::Missing,
        }
    }
}

/// Whether a length can be added: any to a time, whole days and periods to a date.
fn addable(d: &Value, length: &Value) -> bool {
    match (d, length) {
        (Value::Date(_), Value::Duration(n)) => n.0 % DAY == 0,
        _ => true,
    }
}

/// The truth of a value; none is unknown.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        _ => None,
    }
}

/// Kleene's conjunction: false if one is false, else unknown if one is unknown, else true.
pub(super) fn and(outcomes: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for outcome in outcomes {
        match outcome {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

/// Kleene's disjunction: true if one is true, else unknown if one is unknown, else false.
pub(super) fn or(outcomes: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    and(outcomes.into_iter().map(not)).map(|b| !b)
}

fn not(outcome: Option<bool>) -> Option<bool> {
    outcome.map(|b| !b)
}

pub(super) fn before(a: &Value, b: &Value) -> Option<bool> {
    order(a, b).map(Ordering::is_lt)
}

pub(super) fn at_most(a: &Value, b: &Value) -> Option<bool> {
    order(a, b).map(Ordering::is_le)
}

fn from_date(date: Option<Date>) -> Value {
    date.map_or(Value::Missing, Value::Date)
}

fn whole(n: Option<i64>) -> Value {
    n.map_or(Value::Missing, Value::Int)
}

fn quantity(n: i64, unit: Unit) -> Value {
    let minutes = match unit {
        Unit::Minute => 1,
        Unit::Hour => 60,
        Unit::Day => 24 * 60,
        Unit::Week => 7 * 24 * 60,
        Unit::Month | Unit::Year => {
            let months = i128::from(n) * if unit == Unit::Year { 12 } else { 1 };
            return i32::try_from(months).map_or(Value::Missing, |m| Value::Period(Period(m)));
        }
    };
    let micros = i128::from(n) * minutes * 60_000_000;
    i64::try_from(micros).map_or(Value::Missing, |m| Value::Duration(Duration(m)))
}

fn elements(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Set(elements) | Value::List(elements) => Some(elements),
        _ => None,
    }
}

/// "`in` and `overlaps` are Kleene-or over the elements": of an unknown set, unknown.
fn within(item: &Value, set: &Value) -> Option<bool> {
    or(elements(set)?.iter().map(|e| equal(item, e)))
}

/// The operators that say themselves what missing means. None for the others.
fn logic(op: Op, values: &[Value]) -> Option<Value> {
    let truths = || values.iter().map(truth);
    let [a, b] = [0, 1].map(|n| values.get(n).unwrap_or(&Value::Missing));
    Some(match op {
        Op::Not => Value::from(not(truth(a))),
        Op::And => Value::from(and(truths())),
        Op::Or => Value::from(or(truths())),
        // "(both ends)": Kleene's `x >= low and x <= high`.
        Op::Between => Value::from(and([at_most(b, a), at_most(a, &values[2])])),
        Op::In => Value::from(or(values[1..].iter().map(|e| equal(a, e)))),
        Op::InSet => Value::from(within(a, b)),
        Op::Overlaps => Value::from(match (elements(a), elements(b)) {
            (Some(a), Some(_)) => or(a.iter().map(|e| within(e, b))),
            // Nothing overlaps an empty set, not even an unknown one.
            (Some([]), None) | (None, Some([])) => Some(false),
            _ => None,
        }),
        // "`subset of` Kleene-and (so the empty set is a subset of everything)."
        Op::SubsetOf => Value::from(elements(a).and_then(|a| and(a.iter().map(|e| within(e, b))))),
        Op::List => Value::List(values.into()),
        Op::IsMissing => Value::Bool(*a == Value::Missing),
        Op::IsPresent => Value::Bool(*a != Value::Missing),
        // "`x otherwise y` (replaces missing)"
        Op::Otherwise => if *a == Value::Missing { b } else { a }.clone(),
        // "`if` with a missing condition is missing."
        Op::If => match truth(a) {
            Some(true) => b.clone(),
            Some(false) => values[2].clone(),
            None => Value::Missing,
        },
        _ => return None,
    })
}

/// Numbers and comparisons of present values. None for an operator of another kind.
fn arithmetic(op: Op, values: &[Value]) -> Option<Value> {
    let [a, b] = [0, 1].map(|n| values.get(n).unwrap_or(&Value::Missing));
    let compare = |holds: fn(Ordering) -> bool| Value::from(order(a, b).map(holds));
    Some(match op {
        Op::Eq => Value::from(equal(a, b)),
        Op::Ne => Value::from(not(equal(a, b))),
        Op::Lt => compare(Ordering::is_lt),
        Op::Le => compare(Ordering::is_le),
        Op::Gt => compare(Ordering::is_gt),
        Op::Ge => compare(Ordering::is_ge),
        Op::IntToDecimal => on_exact(a, Number::Decimal, Clone::clone),
        Op::IntToFloat | Op::DecimalToFloat => on_exact(a, Number::Float, Clone::clone),
        // Floats add, subtract, multiply and divide as IEEE 754 says: exactly, then rounded once.
        Op::Add(kind) => sum(a, b, kind),
        Op::Subtract(kind) => on_exact2(a, b, kind, |a, b| a - b),
        Op::Multiply(kind) => on_exact2(a, b, kind, |a, b| a * b),
        Op::Divide(kind) => {
            // "int/int is float."
            let result = if kind == Number::Int { Number::Float } else { kind };
            match exact(b) {
                Some(divisor) if !number::is_zero(&divisor) => on_exact2(a, b, result, |a, b| a / b),
                _ => Value::Missing,
            }
        }
        Op::Negate(kind) => on_exact(a, kind, |a| -a),
        Op::Abs(kind) => on_exact(a, kind, number::abs),
        Op::Min => extreme(values, Ordering::Less),
        Op::Max => extreme(values, Ordering::Greater),
        Op::Round(kind) => match b {
            Value::Int(digits) => on_exact(a, kind, |a| number::round_to(a, *digits)),
            _ => Value::Missing,
        },
        Op::Floor(kind) => on_exact(a, kind, BigRational::floor),
        Op::Ceil(kind) => on_exact(a, kind, BigRational::ceil),
        // "`exp log pow` come from one pinned pure-Rust implementation": shared by definition.
        Op::Exp => on_floats(a, a, |a, _| libm::exp(a)),
        Op::Log => on_floats(a, a, |a, _| libm::log(a)),
        Op::Pow => on_floats(a, b, libm::pow),
        Op::Sqrt => on_floats(a, a, |a, _| a.sqrt()),
        _ => return None,
    })
}

fn on_exact(a: &Value, kind: Number, f: impl Fn(&BigRational) -> BigRational) -> Value {
    exact(a).map_or(Value::Missing, |a| number::to_type(&f(&a), kind))
}

/// `a + b` of two numbers of one type.
pub(super) fn sum(a: &Value, b: &Value, kind: Number) -> Value {
    on_exact2(a, b, kind, |a, b| a + b)
}

fn on_exact2(
    a: &Value,
    b: &Value,
    kind: Number,
    f: impl Fn(BigRational, BigRational) -> BigRational,
) -> Value {
    match exact(a).zip(exact(b)) {
        Some((a, b)) => number::to_type(&f(a, b), kind),
        None => Value::Missing,
    }
}

fn on_floats(a: &Value, b: &Value, f: impl Fn(f64, f64) -> f64) -> Value {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => float(f(*a, *b)),
        _ => Value::Missing,
    }
}

/// The first of the values that no other one is `side` of.
pub(super) fn extreme(values: &[Value], side: Ordering) -> Value {
    let mut best = values.first().cloned().unwrap_or_default();
    for value in values {
        if order(value, &best) == Some(side) {
            best = value.clone();
        }
    }
    best
}

/// Texts and sets of present values. None for an operator of another kind.
fn text(op: Op, values: &[Value]) -> Option<Value> {
    let count = |n: usize| Value::Int(i64::try_from(BigInt::from(n)).unwrap());
    Some(match (op, values.first()?, values.get(1)) {
        (Op::Lower, Value::Text(a), _) => Value::Text(a.to_lowercase().into()),
        (Op::Upper, Value::Text(a), _) => Value::Text(a.to_uppercase().into()),
        // "`length` counts code points."
        (Op::Length, Value::Text(a), _) => count(a.chars().count()),
        (Op::StartsWith, Value::Text(a), Some(Value::Text(b))) => Value::Bool(a.starts_with(&**b)),
        (Op::EndsWith, Value::Text(a), Some(Value::Text(b))) => Value::Bool(a.ends_with(&**b)),
        (Op::Contains, Value::Text(a), Some(Value::Text(b))) => Value::Bool(a.contains(&**b)),
        (Op::Size, Value::Set(a) | Value::List(a), _) => count(a.len()),
        _ => return None,
    })
}
