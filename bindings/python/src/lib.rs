//! `casewise._native`: Python objects in, the façade called, Python objects out.

mod batch;
mod convert;
mod decision;
mod errors;
mod learn;
mod model;
mod open;
mod preview;
mod request;
mod value;

/// The compiled part of `casewise`; import `casewise` instead.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::batch::_read;
    #[pymodule_export]
    use crate::decision::{Decision, Explanation};
    #[pymodule_export]
    use crate::learn::_check_parameters;
    #[pymodule_export]
    use crate::model::Model;
    #[pymodule_export]
    use crate::open::{check, explain_code, format, open};

    /// The version of the language that models are written in.
    #[pymodule_export]
    const LANGUAGE_VERSION: u32 = casewise::LANGUAGE_VERSION;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "as Python names it")]
    const __version__: &str = casewise::VERSION;
}
