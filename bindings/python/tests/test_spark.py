"""Spark decides as one machine does."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import sys

import casewise
import pytest
from conftest import java

pyspark = pytest.importorskip("pyspark", reason="needs casewise[spark]")
if java() < 17:
    pytest.skip("Spark needs Java 17", allow_module_level=True)

import casewise.spark
import pyarrow

MODEL = casewise.open(
    """
model m { language 1; timezone "Asia/Shanghai" }
customer { key id: int; age: int; plan: enum(basic, plus)? }
events visit { minutes: float? }
events call { kind: text }
list blocked
let latest = last(visit.minutes)
score worth = sum(visit.minutes over last 30 days) otherwise 0
segment busy = count(call over last 30 days) >= 1
case gift { for worth >= 10 or busy; exclude blocked; priority worth }
case rest { holdout 50% }
"""
)
# Spark's timestamps are instants.
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.timezone.utc)


@pytest.fixture(scope="module")
def spark():
    """Two executors: processes of their own, that share nothing but what Spark sends them."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        pyspark.sql.SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "4")
        # Else small data would be decided in one place.
        .config("spark.sql.adaptive.coalescePartitions.enabled", "false")
        .config("spark.sql.autoBroadcastJoinThreshold", "-1")
        .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def data():
    customers = [{"id": n, "age": n % 90, "plan": ["basic", "plus", None][n % 3]} for n in range(200)]
    customers[7]["plan"] = "gold"
    at = [NOW - dt.timedelta(days=n % 40, minutes=n) for n in range(500)]
    visits = [{"id": n * 7 % 200, "at": at[n], "minutes": float(n % 11)} for n in range(500)]
    calls = [{"id": n, "at": at[n], "kind": "local"} for n in range(0, 200, 9)]
    return pyarrow.Table.from_pylist(customers), pyarrow.Table.from_pylist(visits), pyarrow.Table.from_pylist(calls)


def test_spark_decides_as_one_machine(spark):
    customers, visits, calls = data()
    frames = [spark.createDataFrame(table) for table in (customers, visits, calls)]
    lists = {"blocked": [3, 14, 28]}
    select = ["offers", "eligible", "eligible_bits", "status", "gate", "segments", "scores", "values"]
    here = MODEL.decide_batch(customers, {"visit": visits, "call": calls}, lists, now=NOW, select=select)
    there = casewise.spark.decide(
        frames[0].repartition(4), MODEL, {"visit": frames[1], "call": frames[2]}, lists, now=NOW, select=select
    ).toArrow()
    by_id = {row["id"]: row for row in there.to_pylist()}
    assert len(by_id) == there.num_rows == 200
    for row in here.decisions.to_pylist():
        assert by_id[row["id"]] == {**row, "rejected": None}
    (refused,) = here.rejects.to_pylist()
    assert by_id["7"]["rejected"] == refused["message"]


def test_there_are_several_executors(spark):
    def where(batches):
        for batch in batches:
            # The parent of a Python worker belongs to one executor.
            yield pyarrow.RecordBatch.from_pydict({"where": [os.getppid()] * batch.num_rows})

    there = spark.range(100).repartition(4).mapInArrow(where, "where long").distinct().count()
    assert there == 2


def test_a_worker_opens_the_model_once():
    work = casewise.spark._Work(MODEL, ("visit", "call"), {}, NOW, None, None, ("status",))
    one, two = (pickle.loads(pickle.dumps(work)) for _ in range(2))
    assert one.model == MODEL
    assert one.model is two.model


def test_without_events(spark):
    plain = casewise.open("model p { language 1 } customer { key id: int; age: int } case a { for age >= 18 }")
    customers, _, _ = data()
    there = casewise.spark.decide(spark.createDataFrame(customers), plain, now=NOW).toArrow()
    assert there.num_rows == 200
    assert there.column_names[0] == "id"
    assert there.column_names[-1] == "rejected"


def test_what_workers_cannot_share_is_refused(spark):
    quota = casewise.open("model p { language 1 } customer { key id: int } case a { quota 5 }")
    with pytest.raises(ValueError, match="quota of `a`"):
        casewise.spark.decide(spark.createDataFrame(data()[0]), quota, now=NOW)
