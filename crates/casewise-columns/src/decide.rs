//! Deciding the customers of a batch, on any number of threads, with the same answers.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;
use casewise_core::input::{InputProblem, Request, Subject};
use casewise_core::model::Model;
use casewise_core::plan::Plan;
use casewise_core::row::Decision;
use casewise_core::row::counts::Counts;

use crate::output::{self, Select};
use crate::subjects::Customers;

/// What came of a batch.
#[derive(Debug, Clone)]
pub struct Decided {
    /// One row per customer decided, in the order of the batch, in parts of a few thousand.
    pub parts: Vec<RecordBatch>,
    /// Rows that were not decided, and why.
    pub rejects: Refused,
    /// What became of the cases, in numbers of customers, if it was asked for.
    pub counts: Option<Counts>,
}

/// How a batch is decided.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// What to put out.
    pub select: Select,
    /// Whether to count what becomes of each case.
    pub counts: bool,
    /// Threads, at least one.
    pub threads: usize,
    /// Called with the rows done so far, from any thread; false stops.
    pub progress: &'a (dyn Fn(usize) -> bool + Sync),
}

impl Options<'_> {
    /// One thread, which nothing stops; nothing is put out.
    pub const QUIET: Options<'static> =
        Options { select: Select::NONE, counts: false, threads: 1, progress: &|_| true };
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("select", &self.select)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// Why a batch has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// The progress said to stop.
    Stopped,
    /// The result does not fit into one batch of Arrow: lists and texts of 2 GB.
    TooLarge,
}

/// Rows that were read, and those that were not, with the reason.
pub type Read = (Vec<Arc<Subject>>, Refused);

/// Rows that were not read, and why.
pub type Refused = Vec<(usize, Box<InputProblem>)>;

/// Rows that a thread takes at a time.
pub(crate) const PIECE: usize = crate::CHUNK_ROWS;

/// Decides a batch, each customer alone.
///
/// # Errors
/// See [`Halt`].
pub fn decide(
    plan: &Arc<Plan>,
    customers: &Customers<'_>,
    request: &Request,
    options: &Options<'_>,
) -> Result<Decided, Halt> {
    let start = || options.counts.then(|| Counts::new(&plan.model));
    let (parts, counts) = pieces(customers.len(), options, start, |counts, rows| {
        let (subjects, rejects) = read(customers, rows);
        let decisions: Vec<Decision> =
            subjects.into_iter().map(|subject| plan.decide(subject, request)).collect();
        if let Some(counts) = counts {
            decisions.iter().for_each(|decision| counts.count(decision));
        }
        (output::batch(&plan.model, &decisions.iter().collect::<Vec<_>>(), options.select), rejects)
    })?;
    Ok(Decided::together(parts, counts.into_iter().flatten()))
}

impl Decided {
    /// Pieces in order.
    pub(crate) fn together(
        parts: Vec<(RecordBatch, Refused)>,
        counts: impl Iterator<Item = Counts>,
    ) -> Decided {
        let (parts, rejects): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let counts = counts.reduce(|mut sum, more| {
            sum.add(&more);
            sum
        });
        Decided { parts, rejects: rejects.into_iter().flatten().collect(), counts }
    }
}

/// Parts of decisions as one batch.
///
/// # Errors
/// They do not fit into one.
pub fn whole(model: &Model, select: Select, parts: &[RecordBatch]) -> Result<RecordBatch, Halt> {
    match parts {
        [] => Ok(output::batch(model, &[], select)),
        [one] => Ok(one.clone()),
        // All parts have the same columns.
        [first, ..] => concat_batches(&first.schema(), parts).map_err(|_| Halt::TooLarge),
    }
}

/// Reads a batch and decides nothing.
///
/// # Errors
/// See [`Halt`].
pub fn subjects(customers: &Customers<'_>, options: &Options<'_>) -> Result<Read, Halt> {
    let (parts, _) = pieces(customers.len(), options, || (), |(), rows| read(customers, rows))?;
    let (subjects, rejects): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    Ok((subjects.into_iter().flatten().collect(), rejects.into_iter().flatten().collect()))
}

/// Answers a question about each row of a batch, in their order.
///
/// # Errors
/// See [`Halt`].
pub fn each_row<T: Send>(
    rows: usize,
    options: &Options<'_>,
    answer: impl Fn(usize) -> T + Sync,
) -> Result<Vec<T>, Halt> {
    let (parts, _) = pieces(rows, options, || (), |(), rows| rows.map(&answer).collect::<Vec<T>>())?;
    let mut answers = Vec::with_capacity(rows);
    parts.into_iter().for_each(|part| answers.extend(part));
    Ok(answers)
}

/// Decides customers who compete for quotas, capacities or budgets, in one walk over all of them.
pub fn decide_together(
    plan: &Arc<Plan>,
    subjects: &[Arc<Subject>],
    request: &Request,
    (select, counted): (Select, bool),
) -> (RecordBatch, Option<Counts>) {
    let decisions = plan.decide_all(subjects, request);
    let counts = counted.then(|| Counts::of(&plan.model, &decisions));
    (output::batch(&plan.model, &decisions.iter().collect::<Vec<_>>(), select), counts)
}

/// Works on rows, piece by piece, on several threads, each with memory of its own: the results in order and the
/// memories in none.
pub(crate) fn pieces<T: Send, M: Send>(
    rows: usize,
    options: &Options<'_>,
    start: impl Fn() -> M + Sync,
    work: impl Fn(&mut M, Range<usize>) -> T + Sync,
) -> Result<(Vec<T>, Vec<M>), Halt> {
    let pieces = rows.div_ceil(PIECE);
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let run = || {
        let (mut parts, mut memory) = (Vec::new(), start());
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces || stopped.load(Ordering::Relaxed) {
                return (parts, memory);
            }
            let range = piece * PIECE..((piece + 1) * PIECE).min(rows);
            let count = range.len();
            parts.push((piece, work(&mut memory, range)));
            let so_far = done.fetch_add(count, Ordering::Relaxed) + count;
            if !(options.progress)(so_far) {
                stopped.store(true, Ordering::Relaxed);
            }
        }
    };
    let (mut parts, memories) = std::thread::scope(|scope| {
        let others: Vec<_> = (1..options.threads.clamp(1, pieces.max(1))).map(|_| scope.spawn(run)).collect();
        let (mut parts, memory) = run();
        let mut memories = vec![memory];
        // A thread of ours cannot panic.
        for (more, memory) in others.into_iter().filter_map(|thread| thread.join().ok()) {
            parts.extend(more);
            memories.push(memory);
        }
        (parts, memories)
    });
    if stopped.into_inner() {
        return Err(Halt::Stopped);
    }
    parts.sort_by_key(|(piece, _)| *piece);
    Ok((parts.into_iter().map(|(_, part)| part).collect(), memories))
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
