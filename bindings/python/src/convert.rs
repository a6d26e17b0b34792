//! Python objects as serde sees them: what the façade reads subjects, events and lists from.

use std::cell::RefCell;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType};
use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Keeps the exception that Python code raised while an object was read: serde has no room for it.
#[derive(Debug, Default)]
pub(crate) struct Trap(RefCell<Option<PyErr>>);

impl Trap {
    /// The result, unless Python raised meanwhile.
    pub(crate) fn release<T>(&self, result: T) -> PyResult<T> {
        match self.0.borrow_mut().take() {
            Some(error) => Err(error),
            None => Ok(result),
        }
    }

    fn hold<E: Error>(&self, error: PyErr) -> E {
        let told = E::custom(&error);
        self.0.borrow_mut().get_or_insert(error);
        told
    }
}

/// A Python object that can be serialised: as a record, a sequence or a value, whatever is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'a, 'py> {
    value: &'a Bound<'py, PyAny>,
    trap: &'a Trap,
}

impl<'a, 'py> Item<'a, 'py> {
    pub(crate) fn new(value: &'a Bound<'py, PyAny>, trap: &'a Trap) -> Item<'a, 'py> {
        Item { value, trap }
    }

    fn with<'b>(&self, value: &'b Bound<'py, PyAny>) -> Item<'b, 'py>
    where
        'a: 'b,
    {
        Item { value, trap: self.trap }
    }

    fn dict<S: Serializer>(&self, dict: &Bound<'py, PyDict>, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(dict.len()))?;
        for (key, value) in dict.iter() {
            map.serialize_entry(&Name(&key), &self.with(&value))?;
        }
        map.end()
    }

    fn sequence<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        for item in self.value.try_iter().map_err(|error| self.trap.hold(error))? {
            let item = item.map_err(|error| self.trap.hold(error))?;
            sequence.serialize_element(&self.with(&item))?;
        }
        sequence.end()
    }

    /// What the common types are not: enums, dates, decimals, records of other kinds, other libraries' numbers.
    fn rare<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.value;
        let kind = kind(value).map_err(|error| self.trap.hold::<S::Error>(error))?;
        let hold = |error| self.trap.hold(error);
        match kind {
            Kind::Bool => serializer.serialize_bool(value.is_truthy().map_err(hold)?),
            Kind::Text => {
                let text = value.str().map_err(hold)?;
                serializer.serialize_str(text.to_str().map_err(hold)?)
            }
            Kind::Int => match (value.extract::<i64>(), value.extract::<u64>()) {
                (Ok(number), _) => serializer.serialize_i64(number),
                (_, Ok(number)) => serializer.serialize_u64(number),
                _ => digits(&value.str().map_err(hold)?.to_string(), serializer),
            },
            Kind::Float => serializer.serialize_f64(value.extract().map_err(hold)?),
            Kind::Decimal => {
                // NaN and infinity have no digits.
                let text = value.str().map_err(hold)?.to_string();
                if text.bytes().any(|byte| byte.is_ascii_digit()) && !text.contains("NaN") {
                    return digits(&text, serializer);
                }
                serializer.serialize_f64(value.extract().map_err(hold)?)
            }
            Kind::Time => {
                let text = value.call_method0("isoformat").map_err(hold)?;
                serializer.serialize_str(text.extract().map_err(hold)?)
            }
            Kind::Enum => {
                let inner = value.getattr("value").map_err(hold)?;
                self.with(&inner).serialize(serializer)
            }
            Kind::Elapsed => serializer.serialize_str(&elapsed(value).map_err(hold)?),
            Kind::Scalar => {
                let inner = value.call_method0("item").map_err(hold)?;
                if inner.get_type().is(value.get_type()) {
                    return Err(unknown(value));
                }
                self.with(&inner).serialize(serializer)
            }
            Kind::Model => {
                let fields = value.call_method0("model_dump").map_err(hold)?;
                self.with(&fields).serialize(serializer)
            }
            Kind::NamedTuple => {
                let fields = value.call_method0("_asdict").map_err(hold)?;
                self.with(&fields).serialize(serializer)
            }
            Kind::Dataclass => {
                let names = value.getattr("__dataclass_fields__").map_err(hold)?;
                let mut map = serializer.serialize_map(None)?;
                for name in names.try_iter().map_err(hold)? {
                    let name = name.map_err(hold)?;
                    let text = name.cast::<PyString>().map_err(|error| hold(error.into()))?;
                    let field = value.getattr(text).map_err(hold)?;
                    map.serialize_entry(&Name(&name), &self.with(&field))?;
                }
                map.end()
            }
            Kind::Mapping => {
                let items = value.call_method0("items").map_err(hold)?;
                let mut map = serializer.serialize_map(None)?;
                for item in items.try_iter().map_err(hold)? {
                    let (key, field): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
                        item.and_then(|item| item.extract()).map_err(hold)?;
                    map.serialize_entry(&Name(&key), &self.with(&field))?;
                }
                map.end()
            }
            Kind::Iterable => self.sequence(serializer),
            Kind::Missing => serializer.serialize_none(),
            Kind::Unknown => Err(unknown(value)),
        }
    }
}

/// A Python object as JSON text.
pub(crate) fn json(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let trap = Trap::default();
    let text = trap.release(serde_json::to_string(&Item::new(value, &trap)))?;
    text.map_err(|error| PyTypeError::new_err(error.to_string()))
}

/// A number by its own digits, so that nothing is lost.
pub(crate) fn digits<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match RawValue::from_string(text.to_owned()) {
        Ok(number) => number.serialize(serializer),
        Err(_) => serializer.serialize_str(text),
    }
}

fn unknown<E: Error>(value: &Bound<'_, PyAny>) -> E {
    E::custom(class_of(value))
}

/// What kind of object it is, for a message.
fn class_of(value: &Bound<'_, PyAny>) -> String {
    let name = value.get_type().fully_qualified_name();
    name.map_or_else(|_| "a Python object".to_owned(), |name| format!("a Python `{name}`"))
}

impl Serialize for Item<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.value;
        if value.is_none() {
            serializer.serialize_none()
        } else if let Ok(text) = value.cast_exact::<PyString>() {
            serializer.serialize_str(text.to_str().map_err(|error| self.trap.hold(error))?)
        } else if value.cast_exact::<PyBool>().is_ok() {
            serializer.serialize_bool(value.is_truthy().map_err(|error| self.trap.hold(error))?)
        } else if value.cast_exact::<PyInt>().is_ok()
            && let Ok(number) = value.extract::<i64>()
        {
            serializer.serialize_i64(number)
        } else if let Ok(number) = value.cast_exact::<PyFloat>() {
            serializer.serialize_f64(number.value())
        } else if let Ok(dict) = value.cast_exact::<PyDict>() {
            self.dict(dict, serializer)
        } else if value.cast_exact::<PyList>().is_ok() {
            self.sequence(serializer)
        } else {
            self.rare(serializer)
        }
    }
}

/// A name of a record: text.
struct Name<'a, 'py>(&'a Bound<'py, PyAny>);

impl Serialize for Name<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.cast::<PyString>();
        let text = text.map_err(|_| S::Error::custom(format_args!("a name that is {}", class_of(self.0))))?;
        serializer.serialize_str(text.to_str().map_err(S::Error::custom)?)
    }
}

/// How an object is read.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Bool,
    Text,
    Int,
    Float,
    Decimal,
    Time,
    Elapsed,
    Enum,
    Scalar,
    Model,
    NamedTuple,
    Dataclass,
    Mapping,
    Iterable,
    Missing,
    Unknown,
}

/// Types of the standard library that tell what an object is.
struct Types {
    datetime: Py<PyType>,
    date: Py<PyType>,
    time: Py<PyType>,
    elapsed: Py<PyType>,
    decimal: Py<PyType>,
    member: Py<PyType>,
    mapping: Py<PyType>,
    uuid: Py<PyType>,
}

fn types(py: Python<'_>) -> PyResult<&Types> {
    static TYPES: PyOnceLock<Types> = PyOnceLock::new();
    TYPES.get_or_try_init(py, || {
        let class = |module: &str, name: &str| -> PyResult<Py<PyType>> {
            Ok(py.import(module)?.getattr(name)?.cast_into::<PyType>()?.unbind())
        };
        Ok(Types {
            datetime: class("datetime", "datetime")?,
            date: class("datetime", "date")?,
            time: class("datetime", "time")?,
            elapsed: class("datetime", "timedelta")?,
            decimal: class("decimal", "Decimal")?,
            member: class("enum", "Enum")?,
            mapping: class("collections.abc", "Mapping")?,
            uuid: class("uuid", "UUID")?,
        })
    })
}

fn kind(value: &Bound<'_, PyAny>) -> PyResult<Kind> {
    let py = value.py();
    let types = types(py)?;
    let is = |class: &Py<PyType>| value.is_instance(class.bind(py));
    if is(&types.member)? {
        return Ok(Kind::Enum);
    }
    if is(&types.datetime)? || is(&types.date)? || is(&types.time)? {
        return Ok(Kind::Time);
    }
    if is(&types.elapsed)? {
        return Ok(Kind::Elapsed);
    }
    if is(&types.decimal)? {
        return Ok(Kind::Decimal);
    }
    let class = value.get_type();
    Ok(if value.is_instance_of::<PyBool>() {
        Kind::Bool
    } else if value.is_instance_of::<PyString>() || is(&types.uuid)? {
        Kind::Text
    } else if value.is_instance_of::<PyInt>() {
        Kind::Int
    } else if value.is_instance_of::<PyFloat>() {
        Kind::Float
    } else if value.is_instance_of::<PyBytes>() {
        Kind::Unknown
    } else if is(&types.mapping)? {
        Kind::Mapping
    } else if class.hasattr("__dataclass_fields__")? {
        Kind::Dataclass
    } else if class.hasattr("model_dump")? && class.hasattr("model_fields")? {
        Kind::Model
    } else if value.is_instance_of::<PyTuple>() && class.hasattr("_asdict")? {
        Kind::NamedTuple
    } else if class.hasattr("item")?
        && class.hasattr("dtype")?
        && class.hasattr("tobytes")?
        && is_scalar(value)
    {
        // The text of a time is exact; its value may be a bare number of nanoseconds.
        if class.name()?.to_str()? == "datetime64" { Kind::Text } else { Kind::Scalar }
    } else if class.name()?.to_str()? == "NAType" {
        Kind::Missing
    } else if class.hasattr("__iter__")? {
        Kind::Iterable
    } else {
        Kind::Unknown
    })
}

/// Whether something that looks like a number of NumPy has no dimensions.
fn is_scalar(value: &Bound<'_, PyAny>) -> bool {
    value.getattr("ndim").and_then(|dimensions| dimensions.extract::<usize>()).is_ok_and(|n| n == 0)
}

/// `now`: text as it is, a date or time in its ISO form. Without an offset it is in the model's zone.
pub(crate) fn instant(now: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = now.cast::<PyString>() {
        return Ok(text.to_str()?.to_owned());
    }
    match kind(now)? {
        Kind::Time => now.call_method0("isoformat")?.extract(),
        _ => Ok(now.str()?.to_str()?.to_owned()),
    }
}

/// A param's value, written as in the text of a model.
pub(crate) fn written(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(truth) = value.cast::<PyBool>() {
        return Ok(truth.is_true().to_string());
    }
    match kind(value)? {
        Kind::Enum => written(&value.getattr("value")?),
        Kind::Time => value.call_method0("isoformat")?.extract(),
        Kind::Elapsed => elapsed(value),
        _ => Ok(value.str()?.to_str()?.to_owned()),
    }
}

/// Elapsed time as a model writes it: whole days where they are, else minutes. What is neither stays as Python writes
/// it, and is refused by name where it is read.
fn elapsed(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let part = |name: &str| -> PyResult<i64> { value.getattr(name)?.extract() };
    match (part("days")?, part("seconds")?, part("microseconds")?) {
        (days, 0, 0) => Ok(format!("{days} days")),
        (days, seconds, 0) if seconds % 60 == 0 => Ok(format!("{} minutes", days * 1440 + seconds / 60)),
        _ => Ok(value.str()?.to_str()?.to_owned()),
    }
}
