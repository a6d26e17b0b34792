//! Files of columns: Parquet and Arrow IPC, batch by batch, only the columns that are asked for.

use std::fmt::Display;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use casewise::ipc::{self, guarded};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use super::cannot_read;
use crate::exit::Failure;

/// Rows of a batch, at most: enough to be fast, few enough for a small memory.
const ROWS: usize = 32_768;

/// Batches that are read ahead, at most.
const AHEAD: usize = 2;

type Inner = Box<dyn Iterator<Item = Result<RecordBatch, String>> + Send>;

/// The batches of a file, one by one.
pub(crate) struct Batches {
    /// As the user named it.
    pub(crate) path: String,
    /// How many rows there are, if it is known.
    pub(crate) rows: Option<u64>,
    schema: SchemaRef,
    inner: Inner,
    /// The rest of a batch that was too large.
    rest: Option<RecordBatch>,
    read: u64,
}

/// How columns are kept in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Parquet,
    Arrow,
}

impl Batches {
    /// Opens a file and reads only columns that are wanted.
    pub(super) fn open(
        path: &str,
        format: Format,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Batches, Failure> {
        let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
        if file.metadata().is_ok_and(|data| data.len() == 0) {
            return Err(Failure::call(format_args!("cannot read `{path}`: it is empty")));
        }
        let opened = match format {
            Format::Parquet => opened(path, "Parquet file", || parquet(file, wanted)),
            Format::Arrow => opened(path, "Arrow file", || arrow(file, wanted)),
        }?;
        Ok(Batches::new(path, opened))
    }

    fn new(path: &str, (schema, rows, inner): Opened) -> Batches {
        Batches { path: path.to_owned(), rows, schema, inner, rest: None, read: 0 }
    }

    /// Reads on in a thread of its own, some batches ahead.
    pub(crate) fn read_ahead(mut self) -> Batches {
        let (read, ahead) = sync_channel(AHEAD);
        let mut inner = std::mem::replace(&mut self.inner, Box::new(std::iter::empty()));
        // Nobody takes any more where what follows has failed.
        let thread = std::thread::spawn(move || inner.try_for_each(|batch| read.send(batch)).is_ok());
        let mut thread = Some(thread);
        self.inner = Box::new(std::iter::from_fn(move || {
            ahead.recv().map(Some).unwrap_or_else(|_| match thread.take()?.join() {
                Ok(_) => None,
                Err(_) => Some(Err("reading it broke off".to_owned())),
            })
        }));
        self
    }

    /// Reads a stream of Arrow IPC.
    pub(super) fn stream(
        path: &str,
        input: Box<dyn BufRead + Send>,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Batches, Failure> {
        Ok(Batches::new(path, opened(path, "Arrow file", || arrow_stream(input, wanted))?))
    }

    /// A batch without rows: what columns there are.
    pub(crate) fn empty(&self) -> RecordBatch {
        RecordBatch::new_empty(Arc::clone(&self.schema))
    }

    /// How many rows have been read.
    pub(crate) fn position(&self) -> u64 {
        self.read
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = match self.rest.take() {
            Some(rest) => rest,
            None => {
                match self.inner.find(|batch| batch.as_ref().map_or(true, |batch| batch.num_rows() > 0))? {
                    Ok(batch) => batch,
                    Err(why) => return Some(Err(damaged(&self.path, "file", &why))),
                }
            }
        };
        let rows = batch.num_rows().min(ROWS);
        if rows < batch.num_rows() {
            self.rest = Some(batch.slice(rows, batch.num_rows() - rows));
        }
        self.read += rows as u64;
        Some(Ok(batch.slice(0, rows)))
    }
}

type Opened = (SchemaRef, Option<u64>, Inner);

/// Batches, or why there are no more.
fn told(mut batches: impl Iterator<Item = Result<RecordBatch, ArrowError>> + Send + 'static) -> Inner {
    let mut broken = false;
    Box::new(std::iter::from_fn(move || {
        if broken {
            return None;
        }
        let next = guarded(|| batches.next()).and_then(|next| next.transpose().map_err(|e| e.to_string()));
        broken = next.is_err();
        next.transpose()
    }))
}

fn parquet(file: File, wanted: &dyn Fn(&str) -> bool) -> Result<Opened, parquet::errors::ParquetError> {
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())?;
    let fields = metadata.schema().fields().iter().map(with_words).collect::<Vec<_>>();
    let schema = Schema::new_with_metadata(fields, metadata.schema().metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    // Where the file cannot be read like this, it is read as it says.
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).unwrap_or(metadata);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    let roots = places(builder.schema(), wanted);
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).ok();
    let reader = builder.with_projection(mask).with_batch_size(ROWS).build()?;
    Ok((arrow_array::RecordBatchReader::schema(&reader), rows, told(reader)))
}

/// Lists of texts are sets of a few words: each word is read once, and what the lists hold are its numbers.
fn with_words(field: &Arc<Field>) -> Arc<Field> {
    let words = |item: &Arc<Field>| {
        let of_words = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        Arc::new(item.as_ref().clone().with_data_type(of_words))
    };
    match field.data_type() {
        DataType::List(item) if item.data_type() == &DataType::Utf8 => {
            Arc::new(field.as_ref().clone().with_data_type(DataType::List(words(item))))
        }
        _ => Arc::clone(field),
    }
}

fn arrow(mut file: File, wanted: &dyn Fn(&str) -> bool) -> Result<Opened, ArrowError> {
    let mut start = [0; 6];
    let read = file.read(&mut start)?;
    file.rewind()?;
    match start.get(..read).unwrap_or_default() {
        [b'F', b'E', b'A', b'1', ..] => {
            Err(ArrowError::IpcError("it is Feather version 1: write it as version 2".to_owned()))
        }
        start if ipc::File::begins(start) => {
            let batches = ipc::File::new(file, wanted)?;
            Ok((batches.schema(), None, told(batches)))
        }
        _ => arrow_stream(Box::new(BufReader::new(file)), wanted),
    }
}

fn arrow_stream(input: Box<dyn BufRead + Send>, wanted: &dyn Fn(&str) -> bool) -> Result<Opened, ArrowError> {
    let batches = ipc::Stream::new(input, wanted)?;
    Ok((batches.schema(), None, told(batches)))
}

fn places(schema: &Schema, wanted: &dyn Fn(&str) -> bool) -> Vec<usize> {
    let fields = schema.fields().iter().enumerate();
    fields.filter(|(_, field)| wanted(field.name())).map(|(place, _)| place).collect()
}

fn opened<E: Display>(
    path: &str,
    format: &str,
    open: impl FnOnce() -> Result<Opened, E>,
) -> Result<Opened, Failure> {
    let opened = guarded(open).and_then(|opened| opened.map_err(|error| error.to_string()));
    opened.map_err(|why| damaged(path, format, &why))
}

fn damaged(path: &str, format: &str, error: &dyn Display) -> Failure {
    let path = if path == "-" { "standard input" } else { path };
    Failure::call(format_args!("cannot read `{path}`: the {format} is damaged or incomplete: {error}"))
}
