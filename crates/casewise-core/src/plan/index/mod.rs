//! The conditions of all cases as one set of tests on attributes.
//!
//! An attribute's value falls into a *cell*: between the thresholds that any case compares it with, all
//! tests on it give the same answer. So a value is looked up once, and every test on it is read from a table.
//! The tables are filled by asking [`semantics`](super::semantics) about one value of each cell: there is no
//! second definition of any operator. The same tables serve one customer and batches.

mod cells;
mod cuts;
mod logic;
mod masks;

pub use cells::{Cells, SourceCells};
pub use cuts::{Cuts, Number};
pub use logic::{Literal, LiteralId, Logic, Source, SourceId, Tree};
pub use masks::{Candidates, CaseIndex};
