"""A stack of gated, dilated, causal convolutions in the manner of WaveNet, with averages of its weights."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from report import Report

LEVELS, CHANNELS, SKIP, DILATIONS, LENGTH = 32, 12, 16, (1, 2, 4, 8), 48


def quantized(audio):
    """Mu-law: values in [-1, 1] to classes."""
    mu = LEVELS - 1.0
    magnitude = tf.log1p(mu * tf.minimum(tf.abs(audio), 1.0)) / np.log1p(mu)
    return tf.to_int32((tf.sign(audio) * magnitude + 1.0) / 2.0 * mu + 0.5)


def causal(x, channels, width, dilation, name):
    with tf.variable_scope(name):
        kernel = tf.get_variable("kernel", [width, x.shape[-1].value, channels])
        padded = tf.pad(x, [[0, 0], [(width - 1) * dilation, 0], [0, 0]])
        return tf.nn.convolution(padded, kernel, padding="VALID", dilation_rate=[dilation])


def pointwise(x, channels, name):
    with tf.variable_scope(name):
        bias = tf.get_variable("bias", [channels], initializer=tf.zeros_initializer())
        return tf.nn.bias_add(causal(x, channels, 1, 1, "conv"), bias)


def model(classes):
    x = causal(tf.one_hot(classes, LEVELS), CHANNELS, 2, 1, "front")
    skips = []
    for i, dilation in enumerate(DILATIONS):
        with tf.variable_scope("block_%d" % i):
            gated = tf.tanh(causal(x, CHANNELS, 2, dilation, "filter")) * tf.sigmoid(causal(x, CHANNELS, 2, dilation, "gate"))
            skips.append(pointwise(gated, SKIP, "skip"))
            x = x + pointwise(gated, CHANNELS, "residual")
    out = tf.nn.relu(tf.add_n(skips))
    return pointwise(tf.nn.relu(pointwise(out, SKIP, "post_1")), LEVELS, "post_2")


def tones(data, count):
    frequency, phase = data.uniform(0.05, 0.4, [count, 1]), data.uniform(0.0, 6.28, [count, 1])
    return 0.8 * np.sin(frequency * np.arange(LENGTH) + phase)


def main():
    tf.set_random_seed(51)
    audio = tf.placeholder(tf.float32, [None, LENGTH])
    classes = quantized(audio)
    with tf.variable_scope("wavenet", initializer=tf.contrib.layers.xavier_initializer_conv2d()):
        logits = model(classes[:, :-1])
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=classes[:, 1:], logits=logits)
    loss = tf.reduce_mean(losses)

    step = tf.train.create_global_step()
    rate = tf.train.exponential_decay(0.1, step, 4, 0.8, staircase=True)
    descent = tf.train.MomentumOptimizer(rate, 0.9, use_nesterov=True).minimize(loss, global_step=step)
    averages = tf.train.ExponentialMovingAverage(0.9, num_updates=step)
    with tf.control_dependencies([descent]):
        train = averages.apply(tf.trainable_variables())
    kernel = [v for v in tf.trainable_variables() if v.op.name == "wavenet/front/kernel"][0]
    smooth = tf.reduce_sum(tf.abs(averages.average(kernel)))

    data = np.random.RandomState(7)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        report = Report(session)
        for _ in range(10):
            value, _ = session.run([loss, train], {audio: tones(data, 8)})
            report.add(value, session.run(smooth))
    report.print()


if __name__ == "__main__":
    main()
