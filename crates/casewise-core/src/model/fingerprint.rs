//! What a model says, in 32 bytes: equal for texts that differ in layout and comments only.
//!
//! A fingerprint is SHA-256 over canonical text. The model's covers all that a decision is made of and all
//! that is put out with it, titles and messages too. It does not cover comments, layout, tests and fixtures,
//! nor the order of declarations where order says nothing: cases, channels, decisions, contact rules and what
//! is required of every case count in their order, the rest does not. A case's covers the case and everything
//! it depends on, with the params in force; it changes only when something that can change the case does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};

use super::{Case, Model};
use crate::syntax::ast::{
    Affinity, Behavior, Binding, Channel, Cluster, Composite, Declaration, DeclarationKind, Field, File,
    Grade, Let, Lifetime, Param, Rfm, Scorecard, Table,
};
use crate::syntax::visit::{Mention, declared, mentions};

/// SHA-256 over canonical text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of pieces of text; where one ends and the next begins counts.
    pub fn of<T: AsRef<[u8]>>(pieces: impl IntoIterator<Item = T>) -> Fingerprint {
        let mut hash = Sha256::new();
        for piece in pieces {
            let piece = piece.as_ref();
            hash.update((piece.len() as u64).to_be_bytes());
            hash.update(piece);
        }
        Fingerprint(hash.finalize().into())
    }

    /// The first 16 hex digits, for people.
    pub fn short(&self) -> String {
        self.to_string().chars().take(16).collect()
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// All 64 hex digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The fingerprints of a model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprints {
    /// Of everything.
    pub model: Fingerprint,
    /// Of each case, by [`CaseId`](super::CaseId).
    pub cases: Vec<Fingerprint>,
    /// Of each score without titles, by [`ScoreId`](super::ScoreId): parameters that were learned for a score fit
    /// as long as this is the same.
    pub scores: Vec<ScoreFingerprint>,
}

/// The fingerprint of a score, and of what it depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreFingerprint {
    /// Of the score and everything it depends on.
    pub whole: Fingerprint,
    /// Of the score's declaration and of each declaration it depends on, by name, such as `let tenure`: shows
    /// which one has changed.
    pub parts: BTreeMap<String, Fingerprint>,
}

/// Takes the fingerprints of a model and the declarations that it was made of, in their final order.
pub fn fingerprints(model: &Model, declarations: &[&Declaration]) -> Fingerprints {
    let texts: Vec<(&Declaration, String)> = declarations.iter().map(|d| (*d, canonical(d))).collect();
    let pieces = Pieces::new(model, &texts);
    Fingerprints {
        model: whole_model(&texts),
        cases: model.cases.iter().map(|case| pieces.case(model, case)).collect(),
        scores: model.scores.iter().map(|score| pieces.score(&score.name)).collect(),
    }
}

/// Everything that each case depends on, itself included, by [`CaseId`](super::CaseId).
pub(crate) fn dependencies(model: &Model, declarations: &[Declaration]) -> Vec<BTreeSet<Key>> {
    let texts: Vec<(&Declaration, String)> = declarations.iter().map(|d| (d, canonical(d))).collect();
    let pieces = Pieces::new(model, &texts);
    model.cases.iter().map(|case| pieces.of_case(case, &channels_of(model, case))).collect()
}

/// Without `channels`, all that are declared, preferred in their order.
fn channels_of<'m>(model: &'m Model, case: &Case) -> Vec<&'m str> {
    match &case.channels {
        Some(named) => named.iter().filter_map(|id| model.channels.get(id.0)).map(|c| &*c.name).collect(),
        None => model.channels.iter().map(|channel| &*channel.name).collect(),
    }
}

fn whole_model(texts: &[(&Declaration, String)]) -> Fingerprint {
    let mut in_order = Vec::new();
    let mut in_any_order = Vec::new();
    for (declaration, text) in texts {
        match &declaration.kind {
            DeclarationKind::Test(_) | DeclarationKind::Fixture { .. } | DeclarationKind::Include(_) => {}
            DeclarationKind::Case(_)
            | DeclarationKind::Channel(_)
            | DeclarationKind::Decide(_)
            | DeclarationKind::Contacts(_)
            | DeclarationKind::EveryCase(_) => in_order.push(text),
            _ => in_any_order.push(text),
        }
    }
    in_any_order.sort_unstable();
    Fingerprint::of(in_any_order.into_iter().chain(in_order))
}

/// The canonical text of one declaration, without comments and whatever its layout.
pub(crate) fn canonical(declaration: &Declaration) -> String {
    crate::syntax::format(&File { declarations: vec![declaration.clone()], comments: Vec::new() }, "")
}

/// A declaration, or one attribute or context field: what a case or score can depend on.
pub(crate) type Key = (Mention, String);

struct Piece {
    /// What it is called in [`ScoreFingerprint::parts`].
    label: String,
    /// With titles and messages.
    full: Fingerprint,
    /// Without.
    bare: Fingerprint,
    mentions: BTreeSet<Key>,
}

struct Pieces {
    pieces: BTreeMap<Key, Piece>,
    /// What every case depends on.
    of_every_case: Vec<Key>,
    /// What every evaluation depends on.
    ground: Fingerprint,
}

impl Pieces {
    fn new(model: &Model, texts: &[(&Declaration, String)]) -> Pieces {
        let mut pieces = Pieces {
            pieces: BTreeMap::new(),
            of_every_case: Vec::new(),
            ground: Fingerprint::of([model.language.to_string().as_str(), model.zone.name()]),
        };
        for (declaration, text) in texts {
            pieces.add(model, declaration, text);
        }
        pieces
    }

    fn add(&mut self, model: &Model, declaration: &Declaration, text: &str) {
        if let Some((mention, word, name)) = declared(declaration) {
            // The value of a param may have been set from outside.
            let param = model.params.iter().find(|param| word == "param" && *param.name == *name.name);
            let in_force = param.map_or_else(String::new, |param| param.value.display_plain());
            let label = format!("{word} {}", name.name);
            self.pieces.insert((mention, name.name.clone()), piece(declaration, text, label, &in_force));
        }
        match &declaration.kind {
            DeclarationKind::Subject { name, named, fields } => {
                for field in fields {
                    let kind = DeclarationKind::Subject {
                        name: name.clone(),
                        named: *named,
                        fields: vec![field.clone()],
                    };
                    self.add_field("attribute", field, kind, declaration);
                }
            }
            DeclarationKind::Context(fields) => {
                for field in fields {
                    self.add_field(
                        "context",
                        field,
                        DeclarationKind::Context(vec![field.clone()]),
                        declaration,
                    );
                }
            }
            DeclarationKind::Contacts(_) | DeclarationKind::EveryCase(_) | DeclarationKind::Properties(_) => {
                // They have no name; their place among each other is one.
                let label = format!("of every case {:06}", self.of_every_case.len());
                let key = (Mention::Case, label.clone());
                self.pieces.insert(key.clone(), piece(declaration, text, label, ""));
                self.of_every_case.push(key);
            }
            _ => {}
        }
    }

    fn add_field(&mut self, word: &str, field: &Field, kind: DeclarationKind, whole: &Declaration) {
        let declaration = Declaration { kind, span: whole.span };
        let key = (Mention::Value, field.name.name.clone());
        let label = format!("{word} {}", field.name.name);
        self.pieces.insert(key, piece(&declaration, &canonical(&declaration), label, ""));
    }

    fn case(&self, model: &Model, case: &Case) -> Fingerprint {
        let channels = channels_of(model, case);
        let keys = self.of_case(case, &channels);
        let root = std::iter::once(&*case.name).chain(channels);
        self.join(root, &keys, |piece| piece.full)
    }

    fn of_case(&self, case: &Case, channels: &[&str]) -> BTreeSet<Key> {
        let key = (Mention::Case, case.name.to_string());
        let channel_keys = channels.iter().map(|name| (Mention::Channel, (*name).to_owned()));
        self.closure([key].into_iter().chain(self.of_every_case.iter().cloned()).chain(channel_keys))
    }

    fn score(&self, name: &str) -> ScoreFingerprint {
        let key = (Mention::Value, name.to_owned());
        let keys = self.closure([key]);
        let found = keys.iter().filter_map(|key| self.pieces.get(key));
        ScoreFingerprint {
            whole: self.join([name], &keys, |piece| piece.bare),
            parts: found.map(|piece| (piece.label.clone(), piece.bare)).collect(),
        }
    }

    /// Everything that these depend on, themselves included.
    fn closure(&self, keys: impl IntoIterator<Item = Key>) -> BTreeSet<Key> {
        let mut open: Vec<Key> = keys.into_iter().collect();
        let mut found = BTreeSet::new();
        while let Some(key) = open.pop() {
            let Some(piece) = self.pieces.get(&key) else { continue };
            if found.insert(key) {
                open.extend(piece.mentions.iter().cloned());
            }
        }
        found
    }

    fn join<'a>(
        &self,
        root: impl IntoIterator<Item = &'a str>,
        keys: &BTreeSet<Key>,
        of: impl Fn(&Piece) -> Fingerprint,
    ) -> Fingerprint {
        let mut pieces: Vec<Vec<u8>> = vec![self.ground.0.to_vec()];
        pieces.extend(root.into_iter().map(|name| name.as_bytes().to_vec()));
        for piece in keys.iter().filter_map(|key| self.pieces.get(key)) {
            pieces.push(piece.label.as_bytes().to_vec());
            pieces.push(of(piece).0.to_vec());
        }
        Fingerprint::of(pieces)
    }
}

fn piece(declaration: &Declaration, text: &str, label: String, in_force: &str) -> Piece {
    let mut found = BTreeSet::new();
    mentions(declaration, &mut |mention, name| {
        found.insert((mention, name.to_owned()));
    });
    let full = Fingerprint::of([text, in_force]);
    let mut without = declaration.clone();
    remove_titles(&mut without.kind);
    let bare = if without.kind == declaration.kind {
        full
    } else {
        Fingerprint::of([canonical(&without).as_str(), in_force])
    };
    Piece { label, full, bare, mentions: found }
}

/// Takes out what is written for people only.
fn remove_titles(kind: &mut DeclarationKind) {
    match kind {
        DeclarationKind::Subject { fields, .. }
        | DeclarationKind::Context(fields)
        | DeclarationKind::Events { fields, .. }
        | DeclarationKind::Rows { fields, .. } => fields.iter_mut().for_each(|field| field.title = None),
        DeclarationKind::List(named)
        | DeclarationKind::Param(Param { named, .. })
        | DeclarationKind::Let(Let { named, .. })
        | DeclarationKind::Score(Binding { named, .. })
        | DeclarationKind::Segment(Binding { named, .. })
        | DeclarationKind::Scorecard(Scorecard { named, .. })
        | DeclarationKind::Behavior(Behavior { named, .. })
        | DeclarationKind::Rfm(Rfm { named, .. })
        | DeclarationKind::Cluster(Cluster { named, .. })
        | DeclarationKind::Composite(Composite { named, .. })
        | DeclarationKind::Affinity(Affinity { named, .. })
        | DeclarationKind::Lifetime(Lifetime { named, .. })
        | DeclarationKind::Grade(Grade { named, .. })
        | DeclarationKind::Table(Table { named, .. })
        | DeclarationKind::Channel(Channel { named, .. }) => named.title = None,
        DeclarationKind::Gate(gate) => {
            gate.named.title = None;
            gate.clauses.iter_mut().for_each(|clause| clause.message = None);
        }
        DeclarationKind::Model(_)
        | DeclarationKind::Include(_)
        | DeclarationKind::Type { .. }
        | DeclarationKind::Contacts(_)
        | DeclarationKind::Properties(_)
        | DeclarationKind::EveryCase(_)
        | DeclarationKind::Group(_)
        | DeclarationKind::Case(_)
        | DeclarationKind::Decide(_)
        | DeclarationKind::Fixture { .. }
        | DeclarationKind::Test(_) => {}
    }
}

#[cfg(test)]
#[path = "fingerprint_tests.rs"]
mod tests;
