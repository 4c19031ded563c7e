"""A graph whose branches and loops are functions (If, While, Case): built by TensorFlow alone, with its control flow v2."""

from __future__ import annotations

import numpy as np

FEEDS = [
    {"x:0": np.float32([1, 2]), "k:0": np.int32(1)},
    {"x:0": np.float32([-1, 0.5]), "k:0": np.int32(0)},
    {"x:0": np.float32([3, 0.5]), "k:0": np.int32(7)},
]
FETCHES = ["a:0", "b:0", "c:0", "d:0", "e:0"]


def build(tf):
    """Builds the graph in the default graph; its initializer is called `init`."""
    x = tf.placeholder(tf.float32, [2], name="x")
    k = tf.placeholder(tf.int32, [], name="k")
    w = tf.get_variable("w", initializer=[2.0, 3.0], use_resource=True)
    tf.identity(tf.cond(tf.reduce_sum(x) > 0, lambda: x * w, lambda: tf.cond(x[0] > 0, lambda: x, lambda: w - x)), name="a")

    def body(i, y):
        return i + 1, tf.cond(i > 1, lambda: y * w, lambda: y + tf.constant([1.0, 0.5]))

    tf.identity(tf.while_loop(lambda i, y: i < 3 + k % 2, body, [0, x])[1], name="b")
    tf.identity(tf.switch_case(k, [lambda: x, lambda: x * w, lambda: tf.constant([7.0, 8.0])]), name="c")

    def outer(i, y):
        return i + 1, y + tf.while_loop(lambda j, z: j < i, lambda j, z: (j + 1, z * 0.5 + w), [0, y])[1]

    tf.identity(tf.while_loop(lambda i, y: i < 3, outer, [0, x])[1], name="d")
    tf.identity(tf.cond(x[0] > 2, lambda: tf.while_loop(lambda y: tf.reduce_sum(y) < 50, lambda y: [y * 2.0], [x]), lambda: x), name="e")
    tf.global_variables_initializer()
