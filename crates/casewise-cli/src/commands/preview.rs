//! `casewise preview`: whom each case would reach, and what the others are lost to.

use std::io::{self, Write};

use casewise::preview::{Preview, Scope};
use casewise::{Model, Prepared};

use super::input::Input;
use crate::Ended;
use crate::args::{PreviewArgs, PreviewFormat};
use crate::exit::{Exit, Failure};
use crate::read::ending;
use crate::terminal::{Progress, message};
use crate::write::Output;
use crate::write::rejects::Rejects;

pub(crate) fn run(args: &PreviewArgs) -> Ended {
    let model = super::open(&args.model)?;
    let format = format(args.format, args.output.as_deref())?;
    let scope = Scope {
        cases: args.cases.clone(),
        groups: args.groups.clone(),
        pairs: args.pairs,
        ..Scope::default()
    };
    let mut input = Input::open(&model, &args.input)?;
    let mut rejects = Rejects::open(args.rejects.as_deref())?;
    let mut output = Output::open(args.output.as_deref())?;
    let preview = count(&model, &mut input, &scope, &mut rejects)?;
    write(&mut output, &preview, format, !args.cases.is_empty() || !args.groups.is_empty())?;
    output.commit()?;
    let rejected = rejects.count();
    rejects.finish()?;
    for told in input.of_nobody()? {
        message(&format!("note: {told}\n"));
    }
    Ok(if rejected == 0 { Exit::Done } else { Exit::Rejected })
}

fn count(
    model: &Model,
    input: &mut Input<'_>,
    scope: &Scope,
    rejects: &mut Rejects,
) -> Result<Preview, Failure> {
    let mut counting = model.start_preview(&input.request()?, scope)?;
    let progress = Progress::start("counting", input.customers.size());
    let mut done = 0;
    while let Some(chunk) = input.next()? {
        let mut prepared: Vec<Prepared> = Vec::new();
        for one in input.prepare(&chunk)? {
            done += 1;
            match one {
                Ok(one) => prepared.push(one),
                Err(problem) => {
                    rejects.add(&problem)?;
                    counting.reject(1);
                }
            }
        }
        counting.add(&prepared)?;
        progress.at(input.customers.position(), done);
    }
    Ok(counting.finish())
}

fn write(output: &mut Output, preview: &Preview, format: PreviewFormat, funnels: bool) -> io::Result<()> {
    match format {
        PreviewFormat::Json => writeln!(output, "{}", preview.to_json()),
        PreviewFormat::Html => output.write_all(preview.to_html().as_bytes()),
        PreviewFormat::Table => {
            output.write_all(preview.to_text(funnels).as_bytes())?;
            if funnels || preview.counts().cases.is_empty() {
                return Ok(());
            }
            writeln!(output, "\n`--case NAME` shows the funnel of a case, `-o FILE.html` those of all")
        }
    }
}

/// The format asked for, or told by the ending of the output.
fn format(asked: Option<PreviewFormat>, output: Option<&str>) -> Result<PreviewFormat, Failure> {
    if let Some(format) = asked {
        return Ok(format);
    }
    match output.map(ending).as_deref() {
        None | Some("" | "txt") => Ok(PreviewFormat::Table),
        Some("json") => Ok(PreviewFormat::Json),
        Some("html" | "htm") => Ok(PreviewFormat::Html),
        Some(other) => Err(Failure::call_help(
            format_args!("cannot tell what to write from the ending `.{other}`"),
            "name the output .html, .json or .txt, or give `--format`",
        )),
    }
}
