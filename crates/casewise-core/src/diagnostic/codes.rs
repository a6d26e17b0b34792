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
    // Text.
    Error TOO_LONG 0101 "a file is longer than a model may be";
    Error NOT_UTF8 0102 "a file is not UTF-8 text";
    Error TOO_DEEP 0103 "brackets or operators are nested too deeply";
    Error UNEXPECTED_CHARACTER 0104 "a character means nothing in a model";
    Error UNCLOSED_TEXT 0105 "a text or a name in backticks is not closed on its line";
    Error BAD_ESCAPE 0106 "a backslash in a text is followed by something it cannot stand before";
    Error BAD_NUMBER 0107 "a number is not written as numbers are";
    Error BAD_DATE 0108 "a date or time does not exist or is not written as dates are";
    Error FOREIGN_WRITING 0109 "something is written as in another language";
    Error UNCLOSED_BRACKET 0110 "a bracket is never closed";
    Error STRAY_BRACKET 0111 "a closing bracket closes nothing";
    Error EXPECTED_DECLARATION 0112 "a line outside any declaration starts none";
    Error EXPECTED_NAME 0113 "a name is missing";
    Error RESERVED_WORD 0114 "a reserved word stands where a name is expected";
    Error EXPECTED_VALUE 0115 "a value or condition is missing";
    Error CHAINED_COMPARISON 0116 "comparisons are chained";
    Error UNKNOWN_CLAUSE 0117 "a word starts no clause of the block it stands in";
    Error DUPLICATE_CLAUSE 0118 "a clause that may stand once stands twice";
    Error EXPECTED_SYMBOL 0119 "a sign or keyword is missing";
    Error UNEXPECTED_REST 0120 "something stands behind a clause that was complete";
    Error EMPTY_ITEM 0121 "nothing stands between two separators";
    Error EXPECTED_TYPE 0122 "a type is missing";
    Error BAD_PATTERN 0123 "a pattern of a band or a table is not written as patterns are";
    Error BAD_TIME_OF_DAY 0124 "a time of day is missing or does not exist";
    Error COMMA_AFTER_CLAUSE 0125 "a comma stands where a clause ends";
    Error TOO_MANY_ERRORS 0126 "a file has more errors than are shown";

    // Names.
    Error UNKNOWN_NAME 0201 "a name means nothing here";
    Error DUPLICATE_NAME 0202 "a name is declared twice";
    Error AMBIGUOUS_WORD 0203 "a word has two meanings where it stands";
    Error CYCLE 0204 "declarations need each other in a circle";
    Error WRONG_USE 0205 "a name is used as something it is not";
    Error INCLUDE 0206 "a file cannot be included";
    Error RESERVED_NAME 0207 "a name belongs to the language";

    // Types.
    Error TYPE_MISMATCH 0301 "a value has another type than its place wants";
    Error MISSING_VALUE 0302 "a value may be missing where one is required";
    Error NOT_ORDERED 0303 "values without an order are put in order";
    Error ARGUMENTS 0304 "a function has too few or too many arguments";
    Error AGGREGATE 0305 "a question to events or rows is not one";
    Error NOT_CONSTANT 0306 "a value must be known before any data is";
    Error OUT_OF_RANGE 0307 "a constant is not in its range";
    Error LITERAL 0308 "a literal cannot be read";
    Error TOO_LARGE 0309 "expressions are too deep or too many";
    Error TYPE_NOT_ALLOWED 0310 "a type cannot stand in this place";

    // Declarations.
    Error MODEL_HEADER 0401 "the model's name, language or time zone is wrong";
    Error SUBJECT 0402 "the subject or its key is not declared as it must be";
    Error OVERRIDE 0403 "a param is set from outside to what it cannot be";
    Error BANDS 0404 "bands, grades or the rows of a table are not formed as they must be";
    Error SCORE_CLAUSES 0405 "a score lacks a clause, or has some that do not go together";
    Error AHP 0406 "pairwise judgements are not complete or not consistent";

    // Cases and policy.
    Error CASE_CLAUSE 0501 "a clause of a case is written twice, or does not belong there";
    Error RUNS 0502 "`runs` ends before it starts";
    Error VARIANTS 0503 "the shares of variants do not add up to 100%";
    Error DECIDE 0504 "a `decide` is never reached";

    // Learned parts.
    Error LEARNED 0601 "what is learned and what is written do not go together";

    // Tests.
    Error TEST_CLAUSE 0801 "a clause of a test is missing or written twice";
    Error TEST_RECORD 0802 "a record of a test is not complete";
    Error TEST_GIVEN 0803 "a `given` stands in for what it cannot";
}
