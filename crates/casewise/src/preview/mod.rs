//! The estimate before a launch: how many customers each case reaches, and what the others are lost to.
//!
//! A preview decides customers and counts: per case the audience, the funnel gate by gate and clause by clause,
//! what the unknown lack, what is offered, outranked and held out; per channel what it would carry against its
//! capacity; and which audiences are made of the same customers. Every number is the number of customers of whom
//! [`Model::decide_all`] says so.
//!
//! | function | for |
//! | --- | --- |
//! | [`Model::preview`] | customers that have been read |
//! | [`Model::start_preview`] | customers that come piece by piece, more than fit into memory |

#[cfg(feature = "pages")]
mod page;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use casewise_core::input::Subject;
use casewise_core::model::{CaseId, GroupId};
use casewise_core::row::preview::{Survey, Tally};
use serde::Serialize;

/// What a preview counts: all numbers as plain data, in the shape of its JSON.
///
/// # Examples
/// See [`Model::preview`].
pub use casewise_core::row::preview::Preview as Counts;
/// The parts of [`Counts`].
///
/// # Examples
/// See [`Model::preview`].
pub use casewise_core::row::preview::{
    CaseChannelCount, CasePreview, ChannelPreview, ClausePreview, GatePreview, MissingCount, OutrankedCount,
    OutrankedOf, Overlap, OverlapPair, VariantCount,
};

use crate::{Error, Model, Prepared, Request};

/// What is to be counted, and how.
///
/// # Examples
/// ```
/// use casewise::preview::Scope;
///
/// let everything = Scope::default();
/// let one = Scope { cases: vec!["welcome".into()], pairs: 0, ..Scope::default() };
/// assert!(everything.cases.is_empty() && one.pairs == 0);
/// ```
#[derive(Debug, Clone)]
pub struct Scope {
    /// The cases to tell of, by name. Together with `groups`; if both are empty, all.
    pub cases: Vec<String>,
    /// The groups whose cases to tell of, those of the groups in them too.
    pub groups: Vec<String>,
    /// How many pairs of overlapping audiences to tell; with 0 they are not counted at all.
    pub pairs: usize,
    /// How many threads; as many as the machine has cores by default.
    pub threads: usize,
}

impl Default for Scope {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Scope { cases: Vec::new(), groups: Vec::new(), pairs: 10, threads }
    }
}

impl Model {
    /// Counts what becomes of customers. See [`Counts`] for what the numbers mean.
    ///
    /// Quotas, capacities and budgets are shared among the customers as by [`Model::decide_all`]: what remains of
    /// them is told by `request`, or else is what the model declares.
    ///
    /// # Errors
    /// As [`Model::decide_all`]; `scope` names something unknown ([`Error::is_request`]).
    ///
    /// # Examples
    /// ```
    /// use casewise::preview::Scope;
    /// use casewise::{Model, Request};
    ///
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 }
    ///     customer { key id: text; age: int?; active: bool }
    ///     case adults { for age >= 18; require running: active }
    /// ")?;
    /// let customers = [("c1", Some(30), true), ("c2", Some(16), true), ("c3", None, true), ("c4", Some(16), false), ("c5", Some(40), false)];
    /// let request = Request::at("2026-11-22");
    /// let prepare = |(id, age, active)| model.prepare(&serde_json::json!({ "id": id, "age": age, "active": active }), &request);
    /// let customers = customers.map(prepare).into_iter().collect::<Result<Vec<_>, _>>()?;
    ///
    /// let preview = model.preview(&customers, &request, &Scope::default())?;
    /// let adults = &preview.counts().cases[0];
    /// assert_eq!((adults.eligible, adults.ineligible, adults.unknown), (1, 3, 1));
    /// assert_eq!((&*adults.missing[0].input, adults.missing[0].customers), ("age", 1));
    ///
    /// let age = adults.gates.iter().find(|gate| gate.gate == "for").unwrap();
    /// // Two are too young, and of one the age is missing; only two of the three would be let through without it.
    /// assert_eq!((age.fails, age.unknown, age.only), (2, 1, 2));
    /// let running = &adults.gates[2].clauses[0];
    /// // In the order of the gates it loses one more, and leaves one.
    /// assert_eq!((&*running.id, running.lost, running.left), ("running", 1, 1));
    /// println!("{preview}");
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn preview(
        &self,
        customers: &[Prepared],
        request: &Request<'_>,
        scope: &Scope,
    ) -> Result<Preview, Error> {
        let mut counting = self.start_preview(request, scope)?;
        counting.add(customers)?;
        Ok(counting.finish())
    }

    /// The same, for customers that come piece by piece. They are not kept, unless they compete for a quota, a
    /// capacity or a budget ([`Model::shares_limits`]).
    ///
    /// # Errors
    /// As [`Model::preview`].
    ///
    /// # Examples
    /// ```
    /// use casewise::preview::Scope;
    /// use casewise::{Model, Request};
    ///
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case a { }")?;
    /// let request = Request::at("2026-11-22");
    /// let mut counting = model.start_preview(&request, &Scope::default())?;
    /// for id in ["c1", "c2"] {
    ///     counting.add(&[model.prepare(&std::collections::BTreeMap::from([("id", id)]), &request)?])?;
    /// }
    /// counting.reject(1);
    /// let preview = counting.finish();
    /// assert_eq!((preview.counts().customers, preview.counts().rejected), (2, 1));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn start_preview(&self, request: &Request<'_>, scope: &Scope) -> Result<Counting, Error> {
        let plan = Arc::clone(self.plan()?);
        let request = request.resolve(&plan.model)?;
        let selected = self.selected(scope)?;
        let survey = Arc::new(Survey::new(plan, request, selected, scope.pairs > 0));
        let tallies = (0..scope.threads.max(1)).map(|_| Tally::new(Arc::clone(&survey))).collect();
        Ok(Counting {
            model: self.clone(),
            survey,
            tallies,
            waiting: Vec::new(),
            rejected: 0,
            pairs: scope.pairs,
        })
    }

    /// The cases that a scope names.
    fn selected(&self, scope: &Scope) -> Result<Vec<CaseId>, Error> {
        let model = &self.plan()?.model;
        if scope.cases.is_empty() && scope.groups.is_empty() {
            return Ok((0..model.cases.len()).map(CaseId).collect());
        }
        let mut selected = Vec::new();
        for name in &scope.cases {
            let place = model.cases.iter().position(|case| *case.name == **name);
            let known = || model.cases.iter().map(|case| &*case.name);
            selected.push(CaseId(place.ok_or_else(|| Error::unknown("case", name, known()))?));
        }
        for name in &scope.groups {
            let place = model.groups.iter().position(|group| *group.name == **name);
            let known = || model.groups.iter().map(|group| &*group.name);
            let wanted = GroupId(place.ok_or_else(|| Error::unknown("group", name, known()))?);
            let parent = |id: GroupId| model.groups.get(id.0).and_then(|group| group.parent);
            let is_in =
                |group: GroupId| std::iter::successors(Some(group), |id| parent(*id)).any(|id| id == wanted);
            let cases = model.cases.iter().enumerate();
            selected.extend(cases.filter(|(_, case)| case.group.is_some_and(is_in)).map(|(n, _)| CaseId(n)));
        }
        Ok(selected)
    }
}

/// A preview in the making. See [`Model::start_preview`].
#[derive(Debug)]
pub struct Counting {
    model: Model,
    survey: Arc<Survey>,
    /// One per thread.
    tallies: Vec<Tally>,
    /// Customers who compete are decided when all are there.
    waiting: Vec<Arc<Subject>>,
    rejected: u64,
    pairs: usize,
}

/// Customers that a thread takes at a time.
const PIECE: usize = 256;

impl Counting {
    /// Counts customers. Many at a time are spread over threads. See [`Model::start_preview`].
    ///
    /// # Errors
    /// One was prepared by another model: then none of them is counted.
    pub fn add(&mut self, customers: &[Prepared]) -> Result<(), Error> {
        customers.iter().try_for_each(|prepared| self.model.own(prepared))?;
        self.count(customers.len(), |row, tally| {
            if let Some(prepared) = customers.get(row) {
                tally.add(Arc::clone(&prepared.subject));
            }
        });
        if self.survey.has_shared_limits() {
            self.waiting.extend(customers.iter().map(|prepared| Arc::clone(&prepared.subject)));
        }
        Ok(())
    }

    /// So many rows were not decided. See [`Model::start_preview`].
    pub fn reject(&mut self, rows: u64) {
        self.rejected += rows;
    }

    /// Counts rows on all threads.
    fn count(&mut self, rows: usize, add: impl Fn(usize, &mut Tally) + Sync) {
        let next = AtomicUsize::new(0);
        let run = |tally: &mut Tally| {
            loop {
                let from = next.fetch_add(PIECE, Ordering::Relaxed);
                if from >= rows {
                    return;
                }
                (from..(from + PIECE).min(rows)).for_each(|row| add(row, tally));
            }
        };
        let Some((own, others)) = self.tallies.split_first_mut() else { return };
        std::thread::scope(|scope| {
            for tally in others.iter_mut().take(rows.div_ceil(PIECE).saturating_sub(1)) {
                scope.spawn(|| run(tally));
            }
            run(own);
        });
    }

    /// The result. See [`Model::start_preview`].
    pub fn finish(self) -> Preview {
        let mut tallies = self.tallies.into_iter();
        let mut all = tallies.next().unwrap_or_else(|| Tally::new(Arc::clone(&self.survey)));
        tallies.for_each(|tally| all.merge(tally));
        if self.survey.has_shared_limits() {
            all.add_shared(&self.waiting);
        }
        let counts = all.finish(self.rejected, self.pairs, Arc::clone(self.model.provenance()));
        let title = self.model.title().unwrap_or_else(|| self.model.name()).to_owned();
        Preview { title, counts }
    }
}

/// How many customers each case reaches, and what the others are lost to. See [`Model::preview`].
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    title: String,
    counts: Counts,
}

impl Preview {
    /// All numbers. See [`Model::preview`].
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// All numbers as JSON. See [`Model::preview`].
    pub fn to_json(&self) -> String {
        crate::json::write(&self.counts)
    }

    /// Tables for a terminal: the summary, the cases, the channels, the overlaps; with `funnels` also each case's
    /// funnel. See [`Model::preview`].
    pub fn to_text(&self, funnels: bool) -> String {
        self.counts.to_text(funnels)
    }

    /// One HTML page with tables and charts that needs no network and no other file.
    ///
    /// ```
    /// use casewise::preview::Scope;
    /// use casewise::{Model, Request};
    ///
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case a { }")?;
    /// let preview = model.preview(&[], &Request::at("2026-11-22"), &Scope::default())?;
    /// assert!(preview.to_html().starts_with("<!DOCTYPE html>"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    #[cfg(feature = "pages")]
    pub fn to_html(&self) -> String {
        page::render(&self.title, &self.counts)
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(true))
    }
}

impl Serialize for Preview {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.counts.serialize(serializer)
    }
}
