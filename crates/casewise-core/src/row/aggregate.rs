//! Questions to the events and rows of one subject.

use crate::input::Rows;
use crate::model::{AggregateFunction, TableId, TableKind};
use crate::plan::layout::reachable;
use crate::plan::node::{AggregateNode, Node, Slot, ThenNode, WindowNode};
use crate::plan::semantics::{self, Clock};
use crate::values::{DecimalSum, Duration, ExactSum, Value, ValueKey, math};

use super::evaluate::{Evaluation, Inputs};

/// The answer, and what went into it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AggregateDetail {
    /// The answer.
    pub value: Value,
    /// Events in the window for which the filter is true.
    pub counted: usize,
    /// Events in the window whose filter is unknown, or whose value is missing.
    pub skipped: usize,
    /// Events at or after now.
    pub future: usize,
}

/// First and first-not-any-more place in a table's own measure of time: microseconds, or days. Of a table without
/// time, all.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    from: i64,
    to: i64,
}

fn bounds(kind: TableKind, window: Option<&WindowNode>, clock: &Clock<'_>) -> Bounds {
    // History beyond the calendar's beginning is all history.
    let (from, end) = match (kind, window) {
        (TableKind::Rows, _) | (_, None) => (i64::MIN, i64::MAX),
        (TableKind::Events, Some(WindowNode::Last(length))) => {
            (semantics::before(clock.now, &length.0, clock.zone).map_or(i64::MIN, |t| t.0), i64::MAX)
        }
        (TableKind::DatedEvents, Some(WindowNode::Last(length))) => {
            (semantics::date_before(clock.today, &length.0).map_or(i64::MIN, |d| d.0.into()), i64::MAX)
        }
        (TableKind::Events, Some(WindowNode::This(unit))) => semantics::calendar_unit(*unit)
            .and_then(|unit| clock.zone.period_of(unit, clock.now))
            .map_or((i64::MIN, i64::MAX), |(from, to)| (from.0, to.0)),
        (TableKind::DatedEvents, Some(WindowNode::This(unit))) => semantics::calendar_unit(*unit)
            .and_then(|unit| unit.period_of(clock.today))
            .map_or((i64::MIN, i64::MAX), |(from, to)| (from.0.into(), to.0.into())),
    };
    Bounds { from, to: end.min(present(kind, clock)) }
}

/// Where history ends.
fn present(kind: TableKind, clock: &Clock<'_>) -> i64 {
    match kind {
        TableKind::Rows => i64::MAX,
        TableKind::Events => clock.now.0,
        TableKind::DatedEvents => clock.today.0.into(),
    }
}

/// Answers an aggregate; what it reads outside its events has been ensured.
pub fn evaluate(evaluation: &Evaluation, inputs: Inputs<'_>, node: &AggregateNode) -> AggregateDetail {
    let mut detail = AggregateDetail::default();
    let Some(Some(rows)) = inputs.subject.tables.get(node.table.0) else { return detail };
    let bounds = bounds(node.kind, node.window.as_ref(), &inputs.clock);
    let present = present(node.kind, &inputs.clock);
    let mut state = Accumulator::new(node);
    let mut starts = Vec::new();
    if node.kind != TableKind::Rows {
        detail.future = rows.len() - rows.between(i64::MIN, present).len();
    }
    let rows = rows.between(bounds.from, bounds.to);
    if node.filter.is_none() && node.value.is_none() && node.then.is_none() && !needs_rows(node.function) {
        detail.counted = rows.len();
        detail.value = state.finish(node, detail.counted);
        return detail;
    }
    for row in rows {
        match node.filter.map(|filter| evaluation.in_event(inputs, filter, row).as_bool()) {
            None | Some(Some(true)) => {}
            Some(Some(false)) => {
                state.rejected = true;
                continue;
            }
            Some(None) => {
                detail.skipped += 1;
                continue;
            }
        }
        detail.counted += 1;
        if node.then.is_some() {
            starts.push(Rows::at(row));
        }
        let value = match node.value {
            Some(slot) => evaluation.in_event(inputs, slot, row),
            None => Value::Missing,
        };
        if node.value.is_some() && value.is_missing() {
            detail.skipped += 1;
            continue;
        }
        state.add(node, value, row, &inputs.clock);
    }
    if let Some(then) = &node.then {
        let (followed, skipped) = followed(evaluation, inputs, node, then, &starts);
        detail.skipped += skipped;
        detail.value = Value::Bool(followed);
    } else {
        detail.value = state.finish(node, detail.counted);
    }
    detail
}

/// Whether more is asked than how many there are.
fn needs_rows(function: AggregateFunction) -> bool {
    !matches!(function, AggregateFunction::Count | AggregateFunction::Exists | AggregateFunction::All)
}

/// The fields that are missing in the events that an aggregate skips, each once.
pub fn missing_fields(
    evaluation: &Evaluation,
    inputs: Inputs<'_>,
    node: &AggregateNode,
) -> Vec<(TableId, u32)> {
    let mut missing = Vec::new();
    let first = (node.table, node.kind, node.filter, node.value);
    let then = node.then.as_ref().map(|then| (then.table, then.kind, then.filter, None));
    for (table, kind, filter, value) in std::iter::once(first).chain(then) {
        let Some(Some(rows)) = inputs.subject.tables.get(table.0) else { continue };
        let bounds = bounds(kind, node.window.as_ref(), &inputs.clock);
        for row in rows.between(bounds.from, bounds.to) {
            let unknown = |slot: &Slot| evaluation.in_event(inputs, *slot, row).is_missing();
            let holds =
                filter.is_none_or(|slot| evaluation.in_event(inputs, slot, row).as_bool() == Some(true));
            let skipped_by = filter.filter(unknown).or_else(|| value.filter(|_| holds).filter(unknown));
            reachable(inputs.plan, skipped_by, |_, node| match node {
                Node::Field(of, n) if *of == table && row.get(*n as usize).is_none_or(Value::is_missing) => {
                    missing.push((table, *n));
                }
                _ => {}
            });
        }
    }
    missing.sort_unstable();
    missing.dedup();
    missing
}

/// Whether any event follows one of `starts` (ascending), strictly later and at most `within` later.
fn followed(
    evaluation: &Evaluation,
    inputs: Inputs<'_>,
    node: &AggregateNode,
    then: &ThenNode,
    starts: &[i64],
) -> (bool, usize) {
    let Some(Some(rows)) = inputs.subject.tables.get(then.table.0) else { return (false, 0) };
    let bounds = bounds(then.kind, node.window.as_ref(), &inputs.clock);
    let soon = match then.kind {
        TableKind::DatedEvents => then.within.div_euclid(MICROS_PER_DAY),
        TableKind::Events | TableKind::Rows => then.within,
    };
    let (mut found, mut skipped) = (false, 0);
    for row in rows.between(bounds.from, bounds.to) {
        let when = Rows::at(row);
        match then.filter.map(|filter| evaluation.in_event(inputs, filter, row).as_bool()) {
            None | Some(Some(true)) => {
                // The last one strictly before is the nearest.
                let before = starts.partition_point(|start| *start < when);
                let nearest = before.checked_sub(1).and_then(|n| starts.get(n));
                found |= nearest.is_some_and(|start| when.saturating_sub(*start) <= soon);
            }
            Some(Some(false)) => {}
            Some(None) => skipped += 1,
        }
    }
    (found, skipped)
}

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// What is gathered while going over the events.
struct Accumulator {
    sum: Sum,
    values: u64,
    best: Value,
    distinct: Vec<ValueKey>,
    /// An event's filter was false.
    rejected: bool,
}

enum Sum {
    Int(i128),
    Decimal(DecimalSum),
    Float(ExactSum),
}

impl Accumulator {
    fn new(node: &AggregateNode) -> Accumulator {
        let sum = match node.zero.0 {
            Value::Float(_) => Sum::Float(ExactSum::new()),
            Value::Decimal(_) => Sum::Decimal(DecimalSum::default()),
            _ => Sum::Int(0),
        };
        Accumulator { sum, values: 0, best: Value::Missing, distinct: Vec::new(), rejected: false }
    }

    fn add(&mut self, node: &AggregateNode, value: Value, row: &[Value], clock: &Clock<'_>) {
        match node.function {
            AggregateFunction::Count | AggregateFunction::Exists | AggregateFunction::All => {}
            AggregateFunction::Sum | AggregateFunction::Avg => {
                self.values += 1;
                self.add_number(node, &value, row, clock);
            }
            AggregateFunction::Min => self.keep(value, std::cmp::Ordering::is_lt),
            AggregateFunction::Max => self.keep(value, std::cmp::Ordering::is_gt),
            AggregateFunction::First if !self.best.is_missing() => {}
            AggregateFunction::First | AggregateFunction::Last => self.best = value,
            AggregateFunction::Distinct | AggregateFunction::Items => self.distinct.push(ValueKey(value)),
            AggregateFunction::Days => {
                let day = match row.first() {
                    Some(Value::Time(t)) => clock.zone.date_of(*t).map_or(Value::Missing, Value::Date),
                    Some(date) => date.clone(),
                    None => Value::Missing,
                };
                // Events come in order of time.
                if self.best.compare(&day).is_none_or(|order| order.is_ne()) {
                    self.values += 1;
                    self.best = day;
                }
            }
        }
    }

    fn add_number(&mut self, node: &AggregateNode, value: &Value, row: &[Value], clock: &Clock<'_>) {
        match (&mut self.sum, value) {
            (Sum::Int(sum), Value::Int(n)) => *sum += i128::from(*n),
            (Sum::Decimal(sum), Value::Decimal(d)) => sum.add(*d),
            (Sum::Float(sum), Value::Float(x)) => match node.half_life {
                Some(half_life) => {
                    let age = match row.first() {
                        Some(Value::Time(t)) => clock.now.0.saturating_sub(t.0),
                        Some(Value::Date(d)) => d.days_until(clock.today).saturating_mul(MICROS_PER_DAY),
                        _ => 0,
                    };
                    // A weight that is no number any more takes the whole sum with it.
                    sum.add(math::decay(Duration(age), Duration(half_life)).map_or(f64::NAN, |w| x * w));
                }
                None => sum.add(*x),
            },
            // The average of ints is a float, from their exact sum.
            (sum @ Sum::Float(_), Value::Int(n)) => *sum = Sum::Int(i128::from(*n)),
            _ => {}
        }
    }

    fn keep(&mut self, value: Value, better: fn(std::cmp::Ordering) -> bool) {
        if value.compare(&self.best).is_none_or(better) {
            self.best = value;
        }
    }

    fn finish(self, node: &AggregateNode, counted: usize) -> Value {
        let count = |n: usize| i64::try_from(n).map_or(Value::Missing, Value::Int);
        match node.function {
            AggregateFunction::Count => count(counted),
            AggregateFunction::Exists => Value::Bool(counted > 0),
            AggregateFunction::All => Value::Bool(!self.rejected),
            AggregateFunction::Days => count(self.values as usize),
            AggregateFunction::Items => Value::set(self.distinct.into_iter().map(|key| key.0).collect()),
            AggregateFunction::Distinct => {
                let mut values = self.distinct;
                values.sort_unstable();
                values.dedup();
                count(values.len())
            }
            AggregateFunction::Min
            | AggregateFunction::Max
            | AggregateFunction::First
            | AggregateFunction::Last => self.best,
            AggregateFunction::Sum if self.values == 0 => {
                if counted == 0 {
                    node.zero.0.clone()
                } else {
                    Value::Missing
                }
            }
            AggregateFunction::Avg if self.values == 0 => Value::Missing,
            AggregateFunction::Sum => match self.sum {
                Sum::Int(sum) => i64::try_from(sum).map_or(Value::Missing, Value::Int),
                Sum::Decimal(sum) => sum.value().map_or(Value::Missing, Value::Decimal),
                Sum::Float(sum) => sum.value().map_or(Value::Missing, Value::float),
            },
            AggregateFunction::Avg => match self.sum {
                Sum::Int(sum) => math::int_mean(sum, self.values).map_or(Value::Missing, Value::float),
                Sum::Decimal(sum) => sum.avg(self.values).map_or(Value::Missing, Value::Decimal),
                Sum::Float(sum) => sum.mean(self.values).map_or(Value::Missing, Value::float),
            },
        }
    }
}
