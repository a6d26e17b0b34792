//! What is wrong with a model as a whole, or surely not what its author wants: one lint per file.
//!
//! A lint is a function over the finished model, and over the tree where the model no longer says what was
//! written. It reports what is certain and stays silent where it cannot tell.

use super::Model;
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

pub use coverage::coverage;

type Lint = fn(&Model, &[File], &mut Vec<Diagnostic>);

const LINTS: &[Lint] = &[
    coverage,
    conditions::conditions,
    cases::contradictions,
    cases::channels,
    quota::quota,
    windows::within,
    contacts::caps,
    quiet::quiet,
    holdouts::everyone,
    holdouts::salts,
    consistency::consistency,
    outcome::outcome,
    floats::equality,
    duplicates::cases,
    duplicates::clauses,
    duplicates::values,
    weights::weights,
    texts::blanks,
];

/// Runs every lint. `files` are the trees that the model was made of; `out` holds what was said of them before.
pub fn run(model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    // What did not parse may use what nothing else does, or be the other case of a set.
    let read_whole = !out.iter().any(|d| d.severity() == Severity::Error);
    for lint in LINTS {
        lint(model, files, out);
    }
    if read_whole {
        exclusive::exclusive(model, files, out);
        unused::unused(model, files, out);
    }
}
