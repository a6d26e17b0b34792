//! Quotas of nothing.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::Model;
use crate::source::Span;
use crate::syntax::ast::File;
use crate::values::Value;

/// Finds quotas of a literal 0. A param may be 0 to hold a case back for a while.
pub(super) fn quota(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for quota in model.cases.iter().filter_map(|case| case.quota.as_ref()) {
        // Inherited clauses are in every case, and are spoken of once.
        if model.fixed(quota) == Some(Value::Int(0)) && seen.insert(quota.span) {
            out.push(
                Diagnostic::new(
                    Code::NOTHING_ALLOWED,
                    quota.span,
                    "with a quota of 0, the case is never offered",
                )
                .help("write 1 or more; to stop a case, give it `status paused`"),
            );
        }
    }
}
