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


def test_scikit_learns_own_checks():
    """Those that do not feed bare matrices: a subject has named columns."""
    from sklearn.utils import estimator_checks as checks

    features = CasewiseTransformer(TEXT, now="2026-11-22")
    for check in (
        checks.check_no_attributes_set_in_init,
        checks.check_parameters_default_constructible,
        checks.check_get_params_invariance,
        checks.check_set_params,
        checks.check_estimator_cloneable,
        checks.check_estimator_repr,
    ):
        check("CasewiseTransformer", features)
