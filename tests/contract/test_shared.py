"""The judges that lie beside the repository where it is developed: random programs of scopes, and the nodes of minimal calls.

A checkout without `../shared` is judged by the goldens in tests/golden alone.
"""

import pathlib
import re
import subprocess
import sys

import pytest

SHARED = pathlib.Path(__file__).parents[3] / "shared"
ROOT = pathlib.Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not (SHARED / "fuzz").is_dir(), reason="no ../shared beside this checkout")]


def run(*command):
    return subprocess.run(
        [sys.executable, "-W", "ignore", *map(str, command)], cwd=ROOT, capture_output=True, text=True, env={"PYTHONPATH": "."}
    ).stdout


@pytest.mark.parametrize("seeds", ["0:250", "250:500", "500:750", "750:1000", "1000:1250", "1250:1500"])
def test_random_programs(seeds):
    fuzz = SHARED / "fuzz"
    golden = ("--golden", fuzz / "open.json.gz", "--nodes", "--values")
    out = run(fuzz / "scopefuzz.py", "check", "--module", "scopeflow", *golden, "--seeds", seeds, "--show", "1")
    assert re.search(r"\(100\.0%\)\s*$", out), out[-3000:]


@pytest.mark.parametrize(
    "family",
    [
        "tf.nn.",
        "tf.math",
        "tf.reduce_",
        "tf.random",
        "tf.Tensor.",
        "tf.Variable",
        "tf.variable",
        "tf.train.AdamO",
        "tf.train.MomentumO",
        "tf.train.GradientDescentO",
        "tf.bitwise",
        "tf.initializers",
        "tf.layers",
    ],
)
def test_nodes_of_minimal_calls(family):
    out = run(SHARED / "api" / "compare_default_names.py", "scopeflow", "--symbol", family, "--show", "50")
    # What scopeflow does not have yet says so; what it has agrees.
    wrong = [line for line in out.splitlines() if line.startswith("    ") and "is not in scopeflow yet" not in line]
    assert not wrong, out
    assert "'same'" in out.splitlines()[-1]
