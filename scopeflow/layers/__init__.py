"""tf.layers: layers with variables, as objects and as functions."""

from . import (  # noqa: F401
    batch_normalization,
    convolution,
    dense,
    dropout,
    flatten,
    input_spec,
    keras_functions,
    layer,
    learning_phase,
    pooling,
    rnn,
    separable_convolution,
    smart_condition,
    transposed_convolution,
)
