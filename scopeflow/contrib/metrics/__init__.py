"""tf.contrib.metrics: the older metrics, with predictions before labels, and some that tf.metrics has not."""

from . import concatenating, curves, histogram_auc, kappa, renamed  # noqa: F401
