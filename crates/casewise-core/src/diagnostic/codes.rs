//! The catalogue of diagnostic codes: one line each, one page each in `docs/diagnostics/`.

use super::Severity;

/// A stable code such as `CW0123`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code(u16);

impl Code {
    /// Error or warning.
    pub fn severity(self) -> Severity {
        entry(self).map_or(Severity::Error, |e| e.severity)
    }

    /// One line that says what the code is about.
    pub fn summary(self) -> &'static str {
        entry(self).map_or("", |e| e.summary)
    }

    /// Its page, in Markdown: what it does, why, examples.
    pub fn page(self) -> &'static str {
        entry(self).map_or("", |e| e.page)
    }

    /// The code that `text` names, as `CW0123` or `0123`, in any case.
    pub fn parse(text: &str) -> Option<Code> {
        let digits = text.trim().trim_start_matches(['c', 'C', 'w', 'W']);
        let code = Code(digits.parse().ok()?);
        entry(code).map(|e| e.code)
    }

    /// Every code, ascending.
    pub fn all() -> impl Iterator<Item = Code> {
        CATALOGUE.iter().map(|e| e.code)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CW{:04}", self.0)
    }
}

struct Entry {
    code: Code,
    severity: Severity,
    summary: &'static str,
    page: &'static str,
}

fn entry(code: Code) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|e| e.code == code)
}

macro_rules! catalogue {
    ($($severity:ident $name:ident $number:literal $summary:literal;)*) => {
        impl Code {
            $(#[doc = $summary] pub const $name: Code = Code($number);)*
        }
        static CATALOGUE: &[Entry] = &[$(Entry {
            code: Code::$name,
            severity: Severity::$severity,
            summary: $summary,
            page: include_str!(concat!("../../diagnostics/CW", stringify!($number), ".md")),
        }),*];
    };
}

// Numbers: 01xx text, 02xx names, 03xx types, 04xx declarations, 05xx cases and policy, 06xx learned
// parts, 07xx warnings, 08xx tests. Write the number with four digits and a leading 0 via its page name:
// code 101 has the page `diagnostics/CW0101.md`.
catalogue! {
}
