//! What can happen in a model and what cannot: conditions that never or always hold, cases that stand in each
//! other's way, target groups that are equal or have no one in common, rows that are never reached.
//!
//! Every "never" is proved over cells of values, by covers of cubes or by a SAT solver, and names the fewest
//! clauses that make it so. Every "can" has a witness, a customer for whom the engine itself decided so. Where
//! neither is found, the answer is "not decided".

mod cubes;
mod domain;
mod encode;
mod find;
mod kleene;
mod material;
mod random;
mod ranges;
mod report;
mod world;
mod write;

pub use find::{check, check_by_solver};
pub use report::{Apart, CaseAnswer, Report, SameTarget, Witness};
