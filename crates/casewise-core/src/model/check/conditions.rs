//! Conditions, or parts of them, that are never true or always true.

use rustc_hash::{FxHashMap, FxHashSet};

use super::logic::{Logic, Node};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Base, Expr, ExprKind, Model, Op};
use crate::source::Span;
use crate::syntax::ast::File;

/// Parts of one conjunction of which the guilty ones are looked for.
pub(super) const MOST_PARTS: usize = 100;

/// Finds dead conditions wherever a condition stands.
pub(super) fn conditions(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut finder =
        Finder { model, seen: FxHashSet::default(), passed_over: 0, sound: FxHashMap::default(), out };
    for root in model.expressions() {
        finder.visit(root);
    }
}

struct Finder<'m, 'o> {
    model: &'m Model,
    /// Inherited clauses are in every case, and are spoken of once.
    seen: FxHashSet<Span>,
    /// How often something was seen already.
    passed_over: usize,
    /// Conditions of which there was nothing to say, by their likeness: cases share many.
    sound: FxHashMap<u64, Vec<&'m Expr>>,
    out: &'o mut Vec<Diagnostic>,
}

impl<'m> Finder<'m, '_> {
    fn visit(&mut self, expr: &'m Expr) {
        if is_condition(expr) {
            if self.seen.insert(expr.span) {
                self.examine(expr);
            } else {
                self.passed_over += 1;
            }
            return;
        }
        expr.parts().into_iter().for_each(|part| self.visit(part));
    }

    fn examine(&mut self, expr: &'m Expr) {
        let likeness = expr.likeness();
        if let Some(alike) = self.sound.get(&likeness)
            && alike.iter().any(|sound| sound.says_same_as(expr))
        {
            return;
        }
        let before = (self.out.len(), self.passed_over);
        self.examine_anew(expr);
        if before == (self.out.len(), self.passed_over) {
            self.sound.entry(likeness).or_default().push(expr);
        }
    }

    fn examine_anew(&mut self, expr: &'m Expr) {
        let mut logic = Logic::new(self.model);
        let node = logic.condition(expr);
        let possible = logic.possible(&node);
        if possible.never_true() {
            return self.never(expr);
        }
        if possible.always_true() {
            return self.always(expr);
        }
        for part in expr.parts() {
            match &expr.kind {
                ExprKind::Apply(Op::And | Op::Or | Op::Not, _) if is_condition(part) => self.examine(part),
                _ => self.visit(part),
            }
        }
    }

    fn never(&mut self, expr: &'m Expr) {
        let (guilty, others) =
            self.smallest(expr, Op::And, |logic, parts| logic.conjunction(parts).never_true());
        if others.is_empty() && !std::ptr::eq(guilty, expr) {
            // A part that is never true in itself; a bare reference to one is spoken of where it is declared.
            if is_condition(guilty) {
                self.never(guilty);
            }
            return;
        }
        let message = if others.is_empty() {
            "this condition is never true"
        } else {
            "this condition is never true: its parts contradict each other"
        };
        let mut diagnostic = Diagnostic::new(Code::NEVER_TRUE, guilty.span, message);
        diagnostic = if others.is_empty() {
            diagnostic.label("no value makes this true").help("correct it, or remove it")
        } else {
            diagnostic
                .label("cannot be true at the same time")
                .help("write `or` if either is meant, or correct the bounds")
        };
        for other in others {
            diagnostic = diagnostic.related(other.span, "as this");
        }
        self.out.push(diagnostic);
    }

    fn always(&mut self, expr: &'m Expr) {
        let (guilty, others) = self.smallest(expr, Op::Or, |logic, parts| {
            let turned: Vec<Node> = parts.iter().map(|part| Node::Not(Box::new((*part).clone()))).collect();
            let turned: Vec<&Node> = turned.iter().collect();
            let possible = logic.conjunction(&turned);
            !possible.yes && !possible.unknown
        });
        if others.is_empty() && !std::ptr::eq(guilty, expr) {
            if is_condition(guilty) {
                self.always(guilty);
            }
            return;
        }
        let mut diagnostic = Diagnostic::new(Code::ALWAYS_TRUE, guilty.span, "this condition is always true");
        diagnostic = if others.is_empty() {
            diagnostic.label("every value makes this true").help("correct it, or remove it")
        } else {
            diagnostic
                .label("true wherever the other is not")
                .help("write `and` if both are meant, or correct the bounds")
        };
        for other in others {
            diagnostic = diagnostic.related(other.span, "the other part");
        }
        self.out.push(diagnostic);
    }

    /// The fewest parts of a conjunction or disjunction that are dead together: the last of them, and the rest.
    fn smallest(
        &self,
        expr: &'m Expr,
        op: Op,
        dead: impl Fn(&Logic<'_>, &[&Node]) -> bool,
    ) -> (&'m Expr, Vec<&'m Expr>) {
        let mut parts = Vec::new();
        operands(expr, op, &mut parts);
        if !(2..=MOST_PARTS).contains(&parts.len()) {
            return (expr, Vec::new());
        }
        let mut logic = Logic::new(self.model);
        let nodes: Vec<Node> = parts.iter().map(|part| logic.condition(part)).collect();
        let core = smallest_core(&nodes, |left| dead(&logic, left));
        let mut guilty: Vec<&'m Expr> =
            core.into_iter().filter_map(|place| parts.get(place).copied()).collect();
        match guilty.pop() {
            Some(last) => (last, guilty),
            None => (expr, Vec::new()),
        }
    }
}

/// Places of the fewest nodes that are still dead together: leaves out one after the other.
pub(super) fn smallest_core(nodes: &[Node], dead: impl Fn(&[&Node]) -> bool) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..nodes.len()).collect();
    // Later parts are dropped last, so that what is reported stands close together and early.
    for place in (0..nodes.len()).rev() {
        let without: Vec<usize> = kept.iter().copied().filter(|k| *k != place).collect();
        let left: Vec<&Node> = without.iter().filter_map(|k| nodes.get(*k)).collect();
        if dead(&left) {
            kept = without;
        }
    }
    kept
}

/// The parts of nested conjunctions or disjunctions.
fn operands<'m>(expr: &'m Expr, op: Op, parts: &mut Vec<&'m Expr>) {
    match &expr.kind {
        ExprKind::Apply(found, inner) if *found == op => {
            inner.iter().for_each(|part| operands(part, op, parts))
        }
        _ => parts.push(expr),
    }
}

/// What says something itself: literals and references are left to where they are declared.
fn is_condition(expr: &Expr) -> bool {
    expr.ty.base == Base::Bool && matches!(expr.kind, ExprKind::Apply(..))
}
