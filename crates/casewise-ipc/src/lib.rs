//! Arrow IPC, streams and files, from bytes that may be damaged.
//!
//! No length that they declare is believed: memory grows with the bytes that are there, and for what is packed it is
//! tried whether memory can be had. A reader that believes them asks for more than there is, and that ends the process.
//! What breaks off in the decoder is an error like any other.

mod file;
mod guard;
mod message;
mod stream;

use arrow_schema::{ArrowError, Schema};

pub use file::File;
pub use guard::guarded;
pub use stream::Stream;

/// The places of the columns that are wanted.
fn places(schema: &Schema, wanted: impl Fn(&str) -> bool) -> Vec<usize> {
    let fields = schema.fields().iter().enumerate();
    fields.filter(|(_, field)| wanted(field.name())).map(|(place, _)| place).collect()
}

/// Runs a decoder; where it breaks off, that is its error.
fn decoded<T>(decode: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, ArrowError> {
    guarded(decode).unwrap_or_else(|why| Err(ArrowError::IpcError(why)))
}
