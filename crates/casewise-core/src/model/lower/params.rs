//! Params: their values in force.

use std::cmp::Ordering;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::Param;
use crate::model::types::{Base, Type};
use crate::source::Span;
use crate::syntax::ast;
use crate::values::Value;

use super::Lowering;

impl<'a> Lowering<'a> {
    pub(super) fn lower_param(&mut self, index: usize) -> Option<()> {
        let param: &'a ast::Param = self.declared.params.get(index).copied()?;
        let name = &param.named.name;
        let ty = self.ty(&param.ty)?;
        let range = param.range.as_ref().map(|(low, high)| self.param_range(low, high, &ty));
        let written = self.param_value(&param.value, &ty, "the value of a param");
        let outside = self.overrides.get(name.name.as_str()).copied();
        let (value, at) = match outside {
            Some(text) => (self.read_override(&name.name, text, &ty, name.span), name.span),
            None => (written, param.value.span),
        };
        let range = match range {
            Some(range) => Some(range?),
            None => None,
        };
        let value = value?;
        if let Some((low, high)) = &range {
            self.check_range(&name.name, &value, &ty, low, high, at)?;
        }
        *self.params.get_mut(index)? = Some(Param {
            name: name.name.as_str().into(),
            title: super::title(param.named.title.as_ref()),
            ty,
            range,
            value,
            overridden: outside.is_some(),
            span: name.span,
        });
        Some(())
    }

    fn param_range(&mut self, low: &'a ast::Expr, high: &'a ast::Expr, ty: &Type) -> Option<(Value, Value)> {
        if !self.is_ordered(&ty.base) {
            let shown = self.enums.show(ty);
            let span = low.span.to(high.span);
            let message = format!("{shown} has no order, so there is no range of it");
            self.report.error(Code::NOT_ORDERED, span, message);
            return None;
        }
        let first = self.param_value(low, ty, "the range of a param");
        let last = self.param_value(high, ty, "the range of a param");
        let (first, last) = (first?, last?);
        if first.compare(&last) == Some(Ordering::Greater) {
            let (a, b) = (self.show_value(&first, &ty.base), self.show_value(&last, &ty.base));
            let message = format!("the range {a} .. {b} is empty");
            self.report.push(
                Diagnostic::new(Code::OUT_OF_RANGE, low.span.to(high.span), message)
                    .help("write the least first"),
            );
            return None;
        }
        Some((first, last))
    }

    /// A constant of the param's type, with the params it reads.
    pub(super) fn param_value(&mut self, e: &'a ast::Expr, ty: &Type, what: &str) -> Option<Value> {
        let e = self.written_value(e, ty, what)?;
        match self.evaluate(&e) {
            Some(Value::Missing) if ty.optional => Some(Value::Missing),
            Some(value) if !value.is_missing() => Some(value),
            _ => {
                self.check_constant(&e, what, super::constants::Limits::Any)?;
                None
            }
        }
    }

    /// Whether a value is in the range of its param; an error if not.
    pub(super) fn check_range(
        &mut self,
        name: &str,
        value: &Value,
        ty: &Type,
        low: &Value,
        high: &Value,
        at: Span,
    ) -> Option<()> {
        let below = value.compare(low) == Some(Ordering::Less);
        let above = value.compare(high) == Some(Ordering::Greater);
        if !below && !above {
            return Some(());
        }
        let show = |v: &Value| self.show_value(v, &ty.base);
        let message = format!("`{name}` cannot be {}", show(value));
        let label = format!("expected {} to {}", show(low), show(high));
        self.report.push(Diagnostic::new(Code::OUT_OF_RANGE, at, message).label(label));
        None
    }

    /// Whether values of a type compare with `<`.
    pub(super) fn is_ordered(&self, base: &Base) -> bool {
        match base {
            Base::Int
            | Base::Float
            | Base::Decimal
            | Base::Date
            | Base::Time
            | Base::Duration
            | Base::Period => true,
            Base::Enum(id) => self.enums.is_ordered(*id),
            Base::Bool | Base::Text | Base::Case | Base::Set(_) | Base::List(_) => false,
        }
    }
}
