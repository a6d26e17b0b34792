//! Files: a footer at the end says where the messages are.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::{Block, root_as_footer};
use arrow_schema::{ArrowError, SchemaRef};

use crate::message::{self, incomplete};
use crate::{decoded, places};

/// With what a file begins and ends.
const MAGIC: &[u8; 6] = b"ARROW1";

/// The batches of a file, one by one. After an error there are no more.
///
/// # Examples
/// ```
/// use std::io::Cursor;
///
/// use arrow_array::{Int32Array, RecordBatch};
/// use arrow_ipc::writer::FileWriter;
/// use casewise_ipc::File;
///
/// let batch = RecordBatch::try_from_iter([("age", std::sync::Arc::new(Int32Array::from(vec![30, 41])) as _)])?;
/// let mut writer = FileWriter::try_new(Vec::new(), &batch.schema())?;
/// writer.write(&batch)?;
/// let bytes = writer.into_inner()?;
///
/// assert!(File::begins(&bytes));
/// let read = File::new(Cursor::new(&bytes), |_| true)?.collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(read, [batch]);
/// assert!(File::new(Cursor::new(&bytes[..bytes.len() - 20]), |_| true).is_err());
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
#[derive(Debug)]
pub struct File<R> {
    input: R,
    schema: SchemaRef,
    decoder: FileDecoder,
    blocks: std::vec::IntoIter<Block>,
}

impl File<()> {
    /// Whether these are the first bytes of a file, and not of a stream.
    pub fn begins(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }
}

impl<R: Read + Seek> File<R> {
    /// Opens a file of which these columns are wanted.
    ///
    /// # Errors
    /// Its footer or a dictionary cannot be read.
    pub fn new(input: R, wanted: impl Fn(&str) -> bool) -> Result<File<R>, ArrowError> {
        decoded(|| File::open(input, wanted))
    }

    fn open(mut input: R, wanted: impl Fn(&str) -> bool) -> Result<File<R>, ArrowError> {
        const END: u64 = 4 + MAGIC.len() as u64;
        let size = input.seek(SeekFrom::End(0))?;
        let end = size.checked_sub(END).ok_or_else(incomplete)?;
        input.seek(SeekFrom::Start(end))?;
        let mut length = [0; 4];
        let mut magic = [0; MAGIC.len()];
        input.read_exact(&mut length)?;
        input.read_exact(&mut magic)?;
        let length = u64::try_from(i32::from_le_bytes(length)).ok().filter(|_| magic == *MAGIC);
        let length = length.ok_or_else(incomplete)?;
        input.seek(SeekFrom::Start(end.checked_sub(length).ok_or_else(incomplete)?))?;
        let mut footer = Vec::new();
        message::read(&mut input, length, &mut footer)?;
        let footer = root_as_footer(&footer)
            .map_err(|error| ArrowError::IpcError(format!("its footer cannot be read: {error}")))?;
        let schema = footer.schema().ok_or_else(incomplete)?;
        if !schema.endianness().equals_to_target_endianness() {
            return Err(ArrowError::IpcError("its bytes are in the order of another machine".to_owned()));
        }
        let whole = Arc::new(fb_to_schema(schema));
        let places = places(&whole, wanted);
        let schema = Arc::new(whole.project(&places)?);
        let mut decoder = FileDecoder::new(whole, footer.version()).with_projection(places);
        for block in footer.dictionaries().into_iter().flatten() {
            let bytes = bytes(&mut input, block)?;
            decoder.read_dictionary(block, &bytes)?;
        }
        let blocks: Vec<Block> = footer.recordBatches().into_iter().flatten().copied().collect();
        Ok(File { input, schema, decoder, blocks: blocks.into_iter() })
    }

    /// What columns there are, of those that are wanted.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn step(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        for block in self.blocks.by_ref() {
            let bytes = bytes(&mut self.input, &block)?;
            if let Some(batch) = self.decoder.read_record_batch(&block, &bytes)? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }
}

impl<R: Read + Seek> Iterator for File<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = decoded(|| self.step());
        if next.is_err() {
            self.blocks = Vec::new().into_iter();
        }
        next.transpose()
    }
}

/// The message at a place.
fn bytes(input: &mut (impl Read + Seek), block: &Block) -> Result<Buffer, ArrowError> {
    let lengths = [block.offset(), block.metaDataLength().into(), block.bodyLength()];
    let [Ok(start), Ok(head), Ok(body)] = lengths.map(u64::try_from) else { return Err(incomplete()) };
    input.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    message::read(input, head.checked_add(body).ok_or_else(incomplete)?, &mut bytes)?;
    let (head, body) =
        bytes.split_at_checked(usize::try_from(head).unwrap_or(usize::MAX)).ok_or_else(incomplete)?;
    message::try_memory(&message::parse(head)?, body)?;
    Ok(Buffer::from_vec(bytes))
}
