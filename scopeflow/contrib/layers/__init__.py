"""tf.contrib.layers: layers as functions, which argument scopes configure."""

from . import (  # noqa: F401
    arguments,
    batch_normalization,
    column_inputs,
    columns,
    composing,
    convolution,
    dense,
    dense_columns,
    embedding,
    flattening,
    group_normalization,
    hashed_embeddings,
    optimizers,
    pooling,
    regularizers,
    reshaping,
    sparse_columns,
    summaries,
    target_columns,
)
