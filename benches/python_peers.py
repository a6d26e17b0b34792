"""Python side by side: with the Rust call below it, with other packages, and with Polars.

    cargo build --release --manifest-path benches/Cargo.toml --bin calls
    python benches/python_peers.py one                          # one small decision from a dict
    CASEWISE_PERF=FOLDER python benches/python_peers.py batch [eligible_bits|offers] [100k]   # 1000 cases x 1,000,000 rows (workload.md)
    python benches/python_peers.py leak [DECISIONS]             # resident memory over 1,000,000 decisions

Needs the package built with `--release`. Each peer is asked the same, and the answers are compared. Peers that are not
installed are left out, as is the Rust call if `calls` is not built. Every measurement of `batch` is a process of its own,
so that its peak of memory is its own.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import casewise

# Which of the neutral workload's files, and so how many customers.
ROWS = "100k" if "100k" in sys.argv else "1m"
CALLS = Path(__file__).parent / "target" / "release" / "calls"
NOW = "2026-11-01"
SMALL = """
model small { language 1 }
customer { key id: text; age: int; plan: enum(basic, plus); arpu: float }
case gift { for age >= 18 and plan == plus and arpu > 20.0 }
"""


# One small decision.


def of_casewise():
    model = casewise.open(SMALL)
    return lambda customer: model.decide(customer, now=NOW)


def of_zen():
    import zen

    expression = zen.compile_expression('age >= 18 and plan == "plus" and arpu > 20')
    return lambda customer: expression.evaluate(customer)


def of_zen_engine():
    import zen

    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "content": {}},
        {
            "id": "is",
            "type": "expressionNode",
            "name": "is",
            "content": {"expressions": [{"id": "x", "key": "gift", "value": 'age >= 18 and plan == "plus" and arpu > 20'}]},
        },
        {"id": "out", "type": "outputNode", "name": "out", "content": {}},
    ]
    edges = [{"id": "a", "sourceId": "in", "targetId": "is", "type": "edge"}, {"id": "b", "sourceId": "is", "targetId": "out", "type": "edge"}]
    decision = zen.ZenEngine().create_decision(json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}))
    return lambda customer: decision.evaluate(customer)["result"]["gift"]


def of_rule_engine():
    import rule_engine

    return rule_engine.Rule('age >= 18 and plan == "plus" and arpu > 20').matches


def of_datalogic():
    import datalogic_py as datalogic

    logic = {"and": [{">=": [{"var": "age"}, 18]}, {"==": [{"var": "plan"}, "plus"]}, {">": [{"var": "arpu"}, 20]}]}
    rule = datalogic.Engine().compile(logic)
    return lambda customer: rule.evaluate(customer)


def microseconds(decide, customers) -> float:
    times = []
    for _ in range(9):
        start = time.perf_counter()
        for customer in customers:
            decide(customer)
        times.append(time.perf_counter() - start)
    return median(times) / len(customers) * 1e6


def one() -> None:
    customers = [
        {"id": f"c{n}", "age": n % 80, "plan": "plus" if n % 3 else "basic", "arpu": n % 50 * 1.0} for n in range(2000)
    ]
    ours = of_casewise()
    expected = [bool(ours(customer).offers) for customer in customers]
    rust = None
    if CALLS.exists():
        with tempfile.TemporaryDirectory() as folder:
            model, rows = Path(folder, "small.cw"), Path(folder, "customers.jsonl")
            model.write_text(SMALL, encoding="utf-8")
            rows.write_text("".join(json.dumps(customer) + "\n" for customer in customers), encoding="utf-8")
            rust = float(subprocess.check_output([CALLS, "one", model, rows, NOW]))
            print(f"  {'the Rust call':28} {rust:8.2f} µs")
    peers = [
        ("casewise", of_casewise),
        ("casewise, offers looked at", lambda: lambda customer: ours(customer).offers),
        ("zen-engine, an expression", of_zen),
        ("zen-engine, a decision", of_zen_engine),
        ("datalogic-py", of_datalogic),
        ("rule-engine", of_rule_engine),
    ]
    for name, make in peers:
        try:
            decide = make()
            answers = [decide(customer) for customer in customers]
        except (ImportError, AttributeError) as error:
            print(f"  {name:28} left out: {error}")
            continue
        if not name.startswith("casewise"):
            assert [bool(answer) for answer in answers] == expected, name
        took = microseconds(decide, customers)
        over = f", {took - rust:.2f} µs over the Rust call" if rust and name == "casewise" else ""
        print(f"  {name:28} {took:8.2f} µs{over}")


# A batch.


def folder() -> Path:
    if "CASEWISE_PERF" not in os.environ:
        raise SystemExit("CASEWISE_PERF says where the data are: see benches/workload.md")
    return Path(os.environ["CASEWISE_PERF"])


def model_text(top: bool) -> str:
    text = (folder() / "workload.cw").read_text(encoding="utf-8")
    return text + ("\ndecide { top 1 }\n" if top else "")


def frame():
    import polars

    return polars.read_ipc(folder() / "data" / f"customers_{ROWS}.arrow").rechunk()


def conditions(document):
    """The conditions of the cases as Polars has them."""
    import polars as pl

    first = dt.date(1970, 1, 1)

    def leaf(p):
        column, value = pl.col(p["attr"]), p.get("value")
        if p["op"] == "is_null":
            return column.is_null()
        if p["op"] == "not_null":
            return column.is_not_null()
        if p["op"] == "contains":
            return column.list.contains(value)
        if p["op"] == "in":
            return column.is_in(p["values"])
        if p["op"] == "between":
            return column.is_between(p["lo"], p["hi"])
        if p["op"] == "within_days":
            days = (0, p["days"]) if p["dir"] == "next" else (-p["days"], 0)
            return column.is_between(*(pl.lit(first + dt.timedelta(document["today"] + d)) for d in days))
        compare = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "eq", "!=": "ne"}[p["cmp"]]
        return getattr(column, compare)(value)

    def tree(e):
        if "not" in e:
            return ~tree(e["not"])
        if "and" in e or "or" in e:
            word = "and" if "and" in e else "or"
            parts = [tree(part) for part in e[word]]
            return functools.reduce(lambda a, b: a & b if word == "and" else a | b, parts)
        return leaf(e)

    return [tree(case["when"]).alias(case["id"]) for case in document["cases"]]


def measure(what: str) -> None:
    """One measurement: prints seconds, and the peak of memory beyond the data in MB."""
    import numpy
    import polars

    data = frame()
    counted = json.loads((folder() / "expected.json").read_text())[ROWS]["counts"]
    if what.startswith("casewise"):
        column = what.split()[1]
        model = casewise.open(model_text(top=column == "offers"))

        def run():
            return model.decide_batch(data, now=NOW, select=[column]).decisions

        def check(done):
            assert done.height == data.height
            if column == "eligible_bits":
                bits = numpy.frombuffer(b"".join(done["eligible_bits"]), dtype=numpy.uint8).reshape(done.height, -1)
                parts = (numpy.unpackbits(part, axis=1, bitorder="little").sum(axis=0) for part in numpy.array_split(bits, 50))
                assert list(sum(parts))[: len(counted)] == counted

    else:
        expressions = conditions(json.loads((folder() / "cases.json").read_text()))
        # Repeated strings are compared as numbers.
        names = [name for name, kind in data.schema.items() if kind == polars.String]
        data = data.with_columns(polars.col(names).cast(polars.Categorical)) if names else data

        def run():
            return data.select(expressions)

        def check(done):
            assert list(done.select(polars.all().sum()).row(0)) == counted

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times, done = [], None
    for _ in range(3):
        # What was made before is let go before the clock runs, as it is in Rust.
        del done
        start = time.perf_counter()
        done = run()
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    check(done)
    print(f"{median(times):.2f} {(peak - before) / 1024:.0f}")


def rust_batch(column: str) -> float:
    import polars

    with tempfile.TemporaryDirectory() as scratch:
        model, customers = Path(scratch, "model.cw"), Path(scratch, "customers.arrow")
        model.write_text(model_text(top=column == "offers"), encoding="utf-8")
        # The columns as Polars lays them out, which is what the package is given.
        frame().write_ipc(customers, compat_level=polars.CompatLevel.newest())
        return float(subprocess.check_output([CALLS, "batch", model, customers, NOW, column]))


def batch(columns: list[str]) -> None:
    for column in columns or ["eligible_bits", "offers"]:
        found = {}
        for name in [f"casewise {column}"] + (["polars"] if column == "eligible_bits" else []):
            told = subprocess.check_output([sys.executable, __file__, "measure", name, ROWS], text=True)
            found[name] = [float(number) for number in told.split()]
        # On either side of the others, so that neither has the machine at its best.
        rust = rust_batch(column) if CALLS.exists() else None
        if rust:
            told = subprocess.check_output([sys.executable, __file__, "measure", f"casewise {column}", ROWS], text=True)
            again = [float(number) for number in told.split()]
            found[f"casewise {column}"] = min(found[f"casewise {column}"], again)
            rust = min(rust, rust_batch(column))
            print(f"  {'the Rust call, ' + column:32} {rust:7.2f} s")
        for name, (took, peak) in found.items():
            over = f", {(took / rust - 1) * 100:+.0f} %" if rust and name != "polars" else ""
            title = "Polars, 1000 boolean columns" if name == "polars" else f"casewise, {column}"
            print(f"  {title:32} {took:7.2f} s, {peak:5.0f} MB beyond the data{over}")


def leak(decisions: int) -> None:
    model = casewise.open(SMALL)

    def resident() -> int:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() // 1024

    def run(times: int) -> None:
        for n in range(times):
            customer = {"id": f"c{n % 1000}", "age": n % 80, "plan": "plus", "arpu": 30.0}
            decision = model.decide(customer, now=NOW)
            decision.offers, decision.cases, decision.scores  # noqa: B018
            if n % 100 == 0:
                str(decision.why("gift"))
                try:
                    model.decide(customer | {"age": "old"}, now=NOW)
                except casewise.InputError:
                    pass

    run(10_000)
    before = resident()
    for tenth in range(10):
        run(decisions // 10)
        print(f"  after {(tenth + 1) * decisions // 10:9,} decisions: {resident() - before:+6} KiB")


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else "one"
    if what == "measure":
        measure(sys.argv[2])
    elif what == "batch":
        batch([column for column in sys.argv[2:] if column != "100k"])
    elif what == "leak":
        leak(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    else:
        one()


if __name__ == "__main__":
    main()
