//! Which outcomes a condition can have at all: true, false, unknown.
//!
//! A condition is a Kleene formula over leaves; every leaf looks at one *term* (an attribute, a count, how
//! two values compare). The values of a term are cut into cells that its leaves cannot tell apart, and the
//! formula is tried on combinations of the cells of those terms that are looked at more than once. Terms are taken
//! to be independent of each other, so the answer may hold outcomes that do not occur, and never lacks one that does.

use super::domain::{Intervals, Texts, cell_starts, extent, key, value_at};
use crate::model::{AggregateFunction, Base, Clause, Expr, ExprKind, Model, Op, unit_micros};
use crate::plan::semantics::{self, Clock, comparison};
use crate::syntax::ast::{ConditionKind, Unit};
use crate::values::{Date, Time, Value, Zone};

/// Nodes of one formula; of what is beyond nothing is known.
pub(super) const MOST_NODES: usize = 2_000;
/// References within references; beyond them references are not followed.
const MOST_REFERENCES: usize = 32;
/// Combinations of the cells of one part of a formula, times its nodes; beyond them it is not tried.
const MOST_TRIALS: usize = 400_000;

/// Outcomes that cannot be ruled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Possible {
    pub(super) yes: bool,
    pub(super) no: bool,
    pub(super) unknown: bool,
}

impl Possible {
    const NONE: Possible = Possible { yes: false, no: false, unknown: false };
    const ANY: Possible = Possible { yes: true, no: true, unknown: true };

    fn only(outcome: Option<bool>) -> Possible {
        let mut possible = Possible::NONE;
        possible.add(outcome);
        possible
    }

    fn add(&mut self, outcome: Option<bool>) {
        match outcome {
            Some(true) => self.yes = true,
            Some(false) => self.no = true,
            None => self.unknown = true,
        }
    }

    fn union(self, other: Possible) -> Possible {
        Possible {
            yes: self.yes || other.yes,
            no: self.no || other.no,
            unknown: self.unknown || other.unknown,
        }
    }

    fn count(self) -> usize {
        [self.yes, self.no, self.unknown].into_iter().map(usize::from).sum()
    }

    /// Those of the opposite.
    pub(super) fn turned(self) -> Possible {
        Possible { yes: self.no, no: self.yes, ..self }
    }

    pub(super) fn never_true(self) -> bool {
        !self.yes
    }

    pub(super) fn always_true(self) -> bool {
        !self.no && !self.unknown
    }
}

/// A formula over the leaves of a [`Logic`].
#[derive(Debug, Clone)]
pub(super) enum Node {
    Outcome(Option<bool>),
    Leaf {
        term: usize,
        leaf: usize,
    },
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    /// The second where the first is unknown.
    Otherwise(Box<Node>, Box<Node>),
    If(Box<(Node, Node, Node)>),
    IsUnknown(Box<Node>),
}

/// How formulas stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    All,
    Any,
}

impl Join {
    /// The outcomes of parts that are independent of each other together.
    pub(super) fn fold(self, parts: impl IntoIterator<Item = Possible>) -> Possible {
        let none = Possible { yes: self == Join::All, no: self == Join::Any, unknown: false };
        parts.into_iter().fold(none, |all, part| match self {
            Join::All => and(all, part),
            // a or b is not (not a and not b).
            Join::Any => and(all.turned(), part.turned()).turned(),
        })
    }
}

/// What a leaf looks at.
#[derive(Debug, Clone, Copy)]
enum Subject<'m> {
    /// The value of an expression.
    Value(&'m Expr),
    /// How the first compares with the second: less (0), equal (1), greater (2).
    Order(&'m Expr, &'m Expr),
    /// How far a date (in days) or time (in microseconds) is from now.
    FromNow(&'m Expr),
    /// Too much to look at: a term of its own each time.
    Unexamined,
}

impl Subject<'_> {
    /// Equal for those that are the same; others may share it.
    fn likeness(&self) -> u64 {
        match self {
            Subject::Value(expr) | Subject::FromNow(expr) => expr.likeness(),
            // The same whichever stands first.
            Subject::Order(a, b) => a.likeness().wrapping_add(b.likeness()),
            Subject::Unexamined => 0,
        }
    }

    fn is(&self, other: &Subject<'_>) -> bool {
        match (self, other) {
            (Subject::Value(a), Subject::Value(b)) | (Subject::FromNow(a), Subject::FromNow(b)) => {
                a.says_same_as(b)
            }
            (Subject::Order(a, b), Subject::Order(c, d)) => a.says_same_as(c) && b.says_same_as(d),
            _ => false,
        }
    }
}

#[derive(Debug)]
struct Term<'m> {
    subject: Subject<'m>,
    extent: (i128, i128),
    may_miss: bool,
    texts: Texts,
    leaves: Vec<Leaf>,
}

/// True in a set of places, false elsewhere.
#[derive(Debug, Clone, PartialEq)]
struct Leaf {
    yes: Intervals,
    missing: Option<bool>,
}

/// A term seen through widenings and `otherwise`.
struct Operand<'m> {
    term: &'m Expr,
    widenings: Vec<Op>,
    default: Option<Value>,
}

/// Builds formulas and answers for them.
pub(super) struct Logic<'m> {
    model: &'m Model,
    terms: Vec<Term<'m>>,
    nodes: usize,
    depth: usize,
}

impl<'m> Logic<'m> {
    pub(super) fn new(model: &'m Model) -> Logic<'m> {
        Logic { model, terms: Vec::new(), nodes: 0, depth: 0 }
    }

    /// How many nodes its formulas have.
    pub(super) fn nodes(&self) -> usize {
        self.nodes
    }

    /// A number for each of its terms, the same for terms of other formulas that look at the same.
    pub(super) fn subjects(&self) -> Vec<u64> {
        self.terms.iter().map(|term| term.subject.likeness()).collect()
    }

    /// The formula under which a clause lets pass.
    pub(super) fn clause(&mut self, clause: &'m Clause) -> Node {
        let node = self.condition(&clause.condition);
        match clause.kind {
            ConditionKind::For | ConditionKind::Require => node,
            ConditionKind::Exclude => Node::Not(Box::new(node)),
        }
    }

    /// The formula of a condition.
    pub(super) fn condition(&mut self, expr: &'m Expr) -> Node {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return self.unexamined();
        }
        let model = self.model;
        match &expr.kind {
            ExprKind::Constant(Value::Bool(b)) => Node::Outcome(Some(*b)),
            ExprKind::Constant(Value::Missing) => Node::Outcome(None),
            ExprKind::Let(_) | ExprKind::Segment(_) | ExprKind::Gate(_) => {
                if self.depth > MOST_REFERENCES {
                    return self.opaque(expr);
                }
                self.depth += 1;
                let node = match &expr.kind {
                    ExprKind::Let(id) => model.lets.get(id.0).map(|binding| self.condition(&binding.value)),
                    ExprKind::Segment(id) => {
                        model.segments.get(id.0).map(|segment| self.condition(&segment.condition))
                    }
                    ExprKind::Gate(id) => model.gates.get(id.0).map(|gate| self.clauses(&gate.clauses)),
                    _ => None,
                };
                self.depth -= 1;
                node.unwrap_or_else(|| self.opaque(expr))
            }
            ExprKind::Apply(op, arguments) => self.operator(*op, arguments, expr),
            _ => self.opaque(expr),
        }
    }

    /// The conjunction of some clauses.
    pub(super) fn clauses(&mut self, clauses: &'m [Clause]) -> Node {
        Node::All(clauses.iter().map(|clause| self.clause(clause)).collect())
    }

    fn operator(&mut self, op: Op, arguments: &'m [Expr], whole: &'m Expr) -> Node {
        match (op, arguments) {
            (Op::Not, [x]) => Node::Not(Box::new(self.condition(x))),
            (Op::And, parts) => Node::All(parts.iter().map(|part| self.condition(part)).collect()),
            (Op::Or, parts) => {
                let mut flat = Vec::with_capacity(parts.len());
                for part in parts {
                    match self.condition(part) {
                        Node::Any(inner) => flat.extend(inner),
                        other => flat.push(other),
                    }
                }
                Node::Any(flat)
            }
            (Op::If, [condition, then, otherwise]) => Node::If(Box::new((
                self.condition(condition),
                self.condition(then),
                self.condition(otherwise),
            ))),
            (Op::Otherwise, [x, default]) => {
                Node::Otherwise(Box::new(self.condition(x)), Box::new(self.condition(default)))
            }
            (Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge, [a, b]) => self.comparison(op, a, b, whole),
            (Op::Between, [x, low, high]) => Node::All(vec![
                self.comparison(Op::Ge, x, low, whole),
                self.comparison(Op::Le, x, high, whole),
            ]),
            (Op::In, [x, elements @ ..]) => {
                let fixed: Option<Vec<Value>> = elements.iter().map(|e| self.model.fixed(e)).collect();
                match fixed {
                    Some(elements) => self.among(x, &elements, whole),
                    None => {
                        Node::Any(elements.iter().map(|e| self.comparison(Op::Eq, x, e, whole)).collect())
                    }
                }
            }
            (Op::InSet, [x, set]) => match self.model.fixed(set) {
                Some(Value::Set(elements) | Value::List(elements)) if elements.len() < MOST_NODES => {
                    self.among(x, &elements, whole)
                }
                _ => self.opaque(whole),
            },
            (Op::IsMissing, [x]) => self.missing(x),
            (Op::IsPresent, [x]) => Node::Not(Box::new(self.missing(x))),
            (Op::InLast | Op::InNext, [x, length]) => self.near_now(op, x, length, whole),
            _ => self.opaque(whole),
        }
    }

    fn missing(&mut self, x: &'m Expr) -> Node {
        if x.ty.base == Base::Bool {
            return Node::IsUnknown(Box::new(self.condition(x)));
        }
        let operand = self.operand(x);
        if operand.default.is_some_and(|default| !default.is_missing()) {
            return Node::Outcome(Some(false));
        }
        let term = self.value_term(operand.term);
        self.leaf(term, Intervals::default(), Some(true))
    }

    fn comparison(&mut self, op: Op, a: &'m Expr, b: &'m Expr, whole: &'m Expr) -> Node {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return self.unexamined();
        }
        match (self.model.fixed(a), self.model.fixed(b)) {
            (Some(a), Some(b)) => Node::Outcome(a.compare(&b).map(|order| comparison(op, order))),
            (None, Some(constant)) => self.with_constant(op, a, &constant, whole),
            (Some(constant), None) => self.with_constant(mirrored(op), b, &constant, whole),
            (None, None) => match (self.distance_from_now(a), self.distance_from_now(b)) {
                (None, Some(offset)) => self.relative(op, a, offset),
                (Some(offset), None) => self.relative(mirrored(op), b, offset),
                _ => self.order(op, a, b),
            },
        }
    }

    fn unexamined(&mut self) -> Node {
        let term = self.new_term(Subject::Unexamined, (0, 1), true);
        self.leaf(term, Intervals::span(1, 1), None)
    }

    /// Whether `x` is one of some values: one set of places, as far as that says it.
    fn among(&mut self, x: &'m Expr, elements: &[Value], whole: &'m Expr) -> Node {
        let operand = self.operand(x);
        // Where a default stands in for what is missing, every element answers for it.
        if self.model.fixed(x).is_some() || operand.default.is_some() {
            return Node::Any(elements.iter().map(|e| self.with_constant(Op::Eq, x, e, whole)).collect());
        }
        let term = self.value_term(operand.term);
        let (mut places, mut parts, mut placed) = (Vec::new(), Vec::new(), false);
        for element in elements {
            self.nodes += 1;
            match self.places(Op::Eq, &operand, term, element) {
                Some(yes) => {
                    places.extend_from_slice(yes.pieces());
                    placed = true;
                }
                None => parts.push(self.with_constant(Op::Eq, x, element, whole)),
            }
        }
        // In an empty list is nothing, not even what is missing.
        if placed {
            parts.push(self.leaf(term, Intervals::union(places), None));
        }
        Node::Any(parts)
    }

    /// `x op constant`
    fn with_constant(&mut self, op: Op, x: &'m Expr, constant: &Value, whole: &'m Expr) -> Node {
        if constant.is_missing() {
            return Node::Outcome(None);
        }
        if let Some(x) = self.model.fixed(x) {
            return Node::Outcome(x.compare(constant).map(|order| comparison(op, order)));
        }
        // Texts that are mentioned later are other texts too, so `!=` is the negation of `==`.
        if op == Op::Ne && matches!(constant, Value::Text(_)) {
            return Node::Not(Box::new(self.with_constant(Op::Eq, x, constant, whole)));
        }
        let operand = self.operand(x);
        let term = self.value_term(operand.term);
        match self.places(op, &operand, term, constant) {
            Some(yes) => {
                let default = operand.default.as_ref().and_then(|default| default.compare(constant));
                self.leaf(term, yes, default.map(|order| comparison(op, order)))
            }
            None => self.opaque(whole),
        }
    }

    /// Where the term of an operand is, so that the operand compares with a constant as wanted.
    fn places(&mut self, op: Op, operand: &Operand<'m>, term: usize, constant: &Value) -> Option<Intervals> {
        let zone = &self.model.zone;
        let found = self.terms.get_mut(term)?;
        if let Value::Text(text) = constant {
            let place = found.texts.key(text);
            found.extent = found.texts.extent();
            return Some(Intervals::span(place, place));
        }
        let extent = found.extent;
        let base = &operand.term.ty.base;
        let compare = |place: i128| {
            let value = value_at(base, place)?;
            let widened = operand.widenings.iter().fold(value, |value, op| widen(*op, &value, zone));
            widened.compare(constant)
        };
        compare(extent.0)?;
        let (from, to) = match own_place(base, &operand.widenings, constant) {
            Some(place) => {
                let end = extent.1.saturating_add(1);
                (place.clamp(extent.0, end), place.saturating_add(1).clamp(extent.0, end))
            }
            // Widening keeps the order, so what is less, equal and greater are three stretches.
            None => (
                first_place(extent, |place| compare(place).is_some_and(std::cmp::Ordering::is_lt)),
                first_place(extent, |place| compare(place).is_some_and(std::cmp::Ordering::is_le)),
            ),
        };
        Some(stretch(op, extent, from, to))
    }

    /// The place of a constant distance from now: 0 for `today`, 30 for `today + 30 days`.
    fn distance_from_now(&self, expr: &Expr) -> Option<i128> {
        let shift = |arguments: &[Expr], days: bool, sign: i128| match arguments {
            [from, by] => match self.model.fixed(by)? {
                Value::Duration(by) if days => Some(self.distance_from_now(from)? + sign * whole_days(by.0)?),
                Value::Duration(by) => Some(self.distance_from_now(from)? + sign * i128::from(by.0)),
                _ => None,
            },
            _ => None,
        };
        match &expr.kind {
            ExprKind::Now | ExprKind::Today => Some(0),
            ExprKind::Apply(Op::DateAddDuration, arguments) => shift(arguments, true, 1),
            ExprKind::Apply(Op::DateSubtractDuration, arguments) => shift(arguments, true, -1),
            ExprKind::Apply(Op::TimeAddDuration, arguments) => shift(arguments, false, 1),
            ExprKind::Apply(Op::TimeSubtractDuration, arguments) => shift(arguments, false, -1),
            _ => None,
        }
    }

    /// `x op now + offset`
    fn relative(&mut self, op: Op, x: &'m Expr, offset: i128) -> Node {
        let extent = now_extent(&x.ty.base);
        let yes = stretch(op, extent, offset, offset.saturating_add(1));
        let term = self.term(Subject::FromNow(self.plain(x)), extent, true);
        self.leaf(term, yes, None)
    }

    fn near_now(&mut self, op: Op, x: &'m Expr, length: &Expr, whole: &'m Expr) -> Node {
        let extent = now_extent(&x.ty.base);
        let side = match op {
            Op::InLast => Intervals::span(extent.0, -1),
            _ => Intervals::span(0, extent.1),
        };
        let steps = match self.model.fixed(length) {
            Some(Value::Duration(length)) if x.ty.base == Base::Date => whole_days(length.0),
            Some(Value::Duration(length)) => Some(i128::from(length.0)),
            _ => None,
        };
        // Windows that are empty are spoken of where they are written.
        let steps = steps.filter(|steps| *steps > 0);
        let term = self.term(Subject::FromNow(self.plain(x)), extent, true);
        match (steps, op) {
            (Some(steps), Op::InLast) => self.leaf(term, Intervals::span(-steps, -1), None),
            (Some(steps), _) => self.leaf(term, Intervals::span(0, steps - 1), None),
            // Months are no fixed number of days: of them, only the side is known.
            (None, _) => {
                let side = self.leaf(term, side, None);
                Node::All(vec![side, self.opaque(whole)])
            }
        }
    }

    fn order(&mut self, op: Op, a: &'m Expr, b: &'m Expr) -> Node {
        let (plain_a, plain_b) = (self.plain(a), self.plain(b));
        let may_miss = self.may_miss(a) || self.may_miss(b);
        let turned = Subject::Order(plain_b, plain_a);
        if let Some(term) = self.terms.iter().position(|term| term.subject.is(&turned)) {
            return self.leaf(term, order_set(mirrored(op)), None);
        }
        // Equal expressions have equal values.
        let extent = if plain_a.says_same_as(plain_b) { (1, 1) } else { (0, 2) };
        let term = self.term(Subject::Order(plain_a, plain_b), extent, may_miss);
        self.leaf(term, order_set(op), None)
    }

    /// A condition of which nothing is known but that it is the same wherever it is written.
    fn opaque(&mut self, expr: &'m Expr) -> Node {
        let may_miss = self.may_miss(expr);
        let term = self.whole_term(expr, (0, 1), may_miss);
        self.leaf(term, Intervals::span(1, 1), None)
    }

    fn leaf(&mut self, term: usize, yes: Intervals, missing: Option<bool>) -> Node {
        let Some(found) = self.terms.get_mut(term) else { return Node::Outcome(None) };
        let wanted = Leaf { yes, missing };
        let leaf = found.leaves.iter().position(|leaf| *leaf == wanted).unwrap_or_else(|| {
            found.leaves.push(wanted);
            found.leaves.len() - 1
        });
        Node::Leaf { term, leaf }
    }

    fn term(&mut self, subject: Subject<'m>, extent: (i128, i128), may_miss: bool) -> usize {
        let known = self.terms.iter().position(|term| term.subject.is(&subject));
        known.unwrap_or_else(|| self.new_term(subject, extent, may_miss))
    }

    fn new_term(&mut self, subject: Subject<'m>, extent: (i128, i128), may_miss: bool) -> usize {
        self.terms.push(Term { subject, extent, may_miss, texts: Texts::default(), leaves: Vec::new() });
        self.terms.len() - 1
    }

    fn value_term(&mut self, expr: &'m Expr) -> usize {
        let model = self.model;
        let extent = if matches!(expr.ty.base, Base::Text | Base::Case) {
            Texts::default().extent()
        } else {
            let whole = extent(model, &expr.ty.base).unwrap_or((0, 0));
            self.known_extent(expr).map_or(whole, |(low, high)| (low.max(whole.0), high.min(whole.1)))
        };
        let may_miss = self.may_miss(expr);
        self.whole_term(expr, extent, may_miss)
    }

    /// The term that looks at the value of an expression.
    fn whole_term(&mut self, expr: &'m Expr, extent: (i128, i128), may_miss: bool) -> usize {
        self.term(Subject::Value(self.plain(expr)), extent, may_miss)
    }

    /// Where the values of an expression lie, if narrower than its type.
    fn known_extent(&self, expr: &Expr) -> Option<(i128, i128)> {
        const LAST: i128 = i64::MAX as i128;
        match &self.resolved(expr).kind {
            ExprKind::Param(id) => {
                let (low, high) = self.model.params.get(id.0)?.range.as_ref()?;
                Some((key(low)?, key(high)?))
            }
            ExprKind::Aggregate(aggregate) => match aggregate.function {
                AggregateFunction::Count | AggregateFunction::Distinct | AggregateFunction::Days => {
                    Some((0, LAST))
                }
                _ => None,
            },
            ExprKind::Apply(op, _) => match op {
                Op::Length | Op::Size => Some((0, LAST)),
                Op::Day => Some((1, 31)),
                Op::Month => Some((1, 12)),
                Op::Hour => Some((0, 23)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the value can be missing. What is computed can overflow, whatever its type says.
    fn may_miss(&self, expr: &Expr) -> bool {
        let expr = self.resolved(expr);
        match &expr.kind {
            ExprKind::Attribute(_) | ExprKind::Context(_) | ExprKind::Field(_) => expr.ty.optional,
            ExprKind::Param(_) | ExprKind::InList(_) | ExprKind::Now | ExprKind::Today => false,
            ExprKind::Constant(value) => value.is_missing(),
            ExprKind::Aggregate(aggregate) => !matches!(
                aggregate.function,
                AggregateFunction::Count
                    | AggregateFunction::Distinct
                    | AggregateFunction::Days
                    | AggregateFunction::Exists
                    | AggregateFunction::All
            ),
            _ => true,
        }
    }

    fn operand(&self, expr: &'m Expr) -> Operand<'m> {
        let expr = self.renamed(expr);
        match &expr.kind {
            ExprKind::Apply(op @ (Op::IntToDecimal | Op::IntToFloat | Op::DecimalToFloat), arguments) => {
                if let [inner] = arguments.as_slice() {
                    let mut operand = self.operand(inner);
                    operand.default = operand.default.map(|default| widen(*op, &default, &self.model.zone));
                    operand.widenings.push(*op);
                    return operand;
                }
            }
            ExprKind::Apply(Op::Otherwise, arguments) => {
                if let [inner, default] = arguments.as_slice()
                    && let Some(default) = self.model.fixed(default)
                {
                    let mut operand = self.operand(inner);
                    operand.default = operand.default.filter(|d| !d.is_missing()).or(Some(default));
                    return operand;
                }
            }
            _ => {}
        }
        Operand { term: expr, widenings: Vec::new(), default: None }
    }

    /// What a let stands for, where it only gives another name.
    fn renamed(&self, expr: &'m Expr) -> &'m Expr {
        let mut expr = expr;
        while let ExprKind::Let(id) = expr.kind
            && let Some(binding) = self.model.lets.get(id.0)
            && matches!(binding.value.kind, ExprKind::Attribute(_) | ExprKind::Context(_) | ExprKind::Let(_))
        {
            expr = &binding.value;
        }
        expr
    }

    /// What a let stands for, all the way down.
    fn resolved<'e>(&self, expr: &'e Expr) -> &'e Expr
    where
        'm: 'e,
    {
        let mut expr = expr;
        while let ExprKind::Let(id) = expr.kind
            && let Some(binding) = self.model.lets.get(id.0)
        {
            expr = &binding.value;
        }
        expr
    }

    /// The expression that says the same; lets that only rename are looked through.
    fn plain(&self, expr: &'m Expr) -> &'m Expr {
        let operand = self.operand(expr);
        if operand.widenings.is_empty() && operand.default.is_none() { operand.term } else { expr }
    }
}

impl Logic<'_> {
    /// The outcomes that a formula can have.
    pub(super) fn possible(&self, node: &Node) -> Possible {
        match node {
            Node::Outcome(outcome) => Possible::only(*outcome),
            Node::Not(inner) => self.possible(inner).turned(),
            Node::All(parts) => self.joined(&parts.iter().collect::<Vec<_>>(), Join::All),
            Node::Any(parts) => self.joined(&parts.iter().collect::<Vec<_>>(), Join::Any),
            Node::Leaf { term, leaf } => self.possible_leaf(*term, *leaf).unwrap_or(Possible::ANY),
            Node::Otherwise(..) | Node::If(_) | Node::IsUnknown(_) => {
                self.try_all(&[node], Join::All).unwrap_or(Possible::ANY)
            }
        }
    }

    fn possible_leaf(&self, term: usize, leaf: usize) -> Option<Possible> {
        let found = self.terms.get(term)?;
        let Leaf { yes, missing } = found.leaves.get(leaf)?;
        let (low, high) = found.extent;
        let mut pieces = yes.pieces().iter();
        let mut possible = Possible {
            yes: pieces.clone().any(|(from, to)| *from.max(&low) <= *to.min(&high)),
            no: low <= high && !pieces.any(|(from, to)| *from <= low && high <= *to),
            unknown: false,
        };
        if found.may_miss {
            possible.add(*missing);
        }
        Some(possible)
    }

    /// The outcomes of a conjunction.
    pub(super) fn conjunction(&self, parts: &[&Node]) -> Possible {
        self.joined(parts, Join::All)
    }

    /// The outcomes of several formulas together: parts that share no term are independent of each other.
    pub(super) fn joined(&self, parts: &[&Node], join: Join) -> Possible {
        let mut flat = Vec::new();
        parts.iter().for_each(|part| flatten(part, join, &mut flat));
        join.fold(islands(&flat).into_iter().map(|nodes| {
            match nodes.as_slice() {
                [single] => self.possible(single),
                several => self
                    .try_all(several, join)
                    .unwrap_or_else(|| join.fold(several.iter().map(|node| self.possible(node)))),
            }
        }))
    }

    /// The outcomes of some formulas together, tried on cells; none if these would be too many.
    fn try_all(&self, nodes: &[&Node], join: Join) -> Option<Possible> {
        let mut looks = Vec::new();
        let mut trials: usize = nodes.iter().map(|node| leaves_of(node, &mut looks)).sum::<usize>().max(1);
        looks.sort_unstable();
        let (mut leaves, mut possible, mut shared) = (Vec::new(), Vec::new(), Vec::new());
        for looks in looks.chunk_by(|(a, _), (b, _)| a == b) {
            let from = leaves.len();
            leaves.extend_from_slice(looks);
            leaves.dedup();
            let used = leaves.get(from..)?;
            for (term, leaf) in used {
                possible.push(self.possible_leaf(*term, *leaf)?);
            }
            // What a term that is looked at once says depends on nothing else, so it need not be tried.
            let kinds = match looks {
                [_] => possible.last()?.count(),
                _ => {
                    let cells = self.cells(used)?;
                    let kinds = cells.len();
                    shared.push(Shared { from, cells });
                    kinds
                }
            };
            trials = trials.checked_mul(kinds).filter(|trials| *trials <= MOST_TRIALS)?;
            if kinds == 0 {
                return Some(Possible::NONE);
            }
        }
        let mut trial = Trial { nodes, join, leaves, possible, found: Possible::NONE };
        trial.try_cells(&shared);
        Some(trial.found)
    }

    /// The outcomes of some leaves of a term, for each cell that they tell apart; none if there are too many.
    fn cells(&self, used: &[(usize, usize)]) -> Option<Vec<Cell>> {
        let (term, _) = used.first()?;
        let found = self.terms.get(*term)?;
        let leaves: Option<Vec<&Leaf>> = used.iter().map(|(_, leaf)| found.leaves.get(*leaf)).collect();
        let leaves = leaves?;
        let starts = cell_starts(found.extent, leaves.iter().map(|leaf| &leaf.yes));
        starts.len().checked_mul(leaves.len()).filter(|work| *work <= MOST_TRIALS)?;
        let mut kinds: Vec<Cell> = starts
            .into_iter()
            .map(|start| leaves.iter().map(|leaf| Some(leaf.yes.contains(start))).collect())
            .collect();
        if found.may_miss {
            kinds.push(leaves.iter().map(|leaf| leaf.missing).collect());
        }
        kinds.sort_unstable();
        kinds.dedup();
        Some(kinds)
    }
}

/// The outcomes of the leaves of one term.
type Cell = Vec<Option<bool>>;

/// A term that is looked at more than once.
struct Shared {
    /// The place of the first of its leaves.
    from: usize,
    cells: Vec<Cell>,
}

/// Formulas that are tried on cells.
struct Trial<'t> {
    nodes: &'t [&'t Node],
    join: Join,
    /// Term and leaf, in order.
    leaves: Vec<(usize, usize)>,
    /// The outcomes of each leaf: of one whose cell is chosen, one.
    possible: Vec<Possible>,
    found: Possible,
}

impl Trial<'_> {
    /// Tries every choice of cells of these terms, as long as there may be more to find.
    fn try_cells(&mut self, terms: &[Shared]) {
        // As if what is left to choose were independent: then nothing is lacking, and without it this is exact.
        let possible = self.join.fold(self.nodes.iter().map(|node| self.outcomes(node)));
        let Some((Shared { from, cells }, rest)) = terms.split_first().filter(|_| possible.count() > 1)
        else {
            self.found = self.found.union(possible);
            return;
        };
        let count = cells.first().map_or(0, Vec::len);
        let before: Vec<Possible> = self.possible.iter().skip(*from).take(count).copied().collect();
        for cell in cells {
            if self.found.union(possible) == self.found {
                break;
            }
            self.choose(*from, cell.iter().map(|outcome| Possible::only(*outcome)));
            self.try_cells(rest);
        }
        self.choose(*from, before);
    }

    fn choose(&mut self, from: usize, outcomes: impl IntoIterator<Item = Possible>) {
        self.possible.iter_mut().skip(from).zip(outcomes).for_each(|(slot, outcome)| *slot = outcome);
    }

    /// The outcomes of a formula, its leaves taken to be independent of each other.
    fn outcomes(&self, node: &Node) -> Possible {
        match node {
            Node::Outcome(outcome) => Possible::only(*outcome),
            Node::Leaf { term, leaf } => {
                let place = self.leaves.binary_search(&(*term, *leaf)).ok();
                place.and_then(|place| self.possible.get(place)).copied().unwrap_or(Possible::ANY)
            }
            Node::Not(inner) => self.outcomes(inner).turned(),
            Node::All(parts) => Join::All.fold(parts.iter().map(|part| self.outcomes(part))),
            Node::Any(parts) => Join::Any.fold(parts.iter().map(|part| self.outcomes(part))),
            Node::Otherwise(first, second) => {
                let first = self.outcomes(first);
                if !first.unknown {
                    return first;
                }
                Possible { unknown: false, ..first }.union(self.outcomes(second))
            }
            Node::If(parts) => {
                let (condition, then, otherwise) = &**parts;
                let condition = self.outcomes(condition);
                let mut possible = Possible { unknown: condition.unknown, ..Possible::NONE };
                if condition.yes {
                    possible = possible.union(self.outcomes(then));
                }
                if condition.no {
                    possible = possible.union(self.outcomes(otherwise));
                }
                possible
            }
            Node::IsUnknown(inner) => {
                let inner = self.outcomes(inner);
                Possible { yes: inner.unknown, no: inner.yes || inner.no, unknown: false }
            }
        }
    }
}

/// Formulas in groups that share no term with each other.
fn islands<'n>(nodes: &[&'n Node]) -> Vec<Vec<&'n Node>> {
    let mut looked_at = Vec::new();
    let mut leaves = Vec::new();
    for (place, node) in nodes.iter().enumerate() {
        leaves.clear();
        leaves_of(node, &mut leaves);
        looked_at.extend(leaves.iter().map(|(term, _)| (*term, place)));
    }
    let groups = groups(nodes.len(), looked_at).into_iter();
    groups.map(|places| places.into_iter().filter_map(|n| nodes.get(n).copied()).collect()).collect()
}

/// The numbers below `count` in groups that share nothing with each other. `looked_at` is what each looks at.
pub(super) fn groups<T: Ord>(count: usize, mut looked_at: Vec<(T, usize)>) -> Vec<Vec<usize>> {
    // Each points to one it is together with, the first of a group to itself.
    let mut group: Vec<usize> = (0..count).collect();
    let first = |group: &[usize], node: usize| {
        let mut node = node;
        while let Some(next) = group.get(node).filter(|next| **next != node) {
            node = *next;
        }
        node
    };
    looked_at.sort_unstable();
    for pair in looked_at.windows(2) {
        if let [(term, one), (next, other)] = pair
            && term == next
        {
            let (a, b) = (first(&group, *one), first(&group, *other));
            if let Some(slot) = group.get_mut(a.max(b)) {
                *slot = a.min(b);
            }
        }
    }
    let mut places: Vec<(usize, usize)> = (0..count).map(|place| (first(&group, place), place)).collect();
    places.sort_unstable();
    let groups = places.chunk_by(|(a, _), (b, _)| a == b);
    groups.map(|places| places.iter().map(|(_, place)| *place).collect()).collect()
}

/// The outcomes of a conjunction of two independent parts.
fn and(a: Possible, b: Possible) -> Possible {
    Possible {
        yes: a.yes && b.yes,
        no: a.no || b.no,
        unknown: (a.unknown && (b.yes || b.unknown)) || (b.unknown && a.yes),
    }
}

/// Collects the leaves and counts the nodes.
fn leaves_of(node: &Node, leaves: &mut Vec<(usize, usize)>) -> usize {
    let mut below = |nodes: &[Node]| nodes.iter().map(|node| leaves_of(node, leaves)).sum::<usize>();
    1 + match node {
        Node::Outcome(_) => 0,
        Node::Leaf { term, leaf } => {
            leaves.push((*term, *leaf));
            0
        }
        Node::Not(inner) | Node::IsUnknown(inner) => below(std::slice::from_ref(&**inner)),
        Node::All(parts) | Node::Any(parts) => below(parts),
        Node::Otherwise(first, second) => {
            below(std::slice::from_ref(&**first)) + below(std::slice::from_ref(&**second))
        }
        Node::If(parts) => {
            let (condition, then, otherwise) = &**parts;
            [condition, then, otherwise].into_iter().map(|node| below(std::slice::from_ref(node))).sum()
        }
    }
}

/// A widening of a number.
fn widen(op: Op, value: &Value, zone: &Zone) -> Value {
    // Not read: a widening does not look at the clock.
    let clock = Clock { now: Time(0), today: Date(0), zone };
    semantics::value(op, 1, |_| value, &clock)
}

/// `a op b` as `b op' a`.
fn mirrored(op: Op) -> Op {
    match op {
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        same => same,
    }
}

fn order_set(op: Op) -> Intervals {
    use std::cmp::Ordering;
    let orders = [Ordering::Less, Ordering::Equal, Ordering::Greater];
    Intervals::union(
        (0..).zip(orders).filter(|(_, order)| comparison(op, *order)).map(|(place, _)| (place, place)),
    )
}

/// The place of a constant on the line of a type, if it is a value of that type.
fn own_place(base: &Base, widenings: &[Op], constant: &Value) -> Option<i128> {
    let place = key(constant).filter(|_| widenings.is_empty())?;
    value_at(base, place)?.compare(constant).filter(|order| order.is_eq()).map(|_| place)
}

/// The first place of the line where `before` no longer holds; one past the last if it always does.
fn first_place((low, high): (i128, i128), before: impl Fn(i128) -> bool) -> i128 {
    if before(high) {
        return high.saturating_add(1);
    }
    let (mut low, mut high) = (low, high);
    while low < high {
        // The middle, rounded down, without the sum that could overflow.
        let middle = (low & high) + ((low ^ high) >> 1);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Where `x op constant` holds if the places from `from` up to `to` equal the constant.
fn stretch(op: Op, (low, high): (i128, i128), from: i128, to: i128) -> Intervals {
    let below = from.checked_sub(1).map(|end| (low, end.min(high)));
    let equal = to.checked_sub(1).map(|end| (from.max(low), end.min(high)));
    let above = Some((to.max(low), high));
    let pieces = match op {
        Op::Eq => [None, equal, None],
        Op::Ne => [below, None, above],
        Op::Lt => [below, None, None],
        Op::Le => [below, equal, None],
        Op::Gt => [None, None, above],
        _ => [None, equal, above],
    };
    Intervals::union(pieces.into_iter().flatten())
}

/// The parts of nested conjunctions or disjunctions.
fn flatten<'n>(node: &'n Node, join: Join, flat: &mut Vec<&'n Node>) {
    match (node, join) {
        (Node::All(parts), Join::All) | (Node::Any(parts), Join::Any) => {
            parts.iter().for_each(|part| flatten(part, join, flat));
        }
        (other, _) => flat.push(other),
    }
}

fn whole_days(micros: i64) -> Option<i128> {
    let day = unit_micros(Unit::Day)?;
    (micros % day == 0).then(|| i128::from(micros / day))
}

/// Farther from now than any date or time.
fn now_extent(base: &Base) -> (i128, i128) {
    match base {
        Base::Date => {
            let days = i128::from(Date::MAX.0) - i128::from(Date::MIN.0);
            (-days, days)
        }
        _ => (-i128::from(i64::MAX), i128::from(i64::MAX)),
    }
}
