//! Where a piece of a model stands in its text.

use std::fmt;
use std::sync::Arc;

/// A half-open range of bytes in one file of a model.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Span {
    /// Index into [`Sources`].
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of `start..end` in file number `file`.
    pub fn new(file: u32, start: usize, end: usize) -> Span {
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { file, start: clip(start), end: clip(end) }
    }

    /// The smallest span that holds both (of one file: the first's).
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file, self.start, self.end)
    }
}

/// One file of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as the user wrote it, or a name such as `<text>`.
    pub name: Arc<str>,
    /// Its whole text.
    pub text: Arc<str>,
}

/// All files of a model, in the order they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    files: Vec<Source>,
    /// Per file: where its lines start.
    lines: Vec<Arc<[usize]>>,
}

impl Sources {
    /// Adds a file and returns its number, for [`Span::file`].
    pub fn add(&mut self, name: &str, text: &str) -> u32 {
        self.files.push(Source { name: name.into(), text: text.into() });
        self.lines.push(std::iter::once(0).chain(text.match_indices('\n').map(|(n, _)| n + 1)).collect());
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// The files in order.
    pub fn files(&self) -> &[Source] {
        &self.files
    }

    /// The file a span points into.
    pub fn file(&self, span: Span) -> Option<&Source> {
        self.files.get(span.file as usize)
    }

    /// The text under a span; empty if the span is not of these sources.
    pub fn text(&self, span: Span) -> &str {
        self.file(span).and_then(|f| f.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// Line and column, both from 1; the column counts characters.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let start = span.start as usize;
        let (Some(file), Some(lines)) = (self.file(span), self.lines.get(span.file as usize)) else {
            return (1, 1);
        };
        let line = lines.partition_point(|from| *from <= start).max(1);
        let before = lines.get(line - 1).and_then(|from| file.text.get(*from..start));
        before.map_or((1, 1), |before| (line, before.chars().count() + 1))
    }
}
