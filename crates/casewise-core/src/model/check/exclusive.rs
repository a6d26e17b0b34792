//! Exclusive sets with one member: nothing to exclude.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ExclusiveId, Model};
use crate::source::Span;
use crate::syntax::ast::{CaseClause, CaseClauseKind, DeclarationKind, File};

/// Finds sets that a single case is in.
pub(super) fn exclusive(model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    for (place, name) in model.exclusive_sets.iter().enumerate() {
        let mut members = model.cases.iter().filter(|case| case.exclusive.contains(&ExclusiveId(place)));
        let (Some(only), None) = (members.next(), members.next()) else { continue };
        let message = format!("`{}` is the only case of the exclusive set `{name}`", only.name);
        out.push(
            Diagnostic::new(Code::EXCLUSIVE_ALONE, written(files, name).unwrap_or(only.span), message)
                .label("no other case is in this set")
                .help("put the cases that exclude each other into the same set, or remove the clause"),
        );
    }
}

/// Where a set is first named.
fn written(files: &[File], name: &str) -> Option<Span> {
    let declarations = files.iter().flat_map(|file| &file.declarations);
    let clauses = declarations.flat_map(|declaration| -> &[CaseClause] {
        match &declaration.kind {
            DeclarationKind::EveryCase(clauses) => clauses,
            DeclarationKind::Group(case) | DeclarationKind::Case(case) => &case.clauses,
            _ => &[],
        }
    });
    clauses.filter_map(|clause| match &clause.kind {
        CaseClauseKind::Exclusive(set) if set.name == name => Some(set.span),
        _ => None,
    }).next()
}
