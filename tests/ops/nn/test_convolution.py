"""Convolutions: groups, errors of a run, gradients of gradients."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf


def test_fewer_filter_channels_make_groups() -> None:
    """A filter of half the input's depth sees half of the channels."""
    x = np.random.default_rng(0).normal(size=[1, 4, 4, 4]).astype(np.float32)
    w = np.random.default_rng(1).normal(size=[3, 3, 2, 6]).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        whole = tf.nn.conv2d(x, w, 1, "SAME")
        halves = [tf.nn.conv2d(x[..., 2 * i : 2 * i + 2], w[..., 3 * i : 3 * i + 3], 1, "SAME") for i in (0, 1)]
        a, b = session.run([whole, tf.concat(halves, -1)])
    np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


def test_run_time_sizes_that_do_not_fit() -> None:
    """Sizes known only in the run are checked there."""
    with tf.Graph().as_default(), tf.Session() as session:
        sizes = tf.placeholder(tf.int32, [4])
        out = tf.nn.conv2d_transpose(tf.ones([1, 2, 2, 1]), tf.ones([2, 2, 1, 1]), sizes, 2)
        assert session.run(out, {sizes: [1, 4, 4, 1]}).shape == (1, 4, 4, 1)
        with pytest.raises(tf.errors.InvalidArgumentError, match="Size of out_backprop"):
            session.run(out, {sizes: [1, 9, 9, 1]})


def test_strides_over_batch_and_depth_are_refused() -> None:
    """As in the reference, when it runs."""
    with tf.Graph().as_default(), tf.Session() as session:
        out = tf.nn.conv2d(tf.ones([2, 4, 4, 2]), tf.ones([1, 1, 2, 2]), [2, 1, 1, 1], "SAME")
        with pytest.raises(tf.errors.InvalidArgumentError, match="batch and depth"):
            session.run(out)


def test_second_gradient() -> None:
    """The gradient of a convolution's gradient is that of the linear function it is."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=[1, 4, 4, 2]), rng.normal(size=[2, 2, 2, 3])
    with tf.Graph().as_default(), tf.Session() as session:
        a, b = tf.constant(x), tf.constant(w)
        y = tf.nn.conv2d(a, b, 1, "SAME")
        (first,) = tf.gradients(tf.reduce_sum(y**3), a)
        (second,) = tf.gradients(tf.reduce_sum(first), a)
        # d/da of sum(3 y^2 conv^T(1)): by finite differences
        step = 1e-5
        ahead = session.run(first, {a: x + step})
        behind = session.run(first, {a: x - step})
        exact = session.run(second)
    np.testing.assert_allclose((ahead - behind).sum() / (2 * step), exact.sum(), rtol=1e-6)


def test_a_shape_from_the_fed_batch() -> None:
    """A transposed convolution sized by tf.shape compiles for each batch size."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 3, 3, 2])
        out = tf.nn.conv2d_transpose(x, tf.ones([2, 2, 4, 2]), tf.stack([tf.shape(x)[0], 6, 6, 4]), 2)
        assert out.shape.as_list() == [None, 6, 6, 4]
        for n in (1, 3):
            assert session.run(out, {x: np.ones([n, 3, 3, 2])}).shape == (n, 6, 6, 4)
