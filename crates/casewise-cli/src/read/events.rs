//! Events and rows of many customers, grouped by key.

use std::collections::{BTreeMap, HashMap, HashSet};

use casewise::Model;

use super::{Record, Records};
use crate::exit::Failure;
use crate::terminal::counted;

/// The records of several tables, by the customer's key.
pub(crate) struct Events {
    tables: BTreeMap<String, Table>,
}

struct Table {
    path: String,
    by_key: HashMap<String, Vec<(u64, Record)>>,
}

impl Events {
    /// Reads `NAME=FILE` arguments.
    pub(crate) fn read(model: &Model, arguments: &[String]) -> Result<Events, Failure> {
        let mut tables = BTreeMap::new();
        for argument in arguments {
            let (name, path) = named_file("--events", argument)?;
            let table = Table::read(model, name, path)?;
            if tables.insert(name.to_owned(), table).is_some() {
                return Err(Failure::call(format_args!(
                    "`--events {name}=…` is given twice: put the events into one file"
                )));
            }
        }
        Ok(Events { tables })
    }

    /// The names of the tables.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// The records of a customer, table by table, in the order of the file.
    pub(crate) fn of<'e>(&'e self, key: &str) -> impl Iterator<Item = (&'e str, Vec<&'e Record>)> {
        self.tables.iter().map(move |(name, table)| {
            let rows = table.by_key.get(key);
            (name.as_str(), rows.into_iter().flatten().map(|(_, record)| record).collect())
        })
    }

    /// The file and line of a customer's record, counted from 0.
    pub(crate) fn place(&self, table: &str, key: &str, row: usize) -> Option<(&str, u64)> {
        let table = self.tables.get(table)?;
        let (line, _) = table.by_key.get(key)?.get(row)?;
        Some((&table.path, *line))
    }

    /// Says which events belong to nobody, a sentence per table.
    pub(crate) fn of_nobody(&self, seen: &HashSet<String>) -> Vec<String> {
        let mut told = Vec::new();
        for (name, table) in &self.tables {
            let strangers = || table.by_key.iter().filter(|(key, _)| !seen.contains(*key));
            let events: usize = strangers().map(|(_, rows)| rows.len()).sum();
            if events > 0 {
                let keys = counted(strangers().count(), "key");
                told.push(format!(
                    "{} of `{name}` ignored: {keys} not among those decided",
                    counted(events, "record")
                ));
            }
        }
        told
    }
}

impl Table {
    fn read(model: &Model, name: &str, path: &str) -> Result<Table, Failure> {
        let records = Records::open(path)?;
        if let Some(columns) = records.columns() {
            model.check_columns(Some(name), columns).map_err(|error| in_file(path, &error))?;
        } else {
            // An unknown name is told before a long file is read.
            model.check_table(name)?;
        }
        let mut by_key: HashMap<String, Vec<(u64, Record)>> = HashMap::new();
        for numbered in records {
            let numbered = numbered?;
            let refuse = |why: &str| {
                Failure::call_help(
                    format_args!("cannot use `{path}`: line {}: {why}", numbered.line),
                    format_args!(
                        "every event carries its {}'s key in `{}`",
                        model.subject_name(),
                        model.key_name()
                    ),
                )
            };
            let record = numbered.record.map_err(|why| refuse(&why))?;
            let key = model.key_of(&record).map_err(|error| refuse(&error.to_string()))?;
            by_key.entry(key).or_default().push((numbered.line, record));
        }
        Ok(Table { path: path.to_owned(), by_key })
    }
}

/// Splits `NAME=FILE`.
pub(super) fn named_file<'a>(option: &str, argument: &'a str) -> Result<(&'a str, &'a str), Failure> {
    match argument.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => Ok((name, path)),
        _ => Err(Failure::call(format_args!("`{option} {argument}`: expected NAME=FILE"))),
    }
}

/// An error that is about a whole file.
pub(super) fn in_file(path: &str, error: &casewise::Error) -> Failure {
    if error.is_input() {
        Failure::call(format_args!("cannot use `{path}`: {error}"))
    } else {
        error.clone().into()
    }
}
