"""Where in the program things are made: the lines that ops, tracebacks and errors point to."""

import os
import sys

import pytest

import scopeflow as tf
from scopeflow.graph import source
from scopeflow.graph.public import export


def _line() -> int:
    return sys._getframe(1).f_lineno


def test_an_op_knows_the_line_that_made_it():
    with tf.Graph().as_default():
        op, line = tf.no_op(), _line()
    assert op.defined_at == f"{source.display_path(__file__)}:{line}"
    ((path, number, function, text),) = op.traceback
    assert (path, number, function) == (__file__, line, "test_an_op_knows_the_line_that_made_it")
    assert text.startswith("op, line = tf.no_op()")


def test_stack_begins_at_the_innermost_line():
    def inner():
        return source.stack(2), _line()

    (first, second), line = inner()
    assert (first.function, first.line, first.file) == ("inner", line, __file__)
    assert second.function == "test_stack_begins_at_the_innermost_line"
    assert len(source.stack(100)) > 2


def test_stack_ends_at_the_main_program():
    names = {"__name__": "__main__", "source": source}
    exec(compile("places = source.stack(50)", "/main.py", "exec"), names)
    (place,) = names["places"]
    assert (str(place), place.function) == ("/main.py:1", "<module>")


@pytest.mark.parametrize("path, shown", [("a/b.py", "a/b.py"), ("/elsewhere/b.py", "/elsewhere/b.py")])
def test_display_path(path, shown):
    assert source.display_path(path) == shown


def test_display_path_below_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert source.display_path(str(tmp_path / "deep" / "x.py")) == os.path.join("deep", "x.py")


def test_the_librarys_lines_are_passed_over():
    code = compile("place = caller()", os.path.join(source._PACKAGE, "some.py"), "exec")
    names = {"caller": source.caller}
    exec(code, names)
    assert names["place"].file == __file__


def test_a_public_name_belongs_to_one_object():
    with pytest.raises(ValueError, match="published twice"):
        export(object(), "Graph")
