"""A Siamese network learns handwritten digits: one encoder, by reuse of its variables, reads two images.

It learns to tell which digit each image shows, and to put images of the same digit close together. Written as in 2017; it runs on
TensorFlow 1.15 and, untouched, on scopeflow: `scopeflow run examples/digits.py`.
"""

from __future__ import print_function

import time

import numpy as np
import tensorflow as tf

FLAGS = tf.app.flags.FLAGS
tf.app.flags.DEFINE_string("data", "", "an .npz file with `images` [count, 8, 8] and `labels` [count]; scikit-learn's digits if empty")
tf.app.flags.DEFINE_integer("epochs", 20, "passes over the training data")
tf.app.flags.DEFINE_integer("batch", 64, "pairs in a step")
tf.app.flags.DEFINE_boolean("first_losses", False, "print the losses of the first 20 steps")


def load():
    """Images in [0, 1] as [count, 8, 8, 1] and labels, cut into training and test data."""
    if FLAGS.data:
        with np.load(FLAGS.data) as data:
            images, labels = data["images"], data["labels"]
    else:
        from sklearn.datasets import load_digits

        digits = load_digits()
        images, labels = digits.images, digits.target
    images = (images / 16.0).astype(np.float32)[..., np.newaxis]
    labels = labels.astype(np.int32)
    order = np.random.RandomState(0).permutation(len(images))
    images, labels = images[order], labels[order]
    return images[360:], labels[360:], images[:360], labels[:360]


def conv(x, name, filters):
    """A convolution of 3x3 with relu."""
    with tf.variable_scope(name):
        w = tf.get_variable("w", [3, 3, x.get_shape()[-1].value, filters], initializer=tf.truncated_normal_initializer(stddev=0.1))
        b = tf.get_variable("b", [filters], initializer=tf.constant_initializer(0.1))
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, w, strides=[1, 1, 1, 1], padding="SAME"), b))


def dense(x, name, units, activation=None):
    """A fully connected layer."""
    with tf.variable_scope(name):
        w = tf.get_variable("w", [x.get_shape()[-1].value, units], initializer=tf.contrib.layers.xavier_initializer())
        b = tf.get_variable("b", [units], initializer=tf.zeros_initializer())
        y = tf.matmul(x, w) + b
        return y if activation is None else activation(y)


def encoder(images, keep_prob, reuse=False):
    """[batch, 8, 8, 1] to [batch, 64]."""
    with tf.variable_scope("encoder", reuse=reuse):
        x = conv(images, "conv1", 16)
        x = conv(x, "conv2", 32)
        x = tf.nn.max_pool(x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
        x = tf.reshape(x, [-1, 4 * 4 * 32])
        x = tf.nn.dropout(x, keep_prob)
        return dense(x, "code", 64, tf.nn.relu)


def classifier(codes, reuse=False):
    """[batch, 64] to [batch, 10]."""
    with tf.variable_scope("classifier", reuse=reuse):
        return dense(codes, "logits", 10)


def print_tree(variables):
    """The variables by scope."""
    tree = {}
    for v in variables:
        folder = tree
        for part in v.op.name.split("/")[:-1]:
            folder = folder.setdefault(part, {})
        folder[v.op.name.split("/")[-1]] = v

    def show(folder, indent):
        for name in sorted(folder):
            if isinstance(folder[name], dict):
                print(indent + name + "/")
                show(folder[name], indent + "    ")
            else:
                print(indent + name, folder[name].get_shape().as_list())

    show(tree, "  ")


def main(_):
    tf.set_random_seed(1)
    images, labels, test_images, test_labels = load()

    with tf.name_scope("inputs"):
        left = tf.placeholder(tf.float32, [None, 8, 8, 1], name="left")
        right = tf.placeholder(tf.float32, [None, 8, 8, 1], name="right")
        left_label = tf.placeholder(tf.int32, [None], name="left_label")
        right_label = tf.placeholder(tf.int32, [None], name="right_label")
        keep_prob = tf.placeholder_with_default(1.0, [], name="keep_prob")

    left_code = encoder(left, keep_prob)
    right_code = encoder(right, keep_prob, reuse=True)
    left_logits = classifier(left_code)
    right_logits = classifier(right_code, reuse=True)

    with tf.name_scope("loss"):
        same = tf.to_float(tf.equal(left_label, right_label))
        squared = tf.reduce_mean(tf.square(left_code - right_code), axis=1)
        apart = tf.square(tf.maximum(1.0 - tf.sqrt(squared + 1e-6), 0.0))
        contrast = tf.reduce_mean(same * squared + (1.0 - same) * apart)
        left_loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=left_label, logits=left_logits))
        right_loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=right_label, logits=right_logits))
        loss = left_loss + right_loss + 0.1 * contrast

    global_step = tf.Variable(0, trainable=False, name="global_step")
    train = tf.train.AdamOptimizer(0.002).minimize(loss, global_step=global_step)
    accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(left_logits, 1), tf.cast(left_label, tf.int64)), tf.float32))

    random = np.random.RandomState(0)
    first_losses = []
    start = time.time()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for epoch in range(FLAGS.epochs):
            one, two = random.permutation(len(images)), random.permutation(len(images))
            losses = []
            for at in range(0, len(images) - FLAGS.batch + 1, FLAGS.batch):
                i, j = one[at : at + FLAGS.batch], two[at : at + FLAGS.batch]
                feed = {left: images[i], right: images[j], left_label: labels[i], right_label: labels[j], keep_prob: 0.7}
                _, value = sess.run([train, loss], feed_dict=feed)
                losses.append(value)
            first_losses += losses[: 20 - len(first_losses)]
            score = sess.run(accuracy, feed_dict={left: test_images, left_label: test_labels})
            print("epoch %2d  loss %.4f  test accuracy %.2f%%  %.1f s" % (epoch + 1, np.mean(losses), 100 * score, time.time() - start))
        print("steps: %d  test accuracy: %.2f%%" % (sess.run(global_step), 100 * score))

    if FLAGS.first_losses:
        print("first losses: " + " ".join("%.6f" % v for v in first_losses))
    print("trained variables:")
    print_tree(tf.trainable_variables())


if __name__ == "__main__":
    tf.app.run()
