"""`gives(code, result)`: runs a piece of a program in a fresh graph and compares the value of its last expression."""

import ast
import collections
import copy
import pickle

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.graph import conversion


def _show(value):
    """`repr`, with NumPy's values in one form for all of its versions."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype.name}{value.tolist()}"
    if isinstance(value, np.generic):
        return f"{type(value).__name__}({value.item()})"
    if type(value) is list:
        return "[" + ", ".join(map(_show, value)) + "]"
    if type(value) is tuple:
        return "(" + ", ".join(map(_show, value)) + ")"
    if type(value) is dict:
        return "{" + ", ".join(f"{k!r}: {_show(v)}" for k, v in value.items()) + "}"
    return repr(value)


@pytest.fixture
def gives(monkeypatch):
    """A function that says whether `code` gives `result`: its value's text, or the error's class and how its message begins."""
    monkeypatch.setattr(conversion, "_conversions", list(conversion._conversions))
    monkeypatch.setattr(conversion, "_by_type", {})

    def compare(code, result):
        tree = ast.parse(code)
        last = ast.Expression(tree.body.pop().value)
        names = {"tf": tf, "np": np, "copy": copy, "pickle": pickle, "collections": collections, "P": tf.placeholder}
        with tf.Graph().as_default() as names["g"]:
            try:
                exec(compile(tree, "<case>", "exec"), names)
                shown = _show(eval(compile(last, "<case>", "eval"), names))
            except Exception as error:
                shown = f"{type(error).__name__}: {error.args[0] if isinstance(error, KeyError) else error}"
                assert shown.startswith(result), shown
                return True
        assert shown == result
        return True

    return compare
