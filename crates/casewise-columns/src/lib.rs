//! The plan over Arrow record batches: millions of customers, the same answers.
//!
//! **This crate is not for you**: use [`casewise`](https://docs.rs/casewise), whose API is stable.
//!
//! [`decide`] decides every row as one customer is decided, on several threads. [`Eligibility`] answers the conditions of
//! all cases for chunks of rows with words of bits, and [`Sweep`] decides by them, where the model allows it.

mod bits;
mod by_row;
mod codes;
mod column;
mod conditions;
mod decide;
mod eligible;
mod history;
mod kernels;
mod key_index;
mod keys;
mod output;
mod planes;
mod sets;
mod subjects;
mod sweep;

pub use bits::Bits;
pub use column::{Column, elements, with_raw};
pub use decide::{Decided, Halt, Options, Read, Refused, decide, decide_together, each_row, subjects, whole};
pub use eligible::{Ask, Bound, Chunk, Eligibility, Input, Scratch};
pub use history::{History, HistoryBuilder};
pub use keys::{KeyId, Keys};
pub use output::{Select, array, batch, counts, gate_number, status_number};
pub use subjects::{Beside, Customers, Record, add_records, list, records};
pub use sweep::Sweep;

/// Rows that [`Eligibility::chunk`] tests together.
pub const CHUNK_ROWS: usize = bits::ROWS;
