"""The tutorial's three programs and the digits, unmodified, from start to end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent.parent


def run(*args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "scopeflow", "run", *args],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    "program, expected",
    [
        ("name_scope", ["name_scope/w1:0", "w5:0"]),
        ("variable_scope", ["variable_scope/w3:0", "variable_scope/w6:0"]),
        ("reuse", ["variable_scope/w:0", "variable_scope/w:0", "the same variable: True", "the same result: True"]),
    ],
)
def test_tutorial(program: str, expected: list[str]) -> None:
    assert run(f"examples/tutorial_{program}.py").splitlines() == expected


#: what TensorFlow 1.15.5 prints for the first 20 steps of examples/digits.py
LOSSES = """4.823365 4.663225 4.668657 4.647431 4.575112 4.543718 4.464928 4.471257 4.385497 4.372287
4.306752 4.133915 4.112126 3.948654 3.834839 3.827768 3.585144 3.686116 3.519108 3.274372"""
TREE = """trained variables:
  classifier/
      logits/
          b [10]
          w [64, 10]
  encoder/
      code/
          b [64]
          w [512, 64]
      conv1/
          b [16]
          w [3, 3, 1, 16]
      conv2/
          b [32]
          w [3, 3, 16, 32]
"""


@pytest.mark.slow
def test_digits_are_learnt_as_the_reference_learns_them() -> None:
    printed = run("examples/digits.py", "--first_losses")
    accuracy = float(re.search(r"steps: 440  test accuracy: ([\d.]+)%", printed)[1])
    assert accuracy >= 97
    losses = re.search(r"first losses: (.*)", printed)[1].split()
    np.testing.assert_allclose(np.array(losses, float), np.array(LOSSES.split(), float), rtol=2e-4)
    assert len(re.findall(r"^epoch +\d+ ", printed, re.M)) == 20
    assert printed.endswith(TREE)
