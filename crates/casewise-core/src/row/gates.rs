//! The gates of a case, in their order: `status runs for require exclude contacts channels`.

use std::sync::Arc;

use crate::model::{CaseId, ChannelId, Clause, Model};
use crate::plan::layout::{is_walked, reachable};
use crate::plan::{CasePlan, DecidePlan, Node, Plan, Slot, semantics};
use crate::source::Span;
use crate::syntax::ast::ConditionKind;
use crate::values::{Time, Value};

use super::channels::{any_open, channels_of, is_open};
use super::contacts::ContactState;
use super::evaluate::{Evaluation, Inputs};
use super::explain::Place;

/// A gate, in the order in which they are tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gate {
    /// Live or trial.
    Status,
    /// `runs`
    Runs,
    /// `for`
    For,
    /// `require`
    Require,
    /// `exclude`
    Exclude,
    /// The contact policy.
    Contacts,
    /// At least one channel is open.
    Channels,
}

impl Gate {
    /// All, in order.
    pub const ALL: [Gate; 7] =
        [Gate::Status, Gate::Runs, Gate::For, Gate::Require, Gate::Exclude, Gate::Contacts, Gate::Channels];

    /// Its name in reports and in the ids of clauses without one.
    pub fn name(self) -> &'static str {
        match self {
            Gate::Status => "status",
            Gate::Runs => "runs",
            Gate::For => "for",
            Gate::Require => "require",
            Gate::Exclude => "exclude",
            Gate::Contacts => "contacts",
            Gate::Channels => "channels",
        }
    }

    /// The gate of a clause.
    pub fn of(kind: ConditionKind) -> Gate {
        match kind {
            ConditionKind::For => Gate::For,
            ConditionKind::Require => Gate::Require,
            ConditionKind::Exclude => Gate::Exclude,
        }
    }
}

/// What is known of one subject before any case is looked at.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The values of slots.
    pub evaluation: Evaluation,
    /// The contact policy.
    pub contacts: ContactState,
    /// One per channel, the contact policy aside.
    pub channels: Vec<Option<bool>>,
}

impl Standing {
    /// Forgets everything, and makes room for a plan.
    pub fn reset(&mut self, inputs: Inputs<'_>) {
        self.evaluation.reset(inputs.plan);
        self.look_around(inputs);
    }

    /// Goes through the contacts and the channels.
    pub fn look_around(&mut self, inputs: Inputs<'_>) {
        let (plan, now) = (inputs.plan, inputs.clock.now);
        self.contacts.digest(plan, inputs.subject.contacts(&plan.model), now, now);
        self.channels.clear();
        for channel in &inputs.plan.channels {
            let open = is_open(&mut self.evaluation, inputs, channel);
            self.channels.push(open);
        }
    }

    /// Whether a channel is open for a case, before any offer of this decision.
    pub fn channel_open(&self, channel: ChannelId, contacts_ignored: bool) -> Option<bool> {
        let open = self.channels.get(channel.0).copied().flatten();
        if contacts_ignored {
            open
        } else {
            semantics::all([open, self.contacts.channel_open(channel)].into_iter())
        }
    }

    /// The outcome of a case: false if any gate is false, else unknown if any is unknown.
    pub fn outcome(&mut self, inputs: Inputs<'_>, decide: Option<&DecidePlan>, id: CaseId) -> Option<bool> {
        let beside = self.beside_conditions(inputs, decide, id);
        if beside == Some(false) || !is_walked(&inputs.plan.model, id) {
            return Some(false);
        }
        let clauses = inputs.plan.cases.get(id.0).map(|case| case.clauses.as_slice()).unwrap_or_default();
        let conditions = clauses.iter().map(|clause| self.evaluation.truth(inputs, *clause));
        semantics::all(conditions.chain([beside]))
    }

    /// The outcome of `runs`, `contacts` and `channels`.
    pub fn beside_conditions(
        &self,
        inputs: Inputs<'_>,
        decide: Option<&DecidePlan>,
        id: CaseId,
    ) -> Option<bool> {
        let plan = inputs.plan;
        let (Some(case), Some(declared)) = (plan.cases.get(id.0), plan.model.cases.get(id.0)) else {
            return Some(false);
        };
        let now = inputs.clock.now;
        if !is_running(case, now) {
            return Some(false);
        }
        let ignored = declared.contacts_ignored;
        let contacts = if ignored { Some(true) } else { self.contacts.case_open(plan, id) };
        if contacts == Some(false) {
            return Some(false);
        }
        let open = channels_of(plan, decide, id).map(|channel| self.channel_open(channel, ignored));
        semantics::all([contacts, any_open(plan, open)].into_iter())
    }

    /// Every clause of a case with its outcome, in order.
    pub fn clauses(&mut self, inputs: Inputs<'_>, decide: Option<&DecidePlan>, id: CaseId) -> Vec<Tested> {
        clauses_of(inputs.plan, id)
            .map(|(gate, which)| Tested { gate, which, outcome: self.test(inputs, decide, id, which) })
            .collect()
    }

    fn test(
        &mut self,
        inputs: Inputs<'_>,
        decide: Option<&DecidePlan>,
        id: CaseId,
        which: Which,
    ) -> Option<bool> {
        let plan = inputs.plan;
        let (case, declared) = plan.cases.get(id.0).zip(plan.model.cases.get(id.0))?;
        match which {
            Which::Status => Some(is_walked(&plan.model, id)),
            Which::Runs => Some(is_running(case, inputs.clock.now)),
            Which::Clause(n) => case.clauses.get(n).and_then(|slot| self.evaluation.truth(inputs, *slot)),
            Which::Contact(rule) => self.contacts.rule_for_case(plan, rule, id),
            Which::Channels => {
                let ignored = declared.contacts_ignored;
                let open = channels_of(plan, decide, id).map(|channel| self.channel_open(channel, ignored));
                any_open(plan, open)
            }
        }
    }

    /// The slots that are unknown in a clause that is unknown.
    pub fn unknown_slots(
        &mut self,
        inputs: Inputs<'_>,
        decide: Option<&DecidePlan>,
        id: CaseId,
        tested: &Tested,
    ) -> Vec<Slot> {
        let plan = inputs.plan;
        let Some((case, declared)) = plan.cases.get(id.0).zip(plan.model.cases.get(id.0)) else {
            return Vec::new();
        };
        if tested.outcome.is_some() {
            return Vec::new();
        }
        match tested.which {
            Which::Clause(n) => case.clauses.get(n).copied().into_iter().collect(),
            Which::Channels => {
                let unknown = channels_of(plan, decide, id)
                    .filter(|channel| self.channel_open(*channel, declared.contacts_ignored).is_none());
                let clauses: Vec<Slot> = unknown
                    .filter_map(|channel| plan.channels.get(channel.0))
                    .flat_map(|channel| channel.clauses.iter().copied())
                    .collect();
                clauses.into_iter().filter(|slot| self.evaluation.truth(inputs, *slot).is_none()).collect()
            }
            Which::Status | Which::Runs | Which::Contact(_) => Vec::new(),
        }
    }
}

/// Whether an instant is in the days that a case runs.
pub fn is_running(case: &CasePlan, now: Time) -> bool {
    case.runs.is_none_or(|(from, until)| from <= now && now < until)
}

/// The clauses of a case, gate by gate, in the order in which they are told.
pub fn clauses_of(plan: &Plan, id: CaseId) -> impl Iterator<Item = (Gate, Which)> + use<'_> {
    let found = plan.cases.get(id.0).zip(plan.model.cases.get(id.0));
    found.into_iter().flat_map(|(case, declared)| {
        let runs = case.runs.map(|_| (Gate::Runs, Which::Runs));
        let clauses = declared.clauses.iter().zip(&case.clauses).enumerate();
        let rules = if declared.contacts_ignored { 0 } else { plan.contacts.len() };
        [(Gate::Status, Which::Status)]
            .into_iter()
            .chain(runs)
            .chain(clauses.map(|(n, (clause, _))| (Gate::of(clause.kind), Which::Clause(n))))
            .chain((0..rules).map(|rule| (Gate::Contacts, Which::Contact(rule))))
            .chain((!plan.channels.is_empty()).then_some((Gate::Channels, Which::Channels)))
    })
}

/// One clause of a case and what it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tested {
    /// Its gate.
    pub gate: Gate,
    /// Which one.
    pub which: Which,
    /// Unknown is none.
    pub outcome: Option<bool>,
}

/// A clause of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The status.
    Status,
    /// The run.
    Runs,
    /// Index into the case's clauses.
    Clause(usize),
    /// Index into the contact policy.
    Contact(usize),
    /// The channels.
    Channels,
}

/// What a model's text says of a clause; nothing of a status and of channels that are not written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) span: Option<Span>,
    pub(super) message: Option<Arc<str>>,
    pub(super) inherited_from: Option<Arc<str>>,
}

impl Written {
    /// Of a clause that is declared.
    pub(super) fn of(clause: &Clause) -> Written {
        Written {
            span: Some(clause.span),
            message: clause.message.clone(),
            inherited_from: clause.inherited_from.clone(),
        }
    }

    /// As it is written.
    pub(super) fn text(&self, model: &Model) -> Arc<str> {
        self.span.map(|span| model.sources.text(span).into()).unwrap_or_default()
    }

    /// Where it is written.
    pub(super) fn place(&self, model: &Model) -> Option<Place> {
        self.span.map(|span| Place::of(model, span))
    }
}

impl Which {
    /// What the model's text says of it.
    pub(super) fn written(self, model: &Model, id: CaseId) -> Written {
        let Some(case) = model.cases.get(id.0) else { return Written::default() };
        let span = match self {
            Which::Clause(n) => return case.clauses.get(n).map(Written::of).unwrap_or_default(),
            Which::Runs => case.runs.as_ref().map(|runs| runs.span),
            Which::Contact(rule) => model.contacts.get(rule).map(|rule| rule.span),
            Which::Status | Which::Channels => None,
        };
        Written { span, ..Written::default() }
    }
}

impl Tested {
    /// Its name, else gate and place in that gate.
    pub fn id(&self, model: &Model, case: CaseId) -> Arc<str> {
        clause_id(model, case, self.gate, self.which)
    }
}

/// The name of a clause, else its gate and its place in that gate.
pub fn clause_id(model: &Model, case: CaseId, gate: Gate, which: Which) -> Arc<str> {
    match which {
        Which::Clause(n) => {
            let clauses = model.cases.get(case.0).map(|c| c.clauses.as_slice()).unwrap_or_default();
            clauses.get(n).map(|clause| clause.id.clone()).unwrap_or_default()
        }
        Which::Contact(n) => format!("{}.{}", gate.name(), n + 1).into(),
        Which::Status | Which::Runs | Which::Channels => format!("{}.1", gate.name()).into(),
    }
}

/// The outcome of a gate.
pub fn gate_outcome(tested: &[Tested], gate: Gate) -> Option<bool> {
    semantics::all(tested.iter().filter(|t| t.gate == gate).map(|t| t.outcome))
}

/// The outcome of a case, and the first gate that has it.
pub fn case_outcome(tested: &[Tested]) -> (Option<bool>, Gate) {
    let outcome = semantics::all(tested.iter().map(|t| t.outcome));
    let gate = Gate::ALL.into_iter().find(|gate| gate_outcome(tested, *gate) == outcome);
    (outcome, gate.unwrap_or(Gate::Status))
}

/// The names of the missing inputs that slots read: attributes, then the context, in the order of the model.
pub fn missing_inputs(inputs: Inputs<'_>, roots: impl IntoIterator<Item = Slot>) -> Vec<Arc<str>> {
    let mut missing = Vec::new();
    reachable(inputs.plan, roots, |_, node| {
        let (context, n) = match node {
            Node::Attribute(n) => (false, *n),
            Node::Context(n) => (true, *n),
            _ => return,
        };
        let values = if context { inputs.subject.context.as_ref() } else { Some(&inputs.subject.attributes) };
        if values.and_then(|values| values.get(n as usize)).is_none_or(Value::is_missing) {
            missing.push((context, n));
        }
    });
    missing.sort_unstable();
    let model = &inputs.plan.model;
    let name = |(context, n): (bool, u32)| {
        let fields = if context { &model.context } else { &model.subject.attributes };
        fields.get(n as usize).map(|field| field.name.clone())
    };
    missing.into_iter().filter_map(name).collect()
}
