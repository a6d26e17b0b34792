//! Plan × one subject → decision, explanation.

pub mod report;
