//! Questions to events and rows.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number, Type};
use crate::model::{Aggregate, AggregateFunction, Expr, ExprKind, TableId, TableKind, Then, Window};
use crate::source::Span;
use crate::syntax::ast::{self, Call, ExprKind as Written};

use super::Lowering;
use super::literals::widen;

fn function(name: &str) -> Option<AggregateFunction> {
    use AggregateFunction as F;
    Some(match name {
        "count" => F::Count,
        "sum" => F::Sum,
        "avg" => F::Avg,
        "min" => F::Min,
        "max" => F::Max,
        "first" => F::First,
        "last" => F::Last,
        "distinct" => F::Distinct,
        "days" => F::Days,
        "exists" => F::Exists,
        "all" => F::All,
        _ => return None,
    })
}

/// Whether it is asked of whole events, not of one of their fields.
fn asks_of_events(function: AggregateFunction) -> bool {
    use AggregateFunction as F;
    matches!(function, F::Count | F::Days | F::Exists | F::All)
}

impl<'a> Lowering<'a> {
    pub(super) fn aggregate(&mut self, name: &'a ast::Ident, call: &'a Call, span: Span) -> Option<Expr> {
        let function = function(&name.name)?;
        let [argument] = call.arguments.as_slice() else {
            let form = if asks_of_events(function) { "EVENTS where …" } else { "EVENTS.field where …" };
            self.report.push(
                Diagnostic::new(
                    Code::ARGUMENTS,
                    name.span,
                    format!("`{}` takes one argument, not {}", name.name, call.arguments.len()),
                )
                .label(format!("expected `{}({form})`", name.name)),
            );
            return None;
        };
        let (table, value) = self.asked(name, function, argument)?;
        self.aggregate_over(name, function, table, value, call, span)
    }

    /// The table, and the field or expression over its fields.
    fn asked(
        &mut self,
        name: &ast::Ident,
        function: AggregateFunction,
        argument: &'a ast::Expr,
    ) -> Option<(TableId, Option<&'a ast::Expr>)> {
        if asks_of_events(function) {
            return match &argument.kind {
                Written::Name(table) => Some((TableId(self.find_table(table, argument.span)?), None)),
                Written::Error => None,
                _ => {
                    self.report.push(
                        Diagnostic::new(
                            Code::AGGREGATE,
                            argument.span,
                            format!("`{}` asks of whole events or rows", name.name),
                        )
                        .label("expected the name of events or rows"),
                    );
                    None
                }
            };
        }
        if let Written::Path(parts) = &argument.kind {
            let head = parts.first()?;
            let table = self.find_table(&head.name, head.span)?;
            return Some((TableId(table), Some(argument)));
        }
        if let Some(table) = self.table_mentioned(argument) {
            return Some((TableId(table), Some(argument)));
        }
        if matches!(argument.kind, Written::Error) {
            return None;
        }
        let mut diagnostic = Diagnostic::new(
            Code::AGGREGATE,
            argument.span,
            format!("`{}` asks of a field of events or rows", name.name),
        )
        .label("expected `EVENTS.field`");
        if let Written::Name(word) = &argument.kind
            && let Some(table) = self.table_index(word).and_then(|t| self.tables.get(t))
        {
            let field = table.record.names().find(|n| *n != "at").unwrap_or("at");
            diagnostic = diagnostic.help(format!("say which field: `{}({word}.{field})`", name.name));
        }
        if matches!(function, AggregateFunction::Min | AggregateFunction::Max) {
            diagnostic = diagnostic.help(format!("of two values: `{}(a, b)`", name.name));
        }
        self.report.push(diagnostic);
        None
    }

    /// The table whose field an expression such as `buy.price * buy.quantity` mentions first.
    fn table_mentioned(&self, e: &ast::Expr) -> Option<usize> {
        match &e.kind {
            Written::Path(parts) => parts.first().and_then(|head| self.table_index(&head.name)),
            Written::Binary(_, a, b) => self.table_mentioned(a).or_else(|| self.table_mentioned(b)),
            Written::Negate(inner) => self.table_mentioned(inner),
            Written::Call(call) => call.arguments.iter().find_map(|a| self.table_mentioned(a)),
            Written::If(a, b, c) => [a, b, c].into_iter().find_map(|part| self.table_mentioned(part)),
            _ => None,
        }
    }

    fn aggregate_over(
        &mut self,
        name: &ast::Ident,
        function: AggregateFunction,
        table: TableId,
        value: Option<&'a ast::Expr>,
        call: &'a Call,
        span: Span,
    ) -> Option<Expr> {
        let kind = self.tables.get(table.0)?.kind;
        let placed = self.check_clauses(name, function, kind, call);
        let value = value.map(|e| self.within_table(table, |this| this.expr(e, None)));
        let filter = self.filter(table, call.filter.as_ref());
        let window = call.window.as_ref().map(|window| self.window(window, kind));
        let half_life = call.half_life.as_ref().map(|e| self.duration(e, false, "a half-life"));
        let then = call.then.as_ref().map(|then| self.then(then, kind));
        placed?;
        let question = Question {
            function,
            table,
            value: transpose(value)?,
            half_life: transpose(half_life)?,
            filter: filter?,
            window: transpose(window)?,
            then: transpose(then)?,
        };
        self.ask(&name.name, question, span)
    }

    /// Clauses that do not go with the function or the table.
    fn check_clauses(
        &mut self,
        name: &ast::Ident,
        function: AggregateFunction,
        kind: TableKind,
        call: &Call,
    ) -> Option<()> {
        let mut problem = |span: Span, message: String, help: &str| {
            self.report.push(Diagnostic::new(Code::AGGREGATE, span, message).help(help));
            None
        };
        if let Some(half_life) = call.half_life.as_ref().filter(|_| function != AggregateFunction::Sum) {
            return problem(
                half_life.span,
                format!("`{}` does not fade: only a sum has a half-life", name.name),
                "write `sum(E.f half_life 30 days)`",
            );
        }
        if let Some(then) = call.then.as_ref().filter(|_| function != AggregateFunction::Exists) {
            return problem(
                then.events.span,
                format!("`{}` does not follow a sequence: only `exists` does", name.name),
                "write `exists(E where … then within 7 days F where …)`",
            );
        }
        if function == AggregateFunction::All && call.filter.is_none() {
            return problem(
                name.span,
                "`all` of no condition is always true".to_owned(),
                "write `all(E where …)`",
            );
        }
        if kind == TableKind::Rows {
            let timed =
                call.half_life.is_some() || call.then.is_some() || function == AggregateFunction::Days;
            if timed {
                return problem(
                    name.span,
                    "rows have no time".to_owned(),
                    "declare `events` if each record has a time",
                );
            }
        }
        Some(())
    }

    /// `where …` over the fields of a table; the outer none is an error, the inner no filter.
    pub(super) fn filter(&mut self, table: TableId, filter: Option<&'a ast::Expr>) -> Option<Option<Expr>> {
        match filter {
            Some(e) => self.within_table(table, |this| this.condition(e, "`where`")).map(Some),
            None => Some(None),
        }
    }

    fn then(&mut self, then: &'a ast::Then, kind: TableKind) -> Option<Then> {
        let table = self.find_table(&then.events.name, then.events.span).map(TableId);
        let following = table.and_then(|t| self.tables.get(t.0)).map(|t| t.kind);
        let dated = [Some(kind), following].contains(&Some(TableKind::DatedEvents));
        let within = self.duration(&then.within, dated, "the time between two events");
        if following == Some(TableKind::Rows) {
            self.report.error(
                Code::AGGREGATE,
                then.events.span,
                "rows have no time, so none follows another",
            );
            return None;
        }
        if following.is_some_and(|f| f != kind) {
            self.report.push(
                Diagnostic::new(
                    Code::AGGREGATE,
                    then.events.span,
                    "events with times and events with dates do not follow one another",
                )
                .help("declare `at` with the same type on both"),
            );
            return None;
        }
        let filter = self.filter(table?, then.filter.as_ref());
        Some(Then { within: within?, table: table?, filter: filter? })
    }

    /// Types a question whose parts are known.
    pub(super) fn ask(&mut self, name: &str, question: Question, span: Span) -> Option<Expr> {
        use AggregateFunction as F;
        let Question { function, table, mut value, half_life, filter, window, then } = question;
        let what = format!("`{name}`");
        let base = |value: &Option<Expr>| value.as_ref().map(|v| v.ty.base.clone());
        let missing = value.as_ref().is_some_and(|v| v.ty.optional);
        let ty = match function {
            F::Count | F::Days | F::Distinct => {
                if let Some(value) =
                    value.as_ref().filter(|v| matches!(v.ty.base, Base::Set(_) | Base::List(_)))
                {
                    let shown = self.enums.show(&value.ty);
                    self.report.error(
                        Code::TYPE_MISMATCH,
                        value.span,
                        format!("{what} does not compare a {shown}"),
                    );
                    return None;
                }
                Type::required(Base::Int)
            }
            F::Exists | F::All => Type::required(Base::Bool),
            F::Sum => {
                self.require_number(value.as_ref()?, &what)?;
                if half_life.is_some() {
                    value = value.map(|v| widen(v, Number::Float));
                }
                Type { base: base(&value)?, optional: missing }
            }
            F::Avg => {
                let number = self.require_number(value.as_ref()?, &what)?;
                let decimal = number == Number::Decimal;
                Type::optional(if decimal { Base::Decimal } else { Base::Float })
            }
            F::Min | F::Max => {
                self.require_ordered(&base(&value)?, &what, span)?;
                Type::optional(base(&value)?)
            }
            F::First | F::Last => Type::optional(base(&value)?),
            F::Items => Type::required(Base::Set(Box::new(base(&value)?))),
        };
        let aggregate = Aggregate { function, table, value, half_life, filter, window, then };
        Some(Expr { kind: ExprKind::Aggregate(Box::new(aggregate)), ty, span })
    }

    /// `monetary sum(amount)`: an aggregate over the fields of one table, whose filter and window are given.
    pub(super) fn monetary(
        &mut self,
        e: &'a ast::Expr,
        table: TableId,
        filter: Option<Expr>,
        window: Option<Window>,
    ) -> Option<Expr> {
        let call = match &e.kind {
            Written::Call(call) => call,
            Written::Error => return None,
            _ => return self.report_monetary(e.span),
        };
        let ([name], [argument]) = (call.name.as_slice(), call.arguments.as_slice()) else {
            return self.report_monetary(e.span);
        };
        let bare =
            call.filter.is_none() && call.window.is_none() && call.then.is_none() && call.half_life.is_none();
        let Some(function) = function(&name.name).filter(|f| !asks_of_events(*f) && bare) else {
            return self.report_monetary(e.span);
        };
        let value = self.within_table(table, |this| this.expr(argument, None))?;
        let question =
            Question { function, table, value: Some(value), half_life: None, filter, window, then: None };
        let mut asked = self.ask(&name.name, question, e.span)?;
        self.require_number(&asked, "monetary")?;
        // Without events it is 0, whatever the function.
        if let ExprKind::Aggregate(aggregate) = &asked.kind {
            asked.ty.optional = aggregate.value.as_ref().is_some_and(|v| v.ty.optional);
        }
        Some(asked)
    }

    fn report_monetary(&mut self, span: Span) -> Option<Expr> {
        self.report.push(
            Diagnostic::new(Code::SCORE_CLAUSES, span, "monetary is one number of the events")
                .label("expected `sum(field)`, `avg(field)`, `max(field)` or the like")
                .help("`where` and `over` stand in the declaration, for recency and frequency too"),
        );
        None
    }
}

/// An aggregate whose type is not known yet.
pub(super) struct Question {
    pub(super) function: AggregateFunction,
    pub(super) table: TableId,
    pub(super) value: Option<Expr>,
    pub(super) half_life: Option<Expr>,
    pub(super) filter: Option<Expr>,
    pub(super) window: Option<Window>,
    pub(super) then: Option<Then>,
}

/// What was written and is broken ends it; what was not written does not.
pub(super) fn transpose<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        Some(Some(part)) => Some(Some(part)),
        Some(None) => None,
        None => Some(None),
    }
}
