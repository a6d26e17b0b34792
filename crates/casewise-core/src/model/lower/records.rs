//! The schema: attributes, context, events and rows.

use rustc_hash::FxHashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Type};
use crate::model::{Field, Table, TableKind, contact};
use crate::source::Span;
use crate::syntax::ast::{self, TypeKind};

use super::Lowering;
use super::collect::TableDeclaration;

/// Fields by name and by place.
#[derive(Default)]
pub(super) struct Record<'a> {
    pub(super) fields: Vec<Field>,
    /// Per field: its type is known.
    known: Vec<bool>,
    names: FxHashMap<&'a str, usize>,
    /// Of the subject: the key attribute.
    pub(super) key: Option<usize>,
}

impl<'a> Record<'a> {
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// The type of a field; none if it is broken.
    pub(super) fn ty(&self, index: usize) -> Option<&Type> {
        self.known.get(index).filter(|known| **known)?;
        self.fields.get(index).map(|f| &f.ty)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|f| &*f.name)
    }

    fn push(&mut self, name: &'a str, field: Field, known: bool) -> bool {
        let place = self.fields.len();
        let fresh = !self.names.contains_key(name);
        if fresh {
            self.names.insert(name, place);
        }
        self.fields.push(field);
        self.known.push(known);
        fresh
    }
}

/// Events or rows.
pub(super) struct TableRecord<'a> {
    pub(super) name: &'a str,
    pub(super) kind: TableKind,
    pub(super) record: Record<'a>,
    span: Span,
}

impl TableRecord<'_> {
    pub(super) fn into_table(self) -> Table {
        Table { name: self.name.into(), kind: self.kind, fields: self.record.fields, span: self.span }
    }
}

impl<'a> Lowering<'a> {
    pub(super) fn lower_schema(&mut self) {
        if let Some((name, fields)) = self.declared.subject {
            self.subject = self.record(fields);
            self.subject.key = self.key_of(name, fields);
            if let Some(table) = self.names.tables.span(&name.name) {
                self.report.push(
                    Diagnostic::new(
                        Code::DUPLICATE_NAME,
                        table,
                        format!(
                            "`{}` is what is decided about, and cannot name events or rows too",
                            name.name
                        ),
                    )
                    .related(name.span, "the subject"),
                );
            }
        }
        self.context = self.declared.context.map(|fields| self.record(fields)).unwrap_or_default();
        if let Some(key) = self.declared.context.and_then(|fields| fields.iter().find(|f| f.key)) {
            self.report.error(Code::SUBJECT, key.name.span, "only an attribute of the subject is a key");
        }
        let tables = std::mem::take(&mut self.declared.tables);
        self.tables = tables.iter().map(|table| self.table(table)).collect();
        self.declared.tables = tables;
        self.add_contact_table();
    }

    fn record(&mut self, fields: &'a [ast::Field]) -> Record<'a> {
        let mut record = Record::default();
        for field in fields {
            self.add_field(&mut record, field, true);
        }
        record
    }

    /// `registered`: that a name is there twice was said when names were registered.
    fn add_field(&mut self, record: &mut Record<'a>, field: &'a ast::Field, registered: bool) {
        let ty = self.ty(&field.ty);
        let bool_words = match &field.ty.kind {
            TypeKind::Bool { yes, no } => {
                if yes.value == no.value {
                    self.report.error(
                        Code::DUPLICATE_NAME,
                        no.span,
                        "true and false have the same word in the data",
                    );
                }
                Some((yes.value.as_str().into(), no.value.as_str().into()))
            }
            _ => None,
        };
        let known = ty.is_some();
        let lowered = Field {
            name: field.name.name.as_str().into(),
            title: super::title(field.title.as_ref()),
            ty: ty.unwrap_or_else(|| Type::optional(Base::Text)),
            from: super::title(field.from.as_ref()),
            bool_words,
            span: field.name.span,
        };
        if !record.push(&field.name.name, lowered, known) && !registered {
            self.report.error(
                Code::DUPLICATE_NAME,
                field.name.span,
                format!("there are two fields `{}`", field.name.name),
            );
        }
    }

    fn key_of(&mut self, subject: &ast::Ident, fields: &[ast::Field]) -> Option<usize> {
        let mut keys = fields.iter().enumerate().filter(|(_, f)| f.key);
        let Some((place, key)) = keys.next() else {
            self.report.push(
                Diagnostic::new(
                    Code::SUBJECT,
                    subject.span,
                    format!("`{}` has no key attribute", subject.name),
                )
                .help("mark the attribute that names one subject: `key id: text`"),
            );
            return None;
        };
        for (_, second) in keys {
            self.report.push(
                Diagnostic::new(Code::SUBJECT, second.name.span, "a subject has one key")
                    .related(key.name.span, "the first key")
                    .help("make one attribute of both before the data comes here"),
            );
        }
        let ty = self.subject.ty(place)?.clone();
        if ty.optional {
            let message = format!("the key `{}` may not be missing", key.name.name);
            self.report.push(Diagnostic::new(Code::SUBJECT, key.ty.span, message).help("take the `?` away"));
            return None;
        }
        if !matches!(ty.base, Base::Text | Base::Int) {
            let shown = self.enums.show(&ty);
            let message = format!("the key `{}` is {shown}", key.name.name);
            self.report
                .push(Diagnostic::new(Code::SUBJECT, key.ty.span, message).label("expected text or int"));
            return None;
        }
        Some(place)
    }

    fn table(&mut self, declared: &TableDeclaration<'a>) -> TableRecord<'a> {
        let mut record = Record::default();
        let mut kind = if declared.rows { TableKind::Rows } else { TableKind::Events };
        if !declared.rows {
            match declared.fields.iter().find(|f| f.name.name == "at") {
                Some(at) => {
                    kind = self.kind_by_time(at);
                    self.add_field(&mut record, at, false);
                }
                None => {
                    record.push("at", contact::at(declared.name.span), true);
                }
            }
        }
        let mut at_seen = declared.rows;
        for field in declared.fields {
            // The first `at` of events stands in front already.
            if field.name.name == "at" && !at_seen {
                at_seen = true;
                continue;
            }
            self.add_field(&mut record, field, false);
        }
        if let Some(key) = declared.fields.iter().find(|f| f.key) {
            self.report.error(Code::SUBJECT, key.name.span, "only an attribute of the subject is a key");
        }
        TableRecord { name: &declared.name.name, kind, record, span: declared.name.span }
    }

    fn kind_by_time(&mut self, at: &ast::Field) -> TableKind {
        match (&at.ty.kind, at.ty.optional) {
            (TypeKind::Name(name), false) if name == "time" => TableKind::Events,
            (TypeKind::Name(name), false) if name == "date" => TableKind::DatedEvents,
            _ => {
                self.report.push(
                    Diagnostic::new(Code::TYPE_NOT_ALLOWED, at.ty.span, "`at` says when an event happened")
                        .label("expected time or date, never missing")
                        .help("declare `rows` for records without a time"),
                );
                TableKind::Events
            }
        }
    }

    /// The built-in `contact` events.
    fn add_contact_table(&mut self) {
        let outcome = self.enums.add("outcome", contact::outcomes(), false);
        let mut record = Record::default();
        for (name, field) in contact::fields(outcome) {
            record.push(name, field, true);
        }
        self.tables.push(TableRecord {
            name: "contact",
            kind: TableKind::Events,
            record,
            span: Span::default(),
        });
    }

    /// A table by its name; `contact` too.
    pub(super) fn table_index(&self, name: &str) -> Option<usize> {
        if name == "contact" {
            return self.tables.len().checked_sub(1);
        }
        self.names.tables.get(name)
    }

    /// A table by its name, or an error.
    pub(super) fn find_table(&mut self, name: &str, span: Span) -> Option<usize> {
        let found = self.table_index(name);
        if found.is_none() {
            let names = self.tables.iter().map(|t| t.name);
            self.report.unknown("table of events or rows", name, span, names);
        }
        found
    }
}
