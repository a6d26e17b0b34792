//! Holdouts that take everyone, and salts that several share.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Holdout, Model};
use crate::source::Span;
use crate::syntax::ast::File;
use crate::values::{Decimal, Value};

/// Holdouts that leave nobody.
pub(super) fn everyone(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for (_, holdout) in all(model) {
        // A param may be 100% for a while; a literal is a mistake.
        let everyone = model.fixed(&holdout.share) == Some(Value::Decimal(Decimal::ONE));
        if everyone && seen.insert(holdout.share.span) {
            out.push(
                Diagnostic::new(
                    Code::HOLDOUT_EVERYONE,
                    holdout.share.span,
                    "this holds everyone out: nothing is ever offered",
                )
                .help("write a smaller share; to stop a case, give it `status paused`"),
            );
        }
    }
}

/// Holdouts that hold out the same subjects.
pub(super) fn salts(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut all = all(model);
    // Control groups of several decisions may be the same: only one decision counts at a time.
    let mut control_salts = FxHashSet::default();
    all.retain(|(owner, holdout)| owner.is_some() || control_salts.insert(holdout.salt.clone()));
    let mut by_salt: FxHashMap<&str, Vec<(Option<&str>, &Holdout)>> = FxHashMap::default();
    for (owner, holdout) in &all {
        by_salt.entry(&holdout.salt).or_default().push((*owner, holdout));
    }
    for (_, first) in &all {
        // Each salt once, in the order written.
        let sharing = by_salt.remove(&*first.salt).unwrap_or_default();
        let [(owner, first), (second_owner, second), rest @ ..] = sharing.as_slice() else { continue };
        let name =
            |owner: &Option<&str>| owner.map_or("the control group".to_owned(), |name| format!("`{name}`"));
        let message = format!(
            "{} holds out the same ones as {}: both use the salt {:?}",
            name(second_owner),
            name(owner),
            first.salt
        );
        let mut diagnostic = Diagnostic::new(Code::SHARED_SALT, second.span, message)
            .label("the same salt gives the same choice")
            .help("give each holdout a salt of its own; without one it is the case's name");
        let mut spans = vec![second.span];
        for (other_owner, other) in std::iter::once(&(*owner, *first)).chain(rest) {
            if !spans.contains(&other.span) {
                spans.push(other.span);
                diagnostic = diagnostic.related(other.span, format!("the holdout of {}", name(other_owner)));
            }
        }
        out.push(diagnostic);
    }
}

/// Holdouts of cases, by name, and control groups.
fn all(model: &Model) -> Vec<(Option<&str>, &Holdout)> {
    let cases = model.cases.iter().filter_map(|case| Some((Some(&*case.name), case.holdout.as_ref()?)));
    let controls = model.decides.iter().filter_map(|decide| Some((None, decide.control.as_ref()?)));
    cases.chain(controls).collect()
}
