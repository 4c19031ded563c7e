"""Neural network ops: tf.nn."""

from . import activation, convolution, cross_entropy, dropout, embedding, fractional, linear, morphology, normalization, pooling, selection  # noqa: F401
