//! Deciding the customers of a batch, on any number of threads, with the same answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow_array::RecordBatch;
use casewise_core::input::{InputProblem, Request, Subject};
use casewise_core::plan::Plan;
use casewise_core::row::Decision;

use crate::output::{self, Select};
use crate::subjects::Customers;

/// What came of a batch.
#[derive(Debug, Clone)]
pub struct Decided {
    /// One row per customer decided, in the order of the batch.
    pub decisions: RecordBatch,
    /// Rows that were not decided, and why.
    pub rejects: Vec<(usize, Box<InputProblem>)>,
}

/// How a batch is decided.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// What to put out.
    pub select: Select,
    /// Threads, at least one.
    pub threads: usize,
    /// Called with the rows done so far, from any thread; false stops.
    pub progress: &'a (dyn Fn(usize) -> bool + Sync),
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("select", &self.select)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// Rows that a thread takes at a time.
const PIECE: usize = 1_024;

type Read = (Vec<Arc<Subject>>, Vec<(usize, Box<InputProblem>)>);

/// Decides a batch; none if it was stopped. Customers that compete for quotas, capacities or budgets are decided
/// in one walk over the batch, the others each alone.
pub fn decide(
    plan: &Arc<Plan>,
    customers: &Customers<'_>,
    request: &Request,
    options: &Options<'_>,
) -> Option<Decided> {
    let pieces = customers.len().div_ceil(PIECE);
    let together = plan.has_common_numbers(&request.remaining);
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let work = |piece: usize| {
        let (subjects, rejects) = read(customers, piece * PIECE, PIECE);
        let batch = if together {
            None
        } else {
            let decisions: Vec<Decision> =
                subjects.iter().map(|subject| plan.decide(Arc::clone(subject), request)).collect();
            Some(output::batch(&plan.model, &decisions, options.select))
        };
        let rows = subjects.len() + rejects.len();
        let so_far = done.fetch_add(rows, Ordering::Relaxed) + rows;
        if !(options.progress)(so_far) {
            stopped.store(true, Ordering::Relaxed);
        }
        (piece, if together { subjects } else { Vec::new() }, rejects, batch)
    };
    let mut parts = std::thread::scope(|scope| {
        let run = || {
            let mut parts = Vec::new();
            loop {
                let piece = next.fetch_add(1, Ordering::Relaxed);
                if piece >= pieces || stopped.load(Ordering::Relaxed) {
                    return parts;
                }
                parts.push(work(piece));
            }
        };
        let others: Vec<_> = (1..options.threads.clamp(1, pieces.max(1))).map(|_| scope.spawn(run)).collect();
        let mut parts = run();
        // A thread of ours cannot panic.
        others.into_iter().filter_map(|thread| thread.join().ok()).for_each(|more| parts.extend(more));
        parts
    });
    if stopped.into_inner() {
        return None;
    }
    parts.sort_by_key(|(piece, ..)| *piece);
    let mut rejects = Vec::new();
    let mut batches = Vec::new();
    let mut subjects = Vec::new();
    for (_, more, refused, batch) in parts {
        subjects.extend(more);
        rejects.extend(refused);
        batches.extend(batch);
    }
    if together || batches.is_empty() {
        let decisions = plan.decide_all(&subjects, request);
        batches = vec![output::batch(&plan.model, &decisions, options.select)];
    }
    let decisions = joined(&batches)?;
    Some(Decided { decisions, rejects })
}

/// Batches of one schema as one.
fn joined(batches: &[RecordBatch]) -> Option<RecordBatch> {
    arrow_select::concat::concat_batches(&batches.first()?.schema(), batches).ok()
}

fn read(customers: &Customers<'_>, from: usize, count: usize) -> Read {
    let (mut subjects, mut rejects) = (Vec::with_capacity(count), Vec::new());
    for row in from..(from + count).min(customers.len()) {
        match customers.subject(row) {
            Ok(subject) => subjects.push(Arc::new(subject)),
            Err(problem) => rejects.push((row, problem)),
        }
    }
    (subjects, rejects)
}
