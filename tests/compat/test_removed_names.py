"""`scopeflow run` gives old programs the names that Python and NumPy have dropped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import collections, inspect, time
import numpy as np
print(np.zeros(2, np.float).dtype, np.int is int, np.array([1, 'a'], np.object).dtype, np.Inf)
print(issubclass(dict, collections.Mapping), time.clock() >= 0)
print(tuple(inspect.getargspec(lambda a, b=1, *c, **d: 0)))
"""


def test_names_are_there_again(tmp_path: Path) -> None:
    """They are there for a program that is run, and mean what they meant."""
    (tmp_path / "old.py").write_text(PROGRAM)
    done = subprocess.run([sys.executable, "-m", "scopeflow", "run", "old.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["float64 True object inf", "True True", "(['a', 'b'], 'c', 'd', (1,))"], done.stderr


def test_only_for_programs_that_are_run() -> None:
    """Importing the library changes nothing."""
    done = subprocess.run(
        [sys.executable, "-c", "import collections, scopeflow; print(hasattr(collections, 'Mapping'))"], capture_output=True, text=True
    )
    assert done.stdout.strip() == "False", done.stderr
