"""What a model has learned: kept as text, read as data, compared number by number."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ._native import _check_parameters
from ._told import Told, write

_SHOWN = 12
"""Lines of a table that a `repr` shows."""
_WIDTH = 72


class Change(NamedTuple):
    """One number that differs between two :class:`Parameters`."""

    score: str
    """The learned score; ``data`` for what it was learned from."""
    number: str
    """Which number of it: ``recency.cuts[0]``, ``centers[c1].size``."""
    before: Any
    """``None`` where there was none."""
    after: Any
    """``None`` where there is none any more."""


class ParametersDiff(tuple[Change, ...]):
    """What differs between two :class:`Parameters`: a tuple of :class:`Change`, shown as a table."""

    __slots__ = ()

    def __repr__(self) -> str:
        if not self:
            return "no differences"
        rows = [(c.score, c.number, short(c.before), short(c.after)) for c in self]
        return table(("score", "number", "before", "after"), rows)

    def _repr_html_(self) -> str:
        from . import _html

        return _html.parameters_diff(self)


class Parameters(Told, Mapping[str, dict[str, Any]]):
    """What a model has learned, by learned score. :meth:`Model.fit` gives it, :func:`casewise.open` takes it.

    It is a mapping of the learned scores to their numbers, and never changes. Two are equal where every number is.

    >>> import casewise
    >>> parameters = casewise.Parameters.load("examples/retail/parameters.json")
    >>> list(parameters)
    ['kind', 'loyalty', 'warmth']
    >>> parameters["loyalty"]["recency"]["cuts"]
    [17.0, 39.0, 74.0, 114.0]
    >>> parameters
    Parameters('retail', version='2011.09', as_of='2011-08-31T23:00:00Z', rows=3317, rejected=0)
    score    kind        numbers
    kind     cluster     3 features, 4 centers, rows 3317, inertia 2226.41 …
    loyalty  rfm         customers 2772, without_events 545 …
    warmth   percentile  rows 3317, 100 quantiles
    >>> model = casewise.open("examples/retail/model.cw", parameters)
    >>> model.parameters == parameters
    True
    """

    __slots__ = ("warnings",)

    def __init__(self, text: str, *, warnings: tuple[str, ...] = (), rejects: Any = None) -> None:
        _check_parameters(text)
        super().__init__(text, rejects)
        self.warnings = warnings
        """What the author of the model should know of the fit, a sentence each; not stored."""

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Parameters:
        """Reads what :meth:`save`, or ``casewise fit``, has written.

        Raises :class:`ParametersError` if the file holds something else, and ``OSError`` if it cannot be read.
        """
        with open(path, encoding="utf-8") as file:
            return cls(file.read())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes a file that ``casewise decide --parameters`` and every other binding read.

        The file appears whole or not at all.
        """
        write(path, self._text)

    @property
    def kinds(self) -> dict[str, str]:
        """What each learned score is: ``rfm``, ``scorecard``, ``cluster``, ``affinity``, ``lifetime``, ``percentile``."""
        return {name: next(iter(part["learned"])) for name, part in self._data["parts"].items()}

    @property
    def model(self) -> dict[str, Any]:
        """The model they were learned for: name, version, fingerprint, language."""
        return dict(self._data["model"])

    @property
    def data(self) -> dict[str, Any]:
        """What they were learned from: as of when, rows, rejected rows, events, fingerprint."""
        return copy.deepcopy(self._data["data"])

    def diff(self, other: Parameters) -> ParametersDiff:
        """What differs in ``other``, number by number. How data were distributed is the matter of ``drift``.

        >>> import casewise
        >>> one = casewise.Parameters.load("examples/retail/parameters.json")
        >>> two = casewise.Parameters(one.to_json().replace("[17.0, 39.0", "[18.0, 39.0"))
        >>> one.diff(two)
        score    number           before  after
        loyalty  recency.cuts[0]      17     18
        >>> one.diff(one)
        no differences
        """
        before, after = self._leaves(), other._leaves()
        places = list(dict.fromkeys([*before, *after]))
        changes = [Change(*place, before.get(place), after.get(place)) for place in places]
        return ParametersDiff(change for change in changes if change.before != change.after)

    def _leaves(self) -> dict[tuple[str, str], Any]:
        data = {name: value for name, value in self._data["data"].items() if name != "fingerprint"}
        found = {("data", place): value for place, value in leaves(data)}
        for name, part in self._data["parts"].items():
            for learned in part["learned"].values():
                found |= {(name, place): value for place, value in leaves(learned)}
        return found

    def summary(self) -> list[tuple[str, str, str]]:
        """A line per learned score: its name, its kind, its main numbers."""
        return [(name, self.kinds[name], _summary(self[name])) for name in self]

    def __getitem__(self, score: str) -> dict[str, Any]:
        (learned,) = self._data["parts"][score]["learned"].values()
        return dict(copy.deepcopy(learned))

    def __iter__(self) -> Iterator[str]:
        return iter(self._data["parts"])

    def __len__(self) -> int:
        return len(self._data["parts"])

    def __eq__(self, other: object) -> bool:
        return self._data == other._data if isinstance(other, Parameters) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._data["data"]["fingerprint"])

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return Parameters, (self._text,)

    def __repr__(self) -> str:
        model, data = self._data["model"], self._data["data"]
        version = f", version={model['version']!r}" if model["version"] else ""
        head = (
            f"Parameters({model['name']!r}{version}, as_of={data['as_of']!r}, "
            f"rows={data['rows']}, rejected={data['rejected']})"
        )
        rows = [(name, kind, clip(numbers, 58)) for name, kind, numbers in self.summary()]
        lines = [head, table(("score", "kind", "numbers"), rows), *(f"warning: {told}" for told in self.warnings)]
        return "\n".join(line for line in lines if line)

    def _repr_html_(self) -> str:
        from . import _html

        return _html.parameters(self)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The numbers and texts inside a value, with their places. An item of a list goes by its name, if it has one."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            named = part if isinstance(part, dict) else {}
            name = next((named[key] for key in ("label", "of", "value") if isinstance(named.get(key), str)), place)
            yield from leaves(part, f"{path}[{name}]")
    else:
        yield path, value


def _summary(learned: dict[str, Any]) -> str:
    told = []
    for name, value in learned.items():
        if isinstance(value, list):
            told.append(f"{len(value)} {name}")
        elif isinstance(value, dict):
            told += [f"{name}.{place} {short(leaf)}" for place, leaf in leaves(value) if "[" not in place]
        else:
            told.append(f"{name} {short(value)}")
    return ", ".join(told)


def short(value: Any) -> str:
    """A value in few characters."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    return clip(str(value), 40)


def clip(text: str, width: int) -> str:
    """A text, cut at a word where it is too long."""
    if len(text) <= width:
        return text
    return text[:width].rsplit(" ", 1)[0].rstrip(",") + " …"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Lines in columns, as many as a `repr` shows; numbers stand right."""
    if not rows:
        return ""
    shown = rows[:_SHOWN]
    widths = [max(len(row[place]) for row in (head, *shown)) for place in range(len(head))]
    right = [place > 1 and head[place] in ("before", "after") for place in range(len(head))]
    lines = [
        "  ".join(cell.rjust(width) if to_right else cell.ljust(width) for cell, width, to_right in zip(row, widths, right))
        for row in (head, *shown)
    ]
    more = [f"… and {len(rows) - len(shown)} more"] if len(rows) > len(shown) else []
    return "\n".join([*(line.rstrip() for line in lines), *more])
