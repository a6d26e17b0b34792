//! Exclusive sets with one member: nothing to exclude.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Case, Model};
use crate::source::Span;
use crate::syntax::ast::{CaseClause, CaseClauseKind, DeclarationKind, File};

/// Finds sets that a single case is in.
pub(super) fn exclusive(model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    let mut members: Vec<Vec<&Case>> = vec![Vec::new(); model.exclusive_sets.len()];
    for case in &model.cases {
        for set in &case.exclusive {
            members.get_mut(set.0).into_iter().for_each(|members| members.push(case));
        }
    }
    for (name, members) in model.exclusive_sets.iter().zip(members) {
        let [only] = members.as_slice() else { continue };
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
    clauses
        .filter_map(|clause| match &clause.kind {
            CaseClauseKind::Exclusive(set) if set.name == name => Some(set.span),
            _ => None,
        })
        .next()
}
