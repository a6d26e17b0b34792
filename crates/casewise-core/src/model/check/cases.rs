//! Cases, gates and channels that can never let anyone pass.

use rustc_hash::FxHashSet;

use super::conditions::{MOST_PARTS, smallest_core};
use super::logic::{Logic, Node};
use super::quiet::closed_all_day;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Case, ChannelId, Clause, Model};
use crate::source::Span;
use crate::syntax::ast::{ConditionKind, File};
use crate::values::Value;

/// `runs` that end before they start.
pub(super) fn runs(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut seen = FxHashSet::default();
    for runs in model.cases.iter().filter_map(|case| case.runs.as_ref()) {
        if let (Some(Value::Date(from)), Some(Value::Date(through))) =
            (model.constant(&runs.from), model.constant(&runs.through))
            && through < from
            && seen.insert(runs.span)
        {
            out.push(
                Diagnostic::new(Code::RUNS_ORDER, runs.span, format!("this ends on {through}, before it starts on {from}"))
                    .label("ends before it starts")
                    .help("write the first day before `through` and the last day behind it; both are included"),
            );
        }
    }
}

/// Clauses that cannot all hold.
pub(super) fn contradictions(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut seen = FxHashSet::default();
    for gate in &model.gates {
        report(model, &gate.clauses, &format!("the gate `{}` never holds", gate.name), &mut seen, out);
    }
    for channel in &model.channels {
        report(model, &channel.clauses, &format!("the channel `{}` is never open", channel.name), &mut seen, out);
    }
    for case in &model.cases {
        report(model, &case.clauses, &format!("`{}` can never be offered", case.name), &mut seen, out);
    }
}

/// Reports the fewest clauses that contradict each other. A clause that is never true by itself has been
/// spoken of where it is written.
fn report(
    model: &Model,
    clauses: &[Clause],
    consequence: &str,
    seen: &mut FxHashSet<Vec<Span>>,
    out: &mut Vec<Diagnostic>,
) {
    if !never_pass(model, &[clauses]) || clauses.len() > MOST_PARTS {
        return;
    }
    let mut logic = Logic::new(model);
    let nodes: Vec<Node> = clauses.iter().map(|clause| logic.clause(clause)).collect();
    let core = smallest_core(&nodes, |left| logic.conjunction(left).never_true());
    let core: Vec<&Clause> = core.into_iter().filter_map(|place| clauses.get(place)).collect();
    let Some((last, others)) = core.split_last().filter(|(_, others)| !others.is_empty()) else { return };
    if !seen.insert(core.iter().map(|clause| clause.span).collect()) {
        return;
    }
    let message = format!("{consequence}: its clauses contradict each other");
    let mut diagnostic = Diagnostic::new(Code::CONTRADICTION, last.span, message)
        .label(match last.kind {
            ConditionKind::Exclude => "excludes everyone who is left",
            _ => "cannot hold together with the other",
        })
        .help("correct one of the clauses, or remove it");
    for other in others {
        let text = match &other.inherited_from {
            Some(from) if from.as_ref() == "every case" => "required of every case".to_owned(),
            Some(from) => format!("inherited from `{from}`"),
            None => "this clause".to_owned(),
        };
        diagnostic = diagnostic.related(other.span, text);
    }
    out.push(diagnostic);
}

fn never_pass(model: &Model, parts: &[&[Clause]]) -> bool {
    let mut logic = Logic::new(model);
    let nodes: Vec<Node> = parts.iter().map(|clauses| logic.clauses(clauses)).collect();
    logic.conjunction(&nodes.iter().collect::<Vec<_>>()).never_true()
}

/// Cases none of whose channels ever opens for them.
pub(super) fn channels(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    if model.channels.is_empty() {
        return;
    }
    for case in &model.cases {
        let channels = match &case.channels {
            Some(channels) => channels.clone(),
            None => (0..model.channels.len()).map(ChannelId).collect(),
        };
        // A case that no one can get has been spoken of already.
        let closed: Option<Vec<(Span, String)>> =
            channels.iter().map(|channel| never_open(model, case, *channel)).collect();
        let Some(closed) = closed.filter(|_| !never_pass(model, &[&case.clauses])) else { continue };
        let message = format!("`{}` can never be offered: none of its channels ever opens", case.name);
        let mut diagnostic = Diagnostic::new(Code::NO_OPEN_CHANNEL, case.span, message)
            .help("give the case a channel that can open for those it is for");
        for (span, text) in closed {
            diagnostic = diagnostic.related(span, text);
        }
        out.push(diagnostic);
    }
}

/// Why a channel never opens for a case; none if it may.
fn never_open(model: &Model, case: &Case, id: ChannelId) -> Option<(Span, String)> {
    let channel = model.channels.get(id.0)?;
    let because = |text: &str| Some((channel.span, format!("`{}` {text}", channel.name)));
    let restricted = !model.decides.is_empty()
        && model.decides.iter().all(|decide| decide.channels.as_ref().is_some_and(|allowed| !allowed.contains(&id)));
    if restricted {
        return because("is left out by every `decide`");
    }
    if closed_all_day(channel) {
        return because("is quiet all day");
    }
    if channel.capacity.as_ref().and_then(|n| model.fixed(n)) == Some(Value::Int(0)) {
        return because("has no capacity");
    }
    if never_pass(model, &[&channel.clauses]) {
        return because("is never open");
    }
    if never_pass(model, &[&case.clauses, &channel.clauses]) {
        return because("requires what the case rules out");
    }
    None
}
