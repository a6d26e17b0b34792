//! CSV: a header, then one record a row.

use std::io::BufRead;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{NOT_UTF8, Numbered, Record};

/// A row: names and cells. An empty cell is nothing.
#[derive(Debug)]
pub(crate) struct Row {
    columns: Arc<csv::StringRecord>,
    cells: csv::StringRecord,
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.cells.len()))?;
        for (column, cell) in self.columns.iter().zip(self.cells.iter()) {
            map.serialize_entry(column, &Some(cell).filter(|cell| !cell.is_empty()))?;
        }
        map.end()
    }
}

pub(super) struct Reader {
    columns: Arc<csv::StringRecord>,
    inner: csv::Reader<Box<dyn BufRead + Send>>,
}

impl Reader {
    pub(super) fn new(input: Box<dyn BufRead + Send>) -> Result<Reader, String> {
        let mut inner = csv::ReaderBuilder::new().from_reader(input);
        let columns = inner.headers().map_err(|error| describe(&error))?.clone();
        if columns.is_empty() {
            return Err("it is empty: the first line names the columns".to_owned());
        }
        Ok(Reader { columns: Arc::new(columns), inner })
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter()
    }

    pub(super) fn position(&self) -> u64 {
        self.inner.position().byte()
    }

    pub(super) fn next(&mut self) -> Option<Result<Numbered, std::io::Error>> {
        let mut cells = csv::StringRecord::new();
        let before = self.inner.position().line();
        match self.inner.read_record(&mut cells) {
            Ok(false) => None,
            Ok(true) => {
                let line = cells.position().map_or(before, csv::Position::line);
                let record = Ok(Record::Csv(Row { columns: Arc::clone(&self.columns), cells }));
                Some(Ok(Numbered { line, record }))
            }
            Err(error) => {
                let line = error.position().map_or(before, csv::Position::line);
                let told = describe(&error);
                match error.into_kind() {
                    csv::ErrorKind::Io(error) => Some(Err(error)),
                    _ => Some(Ok(Numbered { line, record: Err(told) })),
                }
            }
        }
    }
}

fn describe(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => NOT_UTF8.to_owned(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} cells and the header has {expected_len}")
        }
        _ => error.to_string(),
    }
}
