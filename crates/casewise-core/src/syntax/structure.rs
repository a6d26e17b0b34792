//! The pre-scan: which brackets belong together, where declarations and clauses start.
//!
//! It runs before any grammar, so that a slip stays where it is: a line that starts with a declaration's
//! keyword and a name starts a declaration whatever came before, and a bracket that nothing closes does not
//! hide the lines behind it. It also bounds nesting, so nothing after it can recurse without end.

use super::token::{Kw, NO_MATE, Tok, Token};
use super::words;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// How many brackets may stand inside one another.
pub(super) const MAX_NESTING: usize = 100;

/// A stretch of tokens that holds whole declarations.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk {
    /// Index of its first token.
    pub(super) start: usize,
    /// One past its last token.
    pub(super) end: usize,
    /// Nested too deeply: not to be parsed.
    pub(super) skip: bool,
    /// Errors that start here or later only follow from a bracket already reported.
    pub(super) quiet_from: u32,
    /// Its first `}` that closes nothing.
    pub(super) stray: Option<usize>,
}

/// Cuts the tokens into chunks and fills in [`Token::mate`], [`Token::depth`] and [`Token::breaks`].
pub(super) fn scan(
    file: u32,
    text: &str,
    tokens: &mut [Token],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut start = 0;
    while start < tokens.len() {
        let end = chunk_end(text, tokens, start);
        let next = tokens.get(end).map(|t| t.span(file));
        let mut chunk = Chunk { start, end, skip: false, quiet_from: u32::MAX, stray: None };
        if let Some(slice) = tokens.get_mut(start..end) {
            let mut scan = Scan { file, text, base: start, tokens: slice };
            scan.brackets(&mut chunk, next, diagnostics);
            scan.breaks();
        }
        chunks.push(chunk);
        start = end;
    }
    chunks
}

fn word<'t>(text: &'t str, token: Option<&Token>) -> &'t str {
    token.and_then(|t| text.get(t.start as usize..t.end as usize)).unwrap_or("")
}

/// Where the next declaration starts.
fn chunk_end(text: &str, tokens: &[Token], start: usize) -> usize {
    // In a test, `context {` and `customer {` are clauses.
    let mut in_test = false;
    let mut braces = 0usize;
    for at in start..tokens.len() {
        let Some(token) = tokens.get(at) else { break };
        if at > start && starts_declaration(text, tokens, at, in_test && braces > 0) {
            return at;
        }
        match token.kind {
            Tok::LBrace => braces += 1,
            Tok::RBrace => braces = braces.saturating_sub(1),
            Tok::Word if braces == 0 => {
                let keyword = word(text, Some(token));
                in_test = keyword == "test" || in_test && !words::DECLARATIONS.contains(&keyword);
            }
            _ => {}
        }
    }
    tokens.len()
}

/// A line that starts with a declaration's keyword and what must follow it.
fn starts_declaration(text: &str, tokens: &[Token], at: usize, inside_test: bool) -> bool {
    let Some(token) = tokens.get(at).filter(|t| t.line_start && t.kind == Tok::Word) else { return false };
    let keyword = word(text, Some(token));
    if !words::DECLARATIONS.contains(&keyword) {
        return false;
    }
    let Some(next) = tokens.get(at + 1).filter(|t| !t.line_start) else { return false };
    match keyword {
        "context" | "customer" => next.kind == Tok::LBrace && !inside_test,
        "contacts" | "properties" => next.kind == Tok::LBrace,
        "decide" => next.is_name() || next.kind == Tok::LBrace,
        "include" | "test" => matches!(next.kind, Tok::Text | Tok::Broken),
        "every" => word(text, Some(next)) == "case",
        _ => next.is_name() && !goes_on(text, tokens, at, keyword),
    }
}

/// `case overlaps x` and `case subset of x` go on with a condition, where `case overlaps {` is a case of
/// that name.
fn goes_on(text: &str, tokens: &[Token], at: usize, keyword: &str) -> bool {
    let third = tokens.get(at + 2);
    match word(text, tokens.get(at + 1)) {
        "subset" if word(text, third) == "of" => {
            !matches!(keyword, "behavior" | "rfm" | "affinity" | "lifetime" | "grade")
        }
        "overlaps" => !third.is_none_or(|t| {
            t.line_start
                || matches!(t.kind, Tok::LBrace | Tok::Assign | Tok::Colon | Tok::Text | Tok::Kw(Kw::In))
                || matches!(word(text, Some(t)), "of" | "by")
                || keyword == "let"
        }),
        _ => false,
    }
}

/// One chunk being scanned; indices are relative to it.
struct Scan<'a> {
    file: u32,
    text: &'a str,
    base: usize,
    tokens: &'a mut [Token],
}

impl Scan<'_> {
    fn get(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).copied()
    }

    fn set_mates(&mut self, open: usize, close: usize) {
        let index = |at: usize| u32::try_from(self.base + at).unwrap_or(NO_MATE);
        let (open_index, close_index) = (index(open), index(close));
        if let Some(t) = self.tokens.get_mut(open) {
            t.mate = close_index;
        }
        if let Some(t) = self.tokens.get_mut(close) {
            t.mate = open_index;
        }
    }

    /// Pairs the brackets. A `}` closes what was opened inside its `{`; a `)` reaches back to its `(`, but
    /// not beyond a `{`. What stays alone is as if it were not there.
    fn brackets(&mut self, chunk: &mut Chunk, next: Option<Span>, diagnostics: &mut Vec<Diagnostic>) {
        let mut open: Vec<(usize, Tok)> = Vec::new();
        let mut broken: Option<u32> = None;
        for at in 0..self.tokens.len() {
            let Some(token) = self.get(at) else { break };
            let opener = match token.kind {
                Tok::LParen | Tok::LBrack | Tok::LBrace => {
                    open.push((at, token.kind));
                    if open.len() > MAX_NESTING {
                        diagnostics.push(
                            Diagnostic::new(
                                Code::TOO_DEEP,
                                token.span(self.file),
                                format!("more than {MAX_NESTING} brackets inside one another"),
                            )
                            .help("give parts of it names with `let`"),
                        );
                        chunk.skip = true;
                        return;
                    }
                    continue;
                }
                Tok::RParen => Tok::LParen,
                Tok::RBrack => Tok::LBrack,
                Tok::RBrace => Tok::LBrace,
                Tok::Broken => {
                    // An unclosed text may have swallowed a bracket, or given back one that was its own.
                    if word(self.text, Some(&token))
                        .starts_with(['"', '`', '\'', '“', '”', '‘', '’', '「', '＂'])
                    {
                        broken.get_or_insert(token.end);
                    }
                    continue;
                }
                _ => continue,
            };
            let reach = if opener == Tok::LBrace {
                open.iter().rposition(|(_, kind)| *kind == opener)
            } else {
                let inside = open.iter().rposition(|(_, kind)| *kind == Tok::LBrace).map_or(0, |n| n + 1);
                open.iter().rposition(|(_, kind)| *kind == opener).filter(|n| *n >= inside)
            };
            match reach.and_then(|n| open.get(n).map(|(o, _)| (n, *o))) {
                Some((n, opened)) => {
                    open.truncate(n);
                    self.set_mates(opened, at);
                }
                None if opener == Tok::LBrace => {
                    chunk.stray.get_or_insert(self.base + at);
                }
                None => {}
            }
        }
        if let Some((outer, _)) = open.iter().find(|(_, kind)| *kind == Tok::LBrace) {
            self.unclosed_brace(*outer, broken.is_some(), chunk, next, diagnostics);
        }
        if let (Some(end), Some(_)) = (broken, chunk.stray) {
            chunk.quiet_from = chunk.quiet_from.min(end);
        }
        self.depths();
    }

    /// Says which `{` was left open: by the indentation if that tells, else the outermost.
    fn unclosed_brace(
        &self,
        outer: usize,
        broken: bool,
        chunk: &mut Chunk,
        next: Option<Span>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let suspect = self.misindented().unwrap_or(outer);
        let Some(brace) = self.get(suspect) else { return };
        if !broken {
            let end = next.map(|n| (n, "the next declaration starts here")).or_else(|| {
                self.tokens.last().map(|t| (Span { start: t.end, ..t.span(self.file) }, "the text ends here"))
            });
            let mut d =
                Diagnostic::new(Code::UNCLOSED_BRACKET, brace.span(self.file), "this `{` is never closed")
                    .label("no `}` for it")
                    .help("every `{` wants a `}`");
            if let Some((span, words)) = end {
                d = d.related(span, words);
            }
            diagnostics.push(d);
        }
        chunk.quiet_from = brace.end;
    }

    /// The first `{` whose `}` starts a line further left than the line of the `{` does.
    fn misindented(&self) -> Option<usize> {
        let mut line_indent = 0;
        for at in 0..self.tokens.len() {
            let token = self.get(at)?;
            if token.line_start {
                line_indent = self.indent(token);
            }
            if token.kind == Tok::LBrace && token.mate != NO_MATE {
                let close = self.get((token.mate as usize).wrapping_sub(self.base))?;
                if close.line_start && self.indent(close) < line_indent {
                    return Some(at);
                }
            }
        }
        None
    }

    /// Bytes before the first token of a line.
    fn indent(&self, token: Token) -> usize {
        let before = self.text.get(..token.start as usize).unwrap_or("");
        before.bytes().rev().take_while(|b| *b == b' ' || *b == b'\t').count()
    }

    fn depths(&mut self) {
        let mut depth = 0u16;
        for token in self.tokens.iter_mut() {
            let paired = token.mate != NO_MATE;
            if paired && matches!(token.kind, Tok::RParen | Tok::RBrack | Tok::RBrace) {
                depth = depth.saturating_sub(1);
            }
            token.depth = depth;
            if paired && matches!(token.kind, Tok::LParen | Tok::LBrack | Tok::LBrace) {
                depth += 1;
            }
        }
    }

    /// Marks the tokens at which a line starts a clause or an item.
    fn breaks(&mut self) {
        // A score's window is a clause of its own, where a window of an aggregate would go on.
        let mut over_is_clause = false;
        let mut open: Vec<Tok> = Vec::new();
        let mut previous: Option<Token> = None;
        for at in 0..self.tokens.len() {
            let Some(token) = self.get(at) else { break };
            let paired = token.mate != NO_MATE;
            let starts =
                token.line_start || previous.is_none_or(|p| matches!(p.kind, Tok::RBrace | Tok::Semi));
            if starts && open.is_empty() && token.kind == Tok::Word {
                over_is_clause = matches!(word(self.text, Some(&token)), "rfm" | "behavior" | "affinity");
            }
            let closes = paired && matches!(token.kind, Tok::RParen | Tok::RBrack | Tok::RBrace);
            if closes {
                open.pop();
            }
            let in_clauses = matches!(open.last(), None | Some(Tok::LBrace)) && !closes;
            if token.line_start && in_clauses {
                let goes_on = match token.kind {
                    Tok::Kw(Kw::Over) => !(over_is_clause && open.last().is_some()),
                    Tok::Kw(kw) => kw.continues(),
                    _ => false,
                };
                let unfinished = previous.is_some_and(|p| joins(p.kind)) && !self.starts_clause(at);
                if let Some(t) = self.tokens.get_mut(at) {
                    t.breaks = !goes_on && !unfinished;
                }
            }
            if paired && matches!(token.kind, Tok::LParen | Tok::LBrack | Tok::LBrace) {
                open.push(token.kind);
            }
            previous = Some(token);
        }
    }

    /// Surely a clause and not the rest of an expression: a clause's word with a value right behind it.
    fn starts_clause(&self, at: usize) -> bool {
        let (Some(token), Some(next)) = (self.get(at), self.get(at + 1)) else { return false };
        token.kind == Tok::Word
            && words::starts_clause(word(self.text, Some(&token)))
            && !next.line_start
            && (matches!(
                next.kind,
                Tok::Word | Tok::Quoted | Tok::Number | Tok::Percent | Tok::Text | Tok::Date
            ))
            && !words::follows_value(word(self.text, Some(&next)))
    }
}

/// A clause that ends a line with it goes on.
fn joins(kind: Tok) -> bool {
    match kind {
        Tok::Kw(kw) => kw.joins(),
        Tok::Comma
        | Tok::Colon
        | Tok::Dot
        | Tok::DotDot
        | Tok::Arrow
        | Tok::Assign
        | Tok::EqEq
        | Tok::NotEq
        | Tok::Lt
        | Tok::Le
        | Tok::Gt
        | Tok::Ge
        | Tok::Plus
        | Tok::Minus
        | Tok::Star
        | Tok::Slash => true,
        _ => false,
    }
}
