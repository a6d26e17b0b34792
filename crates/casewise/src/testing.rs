//! Results of the tests inside a model.

use std::fmt;

use serde::Serialize;

use crate::json;

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
