//! The one error of this crate.

use std::fmt;
use std::sync::Arc;

use casewise_core::input::{InputProblem, Misfit, Part};
use casewise_core::row::requirements::Refusal;
use serde::Serialize;
use serde::ser::SerializeMap;

use crate::Diagnostic;
use crate::model::Diagnosed;

/// Why something could not be done.
///
/// One cheap, opaque type; predicates tell what kind of trouble it is:
///
/// | predicate | what is wrong | whose turn it is |
/// | --- | --- | --- |
/// | [`is_model`](Error::is_model) | the model's text | its author's |
/// | [`is_input`](Error::is_input) | a subject, or what came with it | the data's |
/// | [`is_parameters`](Error::is_parameters) | learned numbers are missing or of another model | whoever fits |
/// | [`is_fit`](Error::is_fit) | data that nothing can be learned from | whoever fits |
/// | [`is_request`](Error::is_request) | the call: an unknown name, an unreadable `now` | the caller's |
/// | [`is_io`](Error::is_io) | a file | the machine's |
///
/// # Examples
/// ```
/// use casewise::{Model, Request};
///
/// let error = Model::from_text("m.cw", "model m { language 1 } customer { key id: txt }").unwrap_err();
/// assert!(error.is_model());
/// assert!(error.diagnostics()[0].message.contains("txt"));
///
/// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text; age: int }")?;
/// let customer = std::collections::BTreeMap::from([("id", "c1"), ("age", "old")]);
/// let error = model.decide(&customer, &Request::at("2026-11-22")).unwrap_err();
/// assert!(error.is_input());
/// assert_eq!(error.attribute(), Some("age"));
/// assert_eq!(error.to_string(), r#"`age`: expected an int such as 12, got "old""#);
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Clone)]
pub struct Error {
    inner: Arc<Inner>,
}

enum Inner {
    Model {
        data: Vec<Diagnostic>,
        diagnosed: Diagnosed,
    },
    Input(InputProblem),
    /// Something that the model reads did not come with the subject.
    NotSupplied {
        key: Arc<str>,
        refusal: Refusal,
    },
    Parameters(String),
    /// Nothing could be learned from the data.
    #[cfg_attr(not(feature = "fit"), expect(dead_code, reason = "made where fitting is built in"))]
    Fit(String),
    Request(String),
    /// The model is beyond a limit that only shows when it is planned.
    Limit(String),
    Io {
        path: String,
        source: std::io::Error,
    },
}

impl Error {
    fn new(inner: Inner) -> Error {
        Error { inner: Arc::new(inner) }
    }

    pub(crate) fn model(diagnosed: Diagnosed) -> Error {
        Error::new(Inner::Model { data: diagnosed.data(), diagnosed })
    }

    pub(crate) fn input(problem: InputProblem) -> Error {
        match problem.part {
            // What the call itself says is not the data's fault.
            Part::Request => Error::request(problem.to_string()),
            _ => Error::new(Inner::Input(problem)),
        }
    }

    pub(crate) fn not_supplied(key: &Arc<str>, refusal: Refusal) -> Error {
        Error::new(Inner::NotSupplied { key: Arc::clone(key), refusal })
    }

    pub(crate) fn parameters(message: impl Into<String>) -> Error {
        Error::new(Inner::Parameters(message.into()))
    }

    #[cfg(feature = "fit")]
    pub(crate) fn fit(message: impl Into<String>) -> Error {
        Error::new(Inner::Fit(message.into()))
    }

    pub(crate) fn limit(message: impl Into<String>) -> Error {
        Error::new(Inner::Limit(message.into()))
    }

    pub(crate) fn request(message: impl Into<String>) -> Error {
        Error::new(Inner::Request(message.into()))
    }

    pub(crate) fn io(path: &std::path::Path, source: std::io::Error) -> Error {
        Error::new(Inner::Io { path: path.display().to_string(), source })
    }

    /// The call names something that the model does not declare.
    pub(crate) fn unknown<'c>(kind: &str, name: &str, known: impl Iterator<Item = &'c str> + Clone) -> Error {
        let shown = casewise_core::input::problem::shorten(name);
        let mut message = format!("the model declares no {kind} `{shown}`");
        if let Some(near) = casewise_core::diagnostic::nearest(name, known.clone()) {
            message.push_str(&format!("; did you mean `{near}`?"));
        } else if let (Some(first), None) = (known.clone().next(), known.clone().nth(12)) {
            let rest = known.skip(1).map(|name| format!(", `{name}`"));
            message.push_str(&format!("; it has `{first}`{}", rest.collect::<String>()));
        }
        Error::request(message)
    }

    /// The model's text is wrong; [`diagnostics`](Error::diagnostics) say where.
    ///
    /// ```
    /// assert!(casewise::Model::from_text("m.cw", "customer {").unwrap_err().is_model());
    /// ```
    pub fn is_model(&self) -> bool {
        matches!(*self.inner, Inner::Model { .. } | Inner::Limit(_))
    }

    /// A subject or what came with it does not fit the model.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// let nobody = std::collections::BTreeMap::from([("id", "")]);
    /// assert!(model.decide(&nobody, &Request::at("2026-11-22")).unwrap_err().is_input());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn is_input(&self) -> bool {
        matches!(*self.inner, Inner::Input(_) | Inner::NotSupplied { .. })
    }

    /// Learned parts of the model have no parameters, or those of another model.
    ///
    /// ```
    /// # use casewise::Model;
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// assert!(model.with_parameters("{}").unwrap_err().is_parameters());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn is_parameters(&self) -> bool {
        matches!(*self.inner, Inner::Parameters(_))
    }

    /// Nothing could be learned: the data do not allow it, and the message says why.
    ///
    /// ```
    /// # use casewise::Model;
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// assert!(!model.with_parameters("{}").unwrap_err().is_fit());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn is_fit(&self) -> bool {
        matches!(*self.inner, Inner::Fit(_))
    }

    /// The call itself is wrong: a name that the model does not declare, an unreadable `now`.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// assert!(model.decide(&customer, &Request::at("tomorrow")).unwrap_err().is_request());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn is_request(&self) -> bool {
        matches!(*self.inner, Inner::Request(_))
    }

    /// A file could not be read.
    ///
    /// ```
    /// assert!(casewise::Model::open("no/such/file.cw").unwrap_err().is_io());
    /// ```
    pub fn is_io(&self) -> bool {
        matches!(*self.inner, Inner::Io { .. })
    }

    /// One word for the kind: `model`, `input`, `parameters`, `fit`, `request` or `io`.
    ///
    /// ```
    /// assert_eq!(casewise::Model::open("no/such/file.cw").unwrap_err().kind(), "io");
    /// ```
    pub fn kind(&self) -> &'static str {
        match &*self.inner {
            Inner::Model { .. } | Inner::Limit(_) => "model",
            Inner::Input(_) | Inner::NotSupplied { .. } => "input",
            Inner::Parameters(_) => "parameters",
            Inner::Fit(_) => "fit",
            Inner::Request(_) => "request",
            Inner::Io { .. } => "io",
        }
    }

    /// What is wrong with a model's text, in the order of the text; empty for other errors.
    ///
    /// ```
    /// let error = casewise::Model::from_text("m.cw", "model m { language 1 }\ncase x { fro true }").unwrap_err();
    /// assert!(error.diagnostics().iter().any(|d| d.line == 2));
    /// ```
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match &*self.inner {
            Inner::Model { data, .. } => data,
            _ => &[],
        }
    }

    /// The error as a terminal shows it: for a model, all diagnostics and how many they are.
    ///
    /// ```
    /// let error = casewise::Model::from_text("m.cw", "customer {").unwrap_err();
    /// assert!(error.render(false).contains("--> m.cw:1"));
    /// ```
    pub fn render(&self, color: bool) -> String {
        match &*self.inner {
            Inner::Model { diagnosed, .. } => diagnosed.render(color),
            _ => format!("error: {self}\n"),
        }
    }

    /// As [`render`](Error::render), but of more than `most` diagnostics only the first, errors before warnings; then
    /// how many more there are, and `rest`, which says how to see them.
    ///
    /// ```
    /// let error = casewise::Model::from_text("m.cw", "model m { language 1 } customer { age: it; sum: real }").unwrap_err();
    /// let shown = error.render_first(false, 1, "`--all` shows all");
    /// assert!(shown.contains("… and 2 more errors: `--all` shows all\n"), "{shown}");
    /// assert!(shown.ends_with("\n3 errors, 0 warnings\n"), "{shown}");
    /// ```
    pub fn render_first(&self, color: bool, most: usize, rest: &str) -> String {
        match &*self.inner {
            Inner::Model { diagnosed, .. } => diagnosed.render_first(color, most, rest),
            _ => self.render(color),
        }
    }

    /// The attribute or field that does not fit.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text; age: int }")?;
    /// let customer = std::collections::BTreeMap::from([("id", "c1"), ("Age", "12")]);
    /// let error = model.decide(&customer, &Request::at("2026-11-22")).unwrap_err();
    /// assert_eq!(error.attribute(), Some("age"));
    /// assert_eq!(error.value(), None);
    /// assert_eq!(error.expected(), Some("an int such as 12"));
    /// assert_eq!(error.help(), Some("there is `Age`: should it be `age`?"));
    /// assert_eq!(error.key(), Some("c1"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn attribute(&self) -> Option<&str> {
        self.problem()?.attribute.as_deref()
    }

    /// The key of the subject that is refused, if it was readable. See [`attribute`](Error::attribute).
    pub fn key(&self) -> Option<&str> {
        match &*self.inner {
            Inner::NotSupplied { key, .. } => Some(&**key).filter(|key| !key.is_empty()),
            _ => self.problem()?.key.as_deref(),
        }
    }

    /// The value that does not fit, shortened; none if nothing was given. See [`attribute`](Error::attribute).
    pub fn value(&self) -> Option<&str> {
        self.problem()?.misfit.value.as_deref()
    }

    /// What was expected. See [`attribute`](Error::attribute).
    pub fn expected(&self) -> Option<&str> {
        Some(&self.problem()?.misfit.expected)
    }

    /// What to do about an input, where there is something to say. See [`attribute`](Error::attribute).
    pub fn help(&self) -> Option<&str> {
        self.problem()?.misfit.help.as_deref()
    }

    /// The events or rows that do not fit, and which of them (from 0, in the order given).
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 } customer { key id: text } events visit { }
    ///     let visits = count(visit)
    /// ")?;
    /// let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// let visits = [std::collections::BTreeMap::from([("at", "yesterday")])];
    /// let error = model.decide(&customer, &Request::at("2026-11-22").events("visit", &visits)).unwrap_err();
    /// assert_eq!(error.record(), Some(("visit", Some(0))));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn record(&self) -> Option<(&str, Option<usize>)> {
        match &self.problem()?.part {
            Part::Table(name, row) => Some((name, *row)),
            _ => None,
        }
    }

    pub(crate) fn problem(&self) -> Option<&InputProblem> {
        match &*self.inner {
            Inner::Input(problem) => Some(problem),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.inner {
            Inner::Model { data: diagnostics, .. } => {
                let mut rendered = diagnostics.iter().map(|d| d.rendered.as_str());
                f.write_str(rendered.next().unwrap_or("the model is not valid"))?;
                rendered.try_for_each(|text| write!(f, "\n\n{text}"))
            }
            Inner::Input(problem) => problem.fmt(f),
            Inner::NotSupplied { refusal, .. } => refusal.fmt(f),
            Inner::Parameters(message)
            | Inner::Fit(message)
            | Inner::Request(message)
            | Inner::Limit(message) => f.write_str(message),
            Inner::Io { path, source } => write!(f, "cannot read `{path}`: {source}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} error: {self}", self.kind())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.inner {
            Inner::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// For bindings: kind, message, and whatever else is known.
impl Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind())?;
        map.serialize_entry("message", &self.to_string())?;
        if let Inner::Model { data: diagnostics, .. } = &*self.inner {
            map.serialize_entry("diagnostics", diagnostics)?;
        }
        if let Some(InputProblem { key, part, attribute, misfit: Misfit { value, expected, help } }) =
            self.problem()
        {
            let (table, row) = match part {
                Part::Table(name, row) => (Some(name), *row),
                _ => (None, None),
            };
            map.serialize_entry("key", key)?;
            map.serialize_entry("table", &table)?;
            map.serialize_entry("row", &row)?;
            map.serialize_entry("attribute", attribute)?;
            map.serialize_entry("value", value)?;
            map.serialize_entry("expected", expected)?;
            map.serialize_entry("help", help)?;
        }
        map.end()
    }
}
