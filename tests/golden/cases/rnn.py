"""Running cells over sequences: static_rnn, dynamic_rnn, raw_rnn and what is made of them."""

_X = "s = np.random.RandomState(0)\nx = P(s.randn(3, 4, 2).astype(np.%s), %s)\n"
_F = _X % ("float32", "None")
_OPEN = _X % ("float32", "[None, None, 2]")
_END = "\nout = [r, [v.name for v in tf.global_variables()]]"
_UNSTACK = _F + "u = tf.unstack(x, axis=1)\n"

CASES = [
    # static
    _UNSTACK + "r = tf.nn.static_rnn(tf.nn.rnn_cell.LSTMCell(3), u, dtype=tf.float32)" + _END,
    _UNSTACK + "r = tf.nn.static_rnn(tf.nn.rnn_cell.LSTMCell(3), u, dtype=tf.float32, sequence_length=P([4, 0, 2]))" + _END,
    _UNSTACK
    + "r = tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(3), u, initial_state=tf.ones([3, 3]), sequence_length=P(np.array([1, 3, 2])), scope='mine')"
    + _END,
    _UNSTACK
    + "r = tf.nn.static_rnn(tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.LSTMCell(2)]), u, dtype=tf.float32, sequence_length=P([4, 1, 2]))"
    + _END,
    _OPEN
    + "r = tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(3), [x[:, 0], x[:, 1]], dtype=tf.float32, sequence_length=P([2, 0, 1], [None]))"
    + _END,
    _UNSTACK + "r = tf.nn.static_bidirectional_rnn(tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.LSTMCell(2), u, dtype=tf.float32)" + _END,
    _UNSTACK
    + "r = tf.nn.static_bidirectional_rnn(tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.GRUCell(2), u, dtype=tf.float32, sequence_length=P([4, 0, 2]), scope='b')"
    + _END,
    _UNSTACK
    + "r = tf.contrib.rnn.stack_bidirectional_rnn([tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.GRUCell(2)], [tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.GRUCell(1)], u, dtype=tf.float32)"
    + _END,
    _UNSTACK
    + """
class Saver(object):
    def state(self, name):
        return tf.ones([3, 3]) * (2. if name == 'c' else 1.)
    def save_state(self, name, value):
        return tf.identity(value, name='saved_' + name)
r = tf.nn.static_state_saving_rnn(tf.nn.rnn_cell.LSTMCell(3), u, Saver(), ('c', 'h'))
out = [r, [o.name for o in tf.get_default_graph().get_operations() if 'saved' in o.name]]
""",
    _UNSTACK
    + """
class Saver(object):
    def state(self, name):
        return tf.ones([3, 3])
    def save_state(self, name, value):
        return tf.identity(value)
r = tf.nn.static_state_saving_rnn(tf.nn.rnn_cell.GRUCell(3), u, Saver(), 'h', sequence_length=[4, 0, 1], scope='z')
"""
    + _END,
    # dynamic
    _F + "r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicRNNCell(3), x, dtype=tf.float32)" + _END,
    _F + "r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(3), x, sequence_length=P([4, 0, 2]), dtype=tf.float32)" + _END,
    _F + "r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(3), x, sequence_length=P([1, 0, 2]), dtype=tf.float32)" + _END,
    _OPEN
    + "r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(3, use_peepholes=True, num_proj=2), x, sequence_length=P([4, 0, 2], [None]), dtype=tf.float32)"
    + _END,
    _OPEN
    + "r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(3, state_is_tuple=False), x, dtype=tf.float32, swap_memory=True, parallel_iterations=2)"
    + _END,
    _F
    + "r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), tf.transpose(x, [1, 0, 2]), time_major=True, initial_state=P(s.randn(3, 3).astype(np.float32)), scope='enc')"
    + _END,
    _F
    + "r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.LSTMCell(2)]), x, sequence_length=P(np.array([3, 4, 2])), dtype=tf.float32)"
    + _END,
    (_X % ("float64", "[None, None, 2]"))
    + "r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(3), x, sequence_length=[2, 3, 4], dtype=tf.float64)"
    + _END,
    "x = P(np.zeros((2, 0, 3), np.float32), [2, None, 3]); r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), tf.stop_gradient(x), dtype=tf.float32)"
    + _END,
    "x = P(np.zeros((0, 2, 3), np.float32), [None, 2, 3]); r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)" + _END,
    _F
    + "r = tf.nn.dynamic_rnn(tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(3), output_keep_prob=0.5, variational_recurrent=True, dtype=tf.float32, seed=3), x, dtype=tf.float32)"
    + _END,
    _F + "r = tf.nn.dynamic_rnn(tf.contrib.rnn.LSTMBlockCell(3), x, sequence_length=P([4, 1, 2]), dtype=tf.float32)" + _END,
    _F + "r = tf.nn.dynamic_rnn(tf.contrib.rnn.LayerNormBasicLSTMCell(3), x, dtype=tf.float32)" + _END,
    """
class Pair(tf.nn.rnn_cell.RNNCell):
    state_size = property(lambda self: {'a': 2, 'b': tf.TensorShape([3])})
    output_size = property(lambda self: (2, tf.TensorShape([])))
    def call(self, inputs, state):
        x, y = inputs
        a = tf.tanh(state['a'] + x)
        return (a * 2., tf.reduce_sum(y, 1)), {'a': a, 'b': state['b'] + y}
s = np.random.RandomState(0)
x = P(s.randn(3, 4, 2).astype(np.float32)); y = P(s.randn(3, 4, 3).astype(np.float32))
r = tf.nn.dynamic_rnn(Pair(), (x, y), sequence_length=[4, 2, 0], dtype=tf.float32)
out = r
""",
    _F + "r = tf.nn.bidirectional_dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.LSTMCell(2), x, dtype=tf.float32)" + _END,
    _OPEN
    + "r = tf.nn.bidirectional_dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.GRUCell(2), x, sequence_length=P([4, 0, 2]), dtype=tf.float32, scope='b')"
    + _END,
    _F
    + "r = tf.nn.bidirectional_dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.GRUCell(2), tf.transpose(x, [1, 0, 2]), time_major=True, sequence_length=[4, 1, 2], initial_state_fw=tf.ones([3, 3]), initial_state_bw=tf.zeros([3, 2]))"
    + _END,
    _F
    + "r = tf.contrib.rnn.stack_bidirectional_dynamic_rnn([tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.GRUCell(2)], [tf.nn.rnn_cell.GRUCell(2), tf.nn.rnn_cell.GRUCell(1)], x, dtype=tf.float32, sequence_length=[4, 1, 2])"
    + _END,
    # sharing
    _F
    + "c = tf.nn.rnn_cell.GRUCell(3)\na, _ = tf.nn.dynamic_rnn(c, x, dtype=tf.float32)\nb, _ = tf.nn.dynamic_rnn(c, 2 * x, dtype=tf.float32)\nr = [a, b]"
    + _END,
    _F
    + "with tf.variable_scope('m'):\n  a, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)\nwith tf.variable_scope('m', reuse=True):\n  b, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), 2 * x, dtype=tf.float32)\nr = [a, b]"
    + _END,
    _F
    + "a, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)\nb, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), a, dtype=tf.float32, scope='rnn_2')\nr = b"
    + _END,
    # raw
    """
s = np.random.RandomState(0)
x = P(s.randn(4, 3, 2).astype(np.float32))
inputs = tf.TensorArray(tf.float32, size=4).unstack(x)
l = P([4, 0, 2])
c = tf.nn.rnn_cell.LSTMCell(3)
def loop_fn(time, output, state, loop_state):
    next_state = c.zero_state(3, tf.float32) if output is None else state
    finished = time >= l
    next_input = tf.cond(tf.reduce_all(finished), lambda: tf.zeros([3, 2]), lambda: inputs.read(time))
    return finished, next_input, next_state, output, None
a, final, loop = tf.nn.raw_rnn(c, loop_fn)
out = [a.stack(), final, loop]
""",
    """
c = tf.nn.rnn_cell.GRUCell(3)
x = P(np.random.RandomState(0).randn(2, 3).astype(np.float32))
def loop_fn(time, output, state, loop_state):
    if output is None:
        return tf.zeros([2], tf.bool), x, x, {'half': tf.zeros([3]), 'n': tf.zeros([1], tf.int32)}, tf.constant(1.)
    return time >= 3, output, state, {'half': output / 2., 'n': tf.fill([2, 1], time)}, loop_state * 2.
a, final, loop = tf.nn.raw_rnn(c, loop_fn, scope='raw')
out = [a['half'].stack(), a['n'].stack(), final, loop]
""",
    # fused
    _F
    + "t = tf.transpose(x, [1, 0, 2])\nr = tf.contrib.rnn.LSTMBlockFusedCell(3)(t, dtype=tf.float32, sequence_length=P([4, 0, 2]))"
    + _END,
    _F
    + "t = tf.transpose(x, [1, 0, 2])\nr = tf.contrib.rnn.LSTMBlockFusedCell(3, use_peephole=True, cell_clip=0.1, forget_bias=0.)(t, initial_state=(tf.ones([3, 3]), tf.zeros([3, 3])))"
    + _END,
    _F + "t = tf.transpose(x, [1, 0, 2])\nr = tf.contrib.rnn.LSTMBlockFusedCell(3)([t[0], t[1]], dtype=tf.float32)" + _END,
    _F
    + "t = tf.transpose(x, [1, 0, 2])\nr = tf.contrib.rnn.TimeReversedFusedRNN(tf.contrib.rnn.LSTMBlockFusedCell(3))(t, dtype=tf.float32, sequence_length=P([4, 0, 2]))"
    + _END,
    _F
    + "t = tf.transpose(x, [1, 0, 2])\nr = tf.contrib.rnn.FusedRNNCellAdaptor(tf.nn.rnn_cell.GRUCell(3), use_dynamic_rnn=True)(t, dtype=tf.float32, sequence_length=P([4, 0, 2]))"
    + _END,
    _F
    + "t = tf.transpose(x, [1, 0, 2])\nr = tf.contrib.rnn.TimeReversedFusedRNN(tf.contrib.rnn.FusedRNNCellAdaptor(tf.nn.rnn_cell.GRUCell(3)))(t, dtype=tf.float32)"
    + _END,
    # errors
    _F + "out = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x)",
    _F + "out = tf.nn.dynamic_rnn(3, x, dtype=tf.float32)",
    _F + "out = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x[0], dtype=tf.float32)",
    "x = P(np.zeros((2, 3, 4), np.float32), [2, 3, None]); out = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)",
    _F + "out = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, sequence_length=[[1]], dtype=tf.float32)",
    _OPEN + "out = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, sequence_length=P([1, 2], [None]), dtype=tf.float32)",
    _F + "out = tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)",
    _F + "out = tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(3), [], dtype=tf.float32)",
    _UNSTACK + "out = tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(3), u)",
    _UNSTACK + "out = tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(3), u, dtype=tf.float32, sequence_length=[[1]])",
    _UNSTACK + "out = tf.nn.static_bidirectional_rnn(tf.nn.rnn_cell.GRUCell(3), 3, u, dtype=tf.float32)",
    _F + "out = tf.nn.raw_rnn(tf.nn.rnn_cell.GRUCell(3), 3)",
    _F + "out = tf.contrib.rnn.stack_bidirectional_dynamic_rnn([], [], x, dtype=tf.float32)",
    _F + "out = tf.contrib.rnn.stack_bidirectional_dynamic_rnn([tf.nn.rnn_cell.GRUCell(3)], [], x, dtype=tf.float32)",
    _F
    + "out = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), [tf.nn.rnn_cell.GRUCell(3)], x, dtype=tf.float32)",
    _F + "out = tf.contrib.rnn.LSTMBlockFusedCell(3)(x)",
]
