//! What can be done with a model's text alone.

use std::sync::Arc;

use casewise_core::diagnostic::{Code, Severity};
use casewise_core::source::Sources;

use crate::model::Diagnosed;
use crate::{Diagnostic, Error, Model};

/// Everything that the checker has to say about a text, errors and warnings, in the order of the text.
///
/// # Examples
/// ```
/// let diagnostics = casewise::check("m.cw", "model m { language 1 } customer { key id: text } case a { for agge > 1 }");
/// assert!(diagnostics.iter().any(|d| d.message.contains("agge")));
/// ```
pub fn check(name: &str, text: &str) -> Vec<Diagnostic> {
    match Model::from_text(name, text) {
        Ok(model) => model.warnings(),
        Err(error) => error.diagnostics().to_vec(),
    }
}

/// The canonical form of a model's text; comments are kept.
///
/// # Errors
/// The text cannot be read as a model ([`Error::is_model`]).
///
/// # Examples
/// ```
/// let text = casewise::format("m.cw", "model m{language 1}\ncustomer{key id:text}")?;
/// assert_eq!(casewise::format("m.cw", &text)?, text);
/// assert!(text.contains("key id: text"));
/// # Ok::<(), casewise::Error>(())
/// ```
pub fn format(name: &str, text: &str) -> Result<String, Error> {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let (ast, diagnostics) = casewise_core::syntax::parse(file, text);
    if diagnostics.iter().any(|d| d.severity() == Severity::Error) {
        return Err(Error::model(Diagnosed { diagnostics, sources: Arc::new(sources) }));
    }
    Ok(casewise_core::syntax::format(&ast, text))
}

/// The page of a diagnostic code, in Markdown: what it means, why, and examples; none if there is no such code.
///
/// # Examples
/// ```
/// assert!(casewise::explain_code("CW0110").unwrap().starts_with("# CW0110"));
/// assert_eq!(casewise::explain_code("CW9999"), None);
/// ```
pub fn explain_code(code: &str) -> Option<&'static str> {
    Code::parse(code).map(Code::page)
}
