"""2,000 ops in name scopes."""

import tensorflow as tf
from clock import report, timed


def build():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 8])
        for _ in range(20):
            with tf.name_scope("block"):
                for layer in range(20):
                    with tf.name_scope("layer%d" % layer):
                        y = tf.nn.relu(x)
                        y = tf.add(x, y)
                        y = tf.multiply(x, y)
                        y = tf.tanh(y)
                        x = tf.subtract(x, y)


report(build_2000_ops=[timed(build) for _ in range(5)])
