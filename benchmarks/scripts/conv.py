"""A training step of a network with two convolutions, by gradient descent."""

import numpy as np
import tensorflow as tf
from clock import per_call, report, timed


def build():
    x = tf.placeholder(tf.float32, [None, 28, 28, 1])
    labels = tf.placeholder(tf.int32, [None])
    h = x
    for i, filters in enumerate((16, 32)):
        with tf.variable_scope("conv%d" % i):
            w = tf.get_variable("w", [3, 3, h.get_shape()[3].value, filters])
            b = tf.get_variable("b", [filters], initializer=tf.zeros_initializer())
            h = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(h, w, [1, 1, 1, 1], "SAME"), b))
            h = tf.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    with tf.variable_scope("logits"):
        w = tf.get_variable("w", [7 * 7 * 32, 10])
        logits = tf.matmul(tf.reshape(h, [-1, 7 * 7 * 32]), w)
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    return x, labels, loss, tf.train.GradientDescentOptimizer(0.01).minimize(loss)


nodes = []
built = timed(lambda: nodes.extend(build()))
x, labels, loss, train = nodes
random = np.random.RandomState(0)
feed = {x: random.rand(64, 28, 28, 1).astype(np.float32), labels: random.randint(0, 10, 64)}
with tf.Session() as sess:
    init = timed(lambda: sess.run(tf.global_variables_initializer()))
    first = timed(lambda: sess.run([train, loss], feed))
    later = per_call(lambda: sess.run([train, loss], feed), 60)
    report(conv_build=built, conv_initialize=init, conv_first_step=first, conv_later_step=later)
