//! What decisions are made from: files opened and checked against the model.

use arrow_array::RecordBatch;
use casewise::batch::{How, Key, Parts, Stream, Supplied};
use casewise::{Error, Model, Prepared, Request, Requirements};
use serde_json::value::RawValue;

use crate::args::InputArgs;
use crate::exit::{Exit, Failure};
use crate::read::{self, Numbered, Places, SortedFile, Source};
use crate::terminal::{Progress, counted};
use crate::threads;
use crate::write::rejects::{Rejects, RowProblem};

/// Records that are read together.
const CHUNK: usize = 4_096;

/// Everything that comes with the customers, and the customers themselves, to be read chunk by chunk.
pub(crate) struct Input<'a> {
    model: &'a Model,
    args: &'a InputArgs,
    pub(crate) customers: Source,
    pub(crate) stream: Stream<'a>,
    places: Places,
    /// Tables of events whose files are sorted, read as the customers come.
    sorted: Vec<SortedFile>,
    context: Option<Box<RawValue>>,
    remaining: Option<Box<RawValue>>,
    threads: usize,
    /// Rows of columns read so far.
    rows: u64,
}

/// Some customers, as they come.
pub(crate) enum Chunk {
    /// Records and where they stand.
    Records(Vec<Numbered>),
    /// Rows of columns, and the number of the first, from 1.
    Rows(u64, RecordBatch),
}

/// What is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Decide,
    Fit,
}

impl<'a> Input<'a> {
    /// Opens all files to decide. What is missing as a whole is told before the first customer.
    pub(crate) fn open(model: &'a Model, args: &'a InputArgs) -> Result<Input<'a>, Failure> {
        Input::open_as(model, args, How::default())
    }

    /// The same, to decide in this way.
    pub(crate) fn open_as(model: &'a Model, args: &'a InputArgs, how: How<'a>) -> Result<Input<'a>, Failure> {
        // An unreadable `now`, or parameters that are missing, are told first.
        model.shares_limits(&Request::at(args.now.as_str()))?;
        Input::files(model, args, &model.requirements()?, Purpose::Decide, how)
    }

    /// The same, to learn.
    pub(crate) fn open_to_fit(model: &'a Model, args: &'a InputArgs) -> Result<Input<'a>, Failure> {
        Input::files(model, args, &model.requirements_to_fit()?, Purpose::Fit, How::default())
    }

    fn files(
        model: &'a Model,
        args: &'a InputArgs,
        required: &Requirements,
        purpose: Purpose,
        how: How<'a>,
    ) -> Result<Input<'a>, Failure> {
        check_supplied(model, args, required)?;
        let object =
            |argument: &Option<String>, what| argument.as_deref().map(|a| read::object(a, what)).transpose();
        let context = object(&args.context, "the context")?;
        let remaining = object(&args.remaining, "what remains")?;
        // An unreadable `now` or an unknown name is told before long files are read.
        let request = request(args, context.as_deref(), remaining.as_deref())?;
        if purpose == Purpose::Decide {
            model.shares_limits(&request)?;
        }
        let customers = Source::open(&args.customers, &|column| model.reads_column(None, column))?;
        let cannot = |error: Error| read::in_file(&args.customers, &error);
        if let Source::Records(records) = &customers
            && let Some(columns) = records.columns()
        {
            model.check_columns(None, columns).map_err(cannot)?;
        }
        // While events are read, the first customers are.
        let customers = if how.threads > 1 { customers.read_ahead() } else { customers };
        let mut supplied = Supplied::new(model).threads(how.threads);
        let (sorted, places) = read::events(&mut supplied, model, &args.events, args.sorted)?;
        read::lists(model, &mut supplied, &args.list)?;
        let threads = how.threads;
        let stream = match purpose {
            Purpose::Decide => model.stream(supplied, &request, how)?,
            Purpose::Fit => model.stream_to_fit(supplied, &request)?,
        };
        let stream = if args.sorted { stream.sorted() } else { stream };
        if let Source::Batches(batches) = &customers {
            stream.prepare_batch(&batches.empty()).map_err(cannot)?;
        }
        drop(request);
        Ok(Input { model, args, customers, stream, places, sorted, context, remaining, threads, rows: 0 })
    }

    /// The part of the request that is the same for all customers.
    pub(crate) fn request(&self) -> Result<Request<'_>, Failure> {
        request(self.args, self.context.as_deref(), self.remaining.as_deref())
    }

    /// The next customers; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, Failure> {
        match &mut self.customers {
            Source::Records(records) => {
                let chunk = records.by_ref().take(CHUNK).collect::<Result<Vec<_>, _>>()?;
                Ok(if chunk.is_empty() { None } else { Some(Chunk::Records(chunk)) })
            }
            Source::Batches(batches) => {
                let Some(batch) = batches.next().transpose()? else { return Ok(None) };
                let first = self.rows + 1;
                self.rows += batch.num_rows() as u64;
                Ok(Some(Chunk::Rows(first, batch)))
            }
        }
    }

    /// Reads customers with everything that belongs to them, or says why a row is rejected.
    pub(crate) fn prepare(&mut self, chunk: &Chunk) -> Result<Vec<Result<Prepared, RowProblem>>, Failure> {
        let last = match chunk {
            Chunk::Records(records) => {
                let mut keys = records.iter().rev().filter_map(|n| self.stream.key(n.record.as_ref().ok()?));
                if self.sorted.is_empty() { None } else { keys.next() }
            }
            Chunk::Rows(_, batch) => self.last_key(batch)?,
        };
        self.join(last)?;
        let file = &self.args.customers;
        let stream = &self.stream;
        let prepared = match chunk {
            Chunk::Records(records) => threads::map(records, self.threads, |records| {
                let one = |numbered: &Numbered| match &numbered.record {
                    Ok(record) => (numbered.line, stream.prepare(record).map_err(Trouble::Input)),
                    Err(why) => (numbered.line, Err(Trouble::Row(why.clone()))),
                };
                records.iter().map(one).collect()
            }),
            Chunk::Rows(first, batch) => {
                let piece = batch.num_rows().div_ceil(self.threads.max(1)).max(1);
                let starts: Vec<usize> = (0..batch.num_rows()).step_by(piece).collect();
                let pieces = threads::map(&starts, self.threads, |starts| {
                    let read = |start: &usize| {
                        stream.prepare_batch(&batch.slice(*start, piece.min(batch.num_rows() - start)))
                    };
                    starts.iter().map(read).collect()
                });
                let rows: Vec<_> = pieces.into_iter().collect::<Result<Vec<_>, _>>()?;
                let rows = rows.into_iter().flatten().map(|row| row.map_err(Trouble::Input));
                (*first..).zip(rows).collect()
            }
        };
        let mut told = Vec::with_capacity(prepared.len());
        for (line, prepared) in prepared {
            told.push(match prepared {
                Err(Trouble::Row(why)) => Err(RowProblem::row(file, line, None, why)),
                Err(Trouble::Input(error)) => self.claim(line, Err(error))?,
                Ok(prepared) => self.claim(line, Ok(prepared))?,
            });
        }
        Ok(told)
    }

    fn claim(
        &mut self,
        line: u64,
        prepared: Result<Prepared, Error>,
    ) -> Result<Result<Prepared, RowProblem>, Failure> {
        match self.stream.claim(prepared) {
            Ok(prepared) => Ok(Ok(prepared)),
            Err(error) => self.problem(line, error).map(Err),
        }
    }

    /// Decides a batch.
    pub(crate) fn decide(&mut self, batch: &RecordBatch) -> Result<Parts, Failure> {
        let last = self.last_key(batch)?;
        self.join(last)?;
        Ok(self.stream.decide_in_parts(batch)?)
    }

    fn last_key(&self, batch: &RecordBatch) -> Result<Option<Key>, Failure> {
        Ok(if self.sorted.is_empty() { None } else { self.stream.last_key(batch)? })
    }

    /// Reads sorted events up to the last key of some customers.
    fn join(&mut self, last: Option<Key>) -> Result<(), Failure> {
        let Some(last) = last else { return Ok(()) };
        for file in &mut self.sorted {
            while file.sorted.wants_more(&last) {
                file.read(&mut self.places)?;
            }
            self.stream.join(&mut file.sorted, &last);
        }
        Ok(())
    }

    /// No customer comes any more: what is left of sorted events belongs to nobody.
    fn leave(&mut self) -> Result<(), Failure> {
        for file in &mut self.sorted {
            self.stream.leave(&mut file.sorted);
            while file.read(&mut self.places)? {
                self.stream.leave(&mut file.sorted);
            }
        }
        Ok(())
    }

    /// Why a row is rejected, and where: a bad event stands in its own file.
    pub(crate) fn problem(&self, line: u64, error: Error) -> Result<RowProblem, Failure> {
        if !error.is_input() {
            return Err(error.into());
        }
        let place = match error.record() {
            Some((table, Some(record))) => self.places.of(table, record),
            _ => None,
        };
        let (file, line) = place.unwrap_or((&self.args.customers, line));
        Ok(RowProblem::input(file, line, &error))
    }

    /// Looks for a customer, and reads no other one.
    pub(crate) fn find(&mut self, id: &str) -> Result<Prepared, Failure> {
        while let Some(chunk) = self.next()? {
            let found = match &chunk {
                Chunk::Records(records) => {
                    let is_it = |numbered: &&Numbered| {
                        let key = numbered.record.as_ref().ok().and_then(|r| self.model.key_of(r).ok());
                        key.is_some_and(|key| key == id)
                    };
                    records.iter().find(is_it).and_then(|numbered| {
                        let record = numbered.record.as_ref().ok()?;
                        Some((numbered.line, self.stream.prepare(record)))
                    })
                }
                Chunk::Rows(first, batch) => match self.stream.find(batch, id)? {
                    Some(row) => {
                        let prepared = self.stream.prepare_batch(&batch.slice(row, 1))?.pop();
                        prepared.map(|prepared| (first + row as u64, prepared))
                    }
                    None => None,
                },
            };
            if let Some((line, prepared)) = found {
                return match prepared {
                    Ok(prepared) => Ok(prepared),
                    Err(error) => {
                        let RowProblem { file, row, message, .. } = self.problem(line, error)?;
                        let message = format!("error: the row is rejected: {file}:{row}: {message}\n");
                        Err(Failure::new(Exit::Rejected, message))
                    }
                };
            }
        }
        let (file, subject) = (&self.args.customers, self.model.subject_name());
        Err(Failure::call(format_args!("`{file}` has no {subject} `{id}`")))
    }

    /// Reads all customers that can be read.
    pub(crate) fn all(&mut self, rejects: &mut Rejects) -> Result<Vec<Prepared>, Failure> {
        let progress = Progress::start("reading", self.customers.size());
        let mut all = Vec::new();
        while let Some(chunk) = self.next()? {
            for prepared in self.prepare(&chunk)? {
                match prepared {
                    Ok(prepared) => all.push(prepared),
                    Err(problem) => rejects.add(&problem)?,
                }
            }
            progress.at(self.customers.position(), all.len() + rejects.count());
        }
        Ok(all)
    }

    /// What was read and belongs to nobody, a sentence each.
    pub(crate) fn of_nobody(&mut self) -> Result<Vec<String>, Failure> {
        self.leave()?;
        let told = |(table, records, keys)| {
            let (records, keys) = (counted(records, "record"), counted(keys, "key"));
            format!("{records} of `{table}` ignored: {keys} not among those decided")
        };
        Ok(self.stream.unclaimed().map(told).collect())
    }
}

/// Why a customer cannot be prepared.
enum Trouble {
    /// The row as a whole cannot be read.
    Row(String),
    /// It does not fit the model.
    Input(Error),
}

fn request<'r>(
    args: &'r InputArgs,
    context: Option<&'r RawValue>,
    remaining: Option<&RawValue>,
) -> Result<Request<'r>, Failure> {
    let mut request = Request::at(args.now.as_str());
    if let Some(remaining) = remaining {
        request = casewise::json::remaining(request, remaining.get())?;
    }
    if let Some(context) = context {
        request = request.context(context);
    }
    if let Some(name) = &args.decide {
        request = request.decide(name.as_str());
    }
    Ok(request)
}

/// Names are told before what is missing: it may be what is misspelt.
fn check_supplied(model: &Model, args: &InputArgs, required: &Requirements) -> Result<(), Failure> {
    let events = read::named_files("--events", &args.events)?;
    let lists = read::named_files("--list", &args.list)?;
    events.iter().try_for_each(|(name, _)| model.check_table(name))?;
    lists.iter().try_for_each(|(name, _)| model.check_list(name))?;
    let given = |files: &[(&str, &str)], name: &str| files.iter().any(|(given, _)| *given == name);
    let mut missing = Vec::new();
    for table in required.tables.iter().filter(|table| !given(&events, &table.name)) {
        missing.push(format!("--events {}=FILE", table.name));
    }
    for list in required.lists.iter().filter(|list| !given(&lists, &list.name)) {
        missing.push(format!("--list {}=FILE", list.name));
    }
    if args.context.is_none() && required.context.iter().any(|field| !field.used_by.is_empty()) {
        missing.push("--context FILE|JSON".to_owned());
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::call_help(
        format_args!("the model reads what was not supplied: {}", missing.join(", ")),
        "an empty file is fine; nothing is assumed to be empty",
    ))
}
