//! Literals: a number takes the type that its place wants if that holds it exactly.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number, Type};
use crate::model::{Expr, ExprKind, Op, unit_micros};
use crate::source::Span;
use crate::syntax::ast::{self, Literal, Unit};
use crate::values::{Date, Decimal, Duration, Moment, Period, Value};

use super::Lowering;

impl<'a> Lowering<'a> {
    pub(super) fn literal(&mut self, literal: &'a Literal, span: Span, want: Option<&Base>) -> Option<Expr> {
        match literal {
            Literal::Number(digits) => self.number(digits, false, false, span, want),
            Literal::Percent(digits) => self.number(digits, true, false, span, want),
            Literal::Text(text) => Some(constant(Value::Text(Arc::from(text.as_str())), Base::Text, span)),
            Literal::Bool(b) => Some(constant(Value::Bool(*b), Base::Bool, span)),
            Literal::Missing => self.missing_literal(span, want),
            Literal::Date(text) => match Date::parse(text) {
                Some(date) => Some(constant(Value::Date(date), Base::Date, span)),
                None => self.unreadable(
                    span,
                    format!("{text} is not a date"),
                    "expected a day such as 2026-11-22",
                ),
            },
            Literal::DateTime(text) => {
                match Moment::parse(text).and_then(|moment| moment.in_zone(&self.zone)) {
                    Some(time) => Some(constant(Value::Time(time), Base::Time, span)),
                    None => self.unreadable(
                        span,
                        format!("{text} is not a time"),
                        "expected a time such as 2026-11-22T10:00",
                    ),
                }
            }
            Literal::Now => Some(Expr { kind: ExprKind::Now, ty: Type::required(Base::Time), span }),
            Literal::Today => Some(Expr { kind: ExprKind::Today, ty: Type::required(Base::Date), span }),
        }
    }

    fn missing_literal(&mut self, span: Span, want: Option<&Base>) -> Option<Expr> {
        let Some(base) = want else {
            self.report.push(
                Diagnostic::new(Code::TYPE_MISMATCH, span, "nothing says of which type this `missing` is")
                    .help("to ask whether a value is there, write `x is missing`"),
            );
            return None;
        };
        Some(Expr { kind: ExprKind::Constant(Value::Missing), ty: Type::optional(base.clone()), span })
    }

    fn unreadable(&mut self, span: Span, message: String, label: &str) -> Option<Expr> {
        self.report.push(Diagnostic::new(Code::LITERAL, span, message).label(label));
        None
    }

    /// `3`, `3.5`, `5%`, and the same with a minus before it.
    pub(super) fn number(
        &mut self,
        digits: &str,
        percent: bool,
        negative: bool,
        span: Span,
        want: Option<&Base>,
    ) -> Option<Expr> {
        let sign = if negative { "-" } else { "" };
        let text = if percent { format!("{sign}{digits}e-2") } else { format!("{sign}{digits}") };
        let Ok(exact) = Decimal::parse(&text) else {
            // Too long for a decimal: the nearest float is what both operands widen to.
            return match text.parse::<f64>() {
                Ok(x) if x.is_finite() => Some(constant(Value::float(x), Base::Float, span)),
                _ => self.unreadable(span, format!("the number {digits} is too large"), "no type holds it"),
            };
        };
        let whole = !percent && digits.bytes().all(|b| b.is_ascii_digit());
        let own = if whole && exact.to_i64_exact().is_some() { Base::Int } else { Base::Decimal };
        let base = match want {
            Some(Base::Int) if exact.to_i64_exact().is_some() => Base::Int,
            Some(base @ (Base::Decimal | Base::Float)) => base.clone(),
            _ => own,
        };
        let value = match base {
            Base::Int => Value::Int(exact.to_i64_exact()?),
            Base::Float => Value::float(exact.to_f64()),
            _ => Value::Decimal(exact),
        };
        Some(constant(value, base, span))
    }

    /// `30 days`, `n days`
    pub(super) fn quantity(&mut self, amount: &'a ast::Expr, unit: Unit, span: Span) -> Option<Expr> {
        let amount = self.typed(amount, &Type::optional(Base::Int), "a number of units of time")?;
        let base = if unit_micros(unit).is_some() { Base::Duration } else { Base::Period };
        if let ExprKind::Constant(Value::Int(n)) = amount.kind {
            return match quantity_value(n, unit) {
                Some(value) => Some(constant(value, base, span)),
                None => self.unreadable(span, "this time is too long".to_owned(), "no duration holds it"),
            };
        }
        let ty = Type { base, optional: amount.ty.optional };
        Some(Expr { kind: ExprKind::Apply(Op::Quantity(unit), vec![amount]), ty, span })
    }
}

/// So many units of time.
pub(super) fn quantity_value(n: i64, unit: Unit) -> Option<Value> {
    match (unit_micros(unit), unit) {
        (Some(micros), _) => n.checked_mul(micros).map(|m| Value::Duration(Duration(m))),
        (None, Unit::Year) => months(n.checked_mul(12)?),
        (None, _) => months(n),
    }
}

fn months(n: i64) -> Option<Value> {
    i32::try_from(n).ok().map(|m| Value::Period(Period(m)))
}

/// A constant of a type.
pub(super) fn constant(value: Value, base: Base, span: Span) -> Expr {
    Expr { kind: ExprKind::Constant(value), ty: Type::required(base), span }
}

/// A number in a wider type. Constants are widened at once.
pub(super) fn widen(e: Expr, to: Number) -> Expr {
    let Some(from) = super::types::number(&e.ty.base) else { return e };
    let (op, value) = match (from, to, &e.kind) {
        (Number::Int, Number::Decimal, kind) => {
            (Op::IntToDecimal, int_constant(kind).map(|n| Value::Decimal(Decimal::from_i64(n))))
        }
        (Number::Int, Number::Float, kind) => {
            (Op::IntToFloat, int_constant(kind).map(|n| Value::float(n as f64)))
        }
        (Number::Decimal, Number::Float, ExprKind::Constant(Value::Decimal(d))) => {
            (Op::DecimalToFloat, Some(Value::float(d.to_f64())))
        }
        (Number::Decimal, Number::Float, _) => (Op::DecimalToFloat, None),
        _ => return e,
    };
    let ty = Type { base: super::types::number_base(to), optional: e.ty.optional };
    let span = e.span;
    let kind = match (value, &e.kind) {
        (Some(value), _) => ExprKind::Constant(value),
        (None, ExprKind::Constant(Value::Missing)) => ExprKind::Constant(Value::Missing),
        (None, _) => ExprKind::Apply(op, vec![e]),
    };
    Expr { kind, ty, span }
}

fn int_constant(kind: &ExprKind) -> Option<i64> {
    match kind {
        ExprKind::Constant(Value::Int(n)) => Some(*n),
        _ => None,
    }
}
