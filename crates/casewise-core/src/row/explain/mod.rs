//! Why a case became what it became: every gate and clause with what was observed and what was required.

mod change;
mod condition;
mod earliest;
mod learned;
mod scores;
mod text;

use std::sync::Arc;

use serde::Serialize;

use crate::model::{CaseId, ChannelId, Clause, ContactRuleKind, Model};
use crate::plan::layout::{case_roots, reachable};
use crate::plan::{ContactRulePlan, Plan};
use crate::source::Span;
use crate::values::{Time, Value};

use super::channels::{channels_of, is_quiet};
use super::decision::Decision;
use super::evaluate::Inputs;
use super::gates::{Gate, Standing, Tested, Which, Written, gate_outcome};
use super::plain::{plain, truth_name};
use super::report::{CaseReport, Plain};

pub use change::{Change, Changed};
pub use condition::Condition;
use earliest::{Later, earliest, first_awake};
pub use scores::{PointsExplanation, Reason, ScoreExplanation};

/// Why a case became what it became. As JSON: the fields below, in this order, absent where they say nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The subject's key.
    pub id: Arc<str>,
    /// RFC 3339, UTC.
    pub now: String,
    /// The case.
    pub case: Arc<str>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Arc<str>>,
    /// `status`, `outcome`, `gate`, `failed`, `missing`, `by`, `of`, `trial`, as in a decision.
    #[serde(flatten)]
    pub result: CaseReport,
    /// Its gates, in the order in which they are tested; those without a clause are left out.
    pub gates: Vec<GateExplanation>,
    /// Its turn in the walk, if it passed its gates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walk: Option<WalkExplanation>,
    /// The first instant at which `runs`, contacts and channels hold together, with everything else frozen;
    /// `null` if there is none.
    pub earliest: Option<String>,
    /// The smallest change of the subject with which the conditions hold; none where they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// The scores that the case reads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<ScoreExplanation>,
    /// Where the case is written.
    pub place: Place,
}

/// Where something is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as it was named when the model was opened.
    pub file: Arc<str>,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl Place {
    pub(super) fn of(model: &Model, span: Span) -> Place {
        let (line, column) = model.sources.line_column(span);
        let file = model.sources.file(span).map(|file| file.name.clone()).unwrap_or_default();
        Place { file, line, column }
    }
}

/// A gate with its clauses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GateExplanation {
    /// `status runs for require exclude contacts channels`
    pub gate: &'static str,
    /// `true`, `false` or `unknown`.
    pub outcome: &'static str,
    /// In order.
    pub clauses: Vec<ClauseExplanation>,
}

/// One clause of a gate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClauseExplanation {
    /// Its name, else gate and place in that gate.
    pub id: Arc<str>,
    /// `true`, `false` or `unknown`: whether it lets the case pass.
    pub outcome: &'static str,
    /// As it is written.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub text: Arc<str>,
    /// What the model tells people where it does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Arc<str>>,
    /// `every case`, or the group it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inherited_from: Option<Arc<str>>,
    /// Where it is written; none of `channels` and of a status that is not written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The condition of `status`, `runs`, `for`, `require` and `exclude`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// What a rule of the contact policy counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<ContactExplanation>,
    /// The channels of the case, in order of preference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelExplanation>,
}

/// What a rule of the contact policy counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContactExplanation {
    /// The rule, as `contacts` and its place.
    pub rule: Arc<str>,
    /// Whether it leaves the case, or the channel, open.
    pub outcome: &'static str,
    /// As it is written.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub text: Arc<str>,
    /// Contacts counted: of a cap in its window, of `without opened` in all history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<i64>,
    /// How many close it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// When it opens, if nothing new happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// A channel of the case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelExplanation {
    /// Its name.
    pub channel: Arc<str>,
    /// Whether it is open.
    pub outcome: &'static str,
    /// What it requires.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<ClauseExplanation>,
    /// It has quiet hours now.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub quiet: bool,
    /// When these quiet hours end; none if they never do, or if the zone is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_until: Option<String>,
    /// Rules of the contact policy that do not leave it open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactExplanation>,
}

/// The turn of a case in the walk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WalkExplanation {
    /// What it was ranked by.
    pub rank_value: Plain,
    /// The `decide` that counted, if it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decide: Option<Arc<str>>,
    /// Its place among the offers, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
    /// The channel of the offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Arc<str>>,
    /// What became of it, in words.
    pub reason: String,
    /// Numbers that were not given and count as unlimited.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unlimited: Vec<String>,
}

impl Decision {
    /// Why a case became what it became; none for a case that the plan does not have.
    pub fn why(&self, id: CaseId) -> Option<Explanation> {
        let plan = self.plan();
        let model = &plan.model;
        let case = model.cases.get(id.0)?;
        let result = self.case(id);
        let decide = self.decide_plan();
        let (gates, earliest, change, scores) = self.with(|scratch, inputs| {
            let standing = &mut scratch.standing;
            let mut later = Later::new(inputs);
            let tested = standing.clauses(inputs, decide, id);
            let mut explainer = Explainer { inputs, standing, later: &mut later, id, opened: 0 };
            let gates = Gate::ALL
                .into_iter()
                .filter(|gate| tested.iter().any(|t| t.gate == *gate))
                .map(|gate| GateExplanation {
                    gate: gate.name(),
                    outcome: truth_name(gate_outcome(&tested, gate)),
                    clauses: tested
                        .iter()
                        .filter(|t| t.gate == gate)
                        .map(|t| explainer.clause(t, decide.and_then(|d| d.channels.as_deref())))
                        .collect(),
                })
                .collect();
            let earliest = earliest(explainer.standing, inputs, decide, explainer.later, id);
            let change = change::smallest(&mut explainer, &tested, decide);
            (gates, earliest, change, explainer.scores())
        });
        let walk = (result.status != "ineligible").then(|| self.turn_of(id, &result));
        Some(Explanation {
            id: self.subject().key.clone(),
            now: self.now().to_string(),
            case: case.name.clone(),
            title: case.title.clone(),
            result,
            gates,
            walk,
            earliest: earliest.map(|t| t.to_string()),
            change,
            scores,
            place: Place::of(model, case.span),
        })
    }

    /// How a score came about; none for a score that the plan does not have.
    pub fn why_score(&self, id: crate::model::ScoreId) -> Option<ScoreExplanation> {
        self.with(|scratch, inputs| {
            let mut later = Later::new(inputs);
            let standing = &mut scratch.standing;
            Explainer { inputs, standing, later: &mut later, id: CaseId(usize::MAX), opened: 0 }.score(id)
        })
    }

    fn turn_of(&self, id: CaseId, result: &CaseReport) -> WalkExplanation {
        let model = &self.plan().model;
        let offer = self.offers().iter().enumerate().find(|(_, offer)| offer.case == id);
        let channel = offer.and_then(|(_, o)| o.channel).and_then(|c| model.channels.get(c.0));
        let decide = self.decide().and_then(|n| model.decides.get(n));
        WalkExplanation {
            rank_value: plain(model, &crate::model::Base::Float, &self.rank_value(id)),
            decide: decide.and_then(|d| d.name.clone()),
            place: offer.map(|(n, _)| n + 1),
            channel: channel.map(|c| c.name.clone()),
            reason: text::reason(result, channel.map(|c| &*c.name)),
            unlimited: self.unlimited(id),
        }
    }

    /// Numbers that the model declares for a case and that were not given.
    fn unlimited(&self, id: CaseId) -> Vec<String> {
        let Some(remaining) = self.remaining() else { return Vec::new() };
        let plan: &Plan = self.plan();
        let model = &plan.model;
        let Some(case) = plan.cases.get(id.0) else { return Vec::new() };
        let mut unlimited = Vec::new();
        if case.quota.is_some() && !remaining.quota.iter().any(|(n, _)| *n == id.0) {
            unlimited.push("quota".to_owned());
        }
        for channel in channels_of(plan, self.decide_plan(), id) {
            let declared = plan.channels.get(channel.0).is_some_and(|c| c.capacity.is_some());
            if declared && !remaining.capacity.iter().any(|(n, _)| *n == channel.0) {
                let name = model.channels.get(channel.0).map(|c| &*c.name).unwrap_or_default();
                unlimited.push(format!("capacity of {name}"));
            }
        }
        for (_, property) in &case.budgets {
            if !remaining.budget.iter().any(|(n, p, _)| (*n, *p) == (id.0, property.0)) {
                let name = model.properties.get(property.0).map(|p| &*p.name).unwrap_or_default();
                unlimited.push(format!("budget of {name}"));
            }
        }
        unlimited
    }
}

/// What explaining one case looks at.
struct Explainer<'e, 'a> {
    inputs: Inputs<'a>,
    standing: &'e mut Standing,
    later: &'e mut Later<'a>,
    id: CaseId,
    /// Conditions of declarations that have been written out.
    opened: usize,
}

impl<'a> Explainer<'_, 'a> {
    fn model(&self) -> &'a Model {
        &self.inputs.plan.model
    }

    fn source(&self, span: Span) -> Arc<str> {
        self.model().sources.text(span).into()
    }

    /// A clause as it is written, with nothing yet of what it looks at.
    fn told(&self, id: Arc<str>, outcome: Option<bool>, written: Written) -> ClauseExplanation {
        let model = self.model();
        ClauseExplanation {
            id,
            outcome: truth_name(outcome),
            text: written.text(model),
            place: written.place(model),
            message: written.message,
            inherited_from: written.inherited_from,
            condition: None,
            contacts: None,
            channels: Vec::new(),
        }
    }

    fn clause(&mut self, tested: &Tested, allowed: Option<&[ChannelId]>) -> ClauseExplanation {
        let model = self.model();
        let written = tested.which.written(model, self.id);
        let mut clause = self.told(tested.id(model, self.id), tested.outcome, written);
        let Some(case) = model.cases.get(self.id.0) else { return clause };
        match tested.which {
            Which::Status => clause.condition = Some(condition::of_status(case.status, tested.outcome)),
            Which::Runs => {
                clause.condition = case.runs.as_ref().map(|runs| self.runs(runs, tested.outcome));
            }
            Which::Clause(n) => {
                clause.condition = case.clauses.get(n).map(|declared| self.condition_of(declared));
            }
            Which::Contact(rule) => clause.contacts = self.contact(rule, None),
            Which::Channels => {
                let planned =
                    self.inputs.plan.cases.get(self.id.0).map(|c| c.channels.as_slice()).unwrap_or_default();
                let channels = planned.iter().filter(|c| allowed.is_none_or(|allowed| allowed.contains(c)));
                clause.channels =
                    channels.filter_map(|channel| self.channel(*channel, case.contacts_ignored)).collect();
            }
        }
        clause
    }

    fn condition_of(&mut self, declared: &'a Clause) -> Condition {
        self.condition(&declared.condition, Gate::of(declared.kind) != Gate::Exclude)
    }

    /// What a rule counted for the case, or for a channel; none if it does not concern it.
    fn contact(&mut self, rule: usize, channel: Option<ChannelId>) -> Option<ContactExplanation> {
        let plan = self.inputs.plan;
        let declared = plan.model.contacts.get(rule)?;
        let outcome = match channel {
            Some(channel) => self.standing.contacts.rule_for_channel(plan, rule, channel),
            None => self.standing.contacts.rule_for_case(plan, rule, self.id),
        };
        let tally = self.standing.contacts.tally(plan, rule, self.id, channel)?;
        let (counted, limit) = match plan.contacts.get(rule)? {
            ContactRulePlan::Cap { count, .. } => (Some(tally.contacts), Some(*count)),
            ContactRulePlan::Pause { .. } => (None, None),
            ContactRulePlan::PauseWithout { count, .. } => {
                let ignored = if tally.opened > tally.first_of_last { 0 } else { tally.contacts.min(*count) };
                (Some(ignored), Some(*count))
            }
        };
        let until = match (outcome, channel) {
            (Some(true), _) => None,
            (_, Some(channel)) => self.later.channel(channel, &[rule]),
            (_, None) => self.later.case(self.id, &[rule]),
        };
        let kept_open = matches!(declared.kind, ContactRuleKind::Pause { .. }) && outcome == Some(true);
        Some(ContactExplanation {
            rule: format!("contacts.{}", rule + 1).into(),
            outcome: truth_name(outcome),
            text: self.source(declared.span),
            counted: counted.filter(|_| !kept_open),
            limit,
            until: until.map(|t| t.to_string()),
        })
    }

    fn channel(&mut self, id: ChannelId, contacts_ignored: bool) -> Option<ChannelExplanation> {
        let plan = self.inputs.plan;
        let (declared, planned) = (plan.model.channels.get(id.0)?, plan.channels.get(id.0)?);
        let outcome = self.standing.channel_open(id, contacts_ignored);
        let mut clauses = Vec::new();
        for (clause, slot) in declared.clauses.iter().zip(&planned.clauses) {
            let holds = self.standing.evaluation.truth(self.inputs, *slot);
            let mut told = self.told(clause.id.clone(), holds, Written::of(clause));
            told.condition = Some(self.condition_of(clause));
            clauses.push(told);
        }
        let now: Time = self.inputs.clock.now;
        let quiet = is_quiet(&mut self.standing.evaluation, self.inputs, planned, now);
        let quiet_until = if quiet { first_awake(self.standing, self.inputs, id, now) } else { None };
        let rules = if contacts_ignored { 0 } else { plan.contacts.len() };
        Some(ChannelExplanation {
            channel: declared.name.clone(),
            outcome: truth_name(outcome),
            clauses,
            quiet,
            quiet_until: quiet_until.map(|t| t.to_string()),
            contacts: (0..rules)
                .filter_map(|rule| self.contact(rule, Some(id)))
                .filter(|rule| rule.outcome != "true")
                .collect(),
        })
    }

    /// The scores that the case reads, in the order of the model.
    fn scores(&mut self) -> Vec<ScoreExplanation> {
        let plan = self.inputs.plan;
        let mut read = vec![false; plan.nodes.len()];
        reachable(plan, case_roots(plan, self.id), |slot, node| {
            if let Some(place) = read.get_mut(slot.index()).filter(|_| !node.is_leaf()) {
                *place = true;
            }
        });
        let reads = |slot: crate::plan::Slot| read.get(slot.index()).copied().unwrap_or_default();
        let scores: Vec<usize> = (0..plan.scores.len())
            .filter(|n| {
                let asked = plan.asked.iter().any(|(id, _, slot)| id.0 == *n && reads(*slot));
                asked || plan.scores.get(*n).is_some_and(|parts| parts.iter().any(|(_, slot)| reads(*slot)))
            })
            .collect();
        scores.into_iter().filter_map(|n| self.score(crate::model::ScoreId(n))).collect()
    }

    /// The value of an expression outside events.
    fn value(&mut self, expr: &crate::model::Expr) -> Value {
        match self.inputs.plan.slot_of(expr) {
            Some(slot) => self.standing.evaluation.value(self.inputs, slot).clone(),
            None => Value::Missing,
        }
    }

    fn plain(&mut self, expr: &crate::model::Expr) -> Plain {
        let value = self.value(expr);
        plain(self.model(), &expr.ty.base, &value)
    }
}
