//! Bare words and paths: what they stand for here.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Type};
use crate::model::{
    Expr, ExprKind, GateId, LetId, ListId, ParamId, PropertyId, ScoreId, ScorePart, SegmentId,
};
use crate::source::Span;
use crate::syntax::ast::Ident;
use crate::values::{Label, Value};

use super::Lowering;
use super::lazy::{Node, State};
use super::literals::constant;
use super::names::ValueName;

/// What a bare word can stand for where it is.
#[derive(Clone, Copy)]
enum Reading {
    Parameter(usize),
    Field(usize),
    Priority,
    Property(usize),
    Value(ValueName),
}

impl<'a> Lowering<'a> {
    /// Whether a bare word stands for a value here.
    pub(super) fn is_value(&self, word: &str) -> bool {
        self.readings(word).next().is_some()
    }

    fn readings(&self, word: &str) -> impl Iterator<Item = Reading> {
        let parameter = self
            .frame()
            .and_then(|f| f.parameters.iter().position(|(name, _)| name.name == word))
            .map(Reading::Parameter);
        let field = self
            .scope
            .table
            .and_then(|t| self.tables.get(t.0))
            .and_then(|t| t.record.index(word))
            .map(Reading::Field);
        let ranked = if !self.scope.rank {
            None
        } else if word == "priority" {
            Some(Reading::Priority)
        } else {
            self.names.properties.get(word).map(Reading::Property)
        };
        let value = self.names.values.get(word).map(Reading::Value);
        [parameter, field, ranked, value].into_iter().flatten()
    }

    /// A bare word: a value, else a word of the enum that the place wants, else a case.
    pub(super) fn name(&mut self, word: &str, span: Span, want: Option<&Base>) -> Option<Expr> {
        let mut readings = self.readings(word);
        let (first, second) = (readings.next(), readings.next());
        drop(readings);
        if let (Some(first), Some(second)) = (first, second) {
            self.report_two_readings(word, span, first, second);
            return None;
        }
        let literal = want.and_then(|base| self.word_of(word, base, span));
        match (first, literal) {
            (None, Some(literal)) => Some(literal),
            (Some(reading), Some(literal)) => {
                let base = self.base_of(reading, span);
                if base.is_some_and(|base| self.enums.same(&base, &literal.ty.base)) {
                    self.report_value_and_word(word, span, reading, &literal);
                    return None;
                }
                Some(literal)
            }
            (Some(reading), None) => self.read(reading, span),
            (None, None) => {
                self.report_unknown_word(word, span, want);
                None
            }
        }
    }

    /// A word of an enum, or a case.
    fn word_of(&self, word: &str, base: &Base, span: Span) -> Option<Expr> {
        match base {
            Base::Enum(id) => {
                let label = self.enums.label(*id, word)?;
                Some(constant(Value::Label(Label(label)), base.clone(), span))
            }
            Base::Case => {
                self.names.cases.get(word)?;
                Some(constant(Value::Text(Arc::from(word)), Base::Case, span))
            }
            _ => None,
        }
    }

    /// The type of what a word stands for, if that can be known without going round in a circle.
    fn base_of(&mut self, reading: Reading, span: Span) -> Option<Base> {
        let node = match reading {
            Reading::Value(ValueName::Let(n)) => Node::Let(n),
            Reading::Value(ValueName::Score(n)) => Node::Score(n),
            Reading::Value(ValueName::Segment(_) | ValueName::Gate(_) | ValueName::List(_)) => {
                return Some(Base::Bool);
            }
            _ => return self.read(reading, span).map(|e| e.ty.base),
        };
        if self.states.get(self.place(node)) == Some(&State::Working) || !self.ready(node, span) {
            return None;
        }
        match reading {
            Reading::Value(ValueName::Let(n)) => {
                self.lets.get(n).and_then(Option::as_ref).map(|l| l.value.ty.base.clone())
            }
            Reading::Value(ValueName::Score(n)) => {
                self.scores.get(n).and_then(Option::as_ref)?.ty(&ScorePart::Value).map(|ty| ty.base)
            }
            _ => None,
        }
    }

    fn read(&mut self, reading: Reading, span: Span) -> Option<Expr> {
        match reading {
            Reading::Parameter(n) => self.parameter(n, span),
            Reading::Field(n) => self.field(n, span),
            Reading::Priority => {
                Some(Expr { kind: ExprKind::CasePriority, ty: self.priority_type.clone(), span })
            }
            Reading::Property(n) => self.property(n, span),
            Reading::Value(value) => self.value(value, span),
        }
    }

    fn property(&mut self, n: usize, span: Span) -> Option<Expr> {
        let (property, _) = self.properties.get(n)?.as_ref()?;
        Some(Expr { kind: ExprKind::CaseProperty(PropertyId(n)), ty: property.ty.clone(), span })
    }

    fn field(&mut self, n: usize, span: Span) -> Option<Expr> {
        let ty = self.tables.get(self.scope.table?.0)?.record.ty(n)?.clone();
        Some(Expr { kind: ExprKind::Field(n), ty, span })
    }

    /// The argument that stands for a parameter.
    fn parameter(&mut self, n: usize, span: Span) -> Option<Expr> {
        let inside_aggregate = self.scope.table.is_some();
        let argument = self.frame()?.arguments.get(n)?.as_ref()?;
        let (value, measure) = (argument.value.clone(), argument.measure);
        if inside_aggregate && measure.reads_field {
            self.report.push(
                Diagnostic::new(
                    Code::WRONG_USE,
                    value.span,
                    "this argument reads a field of an event, and the function uses it on events of its own",
                )
                .related(span, "used here"),
            );
            return None;
        }
        if self.depth.saturating_add(measure.depth) > super::MAX_DEPTH {
            self.too_deep(span);
            return None;
        }
        self.charge(measure.nodes, span).then_some(value)
    }

    pub(super) fn value(&mut self, value: ValueName, span: Span) -> Option<Expr> {
        let (kind, ty) = match value {
            ValueName::Attribute(n) => (ExprKind::Attribute(n), self.subject.ty(n)?.clone()),
            ValueName::Context(n) => (ExprKind::Context(n), self.context.ty(n)?.clone()),
            ValueName::Param(n) => {
                if !self.ready(Node::Param(n), span) {
                    return None;
                }
                let param = self.params.get(n)?.as_ref()?;
                (ExprKind::Param(ParamId(n)), param.ty.clone())
            }
            ValueName::Let(n) => return self.let_value(n, span),
            ValueName::Score(n) => return self.score_part(n, None, span),
            ValueName::Segment(n) => {
                if !self.ready(Node::Segment(n), span) {
                    return None;
                }
                let condition = &self.segments.get(n)?.as_ref()?.condition;
                (ExprKind::Segment(SegmentId(n)), condition.ty.clone())
            }
            ValueName::Gate(n) => {
                if !self.ready(Node::Gate(n), span) {
                    return None;
                }
                let clauses = &self.gates.get(n)?.as_ref()?.clauses;
                let optional = clauses.iter().any(|c| c.condition.ty.optional);
                (ExprKind::Gate(GateId(n)), Type { base: Base::Bool, optional })
            }
            ValueName::List(n) => (ExprKind::InList(ListId(n)), Type::required(Base::Bool)),
        };
        Some(Expr { kind, ty, span })
    }

    fn let_value(&mut self, n: usize, span: Span) -> Option<Expr> {
        let declared = *self.declared.lets.get(n)?;
        if let Some(parameters) = &declared.parameters {
            let name = &declared.named.name.name;
            let names: Vec<&str> = parameters.iter().map(|(p, _)| p.name.as_str()).collect();
            self.report.push(
                Diagnostic::new(Code::WRONG_USE, span, format!("`{name}` is a function"))
                    .help(format!("call it: `{name}({})`", names.join(", "))),
            );
            return None;
        }
        if !self.ready(Node::Let(n), span) {
            return None;
        }
        let ty = self.lets.get(n)?.as_ref()?.value.ty.clone();
        Some(Expr { kind: ExprKind::Let(LetId(self.let_ids.get(n).copied()?)), ty, span })
    }

    /// A score, or a part of one.
    pub(super) fn score_part(&mut self, n: usize, part: Option<&Ident>, span: Span) -> Option<Expr> {
        if !self.ready(Node::Score(n), span) {
            return None;
        }
        let score = self.scores.get(n)?.as_ref()?;
        let parts = score.parts();
        let found = match part {
            None => score.ty(&ScorePart::Value).map(|ty| (ScorePart::Value, ty)),
            Some(part) => parts
                .iter()
                .find(|(name, _, _)| *name == part.name)
                .map(|(_, part, ty)| (part.clone(), ty.clone())),
        };
        if let Some((part, ty)) = found {
            return Some(Expr { kind: ExprKind::Score(ScoreId(n), part), ty, span });
        }
        let names: Vec<&str> = parts.iter().map(|(name, _, _)| *name).collect();
        let word = self.declared.scores.get(n)?.word();
        let name = score.name.clone();
        let whole: Vec<String> = names.iter().map(|part| format!("{name}.{part}")).collect();
        let whole: Vec<&str> = whole.iter().map(String::as_str).collect();
        match part {
            Some(part) if names.is_empty() => {
                let message = format!("`{name}` is one value and has no part `{}`", part.name);
                self.report.error(Code::UNKNOWN_NAME, part.span, message);
            }
            Some(part) => {
                self.report.unknown(&format!("part of `{name}` called"), &part.name, part.span, names)
            }
            None if whole.is_empty() => {
                let help = format!("ask it: `{name}.confidence(\"x\")` or `{name}.lift(\"x\")`");
                let message = format!("the {word} `{name}` is no value by itself");
                self.report.push(Diagnostic::new(Code::WRONG_USE, span, message).help(help));
            }
            None => {
                let message = format!("the {word} `{name}` has several parts");
                let label = format!("expected {}", super::report::alternatives(&whole));
                self.report.push(Diagnostic::new(Code::WRONG_USE, span, message).label(label));
            }
        }
        None
    }

    /// `customer.age`, `recharge.amount`, `loyalty.total`
    pub(super) fn path(&mut self, parts: &'a [Ident], span: Span) -> Option<Expr> {
        let [head, part] = parts else {
            self.report.error(Code::UNKNOWN_NAME, span, "a name has at most two parts");
            return None;
        };
        if let Some(table) = self.scope.table
            && self.table_index(&head.name) == Some(table.0)
        {
            return self.table_field(table.0, head, part, span);
        }
        if self.declared.subject.is_some_and(|(name, _)| name.name == head.name) {
            let Some(n) = self.subject.index(&part.name) else {
                let names = self.subject.names();
                self.report.unknown(
                    &format!("attribute of `{}` called", head.name),
                    &part.name,
                    part.span,
                    names,
                );
                return None;
            };
            return self.value(ValueName::Attribute(n), span);
        }
        if let Some(ValueName::Score(n)) = self.names.values.get(&head.name) {
            return self.score_part(n, Some(part), span);
        }
        if self.scope.rank && head.name == "case" {
            return self.case_part(part, span);
        }
        if head.name == "context" && self.declared.context.is_some() {
            let Some(n) = self.context.index(&part.name) else {
                self.report.unknown(
                    "field of the context called",
                    &part.name,
                    part.span,
                    self.context.names(),
                );
                return None;
            };
            return self.value(ValueName::Context(n), span);
        }
        self.report_unknown_head(head, part, span);
        None
    }

    fn table_field(&mut self, table: usize, head: &Ident, part: &Ident, span: Span) -> Option<Expr> {
        let record = &self.tables.get(table)?.record;
        let Some(n) = record.index(&part.name) else {
            self.report.unknown(
                &format!("field of `{}` called", head.name),
                &part.name,
                part.span,
                record.names(),
            );
            return None;
        };
        self.field(n, span)
    }

    /// `case.priority`, `case.value`: inside `rank by`, where a bare word has two readings.
    fn case_part(&mut self, part: &Ident, span: Span) -> Option<Expr> {
        if part.name == "priority" {
            return self.read(Reading::Priority, span);
        }
        let n = self.names.properties.find(part, &mut self.report)?;
        self.property(n, span)
    }

    fn report_unknown_head(&mut self, head: &Ident, part: &Ident, span: Span) {
        if self.table_index(&head.name).is_some() {
            self.report.push(
                Diagnostic::new(
                    Code::WRONG_USE,
                    span,
                    format!(
                        "`{}.{}` is a field of many, and only some question to them has one value",
                        head.name, part.name
                    ),
                )
                .help(format!("ask, for example, `sum({}.{} over last 30 days)`", head.name, part.name)),
            );
            return;
        }
        if let Some(value) = self.names.values.get(&head.name) {
            let message = format!("`{}` is {} and has no parts", head.name, value.kind());
            self.report.error(Code::WRONG_USE, span, message);
            return;
        }
        let subject = self.declared.subject.map(|(name, _)| name.name.as_str());
        let tables = self.tables.iter().map(|t| t.name);
        let scores = self.declared.scores.iter().map(|s| s.named().name.name.as_str());
        self.report.unknown(
            "subject, score or table",
            &head.name,
            head.span,
            subject.into_iter().chain(scores).chain(tables),
        );
    }

    fn describe(&self, reading: Reading, word: &str) -> (String, Option<Span>) {
        match reading {
            Reading::Parameter(_) => ("a parameter of the function".to_owned(), None),
            Reading::Field(n) => {
                let table = self.scope.table.and_then(|t| self.tables.get(t.0));
                let name = table.map_or("", |t| t.name);
                let span = table.and_then(|t| t.record.fields.get(n)).map(|f| f.span);
                (format!("a field of `{name}`"), span.filter(|s| s.end > 0))
            }
            Reading::Priority => ("the priority of the case".to_owned(), None),
            Reading::Property(_) => ("a property of the case".to_owned(), self.names.properties.span(word)),
            Reading::Value(value) => (value.kind().to_owned(), self.names.values.span(word)),
        }
    }

    fn report_two_readings(&mut self, word: &str, span: Span, first: Reading, second: Reading) {
        let (a, a_span) = self.describe(first, word);
        let (b, b_span) = self.describe(second, word);
        let mut diagnostic = Diagnostic::new(Code::AMBIGUOUS_WORD, span, format!("`{word}` is {a} and {b}"));
        for (text, place) in [(&a, a_span), (&b, b_span)] {
            if let Some(place) = place {
                diagnostic = diagnostic.related(place, text.clone());
            }
        }
        let write = |reading| match reading {
            Reading::Field(_) => {
                let table = self.scope.table.and_then(|t| self.tables.get(t.0));
                table.map(|t| format!("`{}.{word}`", t.name))
            }
            Reading::Value(ValueName::Attribute(_)) => {
                self.declared.subject.map(|(name, _)| format!("`{}.{word}`", name.name))
            }
            Reading::Value(ValueName::Context(_)) => Some(format!("`context.{word}`")),
            Reading::Priority | Reading::Property(_) => Some(format!("`case.{word}`")),
            _ => None,
        };
        let ways: Vec<String> = [write(first), write(second)].into_iter().flatten().collect();
        let help = if ways.is_empty() {
            "give one of them another name".to_owned()
        } else {
            format!("write {}", ways.join(" or "))
        };
        self.report.push(diagnostic.help(help));
    }

    fn report_value_and_word(&mut self, word: &str, span: Span, reading: Reading, literal: &Expr) {
        let (kind, place) = self.describe(reading, word);
        let shown = match literal.ty.base {
            Base::Case => "a case".to_owned(),
            _ => format!("a value of {}", self.enums.show(&literal.ty)),
        };
        let mut diagnostic =
            Diagnostic::new(Code::AMBIGUOUS_WORD, span, format!("`{word}` is {kind} and {shown}"))
                .label("either could stand here");
        if let Some(place) = place {
            diagnostic = diagnostic.related(place, kind);
        }
        self.report.push(diagnostic.help("give one of them another name"));
    }

    fn report_unknown_word(&mut self, word: &str, span: Span, want: Option<&Base>) {
        let labels: Vec<String> = match want {
            Some(Base::Enum(id)) => self
                .enums
                .get(*id)
                .map(|ty| ty.labels.iter().map(|l| l.name.to_string()).collect())
                .unwrap_or_default(),
            Some(Base::Case) => self.names.cases.names().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let fields: Vec<String> = match self.scope.table.and_then(|t| self.tables.get(t.0)) {
            Some(table) => table.record.names().map(str::to_owned).collect(),
            None => Vec::new(),
        };
        let mut candidates: Vec<&str> = labels.iter().chain(&fields).map(String::as_str).collect();
        candidates
            .extend(self.frame().into_iter().flat_map(|f| f.parameters).map(|(name, _)| name.name.as_str()));
        if self.scope.rank {
            candidates.push("priority");
            candidates.extend(self.names.properties.names());
        }
        candidates.extend(self.names.values.names());
        let near = self.report.suggest(word, &candidates);
        let expected: Vec<&str> = labels.iter().map(String::as_str).collect();
        let mut diagnostic = match want {
            Some(base @ Base::Enum(_)) => {
                let shown = self.enums.show_base(base);
                let mut d = Diagnostic::new(
                    Code::UNKNOWN_NAME,
                    span,
                    format!("`{word}` is neither a value of {shown} nor the name of anything"),
                );
                if expected.len() <= 8 {
                    d = d.label(format!("expected {}", super::report::alternatives(&expected)));
                }
                d
            }
            Some(Base::Case) => {
                Diagnostic::new(Code::UNKNOWN_NAME, span, format!("there is no case `{word}`"))
            }
            _ => Diagnostic::new(Code::UNKNOWN_NAME, span, format!("`{word}` is not the name of anything")),
        };
        if let Some(near) = near {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        } else if labels.is_empty() && self.enums.any_has(word) {
            diagnostic = diagnostic
                .help(format!("`{word}` is a value of an enum, but nothing here is compared with it"));
        } else if self.table_index(word).is_some() {
            diagnostic =
                diagnostic.help(format!("ask a question to these events or rows, such as `count({word})`"));
        }
        self.report.push(diagnostic);
    }
}
