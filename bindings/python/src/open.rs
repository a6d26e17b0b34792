//! How a model is opened, checked and formatted: from a path, a text or several.

use casewise::Error;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::errors;
use crate::model::Model;

/// Where a model's text is.
enum Source {
    Path(String),
    Text(String),
    Files(Vec<(String, String)>),
}

/// The name of a text that no file gives one.
const UNNAMED: &str = "model.cw";

/// A path object, a path or a text as `str`, or a mapping of names to texts whose first is the root.
fn source(value: &Bound<'_, PyAny>) -> PyResult<Source> {
    if let Ok(text) = value.cast::<PyString>() {
        let text = text.to_str()?;
        // A model has braces; a path has neither braces nor line breaks.
        let is_text = text.contains(['{', '\n']) || text.trim().is_empty();
        return Ok(if is_text { Source::Text(text.to_owned()) } else { Source::Path(text.to_owned()) });
    }
    if value.hasattr("items")? {
        let mut files = Vec::new();
        for item in value.call_method0("items")?.try_iter()? {
            files.push(item?.extract::<(String, String)>()?);
        }
        if files.is_empty() {
            return Err(pyo3::exceptions::PyValueError::new_err("no texts: the first is the root"));
        }
        return Ok(Source::Files(files));
    }
    let path = value.py().import("os")?.call_method1("fspath", (value,))?;
    Ok(Source::Path(path.extract()?))
}

fn open_source(py: Python<'_>, source: &Source) -> Result<casewise::Model, Error> {
    py.detach(|| match source {
        Source::Path(path) => casewise::Model::open(path),
        Source::Text(text) => casewise::Model::from_text(UNNAMED, text),
        Source::Files(files) => {
            let root = files.first().map_or(UNNAMED, |(name, _)| name.as_str());
            casewise::Model::from_files(root, files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
        }
    })
}

fn read_text(py: Python<'_>, path: &str) -> PyResult<String> {
    let options = PyDict::new(py);
    options.set_item("encoding", "utf-8")?;
    let file = py.import("builtins")?.getattr("open")?.call((path,), Some(&options))?;
    let text = file.call_method0("read")?.extract();
    file.call_method0("close")?;
    text
}

/// Opens a model.
///
/// ``source`` is the path of a file, or the text of a model itself, or a mapping of file names to texts
/// whose first is the root (what it includes is found among the others). A ``str`` that holds a brace or a
/// line break is taken as a text. ``parameters`` are what was learned: :class:`Parameters`, the path of a file, or its text.
/// ``params`` sets params of the model, in place of what its text says.
///
/// Raises :class:`ModelError` with every error of the text at once, and ``OSError`` where a file cannot be
/// read.
///
/// >>> import casewise
/// >>> text = '''
/// ...     model m { language 1 }
/// ...     customer { key id: text; age: int }
/// ...     param grown: int in 16 .. 21 = 18
/// ...     case adults { for age >= grown }
/// ... '''
/// >>> strict = casewise.open(text, params={"grown": 21})
/// >>> len(strict.decide({"id": "c1", "age": 20}, now="2026-11-22").offers)
/// 0
#[pyfunction]
#[pyo3(signature = (source, parameters=None, params=None))]
pub(crate) fn open(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    parameters: Option<&Bound<'_, PyAny>>,
    params: Option<&Bound<'_, PyAny>>,
) -> PyResult<Model> {
    let source = self::source(source)?;
    let inner = open_source(py, &source).map_err(|error| errors::raise(py, &error))?;
    let mut model = Model::plain(inner);
    if let Some(params) = params {
        model = model.with_params(params)?;
    }
    if let Some(parameters) = parameters {
        let text = parameters_text(parameters)?;
        model = model.learned(py, text)?;
    }
    Ok(model)
}

/// Parameters as text: an object that has one, a path, or a text already.
pub(crate) fn parameters_text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = value.cast::<PyString>()
        && text.to_str()?.contains('{')
    {
        return Ok(text.to_str()?.to_owned());
    }
    if value.hasattr("to_json")? {
        return value.call_method0("to_json")?.extract();
    }
    let path: String = value.py().import("os")?.call_method1("fspath", (value,))?.extract()?;
    read_text(value.py(), &path)
}

/// Everything that the checker has to say about a model, errors and warnings, in the order of the text.
///
/// ``source`` is as for :func:`open`. Nothing is raised for what is wrong with the text.
///
/// >>> import casewise
/// >>> [found] = casewise.check("model m { language 1 } customer { key id: text; age: it }")
/// >>> found.severity, found.code, found.line
/// ('error', 'CW0201', 1)
#[pyfunction]
pub(crate) fn check<'py>(py: Python<'py>, source: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    let source = self::source(source)?;
    match open_source(py, &source) {
        Ok(model) => errors::diagnostics(py, &model.warnings()),
        Err(error) if error.is_model() && !error.diagnostics().is_empty() => {
            errors::diagnostics(py, error.diagnostics())
        }
        Err(error) => Err(errors::raise(py, &error)),
    }
}

/// The canonical form of a model's text, or of the file of that path; comments are kept.
///
/// Raises :class:`ModelError` if the text cannot be read as a model.
///
/// >>> import casewise
/// >>> print(casewise.format("model m{language 1}\ncustomer{key id:text}"), end="")
/// model m { language 1 }
/// <BLANKLINE>
/// customer { key id: text }
#[pyfunction]
pub(crate) fn format(py: Python<'_>, source: &Bound<'_, PyAny>) -> PyResult<String> {
    let (name, text) = match self::source(source)? {
        Source::Path(path) => {
            let text = read_text(py, &path)?;
            (path, text)
        }
        Source::Text(text) => (UNNAMED.to_owned(), text),
        Source::Files(_) => return Err(PyTypeError::new_err("format takes one text or path")),
    };
    casewise::format(&name, &text).map_err(|error| errors::raise(py, &error))
}

/// The page of a diagnostic code, in Markdown; ``None`` if there is no such code.
///
/// >>> import casewise
/// >>> casewise.explain_code("CW0110").splitlines()[0].startswith("# CW0110")
/// True
#[pyfunction]
pub(crate) fn explain_code(code: &str) -> Option<&'static str> {
    casewise::explain_code(code)
}
