"""tf.metrics: values that add up over runs, each as (value, update)."""

from . import accumulation, classes, counts, means, thresholds, top_k  # noqa: F401
