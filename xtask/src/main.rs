//! Chores of the repository.
//!
//! `cargo run -p xtask -- generate` writes what is generated from the code; with `--check` it only says what
//! is out of date.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod cli;
mod diagnostics;
mod rustdoc;
mod typescript;

const USAGE: &str = "usage: cargo run -p xtask -- generate [--check]";

/// A generated file: its path from the root of the repository, and how it is made.
struct Artefact {
    path: &'static str,
    make: fn(&Path) -> Result<String, String>,
}

const ARTEFACTS: &[Artefact] = &[
    Artefact { path: "docs/reference/diagnostics.md", make: |_| Ok(diagnostics::index()) },
    Artefact { path: "docs/cli.md", make: cli::page },
    Artefact { path: "bindings/node/index.d.ts", make: typescript::declarations },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let ended = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate"] => generate(false),
        ["generate", "--check"] => generate(true),
        _ => Err(USAGE.to_owned()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say(&message);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a tool speaks to who runs it")]
fn say(message: &str) {
    eprintln!("{message}");
}

fn generate(check: bool) -> Result<(), String> {
    let root = root()?;
    let mut stale = Vec::new();
    for artefact in ARTEFACTS {
        let wanted = (artefact.make)(&root).map_err(|why| format!("{}: {why}", artefact.path))?;
        let path = root.join(artefact.path);
        // A checkout on Windows may have other line ends.
        let found = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        if found == wanted {
            continue;
        }
        if check {
            stale.push(artefact.path);
        } else {
            std::fs::write(&path, wanted).map_err(|e| format!("{}: {e}", artefact.path))?;
            say(&format!("wrote {}", artefact.path));
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!("out of date: {}; run `make format`", stale.join(", ")))
}

fn root() -> Result<PathBuf, String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().map(Path::to_path_buf).ok_or_else(|| "xtask stands in no repository".to_owned())
}
