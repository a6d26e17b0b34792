//! Decisions on models built by hand.

mod build;
mod contacts;
mod explain;
mod walk;
