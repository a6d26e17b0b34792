"""The estimate before a launch, over a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ._batch import as_kind, bar, kind_of, read, several, supplied
from ._told import Page

if TYPE_CHECKING:
    from ._native import Model


class Preview(Page):
    """Whom each case would reach, and what the others are lost to. :meth:`Model.preview` gives it.

    What the numbers mean is in the documentation of ``casewise preview``. ``str()`` is what the command prints.
    """

    __slots__ = ("_long", "_short")

    def __init__(self, text: str, page: str, short: str, long: str, rejects: Any = None) -> None:
        super().__init__(text, page, rejects)
        self._short = short
        self._long = long

    @property
    def cases(self) -> list[dict[str, Any]]:
        """Each case: its audience (``eligible``), ``offered``, ``outranked``, ``held_out``, ``gates`` and more."""
        return list(self.to_dict()["cases"])

    @property
    def channels(self) -> list[dict[str, Any]]:
        """Each channel: for how many it is open, what it would carry, its capacity."""
        return list(self.to_dict()["channels"])

    def to_text(self, funnels: bool = False) -> str:
        """Tables for a terminal; with ``funnels`` those of each case too."""
        return self._long if funnels else self._short

    def __str__(self) -> str:
        return self._short

    def __repr__(self) -> str:
        counts = self._data
        name = counts["model"]["name"]
        return f"Preview({name!r}, customers={counts['customers']}, rejected={counts['rejected']}, offers={counts['offers']})"

    def _repr_html_(self) -> str:
        from . import _html

        return _html.preview(self._data)

    def __reduce__(self) -> tuple[Any, ...]:
        return Preview, (self._text, self._page, self._short, self._long)


def preview(
    model: Model,
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
    progress: Callable[[int, int], object] | bool = False,
) -> Preview:
    """See :meth:`Model.preview`."""
    told, page, short, long, rejects = model._preview_arrow(
        read(f"the {model.subject_name}s", subjects),
        supplied(events, lists, now, context) | {"remaining": remaining, "decide": decide},
        several("cases", cases),
        several("groups", groups),
        pairs,
        threads,
        bar(model, progress),
    )
    return Preview(told, page, short, long, as_kind(rejects, kind_of(subjects)))
