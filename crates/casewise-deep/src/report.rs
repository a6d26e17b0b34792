//! What a deep check found, as data.

use std::sync::Arc;

use casewise_core::diagnostic::{Code, Diagnostic};
use casewise_core::source::Span;
use serde::Serialize;

/// What a deep check found.
#[derive(Debug, Default)]
pub struct Report {
    /// What never happens, what always does, and what was not decided, in the order of the model.
    pub findings: Vec<Diagnostic>,
    /// For every case whether anyone can get it.
    pub cases: Vec<CaseAnswer>,
    /// Cases that share their target group.
    pub same_target: Vec<SameTarget>,
    /// Pairs of target groups that have no one in common.
    pub apart: Vec<Apart>,
}

impl Report {
    /// Leaves out findings where the ordinary check has said the same of the same place: `told` is what it said.
    pub fn leave_out(&mut self, told: &[Diagnostic]) {
        self.findings.retain(|finding| !told.iter().any(|warning| says_the_same(warning, finding)));
    }
}

fn says_the_same(warning: &Diagnostic, finding: &Diagnostic) -> bool {
    let as_warnings: &[Code] = match finding.code {
        Code::CASE_NEVER => &[Code::NEVER_TRUE, Code::CONTRADICTION, Code::NO_OPEN_CHANNEL],
        Code::CLAUSE_ALWAYS => &[Code::ALWAYS_TRUE, Code::DUPLICATE_CONDITION],
        Code::NO_MEMBERS => &[Code::NEVER_TRUE, Code::CONTRADICTION],
        Code::EVERYONE => &[Code::ALWAYS_TRUE],
        Code::ROW_UNREACHED => &[Code::DEAD_ROW],
        Code::SCORE_RANGE => &[Code::NEVER_TRUE, Code::ALWAYS_TRUE],
        _ => &[],
    };
    let overlap = |a: Span, b: Span| a.file == b.file && a.start < b.end && b.start < a.end;
    let places = |of: &Diagnostic| -> Vec<Span> {
        std::iter::once(of.span).chain(of.related.iter().map(|label| label.span)).collect()
    };
    let mut found = places(finding);
    if finding.code != Code::EVERYONE {
        // The others say in the first place what is to be corrected; this one says it beside the name.
        found.truncate(1);
    }
    let told = places(warning);
    as_warnings.contains(&warning.code)
        && found.iter().any(|place| told.iter().any(|other| overlap(*place, *other)))
}

/// Whether anyone can pass the conditions of a case and one of its channels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseAnswer {
    /// The case.
    pub case: Arc<str>,
    /// `can`, `never` or `not decided`.
    pub answer: &'static str,
    /// Who can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
}

/// A customer for whom the engine decided so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// A test of the model, to be pasted into it: it passes.
    pub test: String,
}

/// Cases that are for the same customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SameTarget {
    /// The cases, in the order of the model.
    pub cases: Vec<Arc<str>>,
    /// The fewest `for` clauses that make it so, as `case.clause`; empty where they are written alike.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
}

/// Target groups that no one is in both of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Apart {
    /// The cases with the one target group.
    pub first: Vec<Arc<str>>,
    /// The cases with the other.
    pub second: Vec<Arc<str>>,
    /// It was proved; otherwise it was neither proved, nor was anyone found who is in both.
    pub decided: bool,
    /// The fewest `for` clauses that make it so, as `case.clause`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
}
