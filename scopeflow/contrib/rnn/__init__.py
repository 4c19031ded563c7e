"""tf.contrib.rnn: more cells, cells computed by one op, and stacks of bidirectional networks."""

from . import (  # noqa: F401
    attention_cell,
    block_cells,
    convolutional_cells,
    frequency_cells,
    fused,
    independent_cells,
    linear,
    lstm_variants,
    plain_cells,
    projections,
    stacking,
)
