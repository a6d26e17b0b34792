//! Declarations that were added, removed or changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::model::Model;
use crate::model::fingerprint::{Fingerprint, Key, canonical, dependencies};
use crate::parameters::Parameters;
use crate::source::Span;
use crate::syntax::ast::{Declaration, DeclarationKind, Field};
use crate::syntax::visit::{Mention, declared};

use super::lines::{self, Line};

/// What became of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only the new model has it.
    Added,
    /// Only the old model has it.
    Removed,
    /// Both have it, and it does not say the same.
    Changed,
}

impl ChangeKind {
    /// `added`, `removed` or `changed`.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
            ChangeKind::Changed => "changed",
        }
    }
}

/// A declaration in one of the two models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The file it stands in; none of learned numbers.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub file: Arc<str>,
    /// The line it starts on; 0 of learned numbers.
    #[serde(skip_serializing_if = "is_zero")]
    pub line: usize,
    /// The first 16 hex digits of SHA-256 over its canonical text (and the value in force, of a param).
    pub fingerprint: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// A declaration that two models do not share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What became of it.
    pub change: ChangeKind,
    /// Its word: `case`, `segment`, `attribute`, …; `learned` for the numbers of a learned score.
    pub declaration: &'static str,
    /// Its name; a test's title; empty where it has none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: Arc<str>,
    /// In the old model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Version>,
    /// In the new model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Version>,
    /// The lines of its canonical text that went and came; none of learned numbers.
    pub lines: Vec<Line>,
    /// It speaks of every case.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub every_case: bool,
    /// The cases of either model that depend on it, in the order of the new one; itself not counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Arc<str>>,
}

/// The declarations that differ, in the order of the new model, then those that are gone. Layout, comments, the
/// order of declarations and the files they stand in do not count.
pub fn changes(old: (&Model, Option<&Parameters>), new: (&Model, Option<&Parameters>)) -> Vec<Change> {
    let (trees_before, trees_after) = (declarations(old.0), declarations(new.0));
    let (before, after) = (entries(&trees_before, old), entries(&trees_after, new));
    let affected = Affected::new((old.0, &trees_before), (new.0, &trees_after));
    let change = |old_entry, new_entry| change(old_entry, new_entry, (old.0, new.0), &affected);

    let mut left: BTreeMap<(&str, &str), Vec<&Entry>> = BTreeMap::new();
    for entry in &before {
        left.entry(entry.matched_by()).or_default().push(entry);
    }
    // Of several without a name, those that say the same belong together first.
    let mut differing: Vec<&Entry> = Vec::new();
    for entry in &after {
        let candidates = left.get_mut(&entry.matched_by());
        let same = candidates.and_then(|old| {
            let place = old.iter().position(|o| o.print() == entry.print())?;
            Some(old.remove(place))
        });
        if same.is_none() {
            differing.push(entry);
        }
    }
    let mut found = Vec::new();
    for entry in differing {
        let candidates = left.get_mut(&entry.matched_by()).filter(|old| !old.is_empty());
        found.extend(change(candidates.map(|old| old.remove(0)), Some(entry)));
    }
    for entry in &before {
        let gone =
            left.get(&entry.matched_by()).is_some_and(|rest| rest.iter().any(|e| std::ptr::eq(*e, entry)));
        found.extend(gone.then(|| change(Some(entry), None)).flatten());
    }
    found
}

/// Whether cases that both models have stand in another order: it settles which of one rank comes first.
pub fn cases_reordered(old: &Model, new: &Model) -> bool {
    let names = |of: &Model, also: &Model| -> Vec<Arc<str>> {
        let known: BTreeSet<&Arc<str>> = also.cases.iter().map(|case| &case.name).collect();
        of.cases.iter().map(|case| &case.name).filter(|name| known.contains(name)).cloned().collect()
    };
    names(old, new) != names(new, old)
}

fn change(
    old: Option<&Entry>,
    new: Option<&Entry>,
    (old_model, new_model): (&Model, &Model),
    affected: &Affected,
) -> Option<Change> {
    let some = new.or(old)?;
    let (declaration, name) = (some.word, Arc::from(some.name.as_str()));
    let every_case = matches!(some.word, "every case" | "contacts" | "properties" | "decide" | "model");
    let cases = some.key.as_ref().map(|key| affected.cases(key)).unwrap_or_default();
    let text = |entry: Option<&Entry>| entry.map(Entry::shown).unwrap_or_default();
    Some(Change {
        change: match (&old, &new) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Changed,
        },
        declaration,
        name,
        lines: lines::differences(&text(old), &text(new)),
        old: old.map(|entry| entry.version(old_model)),
        new: new.map(|entry| entry.version(new_model)),
        every_case,
        cases,
    })
}

/// The trees of a model's files, without its includes.
fn declarations(model: &Model) -> Vec<Declaration> {
    let numbered = (0u32..).zip(model.sources.files());
    let trees = numbered.flat_map(|(n, file)| crate::syntax::parse(n, &file.text).0.declarations);
    trees.filter(|d| !matches!(d.kind, DeclarationKind::Include(_))).collect()
}

/// One declaration, or one attribute or context field.
#[derive(Debug)]
struct Entry {
    word: &'static str,
    name: String,
    /// Canonical.
    text: String,
    /// The value in force of a param.
    in_force: String,
    key: Option<Key>,
    /// None of learned numbers.
    from: Option<Span>,
}

impl Entry {
    fn matched_by(&self) -> (&str, &str) {
        (self.word, &self.name)
    }

    fn print(&self) -> Fingerprint {
        Fingerprint::of([&self.text, &self.in_force])
    }

    fn version(&self, model: &Model) -> Version {
        let place = self.from;
        Version {
            file: place.and_then(|span| model.sources.file(span)).map(|f| f.name.clone()).unwrap_or_default(),
            line: place.map_or(0, |span| model.sources.line_column(span).0),
            fingerprint: self.print().short(),
        }
    }

    /// What people are shown: a field without the braces around it.
    fn shown(&self) -> String {
        let text = match self.word {
            "learned" => "",
            "attribute" | "context" => {
                let open = self.text.find('{').map_or(0, |n| n + 1);
                let close = self.text.rfind('}').unwrap_or(self.text.len());
                self.text.get(open..close).unwrap_or(&self.text)
            }
            _ => &self.text,
        };
        match self.in_force.is_empty() {
            true => text.to_owned(),
            false => format!("{text}\nin force: {}", self.in_force),
        }
    }
}

/// Everything that a model declares, and what was learned for it.
fn entries(declarations: &[Declaration], (model, parameters): (&Model, Option<&Parameters>)) -> Vec<Entry> {
    let mut entries = Vec::new();
    for declaration in declarations {
        of_declaration(declaration, model, &mut entries);
    }
    for (name, part) in parameters.iter().flat_map(|parameters| &parameters.parts) {
        entries.push(Entry {
            word: "learned",
            name: name.to_string(),
            text: format!("{:?}", part.learned),
            in_force: String::new(),
            key: Some((Mention::Value, name.to_string())),
            from: None,
        });
    }
    entries
}

fn of_declaration(declaration: &Declaration, model: &Model, entries: &mut Vec<Entry>) {
    let entry = |word, name: &str, key, in_force, text| {
        let from = Some(declaration.span);
        Entry { word, name: name.to_owned(), text, in_force, key, from }
    };
    if let Some((mention, word, name)) = declared(declaration) {
        let param = model.params.iter().find(|param| word == "param" && *param.name == *name.name);
        // What the text says already is not said again.
        let in_force = param.filter(|param| param.overridden).map(|param| param.value.display_plain());
        let key = Some((mention, name.name.clone()));
        let text = canonical(declaration);
        return entries.push(entry(word, &name.name, key, in_force.unwrap_or_default(), text));
    }
    let whole = |kind| canonical(&Declaration { kind, span: declaration.span });
    let field_entry = |word, field: &Field, kind| {
        let key = Some((Mention::Value, field.name.name.clone()));
        Entry { from: Some(field.span), ..entry(word, &field.name.name, key, String::new(), whole(kind)) }
    };
    match &declaration.kind {
        DeclarationKind::Subject { name, named, fields } => {
            let subject = |fields| DeclarationKind::Subject { name: name.clone(), named: *named, fields };
            entries.push(entry("subject", "", None, String::new(), whole(subject(Vec::new()))));
            let fields = fields.iter().map(|f| field_entry("attribute", f, subject(vec![f.clone()])));
            entries.extend(fields);
        }
        DeclarationKind::Context(fields) => {
            let context = |field: &Field| DeclarationKind::Context(vec![field.clone()]);
            entries.extend(fields.iter().map(|f| field_entry("context", f, context(f))));
        }
        kind => {
            let (word, name) = match kind {
                DeclarationKind::Model(_) => ("model", ""),
                DeclarationKind::Contacts(_) => ("contacts", ""),
                DeclarationKind::Properties(_) => ("properties", ""),
                DeclarationKind::EveryCase(_) => ("every case", ""),
                DeclarationKind::Decide(decide) => {
                    ("decide", decide.name.as_ref().map_or("", |name| name.name.as_str()))
                }
                DeclarationKind::Test(test) => ("test", test.title.value.as_str()),
                _ => return,
            };
            entries.push(entry(word, name, None, String::new(), canonical(declaration)));
        }
    }
}

/// Which cases depend on what.
struct Affected {
    /// With everything they depend on, in the order of the new model, then those that are gone.
    cases: Vec<(Arc<str>, BTreeSet<Key>)>,
}

impl Affected {
    fn new(old: (&Model, &[Declaration]), new: (&Model, &[Declaration])) -> Affected {
        let mut cases: Vec<(Arc<str>, BTreeSet<Key>)> = Vec::new();
        let mut places: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for (model, declarations) in [new, old] {
            for (case, keys) in model.cases.iter().zip(dependencies(model, declarations)) {
                match places.get(&case.name).and_then(|place| cases.get_mut(*place)) {
                    Some((_, known)) => known.extend(keys),
                    None => {
                        places.insert(case.name.clone(), cases.len());
                        cases.push((case.name.clone(), keys));
                    }
                }
            }
        }
        Affected { cases }
    }

    fn cases(&self, key: &Key) -> Vec<Arc<str>> {
        let itself = |name: &str| key.0 == Mention::Case && key.1 == name;
        let depending = self.cases.iter().filter(|(name, keys)| keys.contains(key) && !itself(name));
        depending.map(|(name, _)| name.clone()).collect()
    }
}
