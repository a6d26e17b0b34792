//! The conditions of a case as what could be changed: tests on quantities, under "all of" and "any of".

use crate::model::{Base, Clause, Expr, ExprKind, Op, ScoreKind};
use crate::plan::layout::reachable;
use crate::plan::{Node, Plan, Slot};
use crate::row::explain::Explainer;
use crate::row::gates::Gate;
use crate::values::Value;

/// Conjunctions that failing clauses may expand into.
pub(super) const MOST_WAYS: usize = 64;
/// Parts of one formula; segments within segments can be of any size.
const MOST_PARTS: usize = 10_000;

/// Something that a change can move: an attribute, or a value that is computed from attributes or history.
#[derive(Debug)]
pub(super) struct Quantity<'a> {
    pub(super) slot: Slot,
    pub(super) expr: &'a Expr,
    /// Place among the attributes, if it is one.
    pub(super) attribute: Option<usize>,
    pub(super) observed: Value,
}

/// What is asked of a quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Asks<'a> {
    /// That a condition is true, or false.
    Truth { slot: Slot, of: &'a Expr, wanted: bool },
    /// That it is there.
    Present,
    /// That it is not.
    Missing,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Test<'a> {
    pub(super) quantity: usize,
    pub(super) asks: Asks<'a>,
}

/// What must hold. An empty "any of" cannot; an empty "all of" does.
#[derive(Debug, Clone)]
pub(super) enum Formula {
    Test(usize),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl Formula {
    pub(super) const NEVER: Formula = Formula::Any(Vec::new());
    const ALWAYS: Formula = Formula::All(Vec::new());
}

/// Formulas over the same quantities and tests.
#[derive(Debug, Default)]
pub(super) struct Formulas<'a> {
    pub(super) quantities: Vec<Quantity<'a>>,
    pub(super) tests: Vec<Test<'a>>,
    parts: usize,
}

impl<'a> Formulas<'a> {
    /// Whether formulas were cut off for their size: then nothing is said of a smallest change.
    pub(super) fn too_large(&self) -> bool {
        self.parts > MOST_PARTS
    }

    pub(super) fn clause(&mut self, explainer: &mut Explainer<'_, 'a>, clause: &'a Clause) -> Formula {
        self.formula(explainer, &clause.condition, Gate::of(clause.kind) != Gate::Exclude)
    }

    /// What makes a condition true, or false.
    fn formula(&mut self, explainer: &mut Explainer<'_, 'a>, expr: &'a Expr, wanted: bool) -> Formula {
        self.parts += 1;
        if self.too_large() {
            return Formula::NEVER;
        }
        let model = explainer.model();
        match &expr.kind {
            ExprKind::Apply(Op::Not, args) => self.joined(explainer, args.iter(), !wanted, true),
            ExprKind::Apply(op @ (Op::And | Op::Or), args) => {
                self.joined(explainer, args.iter(), wanted, (*op == Op::And) == wanted)
            }
            ExprKind::Apply(Op::If, args) => match args.as_slice() {
                [condition, then, otherwise] => {
                    let mut side = |on: bool, part| {
                        let condition = self.formula(explainer, condition, on);
                        Formula::All(vec![condition, self.formula(explainer, part, wanted)])
                    };
                    Formula::Any(vec![side(true, then), side(false, otherwise)])
                }
                _ => Formula::NEVER,
            },
            ExprKind::Apply(Op::Otherwise, args) if expr.ty.base == Base::Bool => match args.as_slice() {
                [first, second] => {
                    let unknown = self.unknown(explainer, first);
                    let first = self.formula(explainer, first, wanted);
                    let second = Formula::All(vec![unknown, self.formula(explainer, second, wanted)]);
                    Formula::Any(vec![first, second])
                }
                _ => Formula::NEVER,
            },
            ExprKind::Segment(id) => match model.segments.get(id.0) {
                Some(segment) => self.formula(explainer, &segment.condition, wanted),
                None => Formula::NEVER,
            },
            ExprKind::Let(id) => match model.lets.get(id.0) {
                Some(declared) => self.formula(explainer, &declared.value, wanted),
                None => Formula::NEVER,
            },
            ExprKind::Gate(id) => {
                let clauses = model.gates.get(id.0).map(|gate| gate.clauses.as_slice()).unwrap_or_default();
                let parts = clauses.iter().map(|clause| {
                    let holds = wanted == (Gate::of(clause.kind) != Gate::Exclude);
                    self.formula(explainer, &clause.condition, holds)
                });
                let parts = parts.collect();
                if wanted { Formula::All(parts) } else { Formula::Any(parts) }
            }
            ExprKind::Score(id, _) => match model.scores.get(id.0).map(|score| &score.kind) {
                Some(ScoreKind::Expression { value, word: "score" }) => {
                    self.formula(explainer, value, wanted)
                }
                _ => self.alone(explainer, expr, wanted),
            },
            ExprKind::Apply(op, args) => self.comparison(explainer, *op, args, expr, wanted),
            _ => self.alone(explainer, expr, wanted),
        }
    }

    fn joined(
        &mut self,
        explainer: &mut Explainer<'_, 'a>,
        args: impl Iterator<Item = &'a Expr>,
        wanted: bool,
        all: bool,
    ) -> Formula {
        let parts = args.map(|arg| self.formula(explainer, arg, wanted)).collect();
        if all { Formula::All(parts) } else { Formula::Any(parts) }
    }

    /// A truth that is a quantity itself.
    fn alone(&mut self, explainer: &mut Explainer<'_, 'a>, expr: &'a Expr, wanted: bool) -> Formula {
        let Some(slot) = explainer.inputs.plan.slot_of(expr) else { return Formula::NEVER };
        match self.quantity(explainer, expr) {
            Some(quantity) => self.test(quantity, Asks::Truth { slot, of: expr, wanted }),
            None => fixed(explainer, slot, wanted),
        }
    }

    fn comparison(
        &mut self,
        explainer: &mut Explainer<'_, 'a>,
        op: Op,
        args: &'a [Expr],
        expr: &'a Expr,
        wanted: bool,
    ) -> Formula {
        let Some(slot) = explainer.inputs.plan.slot_of(expr) else { return Formula::NEVER };
        let asks = Asks::Truth { slot, of: expr, wanted };
        let compares = matches!(
            op,
            Op::Eq
                | Op::Ne
                | Op::Lt
                | Op::Le
                | Op::Gt
                | Op::Ge
                | Op::Between
                | Op::In
                | Op::InSet
                | Op::Overlaps
                | Op::SubsetOf
                | Op::InLast
                | Op::InNext
                | Op::InThis(_)
                | Op::StartsWith
                | Op::EndsWith
                | Op::Contains
        );
        match (op, args) {
            (Op::IsMissing | Op::IsPresent, [x]) => match self.quantity(explainer, x) {
                Some(n) if (op == Op::IsMissing) == wanted => self.test(n, Asks::Missing),
                Some(n) => self.test(n, Asks::Present),
                None => fixed(explainer, slot, wanted),
            },
            _ if compares => {
                let mut sides: Vec<usize> =
                    args.iter().filter_map(|arg| self.quantity(explainer, arg)).collect();
                sides.dedup();
                let mut ways = Vec::new();
                for side in &sides {
                    // One side moves; the others stay, and must be there.
                    let mut way = Vec::new();
                    for other in sides.iter().filter(|other| *other != side) {
                        if self.quantities.get(*other).is_some_and(|q| q.observed.is_missing()) {
                            way.push(self.test(*other, Asks::Present));
                        }
                    }
                    way.push(self.test(*side, asks));
                    ways.push(Formula::All(way));
                }
                if ways.is_empty() { fixed(explainer, slot, wanted) } else { Formula::Any(ways) }
            }
            _ => self.alone(explainer, expr, wanted),
        }
    }

    /// What makes a condition unknown: its one input missing. Of others, only whether they are unknown now.
    fn unknown(&mut self, explainer: &mut Explainer<'_, 'a>, expr: &'a Expr) -> Formula {
        if matches!(expr.kind, ExprKind::Attribute(_))
            && let Some(quantity) = self.quantity(explainer, expr)
        {
            return self.test(quantity, Asks::Missing);
        }
        let slot = explainer.inputs.plan.slot_of(expr);
        let truth = slot.and_then(|slot| explainer.standing.evaluation.truth(explainer.inputs, slot));
        if truth.is_none() { Formula::ALWAYS } else { Formula::NEVER }
    }

    fn test(&mut self, quantity: usize, asks: Asks<'a>) -> Formula {
        let test = Test { quantity, asks };
        let place = self.tests.iter().position(|known| *known == test).unwrap_or_else(|| {
            self.tests.push(test);
            self.tests.len() - 1
        });
        Formula::Test(place)
    }

    /// What an expression looks at, widenings and defaults aside; none if no change of the subject moves it.
    fn quantity(&mut self, explainer: &mut Explainer<'_, 'a>, expr: &'a Expr) -> Option<usize> {
        let plan = explainer.inputs.plan;
        let mut expr = expr;
        while let ExprKind::Apply(
            Op::IntToDecimal | Op::IntToFloat | Op::DecimalToFloat | Op::Otherwise,
            args,
        ) = &expr.kind
            && let Some(inner) = args.first()
        {
            expr = inner;
        }
        let slot = plan.slot_of(expr)?;
        if let Some(place) = self.quantities.iter().position(|known| known.slot == slot) {
            return Some(place);
        }
        let attribute = match plan.nodes.get(slot)? {
            Node::Attribute(n) => Some(*n as usize),
            _ => None,
        };
        if !can_move(plan, slot) {
            return None;
        }
        let observed = explainer.standing.evaluation.value(explainer.inputs, slot).clone();
        let observed = match observed {
            // A truth is not kept as a value.
            Value::Missing => Value::from(explainer.standing.evaluation.truth(explainer.inputs, slot)),
            value => value,
        };
        self.quantities.push(Quantity { slot, expr, attribute, observed });
        Some(self.quantities.len() - 1)
    }
}

/// Whether a change of attributes or history can move a value. The key, the context, lists and the instant stay
/// as they are.
fn can_move(plan: &Plan, slot: Slot) -> bool {
    let mut moves = false;
    reachable(plan, [slot], |_, node| {
        moves |= match node {
            Node::Attribute(n) => *n as usize != plan.model.subject.key,
            Node::Aggregate(_) => true,
            _ => false,
        };
    });
    moves
}

fn fixed(explainer: &mut Explainer<'_, '_>, slot: Slot, wanted: bool) -> Formula {
    match explainer.standing.evaluation.truth(explainer.inputs, slot) {
        Some(truth) if truth == wanted => Formula::ALWAYS,
        _ => Formula::NEVER,
    }
}

/// The ways to satisfy all formulas, each as tests in ascending order; none if there are too many.
pub(super) fn expand(formulas: &[&Formula]) -> Option<Vec<Vec<usize>>> {
    formulas.iter().try_fold(vec![Vec::new()], |ways, formula| product(&ways, &expanded(formula)?))
}

fn expanded(formula: &Formula) -> Option<Vec<Vec<usize>>> {
    match formula {
        Formula::Test(test) => Some(vec![vec![*test]]),
        Formula::All(parts) => expand(&parts.iter().collect::<Vec<_>>()),
        Formula::Any(parts) => {
            let mut ways = Vec::new();
            for part in parts {
                ways.extend(expanded(part)?);
            }
            fewest(ways)
        }
    }
}

fn product(first: &[Vec<usize>], second: &[Vec<usize>]) -> Option<Vec<Vec<usize>>> {
    let mut ways = Vec::with_capacity(first.len() * second.len());
    for a in first {
        for b in second {
            let mut way: Vec<usize> = a.iter().chain(b).copied().collect();
            way.sort_unstable();
            way.dedup();
            ways.push(way);
        }
    }
    fewest(ways)
}

/// Without ways that ask for more than another one does.
fn fewest(ways: Vec<Vec<usize>>) -> Option<Vec<Vec<usize>>> {
    let mut left: Vec<Vec<usize>> = Vec::new();
    for way in ways {
        let asks_more = |way: &[usize], than: &[usize]| than.iter().all(|test| way.contains(test));
        if left.iter().any(|known| asks_more(&way, known)) {
            continue;
        }
        left.retain(|known| !asks_more(known, &way));
        left.push(way);
    }
    (left.len() <= MOST_WAYS).then_some(left)
}
