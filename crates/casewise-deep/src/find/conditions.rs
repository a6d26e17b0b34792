//! Segments, gates and channels that no one is in, or everyone.

use std::sync::Arc;

use casewise_core::diagnostic::{Code, Diagnostic};
use casewise_core::model::{Clause, Expr, ExprKind, Op};
use casewise_core::plan::Slot;
use casewise_core::source::Span;
use casewise_core::syntax::ast::ConditionKind;

use super::{Deep, Known, beside};
use crate::encode::Goal;
use crate::report::Report;

/// A condition with a name, as the parts of which all must hold.
struct Named {
    what: &'static str,
    name: Arc<str>,
    span: Span,
    parts: Vec<(Slot, Span, String)>,
}

pub(super) fn conditions(deep: &mut Deep<'_>, report: &mut Report) {
    for named in named(deep) {
        let goals: Vec<Goal> = named.parts.iter().map(|(slot, ..)| Goal::Is(*slot)).collect();
        match deep.can(0, &goals) {
            Known::Never(core) => report.findings.push(no_members(&named, &core)),
            Known::Can(_) => {}
            Known::NotDecided => {
                let message =
                    format!("whether anyone can be in the {} `{}` was not decided", named.what, named.name);
                report.findings.push(deep.not_decided(named.span, message, &goals));
            }
        }
        if named.parts.is_empty() {
            continue;
        }
        let slots: Vec<Slot> = named.parts.iter().map(|(slot, ..)| *slot).collect();
        if deep.never(&[Goal::NotAll(slots)]).is_some() {
            let message = format!("everyone is in the {} `{}`", named.what, named.name);
            let mut finding = Diagnostic::new(Code::EVERYONE, named.span, message)
                .label("also those of whom nothing is known")
                .help("say whom it leaves out, or do without it");
            for (_, span, _) in &named.parts {
                finding = finding.related(*span, "holds for everyone");
            }
            report.findings.push(finding);
        }
    }
}

fn named(deep: &Deep<'_>) -> Vec<Named> {
    let model = deep.model();
    let mut all = Vec::new();
    for segment in &model.segments {
        let mut parts = Vec::new();
        conjuncts(deep, &segment.condition, &mut parts);
        all.push(Named { what: "segment", name: segment.name.clone(), span: segment.span, parts });
    }
    for gate in &model.gates {
        let parts = clauses(deep, &gate.clauses);
        all.push(Named { what: "gate", name: gate.name.clone(), span: gate.span, parts });
    }
    for (channel, planned) in model.channels.iter().zip(&deep.plan.channels) {
        let parts = channel.clauses.iter().zip(&planned.clauses);
        let parts = parts.map(|(clause, slot)| (*slot, clause.span, beside("this clause", clause))).collect();
        all.push(Named { what: "channel", name: channel.name.clone(), span: channel.span, parts });
    }
    all
}

/// The parts of a conjunction that have a place in the plan.
pub(super) fn conjuncts(deep: &Deep<'_>, expr: &Expr, parts: &mut Vec<(Slot, Span, String)>) {
    if let ExprKind::Apply(Op::And, inner) = &expr.kind {
        inner.iter().for_each(|part| conjuncts(deep, part, parts));
    } else if let Some(slot) = deep.plan.slot_of(expr) {
        parts.push((slot, expr.span, "this part".to_owned()));
    }
}

/// The clauses of a gate; what it excludes has no place of its own in the plan, and stands as one.
fn clauses(deep: &Deep<'_>, clauses: &[Clause]) -> Vec<(Slot, Span, String)> {
    let negation = |slot: Slot| {
        let node = casewise_core::plan::Node::Apply(Op::Not, [slot].into());
        deep.plan.nodes.find(&node)
    };
    clauses
        .iter()
        .filter_map(|clause| {
            let slot = deep.plan.slot_of(&clause.condition)?;
            let slot = if clause.kind == ConditionKind::Exclude { negation(slot)? } else { slot };
            Some((slot, clause.span, beside("this clause", clause)))
        })
        .collect()
}

fn no_members(named: &Named, core: &[usize]) -> Diagnostic {
    let mut parts = core.iter().filter_map(|n| named.parts.get(*n)).rev();
    let main = parts.next();
    let message = format!("no one can be in the {} `{}`", named.what, named.name);
    let mut diagnostic =
        Diagnostic::new(Code::NO_MEMBERS, main.map_or(named.span, |(_, span, _)| *span), message)
            .label(if core.len() > 1 { "cannot hold together with the others" } else { "is never true" })
            .help("correct it, or remove it");
    for (_, span, text) in parts {
        diagnostic = diagnostic.related(*span, text.clone());
    }
    diagnostic
}
