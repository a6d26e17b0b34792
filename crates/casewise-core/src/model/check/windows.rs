//! Steps of a sequence that cannot be as long as they say.

use super::Look;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ExprKind, Model, Window, unit_micros};
use crate::syntax::ast::Unit;
use crate::values::Value;

/// Steps that may take longer than the window that both events must be in.
pub(super) fn within(model: &Model) -> Look<'_> {
    Box::new(move |expr, out| {
        let ExprKind::Aggregate(aggregate) = &expr.kind else { return };
        let (Some(then), Some(Window::Last(window))) = (&aggregate.then, &aggregate.window) else {
            return;
        };
        let (Some(step), Some(whole)) = (model.constant(&then.within), model.constant(window)) else {
            return;
        };
        if let (Some((step, _)), Some((_, whole))) = (micros(&step), micros(&whole))
            && step > whole
        {
            out.push(
                Diagnostic::new(
                    Code::WITHIN_TOO_LONG,
                    then.within.span,
                    "this is longer than the whole window",
                )
                .label("both events must be in the window, so this allows no more")
                .related(window.span, "the window")
                .help("shorten the step, or lengthen the window"),
            );
        }
    })
}

/// The least and the most microseconds that a length of time can be; days in a zone may be an hour off.
pub(super) fn micros(length: &Value) -> Option<(i128, i128)> {
    let day = i128::from(unit_micros(Unit::Day)?);
    match length {
        Value::Duration(d) => Some((i128::from(d.0), i128::from(d.0))),
        Value::Period(p) => {
            let (years, months) = (i128::from(p.0 / 12), i128::from(p.0 % 12));
            Some(((years * 365 + months * 28 - 1) * day, (years * 366 + months * 31 + 1) * day))
        }
        _ => None,
    }
}
