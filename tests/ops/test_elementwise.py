"""Elementwise functions: names of nodes, positional names, errors, kernels on known values."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.graph.errors import InvalidArgumentError
from scopeflow.op.fold import fold


@pytest.fixture
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_the_name_may_be_positional(graph):
    x = tf.placeholder(tf.float32, [2])
    assert [tf.exp(x, "e").op.name, tf.add(x, x, "a").op.name, tf.sigmoid(x, "s").op.name] == ["e", "a", "s"]


def test_add_is_not_the_operators_op(graph):
    x = tf.placeholder(tf.float32, [2])
    assert (tf.add(x, 1.0).op.type, (x + 1.0).op.type) == ("Add", "AddV2")


def test_types_an_op_does_not_take(graph):
    allowed = "bfloat16, float16, float32, float64, complex64, complex128"
    with pytest.raises(TypeError, match=f"Value passed to parameter 'x' has DataType int32 not in list of allowed values: {allowed}"):
        tf.sigmoid(3)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        tf.add(tf.placeholder(tf.float32, [2]))


def test_real_functions_pass_real_tensors_through(graph):
    x = tf.placeholder(tf.float32, [2])
    assert tf.real(x) is x and tf.conj(x) is x and tf.cast(x, tf.float32) is x
    assert tf.round(tf.placeholder(tf.int32, [2])).op.type == "Placeholder"


def test_complex_wants_equal_float_types(graph):
    with pytest.raises(TypeError, match="real and imag have incorrect types: float64 float32"):
        tf.complex(tf.placeholder(tf.float64), tf.placeholder(tf.float32))


def test_truediv_wants_equal_types(graph):
    with pytest.raises(TypeError, match="x and y must have the same dtype, got tf.int32 != tf.float32"):
        tf.truediv(3, 2.0)
    assert tf.divide(3, 2) == 1.5


def test_sums_want_tensors_of_one_shape(graph):
    x, y = tf.placeholder(tf.float32, [2]), tf.placeholder(tf.float32, [3])
    with pytest.raises(ValueError, match="inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape"):
        tf.add_n([])
    with pytest.raises(ValueError, match=r"Dimension 0 in both shapes must be equal, but are 2 and 3. Shapes are \[2\] and \[3\]."):
        tf.add_n([x, y])
    with pytest.raises(ValueError, match=r"Shapes \(2,\) and \(3,\) are not compatible"):
        tf.accumulate_n([x, y])


@pytest.mark.parametrize("expression", ["tf.floordiv(x, 0)", "tf.mod(x, 0)", "tf.truncatediv(x, 0)"])
def test_integers_divided_by_zero(graph, expression):
    out = eval(expression, {"tf": tf, "x": tf.constant([1, 2])})
    with pytest.raises(InvalidArgumentError, match="Integer division by zero"):
        fold(out)


def test_known_values_stay_known(graph):
    x = tf.constant([7, -7])
    assert fold(tf.floordiv(x, 2)).tolist() == [3, -4]
    assert fold(tf.truncatediv(x, 2)).tolist() == [3, -3]
    assert fold(tf.mod(x, 2)).tolist() == [1, 1]
    assert fold(tf.reduce_sum(tf.cast(x, tf.float32) * 2.0)) == np.float32(0)


def test_clipping_may_not_widen(graph):
    with pytest.raises(ValueError, match=r"Shapes \(2,\) and \(2, 2\) are not compatible"):
        tf.clip_by_value(tf.placeholder(tf.float32, [2]), tf.placeholder(tf.float32, [2, 1]), 5.0)
    with pytest.raises(TypeError, match="t_list should be a sequence"):
        tf.global_norm(tf.placeholder(tf.float32, [2]))


def test_sparse_tensors_are_mapped(graph):
    sparse = tf.SparseTensor([[0]], [-0.5], [2])
    out = tf.abs(sparse)
    assert isinstance(out, tf.SparseTensor) and out.values.op.name == "Abs_1"
    assert isinstance(tf.cast(sparse, tf.int32), tf.SparseTensor)
