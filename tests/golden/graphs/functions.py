"""A graph that calls functions: of one and of no result, nested, with a variable; built by TensorFlow alone."""

from __future__ import annotations

import numpy as np

FEEDS = {"x:0": np.float32([1, 2])}
FETCHES = ["p:0", "q:0", "r:0", "StatefulPartitionedCall:0"]


def build(tf):
    """Builds the graph in the default graph; its initializer is called `init`."""
    from tensorflow.python.framework import function

    w = tf.get_variable("w", initializer=[2.0, 3.0], use_resource=True)

    @function.Defun(tf.float32, tf.float32, func_name="scaled")
    def scaled(a, b):
        return a * b + tf.reduce_sum(a), tf.concat([a, b, b], 0)

    @function.Defun(tf.float32, func_name="outer")
    def outer(a):
        first, second = scaled(a, a * 2.0)
        return first + 0.0, tf.split(second, 3)[2]

    @function.Defun(tf.float32, func_name="nothing")
    def nothing(a):
        tf.print(a)
        return

    x = tf.placeholder(tf.float32, [2], name="x")
    p, q = outer(x)
    tf.identity(p, name="p")
    tf.identity(q, name="q")
    add = tf.function(lambda a: (a * w, w.assign_add(a))[0])
    with tf.control_dependencies([p]):
        tf.identity(add(x), name="r")
    nothing(x)
    tf.global_variables_initializer()
