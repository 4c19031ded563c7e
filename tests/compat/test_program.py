"""`scopeflow run`: programs run as Python would run them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def scopeflow_run(*args: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run([sys.executable, "-m", "scopeflow", "run", *args], capture_output=True, text=True, cwd=cwd, env=env)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "beside.py").write_text("VALUE = 7\n")
    (tmp_path / "package" / "prog.py").write_text(
        "import sys, pickle, os\n"
        "import tensorflow as tf\n"
        "try:\n    from beside import VALUE\nexcept ImportError:\n    from package.beside import VALUE\n"
        "class Mine: pass\n"
        "pickle.loads(pickle.dumps(Mine()))\n"
        "if __name__ == '__main__':\n"
        "    print(__name__, VALUE, sys.argv[1:], os.path.basename(sys.argv[0]), tf.__version__, os.path.basename(__file__))\n"
    )
    return tmp_path


def test_a_script_gets_its_arguments_and_its_folder(folder: Path) -> None:
    done = scopeflow_run("package/prog.py", "--rate=0.1", "-x", "--help", "two words", cwd=folder)
    assert done.stderr == ""
    assert done.stdout == "__main__ 7 ['--rate=0.1', '-x', '--help', 'two words'] prog.py 1.15.5 prog.py\n"
    assert done.returncode == 0


def test_a_module(folder: Path) -> None:
    done = scopeflow_run("-m", "package.prog", "--json", cwd=folder)
    assert done.stdout == "__main__ 7 ['--json'] prog.py 1.15.5 prog.py\n", done.stderr


@pytest.mark.parametrize(
    "code, status", [("sys.exit(3)", 3), ("sys.exit()", 0), ("sys.exit('bad')", 1), ("raise KeyError('k')", 1), ("pass", 0)]
)
def test_exit_codes(tmp_path: Path, code: str, status: int) -> None:
    (tmp_path / "p.py").write_text(f"import sys\n{code}\n")
    assert scopeflow_run("p.py", cwd=tmp_path).returncode == status


def test_app_run(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text(
        "import tensorflow as tf\n"
        "tf.app.flags.DEFINE_integer('steps', 5, 'number of steps')\n"
        "tf.flags.DEFINE_string(flag_name='name', default_value='a', docstring='a name')\n"
        "def main(argv):\n"
        "    print(tf.flags.FLAGS.steps, tf.app.flags.FLAGS.name, argv[1:])\n"
        "    return 4\n"
        "if __name__ == '__main__':\n"
        "    tf.app.run()\n"
    )
    done = scopeflow_run("p.py", "--steps=9", "--unknown=1", "rest", cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("9 a ['--unknown=1', 'rest']\n", 4), done.stderr
    assert "number of steps" in scopeflow_run("p.py", "--help", cwd=tmp_path).stdout


def test_a_traceback_ends_at_the_users_line(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("import tensorflow as tf\n\ndef build():\n    return tf.constant(None)\n\nbuild()\n")
    done = scopeflow_run("p.py", cwd=tmp_path)
    lines = done.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].endswith('p.py", line 6, in <module>')
    assert 'p.py", line 4, in build' in lines[3]
    assert not [line for line in lines if f"scopeflow{os.sep}" in line]
    assert "ValueError: None values not supported." in lines
    assert "SCOPEFLOW_TRACEBACK=full" in lines[-1]
    full = scopeflow_run("p.py", cwd=tmp_path, SCOPEFLOW_TRACEBACK="full")
    assert "conversion.py" in full.stderr


def test_a_syntax_error_is_shown_as_python_shows_it(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("x = = 1\n")
    done = scopeflow_run("p.py", cwd=tmp_path)
    assert 'p.py", line 1' in done.stderr
    assert "SyntaxError" in done.stderr
    assert done.returncode == 1


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    done = scopeflow_run("nothing.py", cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing.py" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_names_are_named(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("from tensorflow.contrib import no_such_thing\n")
    done = scopeflow_run("p.py", cwd=tmp_path)
    assert "ModuleNotFoundError: tensorflow.contrib.no_such_thing is not in scopeflow yet." in done.stderr
    assert done.stderr.splitlines()[1].endswith('p.py", line 1, in <module>')
