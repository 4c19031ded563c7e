"""A generative adversarial network: one discriminator, used twice; two optimizers, each with its own variables."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from report import Report


def generator(z):
    with tf.variable_scope("generator"):
        h = tf.layers.dense(z, 16, activation=tf.nn.leaky_relu, name="h1")
        h = tf.layers.dense(h, 16, activation=tf.nn.leaky_relu, name="h2")
        return tf.layers.dense(h, 2, name="out")


def discriminator(x, reuse=None):
    with tf.variable_scope("discriminator", reuse=reuse):
        h = tf.layers.dense(x, 24, activation=tf.nn.leaky_relu, name="h1")
        h = tf.layers.dropout(h, 0.3, training=True)
        h = tf.layers.dense(h, 24, activation=tf.tanh, name="h2", kernel_regularizer=tf.contrib.layers.l2_regularizer(1e-3))
        return tf.layers.dense(h, 1, name="out")


def cross_entropy(logits, label):
    labels = tf.fill(tf.shape(logits), label)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=logits, labels=labels))


def ring(data, count):
    angle = data.rand(count) * 2 * np.pi
    return np.stack([np.cos(angle), np.sin(angle)], 1) + 0.05 * data.randn(count, 2)


def main():
    tf.set_random_seed(21)
    real = tf.placeholder(tf.float32, [None, 2])
    noise = tf.random_uniform([32, 3], -1.0, 1.0)
    fake = generator(noise)
    real_logits = discriminator(real)
    fake_logits = discriminator(fake, reuse=True)
    d_loss = cross_entropy(real_logits, 0.9) + cross_entropy(fake_logits, 0.0)
    d_total = d_loss + tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
    g_loss = cross_entropy(fake_logits, 1.0)

    d_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="discriminator")
    g_vars = [v for v in tf.trainable_variables() if v.name.startswith("generator/")]
    step = tf.Variable(0, trainable=False, name="step")
    rate = tf.train.inverse_time_decay(0.01, step, 5, 0.5)
    d_train = tf.train.AdamOptimizer(rate, beta1=0.5).minimize(d_total, var_list=d_vars, name="d_train")
    g_train = tf.train.AdamOptimizer(0.01, beta1=0.5).minimize(g_loss, global_step=step, var_list=g_vars, name="g_train")

    data = np.random.RandomState(4)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        report = Report(session)
        for _ in range(10):
            d_value, _ = session.run([d_loss, d_train], {real: ring(data, 32)})
            g_value, _ = session.run([g_loss, g_train])
            report.add(d_value, g_value)
    report.print()


if __name__ == "__main__":
    main()
