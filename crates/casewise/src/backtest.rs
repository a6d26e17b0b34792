//! Looking back: scores as of an instant against what happened afterwards.

use std::sync::Arc;

use casewise_core::values::Decimal;
use casewise_fit::engine::{self, backtest};

use crate::fit::refused;
use crate::{Error, Model, Prepared, Request};

/// How well a number told an outcome: area under the curve, Gini, lift, calibration. See [`Backtest`].
pub use casewise_fit::engine::measure::Ranking;

/// How often an outcome came by value of a grade, cluster or text. See [`Backtest`].
pub use casewise_fit::engine::measure::Grouping;

/// Purchases that a lifetime foretold against those that came, week by week. See [`Backtest`].
pub use casewise_fit::engine::forecast::Forecast;

/// How to look back. See [`Model::backtest`].
///
/// # Examples
/// ```
/// let options = casewise::BacktestOptions::until("1998-07-01").groups(5).outcome("came_back").apart(0.3);
/// # let _ = options;
/// ```
#[derive(Debug, Clone)]
pub struct BacktestOptions {
    until: String,
    groups: usize,
    outcome: Option<String>,
    apart: Option<f64>,
    later: Option<Vec<Prepared>>,
    rejected: u64,
}

impl BacktestOptions {
    /// What is known at this instant is what happened: RFC 3339, or a date or local time in the model's zone.
    pub fn until(instant: impl Into<String>) -> BacktestOptions {
        BacktestOptions {
            until: instant.into(),
            groups: 10,
            outcome: None,
            apart: None,
            later: None,
            rejected: 0,
        }
    }

    /// How many groups lift and calibration tables have: 10 unless told otherwise.
    #[must_use]
    pub fn groups(mut self, groups: usize) -> BacktestOptions {
        self.groups = groups;
        self
    }

    /// Every score is measured against this segment, let or attribute, as it is at the later instant. Learned
    /// scorecards and lifetimes bring their own outcomes.
    #[must_use]
    pub fn outcome(mut self, name: impl Into<String>) -> BacktestOptions {
        self.outcome = Some(name.into());
        self
    }

    /// Keeps this share of the subjects apart, by a stable hash of their keys: nothing is learned from them, and
    /// only they are measured. Above 0 and below 1.
    #[must_use]
    pub fn apart(mut self, share: f64) -> BacktestOptions {
        self.apart = Some(share);
        self
    }

    /// The subjects as they stood at the later instant: outcomes are read from them. Without, outcomes are read
    /// from the same subjects.
    #[must_use]
    pub fn later(mut self, subjects: impl Into<Vec<Prepared>>) -> BacktestOptions {
        self.later = Some(subjects.into());
        self
    }

    /// How many rows could not be read.
    #[must_use]
    pub fn rejected(mut self, rows: u64) -> BacktestOptions {
        self.rejected = rows;
        self
    }
}

/// How scores as of an instant told what had happened at a later one. See [`Model::backtest`].
#[derive(Debug, Clone)]
pub struct Backtest {
    found: backtest::Backtest,
    #[cfg(feature = "pages")]
    model: Model,
}

impl Backtest {
    /// The instant that scores are as of.
    pub fn as_of(&self) -> &str {
        &self.found.as_of
    }

    /// The later instant.
    pub fn until(&self) -> &str {
        &self.found.until
    }

    /// Whether the scores were learned for this; else the model has its parameters, or nothing to learn.
    pub fn is_learned(&self) -> bool {
        self.found.learned
    }

    /// How many subjects there are, and how many of them are measured.
    pub fn counts(&self) -> (u64, u64) {
        (self.found.rows, self.found.measured)
    }

    /// How well numbers told outcomes.
    pub fn rankings(&self) -> &[Ranking] {
        &self.found.rankings
    }

    /// How often outcomes came by class.
    pub fn groupings(&self) -> &[Grouping] {
        &self.found.groupings
    }

    /// Purchases foretold and purchases that came.
    pub fn forecasts(&self) -> &[Forecast] {
        &self.found.forecasts
    }

    /// What a reader should know, a sentence each.
    pub fn warnings(&self) -> impl ExactSizeIterator<Item = &str> {
        self.found.warnings.iter().map(String::as_str)
    }

    /// All of it as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.found).unwrap_or_default()
    }

    /// One HTML page with curves and tables, for a browser without a network.
    #[cfg(feature = "pages")]
    pub fn to_html(&self) -> String {
        crate::report::backtest(self.model.core(), &self.found)
    }
}

impl Model {
    /// Scores as of `request`'s instant, and compares with what had happened at a later one. A model without
    /// parameters first learns from what happened before `request`'s instant; one with parameters is measured
    /// as it is.
    ///
    /// Learned scorecards are measured against their own outcome, lifetimes against the purchases that came, and
    /// with [`BacktestOptions::outcome`] every score against that one.
    ///
    /// # Errors
    /// The instants or options do not fit ([`Error::is_request`]); the fit is refused, or there is nothing to
    /// measure or to tell apart ([`Error::is_fit`]).
    ///
    /// # Examples
    /// ```
    /// use std::collections::BTreeMap;
    /// use casewise::{BacktestOptions, Model, Request};
    ///
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 }
    ///     customer { key id: text }
    ///     events buy { amount: decimal }
    ///     rfm loyalty of buy { monetary sum(amount); bins 3 }
    ///     segment came_back = exists(buy over last 30 days)
    /// ")?;
    /// let mut customers = Vec::new();
    /// for n in 1..=9 {
    ///     let buy = |at: String| BTreeMap::from([("at", at), ("amount", format!("{n}0"))]);
    ///     let mut buys = vec![buy(format!("2026-10-0{n}T10:00"))];
    ///     if n > 5 {
    ///         buys.push(buy("2026-11-10T10:00".to_owned()));
    ///     }
    ///     let customer = BTreeMap::from([("id", format!("c{n}"))]);
    ///     customers.push(model.prepare_to_fit(&customer, &Request::at("2026-11-01").events("buy", &buys))?);
    /// }
    /// let options = BacktestOptions::until("2026-12-01").outcome("came_back").groups(3);
    /// let found = model.backtest(&customers, &Request::at("2026-11-01"), &options)?;
    /// let total = found.rankings().iter().find(|r| &*r.score == "loyalty.total").unwrap();
    /// assert_eq!((total.events, total.auc), (4, 0.95));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn backtest(
        &self,
        subjects: &[Prepared],
        request: &Request<'_>,
        options: &BacktestOptions,
    ) -> Result<Backtest, Error> {
        let now = request.resolve(self.core())?.now;
        let until = Request::at(options.until.as_str()).resolve(self.core());
        let until = until.map_err(|error| Error::request(format!("the end of the period: {error}")))?.now;
        let apart = options.apart.map(|share| {
            Decimal::parse(&share.to_string()).map_err(|_| {
                Error::request(format!("a share between 0 and 1 can be kept apart, not {share}"))
            })
        });
        let later = options.later.as_deref().map(|later| self.subjects(later)).transpose()?;
        let options = backtest::Options {
            fit: engine::Options { tool: crate::VERSION.into(), rejected: options.rejected, earlier: None },
            until,
            groups: options.groups,
            outcome: options.outcome.as_deref().map(Arc::from),
            apart: apart.transpose()?,
            later,
            parameters: self.learned().cloned(),
        };
        let found = backtest::backtest(self.core(), &self.subjects(subjects)?, now, &options);
        Ok(Backtest {
            found: found.map_err(|error| refused(&error))?,
            #[cfg(feature = "pages")]
            model: self.clone(),
        })
    }
}
