//! JSON for JavaScript, which has no number for every `int`.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

/// The largest integer up to which a JavaScript number misses none.
const SAFE: u64 = (1 << 53) - 1;

/// Writes integers that a JavaScript number cannot hold as `{"$int":"…"}`; `lib/json.js` reads it.
struct Exact(CompactFormatter);

impl Formatter for Exact {
    fn write_i64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        if value.unsigned_abs() <= SAFE {
            return self.0.write_i64(writer, value);
        }
        write!(writer, r#"{{"$int":"{value}"}}"#)
    }
}

/// Any value of the façade as JSON text.
pub(crate) fn write(value: &impl Serialize) -> String {
    let mut text = Vec::with_capacity(256);
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, Exact(CompactFormatter));
    // Every type of the façade serialises: names are text and floats are finite.
    let written = value.serialize(&mut serializer).is_ok();
    if written { String::from_utf8(text).unwrap_or_default() } else { String::new() }
}

/// Names and what they hold, as a JSON object in their order.
pub(crate) struct Pairs<V>(Vec<(String, V)>);

impl<'n, V> FromIterator<(&'n str, V)> for Pairs<V> {
    fn from_iter<I: IntoIterator<Item = (&'n str, V)>>(pairs: I) -> Pairs<V> {
        Pairs(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl<V: Serialize> Serialize for Pairs<V> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
