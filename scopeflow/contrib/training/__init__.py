"""tf.contrib.training: training and evaluation loops, hyperparameters, buckets of sequences."""

from . import bucketing, evaluation, feeding, hparam, placement, sampling, train_loop, train_op  # noqa: F401
