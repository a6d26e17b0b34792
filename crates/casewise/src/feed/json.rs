//! JSON text straight into slots: numbers keep their digits, fields nobody reads are skipped.

use std::borrow::Cow;
use std::fmt;

use casewise_core::input::{FieldReader, Misfit, Raw};
use casewise_core::values::Value;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Abort;
use super::record::RecordSink;
use super::sequence::{Item, SequenceSink};

/// Gives every field of a JSON object to the sink.
pub(super) fn object(text: &str, sink: &mut dyn RecordSink) -> Result<(), Abort> {
    if !text.trim_start().starts_with('{') {
        return Err(Abort::not_a_record(&shown(text)));
    }
    serde_json::Deserializer::from_str(text).deserialize_map(ObjectVisitor(sink)).map_err(not_json)
}

/// Gives every element of a JSON array to the sink.
pub(super) fn array(text: &str, sink: &mut dyn SequenceSink) -> Result<(), Abort> {
    if !text.trim_start().starts_with('[') {
        return Err(Abort::not_a_sequence(&shown(text)));
    }
    serde_json::Deserializer::from_str(text).deserialize_seq(ArrayVisitor(sink)).map_err(not_json)
}

/// Reads one JSON value of a field.
pub(super) fn value(text: &str, field: &FieldReader) -> Result<Value, Misfit> {
    match text.as_bytes().first() {
        Some(b'[') => match field.set_reader() {
            None => field.read(Raw::Seq(&[])).map_err(|misfit| Misfit { value: Some(shown(text)), ..misfit }),
            Some(mut set) => {
                let elements: Vec<&RawValue> = serde_json::from_str(text)
                    .map_err(|error| Misfit::found(shown(text), field.expected()).help(error.to_string()))?;
                for element in elements {
                    scalar(element.get(), |raw| set.push(raw));
                }
                set.finish()
            }
        },
        _ => scalar(text, |raw| field.read(raw)),
    }
}

/// Calls `read` with what a JSON value that is not an array is.
fn scalar<T>(text: &str, read: impl FnOnce(Raw<'_>) -> T) -> T {
    match text.as_bytes().first() {
        Some(b'n') => read(Raw::Null),
        Some(b't') => read(Raw::Bool(true)),
        Some(b'f') => read(Raw::Bool(false)),
        Some(b'{') => read(Raw::Record),
        Some(b'[') => read(Raw::Seq(&[])),
        Some(b'"') => read(Raw::Text(&string(text))),
        _ => read(Raw::Number(text)),
    }
}

fn string(text: &str) -> Cow<'_, str> {
    let inside = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
    if inside.contains('\\') {
        serde_json::from_str(text).map_or(Cow::Borrowed(inside), Cow::Owned)
    } else {
        Cow::Borrowed(inside)
    }
}

fn shown(text: &str) -> String {
    casewise_core::input::problem::shorten(text.trim())
}

fn not_json(error: serde_json::Error) -> Abort {
    Abort(Misfit::found(error.to_string(), "JSON"))
}

struct ObjectVisitor<'s>(&'s mut dyn RecordSink);

impl<'de> Visitor<'de> for ObjectVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(field) = map.next_key_seed(Name(self.0))? {
            match field {
                Some(index) => {
                    let text: &RawValue = map.next_value()?;
                    self.0.json(index, text.get());
                }
                None => {
                    map.next_value::<serde::de::IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Looks a name up as it is read.
struct Name<'s>(&'s mut dyn RecordSink);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.index(name))
    }
}

struct ArrayVisitor<'s>(&'s mut dyn SequenceSink);

impl<'de> Visitor<'de> for ArrayVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<&RawValue>()? {
            self.0.item(Item::Json(element.get()));
        }
        Ok(())
    }
}
