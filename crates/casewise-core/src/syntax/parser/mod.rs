//! Tokens → AST by recursive descent. It never stops at an error: what fails is reported once, and reading
//! goes on with the next clause, item or declaration, whose starts the pre-scan has marked.

mod call;
mod cases;
mod declarations;
mod expression;
mod hints;
mod scores;
mod tests;
mod types;

use std::fmt::Write as _;

pub(super) use self::expression::{binary_strength, strength};

use rustc_hash::FxHashSet;

use super::ast::{Expr, ExprKind, File, Ident, Named, Text};
use super::literal;
use super::structure::Chunk;
use super::token::{Kw, NO_MATE, Tok, Token};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// The error has been reported; the caller skips what it was reading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failed;

type Parsed<T> = Result<T, Failed>;

/// How the things in a block are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separated {
    /// Clauses: by a line break or `;`.
    Clauses,
    /// Items: by a comma, too.
    Items,
}

/// The clauses of a block that may stand only once, and where they stood.
#[derive(Debug, Default)]
struct Once(Vec<(&'static str, Span)>);

/// Reads all declarations of a file.
pub(super) fn parse_chunks(
    file: u32,
    text: &str,
    tokens: &[Token],
    chunks: &[Chunk],
    diagnostics: &mut Vec<Diagnostic>,
) -> File {
    let mut ast = File::default();
    let mut reported: FxHashSet<u32> = diagnostics.iter().map(|d| d.span.start).collect();
    for chunk in chunks.iter().filter(|c| !c.skip) {
        let mut parser = Parser {
            file,
            text,
            tokens,
            pos: chunk.start,
            limit: chunk.end,
            first: chunk.start,
            nesting: 0,
            quiet_from: chunk.quiet_from,
            stray: chunk.stray,
            reported: &mut reported,
            diagnostics,
        };
        parser.declarations(&mut ast.declarations);
    }
    ast
}

struct Parser<'a> {
    file: u32,
    text: &'a str,
    tokens: &'a [Token],
    pos: usize,
    /// One past the last token of the chunk.
    limit: usize,
    /// Where the clause being read starts: a line break before it does not end it.
    first: usize,
    /// Expressions being read inside one another.
    nesting: usize,
    quiet_from: u32,
    stray: Option<usize>,
    /// Where errors start: there is one at a place.
    reported: &'a mut FxHashSet<u32>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Parser<'a> {
    // Looking.

    fn at(&self, index: usize) -> Token {
        if index < self.limit
            && let Some(token) = self.tokens.get(index)
        {
            return *token;
        }
        // Behind the last token, so that what is missing is missed there.
        let end = self.limit.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |t| t.end);
        Token { kind: Tok::End, start: end, end, depth: 0, line_start: true, breaks: true, mate: NO_MATE }
    }

    fn peek(&self) -> Token {
        self.at(self.pos)
    }

    fn next(&self) -> Token {
        self.at(self.pos + 1)
    }

    fn words(&self, token: Token) -> &'a str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    fn span(&self) -> Span {
        self.peek().span(self.file)
    }

    /// Of the token before.
    fn last_span(&self) -> Span {
        self.pos.checked_sub(1).map_or(self.span(), |p| self.at(p).span(self.file))
    }

    /// Nothing more of the clause or item stands here.
    fn at_end(&self) -> bool {
        let token = self.peek();
        matches!(token.kind, Tok::End | Tok::Semi)
            || token.kind == Tok::RBrace && token.mate != NO_MATE
            || token.breaks && self.pos > self.first
    }

    /// Nothing more of it stands on this line.
    fn line_ended(&self) -> bool {
        let token = self.peek();
        token.kind == Tok::End || token.line_start && self.pos > self.first && self.at_end()
    }

    fn is(&self, kind: Tok) -> bool {
        self.peek().kind == kind && !self.at_end()
    }

    /// A keyword in its place: a word without backticks.
    fn is_word(&self, word: &str) -> bool {
        self.is(Tok::Word) && self.words(self.peek()) == word
    }

    fn next_is_word(&self, word: &str) -> bool {
        let next = self.next();
        next.kind == Tok::Word && !next.breaks && self.words(next) == word
    }

    // Taking.

    fn bump(&mut self) -> Token {
        let token = self.peek();
        if self.pos < self.limit {
            self.pos += 1;
        }
        token
    }

    fn take(&mut self, kind: Tok) -> bool {
        let found = self.is(kind);
        if found {
            self.pos += 1;
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.pos += 1;
        }
        found
    }

    fn expect(&mut self, kind: Tok, what: &str) -> Parsed<()> {
        if self.take(kind) { Ok(()) } else { Err(self.expected(Code::EXPECTED_SYMBOL, what)) }
    }

    fn expect_word(&mut self, word: &str, what: &str) -> Parsed<()> {
        if self.take_word(word) { Ok(()) } else { Err(self.expected(Code::EXPECTED_SYMBOL, what)) }
    }

    /// A name; `what` says of what.
    fn name(&mut self, what: &str) -> Parsed<Ident> {
        let token = self.peek();
        if token.is_name() && !self.at_end() {
            self.pos += 1;
            return Ok(self.ident(token));
        }
        if let Tok::Kw(_) = token.kind
            && !self.at_end()
        {
            let word = self.words(token);
            let d = Diagnostic::new(
                Code::RESERVED_WORD,
                token.span(self.file),
                format!("`{word}` is a reserved word, expected {what}"),
            )
            .help(format!("to use it as a name, write it in backticks: `` `{word}` ``"));
            self.report(d);
            return Err(Failed);
        }
        Err(self.expected(Code::EXPECTED_NAME, what))
    }

    /// The name that a token of [`Token::is_name`] is.
    fn ident(&self, token: Token) -> Ident {
        let words = self.words(token);
        let name = if token.kind == Tok::Quoted { words.trim_matches('`') } else { words };
        Ident { name: name.to_owned(), span: token.span(self.file) }
    }

    fn names(&mut self, what: &str) -> Parsed<Vec<Ident>> {
        let mut names = vec![self.name(what)?];
        while self.take(Tok::Comma) {
            names.push(self.name(what)?);
        }
        Ok(names)
    }

    fn optional_text(&mut self) -> Option<Text> {
        if !self.is(Tok::Text) {
            return None;
        }
        let token = self.bump();
        Some(Text { value: literal::unescape(self.words(token)).0, span: token.span(self.file) })
    }

    fn expect_text(&mut self, what: &str) -> Parsed<Text> {
        self.optional_text().ok_or_else(|| self.expected(Code::EXPECTED_SYMBOL, what))
    }

    /// `NAME ["title"]`
    fn named(&mut self, what: &str) -> Parsed<Named> {
        let name = self.name(what)?;
        Ok(Named { name, title: self.optional_text() })
    }

    /// The bracket that opens here. One that nothing closes is the error, whatever follows it.
    fn open(&mut self) -> Parsed<Token> {
        let open = self.bump();
        if open.mate != NO_MATE {
            return Ok(open);
        }
        let mut broken = false;
        while !self.at_end() {
            let token = self.bump();
            broken |= token.kind == Tok::Broken;
            if token.kind == Tok::LBrace && token.mate != NO_MATE {
                self.pos = token.mate as usize + 1;
            }
        }
        // A text that was never closed may have swallowed the bracket.
        if !broken {
            let last = self.last_span();
            let (opened, closing) = if open.kind == Tok::LParen { ("(", ")") } else { ("[", "]") };
            let d = Diagnostic::new(
                Code::UNCLOSED_BRACKET,
                open.span(self.file),
                format!("this `{opened}` is never closed"),
            )
            .related(Span { start: last.end, ..last }, format!("no `{closing}` up to here"));
            self.report(d);
        }
        Err(Failed)
    }

    // Reporting.

    fn report(&mut self, diagnostic: Diagnostic) {
        let start = diagnostic.span.start;
        if start < self.quiet_from && self.reported.insert(start) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// What stands here, for people.
    fn found(&self) -> String {
        let token = self.peek();
        match token.kind {
            Tok::End if self.limit < self.tokens.len() => "the end of the line".to_owned(),
            Tok::End => "the end of the text".to_owned(),
            _ if self.line_ended() => "the end of the line".to_owned(),
            Tok::Kw(_) => format!("the reserved word `{}`", self.words(token)),
            Tok::Text => "a text".to_owned(),
            _ => {
                let words = self.words(token);
                let mut short: String = words.chars().take(40).collect();
                if short.len() < words.len() {
                    short.push('…');
                }
                format!("`{}`", short.trim_matches('`'))
            }
        }
    }

    /// Where something is missed: at the token in its place, or behind the last one if there is none.
    fn missing_span(&self) -> Span {
        if self.line_ended() {
            let last = self.last_span();
            Span { start: last.end, ..last }
        } else {
            self.span()
        }
    }

    /// Reports that `what` was expected here, unless what is here has been reported already.
    fn expected(&mut self, code: Code, what: &str) -> Failed {
        self.expected_labelled(code, what, &format!("expected {what}"))
    }

    /// With other words under the caret.
    fn expected_labelled(&mut self, code: Code, what: &str, label: &str) -> Failed {
        if self.peek().kind == Tok::Broken && !self.at_end() {
            return Failed;
        }
        let mut d =
            Diagnostic::new(code, self.missing_span(), format!("expected {what}, found {}", self.found()))
                .label(label);
        if let Some(help) = self.hint(code) {
            d = d.help(help);
        }
        self.report(d);
        Failed
    }

    // Blocks.

    /// Skips the rest of a clause or item of a block whose inside has bracket depth `depth`.
    fn skip_clause(&mut self, depth: u16, separated: Separated) {
        while self.pos < self.limit {
            let token = self.peek();
            let ends = match token.kind {
                Tok::Semi => true,
                Tok::Comma => separated == Separated::Items,
                Tok::RBrace => token.mate != NO_MATE && token.depth < depth,
                _ => token.breaks && self.pos > self.first,
            };
            if token.depth <= depth && ends {
                return;
            }
            self.pos += 1;
        }
    }

    /// A block stands here, be it on the next line.
    fn at_block(&self) -> bool {
        self.peek().kind == Tok::LBrace
    }

    /// `{ … }`: calls `item` for everything in it and recovers from what fails.
    fn block<T>(
        &mut self,
        separated: Separated,
        what: &str,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        if !self.at_block() {
            return Err(self.expected(Code::EXPECTED_SYMBOL, &format!("`{{` and {what}")));
        }
        let open = self.bump();
        // An unclosed block reaches to the end of its declaration.
        let paired = open.mate != NO_MATE;
        let depth = if paired { open.depth + 1 } else { open.depth };
        let close = if paired { open.mate as usize } else { self.limit };
        let mut items = Vec::new();
        let mut separator: Option<Token> = None;
        while self.pos < close {
            let token = self.peek();
            if token.kind == Tok::Semi || token.kind == Tok::Comma && separated == Separated::Items {
                if separator.is_some() || items.is_empty() && self.pos == self.first {
                    self.empty_item(token);
                }
                separator = Some(token);
                self.pos += 1;
                continue;
            }
            separator = None;
            let start = self.pos;
            self.first = start;
            match item(self) {
                Ok(parsed) => {
                    items.push(parsed);
                    self.end_of_item(depth, separated);
                }
                Err(Failed) => self.skip_clause(depth, separated),
            }
            if self.pos == start {
                self.pos += 1;
            }
        }
        self.pos = self.pos.max(close);
        if paired {
            self.pos = close + 1;
        }
        // What follows on the line is still of the clause that the block belongs to.
        self.first = self.pos.saturating_sub(1);
        Ok(items)
    }

    fn empty_item(&mut self, token: Token) {
        let word = self.words(token);
        let d = Diagnostic::new(
            Code::EMPTY_ITEM,
            token.span(self.file),
            format!("nothing stands before this `{word}`"),
        )
        .help(format!("delete one `{word}`"));
        self.report(d);
    }

    /// After a clause or item: its end, or an error.
    fn end_of_item(&mut self, depth: u16, separated: Separated) {
        let token = self.peek();
        if self.at_end() || separated == Separated::Items && token.kind == Tok::Comma {
            return;
        }
        if token.kind == Tok::Comma {
            let d = Diagnostic::new(
                Code::COMMA_AFTER_CLAUSE,
                token.span(self.file),
                "a comma does not end a clause",
            )
            .help("a clause ends with the line or with `;`");
            self.report(d);
            self.pos += 1;
            // Another clause may follow; anything else was meant as one more value of this one.
            let goes_on =
                self.peek().kind == Tok::Word && super::words::starts_clause(self.words(self.peek()));
            if !goes_on && !self.at_end() {
                self.skip_clause(depth, separated);
            }
            return;
        }
        self.trailing(if separated == Separated::Items {
            "`,`, `;` or the end of the line"
        } else {
            "`;` or the end of the line"
        });
        self.skip_clause(depth, separated);
    }

    /// Reports what stands behind something that was complete.
    fn trailing(&mut self, expected: &str) {
        let token = self.peek();
        if matches!(token.kind, Tok::RParen | Tok::RBrack | Tok::RBrace) && token.mate == NO_MATE {
            let word = self.words(token);
            let d = Diagnostic::new(
                Code::STRAY_BRACKET,
                token.span(self.file),
                format!("this `{word}` closes nothing"),
            );
            self.report(d);
        } else {
            let _ = self.expected(Code::UNEXPECTED_REST, expected);
        }
    }

    /// A word that starts no clause of this block.
    fn unknown_clause(&mut self, block: &str, known: &[&str]) -> Failed {
        let token = self.peek();
        let list = or_list(known);
        if !token.is_name() {
            let label = format!("expected {list}");
            return self.expected_labelled(Code::UNKNOWN_CLAUSE, &format!("a clause of {block}"), &label);
        }
        let word = self.words(token);
        let mut d = Diagnostic::new(
            Code::UNKNOWN_CLAUSE,
            token.span(self.file),
            format!("`{word}` starts no clause of {block}"),
        )
        .label(format!("expected {list}"));
        if let Some(near) = crate::diagnostic::nearest(word, known.iter().copied()) {
            d = d.help(format!("did you mean `{near}`?"));
        } else if let Some(help) = hints::clause(word) {
            d = d.help(help);
        }
        self.report(d);
        Failed
    }

    /// Notes a clause that may stand once, and reports it if it stood before.
    fn once(&mut self, seen: &mut Once, word: &'static str, span: Span) {
        match seen.0.iter().find(|(w, _)| *w == word) {
            Some((_, first)) => {
                let d = Diagnostic::new(Code::DUPLICATE_CLAUSE, span, format!("`{word}` stands here twice"))
                    .related(*first, "first here")
                    .help("delete one of them");
                self.report(d);
            }
            None => seen.0.push((word, span)),
        }
    }

    // Expressions inside clauses.

    /// An expression; what fails becomes [`ExprKind::Error`], so that the clause still counts.
    fn value(&mut self, what: &str) -> Expr {
        let span = self.missing_span();
        match self.expression(what) {
            Ok(expr) => expr,
            Err(Failed) => {
                self.skip_to_clause_end();
                Expr { kind: ExprKind::Error, span }
            }
        }
    }

    /// To the end of the clause that started at `first`.
    fn skip_to_clause_end(&mut self) {
        let depth = self.at(self.first).depth;
        self.skip_clause(depth, Separated::Clauses);
    }
}

/// `a`, `b` or `c`
fn or_list(words: &[&str]) -> String {
    let mut list = String::new();
    for (n, word) in words.iter().enumerate() {
        let glue = match n {
            0 => "",
            _ if n + 1 == words.len() => " or ",
            _ => ", ",
        };
        let _ = write!(list, "{glue}`{word}`");
    }
    list
}
