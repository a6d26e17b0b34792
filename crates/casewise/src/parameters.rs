//! Parameters as text: JSON that reads well and differs where the numbers do.

use std::sync::Arc;

use casewise_core::model::Fingerprint;
use casewise_core::parameters::Parameters;

use crate::Error;

#[cfg(feature = "fit")]
mod layout;
#[cfg(feature = "fit")]
pub(crate) use layout::write;

/// Reads what a fit has written, however it is laid out.
pub(crate) fn read(text: &str) -> Result<Parameters, Error> {
    serde_json::from_str(text).map_err(|error| {
        Error::parameters(format!("these are no parameters that `casewise fit` has written: {error}"))
    })
}

/// What a decision says of its parameters.
pub(crate) fn fingerprint(parameters: &Parameters) -> Arc<str> {
    let compact = serde_json::to_string(parameters).unwrap_or_default();
    Fingerprint::of([compact]).short().into()
}
