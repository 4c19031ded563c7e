"""Dropout: seeds, rates, what it returns."""

from __future__ import annotations

import numpy as np

import scopeflow as tf


def test_nothing_dropped_is_the_tensor_itself() -> None:
    """A rate of 0 adds no nodes."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [2])
        assert tf.nn.dropout(x, rate=0) is x
        assert tf.nn.dropout(x, 1.0) is x
        assert len(graph.get_operations()) == 1


def test_the_gradient_uses_the_same_mask() -> None:
    """Forward and backward see one draw."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.ones([100])
        y = tf.nn.dropout(x, 0.5)
        out, grad = session.run([y, tf.gradients(y, x)[0]])
    np.testing.assert_array_equal(out, grad)
    assert set(out.tolist()) == {0.0, 2.0}


def test_runs_differ_and_sessions_repeat() -> None:
    """With a seed, each session gives the same sequence of masks."""
    sequences = []
    with tf.Graph().as_default():
        y = tf.nn.dropout(tf.ones([64]), 0.5, seed=3)
        for _ in range(2):
            with tf.Session() as session:
                sequences.append([session.run(y).tolist() for _ in range(2)])
    assert sequences[0] == sequences[1]
    assert sequences[0][0] != sequences[0][1]
