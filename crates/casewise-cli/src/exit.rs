//! How the program ends.

use std::fmt;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// The model or a test failed.
    Failed,
    /// The call was wrong.
    WrongCall,
    /// Done, but rows were rejected.
    Rejected,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::WrongCall => 2,
            Exit::Rejected => 3,
        })
    }
}

/// Why a command stopped.
#[derive(Debug)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// For standard error, with its line break; may be empty.
    pub message: String,
}

impl Failure {
    /// The call was wrong.
    pub fn call(message: impl fmt::Display) -> Failure {
        Failure { exit: Exit::WrongCall, message: format!("error: {message}\n") }
    }

    /// The call was wrong, and this is what to do.
    pub fn call_help(message: impl fmt::Display, help: impl fmt::Display) -> Failure {
        Failure { exit: Exit::WrongCall, message: format!("error: {message}\n  = help: {help}\n") }
    }
}

/// The model's errors are its author's; every other one is the caller's.
impl From<casewise::Error> for Failure {
    fn from(error: casewise::Error) -> Failure {
        let exit = if error.is_model() { Exit::Failed } else { Exit::WrongCall };
        Failure { exit, message: error.render(crate::terminal::color_on_stderr()) }
    }
}

/// A result could not be written. Whoever closed the pipe has what they wanted.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure { exit: Exit::Done, message: String::new() },
            _ => Failure::call(format_args!("cannot write the result: {error}")),
        }
    }
}
