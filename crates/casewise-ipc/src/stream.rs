//! Streams: message after message.

use std::io::Read;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::StreamDecoder;
use arrow_schema::{ArrowError, SchemaRef};

use crate::message::{self, Written};
use crate::{decoded, places};

/// The marker and the length of a message that is the end.
const END: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// The batches of a stream, one by one. After an error there are no more.
///
/// # Examples
/// ```
/// use arrow_array::{Int32Array, RecordBatch};
/// use arrow_ipc::writer::StreamWriter;
/// use casewise_ipc::Stream;
///
/// let batch = RecordBatch::try_from_iter([("age", std::sync::Arc::new(Int32Array::from(vec![30, 41])) as _)])?;
/// let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema())?;
/// writer.write(&batch)?;
/// let bytes = writer.into_inner()?;
///
/// let read = Stream::new(bytes.as_slice(), |_| true)?.collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(read, [batch]);
/// let cut = Stream::new(&bytes[..bytes.len() - 20], |_| true)?.collect::<Result<Vec<_>, _>>();
/// assert!(cut.is_err_and(|error| error.to_string().contains("it ends before its lengths say")));
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
#[derive(Debug)]
pub struct Stream<R> {
    input: R,
    schema: SchemaRef,
    places: Vec<usize>,
    decoder: StreamDecoder,
    /// What the decoder has not taken yet, last first.
    waiting: Vec<Buffer>,
    ended: bool,
}

impl<R: Read> Stream<R> {
    /// Opens a stream of which these columns are wanted.
    ///
    /// # Errors
    /// It does not begin with a schema.
    pub fn new(mut input: R, wanted: impl Fn(&str) -> bool) -> Result<Stream<R>, ArrowError> {
        let none = || ArrowError::IpcError("it does not begin with a schema".to_owned());
        let Written { head, body } = message::next(&mut input)?.ok_or_else(none)?;
        let whole =
            decoded(|| Ok(fb_to_schema(message::parse(&head)?.header_as_schema().ok_or_else(none)?)))?;
        let places = places(&whole, wanted);
        let schema = Arc::new(whole.project(&places)?);
        let waiting = vec![Buffer::from_vec(body), Buffer::from_vec(head)];
        Ok(Stream { input, schema, places, decoder: StreamDecoder::new(), waiting, ended: false })
    }

    /// What columns there are, of those that are wanted.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn step(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        loop {
            while let Some(bytes) = self.waiting.last_mut() {
                if bytes.is_empty() {
                    self.waiting.pop();
                } else if let Some(batch) = self.decoder.decode(bytes)? {
                    return batch.project(&self.places).map(Some);
                }
            }
            if self.ended {
                return Ok(None);
            }
            match message::next(&mut self.input)? {
                Some(Written { head, body }) => {
                    message::try_memory(&message::parse(&head)?, &body)?;
                    self.waiting.extend([Buffer::from_vec(body), Buffer::from_vec(head)]);
                }
                // A message without a body is decoded when something follows.
                None => {
                    self.waiting.push(Buffer::from(&END));
                    self.ended = true;
                }
            }
        }
    }
}

impl<R: Read> Iterator for Stream<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = decoded(|| self.step());
        if next.is_err() {
            self.waiting.clear();
            self.ended = true;
        }
        next.transpose()
    }
}
