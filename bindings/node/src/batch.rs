//! Many subjects, chunk by chunk, off the main thread.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use casewise::{Decision, Error, FitOptions, Model, Prepared, json};
use napi::bindgen_prelude::{AsyncTask, ObjectFinalize};
use napi::{Env, Task};
use napi_derive::napi;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::decision::tell;
use crate::errors::{raise, refuse};
use crate::exact;
use crate::weight;

/// A batch that is being read and decided.
#[napi(custom_finalize)]
pub struct NativeBatch {
    state: Arc<Mutex<State>>,
}

impl ObjectFinalize for NativeBatch {
    fn finalize(self, env: Env) -> napi::Result<()> {
        let mut state = lock(&self.state);
        state.gone = true;
        free(std::mem::take(&mut state.decisions));
        weight::tell(env, state.weight, 0)
    }
}

/// Frees decisions on a thread of its own: of many at once it takes longer than other work should wait.
fn free(decisions: Vec<Decision>) {
    static FREER: OnceLock<Sender<Vec<Decision>>> = OnceLock::new();
    let freer = FREER.get_or_init(|| {
        let (sender, receiver) = channel();
        // Without a thread, they are freed where they are sent.
        let _ = std::thread::Builder::new().name("casewise-free".to_owned()).spawn(move || {
            while let Ok(decisions) = receiver.recv() {
                drop::<Vec<Decision>>(decisions);
            }
        });
        sender
    });
    let _ = freer.send(decisions);
}

/// What is done with the subjects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Decide,
    Fit,
    Drift,
}

struct State {
    model: Model,
    purpose: Purpose,
    /// What comes with every subject: an input without one.
    common: String,
    /// Subjects compete, or are learned from: all are read before anything is done.
    together: bool,
    events: BTreeMap<String, HashMap<String, Vec<Event>>>,
    lists: BTreeMap<String, HashSet<String>>,
    seen: HashSet<String>,
    rows: usize,
    waiting: Vec<Prepared>,
    decisions: Vec<Decision>,
    rejects: Vec<Reject>,
    /// What JavaScript knows that the decisions weigh.
    weight: usize,
    /// JavaScript holds the batch no longer, though it may still be at work.
    gone: bool,
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

/// What was learned.
#[derive(Serialize)]
struct Learned<'f> {
    parameters: &'f str,
    warnings: Vec<&'f str>,
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
        let prepared = match self.purpose {
            Purpose::Decide | Purpose::Drift => self.model.prepare(record, &request),
            Purpose::Fit => self.model.prepare_to_fit(record, &request),
        };
        match prepared {
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

    /// Does what is done once all are read; what is learned, as JSON.
    fn finish(&mut self, earlier: Option<&str>, refused: u32) -> Result<Option<String>, Error> {
        if !self.together {
            return Ok(None);
        }
        let request = json::request(&self.model, &self.common)?;
        let waiting = std::mem::take(&mut self.waiting);
        match self.purpose {
            Purpose::Decide => {
                self.decisions = self.model.decide_all(&waiting, &request)?;
                Ok(None)
            }
            Purpose::Fit => {
                let rejected = u64::from(refused) + self.rejects.len() as u64;
                let mut options = FitOptions::default().rejected(rejected);
                if let Some(earlier) = earlier {
                    options = options.earlier(earlier)?;
                }
                let fit = self.model.fit(&waiting, &request, &options)?;
                let learned = Learned { parameters: fit.to_json(), warnings: fit.warnings().collect() };
                Ok(Some(exact::write(&learned)))
            }
            Purpose::Drift => Ok(Some(exact::write(&self.model.drift(&waiting, &request)?))),
        }
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
    Finish(Option<String>, u32),
}

impl Task for Step {
    type Output = Option<String>;
    type JsValue = Option<String>;

    fn compute(&mut self) -> napi::Result<Option<String>> {
        guarded(|| {
            let mut state = lock(&self.state);
            match &self.what {
                What::Customers(lines) => state.customers(lines).map_err(raise)?,
                What::Events(table, lines) => state.events(table, lines)?,
                What::List(list, lines) => state.list(list, lines)?,
                What::Finish(earlier, refused) => {
                    return state.finish(earlier.as_deref(), *refused).map_err(raise);
                }
            }
            Ok(None)
        })
    }

    fn resolve(&mut self, env: Env, said: Option<String>) -> napi::Result<Option<String>> {
        let mut state = lock(&self.state);
        if !state.gone {
            let now = state.decisions.len().saturating_mul(weight::of_decision(&state.model));
            weight::tell(env, std::mem::replace(&mut state.weight, now), now)?;
        }
        Ok(said)
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

    /// Decides those who compete, or learns, once all are read. `earlier` is what was learned before; `refused` rows
    /// could not be said in JSON.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn finish(&self, earlier: Option<String>, refused: u32) -> AsyncTask<Step> {
        self.step(What::Finish(earlier, refused))
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

    /// One thing that a decision says.
    ///
    /// # Errors
    /// There is no such case.
    #[napi(catch_unwind)]
    pub fn tell(&self, index: i64, what: String, case: String) -> napi::Result<Option<String>> {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let decision = lock(&self.state).decisions.get(index).cloned();
        decision.map(|decision| tell(&decision, &what, &case)).transpose()
    }

    /// Some of the rejects as JSON: so many from a place on.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn rejects(&self, from: u32, count: u32) -> String {
        let [from, count] = [from, count].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        let state = lock(&self.state);
        exact::write(&state.rejects.iter().skip(from).take(count).collect::<Vec<_>>())
    }
}

/// Starts a batch. `common` is an input without a subject.
pub(crate) fn start(model: &Model, common: String, purpose: Purpose) -> Result<NativeBatch, Error> {
    let shared = model.shares_limits(&json::request(model, &common)?);
    // Without parameters nothing is known of limits, and to learn nothing need be.
    let together = purpose != Purpose::Decide || shared?;
    let state = State {
        model: model.clone(),
        purpose,
        common,
        together,
        events: BTreeMap::new(),
        lists: BTreeMap::new(),
        seen: HashSet::new(),
        rows: 0,
        waiting: Vec::new(),
        decisions: Vec::new(),
        rejects: Vec::new(),
        weight: 0,
        gone: false,
    };
    Ok(NativeBatch { state: Arc::new(Mutex::new(state)) })
}
