//! Where decisions go.

mod atomic;
pub(crate) mod columns;
pub(crate) mod counts;
mod csv;
mod jsonl;
pub(crate) mod rejects;
pub(crate) mod table;

use std::io::{self, BufWriter, Write};

use casewise::{Decision, Model};

pub(crate) use atomic::AtomicFile;

use crate::args::{Cases, OutputFormat};
use crate::exit::Failure;
use crate::read::ending;

/// Writes decisions in one format.
pub(crate) trait Sink {
    /// Takes one decision.
    fn decision(&mut self, decision: &Decision) -> io::Result<()>;

    /// All decisions have been taken; so many rows were rejected.
    fn finish(&mut self, rejected: usize) -> io::Result<()>;
}

/// Standard output, or a file that appears whole or not at all.
pub(crate) enum Output {
    Stdout(BufWriter<io::Stdout>),
    File(AtomicFile),
}

impl Output {
    /// Opens it; `-` and nothing are standard output.
    pub(crate) fn open(path: Option<&str>) -> Result<Output, Failure> {
        match path {
            None | Some("-") => Ok(Output::Stdout(BufWriter::new(io::stdout()))),
            Some(path) => AtomicFile::create(path)
                .map(Output::File)
                .map_err(|error| Failure::call(format_args!("cannot write `{path}`: {error}"))),
        }
    }

    /// What was written is there from now on.
    pub(crate) fn commit(self) -> io::Result<()> {
        match self {
            Output::Stdout(mut stdout) => stdout.flush(),
            Output::File(file) => file.commit(),
        }
    }
}

/// A page for a browser, to be committed.
pub(crate) fn page(path: &str, html: &str) -> Result<Output, Failure> {
    let mut page = Output::open(Some(path))?;
    page.write_all(html.as_bytes())?;
    Ok(page)
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Stdout(stdout) => stdout.write(bytes),
            Output::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Stdout(stdout) => stdout.flush(),
            Output::File(file) => file.flush(),
        }
    }
}

/// The format asked for, or told by the ending of the output.
pub(crate) fn format(asked: Option<OutputFormat>, output: Option<&str>) -> Result<OutputFormat, Failure> {
    if let Some(format) = asked {
        return Ok(format);
    }
    match output.map(ending).as_deref() {
        Some("jsonl" | "ndjson" | "json") => Ok(OutputFormat::Jsonl),
        Some("csv") => Ok(OutputFormat::Csv),
        Some("parquet") => Ok(OutputFormat::Parquet),
        Some("arrow" | "feather" | "ipc") => Ok(OutputFormat::Arrow),
        _ => Ok(OutputFormat::Table),
    }
}

/// How a format of columns keeps them; none: it is written decision by decision.
pub(crate) fn columns(format: OutputFormat) -> Option<columns::Format> {
    match format {
        OutputFormat::Parquet => Some(columns::Format::Parquet),
        OutputFormat::Arrow => Some(columns::Format::Arrow),
        OutputFormat::Table | OutputFormat::Jsonl | OutputFormat::Csv => None,
    }
}

/// The writer of a format.
pub(crate) fn sink<'o>(
    format: OutputFormat,
    cases: Cases,
    model: &Model,
    output: &'o mut Output,
) -> Box<dyn Sink + 'o> {
    match format {
        OutputFormat::Jsonl => Box::new(jsonl::Jsonl { output, cases }),
        OutputFormat::Csv => Box::new(csv::Csv::new(output, cases)),
        // Columns have a writer of their own.
        OutputFormat::Table | OutputFormat::Parquet | OutputFormat::Arrow => {
            Box::new(table::Table::new(output, cases, model))
        }
    }
}
