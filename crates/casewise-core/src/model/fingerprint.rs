//! What a model says, in 32 bytes: equal for texts that differ in layout and comments only.
//!
//! A fingerprint is SHA-256 over canonical text. The model's covers all that a decision is made of and all
//! that is put out with it, titles and messages too. It does not cover comments, layout, tests and fixtures,
//! nor the order of declarations where order says nothing: cases, channels, decisions, contact rules and what
//! is required of every case count in their order, the rest does not. A case's covers the case and everything
//! it depends on, with the params in force; it changes only when something that can change the case does.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::{Case, Model, Param as ModelParam};
use crate::syntax::ast::{
    Affinity, Behavior, Binding, Channel, Cluster, Composite, Declaration, DeclarationKind, Field, Grade,
    Let, Lifetime, Param, Rfm, Scorecard, Table,
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

/// Everything that each case depends on, itself included, by [`CaseId`](super::CaseId).
pub(crate) fn dependencies(model: &Model, declarations: &[Declaration]) -> Vec<BTreeSet<Key>> {
    let declarations: Vec<&Declaration> = declarations.iter().collect();
    let pieces = Pieces::new(&declarations);
    let key =
        |place| pieces.keys.get(place).map(|(mention, name): &NamedKey<'_>| (*mention, name.to_string()));
    let of_case =
        |case| pieces.of_case(case, &channels_of(model, case)).into_iter().filter_map(key).collect();
    model.cases.iter().map(of_case).collect()
}

/// Without `channels`, all that are declared, preferred in their order.
fn channels_of<'m>(model: &'m Model, case: &Case) -> Vec<&'m str> {
    match &case.channels {
        Some(named) => named.iter().filter_map(|id| model.channels.get(id.0)).map(|c| &*c.name).collect(),
        None => model.channels.iter().map(|channel| &*channel.name).collect(),
    }
}

fn whole_model(declarations: &[&Declaration], texts: &[String]) -> Fingerprint {
    let mut in_order = Vec::new();
    let mut in_any_order = Vec::new();
    for (declaration, text) in declarations.iter().zip(texts) {
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
    crate::syntax::format_declaration(declaration)
}

/// A declaration, or one attribute or context field: what a case or score can depend on.
pub(crate) type Key = (Mention, String);

type NamedKey<'a> = (Mention, Cow<'a, str>);

/// Everything that anything can depend on, in order.
fn keys<'a>(declarations: &[&'a Declaration]) -> Vec<NamedKey<'a>> {
    let mut keys = Vec::new();
    let mut of_every_case = 0;
    for declaration in declarations {
        keys.extend(declared(declaration).map(|(mention, _, name)| (mention, Cow::Borrowed(&*name.name))));
        match &declaration.kind {
            DeclarationKind::Subject { fields, .. } | DeclarationKind::Context(fields) => {
                keys.extend(fields.iter().map(|field| (Mention::Value, Cow::Borrowed(&*field.name.name))));
            }
            kind if is_of_every_case(kind) => {
                keys.push((Mention::Case, Cow::Owned(label_of_every_case(of_every_case))));
                of_every_case += 1;
            }
            _ => {}
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Whether all cases depend on it.
fn is_of_every_case(kind: &DeclarationKind) -> bool {
    matches!(
        kind,
        DeclarationKind::Contacts(_) | DeclarationKind::EveryCase(_) | DeclarationKind::Properties(_)
    )
}

/// These have no name; their place among each other is one.
fn label_of_every_case(place: usize) -> String {
    format!("of every case {place:06}")
}

#[derive(Debug, Clone)]
struct Piece {
    /// What it is called in [`ScoreFingerprint::parts`].
    label: String,
    /// With titles and messages.
    full: Fingerprint,
    /// Without.
    bare: Fingerprint,
    /// Places of what it mentions.
    mentions: Vec<usize>,
}

/// What fingerprints are made of: the text of every declaration and what it mentions. That asks for no model, so
/// it can be put together while the model is.
#[derive(Debug)]
pub struct Pieces<'a> {
    declarations: &'a [&'a Declaration],
    /// Of the model.
    whole: Fingerprint,
    keys: Vec<NamedKey<'a>>,
    /// Places among the keys, of what can be mentioned.
    places: FxHashMap<(Mention, &'a str), usize>,
    /// By place.
    pieces: Vec<Option<Piece>>,
    /// Places of what every case depends on.
    of_every_case: Vec<usize>,
}

impl<'a> Pieces<'a> {
    /// Of the declarations of a model in their final order.
    pub fn new(declarations: &'a [&'a Declaration]) -> Pieces<'a> {
        let texts: Vec<String> = declarations.iter().map(|d| canonical(d)).collect();
        let keys = keys(declarations);
        let mentioned = |(place, (mention, name)): (usize, &NamedKey<'a>)| match name {
            Cow::Borrowed(name) => Some(((*mention, *name), place)),
            Cow::Owned(_) => None,
        };
        let mut pieces = Pieces {
            declarations,
            whole: whole_model(declarations, &texts),
            places: keys.iter().enumerate().filter_map(mentioned).collect(),
            pieces: vec![None; keys.len()],
            keys,
            of_every_case: Vec::new(),
        };
        for (declaration, text) in declarations.iter().zip(&texts) {
            pieces.add(declaration, text);
        }
        pieces
    }

    /// The fingerprints of the model that was made of these declarations.
    pub fn fingerprints(mut self, model: &Model) -> Fingerprints {
        self.put_in_force(&model.params);
        // What every evaluation depends on.
        let ground = Fingerprint::of([model.language.to_string().as_str(), model.zone.name()]);
        Fingerprints {
            model: self.whole,
            cases: model.cases.iter().map(|case| self.case(model, case, &ground)).collect(),
            scores: model.scores.iter().map(|score| self.score(&score.name, &ground)).collect(),
        }
    }

    /// The value of a param may have been set from outside.
    fn put_in_force(&mut self, params: &[ModelParam]) {
        let params: FxHashMap<&str, &ModelParam> = params.iter().map(|param| (&*param.name, param)).collect();
        for declaration in self.declarations {
            if let DeclarationKind::Param(Param { named, .. }) = &declaration.kind
                && let Some(param) = params.get(&*named.name.name)
                && let Some(place) = self.place(Mention::Value, &named.name.name)
                && let Some(Some(piece)) = self.pieces.get_mut(place)
            {
                let in_force = param.value.display_plain();
                (piece.full, piece.bare) = prints(declaration, &canonical(declaration), &in_force);
            }
        }
    }

    fn add(&mut self, declaration: &Declaration, text: &str) {
        if let Some((mention, word, name)) = declared(declaration) {
            let place = self.place(mention, &name.name);
            self.enter(place, declaration, text, format!("{word} {}", name.name));
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
            kind if is_of_every_case(kind) => {
                let label = label_of_every_case(self.of_every_case.len());
                let key = (Mention::Case, label.as_str());
                let place = self.keys.binary_search_by(|(mention, name)| (*mention, &**name).cmp(&key)).ok();
                self.of_every_case.extend(place);
                self.enter(place, declaration, text, label);
            }
            _ => {}
        }
    }

    fn add_field(&mut self, word: &str, field: &Field, kind: DeclarationKind, whole: &Declaration) {
        let declaration = Declaration { kind, span: whole.span };
        let label = format!("{word} {}", field.name.name);
        let place = self.place(Mention::Value, &field.name.name);
        self.enter(place, &declaration, &canonical(&declaration), label);
    }

    fn enter(&mut self, place: Option<usize>, declaration: &Declaration, text: &str, label: String) {
        let mut found = Vec::new();
        mentions(declaration, &mut |mention, name| found.extend(self.place(mention, name)));
        found.sort_unstable();
        found.dedup();
        let (full, bare) = prints(declaration, text, "");
        let piece = Piece { label, full, bare, mentions: found };
        if let Some(slot) = place.and_then(|place| self.pieces.get_mut(place)) {
            *slot = Some(piece);
        }
    }

    fn place(&self, mention: Mention, name: &str) -> Option<usize> {
        self.places.get(&(mention, name)).copied()
    }

    fn at(&self, place: usize) -> Option<&Piece> {
        self.pieces.get(place)?.as_ref()
    }

    fn case(&self, model: &Model, case: &Case, ground: &Fingerprint) -> Fingerprint {
        let channels = channels_of(model, case);
        let places = self.of_case(case, &channels);
        self.join(ground, std::iter::once(&*case.name).chain(channels), &places, |piece| &piece.full)
    }

    fn of_case(&self, case: &Case, channels: &[&str]) -> Vec<usize> {
        let own = self.place(Mention::Case, &case.name);
        let channels = channels.iter().filter_map(|name| self.place(Mention::Channel, name));
        self.closure(own.into_iter().chain(self.of_every_case.iter().copied()).chain(channels))
    }

    fn score(&self, name: &str, ground: &Fingerprint) -> ScoreFingerprint {
        let places = self.closure(self.place(Mention::Value, name));
        let found = places.iter().filter_map(|place| self.at(*place));
        ScoreFingerprint {
            whole: self.join(ground, [name], &places, |piece| &piece.bare),
            parts: found.map(|piece| (piece.label.clone(), piece.bare)).collect(),
        }
    }

    /// Everything that these depend on, themselves included, in order.
    fn closure(&self, places: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut open: Vec<usize> = places.into_iter().collect();
        let mut found = BTreeSet::new();
        while let Some(place) = open.pop() {
            let Some(piece) = self.at(place) else { continue };
            if found.insert(place) {
                open.extend_from_slice(&piece.mentions);
            }
        }
        found.into_iter().collect()
    }

    fn join<'s>(
        &'s self,
        ground: &'s Fingerprint,
        root: impl IntoIterator<Item = &'s str>,
        places: &[usize],
        of: impl Fn(&'s Piece) -> &'s Fingerprint,
    ) -> Fingerprint {
        let found = places.iter().filter_map(|place| self.at(*place));
        let of_pieces = found.flat_map(|piece| [piece.label.as_bytes(), of(piece).bytes()]);
        let root = root.into_iter().map(str::as_bytes);
        Fingerprint::of(std::iter::once(ground.bytes().as_slice()).chain(root).chain(of_pieces))
    }
}

/// The fingerprints of a declaration with titles and without.
fn prints(declaration: &Declaration, text: &str, in_force: &str) -> (Fingerprint, Fingerprint) {
    let full = Fingerprint::of([text, in_force]);
    (full, bare(declaration, in_force).unwrap_or(full))
}

/// The fingerprint without titles, if any are written.
fn bare(declaration: &Declaration, in_force: &str) -> Option<Fingerprint> {
    // No score depends on a case.
    if matches!(declaration.kind, DeclarationKind::Case(_)) {
        return None;
    }
    let mut without = declaration.clone();
    remove_titles(&mut without.kind);
    let changed = without.kind != declaration.kind;
    changed.then(|| Fingerprint::of([canonical(&without).as_str(), in_force]))
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
