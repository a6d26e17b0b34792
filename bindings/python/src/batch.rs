//! `Model._decide_arrow`: frames of Arrow columns, decided by the façade while Python goes on.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_select::concat::concat_batches;
use casewise::batch::{Inputs, Select};
use casewise::{Error, Model, Request};
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatchReader, PyTable};
use serde_json::value::RawValue;

use crate::convert::{Item, Trap, instant, json};
use crate::errors;
use crate::model::quoted;

/// How often Python is asked for Ctrl-C and told of progress.
const LOOK: Duration = Duration::from_millis(50);

/// Reads a frame to its end: its library may not allow that two are open.
#[pyfunction]
pub(crate) fn _read(py: Python<'_>, frame: PyRecordBatchReader) -> PyResult<PyTable> {
    let reader = frame.into_reader()?;
    let schema = reader.schema();
    let batches: Result<Vec<_>, _> = py.detach(|| reader.collect());
    PyTable::try_new(batches.map_err(|error| PyValueError::new_err(error.to_string()))?, schema)
}

/// Which columns are asked for.
pub(crate) fn selection(names: &[String]) -> PyResult<Select> {
    let mut select = Select::NONE;
    for name in names {
        *match name.as_str() {
            "offers" => &mut select.offers,
            "eligible" => &mut select.eligible,
            "eligible_bits" => &mut select.eligible_bits,
            "status" => &mut select.status,
            "gate" => &mut select.gate,
            "segments" => &mut select.segments,
            "scores" => &mut select.scores,
            "values" => &mut select.values,
            other => {
                return Err(PyValueError::new_err(format!(
                    "nothing to select is called {}: expected offers, eligible, eligible_bits, status, gate, segments, \
                     scores or values",
                    quoted(other)
                )));
            }
        } = true;
    }
    Ok(select)
}

/// The keys of a list: in a column, or as Python objects.
#[derive(FromPyObject)]
pub(crate) enum Keys<'py> {
    Arrow(PyTable),
    Python(Bound<'py, PyAny>),
}

impl Keys<'_> {
    /// The keys as columns.
    pub(crate) fn batches(self, model: &Model) -> PyResult<Vec<RecordBatch>> {
        let keys = match self {
            Keys::Arrow(table) => return Ok(table.into_inner().0),
            Keys::Python(keys) => keys,
        };
        let trap = Trap::default();
        let read = |key: PyResult<Bound<'_, PyAny>>| {
            let key = key?;
            let record = BTreeMap::from([(model.key_name(), Item::new(&key, &trap))]);
            let read = trap.release(model.key_of(&record))?;
            read.map_err(|error| errors::raise(keys.py(), &error))
        };
        let texts = keys.try_iter()?.map(read).collect::<PyResult<HashSet<String>>>()?;
        let column: ArrayRef = std::sync::Arc::new(StringArray::from_iter_values(texts));
        let batch = RecordBatch::try_from_iter([(model.key_name(), column)]);
        Ok(vec![batch.map_err(|error| PyValueError::new_err(error.to_string()))?])
    }
}

/// What comes beside the subjects, as `casewise/_batch.py` gives it.
#[derive(FromPyObject)]
pub(crate) struct Supplied<'py> {
    #[pyo3(item)]
    events: Vec<(String, PyTable)>,
    #[pyo3(item)]
    lists: Vec<(String, Keys<'py>)>,
    #[pyo3(item)]
    now: Bound<'py, PyAny>,
    #[pyo3(item)]
    context: Option<Bound<'py, PyAny>>,
    #[pyo3(item)]
    remaining: Option<Bound<'py, PyAny>>,
    #[pyo3(item)]
    decide: Option<String>,
}

impl Supplied<'_> {
    /// The same, without Python.
    pub(crate) fn job(self, model: &Model) -> PyResult<Job<'_>> {
        let context = self.context.as_ref().map(json).transpose()?.map(RawValue::from_string).transpose();
        let mut inputs = Inputs::new();
        for (name, table) in self.events {
            inputs = inputs.events(name, table.into_inner().0);
        }
        for (name, keys) in self.lists {
            inputs = inputs.list(name, keys.batches(model)?);
        }
        Ok(Job {
            model,
            now: instant(&self.now)?,
            decide: self.decide,
            context: context.map_err(|error| PyTypeError::new_err(error.to_string()))?,
            remaining: self.remaining.as_ref().map(json).transpose()?,
            inputs,
        })
    }
}

/// What is worked on, without Python.
#[derive(Debug)]
pub(crate) struct Job<'m> {
    pub(crate) model: &'m Model,
    pub(crate) now: String,
    decide: Option<String>,
    context: Option<Box<RawValue>>,
    remaining: Option<String>,
    pub(crate) inputs: Inputs,
}

impl Job<'_> {
    pub(crate) fn request(&self) -> Result<Request<'_>, Error> {
        let mut request = Request::at(self.now.as_str());
        if let Some(name) = &self.decide {
            request = request.decide(name.as_str());
        }
        if let Some(remaining) = &self.remaining {
            request = casewise::json::remaining(request, remaining)?;
        }
        if let Some(context) = &self.context {
            request = request.context(context);
        }
        Ok(request)
    }
}

/// Works on the subjects on another thread; this one looks after Ctrl-C and tells `step` the rows done and all rows.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    subjects: PyTable,
    step: Option<&Py<PyAny>>,
    work: impl FnOnce(&RecordBatch, &(dyn Fn(usize) -> bool + Sync)) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let (batches, schema) = subjects.into_inner();
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let tell = |py: Python<'_>, done: usize| -> PyResult<()> {
        py.check_signals()?;
        step.map_or(Ok(()), |step| step.call1(py, (done, rows)).map(|_| ()))
    };
    tell(py, 0)?;
    let (done, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let worked = py.detach(|| {
        std::thread::scope(|scope| {
            let (ended, end) = mpsc::channel();
            let (done, stop) = (&done, &stop);
            scope.spawn(move || {
                let progress = |rows: usize| {
                    done.fetch_max(rows, Ordering::Relaxed);
                    !stop.load(Ordering::Relaxed)
                };
                let whole = concat_batches(&schema, &batches);
                // Nobody listens only where nobody waits.
                let _ = ended.send(whole.map(|whole| work(&whole, &progress)));
            });
            let told = wait(&end, || Python::attach(|py| tell(py, done.load(Ordering::Relaxed).min(rows))));
            stop.store(told.is_err(), Ordering::Relaxed);
            told
        })
    })?;
    let worked = worked.map_err(|error| PyValueError::new_err(error.to_string()))?;
    let worked = worked.map_err(|error| errors::raise(py, &error))?;
    tell(py, rows)?;
    Ok(worked)
}

/// Waits for another thread, and meanwhile calls `look` now and then; its exception ends the waiting.
pub(crate) fn wait<T>(end: &mpsc::Receiver<T>, look: impl Fn() -> PyResult<()>) -> PyResult<T> {
    loop {
        match end.recv_timeout(LOOK) {
            Ok(worked) => return Ok(worked),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err("the working thread ended early"));
            }
            Err(mpsc::RecvTimeoutError::Timeout) => look()?,
        }
    }
}

/// A batch as an object that other libraries read.
pub(crate) fn table(batch: RecordBatch) -> PyResult<PyTable> {
    let schema = batch.schema();
    PyTable::try_new(vec![batch], schema)
}
