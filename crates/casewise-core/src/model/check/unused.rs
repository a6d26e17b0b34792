//! Names that nothing uses. Scores and segments are what a decision says, so they are never unused; the data
//! may be wider than a model, so attributes and fields of events are not either.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ChannelId, Model};
use crate::syntax::ast::{DeclarationKind, File, Ident};
use crate::syntax::visit::{Mention, mentions};

/// Finds params, lets, lists, types, tables, gates, groups, fixtures, context fields and channels that nothing
/// mentions.
pub(super) fn unused(model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    let mut mentioned: FxHashSet<(Mention, &str)> = FxHashSet::default();
    for declaration in files.iter().flat_map(|file| &file.declarations) {
        mentions(declaration, &mut |mention, name| {
            mentioned.insert((mention, name));
        });
    }
    let mut check = |mention: Mention, word: &str, name: &Ident| {
        if !mentioned.contains(&(mention, name.name.as_str())) {
            report(word, name, out);
        }
    };
    for declaration in files.iter().flat_map(|file| &file.declarations) {
        match &declaration.kind {
            DeclarationKind::Param(param) => check(Mention::Value, "the param", &param.named.name),
            DeclarationKind::Let(binding) => check(Mention::Value, "the let", &binding.named.name),
            DeclarationKind::List(list) => check(Mention::Value, "the list", &list.name),
            DeclarationKind::Type { name, .. } => check(Mention::Type, "the type", name),
            DeclarationKind::Events { name, .. } => check(Mention::Value, "the events", name),
            DeclarationKind::Rows { name, .. } => check(Mention::Value, "the rows", name),
            DeclarationKind::Gate(gate) => check(Mention::Value, "the gate", &gate.named.name),
            DeclarationKind::Group(group) => check(Mention::Group, "the group", &group.named.name),
            DeclarationKind::Fixture { name, .. } => check(Mention::Fixture, "the fixture", name),
            DeclarationKind::Context(fields) => {
                fields.iter().for_each(|field| check(Mention::Value, "the context field", &field.name));
            }
            _ => {}
        }
    }
    unused_channels(model, files, out);
}

/// A channel is used by the cases that go through it; a case that names none goes through all.
fn unused_channels(model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    if model.cases.is_empty() || model.cases.iter().any(|case| case.channels.is_none()) {
        return;
    }
    let used: FxHashSet<ChannelId> = model.cases.iter().flat_map(|case| case.channels.iter().flatten()).copied().collect();
    let unused = model.channels.iter().enumerate().filter(|(place, _)| !used.contains(&ChannelId(*place)));
    let unused: FxHashSet<&str> = unused.map(|(_, channel)| &*channel.name).collect();
    for declaration in files.iter().flat_map(|file| &file.declarations) {
        if let DeclarationKind::Channel(channel) = &declaration.kind
            && unused.contains(channel.named.name.name.as_str())
        {
            report("the channel", &channel.named.name, out);
        }
    }
}

fn report(word: &str, name: &Ident, out: &mut Vec<Diagnostic>) {
    out.push(
        Diagnostic::new(Code::UNUSED, name.span, format!("{word} `{}` is never used", name.name))
            .help("use it, or remove it"),
    );
}
