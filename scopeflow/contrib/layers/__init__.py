"""tf.contrib.layers: layers as functions, which argument scopes configure."""

from . import (  # noqa: F401
    arguments,
    batch_normalization,
    composing,
    convolution,
    dense,
    embedding,
    group_normalization,
    optimizers,
    pooling,
    regularizers,
    reshaping,
    summaries,
)
