//! Learning: history as of an instant → parameters.

use std::sync::Arc;

use casewise_core::row::requirements::Requirements;
use casewise_fit::engine::{self, Refused};
use serde::Serialize;

use crate::{Error, Model, Prepared, Request};

/// How to fit. See [`Model::fit`].
///
/// # Examples
/// ```
/// let options = casewise::FitOptions::default().rejected(3);
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Default)]
pub struct FitOptions {
    rejected: u64,
    earlier: Option<Arc<casewise_core::parameters::Parameters>>,
}

impl FitOptions {
    /// How many rows could not be read: told in the parameters.
    #[must_use]
    pub fn rejected(mut self, rows: u64) -> FitOptions {
        self.rejected = rows;
        self
    }

    /// What was learned before, as text: clusters keep their names, or the fit is refused.
    ///
    /// # Errors
    /// The text cannot be read ([`Error::is_parameters`]).
    pub fn earlier(mut self, parameters: impl AsRef<str>) -> Result<FitOptions, Error> {
        self.earlier = Some(Arc::new(crate::parameters::read(parameters.as_ref())?));
        Ok(self)
    }
}

/// What was learned. See [`Model::fit`].
#[derive(Debug, Clone)]
pub struct Fit {
    model: Model,
    json: String,
    warnings: Vec<String>,
    #[cfg(feature = "pages")]
    shown: Shown,
}

/// What pictures of a fit are made from.
#[cfg(feature = "pages")]
#[derive(Debug, Clone)]
struct Shown {
    plan: Arc<casewise_core::plan::Plan>,
    subjects: Vec<Arc<casewise_core::input::Subject>>,
    now: casewise_core::values::Time,
}

impl Fit {
    /// The model with what was learned, ready to decide.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The parameters as text, to be stored and given to [`Model::with_parameters`]. The same data give the same
    /// bytes, on any number of threads.
    pub fn to_json(&self) -> &str {
        &self.json
    }

    /// What the author of the model should know, a sentence each.
    pub fn warnings(&self) -> impl ExactSizeIterator<Item = &str> {
        self.warnings.iter().map(String::as_str)
    }

    /// One HTML page with pictures of what was learned and of the subjects that it was learned from, for a
    /// browser without a network: grid and ties of an `rfm`, weights of evidence, gain and calibration of a
    /// scorecard, profiles of clusters, curves of a lifetime.
    ///
    /// # Examples
    /// ```no_run
    /// # let fit: casewise::Fit = unimplemented!();
    /// std::fs::write("fit.html", fit.to_html())?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "pages")]
    pub fn to_html(&self) -> String {
        crate::report::fit(&self.shown.plan, &self.shown.subjects, self.shown.now, &self.warnings)
    }
}

/// How far a score or attribute has moved since the fit. See [`Model::drift`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drift {
    /// `loyalty.total`, `attribute age`
    pub name: String,
    /// Population stability index: by custom below 0.1 little has changed, above 0.2 much.
    pub psi: f64,
    /// The largest gap between the shares up to a value, at the bins of the fit; none of what has no order.
    pub ks: Option<f64>,
    /// The share without a value at the fit.
    pub missing_at_fit: f64,
    /// The share without a value now.
    pub missing_now: f64,
}

impl Model {
    /// What a caller must supply to [`Model::fit`]: everything that this model reads, learned scores included.
    ///
    /// # Errors
    /// The model is beyond the documented limits.
    pub fn requirements_to_fit(&self) -> Result<Requirements, Error> {
        let plan = self.plan_to_learn()?;
        let needs = plan.needs_to_learn();
        let mut requirements = plan.requirements();
        let tables: Vec<_> = needs.tables.iter().filter_map(|id| self.core().tables.get(id.0)).collect();
        requirements.tables.retain(|table| tables.iter().any(|needed| needed.name == table.name));
        let lists: Vec<_> = needs.lists.iter().filter_map(|id| self.core().lists.get(id.0)).collect();
        requirements.lists.retain(|list| lists.iter().any(|needed| needed.name == list.name));
        if !needs.context {
            requirements.context.clear();
        }
        Ok(requirements)
    }

    /// Reads a subject to learn from. As [`Model::prepare`], but for a model without parameters.
    ///
    /// # Errors
    /// The subject or what comes with it does not fit ([`Error::is_input`]).
    pub fn prepare_to_fit<S: Serialize + ?Sized>(
        &self,
        subject: &S,
        request: &Request<'_>,
    ) -> Result<Prepared, Error> {
        self.read(subject, request)
    }

    /// Learns what the model says is to be learned, from what happened strictly before `request`'s instant.
    ///
    /// # Errors
    /// The data do not allow it ([`Error::is_fit`]): then nothing is learned, and the message names the score
    /// and what is wrong.
    ///
    /// # Examples
    /// ```
    /// use casewise::{FitOptions, Model, Request};
    ///
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 }
    ///     customer { key id: text }
    ///     events buy { amount: decimal }
    ///     rfm loyalty of buy { monetary sum(amount); bins 3 }
    /// ")?;
    /// let now = "2026-11-22";
    /// let mut customers = Vec::new();
    /// for n in 1..=9 {
    ///     let buys = [std::collections::BTreeMap::from([("at", format!("2026-10-0{n}T10:00")), ("amount", format!("{n}0"))])];
    ///     let customer = std::collections::BTreeMap::from([("id", format!("c{n}"))]);
    ///     customers.push(model.prepare_to_fit(&customer, &Request::at(now).events("buy", &buys))?);
    /// }
    /// let fit = model.fit(&customers, &Request::at(now), &FitOptions::default())?;
    /// let again = model.with_parameters(fit.to_json())?;
    /// let decision = again.decide(
    ///     &std::collections::BTreeMap::from([("id", "new")]),
    ///     &Request::at(now).events("buy", [std::collections::BTreeMap::from([("at", "2026-10-09T10:00"), ("amount", "90")])]),
    /// )?;
    /// assert_eq!(decision.score("loyalty.r").unwrap().to_string(), "3");
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn fit(
        &self,
        subjects: &[Prepared],
        request: &Request<'_>,
        options: &FitOptions,
    ) -> Result<Fit, Error> {
        let options = engine::Options {
            tool: crate::VERSION.into(),
            rejected: options.rejected,
            earlier: options.earlier.clone(),
        };
        let now = request.resolve(self.core())?.now;
        let subjects = self.subjects(subjects)?;
        let fitted = engine::fit(self.core(), &subjects, now, &options).map_err(|r| refused(&r))?;
        Ok(Fit {
            json: crate::parameters::write(&fitted.parameters),
            model: self.with_learned(fitted.parameters)?,
            warnings: fitted.warnings,
            #[cfg(feature = "pages")]
            shown: Shown { plan: fitted.plan, subjects, now },
        })
    }

    /// How far scores and attributes have moved since this model's parameters were learned.
    ///
    /// # Errors
    /// The model has no parameters ([`Error::is_parameters`]), or there is nobody to look at ([`Error::is_fit`]).
    pub fn drift(&self, subjects: &[Prepared], request: &Request<'_>) -> Result<Vec<Drift>, Error> {
        let now = request.resolve(self.core())?.now;
        let parameters = self.learned().ok_or_else(|| {
            Error::parameters(
                "drift is measured against what was stored at a fit: give the model its parameters",
            )
        })?;
        let moved = engine::drift::drift(self.plan()?, parameters, &self.subjects(subjects)?, now);
        let moved = moved.map_err(|r| refused(&r))?;
        Ok(moved
            .into_iter()
            .map(|m| Drift {
                name: m.name.to_string(),
                psi: m.psi,
                ks: m.ks,
                missing_at_fit: m.missing.0,
                missing_now: m.missing.1,
            })
            .collect())
    }

    pub(crate) fn subjects(
        &self,
        prepared: &[Prepared],
    ) -> Result<Vec<Arc<casewise_core::input::Subject>>, Error> {
        prepared.iter().map(|prepared| self.own(prepared).map(|()| Arc::clone(&prepared.subject))).collect()
    }
}

pub(crate) fn refused(refused: &Refused) -> Error {
    Error::fit(refused.to_string())
}
