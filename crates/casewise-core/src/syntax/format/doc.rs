//! A small layout engine: pieces of text with places where a line may break.
//!
//! A group stands on one line if it was not told to break and fits; else every [`Doc::Line`] and
//! [`Doc::Separator`] directly in it becomes a line break.

use std::borrow::Cow;

/// The greatest width of a line, in columns.
pub(super) const WIDTH: usize = 100;

/// Columns per level.
const INDENT: usize = 2;

/// A piece of layout.
#[derive(Debug, Clone)]
pub(super) enum Doc<'a> {
    Text(Cow<'a, str>),
    /// A space, or a line break in a broken group.
    Line,
    /// Its text, or a line break in a broken group.
    Separator(&'static str),
    /// A line break.
    Hard,
    /// An empty line before the next line.
    Blank,
    /// A comment at the end of a line; a line break follows.
    Comment(&'a str),
    /// One after the other.
    All(Vec<Doc<'a>>),
    /// One level further in.
    Indent(Box<Doc<'a>>),
    /// On one line or broken.
    Group {
        content: Box<Doc<'a>>,
        /// Whether it has to break.
        broken: bool,
    },
}

impl<'a> Doc<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Doc<'a> {
        Doc::Text(text.into())
    }

    pub(super) fn indent(content: Doc<'a>) -> Doc<'a> {
        Doc::Indent(Box::new(content))
    }

    /// A group that breaks if something in it has to.
    pub(super) fn group(content: Doc<'a>) -> Doc<'a> {
        Doc::group_if(content, false)
    }

    /// A group that breaks if `broken`, or if something in it has to.
    pub(super) fn group_if(content: Doc<'a>, broken: bool) -> Doc<'a> {
        let broken = broken || content.must_break();
        Doc::Group { content: Box::new(content), broken }
    }

    fn must_break(&self) -> bool {
        match self {
            Doc::Hard | Doc::Blank | Doc::Comment(_) => true,
            Doc::Text(_) | Doc::Line | Doc::Separator(_) => false,
            Doc::All(docs) => docs.iter().any(Doc::must_break),
            Doc::Indent(doc) => doc.must_break(),
            // Known already, so that asking costs nothing.
            Doc::Group { broken, .. } => *broken,
        }
    }
}

/// Lays out a document as broken at the top; the text ends without a line break.
pub(super) fn layout(doc: &Doc<'_>) -> String {
    let mut out = Layout { text: String::new(), column: 0 };
    let mut stack: Vec<(usize, bool, &Doc<'_>)> = vec![(0, false, doc)];
    while let Some((indent, flat, doc)) = stack.pop() {
        match doc {
            Doc::Text(text) => out.text(text),
            Doc::Line if flat => out.text(" "),
            Doc::Separator(text) if flat => out.text(text),
            Doc::Line | Doc::Separator(_) | Doc::Hard => out.line(indent),
            Doc::Blank => out.blank(),
            Doc::Comment(text) => {
                out.text("  ");
                out.text(text);
            }
            Doc::All(docs) => stack.extend(docs.iter().rev().map(|d| (indent, flat, d))),
            Doc::Indent(doc) => stack.push((indent + INDENT, flat, doc)),
            Doc::Group { content, broken } => {
                let flat = flat || !*broken && fits(WIDTH.saturating_sub(out.column), content, &stack);
                stack.push((indent, flat, content));
            }
        }
    }
    out.text.truncate(out.text.trim_end().len());
    out.text
}

/// Whether a group fits on the line, with what follows it up to the next place for a break.
fn fits(width: usize, group: &Doc<'_>, rest: &[(usize, bool, &Doc<'_>)]) -> bool {
    let mut left = width;
    let mut inside: Vec<&Doc<'_>> = vec![group];
    while let Some(doc) = inside.pop() {
        let used = match doc {
            Doc::Text(text) => columns(text),
            Doc::Line => 1,
            Doc::Separator(text) => columns(text),
            Doc::Hard | Doc::Blank | Doc::Comment(_) => return false,
            Doc::All(docs) => {
                inside.extend(docs.iter().rev());
                0
            }
            Doc::Indent(doc) => {
                inside.push(doc);
                0
            }
            Doc::Group { content, .. } => {
                inside.push(content);
                0
            }
        };
        if used > left {
            return false;
        }
        left -= used;
    }
    for (_, flat, doc) in rest.iter().rev() {
        inside.push(doc);
        while let Some(doc) = inside.pop() {
            let used = match doc {
                Doc::Text(text) => columns(text),
                Doc::Line if *flat => 1,
                Doc::Separator(text) if *flat => columns(text),
                // Here the line can end.
                Doc::Line | Doc::Separator(_) | Doc::Hard | Doc::Blank | Doc::Comment(_) => return true,
                Doc::All(docs) => {
                    inside.extend(docs.iter().rev());
                    0
                }
                Doc::Indent(doc) => {
                    inside.push(doc);
                    0
                }
                Doc::Group { content, .. } => {
                    inside.push(content);
                    0
                }
            };
            if used > left {
                return false;
            }
            left -= used;
        }
    }
    true
}

struct Layout {
    text: String,
    column: usize,
}

impl Layout {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += columns(text);
    }

    fn line(&mut self, indent: usize) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    /// An empty line above the line just begun.
    fn blank(&mut self) {
        let indent = self.text.len() - self.text.trim_end_matches(' ').len();
        self.text.truncate(self.text.len() - indent);
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
    }
}

/// How many columns a text takes on a terminal.
fn columns(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Characters of two columns: East Asian *Wide* and *Fullwidth*, by their blocks.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xa000..=0xa4cf
        | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff01..=0xff60 | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f | 0x1f900..=0x1f9ff | 0x20000..=0x3fffd)
}
