//! Places that want a constant: windows, shares, caps, bounds. Literals and params, and arithmetic on them.

use std::cmp::Ordering;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number, Type};
use crate::model::{Expr, ExprKind, constants};
use crate::syntax::ast;
use crate::values::{Decimal, Value};

use super::Lowering;

/// What a constant may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limits {
    Any,
    /// Above 0.
    Positive,
    /// 0 or more.
    NotNegative,
    /// 0 to 1.
    Share,
    /// Both ends count.
    Between(i64, i64),
}

impl Limits {
    fn hold(self, value: &Value) -> bool {
        let at_least = |n: i64| compare_to_int(value, n).is_some_and(Ordering::is_ge);
        let at_most = |n: i64| compare_to_int(value, n).is_some_and(Ordering::is_le);
        match self {
            Limits::Any => true,
            Limits::Positive => compare_to_int(value, 0).is_some_and(Ordering::is_gt),
            Limits::NotNegative => at_least(0),
            Limits::Share => at_least(0) && at_most(1),
            Limits::Between(low, high) => at_least(low) && at_most(high),
        }
    }

    fn show(self) -> String {
        match self {
            Limits::Any => "a value".to_owned(),
            Limits::Positive => "more than 0".to_owned(),
            Limits::NotNegative => "0 or more".to_owned(),
            Limits::Share => "0% to 100%".to_owned(),
            Limits::Between(low, high) => format!("{low} to {high}"),
        }
    }
}

fn compare_to_int(value: &Value, n: i64) -> Option<Ordering> {
    Some(match value {
        Value::Int(x) => x.cmp(&n),
        Value::Decimal(x) => x.cmp(&Decimal::from_i64(n)),
        Value::Float(x) => x.partial_cmp(&(n as f64))?,
        Value::Duration(d) => d.0.cmp(&n),
        Value::Period(p) => i64::from(p.0).cmp(&n),
        _ => return None,
    })
}

impl<'a> Lowering<'a> {
    /// The value of a constant expression with the params in force.
    pub(super) fn evaluate(&self, e: &Expr) -> Option<Value> {
        constants::evaluate_with(e, &self.zone, &|id| {
            self.params.get(id.0).and_then(Option::as_ref).map(|p| p.value.clone())
        })
    }

    /// A required constant of a type within limits. `what` names the place: "a quota".
    pub(super) fn constant(
        &mut self,
        e: &'a ast::Expr,
        base: &Base,
        what: &str,
        limits: Limits,
    ) -> Option<Expr> {
        let e = self.typed(e, &Type::optional(base.clone()), what)?;
        self.check_constant(&e, what, limits)?;
        self.require(&e, what)?;
        Some(e)
    }

    /// A required constant number, of whichever type it is written in.
    pub(super) fn constant_number(&mut self, e: &'a ast::Expr, what: &str, limits: Limits) -> Option<Expr> {
        let e = self.numeric(e, what)?;
        self.check_constant(&e, what, limits)?;
        self.require(&e, what)?;
        Some(e)
    }

    /// A constant as a float.
    pub(super) fn constant_float(&mut self, e: &'a ast::Expr, what: &str, limits: Limits) -> Option<Expr> {
        let e = self.constant_number(e, what, limits)?;
        Some(super::literals::widen(e, Number::Float))
    }

    /// A constant that reads no param: learned parts stand in a file of their own, and a param changed
    /// from outside would not change them.
    pub(super) fn learned_constant(
        &mut self,
        e: &'a ast::Expr,
        base: &Base,
        what: &str,
        limits: Limits,
    ) -> Option<Expr> {
        let e = self.constant(e, base, what, limits)?;
        self.refuse_params(&e, what)?;
        Some(e)
    }

    pub(super) fn refuse_params(&mut self, e: &Expr, what: &str) -> Option<()> {
        if constants::evaluate_with(e, &self.zone, &|_| None).is_some() {
            return Some(());
        }
        let quoted = self.report.quote(e.span);
        self.report.push(
            Diagnostic::new(
                Code::NOT_CONSTANT,
                e.span,
                format!("{quoted} is {what} of a learned declaration"),
            )
            .label("expected a literal")
            .help("what is learned is kept in the parameters: changing a param would not change it"),
        );
        None
    }

    /// A learned or fixed count.
    pub(super) fn learned_count(&mut self, e: &'a ast::Expr, what: &str, limits: Limits) -> Option<usize> {
        let e = self.learned_constant(e, &Base::Int, what, limits)?;
        match self.evaluate(&e)? {
            Value::Int(n) => usize::try_from(n).ok(),
            _ => None,
        }
    }

    /// Whether an expression is constant and within limits.
    pub(super) fn check_constant(&mut self, e: &Expr, what: &str, limits: Limits) -> Option<()> {
        match self.evaluate(e) {
            // Parameters of a function are known where it is called.
            _ if self.in_function_declaration() => Some(()),
            None => {
                let quoted = self.report.quote(e.span);
                self.report.push(
                    Diagnostic::new(
                        Code::NOT_CONSTANT,
                        e.span,
                        format!("{what} must be known before any data is: {quoted} is not"),
                    )
                    .label("expected a literal or a param"),
                );
                None
            }
            // Said where a value is required.
            Some(Value::Missing) if e.ty.optional && !matches!(e.kind, ExprKind::Apply(..)) => Some(()),
            Some(Value::Missing) => {
                let quoted = self.report.quote(e.span);
                let message = format!("{quoted} has no value: it overflows, or divides by 0");
                self.report.error(Code::OUT_OF_RANGE, e.span, message);
                None
            }
            Some(value) if !limits.hold(&value) => {
                let shown = self.show_value(&value, &e.ty.base);
                let named = matches!(e.kind, ExprKind::Constant(_));
                let quoted = self.report.quote(e.span);
                let found = if named { shown } else { format!("{quoted} is {shown}") };
                self.report.push(
                    Diagnostic::new(Code::OUT_OF_RANGE, e.span, format!("{what} cannot be {found}"))
                        .label(format!("expected {}", limits.show())),
                );
                None
            }
            Some(_) => Some(()),
        }
    }

    /// Whether constants rise strictly; `what` names them.
    pub(super) fn check_ascending(&mut self, cuts: &[Expr], what: &str) -> Option<()> {
        let mut ok = Some(());
        for (a, b) in cuts.iter().zip(cuts.iter().skip(1)) {
            let (Some(low), Some(high)) = (self.evaluate(a), self.evaluate(b)) else { continue };
            if low.compare(&high).is_some_and(Ordering::is_ge) {
                let (low, high) = (self.show_value(&low, &a.ty.base), self.show_value(&high, &b.ty.base));
                self.report.push(
                    Diagnostic::new(
                        Code::OUT_OF_RANGE,
                        b.span,
                        format!("{what} must rise: {high} follows {low}"),
                    )
                    .label(format!("expected more than {low}")),
                );
                ok = None;
            }
        }
        ok
    }

    /// A value in the words of the model.
    pub(super) fn show_value(&self, value: &Value, base: &Base) -> String {
        match (value, base) {
            (Value::Label(label), Base::Enum(id)) => {
                let labels = self.enums.get(*id).map(|ty| &ty.labels);
                labels.and_then(|l| l.get(label.0 as usize)).map_or_else(String::new, |l| l.name.to_string())
            }
            _ => value.display_plain(),
        }
    }
}
