"""Connectionist temporal classification: loss, gradients, decoders."""

# The reference computes these in float32, whatever the inputs' type.
# The logarithms of long sequences leave it few digits.
TOLERANCE = {"float64": (1e-5, 1e-6), "float32": (2e-5, 1e-5)}

_X = "x = P(np.random.RandomState(%d).randn(%s).astype(np.%s), %s)\n"
_LABELS = """
def labels(rows):
    at = [(i, j) for i, row in enumerate(rows) for j in range(len(row))]
    return tf.SparseTensor(np.array(at, np.int64).reshape(-1, 2), np.array(sum(rows, []), np.int32), [len(rows), max(map(len, rows))])
"""
_SMALL = _X % (0, "4, 3, 5", "float32", None) + _LABELS
_LONG = _X % (1, "20, 4, 6", "float32", None) + _LABELS
_DOUBLE = _X % (2, "6, 2, 4", "float64", "[None, None, 4]") + _LABELS

CASES = [
    _SMALL + "out = tf.nn.ctc_loss(labels([[1, 2], [0], [3, 1, 3]]), x, [4, 2, 4])",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1, 1], [0], [3, 3]]), logits=x, sequence_length=[4, 3, 3])",
    # Four steps cannot spell two pairs: infinite.
    _SMALL + "out = tf.nn.ctc_loss(labels([[1, 1, 2, 2], [0], [3]]), x, [4, 2, 4])",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1, 1, 2, 2], [0], [3]]), x, [4, 2, 4], ctc_merge_repeated=False)",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1, 1, 2, 2], [0, 0], [3, 1, 1]]), x, [4, 2, 4], preprocess_collapse_repeated=True)",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1, 2], [1, 1, 0], [3]]), x, [4, 2, 4], ignore_longer_outputs_than_inputs=True)",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1, 2], [1, 1], [3]]), x, [4, 0, 4], ignore_longer_outputs_than_inputs=True)",
    # Labels beyond the classes end their row.
    _SMALL + "out = tf.nn.ctc_loss(labels([[1, 4], [0, 7, 7], [2, 4, 4]]), x, [4, 4, 4])",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1, 2], [0], [3], [1]]), tf.transpose(x, [1, 2, 0])[:, :, :], [4, 2, 4, 3])",
    _LONG + "out = tf.nn.ctc_loss(labels([[1, 2, 3, 4, 1, 1], [0], [3, 3, 3, 3, 3], [1, 2, 0, 4, 4, 2, 1]]), x, [20, 7, 15, 20])",
    _LONG + "out = tf.nn.ctc_loss(labels([[1, 2, 3], [0], [3, 3], [1, 2]]), tf.transpose(x, [1, 0, 2]), [20, 7, 15, 20], time_major=False)",
    _DOUBLE + "out = tf.nn.ctc_loss(labels([[1, 2], [0, 0, 1]]), x, [6, 5])",
    _DOUBLE + "l = tf.sparse_placeholder(tf.int32); out = tf.nn.ctc_loss(l, x, tf.placeholder(tf.int32, [None])).shape",
    # the loss with the blank elsewhere, and with dense labels
    _LONG + "out = tf.nn.ctc_loss_v2(labels([[1, 2, 3], [0], [3, 3], [1, 5]]), x, None, [20, 7, 15, 20], blank_index=4)",
    _LONG
    + "out = tf.nn.ctc_loss_v2(labels([[1, 2, 3], [4], [3, 3], [1, 5]]), tf.transpose(x, [1, 0, 2]), None, [20, 7, 15, 20], False, blank_index=0)",
    _LONG + "out = tf.nn.ctc_loss_v2(labels([[1, 2, 3], [4], [3, 3], [1, 0]]), x, None, [20, 7, 15, 20], blank_index=-1)",
    _LONG + "out = tf.nn.ctc_loss_v2(labels([[1, 2, 3], [4], [3, 3], [1, 0]]), x, None, [20, 7, 15, 20])",
    _LONG + "out = tf.nn.ctc_loss_v2(tf.constant([[1, 2, 3], [4, 0, 0], [3, 3, 0], [0, 0, 0]]), x, [3, 1, 2, 0], [20, 7, 15, 4])",
    _LONG
    + "out = tf.nn.ctc_loss_v2(tf.constant([[1, 2, 3], [4, 0, 0], [3, 3, 0], [0, 0, 0]]), x, [3, 1, 2, 0], [20, 7, 15, 0], blank_index=-1)",
    _LONG + "l = P(np.array([[1, 2, 3], [4, 0, 0], [3, 3, 0], [0, 0, 0]], np.int32), [None, None])\n"
    "out = tf.nn.ctc_loss_v2(l, tf.transpose(x, [1, 0, 2]), P(np.array([2, 1, 2, 1], np.int32), None), [20, 7, 15, 3], False, "
    "blank_index=5)",
    "out = tf.nn.ctc_unique_labels(tf.constant([[1, 2, 1], [0, 0, 0], [3, 1, 3]]))",
    # errors
    _SMALL + "out = tf.nn.ctc_loss([1, 2], x, [4, 4, 4])",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1], [0], [1]]), x, [4, 4])",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1], [0], [1]]), x, [4, 5, 4])",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1], [-1], [1]]), x, [4, 4, 4])",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1], [], [1]]), x, [4, 4, 4])",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1], [4, 1], [1]]), x, [4, 4, 4])",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1], [2, 1], [1]]), x, [4, 1, 4])",
    _SMALL + "out = tf.nn.ctc_loss(labels([[1], [0], [1], [2]]), x, [4, 4, 4])",
    # decoders
    _SMALL + "out = tf.nn.ctc_greedy_decoder(x, [4, 0, 3])",
    _LONG + "out = tf.nn.ctc_greedy_decoder(x, [20, 13, 9, 2])",
    _LONG + "out = tf.nn.ctc_greedy_decoder(x, [20, 13, 9, 2], merge_repeated=False)",
    _SMALL + "out = tf.nn.ctc_greedy_decoder(x, [4, 5, 3])",
    _DOUBLE + "out = tf.nn.ctc_greedy_decoder(x, [6, 4])",
    "x = P([[[1., 1., 1.], [2., 2., 0.]]]); out = tf.nn.ctc_greedy_decoder(x, [1, 1])",
    _SMALL + "out = tf.nn.ctc_beam_search_decoder(x, [4, 1, 3], top_paths=4)",
    _SMALL + "out = tf.nn.ctc_beam_search_decoder(x, [4, 3, 3], beam_width=3, top_paths=2)",
    _SMALL + "out = tf.nn.ctc_beam_search_decoder(x, [4, 0, 3], beam_width=3, top_paths=1)",
    _SMALL + "out = tf.nn.ctc_beam_search_decoder(x, [4, 0, 3], beam_width=3, top_paths=2)",
    _SMALL + "out = tf.nn.ctc_beam_search_decoder(x, [4, 3, 3], beam_width=1, top_paths=2)",
    _SMALL + "out = tf.nn.ctc_beam_search_decoder(x, [4, 5, 3])",
    _DOUBLE + "out = tf.nn.ctc_beam_search_decoder(x, [6, 4], beam_width=7, top_paths=3)",
] + [
    _LONG + "out = tf.nn.ctc_beam_search_decoder%s(x, [20, 13, 9, 20], beam_width=%d, top_paths=%d)" % (v, w, k)
    for v in ("", "_v2")
    for w, k in ((1, 1), (2, 2), (5, 3), (30, 4), (100, 1))
]
