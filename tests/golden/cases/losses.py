"""tf.losses, tf.contrib.losses and tf.sets: values and gradients, weights of all shapes, all reductions."""

#: float64 losses are computed in float32
TOLERANCE = {"tf.float64": (1e-6, 1e-6)}

_XY = "x = P([[0.5, -1.0, 2.0], [0.1, 0.9, 0.3], [3.0, 0.0, -2.0], [0.2, 0.4, 0.6]], [None, 3])\ny = P([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]], [None, 3])\n"
_WEIGHTS = [
    "1.0",
    "2",
    "0.0",
    "P([[1.0], [0.0], [2.0], [0.5]], [None, 1])",
    "P([[1.0, 2.0, 3.0]])",
    "P(np.arange(12).reshape(4, 3).astype(np.float32), '?')",
    "tf.constant([[1.0], [0.0], [2.0], [0.5]])",
]
_REDUCTIONS = ["NONE", "SUM", "MEAN", "SUM_OVER_BATCH_SIZE", "SUM_BY_NONZERO_WEIGHTS"]
_PLAIN = ["absolute_difference", "hinge_loss", "huber_loss", "mean_squared_error"]

CASES = [f"{_XY}out = tf.losses.compute_weighted_loss(x, {w})" for w in _WEIGHTS]
CASES += [
    f"{_XY}out = tf.losses.mean_squared_error(y, x, {w}, reduction=tf.losses.Reduction.{r})" for r in _REDUCTIONS for w in _WEIGHTS[1:5]
]
CASES += [f"{_XY}out = tf.losses.{f}(y, x)" for f in _PLAIN]
CASES += [f"{_XY}out = tf.losses.{f}(y, x, P([[1.0], [0.0], [2.0], [0.5]], [None, 1]))" for f in _PLAIN]
CASES += [
    _XY + c
    for c in [
        "out = tf.losses.huber_loss(y, x, delta=0.5)",
        "out = tf.losses.log_loss(y, tf.sigmoid(x))",
        "out = tf.losses.log_loss(y, tf.sigmoid(x), epsilon=0.1, weights=2.0)",
        "out = tf.losses.mean_pairwise_squared_error(y, x)",
        "out = tf.losses.mean_pairwise_squared_error(y, x, P([[1.0], [0.0], [2.0], [0.5]]))",
        "out = tf.losses.cosine_distance(y, tf.nn.l2_normalize(x, 1), axis=1)",
        "out = tf.losses.cosine_distance(y, x, axis=0, weights=tf.constant([[1.0, 0.0, 2.0]]))",
        "out = tf.losses.sigmoid_cross_entropy(y, x)",
        "out = tf.losses.sigmoid_cross_entropy(y, x, label_smoothing=0.2)",
        "out = tf.losses.softmax_cross_entropy(y, x)",
        "out = tf.losses.softmax_cross_entropy(y, x, label_smoothing=0.2, weights=P([1.0, 0.0, 2.0, 3.0], [None]))",
        "out = tf.losses.softmax_cross_entropy(tf.cast(y * 2.0, tf.int32), x)",
        "out = tf.losses.sparse_softmax_cross_entropy(P([0, 1, 2, 1]), x)",
        "out = tf.losses.sparse_softmax_cross_entropy(P([[0], [1], [2], [1]], [None, 1]), x, weights=P([[1.0], [0.0], [1.0], [2.0]], [None, 1]))",
        "out = tf.losses.sparse_softmax_cross_entropy(P([0, 1, 2, 1], '?'), x, weights=P([1.0, 0.0, 1.0, 2.0], '?'))",
        "out = tf.losses.sparse_softmax_cross_entropy(P([0, 1, 2, 1]), x, reduction='none')",
        "out = tf.losses.compute_weighted_loss(tf.cast(x * 10.0, tf.int32), 0.5)",
        "out = tf.losses.compute_weighted_loss(tf.cast(x, tf.float64), 0.5)",
        "tf.losses.mean_squared_error(y, x); tf.losses.absolute_difference(y, x, scope='a'); tf.losses.add_loss(tf.reduce_sum(x))\n"
        "out = [tf.losses.get_total_loss(), tf.losses.get_losses(), tf.losses.get_losses('a'), tf.losses.get_total_loss(scope='mean')]",
        "v = tf.get_variable('v', [2], initializer=tf.ones_initializer(), regularizer=tf.nn.l2_loss); tf.losses.add_loss(tf.reduce_sum(x))\n"
        "out = [tf.losses.get_total_loss(), tf.losses.get_total_loss(False), tf.losses.get_regularization_loss()]",
        "out = tf.losses.mean_squared_error(y, x, P([1.0, 2.0, 3.0]))",
        "out = tf.losses.mean_squared_error(y, x, P([1.0, 2.0, 3.0], '?'))",
        "out = tf.losses.mean_squared_error(y, x, P([[1.0], [2.0]], [None, 1]))",
        "out = tf.losses.mean_squared_error(y, P([1.0, 2.0]))",
        "out = tf.losses.mean_squared_error(None, x)",
        "out = tf.losses.mean_squared_error(y, x, reduction='no such')",
        "out = tf.losses.cosine_distance(y, x)",
        "out = tf.losses.get_total_loss()",
        "out = [tf.losses.Reduction.all(), tf.losses.get_regularization_losses()]",
    ]
]
_OLD_WEIGHTS = [
    "1.0",
    "0.0",
    "P([1.0, 0.0, 2.0, 0.5], [None])",
    "P([[1.0], [0.0], [2.0], [0.5]], [None, 1])",
    "P(np.arange(12).reshape(4, 3).astype(np.float32))",
]
CASES += [f"{_XY}out = tf.contrib.losses.compute_weighted_loss(x, {w})" for w in _OLD_WEIGHTS]
CASES += [
    f"{_XY}L = tf.contrib.losses; out = L.{c}"
    for c in [
        "absolute_difference(x, y)",
        "cosine_distance(x, y, axis=1)",
        "hinge_loss(x, y)",
        "log_loss(tf.sigmoid(x), y, 2.0)",
        "mean_squared_error(x, y, P([1.0, 0.0, 2.0, 0.5]))",
        "mean_pairwise_squared_error(x, y)",
        "mean_pairwise_squared_error(x, y, P([1.0, 0.0, 2.0, 0.5]))",
        "sigmoid_cross_entropy(x, y, label_smoothing=0.1)",
        "softmax_cross_entropy(x, y, weights=P([1.0, 0.0, 2.0, 0.5]), label_smoothing=0.1)",
        "sparse_softmax_cross_entropy(x, P([0, 1, 2, 1]))",
        "sparse_softmax_cross_entropy(x, P([[0], [1], [2], [1]]), weights=P([[1.0], [0.0], [2.0], [0.5]]))",
        "compute_weighted_loss(x, P([1.0], '?'))",
        "compute_weighted_loss(P([1.0], '?'))",
    ]
]
_SETS = (
    "a = P(np.array([[1, 2, 2, 5], [3, 3, 1, 9]]), [None, None]); b = P(np.array([[2, 7], [3, 9]]), [None, None])\n"
    "s = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], P(np.array([1, 2, 3])), [2, 2])\n"
    "r = tf.SparseTensor([[0, 0], [1, 0], [1, 1]], P(np.array([2, 9, 3])), [2, 3])\n"
)
CASES += [f"{_SETS}out = tf.sets.{f}({p})" for f in ("difference", "intersection", "union") for p in ("a, b", "a, s", "s, a", "s, r")]
CASES += [
    _SETS + c
    for c in [
        "out = tf.sets.difference(a, b, aminusb=False)",
        "out = tf.sets.difference(s, b, aminusb=False)",
        "out = [tf.sets.size(s), tf.sets.size(tf.sets.union(a, b))]",
        "out = tf.sets.intersection(P([['a', 'b'], ['c', 'c']]), P([['b', 'x'], ['c', 'd']]))",
        "out = tf.sets.union(tf.reshape(a, [1, 2, 4]), tf.reshape(b, [1, 2, 2]))",
        "out = tf.sets.intersection(a, np.zeros([2, 0], np.int64))",
        "out = tf.sets.difference(a, tf.zeros([3, 1], tf.int64))",
        "out = tf.sets.difference(tf.zeros([2], tf.int64), tf.zeros([2], tf.int64))",
        "out = tf.sets.difference(tf.zeros([2, 1], tf.int64), tf.zeros([3, 1], tf.int64))",
        "out = tf.sets.difference(tf.zeros([2, 1]), tf.zeros([2, 1]))",
        "out = tf.sets.difference(tf.zeros([2, 1], tf.int64), tf.zeros([2, 1], tf.int32))",
        "out = tf.sets.size(a)",
        "out = tf.sets.difference(tf.SparseTensor([[1, 0], [0, 0]], P(np.array([1, 2])), [2, 2]), s)",
        "out = tf.sets.difference(tf.SparseTensor([[2, 0]], P(np.array([1])), [2, 2]), s)",
    ]
]
