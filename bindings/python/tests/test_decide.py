"""What goes in, what comes out, and what is refused."""

from __future__ import annotations

import copy
import enum
import os
import pickle
import subprocess
import sys
from collections import ChainMap, namedtuple
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from multiprocessing import get_context
from types import MappingProxyType
from zoneinfo import ZoneInfo

import casewise
import numpy
import pandas
import pydantic
import pytest

TEXT = """
model m "Everything" { language 1; version "1"; timezone "Asia/Shanghai" }
type plan = enum(basic, plus)
customer {
  key id: text
  age: int?; rate: float?; arpu: decimal?; active: bool?; born: date?; seen: time?; plan: plan?; tags: set(text)?; lasts: duration?
}
context { touchpoint: enum(counter, app)? }
events visit { minutes: float? }
list blocked
param bar: int in 1 .. 9 = 3
let a = age
let r = rate
let d = arpu
let b = active
let on = born
let when = seen
let p = plan
let many = size(tags)
let long = lasts
let visits = count(visit over last 7 days)
case gift "A gift" { for visits >= bar or touchpoint == app; exclude blocked; quota 10 }
case rest { priority -1 }
"""
MODEL = casewise.open(TEXT)
NOW = datetime(2026, 11, 22, 10, 0)


def decide(given=(), **more):
    supplied = {"context": {}, "events": {"visit": []}, "lists": {"blocked": []}, "now": NOW} | more
    return MODEL.decide({"id": "c1", **dict(given)}, **supplied)


class Plan(enum.Enum):
    PLUS = "plus"


class Level(enum.IntEnum):
    HIGH = 7


@pytest.mark.parametrize(
    "name, given, let, found",
    [
        ("age", 30, "a", 30),
        ("age", numpy.int32(30), "a", 30),
        ("age", Level.HIGH, "a", 7),
        ("age", None, "a", None),
        ("age", pandas.NA, "a", None),
        ("age", 2**63 - 1, "a", 2**63 - 1),
        ("rate", 0.1, "r", 0.1),
        ("rate", numpy.float64(0.1), "r", 0.1),
        ("rate", float("nan"), "r", None),
        ("rate", float("inf"), "r", None),
        ("arpu", Decimal("0.123456789012345678"), "d", "0.123456789012345678"),
        ("arpu", Decimal("1E+3"), "d", "1000"),
        ("arpu", 7, "d", "7"),
        ("active", True, "b", True),
        ("active", numpy.bool_(False), "b", False),
        ("born", date(2000, 2, 29), "on", "2000-02-29"),
        ("seen", datetime(2026, 1, 1, 8, 0), "when", "2026-01-01T00:00:00Z"),
        ("seen", datetime(2026, 1, 1, 8, 0, tzinfo=timezone.utc), "when", "2026-01-01T08:00:00Z"),
        ("seen", datetime(2026, 7, 1, 8, tzinfo=ZoneInfo("Europe/Berlin")), "when", "2026-07-01T06:00:00Z"),
        ("seen", datetime(2026, 1, 1, 8, 0, 0, 123456), "when", "2026-01-01T00:00:00.123456Z"),
        ("seen", pandas.Timestamp(2026, 1, 1, 8), "when", "2026-01-01T00:00:00Z"),
        ("plan", Plan.PLUS, "p", "plus"),
        ("tags", {"x", "y"}, "many", 2),
        ("tags", frozenset({"x"}), "many", 1),
        ("tags", ("x", "x"), "many", 1),
        ("tags", numpy.array(["x", "y"]), "many", 2),
        ("seen", numpy.datetime64("2026-01-01T08:00:00.000000000"), "when", "2026-01-01T00:00:00Z"),
        ("lasts", timedelta(hours=36), "long", "36 hours"),
        ("lasts", pandas.Timedelta(days=-2), "long", "-2 days"),
    ],
)
def test_values_are_converted_exactly(name, given, let, found):
    value = decide({name: given}).values[let]
    assert (type(value), value) == (type(found), found)


@pytest.mark.parametrize(
    "name, given",
    [
        ("age", "old"),
        ("age", 1.5),
        ("age", True),
        ("age", 2**63),
        ("age", 10**40),
        ("age", float("nan")),
        ("age", object()),
        ("age", b"30"),
        ("age", {"a": 1}),
        ("arpu", Decimal("NaN")),
        ("arpu", Decimal("Infinity")),
        ("arpu", float("nan")),
        ("born", datetime(2000, 1, 1)),
        ("seen", pandas.NaT),
        ("seen", numpy.datetime64("NaT")),
        ("seen", date(2026, 1, 1)),
        ("lasts", timedelta(seconds=90)),
        ("seen", "yesterday"),
        ("plan", "gold"),
        ("plan", 1),
        ("tags", [["x"]]),
        ("tags", ["x", None]),
        ("tags", "x"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(name, given):
    with pytest.raises(casewise.InputError) as caught:
        decide({name: given})
    error = caught.value
    assert len(str(error)) < 300
    assert (error.key, error.attribute, error.table) == ("c1", name, None)
    assert error.expected
    assert f"`{name}`" in str(error)
    assert isinstance(error, ValueError)
    assert pickle.loads(pickle.dumps(error)).attribute == name


def test_subjects_of_every_kind():
    @dataclass
    class Customer:
        id: str
        age: int

    class Validated(pydantic.BaseModel):
        id: str
        age: int
        plan: Plan

    pair = namedtuple("pair", "id age")
    subjects = [
        {"id": "c1", "age": 30},
        MappingProxyType({"id": "c1", "age": 30}),
        ChainMap({"id": "c1"}, {"age": 30}),
        Customer("c1", 30),
        pair("c1", 30),
        Validated(id="c1", age=30, plan=Plan.PLUS),
    ]
    for subject in subjects:
        decision = MODEL.decide(subject, {}, {"visit": []}, {"blocked": []}, now=NOW)
        assert (decision.key, decision.values["a"]) == ("c1", 30)


def test_no_type_of_python_is_told_as_a_puzzle():
    for given in (object(), b"30", 1j, len):
        with pytest.raises(casewise.InputError, match=r"`age`: expected an int such as 12, got a Python `"):
            decide({"age": given})
    with pytest.raises(casewise.InputError, match="expected a record: names and values, got a Python `object`"):
        MODEL.decide(object(), now=NOW)
    with pytest.raises(casewise.InputError, match="got a name that is a Python `int`"):
        MODEL.decide({1: 2}, now=NOW)


@pytest.mark.parametrize("subject", [None, 1, "c1", [("id", "c1")], object(), {1: 2}])
def test_what_is_no_record_is_refused(subject):
    with pytest.raises(casewise.InputError):
        MODEL.decide(subject, {}, {"visit": []}, {"blocked": []}, now=NOW)


def test_a_missing_key_is_told():
    with pytest.raises(casewise.InputError) as caught:
        MODEL.decide({"age": 1}, {}, {"visit": []}, {"blocked": []}, now=NOW)
    assert caught.value.attribute == "id"


def test_events_context_and_lists():
    visits = [{"at": NOW - timedelta(days=day)} for day in range(1, 5)]
    assert decide(events={"visit": visits}).values["visits"] == 4
    assert decide(events={"visit": iter(visits)}).values["visits"] == 4
    assert [offer.case for offer in decide(events={"visit": visits}).offers] == ["gift", "rest"]
    assert [offer.case for offer in decide(context={"touchpoint": "app"}).offers] == ["gift", "rest"]
    for keys in ({"c1"}, ["c9", "c1"], True):
        listed = decide(context={"touchpoint": "app"}, lists={"blocked": keys})
        assert listed.cases["gift"].gate == "exclude"


def test_a_bad_event_is_told_by_table_and_row():
    with pytest.raises(casewise.InputError) as caught:
        decide(events={"visit": [{"at": NOW}, {"at": NOW, "minutes": "long"}]})
    error = caught.value
    assert (error.table, error.row, error.attribute) == ("visit", 1, "minutes")


def test_what_was_not_supplied_is_refused():
    with pytest.raises(casewise.InputError, match="visit"):
        MODEL.decide({"id": "c1"}, {}, lists={"blocked": []}, now=NOW)


def test_remaining():
    app = {"touchpoint": "app"}
    assert decide(context=app, remaining={"quota": {"gift": 0}}).cases["gift"].by == "quota"
    with pytest.raises(casewise.RequestError):
        decide(remaining={"quotas": {}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"now": "tomorrow"},
        {"decide": "inbound"},
        {"events": {"visits": []}},
        {"lists": {"blcked": []}},
        {"remaining": {"quota": {"gft": 1}}},
    ],
)
def test_a_wrong_call_is_told(wrong):
    with pytest.raises(casewise.RequestError):
        decide(**wrong)


def test_now_is_never_the_clock():
    with pytest.raises(TypeError, match="now"):
        MODEL.decide({"id": "c1"})


@pytest.mark.parametrize(
    "now", ["2026-11-22T10:00", NOW, NOW.replace(tzinfo=ZoneInfo("Asia/Shanghai")), datetime(2026, 11, 22, 2, tzinfo=timezone.utc)]
)
def test_now_without_a_zone_is_in_the_models(now):
    assert decide(now=now).now == "2026-11-22T02:00:00Z"


@pytest.mark.parametrize("wrong", [{"events": [1]}, {"lists": 5}])
def test_what_is_no_mapping_is_told(wrong):
    with pytest.raises(TypeError, match="expected a mapping of names"):
        decide(**wrong)
    with pytest.raises(TypeError, match="expected a mapping of names"):
        MODEL.decide_batch(pandas.DataFrame({"id": ["c1"]}), now=NOW, **wrong)


def test_exceptions_of_the_caller_are_not_swallowed():
    class Broken:
        def __iter__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decide({"tags": Broken()})


def test_files():
    with pytest.raises(FileNotFoundError):
        casewise.open("no/such/file.cw")
    with pytest.raises(TypeError):
        casewise.open(1)  # type: ignore[arg-type]
    model = casewise.open(
        {"main.cw": 'model m { language 1 }\ncustomer { key id: text }\ninclude "more.cw"', "more.cw": "case a { }"}
    )
    assert list(model.cases) == ["a"]
    assert pickle.loads(pickle.dumps(model)) == model


def test_a_model_error_has_diagnostics():
    with pytest.raises(casewise.ModelError) as caught:
        casewise.open("model m { language 1 }\ncustomer { key id: text }\ncase a { for agge > 1 }")
    (found,) = caught.value.diagnostics
    assert (found.severity, found.line, found.column) == ("error", 3, 14)
    assert "--> model.cw:3:14" in str(caught.value)
    assert casewise.explain_code(found.code)
    assert pickle.loads(pickle.dumps(caught.value)).diagnostics == (found,)


@pytest.mark.parametrize("value", [5, "5", Level.HIGH, Decimal(5)])
def test_params(value):
    assert casewise.open(TEXT, params={"bar": value}) != MODEL


def test_params_out_of_range_are_refused():
    with pytest.raises(casewise.ModelError):
        casewise.open(TEXT, params={"bar": 10})


def test_parameters_of_another_model_are_refused():
    with pytest.raises(casewise.ParametersError):
        casewise.open(TEXT, parameters="{}")


def test_equality_hash_copy_pickle():
    other = casewise.open("# a comment\n" + TEXT)
    assert other == MODEL
    assert hash(other) == hash(MODEL)
    assert MODEL != casewise.open(TEXT, params={"bar": 4})
    assert MODEL != 1
    assert copy.copy(MODEL) is MODEL
    assert copy.deepcopy(MODEL) is MODEL
    changed = casewise.open(TEXT, params={"bar": 4})
    again = pickle.loads(pickle.dumps(changed))
    assert again == changed
    assert again.params == {"bar": "4"}
    one, two = decide(), decide()
    for a, b in ((one, two), (one.why("gift"), two.why("gift"))):
        assert a == b
        assert hash(a) == hash(b)
        assert a != 1
        assert copy.copy(a) is a
        assert copy.deepcopy(a) is a
        assert pickle.loads(pickle.dumps(a)) == a
    assert one != decide({"age": 3})
    assert one.why("gift") != one.why("rest")


def test_a_decision_pickles_with_all_it_was_made_from():
    decision = decide(
        {"age": 30, "arpu": Decimal("0.1"), "seen": NOW, "plan": "plus", "tags": {"x", "y"}, "rate": 0.1},
        context={"touchpoint": "app"},
        events={"visit": [{"at": NOW - timedelta(days=1), "minutes": 1.5}]},
        lists={"blocked": ["c1"]},
        remaining={"quota": {"gift": 3}},
    )
    again = pickle.loads(pickle.dumps(decision))
    assert again == decision
    assert again.why("gift") == decision.why("gift")
    assert pickle.loads(pickle.dumps(again.why("rest"))) == decision.why("rest")
    inputs = decision.inputs()
    assert inputs["lists"] == {"blocked": True}
    assert inputs["remaining"] == {"quota": {"gift": 3}}
    assert MODEL.decide(**inputs) == decision


def test_many_decisions_pickle_their_model_once():
    some = [decide({"age": n}) for n in range(50)]
    assert pickle.dumps(some).count(b"customer {") == 1


def test_reprs_are_short():
    assert repr(MODEL) == "Model('m', version='1', cases=2)"
    assert repr(decide()) == "Decision('c1', offers=['rest'])"
    assert len(repr(decide({"id": "x" * 10_000}))) < 200
    assert len(repr(decide().why("gift"))) < 200


def test_an_unknown_case_is_told():
    with pytest.raises(casewise.RequestError, match="did you mean `gift`"):
        decide().why("gft")
    with pytest.raises(KeyError):
        decide().score("gft")


def test_notebooks_see_tables():
    decision = decide({"id": "<b>"})
    for shown in (MODEL, decision, decision.why("gift")):
        html = shown._repr_html_()
        assert html.startswith('<div class="casewise">')
        assert "&lt;b&gt;" in html or shown is MODEL


def test_threads_share_a_model():
    with ThreadPoolExecutor(8) as pool:
        decided = list(pool.map(lambda n: decide({"age": n}).values["a"], range(500)))
    assert decided == list(range(500))


def test_threads_share_a_decision():
    decision = decide({"age": 30})
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: (decision.to_json(), str(decision.why("gift")), len(decision.cases)), range(64)))
    assert set(told) == {(decision.to_json(), str(decision.why("gift")), 2)}


def elsewhere(model, number):
    return model.decide({"id": "c1", "age": number}, {}, {"visit": []}, {"blocked": []}, now=NOW).to_json()


@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_processes_share_a_model(how):
    with get_context(how).Pool(2) as pool:
        decided = pool.starmap(elsewhere, [(MODEL, number) for number in range(4)])
    assert decided == [elsewhere(MODEL, number) for number in range(4)]


FORKED = """
import os, signal, casewise, pyarrow
model = casewise.open('''
model m { language 1 }
customer { key id: int; age: int }
cluster kind { features age; k 2; seed 1 }
case gift { for age >= 18 }
''')
frame = pyarrow.table({"id": range(3000), "age": [n % 90 for n in range(3000)]})

def work():
    learned = model.with_parameters(model.fit(frame, now="2026-11-22"))
    drift = learned.drift(frame, now="2026-12-22").moved
    done = learned.decide_batch(frame, now="2026-11-22", threads=2).decisions
    preview = learned.preview(frame, now="2026-11-22", threads=2)
    return learned, done, preview, learned.decide({"id": 1, "age": 30}, now="2026-11-22")

before = work()
child = os.fork()
if not child:
    signal.alarm(60)
    os._exit(0 if work()[1].equals(before[1]) and work()[2:] == before[2:] else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_goes_on():
    """Whatever was used before: no thread is missed in the child."""
    told = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=False, timeout=120)
    assert told.returncode == 0, told.stderr


def test_nothing_is_printed():
    program = "import casewise; casewise.check('model m {'); casewise.open('model m { language 1 } customer { key id: text } case a { for false }')"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (told.stdout, told.stderr) == (b"", b"")


def test_memory_does_not_grow():
    import resource

    def decided(times):
        for _ in range(times):
            decision = decide({"tags": ["x", "y"], "arpu": Decimal("1.5")})
            decision.offers, decision.cases  # noqa: B018
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = decided(1_000)
    assert decided(5_000) - before < 4_000  # KiB
