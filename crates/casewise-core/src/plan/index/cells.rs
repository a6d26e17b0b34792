//! Into which cell a value falls, and what every literal says of each cell.

use std::cmp::Ordering;

use super::logic::{Logic, Source, holds_elements};
use crate::model::Op;
use crate::plan::node::{Node, Nodes, Slot};
use crate::plan::semantics::{self, Clock};
use crate::values::{Date, Decimal, Duration, Label, Period, Time, Value};

/// The cells of every source on one day.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    /// One per source.
    pub sources: Vec<SourceCells>,
}

/// The cells of one source.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceCells {
    /// Cell 0 is missing; cell 1 + n holds the values with n cuts at or below them.
    Cuts {
        /// Ascending, distinct, of the source's type.
        cuts: Vec<Value>,
        /// Truths by cell, then literal of the source: none is unknown.
        truths: Vec<Vec<Option<bool>>>,
    },
    /// A set: an element is its own cell, and a literal is true if any cell of the set makes it so.
    Elements {
        /// Sorted by [`Value::total_cmp`].
        elements: Vec<Value>,
        /// By element: which of the source's literals it makes true.
        makes_true: Vec<Vec<bool>>,
        /// By literal: its truth for a missing set, and for one without any of the elements.
        otherwise: [Vec<Option<bool>>; 2],
    },
}

impl Cells {
    /// The cells on the day of `clock`.
    pub fn new(nodes: &Nodes, logic: &Logic, clock: &Clock<'_>) -> Cells {
        Cells {
            sources: logic.sources.iter().map(|source| source_cells(nodes, logic, source, clock)).collect(),
        }
    }
}

impl SourceCells {
    /// The cell of a value, for [`SourceCells::Cuts`].
    pub fn cell(cuts: &[Value], value: &Value) -> usize {
        if value.is_missing() {
            return 0;
        }
        1 + cuts.partition_point(|cut| cut.total_cmp(value) != Ordering::Greater)
    }
}

fn source_cells(nodes: &Nodes, logic: &Logic, source: &Source, clock: &Clock<'_>) -> SourceCells {
    let slots: Vec<Slot> = logic
        .literals
        .iter()
        .skip(source.first as usize)
        .take(source.count as usize)
        .map(|literal| literal.slot)
        .collect();
    let is_set = slots.iter().any(|slot| holds_elements(nodes, *slot, source.slot));
    if is_set { elements(nodes, source, &slots, clock) } else { cuts(nodes, source, &slots, clock) }
}

/// The value of what reads only constants and the day.
fn of_the_day(nodes: &Nodes, slot: Slot, clock: &Clock<'_>) -> Value {
    match nodes.get(slot) {
        Some(Node::Constant(value)) => value.0.clone(),
        Some(Node::Today) => Value::Date(clock.today),
        Some(Node::Apply(op, args)) => {
            let values: Vec<Value> = args.iter().map(|arg| of_the_day(nodes, *arg, clock)).collect();
            semantics::value(*op, values.len(), |n| values.get(n).unwrap_or(&MISSING), clock)
        }
        _ => Value::Missing,
    }
}

static MISSING: Value = Value::Missing;

/// The truth of a literal where its source has this value.
fn truth(nodes: &Nodes, source: Slot, literal: Slot, value: &Value, clock: &Clock<'_>) -> Option<bool> {
    match nodes.get(literal) {
        Some(Node::Apply(op @ (Op::And | Op::Or | Op::Not), args)) => {
            let mut truths = args.iter().map(|arg| truth(nodes, source, *arg, value, clock));
            match op {
                Op::And => semantics::all(truths),
                Op::Or => semantics::any(truths),
                _ => semantics::not(truths.next().flatten()),
            }
        }
        Some(Node::Apply(op, args)) if literal != source => {
            let given: Vec<Value> = args
                .iter()
                .map(|arg| if *arg == source { value.clone() } else { of_the_day(nodes, *arg, clock) })
                .collect();
            semantics::truth(*op, given.len(), |n| given.get(n).unwrap_or(&MISSING), clock)
        }
        _ => value.as_bool(),
    }
}

/// Where a constant changes the truth of a comparison: at itself, or just above it.
#[derive(Clone, Copy)]
struct Changes {
    at: bool,
    above: bool,
}

/// The constants that a literal holds beside its source, those of lists one by one.
fn constants(nodes: &Nodes, source: Slot, literal: Slot, clock: &Clock<'_>) -> Vec<(Value, Changes)> {
    let both = Changes { at: true, above: true };
    let (op, args) = match nodes.get(literal) {
        Some(Node::Apply(Op::And | Op::Or | Op::Not, args)) => {
            return args.iter().flat_map(|arg| constants(nodes, source, *arg, clock)).collect();
        }
        Some(Node::Apply(op, args)) if literal != source => (*op, args),
        _ => return vec![(Value::Bool(true), Changes { at: true, above: false })],
    };
    let source_first = args.first() == Some(&source);
    let mut constants = Vec::new();
    for (place, arg) in args.iter().enumerate().filter(|(_, arg)| **arg != source) {
        let changes = match (op, place) {
            (Op::Ge | Op::Lt, 1) | (Op::Between, 1) if source_first => Changes { at: true, above: false },
            (Op::Gt | Op::Le, 1) | (Op::Between, 2) if source_first => Changes { at: false, above: true },
            _ => both,
        };
        match of_the_day(nodes, *arg, clock) {
            Value::Set(elements) | Value::List(elements) => {
                constants.extend(elements.iter().map(|element| (element.clone(), both)));
            }
            Value::Missing => {}
            value => constants.push((value, changes)),
        }
    }
    constants
}

fn cuts(nodes: &Nodes, source: &Source, literals: &[Slot], clock: &Clock<'_>) -> SourceCells {
    let own: Vec<Vec<Value>> = literals.iter().map(|l| own_cuts(nodes, source.slot, *l, clock)).collect();
    let mut cuts = own.concat();
    cuts.sort_by(Value::total_cmp);
    cuts.dedup_by(|a, b| a.total_cmp(b).is_eq());
    // Without a constant only the presence matters, or the value beside itself: any value shows it.
    let below = cuts.first().map_or(Value::Bool(true), least);
    let mut truths = vec![Vec::with_capacity(literals.len()); 2 + cuts.len()];
    for (literal, own) in literals.iter().zip(own) {
        let truth = |value: &Value| truth(nodes, source.slot, *literal, value, clock);
        let mut cells = truths.iter_mut();
        cells
            .by_ref()
            .zip([Value::Missing, below.clone()])
            .for_each(|(cell, value)| cell.push(truth(&value)));
        // Between its own cuts a test says the same.
        let mut own = own.iter().peekable();
        let mut last = truth(&below);
        for (cell, cut) in cells.zip(&cuts) {
            if own.next_if(|own| own.total_cmp(cut).is_eq()).is_some() {
                last = truth(cut);
            }
            cell.push(last);
        }
    }
    SourceCells::Cuts { cuts, truths }
}

/// Where the truth of a test may change, ascending.
fn own_cuts(nodes: &Nodes, source: Slot, literal: Slot, clock: &Clock<'_>) -> Vec<Value> {
    let mut cuts = Vec::new();
    for (constant, changes) in constants(nodes, source, literal, clock) {
        if changes.above
            && let Some(next) = successor(&constant)
        {
            cuts.push(next);
        }
        if changes.at {
            cuts.push(constant);
        }
    }
    cuts.sort_by(Value::total_cmp);
    cuts.dedup_by(|a, b| a.total_cmp(b).is_eq());
    cuts
}

fn elements(nodes: &Nodes, source: &Source, literals: &[Slot], clock: &Clock<'_>) -> SourceCells {
    let mut elements: Vec<Value> = literals
        .iter()
        .flat_map(|literal| constants(nodes, source.slot, *literal, clock))
        .map(|(value, _)| value)
        .collect();
    elements.sort_by(Value::total_cmp);
    elements.dedup_by(|a, b| a.total_cmp(b).is_eq());
    let of = |value: &Value| literals.iter().map(|l| truth(nodes, source.slot, *l, value, clock)).collect();
    let empty: Vec<Option<bool>> = of(&Value::Set([].into()));
    let makes_true = elements
        .iter()
        .map(|element| {
            let truths: Vec<Option<bool>> = of(&Value::Set([element.clone()].into()));
            // "Is present" is true of the empty set already.
            truths
                .iter()
                .zip(&empty)
                .map(|(with, without)| *with == Some(true) && *without != Some(true))
                .collect()
        })
        .collect();
    SourceCells::Elements { elements, makes_true, otherwise: [of(&Value::Missing), empty] }
}

/// The next value of the type; none after the last.
fn successor(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Bool(b) => return (!b).then_some(Value::Bool(true)),
        Value::Int(n) => Value::Int(n.checked_add(1)?),
        Value::Float(x) => Value::float(x.next_up()),
        Value::Decimal(d) => Value::Decimal(d.checked_add(Decimal::from_scaled(1))?),
        // No text lies between a text and the same with the least character behind it.
        Value::Text(text) => Value::Text(format!("{text}\0").into()),
        Value::Date(d) => Value::Date(Date(d.0.checked_add(1)?)),
        Value::Time(t) => Value::Time(Time(t.0.checked_add(1)?)),
        Value::Duration(d) => Value::Duration(Duration(d.0.checked_add(1)?)),
        Value::Period(p) => Value::Period(Period(p.0.checked_add(1)?)),
        Value::Label(l) => Value::Label(Label(l.0.checked_add(1)?)),
        Value::Missing | Value::Set(_) | Value::List(_) => return None,
    })
    .filter(|next| !next.is_missing())
}

/// The least value of a value's type.
fn least(value: &Value) -> Value {
    match value {
        Value::Bool(_) => Value::Bool(false),
        Value::Int(_) => Value::Int(i64::MIN),
        Value::Float(_) => Value::Float(f64::MIN),
        Value::Decimal(_) => Value::Decimal(Decimal::MIN),
        Value::Text(_) => Value::Text("".into()),
        Value::Date(_) => Value::Date(Date(i32::MIN)),
        Value::Time(_) => Value::Time(Time(i64::MIN)),
        Value::Duration(_) => Value::Duration(Duration(i64::MIN)),
        Value::Period(_) => Value::Period(Period(i32::MIN)),
        Value::Label(_) => Value::Label(Label(0)),
        Value::Missing | Value::Set(_) | Value::List(_) => Value::Missing,
    }
}
