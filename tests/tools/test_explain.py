"""`scopeflow explain` and the tree of variables."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

import scopeflow as tf
from scopeflow.tools.tree import print_variables

ROOT = Path(__file__).parent.parent.parent
PROGRAM = """
import sys
import tensorflow as tf

def layer():
    with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
        with tf.name_scope("inner"):
            return tf.get_variable("w", [2, 3])

layer()
layer()
v = tf.Variable(1.0, name="v")
print("printed", sys.argv[1:])
"""


def explain(folder: Path, *args: str, program: str = PROGRAM) -> subprocess.CompletedProcess[str]:
    (folder / "p.py").write_text(program)
    command = [sys.executable, "-m", "scopeflow", "explain", *args]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)})


def test_tree(tmp_path: Path) -> None:
    done = explain(tmp_path, "p.py", "--rate=1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("printed ['--rate=1']\n")
    for line in (
        "2 variables",
        "├── net/",
        "w [2, 3] float32",
        'from variable_scope("net") at p.py:6',
        'w    from get_variable("w") at p.py:8',
        'not part of the name: name_scope("inner") at p.py:7: get_variable takes no notice of name scopes',
        "created at p.py:8 in layer, called from p.py:10 in <module>",
        "shared at p.py:8 in layer, called from p.py:11 in <module>",
        "└── v [] float32",
    ):
        assert line in done.stdout


@pytest.mark.parametrize("args", [("--json", "p.py"), ("p.py", "--json")])
def test_json(tmp_path: Path, args: tuple[str, ...]) -> None:
    done = explain(tmp_path, *args)
    w, v = json.loads(done.stdout)["variables"]
    assert done.stderr == "printed []\n"
    assert (w["name"], w["shape"], w["dtype"], w["key"], w["graph"]) == ("net/w:0", "(2, 3)", "float32", "net/w", 0)
    assert [(part["text"], part["at"]) for part in w["parts"]] == [("net", "p.py:6"), ("w", "p.py:8")]
    assert [row["call"] for row in w["not_applied"]] == ['name_scope("inner")']
    assert w["shared_at"] == [["p.py:8 in layer", "p.py:11 in <module>"]]
    assert (v["name"], v["key"]) == ("v:0", None)


def test_a_program_that_fails_is_explained_up_to_there(tmp_path: Path) -> None:
    done = explain(tmp_path, "p.py", program="import tensorflow as tf\ntf.get_variable('a', [1])\ntf.get_variable('a', [1])\n")
    assert done.returncode == 1
    assert "Variable a already exists, disallowed." in done.stderr
    assert "a [1] float32" in done.stdout


def test_exit_codes_and_other_graphs(tmp_path: Path) -> None:
    program = "import tensorflow as tf\nwith tf.Graph().as_default():\n    tf.get_variable('a', [1])\n"
    program += "tf.get_variable('b', [1])\nraise SystemExit(5)\n"
    done = explain(tmp_path, "p.py", program=program)
    assert done.returncode == 5
    assert "1 variable of graph 1" in done.stdout and "1 variable of graph 2" in done.stdout


def test_a_program_without_variables(tmp_path: Path) -> None:
    assert explain(tmp_path, "p.py", program="import tensorflow\n").stdout == "The program made no variables.\n"


def test_print_variables() -> None:
    with tf.Graph().as_default() as graph:
        with tf.variable_scope("a"):
            tf.get_variable("w", [2, 3])
            with tf.variable_scope("b"):
                tf.get_variable("w", [4], tf.int32, tf.zeros_initializer())
        tf.get_variable("local", [1], collections=[tf.GraphKeys.LOCAL_VARIABLES])
        out = io.StringIO()
        print_variables(graph, Console(file=out, width=80))
    assert out.getvalue().splitlines() == [
        "3 variables, 11 elements",
        "├── a/",
        "│   ├── w [2, 3] float32",
        "│   └── b/",
        "│       └── w [4] int32",
        "└── local [1] float32",
    ]


def test_version_and_help() -> None:
    def run(*args: str) -> str:
        command = [sys.executable, "-m", "scopeflow", *args]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}).stdout

    assert run("--version").startswith(f"scopeflow {tf.__version__} (TensorFlow 1.15.5 on JAX ")
    assert "explain" in run("--help")
    assert "--json" in run("explain", "--help")


def test_places_end_at_the_program(tmp_path: Path) -> None:
    """What starts the program, such as a console script, is not among the places."""
    (tmp_path / "launch").write_text("from scopeflow.tools.main import main\nmain()\n")
    (tmp_path / "p.py").write_text(PROGRAM)
    command = [sys.executable, "launch", "explain", "p.py", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert json.loads(done.stdout)["variables"][0]["created_at"] == ["p.py:8 in layer", "p.py:10 in <module>"], done.stderr
