//! Plan × one subject → decision, explanation.

pub mod aggregate;
pub mod channels;
pub mod contacts;
pub mod counts;
pub mod coverage;
pub mod decision;
pub mod evaluate;
pub mod explain;
pub mod gates;
pub mod plain;
pub mod preview;
pub mod report;
pub mod requirements;
pub mod testing;
mod unknown;
pub mod walk;
pub mod walks;

pub use decision::{CaseStatus, Decision, Offered};

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests;
