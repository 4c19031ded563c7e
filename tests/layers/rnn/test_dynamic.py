"""dynamic_rnn against static_rnn: values, gradients, and gradients of gradients, which the reference refuses for loops."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf

X = np.random.RandomState(0).randn(3, 4, 2)


def _both(make_cell, lengths=None):
    """(static outputs, static state, dynamic outputs, dynamic state, inputs, the kernel) with shared variables."""
    x = tf.placeholder(tf.float64, [3, 4, 2])
    with tf.variable_scope("net"):
        outputs, state = tf.nn.static_rnn(make_cell(), tf.unstack(x, axis=1), dtype=tf.float64, sequence_length=lengths, scope="rnn")
    with tf.variable_scope("net", reuse=True):
        dynamic, dynamic_state = tf.nn.dynamic_rnn(make_cell(), x, dtype=tf.float64, sequence_length=lengths, scope="rnn")
    return tf.stack(outputs, 1), state, dynamic, dynamic_state, x, tf.trainable_variables()[0]


@pytest.mark.parametrize("lengths", [None, [4, 0, 2]])
def test_second_derivatives(lengths):
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        static, _, dynamic, _, x, kernel = _both(lambda: tf.nn.rnn_cell.GRUCell(3), lengths)
        seconds = []
        for y in (static, dynamic):
            first = tf.gradients(tf.reduce_sum(y**2), x)[0]
            seconds += tf.gradients(tf.reduce_sum(first**2), [x, kernel])
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            values = session.run([static, dynamic, *seconds], {x: X})
    np.testing.assert_allclose(values[0], values[1], rtol=1e-12)
    np.testing.assert_allclose(values[2], values[4], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(values[3], values[5], rtol=1e-9, atol=1e-12)
    assert np.abs(values[4]).max() > 1e-3


def test_a_network_serves_every_length():
    """One graph, batches of other sizes and lengths."""
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        x = tf.placeholder(tf.float32, [None, None, 2])
        lengths = tf.placeholder(tf.int32, [None])
        outputs, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(3), x, sequence_length=lengths, dtype=tf.float32)
        gradient = tf.gradients(outputs, x)[0]
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            whole = session.run([outputs, state.h, gradient], {x: X, lengths: [4, 1, 3]})
            part = session.run([outputs, state.h, gradient], {x: X[1:, :3], lengths: [1, 3]})
    np.testing.assert_allclose(part[0], whole[0][1:, :3], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(part[1], whole[1][1:], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(part[2], whole[2][1:, :3], rtol=1e-5, atol=1e-7)
    assert (whole[0][1, 1:] == 0).all() and (whole[2][1, 1:] == 0).all()


def test_unknown_rank_is_refused():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="rank is known"):
        tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(2), tf.placeholder(tf.float32), dtype=tf.float32)
