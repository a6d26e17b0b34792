"""The notebooks run, and what they show as text is what they say.

`UPDATE_NOTEBOOKS=1` writes their outputs, charts as pictures (which needs `vl-convert-python`); read the difference
before committing it.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import importlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, java

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
NEEDS = {"lifetime_value": "altair", "offers": "altair", "spark": "pyspark"}
UPDATE = bool(os.environ.get("UPDATE_NOTEBOOKS"))


def shown(value: Any) -> dict[str, Any]:
    """How a notebook shows a value."""
    data: dict[str, Any] = {"text/plain": repr(value).splitlines(keepends=True)}
    if hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_()
        picture = (bundle[0] if isinstance(bundle, tuple) else bundle).get("image/png", b"")
        data["image/png"] = picture if isinstance(picture, str) else base64.b64encode(picture).decode()
        data["text/plain"] = ["a chart"]
    elif hasattr(value, "_repr_html_"):
        data["text/html"] = value._repr_html_().splitlines(keepends=True)
    return data


def run(source: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """What a cell puts out: what it prints, and its last expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, outputs = io.StringIO(), []
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    if printed.getvalue():
        text = printed.getvalue().splitlines(keepends=True)
        outputs.append({"name": "stdout", "output_type": "stream", "text": text})
    if value is not None:
        result = {"data": shown(value), "execution_count": None, "metadata": {}, "output_type": "execute_result"}
        outputs.append(result)
    return outputs


def plain(outputs: list[dict[str, Any]]) -> list[str]:
    """What is shown as text only: how other libraries draw their tables is theirs."""
    texts = []
    for output in outputs:
        if output["output_type"] == "stream":
            texts.append("".join(output["text"]))
        elif list(output["data"]) == ["text/plain"]:
            texts.append("".join(output["data"]["text/plain"]))
    return texts


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path: Path, monkeypatch: pytest.MonkeyPatch):
    if path.stem in NEEDS:
        pytest.importorskip(NEEDS[path.stem])
    if path.stem == "spark" and java() < 17:
        pytest.skip("Spark needs Java 17")
    if UPDATE:
        # Pictures need no script to be seen.
        importlib.import_module("altair").renderers.enable("png")
    written = json.loads(path.read_text(encoding="utf-8"))
    monkeypatch.chdir(path.parent)
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in written["cells"]:
        if cell["cell_type"] != "code":
            continue
        outputs = run("".join(cell["source"]), names)
        if UPDATE:
            cell["outputs"] = outputs
        else:
            assert plain(outputs) == plain(cell["outputs"]), "".join(cell["source"])
    if UPDATE:
        path.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def test_there_are_some():
    assert [path.stem for path in NOTEBOOKS] == ["lifetime_value", "offers", "spark", "what_if"]
