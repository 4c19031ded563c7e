"""Small models, built on any TensorFlow-like module: written by TensorFlow to be read here, and the other way round."""

from __future__ import annotations

import numpy as np

STEPS = 5


def _data(*shape):
    n = int(np.prod(shape))
    return ((np.arange(n) * 37 % n) / n - 0.5).astype(np.float32).reshape(shape)


def mlp(tf):
    """Two layers, softmax, Adam with a decaying learning rate."""
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    labels = tf.placeholder(tf.int64, [None], name="labels")
    step = tf.train.get_or_create_global_step()
    hidden = x
    for i, size in enumerate((8, 3)):
        with tf.variable_scope("layer%d" % i):
            w = tf.get_variable("w", [hidden.shape[1], size])
            b = tf.get_variable("b", [size], initializer=tf.zeros_initializer())
            hidden = tf.nn.bias_add(tf.matmul(hidden, w), b)
            if i == 0:
                hidden = tf.nn.relu(hidden)
    logits = tf.identity(hidden, name="logits")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    loss += 0.01 * tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables() if v.op.name.endswith("w")])
    rate = tf.train.exponential_decay(0.1, step, 2, 0.9)
    train = tf.train.AdamOptimizer(rate).minimize(loss, step)
    return loss, train, logits, {"x:0": _data(6, 4), "labels:0": np.arange(6) % 3}


def convolutional(tf):
    """Convolutions, pooling, batch normalization with moving averages, Momentum with clipped gradients."""
    x = tf.placeholder(tf.float32, [None, 8, 8, 1], name="x")
    y = tf.placeholder(tf.float32, [None, 2], name="y")
    w1 = tf.get_variable("w1", [3, 3, 1, 4])
    h = tf.nn.conv2d(x, w1, [1, 1, 1, 1], "SAME")
    gamma = tf.get_variable("gamma", [4], initializer=tf.ones_initializer())
    beta = tf.get_variable("beta", [4], initializer=tf.zeros_initializer())
    mean = tf.get_variable("moving_mean", [4], initializer=tf.zeros_initializer(), trainable=False)
    h, batch_mean, _ = tf.nn.fused_batch_norm(h, gamma, beta)
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign(mean, mean * 0.9 + batch_mean * 0.1))
    h = tf.nn.max_pool(tf.nn.elu(h), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    w2 = tf.get_variable("w2", [2, 2, 4, 2])
    h = tf.reduce_mean(tf.nn.conv2d(h, w2, [1, 2, 2, 1], "VALID"), [1, 2])
    out = tf.sigmoid(h, name="out")
    loss = tf.reduce_mean(tf.squared_difference(out, y))
    optimizer = tf.train.MomentumOptimizer(0.5, 0.9, use_nesterov=True)
    grads = optimizer.compute_gradients(loss)
    clipped, _ = tf.clip_by_global_norm([g for g, _ in grads], 0.5)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train = optimizer.apply_gradients(zip(clipped, [v for _, v in grads]))
    return loss, train, out, {"x:0": _data(3, 8, 8, 1), "y:0": np.float32([[0, 1], [1, 0], [0, 0]])}


def resource(tf):
    """Resource variables, dropout with a seed, layers joined and sliced, RMSProp."""
    x = tf.placeholder(tf.float32, [4, 6], name="x")
    with tf.variable_scope("r", use_resource=True):
        w = tf.get_variable("w", [6, 4])
        v = tf.get_variable("v", [4, 2])
    h = tf.nn.dropout(tf.tanh(tf.matmul(x, w)), rate=0.25, seed=5)
    h = tf.concat([h[:, :2], h[:, 2:] * 2.0], 1)
    out = tf.identity(tf.matmul(h, v), name="out")
    loss = tf.reduce_sum(tf.square(out - 1.0))
    train = tf.train.RMSPropOptimizer(0.01, momentum=0.5).minimize(loss)
    return loss, train, out, {"x:0": _data(4, 6)}


def embedding(tf):
    """Rows of tables, reference and resource, with sparse gradients; Adagrad."""
    words = tf.placeholder(tf.int32, [None, 3], name="words")
    table = tf.get_variable("table", [7, 4])
    other = tf.get_variable("other", [7, 4], use_resource=True)
    rows = tf.nn.embedding_lookup(table, words) + tf.nn.embedding_lookup(other, words)
    out = tf.reduce_sum(rows, 1, name="out")
    loss = tf.reduce_mean(tf.square(out - 0.5))
    train = tf.train.AdagradOptimizer(0.1).minimize(loss)
    return loss, train, out, {"words:0": np.int32([[1, 2, 2], [6, 0, 1]])}


def branches(tf):
    """A cond, nested, whose branches train."""
    x = tf.placeholder(tf.float32, [4], name="x")
    use = tf.placeholder(tf.bool, [], name="use")
    a = tf.get_variable("a", [4])
    b = tf.get_variable("b", [4])
    out = tf.cond(use, lambda: x * a + tf.cond(tf.reduce_sum(x) > 0, lambda: b, lambda: b * 2.0), lambda: tf.exp(a) - x, name="choice")
    out = tf.identity(out, name="out")
    loss = tf.reduce_sum(out * out)
    train = tf.train.GradientDescentOptimizer(0.05).minimize(loss)
    return loss, train, out, {"x:0": _data(4), "use:0": np.bool_(True)}


def loops(tf):
    """A loop with a cond inside, and a recurrent network."""
    x = tf.placeholder(tf.float32, [2], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    w = tf.get_variable("w", initializer=[1.5, 2.0])

    def body(i, y):
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: y * w, lambda: y + x)

    _, y = tf.while_loop(lambda i, y: i < n, body, [0, x], name="loop")
    states, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), tf.reshape(x, [1, 2, 1]), dtype=tf.float32)
    out = tf.concat([y, tf.reshape(states, [-1])], 0, name="out")
    loss = tf.reduce_sum(out * out, name="loss")
    return loss, tf.no_op(), out, {"x:0": np.float32([1, 2]), "n:0": np.int32(3)}


MODELS = {f.__name__: f for f in (mlp, convolutional, resource, embedding, branches)}
#: models whose gradients are not in the graph
FORWARD = {"loops": loops}


def build(tf, name):
    """Builds a model in the default graph: (names of loss, train, output and initializer; feeds)."""
    tf.set_random_seed(11)
    loss, train, out, feeds = {**MODELS, **FORWARD}[name](tf)
    init = tf.global_variables_initializer()
    return [loss.name, train.name, out.name, init.name], feeds
