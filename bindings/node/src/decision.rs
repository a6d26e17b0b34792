//! A decision, part by part: what is not read is not converted.

use casewise::Decision;
use napi_derive::napi;

use crate::errors::raise;
use crate::exact;

/// A decision of the engine.
#[napi]
pub struct NativeDecision {
    pub(crate) decision: Decision,
}

#[napi]
impl NativeDecision {
    /// The subject's key.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn key(&self) -> &str {
        self.decision.key()
    }

    /// The instant, RFC 3339 in UTC.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn now(&self) -> &str {
        self.decision.now()
    }

    /// Which `decide` counted.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn decided_by(&self) -> Option<&str> {
        self.decision.decided_by()
    }

    /// A part as JSON: `offers`, `scores`, `values`, `segments`, `gates` or `cases`.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn part(&self, name: String) -> String {
        let decision = &self.decision;
        match name.as_str() {
            "offers" => exact::write(&decision.offers().collect::<Vec<_>>()),
            "scores" => exact::write(&decision.scores().collect::<exact::Pairs<_>>()),
            "values" => exact::write(&decision.values().collect::<exact::Pairs<_>>()),
            "segments" => exact::write(&decision.segments().collect::<Vec<_>>()),
            "gates" => exact::write(&decision.gates().collect::<exact::Pairs<_>>()),
            _ => exact::write(&decision.cases().collect::<exact::Pairs<_>>()),
        }
    }

    /// What became of one case, as JSON; nothing if the model declares no such case.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn case(&self, name: String) -> Option<String> {
        self.decision.case(&name).map(|case| exact::write(&case))
    }

    /// Why a case is offered or not: as JSON, and as text.
    ///
    /// # Errors
    /// The model declares no such case.
    #[napi(catch_unwind)]
    pub fn why(&self, case: String) -> napi::Result<(String, String)> {
        let why = self.decision.why(&case).map_err(raise)?;
        Ok((exact::write(&why), why.to_string()))
    }

    /// The decision as one line of JSON, as every language writes it.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn json(&self) -> String {
        self.decision.to_json()
    }

    /// The same, with large integers marked.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn all(&self) -> String {
        exact::write(&self.decision)
    }
}
