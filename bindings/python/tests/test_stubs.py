"""The stubs of the compiled module are complete and true.

PyO3 can generate stubs, but not yet what these say: its types are those of Rust's signatures (`Any` for a frame, a
mapping or a record), and names of other modules are not imported. So the types are written by hand, and everything about
them is checked: names, parameters and defaults by stubtest, what is returned by pydantic, use by mypy. The docstrings, which
editors read from the stubs, are written by `UPDATE_STUBS=1 pytest tests/test_stubs.py`.
"""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import casewise
import pydantic
import pytest
from casewise import _native
from conftest import ROOT

HERE = ROOT / "bindings" / "python"
STUBS = HERE / "python" / "casewise" / "_native.pyi"
Documented = ast.ClassDef | ast.FunctionDef


def tool(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=HERE, check=False)


def test_the_stubs_have_every_name_parameter_and_default():
    told = tool("mypy.stubtest", "casewise._native")
    assert told.returncode == 0, told.stdout + told.stderr


def declared(tree: ast.Module):
    """Every class and function of the stubs, and what it is in the module."""
    for node in tree.body:
        if not isinstance(node, Documented):
            continue
        thing = getattr(_native, node.name)
        yield node, thing
        if isinstance(node, ast.ClassDef):
            yield from ((part, vars(thing)[part.name]) for part in node.body if isinstance(part, ast.FunctionDef))


def with_docstrings(text: str) -> str:
    """The stubs with the docstrings of the module."""
    lines = text.splitlines()
    for node, thing in reversed(list(declared(ast.parse(text)))):
        first = node.body[0]
        has_one = ast.get_docstring(node) is not None
        written = [] if node.name.startswith("_") else quoted(inspect.getdoc(thing) or "", " " * (node.col_offset + 4))
        if isinstance(node, ast.ClassDef):
            if has_one:
                del lines[first.lineno - 1 : first.end_lineno]
            lines[node.lineno : node.lineno] = written
        else:
            head = lines[first.lineno - 1] if not has_one else lines[first.lineno - 2]
            start = first.lineno - 1 if not has_one else first.lineno - 2
            head = head.removesuffix(" ...")
            lines[start : first.end_lineno] = [head, *written] if written else [f"{head} ..."]
    return "\n".join(lines) + "\n"


def quoted(doc: str, indent: str) -> list[str]:
    opened = 'r"""' if "\\" in doc else '"""'
    closed = '"""' if "\n" not in doc else '\n"""'
    return textwrap.indent(f"{opened}{doc}{closed}", indent).splitlines()


def test_the_docstrings_are_those_of_the_module():
    text = STUBS.read_text(encoding="utf-8")
    expected = with_docstrings(text)
    if os.environ.get("UPDATE_STUBS"):
        STUBS.write_text(expected, encoding="utf-8", newline="\n")
    else:
        assert text == expected, "UPDATE_STUBS=1 writes them"


MODEL = """
model m "Everything" { language 1; version "1" }
customer { key id: int; age: int?; since: date }
events visit { }
list blocked
param often: int in 1 .. 9 = 2
let old = age
let first = since
score points = if age >= 40 then 10 else 5
cluster kind { features points; k 2; seed 1 }
segment adults = age >= 18
gate known { require age is present }
case gift "A gift" { for adults; require known; exclude blocked; offer { price: 0 } }
case rest { require often: count(visit over last 9 days) >= often }
decide { top 3 }
test "a child gets no gift" {
  now 2026-11-22
  customer { id: 1, age: 9, since: 2020-01-01 }
  expect offered gift
}
"""


def things() -> dict[str, tuple[Any, dict[str, tuple[Any, ...]]]]:
    """One of each class, and how its methods are called."""
    pyarrow = pytest.importorskip("pyarrow")
    rows = 40
    frame = pyarrow.table({"id": range(rows), "age": [n * 2 for n in range(rows)], "since": ["2024-01-01"] * rows})
    visits = pyarrow.table({"id": [1], "at": ["2026-11-01T10:00"]})
    given = {"events": {"visit": visits}, "lists": {"blocked": [3]}, "now": "2026-11-22"}
    model = casewise.open(MODEL)
    learned = model.with_parameters(model.fit(frame, **given))
    customer = {"id": 1, "age": 30, "since": "2024-01-01"}
    own = {"events": {"visit": []}, "lists": {"blocked": False}, "now": "2026-11-22"}
    decision = learned.decide(customer, **own)
    calls = {
        "decide": (customer, own),
        "decide_batch": (frame, given),
        "preview": (frame, given),
        "fit": (frame, given),
        "drift": (frame, given),
        "backtest": (frame, given | {"until": "2026-12-22", "outcome": "adults"}),
        "with_parameters": (learned.parameters, {}),
        "test": ({},),
        "requirements": ({},),
    }
    return {
        "Model": (learned, calls),
        "Decision": (decision, {"score": ("points", {}), "why": ("gift", {}), **dict.fromkeys(("to_json", "to_dict", "inputs"), ({},))}),
        "Explanation": (decision.why("gift"), dict.fromkeys(("render", "to_json", "to_dict"), ({},))),
    }


def test_what_is_returned_is_what_the_stubs_say():
    tree = ast.parse(STUBS.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__package__": "casewise", "__name__": "casewise._native"}
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    exec(compile(ast.Module(imports, []), "stubs", "exec"), names)
    names |= vars(_native)
    config = pydantic.ConfigDict(arbitrary_types_allowed=True, strict=True)
    made = things()
    seen = 0
    for class_ in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        thing, calls = made[class_.name]
        for part in class_.body:
            if not isinstance(part, ast.FunctionDef) or part.name.startswith("_"):
                continue
            value = getattr(thing, part.name)
            if callable(value):
                *arguments, named = calls[part.name]
                value = value(*arguments, **named)
            assert part.returns
            kind = eval(ast.unparse(part.returns), names)
            plain = isinstance(kind, type) and kind.__module__.startswith("casewise")
            assert isinstance(value, kind) if plain else True, (class_.name, part.name)
            if not plain:
                pydantic.TypeAdapter(kind, config=config).validate_python(value)
            seen += 1
    assert seen > 35


USE = """
import casewise
from casewise import Decision, Offer, Preview

model = casewise.open("club.cw", params={"often": 5})
decision: Decision = model.decide({"id": "c1"}, lists={"blocked": True}, now="2026-11-22")
offers: list[Offer] = decision.offers
rank: int = offers[0].rank
status = decision.cases["gift"].status
if status == "offered":
    print(decision.why("gift").render(color=True))
decisions, rejects = model.decide_batch(object(), now="2026-11-22", select=["status"], to="polars")
preview: Preview = model.preview(object(), now="2026-11-22")
preview.save("page.html")
try:
    casewise.open({"a.cw": ""})
except casewise.ModelError as error:
    print(error.diagnostics[0].line + 1)
"""


@pytest.mark.parametrize(
    "line, told",
    [
        ("", ""),
        ("model.decide({})", 'Missing named argument "now"'),
        ("model.decide({}, nwo='2026-11-22')", 'Unexpected keyword argument "nwo"'),
        ("model.decide_batch(object(), now='2026-11-22', select=['ofers'])", 'List item 0 has incompatible type'),
        ("if status == 'offred': pass", "Non-overlapping equality check"),
        ("offers[0].rank = 2", "read-only"),
        ("number: int = decision.key", "Incompatible types in assignment"),
    ],
)
def test_a_program_is_checked_by_mypy(line: str, told: str, tmp_path: Path):
    program = tmp_path / "program.py"
    program.write_text(USE + line + "\n", encoding="utf-8")
    found = tool("mypy", "--strict", "--config-file=", f"--cache-dir={ROOT / 'target' / 'mypy'}", str(program))
    assert (found.returncode == 0) == (not told), found.stdout + found.stderr
    assert told in found.stdout
