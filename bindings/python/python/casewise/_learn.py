"""Learning from frames, and how far they have moved since."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ._batch import Kind, as_kind, bar, first_reject, kind_of, read, supplied
from ._errors import FitError
from ._parameters import Parameters
from ._told import Page

if TYPE_CHECKING:
    from ._native import Model


class Drift(NamedTuple):
    """What :meth:`Model.drift` gives."""

    moved: Any
    """A row for each score and attribute, those that moved most first: ``name``, ``psi``, ``ks``,
    ``missing_at_fit``, ``missing_now``."""
    rejects: Any
    """Rows that could not be read, as those of :class:`Decisions`."""


class Backtest(Page):
    """How scores told what happened. :meth:`Model.backtest` gives it."""

    __slots__ = ("warnings",)

    def __init__(self, text: str, page: str, *, warnings: tuple[str, ...] = (), rejects: Any = None) -> None:
        super().__init__(text, page, rejects)
        self.warnings = warnings
        """What a reader should know, a sentence each."""

    @property
    def rankings(self) -> list[dict[str, Any]]:
        """How well each number told its outcome: ``auc``, ``gini``, lift and calibration by group."""
        return list(self.to_dict()["rankings"])

    @property
    def groupings(self) -> list[dict[str, Any]]:
        """How often an outcome came, by value of a grade, cluster or text."""
        return list(self.to_dict()["groupings"])

    @property
    def forecasts(self) -> list[dict[str, Any]]:
        """Purchases that a lifetime foretold against those that came."""
        return list(self.to_dict()["forecasts"])

    def __repr__(self) -> str:
        found = self._data
        return f"Backtest(as_of={found['as_of']!r}, until={found['until']!r}, rows={found['rows']})"

    def _repr_html_(self) -> str:
        from . import _html

        return _html.backtest(self._data, self.warnings)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Backtest, warnings=self.warnings), (self._text, self._page)


def backtest(
    model: Model,
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
    progress: Callable[[int, int], object] | bool = False,
) -> Backtest:
    """See :meth:`Model.backtest`."""
    told, page, warnings, rejects = model._backtest_arrow(
        read(f"the {model.subject_name}s", subjects),
        supplied(events, lists, now, context),
        until,
        outcome,
        groups,
        apart,
        None if later is None else read(f"the later {model.subject_name}s", later),
        bar(model, progress),
    )
    return Backtest(told, page, warnings=tuple(warnings), rejects=as_kind(rejects, kind_of(subjects)))


def fit(
    model: Model,
    subjects: Any,
    events: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
    *,
    now: datetime | date | str,
    context: Any = None,
    earlier: Parameters | str | os.PathLike[str] | None = None,
    progress: Callable[[int, int], object] | bool = False,
) -> Parameters:
    """See :meth:`Model.fit`."""
    table, kind = read(f"the {model.subject_name}s", subjects), kind_of(subjects)
    try:
        text, warnings, rejects = model._fit_arrow(
            table, supplied(events, lists, now, context), earlier, bar(model, progress)
        )
    except FitError as error:
        if error.rejects.num_rows and error.rejects.num_rows == table.num_rows:
            raise first_reject(error.rejects) from error
        error.rejects = as_kind(error.rejects, kind)
        raise
    return Parameters(text, warnings=tuple(warnings), rejects=as_kind(rejects, kind))


def drift(
    model: Model,
    subjects: Any,
    events: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
    *,
    now: datetime | date | str,
    context: Any = None,
    to: Kind | None = None,
    progress: Callable[[int, int], object] | bool = False,
) -> Drift:
    """See :meth:`Model.drift`."""
    moved, rejects = model._drift_arrow(
        read(f"the {model.subject_name}s", subjects),
        supplied(events, lists, now, context),
        bar(model, progress),
    )
    kind = to or kind_of(subjects)
    return Drift(as_kind(moved, kind), as_kind(rejects, kind))
