//! How errors are told: in the words of the model, at most one per place and cause.

use std::cell::Cell;

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::{Sources, Span};

/// Past this many suggestions the author needs no more of them, and looking for them takes long.
const MAX_SUGGESTIONS: usize = 200;

/// Collects what is wrong.
pub(super) struct Reporter<'a> {
    pub(super) sources: &'a Sources,
    diagnostics: Vec<Diagnostic>,
    suggestions: Cell<usize>,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(sources: &'a Sources) -> Reporter<'a> {
        Reporter { sources, diagnostics: Vec::new(), suggestions: Cell::new(0) }
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.push(Diagnostic::new(code, span, message));
    }

    /// How many there are so far.
    pub(super) fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// Points everything since `from` at another place too: where a function was called.
    pub(super) fn relate_since(&mut self, from: usize, span: Span, text: &str) {
        // The innermost calls say enough.
        const MOST: usize = 4;
        for diagnostic in self.diagnostics.iter_mut().skip(from).filter(|d| d.related.len() < MOST) {
            diagnostic.related.push(crate::diagnostic::Label { span, text: text.to_owned() });
        }
    }

    /// A name that means nothing here. `kind` says what was looked for: "an attribute", "a channel".
    pub(super) fn unknown<'n>(
        &mut self,
        kind: &str,
        name: &str,
        span: Span,
        candidates: impl IntoIterator<Item = &'n str>,
    ) {
        let candidates: Vec<&str> = candidates.into_iter().collect();
        let mut diagnostic =
            Diagnostic::new(Code::UNKNOWN_NAME, span, format!("there is no {kind} `{name}`"));
        if let Some(near) = self.suggest(name, &candidates) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        } else if !candidates.is_empty() && candidates.len() <= 8 {
            diagnostic = diagnostic.label(format!("expected {}", alternatives(&candidates)));
        }
        self.push(diagnostic);
    }

    /// The candidate that the author may have meant.
    pub(super) fn suggest<'n>(&self, name: &str, candidates: &[&'n str]) -> Option<&'n str> {
        if self.suggestions.get() >= MAX_SUGGESTIONS {
            return None;
        }
        self.suggestions.set(self.suggestions.get() + 1);
        nearest(name, candidates.iter().copied())
    }

    /// The text under a span, shortened for a message.
    pub(super) fn quote(&self, span: Span) -> String {
        const LONGEST: usize = 40;
        let text: String = self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() <= LONGEST {
            return format!("`{text}`");
        }
        let cut: String = text.chars().take(LONGEST - 1).collect();
        format!("`{cut}…`")
    }

    /// In the order of the text.
    pub(super) fn finish(&mut self) -> Vec<Diagnostic> {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        diagnostics.sort_by_key(|d| d.span);
        diagnostics.dedup();
        diagnostics
    }
}

/// `a`, `b` or `c`
pub(super) fn alternatives(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [head @ .., last] => {
            let head: Vec<String> = head.iter().map(|w| format!("`{w}`")).collect();
            format!("{} or `{last}`", head.join(", "))
        }
    }
}

/// `1 row`, `2 rows`
pub(super) fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
