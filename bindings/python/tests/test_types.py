"""What `casewise types --format python` writes is Python, with the types that it says."""

import os
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from mypy import api

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/command.txt"))

MODEL = """
model shop { language 1 }
customer { key id: text; plan: enum(basic "Basic", plus)?; seen: set(int); since: date }
events order { amount: decimal }
score worth = 1.5
case gift { }
"""

# An "ignore" that nothing needs is an error too.
USE = """
from declared import Case, Customer, OrderEvent, Scores

good: Customer = {"id": "c1", "plan": "Basic", "seen": [1, 2], "since": "2026-11-22"}
less: Customer = {"id": "c1", "seen": [], "since": "2026-11-22"}
order: OrderEvent = {"at": "2026-11-22T10:00", "amount": "12.50"}
case: Case = "gift"

wrong: Customer = {"id": "c1", "plan": "Gold", "seen": [], "since": "2026-11-22"}  # type: ignore[typeddict-item]
absent: Customer = {"id": "c1", "seen": []}  # type: ignore[typeddict-item]
other: Case = "gifts"  # type: ignore[assignment]


def worth(scores: Scores) -> float:
    if scores["worth"] is None:
        return 0
    scores["word"]  # type: ignore[typeddict-item]
    return float(scores["worth"])
"""


def declarations(model: Path) -> str:
    command = [os.environ.get("CARGO", "cargo"), "run", "--quiet", "--package", "casewise-cli", "--"]
    arguments = ["types", str(model), "--format", "python"]
    return subprocess.run([*command, *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_declarations_are_python(folder: Path, tmp_path: Path) -> None:
    text = declarations(folder / "model.cw")
    namespace: dict[str, object] = {}
    exec(compile(text, f"{folder.name}.py", "exec"), namespace)  # noqa: S102
    check(tmp_path, text)


def test_wrong_values_are_told(tmp_path: Path) -> None:
    (tmp_path / "model.cw").write_text(MODEL, encoding="utf-8")
    check(tmp_path, declarations(tmp_path / "model.cw"), USE)


def check(folder: Path, declared: str, use: str = "") -> None:
    (folder / "declared.py").write_text(declared, encoding="utf-8")
    (folder / "use.py").write_text(use, encoding="utf-8")
    files = [str(folder / name) for name in ("declared.py", "use.py")]
    said, wrong, status = api.run(["--strict", "--no-incremental", "--config-file=", *files])
    assert status == 0, said + wrong
