//! Text → tokens and comments.
//!
//! Names: a letter of any script or `_`, then letters, numbers and `_` (Unicode's *Alphabetic* and
//! *Numeric*); anything else in backticks. What other languages write for a thing of this one is reported
//! by name and read as that thing, so one slip is one error.

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

    fn digits_end(&self, mut at: usize) -> usize {
        while matches!(self.bytes_at(at).first(), Some(b'0'..=b'9' | b'_')) {
            at += 1;
        }
        at
    }

    fn number(&mut self) {
        let start = self.pos;
        let whole_end = self.digits_end(start);
        if self.date(start, whole_end) || self.clock(start, whole_end) {
            return;
        }
        let mut end = whole_end;
        if literal::matches(self.bytes_at(end), b".9") {
            end = self.digits_end(end + 1);
        }
        let digits = self.slice(start, end);
        if digits.ends_with('_') || digits.contains("__") || digits.contains("_.") {
            let d = Diagnostic::new(
                Code::BAD_NUMBER,
                self.span(start, end),
                "an underscore stands between two digits of a number",
            );
            self.report(d);
            self.token(Tok::Broken, end);
            return;
        }
        if self.slice(end, self.text.len()).chars().next().is_some_and(words::starts_name) {
            let word_end = self.name_end(end);
            let word = self.slice(end, word_end);
            let mut d = Diagnostic::new(
                Code::BAD_NUMBER,
                self.span(start, word_end),
                format!("`{}` is neither a number nor a name", self.slice(start, word_end)),
            );
            d = if words::unit(word).is_some() {
                d.help(format!("a space stands before the unit: `{digits} {word}`"))
            } else if word.starts_with(['e', 'E'])
                && word.len() <= 4
                && word.chars().skip(1).all(|c| c.is_ascii_digit())
            {
                d.help("numbers are written out, without an exponent: `1_000_000`")
            } else {
                d.help("a name starts with a letter or `_`; a name like this stands in backticks")
            };
            self.report(d);
            self.token(Tok::Broken, word_end);
            return;
        }
        match self.slice(end, self.text.len()).chars().next() {
            Some('%') => self.token(Tok::Percent, end + 1),
            Some(c @ '％') => {
                self.full_width(end, c, "%");
                self.token(Tok::Percent, end + c.len_utf8());
            }
            _ => self.token(Tok::Number, end),
        }
    }

    /// `2026-11-22`, with or without a time of day. Anything that looks like one is taken as one.
    fn date(&mut self, start: usize, year_end: usize) -> bool {
        let digits_after = |at: usize| {
            let n = self.bytes_at(at).iter().take_while(|b| b.is_ascii_digit()).count();
            (1..=2).contains(&n).then_some(at + n)
        };
        if year_end - start != 4 || self.bytes_at(year_end).first() != Some(&b'-') {
            return false;
        }
        let Some(month_end) = digits_after(year_end + 1) else { return false };
        if self.bytes_at(month_end).first() != Some(&b'-') {
            return false;
        }
        let Some(end) = digits_after(month_end + 1) else { return false };
        let date = self.slice(start, end);
        if end - start != 10 {
            let fixed: Vec<String> = date.split('-').map(|part| format!("{part:0>2}")).collect();
            let d = Diagnostic::new(Code::BAD_DATE, self.span(start, end), format!("`{date}` is not a date"))
                .help(format!("month and day have two digits: `{}`", fixed.join("-")));
            self.report(d);
            self.token(Tok::Broken, end);
            return true;
        }
        let problem = literal::date_problem(date).map(|p| format!("`{date}` is not a day: {p}"));
        let (kind, end, problem) = if literal::matches(self.bytes_at(end), b"T") {
            let (end, time_problem) = self.time(end + 1);
            (Tok::DateTime, end, problem.or(time_problem))
        } else {
            (Tok::Date, end, problem)
        };
        if let Some(problem) = problem {
            let d = Diagnostic::new(Code::BAD_DATE, self.span(start, end), problem)
                .help("dates are written `2026-11-22`, times `2026-11-22T10:00`, with an offset `+08:00` or `Z` if need be");
            self.report(d);
            self.token(Tok::Broken, end);
        } else {
            self.token(kind, end);
        }
        true
    }

    /// The rest of a date-time from behind its `T`: where it ends and what is wrong.
    fn time(&self, start: usize) -> (usize, Option<String>) {
        let mut at = start;
        let mut problem = None;
        let take = |pattern: &[u8], at: &mut usize| {
            let found = literal::matches(self.bytes_at(*at), pattern);
            if found {
                *at += pattern.len();
            }
            found
        };
        if !take(b"99:99", &mut at) {
            problem = Some("the time of day is not of the form `10:00`".to_owned());
        }
        if take(b":99", &mut at) && take(b".9", &mut at) {
            while take(b"9", &mut at) {}
        }
        let clock = self.slice(start, at);
        let offset_start = at;
        if !take(b"Z", &mut at) && !take(b"+99:99", &mut at) {
            take(b"-99:99", &mut at);
        }
        let offset = self.slice(offset_start + 1, at);
        let seconds = clock.get(6..8).and_then(|s| s.parse::<u32>().ok()).unwrap_or(0);
        if problem.is_none() {
            if clock.get(..5).and_then(literal::clock_minutes).is_none() || seconds > 59 {
                problem = Some(format!("`{clock}` is not a time of day"));
            } else if !offset.is_empty() && literal::clock_minutes(offset).is_none() {
                problem = Some(format!("`{offset}` is not an offset"));
            } else if clock.len() > "10:00:00.123456".len() {
                problem = Some(
                    "a time counts microseconds, so a second has at most 6 digits behind the point"
                        .to_owned(),
                );
            }
        }
        let word_end = self.name_end(at);
        if word_end > at && problem.is_none() {
            problem = Some(format!("`{}` does not belong to a time", self.slice(at, word_end)));
        }
        (word_end, problem)
    }

    /// `21:00`
    fn clock(&mut self, start: usize, hours_end: usize) -> bool {
        if hours_end - start > 2 || !literal::matches(self.bytes_at(hours_end), b":99") {
            return false;
        }
        let end = hours_end + 3;
        if self.bytes_at(end).first().is_some_and(u8::is_ascii_digit) {
            return false;
        }
        self.token(Tok::Clock, end);
        true
    }

    fn full_width(&mut self, at: usize, c: char, ascii: &str) {
        self.foreign(
            at,
            at + c.len_utf8(),
            format!("`{c}` is not the `{ascii}` of this language"),
            format!("write `{ascii}` in place of `{c}` (U+{:04X})", u32::from(c)),
        );
    }

    fn symbol(&mut self, c: char) {
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
