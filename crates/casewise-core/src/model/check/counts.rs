//! Counts that are negative, or allow nothing.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ContactRuleKind, Expr, Model};
use crate::source::Span;
use crate::syntax::ast::File;
use crate::values::{Decimal, Value};

/// Checks caps, quotas, budgets, capacities and the cuts of decisions.
pub(super) fn counts(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut counts: Vec<(&Expr, Count)> = Vec::new();
    for rule in &model.contacts {
        match &rule.kind {
            ContactRuleKind::Cap { count, .. } => counts.push((count, Count::Allowed("no contact is ever allowed"))),
            ContactRuleKind::PauseWithout { count, .. } => counts.push((count, Count::AtLeastOne)),
            ContactRuleKind::Pause { .. } => {}
        }
    }
    for channel in &model.channels {
        counts.extend(channel.capacity.iter().map(|n| (n, Count::Allowed("the channel never takes a contact"))));
    }
    for case in &model.cases {
        counts.extend(case.quota.iter().map(|n| (n, Count::Allowed("the case is never offered"))));
        counts.extend(case.budgets.iter().map(|(n, _)| (n, Count::Amount)));
    }
    for decide in &model.decides {
        counts.extend(decide.top.iter().map(|n| (n, Count::Allowed("nothing is ever offered"))));
        counts.extend(decide.per_group.iter().map(|n| (n, Count::Allowed("no case of a group is ever offered"))));
    }
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for (count, what) in counts {
        // Inherited clauses are in every case, and are spoken of once.
        if seen.insert(count.span) {
            check(model, count, what, out);
        }
    }
}

#[derive(Clone, Copy)]
enum Count {
    /// 0 allows nothing, which is what the text says.
    Allowed(&'static str),
    /// A sum of any sign below which nothing fits if it is negative.
    Amount,
    /// 0 makes no sense.
    AtLeastOne,
}

fn check(model: &Model, count: &Expr, what: Count, out: &mut Vec<Diagnostic>) {
    let Some(value) = model.constant(count) else { return };
    let zero = match &value {
        Value::Int(n) => n.cmp(&0),
        Value::Decimal(d) => d.cmp(&Decimal::ZERO),
        Value::Float(x) => x.total_cmp(&0.0),
        _ => return,
    };
    let shown = value.display_plain();
    if zero.is_lt() || (zero.is_eq() && matches!(what, Count::AtLeastOne)) {
        let least = if matches!(what, Count::AtLeastOne) { 1 } else { 0 };
        out.push(
            Diagnostic::new(Code::COUNT_TOO_SMALL, count.span, format!("{shown} is too small a number here"))
                .label(format!("expected {least} or more")),
        );
    }
    // A param may be 0 to switch something off; a literal 0 is a mistake.
    if let (true, Count::Allowed(consequence), Some(_)) = (zero.is_eq(), what, model.fixed(count)) {
        out.push(
            Diagnostic::new(Code::NOTHING_ALLOWED, count.span, format!("with 0, {consequence}"))
                .help("write 1 or more; to stop a case, give it `status paused`"),
        );
    }
}
