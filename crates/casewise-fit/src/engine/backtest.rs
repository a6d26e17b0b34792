//! Learns as of one instant, scores as of it, and compares with what had happened at a later one.
//!
//! Scores are read as of the first instant and outcomes as of the second, through the same plans as in a
//! decision. So an outcome such as `exists(buy over last 90 days)` is what happened in the 90 days before the
//! second instant.

use std::sync::Arc;

use casewise_core::input::Subject;
use casewise_core::model::{Base, Expr, Model, ScoreId, ScoreKind};
use casewise_core::parameters::{Learned, Parameters, category};
use casewise_core::plan::layout::Needs;
use casewise_core::plan::{Node, Plan, Slot};
use casewise_core::values::{Decimal, HOLDOUT, Time, Value, bucket, share_threshold};
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::drift::{MOST_VALUES, score_parts};
use super::forecast::{Forecast, Planned, forecast};
use super::measure::{Grouping, Question, Ranking, grouping, ranking, stated};
use super::{Columns, Refused, by_key, fit, numbers};
use crate::error::FitError;

/// The salt by which customers are kept apart.
const SALT: &str = "backtest";

/// How to look back.
#[derive(Debug, Clone)]
pub struct Options {
    /// Of the fit.
    pub fit: super::Options,
    /// What is known at this instant is what happened.
    pub until: Time,
    /// Groups of lift and calibration tables.
    pub groups: usize,
    /// A segment, let or attribute that every score is measured against.
    pub outcome: Option<Arc<str>>,
    /// The share of subjects that is kept apart: nothing is learned from them, and only they are measured.
    pub apart: Option<Decimal>,
    /// The subjects as they stood at `until`; the same ones if none.
    pub later: Option<Vec<Arc<Subject>>>,
    /// What was learned before; learned as of the first instant if none.
    pub parameters: Option<Arc<Parameters>>,
}

/// How scores told what happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Backtest {
    /// When the scores are as of.
    pub as_of: Arc<str>,
    /// What is known at this instant is what happened.
    pub until: Arc<str>,
    /// Learned from what happened before `as_of`; else the parameters were given, or there is nothing to learn.
    pub learned: bool,
    /// Rows that were learned from or could have been.
    pub rows: u64,
    /// Rows that are measured.
    pub measured: u64,
    /// How well numbers told outcomes.
    pub rankings: Vec<Ranking>,
    /// How often outcomes came by class.
    pub groupings: Vec<Grouping>,
    /// Purchases foretold and purchases that came.
    pub forecasts: Vec<Forecast>,
    /// What a reader should know, a sentence each.
    pub warnings: Vec<String>,
}

/// Looks back. See the module.
///
/// # Errors
/// What [`fit`](super::fit()) refuses; a period without a day; an outcome that is none; an outcome that everybody
/// or nobody has; nothing to measure.
pub fn backtest(
    model: &Arc<Model>,
    subjects: &[Arc<Subject>],
    now: Time,
    options: &Options,
) -> Result<Backtest, Refused> {
    if options.until <= now {
        return Err(Refused::Setting(format!(
            "{} is not after {now}: there is nothing to compare with",
            options.until
        )));
    }
    if options.groups == 0 {
        return Err(Refused::Setting("at least one group is needed".to_owned()));
    }
    let named = options.outcome.as_ref().map(|name| named(model, name)).transpose()?;
    let all = by_key(subjects)?;
    let (taught, measured) = split(subjects, &all, options.apart)?;
    if measured.is_empty() {
        return Err(Refused::Setting(format!("there is no {} to measure", model.subject.name)));
    }
    let (plan, learned, mut warnings) = learn(model, &taught, now, options)?;
    let later = later(&measured, options.later.as_deref())?;
    let setting = Setting { model, plan: &plan, subjects: &measured, later: &later, now, options, learned };
    let mut rankings = Vec::new();
    let mut groupings = Vec::new();
    let mut forecasts = Vec::new();
    for (place, score) in model.scores.iter().enumerate() {
        let failed =
            |problem: String| Refused::Setting(format!("cannot measure `{}`: {problem}", score.name));
        match &score.kind {
            ScoreKind::Scorecard(card) if card.learned.is_some() => {
                rankings.push(setting.scorecard(ScoreId(place)).map_err(failed)?);
            }
            ScoreKind::Lifetime(_) => forecasts.push(setting.lifetime(ScoreId(place)).map_err(failed)?),
            _ => {}
        }
    }
    if let Some(named) = named {
        setting.every_score(&named, &mut rankings, &mut groupings, &mut warnings)?;
    }
    if rankings.is_empty() && groupings.is_empty() && forecasts.is_empty() {
        return Err(Refused::Setting(
            "there is nothing to measure: the model has no learned scorecard and no lifetime; name an outcome that scores are measured against".to_owned(),
        ));
    }
    for ranking in rankings.iter().filter(|ranking| ranking.in_sample) {
        warnings.push(format!(
            "`{}` is measured on the rows that it was learned from: keep a share apart, or supply the subjects as they stood later",
            ranking.score
        ));
    }
    for forecast in &forecasts {
        let silent = forecast.weeks.iter().rev().take_while(|week| week.actual == 0).count();
        if silent > 0 && forecast.actual > 0 {
            warnings.push(format!(
                "`{}`: nobody bought in the last {silent} weeks: do the data reach that far?",
                forecast.score
            ));
        }
    }
    Ok(Backtest {
        as_of: now.to_string().into(),
        until: options.until.to_string().into(),
        learned,
        rows: all.len() as u64,
        measured: measured.len() as u64,
        rankings,
        groupings,
        forecasts,
        warnings,
    })
}

/// Who is learned from, and who is measured.
fn split<'a>(
    subjects: &[Arc<Subject>],
    all: &[&'a Subject],
    apart: Option<Decimal>,
) -> Result<(Vec<Arc<Subject>>, Vec<&'a Subject>), Refused> {
    let Some(share) = apart else { return Ok((subjects.to_vec(), all.to_vec())) };
    if share <= Decimal::ZERO || share >= Decimal::ONE {
        return Err(Refused::Setting(format!("a share between 0 and 1 can be kept apart, not {share}")));
    }
    let threshold = share_threshold(share);
    let kept = |subject: &Subject| u128::from(bucket(SALT, HOLDOUT, &subject.key)) < threshold;
    let taught = subjects.iter().filter(|subject| !kept(subject)).cloned().collect();
    Ok((taught, all.iter().copied().filter(|subject| kept(subject)).collect()))
}

/// The plan to score with.
fn learn(
    model: &Arc<Model>,
    taught: &[Arc<Subject>],
    now: Time,
    options: &Options,
) -> Result<(Arc<Plan>, bool, Vec<String>), Refused> {
    let given = |parameters: Option<Arc<Parameters>>| -> Result<_, Refused> {
        let plan = Plan::with_parameters(Arc::clone(model), &[], parameters)?;
        Ok((Arc::new(plan), false, Vec::new()))
    };
    if options.parameters.is_some() {
        return given(options.parameters.clone());
    }
    match fit(model, taught, now, &options.fit) {
        Ok(fitted) => Ok((fitted.plan, true, fitted.warnings)),
        Err(Refused::NothingToLearn) => given(None),
        Err(refused) => Err(refused),
    }
}

/// The subjects as they stood later, one per measured one.
fn later<'a>(
    measured: &[&'a Subject],
    later: Option<&'a [Arc<Subject>]>,
) -> Result<Vec<Option<&'a Subject>>, Refused> {
    let Some(later) = later else { return Ok(measured.iter().copied().map(Some).collect()) };
    let by_key: FxHashMap<&str, &Subject> =
        by_key(later)?.into_iter().map(|subject| (&*subject.key, subject)).collect();
    Ok(measured.iter().map(|subject| by_key.get(&*subject.key).copied()).collect())
}

/// A named outcome and where it stands.
struct Named {
    name: Arc<str>,
    place: Place,
}

enum Place {
    Segment(usize),
    Let(usize),
    Attribute(usize),
}

fn named(model: &Model, name: &Arc<str>) -> Result<Named, Refused> {
    let found = |place| Ok(Named { name: name.clone(), place });
    let attribute = model.subject.attributes.iter().position(|field| field.name == *name);
    if let Some(n) = model.segments.iter().position(|segment| segment.name == *name) {
        return found(Place::Segment(n));
    }
    let declared = model.lets.iter().position(|declared| declared.name == *name);
    let base = match (declared, attribute) {
        (Some(n), _) => model.lets.get(n).map(|declared| (&declared.value.ty.base, Place::Let(n))),
        (None, Some(n)) => model.subject.attributes.get(n).map(|field| (&field.ty.base, Place::Attribute(n))),
        (None, None) => None,
    };
    match base {
        Some((Base::Bool, place)) => found(place),
        Some(_) => Err(Refused::Setting(format!("`{name}` is not true or false, so it is no outcome"))),
        None => Err(Refused::Setting(format!(
            "the model has no segment, let or attribute `{name}` that could be an outcome"
        ))),
    }
}

struct Setting<'a> {
    model: &'a Arc<Model>,
    plan: &'a Arc<Plan>,
    subjects: &'a [&'a Subject],
    later: &'a [Option<&'a Subject>],
    now: Time,
    options: &'a Options,
    learned: bool,
}

impl Setting<'_> {
    /// What was so at the end, per measured subject.
    fn outcomes(&self, plan: &Plan, slot: Slot) -> Vec<Option<bool>> {
        let there: Vec<&Subject> = self.later.iter().copied().flatten().collect();
        let read = Columns::read(plan, &[slot], &there, self.options.until);
        let mut values = read.get(0).iter();
        let mut next = |there: &Option<&Subject>| match there {
            Some(_) => values.next().and_then(Value::as_bool),
            None => None,
        };
        self.later.iter().map(&mut next).collect()
    }

    fn learned_as(&self, id: ScoreId) -> Option<&Learned> {
        let score = self.model.scores.get(id.0)?;
        self.plan.parameters.as_ref()?.parts.get(&score.name).map(|part| &part.learned)
    }

    fn value_slot(&self, id: ScoreId) -> Option<Slot> {
        self.plan.scores.get(id.0)?.first().map(|(_, slot)| *slot)
    }

    fn lesson(&self, id: ScoreId) -> Result<(Plan, Vec<Slot>), String> {
        let parameters = self.plan.parameters.clone().ok_or("it has no parameters")?;
        let lesson = Plan::for_learning(Arc::clone(self.model), parameters, id);
        let (plan, slots) = lesson.map_err(|error| error.to_string())?;
        let needs = Needs::of(&plan, slots.iter().copied());
        let there = self.subjects.iter().chain(self.later.iter().flatten());
        match there.copied().find_map(|subject| plan.refusal_of(&needs, subject)) {
            Some(refusal) => Err(refusal.to_string()),
            None => Ok((plan, slots)),
        }
    }

    fn scorecard(&self, id: ScoreId) -> Result<Ranking, String> {
        let score = self.model.scores.get(id.0).ok_or("it is not in the model")?;
        let ScoreKind::Scorecard(card) = &score.kind else { return Err("it is no scorecard".to_owned()) };
        let outcome = card.learned.as_ref().map(|learned| &learned.outcome).ok_or("it has no outcome")?;
        let (Some(Learned::Scorecard(card)), Some(slot)) = (self.learned_as(id), self.value_slot(id)) else {
            return Err("it has no parameters".to_owned());
        };
        let (lesson, slots) = self.lesson(id)?;
        let outcome_slot = slots.first().copied().ok_or("it has no outcome")?;
        let points = Columns::read(self.plan, &[slot], self.subjects, self.now);
        let outcomes = self.outcomes(&lesson, outcome_slot);
        let before = Columns::read(&lesson, &[outcome_slot], self.subjects, self.now);
        let taught = before.get(0).iter().zip(&outcomes);
        let mut known = taught.filter(|(_, after)| after.is_some());
        let in_sample = self.learned
            && self.options.apart.is_none()
            && known.all(|(before, after)| before.as_bool() == *after);
        let question = Question {
            score: &score.name,
            outcome: &text(self.model, outcome),
            lowest_first: true,
            in_sample,
            groups: self.options.groups,
        };
        ranking(&question, &numbers(points.get(0)), &outcomes, Some(&stated(card)))
            .map_err(|error| said(&error))
    }

    fn lifetime(&self, id: ScoreId) -> Result<Forecast, String> {
        let score = self.model.scores.get(id.0).ok_or("it is not in the model")?;
        let (lesson, slots) = self.lesson(id)?;
        let table = match self.value_slot(id).and_then(|slot| self.plan.nodes.get(slot)) {
            Some(Node::Lifetime { lifetime, .. }) => self.plan.lifetimes.get(*lifetime as usize),
            _ => None,
        };
        let table = table.ok_or("it has no parameters")?;
        let planned = Planned { score: &score.name, table, plan: &lesson, slots: &slots };
        forecast(&planned, self.subjects, (self.now, self.options.until), self.options.groups)
    }

    /// Measures every score for which everything was supplied.
    fn every_score(
        &self,
        named: &Named,
        rankings: &mut Vec<Ranking>,
        groupings: &mut Vec<Grouping>,
        warnings: &mut Vec<String>,
    ) -> Result<(), Refused> {
        let slot = match named.place {
            Place::Segment(n) => self.plan.segments.get(n).copied(),
            Place::Let(n) => self.plan.lets.get(n).copied(),
            Place::Attribute(_) => None,
        };
        let outcomes: Vec<Option<bool>> = match (slot, &named.place) {
            (Some(slot), _) => {
                let needs = Needs::of(self.plan, [slot]);
                let mut there = self.later.iter().copied().flatten();
                if let Some(refusal) = there.find_map(|subject| self.plan.refusal_of(&needs, subject)) {
                    return Err(Refused::NotSupplied(refusal));
                }
                self.outcomes(self.plan, slot)
            }
            (None, Place::Attribute(n)) => {
                let value = |subject: &Subject| subject.attributes.get(*n).and_then(Value::as_bool);
                self.later.iter().map(|subject| subject.and_then(value)).collect()
            }
            (None, _) => Vec::new(),
        };
        let events = outcomes.iter().filter(|outcome| **outcome == Some(true)).count();
        let known = outcomes.iter().flatten().count();
        if events == 0 || events == known {
            return Err(Refused::Setting(format!(
                "`{}` holds of {events} of the {known} {}s of whom it is known at {}: nothing can be told from that",
                named.name, self.model.subject.name, self.options.until
            )));
        }
        let parts = score_parts(self.plan, self.subjects);
        let slots: Vec<Slot> = parts.iter().map(|(_, _, slot)| *slot).collect();
        let read = Columns::read(self.plan, &slots, self.subjects, self.now);
        for ((name, base, _), column) in parts.iter().zip(read.iter()) {
            // A learned scorecard has been measured against its own outcome.
            if rankings.iter().any(|ranking| ranking.score == *name && ranking.outcome == named.name) {
                continue;
            }
            if matches!(base, Base::Int | Base::Float | Base::Decimal) {
                let question = Question {
                    score: name,
                    outcome: &named.name,
                    lowest_first: false,
                    in_sample: false,
                    groups: self.options.groups,
                };
                match ranking(&question, &numbers(column), &outcomes, None) {
                    Ok(found) => rankings.push(found),
                    Err(error) => warnings.push(format!("cannot measure `{name}`: {}", said(&error))),
                }
            } else {
                let values: Vec<Option<Arc<str>>> =
                    column.iter().map(|value| category(self.model, base, value)).collect();
                let found = grouping(name, &named.name, &values, &outcomes);
                if found.groups.len() <= MOST_VALUES {
                    groupings.push(found);
                }
            }
        }
        Ok(())
    }
}

fn text(model: &Model, expr: &Expr) -> Arc<str> {
    model.sources.text(expr.span).into()
}

/// An error about what happened, rather than about what is learned from.
fn said(error: &FitError) -> String {
    match error {
        FitError::NoRows => "nobody has both a score and a known outcome".to_owned(),
        FitError::OneClass { events, non_events } => {
            format!("the outcome is the same for everybody: {events} have it, {non_events} do not")
        }
        other => other.to_string(),
    }
}
