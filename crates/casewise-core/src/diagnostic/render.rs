//! Diagnostics → text for people, and → plain data for programs.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use super::{Diagnostic, Severity};
use crate::source::{Source, Sources, Span};

/// Places that are further apart than this many lines are shown apart.
const NEAR: usize = 20;

/// Of lines longer than this, in bytes, only the beginning of the place is shown.
const LONG: usize = 10_000;

/// How much is shown then: before the place, and from it on.
const SHOWN: (usize, usize) = (60, 120);

/// A diagnostic as plain data, for editors, bindings and reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiagnosticData {
    /// Its code, such as `CW0123`.
    pub code: String,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// One sentence without capital or period.
    pub message: String,
    /// The file's name; empty if it is of no file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column one past the end.
    pub end_column: usize,
    /// What stands under the caret; may be empty.
    pub label: String,
    /// Other places.
    pub related: Vec<RelatedData>,
    /// What to do.
    pub help: Vec<String>,
    /// As a terminal shows it, without colour.
    pub rendered: String,
}

/// Another place of a [`DiagnosticData`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelatedData {
    /// What is there.
    pub message: String,
    /// The file's name.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column one past the end.
    pub end_column: usize,
}

/// One diagnostic as a terminal shows it, without a line break at the end.
pub fn render_one(diagnostic: &Diagnostic, sources: &Sources, color: bool) -> String {
    Render::new(sources, color).one(diagnostic)
}

/// All diagnostics in the order given, and how many errors and warnings they are. Empty if there are none.
pub fn render_all(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    render_first(diagnostics, sources, color, usize::MAX, "")
}

/// As [`render_all`], but of more than `most` only the first, errors before warnings; then how many more there are,
/// and `rest`, which says how to see them.
pub fn render_first(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    color: bool,
    most: usize,
    rest: &str,
) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let mut shown: Vec<(usize, &Diagnostic)> = diagnostics.iter().enumerate().collect();
    shown.sort_by_key(|(_, d)| d.severity());
    let more = shown.split_off(most.min(shown.len()));
    shown.sort_by_key(|(place, _)| *place);
    let render = Render::new(sources, color);
    let mut out = String::new();
    for (_, d) in shown {
        out.push_str(&render.one(d));
        out.push_str("\n\n");
    }
    if !more.is_empty() {
        let (errors, warnings) = count_both(more.into_iter().map(|(_, d)| d));
        let kinds = [(errors, "more error"), (warnings, "more warning")];
        let more = kinds.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| count(n, what));
        out.push_str(&format!("… and {}: {rest}\n\n", more.collect::<Vec<_>>().join(" and ")));
    }
    let (errors, warnings) = count_both(diagnostics);
    out.push_str(&format!("{}, {}\n", count(errors, "error"), count(warnings, "warning")));
    out
}

/// How many errors and how many warnings.
fn count_both<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>) -> (usize, usize) {
    diagnostics.into_iter().fold((0, 0), |(errors, warnings), d| match d.severity() {
        Severity::Error => (errors + 1, warnings),
        Severity::Warning => (errors, warnings + 1),
    })
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

impl DiagnosticData {
    /// All diagnostics as data, in the order given.
    pub fn all(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<DiagnosticData> {
        let render = Render::new(sources, false);
        diagnostics.iter().map(|d| render.data(d)).collect()
    }
}

/// Renders diagnostics of the same sources; knows where every line starts.
struct Render<'a> {
    files: Vec<File<'a>>,
    renderer: Renderer,
}

struct File<'a> {
    source: &'a Source,
    /// The byte at which each line starts.
    lines: Vec<usize>,
}

impl File<'_> {
    /// Line of a byte, from 0.
    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at).saturating_sub(1)
    }

    fn line_start(&self, line: usize) -> usize {
        self.lines.get(line).copied().unwrap_or(self.source.text.len())
    }

    /// Line and column, both from 1, the column in characters.
    fn position(&self, at: usize) -> (usize, usize) {
        let line = self.line(at);
        let before = self.source.text.get(self.line_start(line)..at).unwrap_or("");
        (line + 1, before.chars().count() + 1)
    }

    /// The bytes of a span, moved to whole characters of the text.
    fn range(&self, span: Span) -> Range<usize> {
        let text = &self.source.text;
        let mut start = (span.start as usize).min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = (span.end as usize).clamp(start, text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }
}

impl<'a> File<'a> {
    /// The bytes of the lines that a place shows.
    fn shows(&self, place: &Place<'_>) -> Range<usize> {
        self.line_start(place.first)..self.line_start(place.last + 1)
    }

    /// A part of a long line.
    fn part(&self, place: &Place<'a>) -> Option<Snippet<'a, annotate_snippets::Annotation<'a>>> {
        let start = place.range.start;
        let from = start.saturating_sub(SHOWN.0).max(self.line_start(place.first));
        let Range { start: from, end } = self.range(Span::new(0, from, start.saturating_add(SHOWN.1)));
        let part = self.source.text.get(from..end)?.split('\n').next()?;
        let clip = |at: usize| (at - from).min(part.len());
        let kind = if place.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(clip(start)..clip(place.range.end));
        let annotation = if place.text.is_empty() { annotation } else { annotation.label(place.text) };
        Some(Snippet::source(part).line_start(place.first + 1).fold(true).annotation(annotation))
    }
}

/// One place to show: lines (from 0), bytes, primary or not, what to say.
struct Place<'d> {
    first: usize,
    last: usize,
    range: Range<usize>,
    primary: bool,
    text: &'d str,
}

impl<'a> Render<'a> {
    fn new(sources: &'a Sources, color: bool) -> Render<'a> {
        let files = sources
            .files()
            .iter()
            .map(|source| {
                let starts = source.text.match_indices('\n').map(|(at, _)| at + 1);
                File { source, lines: std::iter::once(0).chain(starts).collect() }
            })
            .collect();
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        Render { files, renderer: renderer.decor_style(DecorStyle::Ascii) }
    }

    fn file(&self, span: Span) -> Option<&File<'a>> {
        self.files.get(span.file as usize)
    }

    fn one(&self, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group =
            Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code.to_string()));
        for (file, places) in self.places(diagnostic) {
            if places.iter().any(|place| file.shows(place).len() > LONG) {
                for place in &places {
                    let (line, column) = file.position(place.range.start);
                    let origin = Origin::path(file.source.name.as_ref()).line(line).char_column(column);
                    group = group.element(origin);
                    group = match file.part(place) {
                        Some(part) => group.element(part),
                        None => group,
                    };
                }
                continue;
            }
            group = match self.snippet(file, &places) {
                Some(snippet) => group.element(snippet),
                None => group.element(Origin::path(file.source.name.as_ref())),
            };
        }
        for help in &diagnostic.help {
            group = group.element(Level::HELP.message(help));
        }
        self.renderer.render(&[group]).trim_end().to_owned()
    }

    /// The places of a diagnostic, those near one another together, the primary one first.
    fn places<'d>(&self, diagnostic: &'d Diagnostic) -> Vec<(&File<'a>, Vec<Place<'d>>)> {
        let primary = std::iter::once((diagnostic.span, diagnostic.label.as_str(), true));
        let related = diagnostic.related.iter().map(|l| (l.span, l.text.as_str(), false));
        let mut groups: Vec<(u32, &File<'a>, Vec<Place<'d>>)> = Vec::new();
        for (span, text, primary) in primary.chain(related) {
            let Some(file) = self.file(span) else { continue };
            let range = file.range(span);
            let (first, last) = (file.line(range.start), file.line(range.end.max(range.start + 1) - 1));
            let place = Place { first, last, range, primary, text };
            let near = groups.iter_mut().find(|(number, _, places)| {
                *number == span.file && places.iter().any(|p| p.first.abs_diff(place.first) <= NEAR)
            });
            match near {
                Some((_, _, places)) => places.push(place),
                None => groups.push((span.file, file, vec![place])),
            }
        }
        groups.into_iter().map(|(_, file, places)| (file, places)).collect()
    }

    /// The lines of some places, so that rendering takes no longer in a long file.
    fn snippet<'s>(
        &self,
        file: &'s File<'a>,
        places: &[Place<'s>],
    ) -> Option<Snippet<'s, annotate_snippets::Annotation<'s>>> {
        let first = places.iter().map(|p| p.first).min()?;
        let last = places.iter().map(|p| p.last).max()?;
        let start = file.line_start(first);
        let end = file.line_start(last + 1);
        let text = file.source.text.get(start..end)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let annotations = places.iter().map(|p| {
            let kind = if p.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let clip = |at: usize| (at - start).min(text.len());
            let annotation = kind.span(clip(p.range.start)..clip(p.range.end));
            if p.text.is_empty() { annotation } else { annotation.label(p.text) }
        });
        let name = file.source.name.as_ref();
        Some(
            Snippet::source(text)
                .line_start(first + 1)
                .path(name)
                .fold(true)
                .annotations(annotations.collect::<Vec<_>>()),
        )
    }

    fn data(&self, diagnostic: &Diagnostic) -> DiagnosticData {
        let (file, [line, column, end_line, end_column]) = self.place(diagnostic.span);
        DiagnosticData {
            code: diagnostic.code.to_string(),
            severity: match diagnostic.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message: diagnostic.message.clone(),
            file,
            line,
            column,
            end_line,
            end_column,
            label: diagnostic.label.clone(),
            related: diagnostic.related.iter().map(|l| self.related(l.span, &l.text)).collect(),
            help: diagnostic.help.clone(),
            rendered: self.one(diagnostic),
        }
    }

    fn related(&self, span: Span, text: &str) -> RelatedData {
        let (file, [line, column, end_line, end_column]) = self.place(span);
        RelatedData { message: text.to_owned(), file, line, column, end_line, end_column }
    }

    fn place(&self, span: Span) -> (String, [usize; 4]) {
        let Some(file) = self.file(span) else { return (String::new(), [1; 4]) };
        let range = file.range(span);
        let ((line, column), (end_line, end_column)) = (file.position(range.start), file.position(range.end));
        (file.source.name.to_string(), [line, column, end_line, end_column])
    }
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test without its text has failed")]
mod tests {
    use super::{DiagnosticData, render_all, render_one};
    use crate::diagnostic::{Code, Diagnostic};
    use crate::source::{Sources, Span};

    fn place(sources: &Sources, file: u32, words: &str) -> Span {
        let text = &sources.files().get(file as usize).expect("a file").text;
        let start = text.find(words).expect("the words are in the text");
        Span::new(file, start, start + words.len())
    }

    fn telecom() -> Sources {
        let mut sources = Sources::default();
        sources.add("telecom.cw", "segment 高价值客户 = 消费 > 100 and plan == 套餐\r\nlet a = 1\r\n");
        sources.add("retention/old.cw", &format!("let a = 2\n{}let\tb = c\n", "# filler\n".repeat(40)));
        sources
    }

    #[test]
    fn the_caret_stands_under_the_right_column_behind_wide_characters() {
        let sources = telecom();
        let d = Diagnostic::new(Code::EXPECTED_NAME, place(&sources, 0, "plan"), "nothing is called `plan`")
            .label("not found")
            .help("did you mean `套餐`?");
        let expected = "\
error[CW0113]: nothing is called `plan`
 --> telecom.cw:1:30
  |
1 | segment 高价值客户 = 消费 > 100 and plan == 套餐
  |                                     ^^^^ not found
  |
  = help: did you mean `套餐`?";
        assert_eq!(render_one(&d, &sources, false), expected);
    }

    #[test]
    fn other_files_and_far_places_are_shown_apart() {
        let sources = telecom();
        let d = Diagnostic::new(Code::EXPECTED_NAME, place(&sources, 0, "a = 1"), "`a` is declared twice")
            .related(place(&sources, 1, "a = 2"), "first here")
            .related(place(&sources, 1, "b = c"), "used here");
        let expected = "\
error[CW0113]: `a` is declared twice
  --> telecom.cw:2:5
   |
 2 | let a = 1
   |     ^^^^^
   |
  ::: retention/old.cw:1:5
   |
 1 | let a = 2
   |     ----- first here
   |
  ::: retention/old.cw:42:5
   |
42 | let    b = c
   |        ----- used here";
        assert_eq!(render_one(&d, &sources, false), expected);
    }

    #[test]
    fn of_a_long_line_a_part_is_shown() {
        let mut sources = Sources::default();
        sources.add("long.cw", &format!("{}客户{}\nlet", "a ".repeat(10_000), " b".repeat(10_000)));
        let d = Diagnostic::new(Code::EXPECTED_NAME, place(&sources, 0, "客户"), "x").label("here");
        let rendered = render_one(&d, &sources, false);
        let lines: Vec<&str> = rendered.lines().collect();
        assert_eq!(lines.get(1).copied(), Some(" --> long.cw:1:20001"), "{rendered}");
        let caret = lines.iter().find(|line| line.contains("^^^^ here"));
        assert!(caret.is_some_and(|line| line.find('^') == Some(64)), "{rendered}");
        assert!(rendered.len() < 600, "{rendered}");
    }

    #[test]
    fn errors_are_counted_at_the_end() {
        let sources = telecom();
        let d = Diagnostic::new(Code::EXPECTED_NAME, place(&sources, 0, "plan"), "x");
        assert!(render_all(std::slice::from_ref(&d), &sources, false).ends_with("\n\n1 error, 0 warnings\n"));
        assert!(render_all(&[d.clone(), d], &sources, false).ends_with("\n\n2 errors, 0 warnings\n"));
        assert_eq!(render_all(&[], &sources, false), "");
    }

    #[test]
    fn colour_changes_nothing_but_the_colour() {
        let sources = telecom();
        let d = Diagnostic::new(Code::EXPECTED_NAME, place(&sources, 0, "plan"), "x").help("y");
        let colored = render_one(&d, &sources, true);
        assert!(colored.contains('\u{1b}'));
        let mut plain = String::new();
        let mut parts = colored.split("\u{1b}[");
        plain.push_str(parts.next().unwrap_or(""));
        parts.for_each(|part| plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest)));
        assert_eq!(plain, render_one(&d, &sources, false));
    }

    #[test]
    fn a_diagnostic_of_no_file_or_of_no_place_in_it_is_still_shown() {
        let sources = telecom();
        let nowhere = Diagnostic::new(Code::NOT_UTF8, Span::new(9, 3, 5), "no such file");
        assert_eq!(render_one(&nowhere, &sources, false), "error[CW0102]: no such file");
        let behind = Diagnostic::new(Code::NOT_UTF8, Span::new(0, 9_000, 9_001), "behind the end");
        assert!(render_one(&behind, &sources, false).contains("telecom.cw:3:1"));
        // Within `高`.
        let split = Diagnostic::new(Code::NOT_UTF8, Span::new(0, 9, 10), "in a character");
        assert!(render_one(&split, &sources, false).contains("telecom.cw:1:9"));
    }

    #[test]
    fn data_names_line_and_column_of_both_ends() {
        let sources = telecom();
        let d = Diagnostic::new(Code::EXPECTED_NAME, place(&sources, 0, "套餐"), "x")
            .related(place(&sources, 1, "b ="), "y");
        let data = DiagnosticData::all(&[d], &sources);
        let first = data.first().expect("one");
        assert_eq!((first.line, first.column, first.end_line, first.end_column), (1, 38, 1, 40));
        assert_eq!(first.file, "telecom.cw");
        let related = first.related.first().expect("one");
        assert_eq!((related.file.as_str(), related.line, related.column), ("retention/old.cw", 42, 5));
    }
}
