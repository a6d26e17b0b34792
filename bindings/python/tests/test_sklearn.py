"""Scores as features of a pipeline."""

from __future__ import annotations

import pickle

import casewise
import pandas
import polars
import pytest

sklearn = pytest.importorskip("sklearn", reason="needs casewise[sklearn]")

import numpy
from casewise.sklearn import CasewiseTransformer
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

TEXT = """
model m { language 1 }
customer { key id: int; age: int?; arpu: decimal }
let half = age / 2
score points = if age >= 40 then 10 else 5
score spent = arpu * 2
segment adults = age >= 18
"""
FRAME = pandas.DataFrame({"id": range(8), "age": [10, 20, 30, 40, 50, 60, 70, 80], "arpu": ["1.5"] * 8})


def test_numbers_and_their_names():
    features = CasewiseTransformer(TEXT, now="2026-11-22").fit(FRAME)
    assert features.get_feature_names_out().tolist() == ["points", "spent", "adults"]
    assert features.transform(FRAME)[:4].tolist() == [[5, 3, 0], [5, 3, 1], [5, 3, 1], [10, 3, 1]]
    assert numpy.array_equal(features.transform(polars.from_pandas(FRAME)), features.transform(FRAME))


def test_chosen_columns():
    features = CasewiseTransformer(TEXT, now="2026-11-22", columns=["half", "adults"])
    assert features.fit_transform(FRAME)[1].tolist() == [10.0, 1.0]
    with pytest.raises(ValueError, match="no number called 'haf'"):
        CasewiseTransformer(TEXT, now="2026-11-22", columns=["haf"]).fit(FRAME)


def test_in_a_pipeline():
    pipeline = make_pipeline(CasewiseTransformer(TEXT, now="2026-11-22"), LogisticRegression())
    churned = FRAME["age"] >= 40
    assert pipeline.fit(FRAME, churned).score(FRAME, churned) == 1.0
    assert clone(pipeline).fit(FRAME, churned).score(FRAME, churned) == 1.0
    assert pickle.loads(pickle.dumps(pipeline)).score(FRAME, churned) == 1.0


def test_a_row_that_does_not_fit_is_told():
    wrong = FRAME.assign(arpu=["x"] * 8)
    with pytest.raises(casewise.InputError, match="row 0: `arpu`"):
        CasewiseTransformer(TEXT, now="2026-11-22").fit(wrong)


LEARNS = """
model m { language 1 }
customer { key id: int }
events buy { amount: decimal }
rfm loyalty of buy { monetary sum(amount); bins 3 }
"""


def test_what_is_not_learned_yet_is_learned():
    customers = pandas.DataFrame({"id": range(9)})
    buys = pandas.DataFrame({"id": range(9), "at": [f"2026-10-{n + 1:02}T09:00" for n in range(9)], "amount": range(9)})
    features = CasewiseTransformer(LEARNS, now="2026-11-22", columns=["loyalty.m"], events={"buy": buys})
    assert features.fit(customers.head(6)).transform(customers)[:, 0].tolist() == [1, 1, 2, 2, 3, 3, 3, 3, 3]
    assert features.parameters_.data["rows"] == 6
    stored = casewise.open(LEARNS, features.parameters_)
    kept = CasewiseTransformer(stored, now="2026-11-22", columns=["loyalty.m"], events={"buy": buys})
    assert not hasattr(kept.fit(customers), "parameters_")
    assert numpy.array_equal(kept.transform(customers), features.transform(customers))


def test_a_frame_of_other_columns_is_told():
    features = CasewiseTransformer(TEXT, now="2026-11-22").fit(FRAME)
    with pytest.raises(ValueError, match="feature names"):
        features.transform(FRAME.rename(columns={"age": "Age"}))


MATRIX = """
model m { language 1 }
customer { key id: int; x0: float?; x1: float? }
score first = x0
score second = (x1 otherwise 0) * 2
segment positive = x0 > 0
"""


def test_scikit_learns_own_checks():
    from sklearn.utils.estimator_checks import check_estimator

    told = check_estimator(CasewiseTransformer(MATRIX, now="2026-11-22"), on_fail=None, on_skip=None)
    failed = {result["check_name"]: result["exception"] for result in told if result["status"] == "failed"}
    assert not failed, failed
    assert sum(result["status"] == "passed" for result in told) > 30
