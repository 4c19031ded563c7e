"""Operators on tensors: the nodes they make, conversions, errors."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.ops.overloads import overload_operators


@pytest.fixture
def graph():
    with tf.Graph().as_default() as g:
        yield g


def _nodes(graph):
    return [(op.name, op.type) for op in graph.get_operations()]


@pytest.mark.parametrize(
    ("expression", "name", "op_type"),
    [
        ("t + 1.", "add", "AddV2"),
        ("t - 1.", "sub", "Sub"),
        ("t * 2.", "mul", "Mul"),
        ("t / 2.", "truediv", "RealDiv"),
        ("t // 2.", "floordiv", "FloorDiv"),
        ("t % 2.", "mod", "FloorMod"),
        ("t ** 2.", "pow", "Pow"),
        ("t < 2.", "Less", "Less"),
        ("t >= 2.", "GreaterEqual", "GreaterEqual"),
        ("t @ [[1.]]", "matmul", "MatMul"),
    ],
)
def test_a_number_becomes_a_constant_in_the_operators_scope(graph, expression, name, op_type):
    t = tf.placeholder(tf.float32, [1, 1], name="t")
    eval(expression, {"t": t})
    assert _nodes(graph) == [("t", "Placeholder"), (f"{name}/y", "Const"), (name, op_type)]


@pytest.mark.parametrize(
    ("expression", "name"), [("1. + t", "add"), ("1. - t", "sub"), ("2. * t", "mul"), ("1. / t", "truediv"), ("2. ** t", "pow")]
)
def test_reflected(graph, expression, name):
    t = tf.placeholder(tf.float32, [2], name="t")
    out = eval(expression, {"t": t})
    assert [i.op.name for i in out.op.inputs] == [f"{name}/x", "t"]


def test_two_tensors_make_one_node_and_no_scope(graph):
    t = tf.placeholder(tf.float32, [2], name="t")
    names = [(t + t).op.name, (t * t).op.name, (t + t).op.name]
    assert names == ["add", "mul", "add_1"]
    assert len(graph.get_operations()) == 4


def test_numbers_take_the_tensors_type(graph):
    i = tf.placeholder(tf.int64, [2])
    assert (i + 1).op.inputs[1].dtype is tf.int64
    assert (np.float64(2) * tf.placeholder(tf.float32, [2])).dtype is tf.float32


def test_what_does_not_fit_the_type(graph):
    i = tf.placeholder(tf.int32, [2])
    with pytest.raises(TypeError, match="Input 'y' of 'AddV2' Op has type float32 that does not match type int32 of argument 'x'."):
        i + 1.5
    with pytest.raises(TypeError, match="Expected int32, got 1.5 of type 'float' instead."):
        1.5 + i


def test_integers_are_divided_in_float64(graph):
    i = tf.placeholder(tf.int32, [2], name="i")
    assert (i / i).dtype is tf.float64
    assert [op.name for op in graph.get_operations()][1:] == ["truediv/Cast", "truediv/Cast_1", "truediv"]


def test_shapes_that_do_not_broadcast(graph):
    with pytest.raises(
        ValueError, match=r"Dimensions must be equal, but are 2 and 3 for 'add' \(op: 'AddV2'\) with input shapes: \[2\], \[3\]."
    ):
        tf.placeholder(tf.float32, [2]) + tf.placeholder(tf.float32, [3])


def test_numpy_arrays_on_the_left_give_way(graph):
    t = tf.placeholder(tf.float32, [2])
    assert isinstance(np.array([1.0, 2.0], np.float32) * t, tf.Tensor)


def test_equality_is_identity(graph):
    t = tf.placeholder(tf.float32, [2])
    assert (t == t) is True
    assert (t == 1.0) is False
    assert len(graph.get_operations()) == 1


def test_no_truth_value_and_no_iteration(graph):
    t = tf.placeholder(tf.float32, [2])
    with pytest.raises(TypeError, match="as a Python `bool` is not allowed"):
        bool(t)
    with pytest.raises(TypeError, match="iterating over `tf.Tensor` is not allowed"):
        list(t)


def test_operators_go_to_the_tensors_graph(graph):
    other = tf.Graph()
    with other.as_default():
        t = tf.placeholder(tf.float32, [2])
    assert (t + 1.0).graph is other
    assert (2.0 * t).graph is other
    assert not graph.get_operations()


def test_classes_that_stand_for_tensors(graph):
    class Held:
        def value(self):
            return t

    overload_operators(Held)
    t = tf.placeholder(tf.float32, [2], name="t")
    assert [(Held() + 1.0).op.name, (2.0 * Held()).op.name, (-Held()).op.name, abs(Held()).op.name] == ["add", "mul", "Neg", "Abs"]
    assert (Held() < t).dtype is tf.bool
