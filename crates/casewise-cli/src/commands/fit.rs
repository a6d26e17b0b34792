//! `casewise fit`: learns from history as of a date.

use std::io::Write;

use casewise::FitOptions;

use super::input::Input;
use crate::Ended;
use crate::args::FitArgs;
use crate::exit::Exit;
use crate::read;
use crate::terminal::message;
use crate::write::rejects::Rejects;
use crate::write::{Output, page};

pub(crate) fn run(args: &FitArgs) -> Ended {
    let model = super::open_unlearned(&args.model)?;
    let files = args.history.input();
    let mut input = Input::open_to_fit(&model, &files)?;
    let mut rejects = Rejects::open(args.history.rejects.as_deref())?;
    let customers = input.all(&mut rejects)?;
    let mut options = FitOptions::default().rejected(rejects.count() as u64);
    if let Some(path) = &args.model.parameters {
        options = options.earlier(read::text(path)?)?;
    }
    let fit = model.fit(&customers, &input.request()?, &options)?;
    let mut output = Output::open(args.output.as_deref())?;
    output.write_all(fit.to_json().as_bytes())?;
    let page = args.report.as_deref().map(|path| page(path, &fit.to_html())).transpose()?;
    output.commit()?;
    page.map(Output::commit).transpose()?;
    for warning in fit.warnings() {
        message(&format!("warning: {warning}\n"));
    }
    for told in input.of_nobody()? {
        message(&format!("note: {told}\n"));
    }
    let rejected = rejects.count();
    rejects.finish()?;
    Ok(if rejected == 0 { Exit::Done } else { Exit::Rejected })
}
