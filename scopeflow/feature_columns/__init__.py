"""tf.feature_column: descriptions of features, and the input layers and linear models that are made from them."""

from . import (  # noqa: F401
    categorical,
    column,
    crossed,
    embedding,
    indicator,
    input_layer,
    linear_model,
    numeric,
    parsing,
    sequence,
    transformation,
    weighted,
)
