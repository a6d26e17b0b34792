//! Association rules and lifetime value: learned as a whole.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number};
use crate::model::{Affinity, Expr, ExprKind, Lifetime, TableId};
use crate::syntax::ast::{self, ExprKind as Written};

use super::Lowering;
use super::aggregates::transpose;
use super::constants::Limits;
use super::literals::{constant, widen};

impl<'a> Lowering<'a> {
    pub(super) fn affinity(&mut self, affinity: &'a ast::Affinity) -> Option<Affinity> {
        let name = &affinity.named.name;
        let source = self.baskets(affinity);
        let support = self.clause(affinity.min_support.as_ref(), name, "min_support", "min_support 1%");
        let support =
            support.map(|e| self.learned_constant(e, &Base::Decimal, "the least support", Limits::Share));
        let confidence =
            self.clause(affinity.min_confidence.as_ref(), name, "min_confidence", "min_confidence 30%");
        let confidence = confidence
            .map(|e| self.learned_constant(e, &Base::Decimal, "the least confidence", Limits::Share));
        let size = self.clause(affinity.max_size.as_ref(), name, "max_size", "max_size 3");
        let size = size.map(|e| {
            self.learned_constant(e, &Base::Int, "the largest size of a rule", Limits::Between(2, 10))
        });
        let (set, events, window) = source?;
        Some(Affinity {
            set,
            events,
            window,
            min_support: support??,
            min_confidence: confidence??,
            max_size: size??,
        })
    }

    /// A set attribute, or a field of events.
    #[expect(clippy::type_complexity, reason = "three parts of one declaration, taken apart at once")]
    fn baskets(
        &mut self,
        affinity: &'a ast::Affinity,
    ) -> Option<(Option<Expr>, Option<(TableId, usize)>, Option<crate::model::Window>)> {
        if let Written::Path(parts) = &affinity.of.kind {
            let subject = self.declared.subject.map(|(name, _)| name.name.as_str());
            if let [head, _] = parts.as_slice()
                && Some(head.name.as_str()) != subject
            {
                return self.baskets_of_events(affinity, head);
            }
        }
        let set = self.expr(&affinity.of, None)?;
        if let Some(window) = &affinity.window {
            self.report.error(Code::LEARNED, window.span, "a set has no time, so there is no window over it");
            return None;
        }
        match &set.ty.base {
            Base::Set(element) if matches!(**element, Base::Text | Base::Enum(_)) => {
                Some((Some(set), None, None))
            }
            _ => {
                self.report_no_items(&set);
                None
            }
        }
    }

    #[expect(clippy::type_complexity, reason = "three parts of one declaration, taken apart at once")]
    fn baskets_of_events(
        &mut self,
        affinity: &'a ast::Affinity,
        head: &'a ast::Ident,
    ) -> Option<(Option<Expr>, Option<(TableId, usize)>, Option<crate::model::Window>)> {
        let table = self.events_of(head)?;
        let kind = self.tables.get(table.0)?.kind;
        let window = affinity.window.as_ref().map(|w| self.window(w, kind));
        let item = self.within_table(table, |this| this.expr(&affinity.of, None))?;
        let ExprKind::Field(field) = item.kind else { return None };
        if !matches!(item.ty.base, Base::Text | Base::Enum(_)) {
            self.report_no_items(&item);
            return None;
        }
        Some((None, Some((table, field)), transpose(window)?))
    }

    fn report_no_items(&mut self, of: &Expr) {
        let quoted = self.report.quote(of.span);
        let shown = self.enums.show(&of.ty);
        self.report.push(
            Diagnostic::new(
                Code::TYPE_MISMATCH,
                of.span,
                format!("rules are about sets of items, and {quoted} is {shown}"),
            )
            .label("expected a set of text or of an enum, or such a field of events"),
        );
    }

    pub(super) fn lifetime(&mut self, lifetime: &'a ast::Lifetime) -> Option<Lifetime> {
        let name = &lifetime.named.name;
        let table = self.events_of(&lifetime.of)?;
        let filter = self.filter(table, lifetime.filter.as_ref());
        let monetary = lifetime.monetary.as_ref().map(|e| self.purchase_value(e, table));
        let unit = self.clause(lifetime.unit.as_ref(), name, "unit", "unit 1 week");
        let unit = unit.map(|e| {
            let unit = self.duration(e, true, "the unit of time")?;
            self.refuse_params(&unit, "the unit of time")?;
            Some(unit)
        });
        let horizon = self.clause(lifetime.horizon.as_ref(), name, "horizon", "horizon 12 months");
        let horizon = horizon.map(|e| {
            let horizon = self.length(e, false, "the horizon")?;
            self.refuse_params(&horizon, "the horizon")?;
            Some(horizon)
        });
        let discount = match &lifetime.discount {
            Some(e) => self.learned_constant(e, &Base::Decimal, "the discount of a year", Limits::Share),
            None => {
                let zero = constant(crate::values::Value::Int(0), Base::Int, name.span);
                Some(widen(zero, Number::Decimal))
            }
        };
        Some(Lifetime {
            table,
            filter: filter?,
            monetary: transpose(monetary)?,
            unit: unit??,
            horizon: horizon??,
            discount: discount?,
        })
    }

    /// `monetary sum(amount)`: the value of one purchase, as a float.
    fn purchase_value(&mut self, e: &'a ast::Expr, table: TableId) -> Option<Expr> {
        let asked = self.monetary(e, table, None, None)?;
        let ExprKind::Aggregate(aggregate) = asked.kind else { return None };
        if aggregate.function != crate::model::AggregateFunction::Sum {
            self.report.push(
                Diagnostic::new(Code::SCORE_CLAUSES, e.span, "the value of a lifetime is a sum")
                    .label("expected `sum(field)`"),
            );
            return None;
        }
        aggregate.value.map(|value| widen(value, Number::Float))
    }
}
