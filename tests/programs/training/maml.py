"""Model-agnostic meta-learning of sine waves: gradients through a step of gradient descent, of second order."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from report import Report

INNER_RATE, INNER_STEPS, TASKS, SHOTS = 0.05, 2, 4, 10


def weights():
    with tf.variable_scope("net", initializer=tf.truncated_normal_initializer(stddev=0.5)):
        shapes = {"w1": [1, 20], "b1": [20], "w2": [20, 20], "b2": [20], "w3": [20, 1], "b3": [1]}
        zeros = tf.zeros_initializer()
        return {k: tf.get_variable(k, shapes[k], initializer=zeros if k[0] == "b" else None) for k in sorted(shapes)}


def network(x, w):
    h = tf.nn.tanh(tf.matmul(x, w["w1"]) + w["b1"])
    h = tf.nn.tanh(tf.matmul(h, w["w2"]) + w["b2"])
    return tf.matmul(h, w["w3"]) + w["b3"]


def error(x, y, w):
    return tf.losses.mean_squared_error(y, network(x, w), loss_collection=None)


def adapted(x, y, w):
    """The weights after steps of gradient descent on a task's examples, as tensors."""
    fast = dict(w)
    for _ in range(INNER_STEPS):
        names = sorted(fast)
        gradients = tf.gradients(error(x, y, fast), [fast[k] for k in names])
        fast = {k: fast[k] - INNER_RATE * g for k, g in zip(names, gradients)}
    return fast


def sines(data):
    amplitude, phase = data.uniform(0.5, 2.0, [TASKS, 1, 1]), data.uniform(0.0, np.pi, [TASKS, 1, 1])
    x = data.uniform(-3.0, 3.0, [TASKS, 2 * SHOTS, 1])
    return x, amplitude * np.sin(x - phase)


def main():
    tf.set_random_seed(41)
    x = tf.placeholder(tf.float32, [TASKS, 2 * SHOTS, 1])
    y = tf.placeholder(tf.float32, [TASKS, 2 * SHOTS, 1])
    w = weights()
    before, after = [], []
    for task in range(TASKS):
        with tf.name_scope("task_%d" % task):
            train_x, test_x = tf.split(x[task], 2)
            train_y, test_y = tf.split(y[task], 2)
            before.append(error(test_x, test_y, w))
            after.append(error(test_x, test_y, adapted(train_x, train_y, w)))
    loss = tf.reduce_mean(tf.stack(after))
    unadapted = tf.add_n(before)
    train = tf.train.AdamOptimizer(0.01).minimize(loss)

    data = np.random.RandomState(6)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        report = Report(session)
        for _ in range(10):
            xs, ys = sines(data)
            # On its own: beside the step, its reads and the step's writes would have no order.
            first = session.run(unadapted, {x: xs, y: ys})
            report.add(session.run([loss, train], {x: xs, y: ys})[0], first)
    report.print()


if __name__ == "__main__":
    main()
