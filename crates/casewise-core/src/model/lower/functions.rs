//! Calls: built-in functions, functions of the model, association rules.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number, Type};
use crate::model::{Expr, ExprKind, Op, ScoreId, ScoreKind, ScorePart};
use crate::source::Span;
use crate::syntax::ast::{self, Call, ExprKind as Written, Literal};

use super::Lowering;
use super::expressions::apply;
use super::lazy::Node;
use super::literals::constant;
use super::names::ValueName;
use super::scope::{Argument, Frame};
use super::types::{WEEKDAY, number, number_base};

/// What a function takes besides numbers.
enum Takes {
    /// So many arguments of these types; what it gives.
    Types(&'static [Base], Base),
    /// One number, whose type it keeps.
    Number(fn(Number) -> Op),
    /// So many floats.
    Floats(usize),
}

/// Functions of fixed types.
fn signature(name: &str) -> Option<(Op, Takes)> {
    use Base::{Bool, Date, Int, Text, Time};
    // The op of number functions depends on the number; the one here is not used.
    Some(match name {
        "abs" => (Op::Abs(Number::Int), Takes::Number(Op::Abs)),
        "floor" => (Op::Floor(Number::Int), Takes::Number(Op::Floor)),
        "ceil" => (Op::Ceil(Number::Int), Takes::Number(Op::Ceil)),
        "exp" => (Op::Exp, Takes::Floats(1)),
        "log" => (Op::Log, Takes::Floats(1)),
        "sqrt" => (Op::Sqrt, Takes::Floats(1)),
        "pow" => (Op::Pow, Takes::Floats(2)),
        "date" => (Op::DateOf, Takes::Types(&[Time], Date)),
        "days_between" => (Op::DaysBetween, Takes::Types(&[Date, Date], Int)),
        "months_between" => (Op::MonthsBetween, Takes::Types(&[Date, Date], Int)),
        "years_between" => (Op::YearsBetween, Takes::Types(&[Date, Date], Int)),
        "next_anniversary" => (Op::NextAnniversary, Takes::Types(&[Date], Date)),
        "weekday" => (Op::Weekday, Takes::Types(&[Date], Base::Enum(WEEKDAY))),
        "day" => (Op::Day, Takes::Types(&[Date], Int)),
        "month" => (Op::Month, Takes::Types(&[Date], Int)),
        "year" => (Op::Year, Takes::Types(&[Date], Int)),
        "hour" => (Op::Hour, Takes::Types(&[Time], Int)),
        "lower" => (Op::Lower, Takes::Types(&[Text], Text)),
        "upper" => (Op::Upper, Takes::Types(&[Text], Text)),
        "length" => (Op::Length, Takes::Types(&[Text], Int)),
        "starts_with" => (Op::StartsWith, Takes::Types(&[Text, Text], Bool)),
        "ends_with" => (Op::EndsWith, Takes::Types(&[Text, Text], Bool)),
        "contains" => (Op::Contains, Takes::Types(&[Text, Text], Bool)),
        _ => return None,
    })
}

/// Functions that have rules of their own.
const OTHERS: [&str; 5] = ["min", "max", "round", "matches", "size"];

pub(super) const AGGREGATES: [&str; 11] =
    ["count", "sum", "avg", "min", "max", "first", "last", "distinct", "days", "exists", "all"];

const WITH_SIGNATURE: [&str; 23] = [
    "abs",
    "floor",
    "ceil",
    "exp",
    "log",
    "sqrt",
    "pow",
    "date",
    "days_between",
    "months_between",
    "years_between",
    "next_anniversary",
    "weekday",
    "day",
    "month",
    "year",
    "hour",
    "lower",
    "upper",
    "length",
    "starts_with",
    "ends_with",
    "contains",
];

pub(super) fn is_built_in(name: &str) -> bool {
    signature(name).is_some() || OTHERS.contains(&name) || AGGREGATES.contains(&name)
}

impl<'a> Lowering<'a> {
    pub(super) fn call(&mut self, call: &'a Call, span: Span, want: Option<&Base>) -> Option<Expr> {
        let [name] = call.name.as_slice() else { return self.rule(call, span) };
        // `min(a, b)` is a function, `min(E.f)` a question to events.
        let extreme = matches!(name.name.as_str(), "min" | "max") && call.arguments.len() != 1;
        if AGGREGATES.contains(&name.name.as_str()) && !extreme {
            return self.aggregate(name, call, span);
        }
        self.refuse_aggregate_clauses(name, call)?;
        if let Some((op, takes)) = signature(&name.name) {
            return self.fixed(name, op, &takes, call, span);
        }
        match name.name.as_str() {
            "min" => self.extreme(Op::Min, name, call, span, want),
            "max" => self.extreme(Op::Max, name, call, span, want),
            "round" => self.round(name, call, span),
            "matches" => self.matches(name, call, span),
            "size" => self.size(name, call, span),
            _ => self.function(name, call, span),
        }
    }

    fn refuse_aggregate_clauses(&mut self, name: &ast::Ident, call: &Call) -> Option<()> {
        let clause = call
            .filter
            .as_ref()
            .map(|f| ("where", f.span))
            .or(call.half_life.as_ref().map(|h| ("half_life", h.span)))
            .or(call.then.as_ref().map(|t| ("then", t.events.span)))
            .or(call.window.as_ref().map(|w| ("over", w.span)));
        let Some((word, span)) = clause else { return Some(()) };
        self.report.push(
            Diagnostic::new(
                Code::AGGREGATE,
                span,
                format!("`{}` asks nothing of events, so it has no `{word}`", name.name),
            )
            .help(
                "`where`, `over` and `half_life` stand inside `count(…)`, `sum(…)`, `exists(…)` and the like",
            ),
        );
        None
    }

    /// Whether there are as many arguments as wanted; an error if not. They are looked at all the same.
    fn arity(
        &mut self,
        name: &ast::Ident,
        call: &'a Call,
        least: usize,
        most: usize,
        form: &str,
    ) -> Option<()> {
        let found = call.arguments.len();
        if (least..=most).contains(&found) {
            return Some(());
        }
        let expected = if least == most {
            format!("{least}")
        } else if most == usize::MAX {
            format!("at least {least}")
        } else {
            format!("{least} to {most}")
        };
        let plural = if most == 1 { "" } else { "s" };
        self.report.push(
            Diagnostic::new(
                Code::ARGUMENTS,
                name.span,
                format!("`{}` takes {expected} argument{plural}, not {found}", name.name),
            )
            .label(format!("expected `{form}`")),
        );
        None
    }

    fn fixed(
        &mut self,
        name: &ast::Ident,
        op: Op,
        takes: &Takes,
        call: &'a Call,
        span: Span,
    ) -> Option<Expr> {
        let what = format!("the argument of `{}`", name.name);
        match takes {
            Takes::Types(types, gives) => {
                let form: Vec<String> = types.iter().map(|t| self.enums.show_base(t)).collect();
                self.arity(
                    name,
                    call,
                    types.len(),
                    types.len(),
                    &format!("{}({})", name.name, form.join(", ")),
                )?;
                let arguments: Vec<Option<Expr>> = call
                    .arguments
                    .iter()
                    .zip(types.iter())
                    .map(|(argument, ty)| self.typed(argument, &Type::optional(ty.clone()), &what))
                    .collect();
                let arguments = arguments.into_iter().collect::<Option<Vec<_>>>()?;
                Some(apply(op, gives.clone(), arguments, span))
            }
            Takes::Number(op) => {
                self.arity(name, call, 1, 1, &format!("{}(x)", name.name))?;
                let argument = self.numeric(call.arguments.first()?, &what)?;
                let kind = number(&argument.ty.base)?;
                Some(apply(op(kind), number_base(kind), vec![argument], span))
            }
            Takes::Floats(count) => {
                let form = if *count == 1 { "x" } else { "x, y" };
                self.arity(name, call, *count, *count, &format!("{}({form})", name.name))?;
                let arguments: Vec<Option<Expr>> =
                    call.arguments.iter().map(|a| self.float(a, &what)).collect();
                let arguments = arguments.into_iter().collect::<Option<Vec<_>>>()?;
                let mut value = apply(op, Base::Float, arguments, span);
                // Of what is not above 0 there is no logarithm, of what is below 0 no root.
                value.ty.optional |= matches!(op, Op::Log | Op::Sqrt);
                Some(value)
            }
        }
    }

    fn extreme(
        &mut self,
        op: Op,
        name: &ast::Ident,
        call: &'a Call,
        span: Span,
        want: Option<&Base>,
    ) -> Option<Expr> {
        self.arity(name, call, 2, usize::MAX, &format!("{}(a, b)", name.name))?;
        let arguments: Vec<&'a ast::Expr> = call.arguments.iter().collect();
        let what = format!("the arguments of `{}`", name.name);
        let arguments = self.unify(&arguments, want, &what)?;
        let base = arguments.first()?.ty.base.clone();
        self.require_ordered(&base, &format!("`{}`", name.name), span)?;
        Some(apply(op, base, arguments, span))
    }

    fn round(&mut self, name: &ast::Ident, call: &'a Call, span: Span) -> Option<Expr> {
        self.arity(name, call, 1, 2, "round(x, digits)")?;
        let value = self.numeric(call.arguments.first()?, "the argument of `round`");
        let digits = match call.arguments.get(1) {
            Some(digits) => self.typed(digits, &Type::optional(Base::Int), "the number of digits"),
            None => Some(constant(crate::values::Value::Int(0), Base::Int, span)),
        };
        let (value, digits) = (value?, digits?);
        let kind = number(&value.ty.base)?;
        Some(apply(Op::Round(kind), number_base(kind), vec![value, digits], span))
    }

    fn matches(&mut self, name: &ast::Ident, call: &'a Call, span: Span) -> Option<Expr> {
        self.arity(name, call, 2, 2, "matches(text, \"pattern\")")?;
        let [text, pattern] = call.arguments.as_slice() else { return None };
        let text = self.typed(text, &Type::optional(Base::Text), "the argument of `matches`");
        let Written::Literal(Literal::Text(written)) = &pattern.kind else {
            self.report.push(
                Diagnostic::new(
                    Code::NOT_CONSTANT,
                    pattern.span,
                    "the pattern of `matches` is a text literal",
                )
                .label("expected \"…\""),
            );
            return None;
        };
        if let Err(error) = regex::Regex::new(written) {
            self.report.push(
                Diagnostic::new(Code::LITERAL, pattern.span, "the pattern is no regular expression")
                    .label(last_line(&error.to_string())),
            );
            return None;
        }
        let text = text?;
        let optional = text.ty.optional;
        let kind = ExprKind::Matches(Box::new(text), Arc::from(written.as_str()));
        Some(Expr { kind, ty: Type { base: Base::Bool, optional }, span })
    }

    fn size(&mut self, name: &ast::Ident, call: &'a Call, span: Span) -> Option<Expr> {
        self.arity(name, call, 1, 1, "size(set)")?;
        let set = self.expr(call.arguments.first()?, None)?;
        if !matches!(set.ty.base, Base::Set(_)) {
            let quoted = self.report.quote(set.span);
            let shown = self.enums.show(&set.ty);
            let mut diagnostic = Diagnostic::new(
                Code::TYPE_MISMATCH,
                set.span,
                format!("`size` wants a set, and {quoted} is {shown}"),
            );
            if matches!(set.ty.base, Base::Text) {
                diagnostic = diagnostic.help("`length` counts the characters of a text");
            }
            self.report.push(diagnostic);
            return None;
        }
        Some(apply(Op::Size, Base::Int, vec![set], span))
    }

    /// A function of the model, written out.
    fn function(&mut self, name: &ast::Ident, call: &'a Call, span: Span) -> Option<Expr> {
        let Some(ValueName::Let(n)) = self.names.values.get(&name.name) else {
            self.report_no_function(name, call);
            return None;
        };
        let binding = *self.declared.lets.get(n)?;
        let Some(parameters) = &binding.parameters else {
            self.report_no_function(name, call);
            return None;
        };
        if !self.ready(Node::Let(n), span) {
            return None;
        }
        let form: Vec<&str> = parameters.iter().map(|(p, _)| p.name.as_str()).collect();
        let form = format!("{}({})", name.name, form.join(", "));
        self.arity(name, call, parameters.len(), parameters.len(), &form)?;
        let mut arguments = Vec::with_capacity(parameters.len());
        let mut ok = true;
        for (argument, (parameter, ty)) in call.arguments.iter().zip(parameters) {
            let ty = self.ty(ty)?;
            let what = format!("`{}` of `{}`", parameter.name, name.name);
            let value = self.typed(argument, &ty, &what);
            ok &= value.is_some();
            arguments.push(value.map(|value| {
                let measure = value.measure();
                Argument { value, measure }
            }));
        }
        if !ok {
            return None;
        }
        let errors = self.report.len();
        let mut value = self.in_frame(Frame { parameters, arguments, declaration: false }, &binding.value);
        if self.report.len() > errors {
            self.report.relate_since(errors, span, "in this call");
            value = None;
        }
        value
    }

    fn report_no_function(&mut self, name: &ast::Ident, call: &Call) {
        if let Some(value) = self.names.values.get(&name.name) {
            let message = format!("`{}` is {}, not a function", name.name, value.kind());
            self.report
                .push(Diagnostic::new(Code::WRONG_USE, name.span, message).help("write it without brackets"));
            return;
        }
        let lets =
            self.declared.lets.iter().filter(|l| l.parameters.is_some()).map(|l| l.named.name.name.as_str());
        let known = WITH_SIGNATURE.into_iter().chain(OTHERS).chain(AGGREGATES).chain(lets);
        let candidates: Vec<&str> = known.collect();
        let mut diagnostic =
            Diagnostic::new(Code::UNKNOWN_NAME, name.span, format!("there is no function `{}`", name.name));
        if let Some(near) = self.report.suggest(&name.name, &candidates) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        } else if let Some(help) = known_elsewhere(&name.name, call) {
            diagnostic = diagnostic.help(help);
        }
        self.report.push(diagnostic);
    }

    /// `basket.confidence("x")`, `basket.lift("x")`
    fn rule(&mut self, call: &'a Call, span: Span) -> Option<Expr> {
        let [head, question] = call.name.as_slice() else {
            self.report.error(Code::UNKNOWN_NAME, span, "there is no such function");
            return None;
        };
        self.refuse_aggregate_clauses(question, call)?;
        let Some(ValueName::Score(n)) = self.names.values.get(&head.name) else {
            let scores = self.declared.scores.iter();
            let names = scores.filter(|s| s.word() == "affinity").map(|s| s.named().name.name.as_str());
            self.report.unknown("affinity", &head.name, head.span, names);
            return None;
        };
        if !self.ready(Node::Score(n), head.span) {
            return None;
        }
        let ScoreKind::Affinity(affinity) = &self.scores.get(n)?.as_ref()?.kind else {
            let word = self.declared.scores.get(n)?.word();
            let message = format!("`{}` is a {word}: only an affinity is asked like this", head.name);
            self.report.error(Code::WRONG_USE, span, message);
            return None;
        };
        let element = match (&affinity.set, &affinity.events) {
            (Some(set), _) => match &set.ty.base {
                Base::Set(element) => (**element).clone(),
                _ => return None,
            },
            (None, Some((table, field))) => self.tables.get(table.0)?.record.ty(*field)?.base.clone(),
            (None, None) => return None,
        };
        self.arity(question, call, 1, 1, &format!("{}.{}(\"x\")", head.name, question.name))?;
        let item = self.typed(call.arguments.first()?, &Type::required(element), "the item of a rule")?;
        let ExprKind::Constant(value) = &item.kind else {
            let message = "the item of a rule must be known before any data is";
            self.report
                .push(Diagnostic::new(Code::NOT_CONSTANT, item.span, message).label("expected a literal"));
            return None;
        };
        let item: Arc<str> = match value {
            crate::values::Value::Text(text) => text.clone(),
            value => self.show_value(value, &item.ty.base).into(),
        };
        let part = match question.name.as_str() {
            "confidence" => ScorePart::Confidence(item),
            "lift" => ScorePart::Lift(item),
            _ => {
                self.report.unknown(
                    "question to an affinity called",
                    &question.name,
                    question.span,
                    ["confidence", "lift"],
                );
                return None;
            }
        };
        Some(Expr { kind: ExprKind::Score(ScoreId(n), part), ty: Type::optional(Base::Float), span })
    }
}

/// What other languages call a function that is written differently here.
fn known_elsewhere(name: &str, call: &Call) -> Option<&'static str> {
    Some(match name {
        "coalesce" | "ifnull" | "nvl" if call.arguments.len() == 2 => "write `x otherwise y`",
        "len" => "`length` counts the characters of a text, `size` the elements of a set",
        "average" | "mean" => "write `avg(E.f)`",
        "now" | "today" => "write it without brackets",
        "substring" | "substr" | "regex" => "write `starts_with`, `ends_with`, `contains` or `matches`",
        _ => return None,
    })
}

/// The line of a long message that says what is wrong.
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or_default().trim();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
