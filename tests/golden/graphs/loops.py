"""A graph of nested loops and branches, and what it gives: built by real TensorFlow for loops.pb.gz, imported here."""

from __future__ import annotations

FEEDS = ([1.0, 2.0], [0.1, 0.2])
NAMES = ("nested:0", "in_branch:0", "mapped:0", "scanned:0")


def build(tf):
    """Makes the graph in the default graph: a placeholder `x` [None], results `NAMES`."""
    x = tf.placeholder(tf.float32, [None], name="x")
    w = tf.constant([1.0, 2.0], name="w")

    def inner(i, a):
        def body(j, b):
            return j + 1, tf.cond(tf.reduce_sum(b) > 5.0, lambda: b * 0.5, lambda: b + w)

        return tf.while_loop(lambda j, b: j < i, body, [0, a])[1]

    def outer(i, a):
        b = inner(i, a)
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: b * w, lambda: tf.cond(tf.reduce_sum(b) > 3.0, lambda: b - 1.0, lambda: b + 1.0))

    tf.identity(tf.while_loop(lambda i, a: i < 5, outer, [0, x])[1], name="nested")
    in_branch = tf.cond(
        tf.reduce_sum(x) > 1.0, lambda: tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * x), [0, x])[1], lambda: x
    )
    tf.identity(in_branch, name="in_branch")
    tf.identity(tf.map_fn(lambda v: v * v + 1.0, x), name="mapped")
    tf.identity(tf.scan(lambda a, v: a * 0.5 + v, x), name="scanned")
    return x


def results(tf, prefix=""):
    """The values of NAMES for each of FEEDS, and the gradient of their sum for the first, as nested lists."""
    graph = tf.get_default_graph()
    x = graph.get_tensor_by_name(prefix + "x:0")
    ys = [graph.get_tensor_by_name(prefix + n) for n in NAMES]
    with tf.Session() as session:
        values = [[v.tolist() for v in session.run(ys, {x: feed})] for feed in FEEDS]
        return {"values": values, "gradient": session.run(tf.gradients(ys, x)[0], {x: FEEDS[0]}).tolist()}
