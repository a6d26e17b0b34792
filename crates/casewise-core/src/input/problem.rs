//! What does not fit the schema, in the words of the model.

use std::fmt;
use std::sync::Arc;

use crate::model::Model;

/// A value that its field does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// What was given, shortened; none: nothing was.
    pub value: Option<String>,
    /// What is expected, as the end of "expected …".
    pub expected: String,
    /// What to do, where there is something to say.
    pub help: Option<String>,
}

impl Misfit {
    /// Nothing was given where something is needed.
    pub fn absent(expected: impl Into<String>) -> Misfit {
        Misfit { value: None, expected: expected.into(), help: None }
    }

    /// Something else was given.
    pub fn found(value: impl Into<String>, expected: impl Into<String>) -> Misfit {
        Misfit { value: Some(value.into()), expected: expected.into(), help: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Misfit {
        self.help = Some(text.into());
        self
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, got {}", self.expected, self.value.as_deref().unwrap_or("nothing"))?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

/// Which part of an input does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The subject's attributes.
    Subject,
    /// The context.
    Context,
    /// A table, or one of its records (from 0, in input order).
    Table(Arc<str>, Option<usize>),
    /// A list.
    List(Arc<str>),
    /// `now`, `decide`, `remaining`.
    Request,
}

/// Why an input is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputProblem {
    /// The subject's key, if it was readable.
    pub key: Option<Arc<str>>,
    /// Where.
    pub part: Part,
    /// The attribute or field; none: the part as a whole.
    pub attribute: Option<Arc<str>>,
    /// What is wrong.
    pub misfit: Misfit,
}

impl InputProblem {
    /// A problem of a part as a whole.
    pub fn of(part: Part, misfit: Misfit) -> InputProblem {
        InputProblem { key: None, part, attribute: None, misfit }
    }

    /// A second row has the key of an earlier one.
    pub fn repeated(model: &Model, key: Option<Arc<str>>) -> InputProblem {
        let attribute = model.subject.attributes.get(model.subject.key).map(|field| Arc::clone(&field.name));
        let given = key.as_deref().map(|key| format!("`{}` again", shorten(key))).unwrap_or_default();
        let misfit = Misfit::found(given, "one row per key").help("the first row of a key counts");
        InputProblem { key, part: Part::Subject, attribute, misfit }
    }

    /// The place as people write it: `age`, `context.touchpoint`, `recharge 3, amount`.
    pub fn place(&self) -> String {
        let whole = match &self.part {
            Part::Subject => String::new(),
            Part::Context => "context".to_owned(),
            Part::Table(name, None) => format!("events `{name}`"),
            Part::Table(name, Some(row)) => format!("`{name}` number {}", row + 1),
            Part::List(name) => format!("list `{name}`"),
            Part::Request => String::new(),
        };
        match (&self.attribute, whole.is_empty()) {
            (None, true) => "input".to_owned(),
            (None, false) => whole,
            (Some(attribute), true) => format!("`{attribute}`"),
            (Some(attribute), false) => format!("{whole}, `{attribute}`"),
        }
    }
}

impl fmt::Display for InputProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.misfit)
    }
}

impl std::error::Error for InputProblem {}

/// Longest piece of a foreign value that a message repeats, in characters.
const SHOWN: usize = 60;

/// A text as a message shows it: quoted, escaped and shortened.
pub fn quote(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or("")),
    }
}

/// A number or a piece of JSON as a message shows it: shortened.
pub fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
    }
}
