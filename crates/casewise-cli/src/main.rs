//! The `casewise` program: check, test, decide and explain models from the command line.

use std::process::ExitCode;

use clap::Parser;

mod args;
mod commands;
mod exit;
mod read;
mod terminal;
mod threads;
mod write;

use args::{Cli, Command};
use exit::{Exit, Failure};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let ended = match cli.command {
        Command::Check(args) => commands::check::run(&args),
        Command::Fmt(args) => commands::fmt::run(&args),
        Command::Test(args) => commands::test::run(&args),
        Command::Decide(args) => commands::decide::run(&args),
        Command::Preview(args) => commands::preview::run(&args),
        Command::Diff(args) => commands::diff::run(&args),
        Command::Explain(args) => commands::explain::run(&args),
        Command::New(args) => commands::new::run(&args),
        Command::Fit(args) => commands::fit::run(&args),
        Command::Backtest(args) => commands::backtest::run(&args),
        Command::Drift(args) => commands::drift::run(&args),
        Command::Requires(args) => commands::requires::run(&args),
        Command::Types(args) => commands::types::run(&args),
        Command::ExplainCode(args) => commands::explain_code::run(&args),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(Failure { exit, message, .. }) => {
            terminal::message(&message);
            exit.into()
        }
    }
}

/// What a command gives back.
type Ended = Result<Exit, Failure>;
