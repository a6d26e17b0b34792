//! The algorithms against published figures and other libraries. What those say is committed in
//! `../fixtures`; `generate.py` wrote it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod clusters;
mod fixtures;
mod groceries;
mod lifetime;
mod rfm;
mod scorecard;
