"""1,000 variables by get_variable in nested scopes."""

import tensorflow as tf
from clock import report, timed


def build():
    with tf.Graph().as_default():
        for block in range(10):
            with tf.variable_scope("block%d" % block):
                for layer in range(10):
                    with tf.variable_scope("layer%d" % layer):
                        for i in range(10):
                            tf.get_variable("w%d" % i, [8, 8])


report(create_1000_scoped_variables=[timed(build) for _ in range(5)])
