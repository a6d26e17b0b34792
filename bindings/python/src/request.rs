//! What comes beside a subject: `now`, its context, events and lists, and what remains.

use casewise::Request;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBool;

use crate::convert::{Item, Trap, json};
use crate::errors;

/// What comes beside a subject, as Python gave it.
pub(crate) struct Given<'py> {
    pub(crate) now: String,
    pub(crate) decide: Option<String>,
    pub(crate) context: Option<Bound<'py, PyAny>>,
    pub(crate) remaining: Option<Bound<'py, PyAny>>,
    pub(crate) events: Vec<(String, Bound<'py, PyAny>)>,
    pub(crate) lists: Vec<(String, Bound<'py, PyAny>)>,
}

impl<'py> Given<'py> {
    /// The same for the façade.
    pub(crate) fn request<'a>(&'a self, trap: &'a Trap) -> PyResult<Request<'a>> {
        let mut request = Request::at(self.now.as_str());
        if let Some(name) = &self.decide {
            request = request.decide(name.as_str());
        }
        if let Some(remaining) = &self.remaining {
            request = casewise::json::remaining(request, &json(remaining)?)
                .map_err(|error| errors::raise(remaining.py(), &error))?;
        }
        if let Some(context) = &self.context {
            request = request.context(Item::new(context, trap));
        }
        for (name, records) in &self.events {
            request = request.events(name.as_str(), Item::new(records, trap));
        }
        for (name, keys) in &self.lists {
            request = match keys.cast::<PyBool>() {
                Ok(known) => request.listed(name.as_str(), known.is_true()),
                Err(_) => request.list(name.as_str(), Item::new(keys, trap)),
            };
        }
        Ok(request)
    }
}

/// The entries of a mapping of names.
pub(crate) fn by_name<'py>(
    what: &str,
    named: Option<&Bound<'py, PyAny>>,
) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    let Some(named) = named else { return Ok(Vec::new()) };
    if !named.hasattr("items")? {
        let found = named.get_type().name()?;
        return Err(PyTypeError::new_err(format!("{what}: expected a mapping of names, got `{found}`")));
    }
    named.call_method0("items")?.try_iter()?.map(|item| item?.extract()).collect()
}
