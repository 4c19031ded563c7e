"""Attention, decoders, beam search: values, gradients, and the errors."""

_MEMORY = """
s = np.random.RandomState(%d)
m = P(s.randn(2, 5, 3).astype(np.float32), %s)
q = P(s.randn(2, 4).astype(np.float32))
l = P([5, 3])
"""
_M = _MEMORY % (0, "None")
_OPEN = _MEMORY % (1, "[None, None, 3]")
_CALL = "\nout = [a(q, a.initial_state(2, tf.float32)), a.keys, a.values, a.alignments_size, a.state_size, [v.name for v in tf.global_variables()]]"

CASES = [
    _M + "a = tf.contrib.seq2seq.LuongAttention(4, m)" + _CALL,
    _M + "a = tf.contrib.seq2seq.LuongAttention(4, m, memory_sequence_length=l, scale=True)" + _CALL,
    _M
    + "a = tf.contrib.seq2seq.LuongAttention(4, m, memory_sequence_length=l, probability_fn=tf.contrib.seq2seq.hardmax, score_mask_value=-3.)"
    + _CALL,
    _M + "a = tf.contrib.seq2seq.LuongAttention(4, m, custom_key_value_fn=lambda k, v: (2. * k, v + 1.))" + _CALL,
    _M + "a = tf.contrib.seq2seq.BahdanauAttention(6, m)" + _CALL,
    _M + "a = tf.contrib.seq2seq.BahdanauAttention(6, m, memory_sequence_length=l, normalize=True)" + _CALL,
    _OPEN + "a = tf.contrib.seq2seq.BahdanauAttention(6, m, memory_sequence_length=l)\nout = a(q, a.initial_state(2, tf.float32))",
    _M + "a = tf.contrib.seq2seq.BahdanauMonotonicAttention(6, m, memory_sequence_length=l, normalize=True, score_bias_init=-1.)" + _CALL,
    _M + "a = tf.contrib.seq2seq.BahdanauMonotonicAttention(6, m, sigmoid_noise=0.5, sigmoid_noise_seed=3, mode='recursive')" + _CALL,
    _M + "a = tf.contrib.seq2seq.LuongMonotonicAttention(4, m, scale=True)" + _CALL,
    _M
    + "a = tf.contrib.seq2seq.LuongMonotonicAttention(4, m, memory_sequence_length=l, mode='hard')\nout = a(tf.stop_gradient(q), a.initial_state(2, tf.float32))[0]",
    "p = P([[0.2, 0.7, 0.4], [0.9, 0.1, 0.5]]); b = P([[1.0, 0.0, 0.0], [0.3, 0.5, 0.2]]); out = [tf.contrib.seq2seq.monotonic_attention(p, b, k) for k in ('recursive', 'parallel', 'hard')]",
    "p = P([[0.2, 0.7, 0.4], [0.9, 0.1, 0.5]]); out = [tf.contrib.seq2seq.safe_cumprod(p, axis=1), tf.contrib.seq2seq.safe_cumprod(p, axis=1, exclusive=True)]",
    "x = P([[1., 3., 2.], [5., 5., 1.]]); out = [tf.contrib.seq2seq.hardmax(x)]",
    "x = P([[1., 3., 2.], [5., 5., 1.]], [None, None]); out = tf.stop_gradient(tf.contrib.seq2seq.hardmax(x)) * x",
    "x = P([[1., 2.], [3., 4.]], [None, 2]); out = [tf.contrib.seq2seq.tile_batch(x, 3), tf.contrib.seq2seq.tile_batch((x, [x[:, 0]]), 2)]",
]

_WRAPPER = (
    _M
    + """
a = %s
c = tf.contrib.seq2seq.AttentionWrapper(%s)
x = P(s.randn(2, 3).astype(np.float32))
z = c.zero_state(2, tf.float32)
o1, z = c(x, z)
o2, z = c(2 * x, z)
out = [o1, o2, z.cell_state, z.attention, z.time, z.alignments, c.output_size, [v.name for v in tf.global_variables()]]
"""
)
_LUONG = "tf.contrib.seq2seq.LuongAttention(4, m, memory_sequence_length=l)"
_BAHDANAU = "tf.contrib.seq2seq.BahdanauAttention(6, m)"
CASES += [
    _WRAPPER % (_LUONG, "tf.nn.rnn_cell.GRUCell(4), a, attention_layer_size=5"),
    _WRAPPER % (_BAHDANAU, "tf.nn.rnn_cell.LSTMCell(4), a, output_attention=False"),
    _WRAPPER
    % (
        _BAHDANAU,
        "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(4), tf.nn.rnn_cell.GRUCell(2)]), a, cell_input_fn=lambda i, t: tf.concat([i, 2. * t], 1)",
    ),
    _WRAPPER % ("[%s, %s]" % (_LUONG, _BAHDANAU), "tf.nn.rnn_cell.GRUCell(4), a, attention_layer_size=[3, 2]"),
    _WRAPPER
    % (_LUONG, "tf.nn.rnn_cell.GRUCell(4), a, attention_layer=tf.layers.Dense(3, activation=tf.tanh, name='mine'), name='wrapper'"),
    _WRAPPER % (_LUONG, "tf.nn.rnn_cell.GRUCell(4), a, initial_cell_state=tf.ones([2, 4]) * q, attention_layer_size=5"),
    _M
    + "a = %s; c = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(4), a, alignment_history=True); o, z = c(q, c.zero_state(2, tf.float32)); o, z = c(q, z)\n"
    "out = [o, tf.stop_gradient(z.alignment_history.stack()), z.clone(attention=z.attention + 1.).attention]" % _LUONG,
]

_DECODE = """
s = np.random.RandomState(2)
%s
c = %s
o, z, n = tf.contrib.seq2seq.dynamic_decode(d, %s)
out = [o, n, z if not hasattr(z, 'cell_state') else z.cell_state, [v.name for v in tf.global_variables()]]
"""
# Without gradients: with them in the graph the reference draws other numbers.
_DRAWN = _DECODE.replace(
    "out = [o, n, z if not hasattr(z, 'cell_state') else z.cell_state,",
    "out = [tf.stop_gradient(o.rnn_output), o.sample_id, n, tf.stop_gradient(z),",
)
_TRAIN = """
x = P(s.randn(3, 5, 4).astype(np.float32), %s)
h = tf.contrib.seq2seq.%s"""
_CELL = "tf.nn.rnn_cell.GRUCell(6)\nd = tf.contrib.seq2seq.BasicDecoder(c, h, c.zero_state(3, tf.float32)%s)"
_EMBEDDED = "e = P(s.randn(7, 4).astype(np.float32))\nh = tf.contrib.seq2seq.%s"
_DENSE = ", output_layer=tf.layers.Dense(7, name='projection')"
CASES += [
    _DECODE % (_TRAIN % ("None", "TrainingHelper(x, [5, 2, 3])"), _CELL % "", ""),
    _DECODE % (_TRAIN % ("[None, None, 4]", "TrainingHelper(x, P([4, 1, 3]))"), _CELL % _DENSE, "impute_finished=True"),
    _DECODE
    % (
        _TRAIN % ("None", "TrainingHelper(tf.transpose(x, [1, 0, 2]), [5, 2, 3], time_major=True)"),
        _CELL % _DENSE,
        "output_time_major=True, maximum_iterations=3",
    ),
    _DECODE % (_EMBEDDED % "GreedyEmbeddingHelper(e, tf.fill([3], 1), 2)", _CELL % _DENSE, "maximum_iterations=6"),
    _DECODE
    % (
        _EMBEDDED % "GreedyEmbeddingHelper(lambda i: tf.nn.embedding_lookup(e, i) * 2., P([1, 0, 3]), 2)",
        _CELL % _DENSE,
        "maximum_iterations=6, impute_finished=True, scope='mine'",
    ),
    # Which step of a loop draws first is open in the reference, unless they go one by one.
    _DRAWN
    % (
        _EMBEDDED % "SampleEmbeddingHelper(e, tf.fill([3], 1), 2, softmax_temperature=0.7, seed=5)",
        _CELL % _DENSE,
        "maximum_iterations=6, parallel_iterations=1",
    ),
    _DRAWN
    % (
        _TRAIN
        % ("None", "ScheduledEmbeddingTrainingHelper(x, [5, 2, 3], P(s.randn(7, 4).astype(np.float32)), 0.5, seed=1, scheduling_seed=2)"),
        _CELL % _DENSE,
        "parallel_iterations=1",
    ),
    _DRAWN
    % (
        _TRAIN % ("None", "ScheduledOutputTrainingHelper(x, [5, 2, 3], 0.5, seed=4, next_inputs_fn=lambda o: o[:, :4])"),
        _CELL % _DENSE,
        "parallel_iterations=1",
    ),
    _DRAWN
    % (
        _TRAIN
        % (
            "None",
            "ScheduledOutputTrainingHelper(x[:, :, :1], [5, 2, 3], 0.5, seed=4, next_inputs_fn=lambda o: o[:, :1], auxiliary_inputs=x[:, :, 1:])",
        ),
        _CELL % _DENSE,
        "parallel_iterations=1",
    ),
    _DRAWN
    % (
        _TRAIN % ("None", "ScheduledOutputTrainingHelper(x, [5, 2, 3], 0.5, seed=4)"),
        "tf.nn.rnn_cell.GRUCell(4)\nd = tf.contrib.seq2seq.BasicDecoder(c, h, c.zero_state(3, tf.float32))",
        "parallel_iterations=1",
    ),
    # All sampled, or none: nothing is left to chance.
    _DECODE
    % (_TRAIN % ("None", "ScheduledEmbeddingTrainingHelper(x, [5, 2, 3], P(s.randn(7, 4).astype(np.float32)), 0.)"), _CELL % _DENSE, ""),
    _DECODE % (_TRAIN % ("None", "ScheduledOutputTrainingHelper(x, [5, 2, 3], 1., next_inputs_fn=lambda o: o[:, :4])"), _CELL % _DENSE, ""),
    _DECODE
    % (
        _TRAIN
        % (
            "None",
            "ScheduledOutputTrainingHelper(x[:, :, :1], [5, 2, 3], 1., next_inputs_fn=lambda o: o[:, :1], auxiliary_inputs=x[:, :, 1:])",
        ),
        _CELL % _DENSE,
        "",
    ),
    _DECODE
    % (
        "x = P(s.randn(3, 4).astype(np.float32))\nh = tf.contrib.seq2seq.CustomHelper(lambda: (tf.fill([3], False), x), lambda time, outputs, state: tf.cast(tf.argmax(outputs, 1), tf.int32), "
        "lambda time, outputs, state, sample_ids: (tf.fill([3], time >= 3), x * tf.cast(time, tf.float32), state))",
        _CELL % _DENSE,
        "",
    ),
    _DECODE
    % (
        "x = P(s.randn(3, 4).astype(np.float32))\nh = tf.contrib.seq2seq.InferenceHelper(lambda o: o[:, :4], [4], tf.float32, x, lambda i: i[:, 0] > 10.)",
        _CELL % _DENSE,
        "maximum_iterations=4",
    ),
]

_BEAM = """
s = np.random.RandomState(%d)
e = P(s.randn(6, 4).astype(np.float32))
m = P(s.randn(2, 5, 3).astype(np.float32))
l = P([5, 3])
w = %d
%s
d = tf.contrib.seq2seq.BeamSearchDecoder(c, e, tf.fill([2], 1), 2, z, w, output_layer=tf.layers.Dense(6, use_bias=False, kernel_initializer=tf.random_normal_initializer(seed=3))%s)
o, f, n = tf.contrib.seq2seq.dynamic_decode(d, %s)
out = [o.predicted_ids, o.beam_search_decoder_output.predicted_ids, o.beam_search_decoder_output.parent_ids, tf.stop_gradient(o.beam_search_decoder_output.scores), n, f.finished, f.lengths, tf.stop_gradient(f.log_probs)%s]
"""
_PLAIN = "c = tf.nn.rnn_cell.LSTMCell(5, initializer=tf.random_normal_initializer(seed=1))\nz = c.zero_state(2 * w, tf.float32)"
_ATTENDING = """
t, k = tf.contrib.seq2seq.tile_batch(m, w), tf.contrib.seq2seq.tile_batch(l, w)
c = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(5), tf.contrib.seq2seq.LuongAttention(5, t, k), attention_layer_size=4%s)
z = c.zero_state(2 * w, tf.float32).clone(cell_state=tf.contrib.seq2seq.tile_batch(m[:, 0, :1] + tf.ones([2, 5]), w))
"""
CASES += [
    _BEAM % (0, 3, _PLAIN, "", "maximum_iterations=7", ""),
    _BEAM % (1, 1, _PLAIN, "", "maximum_iterations=5", ""),
    _BEAM % (2, 4, _PLAIN, ", length_penalty_weight=0.8", "maximum_iterations=8, output_time_major=True", ""),
    _BEAM % (3, 3, _ATTENDING % "", "", "maximum_iterations=6", ""),
    _BEAM % (4, 3, _ATTENDING % "", ", coverage_penalty_weight=0.4, length_penalty_weight=0.3", "maximum_iterations=6", ""),
    _BEAM % (5, 3, _ATTENDING % ", alignment_history=True", "", "maximum_iterations=5", ", f.cell_state.time"),
    _BEAM.replace("m = P(s.randn(2, 5, 3).astype(np.float32))", "m = P(s.randn(2, 5, 3).astype(np.float32), [2, None, 3])")
    % (5, 3, _ATTENDING % ", alignment_history=True", "", "maximum_iterations=5", ", tf.stop_gradient(f.cell_state.alignment_history)"),
]

_LOSS = """
s = np.random.RandomState(0)
x = P(s.randn(2, 4, 5).astype(np.float32))
t = P(s.randint(0, 5, [2, 4]).astype(np.int32))
w = P(np.array([[1, 1, 1, 0], [1, 0.5, 0, 0]], np.float32))
out = tf.contrib.seq2seq.sequence_loss(x, t, %s)
"""
CASES += [
    _LOSS % args
    for args in (
        "w",
        "w, average_across_timesteps=False",
        "w, average_across_batch=False",
        "w, average_across_timesteps=False, average_across_batch=False",
        "w, False, False, True, True",
        "w, False, False, sum_over_timesteps=True",
        "w, False, False, sum_over_batch=True",
        "w, softmax_loss_function=lambda labels, logits: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits) * 2.",
        "w, True, False, sum_over_timesteps=True",
        "w[0]",
        "tf.zeros([2, 4])",
    )
]
CASES += [
    # errors
    _M + "out = tf.contrib.seq2seq.LuongAttention(3, m)(q, None)",
    _M + "out = tf.contrib.seq2seq.LuongAttention(4, m, probability_fn=3)(q, None)",
    _M + "out = tf.contrib.seq2seq.BahdanauAttention(4, tf.placeholder(tf.float32, [2, 5, None]))",
    _M
    + "a = tf.contrib.seq2seq.BahdanauAttention(4, m, memory_sequence_length=tf.constant([5, 0])); out = a(q, a.initial_state(2, tf.float32))",
    _M + "out = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(4), 3)",
    _M + "out = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(4), [3])",
    _M + "out = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(4), %s, attention_layer_size=[1, 2])" % _LUONG,
    _M
    + "out = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(4), %s, attention_layer_size=2, attention_layer=tf.layers.Dense(2))"
    % _LUONG,
    _M + "out = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(4), %s, cell_input_fn=3)" % _LUONG,
    _M + "c = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(4), %s); out = c(q, tf.zeros([2, 4]))" % _LUONG,
    _M + "c = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(4), %s); out = c.zero_state(3, tf.float32)" % _LUONG,
    _M
    + "c = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(4), %s); out = c.zero_state(2, tf.float32).clone(attention=tf.zeros([3, 3]))"
    % _LUONG,
    "out = tf.contrib.seq2seq.monotonic_attention([[1.]], [[1.]], 'other')",
    "out = tf.contrib.seq2seq.tile_batch(P(1.), 2)",
    "out = tf.contrib.seq2seq.dynamic_decode(3)",
    "out = tf.contrib.seq2seq.BasicDecoder(tf.nn.rnn_cell.GRUCell(4), 3, None)",
    "out = tf.contrib.seq2seq.GreedyEmbeddingHelper(tf.zeros([3, 2]), 1, 2)",
    "out = tf.contrib.seq2seq.GreedyEmbeddingHelper(tf.zeros([3, 2]), [1], [2])",
    "out = tf.contrib.seq2seq.TrainingHelper(tf.zeros([3, 2, 1]), 2)",
    "out = tf.contrib.seq2seq.CustomHelper(None, None, None).batch_size",
    "c = tf.nn.rnn_cell.GRUCell(4); out = tf.contrib.seq2seq.BeamSearchDecoder(c, tf.zeros([6, 3]), [1, 1], 2, c.zero_state(2, tf.float32), 3)",
    "c = tf.nn.rnn_cell.GRUCell(4); out = tf.contrib.seq2seq.BeamSearchDecoder(c, tf.zeros([6, 3]), 1, 2, c.zero_state(3, tf.float32), 3)",
    "c = tf.nn.rnn_cell.GRUCell(4); out = tf.contrib.seq2seq.BeamSearchDecoder(c, tf.zeros([6, 3]), [1], 2, c.zero_state(3, tf.float32), 3, output_layer=3)",
]
