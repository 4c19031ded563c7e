"""The benchmark command works from start to end (its numbers are not judged here)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_run(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    command = [sys.executable, "benchmarks/run.py", "--only", "one_op", "reuse_variables", "--repeats", "1", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "one op later run" in done.stdout and "cores, load" in done.stdout
    saved = json.loads(out.read_text())
    assert len(saved["seconds"]["scopeflow"]["one_op_later_run"]) == 1000
    assert len(saved["seconds"]["scopeflow"]["reuse_5000_times"]) == 5
