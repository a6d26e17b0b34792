//! What the tests inside a model never made true, never false and never unknown.
//!
//! A clause counts in a test whose expectations look at it: an expectation about a case looks at its clauses, its
//! channels and everything they read; a condition looks at what it reads; `no offers` looks at every case. What a
//! test leaves missing on its way to something else proves nothing about the rest of the model.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::Decision;
use super::unknown::can_be_unknown;
use super::walk::variant;
use crate::model::{
    CapScope, CaseId, Clause, ContactRuleKind, Expectation, Expr, ExprKind, Model, ScoreKind, Test,
};
use crate::plan::layout::{case_roots, reachable};
use crate::plan::{Node, Plan, Slot};
use crate::source::Span;
use crate::syntax::ast::ConditionKind;

/// What tests reached, over all that they could reach.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Coverage {
    /// In the order of the files.
    pub items: Vec<Covered>,
}

/// A clause, a row or a variant, and what it came to in tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// Which kind.
    pub kind: CoveredKind,
    /// The declaration it stands in: `case trial`, `table discount`.
    pub of: String,
    /// As it is written, on one line.
    pub text: String,
    /// The file it stands in.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// It held; a row was the one that matched; a variant was offered.
    #[serde(rename = "true")]
    pub was_true: bool,
    /// It did not hold. None for rows and variants.
    #[serde(rename = "false", skip_serializing_if = "Option::is_none")]
    pub was_false: Option<bool>,
    /// It was unknown. None where it never is: nothing that it reads can be missing, or it asks that first.
    #[serde(rename = "unknown", skip_serializing_if = "Option::is_none")]
    pub was_unknown: Option<bool>,
}

/// What is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CoveredKind {
    /// A clause of a case, gate or channel, a rule of the contact policy, a segment, the `when` of a decision.
    Clause,
    /// A band, or a row of a table.
    Row,
    /// A variant of a case.
    Variant,
}

impl Covered {
    fn outcomes(&self) -> impl Iterator<Item = bool> {
        [Some(self.was_true), self.was_false, self.was_unknown].into_iter().flatten()
    }
}

impl Coverage {
    /// How many outcomes were reached, and how many there are.
    pub fn reached(&self) -> (usize, usize) {
        let outcomes = || self.items.iter().flat_map(Covered::outcomes);
        (outcomes().filter(|reached| *reached).count(), outcomes().count())
    }
}

/// Watches tests.
pub(super) struct Watch {
    /// Places among `items`, by where they are written; a variant has no place of its own but its number.
    places: BTreeMap<(Span, Option<usize>), usize>,
    items: Vec<Covered>,
}

impl Watch {
    /// Everything that can be covered.
    pub(super) fn new(model: &Model) -> Watch {
        let mut watch = Watch { places: BTreeMap::new(), items: Vec::new() };
        for case in &model.cases {
            let of = format!("case {}", case.name);
            for clause in &case.clauses {
                let of = match clause.inherited_from.as_deref() {
                    None => of.clone(),
                    Some("every case") => "every case".to_owned(),
                    Some(group) => format!("group {group}"),
                };
                watch.clause(model, &of, clause);
            }
            if let Some(runs) = &case.runs {
                watch.add(model, CoveredKind::Clause, &of, runs.span, None, false);
            }
            for (n, declared) in case.variants.iter().enumerate() {
                let place = watch.items.len();
                watch.add(model, CoveredKind::Variant, &of, case.span, Some(n), false);
                if let Some(item) = watch.items.get_mut(place) {
                    item.text = declared.name.to_string();
                }
            }
        }
        for rule in model.contacts.iter().filter(|rule| closes_cases(&rule.kind)) {
            watch.add(model, CoveredKind::Clause, "contacts", rule.span, None, false);
        }
        for gate in &model.gates {
            let of = format!("gate {}", gate.name);
            gate.clauses.iter().for_each(|clause| watch.clause(model, &of, clause));
        }
        for channel in &model.channels {
            let of = format!("channel {}", channel.name);
            channel.clauses.iter().for_each(|clause| watch.clause(model, &of, clause));
        }
        for segment in &model.segments {
            let of = format!("segment {}", segment.name);
            let unknown = can_be_unknown(model, &segment.condition);
            watch.add(model, CoveredKind::Clause, &of, segment.condition.span, None, unknown);
        }
        for decide in &model.decides {
            let of =
                decide.name.as_ref().map_or_else(|| "decide".to_owned(), |name| format!("decide {name}"));
            if let Some(when) = &decide.when {
                watch.add(model, CoveredKind::Clause, &of, when.span, None, can_be_unknown(model, when));
            }
        }
        for (of, expr) in selects(model) {
            let ExprKind::Select(select) = &expr.kind else { continue };
            select.rows.iter().for_each(|row| watch.add(model, CoveredKind::Row, &of, row.span, None, false));
        }
        watch
    }

    fn clause(&mut self, model: &Model, of: &str, clause: &Clause) {
        let unknown = can_be_unknown(model, &clause.condition);
        self.add(model, CoveredKind::Clause, of, clause.span, None, unknown);
    }

    /// What is inherited or inlined stands in one place.
    fn add(
        &mut self,
        model: &Model,
        kind: CoveredKind,
        of: &str,
        span: Span,
        number: Option<usize>,
        unknown: bool,
    ) {
        if self.places.contains_key(&(span, number)) {
            return;
        }
        self.places.insert((span, number), self.items.len());
        let is_clause = kind == CoveredKind::Clause;
        self.items.push(Covered {
            kind,
            of: of.to_owned(),
            text: model.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" "),
            file: model.sources.file(span).map(|file| file.name.to_string()).unwrap_or_default(),
            line: model.sources.line_column(span).0,
            was_true: false,
            was_false: is_clause.then_some(false),
            was_unknown: (is_clause && unknown).then_some(false),
        });
    }

    fn came_to(&mut self, span: Span, number: Option<usize>, outcome: Option<bool>) {
        let Some(item) = self.places.get(&(span, number)).and_then(|place| self.items.get_mut(*place)) else {
            return;
        };
        match outcome {
            Some(true) => item.was_true = true,
            Some(false) => item.was_false = item.was_false.map(|_| true),
            None => item.was_unknown = item.was_unknown.map(|_| true),
        }
    }

    /// What one test reached.
    pub(super) fn test(&mut self, decision: &Decision, test: &Test) {
        let plan = decision.plan();
        let model = &plan.model;
        let mut roots: Vec<Slot> = Vec::new();
        let mut cases: Vec<CaseId> = Vec::new();
        for (expectation, _) in &test.expect {
            match expectation {
                Expectation::Condition(condition) => roots.extend(plan.slot_of(condition)),
                Expectation::NoOffers => cases.extend((0..model.cases.len()).map(CaseId)),
                other => cases.extend(case_of(other)),
            }
        }
        cases.sort_unstable();
        cases.dedup();
        if !cases.is_empty() {
            // Which `decide` counts is part of what a case comes to.
            roots.extend(plan.decides.iter().filter_map(|decide| decide.when));
        }
        for id in cases {
            roots.extend(case_roots(plan, id));
            self.case(decision, id);
        }
        self.read(decision, &roots);
    }

    fn case(&mut self, decision: &Decision, id: CaseId) {
        let plan = decision.plan();
        let model = &plan.model;
        let Some((case, planned)) = model.cases.get(id.0).zip(plan.cases.get(id.0)) else { return };
        for tested in decision.clauses(id) {
            let span = tested.which.written(model, id).span;
            if let Some(span) = span {
                self.came_to(span, None, tested.outcome);
            }
        }
        if decision.status(id) == super::CaseStatus::Offered
            && let Some(number) = variant(planned, &decision.subject().key)
        {
            self.came_to(case.span, Some(number), Some(true));
        }
    }

    /// Gates, channels, segments, `when` and rows among what is read from these.
    fn read(&mut self, decision: &Decision, roots: &[Slot]) {
        let plan = decision.plan();
        let model = &plan.model;
        let mut read = FxHashSet::default();
        reachable(plan, roots.iter().copied(), |slot, _| {
            read.insert(slot);
        });
        let mut conditions: Vec<(Span, Slot, bool)> = Vec::new();
        let gates = model.gates.iter().flat_map(|gate| &gate.clauses);
        let channels = model.channels.iter().flat_map(|channel| &channel.clauses);
        for clause in gates.chain(channels) {
            let slot = plan.slot_of(&clause.condition);
            let holds = clause.kind != ConditionKind::Exclude;
            conditions.extend(slot.map(|slot| (clause.span, slot, holds)));
        }
        for segment in &model.segments {
            conditions
                .extend(plan.slot_of(&segment.condition).map(|slot| (segment.condition.span, slot, true)));
        }
        for when in model.decides.iter().filter_map(|decide| decide.when.as_ref()) {
            conditions.extend(plan.slot_of(when).map(|slot| (when.span, slot, true)));
        }
        for (span, slot, holds) in conditions.into_iter().filter(|(_, slot, _)| read.contains(slot)) {
            self.came_to(span, None, decision.truth(slot).map(|truth| truth == holds));
        }
        for (_, expr) in selects(model) {
            let Some(slot) = plan.slot_of(expr).filter(|slot| read.contains(slot)) else { continue };
            if let Some(span) = matching(decision, plan, expr, slot) {
                self.came_to(span, None, Some(true));
            }
        }
    }

    /// What was reached, in the order of the files.
    pub(super) fn finish(self) -> Coverage {
        let mut places: Vec<((Span, Option<usize>), usize)> = self.places.into_iter().collect();
        places.sort_unstable();
        let mut items: Vec<Option<Covered>> = self.items.into_iter().map(Some).collect();
        let in_order =
            places.into_iter().filter_map(|(_, place)| items.get_mut(place).and_then(Option::take));
        Coverage { items: in_order.collect() }
    }
}

/// The case that an expectation is about.
pub(super) fn case_of(expectation: &Expectation) -> Option<CaseId> {
    match expectation {
        Expectation::Offered { case, .. }
        | Expectation::Fails(case, _)
        | Expectation::Unknown(case, _)
        | Expectation::Outranked(case)
        | Expectation::HeldOut(case) => Some(*case),
        Expectation::Condition(_) | Expectation::NoOffers => None,
    }
}

/// The others close channels.
fn closes_cases(rule: &ContactRuleKind) -> bool {
    !matches!(rule, ContactRuleKind::Cap { scope: CapScope::PerChannel | CapScope::On(_), .. })
}

/// The row that holds.
fn matching(decision: &Decision, plan: &Plan, expr: &Expr, slot: Slot) -> Option<Span> {
    let (ExprKind::Select(select), Some(Node::Select(planned))) = (&expr.kind, plan.nodes.get(slot)) else {
        return None;
    };
    let columns: Vec<_> = planned.of.iter().map(|column| decision.value(*column)).collect();
    let holds = planned.rows.iter().position(|(patterns, _)| {
        patterns.iter().zip(&columns).all(|(pattern, column)| pattern.matches(column))
    });
    holds.and_then(|n| select.rows.get(n)).map(|row| row.span)
}

/// The bands and tables whose columns one customer has, with the declaration they stand in.
fn selects(model: &Model) -> Vec<(String, &Expr)> {
    let mut found = Vec::new();
    for binding in &model.lets {
        collect(&binding.value, &format!("let {}", binding.name), &mut found);
    }
    for score in &model.scores {
        let word = match &score.kind {
            ScoreKind::Expression { word, .. } => word,
            ScoreKind::Scorecard(_) => "scorecard",
            ScoreKind::Behavior(_) => "behavior",
            ScoreKind::Rfm(_) => "rfm",
            ScoreKind::Cluster(_) => "cluster",
            ScoreKind::Composite(_) => "composite",
            ScoreKind::Affinity(_) => "affinity",
            ScoreKind::Lifetime(_) => "lifetime",
        };
        let of = format!("{word} {}", score.name);
        score.kind.expressions().into_iter().for_each(|expr| collect(expr, &of, &mut found));
    }
    found
}

fn collect<'m>(expr: &'m Expr, of: &str, found: &mut Vec<(String, &'m Expr)>) {
    // What an aggregate reads, it reads of every event.
    if matches!(expr.kind, ExprKind::Aggregate(_)) {
        return;
    }
    if matches!(expr.kind, ExprKind::Select(_)) {
        found.push((of.to_owned(), expr));
    }
    expr.parts().into_iter().for_each(|part| collect(part, of, found));
}
