"""The private helpers that programs import."""

from __future__ import annotations

import functools
import json

import pytest

pytestmark = pytest.mark.usefixtures("hooked")


def f(a, b=2, *c, **d):
    """Takes some."""


class Callable_:
    def __call__(self, x, y):
        pass

    def method(self, z):
        pass


def test_argspecs() -> None:
    from tensorflow.python.util import function_utils, tf_inspect

    assert tf_inspect.getargspec(f) == (["a", "b"], "c", "d", (2,))
    assert tf_inspect.getargspec(functools.partial(f, b=3)) == (["a", "b"], "c", "d", (3,))
    assert tf_inspect.getfullargspec(f).varkw == "d"
    assert tf_inspect.getargspec(Callable_().method).args == ["self", "z"]
    assert function_utils.fn_args(f) == ("a", "b")
    assert function_utils.fn_args(Callable_()) == ("x", "y")
    assert function_utils.fn_args(Callable_().method) == ("z",)
    assert function_utils.fn_args(functools.partial(f, b=3)) == ("a",)


def test_decorators() -> None:
    from tensorflow.python.util import tf_decorator, tf_inspect

    wrapped = tf_decorator.make_decorator(f, lambda *args, **kwargs: f(*args, **kwargs))
    assert wrapped.__name__ == "f"
    assert tf_inspect.getargspec(wrapped).args == ["a", "b"]
    assert tf_decorator.unwrap(wrapped) == ([wrapped], f)


def test_decorators_of_others_are_not_seen_through() -> None:
    """Sonnet tells by this whether a module takes a keyword."""
    from tensorflow.python.util import tf_decorator, tf_inspect

    @functools.wraps(f)
    def other(*args, **kwargs):
        return f(*args, **kwargs)

    assert tf_inspect.getargspec(other) == ([], "args", "kwargs", None)
    assert tf_decorator.unwrap(other) == ([], other)


def test_deprecated(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    from tensorflow.python.util import deprecation

    from scopeflow.compat import logging

    monkeypatch.setattr(logging.logger(), "propagate", True)

    @deprecation.deprecated("2020-01-01", "use g")
    def old(x):
        """Doc."""
        return x

    @deprecation.deprecated_args(None, "no b", "b")
    def partly(a, b=None):
        return a

    assert old(1) == 1 and old(2) == 2
    assert partly(1) == 1 and partly(1, b=2) == 1
    assert old.__doc__.startswith("Doc. (deprecated)")
    messages = [r.getMessage() for r in caplog.records]
    assert len(messages) == 2
    assert messages[0].endswith("is deprecated and will be removed after 2020-01-01.\nInstructions for updating:\nuse g")
    assert "with b is deprecated and will be removed in a future version." in messages[1]
    with pytest.raises(ValueError, match="Cannot specify both 'old' and 'new'"):
        deprecation.deprecated_argument_lookup("new", 1, "old", 2)
    assert deprecation.deprecated_argument_lookup("new", None, "old", 2) == 2


def test_devices_and_versions() -> None:
    import tensorflow as tf
    from tensorflow.python import tf2
    from tensorflow.python.client import device_lib, timeline
    from tensorflow.python.framework import ops

    assert device_lib.list_local_devices()[0].device_type == "CPU"
    assert not tf2.enabled()
    assert ops.uid() < ops.uid()
    trace = json.loads(timeline.Timeline(tf.RunMetadata().step_stats).generate_chrome_trace_format())
    assert [e["args"]["name"] for e in trace["traceEvents"]] == ["Allocators"]


def test_shapes_as_old_shape_functions_make_them() -> None:
    from tensorflow.python.framework import tensor_shape

    made = [tensor_shape.unknown_shape(), tensor_shape.unknown_shape(ndims=2), tensor_shape.scalar(), tensor_shape.vector(3)]
    assert [str(s) for s in [*made, tensor_shape.matrix(2, None)]] == ["<unknown>", "(?, ?)", "()", "(3,)", "(2, ?)"]


def test_private_modules_of_contrib() -> None:
    """Any module of a supported package, whether a program is known to import it or not."""
    import tensorflow as tf
    from tensorflow.contrib.framework.python.ops import variables
    from tensorflow.contrib.metrics.python.ops import set_ops

    assert set_ops.set_difference is tf.contrib.metrics.set_difference
    assert variables.model_variable is tf.contrib.framework.model_variable
