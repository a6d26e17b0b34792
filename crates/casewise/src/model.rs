//! A model that is ready to decide.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use casewise_core::input::{InputProblem, Layouts, Part, SubjectBuilder};
use casewise_core::plan::Plan;
use casewise_core::row::report::Provenance;
use casewise_core::source::Sources;
use serde::Serialize;

use crate::{
    Decision, Diagnostic, Error, Prepared, Request, Requirements, Schema, TestResult, TestRun, TestSelection,
};
use crate::{feed, files};

/// A checked model, ready to decide. Cheap to clone and to share between threads.
///
/// # Examples
/// ```
/// use casewise::{Model, Request};
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Customer<'a> { id: &'a str, age: u8 }
///
/// let model = Model::from_text("adults.cw", r"
///     model adults { language 1 }
///     customer { key id: text; age: int }
///     case welcome { for age >= 18 }
/// ")?;
/// let decision = model.decide(&Customer { id: "c1", age: 30 }, &Request::at("2026-11-22"))?;
/// assert_eq!(decision.offers().len(), 1);
///
/// fn shared<T: Send + Sync + Clone>(_: &T) {}
/// shared(&model);
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Clone)]
pub struct Model {
    inner: Arc<Inner>,
}

struct Inner {
    model: Arc<casewise_core::model::Model>,
    warnings: Diagnosed,
    layouts: Layouts,
    /// Not there where a learned part has no parameters: the model can be read, but not decide.
    plan: Result<Arc<Plan>, Error>,
    provenance: Arc<Provenance>,
    overrides: Vec<(String, String)>,
    parameters: Option<Arc<casewise_core::parameters::Parameters>>,
}

/// Diagnostics with the texts they speak of.
#[derive(Clone)]
pub(crate) struct Diagnosed {
    pub(crate) diagnostics: Vec<casewise_core::diagnostic::Diagnostic>,
    pub(crate) sources: Arc<Sources>,
}

impl Diagnosed {
    pub(crate) fn data(&self) -> Vec<Diagnostic> {
        Diagnostic::all(&self.diagnostics, &self.sources)
    }

    pub(crate) fn render(&self, color: bool) -> String {
        casewise_core::diagnostic::render_all(&self.diagnostics, &self.sources, color)
    }

    pub(crate) fn render_first(&self, color: bool, most: usize, rest: &str) -> String {
        casewise_core::diagnostic::render_first(&self.diagnostics, &self.sources, color, most, rest)
    }
}

impl Model {
    /// Opens a model file.
    ///
    /// # Errors
    /// The file cannot be read ([`Error::is_io`]), or the model is not valid ([`Error::is_model`]): then every
    /// error of the text is told at once.
    ///
    /// # Examples
    /// ```no_run
    /// let model = casewise::Model::open("telecom.cw")?;
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Model, Error> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
        let name = files::name(path);
        if let Err(diagnostic) = casewise_core::syntax::decode(0, &bytes) {
            let mut sources = Sources::default();
            sources.add(&name, &String::from_utf8_lossy(&bytes));
            return Err(Error::model(Diagnosed {
                diagnostics: vec![diagnostic],
                sources: Arc::new(sources),
            }));
        }
        Model::build(casewise_core::model::open(&name, &files::Folder, &[]), Vec::new())
    }

    /// Opens a model from one text; the name stands in messages.
    ///
    /// # Errors
    /// The model is not valid: see [`Error::diagnostics`].
    ///
    /// # Examples
    /// ```
    /// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// assert_eq!(model.name(), "m");
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn from_text(name: impl AsRef<str>, text: impl AsRef<str>) -> Result<Model, Error> {
        Model::build(casewise_core::model::open_text(name.as_ref(), text.as_ref(), &[]), Vec::new())
    }

    /// Opens a model from its texts by name: the root, and whatever it includes.
    ///
    /// # Errors
    /// As [`Model::from_text`].
    ///
    /// # Examples
    /// ```
    /// let model = casewise::Model::from_files("main.cw", [
    ///     ("main.cw", "model m { language 1 }\ncustomer { key id: text }\ninclude \"cases/*.cw\""),
    ///     ("cases/welcome.cw", "case welcome { }"),
    /// ])?;
    /// assert_eq!(model.cases().collect::<Vec<_>>(), ["welcome"]);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn from_files(
        root: impl AsRef<str>,
        files: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Result<Model, Error> {
        let files: BTreeMap<String, String> =
            files.into_iter().map(|(name, text)| (name.into(), text.into())).collect();
        Model::build(casewise_core::model::open(root.as_ref(), &files, &[]), Vec::new())
    }

    pub(crate) fn build(
        checked: casewise_core::model::Checked,
        overrides: Vec<(String, String)>,
    ) -> Result<Model, Error> {
        let diagnosed = Diagnosed { diagnostics: checked.diagnostics, sources: Arc::new(checked.sources) };
        let Some(model) = checked.model else { return Err(Error::model(diagnosed)) };
        Ok(Model::finish(Arc::new(model), diagnosed, overrides, None))
    }

    fn finish(
        model: Arc<casewise_core::model::Model>,
        warnings: Diagnosed,
        overrides: Vec<(String, String)>,
        parameters: Option<Arc<casewise_core::parameters::Parameters>>,
    ) -> Model {
        let plan = Plan::with_parameters(Arc::clone(&model), &[], parameters.clone()).map(Arc::new);
        let plan = plan.map_err(|error| match error.missing_parameters() {
            Some(_) => Error::parameters(error.to_string()),
            None if error.is_of_parameters() => Error::parameters(error.to_string()),
            None => Error::limit(error.to_string()),
        });
        let provenance = Provenance {
            parameters: parameters.as_deref().map(crate::parameters::fingerprint),
            ..Provenance::of(&model)
        };
        let inner = Inner {
            plan,
            layouts: Layouts::new(&model),
            provenance: Arc::new(provenance),
            warnings,
            model,
            overrides,
            parameters,
        };
        Model { inner: Arc::new(inner) }
    }

    /// The warnings as the core has them.
    #[cfg(feature = "deep")]
    pub(crate) fn warned(&self) -> &[casewise_core::diagnostic::Diagnostic] {
        &self.inner.warnings.diagnostics
    }

    pub(crate) fn plan(&self) -> Result<&Arc<Plan>, Error> {
        self.inner.plan.as_ref().map_err(Error::clone)
    }

    pub(crate) fn provenance(&self) -> &Arc<Provenance> {
        &self.inner.provenance
    }

    pub(crate) fn checked(&self) -> &Arc<casewise_core::model::Model> {
        &self.inner.model
    }

    pub(crate) fn layouts(&self) -> &Layouts {
        &self.inner.layouts
    }

    /// The same model with other values of its params, in place of those in the text. Values are written as in
    /// the text: `5`, `2.5%`, `30 days`. Bands and tables are checked again.
    ///
    /// # Errors
    /// The model declares no such param, or the value does not fit its type or range ([`Error::is_model`]).
    ///
    /// # Examples
    /// ```
    /// use casewise::{Model, Request};
    ///
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 }
    ///     customer { key id: text; age: int }
    ///     param grown: int in 16 .. 21 = 18
    ///     case adults { for age >= grown }
    /// ")?;
    /// let customer = std::collections::BTreeMap::from([("id", "c1"), ("age", "20")]);
    /// let stricter = model.with_params([("grown", 21)])?;
    /// assert_eq!(model.decide(&customer, &Request::at("2026-11-22"))?.offers().len(), 1);
    /// assert_eq!(stricter.decide(&customer, &Request::at("2026-11-22"))?.offers().len(), 0);
    /// assert!(model.with_params([("grown", 30)]).is_err());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn with_params(
        &self,
        params: impl IntoIterator<Item = (impl AsRef<str>, impl ToString)>,
    ) -> Result<Model, Error> {
        let mut overrides = self.inner.overrides.clone();
        for (name, value) in params {
            let (name, value) = (name.as_ref(), value.to_string());
            overrides.retain(|(set, _)| set != name);
            overrides.push((name.to_owned(), value));
        }
        // The texts as they were read: a file that has changed since is another model.
        let files = self.inner.model.sources.files();
        let root = files.first().map(|file| file.name.to_string()).unwrap_or_default();
        let texts: BTreeMap<String, String> =
            files.iter().map(|file| (file.name.to_string(), file.text.to_string())).collect();
        let checked = casewise_core::model::open(&root, &texts, &overrides);
        let model = Model::build(checked, overrides)?;
        match &self.inner.parameters {
            Some(parameters) => model.with_learned(Arc::clone(parameters)),
            None => Ok(model),
        }
    }

    /// The same model with its learned parts filled in from parameters: the text that `casewise fit` writes.
    ///
    /// # Errors
    /// The text cannot be read, or the parameters are not those of this model: then the error says which learned
    /// score or which of its dependencies is not what it was ([`Error::is_parameters`]).
    ///
    /// # Examples
    /// ```
    /// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// assert!(model.with_parameters("{}").unwrap_err().is_parameters());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn with_parameters(&self, parameters: impl AsRef<str>) -> Result<Model, Error> {
        self.with_learned(Arc::new(crate::parameters::read(parameters.as_ref())?))
    }

    pub(crate) fn with_learned(
        &self,
        parameters: Arc<casewise_core::parameters::Parameters>,
    ) -> Result<Model, Error> {
        let model = Arc::clone(&self.inner.model);
        parameters.belong_to(&model).map_err(|mismatch| Error::parameters(mismatch.to_string()))?;
        let overrides = self.inner.overrides.clone();
        Ok(Model::finish(model, self.inner.warnings.clone(), overrides, Some(parameters)))
    }

    /// Decides for one subject: anything that serde can serialise as names and values.
    ///
    /// Names are those of the data (`from "…"`) or of the model. Names that the model does not declare are ignored.
    ///
    /// # Errors
    /// The subject or what comes with it does not fit ([`Error::is_input`]); the request names something unknown
    /// ([`Error::is_request`]); a learned part has no parameters ([`Error::is_parameters`]).
    ///
    /// # Examples
    /// See [`Model`] and [`Request`].
    pub fn decide<S: Serialize + ?Sized>(
        &self,
        subject: &S,
        request: &Request<'_>,
    ) -> Result<Decision, Error> {
        self.decide_prepared(&self.prepare(subject, request)?)
    }

    /// Reads a subject and its request once, to decide from them later or many times.
    ///
    /// # Errors
    /// As [`Model::decide`].
    ///
    /// # Examples
    /// ```
    /// use casewise::{Model, Request};
    ///
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case a { }")?;
    /// let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// let prepared = model.prepare(&customer, &Request::at("2026-11-22"))?;
    /// assert_eq!(prepared.key(), "c1");
    /// assert_eq!(model.decide_prepared(&prepared)?.offers().len(), 1);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn prepare<S: Serialize + ?Sized>(
        &self,
        subject: &S,
        request: &Request<'_>,
    ) -> Result<Prepared, Error> {
        let plan = self.plan()?;
        let prepared = self.read(subject, request)?;
        match plan.refusal(&prepared.subject) {
            Some(refusal) => Err(Error::not_supplied(&prepared.subject.key, refusal)),
            None => Ok(prepared),
        }
    }

    /// Reads a subject, whatever is decided or learned from it.
    pub(crate) fn read<S: Serialize + ?Sized>(
        &self,
        subject: &S,
        request: &Request<'_>,
    ) -> Result<Prepared, Error> {
        let Inner { model, layouts, .. } = &*self.inner;
        let resolved = request.resolve(model)?;
        let attributes = feed::record(&layouts.subject, &subject).map_err(|(attribute, misfit)| {
            let key = self.key_of(subject).ok().map(Arc::from);
            Error::input(InputProblem { key, part: Part::Subject, attribute, misfit })
        })?;
        let mut builder =
            SubjectBuilder::new(model, layouts, attributes).map_err(|problem| Error::input(*problem))?;
        request.supply(&mut builder, model, layouts)?;
        Ok(Prepared { model: self.clone(), subject: Arc::new(builder.finish()), request: resolved })
    }

    /// Decides for a subject that has been read before.
    ///
    /// # Errors
    /// It was prepared by another model ([`Error::is_request`]); a learned part has no parameters
    /// ([`Error::is_parameters`]).
    ///
    /// # Examples
    /// See [`Model::prepare`].
    pub fn decide_prepared(&self, prepared: &Prepared) -> Result<Decision, Error> {
        self.own(prepared)?;
        let decision = self.plan()?.decide(Arc::clone(&prepared.subject), &prepared.request);
        Ok(Decision::new(decision, Arc::clone(&self.inner.provenance)))
    }

    /// Decides for many subjects in one walk: quotas, capacities and budgets are shared among them, the best
    /// ranked first. What remains of them is told by `request`, or else is what the model declares. Everything
    /// else came with each subject when it was prepared.
    ///
    /// # Errors
    /// As [`Model::decide_prepared`].
    ///
    /// # Examples
    /// ```
    /// use casewise::{Model, Request};
    ///
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 }
    ///     customer { key id: text; worth: int }
    ///     case gift { quota 1; priority worth }
    /// ")?;
    /// let customers = [("c1", "10"), ("c2", "30")].map(|(id, worth)| std::collections::BTreeMap::from([("id", id), ("worth", worth)]));
    /// let request = Request::at("2026-11-22");
    /// let prepared = customers.iter().map(|c| model.prepare(c, &request)).collect::<Result<Vec<_>, _>>()?;
    /// let decisions = model.decide_all(&prepared, &request)?;
    /// assert_eq!(decisions.iter().map(|d| d.offers().len()).collect::<Vec<_>>(), [0, 1]);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn decide_all(&self, prepared: &[Prepared], request: &Request<'_>) -> Result<Vec<Decision>, Error> {
        prepared.iter().try_for_each(|prepared| self.own(prepared))?;
        let request = request.resolve(&self.inner.model)?;
        let subjects: Vec<_> = prepared.iter().map(|prepared| Arc::clone(&prepared.subject)).collect();
        let decisions = self.plan()?.decide_all(&subjects, &request);
        Ok(decisions.into_iter().map(|d| Decision::new(d, Arc::clone(&self.inner.provenance))).collect())
    }

    /// Whether subjects compete for a quota, capacity or budget: then many are to be decided together, by
    /// [`Model::decide_all`]. Otherwise each may as well be decided alone.
    ///
    /// # Errors
    /// As [`Model::decide_all`].
    ///
    /// # Examples
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case gift { quota 1 }")?;
    /// assert!(model.shares_limits(&Request::at("2026-11-22"))?);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn shares_limits(&self, request: &Request<'_>) -> Result<bool, Error> {
        let request = request.resolve(&self.inner.model)?;
        Ok(self.plan()?.has_common_numbers(&request.remaining))
    }

    #[cfg(feature = "columns")]
    pub(crate) fn is(&self, other: &Model) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(crate) fn own(&self, prepared: &Prepared) -> Result<(), Error> {
        if Arc::ptr_eq(&self.inner, &prepared.model.inner) {
            return Ok(());
        }
        Err(Error::request("the subject was prepared by another model: prepare it with this one"))
    }

    /// The key of a subject, or of a record that belongs to one and has a column named like the key: as text.
    ///
    /// # Errors
    /// There is none that can be read.
    ///
    /// # Examples
    /// ```
    /// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: int }")?;
    /// let record = std::collections::BTreeMap::from([("at", "2026-11-01"), ("id", "0012")]);
    /// assert_eq!(model.key_of(&record)?, "12");
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn key_of<S: Serialize + ?Sized>(&self, record: &S) -> Result<String, Error> {
        self.key_text(&self.key_value(record)?).map(|key| key.to_string())
    }

    /// The key of a record as it sorts.
    pub(crate) fn key_value<S: Serialize + ?Sized>(
        &self,
        record: &S,
    ) -> Result<casewise_core::values::Value, Error> {
        let layouts = &self.inner.layouts;
        feed::one_field(&layouts.subject, layouts.key, &record).map_err(|misfit| self.no_key(misfit))
    }

    /// A key as text; it must not be empty.
    pub(crate) fn key_text(&self, key: &casewise_core::values::Value) -> Result<Arc<str>, Error> {
        self.inner.layouts.key_text(&self.inner.model, key).map_err(|misfit| self.no_key(misfit))
    }

    fn no_key(&self, misfit: casewise_core::input::Misfit) -> Error {
        let layouts = &self.inner.layouts;
        let attribute = layouts.subject.fields().get(layouts.key).map(|field| Arc::clone(field.name()));
        Error::input(InputProblem { key: None, part: Part::Subject, attribute, misfit })
    }

    /// What is wrong with a file of subjects that has these columns: a required attribute has none, or two.
    ///
    /// # Errors
    /// The first attribute without its one column.
    ///
    /// # Examples
    /// ```
    /// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text; age: int }")?;
    /// assert!(model.check_columns(None, ["id", "age", "more"]).is_ok());
    /// assert_eq!(model.check_columns(None, ["id", "Age"]).unwrap_err().attribute(), Some("age"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn check_columns<'c>(
        &self,
        table: Option<&str>,
        columns: impl IntoIterator<Item = &'c str>,
    ) -> Result<(), Error> {
        let Inner { model, layouts, .. } = &*self.inner;
        let columns: Vec<&str> = columns.into_iter().collect();
        let (layout, part) = match table {
            None => (Some(&layouts.subject), Part::Subject),
            Some(name) => {
                let known = model.tables.iter().map(|table| &*table.name);
                let index = crate::request::position("events", name, known)?;
                (layouts.tables.get(index), Part::Table(name.into(), None))
            }
        };
        let checked = layout.map_or(Ok(()), |layout| layout.check_columns(columns.iter().copied()));
        checked.map_err(|(attribute, misfit)| {
            Error::input(InputProblem { key: None, part, attribute: Some(attribute), misfit })
        })
    }

    /// Whether a column of the subjects' data, or of a table's, says anything to the model. The others need not be
    /// read.
    ///
    /// ```
    /// # let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text; age: int from \"Age\" }")?;
    /// assert!(model.reads_column(None, "Age") && !model.reads_column(None, "address"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn reads_column(&self, table: Option<&str>, column: &str) -> bool {
        let Inner { model, layouts, .. } = &*self.inner;
        let is_key = layouts.subject.index(column) == Some(layouts.key);
        match table {
            None => layouts.subject.index(column).is_some(),
            Some(name) => {
                let place = model.tables.iter().position(|table| &*table.name == name);
                let layout = place.and_then(|place| layouts.tables.get(place));
                is_key || layout.is_some_and(|layout| layout.index(column).is_some())
            }
        }
    }

    /// What a caller must supply. See [`Requirements`]. While a learned part has no parameters, that is what
    /// learning reads as well, such as the outcome of a scorecard.
    ///
    /// # Errors
    /// The model is beyond the documented limits.
    pub fn requirements(&self) -> Result<Requirements, Error> {
        match self.plan() {
            Err(error) if error.is_parameters() => Ok(self.plan_to_learn()?.requirements()),
            plan => Ok(plan?.requirements()),
        }
    }

    /// The plan of a model that may still have to learn.
    pub(crate) fn plan_to_learn(&self) -> Result<Plan, Error> {
        Plan::to_learn(Arc::clone(self.core())).map_err(|error| Error::limit(error.to_string()))
    }

    /// Whether the model declares events or rows of this name.
    ///
    /// # Errors
    /// It does not ([`Error::is_request`]).
    ///
    /// # Examples
    /// ```
    /// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// assert!(model.check_table("contact").is_ok());
    /// assert!(model.check_table("contacts").unwrap_err().to_string().ends_with("did you mean `contact`?"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn check_table(&self, name: &str) -> Result<(), Error> {
        crate::request::position("events", name, self.inner.model.tables.iter().map(|t| &*t.name)).map(|_| ())
    }

    /// Whether the model declares a list of this name.
    ///
    /// # Errors
    /// It does not ([`Error::is_request`]).
    ///
    /// # Examples
    /// ```
    /// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text } list blocked")?;
    /// assert!(model.check_list("blocked").is_ok());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn check_list(&self, name: &str) -> Result<(), Error> {
        crate::request::position("list", name, self.inner.model.lists.iter().map(|l| &*l.name)).map(|_| ())
    }

    pub(crate) fn core(&self) -> &Arc<casewise_core::model::Model> {
        &self.inner.model
    }

    pub(crate) fn learned(&self) -> Option<&Arc<casewise_core::parameters::Parameters>> {
        self.inner.parameters.as_ref()
    }

    /// Runs the tests inside the model, or those whose title contains `filter`. See [`TestResult`].
    pub fn run_tests(&self, filter: Option<&str>) -> Vec<TestResult> {
        let selection = casewise_core::row::testing::Selection { title: filter, ..Default::default() };
        self.run_selected(&selection).0
    }

    /// Runs the tests that a selection takes, and tells what they reached. See [`TestSelection`].
    ///
    /// # Errors
    /// The model declares no such group ([`Error::is_request`]).
    pub fn test(&self, selection: &TestSelection<'_>) -> Result<TestRun, Error> {
        let groups = self.inner.model.groups.iter().map(|group| &*group.name);
        let group =
            selection.group.map(|name| crate::request::position("group", name, groups)).transpose()?;
        let (results, coverage) = self.run_selected(&casewise_core::row::testing::Selection {
            title: selection.title,
            group: group.map(casewise_core::model::GroupId),
            file: selection.file,
        });
        Ok(TestRun { results, coverage })
    }

    fn run_selected(
        &self,
        selection: &casewise_core::row::testing::Selection<'_>,
    ) -> (Vec<TestResult>, casewise_core::row::coverage::Coverage) {
        let parameters = self.inner.parameters.as_ref();
        let (results, coverage) = casewise_core::row::testing::run(&self.inner.model, parameters, selection);
        (results.into_iter().map(TestResult::new).collect(), coverage)
    }

    /// Warnings of the checker, in the order of the text.
    ///
    /// ```
    /// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// assert!(model.warnings().iter().all(|warning| warning.severity == "warning"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.inner.warnings.data()
    }

    /// The warnings as a terminal shows them, and how many they are; empty if there are none.
    ///
    /// ```
    /// let model = casewise::Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// assert_eq!(model.warnings().is_empty(), model.render_warnings(false).is_empty());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn render_warnings(&self, color: bool) -> String {
        self.inner.warnings.render(color)
    }

    /// As [`render_warnings`](Model::render_warnings), but of more than `most` only the first; then how many more there
    /// are, and `rest`, which says how to see them.
    ///
    /// ```
    /// let text = "model m { language 1 }\ncustomer { key id: text }\nparam a: int = 1\nparam b: int = 2";
    /// let model = casewise::Model::from_text("m.cw", text)?;
    /// let shown = model.render_warnings_first(false, 1, "`--all` shows all");
    /// assert!(shown.ends_with("\n… and 1 more warning: `--all` shows all\n\n0 errors, 2 warnings\n"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn render_warnings_first(&self, color: bool, most: usize, rest: &str) -> String {
        self.inner.warnings.render_first(color, most, rest)
    }

    /// The model's name. See [`Model::from_text`].
    pub fn name(&self) -> &str {
        &self.inner.model.name
    }

    /// The model's version; empty if none is written.
    ///
    /// ```
    /// let model = casewise::Model::from_text("m.cw", r#"model m { language 1; version "7" } customer { key id: text }"#)?;
    /// assert_eq!(model.version(), "7");
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn version(&self) -> &str {
        &self.inner.model.version
    }

    /// The model's title.
    ///
    /// ```
    /// let model = casewise::Model::from_text("m.cw", r#"model m "Gifts" { language 1 } customer { key id: text }"#)?;
    /// assert_eq!(model.title(), Some("Gifts"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn title(&self) -> Option<&str> {
        self.inner.model.title.as_deref()
    }

    /// A hash of the model's canonical text: 16 hex digits. Comments and layout do not change it.
    ///
    /// ```
    /// let text = "model m { language 1 } customer { key id: text }";
    /// let model = casewise::Model::from_text("m.cw", text)?;
    /// let same = casewise::Model::from_text("n.cw", format!("# a comment\n{text}"))?;
    /// assert_eq!(model.fingerprint(), same.fingerprint());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn fingerprint(&self) -> &str {
        &self.inner.provenance.fingerprint
    }

    /// What is decided about: `customer`, or the name after `subject`.
    ///
    /// ```
    /// let model = casewise::Model::from_text("m.cw", "model m { language 1 } subject loan { key number: text }")?;
    /// assert_eq!((model.subject_name(), model.key_name()), ("loan", "number"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn subject_name(&self) -> &str {
        &self.inner.model.subject.name
    }

    /// The name of the key attribute. See [`Model::subject_name`].
    pub fn key_name(&self) -> &str {
        let subject = &self.inner.model.subject;
        subject.attributes.get(subject.key).map_or("", |field| &field.name)
    }

    /// What goes into the model and what comes out of a decision, with types. See [`Schema`].
    pub fn schema(&self) -> Schema {
        Schema::of(&self.inner.model)
    }

    /// The texts that the model was read from, by name, the root first: with [`Model::from_files`] and
    /// [`Model::overrides`] they make the same model elsewhere.
    ///
    /// ```
    /// use casewise::Model;
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// let (root, _) = model.files().next().unwrap();
    /// let same = Model::from_files(root, model.files())?.with_params(model.overrides())?;
    /// assert_eq!(same.fingerprint(), model.fingerprint());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn files(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.inner.model.sources.files().iter().map(|file| (&*file.name, &*file.text))
    }

    /// Params that were set by [`Model::with_params`], as they were written. See [`Model::files`].
    pub fn overrides(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.inner.overrides.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The names of the segments with their titles, in the order of the model.
    ///
    /// ```
    /// let model = casewise::Model::from_text("m.cw", r#"
    ///     model m { language 1 } customer { key id: text; age: int }
    ///     segment adults "Grown up" = age >= 18
    ///     score years = age
    /// "#)?;
    /// assert_eq!(model.segments().collect::<Vec<_>>(), [("adults", Some("Grown up"))]);
    /// assert_eq!(model.scores().collect::<Vec<_>>(), [("years", None)]);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn segments(&self) -> impl ExactSizeIterator<Item = (&str, Option<&str>)> {
        self.inner.model.segments.iter().map(|segment| (&*segment.name, segment.title.as_deref()))
    }

    /// The names of the scores with their titles, in the order of the model. See [`Model::segments`].
    pub fn scores(&self) -> impl ExactSizeIterator<Item = (&str, Option<&str>)> {
        self.inner.model.scores.iter().map(|score| (&*score.name, score.title.as_deref()))
    }

    /// The names of the cases, in the order of the model. See [`Model::from_files`].
    pub fn cases(&self) -> impl ExactSizeIterator<Item = &str> {
        self.inner.model.cases.iter().map(|case| &*case.name)
    }

    /// The title of a case.
    ///
    /// ```
    /// let model = casewise::Model::from_text("m.cw", r#"model m { language 1 } customer { key id: text } case a "Hello" { }"#)?;
    /// assert_eq!(model.case_title("a"), Some("Hello"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn case_title(&self, case: &str) -> Option<&str> {
        self.inner.model.cases.iter().find(|c| &*c.name == case)?.title.as_deref()
    }

    /// The consistency ratio of each composite that is weighed by AHP; above 0.10 the judgements contradict
    /// one another.
    ///
    /// ```
    /// let model = casewise::Model::from_text("m.cw", r"
    ///     model m { language 1 }
    ///     customer { key id: text; speed: float; price: float; care: float }
    ///     composite worth { ahp { speed over price: 3; speed over care: 5; price over care: 2 } }
    /// ")?;
    /// let (name, ratio) = model.consistency().next().unwrap();
    /// assert_eq!(name, "worth");
    /// assert!(ratio < 0.10);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn consistency(&self) -> impl Iterator<Item = (&str, f64)> {
        use casewise_core::model::ScoreKind;
        self.inner.model.scores.iter().filter_map(|score| match &score.kind {
            ScoreKind::Composite(composite) => {
                Some((&*score.name, composite.ahp.as_ref()?.consistency_ratio))
            }
            _ => None,
        })
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("name", &self.name())
            .field("version", &self.version())
            .field("cases", &self.cases().len())
            .finish_non_exhaustive()
    }
}
