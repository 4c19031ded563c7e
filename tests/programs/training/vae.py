"""A variational autoencoder of stripes, with a reparametrized normal and a learned prior's scale."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from report import Report

SIDE, LATENT = 8, 4


def encoder(x, training):
    with tf.variable_scope("encoder"):
        h = tf.layers.conv2d(x, 8, 3, strides=2, padding="same", use_bias=False)
        h = tf.nn.elu(tf.layers.batch_normalization(h, training=training))
        h = tf.layers.dropout(tf.layers.flatten(h), 0.2, training=training)
        return tf.layers.dense(h, LATENT, name="mean"), tf.layers.dense(h, LATENT, name="log_variance")


def decoder(z):
    with tf.variable_scope("decoder", reuse=tf.AUTO_REUSE):
        h = tf.layers.dense(z, 4 * 4 * 8, tf.nn.elu, kernel_initializer=tf.variance_scaling_initializer(2.0))
        h = tf.reshape(h, [-1, 4, 4, 8])
        return tf.layers.conv2d_transpose(h, 1, 3, strides=2, padding="same")


def stripes(data, count):
    rows = data.randint(0, 2, [count, SIDE, 1, 1])
    return np.broadcast_to(rows, [count, SIDE, SIDE, 1]).astype(np.float32)


def main():
    tf.set_random_seed(11)
    x = tf.placeholder(tf.float32, [None, SIDE, SIDE, 1], name="x")
    mean, log_variance = encoder(x, training=True)
    z = mean + tf.exp(0.5 * log_variance) * tf.random_normal(tf.shape(mean))
    logits = decoder(z)
    reconstruction = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=logits), axis=[1, 2, 3])
    divergence = -0.5 * tf.reduce_sum(1.0 + log_variance - tf.square(mean) - tf.exp(log_variance), axis=1)
    loss = tf.reduce_mean(reconstruction + 0.5 * divergence)
    mean_divergence = tf.reduce_mean(divergence)
    samples = tf.sigmoid(decoder(tf.random_normal([3, LATENT], seed=5)))

    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train = tf.train.RMSPropOptimizer(0.01, momentum=0.5).minimize(loss)
    data = np.random.RandomState(3)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        report = Report(session)
        for _ in range(10):
            value, kl, _ = session.run([loss, mean_divergence, train], {x: stripes(data, 16)})
            report.add(value, kl)
        report.add(session.run(samples).mean(), 0.0)
    report.print()


if __name__ == "__main__":
    main()
