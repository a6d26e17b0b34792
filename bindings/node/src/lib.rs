//! casewise for Node: converts, calls the crate `casewise`, and converts back.
//!
//! Data crosses as JSON text, in one piece each way: one call costs less than a property read does. The
//! JavaScript of `lib/` writes and reads that text.

mod arrow;
mod batch;
mod decision;
mod errors;
mod exact;
mod model;
mod weight;

use napi_derive::napi;

/// Everything that the checker has to say about a text, as JSON.
#[napi(catch_unwind)]
#[must_use]
pub fn check(name: String, text: String) -> String {
    exact::write(&casewise::check(&name, &text))
}

/// The canonical form of a text.
///
/// # Errors
/// It is not a model.
#[napi(catch_unwind)]
pub fn format(name: String, text: String) -> napi::Result<String> {
    casewise::format(&name, &text).map_err(errors::raise)
}

/// The page of a diagnostic code.
#[napi(catch_unwind)]
#[must_use]
pub fn explain_code(code: String) -> Option<&'static str> {
    casewise::explain_code(&code)
}

/// The version of the engine, and of the language.
#[napi(catch_unwind)]
#[must_use]
pub fn versions() -> (&'static str, u32) {
    (casewise::VERSION, casewise::LANGUAGE_VERSION)
}
