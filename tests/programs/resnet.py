"""A batch-normalised residual network of tf.layers, trained for ten steps on made-up images; prints what it did as JSON."""

import json

import numpy as np
import tensorflow as tf

BATCH, SIZE, CLASSES, STEPS = 16, 12, 5, 10


def images(seed):
    """Images of [SIZE, SIZE, 3] and labels: each class is a pattern of its own, under noise."""
    random = np.random.RandomState(seed)
    patterns = np.random.RandomState(0).uniform(-1, 1, [CLASSES, SIZE, SIZE, 3])
    labels = random.randint(CLASSES, size=BATCH)
    noise = random.uniform(-1, 1, [BATCH, SIZE, SIZE, 3])
    return (patterns[labels] + noise).astype(np.float32), labels.astype(np.int32)


def normalized(x, training, name=None):
    """Batch normalization and a ReLU."""
    x = tf.layers.batch_normalization(x, momentum=0.9, epsilon=1e-5, training=training, fused=True, name=name)
    return tf.nn.relu(x)


def convolved(x, filters, kernel_size, strides=1, name=None):
    """A convolution without bias."""
    return tf.layers.conv2d(
        x, filters, kernel_size, strides, padding='same', use_bias=False, name=name,
        kernel_initializer=tf.variance_scaling_initializer(),
        kernel_regularizer=tf.contrib.layers.l2_regularizer(1e-4))  # fmt: skip


def block(x, filters, strides, training):
    """A residual block: normalization before convolution."""
    before = normalized(x, training)
    shortcut = x
    if strides != 1 or x.shape[-1].value != filters:
        shortcut = convolved(before, filters, 1, strides, name="shortcut")
    x = convolved(before, filters, 3, strides)
    x = normalized(x, training)
    return convolved(x, filters, 3) + shortcut


def network(x, training):
    """Logits [batch, CLASSES]."""
    with tf.variable_scope("resnet", values=[x]):
        x = convolved(x, 8, 3, name="stem")
        for stage, filters in enumerate([8, 16]):
            with tf.variable_scope("stage%d" % (stage + 1)):
                for i in range(2):
                    with tf.variable_scope(None, "block"):
                        x = block(x, filters, 2 if stage and not i else 1, training)
        x = normalized(x, training, name="last")
        x = tf.reduce_mean(x, [1, 2], name="pool")
        x = tf.layers.dropout(x, 0.2, training=training)
        return tf.layers.dense(x, CLASSES, name="logits")


def main():
    tf.set_random_seed(42)
    x = tf.placeholder(tf.float32, [None, SIZE, SIZE, 3], name="images")
    labels = tf.placeholder(tf.int32, [None], name="labels")
    training = tf.placeholder_with_default(False, [], name="training")
    logits = network(x, training)
    cross_entropy = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    loss = tf.losses.get_total_loss()
    accuracy, update_accuracy = tf.metrics.accuracy(labels, tf.argmax(logits, 1))
    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.1, step, 5, 0.5, staircase=True)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train = tf.train.MomentumOptimizer(rate, 0.9).minimize(loss, step)

    done = {"variables": [], "losses": [], "rates": []}
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        for v in tf.global_variables():
            value = session.run(v).ravel()
            done["variables"].append([v.name, v.shape.as_list(), [float(n) for n in value[:3]], float(np.abs(value).sum())])
        for i in range(STEPS):
            batch = images(i + 1)
            feeds = {x: batch[0], labels: batch[1], training: True}
            _, value, r = session.run([train, loss, rate], feeds)
            done["losses"].append(float(value))
            done["rates"].append(float(r))
        test = images(99)
        feeds = {x: test[0], labels: test[1]}
        session.run(update_accuracy, feeds)
        done["test"] = [float(session.run(cross_entropy, feeds)), float(session.run(accuracy))]
        averages = [v for v in tf.global_variables() if "resnet/last/moving" in v.name]
        done["averages"] = [[float(n) for n in a] for a in session.run(averages)]
    done["updates"] = [u.name for u in tf.get_collection(tf.GraphKeys.UPDATE_OPS)]
    done["regularization"] = [t.name for t in tf.losses.get_regularization_losses()]
    done["ops"] = [op.name for op in logits.graph.get_operations() if op.name.startswith("resnet/") and "Initializer" not in op.name]
    print(json.dumps(done))


if __name__ == "__main__":
    main()
