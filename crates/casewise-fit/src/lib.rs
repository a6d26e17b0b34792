//! The numbers behind learned scores.
//!
//! Every module does one job on plain slices and knows nothing of models or files. What holds for
//! all of them:
//!
//! - The same input gives the same bytes, on any machine and any number of threads: work is cut
//!   into chunks of a fixed size, partial results are put together in the order of the chunks, and
//!   `exp`, `log` and the gamma function come from one pure-Rust implementation (`libm`).
//! - Nothing is guessed: a value that is not a number, a constant column or a fit that did not
//!   converge is refused, with what is wrong.

pub mod association;
pub mod bgnbd;
pub mod binning;
mod chunks;
pub mod drift;
pub mod engine;
mod error;
pub mod evaluation;
pub mod gamma_gamma;
pub mod itemsets;
pub mod kmeans;
mod linear;
pub mod logistic;
mod optimise;
mod plus_plus;
pub mod points;
pub mod quantile;
pub mod rng;
pub mod scaling;
pub mod silhouette;
pub mod special;
pub mod woe;

pub use casewise_core::values::lifetime;
pub use error::FitError;
