"""A training step of a perceptron with three layers, by Adam."""

import numpy as np
import tensorflow as tf
from clock import per_call, report, timed


def build():
    x = tf.placeholder(tf.float32, [None, 784])
    labels = tf.placeholder(tf.int32, [None])
    h = x
    for i, units in enumerate((256, 128, 10)):
        with tf.variable_scope("layer%d" % i):
            w = tf.get_variable("w", [h.get_shape()[1].value, units])
            b = tf.get_variable("b", [units], initializer=tf.zeros_initializer())
            h = tf.nn.bias_add(tf.matmul(h, w), b)
            if units > 10:
                h = tf.nn.relu(h)
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=h))
    return x, labels, loss, tf.train.AdamOptimizer(1e-3).minimize(loss)


nodes = []
built = timed(lambda: nodes.extend(build()))
x, labels, loss, train = nodes
random = np.random.RandomState(0)
feed = {x: random.rand(128, 784).astype(np.float32), labels: random.randint(0, 10, 128)}
with tf.Session() as sess:
    init = timed(lambda: sess.run(tf.global_variables_initializer()))
    first = timed(lambda: sess.run([train, loss], feed))
    later = per_call(lambda: sess.run([train, loss], feed), 200)
    report(mlp_build=built, mlp_initialize=init, mlp_first_step=first, mlp_later_step=later)
