"""Pooling: fractional regions, tensor sizes, ties."""

from __future__ import annotations

import numpy as np
import pytest

import scopeflow as tf


@pytest.mark.parametrize("pseudo_random", [True, False])
@pytest.mark.parametrize("overlapping", [True, False])
def test_fractional_regions(pseudo_random: bool, overlapping: bool) -> None:
    """Random boundaries cover the input, in regions of one of two sizes; the maxima are those of the regions."""
    x = np.random.default_rng(0).normal(size=[2, 10, 9, 2])
    with tf.Graph().as_default(), tf.Session() as session:
        pooled = tf.nn.fractional_max_pool(tf.constant(x), [1.0, 1.5, 1.7, 1.0], pseudo_random, overlapping)
        out, rows, columns = session.run(list(pooled))
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (0, 10, 0, 9)
    assert set(np.diff(rows)) <= {1, 2}
    more = 1 if overlapping else 0
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            region = x[:, rows[i] : rows[i + 1] + more, columns[j] : columns[j + 1] + more]
            np.testing.assert_array_equal(out[:, i, j], region.max(axis=(1, 2)))


def test_fractional_seeds_need_deterministic() -> None:
    """As in the reference."""
    with tf.Graph().as_default(), tf.Session() as session:
        out = tf.nn.fractional_avg_pool(tf.ones([1, 4, 4, 1]), [1.0, 1.5, 1.5, 1.0], seed=3)
        with pytest.raises(tf.errors.InvalidArgumentError, match="Both seed and seed2 should be 0"):
            session.run(out[0])


def test_the_first_of_equals_gets_the_gradient() -> None:
    """In max_pool; max_pool3d gives it to all of them."""
    with tf.Graph().as_default(), tf.Session() as session:
        x, y = tf.ones([1, 2, 2, 1]), tf.ones([1, 2, 2, 2, 1])
        one = tf.gradients(tf.nn.max_pool(x, 2, 2, "VALID"), x)[0]
        all_of_them = tf.gradients(tf.nn.max_pool3d(y, 2, 2, "VALID"), y)[0]
        a, b = session.run([one, all_of_them])
    assert a.ravel().tolist() == [1, 0, 0, 0]
    assert b.ravel().tolist() == [1] * 8


def test_argmax_counts_from_the_batch_if_asked() -> None:
    """(row * width + column) * depth + channel, and the batch before it."""
    x = np.zeros([2, 2, 2, 1], np.float32)
    x[0, 1, 0, 0] = x[1, 0, 1, 0] = 5
    with tf.Graph().as_default(), tf.Session() as session:
        apart = tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")[1]
        together = tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], "VALID", include_batch_in_index=True)[1]
        a, b = session.run([apart, together])
    assert a.ravel().tolist() == [2, 1]
    assert b.ravel().tolist() == [2, 5]
