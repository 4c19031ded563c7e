"""Small models with loops, trained by gradients that TensorFlow wrote: stacks, gradient arrays, loops that count down.

Built by real TensorFlow for loop_models.json.gz, imported here.
"""

from __future__ import annotations

import numpy as np

STEPS = 4


def _data(*shape):
    n = int(np.prod(shape))
    return ((np.arange(n) * 37 % n) / n - 0.5).astype(np.float32).reshape(shape)


def _trained(tf, loss, rate=0.1):
    return loss, tf.train.GradientDescentOptimizer(rate).minimize(loss)


def fed_count(tf):
    """A loop whose number of iterations is fed; shapes are not known when the graph is built."""
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    w = tf.get_variable("w", initializer=[[0.5, -0.25], [0.125, 0.75]])
    b = tf.get_variable("b", initializer=[0.1, 0.2])
    _, y = tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, tf.tanh(tf.matmul(y, w) + b * y)), [0, x])
    return (*_trained(tf, tf.reduce_mean(tf.square(y - 1.0))), {"x:0": _data(3, 2), "n:0": np.int32(5)})


def many_iterations(tf):
    """More iterations than a loop has room for at first."""
    x = tf.placeholder(tf.float32, [2], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    w = tf.get_variable("w", initializer=[0.99, 1.01])
    _, y = tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, tf.sin(y * w) + 0.01), [0, x])
    return (*_trained(tf, tf.reduce_sum(tf.square(y - 0.3)), 0.01), {"x:0": _data(2), "n:0": np.int32(150)})


def known_count(tf):
    """A loop of three iterations, two loop variables and a resource variable, Momentum."""
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    w = tf.get_variable("w", initializer=[1.0, 0.5, -0.5], use_resource=True)

    def body(i, a, b):
        return i + 1, a * w + b, tf.sigmoid(b * a) * tf.cast(i, tf.float32)

    _, a, b = tf.while_loop(lambda i, a, b: i < 3, body, (0, x, x * 2.0), maximum_iterations=10)
    loss = tf.reduce_sum(a * a) + tf.reduce_sum(b)
    return loss, tf.train.MomentumOptimizer(0.01, 0.9).minimize(loss), {"x:0": _data(2, 3)}


def nested(tf):
    """A loop in a loop."""
    x = tf.placeholder(tf.float32, [2], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    w = tf.get_variable("w", initializer=[0.5, 0.9])

    def outer(i, a):
        _, b = tf.while_loop(lambda j, b: j <= i, lambda j, b: (j + 1, tf.tanh(b * w) + x), [0, a])
        return i + 1, a * 0.5 + b * w

    _, y = tf.while_loop(lambda i, a: i < n, outer, [0, x])
    return (*_trained(tf, tf.reduce_sum(tf.square(y - 1.0))), {"x:0": _data(2), "n:0": np.int32(4)})


def cond_in_loop(tf):
    """Branches in a loop: one by a loop variable, one by data, one with a variable in one branch only."""
    x = tf.placeholder(tf.float32, [2], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    w = tf.get_variable("w", initializer=[0.5, 1.5])
    v = tf.get_variable("v", initializer=[0.25, -0.5])

    def body(i, y):
        y = tf.cond(tf.equal(i % 2, 0), lambda: tf.tanh(y * w), lambda: y + tf.square(x))
        return i + 1, tf.cond(tf.reduce_sum(y) > 0.5, lambda: tf.exp(y) * 0.25, lambda: y - v * tf.sin(y))

    _, y = tf.while_loop(lambda i, y: i < n, body, [0, x])
    return (*_trained(tf, tf.reduce_sum(tf.square(y - 1.0))), {"x:0": _data(2), "n:0": np.int32(5)})


def loop_in_cond(tf):
    """A loop in a branch."""
    x = tf.placeholder(tf.float32, [2], name="x")
    use = tf.placeholder(tf.bool, [], name="use")
    w = tf.get_variable("w", initializer=[0.5, 1.5])

    def loop():
        return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, tf.tanh(y * w)), [0, x])[1]

    y = tf.cond(use, loop, lambda: x * w)
    return (*_trained(tf, tf.reduce_sum(tf.square(y - 1.0))), {"x:0": _data(2), "use:0": np.bool_(True)})


def lstm(tf):
    """dynamic_rnn with sequence_length and a batch of unknown size, Adam."""
    x = tf.placeholder(tf.float32, [None, None, 3], name="x")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    cell = tf.nn.rnn_cell.BasicLSTMCell(4)
    out, state = tf.nn.dynamic_rnn(cell, x, lengths, dtype=tf.float32)
    loss = tf.reduce_mean(tf.square(out - 0.5)) + tf.reduce_mean(tf.square(state.c))
    train = tf.train.AdamOptimizer(0.05).minimize(loss)
    return loss, train, {"x:0": _data(3, 5, 3), "lengths:0": np.int32([5, 2, 0])}


def bidirectional(tf):
    """bidirectional_dynamic_rnn over embedded words, gradients clipped."""
    words = tf.placeholder(tf.int32, [None, None], name="words")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    table = tf.get_variable("table", [7, 3])
    cells = [tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.LSTMCell(2, use_peepholes=True)]
    outs, _ = tf.nn.bidirectional_dynamic_rnn(*cells, tf.nn.embedding_lookup(table, words), lengths, dtype=tf.float32)
    loss = tf.reduce_mean(tf.square(tf.concat(outs, 2) - 0.25))
    optimizer = tf.train.AdagradOptimizer(0.1)
    grads, variables = zip(*optimizer.compute_gradients(loss))
    grads, _ = tf.clip_by_global_norm(grads, 0.05)
    train = optimizer.apply_gradients(zip(grads, variables))
    return loss, train, {"words:0": np.int32([[1, 2, 3, 0], [6, 5, 0, 0]]), "lengths:0": np.int32([4, 2])}


def sequence_to_sequence(tf):
    """An encoder and an attentive decoder: dynamic_decode with a TrainingHelper."""
    x = tf.placeholder(tf.float32, [2, None, 3], name="x")
    y = tf.placeholder(tf.float32, [2, None, 2], name="y")
    lengths = tf.placeholder(tf.int32, [2], name="lengths")
    memory, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)
    attention = tf.contrib.seq2seq.LuongAttention(4, memory)
    cell = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(4), attention, attention_layer_size=3)
    start = cell.zero_state(2, tf.float32).clone(cell_state=state)
    helper = tf.contrib.seq2seq.TrainingHelper(y, lengths)
    decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, start, tf.layers.Dense(2))
    out, _, _ = tf.contrib.seq2seq.dynamic_decode(decoder)
    loss = tf.reduce_mean(tf.square(out.rnn_output - 0.5))
    train = tf.train.AdamOptimizer(0.05).minimize(loss)
    return loss, train, {"x:0": _data(2, 4, 3), "y:0": _data(2, 3, 2), "lengths:0": np.int32([3, 2])}


def mapped(tf):
    """map_fn, scan and foldl."""
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    w = tf.get_variable("w", initializer=[0.5, 1.5])
    a = tf.map_fn(lambda v: tf.tanh(v * w), x)
    b = tf.scan(lambda s, v: s * w + v, a)
    c = tf.foldl(lambda s, v: s + tf.square(v), b)
    return (*_trained(tf, tf.reduce_sum(tf.square(c - 1.0)), 0.01), {"x:0": _data(4, 2)})


def mapped_in_loop(tf):
    """map_fn in the body of a loop: an array for each iteration."""
    x = tf.placeholder(tf.float32, [3, 2], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    w = tf.get_variable("w", initializer=[0.5, 1.5])
    _, y = tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, tf.map_fn(lambda v: tf.tanh(v * w) + 0.1, y)), [0, x])
    return (*_trained(tf, tf.reduce_sum(tf.square(y - 1.0))), {"x:0": _data(3, 2), "n:0": np.int32(3)})


def arrays(tf):
    """Arrays that are split, concatenated, read twice and grow."""
    x = tf.placeholder(tf.float32, [6, 2], name="x")
    w = tf.get_variable("w", initializer=[0.5, 1.5])
    pieces = tf.TensorArray(tf.float32, 3, clear_after_read=False).split(x * w, [2, 2, 2])
    grown = tf.TensorArray(tf.float32, 0, dynamic_size=True, element_shape=[2, 2], clear_after_read=False)

    def body(i, total, grown):
        piece = pieces.read(i)
        return i + 1, total + piece * pieces.read(0), grown.write(i, tf.sin(piece))

    _, total, grown = tf.while_loop(lambda i, *_: i < 3, body, [0, tf.zeros([2, 2]), grown])
    loss = tf.reduce_sum(tf.square(total)) + tf.reduce_sum(grown.concat()) + tf.reduce_sum(grown.stack() ** 2)
    return (*_trained(tf, loss, 0.02), {"x:0": _data(6, 2)})


MODELS = {
    f.__name__: f
    for f in (fed_count, many_iterations, known_count, nested, cond_in_loop, loop_in_cond, lstm, bidirectional, sequence_to_sequence)
}
MODELS.update((f.__name__, f) for f in (mapped, mapped_in_loop, arrays))


def build(tf, name):
    """(names of loss, train op and initializer, feeds) of a model made in the default graph."""
    tf.set_random_seed(7)
    loss, train, feeds = MODELS[name](tf)
    tf.train.Saver()
    return (loss.name, train.name, tf.global_variables_initializer().name), feeds
