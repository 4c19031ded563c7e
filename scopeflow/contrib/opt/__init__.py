"""tf.contrib.opt: further optimizers, and optimizers around optimizers."""

from . import (  # noqa: F401
    adam_variants,
    agn,
    drop_stale_gradient,
    elastic_average,
    external_optimizer,
    ggt,
    lars,
    model_average,
    moving_average_optimizer,
    multitask,
    reg_adagrad,
    shampoo,
    sign,
    variable_clipping,
    weight_decay,
)
