//! How the program ends.

use std::fmt;
use std::process::ExitCode;

use crate::terminal::{MOST_SHOWN, SEE_ALL, color_on_stderr};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
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
pub(crate) struct Failure {
    /// How the program ends.
    pub(crate) exit: Exit,
    /// For standard error, with its line break; may be empty.
    pub(crate) message: String,
    /// What it is about, where that is the engine's error.
    pub(crate) error: Option<casewise::Error>,
}

impl Failure {
    /// Stops with a message.
    pub(crate) fn new(exit: Exit, message: String) -> Failure {
        Failure { exit, message, error: None }
    }

    /// The call was wrong.
    pub(crate) fn call(message: impl fmt::Display) -> Failure {
        Failure::new(Exit::WrongCall, format!("error: {message}\n"))
    }

    /// The call was wrong, and this is what to do.
    pub(crate) fn call_help(message: impl fmt::Display, help: impl fmt::Display) -> Failure {
        Failure::new(Exit::WrongCall, format!("error: {message}\n  = help: {help}\n"))
    }

    /// With all that is wrong with a model.
    pub(crate) fn in_full(mut self) -> Failure {
        if let Some(error) = &self.error {
            self.message = error.render(color_on_stderr());
        }
        self
    }
}

/// The model's errors are its author's, and a refused fit failed; every other one is the caller's.
impl From<casewise::Error> for Failure {
    fn from(error: casewise::Error) -> Failure {
        let exit = if error.is_model() || error.is_fit() { Exit::Failed } else { Exit::WrongCall };
        let message = error.render_first(color_on_stderr(), MOST_SHOWN, SEE_ALL);
        Failure { exit, message, error: Some(error) }
    }
}

/// A result could not be written. Whoever closed the pipe has what they wanted.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::new(Exit::Done, String::new()),
            _ => Failure::call(format_args!("cannot write the result: {error}")),
        }
    }
}
