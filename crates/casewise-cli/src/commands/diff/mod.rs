//! `casewise diff`: what differs between two models, and whom it moves.

use std::io::Write;

use casewise::diff::{Movements, Population};
use casewise::{Decision, Model, Prepared};

use super::input::Input;
use crate::Ended;
use crate::args::{DiffArgs, DiffFormat, InputArgs, ModelArgs};
use crate::exit::{Exit, Failure};
use crate::read::ending;
use crate::terminal::{Progress, message};
use crate::write::Output;
use crate::write::rejects::{Rejects, RowProblem};

mod text;

pub(crate) fn run(args: &DiffArgs) -> Ended {
    // As `diff` does: 1 is a difference, and everything that keeps it from being seen is 2.
    compare(args).map_err(|failure| match failure.exit {
        Exit::Failed => Failure { exit: Exit::WrongCall, ..failure },
        _ => failure,
    })
}

fn compare(args: &DiffArgs) -> Ended {
    let format = format(args);
    let old = super::open(&side(&args.old, &args.old_set, args.old_parameters.as_ref(), args))?;
    let new = super::open(&side(&args.new, &args.new_set, args.new_parameters.as_ref(), args))?;
    let mut diff = old.diff(&new);
    let mut rejects = Rejects::open(args.rejects.as_deref())?;
    if let Some(input) = args.population.input() {
        diff = diff.with_population(population(&old, &new, &input, args.samples, &mut rejects)?);
    }
    let rejected = rejects.count();
    let mut output = Output::open(args.output.as_deref())?;
    match format {
        DiffFormat::Text => text::write(&mut output, &diff, (&old, &new))?,
        DiffFormat::Html => output.write_all(diff.to_html().as_bytes())?,
        DiffFormat::Json => writeln!(output, "{}", diff.to_json())?,
    }
    output.commit()?;
    rejects.finish()?;
    Ok(match (diff.is_empty(), rejected) {
        (false, _) => Exit::Failed,
        (true, 0) => Exit::Done,
        (true, _) => Exit::Rejected,
    })
}

/// The format asked for, or told by the ending of the output.
fn format(args: &DiffArgs) -> DiffFormat {
    let told = || match args.output.as_deref().map(ending).as_deref() {
        Some("json") => DiffFormat::Json,
        Some("html" | "htm") => DiffFormat::Html,
        _ => DiffFormat::Text,
    };
    args.format.unwrap_or_else(told)
}

fn side(model: &str, set: &[String], parameters: Option<&String>, args: &DiffArgs) -> ModelArgs {
    ModelArgs {
        model: model.to_owned(),
        set: set.to_vec(),
        parameters: parameters.or(args.parameters.as_ref()).cloned(),
    }
}

/// What a model reads of the files given: those of the other model are none of its business.
fn of_model(model: &Model, other: &Model, input: &InputArgs) -> InputArgs {
    let name = |argument: &str| argument.split_once('=').map_or("", |(name, _)| name).trim().to_owned();
    let keep = |arguments: &[String], knows: fn(&Model, &str) -> bool| -> Vec<String> {
        let is_own = |a: &&String| knows(model, &name(a)) || !knows(other, &name(a));
        arguments.iter().filter(is_own).cloned().collect()
    };
    InputArgs {
        events: keep(&input.events, |model, name| model.check_table(name).is_ok()),
        list: keep(&input.list, |model, name| model.check_list(name).is_ok()),
        ..input.clone()
    }
}

/// What one model makes of one row.
type Read = Result<Prepared, RowProblem>;

fn population(
    old: &Model,
    new: &Model,
    input: &InputArgs,
    samples: usize,
    rejects: &mut Rejects,
) -> Result<Movements, Failure> {
    if input.customers == "-" {
        return Err(Failure::call_help(
            "standard input can be read only once, and two models are to read it",
            "write the customers to a file",
        ));
    }
    let (old_args, new_args) = (of_model(old, new, input), of_model(new, old, input));
    let mut old_input = Input::open(old, &old_args)?;
    let mut new_input = Input::open(new, &new_args)?;
    let together = old_input.stream.is_together() || new_input.stream.is_together();
    let mut population = Population::new(old, new).samples(samples);
    let progress = Progress::start("comparing", old_input.customers.size());
    let mut waiting: (Vec<Prepared>, Vec<Prepared>) = Default::default();
    let mut rows = 0;
    // Both read the same file, in the same pieces.
    while let (Some(a), Some(b)) = (old_input.next()?, new_input.next()?) {
        let (a, b) = (old_input.prepare(&a)?, new_input.prepare(&b)?);
        rows += a.len();
        for (a, b) in a.into_iter().zip(b) {
            match pair(&mut population, a, b, rejects)? {
                Some((a, b)) if together => {
                    waiting.0.push(a);
                    waiting.1.push(b);
                }
                Some((a, b)) => population.add(&old.decide_prepared(&a)?, &new.decide_prepared(&b)?)?,
                None => {}
            }
        }
        progress.at(old_input.customers.position(), rows);
    }
    if together {
        let before: Vec<Decision> = old.decide_all(&waiting.0, &old_input.request()?)?;
        let after: Vec<Decision> = new.decide_all(&waiting.1, &new_input.request()?)?;
        for (a, b) in before.iter().zip(&after) {
            population.add(a, b)?;
        }
    }
    for told in new_input.of_nobody()? {
        message(&format!("note: {told}\n"));
    }
    Ok(population.finish())
}

/// A row that both models take; any other one is told, and who refuses it.
fn pair(
    population: &mut Population,
    old: Read,
    new: Read,
    rejects: &mut Rejects,
) -> Result<Option<(Prepared, Prepared)>, Failure> {
    let by = |model: &str, problem: RowProblem| RowProblem {
        message: format!("the {model} model only: {}", problem.message),
        ..problem
    };
    match (old, new) {
        (Ok(old), Ok(new)) => return Ok(Some((old, new))),
        (Err(problem), Ok(new)) => {
            population.refused_by_old(new.key());
            rejects.add(&by("old", problem))?;
        }
        (Ok(old), Err(problem)) => {
            population.refused_by_new(old.key());
            rejects.add(&by("new", problem))?;
        }
        (Err(_), Err(problem)) => rejects.add(&problem)?,
    }
    Ok(None)
}
