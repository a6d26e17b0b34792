//! Decisions as columns: Parquet and Arrow IPC.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use casewise::Model;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::Output;
use crate::exit::Failure;

/// Rows of a row group: few enough for a small memory, enough for long runs.
const ROW_GROUP: usize = 131_072;

/// Values that are encoded together.
const WRITTEN_TOGETHER: usize = 8_192;

/// How columns are kept in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Parquet,
    Arrow,
}

/// Writes batches of decisions.
pub(crate) struct Columns {
    /// Places of the columns that a file can hold.
    places: Vec<usize>,
    inner: Inner,
}

enum Inner {
    Parquet(Box<ArrowWriter<Output>>),
    Arrow(Box<FileWriter<Output>>),
}

impl Columns {
    /// Starts a file for batches of this schema.
    pub(crate) fn start(
        format: Format,
        model: &Model,
        schema: &Schema,
        output: Output,
    ) -> Result<Columns, Failure> {
        // No file format has records without fields: a model without scores has no column of scores.
        let is_empty = |kind: &DataType| matches!(kind, DataType::Struct(fields) if fields.is_empty());
        let places: Vec<usize> =
            (0..schema.fields().len()).filter(|place| !is_empty(schema.field(*place).data_type())).collect();
        let schema: SchemaRef = Arc::new(
            schema.project(&places).map_err(|error| cannot(error.into()))?.with_metadata(provenance(model)),
        );
        let inner = match format {
            Format::Parquet => {
                // Bits of a thousand cases are no values: nothing repeats, and there is nothing to sort or to pack.
                let bits = ColumnPath::from("eligible_bits");
                let mut properties = WriterProperties::builder()
                    .set_write_batch_size(WRITTEN_TOGETHER)
                    .set_column_dictionary_enabled(bits.clone(), false)
                    .set_column_statistics_enabled(bits.clone(), EnabledStatistics::None)
                    .set_column_compression(bits, Compression::UNCOMPRESSED)
                    // No key occurs twice.
                    .set_column_dictionary_enabled(ColumnPath::from("id"), false)
                    .set_created_by(format!("casewise {}", casewise::VERSION))
                    .set_compression(Compression::SNAPPY)
                    .set_max_row_group_row_count(Some(ROW_GROUP));
                // Nobody finds a customer by the least and greatest value of what stands in lists.
                for path in schema.fields().iter().flat_map(|field| listed(field)) {
                    properties = properties.set_column_statistics_enabled(path, EnabledStatistics::None);
                }
                let writer = ArrowWriter::try_new(output, schema, Some(properties.build()));
                Inner::Parquet(Box::new(writer.map_err(|error| cannot(error.into()))?))
            }
            Format::Arrow => {
                let options =
                    IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME));
                let writer =
                    options.and_then(|options| FileWriter::try_new_with_options(output, &schema, options));
                Inner::Arrow(Box::new(writer.map_err(|error| cannot(error.into()))?))
            }
        };
        Ok(Columns { places, inner })
    }

    /// Takes a batch.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        let written =
            batch.project(&self.places).map_err(Wrong::from).and_then(|batch| match &mut self.inner {
                Inner::Parquet(writer) => writer.write(&batch).map_err(Wrong::from),
                Inner::Arrow(writer) => writer.write(&batch).map_err(Wrong::from),
            });
        written.map_err(cannot)
    }

    /// All have been taken: gives the output back, to be committed.
    pub(crate) fn finish(self) -> Result<Output, Failure> {
        let output = match self.inner {
            Inner::Parquet(writer) => writer.into_inner().map_err(Wrong::from),
            Inner::Arrow(mut writer) => {
                writer.finish().and_then(|()| writer.into_inner()).map_err(Wrong::from)
            }
        };
        output.map_err(cannot)
    }
}

/// The columns of a file in which the values of lists stand.
fn listed(field: &Field) -> Vec<ColumnPath> {
    let DataType::List(item) = field.data_type() else { return Vec::new() };
    let of_item = |name: Option<&String>| {
        let path = [field.name().as_str(), "list", item.name()].into_iter().chain(name.map(String::as_str));
        ColumnPath::new(path.map(str::to_owned).collect())
    };
    match item.data_type() {
        DataType::Struct(parts) => parts.iter().map(|part| of_item(Some(part.name()))).collect(),
        _ => vec![of_item(None)],
    }
}

/// What the decisions were made by, beside the columns.
fn provenance(model: &Model) -> HashMap<String, String> {
    HashMap::from([
        ("casewise.model".to_owned(), model.name().to_owned()),
        ("casewise.version".to_owned(), model.version().to_owned()),
        ("casewise.fingerprint".to_owned(), model.fingerprint().to_owned()),
        ("casewise.cases".to_owned(), serde_json::Value::from_iter(model.cases()).to_string()),
    ])
}

/// Why a file of columns cannot be written.
enum Wrong {
    Io(io::Error),
    Other(String),
}

impl From<ArrowError> for Wrong {
    fn from(error: ArrowError) -> Wrong {
        match error {
            ArrowError::IoError(_, error) => Wrong::Io(error),
            other => Wrong::Other(other.to_string()),
        }
    }
}

impl From<ParquetError> for Wrong {
    fn from(error: ParquetError) -> Wrong {
        match error {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(error) => Wrong::Io(*error),
                Err(inner) => Wrong::Other(inner.to_string()),
            },
            other => Wrong::Other(other.to_string()),
        }
    }
}

fn cannot(wrong: Wrong) -> Failure {
    match wrong {
        Wrong::Io(error) => error.into(),
        Wrong::Other(why) => Failure::call(format_args!("cannot write the result: {why}")),
    }
}
