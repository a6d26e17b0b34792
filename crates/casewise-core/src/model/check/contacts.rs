//! Caps that never bind beside tighter ones.

use super::windows::micros;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CapScope, ContactRule, ContactRuleKind, Model};
use crate::syntax::ast::File;
use crate::values::Value;

struct Cap<'m> {
    rule: &'m ContactRule,
    count: i64,
    window: Value,
    scope: &'m CapScope,
}

/// Finds caps that another cap always reaches first.
pub(super) fn caps(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let caps: Vec<Cap<'_>> = model
        .contacts
        .iter()
        .filter_map(|rule| {
            let ContactRuleKind::Cap { count, window, scope } = &rule.kind else { return None };
            let Some(Value::Int(count)) = model.constant(count) else { return None };
            Some(Cap { rule, count, window: model.constant(window)?, scope })
        })
        .collect();
    for (place, cap) in caps.iter().enumerate() {
        let tighter = caps.iter().enumerate().find(|(other_place, other)| {
            // Of two that are the same, the first counts.
            *other_place != place && covers(other, cap) && (!covers(cap, other) || *other_place < place)
        });
        if let Some((_, tighter)) = tighter {
            let same = covers(cap, tighter);
            out.push(
                Diagnostic::new(Code::CAP_NEVER_BINDS, cap.rule.span, "this cap never binds")
                    .label(if same { "says what another says" } else { "a tighter cap closes first" })
                    .related(tighter.rule.span, if same { "the same cap" } else { "the tighter cap" })
                    .help("remove it, or allow fewer contacts than the other cap"),
            );
        }
    }
}

/// Whether `other` is closed whenever `cap` would be: it counts the same contacts and more, over a window as
/// long or longer, and allows as few or fewer.
fn covers(other: &Cap<'_>, cap: &Cap<'_>) -> bool {
    let wider = match (other.scope, cap.scope) {
        (CapScope::All, _) => true,
        (CapScope::PerChannel, CapScope::On(channels)) => channels.len() == 1,
        (CapScope::On(all), CapScope::On(some)) => some.iter().all(|channel| all.contains(channel)),
        (a, b) => a == b,
    };
    let longer = match (&other.window, &cap.window) {
        (Value::Duration(a), Value::Duration(b)) => a >= b,
        (Value::Period(a), Value::Period(b)) => a >= b,
        (a, b) => micros(a).zip(micros(b)).is_some_and(|((least, _), (_, most))| least >= most),
    };
    wider && longer && other.count <= cap.count
}
