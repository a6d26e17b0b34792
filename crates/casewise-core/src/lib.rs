//! The inside of casewise: text → AST → model → plan → decision.
//!
//! **This crate is not for you**: use [`casewise`](https://docs.rs/casewise), whose API is stable.

pub mod diagnostic;
pub mod diff;
pub mod input;
pub mod model;
pub mod parameters;
pub mod plan;
pub mod row;
pub mod source;
pub mod starter;
pub mod syntax;
pub mod values;
