//! Constants of a model with the params in force: bounds of bands, lengths of windows, shares, counts.

use super::expr::{Expr, ExprKind, Op};
use super::types::Number;
use super::{Model, unit_micros};
use crate::syntax::ast::Unit;
use crate::values::{Decimal, Duration, Period, Value};

impl Model {
    /// The value of an expression that reads constants and params only; none for any other.
    /// Overflow is missing, as everywhere.
    pub fn constant(&self, expr: &Expr) -> Option<Value> {
        match &expr.kind {
            ExprKind::Constant(value) => Some(value.clone()),
            ExprKind::Param(param) => self.params.get(param.0).map(|param| param.value.clone()),
            ExprKind::Apply(op, arguments) => {
                let values: Option<Vec<Value>> = arguments.iter().map(|a| self.constant(a)).collect();
                fold(*op, &values?)
            }
            _ => None,
        }
    }

    /// The same for an expression that reads no param: what no override can change.
    pub fn fixed(&self, expr: &Expr) -> Option<Value> {
        let mut reads_param = false;
        expr.walk(&mut |part| reads_param |= matches!(part.kind, ExprKind::Param(_)));
        if reads_param { None } else { self.constant(expr) }
    }
}

/// A widening of one number.
pub(super) fn widen(op: Op, value: &Value) -> Option<Value> {
    Some(match (op, value) {
        (Op::IntToDecimal | Op::IntToFloat | Op::DecimalToFloat, Value::Missing) => Value::Missing,
        (Op::IntToDecimal, Value::Int(n)) => Value::Decimal(Decimal::from_i64(*n)),
        #[expect(clippy::cast_precision_loss, reason = "rounds to the nearest float, as the language says")]
        (Op::IntToFloat, Value::Int(n)) => Value::float(*n as f64),
        (Op::DecimalToFloat, Value::Decimal(d)) => Value::float(d.to_f64()),
        _ => return None,
    })
}

fn fold(op: Op, values: &[Value]) -> Option<Value> {
    if values.iter().any(Value::is_missing) {
        return Some(Value::Missing);
    }
    match (op, values) {
        (_, [value]) if widen(op, value).is_some() => widen(op, value),
        (Op::Quantity(unit), [Value::Int(n)]) => Some(quantity(*n, unit)),
        (Op::Negate(Number::Int), [Value::Int(n)]) => Some(n.checked_neg().map_or(Value::Missing, Value::Int)),
        (Op::Negate(_), [Value::Decimal(d)]) => Some(d.checked_neg().map_or(Value::Missing, Value::Decimal)),
        (Op::Negate(_), [Value::Float(x)]) => Some(Value::float(-x)),
        (Op::Divide(Number::Int), [Value::Int(a), Value::Int(b)]) => {
            Some(crate::values::math::int_div(*a, *b).map_or(Value::Missing, Value::float))
        }
        (_, [Value::Int(a), Value::Int(b)]) => {
            let result = match op {
                Op::Add(_) => a.checked_add(*b),
                Op::Subtract(_) => a.checked_sub(*b),
                Op::Multiply(_) => a.checked_mul(*b),
                _ => return None,
            };
            Some(result.map_or(Value::Missing, Value::Int))
        }
        (_, [Value::Decimal(a), Value::Decimal(b)]) => {
            let result = match op {
                Op::Add(_) => a.checked_add(*b),
                Op::Subtract(_) => a.checked_sub(*b),
                Op::Multiply(_) => a.checked_mul(*b),
                Op::Divide(_) => a.checked_div(*b),
                _ => return None,
            };
            Some(result.map_or(Value::Missing, Value::Decimal))
        }
        (_, [Value::Float(a), Value::Float(b)]) => Some(Value::float(match op {
            Op::Add(_) => a + b,
            Op::Subtract(_) => a - b,
            Op::Multiply(_) => a * b,
            Op::Divide(_) => a / b,
            _ => return None,
        })),
        _ => None,
    }
}

fn quantity(n: i64, unit: Unit) -> Value {
    let months = |per: i64| n.checked_mul(per).and_then(|m| i32::try_from(m).ok());
    match (unit_micros(unit), unit) {
        (Some(micros), _) => n.checked_mul(micros).map_or(Value::Missing, |n| Value::Duration(Duration(n))),
        (None, Unit::Year) => months(12).map_or(Value::Missing, |n| Value::Period(Period(n))),
        (None, _) => months(1).map_or(Value::Missing, |n| Value::Period(Period(n))),
    }
}
