"""Programs whose objects tf.train.Checkpoint saves, for any TensorFlow-like module: real TensorFlow 1.15 (Python 3.7) or scopeflow.

Each takes the module and a function that makes the next value of a variable (so that a second run of the program can begin
with others), and gives the root.
"""

import numpy as np


def layers(tf, value):
    dense = tf.layers.Dense(2, kernel_initializer=tf.constant_initializer(value()), bias_initializer=tf.constant_initializer(value()))
    norm = tf.layers.BatchNormalization(gamma_initializer=tf.constant_initializer(value()))
    y = norm(dense(tf.ones([1, 3])))
    optimizer = tf.train.AdamOptimizer(value())
    step = optimizer.minimize(tf.reduce_sum(y * y))
    root = tf.train.Checkpoint(model=dense, norm=norm, optimizer=optimizer)
    root.train_op_name = step.name
    return root


def cells(tf, value):
    made = [
        tf.nn.rnn_cell.LSTMCell(2, initializer=tf.constant_initializer(value())),
        tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(2, kernel_initializer=tf.constant_initializer(value())), 0.5),
        tf.nn.rnn_cell.BasicLSTMCell(2),
    ]
    cell = tf.nn.rnn_cell.MultiRNNCell(made)
    with tf.variable_scope("rnn", initializer=tf.constant_initializer(value())):
        tf.nn.dynamic_rnn(cell, tf.ones([1, 4, 3]), dtype=tf.float32)
    return tf.train.Checkpoint(cell=cell)


def structures(tf, value):
    root = tf.train.Checkpoint()
    root.l = [tf.Variable(value()), [tf.Variable(value(), use_resource=True)], "text"]
    root.l.append(tf.Variable([value(), value()]))
    root.d = {"a": tf.Variable(value()), "b/c.d": tf.Variable(value()), "number": 3}
    root.x = 5
    root.list = tf.contrib.checkpoint.List([tf.Variable(value())])
    root.mapping = tf.contrib.checkpoint.Mapping({"k": tf.Variable(value())})
    root.numpy = tf.contrib.checkpoint.NumpyState()
    root.numpy.array = np.full([2], value())
    root.unique = tf.contrib.checkpoint.UniqueNameTracker()
    v = root.unique.track(tf.Variable(value()), "v")
    root.unique.track(tf.Variable(value()), "v")
    root.untracked = tf.contrib.checkpoint.NoDependency(tf.Variable(value()))
    root.pair = (tf.Variable(value()),)
    root.again = v
    return root


def templates(tf, value):
    def outer(x):
        a = tf.get_variable("a", initializer=[value()])
        with tf.variable_scope("s"):
            b = tf.get_variable("b", initializer=[value()])
        inner = tf.make_template("inner", lambda: tf.get_variable("c", initializer=[value()]))
        return a + b + inner()

    made = tf.make_template("made", outer)
    made(1.0)
    return tf.train.Checkpoint(made=made)


def optimizers(tf, value):
    v = tf.Variable([value(), value()], name="first")
    w = tf.Variable([value()], name="second", use_resource=True)
    a = tf.train.MomentumOptimizer(0.1, 0.9)
    a.minimize(tf.reduce_sum(v * v) + tf.reduce_sum(w * w))
    b = tf.train.RMSPropOptimizer(0.1, momentum=0.9)
    b.minimize(tf.reduce_sum(v * v))
    return tf.train.Checkpoint(v=v, w=w, a=a, b=b, step=tf.train.get_or_create_global_step())


def modules(tf, value):
    class Linear(tf.Module):
        def __init__(self, name=None):
            super().__init__(name=name)
            with self.name_scope:
                self.w = tf.Variable([value()], name="w")
            self.parts = [tf.Variable(value())]

    class TwoLinear(tf.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = Linear(), Linear("other")

    return tf.train.Checkpoint(module=TwoLinear())


PROGRAMS = [layers, cells, structures, templates, optimizers, modules]


def values(start):
    """A function that gives start, start + 0.25, start + 0.5, ..."""
    count = iter(range(1000))
    return lambda: start + 0.25 * next(count)


def described(graph):
    """The nodes of a TrackableObjectGraph as lists."""
    return [
        [
            [[c.local_name, c.node_id] for c in node.children],
            [[a.name, a.full_name, a.checkpoint_key] for a in node.attributes],
            [[s.slot_name, s.original_variable_node_id, s.slot_variable_node_id] for s in node.slot_variables],
        ]
        for node in graph.nodes
    ]


def tensors(reader):
    """The tensors of a checkpoint, but for the object graph, as lists."""
    names = sorted(n for n in reader.get_variable_to_shape_map() if n != "_CHECKPOINTABLE_OBJECT_GRAPH")
    return {n: _listed(reader.get_tensor(n)) for n in names}


def _listed(value):
    return value.hex() if isinstance(value, bytes) else np.asarray(value).tolist()
