"""Conditional random fields: scores, normalization, decoding, and their gradients."""

_IN = """
s = np.random.RandomState(%d)
x = P(s.randn(%d, %d, %d).astype(np.float32), %s)
w = P(s.randn(%d, %d).astype(np.float32))
t = P(s.randint(0, %d, [%d, %d]).astype(np.%s))
l = P(np.array(%s, np.%s))
"""


def _in(batch, time, tags, lengths, shape="None", kind="int32", seed=0, lengths_kind="int32"):
    return _IN % (seed, batch, time, tags, shape, tags, tags, tags, batch, time, kind, lengths, lengths_kind)


_SOME = _in(3, 4, 3, [4, 2, 0])
_OPEN = _in(3, 5, 4, [5, 3, 1], "[None, None, 4]", seed=1)
_ONE = _in(3, 1, 3, [1, 0, 1])

CASES = []
for _inputs in (_SOME, _OPEN, _ONE):
    CASES += [
        _inputs + "out = tf.contrib.crf.crf_sequence_score(x, t, l, w)",
        _inputs + "out = tf.contrib.crf.crf_log_norm(x, l, w)",
        _inputs + "out = tf.contrib.crf.crf_log_likelihood(x, t, l, w)[0]",
        _inputs + "out = tf.contrib.crf.crf_decode(x, w, l)[0]",
        _inputs
        + "out = tf.contrib.crf.crf_multitag_sequence_score(x, tf.not_equal(tf.one_hot(t, x.shape[2].value), 0.) | tf.constant([False] * (x.shape[2].value - 1) + [True]), l, w)",
    ]
CASES += [
    _SOME + "out = [tf.contrib.crf.crf_unary_score(t, l, x), tf.contrib.crf.crf_binary_score(t, l, w)]",
    _SOME + "out = tf.contrib.crf.crf_decode(tf.stop_gradient(x), tf.stop_gradient(w), l)",
    _in(2, 4, 3, [4, 2], kind="int64", lengths_kind="int64") + "out = tf.contrib.crf.crf_log_likelihood(x, t, l, w)[0]",
    _in(2, 1, 3, [1, 1], "[None, None, 3]")
    + "out = [tf.contrib.crf.crf_log_likelihood(x, t, l, w)[0], tf.contrib.crf.crf_decode(x, w, l)[0]]",
    _SOME + "a, v = tf.contrib.crf.crf_log_likelihood(x, t, l)\nout = [a, v, v.name, tf.stop_gradient(tf.gradients(a, v)[0])]",
    "s = np.random.RandomState(3); a, b = s.randn(5, 3), s.randn(3, 3); v, z = tf.contrib.crf.viterbi_decode(a, b); out = [[int(i) for i in v], round(float(z), 6), P(0.)]",
    _SOME + "c = tf.contrib.crf.CrfForwardRnnCell(w); out = [c.state_size, c.output_size, c(x[:, 0], x[:, 1])[0]]",
    _SOME + "c = tf.contrib.crf.CrfDecodeForwardRnnCell(w); out = [c.state_size, c(x[:, 0], x[:, 1])]",
    _SOME + "c = tf.contrib.crf.CrfDecodeBackwardRnnCell(3); out = [c.state_size, c(t[:, :3], tf.constant([[0], [2], [1]]))[0]]",
]
