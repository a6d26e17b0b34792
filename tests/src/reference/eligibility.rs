//! The gates of a case, in their order, and what they come to.

use std::collections::BTreeSet;
use std::sync::Arc;

use casewise_core::model::{
    Aggregate, CaseId, ChannelId, Decide, Expr, ExprKind, FactorScoring, Pattern, Quiet, Runs, ScoreId,
    ScoreKind, Status, Window,
};
use casewise_core::syntax::ast::ConditionKind;
use casewise_core::values::Value;

use super::calendar;
use super::contacts::Made;
use super::facts::{Facts, and, at_most, or};

/// One clause that was tested.
pub(super) struct Tested {
    /// The gate it belongs to.
    pub(super) gate: &'static str,
    /// Its id in `failed`.
    pub(super) id: Arc<str>,
    pub(super) outcome: Option<bool>,
    /// The inputs it reads.
    reads: BTreeSet<Input>,
}

/// What a case came to before the walk.
pub(super) struct Eligibility {
    pub(super) outcome: Option<bool>,
    /// "The reported gate is the first with the case's own outcome."
    pub(super) gate: &'static str,
    /// "`failed` lists every clause that is not true."
    pub(super) failed: Vec<Arc<str>>,
    /// Names of missing inputs that the unknown clauses read.
    pub(super) missing: Vec<Arc<str>>,
}

/// An input, in the order of the model: attributes, then context fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Input {
    Attribute(usize),
    Context(usize),
}

const GATES: [&str; 7] = ["status", "runs", "for", "require", "exclude", "contacts", "channels"];

impl Facts<'_> {
    /// "Per case, in this order: `status`, `runs`, inherited and own `for`, `require`, `exclude`, `contacts`,
    /// `channels`."
    pub(super) fn eligibility(&self, id: CaseId, decide: Option<&Decide>) -> Eligibility {
        let tested = self.clauses(id, decide);
        // "A gate's outcome is the Kleene conjunction of its clauses; the case fails if any gate is false,
        // else is unknown if any is unknown."
        let of_gate = |gate: &str| and(tested.iter().filter(|t| t.gate == gate).map(|t| t.outcome));
        let outcome = and(GATES.map(of_gate));
        let gate = GATES.into_iter().find(|gate| of_gate(gate) == outcome).unwrap_or_default();
        let failed = tested.iter().filter(|t| t.outcome != Some(true)).map(|t| Arc::clone(&t.id)).collect();
        let unknown = tested.iter().filter(|t| t.outcome.is_none());
        let read: BTreeSet<Input> = unknown.flat_map(|t| t.reads.iter().copied()).collect();
        let missing = if outcome.is_none() { self.missing_of(&read) } else { Vec::new() };
        Eligibility { outcome, gate, failed, missing }
    }

    fn clauses(&self, id: CaseId, decide: Option<&Decide>) -> Vec<Tested> {
        let case = &self.model.cases[id.0];
        let mut tested = Vec::new();
        let mut test = |gate, id: &str, outcome, reads| {
            tested.push(Tested { gate, id: id.into(), outcome, reads });
        };
        // "None is live"; "a trial case is walked".
        let walked = matches!(case.status, Status::Live | Status::Trial);
        test("status", "status.1", Some(walked), BTreeSet::new());
        if let Some(runs) = &case.runs {
            test("runs", "runs.1", self.within(runs), BTreeSet::new());
        }
        for clause in &case.clauses {
            let mut reads = BTreeSet::new();
            self.reads(&clause.condition, &mut reads);
            let gate = match clause.kind {
                ConditionKind::For => "for",
                ConditionKind::Require => "require",
                ConditionKind::Exclude => "exclude",
            };
            test(gate, &clause.id, self.clause(clause), reads);
        }
        for (place, rule) in self.model.contacts.iter().enumerate() {
            let id_text = format!("contacts.{}", place + 1);
            test("contacts", &id_text, self.rule_for_case(rule, id, &[]), BTreeSet::new());
        }
        // "None declared: offered without one."
        if !self.model.channels.is_empty() {
            let channels = self.channels_of(id, decide);
            let outcomes: Vec<Option<bool>> = channels.iter().map(|c| self.channel(id, *c, &[])).collect();
            let mut reads = BTreeSet::new();
            for (channel, outcome) in channels.iter().zip(&outcomes) {
                for clause in &self.model.channels[channel.0].clauses {
                    if outcome.is_none() && self.clause(clause).is_none() {
                        self.reads(&clause.condition, &mut reads);
                    }
                }
            }
            // True if any channel is open, else unknown if any is unknown, else false.
            test("channels", "channels.1", or(outcomes), reads);
        }
        tested
    }

    /// Whether `runs`, contacts and channels hold at this instant, conditions being as they are for `now`.
    pub(super) fn open(&self, now: &Facts<'_>, id: CaseId, decide: Option<&Decide>) -> bool {
        let case = &self.model.cases[id.0];
        let runs = case.runs.as_ref().map(|runs| self.within(runs));
        let rules = self.model.contacts.iter().map(|rule| self.rule_for_case(rule, id, &[]));
        let open = |channel: &ChannelId| {
            let declared = &self.model.channels[channel.0];
            let clauses = declared.clauses.iter().map(|c| now.clause(c));
            // The zone is an attribute, frozen too.
            let awake = declared.quiet.iter().map(|q| Some(!self.quiet(q)));
            let rules = self.model.contacts.iter().map(|r| self.rule_for_channel(r, id, *channel, &[]));
            and(clauses.chain(awake).chain(rules))
        };
        let channels =
            (!self.model.channels.is_empty()).then(|| or(self.channels_of(id, decide).iter().map(open)));
        and(runs.into_iter().chain(rules).chain(channels)) == Some(true)
    }

    /// "`runs A through B` includes both days in the model's zone."
    fn within(&self, runs: &Runs) -> Option<bool> {
        let today = self.today.map_or(Value::Missing, Value::Date);
        and([at_most(&self.of(&runs.from), &today), at_most(&today, &self.of(&runs.through))])
    }

    /// "`channels`, in order of preference (none named: every channel declared)"; "`channels` in a `decide`
    /// restricts it".
    pub(super) fn channels_of(&self, id: CaseId, decide: Option<&Decide>) -> Vec<ChannelId> {
        let all = (0..self.model.channels.len()).map(ChannelId).collect();
        let mut channels: Vec<ChannelId> = self.model.cases[id.0].channels.clone().unwrap_or(all);
        if let Some(allowed) = decide.and_then(|d| d.channels.as_ref()) {
            channels.retain(|c| allowed.contains(c));
        }
        channels
    }

    /// "Open when its `require` holds, not quiet, not capped."
    pub(super) fn channel(&self, case: CaseId, id: ChannelId, made: &[Made]) -> Option<bool> {
        let channel = &self.model.channels[id.0];
        let clauses = channel.clauses.iter().map(|c| self.clause(c));
        let awake = channel.quiet.iter().map(|q| Some(!self.quiet(q)));
        let rules = self.model.contacts.iter().map(|r| self.rule_for_channel(r, case, id, made));
        and(clauses.chain(awake).chain(rules))
    }

    /// "Closed from `from` up to, not including, `to`; over midnight if `to` is earlier", all day if they are
    /// equal. By the clock on
    /// the wall of the zone. "A missing time zone closes it"; "a zone name that is not known counts as missing".
    fn quiet(&self, quiet: &Quiet) -> bool {
        let zone = match &quiet.zone {
            None => Some(self.zone.clone()),
            Some(zone) => match self.of(zone) {
                Value::Text(name) => calendar::zone(&name),
                _ => None,
            },
        };
        let Some(local) = zone.and_then(|zone| calendar::local(&zone, self.now)) else { return true };
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap();
        if quiet.from <= quiet.to {
            quiet.from <= minute && minute < quiet.to
        } else {
            minute >= quiet.from || minute < quiet.to
        }
    }

    /// The missing ones of these inputs, by name.
    fn missing_of(&self, inputs: &BTreeSet<Input>) -> Vec<Arc<str>> {
        let missing = inputs.iter().filter_map(|input| match input {
            Input::Attribute(n) => (self.subject.attributes[*n] == Value::Missing)
                .then(|| Arc::clone(&self.model.subject.attributes[*n].name)),
            Input::Context(n) => {
                let given = self.subject.context.as_ref().map(|fields| &fields[*n]);
                given.is_none_or(|v| *v == Value::Missing).then(|| Arc::clone(&self.model.context[*n].name))
            }
        });
        missing.collect()
    }

    /// The inputs that an expression reads, through everything it names.
    fn reads(&self, e: &Expr, into: &mut BTreeSet<Input>) {
        let mut all = |list: &[&Expr]| list.iter().for_each(|e| self.reads(e, into));
        match &e.kind {
            ExprKind::Constant(_)
            | ExprKind::Param(_)
            | ExprKind::Field(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::InList(_)
            | ExprKind::CasePriority
            | ExprKind::CaseProperty(_) => {}
            ExprKind::Attribute(n) => {
                into.insert(Input::Attribute(*n));
            }
            ExprKind::Context(n) => {
                into.insert(Input::Context(*n));
            }
            ExprKind::Let(id) => all(&[&self.model.lets[id.0].value]),
            ExprKind::Segment(id) => all(&[&self.model.segments[id.0].condition]),
            ExprKind::Gate(id) => {
                self.model.gates[id.0].clauses.iter().for_each(|c| self.reads(&c.condition, into));
            }
            ExprKind::Score(id, _) => self.score_reads(*id, into),
            ExprKind::Apply(_, arguments) => arguments.iter().for_each(|e| self.reads(e, into)),
            ExprKind::Matches(text, _) => all(&[text]),
            ExprKind::Aggregate(aggregate) => {
                let Aggregate { value, half_life, filter, window, then, .. } = &**aggregate;
                let length = match window {
                    Some(Window::Last(length)) => Some(length),
                    _ => None,
                };
                let after = then.as_ref().and_then(|t| t.filter.as_ref());
                for e in
                    [value.as_ref(), half_life.as_ref(), filter.as_ref(), length, after].into_iter().flatten()
                {
                    self.reads(e, into);
                }
            }
            ExprKind::Select(select) => {
                select.of.iter().for_each(|e| self.reads(e, into));
                for row in &select.rows {
                    self.reads(&row.value, into);
                    for pattern in &row.patterns {
                        if let Pattern::Values(values) = pattern {
                            values.iter().for_each(|e| self.reads(e, into));
                        }
                    }
                }
            }
        }
    }

    fn score_reads(&self, id: ScoreId, into: &mut BTreeSet<Input>) {
        let expressions: Vec<&Expr> = match &self.model.scores[id.0].kind {
            ScoreKind::Expression { value, .. } => vec![value],
            ScoreKind::Scorecard(card) => card
                .factors
                .iter()
                .flat_map(|factor| match &factor.scoring {
                    FactorScoring::Points(points) => vec![&factor.of, points],
                    _ => vec![&factor.of],
                })
                .collect(),
            ScoreKind::Behavior(behavior) => vec![&behavior.sum],
            ScoreKind::Rfm(rfm) => {
                [Some(&rfm.last), Some(&rfm.frequency), rfm.monetary.as_ref()].into_iter().flatten().collect()
            }
            ScoreKind::Cluster(cluster) => cluster.features.iter().collect(),
            ScoreKind::Composite(composite) => {
                composite.members.iter().map(|(_, member, _)| member).collect()
            }
            ScoreKind::Affinity(affinity) => affinity.set.iter().collect(),
            ScoreKind::Lifetime(lifetime) => lifetime.filter.iter().chain(&lifetime.monetary).collect(),
        };
        expressions.into_iter().for_each(|e| self.reads(e, into));
    }
}
