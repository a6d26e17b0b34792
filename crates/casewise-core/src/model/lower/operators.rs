//! Operators between expressions.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number, Type};
use crate::model::{Expr, ExprKind, Op};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Written, Literal, Unit};
use crate::values::Value;

use super::Lowering;
use super::expressions::{apply, conversion_help};
use super::literals::widen;
use super::types::{number, number_base};

impl<'a> Lowering<'a> {
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        e: &'a ast::Expr,
        want: Option<&Base>,
    ) -> Option<Expr> {
        match op {
            BinaryOp::And => self.junction(BinaryOp::And, Op::And, "`and`", e),
            BinaryOp::Or => self.junction(BinaryOp::Or, Op::Or, "`or`", e),
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                self.comparison(op, left, right, e.span)
            }
            BinaryOp::Overlaps => self.set_operator(Op::Overlaps, "overlaps", left, right, e.span),
            BinaryOp::SubsetOf => self.set_operator(Op::SubsetOf, "subset of", left, right, e.span),
            BinaryOp::Otherwise => self.otherwise(left, right, e.span, want),
            BinaryOp::Add => self.addition(false, left, right, e.span),
            BinaryOp::Subtract => self.addition(true, left, right, e.span),
            BinaryOp::Multiply => self.product(left, right, e.span),
            BinaryOp::Divide => self.quotient(left, right, e.span),
        }
    }

    /// `a and b and c` is one conjunction of three.
    fn junction(&mut self, written: BinaryOp, op: Op, what: &str, e: &'a ast::Expr) -> Option<Expr> {
        let mut parts: Vec<&'a ast::Expr> = Vec::new();
        let mut rest = e;
        while let Written::Binary(same, left, right) = &rest.kind {
            if *same != written {
                break;
            }
            parts.push(right);
            rest = left;
        }
        parts.push(rest);
        let what = format!("each side of {what}");
        let mut lowered = Vec::with_capacity(parts.len());
        let mut ok = true;
        for part in parts.into_iter().rev() {
            match self.condition(part, &what) {
                Some(condition) => lowered.push(condition),
                None => ok = false,
            }
        }
        ok.then(|| apply(op, Base::Bool, lowered, e.span))
    }

    fn comparison(
        &mut self,
        op: BinaryOp,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        let (op, sign) = match op {
            BinaryOp::Eq => (Op::Eq, "=="),
            BinaryOp::Ne => (Op::Ne, "!="),
            BinaryOp::Lt => (Op::Lt, "<"),
            BinaryOp::Le => (Op::Le, "<="),
            BinaryOp::Gt => (Op::Gt, ">"),
            _ => (Op::Ge, ">="),
        };
        for side in [left, right] {
            if matches!(side.kind, Written::Literal(Literal::Missing)) {
                self.report.push(
                    Diagnostic::new(
                        Code::TYPE_MISMATCH,
                        side.span,
                        "a comparison with `missing` is missing, whatever the other side",
                    )
                    .help("write `x is missing` or `x is present`"),
                );
                return None;
            }
        }
        let sides = self.unify(&[left, right], None, &format!("both sides of `{sign}`"))?;
        let base = sides.first()?.ty.base.clone();
        let fits = if matches!(op, Op::Eq | Op::Ne) {
            self.require_equatable(&base, sign, span)
        } else {
            self.require_ordered(&base, &format!("`{sign}`"), span)
        };
        fits?;
        Some(apply(op, Base::Bool, sides, span))
    }

    fn require_equatable(&mut self, base: &Base, sign: &str, span: Span) -> Option<()> {
        if !matches!(base, Base::Set(_) | Base::List(_)) {
            return Some(());
        }
        let shown = self.enums.show_base(base);
        self.report.push(
            Diagnostic::new(Code::TYPE_MISMATCH, span, format!("`{sign}` does not compare a {shown}"))
                .help("write `a subset of b`, `a overlaps b`, or `size(a) == 0`"),
        );
        None
    }

    /// Whether values of a type can be put in order; an error if not.
    pub(super) fn require_ordered(&mut self, base: &Base, what: &str, span: Span) -> Option<()> {
        if self.is_ordered(base) {
            return Some(());
        }
        let shown = self.enums.show_base(base);
        let mut diagnostic =
            Diagnostic::new(Code::NOT_ORDERED, span, format!("{what} wants an order, and {shown} has none"));
        diagnostic = match base {
            Base::Enum(_) => diagnostic.help("declare the enum `ordered` if its values rise as they are written, or compare with `in [a, b]`"),
            Base::Text => diagnostic.help("texts compare with `==` only: is this a number or a date?"),
            _ => diagnostic,
        };
        self.report.push(diagnostic);
        None
    }

    pub(super) fn between(
        &mut self,
        item: &'a ast::Expr,
        low: &'a ast::Expr,
        high: &'a ast::Expr,
        e: &'a ast::Expr,
    ) -> Option<Expr> {
        let parts = self.unify(&[item, low, high], None, "the value and the ends of `between`")?;
        let base = parts.first()?.ty.base.clone();
        self.require_ordered(&base, "`between`", e.span)?;
        Some(apply(Op::Between, Base::Bool, parts, e.span))
    }

    /// `x in [a, b]`, `x in s`
    pub(super) fn membership(
        &mut self,
        item: &'a ast::Expr,
        set: &'a ast::Expr,
        e: &'a ast::Expr,
    ) -> Option<Expr> {
        if let Written::List(items) = &set.kind {
            let mut parts = vec![item];
            parts.extend(items);
            let parts = self.unify(&parts, None, "the value and the elements of `in`")?;
            let base = parts.first()?.ty.base.clone();
            self.require_equatable(&base, "in", item.span)?;
            return Some(apply(Op::In, Base::Bool, parts, e.span));
        }
        let set = self.expr(set, None);
        let Some(set) = set else {
            // The item alone may have an error of its own, but a bare word needs the set.
            if !matches!(item.kind, Written::Name(_)) {
                self.expr(item, None);
            }
            return None;
        };
        let (Base::Set(element) | Base::List(element)) = set.ty.base.clone() else {
            self.report_no_set(&set);
            return None;
        };
        let item = self.expr(item, Some(&element))?;
        let item = self.coerce(item, &element, "an element of the set")?;
        Some(apply(Op::InSet, Base::Bool, vec![item, set], e.span))
    }

    fn report_no_set(&mut self, set: &Expr) {
        let quoted = self.report.quote(set.span);
        let shown = self.enums.show(&set.ty);
        let help = match (&set.kind, &set.ty.base) {
            (ExprKind::InList(_), _) => {
                Some(format!("the list already asks for the subject's key: write {quoted} alone"))
            }
            (_, Base::Text) => Some("to look inside a text, write `contains(text, part)`".to_owned()),
            _ => None,
        };
        let mut diagnostic = Diagnostic::new(
            Code::TYPE_MISMATCH,
            set.span,
            format!("`in` wants a set or a list, and {quoted} is {shown}"),
        )
        .label("expected a set, or `[a, b]`");
        if let Some(help) = help {
            diagnostic = diagnostic.help(help);
        }
        self.report.push(diagnostic);
    }

    fn set_operator(
        &mut self,
        op: Op,
        word: &str,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        // A set says of which type the elements of a written list are.
        let left_written = matches!(left.kind, Written::List(_));
        let (first, second) = if left_written { (right, left) } else { (left, right) };
        let first = self.expr(first, None);
        let element = first.as_ref().and_then(|e| element_of(&e.ty.base));
        let hint = element.map(|element| Base::List(Box::new(element)));
        let second = match &second.kind {
            Written::Name(_) if first.is_none() => None,
            _ => self.expr(second, hint.as_ref()),
        };
        let (first, second) = (first?, second?);
        for side in [&first, &second] {
            if element_of(&side.ty.base).is_none() {
                let quoted = self.report.quote(side.span);
                let shown = self.enums.show(&side.ty);
                let message =
                    format!("`{word}` wants a set or a list on both sides, and {quoted} is {shown}");
                self.report.push(
                    Diagnostic::new(Code::TYPE_MISMATCH, side.span, message)
                        .label("expected a set, or `[a, b]`"),
                );
                return None;
            }
        }
        let (a, b) = (element_of(&first.ty.base)?, element_of(&second.ty.base)?);
        if !self.enums.same(&a, &b) {
            let (a, b) = (self.enums.show(&first.ty), self.enums.show(&second.ty));
            self.report.push(
                Diagnostic::new(
                    Code::TYPE_MISMATCH,
                    second.span,
                    format!("`{word}` wants elements of one type: {a} and {b} have none in common"),
                )
                .related(first.span, format!("this is {a}")),
            );
            return None;
        }
        let sides = if left_written { vec![second, first] } else { vec![first, second] };
        Some(apply(op, Base::Bool, sides, span))
    }

    fn otherwise(
        &mut self,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        span: Span,
        want: Option<&Base>,
    ) -> Option<Expr> {
        let sides = self.unify(&[left, right], want, "both sides of `otherwise`")?;
        let base = sides.first()?.ty.base.clone();
        let optional = sides.iter().all(|e| e.ty.optional);
        Some(Expr { kind: ExprKind::Apply(Op::Otherwise, sides), ty: Type { base, optional }, span })
    }

    /// `a + b`, `a - b`: numbers, and dates or times with durations or periods.
    fn addition(
        &mut self,
        subtract: bool,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        let sign = if subtract { "-" } else { "+" };
        let (a, b) = self.operands(left, right)?;
        if number(&a.ty.base).is_some() && number(&b.ty.base).is_some() {
            let (a, b, kind) = widen_both(a, b)?;
            let op = if subtract { Op::Subtract(kind) } else { Op::Add(kind) };
            return Some(apply(op, number_base(kind), vec![a, b], span));
        }
        // `30 days + today` is `today + 30 days`.
        let (a, b) = match (&a.ty.base, &b.ty.base) {
            (Base::Duration | Base::Period, Base::Date | Base::Time) if !subtract => (b, a),
            _ => (a, b),
        };
        let op = match (&a.ty.base, &b.ty.base, subtract) {
            (Base::Date, Base::Duration, false) => Op::DateAddDuration,
            (Base::Date, Base::Duration, true) => Op::DateSubtractDuration,
            (Base::Date, Base::Period, false) => Op::DateAddPeriod,
            (Base::Date, Base::Period, true) => Op::DateSubtractPeriod,
            (Base::Time, Base::Duration, false) => Op::TimeAddDuration,
            (Base::Time, Base::Duration, true) => Op::TimeSubtractDuration,
            (Base::Time, Base::Period, false) => Op::TimeAddPeriod,
            (Base::Time, Base::Period, true) => Op::TimeSubtractPeriod,
            _ => {
                self.report_arithmetic(sign, &a, &b, span);
                return None;
            }
        };
        let base = a.ty.base.clone();
        let whole = !matches!(op, Op::DateAddDuration | Op::DateSubtractDuration) || self.whole_days(&b)?;
        let mut sum = apply(op, base, vec![a, b], span);
        sum.ty.optional |= !whole;
        Some(sum)
    }

    /// Whether a duration is surely whole days. Surely not is an error: a date has no hours.
    fn whole_days(&mut self, duration: &Expr) -> Option<bool> {
        if let ExprKind::Apply(Op::Quantity(unit), _) = duration.kind
            && matches!(unit, Unit::Day | Unit::Week)
        {
            return Some(true);
        }
        match self.evaluate(duration) {
            _ if self.in_function_declaration() => Some(false),
            Some(value @ Value::Duration(_)) => {
                if crate::plan::semantics::whole_days(&value) {
                    return Some(true);
                }
                self.report.push(
                    Diagnostic::new(Code::TYPE_MISMATCH, duration.span, "a date moves by whole days")
                        .label("expected days, weeks, months or years")
                        .help("add hours and minutes to a time"),
                );
                None
            }
            _ => Some(false),
        }
    }

    fn product(&mut self, left: &'a ast::Expr, right: &'a ast::Expr, span: Span) -> Option<Expr> {
        let (a, b) = self.operands(left, right)?;
        if number(&a.ty.base).is_none() || number(&b.ty.base).is_none() {
            self.report_arithmetic("*", &a, &b, span);
            return None;
        }
        let (a, b, kind) = widen_both(a, b)?;
        Some(apply(Op::Multiply(kind), number_base(kind), vec![a, b], span))
    }

    fn quotient(&mut self, left: &'a ast::Expr, right: &'a ast::Expr, span: Span) -> Option<Expr> {
        let (a, b) = self.operands(left, right)?;
        if number(&a.ty.base).is_none() || number(&b.ty.base).is_none() {
            self.report_arithmetic("/", &a, &b, span);
            return None;
        }
        let (a, b, kind) = widen_both(a, b)?;
        let by_literal = match &b.kind {
            ExprKind::Constant(Value::Int(n)) => *n != 0,
            ExprKind::Constant(Value::Decimal(d)) => !d.is_zero(),
            ExprKind::Constant(Value::Float(x)) => x.abs() > 0.0,
            _ => false,
        };
        let base = if kind == Number::Int { Base::Float } else { number_base(kind) };
        let mut quotient = apply(Op::Divide(kind), base, vec![a, b], span);
        quotient.ty.optional |= !by_literal;
        Some(quotient)
    }

    /// Both operands of arithmetic. A literal takes the type of the other.
    fn operands(&mut self, left: &'a ast::Expr, right: &'a ast::Expr) -> Option<(Expr, Expr)> {
        if is_number_literal(left) && !is_number_literal(right) {
            let b = self.expr(right, None);
            let hint = b.as_ref().map(|e| e.ty.base.clone());
            let a = self.expr(left, hint.as_ref());
            return Some((a?, b?));
        }
        let a = self.expr(left, None);
        let hint = a.as_ref().filter(|_| is_number_literal(right)).map(|e| e.ty.base.clone());
        let b = self.expr(right, hint.as_ref());
        Some((a?, b?))
    }

    fn report_arithmetic(&mut self, sign: &str, a: &Expr, b: &Expr, span: Span) {
        let (a_shown, b_shown) = (self.enums.show(&a.ty), self.enums.show(&b.ty));
        let (a_quoted, b_quoted) = (self.report.quote(a.span), self.report.quote(b.span));
        let help = match (&a.ty.base, &b.ty.base) {
            (Base::Date, Base::Date) if sign == "-" => {
                Some("write `days_between(a, b)`, or `months_between`, `years_between`")
            }
            (Base::Time, Base::Time) if sign == "-" => Some("write `days_between(date(a), date(b))`"),
            (Base::Date | Base::Time, Base::Int) => Some("say which unit: `30 days`"),
            (Base::Text, _) | (_, Base::Text) => Some("texts are not added together"),
            (a, b) => conversion_help(a, b),
        };
        let mut diagnostic = Diagnostic::new(
            Code::TYPE_MISMATCH,
            span,
            format!(
                "`{sign}` does not go with these types: {a_quoted} is {a_shown}, {b_quoted} is {b_shown}"
            ),
        );
        if let Some(help) = help {
            diagnostic = diagnostic.help(help);
        }
        self.report.push(diagnostic);
    }
}

fn element_of(base: &Base) -> Option<Base> {
    match base {
        Base::Set(element) | Base::List(element) => Some((**element).clone()),
        _ => None,
    }
}

fn is_number_literal(e: &ast::Expr) -> bool {
    match &e.kind {
        Written::Literal(Literal::Number(_) | Literal::Percent(_)) => true,
        Written::Negate(inner) => {
            matches!(inner.kind, Written::Literal(Literal::Number(_) | Literal::Percent(_)))
        }
        _ => false,
    }
}

fn widen_both(a: Expr, b: Expr) -> Option<(Expr, Expr, Number)> {
    let kind = number(&a.ty.base)?.max(number(&b.ty.base)?);
    Some((widen(a, kind), widen(b, kind), kind))
}
