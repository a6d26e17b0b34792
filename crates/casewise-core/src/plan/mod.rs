//! Model (+ parameters) → one global DAG of distinct expressions, shared by all cases.
//!
//! A [`Plan`] that exists runs: evaluation can only refuse a row, before it starts.

use std::fmt;
use std::sync::{Arc, RwLock};

use regex::Regex;
use rustc_hash::FxHashMap;

use crate::model::{
    CapScope, CaseId, ChannelId, ContactRuleKind, Expectation, Expr, Fields, Given, Holdout, LetId, Model,
    Offer, Outcome, PauseScope, PropertyId, ScoreId, ScoreKind, ScorePart, Status,
};
use crate::parameters::Parameters;
use crate::values::{Date, Decimal, Time, Value, share_threshold};

pub mod index;
pub mod layout;
mod learned;
pub mod lifetime;
mod lower;
pub mod node;
pub mod semantics;

use index::{CaseIndex, Logic};
use layout::PlanLayout;
use lifetime::LifetimeTable;
pub use lower::{CenterTable, RuleTable};
use lower::{Lowerer, RankScope};
pub use node::{Node, Nodes, Slot};
use semantics::Clock;

/// Why a model cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError {
    message: String,
    parameters_required: Option<Arc<str>>,
    is_of_parameters: bool,
}

impl PlanError {
    fn new(message: impl Into<String>) -> PlanError {
        PlanError { message: message.into(), parameters_required: None, is_of_parameters: false }
    }

    fn too_large() -> PlanError {
        PlanError::new(format!("the model has more than {} distinct expressions: split it", node::MAX_NODES))
    }

    fn too_deep() -> PlanError {
        PlanError::new(format!(
            "declarations of the model stand on one another more than {} levels deep: flatten them",
            node::MAX_DEPTH
        ))
    }

    fn internal(what: &str) -> PlanError {
        PlanError::new(format!(
            "the checker let through {what}: this is a defect of casewise, please report it"
        ))
    }

    fn parameters_required(score: Arc<str>) -> PlanError {
        PlanError {
            message: format!(
                "score `{score}` is learned and no parameters are given: fit the model and open it with its parameters"
            ),
            parameters_required: Some(score),
            is_of_parameters: false,
        }
    }

    fn parameters(message: String) -> PlanError {
        PlanError { is_of_parameters: true, ..PlanError::new(message) }
    }

    /// Whether parameters were given and cannot be used.
    pub fn is_of_parameters(&self) -> bool {
        self.is_of_parameters
    }

    /// The learned score for which parameters are missing.
    pub fn missing_parameters(&self) -> Option<&str> {
        self.parameters_required.as_deref()
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PlanError {}

/// What becomes of a learned score without parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    IsAnError,
    /// In a test of the model: an error where it is looked at.
    InTest(usize),
    /// It is about to be learned.
    IsLearned,
}

/// What is run: every distinct expression once, and each case as places in it.
#[derive(Debug)]
pub struct Plan {
    /// What was planned.
    pub model: Arc<Model>,
    /// What was learned for it.
    pub parameters: Option<Arc<Parameters>>,
    /// The expressions.
    pub nodes: Nodes,
    /// Compiled patterns of `matches`.
    pub patterns: Vec<Regex>,
    /// Centres of clusters.
    pub centers: Vec<CenterTable>,
    /// Rules of affinities, by item.
    pub rules: Vec<RuleTable>,
    /// Models of lifetimes.
    pub lifetimes: Vec<LifetimeTable>,
    /// What is asked of affinities, item by item: these have no parts of their own.
    pub asked: Vec<(ScoreId, ScorePart, Slot)>,
    /// One per let.
    pub lets: Vec<Slot>,
    /// The parts of each score that are reported.
    pub scores: Vec<Vec<(ScorePart, Slot)>>,
    /// One per segment.
    pub segments: Vec<Slot>,
    /// One per gate.
    pub gates: Vec<Slot>,
    /// One per channel.
    pub channels: Vec<ChannelPlan>,
    /// One per rule.
    pub contacts: Vec<ContactRulePlan>,
    /// One per case.
    pub cases: Vec<CasePlan>,
    /// One per `decide`.
    pub decides: Vec<DecidePlan>,
    /// The conditions of all cases, over all tests.
    pub logic: Logic,
    /// What deciding looks up.
    pub layout: PlanLayout,
    index: RwLock<Option<Arc<CaseIndex>>>,
    places: FxHashMap<usize, Slot>,
}

/// A planned channel.
#[derive(Debug, Clone)]
pub struct ChannelPlan {
    /// One per clause, true where it holds.
    pub clauses: Vec<Slot>,
    /// All of them.
    pub open: Slot,
    /// From, to (minutes after midnight), zone.
    pub quiet: Vec<(u16, u16, Option<Slot>)>,
    /// Contacts a day.
    pub capacity: Option<i64>,
}

/// A planned rule of the contact policy; lengths are durations or periods.
#[derive(Debug, Clone)]
pub enum ContactRulePlan {
    /// At most `count` within `window`.
    Cap {
        /// Contacts.
        count: i64,
        /// Length.
        window: Value,
        /// What is counted together.
        scope: CapScope,
    },
    /// Silence after an outcome.
    Pause {
        /// How long.
        length: Value,
        /// After what.
        outcome: Outcome,
        /// Which contacts.
        scope: PauseScope,
    },
    /// Silence after so many contacts that were not opened.
    PauseWithout {
        /// How long.
        length: Value,
        /// How many.
        count: i64,
        /// Which contacts.
        scope: PauseScope,
    },
}

/// A planned case.
#[derive(Debug, Clone)]
pub struct CasePlan {
    /// As declared.
    pub status: Status,
    /// First instant, and the first instant after.
    pub runs: Option<(Time, Time)>,
    /// One per clause of the model's case, true where it holds.
    pub clauses: Vec<Slot>,
    /// The priority; none is 0.
    pub priority: Slot,
    /// One per property of the model.
    pub properties: Arc<[Slot]>,
    /// What the case is ranked by, one per `decide`; the priority where there is no `decide`.
    pub ranks: Vec<Slot>,
    /// In order of preference; empty where no channel is declared.
    pub channels: Vec<ChannelId>,
    /// Share and salt of its holdout.
    pub holdout: Option<HoldoutPlan>,
    /// Units in all.
    pub quota: Option<i64>,
    /// Amounts in all.
    pub budgets: Vec<(Value, PropertyId)>,
    /// What is offered.
    pub offer: OfferPlan,
    /// By stable hash.
    pub variants: Vec<VariantPlan>,
    /// Salt of the variants.
    pub salt: Arc<str>,
}

/// A planned holdout.
#[derive(Debug, Clone)]
pub struct HoldoutPlan {
    /// A bucket below this is held out.
    pub threshold: u128,
    /// The salt.
    pub salt: Arc<str>,
    /// The following case moves up.
    pub next: bool,
}

/// A planned offer.
#[derive(Debug, Clone, Default)]
pub struct OfferPlan {
    /// On every channel not named below.
    pub fields: Fields<Slot>,
    /// By channel.
    pub on: Vec<(ChannelId, Fields<Slot>)>,
}

impl OfferPlan {
    /// The fields on a channel.
    pub fn on(&self, channel: Option<ChannelId>) -> &[(Arc<str>, Slot)] {
        self.on.iter().find(|(c, _)| Some(*c) == channel).map_or(&self.fields, |(_, fields)| fields)
    }
}

/// A planned variant.
#[derive(Debug, Clone)]
pub struct VariantPlan {
    /// Its name.
    pub name: Arc<str>,
    /// A bucket below this, and not below the one before, is in this variant.
    pub below: u128,
    /// Replaces the case's offer.
    pub offer: Option<OfferPlan>,
}

/// A planned `decide`.
#[derive(Debug, Clone)]
pub struct DecidePlan {
    /// Counts where this is true.
    pub when: Option<Slot>,
    /// Offers at most.
    pub top: Option<i64>,
    /// Offers of one group at most.
    pub per_group: Option<i64>,
    /// Who is offered nothing at all.
    pub control: Option<HoldoutPlan>,
    /// Channels that may be used.
    pub channels: Option<Vec<ChannelId>>,
}

impl Plan {
    /// Plans a model.
    ///
    /// # Errors
    /// Where a learned part has no parameters, and where the model is beyond the documented limits.
    pub fn new(model: Arc<Model>) -> Result<Plan, PlanError> {
        Plan::with_parameters(model, &[], None)
    }

    /// Plans a model with what was learned for it, and with constants in the place of lets and scores, as tests
    /// do with `given`.
    ///
    /// # Errors
    /// As [`Plan::new`], and where the parameters are not those of the model.
    pub fn with_parameters(
        model: Arc<Model>,
        given: &[(Given, Value)],
        parameters: Option<Arc<Parameters>>,
    ) -> Result<Plan, PlanError> {
        Plan::build(model, given, parameters, Missing::IsAnError)
    }

    /// Plans a model for one of its tests: the conditions that the test expects have slots too, and learned
    /// scores without parameters are [`Node::Unlearned`].
    ///
    /// # Errors
    /// As [`Plan::with_parameters`], but for what is not learned.
    pub fn for_test(
        model: Arc<Model>,
        given: &[(Given, Value)],
        parameters: Option<Arc<Parameters>>,
        test: usize,
    ) -> Result<Plan, PlanError> {
        Plan::build(model, given, parameters, Missing::InTest(test))
    }

    /// Plans a model that is to be learned: learned scores are [`Node::Unlearned`].
    ///
    /// # Errors
    /// Where the model is beyond the documented limits.
    pub fn to_learn(model: Arc<Model>) -> Result<Plan, PlanError> {
        Plan::build(model, &[], None, Missing::IsLearned)
    }

    /// What must be supplied to learn what is [`Node::Unlearned`].
    pub fn needs_to_learn(&self) -> layout::Needs {
        let lessons = self.nodes.iter().filter_map(|node| match node {
            Node::Unlearned { reads, .. } => Some(reads.iter().copied()),
            _ => None,
        });
        layout::Needs::of(self, lessons.flatten())
    }

    /// Plans only what one score is learned from, with what has been learned so far. Gives the slots:
    ///
    /// - `rfm`: recency, frequency, and monetary if there is one
    /// - `scorecard`: the outcome, then the factors
    /// - `cluster`: the features
    /// - `behavior`: the sum within its bounds
    /// - `affinity`: the set of items that are held
    /// - `lifetime`: what is read of the purchases, in the order of [`lifetime::Purchases`]
    ///
    /// # Errors
    /// As [`Plan::with_parameters`].
    pub fn for_learning(
        model: Arc<Model>,
        parameters: Arc<Parameters>,
        score: ScoreId,
    ) -> Result<(Plan, Vec<Slot>), PlanError> {
        let shared = model.clone();
        let mut lowerer = Lowerer::new(&shared, &[], Some(&parameters));
        let slots = lowerer.lessons(score)?;
        let Lowerer { nodes, patterns, centers, rules, lifetimes, places, .. } = lowerer;
        let mut plan = Plan { nodes, patterns, centers, rules, lifetimes, places, ..Plan::empty(model) };
        plan.parameters = Some(parameters.clone());
        plan.layout = PlanLayout::of_slots(&plan, &slots);
        Ok((plan, slots))
    }

    fn empty(model: Arc<Model>) -> Plan {
        Plan {
            model,
            parameters: None,
            nodes: Nodes::default(),
            patterns: Vec::new(),
            centers: Vec::new(),
            rules: Vec::new(),
            lifetimes: Vec::new(),
            asked: Vec::new(),
            lets: Vec::new(),
            scores: Vec::new(),
            segments: Vec::new(),
            gates: Vec::new(),
            channels: Vec::new(),
            contacts: Vec::new(),
            cases: Vec::new(),
            decides: Vec::new(),
            logic: Logic::default(),
            layout: PlanLayout::default(),
            index: RwLock::new(None),
            places: FxHashMap::default(),
        }
    }

    fn build(
        model: Arc<Model>,
        given: &[(Given, Value)],
        parameters: Option<Arc<Parameters>>,
        missing: Missing,
    ) -> Result<Plan, PlanError> {
        if let Some(parameters) = &parameters {
            parameters.belong_to(&model).map_err(|mismatch| PlanError::parameters(mismatch.to_string()))?;
        }
        let shared = model.clone();
        let mut lowerer = Lowerer::new(&shared, given, parameters.as_deref());
        lowerer.lenient = missing != Missing::IsAnError;
        let lets: Result<Vec<Slot>, PlanError> =
            (0..model.lets.len()).map(|n| lowerer.let_value(LetId(n))).collect();
        let lets = lets?;
        let mut scores = Vec::with_capacity(model.scores.len());
        for (n, score) in shared.scores.iter().enumerate() {
            let parts: Result<Vec<(ScorePart, Slot)>, PlanError> = reported_parts(&score.kind)
                .into_iter()
                .map(|part| lowerer.score(ScoreId(n), &part).map(|slot| (part, slot)))
                .collect();
            scores.push(parts?);
        }
        let segments: Result<Vec<Slot>, PlanError> =
            (0..model.segments.len()).map(|n| lowerer.segment(n)).collect();
        let gates: Result<Vec<Slot>, PlanError> =
            (0..model.gates.len()).map(|n| lowerer.gate(crate::model::GateId(n))).collect();
        let (segments, gates) = (segments?, gates?);
        let mut channels = Vec::with_capacity(model.channels.len());
        for channel in &shared.channels {
            channels.push(channel_plan(&mut lowerer, channel)?);
        }
        let mut contacts = Vec::with_capacity(model.contacts.len());
        for rule in &shared.contacts {
            contacts.push(contact_rule_plan(&mut lowerer, &rule.kind)?);
        }
        let mut decides = Vec::with_capacity(model.decides.len());
        for decide in &shared.decides {
            decides.push(DecidePlan {
                when: decide.when.as_ref().map(|e| lowerer.expr(e)).transpose()?,
                top: int(&mut lowerer, decide.top.as_ref())?,
                per_group: int(&mut lowerer, decide.per_group.as_ref())?,
                control: decide.control.as_ref().map(|h| holdout_plan(&mut lowerer, h)).transpose()?,
                channels: decide.channels.clone(),
            });
        }
        let mut cases = Vec::with_capacity(model.cases.len());
        for case in &shared.cases {
            cases.push(case_plan(&mut lowerer, &shared, case)?);
        }
        let test = match missing {
            Missing::InTest(index) => shared.tests.get(index),
            Missing::IsLearned | Missing::IsAnError => None,
        };
        for (expectation, _) in test.iter().flat_map(|test| &test.expect) {
            if let Expectation::Condition(condition) = expectation {
                lowerer.expr(condition)?;
            }
        }
        let asked = lowerer.asked();
        let Lowerer { nodes, patterns, centers, rules, lifetimes, places, .. } = lowerer;
        let logic = Logic::new(&nodes, cases.iter().map(|case| case.clauses.as_slice()));
        let mut plan = Plan {
            parameters: parameters.clone(),
            model,
            nodes,
            patterns,
            centers,
            rules,
            lifetimes,
            asked,
            lets,
            scores,
            segments,
            gates,
            channels,
            contacts,
            cases,
            decides,
            logic,
            layout: PlanLayout::default(),
            index: RwLock::new(None),
            places,
        };
        plan.layout = PlanLayout::new(&plan);
        Ok(plan)
    }

    /// The slot of an expression of this plan's model, for explanations; none for what stands in `rank by`.
    pub fn slot_of(&self, expr: &Expr) -> Option<Slot> {
        self.places.get(&std::ptr::from_ref(expr).addr()).copied()
    }

    /// The tables that find eligible cases on the day of `clock`; those of the latest day are kept.
    pub fn index(&self, clock: &Clock<'_>) -> Arc<CaseIndex> {
        let kept = self.index.read().ok().and_then(|index| index.clone());
        if let Some(index) = kept.filter(|index| index.day == clock.today) {
            return index;
        }
        let index = Arc::new(CaseIndex::new(&self.nodes, &self.logic, clock));
        if let Ok(mut kept) = self.index.write() {
            *kept = Some(index.clone());
        }
        index
    }

    /// Index of the case of this name.
    pub fn case_named(&self, name: &str) -> Option<CaseId> {
        self.model.cases.iter().position(|c| &*c.name == name).map(CaseId)
    }
}

/// The parts of a score that a decision reports.
fn reported_parts(kind: &ScoreKind) -> Vec<ScorePart> {
    use ScorePart::{
        Alive, Code, Distance, Expected, F, Frequency, Label, LifetimeValue, M, Monetary, R, Recency, Total,
    };
    match kind {
        ScoreKind::Rfm(rfm) => {
            let mut parts = vec![Recency, Frequency, Monetary, R, F, M, Total, Code];
            parts.retain(|p| rfm.monetary.is_some() || !matches!(p, Monetary | M));
            parts
        }
        ScoreKind::Cluster(_) => vec![Label, Distance],
        ScoreKind::Lifetime(lifetime) => {
            let mut parts = vec![Alive, Expected];
            parts.extend(lifetime.monetary.is_some().then_some(LifetimeValue));
            parts
        }
        // Its values are asked for item by item.
        ScoreKind::Affinity(_) => Vec::new(),
        ScoreKind::Expression { .. }
        | ScoreKind::Scorecard(_)
        | ScoreKind::Behavior(_)
        | ScoreKind::Composite(_) => {
            vec![ScorePart::Value]
        }
    }
}

fn int<'m>(lowerer: &mut Lowerer<'m>, expr: Option<&'m Expr>) -> Result<Option<i64>, PlanError> {
    match expr.map(|e| lowerer.constant_value(e)).transpose()? {
        Some(Value::Int(n)) => Ok(Some(n)),
        Some(_) => Err(PlanError::internal("a number that is not an int")),
        None => Ok(None),
    }
}

fn share<'m>(lowerer: &mut Lowerer<'m>, expr: &'m Expr) -> Result<Decimal, PlanError> {
    match lowerer.constant_value(expr)? {
        Value::Decimal(share) => Ok(share),
        Value::Int(n) => Ok(Decimal::from_i64(n)),
        _ => Err(PlanError::internal("a share that is not a decimal")),
    }
}

fn date<'m>(lowerer: &mut Lowerer<'m>, expr: &'m Expr) -> Result<Date, PlanError> {
    match lowerer.constant_value(expr)? {
        Value::Date(date) => Ok(date),
        _ => Err(PlanError::internal("a day that is not a date")),
    }
}

fn holdout_plan<'m>(lowerer: &mut Lowerer<'m>, holdout: &'m Holdout) -> Result<HoldoutPlan, PlanError> {
    let share = share(lowerer, &holdout.share)?;
    Ok(HoldoutPlan { threshold: share_threshold(share), salt: holdout.salt.clone(), next: holdout.next })
}

fn channel_plan<'m>(
    lowerer: &mut Lowerer<'m>,
    channel: &'m crate::model::Channel,
) -> Result<ChannelPlan, PlanError> {
    let clauses: Result<Vec<Slot>, PlanError> = channel.clauses.iter().map(|c| lowerer.clause(c)).collect();
    let clauses = clauses?;
    let open = lowerer.conjunction(clauses.clone())?;
    let mut quiet = Vec::with_capacity(channel.quiet.len());
    for q in &channel.quiet {
        quiet.push((q.from, q.to, q.zone.as_ref().map(|z| lowerer.expr(z)).transpose()?));
    }
    Ok(ChannelPlan { clauses, open, quiet, capacity: int(lowerer, channel.capacity.as_ref())? })
}

fn contact_rule_plan<'m>(
    lowerer: &mut Lowerer<'m>,
    kind: &'m ContactRuleKind,
) -> Result<ContactRulePlan, PlanError> {
    let count = |lowerer: &mut Lowerer<'m>, e: &'m Expr| int(lowerer, Some(e)).map(Option::unwrap_or_default);
    Ok(match kind {
        ContactRuleKind::Cap { count: n, window, scope } => ContactRulePlan::Cap {
            count: count(lowerer, n)?,
            window: lowerer.constant_value(window)?,
            scope: scope.clone(),
        },
        ContactRuleKind::Pause { length, outcome, scope } => ContactRulePlan::Pause {
            length: lowerer.constant_value(length)?,
            outcome: *outcome,
            scope: *scope,
        },
        ContactRuleKind::PauseWithout { length, count: n, scope } => ContactRulePlan::PauseWithout {
            length: lowerer.constant_value(length)?,
            count: count(lowerer, n)?,
            scope: *scope,
        },
    })
}

fn offer_plan<'m>(lowerer: &mut Lowerer<'m>, offer: &'m Offer) -> Result<OfferPlan, PlanError> {
    let fields = |lowerer: &mut Lowerer<'m>, fields: &'m [(Arc<str>, Expr)]| {
        fields
            .iter()
            .map(|(name, e)| lowerer.expr(e).map(|slot| (name.clone(), slot)))
            .collect::<Result<Vec<_>, _>>()
    };
    let mut plan = OfferPlan { fields: fields(lowerer, &offer.fields)?, on: Vec::new() };
    for (channel, named) in &offer.on {
        plan.on.push((*channel, fields(lowerer, named)?));
    }
    Ok(plan)
}

fn case_plan<'m>(
    lowerer: &mut Lowerer<'m>,
    model: &'m Model,
    case: &'m crate::model::Case,
) -> Result<CasePlan, PlanError> {
    let runs = match &case.runs {
        Some(runs) => {
            let (from, through) = (date(lowerer, &runs.from)?, date(lowerer, &runs.through)?);
            // Beyond the calendar's end nothing stops.
            let from = model.zone.start_of_day(from).unwrap_or(Time(i64::MIN));
            let until =
                through.plus_days(1).and_then(|d| model.zone.start_of_day(d)).unwrap_or(Time(i64::MAX));
            Some((from, until))
        }
        None => None,
    };
    let clauses: Result<Vec<Slot>, PlanError> = case.clauses.iter().map(|c| lowerer.clause(c)).collect();
    let priority = match &case.priority {
        Some(priority) => lowerer.expr(priority)?,
        None => lowerer.constant(Value::Int(0))?,
    };
    let properties: Result<Vec<Slot>, PlanError> = case.properties.iter().map(|e| lowerer.expr(e)).collect();
    let properties: Arc<[Slot]> = properties?.into();
    let mut ranks = Vec::with_capacity(model.decides.len().max(1));
    for decide in &model.decides {
        ranks.push(match &decide.rank_by {
            Some(rank_by) => {
                lowerer.ranked(rank_by, RankScope { priority, properties: properties.clone() })?
            }
            None => priority,
        });
    }
    if ranks.is_empty() {
        ranks.push(priority);
    }
    let mut variants = Vec::with_capacity(case.variants.len());
    let mut cumulative = Decimal::from_i64(0);
    for variant in &case.variants {
        let share = share(lowerer, &variant.share)?;
        cumulative = cumulative.checked_add(share).unwrap_or(cumulative);
        let offer = variant.offer.as_ref().map(|o| offer_plan(lowerer, o)).transpose()?;
        variants.push(VariantPlan { name: variant.name.clone(), below: share_threshold(cumulative), offer });
    }
    let mut budgets = Vec::with_capacity(case.budgets.len());
    for (amount, of) in &case.budgets {
        budgets.push((lowerer.constant_value(amount)?, *of));
    }
    let every_channel = || (0..model.channels.len()).map(ChannelId).collect();
    Ok(CasePlan {
        status: case.status,
        runs,
        clauses: clauses?,
        priority,
        properties,
        ranks,
        channels: case.channels.clone().unwrap_or_else(every_channel),
        holdout: case.holdout.as_ref().map(|h| holdout_plan(lowerer, h)).transpose()?,
        quota: int(lowerer, case.quota.as_ref())?,
        budgets,
        offer: offer_plan(lowerer, &case.offer)?,
        variants,
        salt: case.holdout.as_ref().map_or_else(|| case.name.clone(), |h| h.salt.clone()),
    })
}
