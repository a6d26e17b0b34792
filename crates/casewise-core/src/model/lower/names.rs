//! Which name means what. Names are unique per kind; everything that a bare word can mean is one kind.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Ident;

use super::collect::Declarations;
use super::functions;
use super::report::Reporter;

/// What a bare word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueName {
    Attribute(usize),
    Context(usize),
    Let(usize),
    Param(usize),
    Score(usize),
    Segment(usize),
    Gate(usize),
    List(usize),
}

impl ValueName {
    /// What it is, for messages.
    pub(super) fn kind(self) -> &'static str {
        match self {
            ValueName::Attribute(_) => "an attribute",
            ValueName::Context(_) => "a field of the context",
            ValueName::Let(_) => "a let",
            ValueName::Param(_) => "a param",
            ValueName::Score(_) => "a score",
            ValueName::Segment(_) => "a segment",
            ValueName::Gate(_) => "a gate",
            ValueName::List(_) => "a list",
        }
    }
}

/// What a name stands for, as far as messages say it.
pub(super) trait Described: Copy {
    /// "an attribute"; nothing where the kind of the name says it all.
    fn described(self) -> Option<&'static str>;
}

impl Described for ValueName {
    fn described(self) -> Option<&'static str> {
        Some(self.kind())
    }
}

impl Described for usize {
    fn described(self) -> Option<&'static str> {
        None
    }
}

/// The names of one kind, in the order written.
pub(super) struct Space<'a, T> {
    /// What is declared here: "a channel".
    kind: &'static str,
    map: FxHashMap<&'a str, (T, Span)>,
    order: Vec<&'a str>,
}

impl<'a, T: Described> Space<'a, T> {
    pub(super) fn new(kind: &'static str) -> Space<'a, T> {
        Space { kind, map: FxHashMap::default(), order: Vec::new() }
    }

    pub(super) fn get(&self, name: &str) -> Option<T> {
        self.map.get(name).map(|(what, _)| *what)
    }

    pub(super) fn span(&self, name: &str) -> Option<Span> {
        self.map.get(name).map(|(_, span)| *span)
    }

    /// All names, in the order written.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.order.iter().copied()
    }

    /// The first of a name counts; a second is an error.
    pub(super) fn add(&mut self, name: &'a Ident, what: T, report: &mut Reporter<'_>) {
        match self.map.entry(&name.name) {
            Entry::Vacant(place) => {
                place.insert((what, name.span));
                self.order.push(&name.name);
            }
            Entry::Occupied(place) => {
                let (other, before) = *place.get();
                // Kinds are registered one after the other: the second in the text is told.
                let (first, second, taken_by) =
                    if before < name.span { (before, name.span, other) } else { (name.span, before, what) };
                let message = match taken_by.described() {
                    Some(kind) => format!("the name `{}` is taken by {kind}", name.name),
                    None => format!("there is a {} `{}` already", self.kind, name.name),
                };
                report.push(
                    Diagnostic::new(Code::DUPLICATE_NAME, second, message)
                        .related(first, "first declared here"),
                );
            }
        }
    }

    /// The thing of this name, or an error that suggests another.
    pub(super) fn find(&self, name: &Ident, report: &mut Reporter<'_>) -> Option<T> {
        let found = self.get(&name.name);
        if found.is_none() {
            report.unknown(self.kind, &name.name, name.span, self.names());
        }
        found
    }
}

/// All names of a model.
pub(super) struct Names<'a> {
    pub(super) values: Space<'a, ValueName>,
    pub(super) types: Space<'a, usize>,
    pub(super) tables: Space<'a, usize>,
    pub(super) channels: Space<'a, usize>,
    pub(super) groups: Space<'a, usize>,
    pub(super) cases: Space<'a, usize>,
    pub(super) properties: Space<'a, usize>,
    pub(super) fixtures: Space<'a, usize>,
    pub(super) decides: Space<'a, usize>,
}

pub(super) fn register<'a>(declared: &Declarations<'a>, report: &mut Reporter<'a>) -> Names<'a> {
    let mut names = Names {
        values: Space::new("value"),
        types: Space::new("type"),
        tables: Space::new("table of events or rows"),
        channels: Space::new("channel"),
        groups: Space::new("group"),
        cases: Space::new("case"),
        properties: Space::new("property"),
        fixtures: Space::new("fixture"),
        decides: Space::new("decide"),
    };
    let values = &mut names.values;
    let subject = declared.subject.map_or(&[][..], |(_, fields)| fields);
    add_all(values, subject.iter().map(|f| &f.name), ValueName::Attribute, report);
    add_all(values, declared.context.unwrap_or_default().iter().map(|f| &f.name), ValueName::Context, report);
    add_all(values, declared.params.iter().map(|p| &p.named.name), ValueName::Param, report);
    add_all(values, declared.lets.iter().map(|l| &l.named.name), ValueName::Let, report);
    add_all(values, declared.scores.iter().map(|s| &s.named().name), ValueName::Score, report);
    add_all(values, declared.segments.iter().map(|s| &s.named.name), ValueName::Segment, report);
    add_all(values, declared.gates.iter().map(|g| &g.named.name), ValueName::Gate, report);
    add_all(values, declared.lists.iter().map(|l| &l.name), ValueName::List, report);
    add_all(&mut names.types, declared.types.iter().map(|(name, _)| *name), |n| n, report);
    add_all(&mut names.tables, declared.tables.iter().map(|t| t.name), |n| n, report);
    add_all(&mut names.channels, declared.channels.iter().map(|c| &c.named.name), |n| n, report);
    add_all(&mut names.groups, declared.groups.iter().map(|g| &g.named.name), |n| n, report);
    add_all(&mut names.cases, declared.cases.iter().map(|c| &c.named.name), |n| n, report);
    add_all(&mut names.properties, declared.properties.iter().map(|p| &p.name), |n| n, report);
    add_all(&mut names.fixtures, declared.fixtures.iter().map(|(name, _)| *name), |n| n, report);
    for (n, (decide, _)) in declared.decides.iter().enumerate() {
        if let Some(name) = &decide.name {
            names.decides.add(name, n, report);
        }
    }
    refuse_reserved(declared, report);
    names
}

fn add_all<'a, T: Described>(
    space: &mut Space<'a, T>,
    names: impl Iterator<Item = &'a Ident>,
    what: impl Fn(usize) -> T,
    report: &mut Reporter<'_>,
) {
    for (n, name) in names.enumerate() {
        space.add(name, what(n), report);
    }
}

/// Names that the language has given away.
fn refuse_reserved(declared: &Declarations<'_>, report: &mut Reporter<'_>) {
    let mut refuse = |name: &Ident, why: String| {
        report.error(Code::RESERVED_NAME, name.span, format!("the name `{}` is taken: {why}", name.name));
    };
    for table in &declared.tables {
        if table.name.name == "contact" {
            refuse(table.name, "`contact` events are built in".to_owned());
        }
    }
    for (name, _) in &declared.types {
        if super::types::is_built_in(&name.name) {
            refuse(name, "it is a built-in type".to_owned());
        }
    }
    for binding in declared.lets.iter().filter(|l| l.parameters.is_some()) {
        if functions::is_built_in(&binding.named.name.name) {
            refuse(&binding.named.name, "it is a built-in function".to_owned());
        }
    }
}
