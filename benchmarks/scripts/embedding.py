"""A step of Adagrad on 256 rows of an embedding of 64 columns: of a short table and of a tall one."""

import itertools

import numpy as np
import tensorflow as tf
from clock import per_call, report, timed


def measure(height):
    """(seconds of the first step, seconds of each later one) on a table of `height` rows."""
    ids = tf.placeholder(tf.int32, [256])
    table = tf.get_variable("table", [height, 64], initializer=tf.zeros_initializer())
    loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(table, ids) - 1.0))
    train = tf.train.AdagradOptimizer(0.1).minimize(loss)
    random = np.random.RandomState(0)
    feeds = itertools.cycle([{ids: random.randint(0, height, 256)} for _ in range(50)])
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        first = timed(lambda: sess.run(train, next(feeds)))
        return first, per_call(lambda: sess.run(train, next(feeds)), 300)


rows = {}
for label, height in (("10k", 10000), ("1m", 1000000)):
    with tf.Graph().as_default():
        rows["embedding_%s_first_step" % label], rows["embedding_%s_later_step" % label] = measure(height)
report(**rows)
