//! Holdouts: shares that are none, and salts that several share.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Holdout, Model};
use crate::source::Span;
use crate::syntax::ast::File;
use crate::values::{Decimal, Value};

/// Shares outside 0 to 1, and of everyone.
pub(super) fn shares(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for (_, holdout) in all(model) {
        let Some(Value::Decimal(share)) = model.constant(&holdout.share) else { continue };
        if !seen.insert(holdout.share.span) {
            continue;
        }
        if share < Decimal::ZERO || share > Decimal::ONE {
            out.push(
                Diagnostic::new(Code::SHARE_RANGE, holdout.share.span, format!("{share} is not a share"))
                    .label("expected 0% to 100%"),
            );
        } else if share == Decimal::ONE && model.fixed(&holdout.share).is_some() {
            out.push(
                Diagnostic::new(Code::HOLDOUT_EVERYONE, holdout.share.span, "this holds everyone out: nothing is ever offered")
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
    let mut done = FxHashSet::default();
    for (place, (owner, first)) in all.iter().enumerate() {
        let later = all.iter().skip(place + 1).filter(|(_, holdout)| holdout.salt == first.salt);
        let sharing: Vec<&(Option<&str>, &Holdout)> = later.collect();
        if !done.insert(&first.salt) {
            continue;
        }
        let Some((second_owner, second)) = sharing.first() else { continue };
        let name = |owner: &Option<&str>| owner.map_or("the control group".to_owned(), |name| format!("`{name}`"));
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
        for (other_owner, other) in std::iter::once(&(*owner, *first)).chain(sharing.iter().skip(1).copied()) {
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
