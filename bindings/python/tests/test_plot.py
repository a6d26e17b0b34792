"""Charts of results are what Vega can draw."""

from __future__ import annotations

import casewise
import polars
import pyarrow
import pytest

altair = pytest.importorskip("altair", reason="needs casewise[plot]")

from casewise import plot

MODEL = casewise.open(
    """
model m { language 1 }
customer { key id: int; age: int? }
events buy { amount: decimal }
rfm loyalty of buy { monetary sum(amount); recency bins at 30, 90; frequency bins at 1, 3; monetary bins at 10 }
score years = age
grade generation of years { < 30 -> young, >= 30 -> grown }
segment adults = age >= 18
segment buyers = exists(buy)
case gift { for adults }
case rest { priority -1 }
decide { top 1 }
"""
)
CUSTOMERS = pyarrow.table({"id": range(50), "age": [n * 2 if n % 9 else None for n in range(50)]})
BUYS = pyarrow.table(
    {"id": [n * n % 50 for n in range(90)], "at": [f"2026-{1 + n % 10:02}-05T09:00" for n in range(90)], "amount": ["7.5"] * 90}
)
DECISIONS = MODEL.decide_batch(
    CUSTOMERS, {"buy": BUYS}, now="2026-11-22", select=["status", "segments", "scores"]
).decisions


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plot.scores(DECISIONS, "years"),
        lambda: plot.scores(DECISIONS, "loyalty.total"),
        lambda: plot.scores(DECISIONS, "generation"),
        lambda: plot.rfm(DECISIONS, "loyalty"),
        lambda: plot.funnel(DECISIONS),
        lambda: plot.overlap(DECISIONS),
        lambda: plot.lift(DECISIONS, "years", [n % 2 for n in range(50)]),
        lambda: plot.funnel(polars.DataFrame(DECISIONS)),
        lambda: plot.overlap(polars.DataFrame(DECISIONS)),
        lambda: plot.scores(polars.DataFrame(DECISIONS), "loyalty.monetary"),
    ],
)
def test_charts_are_valid(draw):
    chart = draw().to_dict(validate=True)
    assert chart["$schema"]
    assert (chart.get("data") or chart["layer"][0]["data"])["values"]


def values(chart):
    told = chart.to_dict()
    return (told.get("data") or told["layer"][0]["data"])["values"]


def test_counts_are_those_of_the_decisions():
    rows = DECISIONS.to_pylist()
    of_case = {(row["case"], row["status"]): row["subjects"] for row in values(plot.funnel(DECISIONS))}
    assert of_case["gift", "offered"] == sum(row["status"]["gift"] == 1 for row in rows)
    assert of_case["gift", "ineligible"] == sum(row["status"]["gift"] == 0 for row in rows)
    shared = {(row["a"], row["b"]): row["subjects"] for row in values(plot.overlap(DECISIONS))}
    assert shared["adults", "buyers"] == sum({"adults", "buyers"} <= set(row["segments"]) for row in rows)
    known = [row["scores"]["years"] for row in rows if row["scores"]["years"] is not None]
    bars = values(plot.scores(DECISIONS, "years"))
    assert sum(bar["subjects"] for bar in bars) == len(known)
    for bar in bars:
        assert bar["subjects"] == sum(bar["from"] <= value < bar["to"] for value in known)
    preview = MODEL.preview(CUSTOMERS, {"buy": BUYS}, now="2026-11-22")
    assert values(plot.funnel(preview)) == values(plot.funnel(DECISIONS))
    (gift,) = (case for case in preview.cases if case["case"] == "gift")
    left = [row["subjects"] for row in values(plot.funnel(preview, "gift"))]
    assert (left[0], left[-2], left[-1]) == (50, gift["eligible"], gift["offered"])
    cells = values(plot.rfm(DECISIONS, "loyalty"))
    assert sum(cell["subjects"] for cell in cells) == sum(row["scores"]["loyalty"]["r"] is not None for row in rows)


def test_lift():
    by_key = {"1": 1.0, "2": 1.0, "3": 0.0, "4": 0.0}
    done = pyarrow.table({"id": ["1", "2", "3", "4", "5"], "scores": [{"s": 4}, {"s": 3}, {"s": 2}, {"s": 1}, {"s": 9}]})
    assert [bar["lift"] for bar in values(plot.lift(done, "s", by_key, parts=2))] == [2.0, 0.0]
    same = pyarrow.table({"id": ["1", "2", "3", "4"], "scores": [{"s": 7}] * 4})
    assert [bar["lift"] for bar in values(plot.lift(same, "s", by_key, parts=2))] == [1.0, 1.0]
    for outcome, told in [([1.0], "5 decisions and 1 outcomes"), ({"1": 1.0}, "cannot be parted"), ([0] * 5, "nobody has")]:
        with pytest.raises(ValueError, match=told):
            plot.lift(done, "s", outcome, parts=2)


def test_wrong_names_are_told():
    with pytest.raises(ValueError, match="there is no score 'yeers' in the decisions; it has loyalty, years"):
        plot.scores(DECISIONS, "yeers")
    with pytest.raises(ValueError, match="choose one of loyalty.r"):
        plot.scores(DECISIONS, "loyalty")


def test_a_funnel_of_one_case_needs_a_preview():
    with pytest.raises(TypeError, match="counted by a preview"):
        plot.funnel(DECISIONS, "gift")
    with pytest.raises(ValueError, match="no case 'gfit' in the preview; it has gift, rest"):
        plot.funnel(MODEL.preview(CUSTOMERS, {"buy": BUYS}, now="2026-11-22"), "gfit")


def test_what_was_not_selected_is_told():
    with pytest.raises(ValueError, match="no column 'status'"):
        plot.funnel(pyarrow.table({"id": ["1"]}))
