//! `casewise explain-code`: the page of a diagnostic code.

use std::io::Write;

use crate::Ended;
use crate::args::ExplainCodeArgs;
use crate::exit::{Exit, Failure};

pub(crate) fn run(args: &ExplainCodeArgs) -> Ended {
    let page = casewise::explain_code(&args.code).ok_or_else(|| {
        Failure::call_help(format_args!("there is no code `{}`", args.code), "a code is written like CW0101")
    })?;
    std::io::stdout().lock().write_all(page.as_bytes())?;
    Ok(Exit::Done)
}
