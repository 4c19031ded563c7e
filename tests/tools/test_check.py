"""`scopeflow check`: what programs use that scopeflow lacks, found without running them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scopeflow.compat import hook
from scopeflow.tools import check, program_reader


@pytest.fixture(autouse=True)
def no_hook_left():
    """Looking names up installs the import hook."""
    yield
    hook.uninstall()
    check.resolve.cache_clear()
    check.first_missing.cache_clear()


def used(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "program.py"
    file.write_text(text)
    uses = program_reader.read(file)
    assert isinstance(uses, list), uses
    return [f"{u.symbol.replace('tensorflow', 'tf', 1)}:{u.line}" for u in uses if not u.imported]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("import tensorflow as tf\ntf.nn.relu(tf.zeros([2]))", ["tf.nn.relu:2", "tf.zeros:2"]),
        ("import tensorflow.compat.v1 as tf\ntf.add", ["tf.add:2"]),
        ("from tensorflow.compat import v1 as t\nt.add", ["tf.add:2"]),
        ("import tensorflow\ntensorflow.contrib.slim.conv2d", ["tf.contrib.slim.conv2d:2"]),
        ("import tensorflow.contrib.slim as slim\nslim.conv2d(1)", ["tf.contrib.slim.conv2d:2"]),
        ("import tensorflow.contrib\ntensorflow.add", ["tf.add:2"]),
        ("from tensorflow.contrib import slim as s\nc = s.conv2d\nc(1)", ["tf.contrib.slim.conv2d:2", "tf.contrib.slim.conv2d:3"]),
        ("import tensorflow as tf\nslim = tf.contrib.slim\ndef f(x):\n  return slim.conv2d(x)",
         ["tf.contrib.slim:2", "tf.contrib.slim.conv2d:4"]),
        # a function may use what is bound below it
        ("def f(): return tf.add\nimport tensorflow as tf", ["tf.add:1"]),
        # other things of the same name
        ("import tensorflow as tf\ndef f(tf): return tf.add", []),
        ("import tensorflow as tf\ndef f():\n  tf = 3\n  return tf.add", []),
        ("import tensorflow as tf\nlambda tf: tf.add", []),
        ("import torch as tf\ntf.add", []),
        ("from . import tensorflow as tf\ntf.add", []),
        ("import tensorflow_datasets as tfds\ntfds.load()", []),
        # a function's own import stays there
        ("def f():\n  import tensorflow as tf\n  tf.add\ntf.sub", ["tf.add:3"]),
        ("def f():\n  global tf\n  import tensorflow as tf", []),
        ("import tensorflow as tf\nclass A(tf.layers.Layer):\n  x = tf.add\n  def f(self): return tf.sub",
         ["tf.layers.Layer:2", "tf.add:3", "tf.sub:4"]),
        ("import tensorflow as tf\n@tf.RegisterGradient('A')\ndef f(x=tf.float32, *, y: tf.Tensor = tf.int32): pass",
         ["tf.RegisterGradient:2", "tf.float32:3", "tf.int32:3", "tf.Tensor:3"]),
        ("import tensorflow as tf\ntf.x.y().z.w(tf.a)", ["tf.x.y:2", "tf.a:2"]),
        ("import tensorflow as tf\ntf.app.flags.FLAGS.a = tf.b", ["tf.b:2"]),
        ("try:\n  import tensorflow as tf\nexcept ImportError:\n  tf = None\ntf.add", ["tf.add:5"]),
    ],
)  # fmt: skip
def test_names_are_followed(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert used(tmp_path, text) == expected


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_report(tmp_path: Path) -> None:
    """Missing names, imports and arguments, the worst first, each with its places."""
    write(tmp_path, "a.py", "import tensorflow as tf\ntf.no_such(1)\ntf.no_such(2)\ntf.nn.relu(features=1, axes=2)\ntf.add(1, 2, 3, 4)\n")
    write(
        tmp_path,
        "sub/b.py",
        "from tensorflow.contrib import nothing\nfrom tensorflow import no_such\nimport tensorflow as tf\ntf.losses.Nope.SUM\n",
    )
    write(tmp_path, "sub/c.py", "import tensorflow as tf\ntry:\n  tf.maybe(1)\nexcept AttributeError:\n  pass\ntf.app.flags.FLAGS.mine\n")
    write(tmp_path, ".venv/d.py", "import tensorflow.nothing_of_mine")
    report = check.check([tmp_path])
    assert report.files == 3
    assert [(m.kind, m.what, len(m.uses), m.guarded) for m in report.missing] == [
        ("import", "tf.contrib.nothing", 1, False),
        ("import", "tf.no_such", 1, False),
        ("name", "tf.no_such", 2, False),
        ("argument", "tf.add(4 positional arguments)", 1, False),
        ("name", "tf.losses.Nope", 1, False),
        ("argument", "tf.nn.relu(axes=)", 1, False),
        ("name", "tf.maybe", 1, True),
    ]
    assert [u.place for u in report.missing[2].uses] == [f"{tmp_path / 'a.py'}:2", f"{tmp_path / 'a.py'}:3"]
    # 3 x import tensorflow, FLAGS.mine
    assert (report.uses, report.works) == (12, 4)
    assert "tf.no_such: missing (2 uses)" in check.as_text(report)
    assert "but the program catches that" in check.as_text(report)
    assert check.exit_status(report) == 1


def test_only_guarded_is_fine(tmp_path: Path) -> None:
    file = write(tmp_path, "a.py", "try:\n  from tensorflow import no_such\nexcept ImportError:\n  no_such = None\n")
    report = check.check([file])
    assert [m.what for m in report.missing] == ["tf.no_such"]
    assert check.exit_status(report) == 0


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    file = write(tmp_path, "old.py", "import tensorflow\nprint 'x'\n")
    report = check.check([file])
    assert [u.file for u in report.unread] == [str(file)]
    assert "Python 2" in report.unread[0].why
    assert check.exit_status(report) == 2
    with pytest.raises(FileNotFoundError, match="nowhere"):
        check.check([tmp_path / "nowhere"])


def test_notebooks(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["tf.in_text"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "import tensorflow as tf\n", "!pip list"]},
        {"cell_type": "code", "source": "%%bash\nnot python"},
        {"cell_type": "code", "source": ["x = 1\n", "tf.no_such(x)"]},
    ]
    file = write(tmp_path, "a.ipynb", json.dumps({"cells": cells}))
    (missing,) = check.check([file]).missing
    assert [u.place for u in missing.uses] == [f"{file}:3:2"]


def test_command(tmp_path: Path) -> None:
    """JSON and the exit status."""
    file = write(tmp_path, "a.py", "import tensorflow as tf\ntf.no_such\n")
    done = subprocess.run([sys.executable, "-m", "scopeflow", "check", str(file), "--json"], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert (found["uses"], found["works"]) == (2, 1)
    assert found["missing"][0] | {"places": None} == {
        "what": "tf.no_such",
        "kind": "name",
        "guarded": False,
        "uses": 1,
        "files": 1,
        "places": None,
    }
    assert found["missing"][0]["places"] == [{"file": str(file), "cell": None, "line": 2, "guarded": False}]
