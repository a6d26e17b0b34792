//! Behavior: decayed events.

use std::cmp::Ordering;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number};
use crate::model::{AggregateFunction, Behavior, TableId, TableKind};
use crate::syntax::ast;
use crate::values::Value;

use super::Lowering;
use super::aggregates::{Question, transpose};
use super::constants::Limits;
use super::literals::{constant, widen};

impl<'a> Lowering<'a> {
    pub(super) fn behavior(&mut self, behavior: &'a ast::Behavior) -> Option<Behavior> {
        let name = &behavior.named.name;
        let table = self.events_of(&behavior.of)?;
        let kind = self.tables.get(table.0)?.kind;
        let half_life = self.clause(behavior.half_life.as_ref(), name, "half_life", "half_life 30 days");
        let half_life = half_life.map(|e| self.duration(e, false, "a half-life"));
        let weight = match &behavior.weight {
            Some(e) => self.within_table(table, |this| this.float(e, "a weight")),
            None => Some(widen(constant(Value::Int(1), Base::Int, name.span), Number::Float)),
        };
        let filter = self.filter(table, behavior.filter.as_ref());
        let window = behavior.window.as_ref().map(|w| self.window(w, kind));
        let cap = behavior.cap.as_ref().map(|e| self.constant_float(e, "a cap", Limits::Any));
        let floor = behavior.floor.as_ref().map(|e| self.constant_float(e, "a floor", Limits::Any));
        let (cap, floor) = (transpose(cap)?, transpose(floor)?);
        if let (Some(cap), Some(floor)) = (&cap, &floor) {
            let (high, low) = (self.evaluate(cap)?, self.evaluate(floor)?);
            if high.compare(&low) == Some(Ordering::Less) {
                self.report.push(
                    Diagnostic::new(Code::OUT_OF_RANGE, cap.span, "the cap lies below the floor")
                        .related(floor.span, "the floor"),
                );
                return None;
            }
        }
        let question = Question {
            function: AggregateFunction::Sum,
            table,
            value: Some(weight?),
            half_life: Some(half_life??),
            filter: filter?,
            window: transpose(window)?,
            then: None,
        };
        let sum = self.ask("behavior", question, name.span)?;
        Some(Behavior { sum, cap, floor, percentile: behavior.percentile.is_some() })
    }

    /// Events, not rows: something happened when.
    pub(super) fn events_of(&mut self, name: &ast::Ident) -> Option<TableId> {
        let table = self.find_table(&name.name, name.span)?;
        if self.tables.get(table)?.kind == TableKind::Rows {
            self.report.push(
                Diagnostic::new(
                    Code::AGGREGATE,
                    name.span,
                    format!("`{}` are rows, which have no time", name.name),
                )
                .label("expected events"),
            );
            return None;
        }
        Some(TableId(table))
    }
}
