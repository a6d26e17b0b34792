//! Conditions, or parts of them, that are never true or always true.

use rustc_hash::{FxHashMap, FxHashSet};

use super::logic::{Join, Logic, MOST_NODES, Node, Possible, groups};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Base, Expr, ExprKind, Model, Op};
use crate::source::Span;
use crate::syntax::ast::File;

/// Parts of one conjunction of which the guilty ones are looked for.
pub(super) const MOST_PARTS: usize = 100;

/// Finds dead conditions wherever a condition stands.
pub(super) fn conditions(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut finder = Finder {
        model,
        seen: FxHashSet::default(),
        passed_over: 0,
        known: Vec::new(),
        alike: FxHashMap::default(),
        joined: FxHashMap::default(),
        out,
    };
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
    /// Conditions of which there was nothing to say: cases share many.
    known: Vec<Known<'m>>,
    /// By likeness: the last of those that join no others.
    alike: FxHashMap<u64, usize>,
    /// Those that join others, by the places of these.
    joined: FxHashMap<(Op, Vec<usize>), usize>,
    out: &'o mut Vec<Diagnostic>,
}

/// A condition of which there was nothing to say.
struct Known<'m> {
    expr: &'m Expr,
    /// Another one that may say the same.
    next: Option<usize>,
    possible: Possible,
    /// Of the terms that its formula looks at, likenesses of what they are.
    subjects: Vec<u64>,
    /// Of its formula.
    nodes: usize,
}

impl<'m> Finder<'m, '_> {
    fn visit(&mut self, expr: &'m Expr) {
        if is_condition(expr) {
            if self.seen.insert(expr.span) {
                let _ = self.examine(expr);
            } else {
                self.passed_over += 1;
            }
            return;
        }
        expr.parts().into_iter().for_each(|part| self.visit(part));
    }

    /// The place of a condition in what is known; none if there was something to say.
    fn examine(&mut self, expr: &'m Expr) -> Option<usize> {
        match &expr.kind {
            ExprKind::Apply(op @ (Op::And | Op::Or | Op::Not), parts) => {
                self.examine_joined(expr, *op, parts)
            }
            _ => {
                let likeness = expr.likeness();
                if let Some(known) = self.find(likeness, expr) {
                    return Some(known);
                }
                let before = self.said();
                expr.for_each_part(&mut |part| self.visit(part));
                let known = self.formula(expr);
                self.conclude(expr, known, before).map(|known| self.remember(likeness, known))
            }
        }
    }

    /// The same of a condition that joins others.
    fn examine_joined(&mut self, expr: &'m Expr, op: Op, parts: &'m [Expr]) -> Option<usize> {
        let before = self.said();
        let mut places = Vec::with_capacity(parts.len());
        for part in parts {
            places.push(if is_condition(part) {
                self.examine(part)
            } else {
                self.visit(part);
                Some(self.reference(part))
            });
        }
        let key = places.into_iter().collect::<Option<Vec<usize>>>().map(|places| (op, places));
        if let Some(known) = key.as_ref().and_then(|key| self.joined.get(key)) {
            return Some(*known);
        }
        let known = key.as_ref().and_then(|(_, places)| self.of_parts(expr, places));
        let known = known.unwrap_or_else(|| self.formula(expr));
        let known = self.conclude(expr, known, before)?;
        let place = self.known.len();
        self.known.push(known);
        self.joined.extend(key.map(|key| (key, place)));
        Some(place)
    }

    /// How much there was to say so far, and how often something was seen already.
    fn said(&self) -> (usize, usize) {
        (self.out.len(), self.passed_over)
    }

    /// Says what is to say of a condition; `before` is what was said before its parts. Nothing if there was something.
    fn conclude(&mut self, expr: &'m Expr, known: Known<'m>, before: (usize, usize)) -> Option<Known<'m>> {
        // Of a dead condition one thing is said, not one of each part.
        if known.possible.never_true() {
            self.out.truncate(before.0);
            self.never(expr);
        } else if known.possible.always_true() {
            self.out.truncate(before.0);
            self.always(expr);
        }
        (before == self.said()).then_some(known)
    }

    fn find(&self, likeness: u64, expr: &Expr) -> Option<usize> {
        let mut next = self.alike.get(&likeness).copied();
        while let Some(place) = next {
            let known = self.known.get(place)?;
            if known.expr.says_same_as(expr) {
                return next;
            }
            next = known.next;
        }
        None
    }

    fn remember(&mut self, likeness: u64, mut known: Known<'m>) -> usize {
        let place = self.known.len();
        known.next = self.alike.insert(likeness, place);
        self.known.push(known);
        place
    }

    /// What is spoken of elsewhere, if at all.
    fn reference(&mut self, expr: &'m Expr) -> usize {
        let likeness = expr.likeness();
        let known = self.find(likeness, expr);
        known.unwrap_or_else(|| self.remember(likeness, self.formula(expr)))
    }

    /// What is to know of a condition, whatever it is.
    fn formula(&self, expr: &'m Expr) -> Known<'m> {
        let mut logic = Logic::new(self.model);
        let node = logic.condition(expr);
        let possible = logic.possible(&node);
        Known { expr, next: None, possible, subjects: logic.subjects(), nodes: logic.nodes() }
    }

    /// The same from what is known of its parts: only those that look at the same are tried together.
    fn of_parts(&self, expr: &'m Expr, places: &[usize]) -> Option<Known<'m>> {
        let ExprKind::Apply(op, arguments) = &expr.kind else { return None };
        let parts = places.iter().map(|place| self.known.get(*place));
        let parts: Vec<&Known<'m>> = parts.collect::<Option<_>>()?;
        let nodes = 1 + parts.iter().map(|part| part.nodes).sum::<usize>();
        // Of what is larger, a formula says less.
        if nodes > MOST_NODES {
            return None;
        }
        let possible = match (op, parts.as_slice()) {
            (Op::Not, [inner]) => inner.possible.turned(),
            (Op::And | Op::Or, _) => {
                let join = if *op == Op::And { Join::All } else { Join::Any };
                let subjects = parts.iter().enumerate();
                let looked_at = subjects.flat_map(|(n, part)| part.subjects.iter().map(move |s| (*s, n)));
                let islands = groups(parts.len(), looked_at.collect());
                let of_island = |island: Vec<usize>| match island.as_slice() {
                    [single] => parts.get(*single).map(|part| part.possible),
                    several => {
                        let mut logic = Logic::new(self.model);
                        let together = several.iter().filter_map(|n| arguments.get(*n));
                        let nodes: Vec<Node> = together.map(|part| logic.condition(part)).collect();
                        Some(logic.joined(&nodes.iter().collect::<Vec<_>>(), join))
                    }
                };
                join.fold(islands.into_iter().map(of_island).collect::<Option<Vec<_>>>()?)
            }
            _ => return None,
        };
        let mut subjects: Vec<u64> = parts.iter().flat_map(|part| part.subjects.iter().copied()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        Some(Known { expr, next: None, possible, subjects, nodes })
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
