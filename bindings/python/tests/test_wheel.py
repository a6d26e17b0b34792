"""A built wheel needs nothing else: no compiler, no other package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT


def test_the_wheel_runs_the_readme_in_an_empty_environment():
    maturin = shutil.which("maturin", path=Path(sys.executable).parent)
    if not maturin:
        pytest.skip("needs maturin in this environment: make python")
    given = os.environ | {"MATURIN": maturin, "PYTHON": sys.executable, "PROFILE": "dev"}
    told = subprocess.run([ROOT / "scripts" / "wheel"], env=given, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "0 failed" in told.stdout
