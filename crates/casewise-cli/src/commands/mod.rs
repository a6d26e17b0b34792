//! One command a file.

pub(crate) mod backtest;
pub(crate) mod check;
pub(crate) mod decide;
pub(crate) mod diff;
pub(crate) mod drift;
pub(crate) mod explain;
pub(crate) mod explain_code;
pub(crate) mod fit;
pub(crate) mod fmt;
mod input;
pub(crate) mod new;
pub(crate) mod preview;
pub(crate) mod requires;
pub(crate) mod test;
pub(crate) mod types;

use casewise::Model;

use crate::args::ModelArgs;
use crate::exit::Failure;
use crate::read;

/// Opens the model with its settings.
fn open(args: &ModelArgs) -> Result<Model, Failure> {
    let model = open_unlearned(args)?;
    match &args.parameters {
        Some(path) => Ok(model.with_parameters(read::text(path)?)?),
        None => Ok(model),
    }
}

/// Opens the model with its settings, without what was learned for it.
fn open_unlearned(args: &ModelArgs) -> Result<Model, Failure> {
    let mut model = match args.model.as_str() {
        "-" => Model::from_text("<stdin>", read::text("-")?)?,
        path => Model::open(path)?,
    };
    let mut params = Vec::new();
    for set in &args.set {
        let Some((name, value)) = set.split_once('=') else {
            return Err(Failure::call(format_args!("`--set {set}`: expected PARAM=VALUE")));
        };
        params.push((name.trim(), value.trim()));
    }
    if !params.is_empty() {
        // A wrong setting is the caller's mistake, not the model's.
        model = model
            .with_params(params)
            .map_err(|error| Failure { exit: crate::exit::Exit::WrongCall, ..Failure::from(error) })?;
    }
    Ok(model)
}
