"""Static shapes found by evaluating kernels abstractly."""

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.op import infer
from scopeflow.op.declare import ShapeError


class Kernel:
    """Just what inference asks of a declared op."""

    type, host, random, kernel_attrs = "Test", False, False, ()

    def __init__(self, kernel):
        self.kernel = kernel

    def group(self, op, values):
        return values


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(infer, "_memo", {})
    monkeypatch.setattr(infer, "flat_results", lambda spec, out: list(out) if isinstance(out, tuple) else [out])
    with tf.Graph().as_default():
        yield


def shapes(kernel, *inputs, n=1, attrs=None):
    return infer.infer_from_kernel(Kernel(kernel), inputs, attrs or {}, n)


def P(shape):
    return tf.placeholder(tf.float32, shape)


def test_unknown_sizes_stay_unknown():
    assert shapes(lambda x: x[:, :1], P([None, 3])) == [(None, 1)]
    assert shapes(lambda x: (x.T, x.sum()), P([None, 4]), n=2) == [(4, None), ()]
    assert shapes(lambda x: x[0] if x.shape[0] > 20 else x, P([None, 5])) == [None]


@pytest.mark.parametrize("shape", [None, [None]])
def test_unknown_where_the_kernel_cannot_say(shape):
    def refuses(x):
        raise ValueError("no")

    assert shapes(refuses, P(shape)) == [None]


def test_values_decide_only_if_known():
    kernel = lambda x, n: x.reshape([int(v) for v in n])  # noqa: E731
    assert shapes(kernel, P([4]), tf.constant([2, 2])) == [(2, 2)]
    assert shapes(kernel, P([4]), tf.placeholder(tf.int32, [2])) == [None]


def test_refusals_of_known_shapes_are_errors():
    with pytest.raises(ShapeError):
        shapes(lambda x, y: x @ y, P([2, 3]), P([4, 5]))

    def refuses(x):
        raise ShapeError("said so")

    with pytest.raises(ShapeError, match="said so"):
        shapes(refuses, P([None]))


def test_results_are_remembered_by_shapes_constants_and_attributes():
    calls = []

    def kernel(x, n):
        calls.append(1)
        return x

    table = {"k": [np.array([1]), tf.TensorShape([1, None])], "d": {"a": np.array([b"x"], object)}, "_class": ["loc:@a"]}
    for n in (1, 1, 2):
        shapes(kernel, P([2]), tf.constant([n]), attrs=dict(table))
    assert len(calls) == 2
    for _ in range(2):
        shapes(kernel, P([2]), tf.constant([1]), attrs={"odd": {1, 2}})
    assert len(calls) == 4


def test_strings_and_host_ops_are_not_evaluated():
    assert shapes(None, P([2])) == [None]
    assert shapes(lambda x: x, tf.constant("a")) == [None]
