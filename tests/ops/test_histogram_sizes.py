"""A histogram of values that come into a compiled run."""

from __future__ import annotations

import numpy as np

import scopeflow as tf


def test_values_fed_and_masked():
    with tf.Graph().as_default(), tf.Session() as sess:
        x, mask = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.bool, [None])
        counts = tf.histogram_fixed_width(tf.boolean_mask(x, mask), [0.0, 1.0], nbins=4, dtype=tf.int64)
        np.testing.assert_array_equal(sess.run(counts, {x: [0.1, 0.3, 0.9, 7.0], mask: [True, False, True, True]}), [1, 0, 0, 2])
        np.testing.assert_array_equal(sess.run(counts, {x: [], mask: []}), [0, 0, 0, 0])
