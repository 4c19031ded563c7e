"""tf.test.compute_gradient."""

from __future__ import annotations

import numpy as np

import scopeflow as tf


def test_gradients_and_differences_agree() -> None:
    with tf.Graph().as_default(), tf.Session():
        x, y = tf.constant([[1.0, 2.0]]), tf.constant([[3.0], [4.0]])
        product = tf.matmul(x, y)
        pairs = tf.test.compute_gradient([x, y], [[1, 2], [2, 1]], product, [1, 1], [np.ones([1, 2]), np.ones([2, 1])])
        # The start values hold for the tensor that moves; the other has that of the graph.
        for (exact, measured), wanted in zip(pairs, [[[3.0], [4.0]], [[1.0], [2.0]]]):
            np.testing.assert_array_equal(exact, wanted)
            np.testing.assert_allclose(measured, exact, rtol=1e-3)
        assert tf.test.compute_gradient_error(x, [1, 2], tf.square(x), [1, 2]) < 1e-2
        assert tf.test.compute_gradient_error(x, [1, 2], tf.stop_gradient(x), [1, 2]) > 0.9


def test_complex_numbers_have_two_parts() -> None:
    with tf.Graph().as_default(), tf.Session():
        z = tf.constant([1 + 2j], tf.complex64)
        exact, measured = tf.test.compute_gradient(z, [1], z * (1 + 1j), [1], delta=1e-2)
        assert exact.shape == measured.shape == (2, 2)
        np.testing.assert_allclose(exact, measured, atol=1e-3)
