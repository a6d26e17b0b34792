"""Charts of results are what Vega can draw."""

from __future__ import annotations

import casewise
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
    ],
)
def test_charts_are_valid(draw):
    chart = draw().to_dict(validate=True)
    assert chart["$schema"]
    assert chart["data"]["values"]


def test_what_was_not_selected_is_told():
    with pytest.raises(ValueError, match="no column 'status'"):
        plot.funnel(pyarrow.table({"id": ["1"]}))
