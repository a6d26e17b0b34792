"""The literate corpus (`tests/README.md` tells its format) and every example, through Python objects."""

from __future__ import annotations

import csv
import json
import operator
import pickle
import re
import shlex
from decimal import Decimal
from pathlib import Path

import casewise
import pytest
from conftest import ROOT

SPEC = sorted((ROOT / "tests" / "spec").glob("*.md"))
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/model.cw"))


def blocks(text: str):
    for match in re.finditer(r"^```([^\n]*)\n(.*?)^```[ \t]*$", text, re.M | re.S):
        yield match[1].strip(), match[2], text[: match.start()].count("\n") + 1


def read(text: str):
    """JSON whose numbers keep their own digits."""
    return json.loads(text, parse_float=Decimal)


def differences(expected, found, path="the decision", same=lambda a, b: type(a) is type(b) and a == b):
    """Objects may hold more than is expected; everything else is the same."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, value in expected.items():
            if name in found:
                yield from differences(value, found[name], f"{path}.{name}", same)
            else:
                yield f"{path}.{name}: expected {value!r}, found nothing"
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, (one, other) in enumerate(zip(expected, found)):
            yield from differences(one, other, f"{path}[{place}]", same)
    elif not same(expected, found):
        yield f"{path}: expected {expected!r}, found {found!r}"


def decide(text: str, given: dict):
    params = given.pop("set", None)
    model = casewise.open(text, params=params)
    subject = given.pop("customer", None) or given.pop(model.subject_name)
    decision = model.decide(subject, **given)
    # It travels, and is decided again where it arrives.
    assert pickle.loads(pickle.dumps(decision)) == decision
    return decision.to_dict()


def missing_lines(expected: str, found: str):
    return [line.strip() for line in expected.splitlines() if line.strip() and line.strip() not in found]


@pytest.mark.parametrize("file", SPEC, ids=lambda file: file.stem)
def test_corpus(file: Path):
    failures = []
    model = outcome = None
    decided = 0
    for kind, text, line in blocks(file.read_text(encoding="utf-8")):
        wrong = []
        if kind == "casewise":
            model = text
        elif kind == "text diagnostics":
            wrong = missing_lines(text, "\n".join(map(str, casewise.check(model))))
        elif kind == "json decide":
            try:
                outcome = decide(model, read(text))
            except casewise.CasewiseError as error:
                rendered = "\n".join(map(str, getattr(error, "diagnostics", ())))
                outcome = f"{error}\n{rendered}"
            decided += 1
        elif kind == "json expect":
            wrong = [outcome] if isinstance(outcome, str) else list(differences(json.loads(text), outcome))
        elif kind == "text error":
            wrong = missing_lines(text, outcome) if isinstance(outcome, str) else [f"decided: {outcome}"]
        failures += [f"{file.name}:{line}: {what}" for what in wrong]
    assert not failures, "\n".join(failures)
    assert decided or model


def records(path: Path) -> list[dict]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return [{name: cell or None for name, cell in row.items()} for row in csv.DictReader(file)]
    return [read(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def arguments(folder: Path):
    """What `command.txt` supplies: options with their values, in order."""
    words = shlex.split((folder / "command.txt").read_text(encoding="utf-8"))
    return list(zip(words[3::2], words[4::2]))


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_example(folder: Path):
    learned = [folder / value for option, value in arguments(folder) if option == "--parameters"]
    model = casewise.open(folder / "model.cw", *learned)
    assert all(result.passed for result in model.test())
    key = model.key_name
    tables, lists, context, customers, now = {}, {}, None, [], None
    for option, value in arguments(folder):
        if option == "--now":
            now = value
        elif option == "--customers":
            customers = records(folder / value)
        elif option == "--context":
            context = read((folder / value).read_text(encoding="utf-8"))
        elif option == "--list":
            name, file = value.split("=")
            lists[name] = {row[key] for row in records(folder / file)}
        elif option == "--events":
            name, file = value.split("=")
            tables[name] = {}
            for row in records(folder / file):
                tables[name].setdefault(row[key], []).append(row)
        elif option != "--parameters":
            pytest.fail(f"{option} is not read here")
    expected = [
        json.loads(line) for line in (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    by_key = {customer[key]: customer for customer in customers}
    failures = []
    for line in expected:
        customer = by_key[line["id"]]
        events = {name: rows.get(line["id"], []) for name, rows in tables.items()}
        listed = {name: line["id"] in keys for name, keys in lists.items()}
        decision = model.decide(customer, context, events, listed, now=now)
        failures += differences(line, decision.to_dict(), line["id"], operator.eq)
    assert not failures, "\n".join(failures)
