//! Declarations, fields, types and tests.

use super::super::ast::{
    Binding, Declaration, DeclarationKind, Expectation, Expr, Field, Ident, Let, ModelHeader, Param,
    Property, Test, TestClause, TestClauseKind, TestItem, Text, TypeExpr, TypeKind,
};
use super::super::words;
use super::doc::Doc;
use super::{Empty, Formatter, Item, name, name_unless, named, path, plain_or_quoted, text, title};
use crate::source::Span;

/// Nothing tighter than `otherwise` needs parentheses.
pub(super) const AMOUNT: u8 = super::super::parser::strength::OTHERWISE;

impl<'a> Formatter<'a> {
    pub(super) fn declaration(&mut self, declaration: &'a Declaration) -> Doc<'a> {
        let span = declaration.span;
        let (header, block) = match &declaration.kind {
            DeclarationKind::Model(model) => return self.model(model, span),
            DeclarationKind::Include(path) => return Doc::text(format!("include {}", text(path))),
            DeclarationKind::Subject { name: n, named, fields } => {
                let header = if *named { format!("subject {}", name(n)) } else { "customer".to_owned() };
                (header, self.fields(fields, span))
            }
            DeclarationKind::Context(fields) => ("context".to_owned(), self.fields(fields, span)),
            DeclarationKind::Type { name: n, ty } => {
                return Doc::All(vec![
                    Doc::text(format!("type {} =", name(n))),
                    self.space(ty.span.start),
                    self.type_expr(ty),
                ]);
            }
            DeclarationKind::Events { name: n, fields } => {
                (format!("events {}", name(n)), self.fields(fields, span))
            }
            DeclarationKind::Rows { name: n, fields } => {
                (format!("rows {}", name(n)), self.fields(fields, span))
            }
            DeclarationKind::List(list) => return Doc::text(format!("list {}", named(list))),
            DeclarationKind::Param(param) => return self.param(param),
            DeclarationKind::Let(binding) => return self.let_binding(binding),
            DeclarationKind::Score(binding) => return self.binding("score", binding),
            DeclarationKind::Segment(binding) => return self.binding("segment", binding),
            DeclarationKind::Scorecard(score) => return self.scorecard(score, span),
            DeclarationKind::Behavior(score) => return self.behavior(score, span),
            DeclarationKind::Rfm(score) => return self.rfm(score, span),
            DeclarationKind::Cluster(score) => return self.cluster(score, span),
            DeclarationKind::Composite(score) => return self.composite(score, span),
            DeclarationKind::Affinity(score) => return self.affinity(score, span),
            DeclarationKind::Lifetime(score) => return self.lifetime(score, span),
            DeclarationKind::Grade(score) => return self.grade(score, span),
            DeclarationKind::Table(score) => return self.table(score, span),
            DeclarationKind::Gate(gate) => return self.gate(gate, span),
            DeclarationKind::Channel(channel) => return self.channel(channel, span),
            DeclarationKind::Contacts(rules) => ("contacts".to_owned(), self.contact_rules(rules, span)),
            DeclarationKind::Properties(properties) => {
                ("properties".to_owned(), self.properties(properties, span))
            }
            DeclarationKind::EveryCase(clauses) => {
                ("every case".to_owned(), self.case_clauses(clauses, span))
            }
            DeclarationKind::Group(case) => return self.case("group", case, span),
            DeclarationKind::Case(case) => return self.case("case", case, span),
            DeclarationKind::Decide(decide) => return self.decide(decide, span),
            DeclarationKind::Fixture { name: n, values } => {
                (format!("fixture {}", name(n)), self.record(values, span))
            }
            DeclarationKind::Test(test) => return self.test(test, span),
        };
        Doc::All(vec![Doc::text(header), block])
    }

    fn model(&mut self, model: &'a ModelHeader, span: Span) -> Doc<'a> {
        let mut items: Vec<Item<'a>> = Vec::new();
        if let Some((number, at)) = &model.language {
            items.push((*at, Box::new(move |_| Doc::text(format!("language {number}")))));
        }
        let texts: [(&str, &'a Option<Text>); 2] =
            [("version", &model.version), ("timezone", &model.timezone)];
        for (word, value) in texts {
            if let Some(value) = value {
                items.push((value.span, Box::new(move |_| Doc::text(format!("{word} {}", text(value))))));
            }
        }
        let block = self.block("; ", items, span, Empty::Nothing);
        Doc::All(vec![Doc::text(format!("model {}", named(&model.named))), block])
    }

    // Fields and types.

    fn fields(&mut self, fields: &'a [Field], span: Span) -> Doc<'a> {
        let items = fields.iter().map(|f| -> Item<'a> { (f.span, Box::new(move |s| s.field(f))) }).collect();
        self.block(", ", items, span, Empty::Braces)
    }

    fn field(&mut self, field: &'a Field) -> Doc<'a> {
        let key = if field.key { "key " } else { "" };
        let mut docs =
            vec![Doc::text(format!("{key}{}:", name(&field.name))), self.space(field.ty.span.start)];
        docs.push(self.type_expr(&field.ty));
        if let Some(from) = &field.from {
            docs.push(Doc::text(format!(" from {}", text(from))));
        }
        docs.push(Doc::text(title(field.title.as_ref())));
        Doc::All(docs)
    }

    pub(super) fn type_expr(&mut self, ty: &'a TypeExpr) -> Doc<'a> {
        let mut docs = match &ty.kind {
            TypeKind::Name(n) => vec![Doc::text(plain_or_quoted(n))],
            TypeKind::Bool { yes, no } => vec![Doc::text(format!("bool({}, {})", text(yes), text(no)))],
            TypeKind::Set(element) => vec![Doc::text("set("), self.type_expr(element), Doc::text(")")],
            TypeKind::Enum { labels, ordered } => {
                let labels = self.labels(labels);
                let ordered = if *ordered { ") ordered" } else { ")" };
                vec![Doc::text("enum("), Doc::indent(labels), Doc::text(ordered)]
            }
        };
        if ty.optional {
            docs.push(Doc::text("?"));
        }
        Doc::All(docs)
    }

    fn labels(&mut self, labels: &'a [(Ident, Option<Text>)]) -> Doc<'a> {
        let mut docs = Vec::new();
        let last = labels.len().saturating_sub(1);
        for (n, (label, foreign)) in labels.iter().enumerate() {
            let comments = self.comments_inside(label.span.start);
            let comma = if n == last { "" } else { "," };
            // With a text behind them these start a declaration, should a line start here.
            let keywords: &[&str] = if foreign.is_some() { &["include", "test"] } else { &[] };
            let label = name_unless(label, keywords);
            let written = Doc::text(format!("{label}{}{comma}", title(foreign.as_ref())));
            docs.push(match comments {
                Some(comments) => Doc::All(vec![comments, written]),
                None if n == 0 => written,
                None => Doc::group(Doc::All(vec![Doc::Line, written])),
            });
        }
        Doc::All(docs)
    }

    fn properties(&mut self, properties: &'a [Property], span: Span) -> Doc<'a> {
        let items = properties
            .iter()
            .map(|p| -> Item<'a> {
                let build = move |f: &mut Formatter<'a>| {
                    let mut docs = vec![
                        Doc::text(format!("{}:", name(&p.name))),
                        f.space(p.ty.span.start),
                        f.type_expr(&p.ty),
                    ];
                    if let Some(default) = &p.default {
                        docs.push(Doc::text(" ="));
                        docs.push(f.space(default.span.start));
                        docs.push(Doc::indent(f.expr(default, 0)));
                    }
                    Doc::All(docs)
                };
                (p.span, Box::new(build))
            })
            .collect();
        self.block(", ", items, span, Empty::Braces)
    }

    // Values.

    fn param(&mut self, param: &'a Param) -> Doc<'a> {
        let mut docs = vec![Doc::text(format!("param {}: ", named(&param.named))), self.type_expr(&param.ty)];
        if let Some((low, high)) = &param.range {
            docs.push(Doc::text(" in "));
            docs.push(self.expr(low, AMOUNT));
            docs.push(Doc::text(" .. "));
            docs.push(self.expr(high, AMOUNT));
        }
        docs.push(self.assigned(&param.value));
        Doc::All(docs)
    }

    /// ` = EXPR`
    fn assigned(&mut self, value: &'a Expr) -> Doc<'a> {
        let space = self.space(value.span.start);
        let value = self.expr(value, 0);
        Doc::All(vec![Doc::text(" ="), Doc::indent(Doc::All(vec![space, value]))])
    }

    fn binding(&mut self, kind: &str, binding: &'a Binding) -> Doc<'a> {
        Doc::All(vec![Doc::text(format!("{kind} {}", named(&binding.named))), self.assigned(&binding.value)])
    }

    fn let_binding(&mut self, binding: &'a Let) -> Doc<'a> {
        let mut docs = vec![Doc::text(format!("let {}", named(&binding.named)))];
        if let Some(parameters) = &binding.parameters {
            docs.push(Doc::text("("));
            for (n, (parameter, ty)) in parameters.iter().enumerate() {
                let comma = if n == 0 { "" } else { ", " };
                docs.push(Doc::text(format!("{comma}{}: ", name(parameter))));
                docs.push(self.type_expr(ty));
            }
            docs.push(Doc::text(")"));
        }
        docs.push(self.assigned(&binding.value));
        Doc::All(docs)
    }

    // Tests.

    fn test(&mut self, test: &'a Test, span: Span) -> Doc<'a> {
        let items = test
            .clauses
            .iter()
            .map(|c| -> Item<'a> { (c.span, Box::new(move |f| f.test_clause(c))) })
            .collect();
        let block = self.block("; ", items, span, Empty::Braces);
        Doc::All(vec![Doc::text(format!("test {}", text(&test.title))), block])
    }

    fn test_clause(&mut self, clause: &'a TestClause) -> Doc<'a> {
        match &clause.kind {
            TestClauseKind::Now(at) => Doc::All(vec![Doc::text("now "), Doc::indent(self.expr(at, 0))]),
            TestClauseKind::Context(values) => {
                Doc::All(vec![Doc::text("context"), self.record(values, clause.span)])
            }
            TestClauseKind::Subject { name: n, base, values } => {
                self.test_subject(n, base.as_ref(), values, clause.span)
            }
            TestClauseKind::Table { name: n, items } => {
                let table = self.test_table(items, clause.span);
                Doc::All(vec![Doc::text(format!("{} ", name_unless(n, &["expect"]))), table])
            }
            TestClauseKind::Set(n, value) => {
                Doc::All(vec![Doc::text(format!("set {}", name(n))), self.assigned(value)])
            }
            TestClauseKind::Given(n, value) => {
                Doc::All(vec![Doc::text(format!("given {}", path(n))), self.assigned(value)])
            }
            TestClauseKind::Remaining(n, value) => {
                Doc::All(vec![Doc::text(format!("remaining {}", name(n))), self.assigned(value)])
            }
            TestClauseKind::Expect(expectation) => {
                Doc::All(vec![Doc::text("expect "), Doc::indent(self.expectation(expectation))])
            }
        }
    }

    fn test_subject(
        &mut self,
        subject: &'a Ident,
        base: Option<&Ident>,
        values: &'a [super::RecordEntry],
        span: Span,
    ) -> Doc<'a> {
        let keyword = words::DECLARATIONS.contains(&subject.name.as_str())
            || words::TEST.contains(&subject.name.as_str());
        let written = if keyword && subject.name != "customer" {
            format!("`{}`", subject.name).into()
        } else {
            name(subject)
        };
        let Some(base) = base else {
            return Doc::All(vec![Doc::text(written), self.record(values, span)]);
        };
        let header = format!("{written} {}", name_unless(base, &["with"]));
        if values.is_empty() && subject.name == "customer" {
            return Doc::text(header);
        }
        Doc::All(vec![Doc::text(format!("{header} with")), self.record(values, span)])
    }

    /// `[ { … }, "key" ]`
    fn test_table(&mut self, items: &'a [TestItem], span: Span) -> Doc<'a> {
        let mut docs = Vec::new();
        let last = items.len().saturating_sub(1);
        for (n, item) in items.iter().enumerate() {
            let at = match item {
                TestItem::Record(_, span) => span.start,
                TestItem::Key(key) => key.span.start,
            };
            docs.push(self.comments_inside(at).unwrap_or(Doc::Separator(" ")));
            docs.push(match item {
                TestItem::Record(values, span) => self.bare_record(values, *span),
                TestItem::Key(key) => self.expr(key, 0),
            });
            if n < last {
                docs.push(Doc::text(","));
            }
        }
        if items.is_empty() && self.comments.first().is_none_or(|c| c.span.start >= span.end) {
            return Doc::text("[]");
        }
        let (comments, end) =
            self.comments_before_closing(span.end).unwrap_or((Doc::text(""), Doc::Separator(" ")));
        docs.push(comments);
        let first = match items.first() {
            Some(TestItem::Record(_, first)) => first.start,
            Some(TestItem::Key(key)) => key.span.start,
            None => span.start,
        };
        let broken = !self.on_one_line(Span { start: first, ..span });
        Doc::group_if(
            Doc::All(vec![Doc::text("["), Doc::indent(Doc::All(docs)), end, Doc::text("]")]),
            broken,
        )
    }

    fn expectation(&mut self, expectation: &'a Expectation) -> Doc<'a> {
        Doc::text(match expectation {
            Expectation::Condition(condition) => return self.expr(condition, 0),
            Expectation::Offered { not, case, channel } => {
                let not = if *not { "not " } else { "" };
                let channel = channel.as_ref().map_or(String::new(), |c| format!(" on {}", name(c)));
                format!("{not}offered {}{channel}", name(case))
            }
            Expectation::Fails(case, gate) => {
                format!("{} fails {}", name_unless(case, &["offered"]), name(gate))
            }
            Expectation::Unknown(case, gate) => {
                format!("{} unknown {}", name_unless(case, &["offered"]), name(gate))
            }
            Expectation::Outranked(case) => format!("{} outranked", name_unless(case, &["offered"])),
            Expectation::HeldOut(case) => format!("{} held_out", name_unless(case, &["offered"])),
            Expectation::NoOffers => "no offers".to_owned(),
        })
    }

    // Clauses of one keyword and one expression.

    /// `WORD EXPR`
    pub(super) fn clause(word: &'static str, value: &'a Expr, min: u8) -> Item<'a> {
        let build = move |f: &mut Formatter<'a>| {
            Doc::All(vec![Doc::text(format!("{word} ")), Doc::indent(f.expr(value, min))])
        };
        (value.span, Box::new(build))
    }

    /// `WORD EXPR` for each that is there.
    pub(super) fn clauses(items: &mut Vec<Item<'a>>, clauses: &[(&'static str, &'a Option<Expr>)]) {
        for (word, value) in clauses {
            if let Some(value) = value {
                items.push(Formatter::clause(word, value, 0));
            }
        }
    }

    /// `a, b`, broken after a comma only by a comment.
    pub(super) fn comma_list(&mut self, values: &'a [Expr], min: u8) -> Doc<'a> {
        let mut docs = Vec::new();
        let last = values.len().saturating_sub(1);
        for (n, value) in values.iter().enumerate() {
            let comments = if n > 0 { self.comments_inside(value.span.start) } else { None };
            let comma = if n == last { "" } else { "," };
            let value = Doc::All(vec![self.expr(value, min), Doc::text(comma)]);
            docs.push(match comments {
                Some(comments) => Doc::All(vec![comments, value]),
                None if n == 0 => value,
                None => Doc::group(Doc::All(vec![Doc::Line, value])),
            });
        }
        Doc::indent(Doc::All(docs))
    }
}
