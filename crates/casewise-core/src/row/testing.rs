//! Runs the tests inside a model.

use std::sync::Arc;

use serde::Serialize;

use super::coverage::{Coverage, Watch, case_of};
use super::explain::Explanation;
use super::plain::{plain, truth_name};
use super::report::{CaseReport, Plain, Provenance, Report};
use super::{CaseStatus, Decision};
use crate::input::{Remaining, Request, Rows, Subject, subject::key_text};
use crate::model::constants::evaluate;
use crate::model::{
    CaseId, ChannelId, Expectation, Expr, ExprKind, Given, GroupId, Model, Op, TableKind, Test, fits,
};
use crate::parameters::Parameters;
use crate::plan::layout::{case_roots, reachable};
use crate::plan::{Node, Plan, Slot};
use crate::source::Span;
use crate::values::{Time, Value};

/// What one test gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestResult {
    /// What it shows.
    pub title: String,
    /// The file it stands in.
    pub file: String,
    /// The line it starts on.
    pub line: usize,
    /// The expectations that do not hold; none: it passed.
    pub failures: Vec<Failure>,
}

/// An expectation that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// As written.
    pub expected: String,
    /// What is so instead.
    pub actual: String,
    /// Why, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The line of the expectation.
    pub line: usize,
}

/// Which tests are run: those that fit everything given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Selection<'a> {
    /// The title contains this.
    pub title: Option<&'a str>,
    /// It expects something of a case in this group, or in a group within it.
    pub group: Option<GroupId>,
    /// It stands in a file of this name, or whose name ends with it; `*` stands for any characters.
    pub file: Option<&'a str>,
}

impl Selection<'_> {
    fn takes(&self, model: &Model, test: &Test) -> bool {
        self.title.is_none_or(|title| test.title.contains(title))
            && self.group.is_none_or(|group| {
                let cases = test.expect.iter().filter_map(|(expectation, _)| case_of(expectation));
                cases.filter_map(|id| model.cases.get(id.0)).any(|case| is_within(model, case.group, group))
            })
            && self.file.is_none_or(|pattern| {
                let name = model.sources.file(test.span).map(|file| &*file.name).unwrap_or_default();
                is_file(pattern, name)
            })
    }
}

fn is_within(model: &Model, mut group: Option<GroupId>, wanted: GroupId) -> bool {
    while let Some(id) = group {
        if id == wanted {
            return true;
        }
        group = model.groups.get(id.0).and_then(|group| group.parent);
    }
    false
}

/// Whether a file is meant: by its whole name, or by the end of it from a folder on.
fn is_file(pattern: &str, name: &str) -> bool {
    let starts = std::iter::once(0).chain(name.match_indices('/').map(|(at, _)| at + 1));
    starts.filter_map(|start| name.get(start..)).any(|end| fits(pattern, end))
}

/// Runs the tests selected, in the order written, and tells what they reached: of the files selected, if any are.
/// Parameters are needed only for
/// learned scores that an expectation reaches and no `given` replaces.
pub fn run(
    model: &Arc<Model>,
    parameters: Option<&Arc<Parameters>>,
    selection: &Selection<'_>,
) -> (Vec<TestResult>, Coverage) {
    let mut watch = Watch::new(model);
    let chosen = model.tests.iter().enumerate().filter(|(_, test)| selection.takes(model, test));
    let results = chosen.map(|(index, test)| run_one(model, parameters, index, test, &mut watch)).collect();
    let mut coverage = watch.finish();
    coverage.items.retain(|item| selection.file.is_none_or(|pattern| is_file(pattern, &item.file)));
    (results, coverage)
}

fn run_one(
    model: &Arc<Model>,
    parameters: Option<&Arc<Parameters>>,
    index: usize,
    test: &Test,
    watch: &mut Watch,
) -> TestResult {
    let failures = match decide(model, parameters, index, test) {
        Ok(decision) => {
            // `set` makes another model; its test is the same one.
            let model = &decision.plan().model;
            let report = decision.report(Arc::new(Provenance::default()));
            if let Some(test) = model.tests.get(index) {
                watch.test(&decision, test);
            }
            let expectations = model.tests.get(index).map(|test| test.expect.as_slice()).unwrap_or_default();
            let check = |(expectation, span): &(Expectation, Span)| {
                if let Some(score) = unlearned(&decision, expectation) {
                    let why =
                        format!("stand in for it with `given {score} = …`, or run the tests with parameters");
                    return Some(failure(
                        model,
                        *span,
                        format!("`{score}` is learned, and there are no parameters"),
                        Some(why),
                    ));
                }
                let (actual, why) = unmet(&decision, &report, expectation)?;
                Some(failure(model, *span, actual, why))
            };
            expectations.iter().filter_map(check).collect()
        }
        Err(refused) => vec![failure(model, test.span, refused, None)],
    };
    TestResult {
        title: test.title.to_string(),
        file: model.sources.file(test.span).map(|file| file.name.to_string()).unwrap_or_default(),
        line: model.sources.line_column(test.span).0,
        failures,
    }
}

fn failure(model: &Model, span: Span, actual: String, why: Option<String>) -> Failure {
    // Of a whole test that cannot be decided, the first line says enough.
    let expected = model.sources.text(span).lines().next().unwrap_or("").trim().to_owned();
    Failure { expected, actual, why, line: model.sources.line_column(span).0 }
}

/// Decides what a test describes.
fn decide(
    model: &Arc<Model>,
    parameters: Option<&Arc<Parameters>>,
    index: usize,
    test: &Test,
) -> Result<Decision, String> {
    let value = |expr: &Expr| evaluate(expr, model).unwrap_or_default();
    let model = if test.set.is_empty() {
        Arc::clone(model)
    } else {
        let mut with_set = Model::clone(model);
        for (id, expr) in &test.set {
            if let Some(param) = with_set.params.get_mut(id.0) {
                param.value = value(expr);
                param.overridden = true;
            }
        }
        Arc::new(with_set)
    };
    let given: Vec<(Given, Value)> = test.given.iter().map(|(of, expr)| (of.clone(), value(expr))).collect();
    let plan = Plan::for_test(Arc::clone(&model), &given, parameters.cloned(), index);
    let plan = plan.map_err(|error| error.to_string())?;
    let subject = subject(&model, test, value);
    let Value::Time(now) = value(&test.now) else { return Err("`now` is not an instant".to_owned()) };
    Ok(Arc::new(plan).decide(Arc::new(subject), &request(now, test, value)))
}

fn request(now: Time, test: &Test, value: impl Fn(&Expr) -> Value) -> Request {
    let left = |(case, expr): &(CaseId, Expr)| match value(expr) {
        Value::Int(units) => Some((case.0, units)),
        _ => None,
    };
    let quota = test.remaining.iter().filter_map(left).collect();
    Request { now, decide: None, remaining: Remaining { quota, ..Remaining::default() } }
}

/// The subject that a test describes. A test states what it is about: attributes and fields of the context
/// that are not written are missing, tables and lists are empty.
fn subject(model: &Model, test: &Test, value: impl Fn(&Expr) -> Value) -> Subject {
    let record = |count: usize, written: &[(usize, Expr)]| {
        let mut values = vec![Value::Missing; count];
        for (index, expr) in written {
            if let Some(place) = values.get_mut(*index) {
                *place = value(expr);
            }
        }
        values
    };
    let attributes = record(model.subject.attributes.len(), &test.subject);
    let key = attributes.get(model.subject.key).cloned().unwrap_or_default();
    let tables = model.tables.iter().enumerate().map(|(index, table)| {
        let written = test.tables.iter().filter(|(id, _)| id.0 == index).flat_map(|(_, records)| records);
        let records = written.map(|r| record(table.fields.len(), r).into()).collect();
        Some(match table.kind {
            TableKind::Rows => Rows::rows(records),
            TableKind::Events | TableKind::DatedEvents => Rows::events(records),
        })
    });
    let lists = (0..model.lists.len()).map(|index| {
        let keys = test.lists.iter().filter(|(id, _)| id.0 == index).flat_map(|(_, keys)| keys);
        Some(keys.map(&value).any(|listed| listed.total_cmp(&key).is_eq()))
    });
    Subject {
        key: key_text(model, &key).unwrap_or_default(),
        context: Some(record(model.context.len(), &test.context)),
        tables: tables.collect(),
        lists: lists.collect(),
        attributes,
    }
}

/// The learned score without parameters that an expectation reaches.
fn unlearned(decision: &Decision, expectation: &Expectation) -> Option<Arc<str>> {
    let plan = decision.plan();
    let roots: Vec<Slot> = match expectation {
        Expectation::Condition(condition) => plan.slot_of(condition).into_iter().collect(),
        Expectation::Fails(id, _) | Expectation::Unknown(id, _) => case_roots(plan, *id),
        // What else is offered decides as well.
        Expectation::Offered { .. }
        | Expectation::NoOffers
        | Expectation::Outranked(_)
        | Expectation::HeldOut(_) => {
            let cases = plan.layout.walked.iter().flat_map(|id| case_roots(plan, *id));
            cases.chain(plan.decides.iter().filter_map(|d| d.when)).collect()
        }
    };
    let mut found = None;
    reachable(plan, roots, |_, node| {
        if let Node::Unlearned { score, .. } = node {
            found = plan.model.scores.get(*score as usize).map(|score| score.name.clone());
        }
    });
    found
}

/// What is so instead of what was expected, and why; none if the expectation holds.
fn unmet(
    decision: &Decision,
    report: &Report,
    expectation: &Expectation,
) -> Option<(String, Option<String>)> {
    let model = &decision.plan().model;
    let case = |id: CaseId| report.cases.0.get(id.0).map(|(_, case)| case);
    let is = |id: CaseId, status: CaseStatus| decision.status(id) == status;
    let why = |id: CaseId| decision.why(id);
    // `fails`: the gate or clause is not passed. `unknown`: it is unknown itself.
    let fails = |id: CaseId, name: &str| {
        case(id).is_some_and(|case| case.outcome == Some("false"))
            && why(id).is_some_and(|why| outcomes(&why, name).any(|outcome| outcome != "true"))
    };
    let unknown = |id: CaseId, name: &str| {
        case(id).is_some_and(|case| case.outcome == Some("unknown"))
            && why(id).is_some_and(|why| outcomes(&why, name).any(|outcome| outcome == "unknown"))
    };
    let (holds, id) = match expectation {
        Expectation::Condition(condition) => {
            let slot = decision.plan().slot_of(condition);
            let truth = slot.and_then(|slot| decision.truth(slot));
            if truth == Some(true) {
                return None;
            }
            let mut observed = Vec::new();
            observe(decision, condition, &mut observed);
            let why = (!observed.is_empty()).then(|| observed.join("\n"));
            return Some((format!("it is {}", truth_name(truth)), why));
        }
        Expectation::NoOffers => {
            if decision.offers().is_empty() {
                return None;
            }
            let offered: Vec<String> =
                decision.offers().iter().map(|offer| offered_on(model, offer.case, offer.channel)).collect();
            return Some((offered.join(", "), None));
        }
        Expectation::Offered { not, case, channel } => {
            let offered = decision.offers().iter().any(|offer| {
                offer.case == *case && channel.is_none_or(|channel| offer.channel == Some(channel))
            });
            (offered != *not, *case)
        }
        Expectation::Fails(id, clause) => (fails(*id, clause), *id),
        Expectation::Unknown(id, clause) => (unknown(*id, clause), *id),
        Expectation::Outranked(id) => (is(*id, CaseStatus::Outranked), *id),
        Expectation::HeldOut(id) => (is(*id, CaseStatus::HeldOut), *id),
    };
    if holds {
        return None;
    }
    let actual = match decision.offers().iter().find(|offer| offer.case == id) {
        Some(offer) => offered_on(model, offer.case, offer.channel),
        None => case(id).map(|case| stands(model, id, case)).unwrap_or_default(),
    };
    Some((actual, why(id).map(|why| why.to_text(false))))
}

/// The outcomes of the gate or clauses of this name.
fn outcomes<'w>(why: &'w Explanation, name: &'w str) -> impl Iterator<Item = &'static str> + 'w {
    why.gates.iter().flat_map(move |gate| {
        let clauses =
            gate.clauses.iter().filter(move |clause| *clause.id == *name).map(|clause| clause.outcome);
        clauses.chain((gate.gate == name).then_some(gate.outcome))
    })
}

fn offered_on(model: &Model, case: CaseId, channel: Option<ChannelId>) -> String {
    let name = model.cases.get(case.0).map_or("", |case| &case.name);
    match channel.and_then(|channel| model.channels.get(channel.0)) {
        Some(channel) => format!("`{name}` is offered on {}", channel.name),
        None => format!("`{name}` is offered"),
    }
}

/// What became of a case that is not among the offers, in a sentence.
fn stands(model: &Model, id: CaseId, case: &CaseReport) -> String {
    let name = model.cases.get(id.0).map_or("", |case| &case.name);
    let mut text = match (case.outcome, case.gate, case.by) {
        (Some(outcome), Some(gate), _) => {
            format!("`{name}` is ineligible: `{gate}` is {outcome} ({})", case.failed.join(", "))
        }
        (_, _, Some(by)) => format!("`{name}` is {} by {by}", case.status.replace('_', " ")),
        _ => format!("`{name}` is {}", case.status.replace('_', " ")),
    };
    if let Some(of) = &case.of {
        text.push_str(&format!(", behind `{of}`"));
    }
    if !case.missing.is_empty() {
        text.push_str(&format!("; missing: {}", case.missing.join(", ")));
    }
    if case.trial {
        text.push_str(" (on trial)");
    }
    text
}

/// The values under the comparisons of a condition that is not true, a line each.
fn observe(decision: &Decision, condition: &Expr, lines: &mut Vec<String>) {
    match &condition.kind {
        ExprKind::Apply(Op::And | Op::Or | Op::Not, parts) => {
            parts.iter().for_each(|part| observe(decision, part, lines));
        }
        ExprKind::Apply(_, parts) => parts.iter().for_each(|part| observe_value(decision, part, lines)),
        ExprKind::Constant(_) => {}
        _ => observe_value(decision, condition, lines),
    }
    // The same attribute may stand on several sides.
    let mut seen = Vec::new();
    lines.retain(|line| {
        let new = !seen.contains(line);
        seen.push(line.clone());
        new
    });
}

fn observe_value(decision: &Decision, expr: &Expr, lines: &mut Vec<String>) {
    let model = &decision.plan().model;
    // A widening stands where its argument stands.
    let expr = match &expr.kind {
        ExprKind::Apply(Op::IntToDecimal | Op::IntToFloat | Op::DecimalToFloat, parts) => {
            parts.first().unwrap_or(expr)
        }
        _ => expr,
    };
    if matches!(expr.kind, ExprKind::Constant(_)) {
        return;
    }
    let Some(slot) = decision.plan().slot_of(expr) else { return };
    let text = model.sources.text(expr.span).trim();
    if text.is_empty() {
        return;
    }
    lines.push(format!("{text} is {}", shown(&plain(model, &expr.ty.base, &decision.value(slot)))));
}

fn shown(value: &Plain) -> String {
    match value {
        Plain::Null => "missing".to_owned(),
        Plain::Bool(b) => b.to_string(),
        Plain::Int(n) => n.to_string(),
        Plain::Float(x) => x.to_string(),
        Plain::Text(text) => text.to_string(),
        Plain::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Plain::Record(fields) => {
            let fields = fields.0.iter().map(|(name, value)| format!("{name}: {}", shown(value)));
            fields.collect::<Vec<_>>().join(", ")
        }
    }
}
