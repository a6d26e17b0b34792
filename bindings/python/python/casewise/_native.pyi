"""The compiled part of casewise; import ``casewise`` instead."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from os import PathLike
from typing import Any, final

from ._batch import Decisions, Kind, Selected
from ._learn import Backtest, Drift
from ._parameters import Parameters
from ._preview import Preview
from ._types import CaseStatus, Diagnostic, Offer, TestResult, Value

__all__ = [
    "LANGUAGE_VERSION",
    "Decision",
    "Explanation",
    "Model",
    "__version__",
    "_check_parameters",
    "_read",
    "check",
    "explain_code",
    "format",
    "open",
]

LANGUAGE_VERSION: int
__version__: str

@final
class Model:
    """A checked model, ready to decide. Open one with :func:`casewise.open`.

    A model never changes, and can be shared between threads and processes: it pickles as its texts.

    >>> import casewise
    >>> model = casewise.open('''
    ...     model adults "Grown up" { language 1; version "3" }
    ...     customer { key id: text; age: int }
    ...     case welcome "Welcome" { for age >= 18 }
    ... ''')
    >>> model
    Model('adults', version='3', cases=1)
    >>> model.decide({"id": "c1", "age": 30}, now="2026-11-22").offers[0].case
    'welcome'
    """
    def decide(
        self,
        subject: Any,
        context: Any = None,
        events: Mapping[str, Iterable[Any]] | None = None,
        lists: Mapping[str, Iterable[Any] | bool] | None = None,
        *,
        now: datetime | date | str,
        remaining: Mapping[str, Mapping[str, Any]] | None = None,
        decide: str | None = None,
    ) -> Decision:
        """Decides for one subject.

        ``subject`` is a dict, any other mapping, a dataclass, a named tuple or a pydantic model; so are
        ``context`` and every event. ``events`` holds, by table, the subject's events in any order; ``lists``
        holds, by list, its keys, or ``True`` or ``False`` for this subject. ``now`` is a ``datetime``, a
        ``date`` or text; without an offset it is in the model's time zone, as are all times. ``remaining``
        says what is left: ``{"quota": {case: n}, "capacity": {channel: n}, "budget": {case: {property: x}}}``.
        ``decide`` is the name of the ``decide`` to use.

        Raises :class:`InputError` where something does not fit, naming the attribute, the value and what was
        expected.

        >>> import casewise
        >>> from datetime import datetime
        >>> model = casewise.open('''
        ...     model shop { language 1; timezone "Asia/Shanghai" }
        ...     customer { key id: text }
        ...     context { touchpoint: enum(counter, app) }
        ...     events recharge { amount: decimal }
        ...     list blocked
        ...     case gift {
        ...       for sum(recharge.amount over last 30 days) >= 100
        ...       require touchpoint == counter
        ...       exclude blocked
        ...     }
        ... ''')
        >>> decision = model.decide(
        ...     {"id": "c1"},
        ...     context={"touchpoint": "counter"},
        ...     events={"recharge": [{"at": datetime(2026, 11, 1, 9, 30), "amount": 120}]},
        ...     lists={"blocked": {"c7", "c9"}},
        ...     now=datetime(2026, 11, 22, 10, 0),
        ... )
        >>> decision.now
        '2026-11-22T02:00:00Z'
        >>> [offer.case for offer in decision.offers]
        ['gift']
        """
    def decide_batch(
        self,
        subjects: Any,
        events: Mapping[str, Any] | None = None,
        lists: Mapping[str, Any] | None = None,
        *,
        now: datetime | date | str,
        context: Any = None,
        remaining: Mapping[str, Mapping[str, Any]] | None = None,
        decide: str | None = None,
        select: Iterable[Selected] | None = None,
        to: Kind | None = None,
        threads: int | None = None,
        progress: Callable[[int, int], object] | bool | None = None,
    ) -> Decisions:
        """Decides for many subjects at once: a frame in, a frame of the same kind out.

        ``subjects``, and by table their ``events``, are anything that has the Arrow interface
        (``__arrow_c_stream__``): frames of pandas, Polars, pyarrow, DuckDB and others. Events carry the subject's
        key in a column named like the key. A list is such a frame, or an iterable of keys. Quotas, capacities
        and budgets are shared among all subjects; what ``remaining`` does not say is what the model declares.

        The result has a column ``id``, the key as text, and what ``select`` names: ``offers`` (a list of
        structs), ``status`` (a struct of a number per case: 0 ineligible, 1 offered, 2 outranked, 3 held out),
        ``gate`` (such a struct: the gate that each case is lost to), ``eligible`` (a list of the cases whose gates are
        all true) and ``eligible_bits`` (the same as bits), ``segments`` (a list), ``scores`` and ``values`` (structs;
        decimals are exact). ``to`` asks for another kind of frame. A row that does not fit is not decided, and is in
        ``rejects`` with the reason.

        The GIL is released. ``progress`` is called with the rows done and all rows; ``True`` shows a bar of
        ``tqdm``.

        >>> import casewise, pyarrow
        >>> model = casewise.open('''
        ...     model m { language 1 }
        ...     customer { key id: text; age: int }
        ...     score years = age
        ...     case adults { for age >= 18 }
        ... ''')
        >>> customers = pyarrow.table({"id": ["c1", "c2"], "age": ["30", "old"]})
        >>> decisions, rejects = model.decide_batch(customers, now="2026-11-22")
        >>> decisions["id"].to_pylist(), decisions["scores"].to_pylist()
        (['c1'], [{'years': 30}])
        >>> decisions["offers"][0][0]["case"].as_py()
        'adults'
        >>> rejects["message"].to_pylist()
        ['`age`: expected an int such as 12, got "old"']
        """
    def _decide_arrow(
        self,
        subjects: Any,
        supplied: dict[str, Any],
        select: list[str],
        threads: int | None,
        step: Callable[[int, int], object] | None,
    ) -> tuple[Any, Any]: ...
    def fit(
        self,
        subjects: Any,
        events: Mapping[str, Any] | None = None,
        lists: Mapping[str, Any] | None = None,
        *,
        now: datetime | date | str,
        context: Any = None,
        earlier: Parameters | str | PathLike[str] | None = None,
        progress: Callable[[int, int], object] | bool | None = None,
    ) -> Parameters:
        """Learns what the model says is to be learned, from what happened strictly before ``now``.

        ``subjects``, ``events``, ``lists`` and ``context`` are those of :meth:`decide_batch`. ``earlier`` is what
        was learned before: clusters keep their names. The same data give the same bytes, in whatever order the
        rows come. A row that cannot be read is left out, counted, and in ``.rejects`` of the result.

        Raises :class:`FitError` where nothing can be learned that could be trusted.

        >>> import casewise, pyarrow
        >>> model = casewise.open('''
        ...     model m { language 1 }
        ...     customer { key id: text }
        ...     events buy { amount: decimal }
        ...     rfm loyalty of buy { monetary sum(amount); bins 3 }
        ...     case thanks { for loyalty.m == 3 }
        ... ''')
        >>> customers = pyarrow.table({"id": [f"c{n}" for n in range(9)]})
        >>> buys = pyarrow.table({
        ...     "id": customers["id"], "at": [f"2026-10-{n + 1:02}T09:00" for n in range(9)], "amount": range(10, 100, 10),
        ... })
        >>> parameters = model.fit(customers, {"buy": buys}, now="2026-11-22")
        >>> parameters["loyalty"]["frequency"]["empty"]
        [2, 3]
        >>> learned = model.with_parameters(parameters)
        >>> decided = learned.decide_batch(customers, {"buy": buys}, now="2026-11-22").decisions
        >>> sum(len(offers) for offers in decided["offers"])
        3
        """
    def _fit_arrow(
        self,
        subjects: Any,
        supplied: dict[str, Any],
        earlier: Parameters | str | PathLike[str] | None,
        step: Callable[[int, int], object] | None,
    ) -> tuple[str, list[str], Any]: ...
    def drift(
        self,
        subjects: Any,
        events: Mapping[str, Any] | None = None,
        lists: Mapping[str, Any] | None = None,
        *,
        now: datetime | date | str,
        context: Any = None,
        to: Kind | None = None,
        progress: Callable[[int, int], object] | bool | None = None,
    ) -> Drift:
        """How far scores and attributes have moved since this model's parameters were learned.

        Arguments and kinds of frames are those of :meth:`decide_batch`. The population stability index ``psi`` is
        by custom little below 0.1 and much above 0.2; ``ks`` is the largest gap between the shares up to a value.

        Raises :class:`ParametersError` if the model has no parameters.

        >>> import casewise, pyarrow
        >>> model = casewise.open('''
        ...     model m { language 1 }
        ...     customer { key id: int; age: int }
        ...     cluster kind { features age; k 2; seed 1 }
        ... ''')
        >>> then = pyarrow.table({"id": range(100), "age": [20 + n % 50 for n in range(100)]})
        >>> today = pyarrow.table({"id": range(100), "age": [30 + n % 50 for n in range(100)]})
        >>> learned = model.with_parameters(model.fit(then, now="2026-11-22"))
        >>> moved, rejects = learned.drift(today, now="2026-12-22")
        >>> {row["name"]: round(row["psi"], 1) for row in moved.to_pylist()}["attribute age"] > 0.2
        True
        """
    def _drift_arrow(
        self,
        subjects: Any,
        supplied: dict[str, Any],
        step: Callable[[int, int], object] | None,
    ) -> tuple[Any, Any]: ...
    def backtest(
        self,
        subjects: Any,
        events: Mapping[str, Any] | None = None,
        lists: Mapping[str, Any] | None = None,
        *,
        now: datetime | date | str,
        until: datetime | date | str,
        context: Any = None,
        outcome: str | None = None,
        groups: int | None = None,
        apart: float | None = None,
        later: Any = None,
        progress: Callable[[int, int], object] | bool | None = None,
    ) -> Backtest:
        """How scores as of ``now`` told what had happened at ``until``.

        A model without parameters first learns from what happened before ``now``; one with parameters is measured as
        it is. Learned scorecards are measured against their own outcome, lifetimes against the purchases that came, and
        every score against ``outcome``, a segment, let or attribute as it is at ``until``. ``apart`` keeps a share of the
        subjects apart: nothing is learned from them, and only they are measured. ``later`` is the subjects as they
        stood at ``until``, where attributes have changed.

        >>> import casewise, pyarrow
        >>> model = casewise.open('''
        ...     model m { language 1 }
        ...     customer { key id: text }
        ...     events buy { amount: decimal }
        ...     rfm loyalty of buy { monetary sum(amount); bins 3 }
        ...     segment came_back = exists(buy over last 30 days)
        ... ''')
        >>> customers = pyarrow.table({"id": [f"c{n}" for n in range(1, 10)]})
        >>> at = [(n, f"2026-10-0{n}T10:00") for n in range(1, 10)] + [(n, "2026-11-10T10:00") for n in range(6, 10)]
        >>> buys = pyarrow.table({"id": [f"c{n}" for n, _ in at], "at": [t for _, t in at], "amount": [n * 10 for n, _ in at]})
        >>> found = model.backtest(customers, {"buy": buys}, now="2026-11-01", until="2026-12-01", outcome="came_back", groups=3)
        >>> {ranking["score"]: ranking["auc"] for ranking in found.rankings}["loyalty.total"]
        0.95
        """
    def _backtest_arrow(
        self,
        subjects: Any,
        supplied: dict[str, Any],
        until: datetime | date | str,
        outcome: str | None,
        groups: int | None,
        apart: float | None,
        later: Any,
        step: Callable[[int, int], object] | None,
    ) -> tuple[str, str, list[str], Any]: ...
    def preview(
        self,
        subjects: Any,
        events: Mapping[str, Any] | None = None,
        lists: Mapping[str, Any] | None = None,
        *,
        now: datetime | date | str,
        context: Any = None,
        remaining: Mapping[str, Mapping[str, Any]] | None = None,
        decide: str | None = None,
        cases: Iterable[str] | None = None,
        groups: Iterable[str] | None = None,
        pairs: int | None = None,
        threads: int | None = None,
        progress: Callable[[int, int], object] | bool | None = None,
    ) -> Preview:
        """Whom each case would reach, and what the others are lost to: the estimate before a launch.

        Everything is decided as by :meth:`decide_batch`, whose arguments these are; nothing is put out but counts.
        ``cases`` and ``groups`` choose what is told, all by default; ``pairs`` is how many pairs of overlapping
        audiences.

        >>> import casewise, pyarrow
        >>> model = casewise.open('''
        ...     model m { language 1 }
        ...     customer { key id: text; age: int?; active: bool }
        ...     case adults { for age >= 18; require running: active }
        ... ''')
        >>> customers = pyarrow.table({"id": ["c1", "c2", "c3"], "age": [30, 16, None], "active": [True, True, False]})
        >>> preview = model.preview(customers, now="2026-11-22")
        >>> [(case["case"], case["eligible"], case["unknown"]) for case in preview.cases]
        [('adults', 1, 0)]
        """
    def _preview_arrow(
        self,
        subjects: Any,
        supplied: dict[str, Any],
        cases: list[str],
        groups: list[str],
        pairs: int | None,
        threads: int | None,
        step: Callable[[int, int], object] | None,
    ) -> tuple[str, str, str, str, Any]: ...
    def _decide_again(self, inputs: str) -> Decision: ...
    def with_parameters(self, parameters: Parameters | str | PathLike[str]) -> Model:
        """The same model with what was learned: :class:`Parameters`, the path of a file, or its text.

        Raises :class:`ParametersError` if it was learned for another model, naming the declaration that differs.
        """
    @property
    def parameters(self) -> Parameters | None:
        """What the model has learned; ``None`` if it was opened without."""
    def test(self, filter: str | None = None) -> tuple[TestResult, ...]:
        """Runs the tests inside the model, or those whose title contains ``filter``.

        >>> import casewise
        >>> model = casewise.open('''
        ...     model m { language 1 }
        ...     customer { key id: text; age: int }
        ...     case adults { for age >= 18 }
        ...     test "a child is not offered it" {
        ...       now 2026-11-22
        ...       customer { id: "c1", age: 16 }
        ...       expect not offered adults
        ...     }
        ... ''')
        >>> [(result.title, result.passed) for result in model.test()]
        [('a child is not offered it', True)]
        """
    def requirements(self) -> dict[str, Any]:
        """What a caller must supply: attributes, context, event fields with their look-back, lists.

        >>> import casewise
        >>> model = casewise.open("model m { language 1 } customer { key id: text; age: int? } list blocked")
        >>> [(a["name"], a["type"], a["required"]) for a in model.requirements()["attributes"]]
        [('id', 'text', True), ('age', 'int?', False)]
        """
    @property
    def name(self) -> str:
        """The model's name."""
    @property
    def version(self) -> str:
        """The model's version; empty if none is written."""
    @property
    def title(self) -> str | None:
        """The model's title."""
    @property
    def fingerprint(self) -> str:
        """A hash of the model's canonical text: 16 hex digits. Comments and layout do not change it."""
    @property
    def subject_name(self) -> str:
        """What is decided about: ``customer``, or the name after ``subject``."""
    @property
    def key_name(self) -> str:
        """The name of the key attribute."""
    @property
    def cases(self) -> dict[str, str | None]:
        """The cases with their titles, in the order of the model."""
    @property
    def segments(self) -> dict[str, str | None]:
        """The segments with their titles, in the order of the model."""
    @property
    def scores(self) -> dict[str, str | None]:
        """The scores with their titles, in the order of the model."""
    @property
    def params(self) -> dict[str, str]:
        """Params that were set when the model was opened, as they are written."""
    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """Warnings of the checker, in the order of the text."""
    def _repr_html_(self) -> str: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Model: ...
    def __deepcopy__(self, _memo: Any) -> Model: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Decision:
    """What was decided for one subject: its scores, segments and offers, and what became of every case.

    Decimals, dates, times and labels are text, so that nothing is lost: ``Decimal(decision.scores["worth"])``.

    >>> import casewise
    >>> model = casewise.open('''
    ...     model m { language 1 }
    ...     customer { key id: text; age: int? }
    ...     score points = if age >= 40 then 10 else 5
    ...     segment adults = age >= 18
    ...     case welcome "Welcome" { for adults; offer { price: 0 } }
    ...     case senior { require age >= 60 }
    ... ''')
    >>> decision = model.decide({"id": "c1", "age": 30}, now="2026-11-22")
    >>> decision
    Decision('c1', offers=['welcome'])
    >>> decision.scores, decision.segments
    ({'points': 5}, ['adults'])
    >>> decision.cases["senior"].failed
    ('require.1',)
    >>> decision.offers[0].offer
    {'price': 0}
    """
    @property
    def key(self) -> str:
        """The subject's key, as text."""
    @property
    def now(self) -> str:
        """The instant of the decision, RFC 3339 in UTC."""
    @property
    def decided_by(self) -> str | None:
        """Which ``decide`` counted, if it has a name."""
    @property
    def offers(self) -> list[Offer]:
        """The offers, best first, as :class:`Offer`."""
    @property
    def scores(self) -> dict[str, Value]:
        """The scores by name, in the order of the model; ``None`` where one is missing."""
    @property
    def values(self) -> dict[str, Value]:
        r"""The ``let``\ s by name, in the order of the model."""
    @property
    def segments(self) -> list[str]:
        """The segments that the subject is known to be in."""
    @property
    def gates(self) -> dict[str, str]:
        """What each gate says: ``true``, ``false`` or ``unknown``."""
    @property
    def cases(self) -> dict[str, CaseStatus]:
        """What became of every case, as :class:`CaseStatus`, in the order of the model."""
    @property
    def model(self) -> dict[str, Any]:
        """What decided: model, version, fingerprint, language, overrides; enough to replay the decision."""
    def score(self, name: str) -> Value:
        """A score, or a part of one: ``decision.score("loyalty.r")``. ``None`` where it is missing.

        Raises ``KeyError`` if the model declares no such score.
        """
    def why(self, case: str) -> Explanation:
        """Why a case is offered, or is not.

        >>> import casewise
        >>> model = casewise.open('''
        ...     model m { language 1 }
        ...     customer { key id: text; age: int }
        ...     case adults { require grown: age >= 18 }
        ... ''')
        >>> why = model.decide({"id": "c1", "age": 16}, now="2026-11-22").why("adults")
        >>> "requires >= 18, observed 16" in str(why)
        True
        """
    def inputs(self) -> dict[str, Any]:
        """What was decided from, as it was read: the arguments of :meth:`Model.decide`, to keep beside a decision or to
        change and decide again.

        Values are those of JSON: exact numbers, dates and times are text. A list is whether the subject is in it.

        >>> import casewise
        >>> model = casewise.open("model m { language 1 } customer { key id: text; arpu: decimal } case a { for arpu > 10 }")
        >>> decision = model.decide({"id": "c1", "arpu": 12.5}, now="2026-11-22")
        >>> decision.inputs()
        {'subject': {'id': 'c1', 'arpu': '12.5'}, 'now': '2026-11-22T00:00:00Z'}
        >>> model.decide(**decision.inputs()) == decision
        True
        """
    def to_json(self) -> str:
        """The decision as one line of JSON, the same in every language."""
    def to_dict(self) -> dict[str, Any]:
        """The decision as dicts, lists and values: what :meth:`to_json` says."""
    def _repr_html_(self) -> str: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Decision: ...
    def __deepcopy__(self, _memo: Any) -> Decision: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

@final
class Explanation:
    """Why a case is offered, or is not: every gate and clause, with what was observed and what is required.

    ``str()`` is the text that a terminal shows; :meth:`to_dict` is the same as data.
    """
    def render(self, color: bool = False) -> str:
        """As text; with ``color``, for a terminal that understands ANSI codes."""
    def to_json(self) -> str:
        """As JSON."""
    def to_dict(self) -> dict[str, Any]:
        """As dicts, lists and values: what :meth:`to_json` says."""
    def _repr_html_(self) -> str: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Explanation: ...
    def __deepcopy__(self, _memo: Any) -> Explanation: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

def open(
    source: str | PathLike[str] | Mapping[str, str],
    parameters: Parameters | str | PathLike[str] | None = None,
    params: Mapping[str, Any] | None = None,
) -> Model:
    """Opens a model.

    ``source`` is the path of a file, or the text of a model itself, or a mapping of file names to texts
    whose first is the root (what it includes is found among the others). A ``str`` that holds a brace or a
    line break is taken as a text. ``parameters`` are what was learned: :class:`Parameters`, the path of a file, or its text.
    ``params`` sets params of the model, in place of what its text says.

    Raises :class:`ModelError` with every error of the text at once, and ``OSError`` where a file cannot be
    read.

    >>> import casewise
    >>> text = '''
    ...     model m { language 1 }
    ...     customer { key id: text; age: int }
    ...     param grown: int in 16 .. 21 = 18
    ...     case adults { for age >= grown }
    ... '''
    >>> strict = casewise.open(text, params={"grown": 21})
    >>> len(strict.decide({"id": "c1", "age": 20}, now="2026-11-22").offers)
    0
    """
def _check_parameters(text: str) -> None: ...
def _read(frame: Any) -> Any: ...
def check(source: str | PathLike[str] | Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Everything that the checker has to say about a model, errors and warnings, in the order of the text.

    ``source`` is as for :func:`open`. Nothing is raised for what is wrong with the text.

    >>> import casewise
    >>> [found] = casewise.check("model m { language 1 } customer { key id: text; age: it }")
    >>> found.severity, found.code, found.line
    ('error', 'CW0201', 1)
    """
def format(source: str | PathLike[str]) -> str:
    r"""The canonical form of a model's text, or of the file of that path; comments are kept.

    Raises :class:`ModelError` if the text cannot be read as a model.

    >>> import casewise
    >>> print(casewise.format("model m{language 1}\ncustomer{key id:text}"), end="")
    model m { language 1 }
    <BLANKLINE>
    customer { key id: text }
    """
def explain_code(code: str) -> str | None:
    """The page of a diagnostic code, in Markdown; ``None`` if there is no such code.

    >>> import casewise
    >>> casewise.explain_code("CW0110").splitlines()[0].startswith("# CW0110")
    True
    """
