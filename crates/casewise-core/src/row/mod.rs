//! Plan × one subject → decision, explanation.

pub mod aggregate;
pub mod evaluate;
pub mod report;
