"""A preview counts what a batch decides."""

from __future__ import annotations

import json
import pickle

import casewise
import pandas
import polars
import pyarrow
import pytest
from conftest import ROOT

FOLDER = ROOT / "examples" / "telco"
MODEL = casewise.open(FOLDER / "model.cw")
NOW = "2026-11-20T10:00"


def table(name):
    return polars.read_csv(FOLDER / f"{name}.csv", infer_schema=False)


CUSTOMERS = table("customers").head(1000)
SUPPLIED = ({"contact": table("contact")}, {"do_not_disturb": table("do_not_disturb")})
PREVIEW = MODEL.preview(CUSTOMERS, *SUPPLIED, now=NOW)


def test_the_numbers_are_those_of_the_decisions():
    decided = MODEL.decide_batch(CUSTOMERS, *SUPPLIED, now=NOW, select=["status", "offers"]).decisions
    status = decided.unnest("status")
    assert [case["case"] for case in PREVIEW.cases] == list(MODEL.cases)
    for case in PREVIEW.cases:
        found = status[case["case"]]
        for number, name in enumerate(["ineligible", "offered", "outranked", "held_out"]):
            told = case[name] + (case["unknown"] if name == "ineligible" else 0)
            assert told == (found == number).sum(), (case["case"], name)
    assert PREVIEW.to_dict()["offers"] == decided["offers"].list.len().sum()
    assert [channel["channel"] for channel in PREVIEW.channels] == ["email", "call", "letter"]


def test_any_frame_and_rows_that_do_not_fit():
    broken = CUSTOMERS.with_columns(
        contract=polars.when(polars.col("customer_id") == "3").then(polars.lit("x")).otherwise("contract")
    )
    for frame in (broken.to_pandas(), broken, broken.to_arrow()):
        preview = MODEL.preview(frame, *SUPPLIED, now=NOW)
        assert preview.to_dict()["rejected"] == 1
        assert type(preview.rejects) is type(frame)
    assert isinstance(MODEL.preview(broken.to_pandas(), *SUPPLIED, now=NOW).rejects, pandas.DataFrame)


def test_what_is_chosen():
    assert [case["case"] for case in MODEL.preview(CUSTOMERS, *SUPPLIED, now=NOW, cases=["stay"]).cases] == ["stay"]
    in_group = MODEL.preview(CUSTOMERS, *SUPPLIED, now=NOW, groups=["safety"], pairs=0)
    assert [case["case"] for case in in_group.cases] == ["helpline", "shield"]


@pytest.mark.parametrize(
    "error, message, call",
    [
        (casewise.RequestError, "did you mean `stay`", lambda: MODEL.preview(CUSTOMERS, *SUPPLIED, now=NOW, cases=["sty"])),
        (casewise.InputError, "contact", lambda: MODEL.preview(CUSTOMERS, now=NOW)),
        (casewise.RequestError, "soon", lambda: MODEL.preview(CUSTOMERS, *SUPPLIED, now="soon")),
        (TypeError, "several names", lambda: MODEL.preview(CUSTOMERS, *SUPPLIED, now=NOW, cases="stay")),
        (TypeError, "Arrow interface", lambda: MODEL.preview([], *SUPPLIED, now=NOW)),
    ],
)
def test_what_is_wrong_is_told(error, message, call):
    with pytest.raises(error, match=message):
        call()


def test_how_it_is_shown_and_kept(tmp_path):
    assert repr(PREVIEW).startswith("Preview('telco', customers=1000, rejected=0, offers=")
    assert "stay" in str(PREVIEW)
    assert "for leaving and contract == monthly" in PREVIEW.to_text(funnels=True)
    html = PREVIEW._repr_html_()
    assert html.startswith('<div class="casewise">')
    assert "for leaving and contract == monthly" in html
    PREVIEW.save(tmp_path / "p.html")
    assert (tmp_path / "p.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    PREVIEW.save(tmp_path / "p.json")
    assert json.loads((tmp_path / "p.json").read_text(encoding="utf-8")) == PREVIEW.to_dict()


def test_equality_hash_pickle():
    again = MODEL.preview(CUSTOMERS.sample(fraction=1.0, shuffle=True, seed=1), *SUPPLIED, now=NOW)
    assert again == PREVIEW
    assert hash(again) == hash(PREVIEW)
    assert pickle.loads(pickle.dumps(PREVIEW)) == PREVIEW
    assert PREVIEW != MODEL.preview(CUSTOMERS.head(10), *SUPPLIED, now=NOW)
    assert PREVIEW != 1


def test_quotas_are_shared():
    model = casewise.open("model m { language 1 } customer { key id: int } case gift { quota 2 }")
    preview = model.preview(pyarrow.table({"id": range(5)}), now=NOW, remaining={"quota": {"gift": 1}})
    assert [(case["offered"], case["outranked"], case["demand"]) for case in preview.cases] == [(1, 4, 5)]
