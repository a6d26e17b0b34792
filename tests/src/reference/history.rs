//! Questions to events and rows.

use std::cmp::Ordering;

use casewise_core::model::{Aggregate, AggregateFunction, Expr, Number, TableId, TableKind, Then, Window};
use casewise_core::values::Value;
use num_bigint::BigInt;
use num_rational::BigRational;

use super::calendar::{self, DAY};
use super::facts::{Facts, Place, at_most, before, extreme, truth};
use super::number::{self, equal, exact};

impl Facts<'_> {
    /// The rows of a table that are history: "only what happened strictly before `now`", for dated events
    /// "`at < today`". Rows without a time are all there.
    pub(super) fn history(&self, table: TableId) -> Vec<&[Value]> {
        let rows = self.subject.tables[table.0].iter().flat_map(|rows| rows.iter());
        rows.filter(|row| match self.model.tables[table.0].kind {
            TableKind::Rows => true,
            TableKind::Events | TableKind::DatedEvents => before(&row[0], &self.present(table)) == Some(true),
        })
        .collect()
    }

    /// `now`, or `today` for dated events.
    fn present(&self, table: TableId) -> Value {
        match self.model.tables[table.0].kind {
            TableKind::DatedEvents => self.today.map_or(Value::Missing, Value::Date),
            TableKind::Events | TableKind::Rows => Value::Time(self.now),
        }
    }

    /// The part of the history in a window.
    fn in_window(&self, table: TableId, window: Option<&Window>) -> Vec<&[Value]> {
        let mut rows = self.history(table);
        let start = match window {
            None => return rows,
            // "`now − N <= at < now`, elapsed; months and years: calendar arithmetic in the model's zone."
            Some(Window::Last(length)) => self.moved(&self.present(table), &self.of(length), -1),
            // "The calendar period holding `now`."
            Some(Window::This(unit)) => {
                let start =
                    self.today.and_then(|today| calendar::period_of(*unit, today)).map(|(start, _)| start);
                match self.model.tables[table.0].kind {
                    TableKind::DatedEvents => start.map_or(Value::Missing, Value::Date),
                    _ => start
                        .and_then(|day| calendar::start_of_day(&self.zone, day))
                        .map_or(Value::Missing, Value::Time),
                }
            }
        };
        // A window that reaches back before year 1 holds the whole history.
        rows.retain(|row| at_most(&start, &row[0]) != Some(false));
        rows
    }

    pub(super) fn aggregate(&self, a: &Aggregate, e: &Expr, place: Place<'_>) -> Value {
        let rows = self.in_window(a.table, a.window.as_ref());
        let holds = |filter: &Option<Expr>, row: &[Value]| match filter {
            None => Some(true),
            Some(filter) => truth(&self.value(filter, Place { row: Some(row), ..place })),
        };
        // "`all(E where c)` is: no event in the window for which c is false."
        if a.function == AggregateFunction::All {
            return Value::Bool(!rows.iter().any(|row| holds(&a.filter, row) == Some(false)));
        }
        // "An event whose `where` is unknown is skipped."
        let rows: Vec<&[Value]> =
            rows.into_iter().filter(|row| holds(&a.filter, row) == Some(true)).collect();
        let count = |n: usize| Value::Int(i64::try_from(n).unwrap());
        match a.function {
            AggregateFunction::Count => return count(rows.len()),
            AggregateFunction::Exists => {
                return Value::Bool(match &a.then {
                    None => !rows.is_empty(),
                    Some(then) => rows.iter().any(|row| self.followed(a, row, then, place)),
                });
            }
            // "Distinct calendar days", in the model's zone.
            AggregateFunction::Days => {
                let days: Vec<Value> = rows
                    .iter()
                    .map(|row| match &row[0] {
                        Value::Time(t) => {
                            calendar::date_of(&self.zone, *t).map_or(Value::Missing, Value::Date)
                        }
                        day => day.clone(),
                    })
                    .collect();
                return count(distinct(&days));
            }
            _ => {}
        }
        let Some(value) = &a.value else { return Value::Missing };
        let values: Vec<(&[Value], Value)> = rows
            .iter()
            .map(|row| (*row, self.value(value, Place { row: Some(row), ..place })))
            // "An event … whose field is missing, is skipped."
            .filter(|(_, value)| *value != Value::Missing)
            .collect();
        let plain: Vec<Value> = values.iter().map(|(_, value)| value.clone()).collect();
        match a.function {
            AggregateFunction::Sum => {
                let kind = number::number_of(&e.ty.base).unwrap_or(Number::Float);
                // "`sum` of no events is 0 but of events without any value missing."
                if !rows.is_empty() && values.is_empty() {
                    return Value::Missing;
                }
                let terms = match &a.half_life {
                    None => plain,
                    Some(half_life) => {
                        let half_life = self.of(half_life);
                        values.iter().map(|(row, x)| self.decayed(a.table, row, x, &half_life)).collect()
                    }
                };
                match total(&terms) {
                    Some(sum) => number::to_type(&sum, kind),
                    None => Value::Missing,
                }
            }
            // "`avg` of decimals is a decimal, else a float."
            AggregateFunction::Avg => {
                let kind = if matches!(plain.first(), Some(Value::Decimal(_))) {
                    Number::Decimal
                } else {
                    Number::Float
                };
                match total(&plain) {
                    Some(sum) if !plain.is_empty() => {
                        number::to_type(&(sum / BigRational::from_integer(BigInt::from(plain.len()))), kind)
                    }
                    _ => Value::Missing,
                }
            }
            AggregateFunction::Min => extreme(&plain, Ordering::Less),
            AggregateFunction::Max => extreme(&plain, Ordering::Greater),
            // "`first last` (by time, then input order)"
            AggregateFunction::First => plain.first().cloned().unwrap_or_default(),
            AggregateFunction::Last => plain.last().cloned().unwrap_or_default(),
            AggregateFunction::Distinct => count(distinct(&plain)),
            // No model writes a set of items: it is what the plan asks for an affinity.
            AggregateFunction::Items
            | AggregateFunction::Count
            | AggregateFunction::Days
            | AggregateFunction::Exists
            | AggregateFunction::All => Value::Missing,
        }
    }

    /// "F strictly after E, at most 7 elapsed days later, both in the window."
    fn followed(&self, a: &Aggregate, first: &[Value], then: &Then, place: Place<'_>) -> bool {
        let Value::Duration(within) = self.of(&then.within) else { return false };
        self.in_window(then.table, a.window.as_ref()).iter().any(|row| {
            let filter = then.filter.as_ref().map(|f| self.value(f, Place { row: Some(row), ..place }));
            let later = micros(&row[0]).zip(micros(&first[0])).map(|(b, a)| b - a);
            filter.is_none_or(|f| truth(&f) == Some(true))
                && later.is_some_and(|later| 0 < later && later <= i128::from(within.0))
        })
    }

    /// "weight × 2^(−age / half_life), elapsed age"; of dated events in whole days.
    fn decayed(&self, table: TableId, row: &[Value], value: &Value, half_life: &Value) -> Value {
        let age = micros(&self.present(table)).zip(micros(&row[0])).map(|(now, at)| now - at);
        match (value, age, half_life) {
            (Value::Float(x), Some(age), Value::Duration(half)) if half.0 > 0 => {
                number::float(x * libm::exp2(-(age as f64 / half.0 as f64)))
            }
            _ => Value::Missing,
        }
    }
}

/// An instant, or the start of a date, in microseconds.
fn micros(at: &Value) -> Option<i128> {
    match at {
        Value::Time(t) => Some(i128::from(t.0)),
        Value::Date(d) => Some(i128::from(d.0) * i128::from(DAY)),
        _ => None,
    }
}

/// The exact sum; nothing if one term is missing.
fn total(terms: &[Value]) -> Option<BigRational> {
    let zero = BigRational::from_integer(BigInt::from(0));
    terms.iter().try_fold(zero, |sum, term| Some(sum + exact(term)?))
}

fn distinct(values: &[Value]) -> usize {
    let mut seen: Vec<&Value> = Vec::new();
    for value in values {
        if !seen.iter().any(|s| equal(s, value) == Some(true)) {
            seen.push(value);
        }
    }
    seen.len()
}
