//! `==` and `!=` on floats.

use rustc_hash::FxHashSet;

use super::Look;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Base, ExprKind, Model, Op};
use crate::source::Span;

/// Finds comparisons of floats for equality.
pub(super) fn equality(_model: &Model) -> Look<'_> {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    Box::new(move |expr, out| {
        let ExprKind::Apply(Op::Eq | Op::Ne | Op::In | Op::InSet, arguments) = &expr.kind else { return };
        let float = arguments.first().is_some_and(|x| x.ty.base == Base::Float);
        if float && seen.insert(expr.span) {
            out.push(
                Diagnostic::new(Code::FLOAT_EQUALITY, expr.span, "floats are compared for equality")
                    .label("a float is rarely exactly what it was meant to be")
                    .help("compare with `<`, `>` or `between`, or use decimals, which are exact"),
            );
        }
    })
}
