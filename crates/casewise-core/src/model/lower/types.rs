//! Types as written → types. Enums are shared: equal ones are one type.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, EnumId, EnumLabel, EnumType, Number, Type};
use crate::source::Span;
use crate::syntax::ast::{Ident, Text, TypeExpr, TypeKind};

use super::Lowering;

/// Number 0 of every model.
pub(super) const WEEKDAY: EnumId = EnumId(0);

const BUILT_IN: [&str; 10] =
    ["bool", "int", "float", "decimal", "text", "date", "time", "duration", "period", "weekday"];

pub(super) fn is_built_in(name: &str) -> bool {
    BUILT_IN.contains(&name)
}

/// Every enum type of a model.
pub(super) struct Enums<'a> {
    types: Vec<EnumType>,
    /// Where each type's labels are.
    labels: Vec<FxHashMap<Arc<str>, u32>>,
    /// Inline ones by their labels, foreign words included.
    inline: FxHashMap<EnumType, EnumId>,
    /// Inline ones by their labels alone: the first of those that differ in foreign words only.
    classes: FxHashMap<(Vec<Arc<str>>, bool), EnumId>,
    /// Per type, the first of its class.
    class: Vec<EnumId>,
    /// Types declared by `type`, by name; none if broken.
    named: FxHashMap<&'a str, Option<Type>>,
    /// Grades and clusters by name.
    scores: FxHashMap<&'a str, EnumId>,
}

impl Default for Enums<'_> {
    fn default() -> Self {
        let mut enums = Enums {
            types: Vec::new(),
            labels: Vec::new(),
            inline: FxHashMap::default(),
            classes: FxHashMap::default(),
            class: Vec::new(),
            named: FxHashMap::default(),
            scores: FxHashMap::default(),
        };
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        enums.add("weekday", days.iter().map(|d| (*d).into()).collect(), true);
        enums
    }
}

impl Enums<'_> {
    /// A type of its own.
    pub(super) fn add(&mut self, name: &str, labels: Vec<Arc<str>>, ordered: bool) -> EnumId {
        let labels = labels.into_iter().map(|name| EnumLabel { name, foreign: None }).collect();
        self.push(EnumType { name: Some(name.into()), labels, ordered })
    }

    fn push(&mut self, ty: EnumType) -> EnumId {
        let id = EnumId(u32::try_from(self.types.len()).unwrap_or(u32::MAX));
        let class = if ty.name.is_some() {
            id
        } else {
            let names = ty.labels.iter().map(|l| l.name.clone()).collect();
            *self.classes.entry((names, ty.ordered)).or_insert(id)
        };
        self.class.push(class);
        self.labels.push(ty.labels.iter().zip(0..).map(|(l, n)| (l.name.clone(), n)).collect());
        self.types.push(ty);
        id
    }

    fn intern(&mut self, ty: EnumType) -> EnumId {
        if let Some(id) = self.inline.get(&ty) {
            return *id;
        }
        let id = self.push(ty.clone());
        self.inline.insert(ty, id);
        id
    }

    pub(super) fn get(&self, id: EnumId) -> Option<&EnumType> {
        self.types.get(id.0 as usize)
    }

    /// The position of a label.
    pub(super) fn label(&self, id: EnumId, name: &str) -> Option<u32> {
        self.labels.get(id.0 as usize)?.get(name).copied()
    }

    /// Whether any enum has this label.
    pub(super) fn any_has(&self, name: &str) -> bool {
        self.labels.iter().any(|labels| labels.contains_key(name))
    }

    pub(super) fn is_ordered(&self, id: EnumId) -> bool {
        self.get(id).is_some_and(|ty| ty.ordered)
    }

    /// Whether two types are one.
    pub(super) fn same(&self, a: &Base, b: &Base) -> bool {
        match (a, b) {
            (Base::Enum(a), Base::Enum(b)) => {
                a == b || self.class.get(a.0 as usize) == self.class.get(b.0 as usize)
            }
            (Base::Set(a), Base::Set(b)) | (Base::List(a), Base::List(b)) => self.same(a, b),
            _ => a == b,
        }
    }

    pub(super) fn into_types(self) -> Vec<EnumType> {
        self.types
    }

    /// A type in the words of the model.
    pub(super) fn show(&self, ty: &Type) -> String {
        let mut text = self.show_base(&ty.base);
        if ty.optional {
            text.push('?');
        }
        text
    }

    pub(super) fn show_base(&self, base: &Base) -> String {
        match base {
            Base::Bool => "bool".to_owned(),
            Base::Int => "int".to_owned(),
            Base::Float => "float".to_owned(),
            Base::Decimal => "decimal".to_owned(),
            Base::Text => "text".to_owned(),
            Base::Date => "date".to_owned(),
            Base::Time => "time".to_owned(),
            Base::Duration => "duration".to_owned(),
            Base::Period => "period".to_owned(),
            Base::Case => "case".to_owned(),
            Base::Set(element) => format!("set({})", self.show_base(element)),
            Base::List(element) => format!("list of {}", self.show_base(element)),
            Base::Enum(id) => self.show_enum(*id),
        }
    }

    fn show_enum(&self, id: EnumId) -> String {
        const SHOWN: usize = 4;
        let Some(ty) = self.get(id) else { return "enum".to_owned() };
        if let Some(name) = &ty.name {
            return name.to_string();
        }
        let mut labels: Vec<&str> = ty.labels.iter().take(SHOWN).map(|l| &*l.name).collect();
        if ty.labels.len() > SHOWN {
            labels.push("…");
        }
        let ordered = if ty.ordered { " ordered" } else { "" };
        format!("enum({}){ordered}", labels.join(", "))
    }
}

/// Which of the three number types it is.
pub(super) fn number(base: &Base) -> Option<Number> {
    match base {
        Base::Int => Some(Number::Int),
        Base::Decimal => Some(Number::Decimal),
        Base::Float => Some(Number::Float),
        _ => None,
    }
}

pub(super) fn number_base(number: Number) -> Base {
    match number {
        Number::Int => Base::Int,
        Number::Decimal => Base::Decimal,
        Number::Float => Base::Float,
    }
}

impl<'a> Lowering<'a> {
    /// `type` declarations, and the enums of grades and clusters.
    pub(super) fn declare_types(&mut self) {
        self.declare_score_labels();
        // A type may be named after another, in any order: as often as there are types is enough.
        let types: Vec<(&'a Ident, &'a TypeExpr)> = self.declared.types.clone();
        let mut waiting: Vec<usize> = (0..types.len()).collect();
        while !waiting.is_empty() {
            let before = waiting.len();
            waiting.retain(|n| {
                let Some((name, ty)) = types.get(*n) else { return false };
                if self.waits(ty, &types) {
                    return true;
                }
                let named = match &ty.kind {
                    TypeKind::Enum { labels, ordered } => self
                        .enum_type(labels, *ordered, Some(&name.name))
                        .map(|id| Type { base: Base::Enum(id), optional: ty.optional }),
                    _ => self.ty(ty),
                };
                self.enums.named.entry(&name.name).or_insert(named);
                false
            });
            if waiting.len() == before {
                self.report_type_cycle(&waiting, &types);
                return;
            }
        }
    }

    /// Whether a type is named after one that is not known yet.
    fn waits(&self, ty: &TypeExpr, types: &[(&'a Ident, &'a TypeExpr)]) -> bool {
        match &ty.kind {
            TypeKind::Name(name) => {
                !self.enums.named.contains_key(name.as_str())
                    && !is_built_in(name)
                    && self.names.types.get(name).is_some_and(|n| n < types.len())
            }
            TypeKind::Set(element) => self.waits(element, types),
            TypeKind::Bool { .. } | TypeKind::Enum { .. } => false,
        }
    }

    fn report_type_cycle(&mut self, waiting: &[usize], types: &[(&'a Ident, &'a TypeExpr)]) {
        let cycle: Vec<&'a Ident> =
            waiting.iter().filter_map(|n| types.get(*n).map(|(name, _)| *name)).collect();
        if let Some(first) = cycle.first() {
            let names: Vec<String> = cycle.iter().map(|n| format!("`{}`", n.name)).collect();
            self.report.push(
                Diagnostic::new(
                    Code::CYCLE,
                    first.span,
                    format!("types need each other: {}", names.join(", ")),
                )
                .help("say what one of them is: `type plan = enum(basic, plus)`"),
            );
        }
        for name in cycle {
            self.enums.named.entry(&name.name).or_insert(None);
        }
    }

    /// A type; none if it is broken, which has been reported.
    pub(super) fn ty(&mut self, written: &TypeExpr) -> Option<Type> {
        let base = match &written.kind {
            TypeKind::Name(name) => {
                let named = self.named_type(name, written.span)?;
                return Some(Type { base: named.base, optional: named.optional || written.optional });
            }
            TypeKind::Bool { .. } => Base::Bool,
            TypeKind::Enum { labels, ordered } => Base::Enum(self.enum_type(labels, *ordered, None)?),
            TypeKind::Set(element) => self.set_type(element)?,
        };
        Some(Type { base, optional: written.optional })
    }

    fn set_type(&mut self, element: &TypeExpr) -> Option<Base> {
        let ty = self.ty(element)?;
        if ty.optional {
            self.report.push(
                Diagnostic::new(Code::TYPE_NOT_ALLOWED, element.span, "a set holds no missing element")
                    .help("write the `?` behind the set if the whole set may be missing: `set(text)?`"),
            );
            return None;
        }
        if matches!(ty.base, Base::Set(_) | Base::Period | Base::Duration) {
            let shown = self.enums.show(&ty);
            self.report.push(
                Diagnostic::new(
                    Code::TYPE_NOT_ALLOWED,
                    element.span,
                    format!("there are no sets of {shown}"),
                )
                .label("expected bool, a number, text, date, time or an enum"),
            );
            return None;
        }
        Some(Base::Set(Box::new(ty.base)))
    }

    fn named_type(&mut self, name: &str, span: Span) -> Option<Type> {
        let base = match name {
            "bool" => Base::Bool,
            "int" => Base::Int,
            "float" => Base::Float,
            "decimal" => Base::Decimal,
            "text" => Base::Text,
            "date" => Base::Date,
            "time" => Base::Time,
            "duration" => Base::Duration,
            "period" => Base::Period,
            "weekday" => Base::Enum(WEEKDAY),
            _ => {
                if let Some(declared) = self.enums.named.get(name) {
                    return declared.clone();
                }
                if let Some(id) = self.enums.scores.get(name) {
                    return Some(Type::required(Base::Enum(*id)));
                }
                let declared = self.names.types.names();
                self.report.unknown("type", name, span, BUILT_IN.into_iter().chain(declared));
                return None;
            }
        };
        Some(Type::required(base))
    }

    /// An enum of its own if it has a name, else one that equal ones share.
    fn enum_type(
        &mut self,
        labels: &[(Ident, Option<Text>)],
        ordered: bool,
        name: Option<&str>,
    ) -> Option<EnumId> {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let mut words: FxHashSet<&str> = FxHashSet::default();
        let mut ok = true;
        for (label, foreign) in labels {
            let word = foreign.as_ref().map_or(label.name.as_str(), |f| f.value.as_str());
            let span = foreign.as_ref().map_or(label.span, |f| f.span);
            if !seen.insert(&label.name) {
                self.report.error(
                    Code::DUPLICATE_NAME,
                    label.span,
                    format!("`{}` is in the enum twice", label.name),
                );
                ok = false;
            } else if !words.insert(word) {
                let message = format!("two values of the enum are both \"{word}\" in the data");
                self.report.error(Code::DUPLICATE_NAME, span, message);
                ok = false;
            }
        }
        let labels = labels.iter().map(|(label, foreign)| EnumLabel {
            name: label.name.as_str().into(),
            foreign: foreign.as_ref().map(|f| f.value.as_str().into()),
        });
        let ty = EnumType { name: name.map(Into::into), labels: labels.collect(), ordered };
        let id = if name.is_some() { self.enums.push(ty) } else { self.enums.intern(ty) };
        ok.then_some(id)
    }

    /// Remembers the labels of a grade or a cluster under the name of the score.
    pub(super) fn add_score_labels(
        &mut self,
        score: usize,
        name: &'a str,
        labels: Vec<Arc<str>>,
        ordered: bool,
    ) {
        let id = self.enums.add(name, labels, ordered);
        self.score_labels.insert(score, id);
        self.enums.scores.entry(name).or_insert(id);
    }
}
