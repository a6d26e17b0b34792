"""Frames in, frames out, and the same decisions as one by one."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from decimal import Decimal

import casewise
import duckdb
import pandas
import polars
import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TEXT = """
model m { language 1; version "1"; timezone "Asia/Shanghai" }
customer {
  key id: text
  age: int?; rate: float?; arpu: decimal?; active: bool?; born: date?; seen: time?
  plan: enum(basic, plus)?; tags: set(text)?
}
context { rate_now: float?; touchpoint: enum(counter, app)? }
events visit { minutes: float?; spent: decimal? }
list blocked
let visits = count(visit over last 7 days)
let spent = sum(visit.spent over last 1 years)
let latest = last(visit.at)
let birthday = born
let many = size(tags)
let all = arpu * 2 + age
score worth = (rate otherwise 0) * 3 + (rate_now otherwise 0)
rfm loyalty of visit { monetary sum(minutes); recency bins at 30, 90; frequency bins at 1, 5; monetary bins at 10 }
segment regulars = visits >= 2
segment actives = active
gate known { require active; require seen < "2026-01-01T00:00" }
case gift "A gift" { for regulars or plan == plus; exclude blocked; require known; priority worth }
case second { for "vip" in tags; offer { price: arpu } }
case rest { priority -1; holdout 50% }
""".replace('seen < "2026-01-01T00:00"', "seen < 2026-01-01T00:00")
MODEL = casewise.open(TEXT)
NOW = dt.datetime(2026, 11, 22, 10, 0)
CONTEXT = {"rate_now": 0.1, "touchpoint": "app"}
EVERYTHING = ["offers", "status", "segments", "scores", "values"]
STATUS = ["ineligible", "offered", "outranked", "held_out"]

times = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2026, 12, 31)).map(lambda t: t.replace(fold=0))
exact = st.decimals(-(10**6), 10**6, places=6)
finite = st.floats(-1e6, 1e6)
subjects = st.fixed_dictionaries(
    {
        "age": st.none() | st.integers(0, 120),
        "rate": st.none() | finite,
        "arpu": st.none() | exact,
        "active": st.none() | st.booleans(),
        "born": st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)),
        "seen": st.none() | times,
        "plan": st.none() | st.sampled_from(["basic", "plus"]),
        "tags": st.none() | st.lists(st.sampled_from(["vip", "new", "x"]), max_size=3),
    }
)
visits = st.fixed_dictionaries({"at": times, "minutes": st.none() | finite, "spent": st.none() | exact})
people = st.lists(st.tuples(subjects, st.lists(visits, max_size=4), st.booleans()), min_size=1, max_size=6)

SUBJECT = pyarrow.schema(
    [
        ("id", pyarrow.string()),
        ("age", pyarrow.int64()),
        ("rate", pyarrow.float64()),
        ("arpu", pyarrow.decimal128(20, 6)),
        ("active", pyarrow.bool_()),
        ("born", pyarrow.date32()),
        ("seen", pyarrow.timestamp("us")),
        ("plan", pyarrow.string()),
        ("tags", pyarrow.list_(pyarrow.string())),
    ]
)
VISIT = pyarrow.schema(
    [
        ("id", pyarrow.string()),
        ("at", pyarrow.timestamp("us")),
        ("minutes", pyarrow.float64()),
        ("spent", pyarrow.decimal128(20, 6)),
    ]
)


def as_pandas(table):
    return table.to_pandas(types_mapper=pandas.ArrowDtype)


def as_polars(table):
    frame = polars.DataFrame(table)
    return frame.with_columns(polars.col("plan").cast(polars.Categorical)) if "plan" in frame.columns else frame


KINDS = {
    "pyarrow": lambda table: table,
    "chunks": lambda table: pyarrow.concat_tables([table.slice(0, 1), table.slice(1)]),
    "pandas": as_pandas,
    "polars": as_polars,
    "duckdb": duckdb.from_arrow,
}


def rows(given):
    customers, events = [], []
    for place, (customer, visited, _) in enumerate(given):
        customers.append({"id": f"c{place}", **customer})
        events += [{"id": f"c{place}", **visit} for visit in visited]
    return customers, events


def plain(decision: casewise.Decision) -> dict:
    told = decision.to_dict()
    del told["model"]
    return told


def as_told(row: dict) -> dict:
    """A row of the result in the words of a decision line."""

    def value(given):
        if isinstance(given, Decimal):
            text = format(given.normalize(), "f")
            return "0" if text in ("-0", "0") else text
        if isinstance(given, dt.datetime):
            text = given.astimezone(dt.timezone.utc).isoformat().replace("+00:00", "")
            return (text.rstrip("0") if "." in text else text) + "Z"
        return given.isoformat() if isinstance(given, dt.date) else given

    def record(given):
        if isinstance(given, dict):
            return {name: record(part) for name, part in given.items()}
        return value(given)

    return {
        "scores": record(row["scores"]),
        "values": record(row["values"]),
        "segments": row["segments"],
        "cases": {name: STATUS[number] for name, number in row["status"].items()},
        "offers": [(offer["case"], offer["rank"], json.loads(offer["offer"])) for offer in row["offers"]],
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(people)
def test_a_batch_decides_as_one_by_one(given):
    customers, events = rows(given)
    blocked = {f"c{place}" for place, (_, _, listed) in enumerate(given) if listed}
    expected = []
    for customer in customers:
        own = [visit for visit in events if visit["id"] == customer["id"]]
        decision = MODEL.decide(customer, CONTEXT, {"visit": own}, {"blocked": blocked}, now=NOW)
        told = plain(decision)
        told["offers"] = [(offer.case, offer.rank, offer.offer) for offer in decision.offers]
        told["cases"] = {name: case.status for name, case in decision.cases.items()}
        expected.append((decision.key, {name: told[name] for name in as_told_names}))
    for name, make in KINDS.items():
        done = MODEL.decide_batch(
            make(pyarrow.Table.from_pylist(customers, SUBJECT)),
            {"visit": make(pyarrow.Table.from_pylist(events, VISIT))},
            {"blocked": blocked},
            now=NOW,
            context=CONTEXT,
            select=EVERYTHING,
            to="pyarrow",
        )
        assert done.rejects.num_rows == 0, (name, done.rejects.to_pylist())
        assert [(row["id"], as_told(row)) for row in done.decisions.to_pylist()] == expected, name


as_told_names = ["scores", "values", "segments", "cases", "offers"]

SMALL = casewise.open(
    """
model small { language 1 }
customer { key id: int; age: int; worth: float? }
score years = age
segment adults = age >= 18
case gift { for adults; quota 2; priority worth }
"""
)
TABLE = pyarrow.table({"id": [1, 2, 3, 4], "age": [30, 40, 10, 50], "worth": [1.0, 3.0, None, 2.0]})


@pytest.mark.parametrize("kind", ["pyarrow", "pandas", "polars", "duckdb"])
def test_the_same_kind_comes_back(kind):
    frame = {"pyarrow": lambda t: t, "pandas": lambda t: t.to_pandas(), "polars": polars.DataFrame, "duckdb": duckdb.from_arrow}[kind](TABLE)
    done = SMALL.decide_batch(frame, now="2026-11-22")
    assert type(done.decisions) is type(frame)
    assert type(done.rejects) is type(frame)
    assert pyarrow.table(done.decisions if kind != "duckdb" else done.decisions.to_arrow_table())["id"].to_pylist() == ["1", "2", "3", "4"]


def test_other_kinds_on_request():
    done = SMALL.decide_batch(TABLE, now="2026-11-22", to="polars")
    assert isinstance(done.decisions, polars.DataFrame)
    arrow = SMALL.decide_batch(TABLE, now="2026-11-22", to="arrow").decisions
    assert pyarrow.table(arrow).num_rows == 4
    with pytest.raises(ValueError, match="kind of frame"):
        SMALL.decide_batch(TABLE, now="2026-11-22", to="excel")


def test_quotas_are_shared():
    done = SMALL.decide_batch(TABLE, now="2026-11-22")
    assert [len(offers) for offers in done.decisions["offers"].to_pylist()] == [0, 1, 0, 1]
    done = SMALL.decide_batch(TABLE, now="2026-11-22", remaining={"quota": {"gift": 1}})
    assert [len(offers) for offers in done.decisions["offers"].to_pylist()] == [0, 1, 0, 0]


def test_what_is_selected():
    done = SMALL.decide_batch(TABLE, now="2026-11-22")
    assert done.decisions.column_names == ["id", "offers", "segments", "scores"]
    done = SMALL.decide_batch(TABLE, now="2026-11-22", select=["status"])
    assert done.decisions.column_names == ["id", "status"]
    done = SMALL.decide_batch(TABLE, now="2026-11-22", select=["eligible", "eligible_bits", "gate"])
    assert done.decisions["eligible"].to_pylist() == [["gift"], ["gift"], [], ["gift"]]
    assert done.decisions["eligible_bits"].to_pylist() == [b"\1", b"\1", b"\0", b"\1"]
    assert [gates["gift"] for gates in done.decisions["gate"].to_pylist()] == [0, 0, 3, 0]
    with pytest.raises(ValueError, match="nothing to select"):
        SMALL.decide_batch(TABLE, now="2026-11-22", select=["score"])


def test_rejects_are_told_with_their_place():
    table = pyarrow.table({"id": ["1", "x", "1", "4"], "age": ["30", "40", "10", "old"]})
    decisions, rejects = SMALL.decide_batch(table, now="2026-11-22")
    assert decisions["id"].to_pylist() == ["1"]
    told = rejects.to_pylist()
    assert [(row["row"], row["attribute"]) for row in told] == [(1, "id"), (2, "id"), (3, "age")]
    assert told[2]["value"] == '"old"'
    assert told[2]["message"].startswith("`age`: expected an int")


def test_a_bad_event_rejects_its_subject():
    customers = pyarrow.table({"id": ["c1", "c2"]})
    visits = pyarrow.table({"id": ["c1", "c2", "c9"], "at": ["2026-11-01T09:00", "soon", "2026-11-02T09:00"]})
    decisions, rejects = MODEL.decide_batch(
        customers, {"visit": visits}, {"blocked": pyarrow.table({"id": ["c1"]})}, now=NOW, context={}, select=["status"]
    )
    assert decisions["id"].to_pylist() == ["c1"]
    (told,) = rejects.to_pylist()
    assert (told["row"], told["id"], told["attribute"]) == (1, "c2", "at")


@pytest.mark.parametrize(
    "error, call",
    [
        (casewise.InputError, lambda: SMALL.decide_batch(pyarrow.table({"age": [1]}), now=NOW)),
        (casewise.RequestError, lambda: SMALL.decide_batch(TABLE, {"visit": TABLE}, now=NOW)),
        (casewise.RequestError, lambda: SMALL.decide_batch(TABLE, lists={"blocked": ["1"]}, now=NOW)),
        (casewise.RequestError, lambda: SMALL.decide_batch(TABLE, now="soon")),
        (TypeError, lambda: SMALL.decide_batch([{"id": 1}], now=NOW)),
        (TypeError, lambda: SMALL.decide_batch(TABLE)),
        (casewise.InputError, lambda: SMALL.decide_batch(pandas.DataFrame({"id": [1, "a"], "age": [1, object()]}), now=NOW)),
    ],
)
def test_a_wrong_call_is_told(error, call):
    with pytest.raises(error):
        call()


@pytest.mark.parametrize(
    "column, values, place",
    [
        ("age", ["30", "old"], (1, "old")),
        ("age", [30.0, 1.5], (1, "1.5")),
        ("age", [True, False], (0, "true")),
        ("arpu", [1.5, float("inf")], (1, "inf")),
        ("born", [dt.datetime(2026, 1, 1, 8)] * 2, (0, "2026-01-01")),
        ("seen", ["2026-01-01T00:00", "yesterday"], (1, "yesterday")),
        ("plan", ["basic", "gold"], (1, "gold")),
        ("plan", pandas.Categorical(["plus", "gold"]), (1, "gold")),
        ("tags", [["x"], ["x", None]], (1, "null as element 2")),
        ("age", [2**63 - 1, 2**63], (1, str(2**63))),
        ("id", ["c0", None], (1, "")),
        ("id", ["c0", "c0"], (1, "c0")),
    ],
)
def test_a_wrong_value_in_a_frame_is_told_with_its_place(column, values, place):
    frame = pandas.DataFrame({"id": ["c0", "c1"], column: values})
    supplied = {"now": NOW, "context": {}, "select": ["values"]}
    decisions, rejects = MODEL.decide_batch(frame, {"visit": VISITS_OF_NOBODY}, {"blocked": []}, **supplied)
    row, value = place
    told = rejects.set_index("row").loc[row]
    assert told["attribute"] == column
    assert value in str(told["value"]) or (not value and not isinstance(told["value"], str))
    assert told["expected"]
    assert f"`{column}`" in told["message"]
    assert len(decisions) + len(rejects) == 2


VISITS_OF_NOBODY = pyarrow.Table.from_pylist([], VISIT)


@pytest.mark.parametrize(
    "values, row", [([1, "a", 3], 1), ([1, 2, object()], 2), ([1, 10**40, 3], 1), ([{1}, {2}, 3], 2)]
)
def test_an_object_column_is_told_with_its_place(values, row):
    frame = pandas.DataFrame({"id": ["c1", "c2", "c3"], "age": pandas.Series(values, dtype=object)})
    with pytest.raises(casewise.InputError, match="column `age` cannot be read: expected values of one type, got ") as caught:
        SMALL.decide_batch(frame, now=NOW)
    assert (caught.value.attribute, caught.value.row) == ("age", row)


def test_keys_of_a_list_that_are_no_keys_are_told():
    for keys in ([["c1"]], [None], [{"id": "c1"}], [1.5]):
        with pytest.raises(casewise.InputError) as caught:
            MODEL.decide_batch(
                pyarrow.table({"id": ["c1"]}), {"visit": VISITS_OF_NOBODY}, {"blocked": keys}, now=NOW, context={}
            )
        assert caught.value.attribute == "id"


@pytest.mark.parametrize("keys", ["c1", b"c1", {"id": "c1"}, True, 5, None])
def test_what_is_no_list_is_told(keys):
    with pytest.raises(TypeError, match="the list `blocked`: expected a frame, or its keys, got"):
        MODEL.decide_batch(pyarrow.table({"id": ["c1"]}), {"visit": VISITS_OF_NOBODY}, {"blocked": keys}, now=NOW, context={})


@pytest.mark.parametrize("make", [pandas.Series, polars.Series, lambda keys: pyarrow.chunked_array([keys]), set])
def test_keys_of_a_list_in_one_column(make):
    done = MODEL.decide_batch(
        pandas.DataFrame({"id": ["c1", "c2"], "plan": ["plus", "plus"]}),
        {"visit": VISITS_OF_NOBODY},
        {"blocked": make(["c2", "c9"])},
        now=NOW,
        context={},
        select=["values"],
    )
    assert len(done.decisions) == 2


@pytest.mark.parametrize("make", [pandas.Series, polars.Series])
def test_one_column_is_no_frame(make):
    with pytest.raises(TypeError, match="expected a frame with the Arrow interface"):
        SMALL.decide_batch(make(["c1"]), now=NOW)


def test_one_name_is_not_several():
    with pytest.raises(TypeError, match="select: expected several names, got one `str`"):
        SMALL.decide_batch(TABLE, now=NOW, select="offers")


def test_missing_in_a_frame_is_what_its_library_calls_so():
    more = {"now": NOW, "context": {}, "select": ["values"]}
    visits, blocked = {"visit": pyarrow.Table.from_pylist([], VISIT)}, {"blocked": []}
    nan = float("nan")
    missing = {"age": [nan], "rate": [nan], "arpu": [nan], "active": [None], "seen": [pandas.NaT], "plan": [None], "tags": [None]}
    done = MODEL.decide_batch(pandas.DataFrame({"id": ["c1"], **missing}), visits, blocked, **more)
    assert len(done.decisions) == 1
    assert done.decisions["values"][0]["all"] is None
    for make in (polars.DataFrame, pyarrow.table):
        assert len(MODEL.decide_batch(make({"id": ["c1"], "rate": [nan]}), visits, blocked, **more).decisions) == 1
        for name in ("age", "arpu"):
            rejects = MODEL.decide_batch(make({"id": ["c1"], name: [nan]}), visits, blocked, **more, to="polars").rejects
            assert rejects.select("attribute", "value").rows() == [(name, "NaN")]


def test_no_rows():
    done = SMALL.decide_batch(TABLE.slice(0, 0), now=NOW, select=EVERYTHING)
    assert done.decisions.num_rows == 0


def big(rows=60_000):
    return pyarrow.table({"id": range(rows), "age": [30] * rows})


PLAIN = casewise.open("model p { language 1 } customer { key id: int; age: int } case a { for age >= 18 }")


def test_progress_and_an_interruption():
    seen = []
    PLAIN.decide_batch(big(20_000), now=NOW, progress=lambda done, of: seen.append((done, of)))
    assert seen[0] == (0, 20_000)
    assert seen[-1] == (20_000, 20_000)

    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        PLAIN.decide_batch(big(20_000), now=NOW, progress=stop)


def test_ctrl_c_ends_a_batch():
    program = """
import sys, time, casewise, pyarrow
table = pyarrow.table({"id": range(2_000_000), "age": [30] * 2_000_000})
model = casewise.open("model p { language 1 } customer { key id: int; age: int } case a { for age >= 18 }")
model.decide_batch(table.slice(0, 10), now="2026-11-22")
seen = lambda done, of: done and (sys.stderr.write("."), sys.stderr.flush())
try:
    model.decide_batch(table, now="2026-11-22", progress=seen)
except KeyboardInterrupt:
    sys.exit(7)
"""
    child = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    assert child.stderr.read(1) == b"."
    child.send_signal(signal.SIGINT)
    assert child.wait(60) == 7


def test_other_threads_go_on():
    ticks = 0
    over = threading.Event()

    def tick():
        nonlocal ticks
        while not over.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    table = big()
    thread.start()
    PLAIN.decide_batch(table, now=NOW)
    over.set()
    thread.join()
    assert ticks > 20


@pytest.mark.parametrize("make", [lambda table: table, polars.DataFrame, as_pandas])
def test_no_object_of_python_is_made_for_a_row(make):
    def allocated(rows):
        frame = make(big(rows))
        tracemalloc.start()
        PLAIN.decide_batch(frame, now=NOW, select=["offers", "status"], to="arrow")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    allocated(10)
    # The smallest object has 16 bytes.
    assert allocated(50_000) - allocated(100) < 50_000


def test_any_number_of_threads():
    one, two = (PLAIN.decide_batch(big(5_000), now=NOW, threads=threads).decisions for threads in (1, 7))
    assert one.equals(two)
