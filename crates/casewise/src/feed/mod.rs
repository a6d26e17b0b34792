//! From anything serde can serialise into the slots of records, without a tree between.

mod json;
mod record;
mod sequence;
mod value;

use std::fmt;

use casewise_core::input::{FieldReader, Layout, Misfit, RecordBuilder};
use casewise_core::values::Value;
use serde::Serialize;

const A_RECORD: &str = "a record: names and values";
const A_SEQUENCE: &str = "a sequence";

/// Why a value of the caller could not be walked at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Abort(pub(crate) Misfit);

impl fmt::Display for Abort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Abort {}

impl serde::ser::Error for Abort {
    fn custom<T: fmt::Display>(message: T) -> Abort {
        // What would have been expected there is known where it is read.
        Abort(Misfit::found(message.to_string(), "something else"))
    }
}

impl Abort {
    /// What did not fit, where this was expected.
    fn expecting(self, expected: impl Into<String>) -> Misfit {
        Misfit { expected: expected.into(), ..self.0 }
    }

    fn not_a_record(found: &str) -> Abort {
        Abort(Misfit::found(found, A_RECORD))
    }

    fn not_a_sequence(found: &str) -> Abort {
        Abort(Misfit::found(found, A_SEQUENCE))
    }
}

/// Anything serde can serialise, behind a pointer.
pub(crate) trait Feed {
    /// Gives the fields of one record to a sink.
    fn walk(&self, sink: &mut dyn record::RecordSink) -> Result<(), Abort>;

    /// Reads a sequence of records; each one's values, or the first misfit with its place.
    fn records(&self, layout: &Layout) -> Result<Vec<Box<[Value]>>, RecordMisfit>;

    /// Calls `each` with every value of a sequence; the first misfit with its place.
    fn each(&self, field: &FieldReader, each: &mut dyn FnMut(Value)) -> Result<(), (Option<usize>, Misfit)>;
}

/// Which record of a sequence, which field of it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordMisfit {
    pub(crate) row: Option<usize>,
    pub(crate) field: Option<std::sync::Arc<str>>,
    pub(crate) misfit: Misfit,
}

impl<T: Serialize + ?Sized> Feed for T {
    fn walk(&self, sink: &mut dyn record::RecordSink) -> Result<(), Abort> {
        self.serialize(record::RecordSerializer { sink })
    }

    fn records(&self, layout: &Layout) -> Result<Vec<Box<[Value]>>, RecordMisfit> {
        let mut sink = sequence::Records { layout, records: Vec::new(), misfit: None };
        let walked = self.serialize(sequence::SequenceSerializer { sink: &mut sink });
        match (sink.misfit, walked) {
            (Some(misfit), _) => Err(misfit),
            (None, Err(abort)) => {
                Err(RecordMisfit { row: None, field: None, misfit: abort.expecting(A_SEQUENCE) })
            }
            (None, Ok(())) => Ok(sink.records),
        }
    }

    fn each(&self, field: &FieldReader, each: &mut dyn FnMut(Value)) -> Result<(), (Option<usize>, Misfit)> {
        let mut sink = sequence::Values { field, each, count: 0, misfit: None };
        let walked = self.serialize(sequence::SequenceSerializer { sink: &mut sink });
        match (sink.misfit, walked) {
            (Some((row, misfit)), _) => Err((Some(row), misfit)),
            (None, Err(abort)) => Err((None, abort.expecting(A_SEQUENCE))),
            (None, Ok(())) => Ok(()),
        }
    }
}

/// Reads one value of a field.
pub(crate) fn read<T: Serialize + ?Sized>(field: &FieldReader, value: &T) -> Result<Value, Misfit> {
    value
        .serialize(value::ValueSerializer { field })
        .unwrap_or_else(|abort| Err(abort.expecting(field.expected())))
}

/// Reads one record.
pub(crate) fn record(
    layout: &Layout,
    feed: &dyn Feed,
) -> Result<Vec<Value>, (Option<std::sync::Arc<str>>, Misfit)> {
    let mut record = RecordBuilder::new(layout);
    feed.walk(&mut record::Fill(&mut record)).map_err(|abort| (None, abort.expecting(A_RECORD)))?;
    let mut names = record::Names::default();
    if record.absent().is_some() {
        // What cannot be walked has been told already.
        let _ = feed.walk(&mut names);
    }
    let names = names.0;
    record.finish(names.iter().map(String::as_str)).map_err(|(field, misfit)| (Some(field), misfit))
}

/// Reads one field of a record and ignores the others.
pub(crate) fn one_field(layout: &Layout, index: usize, feed: &dyn Feed) -> Result<Value, Misfit> {
    let mut sink = record::OneField { layout, index, read: None };
    feed.walk(&mut sink).map_err(|abort| abort.expecting(A_RECORD))?;
    sink.read.unwrap_or_else(|| layout.fields().get(index).map_or(Ok(Value::Missing), FieldReader::nothing))
}

/// Names under which `serde_json` hands its own types to a serializer: raw JSON text, and numbers as text.
const RAW_JSON: &str = "$serde_json::private::RawValue";
const JSON_NUMBER: &str = "$serde_json::private::Number";

#[cfg(test)]
mod tests;
