//! Names, calls with their clauses (`where`, `then within`, `over`) and windows.

use super::super::ast::{Call, ExprKind, Ident, Then, Window, WindowKind};
use super::super::token::{Kw, Tok};
use super::super::words;
use super::expression::{Operand, strength};
use super::{Failed, Parsed, Parser};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

impl Parser<'_> {
    pub(super) fn name_or_call(&mut self) -> Parsed<Operand> {
        let token = self.bump();
        let mut parts = vec![self.ident(token)];
        let start = token.span(self.file);
        while self.is(Tok::Dot) {
            self.pos += 1;
            parts.push(self.name("a name after `.`")?);
        }
        if self.is(Tok::LParen) {
            return self.call(parts, start);
        }
        let extent = start.to(self.last_span());
        if parts.len() > 1 {
            return self.build(ExprKind::Path(parts), 0, extent);
        }
        if token.kind == Tok::Word {
            let word = self.words(token);
            if words::is_foreign_missing(word) {
                let d = Diagnostic::new(Code::FOREIGN_WRITING, extent, format!("there is no `{word}`"))
                    .help("a value that is not there is `missing`; ask for it with `x is missing`, replace it with `x otherwise y`");
                self.report(d);
                return Err(Failed);
            }
            if words::is_not_a_number(word) {
                let d = Diagnostic::new(Code::FOREIGN_WRITING, extent, format!("`{word}` is not a value"))
                    .help("what has no number is `missing`; ask for it with `x is missing`");
                self.report(d);
                return Err(Failed);
            }
        }
        let name = parts.pop().map(|p| p.name).unwrap_or_default();
        self.build(ExprKind::Name(name), 0, extent)
    }

    /// `f(arguments [half_life Q] [where C] [then within Q F where C] [over WINDOW])`
    fn call(&mut self, name: Vec<Ident>, start: Span) -> Parsed<Operand> {
        self.open()?;
        let mut call =
            Call { name, arguments: Vec::new(), half_life: None, filter: None, then: None, window: None };
        let mut height = 0;
        while !self.is(Tok::RParen) {
            let argument = self.operand(strength::OR, "a value between the parentheses")?;
            height = height.max(argument.height);
            call.arguments.push(argument.expr);
            if !self.take(Tok::Comma) {
                break;
            }
        }
        self.call_clauses(&mut call, &mut height)?;
        self.close(Tok::RParen)?;
        let extent = start.to(self.last_span());
        self.build(ExprKind::Call(Box::new(call)), height, extent)
    }

    fn call_clauses(&mut self, call: &mut Call, height: &mut u32) -> Parsed<()> {
        // In this order: each may only follow those before it.
        let mut reached = 0u8;
        loop {
            let token = self.peek();
            let (place, word) = match token.kind {
                Tok::Word if self.words(token) == "half_life" => (1, "half_life"),
                Tok::Kw(Kw::Where) => (2, "where"),
                Tok::Kw(Kw::Then) => (3, "then"),
                Tok::Kw(Kw::Over) => (4, "over"),
                _ => return Ok(()),
            };
            if place <= reached {
                let d = Diagnostic::new(
                    Code::UNEXPECTED_REST,
                    token.span(self.file),
                    format!("`{word}` stands too late or twice"),
                )
                .help("the order is `half_life`, `where`, `then within`, `over`");
                self.report(d);
            }
            reached = place;
            self.pos += 1;
            match place {
                1 => call.half_life = Some(self.quantity("a duration after `half_life`")?),
                2 => {
                    let filter = self.operand(strength::OR, "a condition after `where`")?;
                    *height = (*height).max(filter.height);
                    call.filter = Some(filter.expr);
                }
                3 => {
                    if !self.take(Tok::Kw(Kw::Within)) {
                        return Err(self.expected(
                            Code::EXPECTED_SYMBOL,
                            "`within`, a duration and the events that follow",
                        ));
                    }
                    let within = self.quantity("a duration after `within`")?;
                    let events = self.name("the events that follow, after the duration of `within`")?;
                    let mut filter = None;
                    if self.take(Tok::Kw(Kw::Where)) {
                        let condition = self.operand(strength::OR, "a condition after `where`")?;
                        *height = (*height).max(condition.height);
                        filter = Some(condition.expr);
                    }
                    call.then = Some(Then { within, events, filter });
                }
                _ => call.window = Some(self.window()?),
            }
        }
    }

    /// After `over`: `last 30 days`, `next 30 days`, `this month`.
    pub(super) fn window(&mut self) -> Parsed<Window> {
        match self.window_here() {
            Some(window) => window,
            None => {
                Err(self.expected(Code::EXPECTED_SYMBOL, "a window such as `last 30 days` or `this month`"))
            }
        }
    }

    /// A window, if one stands here. `last`, `next` and `this` are names unless what follows makes a window.
    pub(super) fn window_here(&mut self) -> Option<Parsed<Window>> {
        let token = self.peek();
        if token.kind != Tok::Word || self.at_end() {
            return None;
        }
        let next = self.next();
        let length = next.kind == Tok::Number || next.is_name() && !next.breaks;
        let word = self.words(token);
        match word {
            "last" | "next" if length => {
                self.pos += 1;
                let length = match self.quantity("a duration") {
                    Ok(length) => Box::new(length),
                    Err(failed) => return Some(Err(failed)),
                };
                let kind = if word == "last" { WindowKind::Last(length) } else { WindowKind::Next(length) };
                Some(Ok(Window { kind, span: token.span(self.file).to(self.last_span()) }))
            }
            "this" if next.kind == Tok::Word && !next.breaks => {
                let Some(unit) = words::unit(self.words(next)) else {
                    self.pos += 1;
                    return Some(Err(
                        self.expected(Code::EXPECTED_SYMBOL, "`day`, `week`, `month` or `year` after `this`")
                    ));
                };
                self.pos += 2;
                Some(Ok(Window {
                    kind: WindowKind::This(unit),
                    span: token.span(self.file).to(next.span(self.file)),
                }))
            }
            _ => None,
        }
    }
}
