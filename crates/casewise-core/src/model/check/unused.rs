//! Names that nothing uses. Scores and segments are what a decision says, so they are never unused; the data
//! may be wider than a model, so attributes and fields of events are not either.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ChannelId, Model};
use crate::syntax::ast::{Declaration, DeclarationKind, File, Ident};
use crate::syntax::visit::{Mention, declared, mentions};

/// What is of no use where nothing mentions it.
const LEFT_OVER: &[&str] = &["param", "let", "list", "type", "events", "rows", "gate", "group", "fixture"];

/// Finds params, lets, lists, types, tables, gates, groups, fixtures, context fields and channels that nothing
/// mentions.
pub(super) fn unused(model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    let declarations = || files.iter().flat_map(|file| &file.declarations);
    let candidates: Vec<(Mention, &str, &Ident)> = declarations().flat_map(left_over).collect();
    // Few names are left after few declarations, as a rule.
    let mut unmentioned: FxHashSet<(Mention, &str)> =
        candidates.iter().map(|(mention, _, name)| (*mention, name.name.as_str())).collect();
    for declaration in declarations() {
        if unmentioned.is_empty() {
            break;
        }
        mentions(declaration, &mut |mention, name| {
            unmentioned.remove(&(mention, name));
        });
    }
    for (mention, word, name) in candidates {
        if unmentioned.contains(&(mention, name.name.as_str())) {
            report(word, name, out);
        }
    }
    unused_channels(model, files, out);
}

/// What a declaration declares that is of no use where nothing mentions it: as what, its word, its name.
fn left_over(declaration: &Declaration) -> Vec<(Mention, &'static str, &Ident)> {
    match &declaration.kind {
        DeclarationKind::Context(fields) => {
            fields.iter().map(|field| (Mention::Value, "context field", &field.name)).collect()
        }
        _ => declared(declaration).filter(|(_, word, _)| LEFT_OVER.contains(word)).into_iter().collect(),
    }
}

/// A channel is used by the cases that go through it; a case that names none goes through all.
fn unused_channels(model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    if model.cases.is_empty() || model.cases.iter().any(|case| case.channels.is_none()) {
        return;
    }
    let used: FxHashSet<ChannelId> =
        model.cases.iter().flat_map(|case| case.channels.iter().flatten()).copied().collect();
    let unused = model.channels.iter().enumerate().filter(|(place, _)| !used.contains(&ChannelId(*place)));
    let unused: FxHashSet<&str> = unused.map(|(_, channel)| &*channel.name).collect();
    for declaration in files.iter().flat_map(|file| &file.declarations) {
        if let DeclarationKind::Channel(channel) = &declaration.kind
            && unused.contains(channel.named.name.name.as_str())
        {
            report("channel", &channel.named.name, out);
        }
    }
}

fn report(word: &str, name: &Ident, out: &mut Vec<Diagnostic>) {
    out.push(
        Diagnostic::new(Code::UNUSED, name.span, format!("the {word} `{}` is never used", name.name))
            .help("use it, or remove it"),
    );
}
