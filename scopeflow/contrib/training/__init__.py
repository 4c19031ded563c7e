"""tf.contrib.training: training and evaluation loops, hyperparameters, buckets of sequences."""

from . import evaluation, hparam, placement, train_loop, train_op  # noqa: F401
