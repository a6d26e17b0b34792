//! `Model._preview_arrow`: whom each case would reach, counted over a frame.

use casewise::batch::How;
use casewise::preview::Scope;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;

use crate::batch::{self, Job};

/// A preview as JSON, as a page, as text without and with the funnels; and the rows that could not be read.
pub(crate) type Told = (String, String, String, String, PyTable);

pub(crate) fn preview(
    py: Python<'_>,
    job: &Job<'_>,
    subjects: PyTable,
    scope: &Scope,
    step: Option<&Py<PyAny>>,
) -> PyResult<Told> {
    let (preview, rejects) = batch::run(py, subjects, step, |subjects, progress| {
        let how = How { progress, ..How::default() };
        job.model.preview_batch(subjects, &job.inputs, &job.request()?, scope, &how)
    })?;
    let (short, long) = (preview.to_text(false), preview.to_text(true));
    Ok((preview.to_json(), preview.to_html(), short, long, batch::table(rejects)?))
}
