//! Lints: what a finished model surely does not mean. One file each.

use super::Model;
use crate::diagnostic::Diagnostic;
use crate::syntax::ast;

/// A lint: reads the model and the trees it came from, and says what it finds.
type Lint = fn(&Model, &[ast::File], &mut Vec<Diagnostic>);

/// Every lint, in the order in which they run.
const LINTS: &[Lint] = &[];

/// Runs every lint.
pub(crate) fn run(model: &Model, files: &[ast::File], out: &mut Vec<Diagnostic>) {
    for lint in LINTS {
        lint(model, files, out);
    }
}
