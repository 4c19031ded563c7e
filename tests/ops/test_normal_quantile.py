"""tf.distributions.Normal.quantile."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

import scopeflow as tf


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float32, 2e-6), (np.float64, 1e-12)])
def test_quantiles_are_the_inverse_of_the_integral(dtype, rtol):
    p = np.array([1e-7, 1e-4, 0.01, 0.02424, 0.02426, 0.3, 0.7, 0.975, 0.99], dtype)
    with tf.Graph().as_default(), tf.Session() as sess:
        given = tf.constant(p)
        quantiles = tf.distributions.Normal(dtype(0), dtype(2)).quantile(given)
        found, slopes = sess.run([quantiles, tf.gradients(quantiles, given)[0]])
        expected = np.array([NormalDist(0, 2).inv_cdf(float(x)) for x in p])
        np.testing.assert_allclose(found, expected, rtol=rtol)
        np.testing.assert_allclose(slopes, [1 / NormalDist(0, 2).pdf(x) for x in expected], rtol=1e-4)
        ends = sess.run(tf.distributions.Normal(dtype(0), dtype(1)).quantile(tf.constant([0, 0.5, 1, -1], dtype)))
        np.testing.assert_array_equal(ends, [-np.inf, 0, np.inf, np.nan])
