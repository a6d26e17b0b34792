//! Files of columns: Parquet and Arrow IPC, batch by batch, only the columns that are asked for.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::cannot_read;
use crate::exit::Failure;

/// Rows of a batch, at most: enough to be fast, few enough for a small memory.
const ROWS: usize = 65_536;

type Inner = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

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
            Format::Parquet => parquet(file, wanted).map_err(|error| damaged(path, "Parquet file", &error)),
            Format::Arrow => arrow(file, wanted).map_err(|error| damaged(path, "Arrow file", &error)),
        };
        let (schema, rows, inner) = opened?;
        Ok(Batches { path: path.to_owned(), rows, schema, inner, rest: None, read: 0 })
    }

    /// Reads a stream of Arrow IPC.
    pub(super) fn stream(
        path: &str,
        input: Box<dyn BufRead + Send>,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Batches, Failure> {
        let (schema, rows, inner) =
            arrow_stream(input, wanted).map_err(|error| damaged(path, "Arrow file", &error))?;
        Ok(Batches { path: path.to_owned(), rows, schema, inner, rest: None, read: 0 })
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
            None => loop {
                match self.inner.next()? {
                    Ok(batch) if batch.num_rows() == 0 => {}
                    Ok(batch) => break batch,
                    Err(error) => return Some(Err(damaged(&self.path, "file", &error))),
                }
            },
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

fn parquet(file: File, wanted: &dyn Fn(&str) -> bool) -> Result<Opened, parquet::errors::ParquetError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let roots = places(builder.schema(), wanted);
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).ok();
    let reader = builder.with_projection(mask).with_batch_size(ROWS).build()?;
    Ok((arrow_array::RecordBatchReader::schema(&reader), rows, Box::new(reader)))
}

fn arrow(mut file: File, wanted: &dyn Fn(&str) -> bool) -> Result<Opened, ArrowError> {
    let mut start = [0; 6];
    let read = file.read(&mut start)?;
    file.rewind()?;
    match start.get(..read) {
        Some(b"ARROW1") => {}
        Some([b'F', b'E', b'A', b'1', ..]) => {
            return Err(ArrowError::IpcError("it is Feather version 1: write it as version 2".to_owned()));
        }
        _ => return arrow_stream(Box::new(BufReader::new(file)), wanted),
    }
    let all = FileReader::try_new(BufReader::new(file.try_clone()?), None)?;
    let places = places(&all.schema(), wanted);
    let reader = FileReader::try_new(BufReader::new(file), Some(places))?;
    Ok((reader.schema(), None, Box::new(reader)))
}

fn arrow_stream(input: Box<dyn BufRead + Send>, wanted: &dyn Fn(&str) -> bool) -> Result<Opened, ArrowError> {
    let reader = StreamReader::try_new(input, None)?;
    let places = places(&reader.schema(), wanted);
    let schema = Arc::new(reader.schema().project(&places)?);
    let batches = reader.map(move |batch| batch?.project(&places));
    Ok((schema, None, Box::new(batches)))
}

fn places(schema: &Schema, wanted: &dyn Fn(&str) -> bool) -> Vec<usize> {
    let fields = schema.fields().iter().enumerate();
    fields.filter(|(_, field)| wanted(field.name())).map(|(place, _)| place).collect()
}

fn damaged(path: &str, format: &str, error: &dyn std::fmt::Display) -> Failure {
    let path = if path == "-" { "standard input" } else { path };
    Failure::call(format_args!("cannot read `{path}`: the {format} is damaged or incomplete: {error}"))
}
