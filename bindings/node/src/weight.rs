//! What the collector of JavaScript is told of the memory that the engine holds for its objects. Without that it would see
//! small objects only, and leave them lie.

use casewise::Model;
use napi::Env;

/// Bytes for a byte of a model's text, about.
const TEXT: usize = 40;
/// Bytes of a decision, about, and for each of its cases.
const DECISION: usize = 2_000;
const CASE: usize = 64;

/// What a model weighs.
pub(crate) fn of_model(model: &Model) -> usize {
    let text: usize = model.files().map(|(_, text)| text.len()).sum();
    text.saturating_mul(TEXT)
}

/// What a decision weighs.
pub(crate) fn of_decision(model: &Model) -> usize {
    DECISION + CASE * model.cases().len()
}

/// Tells that something was made, or is gone.
pub(crate) fn tell(env: Env, before: usize, now: usize) -> napi::Result<()> {
    let signed = |bytes: usize| i64::try_from(bytes).unwrap_or(i64::MAX);
    env.adjust_external_memory(signed(now).saturating_sub(signed(before))).map(|_| ())
}
