//! Diagnostics as data. Rendering is in [`render`]; the catalogue of codes is in [`codes`].

use crate::source::Span;

pub mod codes;
mod render;
mod suggest;

pub use codes::Code;
pub use render::{DiagnosticData, RelatedData, render_all, render_first, render_one};
pub use suggest::nearest;

/// How bad it is: an error stops the model from being used, a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The model cannot be used.
    Error,
    /// The model works, but surely not as its author wants.
    Warning,
}

/// A second place that explains the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub text: String,
}

/// One thing to tell the author of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable code, with its page.
    pub code: Code,
    /// One sentence without capital or period, in the words of the model.
    pub message: String,
    /// Where the caret stands.
    pub span: Span,
    /// What stands under the caret's text ("expected …"); may be empty.
    pub label: String,
    /// Other places that matter.
    pub related: Vec<Label>,
    /// What to do, one sentence each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic with no more than its message.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Says what stands under the caret.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.label = text.into();
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }

    /// Error or warning, as its code says.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}
