//! The conditions of all cases for a batch, or of whatever else a logic holds: no channels, contacts or walk.

use casewise_core::plan::Plan;
use casewise_core::plan::index::{Cells, LiteralId, Logic, SourceCells};
use casewise_core::plan::node::{Node, Nodes};
use casewise_core::plan::semantics::Clock;
use casewise_core::values::Value;

use crate::bits::{Bits, NONE, ROWS, first};
use crate::codes::{Coder, Found, Prepared};
use crate::column::Column;
use crate::conditions::{ChunkCells, ConditionScratch, Conditions};
use crate::planes::Codes;
use crate::sets::Elements;

/// Conditions on one day, ready for any number of batches.
#[derive(Debug)]
pub struct Eligibility {
    conditions: Conditions,
    /// Per source: which attribute or context field, and how its cells are found.
    sources: Vec<(Node, SourceCoder)>,
}

#[derive(Debug)]
enum SourceCoder {
    Cuts(Coder),
    Elements(Vec<Value>),
}

/// A batch bound to the sources of an [`Eligibility`].
#[derive(Debug)]
pub struct Bound<'a> {
    /// Per source; none: missing everywhere.
    columns: Vec<Option<(&'a Column, Ready)>>,
    rows: usize,
}

#[derive(Debug)]
enum Ready {
    Cuts(Prepared),
    Elements(Elements),
}

/// Memory of one thread.
#[derive(Debug)]
pub struct Scratch {
    conditions: ConditionScratch,
    codes: Box<Codes>,
    holds: Vec<Bits>,
}

/// Answers a test that reads more than one input: the truth for a row of the batch.
pub type Ask<'a> = dyn FnMut(LiteralId, usize) -> Option<bool> + 'a;

impl Eligibility {
    /// The conditions of all cases of a plan on the day of `clock`.
    pub fn new(plan: &Plan, clock: &Clock<'_>) -> Eligibility {
        Eligibility::of(&plan.nodes, &plan.logic, clock, false)
    }

    /// The conditions of a logic on the day of `clock`; with `possible`, where they are not false can be asked,
    /// too.
    pub fn of(nodes: &Nodes, logic: &Logic, clock: &Clock<'_>, possible: bool) -> Eligibility {
        let cells = Cells::new(nodes, logic, clock);
        let conditions = Conditions::new(logic, &cells.sources, possible);
        let sources = logic.sources.iter().zip(&cells.sources).map(|(source, cells)| {
            let node = nodes.get(source.slot).cloned().unwrap_or(Node::Now);
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
        Scratch { conditions: self.conditions.scratch(), codes: Box::new([0; ROWS]), holds: Vec::new() }
    }

    /// How many conditions there are.
    pub fn len(&self) -> usize {
        self.conditions.len()
    }

    /// None at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether tests that read more than one input are left to be asked.
    pub fn asks(&self) -> bool {
        self.conditions.asks()
    }

    /// Binds columns, found by attribute or context field. All have `rows` rows.
    pub fn bind<'a>(&self, rows: usize, column: impl Fn(&Node) -> Option<&'a Column>) -> Bound<'a> {
        let columns = self.sources.iter().map(|(node, coder)| {
            let column = column(node)?;
            let ready = match coder {
                SourceCoder::Elements(elements) => Ready::Elements(Elements::new(column, elements)?),
                SourceCoder::Cuts(coder) => Ready::Cuts(coder.prepare(column)),
            };
            Some((column, ready))
        });
        Bound { columns: columns.collect(), rows }
    }

    /// Answers all tests for the rows from `from` on, at most [`CHUNK_ROWS`](crate::CHUNK_ROWS) of them.
    pub fn chunk<'c>(
        &'c self,
        bound: &Bound<'_>,
        from: usize,
        scratch: &'c mut Scratch,
        ask: &'c mut Ask<'c>,
    ) -> Chunk<'c> {
        let rows = bound.rows.saturating_sub(from).min(ROWS);
        let Scratch { conditions, codes, holds } = scratch;
        for (n, ((_, coder), column)) in self.sources.iter().zip(&bound.columns).enumerate() {
            match (coder, column) {
                (SourceCoder::Cuts(coder), Some((column, Ready::Cuts(prepared)))) => {
                    let kernels = self.conditions.kernels();
                    let Found { truths, valid } = coder.chunk(column, prepared, (from, rows), kernels, codes);
                    let cells = match &truths {
                        Some(yes) => {
                            let cells = [false, true].map(|truth| coder.cell(&Value::Bool(truth)));
                            ChunkCells::Truths(yes, cells, valid.as_ref())
                        }
                        None => ChunkCells::Codes(codes, valid.as_ref()),
                    };
                    self.conditions.test(n, &cells, conditions);
                }
                (SourceCoder::Elements(_), Some((column, Ready::Elements(elements)))) => {
                    let missing = elements.chunk(column, from, rows, holds);
                    self.conditions.test(n, &ChunkCells::Elements(holds, &missing), conditions);
                }
                _ => self.conditions.test(n, &ChunkCells::Missing, conditions),
            }
        }
        self.conditions.share(conditions);
        Chunk { conditions: &self.conditions, scratch: conditions, ask, from, rows, all: first(rows) }
    }
}

/// A chunk of rows of which all tests are answered.
pub struct Chunk<'c> {
    conditions: &'c Conditions,
    scratch: &'c mut ConditionScratch,
    ask: &'c mut Ask<'c>,
    from: usize,
    rows: usize,
    all: Bits,
}

impl std::fmt::Debug for Chunk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chunk").field("from", &self.from).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Chunk<'_> {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// None at all.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Every row.
    pub fn all(&self) -> Bits {
        self.all
    }

    /// The rows among some for which a condition is true.
    pub fn holds(&mut self, condition: usize, among: &Bits) -> Bits {
        let (from, ask) = (self.from, &mut *self.ask);
        let mut rows = NONE;
        self.conditions.holds(condition, among, self.scratch, &mut |id, row| ask(id, from + row), &mut rows);
        rows
    }

    /// The rows among some for which a condition is true or unknown.
    pub fn possible(&mut self, condition: usize, among: &Bits) -> Bits {
        let (from, ask) = (self.from, &mut *self.ask);
        let mut rows = NONE;
        self.conditions.possible(
            condition,
            among,
            self.scratch,
            &mut |id, row| ask(id, from + row),
            &mut rows,
        );
        rows
    }
}

const _: () = assert!(NONE.len() * 64 == ROWS);
