//! `casewise fmt`: writes models in their canonical form.

use std::io::Write;

use crate::Ended;
use crate::args::FmtArgs;
use crate::exit::{Exit, Failure};
use crate::read;
use crate::terminal::message;
use crate::write::AtomicFile;

pub(crate) fn run(args: &FmtArgs) -> Ended {
    let mut exit = Exit::Done;
    for path in &args.models {
        // One bad file does not keep the others from being written.
        match one(path, args.check) {
            Ok(Exit::Done) => {}
            Ok(other) => exit = other,
            Err(Failure { exit: failed, message: told, .. }) => {
                message(&told);
                exit = failed;
            }
        }
    }
    Ok(exit)
}

fn one(path: &str, check: bool) -> Ended {
    let text = read::text(path)?;
    let name = if path == "-" { "<stdin>" } else { path };
    let formatted = casewise::format(name, &text)?;
    if check {
        if formatted == text {
            return Ok(Exit::Done);
        }
        message(&format!("{name} is not in its canonical form: run `casewise fmt {path}`\n"));
        return Ok(Exit::Failed);
    }
    if path == "-" {
        std::io::stdout().lock().write_all(formatted.as_bytes())?;
    } else if formatted != text {
        let cannot = |error| Failure::call(format_args!("cannot write `{path}`: {error}"));
        let mut file = AtomicFile::create(path).map_err(cannot)?;
        file.write_all(formatted.as_bytes()).map_err(cannot)?;
        file.commit().map_err(cannot)?;
    }
    Ok(Exit::Done)
}
