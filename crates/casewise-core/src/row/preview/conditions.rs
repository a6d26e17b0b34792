//! The conditions of all clauses over 64 customers, from the cells that their inputs fall into.
//!
//! A test on one input is looked up in a table that [`Cells`] filled by the operators themselves; what reads more
//! than one is evaluated. Conditions are `and` and `or` of the tests, a word of bits for 64 customers.

use crate::plan::index::{Cells, Logic, SourceCells, Tree};
use crate::plan::semantics::Clock;
use crate::plan::{Node, Plan, Slot};
use crate::row::evaluate::{Evaluation, Inputs};
use crate::values::Value;

/// Customers of a word.
pub(super) const ROWS: usize = 64;

/// A truth of 64 customers: for whom it is not true, and for whom it is false.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Plane {
    pub(super) not_true: u64,
    pub(super) is_false: u64,
}

impl Plane {
    pub(super) const TRUE: Plane = Plane { not_true: 0, is_false: 0 };
    pub(super) const FALSE: Plane = Plane { not_true: u64::MAX, is_false: u64::MAX };

    pub(super) fn note(&mut self, bit: u64, truth: Option<bool>) {
        match truth {
            Some(true) => {}
            Some(false) => {
                self.not_true |= bit;
                self.is_false |= bit;
            }
            None => self.not_true |= bit,
        }
    }

    pub(super) fn unknown(self) -> u64 {
        self.not_true & !self.is_false
    }

    fn not(self) -> Plane {
        Plane { not_true: !self.is_false, is_false: !self.not_true }
    }

    fn and(self, other: Plane) -> Plane {
        Plane { not_true: self.not_true | other.not_true, is_false: self.is_false | other.is_false }
    }

    pub(super) fn or(self, other: Plane) -> Plane {
        Plane { not_true: self.not_true & other.not_true, is_false: self.is_false & other.is_false }
    }
}

/// The tables of one day.
#[derive(Debug)]
pub(super) struct Conditions {
    logic: Logic,
    sources: Vec<Source>,
    /// Literals that are evaluated.
    evaluated: Vec<(usize, Slot)>,
}

#[derive(Debug)]
struct Source {
    /// An attribute, or a field of the context.
    input: Node,
    first: usize,
    cells: SourceCells,
    /// Of cuts: by literal and cell, whether its truth is not true (1) and false (2).
    tables: Vec<Vec<u8>>,
}

impl Conditions {
    /// Of these slots of a plan.
    pub(super) fn new(plan: &Plan, slots: &[Slot], clock: &Clock<'_>) -> Conditions {
        let logic = Logic::new(&plan.nodes, slots.iter().map(std::slice::from_ref));
        let cells = Cells::new(&plan.nodes, &logic, clock);
        let sources = logic.sources.iter().zip(cells.sources).map(|(source, cells)| {
            let tables = match &cells {
                SourceCells::Cuts { truths, .. } => (0..source.count as usize)
                    .map(|n| truths.iter().map(|cell| code(cell.get(n).copied().flatten())).collect())
                    .collect(),
                SourceCells::Elements { .. } => Vec::new(),
            };
            let input = plan.nodes.get(source.slot).cloned().unwrap_or(Node::Now);
            Source { input, first: source.first as usize, cells, tables }
        });
        let sources = sources.collect();
        let literals = logic.literals.iter().enumerate();
        let evaluated = literals.filter(|(_, literal)| literal.source.is_none());
        let evaluated = evaluated.map(|(n, literal)| (n, literal.slot)).collect();
        Conditions { sources, evaluated, logic }
    }
}

fn code(truth: Option<bool>) -> u8 {
    match truth {
        Some(true) => 0,
        None => 1,
        Some(false) => 3,
    }
}

/// What is known of up to 64 customers.
#[derive(Debug)]
pub(super) struct Tests {
    /// Per source of cuts, the cells of the customers.
    cells: Vec<[u32; ROWS]>,
    literals: Vec<Plane>,
}

impl Tests {
    pub(super) fn new(conditions: &Conditions) -> Tests {
        Tests {
            cells: vec![[0; ROWS]; conditions.sources.len()],
            literals: vec![Plane::default(); conditions.logic.literals.len()],
        }
    }

    /// Takes a customer.
    pub(super) fn add(
        &mut self,
        conditions: &Conditions,
        evaluation: &mut Evaluation,
        inputs: Inputs<'_>,
        row: usize,
    ) {
        static MISSING: Value = Value::Missing;
        let bit = 1_u64 << row;
        for (source, cells) in conditions.sources.iter().zip(&mut self.cells) {
            let value = match source.input {
                Node::Attribute(n) => inputs.subject.attributes.get(n as usize),
                Node::Context(n) => inputs.subject.context.as_ref().and_then(|c| c.get(n as usize)),
                _ => None,
            };
            let value = value.unwrap_or(&MISSING);
            match &source.cells {
                SourceCells::Cuts { cuts, .. } => {
                    if let Some(cell) = cells.get_mut(row) {
                        *cell = SourceCells::cell(cuts, value) as u32;
                    }
                }
                SourceCells::Elements { elements, makes_true, otherwise: [missing, none] } => {
                    let held: Vec<&Vec<bool>> = match value {
                        Value::Set(held) | Value::List(held) => held
                            .iter()
                            .filter_map(|e| elements.binary_search_by(|known| known.total_cmp(e)).ok())
                            .filter_map(|n| makes_true.get(n))
                            .collect(),
                        _ => Vec::new(),
                    };
                    let without = if value.is_missing() { missing } else { none };
                    let literals = self.literals.iter_mut().skip(source.first).zip(without).enumerate();
                    for (n, (plane, without)) in literals {
                        let is_made = held.iter().any(|makes| makes.get(n) == Some(&true));
                        plane.note(bit, if is_made { Some(true) } else { *without });
                    }
                }
            }
        }
        for (literal, slot) in &conditions.evaluated {
            let truth = evaluation.truth(inputs, *slot);
            if let Some(plane) = self.literals.get_mut(*literal) {
                plane.note(bit, truth);
            }
        }
    }

    /// Looks up the tests, and answers the conditions in the order in which they were given.
    pub(super) fn answer(&mut self, conditions: &Conditions, planes: &mut Vec<Plane>) {
        for (source, cells) in conditions.sources.iter().zip(&self.cells) {
            let literals = self.literals.iter_mut().skip(source.first);
            for (plane, table) in literals.zip(&source.tables) {
                let (mut not_true, mut is_false) = (0_u64, 0_u64);
                for (row, cell) in cells.iter().enumerate() {
                    let code = u64::from(table.get(*cell as usize).copied().unwrap_or(1));
                    not_true |= (code & 1) << row;
                    is_false |= (code >> 1) << row;
                }
                *plane = Plane { not_true, is_false };
            }
        }
        planes.clear();
        planes.extend(conditions.logic.trees.iter().map(|tree| answer(tree, &self.literals)));
    }

    pub(super) fn clear(&mut self) {
        self.literals.fill(Plane::default());
    }
}

fn answer(tree: &Tree, literals: &[Plane]) -> Plane {
    match tree {
        Tree::Literal(id, positive) => {
            let plane = literals.get(id.index()).copied().unwrap_or_default();
            if *positive { plane } else { plane.not() }
        }
        Tree::And(parts) => parts.iter().fold(Plane::TRUE, |all, part| all.and(answer(part, literals))),
        Tree::Or(parts) => parts.iter().fold(Plane::FALSE, |any, part| any.or(answer(part, literals))),
    }
}
