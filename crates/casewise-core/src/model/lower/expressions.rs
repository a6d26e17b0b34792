//! Expressions: what each form means, and what its place wants.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number, Type};
use crate::model::{Expr, ExprKind, Op};
use crate::syntax::ast::{self, ExprKind as Written, Literal};
use crate::values::Value;

use super::Lowering;
use super::literals::widen;
use super::types::{number, number_base};

impl<'a> Lowering<'a> {
    /// Lowers an expression. `want` is the type that its place prefers: numbers take it if it holds them
    /// exactly, bare words are looked up in it. None if something is wrong, which has been reported.
    pub(super) fn expr(&mut self, e: &'a ast::Expr, want: Option<&Base>) -> Option<Expr> {
        if !self.charge(1, e.span) || !self.enter(e.span) {
            return None;
        }
        let lowered = self.form(e, want);
        self.leave();
        lowered
    }

    fn form(&mut self, e: &'a ast::Expr, want: Option<&Base>) -> Option<Expr> {
        match &e.kind {
            Written::Error => None,
            Written::Literal(literal) => self.literal(literal, e.span, want),
            Written::Name(word) => self.name(word, e.span, want),
            Written::Path(parts) => self.path(parts, e.span),
            Written::Call(call) => self.call(call, e.span, want),
            Written::List(items) => self.list(items, e.span, want),
            Written::Quantity(amount, unit) => self.quantity(amount, *unit, e.span),
            Written::Not(inner) => {
                let inner = self.condition(inner, "`not`")?;
                Some(apply(Op::Not, Base::Bool, vec![inner], e.span))
            }
            Written::Negate(inner) => self.negate(inner, e, want),
            Written::Binary(op, left, right) => self.binary(*op, left, right, e, want),
            Written::Between(item, low, high) => self.between(item, low, high, e),
            Written::In { negated, item, set } => {
                let inside = self.membership(item, set, e)?;
                Some(negate_if(*negated, inside))
            }
            Written::InWindow { negated, item, window } => {
                let inside = self.in_window(item, window, e)?;
                Some(negate_if(*negated, inside))
            }
            Written::Is { present, item } => {
                let item = self.expr(item, None)?;
                let op = if *present { Op::IsPresent } else { Op::IsMissing };
                let ty = Type::required(Base::Bool);
                Some(Expr { kind: ExprKind::Apply(op, vec![item]), ty, span: e.span })
            }
            Written::If(condition, then, otherwise) => self.choice(condition, then, otherwise, e, want),
        }
    }

    fn negate(&mut self, inner: &'a ast::Expr, e: &'a ast::Expr, want: Option<&Base>) -> Option<Expr> {
        match &inner.kind {
            Written::Literal(Literal::Number(digits)) => {
                return self.number(digits, false, true, e.span, want);
            }
            Written::Literal(Literal::Percent(digits)) => {
                return self.number(digits, true, true, e.span, want);
            }
            _ => {}
        }
        let inner = self.number_operand(inner, "`-`", want)?;
        let kind = number(&inner.ty.base)?;
        let base = inner.ty.base.clone();
        Some(apply(Op::Negate(kind), base, vec![inner], e.span))
    }

    fn choice(
        &mut self,
        condition: &'a ast::Expr,
        then: &'a ast::Expr,
        otherwise: &'a ast::Expr,
        e: &'a ast::Expr,
        want: Option<&Base>,
    ) -> Option<Expr> {
        let condition = self.condition(condition, "the condition of `if`");
        let branches = self.unify(&[then, otherwise], want, "both branches of `if`");
        let (condition, branches) = (condition?, branches?);
        let base = branches.first()?.ty.base.clone();
        let mut arguments = vec![condition];
        arguments.extend(branches);
        Some(apply(Op::If, base, arguments, e.span))
    }

    /// `[a, b]`: a set where one is wanted, else a list.
    fn list(
        &mut self,
        items: &'a [ast::Expr],
        span: crate::source::Span,
        want: Option<&Base>,
    ) -> Option<Expr> {
        let element = match want {
            Some(Base::Set(element) | Base::List(element)) => Some(&**element),
            _ => None,
        };
        let refs: Vec<&'a ast::Expr> = items.iter().collect();
        let mut lowered = self.unify(&refs, element, "the elements of a list")?;
        if let Some(wanted) = element.and_then(number) {
            let fits = lowered.iter().all(|e| number(&e.ty.base).is_some_and(|n| n <= wanted));
            if fits {
                lowered = lowered.into_iter().map(|e| widen(e, wanted)).collect();
            }
        }
        let Some(base) = lowered.first().map(|e| e.ty.base.clone()).or_else(|| element.cloned()) else {
            self.report.push(
                Diagnostic::new(Code::TYPE_MISMATCH, span, "nothing says of which type this empty list is")
                    .help("compare with a set attribute, or leave the empty list out"),
            );
            return None;
        };
        if matches!(want, Some(Base::Set(_))) {
            return self.constant_set(lowered, base, span);
        }
        let optional = lowered.iter().any(|e| e.ty.optional);
        let ty = Type { base: Base::List(Box::new(base)), optional };
        Some(Expr { kind: ExprKind::Apply(Op::List, lowered), ty, span })
    }

    fn constant_set(&mut self, items: Vec<Expr>, element: Base, span: crate::source::Span) -> Option<Expr> {
        let mut values = Vec::with_capacity(items.len());
        for item in &items {
            match self.evaluate(item) {
                Some(value) if !value.is_missing() => values.push(value),
                Some(_) => {
                    self.report.error(Code::MISSING_VALUE, item.span, "a set holds no missing element");
                    return None;
                }
                None => {
                    self.check_constant(item, "an element of a set", super::constants::Limits::Any)?;
                }
            }
        }
        let ty = Type::required(Base::Set(Box::new(element)));
        Some(Expr { kind: ExprKind::Constant(Value::set(values)), ty, span })
    }

    /// An expression of a type, widened to it. `what` names the place.
    pub(super) fn typed(&mut self, e: &'a ast::Expr, ty: &Type, what: &str) -> Option<Expr> {
        let lowered = self.expr(e, Some(&ty.base))?;
        let lowered = self.coerce(lowered, &ty.base, what)?;
        if !ty.optional {
            self.require(&lowered, what)?;
        }
        Some(lowered)
    }

    /// Widens to a type, or says that it does not fit.
    pub(super) fn coerce(&mut self, e: Expr, base: &Base, what: &str) -> Option<Expr> {
        if self.enums.same(&e.ty.base, base) {
            return Some(e);
        }
        if let (Some(from), Some(to)) = (number(&e.ty.base), number(base))
            && from < to
        {
            return Some(widen(e, to));
        }
        let found = self.enums.show(&e.ty);
        let wanted = self.enums.show_base(base);
        let quoted = self.report.quote(e.span);
        let mut diagnostic = Diagnostic::new(
            Code::TYPE_MISMATCH,
            e.span,
            format!("{what} is {wanted}, and {quoted} is {found}"),
        )
        .label(format!("expected {wanted}"));
        if let Some(help) = conversion_help(&e.ty.base, base) {
            diagnostic = diagnostic.help(help);
        }
        self.report.push(diagnostic);
        None
    }

    /// Whether an expression always has a value; an error if not.
    pub(super) fn require(&mut self, e: &Expr, what: &str) -> Option<()> {
        if !e.ty.optional {
            return Some(());
        }
        let quoted = self.report.quote(e.span);
        let found = self.enums.show(&e.ty);
        self.report.push(
            Diagnostic::new(
                Code::MISSING_VALUE,
                e.span,
                format!("{what} may not be missing, and {quoted} is {found}"),
            )
            .help(match number(&e.ty.base) {
                Some(_) => "say what stands in for it: `x otherwise 0`",
                None => "say what stands in for it with `otherwise`",
            }),
        );
        None
    }

    /// A number of any type.
    pub(super) fn numeric(&mut self, e: &'a ast::Expr, what: &str) -> Option<Expr> {
        self.number_operand(e, what, None)
    }

    pub(super) fn number_operand(
        &mut self,
        e: &'a ast::Expr,
        what: &str,
        want: Option<&Base>,
    ) -> Option<Expr> {
        let lowered = self.expr(e, want.filter(|base| number(base).is_some()))?;
        self.require_number(&lowered, what)?;
        Some(lowered)
    }

    pub(super) fn require_number(&mut self, e: &Expr, what: &str) -> Option<Number> {
        let found = number(&e.ty.base);
        if found.is_none() {
            let quoted = self.report.quote(e.span);
            let shown = self.enums.show(&e.ty);
            self.report.push(
                Diagnostic::new(
                    Code::TYPE_MISMATCH,
                    e.span,
                    format!("{what} needs a number, and {quoted} is {shown}"),
                )
                .label("expected int, decimal or float"),
            );
        }
        found
    }

    /// A number as a float.
    pub(super) fn float(&mut self, e: &'a ast::Expr, what: &str) -> Option<Expr> {
        let lowered = self.number_operand(e, what, Some(&Base::Float))?;
        Some(widen(lowered, Number::Float))
    }
}

/// An operator whose value is missing if an argument's may be.
pub(super) fn apply(op: Op, base: Base, arguments: Vec<Expr>, span: crate::source::Span) -> Expr {
    let optional = arguments.iter().any(|a| a.ty.optional);
    Expr { kind: ExprKind::Apply(op, arguments), ty: Type { base, optional }, span }
}

fn negate_if(negated: bool, e: Expr) -> Expr {
    if !negated {
        return e;
    }
    let span = e.span;
    apply(Op::Not, Base::Bool, vec![e], span)
}

/// What to write where one type stands for another.
pub(super) fn conversion_help(found: &Base, wanted: &Base) -> Option<&'static str> {
    Some(match (found, wanted) {
        (Base::Time, Base::Date) | (Base::Date, Base::Time) => {
            "`date(t)` is the date of a time; a time is written `2026-11-22T10:00`"
        }
        (Base::Text, Base::Enum(_)) => "write the value of an enum without quotes",
        (Base::Float | Base::Decimal, Base::Int) => {
            "nothing narrows by itself: a wider type on the other side helps"
        }
        (Base::Float, Base::Decimal) => {
            "a float does not become exact: declare it as decimal where it comes in"
        }
        (Base::Duration, Base::Period) | (Base::Period, Base::Duration) => {
            "months and years are no fixed time: use days or weeks on both sides, or months on both"
        }
        _ => return None,
    })
}

/// The widest of numbers.
pub(super) fn widest(exprs: &[Expr]) -> Option<Base> {
    exprs.iter().filter_map(|e| number(&e.ty.base)).max().map(number_base)
}
