//! Declarations: which one starts here, and those that say who the customers are.

use super::super::ast::{
    Binding, Declaration, DeclarationKind, Expr, ExprKind, Ident, Let, ModelHeader, Param, TypeExpr,
};
use super::super::token::{NO_MATE, Tok};
use super::super::words;
use super::{Failed, Once, Parsed, Parser, Separated};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;

impl Parser<'_> {
    /// Everything in the chunk.
    pub(super) fn declarations(&mut self, out: &mut Vec<Declaration>) {
        let mut failed = false;
        while self.pos < self.limit {
            let start = self.pos;
            self.first = start;
            let token = self.peek();
            if token.kind == Tok::Semi {
                self.pos += 1;
                continue;
            }
            let span = token.span(self.file);
            if self.is_clause_astray(failed) {
                self.skip_clause(0, Separated::Clauses);
                self.pos = self.pos.max(start + 1);
                continue;
            }
            match self.declaration() {
                Ok(kind) => {
                    out.push(Declaration { kind, span: span.to(self.last_span()) });
                    if !self.at_end() && self.at(self.pos.saturating_sub(1)).kind != Tok::RBrace {
                        self.trailing("the end of the line");
                        self.skip_clause(0, Separated::Clauses);
                    }
                    failed = false;
                }
                Err(Failed) => {
                    failed = true;
                    self.skip_clause(0, Separated::Clauses);
                }
            }
            if self.pos == start {
                self.pos += 1;
            }
        }
    }

    /// A clause outside any declaration, of which enough has been said.
    fn is_clause_astray(&self, failed: bool) -> bool {
        let token = self.peek();
        failed
            && (words::starts_clause(self.words(token)) && !words::DECLARATIONS.contains(&self.words(token))
                || token.kind == Tok::RBrace)
    }

    fn declaration(&mut self) -> Parsed<DeclarationKind> {
        let token = self.peek();
        if token.kind != Tok::Word {
            return Err(self.no_declaration());
        }
        let keyword = self.words(token);
        if !words::DECLARATIONS.contains(&keyword) {
            return Err(self.no_declaration());
        }
        self.pos += 1;
        Ok(match keyword {
            "model" => DeclarationKind::Model(self.model()?),
            "include" => {
                DeclarationKind::Include(self.expect_text("a path in double quotes after `include`")?)
            }
            "customer" => {
                let name = Ident { name: keyword.to_owned(), span: token.span(self.file) };
                DeclarationKind::Subject {
                    name,
                    named: false,
                    fields: self.body_fields("the attributes of the customer"),
                }
            }
            "subject" => {
                let name = self.name("what the rows are, after `subject`")?;
                DeclarationKind::Subject {
                    name,
                    named: true,
                    fields: self.body_fields("the attributes of the subject"),
                }
            }
            "context" => DeclarationKind::Context(self.body_fields("what the request brings")),
            "type" => {
                let name = self.name("the name of the type")?;
                self.expect(Tok::Assign, "`=` and a type")?;
                DeclarationKind::Type { name, ty: self.type_expr()? }
            }
            "events" => {
                let name = self.name("the name of the events")?;
                DeclarationKind::Events { name, fields: self.body_fields("the fields of the events") }
            }
            "rows" => {
                let name = self.name("the name of the rows")?;
                DeclarationKind::Rows { name, fields: self.body_fields("the fields of the rows") }
            }
            "list" => DeclarationKind::List(self.named("the name of the list")?),
            "param" => DeclarationKind::Param(self.param()?),
            "let" => DeclarationKind::Let(self.let_binding()?),
            "score" => {
                DeclarationKind::Score(self.binding("the name of the score", "the value of the score")?)
            }
            "segment" => DeclarationKind::Segment(
                self.binding("the name of the segment", "the condition of the segment")?,
            ),
            "scorecard" => DeclarationKind::Scorecard(self.scorecard()?),
            "behavior" => DeclarationKind::Behavior(self.behavior()?),
            "rfm" => DeclarationKind::Rfm(self.rfm()?),
            "cluster" => DeclarationKind::Cluster(self.cluster()?),
            "composite" => DeclarationKind::Composite(self.composite()?),
            "affinity" => DeclarationKind::Affinity(self.affinity()?),
            "lifetime" => DeclarationKind::Lifetime(self.lifetime()?),
            "grade" => DeclarationKind::Grade(self.grade()?),
            "table" => DeclarationKind::Table(self.table()?),
            "gate" => DeclarationKind::Gate(self.gate()?),
            "channel" => DeclarationKind::Channel(self.channel()?),
            "contacts" => DeclarationKind::Contacts(self.contact_rules()),
            "properties" => DeclarationKind::Properties(self.properties()?),
            "every" => {
                self.expect_word("case", "`case` after `every`")?;
                DeclarationKind::EveryCase(self.case_clauses("`every case`", "the clauses of every case"))
            }
            "group" => DeclarationKind::Group(self.case("group")?),
            "case" => DeclarationKind::Case(self.case("case")?),
            "decide" => DeclarationKind::Decide(self.decide()?),
            "fixture" => {
                let name = self.name("the name of the fixture")?;
                DeclarationKind::Fixture { name, values: self.record("the attributes it sets")? }
            }
            _ => DeclarationKind::Test(self.test()?),
        })
    }

    /// Nothing that starts a declaration.
    fn no_declaration(&mut self) -> Failed {
        // A `}` too many ended the declaration too early: that is the error, not what stands behind it.
        if let Some(stray) = self.stray.take() {
            let at = self.at(stray).span(self.file);
            let ended = self.last_span();
            let mut d = Diagnostic::new(Code::STRAY_BRACKET, at, "this `}` closes nothing");
            if self.pos > 0
                && stray != self.pos
                && ended.end <= at.start
                && self.at(self.pos - 1).kind == Tok::RBrace
            {
                d = d.related(ended, "the declaration ended here already");
            }
            self.report(d);
            if self.quiet_from == u32::MAX {
                // Only follows from it.
                self.pos = self.limit;
            }
            return Failed;
        }
        let token = self.peek();
        if !token.is_name() {
            if matches!(token.kind, Tok::RParen | Tok::RBrack) && token.mate == NO_MATE {
                self.trailing("");
                return Failed;
            }
            return self
                .expected(Code::EXPECTED_DECLARATION, "a declaration such as `segment`, `case` or `let`");
        }
        let word = self.words(token);
        let mut d = Diagnostic::new(
            Code::EXPECTED_DECLARATION,
            token.span(self.file),
            format!("`{word}` starts no declaration"),
        );
        d = if let Some(near) = nearest(word, words::DECLARATIONS.iter().copied()) {
            d.help(format!("did you mean `{near}`?"))
        } else if words::starts_clause(word) {
            d.help(format!("`{word}` stands inside the braces of a declaration"))
        } else {
            d.help(format!("a declaration starts with {}", super::or_list(words::DECLARATIONS)))
        };
        self.report(d);
        Failed
    }

    /// The block of a declaration. Without one, or with something before it, that is reported and the
    /// declaration still counts, so that its name is known.
    pub(super) fn body<T>(
        &mut self,
        separated: Separated,
        what: &str,
        item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Vec<T> {
        if !self.at_block() {
            let _ = self.expected(Code::EXPECTED_SYMBOL, &format!("`{{` and {what}"));
            while !self.at_end() && !self.at_block() {
                self.pos += 1;
            }
            if !self.at_block() || self.at_end() {
                return Vec::new();
            }
        }
        self.block(separated, what, item).unwrap_or_default()
    }

    fn body_fields(&mut self, what: &str) -> Vec<super::super::ast::Field> {
        if self.at_block() {
            return self.fields(what).unwrap_or_default();
        }
        self.body(Separated::Items, what, |_| Err(Failed))
    }

    fn model(&mut self) -> Parsed<ModelHeader> {
        let named = self.named("the name of the model")?;
        let mut header = ModelHeader { named, language: None, version: None, timezone: None };
        if self.at_end() && !self.at_block() {
            return Ok(header);
        }
        let mut seen = Once::default();
        self.body(Separated::Clauses, "the clauses of the model", |p| {
            let start = p.span();
            if p.take_word("language") {
                p.once(&mut seen, "language", start);
                let token = p.peek();
                let number =
                    p.words(token).replace('_', "").parse::<i64>().ok().filter(|_| p.is(Tok::Number));
                let Some(number) = number else {
                    return Err(p.expected(Code::EXPECTED_SYMBOL, "a whole number after `language`"));
                };
                p.pos += 1;
                header.language = Some((number, token.span(p.file)));
            } else if p.take_word("version") {
                p.once(&mut seen, "version", start);
                header.version = Some(p.expect_text("a text in double quotes after `version`")?);
            } else if p.take_word("timezone") {
                p.once(&mut seen, "timezone", start);
                header.timezone = Some(p.expect_text("a time zone in double quotes after `timezone`")?);
            } else {
                return Err(p.unknown_clause("`model`", words::MODEL));
            }
            Ok(())
        });
        Ok(header)
    }

    /// `=` and an expression. A missing or another sign is reported once.
    fn assigned(&mut self, what: &str) -> Expr {
        if !self.take(Tok::Assign) {
            let at = self.missing_span();
            let _ = self.expected(Code::EXPECTED_SYMBOL, &format!("`=` and {what}"));
            if !self.take(Tok::EqEq) && !self.take(Tok::Colon) {
                self.skip_to_clause_end();
                return Expr { kind: ExprKind::Error, span: at };
            }
        }
        self.value(&format!("{what} after `=`"))
    }

    fn param(&mut self) -> Parsed<Param> {
        let named = self.named("the name of the parameter")?;
        self.expect(Tok::Colon, "`:` and the type of the parameter")?;
        let ty = self.type_expr()?;
        let mut range = None;
        if self.take(Tok::Kw(super::Kw::In)) {
            let low = self.amount("the lower end of the range")?;
            self.expect(Tok::DotDot, "`..` and the upper end of the range")?;
            range = Some((low, self.amount("the upper end of the range")?));
        }
        Ok(Param { named, ty, range, value: self.assigned("a value") })
    }

    fn let_binding(&mut self) -> Parsed<Let> {
        let named = self.named("the name of the value")?;
        let mut parameters = None;
        if self.is(Tok::LParen) {
            parameters = Some(self.parameters()?);
        }
        Ok(Let { named, parameters, value: self.assigned("a value") })
    }

    /// `(x: T, …)`
    fn parameters(&mut self) -> Parsed<Vec<(Ident, TypeExpr)>> {
        self.open()?;
        let mut parameters = Vec::new();
        while !self.is(Tok::RParen) {
            let name = self.name("the name of an argument")?;
            self.expect(Tok::Colon, "`:` and the type of the argument")?;
            parameters.push((name, self.type_expr()?));
            if !self.take(Tok::Comma) {
                break;
            }
        }
        self.close(Tok::RParen)?;
        Ok(parameters)
    }

    fn binding(&mut self, of: &str, what: &str) -> Parsed<Binding> {
        let named = self.named(of)?;
        Ok(Binding { named, value: self.assigned(what) })
    }

    /// The span from `start` to the last token taken.
    pub(super) fn since(&self, start: Span) -> Span {
        start.to(self.last_span())
    }
}
