//! `casewise check`: says everything that is wrong with a model.

use std::io::Write;

use crate::Ended;
use crate::args::{CheckArgs, TextOrJson};
use crate::exit::{Exit, Failure};
use crate::terminal::{color_on_stderr, counted, message};

pub(crate) fn run(args: &CheckArgs) -> Ended {
    if args.format == TextOrJson::Json {
        return json(args);
    }
    let model = super::open(&args.model)?;
    message(&model.render_warnings(color_on_stderr()));
    let mut stdout = std::io::stdout().lock();
    let version = Some(model.version()).filter(|version| !version.is_empty());
    let name = [Some(model.name()), version].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let warnings = match model.warnings().len() {
        0 => String::new(),
        number => format!(", with {}", counted(number, "warning")),
    };
    writeln!(stdout, "{name} is valid{warnings}: {}", counted(model.cases().len(), "case"))?;
    for (score, ratio) in model.consistency() {
        writeln!(stdout, "consistency ratio of `{score}`: {ratio:.4}")?;
    }
    Ok(Exit::Done)
}

/// All diagnostics as data, errors too.
fn json(args: &CheckArgs) -> Ended {
    let (diagnostics, exit) = match super::open(&args.model) {
        Ok(model) => (model.warnings(), Exit::Done),
        Err(Failure { diagnostics, exit, .. }) if !diagnostics.is_empty() => (diagnostics, exit),
        Err(other) => return Err(other),
    };
    let json = serde_json::to_string_pretty(&diagnostics).map_err(std::io::Error::from)?;
    writeln!(std::io::stdout().lock(), "{json}")?;
    Ok(exit)
}
