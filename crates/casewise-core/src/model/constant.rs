//! Constants of a model with the params in force: bounds of bands, lengths of windows, shares, counts.

use super::expr::{Expr, ExprKind, Op};
use super::{Model, Param};
use crate::plan::semantics::{self, Clock};
use crate::values::{Date, Time, Value, Zone};

impl Model {
    /// The value of an expression that reads constants and params only; none for any other.
    pub fn constant(&self, expr: &Expr) -> Option<Value> {
        constant(&self.params, &self.zone, expr)
    }

    /// The same for an expression that reads no param: what no override can change.
    pub fn fixed(&self, expr: &Expr) -> Option<Value> {
        constant(&[], &self.zone, expr)
    }
}

fn constant(params: &[Param], zone: &Zone, expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Constant(value) => Some(value.clone()),
        ExprKind::Param(param) => params.get(param.0).map(|param| param.value.clone()),
        ExprKind::Apply(op, arguments) if !reads_clock(*op) => {
            let values: Option<Vec<Value>> = arguments.iter().map(|a| constant(params, zone, a)).collect();
            Some(apply(*op, &values?, zone))
        }
        _ => None,
    }
}

fn reads_clock(op: Op) -> bool {
    matches!(op, Op::InLast | Op::InNext | Op::InThis(_) | Op::NextAnniversary)
}

/// The value of an operator that does not look at the clock.
pub(super) fn apply(op: Op, values: &[Value], zone: &Zone) -> Value {
    static NOTHING: Value = Value::Missing;
    let clock = Clock { now: Time(0), today: Date(0), zone };
    semantics::value(op, values.len(), |place| values.get(place).unwrap_or(&NOTHING), &clock)
}
