//! `casewise test`: runs the tests inside a model.

use std::io::{self, Write};

use casewise::{TestResult, TestRun, TestSelection};
use serde_json::json;

use crate::Ended;
use crate::args::{TestArgs, TextOrJson};
use crate::exit::{Exit, Failure};
use crate::terminal::message;
use crate::write::Output;

mod coverage;
mod junit;

pub(crate) fn run(args: &TestArgs) -> Ended {
    let model = super::open(&args.model)?;
    let run = model.test(&selection(args))?;
    if run.results.is_empty() {
        let chosen = [("--filter", &args.filter), ("--group", &args.group), ("--file", &args.file)];
        let chosen: Vec<String> = chosen
            .into_iter()
            .filter_map(|(word, value)| Some(format!("{word} {}", value.as_ref()?)))
            .collect();
        if !chosen.is_empty() {
            return Err(Failure::call(format_args!("no test fits `{}`", chosen.join(" "))));
        }
        message("the model has no tests\n");
    }
    if let Some(path) = &args.junit {
        let mut file = Output::open(Some(path))?;
        junit::write(&mut file, model.name(), &run.results)?;
        file.commit()?;
    }
    let (reached, of) = run.coverage.reached();
    let mut stdout = io::stdout().lock();
    match args.format {
        TextOrJson::Text => {
            results(&mut stdout, &run.results)?;
            if args.coverage || args.coverage_at_least.is_some() {
                coverage::write(&mut stdout, &run.coverage)?;
            }
        }
        TextOrJson::Json => writeln!(stdout, "{}", as_json(args, &run))?,
    }
    let least = args.coverage_at_least.map_or(0, usize::from);
    let too_little = reached * 100 < least * of;
    if too_little {
        message(&format!("the tests reach {reached} of {of} outcomes, less than {least} %\n"));
    }
    Ok(if too_little || run.results.iter().any(|result| !result.passed()) {
        Exit::Failed
    } else {
        Exit::Done
    })
}

fn selection(args: &TestArgs) -> TestSelection<'_> {
    let mut selection = TestSelection::all();
    if let Some(part) = &args.filter {
        selection = selection.title(part);
    }
    if let Some(group) = &args.group {
        selection = selection.group(group);
    }
    if let Some(file) = &args.file {
        selection = selection.file(file);
    }
    selection
}

fn as_json(args: &TestArgs, run: &TestRun) -> serde_json::Value {
    if args.coverage || args.coverage_at_least.is_some() {
        let (reached, of) = run.coverage.reached();
        let coverage = json!({ "reached": reached, "of": of, "items": run.coverage.items });
        return json!({ "tests": run.results, "coverage": coverage });
    }
    json!({ "tests": run.results })
}

fn results(out: &mut impl Write, results: &[TestResult]) -> io::Result<()> {
    let mut failed = 0;
    for result in results {
        if result.passed() {
            writeln!(out, "ok    {}", result.title())?;
            continue;
        }
        failed += 1;
        writeln!(out, "FAIL  {}", result.title())?;
        for failure in result.failures() {
            writeln!(out, "      {}:{}", result.file(), failure.line())?;
            writeln!(out, "      - {}", failure.expected())?;
            writeln!(out, "      + {}", failure.actual())?;
            for line in failure.why().into_iter().flat_map(str::lines) {
                writeln!(out, "        {line}")?;
            }
        }
    }
    writeln!(out, "{} passed, {failed} failed", results.len() - failed)
}
