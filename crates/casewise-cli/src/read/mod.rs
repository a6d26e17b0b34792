//! Files of data: records, one by one, from CSV and JSON lines; columns, batch by batch, from Parquet and Arrow.

mod columns;
mod csv;
mod events;
mod jsonl;
mod lists;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

pub(crate) use columns::Batches;
pub(crate) use events::{Places, SortedFile, events, in_file, named_files};
pub(crate) use lists::lists;

use crate::exit::Failure;

/// One record of a file, as it comes.
#[derive(Debug)]
pub(crate) enum Record {
    /// A row of a CSV file: names and cells.
    Csv(csv::Row),
    /// A JSON object.
    Json(Box<RawValue>),
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Record::Csv(row) => row.serialize(serializer),
            Record::Json(text) => text.serialize(serializer),
        }
    }
}

/// One record and where it stands.
pub(crate) struct Numbered {
    /// The line it starts on, from 1, as an editor counts.
    pub(crate) line: u64,
    /// The record, or why it cannot be read.
    pub(crate) record: Result<Record, String>,
}

/// A file of data.
pub(crate) enum Source {
    /// Records, one by one.
    Records(Records),
    /// Columns, batch by batch.
    Batches(Batches),
}

impl Source {
    /// Opens a file, its format told by its ending; of columns only those that are wanted are read. `-` is standard
    /// input, whose format is told by its first bytes.
    pub(crate) fn open(path: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Source, Failure> {
        if path == "-" {
            let mut input: Box<dyn BufRead + Send> = Box::new(BufReader::new(std::io::stdin()));
            let start = input.fill_buf().map_err(|error| cannot_read(path, &error))?;
            if start.starts_with(&[0xff; 4]) {
                return Batches::stream(path, input, wanted).map(Source::Batches);
            }
            let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
            let json = matches!(first, Some(b'{' | b'['));
            return Records::of(path, None, input, json).map(Source::Records);
        }
        match ending(path).as_str() {
            "parquet" => Batches::open(path, columns::Format::Parquet, wanted).map(Source::Batches),
            "arrow" | "feather" | "ipc" => {
                Batches::open(path, columns::Format::Arrow, wanted).map(Source::Batches)
            }
            "csv" => Records::open(path, false).map(Source::Records),
            "jsonl" | "ndjson" | "json" => Records::open(path, true).map(Source::Records),
            _ => Err(Failure::call_help(
                format_args!("cannot tell the format of `{path}` by its ending"),
                "name it .csv, .jsonl (also .ndjson, .json), .parquet, or .arrow (also .ipc, .feather)",
            )),
        }
    }

    /// Reads columns ahead in a thread of its own.
    pub(crate) fn read_ahead(self) -> Source {
        match self {
            Source::Batches(batches) => Source::Batches(batches.read_ahead()),
            records @ Source::Records(_) => records,
        }
    }

    /// How much there is, in bytes of records or rows of columns, if it is known.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Source::Records(records) => records.size,
            Source::Batches(batches) => batches.rows,
        }
    }

    /// How much of that has been read.
    pub(crate) fn position(&self) -> u64 {
        match self {
            Source::Records(records) => records.position(),
            Source::Batches(batches) => batches.position(),
        }
    }
}

/// The records of a file, one by one.
pub(crate) struct Records {
    /// As the user named it.
    pub(crate) path: String,
    /// Size in bytes, if it is known.
    pub(crate) size: Option<u64>,
    inner: Inner,
}

enum Inner {
    Csv(csv::Reader),
    Json(jsonl::Reader),
}

impl Records {
    fn open(path: &str, json: bool) -> Result<Records, Failure> {
        let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
        let size = file.metadata().ok().filter(|data| data.is_file()).map(|data| data.len());
        Records::of(path, size, Box::new(BufReader::with_capacity(1 << 16, file)), json)
    }

    fn of(
        path: &str,
        size: Option<u64>,
        input: Box<dyn BufRead + Send>,
        json: bool,
    ) -> Result<Records, Failure> {
        let inner = if json {
            Inner::Json(jsonl::Reader::new(input).map_err(|error| cannot_read(path, &error))?)
        } else {
            Inner::Csv(
                csv::Reader::new(input)
                    .map_err(|error| Failure::call(format_args!("cannot read `{path}`: {error}")))?,
            )
        };
        Ok(Records { path: path.to_owned(), size, inner })
    }

    /// The columns of a CSV file.
    pub(crate) fn columns(&self) -> Option<impl Iterator<Item = &str>> {
        match &self.inner {
            Inner::Csv(reader) => Some(reader.columns()),
            Inner::Json(_) => None,
        }
    }

    /// How many bytes have been read.
    pub(crate) fn position(&self) -> u64 {
        match &self.inner {
            Inner::Csv(reader) => reader.position(),
            Inner::Json(reader) => reader.position(),
        }
    }
}

impl Iterator for Records {
    type Item = Result<Numbered, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match &mut self.inner {
            Inner::Csv(reader) => reader.next(),
            Inner::Json(reader) => reader.next(),
        };
        next.map(|read| read.map_err(|error| cannot_read(&self.path, &error)))
    }
}

/// The whole of a text file; `-` is standard input.
pub(crate) fn text(path: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if path == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| cannot_read(path, &error))?;
    String::from_utf8(bytes).map_err(|_| Failure::call(format_args!("cannot read `{path}`: it is not UTF-8")))
}

/// A JSON object given as itself or in a file, and the name to call it by.
pub(crate) fn object(argument: &str, what: &str) -> Result<Box<RawValue>, Failure> {
    let (name, text) = if argument.trim_start().starts_with('{') {
        (what.to_owned(), argument.to_owned())
    } else {
        (format!("`{argument}`"), text(argument)?)
    };
    let text = text.trim_start_matches('\u{feff}').trim();
    let object: Box<RawValue> = serde_json::from_str(text)
        .map_err(|error| Failure::call(format_args!("{name} is not JSON: {error}")))?;
    if !object.get().starts_with('{') {
        return Err(Failure::call(format_args!(
            "{name} is not a JSON object: {what} is {{ \"name\": value, … }}"
        )));
    }
    Ok(object)
}

/// The ending of a path in lower case.
pub(crate) fn ending(path: &str) -> String {
    Path::new(path).extension().map(|end| end.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn cannot_read(path: &str, error: &std::io::Error) -> Failure {
    let path = if path == "-" { "standard input" } else { path };
    Failure::call(format_args!("cannot read `{path}`: {error}"))
}

const NOT_UTF8: &str = "the line is not UTF-8: save the file as UTF-8 (older Chinese files are often GBK)";
