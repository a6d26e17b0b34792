"""One small decision from a dict, side by side with other Python packages; and a batch.

    python benches/python_peers.py [ROWS]

Each package is asked the same: may this customer have the gift? The answers are compared. What a package cannot do
at all (missing values, reasons) is not asked of it. Packages that are not installed are left out.
"""

from __future__ import annotations

import json
import sys
import time
from statistics import median

import casewise

MODEL = casewise.open(
    """
model small { language 1 }
customer { key id: text; age: int; plan: enum(basic, plus); arpu: float }
case gift { for age >= 18 and plan == plus and arpu > 20.0 }
"""
)
CUSTOMERS = [
    {"id": f"c{n}", "age": n % 80, "plan": "plus" if n % 3 else "basic", "arpu": n % 50 * 1.0} for n in range(1000)
]
NOW = "2026-11-22"


def of_casewise():
    return lambda customer: bool(MODEL.decide(customer, now=NOW).offers)


def of_zen():
    import zen

    expression = zen.compile_expression('age >= 18 and plan == "plus" and arpu > 20')
    return lambda customer: expression.evaluate(customer)


def of_rule_engine():
    import rule_engine

    rule = rule_engine.Rule('age >= 18 and plan == "plus" and arpu > 20')
    return rule.matches


def of_datalogic():
    import datalogic_py as datalogic

    logic = {"and": [{">=": [{"var": "age"}, 18]}, {"==": [{"var": "plan"}, "plus"]}, {">": [{"var": "arpu"}, 20]}]}
    rule = datalogic.Engine().compile(logic)
    return lambda customer: bool(rule.evaluate(customer))


def microseconds(decide) -> float:
    times = []
    for _ in range(9):
        start = time.perf_counter()
        for customer in CUSTOMERS:
            decide(customer)
        times.append(time.perf_counter() - start)
    return median(times) / len(CUSTOMERS) * 1e6


def main() -> None:
    print("one decision from a dict")
    expected = [of_casewise()(customer) for customer in CUSTOMERS]
    for name, make in [
        ("casewise", of_casewise),
        ("zen-engine", of_zen),
        ("rule-engine", of_rule_engine),
        ("datalogic-py", of_datalogic),
    ]:
        try:
            decide = make()
            answers = [bool(decide(customer)) for customer in CUSTOMERS]
        except (ImportError, AttributeError) as error:
            print(f"  {name:14} left out: {error}")
            continue
        assert answers == expected, name
        print(f"  {name:14} {microseconds(decide):8.2f} µs")

    try:
        import polars
    except ImportError:
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    frame = polars.DataFrame(CUSTOMERS).sample(rows, with_replacement=True, seed=7)
    frame = frame.with_columns(id=polars.int_range(rows).cast(polars.String))
    start = time.perf_counter()
    eligible = (polars.col("age") >= 18) & (polars.col("plan") == "plus") & (polars.col("arpu") > 20)
    counted = frame.filter(eligible).height
    theirs = time.perf_counter() - start
    start = time.perf_counter()
    done = MODEL.decide_batch(frame, now=NOW, select=["status"])
    ours = time.perf_counter() - start
    assert done.decisions["status"].struct.field("gift").eq(1).sum() == counted
    print(f"{rows} rows from a Polars frame\n  casewise {ours:.3f} s, Polars filter {theirs:.3f} s")


if __name__ == "__main__":
    main()
