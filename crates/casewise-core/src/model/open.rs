//! Opening a model: text, includes, checks, lints.

use super::include::{self, Loader};
use rustc_hash::FxHashSet;

use super::check::run as lint;
use super::fingerprint::fingerprints;
use super::{Fingerprints, Model, lower};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Sources, Span};
use crate::syntax::{ast, keep_the_first};

/// What came of opening a model.
#[derive(Debug, Clone)]
pub struct Checked {
    /// There if and only if no diagnostic is an error.
    pub model: Option<Model>,
    /// Errors and warnings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The files read, for rendering.
    pub sources: Sources,
}

/// Opens a model that is one text. `overrides` are names of params and their values as text.
pub fn open_text(name: &str, text: &str, overrides: &[(String, String)]) -> Checked {
    finish(&include::single(name, text), overrides)
}

/// Opens a model from a file and what it includes, both read by `loader`.
pub fn open(root: &str, loader: &dyn Loader, overrides: &[(String, String)]) -> Checked {
    finish(&include::read_again(root, loader, None), overrides)
}

/// What was read of a model, to be used again.
#[derive(Debug, Default)]
pub struct Reading(Option<include::Read>);

/// As [`open`], for a model that was opened before: texts that are what they were are not parsed again.
pub fn open_again(
    root: &str,
    loader: &dyn Loader,
    overrides: &[(String, String)],
    reading: &mut Reading,
) -> Checked {
    let read = include::read_again(root, loader, reading.0.take());
    let checked = finish(&read, overrides);
    reading.0 = Some(read);
    checked
}

/// So many declarations are worth a thread.
const MANY: usize = 500;

/// Checks files that have been parsed, in the order of their declarations.
///
/// `files[n]` has the file number `n` in `sources`; an `include` in them means nothing here.
pub fn check(files: &[ast::File], sources: Sources, overrides: &[(String, String)]) -> Checked {
    let declarations: Vec<&ast::Declaration> = files.iter().flat_map(|f| &f.declarations).collect();
    check_in_order(&declarations, files, sources, Vec::new(), overrides)
}

fn finish(read: &include::Read, overrides: &[(String, String)]) -> Checked {
    check_in_order(&read.declarations(), &read.files, read.sources.clone(), read.diagnostics(), overrides)
}

fn check_in_order(
    declarations: &[&ast::Declaration],
    files: &[ast::File],
    sources: Sources,
    mut diagnostics: Vec<Diagnostic>,
    overrides: &[(String, String)],
) -> Checked {
    let lowered = lower::lower(declarations, &sources, overrides);
    // What cannot be read has been told: that it means nothing either is no news.
    let unreadable: FxHashSet<Span> = diagnostics.iter().map(|d| d.span).collect();
    diagnostics.extend(lowered.diagnostics.into_iter().filter(|d| !unreadable.contains(&d.span)));
    let is_error = |d: &Diagnostic| d.severity() == Severity::Error;
    let mut found = Vec::new();
    let mut prints = Fingerprints::default();
    // A large model is fingerprinted while it is searched for what its author may not want.
    let large = declarations.len() >= MANY && lowered.whole;
    std::thread::scope(|scope| {
        let fingerprints = || fingerprints(&lowered.model, declarations);
        let beside =
            large.then(|| std::thread::Builder::new().spawn_scoped(scope, fingerprints).ok()).flatten();
        lint(&lowered.model, files, &mut found);
        prints = beside.and_then(|thread| thread.join().ok()).unwrap_or_default();
    });
    // Beside something broken, warnings would speak of a model that nobody wrote; errors of one place hold.
    if diagnostics.iter().any(is_error) {
        found.retain(is_error);
    }
    diagnostics.extend(found);
    diagnostics.sort_by_key(|d| (d.span, d.severity()));
    let broken = diagnostics.iter().any(is_error);
    if let Some(last) = diagnostics.last().filter(|_| broken) {
        let end = last.span;
        keep_the_first(&mut diagnostics, end);
    }
    let sound = lowered.whole && !broken;
    let model = sound.then(|| {
        let mut model = lowered.model;
        model.fingerprints =
            if prints == Fingerprints::default() { fingerprints(&model, declarations) } else { prints };
        model
    });
    Checked { model, diagnostics, sources }
}
