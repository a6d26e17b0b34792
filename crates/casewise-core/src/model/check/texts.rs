//! Texts that are compared with blanks at their ends.

use rustc_hash::FxHashSet;

use super::Look;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Expr, ExprKind, Model, Op, Pattern};
use crate::source::Span;
use crate::values::Value;

/// Finds texts with leading or trailing blanks where equality is asked: nothing is trimmed.
pub(super) fn blanks(_model: &Model) -> Look<'_> {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    Box::new(move |expr, out| match &expr.kind {
        ExprKind::Apply(Op::Eq | Op::Ne | Op::In | Op::InSet | Op::Overlaps | Op::SubsetOf, arguments) => {
            arguments.iter().for_each(|argument| check(argument, &mut seen, out));
        }
        ExprKind::Select(select) => {
            for pattern in select.rows.iter().flat_map(|row| &row.patterns) {
                if let Pattern::Values(values) = pattern {
                    values.iter().for_each(|value| check(value, &mut seen, out));
                }
            }
        }
        _ => {}
    })
}

fn check(expr: &Expr, seen: &mut FxHashSet<Span>, out: &mut Vec<Diagnostic>) {
    match &expr.kind {
        ExprKind::Constant(value) => {
            let found = match value {
                Value::Set(elements) | Value::List(elements) => elements.iter().find(|e| padded(e)),
                value => Some(value).filter(|value| padded(value)),
            };
            if let Some(found) = found
                && seen.insert(expr.span)
            {
                let message = format!("{} begins or ends with a blank", found.display_plain());
                out.push(
                    Diagnostic::new(Code::BLANK_ENDS, expr.span, message)
                        .label("equal only to a text with the same blanks")
                        .help("remove the blanks; texts are compared as they are, nothing is trimmed"),
                );
            }
        }
        ExprKind::Apply(Op::List, elements) => elements.iter().for_each(|element| check(element, seen, out)),
        _ => {}
    }
}

fn padded(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.trim() != text.as_ref())
}
