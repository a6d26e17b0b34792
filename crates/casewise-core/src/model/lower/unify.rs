//! Bringing several expressions to one type. What says its type by itself goes first; literals and bare
//! words follow it.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::Expr;
use crate::model::types::Base;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Written, Literal};

use super::Lowering;
use super::expressions::conversion_help;
use super::literals::widen;
use super::types::{number, number_base};

/// How much an expression says of its own type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    All,
    /// The name of a value, that may also be a word of an enum.
    Name,
    Nothing,
}

impl<'a> Lowering<'a> {
    /// Lowers expressions to one type. `what` names them where they do not fit: "both sides of `==`".
    pub(super) fn unify(
        &mut self,
        items: &[&'a ast::Expr],
        want: Option<&Base>,
        what: &str,
    ) -> Option<Vec<Expr>> {
        let says: Vec<Says> = items.iter().map(|e| self.says(e)).collect();
        let mut lowered: Vec<Option<Expr>> = items.iter().map(|_| None).collect();
        let mut common: Option<Base> = None;
        // Which of the items gave the type.
        let mut leader: Option<usize> = None;
        let mut ok = true;
        for turn in [Says::All, Says::Name, Says::Nothing] {
            // What would have said the type is broken: the rest cannot be read.
            if turn == Says::Nothing && !ok && common.is_none() && want.is_none() {
                break;
            }
            for (n, item) in items.iter().enumerate().filter(|(n, _)| says.get(*n) == Some(&turn)) {
                let hint = common.clone().or_else(|| want.cloned());
                let Some(e) = self.expr(item, hint.as_ref()) else {
                    ok = false;
                    continue;
                };
                let joined = self.join(common.as_ref(), &e.ty.base);
                if joined.is_some() {
                    if leader.is_none() || joined != common {
                        leader = Some(n);
                    }
                    common = joined;
                } else if let Some(word) = self.reread(items, leader, &e.ty.base) {
                    // The first was the name of another value, and is a word of this enum.
                    if let Some(place) = leader.and_then(|l| lowered.get_mut(l)) {
                        *place = Some(word);
                    }
                    common = Some(e.ty.base.clone());
                    leader = Some(n);
                } else {
                    let first = leader.and_then(|l| lowered.get(l)).and_then(Option::as_ref);
                    self.report_mismatch(first.cloned(), &e, what);
                    ok = false;
                }
                if let Some(place) = lowered.get_mut(n) {
                    *place = Some(e);
                }
            }
        }
        if !ok {
            return None;
        }
        let mut lowered: Vec<Expr> = lowered.into_iter().collect::<Option<_>>()?;
        if let Some(widest) = common.as_ref().and_then(number) {
            lowered = lowered.into_iter().map(|e| widen(e, widest)).collect();
        }
        Some(lowered)
    }

    /// The type that two share.
    fn join(&self, common: Option<&Base>, base: &Base) -> Option<Base> {
        let Some(common) = common else { return Some(base.clone()) };
        match (number(common), number(base)) {
            (Some(a), Some(b)) => Some(number_base(a.max(b))),
            _ => self.enums.same(common, base).then(|| common.clone()),
        }
    }

    /// The leading bare word as a word of an enum, if it is one.
    fn reread(&mut self, items: &[&'a ast::Expr], leader: Option<usize>, base: &Base) -> Option<Expr> {
        let item = items.get(leader?)?;
        let (Written::Name(word), Base::Enum(id)) = (&item.kind, base) else { return None };
        self.enums.label(*id, word)?;
        self.name(word, item.span, Some(base))
    }

    fn says(&self, e: &ast::Expr) -> Says {
        self.says_within(e, 20)
    }

    /// Looks so many levels deep: what is deeper says its type when it is lowered.
    fn says_within(&self, e: &ast::Expr, levels: usize) -> Says {
        let Some(levels) = levels.checked_sub(1) else { return Says::All };
        let nothing = |e: &ast::Expr| self.says_within(e, levels) == Says::Nothing;
        match &e.kind {
            Written::Literal(Literal::Number(_) | Literal::Percent(_) | Literal::Missing) => Says::Nothing,
            Written::Negate(inner) => self.says_within(inner, levels),
            Written::Name(word) if self.is_value(word) => Says::Name,
            Written::Name(_) => Says::Nothing,
            Written::List(items) if items.iter().all(nothing) => Says::Nothing,
            Written::If(_, a, b) | Written::Binary(BinaryOp::Otherwise, a, b) if nothing(a) && nothing(b) => {
                Says::Nothing
            }
            _ => Says::All,
        }
    }

    fn report_mismatch(&mut self, first: Option<Expr>, second: &Expr, what: &str) {
        let Some(first) = first else {
            self.report.error(Code::TYPE_MISMATCH, second.span, format!("{what} must be of one type"));
            return;
        };
        // As they are written.
        let (first, second) = if first.span < second.span { (&first, second) } else { (second, &first) };
        let second_shown = self.enums.show(&second.ty);
        let second_quoted = self.report.quote(second.span);
        let first_shown = self.enums.show(&first.ty);
        let first_quoted = self.report.quote(first.span);
        let mut diagnostic = Diagnostic::new(
            Code::TYPE_MISMATCH,
            second.span,
            format!("{what} must be of one type: {first_quoted} is {first_shown}, {second_quoted} is {second_shown}"),
        )
        .label(format!("this is {second_shown}"))
        .related(first.span, format!("this is {first_shown}"));
        let (a, b) = (&first.ty.base, &second.ty.base);
        if let Some(help) = conversion_help(b, a).or_else(|| conversion_help(a, b)) {
            diagnostic = diagnostic.help(help);
        }
        self.report.push(diagnostic);
    }
}
