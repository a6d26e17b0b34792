//! What is wrong with a model as a whole, or surely not what its author wants: one lint per file.
//!
//! A lint is a function over the finished model, and over the tree where the model no longer says what was
//! written; or over one expression after the other, and those of this kind share one walk. It reports what is
//! certain and stays silent where it cannot tell.

use super::{Expr, Model};
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::ast::File;

mod cases;
mod conditions;
mod consistency;
mod contacts;
mod coverage;
pub mod domain;
mod duplicates;
mod exclusive;
mod floats;
mod holdouts;
mod logic;
mod outcome;
mod quiet;
mod quota;
mod texts;
mod unused;
mod weights;
mod windows;

#[cfg(test)]
mod tests;

/// Looks at one expression and reports what it finds.
type Look<'m> = Box<dyn FnMut(&'m Expr, &mut Vec<Diagnostic>) + 'm>;

enum Lint {
    /// Looks at the model as a whole.
    Whole(fn(&Model, &[File], &mut Vec<Diagnostic>)),
    /// Looks at each of its expressions.
    Each(for<'m> fn(&'m Model) -> Look<'m>),
}

/// Of one place, they report in this order.
const LINTS: &[Lint] = &[
    Lint::Each(coverage::rows),
    Lint::Whole(conditions::conditions),
    Lint::Whole(cases::contradictions),
    Lint::Whole(cases::channels),
    Lint::Whole(quota::quota),
    Lint::Each(windows::within),
    Lint::Whole(contacts::caps),
    Lint::Whole(quiet::quiet),
    Lint::Whole(holdouts::everyone),
    Lint::Whole(holdouts::salts),
    Lint::Whole(consistency::consistency),
    Lint::Whole(outcome::outcome),
    Lint::Each(floats::equality),
    Lint::Whole(duplicates::cases),
    Lint::Whole(duplicates::clauses),
    Lint::Each(duplicates::parts),
    Lint::Whole(duplicates::values),
    Lint::Each(duplicates::patterns),
    Lint::Whole(weights::weights),
    Lint::Each(texts::blanks),
];

/// Runs every lint. `files` are the trees that the model was made of; `out` holds what was said of them before.
pub fn run(model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    // What did not parse may use what nothing else does, or be the other case of a set.
    let read_whole = !out.iter().any(|d| d.severity() == Severity::Error);
    let mut looks: Vec<(Option<Look<'_>>, Vec<Diagnostic>)> = LINTS
        .iter()
        .map(|lint| match lint {
            Lint::Whole(_) => (None, Vec::new()),
            Lint::Each(look) => (Some(look(model)), Vec::new()),
        })
        .collect();
    for root in model.expressions() {
        root.walk(&mut |expr| {
            for (look, found) in &mut looks {
                if let Some(look) = look {
                    look(expr, found);
                }
            }
        });
    }
    for (lint, (_, found)) in LINTS.iter().zip(looks) {
        out.extend(found);
        if let Lint::Whole(lint) = lint {
            lint(model, files, out);
        }
    }
    if read_whole {
        exclusive::exclusive(model, files, out);
        unused::unused(model, files, out);
    }
}
