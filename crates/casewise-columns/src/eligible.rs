//! The conditions of all cases for a batch, or of whatever else a logic holds: no channels, contacts or walk.

use casewise_core::plan::Plan;
use casewise_core::plan::index::{Cells, LiteralId, Logic, Source, SourceCells};
use casewise_core::plan::node::Node;
use casewise_core::plan::semantics::Clock;
use casewise_core::values::Value;

use crate::bits::{ALL, Bits, NONE, ROWS, first};
use crate::codes::{Coder, Found, Prepared};
use crate::column::Column;
use crate::conditions::{ChunkCells, ConditionScratch, Conditions};
use crate::kernels::Kernels;
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

/// What an input is in a batch.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// A value per row.
    Column(&'a Column),
    /// One value for all rows.
    Constant(&'a Value),
}

/// A batch bound to the sources of an [`Eligibility`].
#[derive(Debug)]
pub struct Bound<'a> {
    /// Per source.
    inputs: Vec<Ready<'a>>,
    rows: usize,
}

#[derive(Debug)]
enum Ready<'a> {
    Cuts(&'a Column, Prepared),
    Elements(&'a Column, Elements),
    /// The cell of the one value.
    Cell(u16),
    /// Which elements the one set holds.
    Holds(Vec<bool>),
    Missing,
    /// A column of sets in no form that elements are read from.
    Unread,
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

impl Bound<'_> {
    /// Whether every column could be read; the values of others are taken for missing.
    pub(crate) fn is_whole(&self) -> bool {
        !self.inputs.iter().any(|input| matches!(input, Ready::Unread))
    }
}

impl Eligibility {
    /// The conditions of all cases of a plan on the day of `clock`.
    pub fn new(plan: &Plan, clock: &Clock<'_>) -> Eligibility {
        Eligibility::of(plan, &plan.logic, clock, false)
    }

    /// The conditions of a logic on the day of `clock`; with `possible`, where they are not false can be asked,
    /// too.
    pub fn of(plan: &Plan, logic: &Logic, clock: &Clock<'_>, possible: bool) -> Eligibility {
        let cells = Cells::new(&plan.nodes, logic, clock);
        // A row without the value of a required attribute is refused.
        let is_present = |source: &Source| match plan.nodes.get(source.slot) {
            Some(Node::Attribute(n)) => {
                let attribute = plan.model.subject.attributes.get(*n as usize);
                attribute.is_some_and(|attribute| !attribute.ty.optional)
            }
            _ => false,
        };
        let present: Vec<bool> = logic.sources.iter().map(is_present).collect();
        let conditions = Conditions::new(logic, &cells.sources, possible, &present);
        let sources = logic.sources.iter().zip(&cells.sources).map(|(source, cells)| {
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

    /// The tests that read more than one input: they are asked.
    pub fn asked(&self) -> &[LiteralId] {
        self.conditions.asked()
    }

    pub(crate) fn kernels(&self) -> Kernels {
        self.conditions.kernels()
    }

    /// Binds inputs, found by attribute or context field; none: missing everywhere. All columns have `rows` rows.
    pub fn bind<'a>(&self, rows: usize, input: impl Fn(&Node) -> Option<Input<'a>>) -> Bound<'a> {
        let inputs = self.sources.iter().map(|(node, coder)| match (input(node), coder) {
            (None, _) => Ready::Missing,
            (Some(Input::Column(column)), SourceCoder::Cuts(coder)) => {
                Ready::Cuts(column, coder.prepare(column))
            }
            (Some(Input::Column(column)), SourceCoder::Elements(elements)) => {
                let found = Elements::new(column, elements);
                found.map_or(Ready::Unread, |found| Ready::Elements(column, found))
            }
            (Some(Input::Constant(value)), SourceCoder::Cuts(coder)) => Ready::Cell(coder.cell(value)),
            (
                Some(Input::Constant(Value::Set(held) | Value::List(held))),
                SourceCoder::Elements(elements),
            ) => Ready::Holds(elements.iter().map(|element| held.contains(element)).collect()),
            (Some(Input::Constant(_)), SourceCoder::Elements(_)) => Ready::Missing,
        });
        Bound { inputs: inputs.collect(), rows }
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
        for (n, ((_, coder), input)) in self.sources.iter().zip(&bound.inputs).enumerate() {
            match (coder, input) {
                (SourceCoder::Cuts(coder), Ready::Cuts(column, prepared)) => {
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
                (_, Ready::Elements(column, elements)) => {
                    let missing = elements.chunk(column, from, rows, holds);
                    self.conditions.test(n, &ChunkCells::Elements(holds, &missing), conditions);
                }
                (_, Ready::Cell(cell)) => {
                    codes.fill(*cell);
                    self.conditions.test(n, &ChunkCells::Codes(codes, None), conditions);
                }
                (_, Ready::Holds(held)) => {
                    holds.clear();
                    holds.extend(held.iter().map(|held| if *held { ALL } else { NONE }));
                    self.conditions.test(n, &ChunkCells::Elements(holds, &NONE), conditions);
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

    /// Whether a condition is true wherever it is possible: no test of it can be unknown.
    pub fn is_certain(&self, condition: usize) -> bool {
        self.conditions.is_certain(condition)
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
