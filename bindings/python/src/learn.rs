//! `Model._fit_arrow` and `Model._drift_arrow`: learning from frames, and how far they have moved.

use std::sync::{Arc, mpsc};

use arrow_array::builder::{Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use casewise::batch::{How, Subjects};
use casewise::{BacktestOptions, Drift, Error, FitOptions, Model, Request};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rayon::ThreadPoolBuilder;

use crate::batch::{self, Job};
use crate::errors;

/// Raises unless the text is one of parameters.
#[pyfunction]
pub(crate) fn _check_parameters(py: Python<'_>, text: &str) -> PyResult<()> {
    let read = FitOptions::default().earlier(text);
    read.map(|_| ()).map_err(|error| errors::raise(py, &error))
}

/// Reads subjects to learn from.
fn read(py: Python<'_>, job: &Job<'_>, subjects: PyTable, step: Option<&Py<PyAny>>) -> PyResult<Subjects> {
    batch::run(py, subjects, step, |subjects, progress| {
        let how = How { progress, ..How::default() };
        job.model.prepare_batch_to_fit(subjects, &job.inputs, &job.request()?, &how)
    })
}

/// Works on threads of its own, for which after Ctrl-C nobody waits: they have nothing of Python's. A pool that
/// outlived the call would be without its threads in a process that is forked later.
fn apart<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> PyResult<T> {
    let worked = py.detach(|| {
        let (ended, end) = mpsc::channel();
        let pool = ThreadPoolBuilder::new().build();
        let pool = pool.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        pool.spawn(move || {
            // Nobody listens only where nobody waits.
            let _ = ended.send(work());
        });
        batch::wait(&end, || Python::attach(|py| py.check_signals()))
    })?;
    worked.map_err(|error| errors::raise(py, &error))
}

/// What was learned as text, what is to be known of it, and the rows that could not be read.
pub(crate) fn fit(
    py: Python<'_>,
    job: Job<'_>,
    subjects: PyTable,
    earlier: Option<&str>,
    step: Option<&Py<PyAny>>,
) -> PyResult<(String, Vec<String>, PyTable)> {
    let mut options = FitOptions::default();
    if let Some(earlier) = earlier {
        options = options.earlier(earlier).map_err(|error| errors::raise(py, &error))?;
    }
    let Subjects { prepared, rejects } = read(py, &job, subjects, step)?;
    let options = options.rejected(rejects.num_rows() as u64);
    let (model, now): (Model, String) = (job.model.clone(), job.now);
    let fit = match apart(py, move || model.fit(&prepared, &Request::at(now), &options)) {
        Ok(fit) => fit,
        Err(error) => {
            // Rows that could not be read may be why.
            error.value(py).setattr("rejects", batch::table(rejects)?)?;
            return Err(error);
        }
    };
    let warnings = fit.warnings().map(str::to_owned).collect();
    Ok((fit.to_json().to_owned(), warnings, batch::table(rejects)?))
}

/// How far everything has moved, most first, and the rows that could not be read.
pub(crate) fn drift(
    py: Python<'_>,
    job: Job<'_>,
    subjects: PyTable,
    step: Option<&Py<PyAny>>,
) -> PyResult<(PyTable, PyTable)> {
    let Subjects { prepared, rejects } = read(py, &job, subjects, step)?;
    let (model, now): (Model, String) = (job.model.clone(), job.now);
    let mut moved = apart(py, move || model.drift(&prepared, &Request::at(now)))?;
    moved.sort_by(|a, b| b.psi.total_cmp(&a.psi));
    Ok((batch::table(columns(&moved)?)?, batch::table(rejects)?))
}

/// How scores told what happened, as JSON and as a page, what is to be known of it, and the rows that could not be read.
pub(crate) fn backtest(
    py: Python<'_>,
    job: Job<'_>,
    subjects: PyTable,
    later: Option<PyTable>,
    mut options: BacktestOptions,
    step: Option<&Py<PyAny>>,
) -> PyResult<(String, String, Vec<String>, PyTable)> {
    if let Some(later) = later {
        options = options.later(read(py, &job, later, None)?.prepared);
    }
    let Subjects { prepared, rejects } = read(py, &job, subjects, step)?;
    let options = options.rejected(rejects.num_rows() as u64);
    let (model, now): (Model, String) = (job.model.clone(), job.now);
    let found = apart(py, move || model.backtest(&prepared, &Request::at(now), &options))?;
    let warnings = found.warnings().map(str::to_owned).collect();
    Ok((found.to_json(), found.to_html(), warnings, batch::table(rejects)?))
}

fn columns(moved: &[Drift]) -> PyResult<RecordBatch> {
    let mut names = StringBuilder::new();
    let mut numbers: [Float64Builder; 4] = Default::default();
    for drift in moved {
        names.append_value(&drift.name);
        let cells = [Some(drift.psi), drift.ks, Some(drift.missing_at_fit), Some(drift.missing_now)];
        numbers.iter_mut().zip(cells).for_each(|(column, cell)| column.append_option(cell));
    }
    let mut columns: Vec<(&str, ArrayRef)> = vec![("name", Arc::new(names.finish()))];
    let titles = ["psi", "ks", "missing_at_fit", "missing_now"];
    columns.extend(titles.into_iter().zip(numbers.map(|mut column| Arc::new(column.finish()) as ArrayRef)));
    RecordBatch::try_from_iter(columns).map_err(|error| PyValueError::new_err(error.to_string()))
}
