//! Rows that were rejected, and why.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use super::AtomicFile;
use crate::exit::Failure;
use crate::read::ending;
use crate::terminal::{counted, message};

/// Why a row was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RowProblem {
    /// The file that holds what does not fit.
    pub(crate) file: String,
    /// Its line there, from 1.
    pub(crate) row: u64,
    /// The customer's key, if it was readable.
    pub(crate) key: Option<String>,
    /// The attribute or field.
    pub(crate) attribute: Option<String>,
    /// What was found.
    pub(crate) value: Option<String>,
    /// What was expected.
    pub(crate) expected: Option<String>,
    /// All of it in a sentence.
    pub(crate) message: String,
}

impl RowProblem {
    /// A row that cannot be used as a whole.
    pub(crate) fn row(file: &str, row: u64, key: Option<String>, message: impl Into<String>) -> RowProblem {
        let message = message.into();
        RowProblem { file: file.to_owned(), row, key, attribute: None, value: None, expected: None, message }
    }

    /// An input that the model refuses.
    pub(crate) fn input(file: &str, row: u64, error: &casewise::Error) -> RowProblem {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        RowProblem {
            file: file.to_owned(),
            row,
            key: owned(error.key()),
            attribute: owned(error.attribute()),
            value: owned(error.value()),
            expected: owned(error.expected()),
            message: error.to_string(),
        }
    }
}

/// ``customers.csv:12: c1: `age`: expected an int such as 12, got "old"``
impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.row)?;
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// As many are told one by one where there is no file for them.
const TOLD: usize = 10;

/// Counts rejected rows, and writes them to a file or tells the first of them.
pub(crate) struct Rejects {
    writer: Option<Writer>,
    count: usize,
}

enum Writer {
    Csv(Box<csv::Writer<AtomicFile>>),
    Json(AtomicFile),
}

impl Rejects {
    /// Opens the file, if there is to be one.
    pub(crate) fn open(path: Option<&str>) -> Result<Rejects, Failure> {
        let Some(path) = path else { return Ok(Rejects { writer: None, count: 0 }) };
        let cannot = |error| Failure::call(format_args!("cannot write `{path}`: {error}"));
        let writer = match ending(path).as_str() {
            "csv" => {
                let mut writer = csv::Writer::from_writer(AtomicFile::create(path).map_err(cannot)?);
                let columns = ["file", "row", "key", "attribute", "value", "expected", "message"];
                writer.write_record(columns).map_err(|error| cannot(error.into()))?;
                Writer::Csv(Box::new(writer))
            }
            "jsonl" | "ndjson" | "json" => Writer::Json(AtomicFile::create(path).map_err(cannot)?),
            _ => {
                return Err(Failure::call_help(
                    format_args!("cannot tell the format of `{path}` by its ending"),
                    "name it .csv or .jsonl",
                ));
            }
        };
        Ok(Rejects { writer: Some(writer), count: 0 })
    }

    /// How many so far.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Takes one.
    pub(crate) fn add(&mut self, problem: &RowProblem) -> io::Result<()> {
        self.count += 1;
        match &mut self.writer {
            Some(Writer::Csv(writer)) => {
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                writer
                    .write_record([
                        problem.file.clone(),
                        problem.row.to_string(),
                        text(&problem.key),
                        text(&problem.attribute),
                        text(&problem.value),
                        text(&problem.expected),
                        problem.message.clone(),
                    ])
                    .map_err(io::Error::from)
            }
            Some(Writer::Json(file)) => {
                serde_json::to_writer(&mut *file, problem).map_err(io::Error::from)?;
                file.write_all(b"\n")
            }
            None => {
                if self.count <= TOLD {
                    message(&format!("rejected: {problem}\n"));
                }
                Ok(())
            }
        }
    }

    /// All have been taken: the file is there, or the rest is counted.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self.writer {
            Some(Writer::Csv(writer)) => {
                writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?.commit()
            }
            Some(Writer::Json(file)) => file.commit(),
            None => {
                if self.count > TOLD {
                    let rest = counted(self.count - TOLD, "row");
                    message(&format!("rejected: {rest} more; `--rejects FILE` writes all of them\n"));
                }
                Ok(())
            }
        }
    }
}
