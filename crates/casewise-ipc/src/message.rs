//! One message: its head, which says what is in its body, and the body.

use std::io::Read;

use arrow_ipc::{Message, MessageHeader, root_as_message};
use arrow_schema::ArrowError;

/// Stands before the length of a head; older writers left it out.
const CONTINUATION_MARKER: [u8; 4] = [0xff; 4];

/// So much memory is asked for before anything is there.
const AT_ONCE: u64 = 1 << 26;

pub(crate) fn incomplete() -> ArrowError {
    ArrowError::IpcError("it ends before its lengths say".to_owned())
}

/// Reads so many bytes; memory grows with those that are there.
pub(crate) fn read(input: &mut impl Read, length: u64, out: &mut Vec<u8>) -> Result<(), ArrowError> {
    let first = usize::try_from(length.min(AT_ONCE)).map_err(|_| incomplete())?;
    out.try_reserve(first).map_err(|error| ArrowError::IpcError(error.to_string()))?;
    let read = input.take(length).read_to_end(out)?;
    if u64::try_from(read) == Ok(length) { Ok(()) } else { Err(incomplete()) }
}

/// A message as it is written.
pub(crate) struct Written {
    /// With the marker and the length.
    pub(crate) head: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

/// The next message of a stream; none at its end.
pub(crate) fn next(input: &mut impl Read) -> Result<Option<Written>, ArrowError> {
    let mut head = Vec::new();
    input.take(4).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(None);
    }
    if head == CONTINUATION_MARKER {
        read(input, 4, &mut head)?;
    }
    let Some(length) = head.last_chunk().map(|length| i32::from_le_bytes(*length)) else {
        return Err(incomplete());
    };
    if length == 0 {
        return Ok(None);
    }
    read(input, u64::try_from(length).map_err(|_| incomplete())?, &mut head)?;
    let body_length = u64::try_from(parse(&head)?.bodyLength()).map_err(|_| incomplete())?;
    let mut body = Vec::new();
    read(input, body_length, &mut body)?;
    Ok(Some(Written { head, body }))
}

/// What a head says.
pub(crate) fn parse(head: &[u8]) -> Result<Message<'_>, ArrowError> {
    let start = if head.starts_with(&CONTINUATION_MARKER) { 8 } else { 4 };
    let message = root_as_message(head.get(start..).unwrap_or_default());
    message.map_err(|error| ArrowError::IpcError(format!("a message cannot be read: {error}")))
}

/// Tries whether there is memory for what is packed in a body.
pub(crate) fn try_memory(message: &Message<'_>, body: &[u8]) -> Result<(), ArrowError> {
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|d| d.data()),
        _ => None,
    };
    let packed = batch.filter(|batch| batch.compression().is_some());
    let buffers = packed.and_then(|batch| batch.buffers()).into_iter().flatten();
    let lengths = buffers.filter(|buffer| buffer.length() > 0).filter_map(|buffer| {
        // A buffer that is not there is refused where it is decoded.
        let start = usize::try_from(buffer.offset()).ok()?;
        let length = i64::from_le_bytes(*body.get(start..)?.first_chunk()?);
        usize::try_from(length).ok()
    });
    let unpacked = lengths.fold(0, usize::saturating_add);
    Vec::<u8>::new().try_reserve_exact(unpacked).map_err(|_| {
        ArrowError::IpcError(format!(
            "there is no memory for {unpacked} bytes, which it says are packed in it"
        ))
    })
}
