//! Errors of the façade as JSON in the message: `lib/errors.js` makes the exception of it.

/// The error that JavaScript turns into one of its own classes.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn raise(error: casewise::Error) -> napi::Error {
    napi::Error::from_reason(crate::exact::write(&error))
}
