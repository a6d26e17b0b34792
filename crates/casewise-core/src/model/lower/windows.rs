//! Stretches of time.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Type};
use crate::model::{Expr, Op, TableKind, Window};
use crate::source::Span;
use crate::syntax::ast::{self, Unit, WindowKind};
use crate::values::Value;

use super::Lowering;
use super::constants::Limits;
use super::expressions::apply;

impl<'a> Lowering<'a> {
    /// `over last 30 days`, `over this month`, over events of a kind.
    pub(super) fn window(&mut self, window: &'a ast::Window, table: TableKind) -> Option<Window> {
        if table == TableKind::Rows {
            self.report.push(
                Diagnostic::new(
                    Code::AGGREGATE,
                    window.span,
                    "rows have no time, so there is no window over them",
                )
                .help("declare `events` if each record has a time"),
            );
            return None;
        }
        match &window.kind {
            WindowKind::Last(length) => {
                let dated = table == TableKind::DatedEvents;
                Some(Window::Last(self.length(length, dated, "the length of a window")?))
            }
            WindowKind::Next(_) => {
                self.report.push(
                    Diagnostic::new(
                        Code::AGGREGATE,
                        window.span,
                        "events lie before `now`: there are none in the next days",
                    )
                    .label("expected `over last …` or `over this …`"),
                );
                None
            }
            WindowKind::This(unit) => self.calendar_unit(*unit, window.span).map(Window::This),
        }
    }

    fn calendar_unit(&mut self, unit: Unit, span: Span) -> Option<Unit> {
        if matches!(unit, Unit::Minute | Unit::Hour) {
            self.report.push(
                Diagnostic::new(Code::AGGREGATE, span, "this is no calendar period")
                    .label("expected `this day`, `this week`, `this month` or `this year`"),
            );
            return None;
        }
        Some(unit)
    }

    /// A constant duration or period above 0; whole days where dates are counted.
    pub(super) fn length(&mut self, e: &'a ast::Expr, dated: bool, what: &str) -> Option<Expr> {
        let length = self.expr(e, None)?;
        if !matches!(length.ty.base, Base::Duration | Base::Period) {
            let quoted = self.report.quote(e.span);
            let shown = self.enums.show(&length.ty);
            let mut diagnostic = Diagnostic::new(
                Code::TYPE_MISMATCH,
                e.span,
                format!("{what} is a time, and {quoted} is {shown}"),
            )
            .label("expected a time such as `30 days`");
            if matches!(length.ty.base, Base::Int) {
                diagnostic = diagnostic.help("say which unit: `last n days`");
            }
            self.report.push(diagnostic);
            return None;
        }
        self.check_constant(&length, what, Limits::Positive)?;
        self.require(&length, what)?;
        if dated {
            self.check_whole_days(&length)?;
        }
        Some(length)
    }

    /// A constant duration above 0: months and years are no elapsed time.
    pub(super) fn duration(&mut self, e: &'a ast::Expr, dated: bool, what: &str) -> Option<Expr> {
        let length = self.length(e, dated, what)?;
        self.coerce(length, &Base::Duration, what)
    }

    fn check_whole_days(&mut self, length: &Expr) -> Option<()> {
        match self.evaluate(length) {
            Some(value @ Value::Duration(_)) if !crate::plan::semantics::whole_days(&value) => {
                self.report.push(
                    Diagnostic::new(Code::TYPE_MISMATCH, length.span, "dates are counted in whole days")
                        .label("expected days, weeks, months or years"),
                );
                None
            }
            _ => Some(()),
        }
    }

    /// `d in last 30 days`, `d in this month`
    pub(super) fn in_window(
        &mut self,
        item: &'a ast::Expr,
        window: &'a ast::Window,
        e: &'a ast::Expr,
    ) -> Option<Expr> {
        let item = self.expr(item, None)?;
        let dated = match item.ty.base {
            Base::Date => true,
            Base::Time => false,
            _ => {
                let quoted = self.report.quote(item.span);
                let shown = self.enums.show(&item.ty);
                let message =
                    format!("only dates and times lie in a stretch of time, and {quoted} is {shown}");
                self.report.push(
                    Diagnostic::new(Code::TYPE_MISMATCH, item.span, message).label("expected date or time"),
                );
                return None;
            }
        };
        match &window.kind {
            WindowKind::Last(length) | WindowKind::Next(length) => {
                let op = if matches!(window.kind, WindowKind::Last(_)) { Op::InLast } else { Op::InNext };
                let length = self.length(length, dated, "the length of a window")?;
                Some(apply(op, Base::Bool, vec![item, length], e.span))
            }
            WindowKind::This(unit) => {
                let unit = self.calendar_unit(*unit, window.span)?;
                let optional = item.ty.optional;
                let mut inside = apply(Op::InThis(unit), Base::Bool, vec![item], e.span);
                inside.ty = Type { base: Base::Bool, optional };
                Some(inside)
            }
        }
    }
}
