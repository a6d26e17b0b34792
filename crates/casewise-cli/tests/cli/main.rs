//! The `casewise` program, run as its users run it: files in, text and exit code out.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod bad_input;
mod common;
mod decide;
mod diff;
mod files;
mod fit;
mod models;
mod new;
mod preview;
mod tests;
