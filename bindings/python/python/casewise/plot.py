"""Charts of results, with Altair. Needs ``casewise[plot]``.

Each function takes what :meth:`casewise.Model.decide_batch` gives as ``decisions``, of any library, and returns an
Altair chart. Subjects are counted first: a chart holds counts, however many subjects there are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import altair
import pyarrow
import pyarrow.compute as pc

from ._preview import Preview

__all__ = ["funnel", "lift", "overlap", "rfm", "scores"]

_STATUS = ["ineligible", "offered", "outranked", "held_out"]
# Okabe and Ito: told apart by colour-blind readers.
_COLORS = ["#bbbbbb", "#009e73", "#e69f00", "#56b4e9"]
_BLUE = "#0072b2"
# Seen on white and on black.
_GREY = "#808080"


def _column(decisions: Any, name: str) -> Any:
    to_table = getattr(decisions, "to_arrow_table", None)
    table = to_table() if to_table else pyarrow.table(decisions)
    if name not in table.column_names:
        raise ValueError(f"the decisions have no column {name!r}: select it in `decide_batch`")
    return table[name].combine_chunks()


def _score(decisions: Any, score: str) -> Any:
    found = _column(decisions, "scores")
    for part in score.split("."):
        names = [field.name for field in found.type] if pyarrow.types.is_struct(found.type) else []
        if part not in names:
            known = f"; it has {', '.join(names)}" if names else ""
            raise ValueError(f"there is no score {score!r} in the decisions{known}")
        found = pc.struct_field(found, part)
    if pyarrow.types.is_struct(found.type):
        parts = ", ".join(f"{score}.{field.name}" for field in found.type)
        raise ValueError(f"the score {score!r} has parts: choose one of {parts}")
    return found


def _counts(values: Any) -> list[tuple[Any, int]]:
    return [(row["values"], row["counts"]) for row in pc.value_counts(values).to_pylist()]


def _chart(rows: list[dict[str, Any]], title: str) -> Any:
    return altair.Chart(altair.Data(values=rows), title=title)


def _heat(chart: Any, rows: list[dict[str, Any]]) -> Any:
    """Cells as dark as they are full, with their numbers."""
    cells = chart.mark_rect().encode(color=altair.Color("subjects:Q", scale=altair.Scale(scheme="blues")))
    full = max((row["subjects"] for row in rows), default=0)
    color = altair.condition(altair.datum.subjects > full / 2, altair.value("white"), altair.value("black"))
    numbers = chart.mark_text().encode(text="subjects:Q", color=color)
    return (cells + numbers).properties(width=altair.Step(56), height=altair.Step(36))


def _step(least: float, most: float, bins: int) -> float:
    """The least of 1, 2, 5, 10 … that needs no more bins."""
    wanted = (most - least) / bins
    if not wanted > 0:
        return 1.0
    ten = 10.0 ** math.floor(math.log10(wanted))
    return next(ten * factor for factor in (1, 2, 5, 10) if ten * factor >= wanted * (1 - 1e-9))


def scores(decisions: Any, score: str, *, bins: int = 20) -> Any:
    """How a score, or a part of one, is distributed. Needs the column ``scores``.

    >>> import casewise, polars
    >>> from casewise import plot
    >>> model = casewise.open("model m { language 1 } customer { key id: int } score twice = id * 2")
    >>> done = model.decide_batch(polars.DataFrame({"id": [1, 2, 3]}), now="2026-11-22")
    >>> plot.scores(done.decisions, "twice").to_dict()["data"]["values"]
    [{'from': 2.0, 'to': 3.0, 'subjects': 1}, {'from': 4.0, 'to': 5.0, 'subjects': 1}, {'from': 6.0, 'to': 7.0, 'subjects': 1}]
    """
    found = _score(decisions, score)
    if not _is_number(found.type):
        counted = sorted(_counts(found.cast(pyarrow.string())), key=lambda pair: -pair[1])
        rows: list[dict[str, Any]] = [
            {"value": "missing" if value is None else value, "subjects": count} for value, count in counted
        ]
        return _chart(rows, score).mark_bar(color=_BLUE).encode(
            x=altair.X("value:N", title=score, sort=None, axis=altair.Axis(labelAngle=-40)), y=altair.Y("subjects:Q")
        ).properties(width=altair.Step(40))
    whole = pyarrow.types.is_integer(found.type)
    numbers = found.cast(pyarrow.float64()).drop_null()
    title = f"{score} ({len(found) - len(numbers)} missing)"
    ends = pc.min_max(numbers).as_py()
    least, most = ends["min"] or 0.0, ends["max"] or 0.0
    step = max(_step(least, most, bins), 1.0 if whole else 0.0)
    places = pc.floor(pc.divide(numbers, step))
    rows = [
        {"from": place * step, "to": (place + 1) * step, "subjects": count}
        for place, count in sorted(_counts(places))
    ]
    return _chart(rows, title).mark_bar(color=_BLUE).encode(
        x=altair.X("from:Q", bin="binned", title=score, scale=altair.Scale(zero=False)),
        x2="to:Q",
        y=altair.Y("subjects:Q"),
    )


def rfm(decisions: Any, score: str) -> Any:
    """Subjects by recency and frequency score, of an ``rfm``. Needs the column ``scores``."""
    table = pyarrow.table({part: _score(decisions, f"{score}.{part}") for part in ("r", "f")})
    counted = table.group_by(["r", "f"]).aggregate([([], "count_all")]).to_pylist()
    known = [row for row in counted if row["r"] is not None and row["f"] is not None]
    without = sum(row["count_all"] for row in counted) - sum(row["count_all"] for row in known)
    counts = {(row["r"], row["f"]): row["count_all"] for row in known}
    recent, frequent = (max((row[part] for row in known), default=0) for part in ("r", "f"))
    rows = [
        {"r": r, "f": f, "subjects": counts.get((r, f), 0)}
        for r in range(1, recent + 1)
        for f in range(1, frequent + 1)
    ]
    chart = _chart(rows, f"{score} ({without} without)").encode(
        x=altair.X("r:O", axis=altair.Axis(labelAngle=0), title="recency (higher is more recent)"),
        y=altair.Y("f:O", title="frequency", sort="descending"),
    )
    return _heat(chart, rows)


def funnel(told: Any, case: str | None = None) -> Any:
    """What became of every case, over all subjects; or of one, clause by clause.

    ``told`` is a :class:`casewise.Preview`, or decisions with the column ``status``. How many are left after each clause
    of a ``case`` only a preview counts.

    >>> import casewise, polars
    >>> from casewise import plot
    >>> model = casewise.open('''
    ...     model m { language 1 }
    ...     customer { key id: int; age: int? }
    ...     case gift { for grown: age >= 18; require even: id in [2, 4, 6] }
    ... ''')
    >>> preview = model.preview(polars.DataFrame({"id": [1, 2, 3, 4], "age": [30, 40, 50, 9]}), now="2026-11-22")
    >>> [(bar["step"], bar["subjects"]) for bar in plot.funnel(preview, "gift").to_dict()["data"]["values"]]
    [('all', 4), ('status.1', 4), ('grown', 3), ('even', 1), ('offered', 1)]
    """
    if case is not None:
        return _steps(told, case)
    rows = [
        {"case": case, "status": status, "place": place, "subjects": count}
        for case, counted in (_of_preview(told) if isinstance(told, Preview) else _of_decisions(told))
        for place, (status, count) in enumerate(zip(_STATUS, counted))
        if count
    ]
    return (
        _chart(rows, "cases")
        .mark_bar()
        .encode(
            x=altair.X("subjects:Q", scale=altair.Scale(nice=False)),
            y=altair.Y("case:N", sort=None, title=None, axis=altair.Axis(labelLimit=240)),
            color=altair.Color("status:N", sort=_STATUS, scale=altair.Scale(domain=_STATUS, range=_COLORS)),
            order="place:O",
            tooltip=["case:N", "status:N", "subjects:Q"],
        )
    )


def _of_decisions(decisions: Any) -> Iterator[tuple[str, list[int]]]:
    """How many have each status, by case."""
    column = _column(decisions, "status")
    for case in column.type:
        counts = dict(_counts(pc.struct_field(column, case.name)))
        yield case.name, [counts.get(number, 0) for number in range(len(_STATUS))]


def _of_preview(preview: Preview) -> Iterator[tuple[str, list[int]]]:
    for case in preview.cases:
        told = [case[status] for status in _STATUS]
        yield case["case"], [told[0] + case["unknown"], *told[1:]]


def _steps(preview: Any, case: str) -> Any:
    """How many are left after each clause of a case."""
    if not isinstance(preview, Preview):
        raise TypeError(f"the clauses of a case are counted by a preview, got `{type(preview).__name__}`")
    counts = preview.to_dict()
    found = next((told for told in counts["cases"] if told["case"] == case), None)
    if found is None:
        raise ValueError(f"there is no case {case!r} in the preview; it has {', '.join(c['case'] for c in counts['cases'])}")
    rows = [{"step": "all", "clause": f"every {counts['subject']}", "gate": "", "subjects": counts["customers"]}]
    for gate in found["gates"]:
        rows += [
            {"step": clause["id"], "clause": clause.get("text") or clause["id"], "gate": gate["gate"], "subjects": clause["left"]}
            for clause in gate["clauses"]
        ]
    rows.append({"step": "offered", "clause": "offered", "gate": "", "subjects": found["offered"]})
    for place, row in enumerate(rows):
        row["place"] = place
    axis = altair.Axis(labelLimit=240)
    chart = _chart(rows, f"{case}: left after each clause").encode(
        x=altair.X("subjects:Q", scale=altair.Scale(nice=False)),
        y=altair.Y("step:N", sort=altair.SortField("place"), title=None, axis=axis),
        tooltip=["gate:N", "clause:N", "subjects:Q"],
    )
    bars = chart.mark_bar(color=_BLUE)
    return bars + chart.mark_text(align="left", dx=4, color=_GREY).encode(text="subjects:Q")


def overlap(decisions: Any) -> Any:
    """How many subjects two segments share. Needs the column ``segments``."""
    column = _column(decisions, "segments").cast(pyarrow.list_(pyarrow.string()))
    counts: dict[tuple[str, str], int] = {}
    order: dict[str, None] = {}
    # A name of a segment has no comma.
    for joined, count in _counts(pc.binary_join(column, ",")):
        names = joined.split(",") if joined else []
        order |= dict.fromkeys(names)
        for one in names:
            for other in names:
                counts[one, other] = counts.get((one, other), 0) + count
    rows = [
        {"a": one, "b": other, "subjects": counts.get((one, other), 0)} for one in sorted(order) for other in sorted(order)
    ]
    chart = _chart(rows, "overlap of segments").encode(
        x=altair.X("a:N", title=None, sort=None, axis=altair.Axis(labelAngle=-40)), y=altair.Y("b:N", title=None, sort=None)
    )
    return _heat(chart, rows)


def lift(decisions: Any, score: str, outcome: Mapping[str, float] | Iterable[float], *, parts: int = 10) -> Any:
    """How much more of an outcome those with a high score have than all have. Needs the column ``scores``.

    ``outcome`` is what came later, 0 or 1 or an amount: a number per row of the decisions, in their order, or by
    key (as text); who is not in it is left out. Subjects are parted by score, the highest first; 1 is the mean of
    all. Equal scores share their mean, so that the order of rows changes nothing.

    >>> import casewise, polars
    >>> from casewise import plot
    >>> model = casewise.open("model m { language 1 } customer { key id: int } score points = id")
    >>> done = model.decide_batch(polars.DataFrame({"id": [1, 2, 3, 4]}), now="2026-11-22")
    >>> chart = plot.lift(done.decisions, "points", {"1": 0, "2": 0, "3": 1, "4": 1}, parts=2)
    >>> [bar["lift"] for bar in chart.to_dict()["layer"][0]["data"]["values"]]
    [2.0, 0.0]
    """
    found = _score(decisions, score).cast(pyarrow.float64()).to_pylist()
    if isinstance(outcome, Mapping):
        ids = _column(decisions, "id").to_pylist()
        happened = [outcome.get(key) for key in ids]
    else:
        happened = list(outcome)
        if len(happened) != len(found):
            raise ValueError(f"there are {len(found)} decisions and {len(happened)} outcomes")
    pairs = [(s, float(h)) for s, h in zip(found, happened) if s is not None and h is not None]
    if len(pairs) < parts:
        raise ValueError(f"{len(pairs)} subjects with a score and an outcome cannot be parted into {parts}")
    of_equal: dict[float, tuple[float, int]] = {}
    for s, h in pairs:
        total, count = of_equal.get(s, (0.0, 0))
        of_equal[s] = (total + h, count + 1)
    shared = [of_equal[s][0] / of_equal[s][1] for s in sorted((s for s, _ in pairs), reverse=True)]
    mean = math.fsum(shared) / len(shared)
    if not mean:
        raise ValueError("nobody has the outcome: there is nothing to compare with")
    rows: list[dict[str, Any]] = []
    for part in range(parts):
        inside = shared[part * len(shared) // parts : (part + 1) * len(shared) // parts]
        here = math.fsum(inside) / len(inside)
        rows.append({"part": part + 1, "lift": here / mean, "mean": here, "subjects": len(inside)})
    bars = (
        _chart(rows, f"lift of {score} ({len(found) - len(pairs)} left out)")
        .mark_bar(color=_BLUE)
        .encode(
            x=altair.X("part:O", axis=altair.Axis(labelAngle=0), title=f"{parts} parts by {score}, the highest first"),
            y=altair.Y("lift:Q", title="lift (1 is the mean of all)"),
            tooltip=["part:O", "lift:Q", "mean:Q", "subjects:Q"],
        )
    )
    all_ = altair.Chart(altair.Data(values=[{"lift": 1}])).mark_rule(strokeDash=[4, 4], color=_GREY).encode(y="lift:Q")
    return bars + all_


def _is_number(kind: Any) -> bool:
    return bool(pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind) or pyarrow.types.is_decimal(kind))
