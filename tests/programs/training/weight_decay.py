"""An optimizer of one's own: Adam with weight decay, which passes over variables by name; fine-tuning with warmup."""

from __future__ import annotations

import re

import numpy as np
import tensorflow as tf
from report import Report


class DecayingAdam(tf.train.Optimizer):
    """Adam without bias correction; weights decay, but for those whose names match one of `keep`."""

    def __init__(self, rate, decay, keep, name="DecayingAdam"):
        super().__init__(False, name)
        self.rate, self.decay, self.keep = rate, decay, keep

    def apply_gradients(self, grads_and_vars, global_step=None, name=None):
        changes = []
        for gradient, variable in grads_and_vars:
            if gradient is None:
                continue
            path = re.match(r"^(.*):\d+$", variable.name).group(1)
            slots = {"shape": variable.shape.as_list(), "dtype": tf.float32, "trainable": False, "initializer": tf.zeros_initializer()}
            m = tf.get_variable(path + "/m", **slots)
            v = tf.get_variable(path + "/v", **slots)
            next_m = tf.multiply(0.9, m) + tf.multiply(0.1, gradient)
            next_v = tf.multiply(0.99, v) + tf.multiply(0.01, tf.square(gradient))
            update = next_m / (tf.sqrt(next_v) + 1e-6)
            if not any(re.search(pattern, path) for pattern in self.keep):
                update += self.decay * variable
            changes += [variable.assign(variable - self.rate * update), m.assign(next_m), v.assign(next_v)]
        with tf.control_dependencies([tf.group(*changes)]):
            return tf.assign_add(global_step, 1, name=name).op


def layer(x, units, name):
    with tf.variable_scope(name):
        y = tf.layers.dense(x, units, tf.nn.relu, kernel_initializer=tf.truncated_normal_initializer(stddev=0.2))
        return tf.contrib.layers.layer_norm(y, scope="LayerNorm")


def main():
    tf.set_random_seed(61)
    ids = tf.placeholder(tf.int32, [None, 6])
    labels = tf.placeholder(tf.int32, [None])
    with tf.variable_scope("model"):
        table = tf.get_variable("embeddings", [50, 16], initializer=tf.truncated_normal_initializer(stddev=0.2))
        x = tf.reduce_mean(tf.nn.embedding_lookup(table, ids), axis=1)
        x = tf.nn.dropout(layer(layer(x, 24, "first"), 24, "second"), keep_prob=0.8)
        logits = tf.layers.dense(x, 3, name="output")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))

    step = tf.train.get_or_create_global_step()
    rate = tf.train.polynomial_decay(0.05, step, 10, end_learning_rate=0.0)
    done = tf.cast(step, tf.float32) / 3.0
    warming = tf.cast(step < 3, tf.float32)
    rate = (1.0 - warming) * rate + warming * 0.05 * done
    optimizer = DecayingAdam(rate, 0.1, keep=["LayerNorm", "bias"])
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), clip_norm=1.0)
    train = optimizer.apply_gradients(zip(gradients, variables), global_step=step)

    data = np.random.RandomState(8)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        report = Report(session)
        for _ in range(10):
            batch = data.randint(0, 50, [16, 6])
            value, now, _ = session.run([loss, rate, train], {ids: batch, labels: batch[:, 0] % 3})
            report.add(value, now)
    report.print()


if __name__ == "__main__":
    main()
