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
    ) -> Decision: ...
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
    ) -> Decisions: ...
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
    ) -> Parameters: ...
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
    ) -> Drift: ...
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
    ) -> Backtest: ...
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
    ) -> Preview: ...
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
    def with_parameters(self, parameters: Parameters | str | PathLike[str]) -> Model: ...
    @property
    def parameters(self) -> Parameters | None: ...
    def test(self, filter: str | None = None) -> tuple[TestResult, ...]: ...
    def requirements(self) -> dict[str, Any]: ...
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def subject_name(self) -> str: ...
    @property
    def key_name(self) -> str: ...
    @property
    def cases(self) -> dict[str, str | None]: ...
    @property
    def segments(self) -> dict[str, str | None]: ...
    @property
    def scores(self) -> dict[str, str | None]: ...
    @property
    def params(self) -> dict[str, str]: ...
    @property
    def warnings(self) -> tuple[Diagnostic, ...]: ...
    def _repr_html_(self) -> str: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Model: ...
    def __deepcopy__(self, _memo: Any) -> Model: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Decision:
    @property
    def key(self) -> str: ...
    @property
    def now(self) -> str: ...
    @property
    def decided_by(self) -> str | None: ...
    @property
    def offers(self) -> list[Offer]: ...
    @property
    def scores(self) -> dict[str, Value]: ...
    @property
    def values(self) -> dict[str, Value]: ...
    @property
    def segments(self) -> list[str]: ...
    @property
    def gates(self) -> dict[str, str]: ...
    @property
    def cases(self) -> dict[str, CaseStatus]: ...
    @property
    def model(self) -> dict[str, Any]: ...
    def score(self, name: str) -> Value: ...
    def why(self, case: str) -> Explanation: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    def _repr_html_(self) -> str: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Decision: ...
    def __deepcopy__(self, _memo: Any) -> Decision: ...

@final
class Explanation:
    def render(self, color: bool = False) -> str: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    def _repr_html_(self) -> str: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def open(
    source: str | PathLike[str] | Mapping[str, str],
    parameters: Parameters | str | PathLike[str] | None = None,
    params: Mapping[str, Any] | None = None,
) -> Model: ...
def _check_parameters(text: str) -> None: ...
def _read(frame: Any) -> Any: ...
def check(source: str | PathLike[str] | Mapping[str, str]) -> tuple[Diagnostic, ...]: ...
def format(source: str | PathLike[str]) -> str: ...
def explain_code(code: str) -> str | None: ...
