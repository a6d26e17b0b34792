//! `casewise check`: says everything that is wrong with a model.

use std::io::Write;

use casewise::{Apart, DeepReport};

use crate::Ended;
use crate::args::{CheckArgs, TextOrJson};
use crate::exit::{Exit, Failure};
use crate::terminal::{MOST_SHOWN, SEE_ALL, color_on_stderr, counted, message};

pub(crate) fn run(args: &CheckArgs) -> Ended {
    if args.format == TextOrJson::Json {
        return json(args);
    }
    let most = if args.all { usize::MAX } else { MOST_SHOWN };
    let model =
        super::open(&args.model).map_err(|failure| if args.all { failure.in_full() } else { failure })?;
    message(&model.render_warnings_first(color_on_stderr(), most, SEE_ALL));
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
    if args.deep {
        deep(&model.check_deep()?, args.witnesses, most, &mut stdout)?;
    }
    Ok(Exit::Done)
}

/// What can and cannot happen: findings as diagnostics, then pairs and, if wanted, witnesses.
fn deep(report: &DeepReport, witnesses: bool, most: usize, out: &mut impl Write) -> std::io::Result<()> {
    message(&report.render_first(color_on_stderr(), most, SEE_ALL));
    let answered = |answer: &str| report.cases().iter().filter(|case| case.answer == answer).count();
    writeln!(
        out,
        "deep: {} of {} can be had, {} never, {} not decided; {}",
        answered("can"),
        counted(report.cases().len(), "case"),
        answered("never"),
        answered("not decided"),
        counted(report.findings().len(), "finding")
    )?;
    let shown = |because: &[String]| match because {
        [] => String::new(),
        because => format!("  because of {}", because.join(", ")),
    };
    let same: Vec<String> = report
        .same_target()
        .iter()
        .map(|same| format!("{}{}", same.cases.join(", "), shown(&same.because)))
        .collect();
    let apart = |decided: bool| -> Vec<String> {
        let pairs = report.apart().iter().filter(|apart| apart.decided == decided);
        let sides = |pair: &Apart| format!("{} | {}", pair.first.join(", "), pair.second.join(", "));
        pairs.map(|pair| format!("{}{}", sides(pair), shown(&pair.because))).collect()
    };
    list(out, "cases with the same target group", &same, most)?;
    list(out, "target groups with no one in common", &apart(true), most)?;
    list(out, "target groups of which it was not decided whether anyone is in both", &apart(false), most)?;
    if witnesses {
        for witness in report.cases().iter().filter_map(|case| case.witness.as_ref()) {
            writeln!(out, "\n{}", witness.test)?;
        }
    }
    Ok(())
}

/// A list with its title, the first lines of it.
fn list(out: &mut impl Write, title: &str, lines: &[String], most: usize) -> std::io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "{title}: {}", lines.len())?;
    for line in lines.iter().take(most) {
        writeln!(out, "  {line}")?;
    }
    if lines.len() > most {
        writeln!(out, "  … and {} more: {SEE_ALL}", lines.len() - most)?;
    }
    Ok(())
}

/// All diagnostics as data, errors too.
fn json(args: &CheckArgs) -> Ended {
    let (diagnostics, exit) = match super::open(&args.model) {
        Ok(model) if args.deep => {
            let whole = serde_json::json!({ "diagnostics": model.warnings(), "deep": model.check_deep()? });
            let json = serde_json::to_string_pretty(&whole).map_err(std::io::Error::from)?;
            writeln!(std::io::stdout().lock(), "{json}")?;
            return Ok(Exit::Done);
        }
        Ok(model) => (model.warnings(), Exit::Done),
        Err(Failure { error: Some(error), exit, .. }) if !error.diagnostics().is_empty() => {
            (error.diagnostics().to_vec(), exit)
        }
        Err(other) => return Err(other),
    };
    let json = serde_json::to_string_pretty(&diagnostics).map_err(std::io::Error::from)?;
    writeln!(std::io::stdout().lock(), "{json}")?;
    Ok(exit)
}
