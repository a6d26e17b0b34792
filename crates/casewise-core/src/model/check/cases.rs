//! Cases, gates and channels that can never let anyone pass.

use rustc_hash::FxHashSet;

use super::conditions::{MOST_PARTS, smallest_core};
use super::logic::{Logic, Node};
use super::quiet::closed_all_day;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ChannelId, Clause, Model};
use crate::source::Span;
use crate::syntax::ast::{ConditionKind, File};
use crate::values::Value;

/// Clauses that cannot all hold.
pub(super) fn contradictions(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut seen = FxHashSet::default();
    for gate in &model.gates {
        report(model, &gate.clauses, &format!("the gate `{}` never holds", gate.name), &mut seen, out);
    }
    for channel in &model.channels {
        report(
            model,
            &channel.clauses,
            &format!("the channel `{}` is never open", channel.name),
            &mut seen,
            out,
        );
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
    if !(2..=MOST_PARTS).contains(&clauses.len()) || !never_pass(model, &[clauses]) {
        return;
    }
    let mut logic = Logic::new(model);
    let nodes: Vec<Node> = clauses.iter().map(|clause| logic.clause(clause)).collect();
    let core = smallest_core(&nodes, |left| logic.conjunction(left).never_true());
    let core: Vec<&Clause> = core.into_iter().filter_map(|place| clauses.get(place)).collect();
    if core.len() < 2 {
        return;
    }
    // What the case says itself is where it can be corrected.
    let own = core.iter().rposition(|clause| clause.inherited_from.is_none()).unwrap_or(core.len() - 1);
    let mut others = core.clone();
    let last = others.remove(own);
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
        let text = inherited(other).unwrap_or_else(|| "this clause".to_owned());
        diagnostic = diagnostic.related(other.span, text);
    }
    out.push(diagnostic);
}

/// Where a clause comes from, if not from the case itself.
pub(super) fn inherited(clause: &Clause) -> Option<String> {
    clause.inherited_from.as_ref().map(|from| match from.as_ref() {
        "every case" => "required of every case".to_owned(),
        group => format!("inherited from `{group}`"),
    })
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
    let for_none: Vec<Option<&str>> =
        (0..model.channels.len()).map(|place| closed_for_all(model, ChannelId(place))).collect();
    for case in &model.cases {
        let channels = match &case.channels {
            Some(channels) => channels.clone(),
            None => (0..model.channels.len()).map(ChannelId).collect(),
        };
        let closed = |id: &ChannelId| {
            let channel = model.channels.get(id.0)?;
            let why = for_none.get(id.0).copied().flatten().or_else(|| {
                never_pass(model, &[&case.clauses, &channel.clauses])
                    .then_some("requires what the case rules out")
            });
            Some((channel.span, format!("`{}` {}", channel.name, why?)))
        };
        // A case that no one can get has been spoken of already.
        let closed: Option<Vec<(Span, String)>> = channels.iter().map(closed).collect();
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

/// Why a channel never opens for anyone; none if it may.
fn closed_for_all(model: &Model, id: ChannelId) -> Option<&'static str> {
    let channel = model.channels.get(id.0)?;
    let left_out = !model.decides.is_empty()
        && model
            .decides
            .iter()
            .all(|decide| decide.channels.as_ref().is_some_and(|allowed| !allowed.contains(&id)));
    if left_out {
        Some("is left out by every `decide`")
    } else if closed_all_day(channel) {
        Some("is quiet all day")
    } else if channel.capacity.as_ref().and_then(|n| model.fixed(n)) == Some(Value::Int(0)) {
        Some("has no capacity")
    } else if never_pass(model, &[&channel.clauses]) {
        Some("is never open")
    } else {
        None
    }
}
