"""5,000 look-ups of variables that are there, in scopes that reuse."""

import tensorflow as tf
from clock import report, timed


def reuse():
    for _ in range(50):
        with tf.variable_scope("model", reuse=True):
            for layer in range(10):
                with tf.variable_scope("layer%d" % layer):
                    for i in range(10):
                        tf.get_variable("w%d" % i, [8, 8])


with tf.variable_scope("model"):
    for layer in range(10):
        with tf.variable_scope("layer%d" % layer):
            for i in range(10):
                tf.get_variable("w%d" % i, [8, 8])
report(reuse_5000_times=[timed(reuse) for _ in range(5)])
