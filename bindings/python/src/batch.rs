//! `Model._decide_arrow`: many subjects from Arrow tables, without the GIL.

use std::collections::{BTreeMap, HashMap, HashSet};

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use casewise::{Error, Model, Prepared, Request};
use pyo3::exceptions::{PyMemoryError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatchReader, PyTable};
use serde_json::value::RawValue;

use crate::columns::{self, Cell, Layout, Reject, Row, Table};
use crate::errors;

/// Rows that are decided between two looks at Python: for Ctrl-C and for progress.
const STEP: usize = 16_384;

/// What is decided from.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) model: &'a Model,
    pub(crate) now: String,
    pub(crate) decide: Option<String>,
    pub(crate) context: Option<Box<RawValue>>,
    pub(crate) remaining: Option<String>,
    pub(crate) lists: BTreeMap<String, HashSet<String>>,
    pub(crate) threads: usize,
}

/// Why a batch came to nothing.
#[derive(Debug)]
pub(crate) enum Stop {
    Casewise(Error),
    Arrow(ArrowError),
    Python(PyErr),
    Thread,
}

impl Stop {
    pub(crate) fn raise(self, py: Python<'_>) -> PyErr {
        match self {
            Stop::Casewise(error) => errors::raise(py, &error),
            Stop::Arrow(error) => PyValueError::new_err(error.to_string()),
            Stop::Python(error) => error,
            Stop::Thread => PyMemoryError::new_err("a worker ended early"),
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Casewise(error)
    }
}

impl From<ArrowError> for Stop {
    fn from(error: ArrowError) -> Stop {
        Stop::Arrow(error)
    }
}

/// The records of one table, by key.
#[derive(Debug)]
struct Grouped<'t> {
    rows: HashMap<String, Vec<Row<'t>>>,
}

/// What came out.
pub(crate) struct Done {
    pub(crate) decisions: Vec<RecordBatch>,
    pub(crate) rejects: RecordBatch,
    /// Records of keys that were not among the subjects, by table.
    pub(crate) ignored: BTreeMap<String, usize>,
}

/// Reads a frame to its end: its library may not allow that two are open.
#[pyfunction]
pub(crate) fn _read(py: Python<'_>, frame: PyRecordBatchReader) -> PyResult<PyTable> {
    let read = py.detach(|| {
        let reader = frame.into_reader().map_err(Stop::Python)?;
        let schema = reader.schema();
        Ok((reader.collect::<Result<Vec<_>, _>>()?, schema))
    });
    let (batches, schema) = read.map_err(|stop: Stop| stop.raise(py))?;
    PyTable::try_new(batches, schema)
}

/// The rows of what was read.
pub(crate) fn opened(table: PyTable) -> (Table, SchemaRef) {
    let (batches, schema) = table.into_inner();
    (Table::new(&batches, &schema), schema)
}

fn column_names(schema: &SchemaRef) -> impl Iterator<Item = &str> {
    schema.fields().iter().map(|field| field.name().as_str())
}

/// The keys of a list: its column named like the key, or its only one.
pub(crate) fn keys(model: &Model, table: &Table, schema: &SchemaRef) -> Result<HashSet<String>, Stop> {
    let rename = schema.fields().len() == 1 && !column_names(schema).any(|name| name == model.key_name());
    let key = |row: Row<'_>| match row.only().filter(|_| rename) {
        Some(cell) => model.key_of(&BTreeMap::from([(model.key_name(), cell)])),
        None => model.key_of(&row),
    };
    Ok(table.rows().map(key).collect::<Result<_, _>>()?)
}

impl Job<'_> {
    /// The part of a request that all subjects share.
    fn request(&self) -> Result<Request<'_>, Error> {
        let mut request = Request::at(self.now.as_str());
        if let Some(name) = &self.decide {
            request = request.decide(name.as_str());
        }
        if let Some(remaining) = &self.remaining {
            request = casewise::json::remaining(request, remaining)?;
        }
        if let Some(context) = &self.context {
            request = request.context(context);
        }
        Ok(request)
    }

    fn prepare(
        &self,
        row: Row<'_>,
        key: &str,
        events: &BTreeMap<&str, Grouped<'_>>,
    ) -> Result<Prepared, Error> {
        let mut request = self.request()?;
        for (table, grouped) in events {
            request = request.events(*table, grouped.rows.get(key).map_or(&[][..], Vec::as_slice));
        }
        for (list, keys) in &self.lists {
            request = request.listed(list.as_str(), keys.contains(key));
        }
        self.model.prepare(&row, &request)
    }

    /// Decides; `step` is called with the number of rows done, now and then.
    pub(crate) fn run(
        &self,
        subjects: &(Table, SchemaRef),
        tables: &[(String, (Table, SchemaRef))],
        layout: &Layout,
        step: &mut dyn FnMut(usize, usize) -> Result<(), Stop>,
    ) -> Result<Done, Stop> {
        let (subjects, schema) = subjects;
        self.model.check_columns(None, column_names(schema))?;
        let together = self.model.shares_limits(&self.request()?)?;
        let mut events = BTreeMap::new();
        for (name, (table, schema)) in tables {
            self.model.check_columns(Some(name), column_names(schema))?;
            let mut rows: HashMap<String, Vec<Row<'_>>> = HashMap::new();
            for row in table.rows() {
                rows.entry(self.model.key_of(&row)?).or_default().push(row);
            }
            events.insert(name.as_str(), Grouped { rows });
        }
        self.lists.keys().try_for_each(|list| self.model.check_list(list))?;

        let rows: Vec<Row<'_>> = subjects.rows().collect();
        let mut rejected = Vec::new();
        let mut seen = HashSet::new();
        let mut decided = Vec::new();
        let mut waiting = Vec::new();
        let mut done = 0;
        step(0, rows.len())?;
        for chunk in rows.chunks(STEP) {
            let mut fresh = Vec::with_capacity(chunk.len());
            for (row, number) in chunk.iter().zip(done..) {
                match self.model.key_of(row) {
                    Err(error) => rejected.push(Reject { row: number, key: None, error }),
                    Ok(key) if seen.contains(&key) => {
                        let error = self.model.second_row(&key);
                        rejected.push(Reject { row: number, key: Some(key), error });
                    }
                    Ok(key) => {
                        seen.insert(key.clone());
                        fresh.push((number, *row, key));
                    }
                }
            }
            let prepared = self.spread(&fresh, |(_, row, key)| {
                let prepared = self.prepare(*row, key, &events)?;
                Ok(if together {
                    (prepared, None)
                } else {
                    let decision = self.model.decide_prepared(&prepared)?;
                    (prepared, Some(decision))
                })
            })?;
            let mut decisions = Vec::with_capacity(prepared.len());
            for (result, (number, _, key)) in prepared.into_iter().zip(fresh) {
                match result {
                    Ok((_, Some(decision))) => decisions.push(decision),
                    Ok((prepared, None)) => waiting.push(prepared),
                    Err(error) if error.is_input() => {
                        rejected.push(Reject { row: number, key: Some(key), error })
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            if !together {
                decided.push(layout.batch(&decisions)?);
            }
            done += chunk.len();
            step(done, rows.len())?;
        }
        if together {
            let all = self.model.decide_all(&waiting, &self.request()?)?;
            for decisions in all.chunks(STEP) {
                decided.push(layout.batch(decisions)?);
            }
        }
        rejected.sort_by_key(|reject| reject.row);
        let strangers = |grouped: &Grouped<'_>| -> usize {
            let of = grouped.rows.iter().filter(|(key, _)| !seen.contains(*key));
            of.map(|(_, rows)| rows.len()).sum()
        };
        let ignored = events.iter().map(|(name, grouped)| ((*name).to_owned(), strangers(grouped)));
        Ok(Done { decisions: decided, rejects: columns::rejects(&rejected)?, ignored: ignored.collect() })
    }

    /// Maps rows on all threads; the results are in order.
    fn spread<I: Sync, O: Send>(
        &self,
        items: &[I],
        each: impl Fn(&I) -> Result<O, Error> + Sync,
    ) -> Result<Vec<Result<O, Error>>, Stop> {
        let share = items.len().div_ceil(self.threads.max(1)).max(1);
        let each = &each;
        std::thread::scope(|scope| {
            let workers: Vec<_> = items
                .chunks(share)
                .map(|part| scope.spawn(move || part.iter().map(each).collect::<Vec<_>>()))
                .collect();
            let mut all = Vec::with_capacity(items.len());
            for worker in workers {
                all.extend(worker.join().map_err(|_| Stop::Thread)?);
            }
            Ok(all)
        })
    }
}

/// Batches as an object that other libraries read.
pub(crate) fn table(batches: Vec<RecordBatch>, schema: SchemaRef) -> PyResult<PyTable> {
    PyTable::try_new(batches, schema)
}

impl<'a> Row<'a> {
    /// The only element of a row.
    fn only(&self) -> Option<Cell<'a>> {
        self.cell(0)
    }
}
