"""A small Transformer encoder that learns to reverse sequences: attention, layer normalization, Adam with a warmup schedule."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from report import Report

VOCABULARY, LENGTH, WIDTH, HEADS, LAYERS = 20, 8, 32, 4, 2


def layer_norm(x, epsilon=1e-6):
    with tf.variable_scope("layer_norm"):
        scale = tf.get_variable("scale", [WIDTH], initializer=tf.ones_initializer())
        bias = tf.get_variable("bias", [WIDTH], initializer=tf.zeros_initializer())
        mean, variance = tf.nn.moments(x, axes=[-1], keep_dims=True)
        return (x - mean) * tf.rsqrt(variance + epsilon) * scale + bias


def dense(x, units, name, activation=None):
    """A layer on the last axis of [batch, length, width]."""
    with tf.variable_scope(name):
        w = tf.get_variable("kernel", [x.shape[-1].value, units])
        b = tf.get_variable("bias", [units], initializer=tf.zeros_initializer())
        y = tf.tensordot(x, w, [[2], [0]]) + b
        return y if activation is None else activation(y)


def attention(x, mask):
    def heads(t):
        return tf.transpose(tf.reshape(t, [-1, LENGTH, HEADS, WIDTH // HEADS]), [0, 2, 1, 3])

    with tf.variable_scope("attention"):
        q, k, v = (heads(dense(x, WIDTH, name)) for name in ("query", "key", "value"))
        logits = tf.matmul(q, k, transpose_b=True) * (WIDTH // HEADS) ** -0.5
        weights = tf.nn.softmax(logits + tf.expand_dims(tf.expand_dims((1.0 - mask) * -1e9, 1), 1))
        weights = tf.nn.dropout(weights, keep_prob=0.9)
        mixed = tf.reshape(tf.transpose(tf.matmul(weights, v), [0, 2, 1, 3]), [-1, LENGTH, WIDTH])
        return dense(mixed, WIDTH, "output")


def position_signal():
    positions = np.arange(LENGTH)[:, None] / np.power(10000.0, np.arange(WIDTH // 2) * 2.0 / WIDTH)
    return tf.constant(np.concatenate([np.sin(positions), np.cos(positions)], 1), tf.float32)


def model(ids):
    mask = tf.to_float(tf.not_equal(ids, 0))
    table = tf.get_variable("embedding", [VOCABULARY, WIDTH], initializer=tf.random_normal_initializer(0.0, WIDTH**-0.5))
    x = tf.nn.embedding_lookup(table, ids) * WIDTH**0.5 + position_signal()
    for i in range(LAYERS):
        with tf.variable_scope("layer_%d" % i):
            with tf.variable_scope("self"):
                x = layer_norm(x + tf.nn.dropout(attention(x, mask), keep_prob=0.9))
            with tf.variable_scope("feed_forward"):
                hidden = dense(x, 2 * WIDTH, "hidden", tf.nn.relu)
                x = layer_norm(x + dense(hidden, WIDTH, "output"))
    # The output layer shares the embedding.
    return tf.reshape(tf.matmul(tf.reshape(x, [-1, WIDTH]), table, transpose_b=True), [-1, LENGTH, VOCABULARY])


def main():
    tf.set_random_seed(1)
    ids = tf.placeholder(tf.int32, [None, LENGTH])
    with tf.variable_scope("transformer", initializer=tf.glorot_uniform_initializer()):
        logits = model(ids)
    targets = tf.one_hot(tf.reverse(ids, [1]), VOCABULARY, on_value=0.9, off_value=0.1 / (VOCABULARY - 1))
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=targets, logits=logits))

    step = tf.train.get_or_create_global_step()
    count = tf.to_float(step + 1)
    rate = 2.0 * WIDTH**-0.5 * tf.minimum(tf.rsqrt(count), count * 4.0**-1.5)
    optimizer = tf.train.AdamOptimizer(rate, beta1=0.9, beta2=0.98, epsilon=1e-9)
    gradients, variables = zip(*optimizer.compute_gradients(loss))
    clipped, norm = tf.clip_by_global_norm(gradients, 1.0)
    train = optimizer.apply_gradients(zip(clipped, variables), global_step=step)

    data = np.random.RandomState(2)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        report = Report(session)
        for _ in range(10):
            batch = data.randint(0, VOCABULARY, [16, LENGTH])
            report.add(*session.run([loss, norm, train], {ids: batch})[:2])
    report.print()


if __name__ == "__main__":
    main()
