"""Runs of an assignment."""

import tensorflow as tf
from clock import per_call, report, timed

v = tf.get_variable("v", [100, 100], initializer=tf.zeros_initializer())
add = tf.assign_add(v, tf.ones([100, 100])).op
with tf.Session() as sess:
    init = timed(lambda: sess.run(tf.global_variables_initializer()))
    first = timed(lambda: sess.run(add))
    report(initialize_one_variable=init, assign_first_run=first, assign_later_run=per_call(lambda: sess.run(add), 1000))
