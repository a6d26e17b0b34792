//! `casewise decide`: decides many customers.

use std::sync::mpsc::sync_channel;

use arrow_array::RecordBatch;
use casewise::batch::{How, Select};
use casewise::{Decision, Error, Model, Prepared};

use super::input::{Chunk, Input};
use crate::Ended;
use crate::args::{Cases, DecideArgs, OutputFormat, Part};
use crate::exit::{Exit, Failure};
use crate::read::Source;
use crate::terminal::{Progress, message};
use crate::threads;
use crate::write::columns::Columns;
use crate::write::counts::Counts;
use crate::write::rejects::Rejects;
use crate::write::{self, Output};

pub(crate) fn run(args: &DecideArgs) -> Ended {
    let model = super::open(&args.model)?;
    let format = write::format(args.format, args.output.as_deref())?;
    let (threads, counts) = (count(args.threads), args.counts.is_some());
    let how = How { select: select(args, format)?, counts, threads, ..How::default() };
    let mut input = Input::open_as(&model, &args.input, how)?;
    let mut rejects = Rejects::open(args.rejects.as_deref())?;
    let counts = Counts::open(args.counts.as_deref())?;
    let mut output = Output::open(args.output.as_deref())?;
    match write::columns(format) {
        None => {
            let mut sink = write::sink(format, args.cases, &model, &mut output);
            let take = |decisions: &[Decision]| Ok(decisions.iter().try_for_each(|d| sink.decision(d))?);
            rows(&model, &mut input, how, &mut rejects, take)?;
            sink.finish(rejects.count())?;
        }
        Some(format) => {
            let none = model.columns(&[], how.select);
            let mut columns = Columns::start(format, &model, &none.schema(), output)?;
            if matches!(input.customers, Source::Batches(_)) {
                columns = batches(&mut input, how, &mut rejects, columns)?;
            } else {
                let take = |decisions: &[Decision]| {
                    let select = |decisions: &[Decision]| vec![model.columns(decisions, how.select)];
                    let parts = threads::map(decisions, how.threads, select);
                    parts.iter().try_for_each(|batch| columns.write(batch))
                };
                rows(&model, &mut input, how, &mut rejects, take)?;
            }
            output = columns.finish()?;
        }
    }
    output.commit()?;
    let rejected = rejects.count();
    rejects.finish()?;
    if let Some((file, counts)) = counts.zip(input.stream.counts()) {
        file.write(&counts)?;
    }
    for told in input.of_nobody()? {
        message(&format!("note: {told}\n"));
    }
    // The process ends: millions of events need not be freed one by one.
    std::mem::forget(input);
    Ok(if rejected == 0 { Exit::Done } else { Exit::Rejected })
}

fn count(threads: Option<usize>) -> usize {
    threads.unwrap_or_else(|| How::default().threads)
}

/// What columns to write.
fn select(args: &DecideArgs, format: OutputFormat) -> Result<Select, Failure> {
    let in_columns = write::columns(format).is_some();
    if format == OutputFormat::Csv && args.cases == Cases::None {
        return Err(Failure::call("`--format csv` writes a row per case, and `--cases none` leaves none"));
    }
    if !in_columns && !args.select.is_empty() {
        return Err(Failure::call_help(
            "`--select` chooses columns of Parquet and Arrow files",
            "for the other formats `--cases` says what is listed",
        ));
    }
    if in_columns && args.cases != Cases::All {
        return Err(Failure::call_help(
            "Parquet and Arrow files list no cases one by one",
            "`--select` chooses their columns: `--select offers,scores`",
        ));
    }
    if args.select.is_empty() {
        return Ok(Select::default());
    }
    let has = |part| args.select.contains(&part);
    Ok(Select {
        offers: has(Part::Offers),
        eligible: has(Part::Eligible),
        eligible_bits: has(Part::EligibleBits),
        status: has(Part::Status),
        gate: has(Part::Gate),
        segments: has(Part::Segments),
        scores: has(Part::Scores),
        values: has(Part::Values),
    })
}

/// Decides customer by customer, and hands on decisions some at a time, in the order of the input.
fn rows(
    model: &Model,
    input: &mut Input<'_>,
    how: How<'_>,
    rejects: &mut Rejects,
    mut take: impl FnMut(&[Decision]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let progress = Progress::start("deciding", input.customers.size());
    // Where customers compete, all of them are read before the first is decided.
    let together = input.stream.is_together();
    let mut waiting: Vec<Prepared> = Vec::new();
    let mut done = 0;
    while let Some(chunk) = input.next()? {
        let prepared = input.prepare(&chunk)?;
        done += prepared.len();
        for prepared in prepared {
            match prepared {
                Ok(prepared) => waiting.push(prepared),
                Err(problem) => rejects.add(&problem)?,
            }
        }
        if !together {
            let decide = |some: &[Prepared]| some.iter().map(|one| model.decide_prepared(one)).collect();
            let decisions: Vec<Result<Decision, Error>> = threads::map(&waiting, how.threads, decide);
            let decisions = decisions.into_iter().collect::<Result<Vec<_>, _>>()?;
            input.stream.count(&decisions);
            take(&decisions)?;
            waiting.clear();
        }
        progress.at(input.customers.position(), done);
    }
    if together {
        let decisions = model.decide_all(&waiting, &input.request()?)?;
        input.stream.count(&decisions);
        take(&decisions)?;
    }
    Ok(())
}

/// Decides batch by batch, while another thread writes.
fn batches(
    input: &mut Input<'_>,
    how: How<'_>,
    rejects: &mut Rejects,
    mut columns: Columns,
) -> Result<Columns, Failure> {
    if how.threads <= 1 {
        all_batches(input, rejects, |decisions| {
            decisions.iter().try_for_each(|batch| columns.write(batch))?;
            Ok(true)
        })?;
        return Ok(columns);
    }
    std::thread::scope(|scope| {
        let (decided, to_write) = sync_channel::<Vec<RecordBatch>>(1);
        let writer = scope.spawn(move || -> Result<Columns, Failure> {
            to_write.iter().flatten().try_for_each(|batch| columns.write(&batch))?;
            Ok(columns)
        });
        // Where it is taken no more, the writer says why.
        let ended = all_batches(input, rejects, |decisions| Ok(decided.send(decisions).is_ok()));
        drop(decided);
        let written = writer.join().unwrap_or_else(|_| Err(Failure::call("writing the result broke off")));
        ended.and(written)
    })
}

/// Decides batch after batch, as long as they are taken.
fn all_batches(
    input: &mut Input<'_>,
    rejects: &mut Rejects,
    mut take: impl FnMut(Vec<RecordBatch>) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let progress = Progress::start("deciding", input.customers.size());
    while let Some(chunk) = input.next()? {
        let Chunk::Rows(first, batch) = chunk else { continue };
        if !take(decide(input, rejects, &progress, first, &batch)?)? {
            return Ok(());
        }
    }
    if let Some(decisions) = input.stream.finish()? {
        take(vec![decisions])?;
    }
    Ok(())
}

/// Decides the rows of one batch.
fn decide(
    input: &mut Input<'_>,
    rejects: &mut Rejects,
    progress: &Progress,
    first: u64,
    batch: &RecordBatch,
) -> Result<Vec<RecordBatch>, Failure> {
    let decided = input.decide(batch)?;
    for (row, error) in decided.refused {
        rejects.add(&input.problem(row as u64 + 1, error)?)?;
    }
    let done = first - 1 + batch.num_rows() as u64;
    progress.at(done, usize::try_from(done).unwrap_or(usize::MAX));
    Ok(decided.parts)
}
