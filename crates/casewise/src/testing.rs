//! Results of the tests inside a model.

use std::fmt;

use serde::Serialize;

use crate::json;

/// What the tests of a model reached: which clauses, bands, rows and variants were never true, never false and
/// never unknown in a test that looks at them. See [`TestRun`].
pub use casewise_core::row::coverage::{Coverage, Covered, CoveredKind};

/// Which tests of a model are run: those that fit everything given.
///
/// # Examples
/// ```
/// use casewise::{Model, TestSelection};
///
/// let model = Model::from_text("m.cw", r#"
///     model m { language 1 }
///     customer { key id: text; age: int }
///     group gifts { }
///     case welcome in gifts { for age >= 18 }
///     test "a grown-up is welcome" {
///       now 2026-11-22
///       customer { id: "c1", age: 18 }
///       expect offered welcome
///     }
/// "#)?;
/// let run = model.test(&TestSelection::all().group("gifts").file("m.cw"))?;
/// assert!(run.results.len() == 1 && run.results[0].passed());
///
/// // Nobody is too young in any test: one of two outcomes is reached.
/// assert_eq!(run.coverage.reached(), (1, 2));
/// let clause = &run.coverage.items[0];
/// assert_eq!((&*clause.of, &*clause.text), ("case welcome", "for age >= 18"));
/// assert_eq!((clause.was_true, clause.was_false, clause.was_unknown), (true, Some(false), None));
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct TestSelection<'a> {
    pub(crate) title: Option<&'a str>,
    pub(crate) group: Option<&'a str>,
    pub(crate) file: Option<&'a str>,
}

impl<'a> TestSelection<'a> {
    /// Every test.
    pub fn all() -> TestSelection<'a> {
        TestSelection::default()
    }

    /// Those whose title contains this.
    #[must_use]
    pub fn title(self, part: &'a str) -> TestSelection<'a> {
        TestSelection { title: Some(part), ..self }
    }

    /// Those that expect something of a case in this group, or in a group within it.
    #[must_use]
    pub fn group(self, name: &'a str) -> TestSelection<'a> {
        TestSelection { group: Some(name), ..self }
    }

    /// Those in files of this name: the whole of it, or its end from a folder on; `*` stands for any characters.
    #[must_use]
    pub fn file(self, pattern: &'a str) -> TestSelection<'a> {
        TestSelection { file: Some(pattern), ..self }
    }
}

/// What a run of tests gave. See [`TestSelection`].
#[derive(Debug, Clone)]
pub struct TestRun {
    /// One per test, in the order written.
    pub results: Vec<TestResult>,
    /// What they reached.
    pub coverage: Coverage,
}

/// What one `test` of a model gave.
///
/// # Examples
/// ```
/// use casewise::Model;
///
/// let model = Model::from_text("m.cw", r#"
///     model m { language 1 }
///     customer { key id: text; age: int }
///     case adults { for age >= 18 }
///     test "a child is not offered it" {
///       now 2026-11-22
///       customer { id: "c1", age: 18 }
///       expect not offered adults
///     }
/// "#)?;
/// let results = model.run_tests(None);
/// assert_eq!(results.len(), 1);
/// assert_eq!(results[0].title(), "a child is not offered it");
/// assert!(!results[0].passed());
/// let failure = results[0].failures().next().unwrap();
/// assert_eq!(failure.expected(), "expect not offered adults");
/// assert_eq!(failure.line(), 8);
/// assert!(failure.to_string().contains("offered"));
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct TestResult {
    inner: casewise_core::row::testing::TestResult,
}

impl TestResult {
    pub(crate) fn new(inner: casewise_core::row::testing::TestResult) -> TestResult {
        TestResult { inner }
    }

    /// What the test shows. See [`TestResult`].
    pub fn title(&self) -> &str {
        &self.inner.title
    }

    /// The file it stands in. See [`TestResult`].
    pub fn file(&self) -> &str {
        &self.inner.file
    }

    /// The line it starts on. See [`TestResult`].
    pub fn line(&self) -> usize {
        self.inner.line
    }

    /// Whether every expectation holds. See [`TestResult`].
    pub fn passed(&self) -> bool {
        self.inner.failures.is_empty()
    }

    /// The expectations that do not hold. See [`TestResult`].
    pub fn failures(&self) -> impl ExactSizeIterator<Item = TestFailure<'_>> {
        self.inner.failures.iter().map(TestFailure)
    }

    /// As JSON. See [`TestResult`].
    pub fn to_json(&self) -> String {
        json::write(self)
    }
}

/// An expectation that does not hold. See [`TestResult`].
#[derive(Debug, Clone, Copy)]
pub struct TestFailure<'a>(&'a casewise_core::row::testing::Failure);

impl<'a> TestFailure<'a> {
    /// The expectation as written. See [`TestResult`].
    pub fn expected(&self) -> &'a str {
        &self.0.expected
    }

    /// What is so instead. See [`TestResult`].
    pub fn actual(&self) -> &'a str {
        &self.0.actual
    }

    /// Why, where there is more to say. See [`TestResult`].
    pub fn why(&self) -> Option<&'a str> {
        self.0.why.as_deref()
    }

    /// The line of the expectation. See [`TestResult`].
    pub fn line(&self) -> usize {
        self.0.line
    }
}

/// `line 12: expect not offered adults` and what is so instead.
impl fmt::Display for TestFailure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}\n  but: {}", self.0.line, self.0.expected, self.0.actual)?;
        for line in self.0.why.iter().flat_map(|why| why.lines()) {
            write!(f, "\n  {line}")?;
        }
        Ok(())
    }
}
