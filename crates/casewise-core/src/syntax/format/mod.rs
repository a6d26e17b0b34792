//! AST → canonical text.
//!
//! The text says the same as the tree, with the fewest parentheses and backticks, two spaces a level and no
//! alignment. Clauses stay in the order written and all comments are kept: before a clause, behind it, or
//! inside it where a line may break. Of the layout written, three things count: empty lines between clauses
//! or declarations (one is kept), comments on lines of their own, and whether a block stood on one line.

mod cases;
mod declarations;
mod doc;
mod expression;
mod scores;

use std::borrow::Cow;

use self::doc::{Doc, layout};
use super::ast::{Comment, Declaration, Ident, Named, RecordEntry, Text};
use super::literal::escape;
use super::words;
use crate::source::Span;

/// Something in a block: where it stands, and how it is written.
type Item<'a> = (Span, Box<dyn FnOnce(&mut Formatter<'a>) -> Doc<'a> + 'a>);

/// Writes declarations in canonical form. `text` is what they were read from; a tree that was read from nowhere
/// has an empty one.
pub(super) fn format_declarations(declarations: &[Declaration], comments: &[Comment], text: &str) -> String {
    let mut formatter = Formatter::new(comments, text);
    let items: Vec<Item<'_>> =
        declarations.iter().map(|d| -> Item<'_> { (d.span, Box::new(move |f| f.declaration(d))) }).collect();
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let parts = formatter.items("\n", items, end.saturating_add(1));
    let mut out = layout(&Doc::All(parts));
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Puts a tree together again, comments and empty lines from the text it was read from.
struct Formatter<'a> {
    text: &'a str,
    comments: &'a [Comment],
    /// The byte at which each line starts.
    lines: Vec<u32>,
    /// Where the last thing written ends in the text.
    last: u32,
    /// In a pattern, where `any` is no name.
    in_pattern: bool,
}

/// The blocks of a declaration that may stand without one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Empty {
    /// `{}`
    Braces,
    /// Nothing.
    Nothing,
}

impl<'a> Formatter<'a> {
    fn new(comments: &'a [Comment], text: &'a str) -> Formatter<'a> {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let starts = text.match_indices('\n').map(|(at, _)| offset(at + 1));
        let lines = std::iter::once(0).chain(starts).collect();
        Formatter { text, comments, lines, last: 0, in_pattern: false }
    }

    // Where things stood.

    /// Line of a byte, from 0.
    fn line_of(&self, at: u32) -> usize {
        self.lines.partition_point(|start| *start <= at).saturating_sub(1)
    }

    fn on_one_line(&self, span: Span) -> bool {
        self.line_of(span.start) == self.line_of(span.end)
    }

    /// An empty line stood before `at`, after the last thing written.
    fn blank_before(&self, at: u32) -> bool {
        let line = self.lines.get(self.line_of(at)).copied().unwrap_or(0);
        let Some(between) = self.text.get(self.last as usize..line as usize) else { return false };
        let code = between.trim_end().len();
        between.get(code..).unwrap_or("").matches('\n').count() > 1
    }

    // Comments.

    /// The next comment that stands before `at`.
    fn comment_before(&mut self, at: u32) -> Option<&'a Comment> {
        let (first, rest) = self.comments.split_first()?;
        if first.span.start >= at {
            return None;
        }
        self.comments = rest;
        Some(first)
    }

    /// The comments before `at`, in the middle of a clause, and a line break; nothing if there are none.
    fn comments_inside(&mut self, at: u32) -> Option<Doc<'a>> {
        let mut docs = Vec::new();
        let mut line_ended = false;
        while let Some(comment) = self.comment_before(at) {
            self.last = comment.span.end;
            if comment.own_line || line_ended {
                if !line_ended {
                    docs.push(Doc::Hard);
                }
                docs.push(Doc::text(comment.text.as_str()));
            } else {
                docs.push(Doc::Comment(&comment.text));
            }
            docs.push(Doc::Hard);
            line_ended = true;
        }
        if docs.is_empty() { None } else { Some(Doc::All(docs)) }
    }

    /// The comments before a closing bracket at `end`, and what stands right before the bracket.
    fn comments_before_closing(&mut self, end: u32) -> Option<(Doc<'a>, Doc<'a>)> {
        match self.comments_inside(end) {
            Some(Doc::All(mut comments)) => {
                // They end with a line break, which the bracket takes to its own indentation.
                comments.pop();
                Some((Doc::All(comments), Doc::Hard))
            }
            _ => None,
        }
    }

    /// A place for a line break before what stands at `at`.
    fn line(&mut self, at: u32) -> Doc<'a> {
        self.comments_inside(at).unwrap_or(Doc::Line)
    }

    /// A space before what stands at `at`; a line break only if a comment wants one.
    fn space(&mut self, at: u32) -> Doc<'a> {
        self.comments_inside(at).unwrap_or_else(|| Doc::text(" "))
    }

    // Blocks.

    /// The things in a block or file, with the comments before and behind them up to `end`.
    fn items(&mut self, separator: &'static str, mut items: Vec<Item<'a>>, end: u32) -> Vec<Doc<'a>> {
        // Clauses that the tree keeps by kind come back in the order written.
        items.sort_by_key(|(span, _)| span.start);
        let mut docs = Vec::new();
        let mut any = false;
        for (span, build) in items {
            self.comments_between(span.start, separator, &mut any, &mut docs);
            let blank = any && self.blank_before(span.start);
            self.start_line(separator, blank, &mut any, &mut docs);
            docs.push(build(self));
            self.last = self.last.max(span.end);
        }
        self.comments_between(end, separator, &mut any, &mut docs);
        docs
    }

    fn start_line(&self, separator: &'static str, blank: bool, any: &mut bool, docs: &mut Vec<Doc<'a>>) {
        if *any {
            docs.push(if separator == "\n" { Doc::Hard } else { Doc::Separator(separator) });
        }
        if blank {
            docs.push(Doc::Blank);
        }
        *any = true;
    }

    /// Comments before `at`: the first behind the last thing, if it stood behind it, the others on lines of
    /// their own.
    fn comments_between(
        &mut self,
        at: u32,
        separator: &'static str,
        any: &mut bool,
        docs: &mut Vec<Doc<'a>>,
    ) {
        let mut may_trail = true;
        while let Some(comment) = self.comment_before(at) {
            if !comment.own_line && may_trail && *any {
                docs.push(Doc::Comment(&comment.text));
            } else {
                let blank = *any && self.blank_before(comment.span.start);
                self.start_line(separator, blank, any, docs);
                docs.push(Doc::text(comment.text.as_str()));
                // Whatever the block, a line ends behind it.
                docs.push(Doc::Comment(""));
            }
            may_trail = false;
            self.last = self.last.max(comment.span.end);
        }
    }

    /// ` { … }` behind a header. `span` ends with the `}`.
    fn block(&mut self, separator: &'static str, items: Vec<Item<'a>>, span: Span, empty: Empty) -> Doc<'a> {
        let nothing = items.is_empty() && self.comments.first().is_none_or(|c| c.span.start >= span.end);
        if nothing {
            return Doc::text(if empty == Empty::Braces { " {}" } else { "" });
        }
        let first = items.iter().map(|(span, _)| span.start).min().unwrap_or(span.end);
        let mut open = Vec::new();
        // A comment behind the `{`, or in a header that had several lines.
        while let Some(comment) = self.comments.first().filter(|c| !c.own_line && c.span.start < first) {
            open.push(if open.is_empty() {
                Doc::Comment(&comment.text)
            } else {
                Doc::text(comment.text.as_str())
            });
            open.push(Doc::Hard);
            self.last = self.last.max(comment.span.end);
            self.comments = self.comments.get(1..).unwrap_or(&[]);
        }
        // The line break behind the last of them is the block's own.
        open.pop();
        let parts = self.items(separator, items, span.end);
        // The header before it may have had several lines.
        let broken = !self.on_one_line(Span { start: first, ..span });
        let mut inside = open;
        inside.push(Doc::Separator(" "));
        inside.extend(parts);
        if inside.len() == 1 {
            inside.clear();
        }
        Doc::All(vec![
            Doc::text(" "),
            Doc::group_if(
                Doc::All(vec![
                    Doc::text("{"),
                    Doc::indent(Doc::All(inside)),
                    Doc::Separator(" "),
                    Doc::text("}"),
                ]),
                broken,
            ),
        ])
    }

    /// `{ NAME: EXPR, … }`, with the space before it.
    fn record(&mut self, entries: &'a [RecordEntry], span: Span) -> Doc<'a> {
        let items = entries
            .iter()
            .map(|e| -> Item<'a> {
                let span = Span { end: e.value.span.end, ..e.name.span };
                let build = move |f: &mut Formatter<'a>| {
                    let value = Doc::All(vec![f.space(e.value.span.start), f.expr(&e.value, 0)]);
                    Doc::All(vec![Doc::text(format!("{}:", name(&e.name))), Doc::indent(value)])
                };
                (span, Box::new(build))
            })
            .collect();
        self.block(", ", items, span, Empty::Braces)
    }

    /// `{}` where [`Formatter::block`] writes ` {}`.
    fn bare_record(&mut self, entries: &'a [RecordEntry], span: Span) -> Doc<'a> {
        match self.record(entries, span) {
            Doc::All(mut docs) => {
                // The space.
                docs.remove(0);
                Doc::All(docs)
            }
            _ => Doc::text("{}"),
        }
    }
}

/// A name, in backticks if it needs them.
fn name(ident: &Ident) -> Cow<'_, str> {
    plain_or_quoted(&ident.name)
}

fn plain_or_quoted(name: &str) -> Cow<'_, str> {
    if words::is_plain_name(name) { name.into() } else { format!("`{name}`").into() }
}

/// A name where one of `words` would be a keyword.
fn name_unless<'n>(ident: &'n Ident, words: &[&str]) -> Cow<'n, str> {
    if words.contains(&ident.name.as_str()) { format!("`{}`", ident.name).into() } else { name(ident) }
}

fn names(idents: &[Ident]) -> String {
    idents.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn path(idents: &[Ident]) -> String {
    idents.iter().map(name).collect::<Vec<_>>().join(".")
}

fn text(text: &Text) -> String {
    escape(&text.value)
}

/// ` "title"`, or nothing.
fn title(of: Option<&Text>) -> String {
    of.map_or(String::new(), |t| format!(" {}", text(t)))
}

fn named(named: &Named) -> String {
    format!("{}{}", name(&named.name), title(named.title.as_ref()))
}
