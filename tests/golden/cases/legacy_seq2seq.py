"""Sequence to sequence models over lists of inputs."""

_IN = """
s = np.random.RandomState(0)
x = [P(s.randn(2, 3).astype(np.float32)) for _ in range(3)]
y = [P(s.randn(2, 3).astype(np.float32)) for _ in range(2)]
a = [P(s.randint(0, 6, [2]).astype(np.int32)) for _ in range(3)]
b = [P(s.randint(0, 5, [2]).astype(np.int32)) for _ in range(2)]
l = tf.contrib.legacy_seq2seq
g = tf.nn.rnn_cell.%s
"""
_GRU = _IN % "GRUCell(4)"
_LSTM = _IN % "BasicLSTMCell(4)"
_PLAIN = "\nout = [r, [v.name for v in tf.global_variables()]]"

CASES = [
    _GRU + "r = l.rnn_decoder(x, tf.ones([2, 4]), g)" + _PLAIN,
    _GRU + "r = l.rnn_decoder(x, tf.ones([2, 4]), g, loop_function=lambda p, i: p[:, :3] * float(i), scope='mine')" + _PLAIN,
    _GRU + "r = l.basic_rnn_seq2seq(x, y, g)" + _PLAIN,
    _LSTM + "r = l.tied_rnn_seq2seq(x, y, g)" + _PLAIN,
]
for _feed in ("False", "True", "P(np.array(True))", "P(np.array(False))"):
    CASES += [
        _GRU + "r = l.embedding_rnn_seq2seq(a, b, g, 6, 5, 4, feed_previous=%s)" % _feed + _PLAIN,
        _LSTM + "r = l.embedding_attention_seq2seq(a, b, g, 6, 5, 4, feed_previous=%s)" % _feed + _PLAIN,
        _LSTM + "r = l.embedding_tied_rnn_seq2seq(a, b, g, 6, 3, feed_previous=%s)" % _feed + _PLAIN,
    ]
CASES += [
    _GRU + "r = l.embedding_attention_seq2seq(a, b, g, 6, 5, 4, num_heads=2, initial_state_attention=True)" + _PLAIN,
    _GRU
    + "w = (P(s.randn(4, 5).astype(np.float32)), P(s.randn(5).astype(np.float32))); r = l.embedding_rnn_seq2seq(a, b, g, 6, 5, 4, output_projection=w, feed_previous=True)\nr = [r, [tf.nn.xw_plus_b(o, *w) for o in r[0]]]"
    + _PLAIN,
    _GRU
    + "w = (P(s.randn(4, 5).astype(np.float32)), P(s.randn(5).astype(np.float32))); r = l.embedding_attention_seq2seq(a, b, g, 6, 5, 4, output_projection=w, feed_previous=False)\nr = [r, [tf.nn.xw_plus_b(o, *w) for o in r[0]]]"
    + _PLAIN,
    _GRU
    + "r = l.one2many_rnn_seq2seq(a, {'u': b, 'v': b[:1]}, g, {'u': tf.nn.rnn_cell.GRUCell(4), 'v': tf.nn.rnn_cell.GRUCell(4)}, 6, {'u': 5, 'v': 5}, 3)"
    + _PLAIN,
    _GRU + "r = l.attention_decoder(y, tf.ones([2, 4]), tf.stack(x, 1), g, output_size=2)" + _PLAIN,
    _GRU
    + "m = [P(s.randn(2, 5).astype(np.float32)) for _ in b]; w = [P([1., 0.5]), P([1., 0.])]\nout = [l.sequence_loss_by_example(m, b, w), l.sequence_loss_by_example(m, b, w, average_across_timesteps=False), l.sequence_loss(m, b, w), l.sequence_loss(m, b, w, average_across_batch=False)]",
    _GRU
    + "w = [tf.ones([2])] * 2\nr = l.model_with_buckets(a, b, b, w, [(1, 1), (3, 2)], lambda p, q: l.embedding_rnn_seq2seq(p, q, tf.nn.rnn_cell.GRUCell(4), 6, 5, 4))"
    + _PLAIN,
    _GRU
    + "w = [tf.ones([2])] * 2\nr = l.model_with_buckets(a, b, b, w, [(1, 1), (3, 2)], lambda p, q: l.embedding_attention_seq2seq(p, q, tf.nn.rnn_cell.GRUCell(4), 6, 5, 4), per_example_loss=True)"
    + _PLAIN,
    # errors
    _GRU + "out = l.attention_decoder([], tf.ones([2, 4]), tf.stack(x, 1), g)",
    _GRU + "out = l.attention_decoder(y, tf.ones([2, 4]), tf.stack(x, 1), g, num_heads=0)",
    _GRU + "out = l.sequence_loss_by_example(y, b[:1], b)",
    _GRU + "out = l.model_with_buckets(a, b, b, b, [(4, 2)], None)",
]
