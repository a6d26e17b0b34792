//! `casewise.Decision` and `casewise.Explanation`.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use casewise::{CaseStatus, Prepared};
use pyo3::basic::CompareOp;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyTuple, PyType};

use crate::model::{Model, quoted};
use crate::{errors, value};

/// What was decided for one subject: its scores, segments and offers, and what became of every case.
///
/// Decimals, dates, times and labels are text, so that nothing is lost: ``Decimal(decision.scores["worth"])``.
///
/// >>> import casewise
/// >>> model = casewise.open('''
/// ...     model m { language 1 }
/// ...     customer { key id: text; age: int? }
/// ...     score points = if age >= 40 then 10 else 5
/// ...     segment adults = age >= 18
/// ...     case welcome "Welcome" { for adults; offer { price: 0 } }
/// ...     case senior { require age >= 60 }
/// ... ''')
/// >>> decision = model.decide({"id": "c1", "age": 30}, now="2026-11-22")
/// >>> decision
/// Decision('c1', offers=['welcome'])
/// >>> decision.scores, decision.segments
/// ({'points': 5}, ['adults'])
/// >>> decision.cases["senior"].failed
/// ('require.1',)
/// >>> decision.offers[0].offer
/// {'price': 0}
#[pyclass(frozen, module = "casewise", name = "Decision")]
#[derive(Debug)]
pub(crate) struct Decision {
    inner: casewise::Decision,
    /// What it was made from, and by which model: enough to make it again.
    prepared: Prepared,
    by: Py<Model>,
}

impl Decision {
    /// Decides, by a model of which the subject was prepared.
    pub(crate) fn make(model: &Bound<'_, Model>, prepared: Prepared) -> PyResult<Decision> {
        let decided = model.get().inner().decide_prepared(&prepared);
        let inner = decided.map_err(|error| errors::raise(model.py(), &error))?;
        Ok(Decision { inner, prepared, by: model.clone().unbind() })
    }
}

#[pymethods]
impl Decision {
    /// The subject's key, as text.
    #[getter]
    fn key(&self) -> &str {
        self.inner.key()
    }

    /// The instant of the decision, RFC 3339 in UTC.
    #[getter]
    fn now(&self) -> &str {
        self.inner.now()
    }

    /// Which ``decide`` counted, if it has a name.
    #[getter]
    fn decided_by(&self) -> Option<&str> {
        self.inner.decided_by()
    }

    /// The offers, best first, as :class:`Offer`.
    #[getter]
    fn offers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        static OFFER: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let class = OFFER.import(py, "casewise._types", "Offer")?;
        let offers = self.inner.offers().map(|offer| {
            class.call1((
                offer.case(),
                offer.rank(),
                offer.title(),
                offer.channel(),
                value::to_python(py, &offer.rank_value())?,
                offer.variant(),
                value::to_python(py, &offer.fields())?,
                value::to_python(py, &offer.properties())?,
                offer.counted(),
            ))
        });
        PyList::new(py, offers.collect::<PyResult<Vec<_>>>()?)
    }

    /// The scores by name, in the order of the model; ``None`` where one is missing.
    #[getter]
    fn scores<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        value::named(py, self.inner.scores())
    }

    /// The ``let``\ s by name, in the order of the model.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        value::named(py, self.inner.values())
    }

    /// The segments that the subject is known to be in.
    #[getter]
    fn segments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.inner.segments())
    }

    /// What each gate says: ``true``, ``false`` or ``unknown``.
    #[getter]
    fn gates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        self.inner.gates().try_for_each(|(name, outcome)| dict.set_item(name, outcome))?;
        Ok(dict)
    }

    /// What became of every case, as :class:`CaseStatus`, in the order of the model.
    #[getter]
    fn cases<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        static STATUS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let class = STATUS.import(py, "casewise._types", "CaseStatus")?;
        let dict = PyDict::new(py);
        for (name, case) in self.inner.cases() {
            dict.set_item(name, status(class, case)?)?;
        }
        Ok(dict)
    }

    /// What decided: model, version, fingerprint, language, overrides; enough to replay the decision.
    #[getter]
    fn model<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.get_item("model")
    }

    /// A score, or a part of one: ``decision.score("loyalty.r")``. ``None`` where it is missing.
    ///
    /// Raises ``KeyError`` if the model declares no such score.
    fn score<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.inner.score(name) {
            Some(score) => value::to_python(py, &score),
            None => Err(pyo3::exceptions::PyKeyError::new_err(name.to_owned())),
        }
    }

    /// Why a case is offered, or is not.
    ///
    /// >>> import casewise
    /// >>> model = casewise.open('''
    /// ...     model m { language 1 }
    /// ...     customer { key id: text; age: int }
    /// ...     case adults { require grown: age >= 18 }
    /// ... ''')
    /// >>> why = model.decide({"id": "c1", "age": 16}, now="2026-11-22").why("adults")
    /// >>> "requires >= 18, observed 16" in str(why)
    /// True
    fn why(slf: &Bound<'_, Self>, case: &str) -> PyResult<Explanation> {
        let why = slf.get().inner.why(case).map_err(|error| errors::raise(slf.py(), &error))?;
        Ok(Explanation { inner: why, of: slf.clone().unbind(), case: case.to_owned() })
    }

    /// What was decided from, as it was read: the arguments of :meth:`Model.decide`, to keep beside a decision or to
    /// change and decide again.
    ///
    /// Values are those of JSON: exact numbers, dates and times are text. A list is whether the subject is in it.
    ///
    /// >>> import casewise
    /// >>> model = casewise.open("model m { language 1 } customer { key id: text; arpu: decimal } case a { for arpu > 10 }")
    /// >>> decision = model.decide({"id": "c1", "arpu": 12.5}, now="2026-11-22")
    /// >>> decision.inputs()
    /// {'subject': {'id': 'c1', 'arpu': '12.5'}, 'now': '2026-11-22T00:00:00Z'}
    /// >>> model.decide(**decision.inputs()) == decision
    /// True
    fn inputs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let told = value::from_json(py, &self.prepared.to_json())?;
        let inputs = PyDict::new(py);
        let subject = self.by.get().inner().subject_name();
        inputs.set_item("subject", told.get_item(subject)?)?;
        told.call_method1("pop", (subject,))?;
        inputs.update(told.cast()?)?;
        Ok(inputs.into_any())
    }

    /// The decision as one line of JSON, the same in every language.
    fn to_json(&self) -> String {
        self.inner.to_json()
    }

    /// The decision as dicts, lists and values: what :meth:`to_json` says.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value::from_json(py, &self.inner.to_json())
    }

    fn __repr__(&self) -> String {
        let all = self.inner.offers();
        let more = if all.len() > 5 { ", …" } else { "" };
        let shown: Vec<_> = all.take(5).map(|offer| quoted(offer.case())).collect();
        format!("Decision({}, offers=[{}{more}])", quoted(self.inner.key()), shown.join(", "))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("casewise._html")?.call_method1("decision", (slf,))
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let Ok(other) = other.cast::<Decision>() else { return Ok(py.NotImplemented()) };
        let equal = self.to_json() == other.get().to_json();
        compared(py, equal, op)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.to_json().hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __deepcopy__<'py>(slf: &Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        slf.clone()
    }

    /// As the model and what it was decided from: it is decided again, with the same answer.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((self.by.bind(py).getattr("_decide_again")?, (self.prepared.to_json(),)))
    }
}

pub(crate) fn compared(py: Python<'_>, equal: bool, op: CompareOp) -> PyResult<Py<PyAny>> {
    use pyo3::IntoPyObjectExt;
    match op {
        CompareOp::Eq => equal.into_py_any(py),
        CompareOp::Ne => (!equal).into_py_any(py),
        _ => Ok(py.NotImplemented()),
    }
}

fn status<'py>(class: &Bound<'py, PyType>, case: CaseStatus<'_>) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    class.call1((
        case.status().as_str(),
        case.outcome(),
        case.gate(),
        PyTuple::new(py, case.failed())?,
        PyTuple::new(py, case.missing())?,
        case.by(),
        case.of(),
        case.trial(),
    ))
}

/// Why a case is offered, or is not: every gate and clause, with what was observed and what is required.
///
/// ``str()`` is the text that a terminal shows; :meth:`to_dict` is the same as data.
#[pyclass(frozen, module = "casewise", name = "Explanation")]
#[derive(Debug)]
pub(crate) struct Explanation {
    inner: casewise::Explanation,
    of: Py<Decision>,
    case: String,
}

#[pymethods]
impl Explanation {
    /// As text; with ``color``, for a terminal that understands ANSI codes.
    #[pyo3(signature = (color=false))]
    fn render(&self, color: bool) -> String {
        self.inner.render(color)
    }

    /// As JSON.
    fn to_json(&self) -> String {
        self.inner.to_json()
    }

    /// As dicts, lists and values: what :meth:`to_json` says.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value::from_json(py, &self.inner.to_json())
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        let text = self.inner.to_string();
        format!("Explanation({})", quoted(text.lines().next().unwrap_or_default()))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("casewise._html")?.call_method1("explanation", (slf,))
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let Ok(other) = other.cast::<Explanation>() else { return Ok(py.NotImplemented()) };
        let equal = self.to_json() == other.get().to_json();
        compared(py, equal, op)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.to_json().hash(&mut hasher);
        hasher.finish()
    }
    fn __copy__<'py>(slf: &Bound<'py, Self>) -> Bound<'py, Self> {
        slf.clone()
    }

    fn __deepcopy__<'py>(slf: &Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        slf.clone()
    }

    /// As the decision that is explained, and the case.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (&str,))> {
        Ok((self.of.bind(py).getattr("why")?, (&self.case,)))
    }
}
