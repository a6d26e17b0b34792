//! Eligibility of every row of a batch for every case: the conditions only, no channels, contacts or walk.

use casewise_core::plan::Plan;
use casewise_core::plan::index::{Cells, LiteralId, SourceCells};
use casewise_core::plan::node::Node;
use casewise_core::plan::semantics::Clock;

use crate::bits::{Bits, NONE, ROWS, WORDS, and, first};
use crate::codes::Coder;
use crate::column::Column;
use crate::conditions::{ChunkCells, ConditionScratch, Conditions};
use crate::planes::Codes;
use crate::sets::Elements;

/// The conditions of a plan on one day, ready for any number of batches.
#[derive(Debug)]
pub struct Eligibility {
    conditions: Conditions,
    /// Per source: which attribute or context field, and how its cells are found.
    sources: Vec<(Node, SourceCoder)>,
}

#[derive(Debug)]
enum SourceCoder {
    Cuts(Coder),
    Elements(Vec<casewise_core::values::Value>),
}

/// A batch bound to the sources of an [`Eligibility`].
#[derive(Debug)]
pub struct Bound<'a> {
    /// Per source: its column; none: missing everywhere.
    columns: Vec<Option<(&'a Column, Option<Elements>)>>,
    rows: usize,
}

/// Answers a test that reads more than one input: the truth for a row.
pub trait Evaluate {
    /// The truth of a literal for a row of the batch.
    fn literal(&mut self, literal: LiteralId, row: usize) -> Option<bool>;
}

/// Memory of one thread.
#[derive(Debug)]
pub struct Scratch {
    conditions: ConditionScratch,
    codes: Box<Codes>,
}

impl Eligibility {
    /// The conditions of all cases of a plan on the day of `clock`.
    pub fn new(plan: &Plan, clock: &Clock<'_>) -> Eligibility {
        let cells = Cells::new(&plan.nodes, &plan.logic, clock);
        let conditions = Conditions::new(&plan.logic, &cells.sources);
        let sources = plan.logic.sources.iter().zip(&cells.sources).map(|(source, cells)| {
            let node = plan.nodes.get(source.slot).cloned().unwrap_or(Node::Now);
            let coder = match cells {
                SourceCells::Cuts { cuts, .. } => SourceCoder::Cuts(Coder::new(cuts)),
                SourceCells::Elements { elements, .. } => SourceCoder::Elements(elements.clone()),
            };
            (node, coder)
        });
        let sources = sources.collect();
        Eligibility { conditions, sources }
    }

    /// Memory for one thread.
    pub fn scratch(&self) -> Scratch {
        Scratch { conditions: self.conditions.scratch(), codes: Box::new([0; ROWS]) }
    }

    /// Tests that read more than one input are left to evaluation.
    pub fn has_evaluated(&self) -> bool {
        !self.conditions.evaluated.is_empty()
    }

    /// Binds columns, found by attribute or context field.
    pub fn bind<'a>(&self, rows: usize, column: impl Fn(&Node) -> Option<&'a Column>) -> Bound<'a> {
        let columns = self.sources.iter().map(|(node, coder)| {
            let column = column(node)?;
            let elements = match coder {
                SourceCoder::Elements(elements) => Elements::new(column, elements),
                SourceCoder::Cuts(_) => None,
            };
            Some((column, elements))
        });
        Bound { columns: columns.collect(), rows }
    }

    /// Finds the rows from `from` on, at most a chunk of them, that meet the conditions of each case, and gives
    /// them to `found` case by case.
    pub fn chunk(
        &self,
        bound: &Bound<'_>,
        from: usize,
        scratch: &mut Scratch,
        evaluate: &mut impl Evaluate,
        mut found: impl FnMut(usize, &Bits),
    ) {
        let rows = bound.rows.saturating_sub(from).min(ROWS);
        let missing = || ChunkCells::Codes(Box::new([0; ROWS]));
        for (n, ((_, coder), column)) in self.sources.iter().zip(&bound.columns).enumerate() {
            let cells = match (coder, column) {
                (SourceCoder::Cuts(coder), Some((column, _))) => {
                    coder.chunk(column, from, rows, &mut scratch.codes);
                    ChunkCells::Codes(scratch.codes.clone())
                }
                (SourceCoder::Elements(_), Some((column, Some(elements)))) => {
                    elements.chunk(column, from, rows)
                }
                (SourceCoder::Elements(elements), _) => {
                    ChunkCells::Elements { holds: vec![NONE; elements.len()], missing: Box::new(first(ROWS)) }
                }
                (SourceCoder::Cuts(_), None) => missing(),
            };
            self.conditions.test(n, &cells, &mut scratch.conditions);
        }
        for (literal, yes, no) in &self.conditions.evaluated {
            let (mut is_true, mut is_false) = (NONE, NONE);
            for row in 0..rows {
                match evaluate.literal(*literal, from + row) {
                    Some(true) => crate::bits::set(&mut is_true, row),
                    Some(false) => crate::bits::set(&mut is_false, row),
                    None => {}
                }
            }
            for (leaf, bits) in [(yes, is_true), (no, is_false)] {
                if let Some(place) = leaf.and_then(|leaf| scratch.conditions.leaves.get_mut(leaf)) {
                    *place = bits;
                }
            }
        }
        let present = first(rows);
        let mut bits = NONE;
        for case in 0..self.conditions.cases() {
            self.conditions.case(case, &scratch.conditions.leaves, &mut bits);
            and(&mut bits, &present);
            found(case, &bits);
        }
    }
}

const _: () = assert!(WORDS * 64 == ROWS);
