//! Values of constant expressions: constants, params and operators on them.

use super::expr::{Expr, ExprKind};
use super::{Model, ParamId};
use crate::plan::semantics::{self, Clock};
use crate::values::{Date, Time, Value, Zone};

/// The value of a constant expression with the params in force; missing where it overflows. `None` if the
/// expression reads anything but constants and params.
pub fn evaluate(expr: &Expr, model: &Model) -> Option<Value> {
    evaluate_with(expr, &model.zone, &|id| model.params.get(id.0).map(|p| p.value.clone()))
}

/// The same where there is no model yet.
pub(crate) fn evaluate_with(
    expr: &Expr,
    zone: &Zone,
    param: &dyn Fn(ParamId) -> Option<Value>,
) -> Option<Value> {
    match &expr.kind {
        ExprKind::Constant(value) => Some(value.clone()),
        ExprKind::Param(id) => param(*id),
        ExprKind::Apply(op, arguments) if !semantics::reads_clock(*op) => {
            let values = arguments
                .iter()
                .map(|argument| evaluate_with(argument, zone, param))
                .collect::<Option<Vec<Value>>>()?;
            // Not read: operators that need the clock are not constant.
            let clock = Clock { now: Time(0), today: Date(0), zone };
            let argument = |n: usize| values.get(n).unwrap_or(&Value::Missing);
            Some(semantics::value(*op, values.len(), argument, &clock))
        }
        _ => None,
    }
}
