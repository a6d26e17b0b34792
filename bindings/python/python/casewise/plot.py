"""Charts of results, with Altair. Needs ``casewise[plot]``, and pyarrow.

Each function takes what :meth:`casewise.Model.decide_batch` gives as ``decisions``, and returns an Altair chart.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import altair
import pyarrow

__all__ = ["funnel", "overlap", "rfm", "scores"]

_STATUS = ["ineligible", "offered", "outranked", "held_out"]
# Okabe and Ito: told apart by colour-blind readers.
_COLORS = ["#bbbbbb", "#009e73", "#e69f00", "#56b4e9"]


def _column(decisions: Any, name: str) -> list[Any]:
    table = pyarrow.table(decisions)
    if name not in table.column_names:
        raise ValueError(f"the decisions have no column {name!r}: select it in `decide_batch`")
    return list(table[name].to_pylist())


def _chart(rows: list[dict[str, Any]], title: str) -> Any:
    return altair.Chart(altair.Data(values=rows), title=title)


def _heat(chart: Any, rows: list[dict[str, Any]]) -> Any:
    """Cells as dark as they are full, with their numbers."""
    cells = chart.mark_rect().encode(color=altair.Color("subjects:Q", scale=altair.Scale(scheme="blues")))
    full = max((row["subjects"] for row in rows), default=0)
    color = altair.condition(altair.datum.subjects > full / 2, altair.value("white"), altair.value("black"))
    numbers = chart.mark_text().encode(text="subjects:Q", color=color)
    return (cells + numbers).properties(width=altair.Step(56), height=altair.Step(36))


def scores(decisions: Any, score: str, *, bins: int = 20) -> Any:
    """How a score is distributed. Needs the column ``scores``.

    >>> import casewise, polars
    >>> from casewise import plot
    >>> model = casewise.open("model m { language 1 } customer { key id: int } score twice = id * 2")
    >>> done = model.decide_batch(polars.DataFrame({"id": [1, 2, 3]}), now="2026-11-22")
    >>> plot.scores(done.decisions, "twice").to_dict()["mark"]["type"]
    'bar'
    """
    found: list[Any] = _column(decisions, "scores")
    for part in score.split("."):
        found = [value and value[part] for value in found]
    present = [value for value in found if value is not None]
    if present and isinstance(present[0], str):
        rows = [{"value": "missing" if value is None else value} for value in found]
        return _chart(rows, score).mark_bar(color="#0072b2").encode(
            x=altair.X("value:N", title=score, sort=None), y=altair.Y("count()", title="subjects")
        )
    rows = [{"value": float(value)} for value in present]
    return _chart(rows, f"{score} ({len(found) - len(present)} missing)").mark_bar(color="#0072b2").encode(
        x=altair.X("value:Q", bin=altair.Bin(maxbins=bins), title=score),
        y=altair.Y("count()", title="subjects"),
    )


def rfm(decisions: Any, score: str) -> Any:
    """Subjects by recency and frequency score, of an ``rfm``. Needs the column ``scores``."""
    found = [row[score] for row in _column(decisions, "scores")]
    counts: dict[tuple[int, int], int] = {}
    for row in found:
        if row["r"] is not None and row["f"] is not None:
            counts[row["r"], row["f"]] = counts.get((row["r"], row["f"]), 0) + 1
    rows = [{"r": r, "f": f, "subjects": n} for (r, f), n in sorted(counts.items())]
    chart = _chart(rows, score).encode(
        x=altair.X("r:O", title="recency (higher is more recent)"),
        y=altair.Y("f:O", title="frequency", sort="descending"),
    )
    return _heat(chart, rows)


def funnel(decisions: Any) -> Any:
    """What became of every case, over all subjects. Needs the column ``status``."""
    counts: dict[tuple[str, int], int] = {}
    for row in _column(decisions, "status"):
        for case, status in row.items():
            counts[case, status] = counts.get((case, status), 0) + 1
    rows = [{"case": case, "status": _STATUS[n], "subjects": count} for (case, n), count in counts.items()]
    return (
        _chart(rows, "cases")
        .mark_bar()
        .encode(
            x=altair.X("subjects:Q"),
            y=altair.Y("case:N", sort=None),
            color=altair.Color("status:N", scale=altair.Scale(domain=_STATUS, range=_COLORS)),
        )
    )


def overlap(decisions: Any) -> Any:
    """How many subjects two segments share. Needs the column ``segments``."""
    counts: dict[tuple[str, str], int] = {}
    for names in _column(decisions, "segments"):
        for name in names:
            counts[name, name] = counts.get((name, name), 0) + 1
        for one, other in combinations(names, 2):
            for pair in ((one, other), (other, one)):
                counts[pair] = counts.get(pair, 0) + 1
    rows = [{"a": one, "b": other, "subjects": count} for (one, other), count in counts.items()]
    chart = _chart(rows, "overlap of segments").encode(
        x=altair.X("a:N", title=None, sort=None), y=altair.Y("b:N", title=None, sort=None)
    )
    return _heat(chart, rows)
