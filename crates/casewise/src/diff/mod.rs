//! What differs between two models, and whom the difference moves.
//!
//! [`Model::diff`] compares declarations. A [`Population`] is fed with what both models decide about the same
//! subjects, and tells how many of them move in and out of each case, and because of which clause.
//!
//! # Examples
//! ```
//! use casewise::diff::Population;
//! use casewise::{Model, Request};
//!
//! let text = r"
//!     model m { language 1 }
//!     customer { key id: text; age: int }
//!     case welcome { require grown: age >= 18 }
//! ";
//! let old = Model::from_text("m.cw", text)?;
//! let new = Model::from_text("m.cw", text.replace("18", "21"))?;
//!
//! let mut population = Population::new(&old, &new);
//! for (id, age) in [("c1", "17"), ("c2", "19"), ("c3", "30")] {
//!     let customer = std::collections::BTreeMap::from([("id", id), ("age", age)]);
//!     let request = Request::at("2026-11-22");
//!     population.add(&old.decide(&customer, &request)?, &new.decide(&customer, &request)?)?;
//! }
//! let diff = old.diff(&new).with_population(population.finish());
//!
//! let change = &diff.changes()[0];
//! assert_eq!((change.declaration, &*change.name), ("case", "welcome"));
//! assert_eq!(change.lines[1].to_string(), "+ case welcome { require grown: age >= 21 }");
//!
//! let welcome = &diff.population().unwrap().cases[0];
//! assert_eq!((welcome.eligible.before, welcome.eligible.after), (2, 1));
//! assert_eq!(&*welcome.eligible.out.sample[0], "c2");
//! assert_eq!(&*welcome.eligible.out_because[0].clause, "grown");
//! # Ok::<(), casewise::Error>(())
//! ```

#[cfg(feature = "pages")]
mod page;

use std::sync::Arc;

use casewise_core::row::report::Provenance;
use serde::Serialize;

use crate::{Decision, Error, Model, Source, json};

pub use casewise_core::diff::{
    CaseMovement, CaseState, Change, ChangeKind, Flow, Line, Movements, Reason, Sampled, SegmentMovement,
    Sign, Total, Version,
};

/// What differs between two models. See the [module](self).
#[derive(Debug, Clone, Serialize)]
pub struct Diff {
    old: Arc<Provenance>,
    new: Arc<Provenance>,
    changes: Vec<Change>,
    /// Cases that both models have stand in another order.
    cases_reordered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    population: Option<Movements>,
}

impl Model {
    /// What differs between this model and a newer one, declaration by declaration: what was added, removed or
    /// changed, and which cases depend on it. Layout, comments, the order of declarations and the files they
    /// stand in are no change; params set from outside and learned numbers are. See [`diff`](crate::diff).
    ///
    /// # Examples
    /// ```
    /// use casewise::Model;
    ///
    /// let old = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case a {} case b {}")?;
    /// let new = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case b {} case c {}")?;
    /// let diff = old.diff(&new);
    /// let told: Vec<_> = diff.changes().iter().map(|c| (c.change.as_str(), &*c.name)).collect();
    /// assert_eq!(told, [("added", "c"), ("removed", "a")]);
    /// assert!(old.diff(&old).is_empty());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn diff(&self, newer: &Model) -> Diff {
        let part = |model: &'_ Model| model.learned().cloned();
        let (before, after) = (part(self), part(newer));
        Diff {
            old: Arc::clone(self.provenance()),
            new: Arc::clone(newer.provenance()),
            changes: casewise_core::diff::changes(
                (self.core(), before.as_deref()),
                (newer.core(), after.as_deref()),
            ),
            cases_reordered: casewise_core::diff::cases_reordered(self.core(), newer.core()),
            population: None,
        }
    }
}

impl Diff {
    /// The old model. See [`Decision::source`].
    pub fn before(&self) -> Source<'_> {
        Source::new(&self.old)
    }

    /// The new model. See [`Decision::source`].
    pub fn after(&self) -> Source<'_> {
        Source::new(&self.new)
    }

    /// The declarations that differ, in the order of the new model, then those that are gone.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether cases that both models have stand in another order. That is no change, but the order settles
    /// which of two cases of one rank comes first.
    pub fn cases_reordered(&self) -> bool {
        self.cases_reordered
    }

    /// Whom the difference moves, where a population was compared.
    pub fn population(&self) -> Option<&Movements> {
        self.population.as_ref()
    }

    /// Adds whom the difference moves.
    #[must_use]
    pub fn with_population(self, population: Movements) -> Diff {
        Diff { population: Some(population), ..self }
    }

    /// Whether no declaration differs and nobody moves.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.population.as_ref().is_none_or(Movements::is_still)
    }

    /// As an HTML page that needs no other file.
    ///
    /// # Examples
    /// ```
    /// # let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// assert!(model.diff(&model).to_html().contains("No declaration differs."));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    #[cfg(feature = "pages")]
    pub fn to_html(&self) -> String {
        page::html(self)
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        json::write(self)
    }
}

/// Counts whom a change moves. See the [module](self).
#[derive(Debug)]
pub struct Population {
    models: [Model; 2],
    inner: casewise_core::diff::Population,
}

impl Population {
    /// Nobody yet.
    pub fn new(old: &Model, new: &Model) -> Population {
        Population {
            inner: casewise_core::diff::Population::new(old.core(), new.core()),
            models: [old.clone(), new.clone()],
        }
    }

    /// How many keys are kept of each group of subjects: 5 unless told.
    #[must_use]
    pub fn samples(self, samples: usize) -> Population {
        Population { inner: self.inner.samples(samples), ..self }
    }

    /// What the two models decide about one subject.
    ///
    /// # Errors
    /// A decision is not of its model, or they are about different subjects ([`Error::is_request`]).
    pub fn add(&mut self, old: &Decision, new: &Decision) -> Result<(), Error> {
        let [of_old, of_new] = &self.models;
        let (old, new) = (old.inner(), new.inner());
        for (decision, model) in [(old, of_old), (new, of_new)] {
            if !Arc::ptr_eq(&decision.plan().model, model.core()) {
                return Err(Error::request("the decision was made by another model than those compared"));
            }
        }
        if old.subject().key != new.subject().key {
            return Err(Error::request(format!(
                "the decisions are about different subjects: `{}` and `{}`",
                old.subject().key,
                new.subject().key
            )));
        }
        self.inner.add(old, new);
        Ok(())
    }

    /// A subject that the old model takes, and whose input does not fit the new one.
    pub fn refused_by_new(&mut self, key: &str) {
        self.inner.refused(&key.into(), true);
    }

    /// A subject that the new model takes, and whose input does not fit the old one.
    pub fn refused_by_old(&mut self, key: &str) {
        self.inner.refused(&key.into(), false);
    }

    /// What was found.
    pub fn finish(self) -> Movements {
        self.inner.finish()
    }
}
