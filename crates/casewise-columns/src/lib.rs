//! The plan over Arrow record batches: millions of customers, the same answers.
//!
//! **This crate is not for you**: use [`casewise`](https://docs.rs/casewise), whose API is stable.

mod bits;
mod codes;
mod column;
mod conditions;
mod eligible;
mod planes;
mod sets;

pub use bits_public::{CHUNK_ROWS, CHUNK_WORDS};
pub use column::Column;
pub use eligible::{Bound, Eligibility, Evaluate, Scratch};

mod bits_public {
    /// Rows that are decided together.
    pub const CHUNK_ROWS: usize = crate::bits::ROWS;
    /// Words of a bitmap over a chunk.
    pub const CHUNK_WORDS: usize = crate::bits::WORDS;
}
