//! Plan × one subject → decision, explanation.

pub mod aggregate;
pub mod channels;
pub mod contacts;
pub mod decision;
pub mod evaluate;
pub mod gates;
pub mod plain;
pub mod report;
pub mod walk;

pub use decision::{CaseStatus, Decision, Offered};
