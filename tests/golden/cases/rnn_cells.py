"""Recurrent cells: values and gradients of two steps, the variables' names, and the errors."""

# Part of the phased LSTM is computed in float32, whatever the times' type.
TOLERANCE = {"PhasedLSTMCell": (2e-5, 2e-6)}

_X = "x = P(np.random.RandomState(0).randn(2, 6).astype(np.%s), %s)\n"
_STEPS = """
c = %s
s = c.zero_state(%s, x.dtype)
o1, s = c(x, s)
o2, s = c(2 * x, s)
out = [o1, o2, s, [v.name for v in c.trainable_variables], [v.name for v in tf.global_variables()]]
"""


def _steps(cell, dtype="float32", shape="None", batch="2"):
    return _X % (dtype, shape) + _STEPS % (cell, batch)


_CELLS = [
    "tf.nn.rnn_cell.BasicRNNCell(3)",
    "tf.nn.rnn_cell.BasicRNNCell(3, activation='relu', name='mine')",
    "tf.nn.rnn_cell.BasicRNNCell(3, activation=tf.sigmoid)",
    "tf.nn.rnn_cell.GRUCell(4)",
    "tf.nn.rnn_cell.GRUCell(4, activation=tf.nn.relu, kernel_initializer=tf.random_normal_initializer(stddev=0.2), bias_initializer=tf.constant_initializer(0.3))",
    "tf.nn.rnn_cell.BasicLSTMCell(4)",
    "tf.nn.rnn_cell.BasicLSTMCell(4, forget_bias=0.0, activation=tf.nn.softsign)",
    "tf.nn.rnn_cell.BasicLSTMCell(4, state_is_tuple=False)",
    "tf.nn.rnn_cell.LSTMCell(4)",
    "tf.nn.rnn_cell.LSTMCell(4, state_is_tuple=False, num_proj=3, forget_bias=2.0)",
    "tf.nn.rnn_cell.LSTMCell(4, use_peepholes=True, cell_clip=0.2, num_proj=3, proj_clip=0.1, initializer=tf.random_uniform_initializer(-0.5, 0.5))",
    "tf.nn.rnn_cell.LSTMCell(4, num_unit_shards=2, num_proj=3, num_proj_shards=2)",
    "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(4), tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.BasicRNNCell(2)])",
    "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(4, state_is_tuple=False), tf.nn.rnn_cell.GRUCell(3)], state_is_tuple=False)",
    "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(6)]), tf.nn.rnn_cell.GRUCell(3)])",
    "tf.nn.rnn_cell.ResidualWrapper(tf.nn.rnn_cell.GRUCell(6))",
    "tf.nn.rnn_cell.ResidualWrapper(tf.nn.rnn_cell.BasicRNNCell(3), residual_fn=lambda i, o: i[:, :3] * o)",
    "tf.nn.rnn_cell.DeviceWrapper(tf.nn.rnn_cell.GRUCell(4), '/cpu:0')",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(4), input_keep_prob=0.6, output_keep_prob=0.7, state_keep_prob=0.8, seed=11)",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(4), input_keep_prob=tf.constant(0.6), state_keep_prob=0.5)",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(4), 0.6, tf.placeholder_with_default(0.7, []), 0.8, variational_recurrent=True, input_size=tf.TensorShape([6]), dtype=tf.float32, seed=3)",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(4), tf.nn.rnn_cell.GRUCell(3)]), state_keep_prob=0.5, seed=5)",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(4), state_keep_prob=0.5, seed=5, dropout_state_filter_visitor=lambda s: True)",
    "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.BasicLSTMCell(4), output_keep_prob=0.5) for _ in range(2)])",
    "tf.contrib.rnn.LSTMBlockCell(4)",
    "tf.contrib.rnn.LSTMBlockCell(4, forget_bias=0.5, cell_clip=0.3, use_peephole=True)",
    "tf.contrib.rnn.GRUBlockCell(4)",
    "tf.contrib.rnn.GRUBlockCellV2(cell_size=4)",
    "tf.contrib.rnn.LayerNormBasicLSTMCell(4)",
    "tf.contrib.rnn.LayerNormBasicLSTMCell(4, layer_norm=False, dropout_keep_prob=0.6, dropout_prob_seed=3)",
    "tf.contrib.rnn.LayerNormBasicLSTMCell(4, norm_gain=0.7, norm_shift=0.1, forget_bias=0.0, activation=tf.nn.relu)",
    "tf.contrib.rnn.CoupledInputForgetGateLSTMCell(4)",
    "tf.contrib.rnn.CoupledInputForgetGateLSTMCell(4, use_peepholes=True, num_proj=3, proj_clip=0.2, num_unit_shards=3, num_proj_shards=2)",
    "tf.contrib.rnn.CoupledInputForgetGateLSTMCell(4, layer_norm=True, norm_gain=0.8, norm_shift=0.2, state_is_tuple=False)",
    "tf.contrib.rnn.NASCell(4)",
    "tf.contrib.rnn.NASCell(4, num_proj=3, use_bias=True)",
    "tf.contrib.rnn.UGRNNCell(4, initializer=tf.random_normal_initializer())",
    "tf.contrib.rnn.IntersectionRNNCell(6)",
    "tf.contrib.rnn.IntersectionRNNCell(4, num_in_proj=4, forget_bias=0.3)",
    "tf.contrib.rnn.SRUCell(4)",
    "tf.contrib.rnn.IndRNNCell(4)",
    "tf.contrib.rnn.IndyGRUCell(4)",
    "tf.contrib.rnn.IndyLSTMCell(4, kernel_initializer=tf.random_normal_initializer(stddev=0.3))",
    "tf.contrib.rnn.GLSTMCell(4, number_of_groups=2)",
    "tf.contrib.rnn.GLSTMCell(4, number_of_groups=2, num_proj=6, activation=tf.nn.relu)",
    "tf.contrib.rnn.OutputProjectionWrapper(tf.contrib.rnn.GRUCell(4), 3)",
    "tf.contrib.rnn.OutputProjectionWrapper(tf.contrib.rnn.GRUCell(4), 3, activation=tf.nn.relu)",
    "tf.contrib.rnn.InputProjectionWrapper(tf.contrib.rnn.GRUCell(4), 3, activation=tf.tanh)",
    "tf.contrib.rnn.HighwayWrapper(tf.contrib.rnn.GRUCell(6))",
    "tf.contrib.rnn.HighwayWrapper(tf.contrib.rnn.BasicRNNCell(6), couple_carry_transform_gates=False, carry_bias_init=0.5)",
    "tf.contrib.rnn.AttentionCellWrapper(tf.contrib.rnn.GRUCell(4), 3)",
    "tf.contrib.rnn.AttentionCellWrapper(tf.contrib.rnn.LSTMCell(4, state_is_tuple=False), 2, attn_size=5, attn_vec_size=3, input_size=4, state_is_tuple=False)",
    "tf.contrib.rnn.AttentionCellWrapper(tf.contrib.rnn.BasicLSTMCell(4), 2)",
    "tf.contrib.rnn.GridLSTMCell(3, feature_size=4, frequency_skip=2, num_frequency_blocks=[2])",
    "tf.contrib.rnn.GridLSTMCell(3, use_peepholes=True, share_time_frequency_weights=True, cell_clip=0.1, feature_size=2, frequency_skip=1, num_frequency_blocks=[2, 1], start_freqindex_list=[0, 3], end_freqindex_list=[3, 5])",
    "tf.contrib.rnn.GridLSTMCell(3, use_peepholes=True, couple_input_forget_gates=True, num_unit_shards=2, feature_size=4, frequency_skip=2, num_frequency_blocks=[2], state_is_tuple=False)",
    "tf.contrib.rnn.BidirectionalGridLSTMCell(3, use_peepholes=True, feature_size=4, frequency_skip=2, num_frequency_blocks=[2])",
    "tf.contrib.rnn.BidirectionalGridLSTMCell(3, feature_size=4, frequency_skip=2, num_frequency_blocks=[2], backward_slice_offset=1)",
    "tf.contrib.rnn.BidirectionalGridLSTMCell(3, couple_input_forget_gates=True, feature_size=4, frequency_skip=2, num_frequency_blocks=[2], backward_slice_offset=-1)",
    "tf.contrib.cudnn_rnn.CudnnCompatibleLSTMCell(4)",
    "tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell(4)",
]
_DOUBLE = [
    "tf.nn.rnn_cell.BasicRNNCell(3)",
    "tf.nn.rnn_cell.GRUCell(4)",
    "tf.nn.rnn_cell.BasicLSTMCell(4)",
    "tf.nn.rnn_cell.LSTMCell(4, use_peepholes=True)",
    "tf.contrib.rnn.IndRNNCell(4, dtype=tf.float64)",
    "tf.contrib.rnn.LayerNormBasicLSTMCell(4)",
]

CASES = [_steps(cell) for cell in _CELLS]
CASES += [_steps(cell, "float64", "[None, 6]", "tf.shape(x)[0]") for cell in _DOUBLE]
CASES += [
    # states of other shapes and inputs
    "x = P(np.random.RandomState(0).randn(2, 6).astype(np.float32)); c = tf.contrib.rnn.TimeFreqLSTMCell(3, feature_size=4, frequency_skip=2, use_peepholes=True, cell_clip=0.2)\n"
    "out = c(x, tf.ones([2, 12]) * x[:, :1])",
    "x = P(np.random.RandomState(0).randn(2, 6).astype(np.float32)); c = tf.contrib.rnn.TimeFreqLSTMCell(3, feature_size=4, frequency_skip=2, num_unit_shards=2)\n"
    "out = c(x, tf.ones([2, 12]) * x[:, :1])",
    "x = P([[3], [0]]); c = tf.contrib.rnn.EmbeddingWrapper(tf.contrib.rnn.GRUCell(4), 5, 3); o, s = c(x, tf.ones([2, 4])); out = [o, c(x, s), [v.name for v in tf.global_variables()]]",
    "x = P(np.random.RandomState(0).randn(2, 3).astype(np.float32)); t = P([[0.3], [40.]]); c = tf.contrib.rnn.PhasedLSTMCell(4)\n"
    "o, s = c((t, x), c.zero_state(2, tf.float32)); out = [o, c((t + 1., 2 * x), s), [v.name for v in tf.trainable_variables()]]",
    "x = P(np.random.RandomState(0).randn(2, 3).astype(np.float32)); t = P(np.array([[0.3], [40.]])); c = tf.contrib.rnn.PhasedLSTMCell(4, use_peepholes=True, trainable_ratio_on=False, leak=0.1, ratio_on=0.6, period_init_max=5.)\n"
    "o, s = c((t, x), c.zero_state(2, tf.float32)); out = [o, c((t + 1., 2 * x), s), [v.name for v in tf.trainable_variables()]]",
    "x = P(np.random.RandomState(0).randn(2, 5, 3).astype(np.float32)); c = tf.contrib.rnn.Conv1DLSTMCell(input_shape=[5, 3], output_channels=2, kernel_shape=[3])\n"
    "o, s = c(x, c.zero_state(2, tf.float32)); out = [o, c(2 * x, s), c.output_size, [v.name for v in tf.global_variables()]]",
    "x = P(np.random.RandomState(0).randn(2, 5, 4, 3).astype(np.float32)); c = tf.contrib.rnn.Conv2DLSTMCell(input_shape=[5, 4, 3], output_channels=2, kernel_shape=[3, 2], use_bias=False, forget_bias=0.)\n"
    "o, s = c(x, c.zero_state(2, tf.float32)); out = [o, c(2 * x, s), c.output_size, [v.name for v in tf.global_variables()]]",
    "x = P(np.random.RandomState(0).randn(1, 3, 4, 2, 3).astype(np.float32)); c = tf.contrib.rnn.Conv3DLSTMCell(input_shape=[3, 4, 2, 3], output_channels=2, kernel_shape=[3, 2, 1], skip_connection=True)\n"
    "out = [c(x, c.zero_state(1, tf.float32)), c.output_size]",
    "x = P([[1., 2., 3.]]); c = tf.contrib.rnn.CompiledWrapper(tf.contrib.rnn.GRUCell(4)); out = [c(x, c.zero_state(1, tf.float32)), c.state_size]",
    # sharing and scopes
    "x = P([[1., 2.]]); c = tf.nn.rnn_cell.GRUCell(2)\nwith tf.variable_scope('a'):\n  c(x, x)\nwith tf.variable_scope('b'):\n  out = [c(x, x), [v.name for v in tf.global_variables()], [o.name for o in tf.get_default_graph().get_operations()]]",
    "x = P([[1., 2.]]); a = tf.nn.rnn_cell.GRUCell(2); b = tf.nn.rnn_cell.GRUCell(2, reuse=True)\nout = [a(x, x), b(x, x), [v.name for v in tf.global_variables()]]",
    "x = P([[1., 2.]]); a = tf.nn.rnn_cell.BasicRNNCell(2); b = tf.nn.rnn_cell.BasicRNNCell(2)\nout = [a(x, x), b(x, x), [v.name for v in tf.global_variables()]]",
    "x = P([[1., 2.]]); a = tf.nn.rnn_cell.BasicLSTMCell(2); out = [a(x, (x, x), scope='other'), a.name, [v.name for v in tf.global_variables()]]",
    "x = P([[1., 2.]])\nwith tf.variable_scope('s', partitioner=tf.fixed_size_partitioner(2)):\n  c = tf.nn.rnn_cell.LSTMCell(2, num_proj=2)\n  out = [c(x, (x, x)), [v.name for v in tf.global_variables()]]",
    "x = P([[1., 2.]])\nwith tf.variable_scope('s', use_resource=True, initializer=tf.constant_initializer(0.1)):\n  c = tf.nn.rnn_cell.GRUCell(2)\n  out = [c(x, x), [v.op.type for v in tf.global_variables()]]",
    """
class Mine(tf.nn.rnn_cell.RNNCell):
    state_size = property(lambda self: 2)
    output_size = property(lambda self: 2)
    def call(self, inputs, state):
        w = tf.get_variable('w', [4, 2])
        new = tf.tanh(tf.matmul(tf.concat([inputs, state], 1), w))
        return new, new
x = P([[1., 2.]])
c = Mine()
o, s = c(x, c.zero_state(1, tf.float32))
out = [o, c(x, s), [v.name for v in c.trainable_weights], [v.name for v in tf.global_variables()], c.name]
""",
    """
class Mine(tf.nn.rnn_cell.RNNCell):
    def __init__(self):
        self.n = 2
    state_size = property(lambda self: self.n)
    output_size = property(lambda self: self.n)
    def __call__(self, inputs, state, scope=None):
        with tf.variable_scope(scope or 'mine'):
            new = tf.layers.dense(tf.concat([inputs, state], 1), self.n, activation=tf.nn.relu)
        return new, new
x = P([[1., 2.]])
c = Mine()
out = [c(x, c.zero_state(1, tf.float32)), [v.name for v in tf.global_variables()]]
""",
    "s = tf.nn.rnn_cell.LSTMStateTuple(tf.zeros([1]), tf.zeros([2])); out = [s.c, s.h, s.dtype, s._fields]",
    "s = tf.nn.rnn_cell.LSTMStateTuple(tf.zeros([1]), tf.zeros([2], tf.float64)); out = s.dtype",
    "x = P([[1., 2.]], [None, 2]); c = tf.nn.rnn_cell.LSTMCell(3); out = [c.get_initial_state(inputs=x), c.get_initial_state(batch_size=2, dtype=tf.float64)]",
    "c = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(3), tf.nn.rnn_cell.GRUCell(2)]); out = [c.state_size, c.output_size, c.zero_state(P(3), tf.float32)]",
    "c = tf.nn.rnn_cell.GRUCell(2); out = sorted(c.get_config())",
    "x = P([[1., 2.]]); l = tf.contrib.rnn; out = [l.transpose_batch_time(P(np.zeros((2, 3, 4), np.float32), [None, 3, 4])), l.best_effort_input_batch_size([P(np.zeros((2, 3, 4), np.float32), [None, None, 4])])]",
    # errors
    "tf.nn.rnn_cell.MultiRNNCell([]); out = 0",
    "tf.nn.rnn_cell.MultiRNNCell(tf.nn.rnn_cell.GRUCell(2)); out = 0",
    "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(2)], state_is_tuple=False); out = 0",
    "tf.nn.rnn_cell.DropoutWrapper(3)",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(2), input_keep_prob=1.5)",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(2), variational_recurrent=True)",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(2), 0.5, variational_recurrent=True, dtype=tf.float32)",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(2), dropout_state_filter_visitor=3)",
    "x = P([[1., 2.]], [None, None]); c = tf.nn.rnn_cell.GRUCell(2); out = c(x, tf.zeros([1, 2]))",
    "x = P([[1., 2.]], [None, None]); c = tf.nn.rnn_cell.LSTMCell(2); out = c(x, c.zero_state(1, tf.float32))",
    "x = P([1., 2.]); c = tf.nn.rnn_cell.GRUCell(2); out = c(x, tf.zeros([1, 2]))",
    "x = P([[1, 2]]); c = tf.nn.rnn_cell.GRUCell(2); out = c(x, tf.zeros([1, 2], tf.int32))",
    "c = tf.nn.rnn_cell.GRUCell(2, dtype=tf.int32); out = 0",
    "c = tf.nn.rnn_cell.GRUCell(2, activation='nothing'); out = 0",
    "c = tf.nn.rnn_cell.GRUCell(2); c.get_initial_state(); out = 0",
    "c = tf.nn.rnn_cell.GRUCell(2); c.get_initial_state(inputs=tf.zeros([3, 2]), batch_size=2); out = 0",
    "c = tf.nn.rnn_cell.RNNCell(); c.state_size; out = 0",
    "tf.contrib.rnn.AttentionCellWrapper(tf.nn.rnn_cell.GRUCell(2), 0); out = 0",
    "tf.contrib.rnn.AttentionCellWrapper(tf.nn.rnn_cell.LSTMCell(2), 2, state_is_tuple=False); out = 0",
    "tf.contrib.rnn.EmbeddingWrapper(tf.nn.rnn_cell.GRUCell(2), 0, 2); out = 0",
    "tf.contrib.rnn.OutputProjectionWrapper(tf.nn.rnn_cell.GRUCell(2), 0); out = 0",
    "tf.contrib.rnn.ConvLSTMCell(2, [4, 3], 2, [3]); out = 0",
    "tf.contrib.rnn.GLSTMCell(4, number_of_groups=3); out = 0",
    "c = tf.contrib.rnn.IntersectionRNNCell(4); x = P([[1., 2.]]); out = c(x, c.zero_state(1, tf.float32))",
    "c = tf.contrib.rnn.GRUBlockCell(2, cell_size=2); out = 0",
    "c = tf.nn.rnn_cell.ResidualWrapper(tf.nn.rnn_cell.GRUCell(3)); x = P([[1., 2.]]); out = c(x, c.zero_state(1, tf.float32))",
    "x = P([[1., 2.]]); a = tf.nn.rnn_cell.GRUCell(2, reuse=True); out = a(x, x)",
]
