//! What decisions are made from: files opened and checked against the model.

use std::collections::HashSet;

use casewise::{Model, Prepared, Request, Requirements};
use serde_json::value::RawValue;

use crate::args::InputArgs;
use crate::exit::Failure;
use crate::read::{self, Events, Lists, Numbered, Record, Records};
use crate::terminal::Progress;
use crate::write::rejects::{Rejects, RowProblem};

/// Everything that comes with the customers, and the customers themselves, to be read one by one.
pub(crate) struct Input<'a> {
    model: &'a Model,
    args: &'a InputArgs,
    pub(crate) customers: Records,
    events: Events,
    lists: Lists,
    context: Option<Box<RawValue>>,
    remaining: Option<Box<RawValue>>,
    seen: HashSet<String>,
    purpose: Purpose,
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
        // An unreadable `now`, or parameters that are missing, are told before any file is read ...
        model.shares_limits(&Request::at(args.now.as_str()))?;
        let required = model.requirements()?;
        let input = Input::files(model, args, &required, Purpose::Decide)?;
        // ... and an unknown name in what remains once, not per row.
        model.shares_limits(&input.request()?)?;
        Ok(input)
    }

    /// The same, to learn.
    pub(crate) fn open_to_fit(model: &'a Model, args: &'a InputArgs) -> Result<Input<'a>, Failure> {
        Input::files(model, args, &model.requirements_to_fit()?, Purpose::Fit)
    }

    fn files(
        model: &'a Model,
        args: &'a InputArgs,
        required: &Requirements,
        purpose: Purpose,
    ) -> Result<Input<'a>, Failure> {
        let customers = Records::open(&args.customers)?;
        if let Some(columns) = customers.columns() {
            model
                .check_columns(None, columns)
                .map_err(|error| Failure::call(format_args!("cannot use `{}`: {error}", args.customers)))?;
        }
        let object =
            |argument: &Option<String>, what| argument.as_deref().map(|a| read::object(a, what)).transpose();
        let input = Input {
            model,
            args,
            customers,
            events: Events::read(model, &args.events)?,
            lists: Lists::read(model, &args.list)?,
            context: object(&args.context, "the context")?,
            remaining: object(&args.remaining, "what remains")?,
            seen: HashSet::new(),
            purpose,
        };
        input.check_supplied(required)?;
        Ok(input)
    }

    fn check_supplied(&self, required: &Requirements) -> Result<(), Failure> {
        let mut missing = Vec::new();
        for table in required.tables.iter().filter(|t| !self.events.names().any(|given| *given == *t.name)) {
            missing.push(format!("--events {}=FILE", table.name));
        }
        for list in required.lists.iter().filter(|l| !self.lists.names().any(|given| *given == *l.name)) {
            missing.push(format!("--list {}=FILE", list.name));
        }
        if self.context.is_none() && required.context.iter().any(|field| !field.used_by.is_empty()) {
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

    /// The part of the request that is the same for all customers.
    pub(crate) fn request(&self) -> Result<Request<'_>, Failure> {
        let mut request = Request::at(self.args.now.as_str());
        if let Some(remaining) = &self.remaining {
            request = casewise::json::remaining(request, remaining.get())?;
        }
        if let Some(context) = &self.context {
            request = request.context(context);
        }
        if let Some(name) = &self.args.decide {
            request = request.decide(name.as_str());
        }
        Ok(request)
    }

    /// Reads a customer with everything that belongs to them, or says why the row is rejected.
    pub(crate) fn prepare(&mut self, numbered: Numbered) -> Result<Result<Prepared, RowProblem>, Failure> {
        let Numbered { line, record } = numbered;
        let file = &self.args.customers;
        let record = match record {
            Ok(record) => record,
            Err(why) => return Ok(Err(RowProblem::row(file, line, None, why))),
        };
        let key = match self.model.key_of(&record) {
            Ok(key) => key,
            Err(error) => return Ok(Err(RowProblem::input(file, line, None, &error))),
        };
        if !self.seen.insert(key.clone()) {
            let why = "a second row with this key: the first one counts";
            return Ok(Err(RowProblem::row(file, line, Some(key), why)));
        }
        Ok(self
            .prepare_keyed(line, &key, &record)?
            .map_err(|(file, line, error)| RowProblem::input(&file, line, Some(key), &error)))
    }

    /// As [`Input::prepare`], for a record whose key is known.
    pub(crate) fn prepare_keyed(
        &self,
        line: u64,
        key: &str,
        record: &Record,
    ) -> Result<Result<Prepared, (String, u64, casewise::Error)>, Failure> {
        let mut request = self.request()?;
        for (table, records) in self.events.of(key) {
            request = request.events(table, records);
        }
        for (list, contained) in self.lists.of(key) {
            request = request.listed(list, contained);
        }
        let prepared = match self.purpose {
            Purpose::Decide => self.model.prepare(record, &request),
            Purpose::Fit => self.model.prepare_to_fit(record, &request),
        };
        match prepared {
            Ok(prepared) => Ok(Ok(prepared)),
            Err(error) if error.is_input() => {
                // A bad event stands in its own file.
                let place = match error.record() {
                    Some((table, Some(row))) => self.events.place(table, key, row),
                    _ => None,
                };
                let (file, line) = place.unwrap_or((&self.args.customers, line));
                Ok(Err((file.to_owned(), line, error)))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads all customers that can be read.
    pub(crate) fn all(&mut self, rejects: &mut Rejects) -> Result<Vec<Prepared>, Failure> {
        let progress = Progress::start("reading", self.customers.size);
        let mut all = Vec::new();
        while let Some(numbered) = self.customers.next() {
            match self.prepare(numbered?)? {
                Ok(prepared) => all.push(prepared),
                Err(problem) => rejects.add(&problem)?,
            }
            progress.at(self.customers.position());
        }
        Ok(all)
    }

    /// What was read and belongs to nobody, a sentence each.
    pub(crate) fn of_nobody(&self) -> Vec<String> {
        self.events.of_nobody(&self.seen)
    }
}
