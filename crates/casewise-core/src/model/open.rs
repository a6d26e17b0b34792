//! Opening a model: text, includes, checks, lints.

use super::include::{self, Loader};
use rustc_hash::FxHashSet;

use super::check::run as lint;
use super::fingerprint::Pieces;
use super::{Model, lower};
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
    diagnostics: Vec<Diagnostic>,
    overrides: &[(String, String)],
) -> Checked {
    // The texts of a large model are put together for its fingerprints while it is checked.
    let pieces = || Pieces::new(declarations);
    let large = declarations.len() >= MANY;
    let (model, diagnostics) = std::thread::scope(|scope| {
        let beside = large.then(|| std::thread::Builder::new().spawn_scoped(scope, pieces).ok()).flatten();
        let (model, diagnostics) = checked(declarations, files, &sources, diagnostics, overrides);
        let fingerprinted = model.map(|mut model| {
            let pieces = beside.and_then(|thread| thread.join().ok()).unwrap_or_else(pieces);
            model.fingerprints = pieces.fingerprints(&model);
            model
        });
        (fingerprinted, diagnostics)
    });
    Checked { model, diagnostics, sources }
}

/// The model without its fingerprints, if it has no errors, and what is to be said of it.
fn checked(
    declarations: &[&ast::Declaration],
    files: &[ast::File],
    sources: &Sources,
    mut diagnostics: Vec<Diagnostic>,
    overrides: &[(String, String)],
) -> (Option<Model>, Vec<Diagnostic>) {
    let lowered = lower::lower(declarations, sources, overrides);
    // What cannot be read has been told: that it means nothing either is no news.
    let unreadable: FxHashSet<Span> = diagnostics.iter().map(|d| d.span).collect();
    diagnostics.extend(lowered.diagnostics.into_iter().filter(|d| !unreadable.contains(&d.span)));
    let is_error = |d: &Diagnostic| d.severity() == Severity::Error;
    let mut found = Vec::new();
    lint(&lowered.model, files, &mut found);
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
    (sound.then_some(lowered.model), diagnostics)
}
