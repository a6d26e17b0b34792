//! Rows of bands and tables that are never reached.

use std::sync::Arc;

use casewise_core::diagnostic::{Code, Diagnostic};
use casewise_core::model::{Expr, ExprKind, Select};
use casewise_core::plan::Node;
use rustc_hash::FxHashSet;

use super::{Deep, Known};
use crate::encode::Goal;
use crate::report::Report;

pub(super) fn rows(deep: &mut Deep<'_>, report: &mut Report) {
    let mut selects: Vec<(Arc<str>, &Expr, &Select)> = Vec::new();
    for score in &deep.model().scores {
        for root in score.kind.expressions() {
            root.walk(&mut |expr| {
                if let ExprKind::Select(select) = &expr.kind {
                    selects.push((score.name.clone(), expr, select));
                }
            });
        }
    }
    let mut seen = FxHashSet::default();
    for (score, expr, select) in selects {
        let Some(slot) = deep.plan.slot_of(expr) else { continue };
        let Some(Node::Select(planned)) = deep.plan.nodes.get(slot) else { continue };
        for (row, (patterns, _)) in select.rows.iter().zip(&planned.rows) {
            if !seen.insert(row.span) {
                continue;
            }
            let goals: Vec<Goal> = planned
                .of
                .iter()
                .zip(patterns)
                .map(|(of, pattern)| Goal::Matches(*of, pattern.clone()))
                .collect();
            match deep.can(0, &goals) {
                Known::Can(_) => {}
                Known::Never(core) => {
                    let message = format!("a row of `{score}` is never reached");
                    let mut diagnostic = Diagnostic::new(Code::ROW_UNREACHED, row.span, message)
                        .label("holds for no one")
                        .help("remove it, or correct its bounds");
                    for column in core.iter().filter_map(|n| select.of.get(*n)) {
                        let range = deep
                            .plan
                            .slot_of(column)
                            .and_then(|slot| deep.knowledge.ranges.of(deep.plan, slot))
                            .map(|(low, high)| {
                                format!(", which lies in {} .. {}", low.display_plain(), high.display_plain())
                            });
                        let text = format!("because of this column{}", range.unwrap_or_default());
                        diagnostic = diagnostic.related(column.span, text);
                    }
                    report.findings.push(diagnostic);
                }
                Known::NotDecided => {
                    let message = format!("whether a row of `{score}` is ever reached was not decided");
                    report.findings.push(deep.not_decided(row.span, message, &goals));
                }
            }
        }
    }
}
