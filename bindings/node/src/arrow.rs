//! Batches as Arrow IPC: bytes in, bytes out, decided on threads of their own.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use casewise::batch::{How, Inputs};
use casewise::{Model, ipc, json};
use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi::{Env, Task};
use napi_derive::napi;

use crate::batch::guarded;
use crate::errors::{raise, refuse};

/// How far a batch is, and whether it is to stop.
#[napi]
#[derive(Clone, Default)]
pub struct NativeProgress {
    done: Arc<AtomicU32>,
    stop: Arc<AtomicBool>,
}

#[napi]
impl NativeProgress {
    /// Nothing done yet.
    #[napi(constructor, catch_unwind)]
    #[must_use]
    pub fn new() -> NativeProgress {
        NativeProgress::default()
    }

    /// Rows decided so far.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn done(&self) -> u32 {
        self.done.load(Ordering::Relaxed)
    }

    /// Stops the batch soon.
    #[napi(catch_unwind)]
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// A batch on a thread of the pool.
pub struct Decide {
    pub(crate) model: Model,
    pub(crate) common: String,
    pub(crate) customers: Vec<Uint8Array>,
    pub(crate) events: Vec<(String, Vec<Uint8Array>)>,
    pub(crate) lists: Vec<(String, Vec<Uint8Array>)>,
    pub(crate) progress: NativeProgress,
}

impl Decide {
    fn run(&self) -> napi::Result<(Vec<u8>, Vec<u8>)> {
        let request = json::request(&self.model, &self.common).map_err(raise)?;
        let mut inputs = Inputs::new();
        for (table, streams) in &self.events {
            inputs = inputs.events(table, read(&format!("events `{table}`"), streams)?.1);
        }
        for (list, streams) in &self.lists {
            inputs = inputs.list(list, read(&format!("list `{list}`"), streams)?.1);
        }
        let (schema, batches) = read("the rows", &self.customers)?;
        let customers = arrow_select::concat::concat_batches(&schema, &batches)
            .map_err(|e| unreadable("the rows", &e))?;
        let NativeProgress { done, stop } = &self.progress;
        let progress = |rows: usize| {
            done.store(u32::try_from(rows).unwrap_or(u32::MAX), Ordering::Relaxed);
            !stop.load(Ordering::Relaxed)
        };
        let how = How { progress: &progress, ..How::default() };
        let decided = self.model.decide_batch(&customers, &inputs, &request, &how).map_err(raise)?;
        Ok((write(&decided.decisions)?, write(&decided.rejects)?))
    }
}

impl Task for Decide {
    type Output = (Vec<u8>, Vec<u8>);
    type JsValue = (Uint8Array, Uint8Array);

    fn compute(&mut self) -> napi::Result<Self::Output> {
        guarded(|| self.run())
    }

    fn resolve(&mut self, _: Env, (decisions, rejects): Self::Output) -> napi::Result<Self::JsValue> {
        Ok((Uint8Array::new(decisions), Uint8Array::new(rejects)))
    }
}

/// Starts a batch.
pub(crate) fn start(task: Decide) -> AsyncTask<Decide> {
    AsyncTask::new(task)
}

/// Batches of IPC streams or files, one after another, with the schema of the first.
fn read(what: &str, streams: &[Uint8Array]) -> napi::Result<(SchemaRef, Vec<RecordBatch>)> {
    let mut schema = None;
    let mut batches = Vec::new();
    for bytes in streams {
        let (of, read) = read_one(bytes).map_err(|error| unreadable(what, &error))?;
        schema.get_or_insert(of);
        batches.extend(read);
    }
    schema.map(|schema| (schema, batches)).ok_or_else(|| refuse(format!("{what}: nothing was given")))
}

fn read_one(bytes: &[u8]) -> Result<(SchemaRef, Vec<RecordBatch>), ArrowError> {
    if ipc::File::begins(bytes) {
        let batches = ipc::File::new(Cursor::new(bytes), |_| true)?;
        Ok((batches.schema(), batches.collect::<Result<_, _>>()?))
    } else {
        let batches = ipc::Stream::new(bytes, |_| true)?;
        Ok((batches.schema(), batches.collect::<Result<_, _>>()?))
    }
}

fn unreadable(what: &str, error: &ArrowError) -> napi::Error {
    refuse(format!("{what}: expected an Arrow IPC stream or file: {error}"))
}

fn write(batch: &RecordBatch) -> napi::Result<Vec<u8>> {
    let write = || -> Result<_, ArrowError> {
        let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema())?;
        writer.write(batch)?;
        writer.into_inner()
    };
    write().map_err(|error| napi::Error::from_reason(error.to_string()))
}
