"""tf.contrib.metrics: values over several runs."""

_SETUP = (
    "x = P([[0.5, 0.1, 0.9], [0.1, 0.9, 0.3], [0.3, 0.0, 0.7], [0.2, 0.4, 0.6]], [None, 3])\n"
    "y = P([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]], [None, 3])\n"
    "i = P(np.array([0, 2, 1, 2]), [None]); j = P(np.array([0, 1, 1, 2]), [None]); k = P(np.array([[0, 2], [1, 1], [2, 7], [0, 1]]), [None, 2])\n"
    "M = tf.contrib.metrics\n"
)
_METRICS = [
    "streaming_accuracy(i, j)",
    "streaming_mean(x, y)",
    "streaming_mean_squared_error(x, y)",
    "streaming_precision(x > 0.4, y)",
    "streaming_auc(x, y, num_thresholds=10)",
    "streaming_mean_iou(i, j, 3)",
    "streaming_recall_at_k(x, i, 2)",
    "streaming_sparse_precision_at_k(x, k, 2)",
    "streaming_sparse_average_precision_at_top_k(P(np.array([[0, 1], [1, 0], [2, 1], [0, 2]])), k)",
    "count(x, y)",
    "streaming_covariance(x, y)",
    "streaming_covariance(x, y, x + 0.5)",
    "streaming_pearson_correlation(x, y)",
    "streaming_pearson_correlation(x, y, weights=x + 0.5)",
    "streaming_covariance(x[:1, 0], y[:1, 0])",
]
CASES = [
    f"{_SETUP}m = M.{m}\nwith tf.control_dependencies([m[1]]):\n  v = [t.read_value() for t in tf.local_variables()]\nout = [m[1]] + v; runs = 3"
    for m in _METRICS
]
CASES += [
    _SETUP + c
    for c in [
        "out = [M.accuracy(i, j), M.accuracy(i, j, tf.constant([1.0, 2.0, 0.0, 3.0])), M.confusion_matrix(i, j)]",
        "out = [M.set_size(M.set_intersection(k, k)), M.set_difference(k, i[:, None])]",
        "out = M.accuracy(x, y)",
        "out = M.aggregate_metrics()",
        "v, u = M.aggregate_metric_map({'a': M.streaming_mean(x), 'b': M.streaming_mean(y)}); out = [u, sorted(v)]",
    ]
]
_MORE = [
    "M.f1_score(a, x, num_thresholds=10), M.f1_score(a, x, y + 1.0, 5)",
    "M.precision_at_recall(a, x, 0.5, num_thresholds=10), M.recall_at_precision(a, x, 0.5, num_thresholds=10)",
    "*[M.recall_at_precision(a, x, p, num_thresholds=10, strict_mode=True) for p in (0.2, 0.99)]",
    "M.streaming_false_positive_rate(x > 0.4, a, y + 1.0), M.streaming_false_negative_rate(x > 0.4, a)",
    "M.streaming_false_positive_rate_at_thresholds(x, a, [0.2, 0.5]), M.streaming_false_negative_rate_at_thresholds(x, a, [0.2, 0.5])",
    "*[f(x, a, [0.2, 0.5]) for f in (M.streaming_true_positives_at_thresholds, M.streaming_false_positives_at_thresholds)]",
    "*[f(x, a, [0.2, 0.5], y + 1.0) for f in (M.streaming_true_negatives_at_thresholds, M.streaming_false_negatives_at_thresholds)]",
    "M.streaming_concat(i), M.streaming_concat(x, max_size=6), M.streaming_concat(tf.ones([2, 1]), axis=1)",
    "M.cohen_kappa(i, j, 3), M.cohen_kappa(i, j, 3, tf.constant([1.0, 2.0, 0.5, 1.0]))",
    "M.sparse_recall_at_top_k(k, k[::-1]), M.sparse_recall_at_top_k(k, k[::-1], 1)",
]
_CURVES = [
    "*[M.streaming_curve_points(a, x, num_thresholds=5, curve=c) for c in ('ROC', 'PR')]",
    "M.precision_recall_at_equal_thresholds(a, x, y + 1.0, 5), "
    "M.precision_recall_at_equal_thresholds(a, tf.cast(x, tf.float64), None, 3)",
    "M.auc_using_histogram(a[:, 0], x[:, 0], (0.0, 1.0), nbins=5),",
]
CASES += [f"{_SETUP}a = y > 0.5\nm = [{m}]\nout = [t[1] for t in m]; runs = 3" for m in _MORE]
CASES += [f"{_SETUP}a = y > 0.5\nm = [{m}]\ninit = tf.group(*[t[1] for t in m]); out = [t[0] for t in m]" for m in _MORE + _CURVES]
