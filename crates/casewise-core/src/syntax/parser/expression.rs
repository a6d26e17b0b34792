//! Expressions: operator precedence by binding strength, loosest first: `or`, `and`, `not`, comparison
//! (one, never a chain), `otherwise`, `+ -`, `* /`, unary minus, quantity (`30 days`).

use super::super::ast::{BinaryOp, Expr, ExprKind, Literal};
use super::super::literal;
use super::super::token::{Kw, Tok, Token};
use super::super::words;
use super::{Failed, Parsed, Parser, Separated, hints};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// How high the tree of an expression may be: its readers recurse over it.
const MAX_HEIGHT: u32 = 256;

/// How many expressions may be read inside one another.
const MAX_READING: usize = 200;

/// Binding strengths.
pub(in crate::syntax) mod strength {
    pub(in crate::syntax) const OR: u8 = 1;
    pub(in crate::syntax) const AND: u8 = 2;
    pub(in crate::syntax) const NOT: u8 = 3;
    pub(in crate::syntax) const COMPARE: u8 = 4;
    pub(in crate::syntax) const OTHERWISE: u8 = 5;
    pub(in crate::syntax) const SUM: u8 = 6;
    pub(in crate::syntax) const PRODUCT: u8 = 7;
    pub(in crate::syntax) const NEGATE: u8 = 8;
    pub(in crate::syntax) const QUANTITY: u8 = 9;
}

/// An expression being put together.
pub(super) struct Operand {
    pub(super) expr: Expr,
    pub(super) height: u32,
    /// With its parentheses, if it stood in some.
    extent: Span,
}

/// What comes between two operands.
enum Infix {
    Binary(BinaryOp),
    In,
    NotIn,
    Between,
    NotBetween,
    Is,
}

impl Infix {
    fn strength(&self) -> u8 {
        match self {
            Infix::Binary(op) => binary_strength(*op),
            _ => strength::COMPARE,
        }
    }
}

/// How strongly an operator binds.
pub(in crate::syntax) fn binary_strength(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => strength::OR,
        BinaryOp::And => strength::AND,
        BinaryOp::Otherwise => strength::OTHERWISE,
        BinaryOp::Add | BinaryOp::Subtract => strength::SUM,
        BinaryOp::Multiply | BinaryOp::Divide => strength::PRODUCT,
        _ => strength::COMPARE,
    }
}

impl Parser<'_> {
    /// An expression; `what` is expected where there is none. An empty `what`: a value after the token
    /// before.
    pub(super) fn expression(&mut self, what: &str) -> Parsed<Expr> {
        Ok(self.operand(strength::OR, what)?.expr)
    }

    /// An expression without comparison, `and` or `or`: ends of ranges, bars of bands.
    pub(super) fn amount(&mut self, what: &str) -> Parsed<Expr> {
        Ok(self.operand(strength::OTHERWISE, what)?.expr)
    }

    /// A number with or without a unit, a name or something in parentheses.
    pub(super) fn quantity(&mut self, what: &str) -> Parsed<Expr> {
        Ok(self.operand(strength::NEGATE, what)?.expr)
    }

    /// A value of an item: on failure its rest is skipped up to the next comma.
    pub(super) fn item_value(&mut self, what: &str) -> Expr {
        let span = self.missing_span();
        match self.expression(what) {
            Ok(expr) => expr,
            Err(Failed) => {
                let depth = self.at(self.first).depth;
                self.skip_clause(depth, Separated::Items);
                Expr { kind: ExprKind::Error, span }
            }
        }
    }

    fn too_deep(&mut self, span: Span) -> Failed {
        let d = Diagnostic::new(Code::TOO_DEEP, span, "this expression is too long or too deeply nested")
            .help("give parts of it names with `let`, or write `x in [a, b, …]` for many comparisons");
        self.report(d);
        Failed
    }

    pub(super) fn build(&mut self, kind: ExprKind, height: u32, extent: Span) -> Parsed<Operand> {
        if height >= MAX_HEIGHT {
            return Err(self.too_deep(extent));
        }
        Ok(Operand { expr: Expr { kind, span: extent }, height: height + 1, extent })
    }

    pub(super) fn operand(&mut self, min: u8, what: &str) -> Parsed<Operand> {
        self.nesting += 1;
        let result = if self.nesting > MAX_READING {
            let span = self.span();
            Err(self.too_deep(span))
        } else {
            self.operators(min, what)
        };
        self.nesting -= 1;
        result
    }

    fn operators(&mut self, min: u8, what: &str) -> Parsed<Operand> {
        let mut left = self.prefix(min, what)?;
        let mut compared: Option<Span> = None;
        loop {
            if self.at_end() {
                return Ok(left);
            }
            let token = self.peek();
            let Some((infix, len)) = self.infix(token, min) else { return Ok(left) };
            let strength = infix.strength();
            if strength < min {
                return Ok(left);
            }
            if strength == strength::COMPARE {
                if let Some(first) = compared {
                    let d = Diagnostic::new(
                        Code::CHAINED_COMPARISON,
                        token.span(self.file),
                        "comparisons do not chain",
                    )
                    .related(first, "the first comparison")
                    .help("write `a < b and b < c`, `b between a and c`, or parentheses");
                    self.report(d);
                    return Err(Failed);
                }
                compared = Some(token.span(self.file));
            }
            self.pos += len;
            left = self.apply(infix, left)?;
        }
    }

    /// The operator at `token` and how many tokens it takes. Slips from other languages are reported and
    /// read as what they mean.
    fn infix(&mut self, token: Token, min: u8) -> Option<(Infix, usize)> {
        let binary = |op| Some((Infix::Binary(op), 1));
        match token.kind {
            Tok::EqEq => binary(BinaryOp::Eq),
            Tok::NotEq => binary(BinaryOp::Ne),
            Tok::Lt => binary(BinaryOp::Lt),
            Tok::Le => binary(BinaryOp::Le),
            Tok::Gt => binary(BinaryOp::Gt),
            Tok::Ge => binary(BinaryOp::Ge),
            Tok::Plus => binary(BinaryOp::Add),
            Tok::Minus => binary(BinaryOp::Subtract),
            Tok::Star => binary(BinaryOp::Multiply),
            Tok::Slash => binary(BinaryOp::Divide),
            Tok::Assign if min <= strength::COMPARE => {
                let d = Diagnostic::new(
                    Code::FOREIGN_WRITING,
                    token.span(self.file),
                    "`=` gives a name its value",
                )
                .help("to compare, write `==`");
                self.report(d);
                binary(BinaryOp::Eq)
            }
            Tok::Kw(kw) => self.infix_word(kw, token),
            Tok::Word => {
                let word = self.words(token);
                match word {
                    "overlaps" => return binary(BinaryOp::Overlaps),
                    "subset" if self.next_is_word("of") => {
                        return Some((Infix::Binary(BinaryOp::SubsetOf), 2));
                    }
                    _ => {}
                }
                let kw = hints::shouted(word).filter(|kw| {
                    matches!(kw, Kw::And | Kw::Or | Kw::Not | Kw::In | Kw::Is | Kw::Between | Kw::Otherwise)
                })?;
                let infix = self.infix_word(kw, token)?;
                if infix.0.strength() >= min {
                    self.shouting(token);
                }
                Some(infix)
            }
            _ => None,
        }
    }

    /// Reports a reserved word in the wrong letters.
    fn shouting(&mut self, token: Token) {
        let word = self.words(token);
        let d = Diagnostic::new(
            Code::FOREIGN_WRITING,
            token.span(self.file),
            format!("`{word}` is written in small letters"),
        )
        .help(format!("write `{}`", word.to_ascii_lowercase()));
        self.report(d);
    }

    /// The reserved word at `token`, be it in capitals.
    fn loose_kw(&self, token: Token) -> Option<Kw> {
        match token.kind {
            Tok::Kw(kw) => Some(kw),
            Tok::Word => hints::shouted(self.words(token)),
            _ => None,
        }
    }

    fn infix_word(&mut self, kw: Kw, _token: Token) -> Option<(Infix, usize)> {
        match kw {
            Kw::And => Some((Infix::Binary(BinaryOp::And), 1)),
            Kw::Or => Some((Infix::Binary(BinaryOp::Or), 1)),
            Kw::Otherwise => Some((Infix::Binary(BinaryOp::Otherwise), 1)),
            Kw::In => Some((Infix::In, 1)),
            Kw::Between => Some((Infix::Between, 1)),
            Kw::Is => Some((Infix::Is, 1)),
            Kw::Not => match self.loose_kw(self.next()) {
                Some(Kw::In) => Some((Infix::NotIn, 2)),
                Some(Kw::Between) => Some((Infix::NotBetween, 2)),
                _ => None,
            },
            _ => None,
        }
    }

    fn apply(&mut self, infix: Infix, left: Operand) -> Parsed<Operand> {
        let tighter = infix.strength() + 1;
        let (start, left_height) = (left.extent, left.height);
        match infix {
            Infix::Binary(op) => {
                let right = self.operand(tighter, "")?;
                let extent = start.to(right.extent);
                let height = left_height.max(right.height);
                if matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
                    self.compared_with_missing(op, &right.expr);
                }
                self.build(ExprKind::Binary(op, Box::new(left.expr), Box::new(right.expr)), height, extent)
            }
            Infix::In => self.membership(false, left),
            Infix::NotIn => self.membership(true, left),
            Infix::Between => self.between(left),
            Infix::NotBetween => {
                let span = self.at(self.pos.saturating_sub(2)).span(self.file).to(self.last_span());
                let d =
                    Diagnostic::new(Code::FOREIGN_WRITING, span, "`not` stands before the whole comparison")
                        .help("write `not (x between a and b)`");
                self.report(d);
                self.between(left)
            }
            Infix::Is => self.presence(left),
        }
    }

    /// `x == missing` compares with nothing: say so.
    fn compared_with_missing(&mut self, op: BinaryOp, right: &Expr) {
        if !matches!(right.kind, ExprKind::Literal(Literal::Missing)) {
            return;
        }
        let (written, wanted) = if op == BinaryOp::Eq { ("==", "missing") } else { ("!=", "present") };
        let d = Diagnostic::new(
            Code::FOREIGN_WRITING,
            right.span,
            format!("nothing is `{written}` a missing value"),
        )
        .help(format!("write `x is {wanted}`"));
        self.report(d);
    }

    fn between(&mut self, left: Operand) -> Parsed<Operand> {
        let low = self.operand(strength::OTHERWISE, "the lower end after `between`")?;
        let token = self.peek();
        if self.at_end() || self.loose_kw(token) != Some(Kw::And) {
            return Err(self.expected(Code::EXPECTED_SYMBOL, "`and` and the upper end of `between`"));
        }
        if token.kind == Tok::Word {
            self.shouting(token);
        }
        self.pos += 1;
        let high = self.operand(strength::OTHERWISE, "the upper end of `between`")?;
        let extent = left.extent.to(high.extent);
        let height = left.height.max(low.height).max(high.height);
        self.build(
            ExprKind::Between(Box::new(left.expr), Box::new(low.expr), Box::new(high.expr)),
            height,
            extent,
        )
    }

    fn membership(&mut self, negated: bool, left: Operand) -> Parsed<Operand> {
        let item = Box::new(left.expr);
        if let Some(window) = self.window_here() {
            let window = window?;
            let extent = left.extent.to(window.span);
            return self.build(ExprKind::InWindow { negated, item, window }, left.height + 1, extent);
        }
        let set = self.operand(strength::OTHERWISE, "a list or a set after `in`")?;
        let extent = left.extent.to(set.extent);
        let height = left.height.max(set.height);
        self.build(ExprKind::In { negated, item, set: Box::new(set.expr) }, height, extent)
    }

    /// After `is`.
    fn presence(&mut self, left: Operand) -> Parsed<Operand> {
        let not = self.peek();
        let negated = !self.at_end() && self.loose_kw(not) == Some(Kw::Not);
        if negated {
            self.pos += 1;
        }
        let token = self.peek();
        let word = self.words(token);
        let foreign = token.kind == Tok::Word && (words::is_foreign_missing(word) || word == "None");
        let found = match self.loose_kw(token) {
            Some(Kw::Missing) => Some(false),
            Some(Kw::Present) => Some(true),
            _ if foreign => Some(false),
            _ => None,
        };
        let Some(present) = found.filter(|_| !self.at_end()) else {
            return Err(self.expected(Code::EXPECTED_SYMBOL, "`missing` or `present` after `is`"));
        };
        let present = present != negated;
        let wanted = if present { "present" } else { "missing" };
        if negated {
            let span = not.span(self.file).to(token.span(self.file));
            let d = Diagnostic::new(
                Code::FOREIGN_WRITING,
                span,
                format!("`is {} {word}` is written in one word", self.words(not)),
            )
            .help(format!("write `is {wanted}`"));
            self.report(d);
        } else if foreign || token.kind == Tok::Word {
            let d = Diagnostic::new(
                Code::FOREIGN_WRITING,
                token.span(self.file),
                format!("`{word}` is not a word of this language"),
            )
            .help(format!("write `is {wanted}`"));
            self.report(d);
        }
        self.pos += 1;
        let extent = left.extent.to(token.span(self.file));
        self.build(ExprKind::Is { present, item: Box::new(left.expr) }, left.height, extent)
    }

    fn prefix(&mut self, min: u8, what: &str) -> Parsed<Operand> {
        let token = self.peek();
        if self.at_end() {
            return Err(self.no_value(what));
        }
        let shouted_not = token.kind == Tok::Word && self.words(token) == "NOT" && !self.next_ends_operand();
        if token.kind == Tok::Kw(Kw::Not) || shouted_not {
            if shouted_not {
                self.shouting(token);
            }
            if min > strength::NOT {
                let d = Diagnostic::new(
                    Code::EXPECTED_VALUE,
                    token.span(self.file),
                    "`not` stands in parentheses here",
                )
                .help("write `(not …)`: `not` binds more loosely than the operator before it");
                self.report(d);
                return Err(Failed);
            }
            self.pos += 1;
            let operand = self.operand(strength::NOT, "a condition after `not`")?;
            let extent = token.span(self.file).to(operand.extent);
            return self.build(ExprKind::Not(Box::new(operand.expr)), operand.height, extent);
        }
        if token.kind == Tok::Minus {
            self.pos += 1;
            let operand = self.operand(strength::NEGATE, "")?;
            let extent = token.span(self.file).to(operand.extent);
            return self.build(ExprKind::Negate(Box::new(operand.expr)), operand.height, extent);
        }
        let primary = self.primary(token, what)?;
        self.postfix(primary)
    }

    /// The next token cannot start an operand, so a word before it is one.
    fn next_ends_operand(&self) -> bool {
        let next = self.next();
        next.breaks
            || !matches!(
                next.kind,
                Tok::Word
                    | Tok::Quoted
                    | Tok::Number
                    | Tok::LParen
                    | Tok::Text
                    | Tok::Kw(Kw::True | Kw::False | Kw::If | Kw::Not)
            )
    }

    /// `30 days`
    fn postfix(&mut self, operand: Operand) -> Parsed<Operand> {
        if !self.is(Tok::Word) {
            return Ok(operand);
        }
        let token = self.peek();
        let Some(unit) = words::unit(self.words(token)) else { return Ok(operand) };
        self.pos += 1;
        let extent = operand.extent.to(token.span(self.file));
        self.build(ExprKind::Quantity(Box::new(operand.expr), unit), operand.height, extent)
    }

    /// Reports that there is no value.
    fn no_value(&mut self, what: &str) -> Failed {
        if !what.is_empty() {
            return self.expected(Code::EXPECTED_VALUE, what);
        }
        let before = self.pos.checked_sub(1).map_or("", |p| self.words(self.at(p)));
        let what = format!("a value after `{before}`");
        self.expected(Code::EXPECTED_VALUE, &what)
    }

    fn leaf(&mut self, token: Token, kind: ExprKind) -> Parsed<Operand> {
        self.pos += 1;
        self.build(kind, 0, token.span(self.file))
    }

    fn primary(&mut self, token: Token, what: &str) -> Parsed<Operand> {
        let words = self.words(token);
        let value = match token.kind {
            Tok::Number => Literal::Number(digits(words)),
            Tok::Percent => Literal::Percent(digits(words.trim_end_matches(['%', '％']))),
            Tok::Text => Literal::Text(literal::unescape(words).0),
            Tok::Date => Literal::Date(words.to_owned()),
            Tok::DateTime => Literal::DateTime(words.to_owned()),
            Tok::Kw(Kw::True) => Literal::Bool(true),
            Tok::Kw(Kw::False) => Literal::Bool(false),
            Tok::Kw(Kw::Missing) => Literal::Missing,
            Tok::Kw(Kw::Now) => Literal::Now,
            Tok::Kw(Kw::Today) => Literal::Today,
            Tok::Kw(Kw::If) => return self.choice(),
            Tok::LParen => return self.parentheses(),
            Tok::LBrack => return self.list(),
            Tok::Word | Tok::Quoted => return self.name_or_call(),
            _ => return Err(self.no_value(what)),
        };
        let operand = self.leaf(token, ExprKind::Literal(value))?;
        if matches!(token.kind, Tok::Kw(Kw::Now | Kw::Today))
            && self.is(Tok::LParen)
            && self.next().kind == Tok::RParen
        {
            let span = self.span().to(self.next().span(self.file));
            let d =
                Diagnostic::new(Code::FOREIGN_WRITING, span, format!("`{words}` is a value, not a function"))
                    .help(format!("write `{words}` without parentheses"));
            self.report(d);
            self.pos += 2;
        }
        Ok(operand)
    }

    /// `if c then a else b`; a chain of `else if` is read without recursion.
    fn choice(&mut self) -> Parsed<Operand> {
        let mut arms: Vec<(Span, Operand, Operand)> = Vec::new();
        let last = loop {
            let start = self.bump().span(self.file);
            let condition = self.operand(strength::OR, "a condition after `if`")?;
            if !self.take(Tok::Kw(Kw::Then)) {
                return Err(
                    self.expected(Code::EXPECTED_SYMBOL, "`then` and a value after the condition of `if`")
                );
            }
            let value = self.operand(strength::OR, "a value after `then`")?;
            arms.push((start, condition, value));
            let token = self.peek();
            if self.is(Tok::Word) && hints::is_else_if(self.words(token)) {
                let word = self.words(token);
                let d = Diagnostic::new(
                    Code::FOREIGN_WRITING,
                    token.span(self.file),
                    format!("`{word}` is not a word of this language"),
                )
                .help("write `else if`");
                self.report(d);
                continue;
            }
            if !self.take(Tok::Kw(Kw::Else)) {
                let failed = self.expected(Code::EXPECTED_SYMBOL, "`else` and a value: every `if` has one");
                return Err(failed);
            }
            if self.is(Tok::Kw(Kw::If)) {
                continue;
            }
            break self.operand(strength::OR, "a value after `else`")?;
        };
        let mut otherwise = last;
        for (start, condition, value) in arms.into_iter().rev() {
            let height = condition.height.max(value.height).max(otherwise.height);
            let extent = start.to(otherwise.extent);
            let kind = ExprKind::If(Box::new(condition.expr), Box::new(value.expr), Box::new(otherwise.expr));
            otherwise = self.build(kind, height, extent)?;
        }
        Ok(otherwise)
    }

    fn parentheses(&mut self) -> Parsed<Operand> {
        let open = self.open()?;
        let mut inner = self.operand(strength::OR, "a value after `(`")?;
        if self.is(Tok::Comma) {
            let d = Diagnostic::new(Code::FOREIGN_WRITING, self.span(), "a list stands in square brackets")
                .help("write `[a, b]`");
            self.report(d);
            return Err(Failed);
        }
        self.close(Tok::RParen)?;
        inner.extent = open.span(self.file).to(self.last_span());
        Ok(inner)
    }

    /// `[a, b]`
    fn list(&mut self) -> Parsed<Operand> {
        let open = self.open()?;
        let mut items = Vec::new();
        let mut height = 0;
        while !self.is(Tok::RBrack) {
            let item = self.operand(strength::OR, "a value of the list")?;
            height = height.max(item.height);
            items.push(item.expr);
            if !self.take(Tok::Comma) {
                break;
            }
        }
        self.close(Tok::RBrack)?;
        let extent = open.span(self.file).to(self.last_span());
        self.build(ExprKind::List(items), height, extent)
    }
}

/// Digits without underscores.
fn digits(text: &str) -> String {
    text.replace('_', "")
}
