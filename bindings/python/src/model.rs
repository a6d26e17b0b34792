//! `casewise.Model`.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use casewise::BacktestOptions;
use casewise::batch::How;
use casewise::preview::Scope;
use pyo3::basic::CompareOp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use pyo3_arrow::PyTable;

use crate::batch::{self, Supplied};
use crate::convert::{self, Item, Trap};
use crate::decision::Decision;
use crate::open::parameters_text;
use crate::request::{Given, by_name};
use crate::{errors, learn, preview, value};

/// A checked model, ready to decide. Open one with :func:`casewise.open`.
///
/// A model never changes, and can be shared between threads and processes: it pickles as its texts.
///
/// >>> import casewise
/// >>> model = casewise.open('''
/// ...     model adults "Grown up" { language 1; version "3" }
/// ...     customer { key id: text; age: int }
/// ...     case welcome "Welcome" { for age >= 18 }
/// ... ''')
/// >>> model
/// Model('adults', version='3', cases=1)
/// >>> model.decide({"id": "c1", "age": 30}, now="2026-11-22").offers[0].case
/// 'welcome'
#[pyclass(frozen, module = "casewise", name = "Model")]
#[derive(Debug)]
pub(crate) struct Model {
    inner: casewise::Model,
    parameters: Option<Arc<str>>,
}

impl Model {
    /// A model that was opened, with what its text says.
    pub(crate) fn plain(inner: casewise::Model) -> Model {
        Model { inner, parameters: None }
    }

    pub(crate) fn inner(&self) -> &casewise::Model {
        &self.inner
    }

    pub(crate) fn with_params(&self, params: &Bound<'_, PyAny>) -> PyResult<Model> {
        let py = params.py();
        let mut written = Vec::new();
        for (name, value) in by_name("params", Some(params))? {
            written.push((name, convert::written(&value)?));
        }
        let inner =
            py.detach(|| self.inner.with_params(written)).map_err(|error| errors::raise(py, &error))?;
        Ok(Model { inner, parameters: self.parameters.clone() })
    }

    pub(crate) fn learned(&self, py: Python<'_>, text: String) -> PyResult<Model> {
        let inner =
            py.detach(|| self.inner.with_parameters(&text)).map_err(|error| errors::raise(py, &error))?;
        Ok(Model { inner, parameters: Some(text.into()) })
    }

    /// What two equal models have in common.
    fn identity(&self) -> (&str, Vec<(&str, &str)>, Option<&str>) {
        (self.inner.fingerprint(), self.inner.overrides().collect(), self.parameters.as_deref())
    }
}

#[pymethods]
impl Model {
    /// Decides for one subject.
    ///
    /// ``subject`` is a dict, any other mapping, a dataclass, a named tuple or a pydantic model; so are
    /// ``context`` and every event. ``events`` holds, by table, the subject's events in any order; ``lists``
    /// holds, by list, its keys, or ``True`` or ``False`` for this subject. ``now`` is a ``datetime``, a
    /// ``date`` or text; without an offset it is in the model's time zone, as are all times. ``remaining``
    /// says what is left: ``{"quota": {case: n}, "capacity": {channel: n}, "budget": {case: {property: x}}}``.
    /// ``decide`` is the name of the ``decide`` to use.
    ///
    /// Raises :class:`InputError` where something does not fit, naming the attribute, the value and what was
    /// expected.
    ///
    /// >>> import casewise
    /// >>> from datetime import datetime
    /// >>> model = casewise.open('''
    /// ...     model shop { language 1; timezone "Asia/Shanghai" }
    /// ...     customer { key id: text }
    /// ...     context { touchpoint: enum(counter, app) }
    /// ...     events recharge { amount: decimal }
    /// ...     list blocked
    /// ...     case gift {
    /// ...       for sum(recharge.amount over last 30 days) >= 100
    /// ...       require touchpoint == counter
    /// ...       exclude blocked
    /// ...     }
    /// ... ''')
    /// >>> decision = model.decide(
    /// ...     {"id": "c1"},
    /// ...     context={"touchpoint": "counter"},
    /// ...     events={"recharge": [{"at": datetime(2026, 11, 1, 9, 30), "amount": 120}]},
    /// ...     lists={"blocked": {"c7", "c9"}},
    /// ...     now=datetime(2026, 11, 22, 10, 0),
    /// ... )
    /// >>> decision.now
    /// '2026-11-22T02:00:00Z'
    /// >>> [offer.case for offer in decision.offers]
    /// ['gift']
    #[pyo3(signature = (subject, context=None, events=None, lists=None, *, now, remaining=None, decide=None))]
    #[expect(clippy::too_many_arguments, reason = "they have names")]
    fn decide<'py>(
        slf: &Bound<'py, Self>,
        subject: &Bound<'py, PyAny>,
        context: Option<Bound<'py, PyAny>>,
        events: Option<Bound<'py, PyAny>>,
        lists: Option<Bound<'py, PyAny>>,
        now: &Bound<'py, PyAny>,
        remaining: Option<Bound<'py, PyAny>>,
        decide: Option<String>,
    ) -> PyResult<Decision> {
        let trap = Trap::default();
        let given = Given {
            now: convert::instant(now)?,
            decide,
            context,
            remaining,
            events: by_name("events", events.as_ref())?,
            lists: by_name("lists", lists.as_ref())?,
        };
        let request = given.request(&trap)?;
        let prepared = trap.release(slf.get().inner.prepare(&Item::new(subject, &trap), &request))?;
        Decision::make(slf, prepared.map_err(|error| errors::raise(slf.py(), &error))?)
    }

    /// Decides from what a decision was made from, as it was written: how decisions are unpickled.
    fn _decide_again(slf: &Bound<'_, Self>, inputs: &str) -> PyResult<Decision> {
        let prepared = casewise::json::prepare(&slf.get().inner, inputs);
        Decision::make(slf, prepared.map_err(|error| errors::raise(slf.py(), &error))?)
    }

    /// Decides for many subjects at once: a frame in, a frame of the same kind out.
    ///
    /// ``subjects``, and by table their ``events``, are anything that has the Arrow interface
    /// (``__arrow_c_stream__``): frames of pandas, Polars, pyarrow, DuckDB and others. Events carry the subject's
    /// key in a column named like the key. A list is such a frame, or an iterable of keys. Quotas, capacities
    /// and budgets are shared among all subjects; what ``remaining`` does not say is what the model declares.
    ///
    /// The result has a column ``id``, the key as text, and what ``select`` names: ``offers`` (a list of
    /// structs), ``status`` (a struct of a number per case: 0 ineligible, 1 offered, 2 outranked, 3 held out),
    /// ``gate`` (such a struct: the gate that each case is lost to), ``eligible`` (a list of the cases whose gates are
    /// all true) and ``eligible_bits`` (the same as bits), ``segments`` (a list), ``scores`` and ``values`` (structs;
    /// decimals are exact). ``to`` asks for another kind of frame. A row that does not fit is not decided, and is in
    /// ``rejects`` with the reason.
    ///
    /// The GIL is released. ``progress`` is called with the rows done and all rows; ``True`` shows a bar of
    /// ``tqdm``.
    ///
    /// >>> import casewise, pyarrow
    /// >>> model = casewise.open('''
    /// ...     model m { language 1 }
    /// ...     customer { key id: text; age: int }
    /// ...     score years = age
    /// ...     case adults { for age >= 18 }
    /// ... ''')
    /// >>> customers = pyarrow.table({"id": ["c1", "c2"], "age": ["30", "old"]})
    /// >>> decisions, rejects = model.decide_batch(customers, now="2026-11-22")
    /// >>> decisions["id"].to_pylist(), decisions["scores"].to_pylist()
    /// (['c1'], [{'years': 30}])
    /// >>> decisions["offers"][0][0]["case"].as_py()
    /// 'adults'
    /// >>> rejects["message"].to_pylist()
    /// ['`age`: expected an int such as 12, got "old"']
    #[pyo3(signature = (
        subjects, events=None, lists=None, *, now, context=None, remaining=None, decide=None, select=None,
        to=None, threads=None, progress=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they have names")]
    fn decide_batch<'py>(
        slf: &Bound<'py, Self>,
        subjects: &Bound<'py, PyAny>,
        events: Option<&Bound<'py, PyAny>>,
        lists: Option<&Bound<'py, PyAny>>,
        now: &Bound<'py, PyAny>,
        context: Option<&Bound<'py, PyAny>>,
        remaining: Option<&Bound<'py, PyAny>>,
        decide: Option<&Bound<'py, PyAny>>,
        select: Option<&Bound<'py, PyAny>>,
        to: Option<&Bound<'py, PyAny>>,
        threads: Option<&Bound<'py, PyAny>>,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let named = [
            ("now", Some(now)),
            ("context", context),
            ("remaining", remaining),
            ("decide", decide),
            ("select", select),
            ("to", to),
            ("threads", threads),
            ("progress", progress),
        ];
        in_python(slf, "casewise._batch", "decide_batch", (subjects, events, lists), &named)
    }

    fn _decide_arrow(
        &self,
        py: Python<'_>,
        subjects: PyTable,
        supplied: Supplied<'_>,
        select: Vec<String>,
        threads: Option<usize>,
        step: Option<Py<PyAny>>,
    ) -> PyResult<(PyTable, PyTable)> {
        let (job, select) = (supplied.job(&self.inner)?, batch::selection(&select)?);
        let decided = batch::run(py, subjects, step.as_ref(), |subjects, progress| {
            let mut how = How { select, progress, ..How::default() };
            how.threads = threads.unwrap_or(how.threads);
            job.model.decide_batch(subjects, &job.inputs, &job.request()?, &how)
        })?;
        Ok((batch::table(decided.decisions)?, batch::table(decided.rejects)?))
    }

    /// Learns what the model says is to be learned, from what happened strictly before ``now``.
    ///
    /// ``subjects``, ``events``, ``lists`` and ``context`` are those of :meth:`decide_batch`. ``earlier`` is what
    /// was learned before: clusters keep their names. The same data give the same bytes, in whatever order the
    /// rows come. A row that cannot be read is left out, counted, and in ``.rejects`` of the result.
    ///
    /// Raises :class:`FitError` where nothing can be learned that could be trusted.
    ///
    /// >>> import casewise, pyarrow
    /// >>> model = casewise.open('''
    /// ...     model m { language 1 }
    /// ...     customer { key id: text }
    /// ...     events buy { amount: decimal }
    /// ...     rfm loyalty of buy { monetary sum(amount); bins 3 }
    /// ...     case thanks { for loyalty.m == 3 }
    /// ... ''')
    /// >>> customers = pyarrow.table({"id": [f"c{n}" for n in range(9)]})
    /// >>> buys = pyarrow.table({
    /// ...     "id": customers["id"], "at": [f"2026-10-{n + 1:02}T09:00" for n in range(9)], "amount": range(10, 100, 10),
    /// ... })
    /// >>> parameters = model.fit(customers, {"buy": buys}, now="2026-11-22")
    /// >>> parameters["loyalty"]["frequency"]["empty"]
    /// [2, 3]
    /// >>> learned = model.with_parameters(parameters)
    /// >>> decided = learned.decide_batch(customers, {"buy": buys}, now="2026-11-22").decisions
    /// >>> sum(len(offers) for offers in decided["offers"])
    /// 3
    #[pyo3(signature = (subjects, events=None, lists=None, *, now, context=None, earlier=None, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "they have names")]
    fn fit<'py>(
        slf: &Bound<'py, Self>,
        subjects: &Bound<'py, PyAny>,
        events: Option<&Bound<'py, PyAny>>,
        lists: Option<&Bound<'py, PyAny>>,
        now: &Bound<'py, PyAny>,
        context: Option<&Bound<'py, PyAny>>,
        earlier: Option<&Bound<'py, PyAny>>,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let named = [("now", Some(now)), ("context", context), ("earlier", earlier), ("progress", progress)];
        in_python(slf, "casewise._learn", "fit", (subjects, events, lists), &named)
    }

    fn _fit_arrow(
        &self,
        py: Python<'_>,
        subjects: PyTable,
        supplied: Supplied<'_>,
        earlier: Option<&Bound<'_, PyAny>>,
        step: Option<Py<PyAny>>,
    ) -> PyResult<(String, Vec<String>, PyTable)> {
        let earlier = earlier.map(parameters_text).transpose()?;
        learn::fit(py, supplied.job(&self.inner)?, subjects, earlier.as_deref(), step.as_ref())
    }

    /// How far scores and attributes have moved since this model's parameters were learned.
    ///
    /// Arguments and kinds of frames are those of :meth:`decide_batch`. The population stability index ``psi`` is
    /// by custom little below 0.1 and much above 0.2; ``ks`` is the largest gap between the shares up to a value.
    ///
    /// Raises :class:`ParametersError` if the model has no parameters.
    ///
    /// >>> import casewise, pyarrow
    /// >>> model = casewise.open('''
    /// ...     model m { language 1 }
    /// ...     customer { key id: int; age: int }
    /// ...     cluster kind { features age; k 2; seed 1 }
    /// ... ''')
    /// >>> then = pyarrow.table({"id": range(100), "age": [20 + n % 50 for n in range(100)]})
    /// >>> today = pyarrow.table({"id": range(100), "age": [30 + n % 50 for n in range(100)]})
    /// >>> learned = model.with_parameters(model.fit(then, now="2026-11-22"))
    /// >>> moved, rejects = learned.drift(today, now="2026-12-22")
    /// >>> {row["name"]: round(row["psi"], 1) for row in moved.to_pylist()}["attribute age"] > 0.2
    /// True
    #[pyo3(signature = (subjects, events=None, lists=None, *, now, context=None, to=None, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "they have names")]
    fn drift<'py>(
        slf: &Bound<'py, Self>,
        subjects: &Bound<'py, PyAny>,
        events: Option<&Bound<'py, PyAny>>,
        lists: Option<&Bound<'py, PyAny>>,
        now: &Bound<'py, PyAny>,
        context: Option<&Bound<'py, PyAny>>,
        to: Option<&Bound<'py, PyAny>>,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let named = [("now", Some(now)), ("context", context), ("to", to), ("progress", progress)];
        in_python(slf, "casewise._learn", "drift", (subjects, events, lists), &named)
    }

    fn _drift_arrow(
        &self,
        py: Python<'_>,
        subjects: PyTable,
        supplied: Supplied<'_>,
        step: Option<Py<PyAny>>,
    ) -> PyResult<(PyTable, PyTable)> {
        learn::drift(py, supplied.job(&self.inner)?, subjects, step.as_ref())
    }

    /// How scores as of ``now`` told what had happened at ``until``.
    ///
    /// A model without parameters first learns from what happened before ``now``; one with parameters is measured as
    /// it is. Learned scorecards are measured against their own outcome, lifetimes against the purchases that came, and
    /// every score against ``outcome``, a segment, let or attribute as it is at ``until``. ``apart`` keeps a share of the
    /// subjects apart: nothing is learned from them, and only they are measured. ``later`` is the subjects as they
    /// stood at ``until``, where attributes have changed.
    ///
    /// >>> import casewise, pyarrow
    /// >>> model = casewise.open('''
    /// ...     model m { language 1 }
    /// ...     customer { key id: text }
    /// ...     events buy { amount: decimal }
    /// ...     rfm loyalty of buy { monetary sum(amount); bins 3 }
    /// ...     segment came_back = exists(buy over last 30 days)
    /// ... ''')
    /// >>> customers = pyarrow.table({"id": [f"c{n}" for n in range(1, 10)]})
    /// >>> at = [(n, f"2026-10-0{n}T10:00") for n in range(1, 10)] + [(n, "2026-11-10T10:00") for n in range(6, 10)]
    /// >>> buys = pyarrow.table({"id": [f"c{n}" for n, _ in at], "at": [t for _, t in at], "amount": [n * 10 for n, _ in at]})
    /// >>> found = model.backtest(customers, {"buy": buys}, now="2026-11-01", until="2026-12-01", outcome="came_back", groups=3)
    /// >>> {ranking["score"]: ranking["auc"] for ranking in found.rankings}["loyalty.total"]
    /// 0.95
    #[pyo3(signature = (
        subjects, events=None, lists=None, *, now, until, context=None, outcome=None, groups=None, apart=None,
        later=None, progress=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they have names")]
    fn backtest<'py>(
        slf: &Bound<'py, Self>,
        subjects: &Bound<'py, PyAny>,
        events: Option<&Bound<'py, PyAny>>,
        lists: Option<&Bound<'py, PyAny>>,
        now: &Bound<'py, PyAny>,
        until: &Bound<'py, PyAny>,
        context: Option<&Bound<'py, PyAny>>,
        outcome: Option<&Bound<'py, PyAny>>,
        groups: Option<&Bound<'py, PyAny>>,
        apart: Option<&Bound<'py, PyAny>>,
        later: Option<&Bound<'py, PyAny>>,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let named = [
            ("now", Some(now)),
            ("until", Some(until)),
            ("context", context),
            ("outcome", outcome),
            ("groups", groups),
            ("apart", apart),
            ("later", later),
            ("progress", progress),
        ];
        in_python(slf, "casewise._learn", "backtest", (subjects, events, lists), &named)
    }

    #[expect(clippy::too_many_arguments, reason = "they have names, in the Python that calls it")]
    fn _backtest_arrow(
        &self,
        py: Python<'_>,
        subjects: PyTable,
        supplied: Supplied<'_>,
        until: &Bound<'_, PyAny>,
        outcome: Option<&str>,
        groups: Option<usize>,
        apart: Option<f64>,
        later: Option<PyTable>,
        step: Option<Py<PyAny>>,
    ) -> PyResult<(String, String, Vec<String>, PyTable)> {
        let mut options = BacktestOptions::until(convert::instant(until)?);
        if let Some(outcome) = outcome {
            options = options.outcome(outcome);
        }
        if let Some(groups) = groups {
            options = options.groups(groups);
        }
        if let Some(apart) = apart {
            options = options.apart(apart);
        }
        learn::backtest(py, supplied.job(&self.inner)?, subjects, later, options, step.as_ref())
    }

    /// Whom each case would reach, and what the others are lost to: the estimate before a launch.
    ///
    /// Everything is decided as by :meth:`decide_batch`, whose arguments these are; nothing is put out but counts.
    /// ``cases`` and ``groups`` choose what is told, all by default; ``pairs`` is how many pairs of overlapping
    /// audiences.
    ///
    /// >>> import casewise, pyarrow
    /// >>> model = casewise.open('''
    /// ...     model m { language 1 }
    /// ...     customer { key id: text; age: int?; active: bool }
    /// ...     case adults { for age >= 18; require running: active }
    /// ... ''')
    /// >>> customers = pyarrow.table({"id": ["c1", "c2", "c3"], "age": [30, 16, None], "active": [True, True, False]})
    /// >>> preview = model.preview(customers, now="2026-11-22")
    /// >>> [(case["case"], case["eligible"], case["unknown"]) for case in preview.cases]
    /// [('adults', 1, 0)]
    #[pyo3(signature = (
        subjects, events=None, lists=None, *, now, context=None, remaining=None, decide=None, cases=None,
        groups=None, pairs=None, threads=None, progress=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they have names")]
    fn preview<'py>(
        slf: &Bound<'py, Self>,
        subjects: &Bound<'py, PyAny>,
        events: Option<&Bound<'py, PyAny>>,
        lists: Option<&Bound<'py, PyAny>>,
        now: &Bound<'py, PyAny>,
        context: Option<&Bound<'py, PyAny>>,
        remaining: Option<&Bound<'py, PyAny>>,
        decide: Option<&Bound<'py, PyAny>>,
        cases: Option<&Bound<'py, PyAny>>,
        groups: Option<&Bound<'py, PyAny>>,
        pairs: Option<&Bound<'py, PyAny>>,
        threads: Option<&Bound<'py, PyAny>>,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let named = [
            ("now", Some(now)),
            ("context", context),
            ("remaining", remaining),
            ("decide", decide),
            ("cases", cases),
            ("groups", groups),
            ("pairs", pairs),
            ("threads", threads),
            ("progress", progress),
        ];
        in_python(slf, "casewise._preview", "preview", (subjects, events, lists), &named)
    }

    #[expect(clippy::too_many_arguments, reason = "they have names, in the Python that calls it")]
    fn _preview_arrow(
        &self,
        py: Python<'_>,
        subjects: PyTable,
        supplied: Supplied<'_>,
        cases: Vec<String>,
        groups: Vec<String>,
        pairs: Option<usize>,
        threads: Option<usize>,
        step: Option<Py<PyAny>>,
    ) -> PyResult<preview::Told> {
        let usual = Scope::default();
        let (pairs, threads) = (pairs.unwrap_or(usual.pairs), threads.unwrap_or(usual.threads));
        let scope = Scope { cases, groups, pairs, threads };
        preview::preview(py, &supplied.job(&self.inner)?, subjects, &scope, step.as_ref())
    }

    /// The same model with what was learned: :class:`Parameters`, the path of a file, or its text.
    ///
    /// Raises :class:`ParametersError` if it was learned for another model, naming the declaration that differs.
    fn with_parameters(&self, py: Python<'_>, parameters: &Bound<'_, PyAny>) -> PyResult<Model> {
        self.learned(py, parameters_text(parameters)?)
    }

    /// What the model has learned; ``None`` if it was opened without.
    #[getter]
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let class = py.import("casewise._parameters")?.getattr("Parameters")?;
        self.parameters.as_deref().map(|text| class.call1((text,))).transpose()
    }

    /// Runs the tests inside the model, or those whose title contains ``filter``.
    ///
    /// >>> import casewise
    /// >>> model = casewise.open('''
    /// ...     model m { language 1 }
    /// ...     customer { key id: text; age: int }
    /// ...     case adults { for age >= 18 }
    /// ...     test "a child is not offered it" {
    /// ...       now 2026-11-22
    /// ...       customer { id: "c1", age: 16 }
    /// ...       expect not offered adults
    /// ...     }
    /// ... ''')
    /// >>> [(result.title, result.passed) for result in model.test()]
    /// [('a child is not offered it', True)]
    #[pyo3(signature = (filter=None))]
    fn test<'py>(&self, py: Python<'py>, filter: Option<&str>) -> PyResult<Bound<'py, PyTuple>> {
        let types = py.import("casewise._types")?;
        let (result, failure) = (types.getattr("TestResult")?, types.getattr("TestFailure")?);
        let results = py.detach(|| self.inner.run_tests(filter));
        let results = results.iter().map(|test| {
            let failures =
                test.failures().map(|f| failure.call1((f.expected(), f.actual(), f.why(), f.line())));
            let failures = PyTuple::new(py, failures.collect::<PyResult<Vec<_>>>()?)?;
            result.call1((test.title(), test.file(), test.line(), failures))
        });
        PyTuple::new(py, results.collect::<PyResult<Vec<_>>>()?)
    }

    /// What a caller must supply: attributes, context, event fields with their look-back, lists.
    ///
    /// >>> import casewise
    /// >>> model = casewise.open("model m { language 1 } customer { key id: text; age: int? } list blocked")
    /// >>> [(a["name"], a["type"], a["required"]) for a in model.requirements()["attributes"]]
    /// [('id', 'text', True), ('age', 'int?', False)]
    fn requirements<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let required = self.inner.requirements().map_err(|error| errors::raise(py, &error))?;
        let text =
            serde_json::to_string(&required).map_err(|error| PyTypeError::new_err(error.to_string()))?;
        value::from_json(py, &text)
    }

    /// The model's name.
    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    /// The model's version; empty if none is written.
    #[getter]
    fn version(&self) -> &str {
        self.inner.version()
    }

    /// The model's title.
    #[getter]
    fn title(&self) -> Option<&str> {
        self.inner.title()
    }

    /// A hash of the model's canonical text: 16 hex digits. Comments and layout do not change it.
    #[getter]
    fn fingerprint(&self) -> &str {
        self.inner.fingerprint()
    }

    /// What is decided about: ``customer``, or the name after ``subject``.
    #[getter]
    fn subject_name(&self) -> &str {
        self.inner.subject_name()
    }

    /// The name of the key attribute.
    #[getter]
    fn key_name(&self) -> &str {
        self.inner.key_name()
    }

    /// The cases with their titles, in the order of the model.
    #[getter]
    fn cases<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        titles(py, self.inner.cases().map(|case| (case, self.inner.case_title(case))))
    }

    /// The segments with their titles, in the order of the model.
    #[getter]
    fn segments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        titles(py, self.inner.segments())
    }

    /// The scores with their titles, in the order of the model.
    #[getter]
    fn scores<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        titles(py, self.inner.scores())
    }

    /// Params that were set when the model was opened, as they are written.
    #[getter]
    fn params<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        self.inner.overrides().try_for_each(|(name, value)| dict.set_item(name, value))?;
        Ok(dict)
    }

    /// Warnings of the checker, in the order of the text.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        errors::diagnostics(py, &self.inner.warnings())
    }

    fn __repr__(&self) -> String {
        let version = match self.inner.version() {
            "" => String::new(),
            version => format!(", version={}", quoted(version)),
        };
        format!("Model({}{version}, cases={})", quoted(self.inner.name()), self.inner.cases().len())
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("casewise._html")?.call_method1("model", (slf,))
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let equal = match other.cast::<Model>() {
            Ok(other) => self.identity() == other.get().identity(),
            Err(_) => return Ok(py.NotImplemented()),
        };
        crate::decision::compared(py, equal, op)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.identity().hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __deepcopy__<'py>(slf: &Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        slf.clone()
    }

    /// As the texts that it was read from: a worker opens the same model, wherever its files are.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let files = PyDict::new(py);
        self.inner.files().try_for_each(|(name, text)| files.set_item(name, text))?;
        let open = py.import("casewise")?.getattr("open")?;
        let arguments = (files, self.parameters.as_deref(), self.params(py)?);
        Ok((open, arguments.into_pyobject(py)?))
    }
}

/// Subjects, events and lists of a call over frames.
type Frames<'a, 'py> = (&'a Bound<'py, PyAny>, Option<&'a Bound<'py, PyAny>>, Option<&'a Bound<'py, PyAny>>);

/// Calls what is written in Python. What is not given is as it is there.
fn in_python<'py>(
    model: &Bound<'py, Model>,
    module: &str,
    name: &str,
    frames: Frames<'_, 'py>,
    named: &[(&str, Option<&Bound<'py, PyAny>>)],
) -> PyResult<Bound<'py, PyAny>> {
    let given = PyDict::new(model.py());
    for (name, value) in named {
        value.map_or(Ok(()), |value| given.set_item(name, value))?;
    }
    let (subjects, events, lists) = frames;
    let function = model.py().import(module)?.getattr(name)?;
    function.call((model, subjects, events, lists), Some(&given))
}

fn titles<'py, 'm>(
    py: Python<'py>,
    named: impl Iterator<Item = (&'m str, Option<&'m str>)>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, title) in named {
        dict.set_item(name, title)?;
    }
    Ok(dict)
}

/// A short text as Python writes it.
pub(crate) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    let escaped = short.chars().fold(String::new(), |mut text, c| {
        match c {
            '\'' | '\\' => text.extend(['\\', c]),
            c if c.is_control() => text.extend(c.escape_default()),
            c => text.push(c),
        }
        text
    });
    format!("'{escaped}{dots}'")
}
