"""A batch-normalised ResNet of tf.layers: names, first values, losses and moving averages as on TensorFlow 1.15.5 (resnet.json)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def done() -> dict:
    """What the program prints under `scopeflow run`."""
    run = subprocess.run(
        [sys.executable, "-m", "scopeflow", "run", str(FOLDER / "resnet.py")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parent.parent)},
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


#: recorded by record.py
WANTED = json.loads((FOLDER / "resnet.json").read_text())


def test_names(done: dict) -> None:
    for key in ("ops", "updates", "regularization"):
        assert done[key] == WANTED[key]
    assert [v[:2] for v in done["variables"]] == [v[:2] for v in WANTED["variables"]]


def test_initial_values(done: dict) -> None:
    for got, wanted in zip(done["variables"], WANTED["variables"]):
        np.testing.assert_allclose(got[2], wanted[2], rtol=1e-5, atol=1e-7, err_msg=got[0])
        np.testing.assert_allclose(got[3], wanted[3], rtol=1e-5, err_msg=got[0])


def test_training(done: dict) -> None:
    np.testing.assert_allclose(done["rates"], WANTED["rates"], rtol=1e-6)
    # The first loss knows no training; later ones drift apart by rounding.
    np.testing.assert_allclose(done["losses"][0], WANTED["losses"][0], rtol=1e-5)
    np.testing.assert_allclose(done["losses"], WANTED["losses"], rtol=1e-3)
    np.testing.assert_allclose(done["averages"], WANTED["averages"], rtol=2e-3, atol=1e-3)
    np.testing.assert_allclose(done["test"], WANTED["test"], rtol=2e-3)
