//! Operators, brackets and separators, and the signs that other languages and keyboards have for them.

use super::super::token::{Kw, Tok};
use super::super::words;
use super::Lexer;
use crate::diagnostic::{Code, Diagnostic};

impl Lexer<'_> {
    pub(super) fn full_width(&mut self, at: usize, c: char, ascii: &str) {
        self.foreign(
            at,
            at + c.len_utf8(),
            format!("`{c}` is not the `{ascii}` of this language"),
            format!("write `{ascii}` in place of `{c}` (U+{:04X})", u32::from(c)),
        );
    }

    pub(super) fn symbol(&mut self, c: char) {
        let next = self.byte(1);
        match (c, next) {
            ('/', b'/') => self.foreign_comment("//"),
            ('/', b'*') => self.block_comment(),
            ('-', b'>') => self.punctuation(Tok::Arrow, 2),
            // `a --b` is a sum; `-- words` is SQL
            ('-', b'-') if self.line_start || self.byte(2).is_ascii_whitespace() => {
                self.foreign_comment("--")
            }
            ('=', b'=') if self.byte(2) == b'=' => self.other_symbol("===", "==", Tok::EqEq),
            ('!', b'=') if self.byte(2) == b'=' => self.other_symbol("!==", "!=", Tok::NotEq),
            ('=', b'=') => self.punctuation(Tok::EqEq, 2),
            ('!', b'=') => self.punctuation(Tok::NotEq, 2),
            ('<', b'=') => self.punctuation(Tok::Le, 2),
            ('>', b'=') => self.punctuation(Tok::Ge, 2),
            ('<', b'>') => self.other_symbol("<>", "!=", Tok::NotEq),
            ('=', b'<') => self.other_symbol("=<", "<=", Tok::Le),
            ('=', b'>') => self.other_symbol("=>", "->", Tok::Arrow),
            (':', b'=') => self.other_symbol(":=", "=", Tok::Assign),
            ('&', b'&') => self.other_symbol("&&", "and", Tok::Kw(Kw::And)),
            ('|', b'|') => self.other_symbol("||", "or", Tok::Kw(Kw::Or)),
            ('&', _) => self.other_symbol("&", "and", Tok::Kw(Kw::And)),
            ('|', _) => self.other_symbol("|", "or", Tok::Kw(Kw::Or)),
            ('!', _) => self.other_symbol("!", "not", Tok::Kw(Kw::Not)),
            ('?', b'?') => self.other_symbol("??", "otherwise", Tok::Kw(Kw::Otherwise)),
            ('.', b'.') if self.byte(2) == b'.' => self.other_symbol("...", "..", Tok::DotDot),
            ('.', b'.') => self.punctuation(Tok::DotDot, 2),
            ('.', _) => self.punctuation(Tok::Dot, 1),
            ('(', _) => self.punctuation(Tok::LParen, 1),
            (')', _) => self.punctuation(Tok::RParen, 1),
            ('[', _) => self.punctuation(Tok::LBrack, 1),
            (']', _) => self.punctuation(Tok::RBrack, 1),
            ('{', _) => self.punctuation(Tok::LBrace, 1),
            ('}', _) => self.punctuation(Tok::RBrace, 1),
            (',', _) => self.punctuation(Tok::Comma, 1),
            (';', _) => self.punctuation(Tok::Semi, 1),
            (':', _) => self.punctuation(Tok::Colon, 1),
            ('=', _) => self.punctuation(Tok::Assign, 1),
            ('<', _) => self.punctuation(Tok::Lt, 1),
            ('>', _) => self.punctuation(Tok::Gt, 1),
            ('+', _) => self.punctuation(Tok::Plus, 1),
            ('-', _) => self.punctuation(Tok::Minus, 1),
            ('*', b'*') => self.power("**"),
            ('*', _) => self.punctuation(Tok::Star, 1),
            ('/', _) => self.punctuation(Tok::Slash, 1),
            ('?', _) => self.punctuation(Tok::Question, 1),
            ('^', _) => self.power("^"),
            ('\'', _) if self.closes_on_line('\'') => self.text('\'', '\''),
            ('“' | '”', _) => self.text(c, '”'),
            ('‘' | '’', _) => self.text(c, '’'),
            ('「', _) => self.text('「', '」'),
            ('＂', _) => self.text('＂', '＂'),
            _ => match full_width_symbol(c) {
                Some((ascii, kind)) => {
                    self.full_width(self.pos, c, ascii);
                    self.punctuation(kind, c.len_utf8());
                }
                None => self.unexpected(c),
            },
        }
    }

    fn closes_on_line(&mut self, quote: char) -> bool {
        let line_end = self.line_end();
        self.slice(self.pos + 1, line_end).contains(quote)
    }

    fn other_symbol(&mut self, written: &str, right: &str, kind: Tok) {
        self.foreign(
            self.pos,
            self.pos + written.len(),
            format!("`{written}` is not an operator of this language"),
            format!("write `{right}`"),
        );
        self.punctuation(kind, written.len());
    }

    fn power(&mut self, written: &str) {
        self.foreign(
            self.pos,
            self.pos + written.len(),
            format!("`{written}` is not an operator of this language"),
            "write `pow(x, y)`".to_owned(),
        );
        self.punctuation(Tok::Broken, written.len());
    }

    /// A run of characters that mean nothing: one error.
    fn unexpected(&mut self, first: char) {
        let rest = self.rest();
        let len = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| {
                c.is_whitespace()
                    || c.is_ascii()
                    || words::starts_name(*c)
                    || full_width_symbol(*c).is_some()
                    || "“”‘’「＂".contains(*c)
            })
            .map_or(rest.len(), |(at, _)| at);
        let visible = !first.is_control() && !is_invisible(first);
        let message = if visible {
            format!("`{first}` (U+{:04X}) means nothing here", u32::from(first))
        } else {
            format!("there is an invisible character here (U+{:04X})", u32::from(first))
        };
        let mut d = Diagnostic::new(Code::UNEXPECTED_CHARACTER, self.span(self.pos, self.pos + len), message);
        d = match first {
            '%' => d.help("a percentage is written without a space: `5%`; there is no remainder operator"),
            '\'' => d.help("a text stands in double quotes"),
            '０'..='９' => d.help("digits are written 0 to 9"),
            '@' | '$' => d.help("names carry no sign before them"),
            _ if !visible => d.help("delete it, or write it inside a text as `\\u{…}`"),
            _ => d.help("a name with such a character stands in backticks, a text in double quotes"),
        };
        self.report(d);
        // A control character alone says nothing about what its author meant: it is as if it were not there.
        if visible {
            self.punctuation(Tok::Broken, len);
        } else {
            self.pos += len;
        }
    }
}

/// Zero-width characters and direction marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// What Chinese keyboards and word processors put in place of ASCII.
fn full_width_symbol(c: char) -> Option<(&'static str, Tok)> {
    Some(match c {
        '（' => ("(", Tok::LParen),
        '）' => (")", Tok::RParen),
        '［' | '【' => ("[", Tok::LBrack),
        '］' | '】' => ("]", Tok::RBrack),
        '｛' => ("{", Tok::LBrace),
        '｝' => ("}", Tok::RBrace),
        '，' | '、' => (",", Tok::Comma),
        '；' => (";", Tok::Semi),
        '：' => (":", Tok::Colon),
        '。' | '．' => (".", Tok::Dot),
        '…' => ("..", Tok::DotDot),
        '→' => ("->", Tok::Arrow),
        '＝' => ("=", Tok::Assign),
        '≠' => ("!=", Tok::NotEq),
        '＜' => ("<", Tok::Lt),
        '≤' | '⩽' => ("<=", Tok::Le),
        '＞' => (">", Tok::Gt),
        '≥' | '⩾' => (">=", Tok::Ge),
        '＋' => ("+", Tok::Plus),
        '－' | '−' | '–' | '—' => ("-", Tok::Minus),
        '＊' | '×' => ("*", Tok::Star),
        '／' | '÷' => ("/", Tok::Slash),
        '？' => ("?", Tok::Question),
        '！' | '¬' => ("not", Tok::Kw(Kw::Not)),
        '∧' => ("and", Tok::Kw(Kw::And)),
        '∨' => ("or", Tok::Kw(Kw::Or)),
        '∈' => ("in", Tok::Kw(Kw::In)),
        _ => return None,
    })
}
