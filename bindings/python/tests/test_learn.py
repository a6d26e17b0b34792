"""What is learned from frames is what the command line learns."""

from __future__ import annotations

import copy
import json
import pickle
import shlex

import casewise
import duckdb
import pandas
import polars
import pyarrow
import pytest
from casewise import Parameters
from conftest import ROOT

EXAMPLES = ROOT / "examples"


def history(name: str):
    """The model of an example, its customers and events as text, and as of when it learned."""
    folder = EXAMPLES / name
    words = shlex.split((folder / "fit.txt").read_text(encoding="utf-8"))
    options = list(zip(words[3::2], words[4::2]))

    def frame(path):
        return polars.read_csv(folder / path, infer_schema=False)

    events = {value.split("=")[0]: frame(value.split("=")[1]) for option, value in options if option == "--events"}
    given = dict(options)
    return casewise.open(folder / "model.cw"), frame(given["--customers"]), events, given["--now"]


RETAIL, CUSTOMERS, EVENTS, NOW = history("retail")
STORED = Parameters.load(EXAMPLES / "retail" / "parameters.json")

SMALL = casewise.open(
    """
model small { language 1; version "2" }
customer { key id: text; age: int? }
events buy { amount: decimal }
rfm loyalty of buy { monetary sum(amount); bins 3 }
case thanks { for loyalty.m == 3 }
"""
)
FEW = pyarrow.table({"id": [f"c{n}" for n in range(9)], "age": list(range(20, 29))})
BUYS = pyarrow.table(
    {"id": FEW["id"], "at": [f"2026-10-{n + 1:02}T09:00" for n in range(9)], "amount": [f"{n}0" for n in range(1, 10)]}
)
LEARNED = SMALL.fit(FEW, {"buy": BUYS}, now="2026-11-22")


@pytest.mark.parametrize("name", ["cdnow", "retail", "telco_learned"])
def test_the_same_bytes_as_the_command_line(name, tmp_path):
    model, customers, events, now = history(name)
    parameters = model.fit(customers, events, now=now)
    stored = EXAMPLES / name / "parameters.json"
    parameters.save(tmp_path / "p.json")
    assert (tmp_path / "p.json").read_text(encoding="utf-8") == stored.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["p.json"]
    assert parameters == Parameters.load(stored)
    assert parameters.rejects.is_empty()


@pytest.mark.parametrize(
    "make", [pandas.DataFrame, polars.DataFrame, lambda table: table, duckdb.from_arrow], ids=["pandas", "polars", "pyarrow", "duckdb"]
)
def test_any_frame_in_any_order(make):
    def frame(table):
        turned = table.take(list(range(table.num_rows - 1, -1, -1)))
        return turned.to_pandas() if make is pandas.DataFrame else make(turned)

    parameters = SMALL.fit(frame(FEW), {"buy": frame(BUYS)}, now="2026-11-22")
    assert parameters.to_json() == LEARNED.to_json()
    assert type(parameters.rejects) is type(frame(FEW))


def test_a_model_with_what_it_learned_decides():
    model = SMALL.with_parameters(LEARNED)
    assert model.parameters == LEARNED
    assert SMALL.parameters is None
    assert model == casewise.open(next(iter(texts(SMALL))), LEARNED)
    assert model != SMALL
    assert pickle.loads(pickle.dumps(model)) == model
    decision = model.decide({"id": "x"}, events={"buy": [{"at": "2026-10-09T09:00", "amount": 90}]}, now="2026-11-22")
    assert [offer.case for offer in decision.offers] == ["thanks"]


def texts(model):
    files, _, _ = model.__reduce__()[1]
    return files.values()


def test_parameters_as_a_mapping():
    assert list(STORED) == ["kind", "loyalty", "warmth"]
    assert STORED.kinds == {"kind": "cluster", "loyalty": "rfm", "warmth": "percentile"}
    assert STORED["loyalty"]["recency"]["cuts"] == [17.0, 39.0, 74.0, 114.0]
    STORED["loyalty"]["recency"]["cuts"].clear()
    assert STORED["loyalty"]["recency"]["cuts"]
    assert STORED.model["name"] == "retail"
    assert STORED.data["rows"] == 3317
    with pytest.raises(KeyError):
        STORED["nothing"]


def test_equality_hash_copy_pickle():
    again = Parameters(STORED.to_json())
    assert again == STORED
    assert hash(again) == hash(STORED)
    assert STORED != LEARNED
    assert STORED != 1
    assert copy.copy(STORED) is copy.deepcopy(STORED) is STORED
    assert pickle.loads(pickle.dumps(STORED)) == STORED


def test_differences_number_by_number():
    assert not STORED.diff(Parameters(STORED.to_json()))
    told = json.loads(STORED.to_json())
    told["parts"]["kind"]["learned"]["cluster"]["centers"][1]["size"] = 1000
    told["data"]["rejected"] = 2
    diff = STORED.diff(Parameters(json.dumps(told)))
    assert [tuple(change) for change in diff] == [("data", "rejected", 0, 2), ("kind", "centers[c2].size", 1111, 1000)]
    assert "centers[c2].size    1111   1000" in repr(diff)
    assert "centers[c2].size" in diff._repr_html_()


def test_tables_are_bounded():
    shown = repr(STORED)
    assert shown.startswith("Parameters('retail', version='2011.09', as_of=")
    assert all(len(line) < 100 for line in shown.splitlines())
    several = casewise.open(
        "model m { language 1 } customer { key id: text } events buy { }"
        + "".join(f" behavior b{n} of buy {{ half_life {n + 1} days; scale percentile }}" for n in range(40))
    )
    shown = repr(several.fit(FEW, {"buy": BUYS}, now="2026-11-22"))
    assert shown.count("\n") < 20
    assert shown.endswith("and 28 more")


def test_warnings_are_kept_and_shown():
    warnings = RETAIL.fit(CUSTOMERS, EVENTS, now=NOW).warnings
    assert any("loyalty" in told for told in warnings)
    assert warnings[0] in repr(RETAIL.fit(CUSTOMERS, EVENTS, now=NOW))


def test_rows_that_cannot_be_read_are_counted_and_told():
    wrong = pyarrow.table({"id": [*FEW["id"].to_pylist(), "c3"], "age": [*map(str, FEW["age"].to_pylist()), "old"]})
    parameters = SMALL.fit(wrong, {"buy": BUYS}, now="2026-11-22")
    assert parameters.data["rejected"] == 1
    assert [(row["row"], row["id"], row["attribute"]) for row in parameters.rejects.to_pylist()] == [(9, "c3", "id")]


def test_drift():
    learned = RETAIL.with_parameters(STORED)
    moved, rejects = learned.drift(CUSTOMERS, EVENTS, now=NOW)
    assert moved.columns == ["name", "psi", "ks", "missing_at_fit", "missing_now"]
    assert moved["psi"].max() == 0
    assert rejects.is_empty()
    moved, _ = learned.drift(CUSTOMERS.to_pandas(), EVENTS, now="2011-11-01")
    assert isinstance(moved, pandas.DataFrame)
    assert moved["psi"].is_monotonic_decreasing
    assert moved["psi"].iloc[0] > 0.01


@pytest.mark.parametrize(
    "error, message, call",
    [
        (casewise.FitError, "cannot learn `loyalty`", lambda: SMALL.fit(FEW, {"buy": BUYS}, now="2020-01-01")),
        (casewise.FitError, "buy", lambda: SMALL.fit(FEW, now="2026-11-22")),
        (casewise.FitError, "nothing to learn", lambda: casewise.open("model m { language 1 } customer { key id: text }").fit(FEW, now=NOW)),
        (casewise.ParametersError, "no parameters", lambda: SMALL.fit(FEW, {"buy": BUYS}, now=NOW, earlier="{}")),
        (casewise.ParametersError, "loyalty", lambda: SMALL.decide({"id": "c1"}, events={"buy": []}, now=NOW)),
        (casewise.ParametersError, "loyalty", lambda: SMALL.decide_batch(FEW, {"buy": BUYS}, now=NOW)),
        (casewise.ParametersError, "parameters", lambda: SMALL.drift(FEW, {"buy": BUYS}, now=NOW)),
        (casewise.ParametersError, "rfm loyalty` changed", lambda: SMALL.with_parameters(STORED)),
        (casewise.ParametersError, "no parameters", lambda: Parameters("[1]")),
        (casewise.ParametersError, "no parameters", lambda: Parameters("not JSON")),
        (casewise.RequestError, "bys", lambda: SMALL.fit(FEW, {"bys": BUYS}, now=NOW)),
        (casewise.RequestError, "soon", lambda: SMALL.fit(FEW, {"buy": BUYS}, now="soon")),
        (casewise.InputError, "row 0: .*`at`", lambda: SMALL.fit(FEW, {"buy": BUYS.set_column(1, "at", [["soon"] * 9])}, now=NOW)),
        (casewise.InputError, "amount", lambda: SMALL.fit(FEW, {"buy": BUYS.drop_columns(["amount"])}, now=NOW)),
        (casewise.InputError, "`id`", lambda: SMALL.fit(FEW.drop_columns(["id"]), {"buy": BUYS}, now=NOW)),
        (TypeError, "Arrow interface", lambda: SMALL.fit([{"id": "c1"}], {"buy": BUYS}, now=NOW)),
        (TypeError, "now", lambda: SMALL.fit(FEW, {"buy": BUYS})),
        (FileNotFoundError, "p.json", lambda: Parameters.load("no/p.json")),
        (FileNotFoundError, "p.json", lambda: STORED.save("no/p.json")),
    ],
)
def test_what_is_wrong_is_told(error, message, call):
    with pytest.raises(error, match=message) as caught:
        call()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_progress_and_an_interruption():
    seen = []
    SMALL.fit(FEW, {"buy": BUYS}, now="2026-11-22", progress=lambda done, of: seen.append((done, of)))
    assert (seen[0], seen[-1]) == ((0, 9), (9, 9))

    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SMALL.fit(FEW, {"buy": BUYS}, now="2026-11-22", progress=stop)


def test_notebooks_see_tables():
    html = LEARNED._repr_html_()
    assert html.startswith('<div class="casewise">')
    assert "loyalty" in html
    assert SMALL.with_parameters(LEARNED)._repr_html_() == SMALL._repr_html_()


def test_looking_back():
    found = RETAIL.backtest(CUSTOMERS, EVENTS, now=NOW, until="2011-12-01", outcome="slipping")
    told = {(ranking["score"], ranking["outcome"]) for ranking in found.rankings}
    assert any(score.startswith("loyalty") for score, _ in told)
    assert found.rejects.is_empty()
    assert repr(found).startswith("Backtest(as_of='2011-08-31T23:00:00Z'")
    assert found._repr_html_().startswith('<div class="casewise">')
    assert found.to_html().startswith("<!DOCTYPE html>")
    again = pickle.loads(pickle.dumps(found))
    assert (again, hash(again), again.warnings) == (found, hash(found), found.warnings)
    assert copy.copy(found) is copy.deepcopy(found) is found
    assert found != STORED
    with pytest.raises(casewise.CasewiseError, match="nothing"):
        RETAIL.backtest(CUSTOMERS, EVENTS, now=NOW, until="2011-12-01", outcome="nothing")
    with pytest.raises(casewise.CasewiseError, match="not after"):
        RETAIL.backtest(CUSTOMERS, EVENTS, now=NOW, until="2010-12-01")
