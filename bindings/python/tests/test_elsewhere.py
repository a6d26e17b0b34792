"""What the guide says of Dask and Ray runs, and decides as one machine does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import casewise
import pandas
import pyarrow
import pyarrow.parquet
import pytest
from conftest import ROOT

MODEL = casewise.open(
    """
model m { language 1 }
customer { key id: text; age: int? }
events visit { minutes: float }
segment busy = count(visit) >= 2
case gift { for busy }
case rest { priority -1 }
"""
)
CUSTOMERS = pyarrow.table({"id": [f"c{n}" for n in range(300)], "age": range(300)})
VISITS = pyarrow.table(
    {"id": [f"c{n * 7 % 300}" for n in range(450)], "at": ["2026-11-01T09:00"] * 450, "minutes": [1.0] * 450}
)
NOW = "2026-11-22"


def run(library: str, **names: Any) -> Any:
    """Runs the code of the guide that imports this library."""
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    (code,) = (block for block in blocks if re.search(rf"^import {library}", block, re.M))
    known = {"model": MODEL, "now": NOW, **names}
    exec(code, known)
    return known["decided"]


def decided(select: list[str]) -> list[dict[str, Any]]:
    done = MODEL.decide_batch(CUSTOMERS, {"visit": VISITS}, now=NOW, select=select).decisions
    return sorted(done.to_pylist(), key=lambda row: row["id"])


def test_dask():
    dask = pytest.importorskip("dask.dataframe")
    frames = [dask.from_pandas(table.to_pandas(), npartitions=3) for table in (CUSTOMERS, VISITS)]
    there = run("dask", customers=frames[0], visits=frames[1]).compute(scheduler="threads")
    assert isinstance(there, pandas.DataFrame)
    there = there.sort_values("id")
    here = decided(["status"])
    assert there["id"].tolist() == [row["id"] for row in here]
    assert [dict(status) for status in there["status"]] == [row["status"] for row in here]


def test_ray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    ray = pytest.importorskip("ray", reason="needs ray[data]")
    (tmp_path / "customers").mkdir()
    for part in range(4):
        pyarrow.parquet.write_table(CUSTOMERS.slice(part * 75, 75), tmp_path / "customers" / f"{part}.parquet")
    monkeypatch.chdir(tmp_path)
    ray.init(num_cpus=2, include_dashboard=False)
    try:
        there = pyarrow.concat_tables(ray.get(run("ray", visits=VISITS).to_arrow_refs()))
        rows = sorted(there.to_pylist(), key=lambda row: row["id"])
        assert rows == decided(["offers", "segments", "scores"])
    finally:
        ray.shutdown()
