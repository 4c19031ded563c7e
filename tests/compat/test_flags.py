"""tf.flags: parsed when first read, each test in a process of its own (flags are global)."""

from __future__ import annotations

import subprocess
import sys


def run(code: str, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import scopeflow as tf\nF = tf.flags.FLAGS\n" + code, *argv], capture_output=True, text=True
    )


def test_parsed_when_first_read() -> None:
    define = "tf.flags.DEFINE_string('a', 'x', 'doc'); tf.app.flags.DEFINE_bool('c', False, '')\n"
    code = define + "print(F.a, F.c, 'a' in F, F['a'].value)\nF.a = 'z'; print(F.a)"
    assert run(code, "--a=y", "--c").stdout == "y True True y\nz\n"


def test_old_keywords() -> None:
    assert run("tf.flags.DEFINE_integer(flag_name='b', default_value=3, docstring='d'); print(F.b)").stdout == "3\n"


def test_unknown_flags_are_refused_without_app_run() -> None:
    done = run("tf.flags.DEFINE_string('a', 'x', 'doc'); F.a", "--unknown=1")
    assert "UnrecognizedFlagError: Unknown command line flag 'unknown'" in done.stderr


def test_a_missing_flag_is_an_attribute_error() -> None:
    done = run("tf.flags.DEFINE_string('a', 'x', 'doc')\ntry: F.nope\nexcept AttributeError as e: print(e)")
    assert done.stdout == "nope\n", done.stderr


def test_defined_twice() -> None:
    code = "import types\ntf.flags.DEFINE_string('a', 'x', 'doc')\nother = types.ModuleType('other')\nother.tf = tf\n"
    code += "try: exec(\"__name__ = 'other'; tf.flags.DEFINE_integer('a', 1, 'x')\", other.__dict__)\n"
    code += "except tf.flags.DuplicateFlagError: print('twice')"
    assert run(code).stdout == "twice\n"


def test_flag_values_dict() -> None:
    assert (
        run("tf.flags.DEFINE_float('rate', 0.5, 'doc'); print(F.flag_values_dict()['rate'], len(F) > 1, 'rate' in list(F))").stdout
        == "0.5 True True\n"
    )
