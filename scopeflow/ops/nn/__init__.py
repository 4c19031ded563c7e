"""Neural network ops: tf.nn."""

from . import activation, convolution, cross_entropy, dropout, embedding, linear, normalization, pooling, selection  # noqa: F401
