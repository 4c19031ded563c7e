"""The judges that lie beside the repository where it is developed: random programs of scopes, and the nodes of minimal calls.

A checkout without `../shared` is judged by the goldens in tests/golden alone.
"""

import importlib.util
import json
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


@pytest.mark.parametrize("seeds", ["0:250", "250:500", "500:750"])
def test_random_programs_of_scopes(seeds):
    fuzz = SHARED / "fuzz"
    out = run(
        fuzz / "scopefuzz.py",
        "check",
        "--module",
        "scopeflow",
        "--golden",
        fuzz / "open.json.gz",
        "--no-layers",
        "--no-train",
        "--nodes",
        "--values",
        "--seeds",
        seeds,
        "--show",
        "1",
    )
    assert re.search(r"\(100\.0%\)\s*$", out), out[-3000:]


def test_random_programs_with_the_optimizers_there_are():
    spec = importlib.util.spec_from_file_location("scopefuzz", SHARED / "fuzz" / "scopefuzz.py")
    fuzz = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fuzz)
    wrong = []
    for seed in range(120):
        program = fuzz.make_program(seed)
        if program["train"] and not program["layers"] and not re.search("RMSProp|Adagrad", json.dumps(program)):
            out = run(
                SHARED / "fuzz" / "scopefuzz.py",
                "check",
                "--module",
                "scopeflow",
                "--golden",
                SHARED / "fuzz" / "open.json.gz",
                "--nodes",
                "--values",
                "--seeds",
                f"{seed}:{seed + 1}",
                "--show",
                "1",
            )
            if "(100.0%)" not in out.splitlines()[-1]:
                wrong.append(out[-2000:])
    assert not wrong, "\n".join(wrong)


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
    ],
)
def test_nodes_of_minimal_calls(family):
    out = run(SHARED / "api" / "compare_default_names.py", "scopeflow", "--symbol", family, "--show", "50")
    # What scopeflow does not have yet says so; what it has agrees.
    wrong = [line for line in out.splitlines() if line.startswith("    ") and "is not in scopeflow yet" not in line]
    assert not wrong, out
    assert "'same'" in out.splitlines()[-1]
