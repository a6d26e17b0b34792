//! What holds for casewise as a whole: the reference interpreter, random models and customers, and the
//! literate corpus. Only tests use this crate.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: what goes wrong here is a failing test"
)]

pub mod corpus;
pub mod generate;
pub mod pages;
pub mod program;
pub mod reference;
