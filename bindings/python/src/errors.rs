//! Errors of the façade as exceptions. The classes are in `casewise/_errors.py`.

use std::error::Error as _;

use casewise::{Diagnostic, Error, Related};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// The exception of an error.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error).unwrap_or_else(|failed| failed)
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    if let Some(io) = error.source().and_then(|source| source.downcast_ref::<std::io::Error>()) {
        return Ok(os_error(error, io));
    }
    let class = match error.kind() {
        "model" => "ModelError",
        "input" => "InputError",
        "parameters" => "ParametersError",
        "fit" => "FitError",
        _ => "RequestError",
    };
    let known = PyDict::new(py);
    if error.is_model() {
        known.set_item("diagnostics", diagnostics(py, error.diagnostics())?)?;
    }
    if error.is_input() {
        let (table, row) = error.record().unzip();
        known.set_item("key", error.key())?;
        known.set_item("table", table)?;
        known.set_item("row", row.flatten())?;
        known.set_item("attribute", error.attribute())?;
        known.set_item("value", error.value())?;
        known.set_item("expected", error.expected())?;
        known.set_item("help", error.help())?;
    }
    let class = py.import("casewise._errors")?.getattr(class)?;
    Ok(PyErr::from_value(class.call((error.to_string(),), Some(&known))?))
}

/// With its number, so that Python chooses `FileNotFoundError` and the like.
fn os_error(error: &Error, io: &std::io::Error) -> PyErr {
    match io.raw_os_error() {
        Some(number) => PyOSError::new_err((number, error.to_string())),
        None => PyOSError::new_err(error.to_string()),
    }
}

/// Diagnostics as a tuple of `casewise.Diagnostic`.
pub(crate) fn diagnostics<'py>(py: Python<'py>, all: &[Diagnostic]) -> PyResult<Bound<'py, PyTuple>> {
    let class = py.import("casewise._types")?.getattr("Diagnostic")?;
    let related = py.import("casewise._types")?.getattr("Related")?;
    let place =
        |r: &Related| related.call1((&r.message, &r.file, r.line, r.column, r.end_line, r.end_column));
    let all = all.iter().map(|d| {
        let fields = PyDict::new(py);
        fields.set_item("code", &d.code)?;
        fields.set_item("severity", d.severity)?;
        fields.set_item("message", &d.message)?;
        fields.set_item("file", &d.file)?;
        fields.set_item("line", d.line)?;
        fields.set_item("column", d.column)?;
        fields.set_item("end_line", d.end_line)?;
        fields.set_item("end_column", d.end_column)?;
        fields.set_item("label", &d.label)?;
        let related: Vec<_> = d.related.iter().map(place).collect::<PyResult<_>>()?;
        fields.set_item("related", PyTuple::new(py, related)?)?;
        fields.set_item("help", PyTuple::new(py, &d.help)?)?;
        fields.set_item("rendered", &d.rendered)?;
        class.call((), Some(&fields))
    });
    PyTuple::new(py, all.collect::<PyResult<Vec<_>>>()?)
}
