//! `casewise decide`: decides many customers.

use casewise::Model;

use super::input::Input;
use crate::Ended;
use crate::args::{Cases, DecideArgs, OutputFormat};
use crate::exit::{Exit, Failure};
use crate::terminal::{Progress, message};
use crate::write::rejects::Rejects;
use crate::write::{self, Output, Sink};

pub(crate) fn run(args: &DecideArgs) -> Ended {
    let model = super::open(&args.model)?;
    let format = write::format(args.format, args.output.as_deref())?;
    if format == OutputFormat::Csv && args.cases == Cases::None {
        return Err(Failure::call("`--format csv` writes a row per case, and `--cases none` leaves none"));
    }
    let mut input = Input::open(&model, &args.input)?;
    let mut rejects = Rejects::open(args.rejects.as_deref())?;
    let mut output = Output::open(args.output.as_deref())?;
    let mut sink = write::sink(format, args.cases, &model, &mut output);
    decide(&model, &mut input, &mut rejects, &mut *sink)?;
    let rejected = rejects.count();
    sink.finish(rejected)?;
    drop(sink);
    output.commit()?;
    rejects.finish()?;
    for told in input.of_nobody() {
        message(&format!("note: {told}\n"));
    }
    Ok(if rejected == 0 { Exit::Done } else { Exit::Rejected })
}

fn decide(
    model: &Model,
    input: &mut Input<'_>,
    rejects: &mut Rejects,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    let progress = Progress::start("deciding", input.customers.size);
    // Where customers compete, all of them are read before the first is decided.
    let together = model.shares_limits(&input.request()?)?;
    let mut waiting = Vec::new();
    while let Some(numbered) = input.customers.next() {
        match input.prepare(numbered?)? {
            Ok(prepared) if together => waiting.push(prepared),
            Ok(prepared) => sink.decision(&model.decide_prepared(&prepared)?)?,
            Err(problem) => rejects.add(&problem)?,
        }
        progress.at(input.customers.position());
    }
    if together {
        for decision in model.decide_all(&waiting, &input.request()?)? {
            sink.decision(&decision)?;
        }
    }
    Ok(())
}
