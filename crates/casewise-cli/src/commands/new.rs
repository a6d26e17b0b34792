//! `casewise new`: a model to start with, made from a file's columns.

use std::io::Write;
use std::path::Path;

use casewise::DataTable;

use crate::Ended;
use crate::args::NewArgs;
use crate::exit::{Exit, Failure};
use crate::read::{Batches, Source, named_files};
use crate::terminal::{Progress, count, counted, message};
use crate::write::Output;

pub(crate) fn run(args: &NewArgs) -> Ended {
    if let Some(path) = args.output.as_deref().filter(|path| *path != "-" && Path::new(path).exists()) {
        return Err(Failure::call_help(
            format_args!("`{path}` is there already"),
            "a model that may have been edited is not written over: name another file",
        ));
    }
    let customers = table(&args.data)?;
    let files = named_files("--events", &args.events)?;
    let events = files.into_iter().map(|(name, path)| Ok((name.to_owned(), table(path)?)));
    let events: Vec<(String, DataTable)> = events.collect::<Result<_, Failure>>()?;
    let stem = Path::new(&args.data).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = args.name.clone().or(stem.filter(|stem| stem != "-")).unwrap_or_else(|| "model".to_owned());
    let source = Path::new(&args.data).file_name().map(|name| name.to_string_lossy().into_owned());
    let source = source.filter(|name| name != "-").unwrap_or_else(|| "standard input".to_owned());
    let text = casewise::starting_model(&name, &source, &customers, args.key.as_deref(), &events)?;
    let mut output = Output::open(args.output.as_deref())?;
    output.write_all(text.as_bytes())?;
    output.commit()?;
    Ok(Exit::Done)
}

/// Reads a file whole. Rows that cannot be read are told and left out: deciding will reject them.
fn table(path: &str) -> Result<DataTable, Failure> {
    let mut records = match Source::open(path, &|_| true)? {
        Source::Records(records) => records,
        Source::Batches(batches) => return of_batches(batches),
    };
    let columns: Vec<String> = records.columns().into_iter().flatten().map(str::to_owned).collect();
    let mut table = DataTable::new(columns.iter().map(String::as_str));
    let progress = Progress::start("reading", records.size);
    let (mut rows, mut unreadable, mut first) = (0, 0, None);
    while let Some(numbered) = records.next() {
        let numbered = numbered?;
        match numbered.record.and_then(|record| table.row(&record).map_err(|error| error.to_string())) {
            Ok(()) => {}
            Err(why) => {
                unreadable += 1;
                first.get_or_insert((numbered.line, why));
            }
        }
        rows += 1;
        progress.at(records.position(), rows);
    }
    drop(progress);
    let Some((line, why)) = first else { return Ok(table) };
    let told = format!("{} cannot be read; the first one: {path}:{line}: {why}", counted(unreadable, "row"));
    if unreadable as u64 > table.rows() {
        return Err(Failure::call_help(
            format_args!("`{path}`: {told}"),
            "the first line of a CSV file names the columns, and every row has as many cells",
        ));
    }
    message(&format!(
        "warning: {told}\nwarning: the model is made from the other {}\n",
        count(table.rows() as usize)
    ));
    Ok(table)
}

fn of_batches(mut batches: Batches) -> Result<DataTable, Failure> {
    let empty = batches.empty();
    let schema = empty.schema();
    let mut table = DataTable::new(schema.fields().iter().map(|field| field.name().as_str()));
    let progress = Progress::start("reading", batches.rows);
    let mut rows = 0;
    while let Some(batch) = batches.next() {
        let batch = batch?;
        rows += batch.num_rows();
        table.batch(&batch);
        progress.at(batches.position(), rows);
    }
    Ok(table)
}
