"""Defun: functions with gradients of their own."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.variables.defun import Defun


def values(*fetches: object) -> list[list[float]]:
    with tf.Session() as session:
        return [np.asarray(v).tolist() for v in session.run(list(fetches))]


def test_its_ops_and_their_gradient() -> None:
    @Defun(tf.float32, tf.float32)
    def f(x, y):
        return x * y, y

    x, y = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
    a, b = f(x, y)
    assert a.name.startswith("f/")
    assert f.name == "f"
    assert values(a, b, *tf.gradients(a, [x, y])) == [[3, 8], [3, 4], [3, 4], [1, 2]]


def test_a_python_gradient() -> None:
    def double(op: SimpleNamespace, grad: tf.Tensor) -> list[tf.Tensor]:
        assert len(op.inputs) == 2 and len(op.outputs) == 1
        return [grad * 10.0, op.inputs[0] * grad]

    @Defun(tf.float32, tf.float32, func_name="g", python_grad_func=double)
    def f(x, y):
        return x * y

    x, y = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
    z = f(x, y)
    assert values(z, *tf.gradients(z, [x, y])) == [[3, 8], [10, 10], [1, 2]]


def test_a_function_as_gradient() -> None:
    @Defun(tf.float32, tf.float32)
    def slope(x, grad):
        return grad * x * 100.0

    @Defun(tf.float32, grad_func=slope)
    def square(x):
        return x * x

    x = tf.constant([1.0, 2.0])
    y = square(x)
    assert values(y, *tf.gradients(y, x)) == [[1, 4], [100, 200]]


def test_arguments_are_converted_and_counted() -> None:
    @Defun(tf.float32)
    def f(x):
        return x + 1.0

    assert values(f(2)) == [3.0]
    with pytest.raises(ValueError, match="Expected number of arguments: 1, received: 2"):
        f(1.0, 2.0)
    with pytest.raises(ValueError, match="defined twice"):
        Defun(grad_func=f, python_grad_func=f)


def test_the_type_of_a_reference_variable_is_that_of_its_values() -> None:
    """Tensor2Tensor gives variables' own types, which are those of references."""
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.Variable([1.0, 2.0])

        @Defun(v.dtype)
        def double(x):
            return (x * 2.0,)

        y = double(v)  # one result comes alone
        session.run(tf.global_variables_initializer())
        assert session.run(y).tolist() == [2.0, 4.0]
