//! `==` and `!=` on floats.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Base, ExprKind, Model, Op};
use crate::source::Span;
use crate::syntax::ast::File;

/// Finds comparisons of floats for equality.
pub(super) fn equality(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for root in model.expressions() {
        root.walk(&mut |expr| {
            let ExprKind::Apply(Op::Eq | Op::Ne | Op::In | Op::InSet, arguments) = &expr.kind else { return };
            let float = arguments.first().is_some_and(|x| x.ty.base == Base::Float);
            if float && seen.insert(expr.span) {
                out.push(
                    Diagnostic::new(Code::FLOAT_EQUALITY, expr.span, "floats are compared for equality")
                        .label("a float is rarely exactly what it was meant to be")
                        .help("compare with `<`, `>` or `between`, or use decimals, which are exact"),
                );
            }
        });
    }
}
