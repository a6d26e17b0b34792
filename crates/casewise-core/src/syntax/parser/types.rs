//! Types, fields and records.

use super::super::ast::{Field, Ident, Property, RecordEntry, Text, TypeExpr, TypeKind};
use super::super::token::Tok;
use super::{Parsed, Parser, Separated};
use crate::diagnostic::{Code, Diagnostic};

impl Parser<'_> {
    /// `{ [key] NAME: TYPE, … }`
    pub(super) fn fields(&mut self, what: &str) -> Parsed<Vec<Field>> {
        self.block(Separated::Items, what, Parser::field)
    }

    fn field(&mut self) -> Parsed<Field> {
        let start = self.span();
        let key = self.is_word("key") && self.next().is_name() && !self.next().breaks;
        if key {
            self.bump();
        }
        let name = self.name("the name of a field")?;
        self.expect(Tok::Colon, "`:` and a type after the name of a field")?;
        let ty = self.type_expr()?;
        let (mut from, mut title) = (None, None);
        loop {
            if from.is_none() && self.take_word("from") {
                from = Some(self.expect_text("the name of a column in double quotes after `from`")?);
            } else if title.is_none() && self.is(Tok::Text) {
                title = self.optional_text();
            } else {
                break;
            }
        }
        Ok(Field { key, name, ty, from, title, span: start.to(self.last_span()) })
    }

    pub(super) fn type_expr(&mut self) -> Parsed<TypeExpr> {
        self.type_at(0)
    }

    fn type_at(&mut self, nesting: usize) -> Parsed<TypeExpr> {
        let start = self.span();
        if nesting > 8 {
            let d = Diagnostic::new(Code::TOO_DEEP, start, "types nested too deeply")
                .help("a set holds plain values");
            self.report(d);
            return Err(super::Failed);
        }
        if !self.peek().is_name() || self.at_end() {
            return Err(self.expected(Code::EXPECTED_TYPE, "a type such as `int`, `text?` or `enum(a, b)`"));
        }
        let token = self.bump();
        let word = self.ident(token).name;
        let mut optional = false;
        let called = token.kind == Tok::Word && self.is(Tok::LParen);
        let kind = match word.as_str() {
            "enum" if called => {
                let labels = self.labels()?;
                optional = self.take(Tok::Question);
                TypeKind::Enum { labels, ordered: self.take_word("ordered") }
            }
            "set" if called => {
                self.open()?;
                let element = self.type_at(nesting + 1)?;
                self.close(Tok::RParen)?;
                TypeKind::Set(Box::new(element))
            }
            "bool" if called => {
                self.open()?;
                let yes = self.expect_text("the word for true in double quotes")?;
                self.expect(Tok::Comma, "`,` and the word for false")?;
                let no = self.expect_text("the word for false in double quotes")?;
                self.close(Tok::RParen)?;
                TypeKind::Bool { yes, no }
            }
            "enum" | "set" if token.kind == Tok::Word => {
                return Err(self.expected(Code::EXPECTED_TYPE, &format!("`(` after `{word}`")));
            }
            _ => TypeKind::Name(word),
        };
        let question = self.is(Tok::Question).then(|| self.span());
        if let Some(span) = question {
            self.bump();
            if optional {
                let d = Diagnostic::new(Code::UNEXPECTED_REST, span, "one `?` is enough");
                self.report(d);
            }
            optional = true;
        }
        Ok(TypeExpr { kind, optional, span: start.to(self.last_span()) })
    }

    /// `(a, b "Label B")`
    fn labels(&mut self) -> Parsed<Vec<(Ident, Option<Text>)>> {
        self.open()?;
        let mut labels = Vec::new();
        while !self.is(Tok::RParen) {
            let name = self.name("a value of the enum: a name, foreign words behind it in double quotes")?;
            labels.push((name, self.optional_text()));
            if !self.take(Tok::Comma) {
                break;
            }
        }
        self.close(Tok::RParen)?;
        Ok(labels)
    }

    /// The bracket that closes the one opened before.
    pub(super) fn close(&mut self, kind: Tok) -> Parsed<()> {
        if self.take(kind) {
            return Ok(());
        }
        if self.peek().kind == Tok::Broken {
            return Err(super::Failed);
        }
        let closing = if kind == Tok::RParen { ")" } else { "]" };
        Err(self.expected(Code::UNEXPECTED_REST, &format!("an operator, `,` or `{closing}`")))
    }

    /// `{ NAME: EXPR, … }`
    pub(super) fn record(&mut self, what: &str) -> Parsed<Vec<RecordEntry>> {
        self.block(Separated::Items, what, |p| {
            let name = p.name("the name of a field")?;
            p.expect(Tok::Colon, "`:` and a value after the name of a field")?;
            Ok(RecordEntry { name, value: p.item_value("a value after `:`") })
        })
    }

    /// `{ NAME: TYPE = EXPR, … }`
    pub(super) fn properties(&mut self) -> Parsed<Vec<Property>> {
        self.block(Separated::Items, "the properties of cases", |p| {
            let start = p.span();
            let name = p.name("the name of a property")?;
            p.expect(Tok::Colon, "`:` and a type after the name of a property")?;
            let ty = p.type_expr()?;
            let default = if p.take(Tok::Assign) { Some(p.item_value("a value after `=`")) } else { None };
            Ok(Property { name, ty, default, span: start.to(p.last_span()) })
        })
    }
}
