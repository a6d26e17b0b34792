//! Lengths of time that are nothing or less, and steps of a sequence that cannot be as long as they say.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ExprKind, Expr, Model, Op, ScoreKind, Window, unit_micros};
use crate::source::Span;
use crate::syntax::ast::{File, Unit};
use crate::values::Value;

/// Checks the length of every window, pause, cap, step and half-life.
pub(super) fn lengths(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut lengths: Vec<(&Expr, Length)> = Vec::new();
    for root in model.expressions() {
        root.walk(&mut |expr| match &expr.kind {
            ExprKind::Aggregate(aggregate) => {
                lengths.extend(aggregate.half_life.iter().map(|half_life| (half_life, Length::HalfLife)));
                lengths.extend(aggregate.then.iter().map(|then| (&then.within, Length::Window)));
                if let Some(Window::Last(length)) = &aggregate.window {
                    lengths.push((length, Length::Window));
                }
            }
            ExprKind::Apply(Op::InLast | Op::InNext, arguments) => {
                lengths.extend(arguments.get(1).map(|length| (length, Length::Window)));
            }
            _ => {}
        });
    }
    for score in &model.scores {
        match &score.kind {
            ScoreKind::Affinity(affinity) => {
                if let Some(Window::Last(length)) = &affinity.window {
                    lengths.push((length, Length::Window));
                }
            }
            ScoreKind::Lifetime(lifetime) => {
                lengths.extend([(&lifetime.unit, Length::Unit), (&lifetime.horizon, Length::Unit)]);
            }
            _ => {}
        }
    }
    for rule in &model.contacts {
        lengths.push((rule.kind.length(), Length::Policy));
    }
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for (length, what) in lengths {
        if seen.insert(length.span) {
            check(model, length, what, out);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Length {
    Window,
    Policy,
    HalfLife,
    Unit,
}

fn check(model: &Model, length: &Expr, what: Length, out: &mut Vec<Diagnostic>) {
    let positive = match model.constant(length) {
        Some(Value::Duration(d)) => d.0 > 0,
        Some(Value::Period(p)) => p.0 > 0,
        _ => return,
    };
    if positive {
        return;
    }
    let consequence = match what {
        Length::Window => "this window holds nothing",
        Length::Policy => "this clause never closes anything",
        Length::HalfLife => "a half-life must be longer than nothing",
        Length::Unit => "this length must be longer than nothing",
    };
    // A param may be 0 to switch a window off; the rest cannot be computed at all.
    let switched_off = matches!(what, Length::Window | Length::Policy) && model.fixed(length).is_none();
    out.push(if switched_off {
        Diagnostic::new(Code::WINDOW_SWITCHED_OFF, length.span, format!("{consequence} with the value in force"))
            .label("not longer than nothing")
            .help("set the param to more than 0, or remove the clause")
    } else {
        Diagnostic::new(Code::LENGTH_NOT_POSITIVE, length.span, consequence)
            .label("expected a length of more than 0")
    });
}

/// Steps that may take longer than the window that both events must be in.
pub(super) fn within(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    for root in model.expressions() {
        root.walk(&mut |expr| {
            let ExprKind::Aggregate(aggregate) = &expr.kind else { return };
            let (Some(then), Some(Window::Last(window))) = (&aggregate.then, &aggregate.window) else { return };
            let (Some(step), Some(whole)) = (model.constant(&then.within), model.constant(window)) else { return };
            if let (Some((step, _)), Some((_, whole))) = (micros(&step), micros(&whole))
                && step > whole
            {
                out.push(
                    Diagnostic::new(Code::WITHIN_TOO_LONG, then.within.span, "this is longer than the whole window")
                        .label("both events must be in the window, so this allows no more")
                        .related(window.span, "the window")
                        .help("shorten the step, or lengthen the window"),
                );
            }
        });
    }
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
