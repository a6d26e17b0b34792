//! Many subjects, chunk by chunk, off the main thread.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use casewise::{Decision, Error, Model, Prepared, json};
use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Task};
use napi_derive::napi;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::decision::NativeDecision;
use crate::errors::{raise, refuse};
use crate::exact;

/// A batch that is being read and decided.
#[napi]
pub struct NativeBatch {
    state: Arc<Mutex<State>>,
}

struct State {
    model: Model,
    /// What comes with every subject: an input without one.
    common: String,
    /// Subjects compete: all are read before the first is decided.
    together: bool,
    events: BTreeMap<String, HashMap<String, Vec<Event>>>,
    lists: BTreeMap<String, HashSet<String>>,
    seen: HashSet<String>,
    rows: usize,
    waiting: Vec<Prepared>,
    decisions: Vec<Decision>,
    rejects: Vec<Reject>,
}

/// An event and its place among those given.
struct Event {
    row: usize,
    record: Box<RawValue>,
}

/// Why a row is rejected.
#[derive(Serialize)]
struct Reject {
    /// The row of the subject, from 0.
    row: usize,
    key: Option<String>,
    table: Option<String>,
    /// The event that does not fit, from 0 among those given.
    event: Option<usize>,
    attribute: Option<String>,
    value: Option<String>,
    expected: Option<String>,
    message: String,
}

impl Reject {
    fn whole(row: usize, key: Option<String>, message: impl Into<String>) -> Reject {
        let message = message.into();
        Reject { row, key, table: None, event: None, attribute: None, value: None, expected: None, message }
    }

    fn input(row: usize, key: Option<String>, error: &Error) -> Reject {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Reject {
            row,
            key: key.or_else(|| owned(error.key())),
            table: error.record().map(|(table, _)| table.to_owned()),
            event: None,
            attribute: owned(error.attribute()),
            value: owned(error.value()),
            expected: owned(error.expected()),
            message: error.to_string(),
        }
    }
}

impl State {
    fn customers(&mut self, lines: &str) -> Result<(), Error> {
        for line in lines.lines() {
            let row = self.rows;
            self.rows += 1;
            // A row that could not be said in JSON has been told already.
            if line.trim().is_empty() {
                continue;
            }
            match self.customer(row, line)? {
                Ok(prepared) if self.together => self.waiting.push(prepared),
                Ok(prepared) => self.decisions.push(self.model.decide_prepared(&prepared)?),
                Err(reject) => self.rejects.push(reject),
            }
        }
        Ok(())
    }

    fn customer(&mut self, row: usize, line: &str) -> Result<Result<Prepared, Reject>, Error> {
        let record: &RawValue = match serde_json::from_str(line) {
            Ok(record) => record,
            Err(error) => return Ok(Err(Reject::whole(row, None, format!("not JSON: {error}")))),
        };
        let key = match self.model.key_of(record) {
            Ok(key) => key,
            Err(error) => return Ok(Err(Reject::input(row, None, &error))),
        };
        if !self.seen.insert(key.clone()) {
            let why = "a second row with this key: the first one counts";
            return Ok(Err(Reject::whole(row, Some(key), why)));
        }
        let mut request = json::request(&self.model, &self.common)?;
        for (table, by_key) in &self.events {
            let own = by_key.get(&key).into_iter().flatten();
            request = request.events(table, own.map(|event| &*event.record).collect::<Vec<_>>());
        }
        for (list, keys) in &self.lists {
            request = request.listed(list, keys.contains(&key));
        }
        match self.model.prepare(record, &request) {
            Ok(prepared) => Ok(Ok(prepared)),
            Err(error) if error.is_input() => {
                let mut reject = Reject::input(row, Some(key.clone()), &error);
                if let Some((table, Some(place))) = error.record() {
                    let own = self.events.get(table).and_then(|by_key| by_key.get(&key));
                    reject.event = own.and_then(|own| own.get(place)).map(|event| event.row);
                }
                Ok(Err(reject))
            }
            Err(error) => Err(error),
        }
    }

    fn events(&mut self, table: &str, lines: &str) -> napi::Result<()> {
        self.model.check_table(table).map_err(raise)?;
        let by_key = self.events.entry(table.to_owned()).or_default();
        let first: usize = by_key.values().map(Vec::len).sum();
        for (row, line) in (first..).zip(lines.lines()) {
            let place = || format!("event {row} of `{table}`");
            let record: Box<RawValue> =
                serde_json::from_str(line).map_err(|error| refuse(format!("{}: {error}", place())))?;
            let key = self.model.key_of(&record).map_err(|error| refuse(format!("{}: {error}", place())))?;
            by_key.entry(key).or_default().push(Event { row, record });
        }
        Ok(())
    }

    fn list(&mut self, list: &str, lines: &str) -> napi::Result<()> {
        self.model.check_list(list).map_err(raise)?;
        let keys = self.lists.entry(list.to_owned()).or_default();
        for (row, line) in lines.lines().enumerate() {
            let place = || format!("key {row} of list `{list}`");
            let key: &RawValue =
                serde_json::from_str(line).map_err(|error| refuse(format!("{}: {error}", place())))?;
            let record = BTreeMap::from([(self.model.key_name(), key)]);
            let key = self.model.key_of(&record).map_err(|error| refuse(format!("{}: {error}", place())))?;
            keys.insert(key);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        if self.together {
            let request = json::request(&self.model, &self.common)?;
            let waiting = std::mem::take(&mut self.waiting);
            self.decisions = self.model.decide_all(&waiting, &request)?;
        }
        Ok(())
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One step of a batch on a thread of the pool.
pub struct Step {
    state: Arc<Mutex<State>>,
    what: What,
}

enum What {
    Customers(String),
    Events(String, String),
    List(String, String),
    Finish,
}

impl Task for Step {
    type Output = ();
    type JsValue = ();

    fn compute(&mut self) -> napi::Result<()> {
        guarded(|| {
            let mut state = lock(&self.state);
            match &self.what {
                What::Customers(lines) => state.customers(lines).map_err(raise),
                What::Events(table, lines) => state.events(table, lines),
                What::List(list, lines) => state.list(list, lines),
                What::Finish => state.finish().map_err(raise),
            }
        })
    }

    fn resolve(&mut self, _: Env, (): ()) -> napi::Result<()> {
        Ok(())
    }
}

/// Work on a thread of the pool: nothing that happens there ends the process.
pub(crate) fn guarded<T>(work: impl FnOnce() -> napi::Result<T>) -> napi::Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(napi::Error::from_reason("the engine failed: this is a bug of casewise")))
}

#[napi]
impl NativeBatch {
    fn step(&self, what: What) -> AsyncTask<Step> {
        AsyncTask::new(Step { state: Arc::clone(&self.state), what })
    }

    /// Reads and decides subjects, a line of JSON each.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn customers(&self, lines: String) -> AsyncTask<Step> {
        self.step(What::Customers(lines))
    }

    /// Reads events or rows, a line of JSON each, with the key of their subject.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn events(&self, table: String, lines: String) -> AsyncTask<Step> {
        self.step(What::Events(table, lines))
    }

    /// Reads keys of a list, a line of JSON each.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn list(&self, list: String, lines: String) -> AsyncTask<Step> {
        self.step(What::List(list, lines))
    }

    /// Decides those who compete, once all are read.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn finish(&self) -> AsyncTask<Step> {
        self.step(What::Finish)
    }

    /// Whether subjects compete for a quota, capacity or budget.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn together(&self) -> bool {
        lock(&self.state).together
    }

    /// How many are decided.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn length(&self) -> u32 {
        u32::try_from(lock(&self.state).decisions.len()).unwrap_or(u32::MAX)
    }

    /// One decision.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn at(&self, index: u32) -> Option<NativeDecision> {
        let index = usize::try_from(index).ok()?;
        lock(&self.state).decisions.get(index).cloned().map(|decision| NativeDecision { decision })
    }

    /// The rejects as JSON.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn rejects(&self) -> String {
        exact::write(&lock(&self.state).rejects)
    }
}

/// Starts a batch. `common` is an input without a subject.
pub(crate) fn start(model: &Model, common: String) -> Result<NativeBatch, Error> {
    let together = model.shares_limits(&json::request(model, &common)?)?;
    let state = State {
        model: model.clone(),
        common,
        together,
        events: BTreeMap::new(),
        lists: BTreeMap::new(),
        seen: HashSet::new(),
        rows: 0,
        waiting: Vec::new(),
        decisions: Vec::new(),
        rejects: Vec::new(),
    };
    Ok(NativeBatch { state: Arc::new(Mutex::new(state)) })
}
