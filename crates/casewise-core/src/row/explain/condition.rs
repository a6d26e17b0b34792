//! Conditions as trees: what was observed, what was required, how far apart they are.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::Serialize;

use crate::model::{Base, Expr, ExprKind, Number, Op, Runs, ScoreKind, Status};
use crate::plan::{Node, Slot, semantics};
use crate::row::aggregate;
use crate::row::gates::{Gate, missing_inputs};
use crate::row::plain::{line, plain, truth_name};
use crate::row::report::Plain;
use crate::syntax::ast::Unit;
use crate::values::{Date, Duration, Label, Value};

use super::Explainer;

/// An explanation writes out so many conditions of segments, gates, lets and scores at most.
const MAX_OPENED: usize = 2_000;

/// A condition and what it came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Condition {
    /// As it is written.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub text: Arc<str>,
    /// Name of the segment, gate, let, score or clause that this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// `true`, `false` or `unknown`: the truth of the condition as it is written.
    pub outcome: &'static str,
    /// Whether it is as its place in the clause wants it: under `not` and `exclude`, false is wanted.
    pub passes: bool,
    /// `and`, `or`, `not`; else the operator of a comparison, turned round where it is to be false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<&'static str>,
    /// What the subject has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<Plain>,
    /// What was asked of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<Plain>,
    /// How far the observed value is from passing; 0 where it stands on an end that does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<Plain>,
    /// Where unknown: the missing inputs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Arc<str>>,
    /// Events that were skipped or lie ahead, overflow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Condition>,
}

/// The condition that a case is live or in trial.
pub(super) fn of_status(status: Status, outcome: Option<bool>) -> Condition {
    Condition {
        outcome: truth_name(outcome),
        passes: outcome == Some(true),
        operator: Some("in"),
        observed: Some(Plain::Text(status.name().into())),
        required: Some(Plain::List(vec![Plain::Text("live".into()), Plain::Text("trial".into())])),
        ..Condition::default()
    }
}

/// How a comparison is written, and how its opposite.
pub(super) fn operator(op: Op, wanted: bool) -> Option<&'static str> {
    let (yes, no) = match op {
        Op::Eq => ("==", "!="),
        Op::Ne => ("!=", "=="),
        Op::Lt => ("<", ">="),
        Op::Le => ("<=", ">"),
        Op::Gt => (">", "<="),
        Op::Ge => (">=", "<"),
        Op::Between => ("between", "not between"),
        Op::In | Op::InSet => ("in", "not in"),
        Op::Overlaps => ("overlaps", "does not overlap"),
        Op::SubsetOf => ("subset of", "not subset of"),
        Op::IsMissing => ("is missing", "is present"),
        Op::IsPresent => ("is present", "is missing"),
        Op::InLast => ("in last", "not in last"),
        Op::InNext => ("in next", "not in next"),
        Op::InThis(_) => ("in this", "not in this"),
        Op::StartsWith => ("starts with", "does not start with"),
        Op::EndsWith => ("ends with", "does not end with"),
        Op::Contains => ("contains", "does not contain"),
        _ => return None,
    };
    Some(if wanted { yes } else { no })
}

/// The comparison with its sides exchanged.
pub(super) fn mirrored(op: Op) -> Op {
    match op {
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        other => other,
    }
}

pub(super) fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Year => "year",
    }
}

/// How far apart two ordered values are: whole steps where there are steps.
pub(super) fn apart(model: &crate::model::Model, base: &Base, a: &Value, b: &Value) -> Option<Plain> {
    let subtract = |number, high: &Value, low: &Value| semantics::arithmetic(Op::Subtract(number), high, low);
    let (low, high) = if a.compare(b)? == Ordering::Less { (a, b) } else { (b, a) };
    let difference = match (low, high) {
        (Value::Int(_), _) => subtract(Number::Int, high, low)?,
        (Value::Decimal(_), _) => subtract(Number::Decimal, high, low)?,
        (Value::Float(_), _) => subtract(Number::Float, high, low)?,
        (Value::Date(low), Value::Date(high)) => return Some(days(low.days_until(*high))),
        (Value::Time(low), Value::Time(high)) => Value::Duration(Duration(high.0.checked_sub(low.0)?)),
        (Value::Duration(low), Value::Duration(high)) => {
            Value::Duration(Duration(high.0.checked_sub(low.0)?))
        }
        (Value::Label(Label(low)), Value::Label(Label(high))) => Value::Int(i64::from(high - low)),
        _ => return None,
    };
    Some(plain(model, base, &difference))
}

fn days(n: i64) -> Plain {
    Plain::Text(format!("{n} day{}", if n == 1 { "" } else { "s" }).into())
}

/// A declaration by its name alone.
fn closed(base: Condition, name: &Arc<str>) -> Condition {
    let note = "not written out: the explanation is too long".to_owned();
    Condition { name: Some(name.clone()), notes: vec![note], ..base }
}

/// One more step, where the end itself does not pass and there are steps.
fn beyond(value: &Value, up: bool) -> Value {
    let step = if up { 1 } else { -1 };
    match value {
        Value::Int(n) => n.checked_add(step).map_or(Value::Missing, Value::Int),
        Value::Date(d) => d.plus_days(step).map_or(Value::Missing, Value::Date),
        Value::Label(Label(n)) => {
            n.checked_add_signed(if up { 1 } else { -1 }).map_or(Value::Missing, |n| Value::Label(Label(n)))
        }
        other => other.clone(),
    }
}

impl<'a> Explainer<'_, 'a> {
    /// A condition that is wanted true, or false.
    pub(super) fn condition(&mut self, expr: &'a Expr, wanted: bool) -> Condition {
        let slot = self.inputs.plan.slot_of(expr);
        let truth = slot.and_then(|slot| self.standing.evaluation.truth(self.inputs, slot));
        let base = Condition {
            text: self.source(expr.span),
            outcome: truth_name(truth),
            passes: truth == Some(wanted),
            ..Condition::default()
        };
        match &expr.kind {
            ExprKind::Apply(op @ (Op::And | Op::Or | Op::Not), args) => {
                let wanted = wanted != (*op == Op::Not);
                let operator = match op {
                    Op::And => "and",
                    Op::Or => "or",
                    _ => "not",
                };
                let parts = args.iter().map(|arg| self.condition(arg, wanted)).collect();
                Condition { operator: Some(operator), parts, ..base }
            }
            ExprKind::Segment(id) => match self.model().segments.get(id.0) {
                Some(segment) => self.named(base, &segment.name, &segment.condition, wanted),
                None => base,
            },
            ExprKind::Let(id) => match self.model().lets.get(id.0) {
                Some(declared) => self.named(base, &declared.name, &declared.value, wanted),
                None => base,
            },
            ExprKind::Score(id, _) => match self.model().scores.get(id.0).map(|s| (&s.name, &s.kind)) {
                Some((name, ScoreKind::Expression { value, .. })) => self.named(base, name, value, wanted),
                _ => self.leaf(base, expr, slot),
            },
            ExprKind::Gate(id) => {
                let Some(gate) = self.model().gates.get(id.0) else { return base };
                if !self.opens() {
                    return closed(base, &gate.name);
                }
                let parts = gate.clauses.iter().map(|clause| {
                    let holds = wanted == (Gate::of(clause.kind) != Gate::Exclude);
                    Condition { name: Some(clause.id.clone()), ..self.condition(&clause.condition, holds) }
                });
                Condition {
                    parts: parts.collect(),
                    name: Some(gate.name.clone()),
                    operator: Some("and"),
                    ..base
                }
            }
            ExprKind::InList(id) => {
                let list = self.model().lists.get(id.0).map(|list| Plain::Text(list.name.clone()));
                let observed =
                    truth.map(|listed| Plain::Text(if listed { "listed" } else { "not listed" }.into()));
                Condition { operator: operator(Op::InSet, wanted), observed, required: list, ..base }
            }
            ExprKind::Apply(op, args) if operator(*op, true).is_some() => {
                let mut compared = self.comparison(base, *op, args, wanted);
                let reads: Vec<Slot> = args.iter().filter_map(|arg| self.inputs.plan.slot_of(arg)).collect();
                self.remark(&mut compared, &reads, args);
                compared
            }
            ExprKind::Matches(text, pattern) => {
                let observed = self.plain(text);
                let required = Plain::Text(pattern.clone());
                let operator = if wanted { "matches" } else { "does not match" };
                let mut matched = Condition {
                    operator: Some(operator),
                    observed: Some(observed),
                    required: Some(required),
                    ..base
                };
                self.remark(&mut matched, slot.as_slice(), &[]);
                matched
            }
            _ => self.leaf(base, expr, slot),
        }
    }

    fn named(&mut self, base: Condition, name: &Arc<str>, of: &'a Expr, wanted: bool) -> Condition {
        if !self.opens() {
            return closed(base, name);
        }
        Condition { name: Some(name.clone()), parts: vec![self.condition(of, wanted)], ..base }
    }

    /// Whether one more declaration is written out. Those that stand on one another could be written out without end.
    fn opens(&mut self) -> bool {
        self.opened += 1;
        self.opened <= MAX_OPENED
    }

    /// A truth that is not made of others.
    fn leaf(&mut self, mut base: Condition, expr: &Expr, slot: Option<Slot>) -> Condition {
        base.observed = Some(self.plain(expr));
        self.remark(&mut base, slot.as_slice(), std::slice::from_ref(expr));
        base
    }

    /// What is missing, skipped or too large below these slots.
    fn remark(&mut self, condition: &mut Condition, slots: &[Slot], of: &[Expr]) {
        if condition.outcome == "unknown" {
            condition.missing = missing_inputs(self.inputs, slots.iter().copied());
        }
        condition.notes = self.notes(slots);
        for expr in of {
            if !expr.ty.optional && self.value(expr).is_missing() {
                condition
                    .notes
                    .push(format!("`{}` is too large: it counts as missing", self.source(expr.span)));
            }
        }
    }

    /// Events that were skipped, or that are no history yet, below these slots.
    pub(super) fn notes(&mut self, slots: &[Slot]) -> Vec<String> {
        let plan = self.inputs.plan;
        let mut aggregates = Vec::new();
        crate::plan::layout::reachable(plan, slots.iter().copied(), |slot, node| {
            if let Node::Aggregate(node) = node {
                aggregates.push((slot, node));
            }
        });
        aggregates.sort_by_key(|(slot, _)| *slot);
        let mut notes = Vec::new();
        for (slot, node) in aggregates {
            self.standing.evaluation.value(self.inputs, slot);
            let evaluation = &self.standing.evaluation;
            let detail = aggregate::evaluate(evaluation, self.inputs, node);
            let table = plan.model.tables.get(node.table.0);
            let name = table.map(|t| &*t.name).unwrap_or_default();
            let counted = |n: usize| format!("{n} event{} of {name}", if n == 1 { "" } else { "s" });
            if detail.skipped > 0 {
                let fields = aggregate::missing_fields(evaluation, self.inputs, node);
                let names: Vec<&str> = fields
                    .iter()
                    .filter_map(|(table, n)| plan.model.tables.get(table.0)?.fields.get(*n as usize))
                    .map(|field| &*field.name)
                    .collect();
                let why = match names.as_slice() {
                    [] => "what is asked of them is unknown".to_owned(),
                    [one] => format!("{one} is missing"),
                    many => format!("{} are missing", many.join(", ")),
                };
                notes.push(format!("{} skipped: {why}", counted(detail.skipped)));
            }
            if detail.future > 0 {
                notes.push(format!("{} ignored: not before now", counted(detail.future)));
            }
        }
        notes.dedup();
        notes
    }

    fn comparison(&mut self, base: Condition, op: Op, args: &'a [Expr], wanted: bool) -> Condition {
        let model = self.model();
        let is_constant = |expr: &Expr| {
            self.inputs.plan.slot_of(expr).is_some_and(|s| self.inputs.plan.nodes.constant(s).is_some())
        };
        let [first, rest @ ..] = args else { return base };
        // The constant side is what is required.
        let turned = matches!(rest, [second] if is_constant(first) && !is_constant(second));
        let (observed, required, op) = match rest {
            [second] if turned => (second, std::slice::from_ref(first), mirrored(op)),
            _ => (first, rest, op),
        };
        let x = self.value(observed);
        let passes = base.passes;
        let required_plain = match (op, required) {
            (Op::IsMissing | Op::IsPresent, _) => None,
            (Op::InThis(unit), _) => Some(Plain::Text(unit_name(unit).into())),
            (Op::Between, [low, high]) => {
                let ends = format!("{} and {}", line(&self.plain(low)), line(&self.plain(high)));
                Some(Plain::Text(ends.into()))
            }
            (Op::In, of) => Some(Plain::List(of.iter().map(|e| self.plain(e)).collect())),
            (_, [one]) => Some(self.plain(one)),
            (_, _) => None,
        };
        let mut distance = None;
        if !passes && !x.is_missing() {
            let ends: Vec<Value> = required.iter().map(|e| self.value(e)).collect();
            distance =
                nearest_passing(op, wanted, &x, &ends).and_then(|y| apart(model, &observed.ty.base, &x, &y));
        }
        // An element looked for in a set that the subject has is written the other way round.
        let operator = match (turned, op) {
            (true, Op::InSet) => Some(if wanted { "contains" } else { "does not contain" }),
            _ => operator(op, wanted),
        };
        Condition {
            operator,
            observed: Some(plain(model, &observed.ty.base, &x)),
            required: required_plain,
            distance,
            ..base
        }
    }

    pub(super) fn runs(&mut self, runs: &'a Runs, outcome: Option<bool>) -> Condition {
        let today = self.inputs.clock.today;
        let (from, through) = (self.value(&runs.from), self.value(&runs.through));
        let text = |date: Date| Plain::Text(date.to_string().into());
        let distance = match (&from, &through) {
            (Value::Date(from), _) if today < *from => Some(days(today.days_until(*from))),
            (_, Value::Date(through)) if today > *through => Some(days(through.days_until(today))),
            _ => None,
        };
        Condition {
            outcome: truth_name(outcome),
            passes: outcome == Some(true),
            operator: Some("between"),
            observed: Some(text(today)),
            required: Some(Plain::Text(
                format!("{} and {}", from.display_plain(), through.display_plain()).into(),
            )),
            distance,
            ..Condition::default()
        }
    }
}

/// The value nearest to `x` that passes an ordered comparison with `ends`.
pub(super) fn nearest_passing(op: Op, wanted: bool, x: &Value, ends: &[Value]) -> Option<Value> {
    let op = match (op, wanted) {
        (Op::Lt, false) => Op::Ge,
        (Op::Le, false) => Op::Gt,
        (Op::Gt, false) => Op::Le,
        (Op::Ge, false) => Op::Lt,
        (op, _) => op,
    };
    match (op, ends) {
        (Op::Ge | Op::Le, [end]) => Some(end.clone()),
        (Op::Gt, [end]) => Some(beyond(end, true)),
        (Op::Lt, [end]) => Some(beyond(end, false)),
        (Op::Between, [low, high]) if wanted => {
            Some(if x.compare(low).is_some_and(Ordering::is_lt) { low.clone() } else { high.clone() })
        }
        _ => None,
    }
}
