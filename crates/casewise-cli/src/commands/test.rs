//! `casewise test`: runs the tests inside a model.

use std::io::Write;

use crate::Ended;
use crate::args::TestArgs;
use crate::exit::{Exit, Failure};
use crate::terminal::message;

pub(crate) fn run(args: &TestArgs) -> Ended {
    let model = super::open(&args.model)?;
    let results = model.run_tests(args.filter.as_deref());
    if results.is_empty() {
        if let Some(filter) = &args.filter {
            return Err(Failure::call(format_args!("no test's title contains `{filter}`")));
        }
        message("the model has no tests\n");
    }
    let mut stdout = std::io::stdout().lock();
    let mut failed = 0;
    for result in &results {
        if result.passed() {
            writeln!(stdout, "ok    {}", result.title())?;
            continue;
        }
        failed += 1;
        writeln!(stdout, "FAIL  {}", result.title())?;
        for failure in result.failures() {
            writeln!(stdout, "      {}:{}", result.file(), failure.line())?;
            writeln!(stdout, "      - {}", failure.expected())?;
            writeln!(stdout, "      + {}", failure.actual())?;
            for line in failure.why().into_iter().flat_map(str::lines) {
                writeln!(stdout, "        {line}")?;
            }
        }
    }
    writeln!(stdout, "{} passed, {failed} failed", results.len() - failed)?;
    Ok(if failed == 0 { Exit::Done } else { Exit::Failed })
}
