"""tf.metrics and tf.confusion_matrix: values over several runs of the update, and of the value after it."""

_XY = "x = P([[0.5, 0.1, 0.9], [0.1, 0.9, 0.3], [0.3, 0.0, 0.7], [0.2, 0.4, 0.6]], [None, 3])\ny = P([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]], [None, 3])\n"
_IDS = "i = P([0, 2, 1, 2], [None]); j = P([0, 1, 1, 2], [None]); l = P(np.array([0, 1, 2, 1]), [None]); k = P(np.array([[0, 2], [1, -1], [2, 7], [0, 1]]), [None, 2])\n"
_W = "w = P([[1.0], [0.0], [2.0], [0.5]], [None, 1])\n"
_STEPS = "\nwith tf.control_dependencies([m[1]]):\n  v = [t.read_value() for t in tf.local_variables()]\nout = [m[1]] + v; runs = 3"

_METRICS = [
    "mean(x)",
    "mean(x, w)",
    "mean(x, 0.0)",
    "mean(tf.cast(x * 10.0, tf.int32), 2)",
    "mean_tensor(x[:2])",
    "mean_tensor(tf.ensure_shape(x, [4, 3]), w)",
    "accuracy(i, j)",
    "accuracy(i, tf.cast(j, tf.float32), w[:, 0])",
    "accuracy(tf.expand_dims(i, 1), j, w)",
    "mean_absolute_error(y, x, w)",
    "mean_squared_error(y, x)",
    "root_mean_squared_error(y, x, w)",
    "mean_cosine_distance(y, x, 1)",
    "mean_relative_error(y, x, x, w)",
    "percentage_below(x, 0.4)",
    "true_positives(y, x > 0.4)",
    "true_negatives(y, x > 0.4, w)",
    "false_positives(y, x > 0.4, 2.0)",
    "false_negatives(y, x > 0.4)",
    "precision(y, x > 0.4)",
    "precision(y, x > 2.0)",
    "recall(y, x > 0.4, w)",
    "mean_iou(i, j, 3)",
    "mean_iou(i, j, 5, w[:, 0])",
    "mean_per_class_accuracy(i, j, 3)",
    "mean_per_class_accuracy(i, j, 3, w[:, 0])",
    "auc(y, x)",
    "auc(y, x, w, num_thresholds=10)",
    "auc(y, x, curve='PR', num_thresholds=20)",
    "auc(y, x, curve='PR', num_thresholds=20, summation_method='careful_interpolation')",
    "auc(y, x, num_thresholds=20, summation_method='minoring')",
    "auc(y, x, curve='PR', summation_method='majoring', thresholds=[0.7, 0.2, 0.5])",
    "true_positives_at_thresholds(y, x, [0.1, 0.5, 0.8], w)",
    "true_negatives_at_thresholds(y, x, [0.1, 0.5])",
    "false_positives_at_thresholds(y, x, [0.1, 0.5])",
    "false_negatives_at_thresholds(y, x, [0.1, 0.5])",
    "precision_at_thresholds(y, x, [0.1, 0.5])",
    "recall_at_thresholds(y, x, [0.1, 0.5], w)",
    "sensitivity_at_specificity(y, x, 0.7)",
    "specificity_at_sensitivity(y, x, 0.7, num_thresholds=30)",
    "recall_at_k(k, x, 2)",
    "recall_at_k(l, x, 1, weights=w[:, 0])",
    "recall_at_k(k, x, 2, class_id=1)",
    "precision_at_k(k, x, 2)",
    "precision_at_k(k, x, 2, class_id=0, weights=w[:, 0])",
    "precision_at_k(tf.SparseTensor([[0, 0], [1, 0], [3, 1]], P(np.array([2, 1, 0])), [4, 2]), x, 2)",
    "precision_at_k(tf.SparseTensor([[0, 0], [1, 0], [3, 1]], P(np.array([2, 1, 0])), [4, 2]), x, 2, class_id=1)",
    "precision_at_top_k(k, P(np.array([[0, 1], [1, 0], [2, 1], [0, 2]])))",
    "average_precision_at_k(k, x, 2)",
    "average_precision_at_k(k, x, 3, weights=w[:, 0])",
    "average_precision_at_k(l, x, 1)",
    "average_precision_at_k(tf.SparseTensor([[0, 0], [1, 0], [3, 1]], P(np.array([2, 1, 0])), [4, 2]), x, 2)",
    "sparse_precision_at_k(k, x, 2)",
]

CASES = [f"{_XY}{_IDS}{_W}m = tf.metrics.{m}{_STEPS}" for m in _METRICS]
CASES += [
    # The value, read after the updates of three runs.
    f"{_XY}{_IDS}m = tf.metrics.{m}\nwith tf.control_dependencies([m[1]]):\n  u = tf.no_op()\ninit = [u]; out = m[0]"
    for m in ("mean(x)", "accuracy(i, j)", "auc(y, x)", "mean_iou(i, j, 3)", "precision(y, x > 0.4)", "recall_at_k(k, x, 2)")
]
CASES += [
    f"{_XY}out = tf.metrics.auc(y, x * 2.0)",
    f"{_XY}{_IDS}out = tf.metrics.mean_iou(i, j, 2)",
    f"{_XY}out = tf.metrics.mean(x, P([1.0, 2.0], [None]))",
    f"{_IDS}out = [tf.confusion_matrix(i, j), tf.confusion_matrix(i, j, 4, tf.float32, weights=[1.0, 0.5, 2.0, 3.0])]",
    f"{_IDS}out = tf.confusion_matrix(i, tf.expand_dims(j, 1), dtype=tf.int64)",
    f"{_IDS}out = tf.confusion_matrix(i, j, 2)",
    f"{_IDS}out = tf.confusion_matrix(i, -j)",
]
