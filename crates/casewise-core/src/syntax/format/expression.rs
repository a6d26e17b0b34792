//! Expressions and windows, with the fewest parentheses.

use std::borrow::Cow;

use super::super::ast::{BinaryOp, Call, Expr, ExprKind, Literal, Unit, Window, WindowKind};
use super::super::literal::escape;
use super::super::parser::{binary_strength, strength};
use super::super::words;
use super::doc::Doc;
use super::{Formatter, name, path, plain_or_quoted};

/// Binds like a name: needs no parentheses anywhere.
const PRIMARY: u8 = strength::QUANTITY + 1;

fn expr_strength(kind: &ExprKind) -> u8 {
    match kind {
        ExprKind::If(..) => 0,
        ExprKind::Binary(op, ..) => binary_strength(*op),
        ExprKind::Not(_) => strength::NOT,
        ExprKind::Between(..) | ExprKind::In { .. } | ExprKind::InWindow { .. } | ExprKind::Is { .. } => {
            strength::COMPARE
        }
        ExprKind::Negate(_) => strength::NEGATE,
        ExprKind::Quantity(..) => strength::QUANTITY,
        _ => PRIMARY,
    }
}

fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::Overlaps => "overlaps",
        BinaryOp::SubsetOf => "subset of",
        BinaryOp::Otherwise => "otherwise",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
    }
}

/// The sign of a comparison, for patterns.
pub(super) fn comparison(op: BinaryOp) -> &'static str {
    operator(op)
}

impl<'a> Formatter<'a> {
    /// An expression where one that binds more loosely than `min` needs parentheses.
    pub(super) fn expr(&mut self, expr: &'a Expr, min: u8) -> Doc<'a> {
        if expr_strength(&expr.kind) >= min {
            return self.bare(expr);
        }
        Doc::All(vec![Doc::text("("), self.bare(expr), Doc::text(")")])
    }

    fn bare(&mut self, expr: &'a Expr) -> Doc<'a> {
        match &expr.kind {
            // Text with errors is not formatted; this keeps the place visible.
            ExprKind::Error => Doc::text("missing"),
            ExprKind::Literal(literal) => Doc::text(self.literal(literal, expr)),
            ExprKind::Name(n) if self.in_pattern && n == "any" => Doc::text("`any`"),
            ExprKind::Name(n) => Doc::text(plain_or_quoted(n)),
            ExprKind::Path(parts) => Doc::text(path(parts)),
            ExprKind::Call(call) => self.call(call, expr),
            ExprKind::List(items) => self.list(items, expr),
            ExprKind::Quantity(number, unit) => self.quantity(number, *unit),
            ExprKind::Not(inner) => Doc::All(vec![Doc::text("not "), self.expr(inner, strength::NOT)]),
            // `--` would start a comment in other languages.
            ExprKind::Negate(inner) => Doc::All(vec![Doc::text("-"), self.expr(inner, strength::QUANTITY)]),
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), ..) => self.chain(*op, expr),
            ExprKind::Binary(BinaryOp::Otherwise, left, right) => {
                let left = self.expr(left, strength::OTHERWISE);
                let line = self.line(right.span.start);
                let right = self.expr(right, strength::OTHERWISE + 1);
                Doc::group(Doc::All(vec![left, line, Doc::text("otherwise "), right]))
            }
            ExprKind::Binary(op, left, right) => {
                let strength = binary_strength(*op);
                // Comparisons do not chain on either side.
                let left_min = if strength == strength::COMPARE { strength + 1 } else { strength };
                let left = self.expr(left, left_min);
                let space = self.space(right.span.start);
                let right = self.expr(right, strength + 1);
                Doc::All(vec![left, Doc::text(" "), Doc::text(operator(*op)), space, right])
            }
            ExprKind::Between(item, low, high) => {
                let tighter = strength::COMPARE + 1;
                let item = self.expr(item, tighter);
                let before_low = self.space(low.span.start);
                let low = self.expr(low, tighter);
                let before_high = self.space(high.span.start);
                let high = self.expr(high, tighter);
                Doc::All(vec![
                    item,
                    Doc::text(" between"),
                    before_low,
                    low,
                    Doc::text(" and"),
                    before_high,
                    high,
                ])
            }
            ExprKind::In { negated, item, set } => {
                let item = self.expr(item, strength::COMPARE + 1);
                let space = self.space(set.span.start);
                let set = match &set.kind {
                    // They would start a window.
                    ExprKind::Name(n) if matches!(n.as_str(), "last" | "next" | "this") => {
                        Doc::text(format!("`{n}`"))
                    }
                    _ => self.expr(set, strength::COMPARE + 1),
                };
                Doc::All(vec![item, Doc::text(membership(*negated)), space, set])
            }
            ExprKind::InWindow { negated, item, window } => {
                let item = self.expr(item, strength::COMPARE + 1);
                let space = self.space(window.span.start);
                Doc::All(vec![item, Doc::text(membership(*negated)), space, self.window(window)])
            }
            ExprKind::Is { present, item } => {
                let item = self.expr(item, strength::COMPARE + 1);
                Doc::All(vec![item, Doc::text(if *present { " is present" } else { " is missing" })])
            }
            ExprKind::If(condition, then, otherwise) => {
                let mut docs = vec![Doc::text("if "), self.expr(condition, 1)];
                docs.push(self.line(then.span.start));
                docs.push(Doc::text("then "));
                docs.push(self.expr(then, 1));
                docs.push(self.line(otherwise.span.start));
                docs.push(Doc::text("else "));
                docs.push(self.expr(otherwise, 0));
                Doc::group(Doc::All(docs))
            }
        }
    }

    fn literal(&self, literal: &'a Literal, expr: &Expr) -> Cow<'a, str> {
        match literal {
            Literal::Number(digits) => self.digits(digits, expr),
            Literal::Percent(digits) => format!("{}%", self.digits(digits, expr)).into(),
            Literal::Text(value) => escape(value).into(),
            Literal::Bool(true) => "true".into(),
            Literal::Bool(false) => "false".into(),
            Literal::Missing => "missing".into(),
            Literal::Date(written) | Literal::DateTime(written) => written.into(),
            Literal::Now => "now".into(),
            Literal::Today => "today".into(),
        }
    }

    /// The digits of a number as its author grouped them.
    fn digits(&self, digits: &'a str, expr: &Expr) -> Cow<'a, str> {
        let written = self.text.get(expr.span.start as usize..expr.span.end as usize).unwrap_or("");
        let written = written.trim_end_matches('%');
        let same = written.chars().filter(|c| *c != '_').eq(digits.chars());
        if same { written.into() } else { digits.into() }
    }

    /// `30 days`, `1 day`
    fn quantity(&mut self, number: &'a Expr, unit: Unit) -> Doc<'a> {
        let one = matches!(&number.kind, ExprKind::Literal(Literal::Number(n)) if n == "1");
        let plural = if one { "" } else { "s" };
        let number = match &number.kind {
            // Words that mean something else before a unit.
            ExprKind::Name(n)
                if matches!(n.as_str(), "last" | "next" | "this" | "offered")
                    || words::DECLARATIONS.contains(&n.as_str()) =>
            {
                Doc::text(format!("`{n}`"))
            }
            _ => self.expr(number, PRIMARY),
        };
        Doc::All(vec![number, Doc::text(format!(" {}{plural}", words::unit_name(unit)))])
    }

    /// `a and b and c`, broken before every `and` or before none.
    fn chain(&mut self, op: BinaryOp, expr: &'a Expr) -> Doc<'a> {
        let mut operands = Vec::new();
        let mut rest = expr;
        while let ExprKind::Binary(o, left, right) = &rest.kind
            && *o == op
        {
            operands.push(right.as_ref());
            rest = left;
        }
        let strength = binary_strength(op);
        let mut docs = vec![Doc::indent(self.expr(rest, strength))];
        for operand in operands.into_iter().rev() {
            docs.push(self.line(operand.span.start));
            docs.extend([Doc::text(operator(op)), Doc::text(" ")]);
            docs.push(Doc::indent(self.expr(operand, strength + 1)));
        }
        Doc::group(Doc::All(docs))
    }

    /// `[a, b]`, as many on a line as fit.
    fn list(&mut self, items: &'a [Expr], expr: &Expr) -> Doc<'a> {
        let mut docs = Vec::new();
        let last = items.len().saturating_sub(1);
        for (n, item) in items.iter().enumerate() {
            let comments = self.comments_inside(item.span.start);
            let comma = if n == last { "" } else { "," };
            let item = Doc::All(vec![self.expr(item, 0), Doc::text(comma)]);
            docs.push(match comments {
                Some(comments) => Doc::All(vec![comments, item]),
                None if n == 0 => item,
                None => Doc::group(Doc::All(vec![Doc::Line, item])),
            });
        }
        let (comments, line) =
            self.comments_before_closing(expr.span.end).unwrap_or((Doc::text(""), Doc::text("")));
        docs.push(comments);
        Doc::All(vec![Doc::text("["), Doc::indent(Doc::All(docs)), line, Doc::text("]")])
    }

    fn call(&mut self, call: &'a Call, expr: &Expr) -> Doc<'a> {
        let mut docs = Vec::new();
        for (n, argument) in call.arguments.iter().enumerate() {
            if n > 0 {
                docs.push(Doc::text(","));
                docs.push(self.line(argument.span.start));
            } else {
                docs.extend(self.comments_inside(argument.span.start));
            }
            docs.push(self.expr(argument, 0));
        }
        let clause = |f: &mut Self, docs: &mut Vec<Doc<'a>>, at: u32, word: &str| {
            if !docs.is_empty() {
                docs.push(f.line(at));
            }
            docs.push(Doc::text(format!("{word} ")));
        };
        if let Some(half_life) = &call.half_life {
            clause(self, &mut docs, half_life.span.start, "half_life");
            docs.push(self.expr(half_life, strength::NEGATE));
        }
        if let Some(filter) = &call.filter {
            clause(self, &mut docs, filter.span.start, "where");
            docs.push(self.expr(filter, 1));
        }
        if let Some(then) = &call.then {
            clause(self, &mut docs, then.within.span.start, "then within");
            docs.push(self.expr(&then.within, strength::NEGATE));
            // `within n days` is a duration of `n` days, whatever events are called `days`.
            let unit = words::unit(&then.events.name).is_some()
                && !matches!(then.within.kind, ExprKind::Quantity(..));
            let events = if unit { format!("`{}`", then.events.name).into() } else { name(&then.events) };
            docs.push(Doc::text(format!(" {events}")));
            if let Some(filter) = &then.filter {
                clause(self, &mut docs, filter.span.start, "where");
                docs.push(self.expr(filter, 1));
            }
        }
        if let Some(window) = &call.window {
            clause(self, &mut docs, window.span.start, "over");
            docs.push(self.window(window));
        }
        let (comments, line) =
            self.comments_before_closing(expr.span.end).unwrap_or((Doc::text(""), Doc::text("")));
        docs.push(comments);
        let inside = Doc::group(Doc::indent(Doc::All(docs)));
        Doc::All(vec![Doc::text(format!("{}(", path(&call.name))), inside, line, Doc::text(")")])
    }

    /// `last 30 days`
    pub(super) fn window(&mut self, window: &'a Window) -> Doc<'a> {
        match &window.kind {
            WindowKind::Last(length) => {
                Doc::All(vec![Doc::text("last "), self.expr(length, strength::NEGATE)])
            }
            WindowKind::Next(length) => {
                Doc::All(vec![Doc::text("next "), self.expr(length, strength::NEGATE)])
            }
            WindowKind::This(unit) => Doc::text(format!("this {}", words::unit_name(*unit))),
        }
    }
}

fn membership(negated: bool) -> &'static str {
    if negated { " not in" } else { " in" }
}
