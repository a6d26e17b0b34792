"""Learning from frames, and how far they have moved since."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ._batch import Kind, as_kind, bar, first_reject, kind_of, read, supplied
from ._errors import FitError
from ._parameters import Parameters

if TYPE_CHECKING:
    from ._native import Model


class Drift(NamedTuple):
    """What :meth:`Model.drift` gives."""

    moved: Any
    """A row for each score and attribute, those that moved most first: ``name``, ``psi``, ``ks``,
    ``missing_at_fit``, ``missing_now``."""
    rejects: Any
    """Rows that could not be read, as those of :class:`Decisions`."""


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
