"""Everything public is documented, and the examples in docstrings and in the guides run."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import casewise
import pytest
from casewise import _native
from conftest import ROOT

HERE = ROOT / "bindings" / "python"


def documented():
    yield "casewise", casewise.__doc__
    for name in casewise.__all__:
        thing = getattr(casewise, name)
        if inspect.isclass(thing) or callable(thing):
            yield name, thing.__doc__
        if inspect.isclass(thing) and thing.__module__.startswith("casewise"):
            for member, value in vars(thing).items():
                if not member.startswith("_"):
                    yield f"{name}.{member}", value.__doc__


def test_optional_parts():
    """The examples of modules that need other packages."""
    for name in ("plot", "sklearn"):
        pytest.importorskip({"plot": "altair", "sklearn": "sklearn"}[name])
        module = importlib.import_module(f"casewise.{name}")
        for public in module.__all__:
            text = getattr(module, public).__doc__
            assert text, public
            if ">>>" in text:
                run(public, text)


@pytest.mark.parametrize("name, text", [(name, text) for name, text in documented() if ">>>" in (text or "")])
def test_docstring(name: str, text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    run(name, text)


@pytest.mark.parametrize("page", ["README.md", "../../docs/python.md"])
def test_page(page: str, monkeypatch: pytest.MonkeyPatch):
    text = (HERE / page).read_text(encoding="utf-8")
    monkeypatch.chdir(ROOT)
    run(page, text)


def test_the_front_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (model,) = re.findall(r"^```casewise,append=coffee.cw\n(.*?)^```", page, re.M | re.S)
    (program,) = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    (expected,) = re.findall(r"# (\[.*\])$", program, re.M)
    monkeypatch.chdir(tmp_path)
    Path("coffee.cw").write_text(model, encoding="utf-8")
    names: dict[str, Any] = {"print": str}
    exec(program, names)  # noqa: S102
    decision = names["decision"]
    assert [(offer.case, offer.channel) for offer in decision.offers] == ast.literal_eval(expected)


def run(name: str, text: str):
    # A fence ends an example.
    text = text.replace("\n```", "\n\n")
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    test = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    told: list[str] = []
    results = doctest.DocTestRunner(optionflags=flags).run(test, out=told.append)
    assert results.attempted
    assert not results.failed, "".join(told)


@pytest.mark.parametrize("name, thing", [(name, getattr(_native, name)) for name in dir(_native)])
def test_everything_public_is_documented(name: str, thing: object):
    if name.startswith("_") or isinstance(thing, (int, str)):
        return
    assert (inspect.getdoc(thing) or "").strip(), name
    if inspect.isclass(thing):
        for member, value in vars(thing).items():
            if not member.startswith("_"):
                assert (inspect.getdoc(value) or "").strip(), f"{name}.{member}"
