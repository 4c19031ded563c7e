"""A small residual network of tf.contrib.slim, batch-normalized, on images of bright quarters; trained by slim's own train op."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from report import Report
from tensorflow.contrib.slim.nets import resnet_v1

slim = tf.contrib.slim

SIDE, CLASSES, BATCH = 8, 4, 6


def network(images):
    blocks = [
        resnet_v1.resnet_v1_block("block1", base_depth=4, num_units=2, stride=2),
        resnet_v1.resnet_v1_block("block2", base_depth=8, num_units=2, stride=1),
    ]
    with slim.arg_scope(resnet_v1.resnet_arg_scope(weight_decay=1e-3, batch_norm_decay=0.9, batch_norm_epsilon=1e-2)):
        with slim.arg_scope([slim.conv2d], activation_fn=tf.nn.elu):
            net = slim.conv2d(images, 8, [3, 3], scope="stem")
        return resnet_v1.resnet_v1(net, blocks, is_training=True, global_pool=True, include_root_block=False, scope="resnet")


def batch(data):
    labels = data.randint(0, CLASSES, BATCH)
    images = data.rand(BATCH, SIDE, SIDE, 3).astype(np.float32)
    half = SIDE // 2
    for image, label in zip(images, labels):
        row, column = divmod(label, 2)
        image[row * half : (row + 1) * half, column * half : (column + 1) * half] += 1.0
    return images, labels


def main():
    tf.set_random_seed(23)
    images = tf.placeholder(tf.float32, [None, SIDE, SIDE, 3], name="images")
    labels = tf.placeholder(tf.int32, [None], name="labels")
    net, end_points = network(images)
    logits = slim.fully_connected(slim.flatten(net), CLASSES, activation_fn=None, normalizer_fn=slim.layer_norm, scope="logits")
    data_loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    total_loss = tf.losses.get_total_loss()
    rate = tf.train.exponential_decay(0.01, slim.get_or_create_global_step(), 4, 0.7, staircase=True)
    optimizer = tf.train.MomentumOptimizer(rate, 0.9)
    train = slim.learning.create_train_op(
        total_loss, optimizer, clip_gradient_norm=2.0, gradient_multipliers={"logits/weights": 0.5}, check_numerics=True
    )
    mean = tf.reduce_mean(slim.get_unique_variable("resnet/block2/unit_2/bottleneck_v1/conv3/BatchNorm/moving_mean"))
    variance = tf.reduce_mean(end_points["resnet/block1"])
    data = np.random.RandomState(5)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        report = Report(session)
        for _ in range(10):
            x, y = batch(data)
            feed = {images: x, labels: y}
            features, cross_entropy = session.run([variance, data_loss], feed)
            total = session.run(train, feed)
            report.add(total, cross_entropy, features, session.run(mean))
    report.print()


if __name__ == "__main__":
    main()
