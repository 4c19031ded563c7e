"""The whole story in seconds: names, sharing, a session, a gradient, training, the import hook."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf


@pytest.fixture(autouse=True)
def fresh_graph() -> None:
    tf.reset_default_graph()


def test_names() -> None:
    with tf.variable_scope("model"):
        with tf.name_scope("layer"):
            v = tf.Variable(0.0, name="v")
            w = tf.get_variable("w", [2])
            total = v + w
    assert (v.name, w.name, total.name) == ("model/layer/v:0", "model/w:0", "model/layer/add:0")


def test_sharing() -> None:
    def layer(reuse: object) -> object:
        with tf.variable_scope("layer", reuse=reuse):
            return tf.get_variable("w", [2])

    first = layer(False)
    assert layer(True) is first
    assert layer(tf.AUTO_REUSE) is first
    with pytest.raises(ValueError, match="Variable layer/w already exists, disallowed"):
        layer(False)
    assert [x.name for x in tf.global_variables()] == ["layer/w:0"]


def test_a_session_runs_and_keeps_state() -> None:
    x = tf.placeholder(tf.float32, [None, 2])
    w = tf.get_variable("w", initializer=tf.constant([[1.0], [2.0]]))
    y = tf.matmul(x, w)
    double = tf.assign(w, 2 * w)
    with tf.Session() as sess:
        with pytest.raises(tf.errors.FailedPreconditionError):
            sess.run(w)
        sess.run(tf.global_variables_initializer())
        assert sess.run(y, {x: [[1, 1], [0, 3]]}).tolist() == [[3], [6]]
        sess.run(double)
        assert sess.run(y, {x: [[1, 1]]}).tolist() == [[6]]


def test_gradients() -> None:
    x = tf.constant([1.0, 2.0])
    (grad,) = tf.gradients(tf.reduce_sum(x * x), [x])
    with tf.Session() as sess:
        assert sess.run(grad).tolist() == [2, 4]


def test_same_seed_same_numbers() -> None:
    tf.set_random_seed(1)
    u = tf.random_uniform([3])
    with tf.Session() as sess:
        first, second = sess.run(u), sess.run(u)
    assert not np.array_equal(first, second)
    with tf.Session() as sess:
        assert np.array_equal(sess.run(u), first)
    # what TensorFlow 1.15.5 draws
    np.testing.assert_array_equal(first, np.array([0.7787855863571167, 0.8011977672576904, 0.7243746519088745], np.float32))


def test_training() -> None:
    random = np.random.RandomState(0)
    images = random.rand(64, 3).astype(np.float32)
    labels = images @ np.array([[1.0], [-2.0], [0.5]], np.float32)
    x, y = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.float32, [None, 1])
    with tf.variable_scope("linear"):
        w = tf.get_variable("w", [3, 1], initializer=tf.zeros_initializer())
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - y))
    train = tf.train.AdamOptimizer(0.1).minimize(loss)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for _ in range(300):
            sess.run(train, {x: images, y: labels})
        assert sess.run(loss, {x: images, y: labels}) < 1e-4


@pytest.mark.usefixtures("hooked")
def test_unmodified_program() -> None:
    import tensorflow
    from tensorflow.python.framework import ops

    assert tensorflow.__version__ == "1.15.5"
    assert ops.Graph is tf.Graph
