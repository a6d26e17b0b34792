//! Deciding the customers of a batch, on any number of threads, with the same answers.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;
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

/// Rows that were read, and those that were not, with the reason.
pub type Read = (Vec<Arc<Subject>>, Vec<(usize, Box<InputProblem>)>);

/// Rows that a thread takes at a time.
const PIECE: usize = 1_024;

/// Decides a batch, each customer alone; none if it was stopped.
pub fn decide(
    plan: &Arc<Plan>,
    customers: &Customers<'_>,
    request: &Request,
    options: &Options<'_>,
) -> Option<Decided> {
    let parts = pieces(customers.len(), options, |rows| {
        let (subjects, rejects) = read(customers, rows);
        let decisions: Vec<Decision> =
            subjects.into_iter().map(|subject| plan.decide(subject, request)).collect();
        (output::batch(&plan.model, &decisions.iter().collect::<Vec<_>>(), options.select), rejects)
    })?;
    let (batches, rejects): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    let decisions = match batches.as_slice() {
        [] => output::batch(&plan.model, &[], options.select),
        batches => concat_batches(&batches.first()?.schema(), batches).ok()?,
    };
    Some(Decided { decisions, rejects: rejects.into_iter().flatten().collect() })
}

/// Reads a batch and decides nothing; none if it was stopped.
pub fn subjects(customers: &Customers<'_>, options: &Options<'_>) -> Option<Read> {
    let parts = pieces(customers.len(), options, |rows| read(customers, rows))?;
    let (subjects, rejects): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    Some((subjects.into_iter().flatten().collect(), rejects.into_iter().flatten().collect()))
}

/// Decides customers who compete for quotas, capacities or budgets, in one walk over all of them.
pub fn decide_together(
    plan: &Arc<Plan>,
    subjects: &[Arc<Subject>],
    request: &Request,
    select: Select,
) -> RecordBatch {
    let decisions = plan.decide_all(subjects, request);
    output::batch(&plan.model, &decisions.iter().collect::<Vec<_>>(), select)
}

/// Works on rows, piece by piece, on several threads; the results in order, or none if it was stopped.
fn pieces<T: Send>(
    rows: usize,
    options: &Options<'_>,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Option<Vec<T>> {
    let pieces = rows.div_ceil(PIECE);
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let run = || {
        let mut parts = Vec::new();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces || stopped.load(Ordering::Relaxed) {
                return parts;
            }
            let range = piece * PIECE..((piece + 1) * PIECE).min(rows);
            let count = range.len();
            parts.push((piece, work(range)));
            let so_far = done.fetch_add(count, Ordering::Relaxed) + count;
            if !(options.progress)(so_far) {
                stopped.store(true, Ordering::Relaxed);
            }
        }
    };
    let mut parts = std::thread::scope(|scope| {
        let others: Vec<_> = (1..options.threads.clamp(1, pieces.max(1))).map(|_| scope.spawn(run)).collect();
        let mut parts = run();
        // A thread of ours cannot panic.
        others.into_iter().filter_map(|thread| thread.join().ok()).for_each(|more| parts.extend(more));
        parts
    });
    if stopped.into_inner() {
        return None;
    }
    parts.sort_by_key(|(piece, _)| *piece);
    Some(parts.into_iter().map(|(_, part)| part).collect())
}

fn read(customers: &Customers<'_>, rows: Range<usize>) -> Read {
    let (mut subjects, mut rejects) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        match customers.subject(row) {
            Ok(subject) => subjects.push(Arc::new(subject)),
            Err(problem) => rejects.push((row, problem)),
        }
    }
    (subjects, rejects)
}
