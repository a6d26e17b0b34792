//! Why a case is offered, or is not.

use std::fmt;

use serde::Serialize;

/// Why a case is offered, or is not: every gate and clause with what was observed and what is required.
///
/// As text for people (`to_string`), and as data for programs (it serialises).
///
/// # Examples
/// ```
/// use casewise::{Model, Request};
///
/// let model = Model::from_text("m.cw", r"
///     model m { language 1 }
///     customer { key id: text; age: int }
///     case adults { require grown: age >= 18 }
/// ")?;
/// let customer = std::collections::BTreeMap::from([("id", "c1"), ("age", "16")]);
/// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
/// let why = decision.why("adults")?;
/// assert!(why.to_string().contains("age >= 18"));
/// assert!(why.to_json().contains("grown"));
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Explanation {
    inner: casewise_core::row::explain::Explanation,
}

impl Explanation {
    pub(crate) fn new(inner: casewise_core::row::explain::Explanation) -> Explanation {
        Explanation { inner }
    }

    /// As a terminal shows it. See [`Explanation`].
    pub fn render(&self, color: bool) -> String {
        self.inner.to_text(color)
    }

    /// As JSON. See [`Explanation`].
    pub fn to_json(&self) -> String {
        crate::json::write(self)
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.to_text(false))
    }
}

impl Serialize for Explanation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.inner.serialize(serializer)
    }
}
