//! `casewise drift`: how far scores and attributes have moved since the fit.

use std::io::{self, Write};

use casewise::Drift;

use super::input::Input;
use crate::Ended;
use crate::args::{DriftArgs, TextOrJson};
use crate::exit::{Exit, Failure};
use crate::write::rejects::Rejects;

pub(crate) fn run(args: &DriftArgs) -> Ended {
    if args.model.parameters.is_none() {
        return Err(Failure::call(
            "drift is measured against a fit: give its parameters with `--parameters FILE`",
        ));
    }
    let model = super::open(&args.model)?;
    let files = args.history.input();
    let mut input = Input::open_to_fit(&model, &files)?;
    let mut rejects = Rejects::open(args.history.rejects.as_deref())?;
    let customers = input.all(&mut rejects)?;
    let mut moved = model.drift(&customers, &input.request()?)?;
    let rejected = rejects.count();
    rejects.finish()?;
    // What moved most comes first; of equals the first of the model.
    moved.sort_by(|a, b| b.psi.total_cmp(&a.psi));
    let beyond = moved.iter().filter(|drift| drift.psi > args.threshold).count();
    let mut stdout = io::stdout().lock();
    match args.format {
        TextOrJson::Text => {
            text(&mut stdout, &moved, args.threshold)?;
            let of = moved.len();
            writeln!(stdout, "{beyond} of {of} have moved by more than {}", args.threshold)?;
        }
        TextOrJson::Json => {
            let json = serde_json::to_string_pretty(&moved).map_err(io::Error::from)?;
            writeln!(stdout, "{json}")?;
        }
    }
    Ok(match (beyond, rejected) {
        (0, 0) => Exit::Done,
        (0, _) => Exit::Rejected,
        _ => Exit::Failed,
    })
}

fn text(out: &mut impl Write, moved: &[Drift], threshold: f64) -> io::Result<()> {
    let width = moved.iter().map(|drift| drift.name.chars().count()).max().unwrap_or(0).max(4);
    writeln!(out, "  {:width$}  {:>8}  {:>6}  {:>9}", "", "PSI", "KS", "missing")?;
    for drift in moved {
        let mark = if drift.psi > threshold { "!" } else { " " };
        let ks = drift.ks.map_or_else(|| "-".to_owned(), |ks| format!("{ks:.3}"));
        let missing = format!("{:.1} %", drift.missing_now * 100.0);
        writeln!(out, "{mark} {:width$}  {:>8.4}  {ks:>6}  {missing:>9}", drift.name, drift.psi)?;
    }
    Ok(())
}
