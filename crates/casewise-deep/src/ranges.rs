//! Where the values of computed slots lie: interval arithmetic over the plan, and whether a value can be missing.
//!
//! Ranges hold for every present value. Rounding is monotone, so the ends may be computed as the values are.

use casewise_core::model::{AggregateFunction, Number, Op};
use casewise_core::plan::lifetime::LifetimePart;
use casewise_core::plan::node::{NearestPart, PatternNode};
use casewise_core::plan::{Node, Plan, Slot, semantics};
use casewise_core::values::{Label, Value};
use rustc_hash::FxHashMap;

/// Least and greatest value.
pub(crate) type Range = (Value, Value);

#[derive(Debug, Default)]
pub(crate) struct Ranges {
    ranges: FxHashMap<Slot, Option<Range>>,
    missing: FxHashMap<Slot, bool>,
}

impl Ranges {
    /// Where a value lies, if anything is known beyond its type.
    pub(crate) fn of(&mut self, plan: &Plan, slot: Slot) -> Option<Range> {
        if let Some(known) = self.ranges.get(&slot) {
            return known.clone();
        }
        let range = plan.nodes.get(slot).and_then(|node| self.compute(plan, node));
        self.ranges.insert(slot, range.clone());
        range
    }

    fn compute(&mut self, plan: &Plan, node: &Node) -> Option<Range> {
        let counts = || Some((Value::Int(0), Value::Int(i64::MAX)));
        let float = |low: f64, high: f64| Some((Value::Float(low), Value::Float(high)));
        match node {
            Node::Constant(value) if !value.0.is_missing() => Some((value.0.clone(), value.0.clone())),
            Node::CutScore { cuts, .. } => {
                Some((Value::Int(1), Value::Int(i64::try_from(cuts.len()).ok()? + 1)))
            }
            Node::Aggregate(aggregate) => match aggregate.function {
                AggregateFunction::Count | AggregateFunction::Distinct | AggregateFunction::Days => counts(),
                _ => None,
            },
            Node::Nearest { centers, part, .. } => match part {
                NearestPart::Label => {
                    let count = plan.centers.get(*centers as usize)?.centers.len();
                    let last = u32::try_from(count).ok()?.checked_sub(1)?;
                    Some((Value::Label(Label(0)), Value::Label(Label(last))))
                }
                NearestPart::Distance => float(0.0, f64::MAX),
            },
            Node::BestRule { rules, .. } => {
                let numbers = plan.rules.get(*rules as usize)?.rules.iter().map(|(_, number)| *number);
                let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
                for number in numbers {
                    (low, high) = (low.min(number), high.max(number));
                }
                (low <= high).then_some((Value::Float(low), Value::Float(high)))
            }
            Node::Lifetime { part: LifetimePart::Alive, .. } => float(0.0, 1.0),
            Node::Select(select) => {
                let mut hull: Option<Range> = None;
                for (_, value) in &select.rows {
                    if plan.nodes.constant(*value).is_some_and(Value::is_missing) {
                        continue;
                    }
                    let (low, high) = self.of(plan, *value)?;
                    hull = Some(match hull {
                        None => (low, high),
                        Some((least, most)) => (lesser(least, low)?, greater(most, high)?),
                    });
                }
                hull
            }
            Node::Apply(op, args) => self.operator(plan, *op, args),
            _ => None,
        }
    }

    fn operator(&mut self, plan: &Plan, op: Op, args: &[Slot]) -> Option<Range> {
        let whole = |low: i64, high: i64| Some((Value::Int(low), Value::Int(high)));
        match (op, args) {
            (Op::Length | Op::Size, _) => return whole(0, i64::MAX),
            (Op::Day, _) => return whole(1, 31),
            (Op::Month, _) => return whole(1, 12),
            (Op::Hour, _) => return whole(0, 23),
            (Op::Weekday, _) => return Some((Value::Label(Label(0)), Value::Label(Label(6)))),
            (Op::If, [_, then, otherwise]) | (Op::Otherwise, [then, otherwise]) => {
                // A constant missing is never a present value.
                let missing = |slot: Slot| plan.nodes.constant(slot).is_some_and(Value::is_missing);
                if missing(*then) {
                    return self.of(plan, *otherwise);
                }
                if missing(*otherwise) {
                    return self.of(plan, *then);
                }
                let ((a, b), (c, d)) = (self.of(plan, *then)?, self.of(plan, *otherwise)?);
                return Some((lesser(a, c)?, greater(b, d)?));
            }
            (Op::Min, args) => {
                // The least is not above any upper end that is known.
                let ranges: Vec<Option<Range>> = args.iter().map(|arg| self.of(plan, *arg)).collect();
                let high = ranges.iter().flatten().map(|(_, high)| high.clone()).reduce(|a, b| {
                    if a.compare(&b).is_some_and(std::cmp::Ordering::is_lt) { a } else { b }
                })?;
                let lows: Option<Vec<Value>> = ranges.into_iter().map(|r| r.map(|(low, _)| low)).collect();
                let low = match lows {
                    Some(lows) => lows.into_iter().reduce(|a, b| {
                        if a.compare(&b).is_some_and(std::cmp::Ordering::is_lt) { a } else { b }
                    })?,
                    None => end_of(&high, false)?,
                };
                return Some((low, high));
            }
            (Op::Max, args) => {
                let ranges: Vec<Option<Range>> = args.iter().map(|arg| self.of(plan, *arg)).collect();
                let low = ranges.iter().flatten().map(|(low, _)| low.clone()).reduce(|a, b| {
                    if a.compare(&b).is_some_and(std::cmp::Ordering::is_gt) { a } else { b }
                })?;
                let highs: Option<Vec<Value>> = ranges.into_iter().map(|r| r.map(|(_, high)| high)).collect();
                let high = match highs {
                    Some(highs) => highs.into_iter().reduce(|a, b| {
                        if a.compare(&b).is_some_and(std::cmp::Ordering::is_gt) { a } else { b }
                    })?,
                    None => end_of(&low, true)?,
                };
                return Some((low, high));
            }
            _ => {}
        }
        let ranges: Option<Vec<Range>> = args.iter().map(|arg| self.of(plan, *arg)).collect();
        let ranges = ranges?;
        match (op, ranges.as_slice()) {
            (
                Op::IntToDecimal | Op::IntToFloat | Op::DecimalToFloat | Op::Floor(_) | Op::Ceil(_),
                [(low, high)],
            )
            | (Op::Exp, [(low, high)]) => Some((apply(op, low)?, apply(op, high)?)),
            (Op::Negate(_), [(low, high)]) => Some((apply(op, high)?, apply(op, low)?)),
            (Op::Round(_), [(low, high), (digits, same)]) if digits == same => {
                Some((apply_two(op, low, digits)?, apply_two(op, high, digits)?))
            }
            (Op::Add(_), ranges) => {
                let mut ends = ranges.iter().cloned();
                let (mut low, mut high) = ends.next()?;
                for (l, h) in ends {
                    low = semantics::arithmetic(op, &low, &l)?;
                    high = semantics::arithmetic(op, &high, &h)?;
                }
                Some((low, high))
            }
            (Op::Subtract(_), [(a, b), (c, d)]) => {
                Some((semantics::arithmetic(op, a, d)?, semantics::arithmetic(op, b, c)?))
            }
            (Op::Multiply(_), [(a, b), (c, d)]) => corners(op, [a, b], [c, d]),
            (Op::Divide(number), [(a, b), (c, d)]) => {
                let zero = match number {
                    Number::Int => Value::Int(0),
                    Number::Decimal => Value::Decimal(casewise_core::values::Decimal::from_i64(0)),
                    Number::Float => Value::Float(0.0),
                };
                let positive = c.compare(&zero).is_some_and(std::cmp::Ordering::is_gt);
                let negative = d.compare(&zero).is_some_and(std::cmp::Ordering::is_lt);
                if positive || negative { corners(op, [a, b], [c, d]) } else { None }
            }
            _ => None,
        }
    }

    /// Whether a slot can be without a value. It may say yes where it never is.
    pub(crate) fn may_miss(&mut self, plan: &Plan, slot: Slot) -> bool {
        if let Some(known) = self.missing.get(&slot) {
            return *known;
        }
        let may = match plan.nodes.get(slot) {
            None => true,
            Some(node) => self.node_may_miss(plan, node),
        };
        self.missing.insert(slot, may);
        may
    }

    fn node_may_miss(&mut self, plan: &Plan, node: &Node) -> bool {
        let optional = |fields: &[casewise_core::model::Field], n: u32| {
            fields.get(n as usize).is_none_or(|field| field.ty.optional)
        };
        match node {
            Node::Constant(value) => value.0.is_missing(),
            Node::Attribute(n) => optional(&plan.model.subject.attributes, *n),
            Node::Context(n) => optional(&plan.model.context, *n),
            Node::Now | Node::Today | Node::InList(_) => false,
            Node::Matches(text, _) => self.may_miss(plan, *text),
            Node::Aggregate(aggregate) => !matches!(
                aggregate.function,
                AggregateFunction::Count
                    | AggregateFunction::Distinct
                    | AggregateFunction::Days
                    | AggregateFunction::Exists
                    | AggregateFunction::All
            ),
            Node::Select(select) => {
                let covered = |place: usize| {
                    select
                        .rows
                        .iter()
                        .any(|(patterns, _)| matches!(patterns.get(place), Some(PatternNode::Missing)))
                };
                let columns: Vec<Slot> = select.of.to_vec();
                let column = columns.iter().enumerate().any(|(n, of)| {
                    let may = self.may_miss(plan, *of);
                    may && !(columns.len() == 1 && covered(n))
                });
                column || select.rows.iter().any(|(_, value)| self.may_miss(plan, *value))
            }
            Node::CutScore { value, .. } => self.may_miss(plan, *value),
            Node::Apply(op, args) => match op {
                Op::IsMissing | Op::IsPresent => false,
                Op::Otherwise => args.iter().all(|arg| self.may_miss(plan, *arg)),
                Op::IntToDecimal | Op::IntToFloat | Op::DecimalToFloat | Op::Min | Op::Max | Op::If => {
                    args.iter().any(|arg| self.may_miss(plan, *arg))
                }
                op if semantics::gives_truth(*op) => args.iter().any(|arg| self.may_miss(plan, *arg)),
                Op::Length
                | Op::Size
                | Op::Lower
                | Op::Upper
                | Op::Day
                | Op::Month
                | Op::Year
                | Op::Weekday
                | Op::DaysBetween
                | Op::MonthsBetween
                | Op::YearsBetween => args.iter().any(|arg| self.may_miss(plan, *arg)),
                // What is computed can overflow.
                _ => true,
            },
            _ => true,
        }
    }
}

fn lesser(a: Value, b: Value) -> Option<Value> {
    Some(if a.compare(&b)?.is_le() { a } else { b })
}

fn greater(a: Value, b: Value) -> Option<Value> {
    Some(if a.compare(&b)?.is_ge() { a } else { b })
}

/// The last, or first, value of a number's type.
fn end_of(value: &Value, last: bool) -> Option<Value> {
    use casewise_core::values::Decimal;
    Some(match (value, last) {
        (Value::Int(_), true) => Value::Int(i64::MAX),
        (Value::Int(_), false) => Value::Int(i64::MIN),
        (Value::Float(_), true) => Value::Float(f64::MAX),
        (Value::Float(_), false) => Value::Float(f64::MIN),
        (Value::Decimal(_), true) => Value::Decimal(Decimal::MAX),
        (Value::Decimal(_), false) => Value::Decimal(Decimal::MIN),
        _ => return None,
    })
}

fn apply(op: Op, value: &Value) -> Option<Value> {
    present(crate::kleene::constant(op, std::slice::from_ref(value)))
}

fn apply_two(op: Op, a: &Value, b: &Value) -> Option<Value> {
    present(crate::kleene::constant(op, &[a.clone(), b.clone()]))
}

fn present(value: Value) -> Option<Value> {
    (!value.is_missing()).then_some(value)
}

fn corners(op: Op, first: [&Value; 2], second: [&Value; 2]) -> Option<Range> {
    let mut hull: Option<Range> = None;
    for a in first {
        for b in second {
            let value = semantics::arithmetic(op, a, b)?;
            hull = Some(match hull {
                None => (value.clone(), value),
                Some((low, high)) => (lesser(low, value.clone())?, greater(high, value)?),
            });
        }
    }
    hull
}
