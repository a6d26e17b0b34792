//! Learns everything that a model says is to be learned, from history as of one instant.
//!
//! Scores are learned one after the other, those that others read first: a cluster may have a learned score
//! among its features. What is read of a subject is read through the plan, so that a fit sees exactly what a
//! decision will see, and nothing of what happened at or after that instant.
//!
//! Subjects are taken in the order of their keys, so that the order of a file changes nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use casewise_core::input::Subject;
use casewise_core::model::{Model, Score, ScoreKind};
use casewise_core::parameters::{FORMAT, Learned, ModelStamp, Parameters, Part, is_learned};
use casewise_core::plan::{Plan, PlanError};
use casewise_core::row::requirements::Refusal;
use casewise_core::values::Time;

use crate::error::FitError;

mod affinity;
pub mod backtest;
mod cluster;
mod columns;
pub mod drift;
pub mod evidence;
pub mod forecast;
mod lifetime;
pub mod measure;
mod order;
mod percentile;
mod rfm;
mod scorecard;
mod stamp;

pub use columns::{Columns, numbers};

/// How to fit.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The version of the program, for provenance.
    pub tool: Arc<str>,
    /// Rows that could not be read, for provenance.
    pub rejected: u64,
    /// What was learned before: names of clusters are matched to its centres.
    pub earlier: Option<Arc<Parameters>>,
}

/// What was learned.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// To be stored.
    pub parameters: Arc<Parameters>,
    /// What its author should know, a sentence each.
    pub warnings: Vec<String>,
    /// The plan of the model with these parameters.
    pub plan: Arc<Plan>,
}

/// Why nothing was learned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Refused {
    /// The model has nothing to learn.
    NothingToLearn,
    /// Something that is learned from was not supplied.
    NotSupplied(Refusal),
    /// Two subjects have the same key.
    SameKey(Arc<str>),
    /// One score cannot be learned.
    Score {
        /// Which.
        score: Arc<str>,
        /// Why.
        error: FitError,
        /// The same in the words of the model.
        problem: String,
    },
    /// A backtest that makes no sense.
    Setting(String),
    /// The model cannot be planned.
    Plan(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::NothingToLearn => {
                f.write_str("the model has nothing to learn: every number of it is written in its text")
            }
            Refused::NotSupplied(refusal) => refusal.fmt(f),
            Refused::SameKey(key) => write!(f, "two subjects have the key {key:?}"),
            Refused::Score { score, problem, .. } => write!(f, "cannot learn `{score}`: {problem}"),
            Refused::Setting(message) | Refused::Plan(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Refused {}

impl From<PlanError> for Refused {
    fn from(error: PlanError) -> Refused {
        Refused::Plan(error.to_string())
    }
}

/// Why one score was not learned: an algorithm's error, or one in the words of the model.
#[derive(Debug)]
pub(crate) enum Problem {
    /// Of columns and rows with these names.
    Fit(FitError, Vec<Arc<str>>),
    /// As it is said.
    Said(FitError, String),
    /// A plan that does not fit.
    Plan(PlanError),
}

impl From<FitError> for Problem {
    fn from(error: FitError) -> Problem {
        Problem::Fit(error, Vec::new())
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Problem {
        Problem::Plan(error)
    }
}

/// What one score is learned from.
pub(crate) struct Lesson<'a> {
    pub(crate) model: &'a Model,
    pub(crate) score: &'a Score,
    pub(crate) columns: Columns,
    pub(crate) subjects: &'a [&'a Subject],
    pub(crate) earlier: Option<&'a Learned>,
    pub(crate) warnings: &'a mut Vec<String>,
}

impl Lesson<'_> {
    pub(crate) fn warn(&mut self, warning: impl fmt::Display) {
        self.warnings.push(format!("`{}`: {warning}", self.score.name));
    }

    /// The key of a row, for messages.
    pub(crate) fn key(&self, row: usize) -> &str {
        self.subjects.get(row).map_or("", |subject| &subject.key)
    }
}

/// Learns every learned score of a model.
///
/// # Errors
/// There is nothing to learn, something to learn from was not supplied, or a score cannot be learned from these
/// data. Then nothing is learned at all.
pub fn fit(
    model: &Arc<Model>,
    subjects: &[Arc<Subject>],
    now: Time,
    options: &Options,
) -> Result<Fitted, Refused> {
    let ordered = by_key(subjects)?;
    let empty = Plan::to_learn(Arc::clone(model))?;
    let needs = empty.needs_to_learn();
    if let Some(refusal) = ordered.iter().find_map(|subject| empty.refusal_of(&needs, subject)) {
        return Err(Refused::NotSupplied(refusal));
    }
    let mut parameters = Parameters {
        casewise_parameters: FORMAT,
        model: ModelStamp {
            name: model.name.clone(),
            version: model.version.clone(),
            fingerprint: model.fingerprints.model.short().into(),
            language: model.language,
        },
        tool: options.tool.clone(),
        data: stamp::stamp(model, &ordered, now, options.rejected),
        parts: BTreeMap::new(),
        distributions: BTreeMap::new(),
    };
    let mut warnings = Vec::new();
    let mut learned_any = false;
    for id in order::order(model) {
        let Some(score) = model.scores.get(id.0).filter(|score| is_learned(&score.kind)) else { continue };
        learned_any = true;
        let (plan, slots) = Plan::for_learning(Arc::clone(model), Arc::new(parameters.clone()), id)?;
        let columns = Columns::read(&plan, &slots, &ordered, now);
        let earlier =
            options.earlier.as_ref().and_then(|p| p.parts.get(&score.name)).map(|part| &part.learned);
        let lesson = Lesson { model, score, columns, subjects: &ordered, earlier, warnings: &mut warnings };
        let learned = learn(lesson).map_err(|problem| refused(score, problem, &ordered))?;
        if let Some(fingerprint) = model.fingerprints.scores.get(id.0) {
            parameters.parts.insert(score.name.clone(), Part::new(fingerprint, learned));
        }
    }
    if !learned_any {
        return Err(Refused::NothingToLearn);
    }
    let scoring = Plan::with_parameters(Arc::clone(model), &[], Some(Arc::new(parameters.clone())))?;
    parameters.distributions = drift::distributions(&scoring, &ordered, now);
    let parameters = Arc::new(parameters);
    let plan = Plan::with_parameters(Arc::clone(model), &[], Some(Arc::clone(&parameters)))?;
    Ok(Fitted { parameters, warnings, plan: Arc::new(plan) })
}

/// Subjects in the order of their keys, each key once.
pub(crate) fn by_key(subjects: &[Arc<Subject>]) -> Result<Vec<&Subject>, Refused> {
    let mut ordered: Vec<&Subject> = subjects.iter().map(|subject| &**subject).collect();
    ordered.sort_by(|a, b| a.key.cmp(&b.key));
    let twice = ordered.windows(2).find_map(|pair| match pair {
        [a, b] if a.key == b.key => Some(a.key.clone()),
        _ => None,
    });
    match twice {
        Some(key) => Err(Refused::SameKey(key)),
        None => Ok(ordered),
    }
}

fn learn(lesson: Lesson<'_>) -> Result<Learned, Problem> {
    let score = lesson.score;
    Ok(match &score.kind {
        ScoreKind::Rfm(declared) => Learned::Rfm(rfm::learn(lesson, declared)?),
        ScoreKind::Scorecard(declared) => Learned::Scorecard(scorecard::learn(lesson, declared)?),
        ScoreKind::Cluster(declared) => Learned::Cluster(cluster::learn(lesson, declared)?),
        ScoreKind::Affinity(declared) => Learned::Affinity(affinity::learn(lesson, declared)?),
        ScoreKind::Lifetime(declared) => Learned::Lifetime(lifetime::learn(lesson, declared)?),
        ScoreKind::Behavior(_) | ScoreKind::Expression { .. } | ScoreKind::Composite(_) => {
            Learned::Percentile(percentile::learn(&lesson)?)
        }
    })
}

fn refused(score: &Score, problem: Problem, subjects: &[&Subject]) -> Refused {
    let said =
        |error: FitError, problem: String| Refused::Score { score: score.name.clone(), error, problem };
    match problem {
        Problem::Plan(error) => Refused::Plan(error.to_string()),
        Problem::Said(error, problem) => said(error, problem),
        Problem::Fit(error, columns) => {
            let column =
                |n: usize| columns.get(n).map_or_else(|| format!("column {n}"), |name| format!("`{name}`"));
            let key =
                |n: usize| subjects.get(n).map_or_else(|| format!("row {n}"), |s| format!("{:?}", &*s.key));
            let problem = match &error {
                FitError::NoRows => "there is nobody to learn from".to_owned(),
                FitError::NotFinite { row, column: c } => {
                    format!("{} of {} is not a finite number", column(*c), key(*row))
                }
                FitError::Missing { row, column: c } => format!(
                    "{} of {} is missing: say what stands in for it, such as `missing mean`",
                    column(*c),
                    key(*row)
                ),
                FitError::Constant { column: c } => {
                    format!("{} is the same for everyone: nothing can be learned from it", column(*c))
                }
                FitError::Separation { column: c } => {
                    format!(
                        "{} tells the outcome without error, so its points would grow without end",
                        column(*c)
                    )
                }
                FitError::Collinear { column: c } => {
                    format!("{} says the same as the factors before it: leave one of them out", column(*c))
                }
                other => other.to_string(),
            };
            said(error, problem)
        }
    }
}
