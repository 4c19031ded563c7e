"""Neural network ops: tf.nn."""

from . import (  # noqa: F401
    activation,
    convolution,
    cross_entropy,
    dropout,
    embedding,
    fractional,
    imported_gradients,
    linear,
    morphology,
    normalization,
    pooling,
    repeated_labels,
    sampled_losses,
    selection,
)
