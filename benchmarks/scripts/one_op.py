"""Runs of a graph with one op, fed."""

import numpy as np
import tensorflow as tf
from clock import per_call, report, timed

x = tf.placeholder(tf.float32, [10])
y = tf.square(x)
value = np.ones(10, np.float32)
with tf.Session() as sess:
    run = lambda: sess.run(y, feed_dict={x: value})  # noqa: E731
    first = timed(run)
    report(one_op_first_run=first, one_op_later_run=per_call(run, 1000))
