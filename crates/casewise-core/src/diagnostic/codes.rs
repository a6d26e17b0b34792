//! The catalogue of diagnostic codes: one line each, one page each in the crate's `diagnostics/`.
#![expect(clippy::zero_prefixed_literal, reason = "a code's number is also the name of its page: CW0101.md")]

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
    Error ROWS_GAP 0450 "rows of bands or a table leave values without a row";
    Error ROWS_OVERLAP 0451 "two rows of bands or a table hold for the same value";
    Error TABLE_TOO_LARGE 0453 "rows have too many combinations to be checked";

    // Cases and policy.
    Error CASE_CLAUSE 0501 "a clause of a case is written twice, or does not belong there";
    Error RUNS 0502 "`runs` ends before it starts";
    Error VARIANTS 0503 "the shares of variants do not add up to 100%";
    Error DECIDE 0504 "a `decide` is never reached";

    // Learned parts.
    Error LEARNED 0601 "what is learned and what is written do not go together";

    // Surely unwanted.
    Warning NEVER_TRUE 0701 "a condition is never true";
    Warning ALWAYS_TRUE 0702 "a condition is always true";
    Warning CONTRADICTION 0703 "clauses contradict each other";
    Warning NO_OPEN_CHANNEL 0704 "no channel of a case ever opens";
    Warning EXCLUSIVE_ALONE 0705 "an exclusive set has one member";
    Warning HOLDOUT_EVERYONE 0706 "a holdout takes everyone";
    Warning NOTHING_ALLOWED 0707 "a quota of 0 allows nothing";
    Warning WITHIN_TOO_LONG 0709 "a step is longer than its window";
    Warning CAP_NEVER_BINDS 0710 "a cap never binds beside a tighter one";
    Warning QUIET_ALL_DAY 0711 "quiet hours leave no instant";
    Warning QUIET_EMPTY 0712 "quiet hours are empty";
    Warning SHARED_SALT 0713 "holdouts share a salt";
    Warning UNUSED 0714 "a name is never used";
    Warning INCONSISTENT 0715 "comparisons contradict each other";
    Warning READS_OUTCOME 0716 "a learned score reads its own outcome";
    Warning FLOAT_EQUALITY 0717 "floats are compared for equality";
    Warning DUPLICATE_CASE 0718 "two cases offer the same to the same";
    Warning DUPLICATE_CONDITION 0719 "a clause or part of a condition is there twice";
    Warning DUPLICATE_VALUE 0720 "a value is in a list twice";
    Warning NEGATIVE_WEIGHT 0721 "a weight is negative";
    Warning BLANK_ENDS 0722 "a text that is compared has blanks at its ends";
    Warning DEAD_ROW 0723 "a row holds for no value";

    // Tests.
    Error TEST_CLAUSE 0801 "a clause of a test is missing or written twice";
    Error TEST_RECORD 0802 "a record of a test is not complete";
    Error TEST_GIVEN 0803 "a `given` stands in for what it cannot";

    // Deep checks.
    Warning CASE_NEVER 0901 "no one can pass the conditions of a case";
    Warning CLAUSE_ALWAYS 0902 "a clause holds for everyone whom the others let pass";
    Warning SUBSUMED 0903 "a case is always behind another of its exclusive set";
    Warning NO_MEMBERS 0904 "a segment, gate or channel that no one can be in";
    Warning EVERYONE 0905 "a segment, gate or channel that everyone is in";
    Warning ROW_UNREACHED 0906 "a row of bands or of a table is never reached";
    Warning SCORE_RANGE 0907 "a score is tested for values that it cannot have";
    Warning NOT_DECIDED 0908 "a question of the deep check was not decided";
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_has_a_page_of_three_parts() {
        for code in Code::all() {
            let page = code.page();
            assert!(page.starts_with(&format!("# {code}")), "{code}: the page starts with its code");
            for heading in ["## What it says", "## Why", "## Example"] {
                assert!(page.lines().any(|line| line.starts_with(heading)), "{code}: no `{heading}`");
            }
            assert!(page.contains("```casewise"), "{code}: no example");
        }
    }

    #[test]
    fn codes_ascend_and_are_read_back_as_themselves() {
        let all: Vec<Code> = Code::all().collect();
        assert!(all.is_sorted_by(|a, b| a.0 < b.0), "codes stand in order, each once");
        for code in all {
            assert_eq!(Code::parse(&code.to_string()), Some(code));
            assert!(!code.summary().is_empty());
        }
    }

    #[test]
    fn codes_are_read_in_any_case_and_unknown_ones_are_not() {
        assert_eq!(Code::parse("cw0101"), Some(Code::TOO_LONG));
        assert_eq!(Code::parse("101"), Some(Code::TOO_LONG));
        assert_eq!(Code::parse("CW0000"), None);
        assert_eq!(Code::parse("case"), None);
    }
}
