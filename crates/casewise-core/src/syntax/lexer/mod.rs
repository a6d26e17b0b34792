//! Text → tokens and comments.
//!
//! Names: a letter of any script or `_`, then letters, numbers and `_` (Unicode's *Alphabetic* and
//! *Numeric*); anything else in backticks. What other languages write for a thing of this one is reported
//! by name and read as that thing, so one slip is one error.

mod number;
mod symbol;

use super::ast::Comment;
use super::literal;
use super::token::{Kw, NO_MATE, Tok, Token};
use super::words;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// What the lexer found.
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    pub(super) comments: Vec<Comment>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Cuts `text` into tokens.
pub(super) fn lex(file: u32, text: &str) -> Lexed {
    let mut lexer = Lexer {
        file,
        text,
        pos: 0,
        line_start: true,
        block_comments: true,
        newline: None,
        out: Lexed {
            tokens: Vec::with_capacity(text.len() / 5),
            comments: Vec::new(),
            diagnostics: Vec::new(),
        },
    };
    if text.starts_with('\u{feff}') {
        lexer.pos = '\u{feff}'.len_utf8();
    }
    while lexer.step() {}
    lexer.out
}

struct Lexer<'t> {
    file: u32,
    text: &'t str,
    pos: usize,
    /// No token yet on this line.
    line_start: bool,
    /// There may still be a `*/` ahead.
    block_comments: bool,
    /// The next line break at or after `pos`, found once per line.
    newline: Option<usize>,
    out: Lexed,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or("")
    }

    fn bytes_at(&self, at: usize) -> &'t [u8] {
        self.text.as_bytes().get(at..).unwrap_or(&[])
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.pos + ahead).copied().unwrap_or(0)
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.out.diagnostics.push(diagnostic);
    }

    /// Reports what another language writes, and what is written here.
    fn foreign(&mut self, start: usize, end: usize, message: String, help: String) {
        let d = Diagnostic::new(Code::FOREIGN_WRITING, self.span(start, end), message).help(help);
        self.report(d);
    }

    /// Ends a token at `end` and goes on from there.
    fn token(&mut self, kind: Tok, end: usize) {
        let span = self.span(self.pos, end);
        self.out.tokens.push(Token {
            kind,
            start: span.start,
            end: span.end,
            depth: 0,
            line_start: self.line_start,
            breaks: false,
            mate: NO_MATE,
        });
        self.line_start = false;
        self.pos = end;
    }

    fn punctuation(&mut self, kind: Tok, len: usize) {
        self.token(kind, self.pos + len);
    }

    fn line_end(&mut self) -> usize {
        let newline = match self.newline {
            Some(at) if at >= self.pos => at,
            _ => self.rest().find('\n').map_or(self.text.len(), |len| self.pos + len),
        };
        self.newline = Some(newline);
        if newline > self.pos && self.text.as_bytes().get(newline - 1) == Some(&b'\r') {
            newline - 1
        } else {
            newline
        }
    }

    /// Reads one token or blank; false at the end.
    fn step(&mut self) -> bool {
        let Some(c) = self.rest().chars().next() else { return false };
        match c {
            '\n' => {
                self.line_start = true;
                self.pos += 1;
            }
            c if c.is_whitespace() => self.pos += c.len_utf8(),
            '#' => self.comment(),
            '0'..='9' => self.number(),
            c if words::starts_name(c) => self.word(),
            '"' => self.text('"', '"'),
            '`' => self.backticks(),
            _ => self.symbol(c),
        }
        true
    }

    fn comment(&mut self) {
        let end = self.line_end();
        let text = self.slice(self.pos, end).trim_end();
        let comment = Comment {
            text: text.to_owned(),
            span: self.span(self.pos, self.pos + text.len()),
            own_line: self.line_start,
        };
        self.out.comments.push(comment);
        self.pos = end;
    }

    /// `// …` and `-- …`: reported, and skipped like a comment.
    fn foreign_comment(&mut self, marker: &str) {
        let end = self.line_end();
        self.foreign(
            self.pos,
            self.pos + marker.len(),
            format!("`{marker}` does not start a comment"),
            "a comment starts with `#` and ends with the line".to_owned(),
        );
        self.pos = end;
    }

    fn block_comment(&mut self) {
        let close = if self.block_comments { self.rest().find("*/") } else { None };
        self.foreign(
            self.pos,
            self.pos + 2,
            "`/*` does not start a comment".to_owned(),
            "a comment starts with `#` and ends with the line".to_owned(),
        );
        if let Some(close) = close {
            let skipped = self.rest().get(..close).unwrap_or("");
            self.line_start |= skipped.contains('\n');
            self.pos += close + 2;
        } else {
            self.block_comments = false;
            self.pos = self.line_end();
        }
    }

    fn name_end(&self, start: usize) -> usize {
        let rest = self.slice(start, self.text.len());
        start + rest.find(|c| !words::continues_name(c)).unwrap_or(rest.len())
    }

    fn word(&mut self) {
        let end = self.name_end(self.pos);
        let kind = Kw::of(self.slice(self.pos, end)).map_or(Tok::Word, Tok::Kw);
        self.token(kind, end);
    }

    fn backticks(&mut self) {
        let line_end = self.line_end();
        let inner = self.slice(self.pos + 1, line_end);
        match inner.find('`') {
            Some(0) => {
                let end = self.pos + 2;
                let d = Diagnostic::new(
                    Code::EXPECTED_NAME,
                    self.span(self.pos, end),
                    "there is no name between these backticks",
                );
                self.report(d);
                self.token(Tok::Broken, end);
            }
            Some(len) => self.token(Tok::Quoted, self.pos + len + 2),
            None => self.unclosed("name in backticks", "`"),
        }
    }

    /// A quote that its line does not close. Brackets at the end of the line are given back, so that the
    /// block they open or close is still seen.
    fn unclosed(&mut self, what: &str, quote: &str) {
        let line_end = self.line_end();
        let line = self.slice(self.pos, line_end);
        let kept = line.trim_end_matches([' ', '\t', '{', '}', '(', ')', '[', ']', ',', ';']);
        let end = self.pos + kept.len().max(1);
        let d = Diagnostic::new(
            Code::UNCLOSED_TEXT,
            self.span(self.pos, end),
            format!("this {what} is never closed"),
        )
        .label(format!("no {quote} before the end of the line"))
        .help("a text stands on one line; a line break inside it is written `\\n`");
        self.report(d);
        self.token(Tok::Broken, end);
    }

    /// A text between `open` and `close`; only `"` is right.
    fn text(&mut self, open: char, close: char) {
        let line_end = self.line_end();
        let inner_start = self.pos + open.len_utf8();
        let mut escaped = false;
        let mut end = None;
        let inner = self.slice(inner_start, line_end);
        let mut chars = inner.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                // SQL doubles a quote to write it.
                '\'' if open == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                    chars.next();
                }
                c if c == close => {
                    end = Some(inner_start + at + c.len_utf8());
                    break;
                }
                _ => {}
            }
        }
        let Some(end) = end else {
            self.unclosed("text", &format!("`{close}`"));
            return;
        };
        let literal = self.slice(self.pos, end);
        if open == '"' {
            for e in literal::unescape(literal).1 {
                let at = self.pos + e.at;
                let d = Diagnostic::new(Code::BAD_ESCAPE, self.span(at, at + e.len), e.message)
                    .help("escapes are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{…}`; a backslash itself is written `\\\\`");
                self.report(d);
            }
        } else {
            self.foreign(
                self.pos,
                end,
                format!("a text stands in double quotes, not in `{open} {close}`"),
                format!("write {}", literal::escape(&literal::unescape(literal).0.replace("''", "'"))),
            );
        }
        self.token(Tok::Text, end);
    }
}
