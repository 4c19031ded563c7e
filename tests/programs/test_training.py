"""Training runs: the same variables, initial values and losses as TensorFlow 1.15.5 (recorded by record_training.py)."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import sys
from pathlib import Path

import pytest

import scopeflow

_FOLDER = Path(__file__).parent
RECORDED = json.loads((_FOLDER / "training_reports.json").read_text())


@pytest.fixture
def tensorflow(hooked, monkeypatch):
    """`import tensorflow` gives scopeflow; programs find what lies beside them."""
    monkeypatch.syspath_prepend(str(_FOLDER / "training"))
    yield
    sys.modules.pop("report", None)


def test_every_program_is_recorded():
    assert {p.stem for p in (_FOLDER / "training").glob("*.py")} - {"report"} == set(RECORDED)


#: what takes XLA some seconds to compile
_LARGE = ("maml", "tagger", "transformer", "translation", "wavenet")


@pytest.mark.parametrize("program", [pytest.param(p, marks=pytest.mark.slow) if p in _LARGE else p for p in sorted(RECORDED)])
def test_training(program, tensorflow):
    printed = io.StringIO()
    with scopeflow.Graph().as_default(), contextlib.redirect_stdout(printed):
        runpy.run_path(str(_FOLDER / "training" / f"{program}.py"), run_name="__main__")
    report = json.loads(printed.getvalue().partition("REPORT ")[2])
    expected = RECORDED[program]
    assert [v[:2] for v in report["variables"]] == [v[:2] for v in expected["variables"]]
    for got, want in zip(report["variables"], expected["variables"]):
        assert got[2] == pytest.approx(want[2], abs=2e-6), want[0]
        assert got[3] == pytest.approx(want[3], rel=1e-5, abs=1e-3), want[0]
    assert len(report["losses"]) == len(expected["losses"]) >= 10
    for step, (got, want) in enumerate(zip(report["losses"], expected["losses"])):
        assert got == pytest.approx(want, rel=1e-3, abs=1e-4), f"step {step}"
    assert report["results"] == expected.get("results", {})
