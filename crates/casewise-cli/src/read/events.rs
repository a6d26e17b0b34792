//! Events and rows: read to the end and grouped by key, or, if they are sorted, read as the customers come.

use std::collections::BTreeMap;

use casewise::Model;
use casewise::batch::{Sorted, Supplied};

use super::{Numbered, Record, Records, Source};
use crate::exit::Failure;

/// Where the records of each table stand.
#[derive(Debug, Default)]
pub(crate) struct Places {
    tables: BTreeMap<String, Table>,
}

#[derive(Debug)]
struct Table {
    path: String,
    /// Lines of the records that cannot be used, by their places; of columns the place says it.
    lines: Option<BTreeMap<usize, u64>>,
}

impl Places {
    /// The file and row, from 1, of a record that cannot be used.
    pub(crate) fn of(&self, table: &str, record: usize) -> Option<(&str, u64)> {
        let table = self.tables.get(table)?;
        let line = match &table.lines {
            Some(lines) => *lines.get(&record)?,
            None => record as u64 + 1,
        };
        Some((&table.path, line))
    }
}

/// A file of events that is sorted by key, to be read as the customers come.
pub(crate) struct SortedFile {
    pub(crate) sorted: Sorted,
    name: String,
    path: String,
    source: Source,
    help: String,
}

impl SortedFile {
    /// Reads some more; false at the end.
    pub(crate) fn read(&mut self, places: &mut Places) -> Result<bool, Failure> {
        let path = &self.path;
        match &mut self.source {
            Source::Records(records) => {
                let mut any = false;
                for numbered in records.by_ref().take(SORTED) {
                    let Numbered { line, record } = numbered?;
                    let place = self.sorted.count();
                    let mut order = None;
                    let usable = self::record(path, line, record, &self.help, |record| {
                        match self.sorted.event(record) {
                            Err(error) if !error.is_input() => {
                                order = Some(error);
                                Ok(false)
                            }
                            taken => taken,
                        }
                    })?;
                    if let Some(error) = order {
                        return Err(not_sorted(path, &error));
                    }
                    if !usable && let Some(table) = places.tables.get_mut(&self.name) {
                        table.lines.get_or_insert_default().insert(place, line);
                    }
                    any = true;
                }
                if any {
                    return Ok(true);
                }
            }
            Source::Batches(batches) => {
                if let Some(batch) = batches.next() {
                    self.sorted.events(&batch?).map_err(|error| match error.is_input() {
                        true => in_file(path, &error),
                        false => not_sorted(path, &error),
                    })?;
                    return Ok(true);
                }
            }
        }
        self.sorted.end();
        Ok(false)
    }
}

fn not_sorted(path: &str, error: &casewise::Error) -> Failure {
    Failure::call_help(
        format_args!("cannot use `{path}`: {error}"),
        "without `--sorted` customers and events may come in any order",
    )
}

/// Records of a sorted file that are read together.
const SORTED: usize = 4_096;

/// Reads the `NAME=FILE` arguments of events; those that are sorted are read later.
pub(crate) fn events(
    supplied: &mut Supplied,
    model: &Model,
    arguments: &[String],
    is_sorted: bool,
) -> Result<(Vec<SortedFile>, Places), Failure> {
    let mut sorted = Vec::new();
    let mut places = Places::default();
    for (name, path) in named_files("--events", arguments)? {
        supplied.table(name)?;
        let wanted = |column: &str| model.reads_column(Some(name), column);
        let source = Source::open(path, &wanted)?;
        if let Source::Records(records) = &source
            && let Some(columns) = records.columns()
        {
            model.check_columns(Some(name), columns).map_err(|error| in_file(path, &error))?;
        }
        if is_sorted {
            let lines = matches!(source, Source::Records(_)).then(BTreeMap::new);
            places.tables.insert(name.to_owned(), Table { path: path.to_owned(), lines });
            sorted.push(SortedFile {
                sorted: Sorted::new(model, name)?,
                name: name.to_owned(),
                path: path.to_owned(),
                source,
                help: every_event(model),
            });
            continue;
        }
        let lines = match source {
            Source::Records(records) => Some(read_events(model, supplied, name, records)?),
            Source::Batches(batches) => {
                for batch in std::iter::once(Ok(batches.empty())).chain(batches) {
                    supplied.events(name, &batch?).map_err(|error| in_file(path, &error))?;
                }
                None
            }
        };
        places.tables.insert(name.to_owned(), Table { path: path.to_owned(), lines });
    }
    Ok((sorted, places))
}

/// Gives the lines of the records that cannot be used.
fn read_events(
    model: &Model,
    supplied: &mut Supplied,
    table: &str,
    records: Records,
) -> Result<BTreeMap<usize, u64>, Failure> {
    let path = records.path.clone();
    let mut refused = BTreeMap::new();
    for (place, numbered) in records.enumerate() {
        let numbered = numbered?;
        let usable = record(&path, numbered.line, numbered.record, &every_event(model), |record| {
            supplied.event(table, record)
        })?;
        if !usable {
            refused.insert(place, numbered.line);
        }
    }
    Ok(refused)
}

fn every_event(model: &Model) -> String {
    format!("every event carries its {}'s key in `{}`", model.subject_name(), model.key_name())
}

/// Takes a record, or says why the file cannot be used.
pub(super) fn record<T>(
    path: &str,
    line: u64,
    record: Result<Record, String>,
    help: &str,
    take: impl FnOnce(&Record) -> Result<T, casewise::Error>,
) -> Result<T, Failure> {
    let taken = record.and_then(|record| take(&record).map_err(|error| error.to_string()));
    taken.map_err(|why| Failure::call_help(format_args!("cannot use `{path}`: line {line}: {why}"), help))
}

/// Splits `NAME=FILE` arguments; each name comes once.
pub(crate) fn named_files<'a>(
    option: &str,
    arguments: &'a [String],
) -> Result<Vec<(&'a str, &'a str)>, Failure> {
    let mut files: Vec<(&str, &str)> = Vec::new();
    for argument in arguments {
        let (name, path) = match argument.split_once('=') {
            Some((name, path)) if !name.is_empty() && !path.is_empty() => (name, path),
            _ => return Err(Failure::call(format_args!("`{option} {argument}`: expected NAME=FILE"))),
        };
        if files.iter().any(|(given, _)| *given == name) {
            return Err(Failure::call(format_args!(
                "`{option} {name}=…` is given twice: put everything into one file"
            )));
        }
        files.push((name, path));
    }
    Ok(files)
}

/// An error that is about a whole file.
pub(crate) fn in_file(path: &str, error: &casewise::Error) -> Failure {
    if error.is_input() {
        Failure::call(format_args!("cannot use `{path}`: {error}"))
    } else {
        error.clone().into()
    }
}
