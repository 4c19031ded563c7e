"""tf.contrib.opt: further optimizers, and optimizers around optimizers."""

from . import (  # noqa: F401
    adam_variants,
    external_optimizer,
    ggt,
    lars,
    moving_average_optimizer,
    multitask,
    reg_adagrad,
    sign,
    variable_clipping,
    weight_decay,
)
