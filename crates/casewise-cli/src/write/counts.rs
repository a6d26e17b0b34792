//! What became of the cases, in numbers of customers.

use std::io::{self, Write};

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, RecordBatch};

use super::AtomicFile;
use crate::exit::Failure;
use crate::read::ending;

/// A file for them.
pub(crate) struct Counts {
    file: AtomicFile,
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
}

impl Counts {
    /// Opens the file, if there is to be one.
    pub(crate) fn open(path: Option<&str>) -> Result<Option<Counts>, Failure> {
        let Some(path) = path else { return Ok(None) };
        let format = match ending(path).as_str() {
            "csv" => Format::Csv,
            "jsonl" | "ndjson" | "json" => Format::Json,
            _ => {
                return Err(Failure::call_help(
                    format_args!("cannot tell the format of `{path}` by its ending"),
                    "name it .csv or .jsonl",
                ));
            }
        };
        let file = AtomicFile::create(path)
            .map_err(|error| Failure::call(format_args!("cannot write `{path}`: {error}")))?;
        Ok(Some(Counts { file, format }))
    }

    /// Writes a row per case.
    pub(crate) fn write(mut self, counts: &RecordBatch) -> io::Result<()> {
        let schema = counts.schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let rows =
            (0..counts.num_rows()).map(|row| counts.columns().iter().map(move |column| cell(column, row)));
        match self.format {
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(&mut self.file);
                writer.write_record(&names)?;
                for cells in rows {
                    writer
                        .write_record(cells.map(|cell| cell.map_or_else(|n| n.to_string(), str::to_owned)))?;
                }
                writer.flush()?;
            }
            Format::Json => {
                for cells in rows {
                    let value =
                        |cell: Result<&str, u64>| cell.map_or_else(Into::into, serde_json::Value::from);
                    let fields =
                        names.iter().zip(cells).map(|(name, cell)| format!("\"{name}\":{}", value(cell)));
                    writeln!(self.file, "{{{}}}", fields.collect::<Vec<_>>().join(","))?;
                }
            }
        }
        self.file.commit()
    }
}

/// A name, or a number.
fn cell(column: &dyn Array, row: usize) -> Result<&str, u64> {
    match column.as_string_opt::<i32>() {
        Some(names) => Ok(names.value(row)),
        None => Err(column.as_primitive_opt::<UInt64Type>().map_or(0, |numbers| numbers.value(row))),
    }
}
