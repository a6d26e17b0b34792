//! `casewise explain`: why one customer gets what they get.

use std::io::Write;

use casewise::Decision;

use super::input::Input;
use crate::Ended;
use crate::args::{ExplainArgs, TextOrJson};
use crate::exit::Exit;

pub(crate) fn run(args: &ExplainArgs) -> Ended {
    let model = super::open(&args.model)?;
    let mut input = Input::open(&model, &args.input)?;
    let prepared = input.find(&args.id)?;
    let decision = model.decide_prepared(&prepared)?;
    let names: Vec<&str> = match &args.case {
        Some(name) => vec![name],
        None => model.cases().collect(),
    };
    let mut stdout = std::io::stdout().lock();
    let color = std::io::IsTerminal::is_terminal(&stdout) && std::env::var_os("NO_COLOR").is_none();
    match args.format {
        TextOrJson::Text => {
            if args.case.is_none() {
                headline(&mut stdout, &decision)?;
            }
            for (place, name) in names.into_iter().enumerate() {
                if place > 0 || args.case.is_none() {
                    writeln!(stdout)?;
                }
                writeln!(stdout, "{}", decision.why(name)?.render(color).trim_end())?;
            }
        }
        TextOrJson::Json => {
            let explanations = names.into_iter().map(|name| Ok((name, decision.why(name)?)));
            let explanations = explanations.collect::<Result<Vec<_>, casewise::Error>>()?;
            match explanations.as_slice() {
                [(_, only)] if args.case.is_some() => writeln!(stdout, "{}", only.to_json())?,
                all => {
                    // An object in the order of the model.
                    let parts: Vec<String> = all
                        .iter()
                        .map(|(name, why)| format!("{}:{}", serde_json::Value::from(*name), why.to_json()))
                        .collect();
                    writeln!(stdout, "{{{}}}", parts.join(","))?;
                }
            }
        }
    }
    Ok(Exit::Done)
}

fn headline(out: &mut impl Write, decision: &Decision) -> std::io::Result<()> {
    write!(out, "{} at {}: ", decision.key(), decision.now())?;
    let offers: Vec<String> = decision
        .offers()
        .map(|offer| match offer.channel() {
            Some(channel) => format!("{} on {channel}", offer.case()),
            None => offer.case().to_owned(),
        })
        .collect();
    writeln!(
        out,
        "{}",
        if offers.is_empty() { "no offers".to_owned() } else { format!("offered {}", offers.join(", ")) }
    )
}
