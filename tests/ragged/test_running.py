"""Ragged tensors are fetched and fed as RaggedTensorValues."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf


@pytest.fixture(autouse=True)
def _graph():
    with tf.Graph().as_default():
        yield


def test_a_fetch_gives_nested_values() -> None:
    inner = tf.RaggedTensor.from_row_splits([1.0, 2.0, 3.0], [0, 2, 2, 3])
    with tf.Session() as session:
        value, number = session.run([tf.RaggedTensor.from_row_splits(inner, [0, 1, 3]), tf.constant(5)])
    assert isinstance(value, tf.ragged.RaggedTensorValue)
    assert value.to_list() == [[[1.0, 2.0]], [[], [3.0]]] and number == 5
    assert value.ragged_rank == 2 and value.shape == (2, None, None) and value.dtype == np.float32


def test_a_placeholder_is_fed_with_a_value() -> None:
    p = tf.ragged.placeholder(tf.float32, 1, value_shape=[])
    total = tf.reduce_sum(p * 2.0, axis=1)
    with tf.Session() as session:
        assert session.run(total, {p: tf.ragged.constant_value([[1.0, 2.0], [], [3.0]], dtype=np.float32)}).tolist() == [6.0, 0.0, 6.0]
        assert session.run(total, {p: tf.ragged.constant_value([[4.0]], dtype=np.float32)}).tolist() == [8.0]


def test_a_value_of_another_kind_is_refused() -> None:
    p = tf.ragged.placeholder(tf.float32, 1, value_shape=[])
    with tf.Session() as session:
        with pytest.raises(TypeError, match="must be a RaggedTensorValue"):
            session.run(p, {p: [[1.0]]})
        with pytest.raises(ValueError, match="2 ragged dimensions"):
            session.run(p, {p: tf.ragged.constant_value([[[1.0]]], dtype=np.float32)})


def test_values_know_their_types() -> None:
    with pytest.raises(TypeError, match="row_splits"):
        tf.ragged.RaggedTensorValue(np.array([1.0]), [0, 1])
    with pytest.raises(TypeError, match="values"):
        tf.ragged.RaggedTensorValue([1.0], np.array([0, 1]))
    inner = tf.ragged.RaggedTensorValue(np.array([1.0]), np.array([0, 1], np.int32))
    with pytest.raises(ValueError, match="same dtype"):
        tf.ragged.RaggedTensorValue(inner, np.array([0, 1]))


def test_gradients_flow_through_values() -> None:
    x = tf.placeholder(tf.float32, [None])
    r = tf.RaggedTensor.from_row_lengths(x, [2, 0, 1])
    (gradient,) = tf.gradients(tf.reduce_sum(tf.gather(r * r, [0, 2, 2]).to_tensor()), x)
    with tf.Session() as session:
        assert session.run(tf.convert_to_tensor(gradient), {x: [1.0, 2.0, 3.0]}).tolist() == [2.0, 4.0, 12.0]
