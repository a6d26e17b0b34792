"""The estimate before a launch, over a frame."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ._batch import as_kind, bar, kind_of, read, supplied

if TYPE_CHECKING:
    from ._native import Model


class Preview:
    """Whom each case would reach, and what the others are lost to. :meth:`Model.preview` gives it.

    What the numbers mean is in the documentation of ``casewise preview``. ``str()`` is what the command prints.
    """

    __slots__ = ("_counts", "_json", "_long", "_page", "_short", "rejects")

    def __init__(self, told: str, page: str, short: str, long: str, rejects: Any = None) -> None:
        self._json = told
        self._page = page
        self._short = short
        self._long = long
        self._counts: dict[str, Any] = json.loads(told)
        self.rejects = rejects
        """Rows that could not be read, as those of :class:`Decisions`; not compared and not pickled."""

    @property
    def cases(self) -> list[dict[str, Any]]:
        """Each case: its audience (``eligible``), ``offered``, ``outranked``, ``held_out``, ``gates`` and more."""
        return list(self.to_dict()["cases"])

    @property
    def channels(self) -> list[dict[str, Any]]:
        """Each channel: for how many it is open, what it would carry, its capacity."""
        return list(self.to_dict()["channels"])

    def to_dict(self) -> dict[str, Any]:
        """All numbers."""
        return dict(json.loads(self._json))

    def to_json(self) -> str:
        """All numbers, as ``casewise preview --format json`` writes them."""
        return self._json

    def to_html(self) -> str:
        """One page with tables and charts that needs no network and no other file."""
        return self._page

    def to_text(self, funnels: bool = False) -> str:
        """Tables for a terminal; with ``funnels`` those of each case too."""
        return self._long if funnels else self._short

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the page, or the numbers where the path ends on ``.json``."""
        text = self._json + "\n" if os.fspath(path).endswith(".json") else self._page
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)

    def __str__(self) -> str:
        return self._short

    def __repr__(self) -> str:
        counts = self._counts
        name = counts["model"]["name"]
        return f"Preview({name!r}, customers={counts['customers']}, rejected={counts['rejected']}, offers={counts['offers']})"

    def _repr_html_(self) -> str:
        from . import _html

        return _html.preview(self._counts)

    def __eq__(self, other: object) -> bool:
        return self._json == other._json if isinstance(other, Preview) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._json)

    def __reduce__(self) -> tuple[Any, tuple[str, ...]]:
        return Preview, (self._json, self._page, self._short, self._long)


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
    for what, names in (("cases", cases), ("groups", groups)):
        if isinstance(names, str):
            raise TypeError(f"{what}: expected several names, got one `str`")
    told, page, short, long, rejects = model._preview_arrow(
        read(f"the {model.subject_name}s", subjects),
        supplied(events, lists, now, context) | {"remaining": remaining, "decide": decide},
        list(cases or ()),
        list(groups or ()),
        pairs,
        threads,
        bar(model, progress),
    )
    return Preview(told, page, short, long, as_kind(rejects, kind_of(subjects)))
