//! What can happen in a model, and what cannot.

use std::sync::Arc;

use casewise_core::plan::Plan;
use serde::Serialize;
use serde::ser::SerializeStruct;

use crate::model::Diagnosed;
use crate::{Diagnostic, Error, Model};

pub use casewise_deep::{Apart, CaseAnswer, SameTarget, Witness};

/// What a deep check found: see [`Model::check_deep`].
///
/// # Examples
/// See [`Model::check_deep`].
#[derive(Clone)]
pub struct DeepReport {
    findings: Diagnosed,
    cases: Vec<CaseAnswer>,
    same_target: Vec<SameTarget>,
    apart: Vec<Apart>,
}

impl std::fmt::Debug for DeepReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeepReport").field("cases", &self.cases).finish_non_exhaustive()
    }
}

impl DeepReport {
    /// What never happens, what always does, and what was not decided (`CW0908`).
    pub fn findings(&self) -> Vec<Diagnostic> {
        self.findings.data()
    }

    /// The findings as a terminal shows them; empty if there are none.
    pub fn render(&self, color: bool) -> String {
        self.findings.render(color)
    }

    /// As [`render`](DeepReport::render), but of more than `most` findings only the first; then how many more there are,
    /// and `rest`, which says how to see them. See [`Model::render_warnings_first`].
    pub fn render_first(&self, color: bool, most: usize, rest: &str) -> String {
        self.findings.render_first(color, most, rest)
    }

    /// For every case whether anyone can get it, with a customer who can.
    pub fn cases(&self) -> &[CaseAnswer] {
        &self.cases
    }

    /// Cases that share their target group.
    pub fn same_target(&self) -> &[SameTarget] {
        &self.same_target
    }

    /// Pairs of target groups that have no one in common.
    pub fn apart(&self) -> &[Apart] {
        &self.apart
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        crate::json::write(self)
    }
}

impl Serialize for DeepReport {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("DeepReport", 4)?;
        fields.serialize_field("findings", &self.findings())?;
        fields.serialize_field("cases", &self.cases)?;
        fields.serialize_field("same_target", &self.same_target)?;
        fields.serialize_field("apart", &self.apart)?;
        fields.end()
    }
}

impl Model {
    /// Looks for what can and cannot happen: cases that no one can get, clauses that leave no one out, cases that
    /// stand behind another one of their set, target groups that are equal or disjoint, rows that are never
    /// reached. Learned scores count with their parameters; without them, nothing is known of their values. What
    /// [`warnings`](Model::warnings) have said of the same place is not said again.
    ///
    /// # Errors
    /// The model is beyond the limits of a plan ([`Error::is_model`]).
    ///
    /// # Examples
    /// ```
    /// let model = casewise::Model::from_text("m.cw", r"
    ///     model m { language 1 }
    ///     customer { key id: text; consents: set(enum(sms, email)) }
    ///     gate reachable { require consents overlaps [sms, email] }
    ///     case news { require reachable }
    ///     case letter {
    ///       require reachable
    ///       exclude sms in consents
    ///       exclude email in consents
    ///     }
    /// ")?;
    /// let report = model.check_deep()?;
    /// assert_eq!(report.cases()[0].answer, "can");
    /// assert_eq!(report.cases()[1].answer, "never");
    /// let never = &report.findings()[0];
    /// assert_eq!((never.code.as_str(), never.related.len()), ("CW0901", 2));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn check_deep(&self) -> Result<DeepReport, Error> {
        let plan = match self.plan() {
            Ok(plan) => Arc::clone(plan),
            Err(error) if error.is_parameters() => {
                let plan = Plan::to_learn(Arc::clone(self.checked()));
                Arc::new(plan.map_err(|error| Error::limit(error.to_string()))?)
            }
            Err(error) => return Err(error),
        };
        let mut report = casewise_deep::check(&plan);
        report.leave_out(self.warned());
        let sources = Arc::new(plan.model.sources.clone());
        Ok(DeepReport {
            findings: Diagnosed { diagnostics: report.findings, sources },
            cases: report.cases,
            same_target: report.same_target,
            apart: report.apart,
        })
    }
}
