//! Tests of scores for values that they cannot have.

use casewise_core::diagnostic::{Code, Diagnostic};
use casewise_core::model::{Expr, ExprKind, Op};
use casewise_core::plan::Slot;
use casewise_core::source::Span;
use rustc_hash::FxHashSet;

use super::Deep;
use crate::encode::{Answer, Goal, ask};
use crate::kleene::bare;
use crate::report::Report;

pub(super) fn scores(deep: &mut Deep<'_>, report: &mut Report) {
    let mut tests: Vec<(Slot, Slot, Span, Span)> = Vec::new();
    let plan = deep.plan;
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for root in deep.model().expressions() {
        root.walk(&mut |expr: &Expr| {
            let ExprKind::Apply(
                Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge | Op::Between | Op::In,
                args,
            ) = &expr.kind
            else {
                return;
            };
            let score = args.iter().find(|arg| is_score(arg));
            let all_constant = args
                .iter()
                .filter(|arg| !is_score(arg))
                .all(|arg| plan.slot_of(arg).is_some_and(|slot| plan.nodes.constant(slot).is_some()));
            if let (Some(score), true) = (score, all_constant)
                && let (Some(test), Some(of)) = (plan.slot_of(expr), plan.slot_of(score))
                && seen.insert(expr.span)
            {
                tests.push((test, bare(plan, of), expr.span, score.span));
            }
        });
    }
    for (test, of, span, score) in tests {
        // A score that is known whole is no test of a range.
        let Some((low, high)) = deep.knowledge.ranges.of(plan, of).filter(|(low, high)| low != high) else {
            continue;
        };
        let never = |deep: &mut Deep<'_>, goals: &[Goal]| {
            matches!(ask(plan, &mut deep.knowledge, goals), Answer::Never(_))
        };
        let outcome = if never(deep, &[Goal::Is(test)]) {
            "never true"
        } else if deep.always_where_known(test) {
            "always true"
        } else {
            continue;
        };
        let name = deep.model().sources.text(score).trim();
        let message = format!(
            "this is {outcome}: `{name}` lies in {} .. {}",
            low.display_plain(),
            high.display_plain()
        );
        report.findings.push(
            Diagnostic::new(Code::SCORE_RANGE, span, message)
                .label("tells no one from anyone")
                .help("choose a bound within the range"),
        );
    }
}

impl Deep<'_> {
    /// Whether a truth is never false.
    fn always_where_known(&mut self, test: Slot) -> bool {
        matches!(ask(self.plan, &mut self.knowledge, &[Goal::IsFalse(test)]), Answer::Never(_))
    }
}

fn is_score(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Score(..) => true,
        ExprKind::Apply(Op::IntToDecimal | Op::IntToFloat | Op::DecimalToFloat | Op::Otherwise, args) => {
            args.first().is_some_and(is_score)
        }
        _ => false,
    }
}
