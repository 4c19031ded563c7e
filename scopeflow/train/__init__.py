"""Training: optimizers, and what belongs to a training loop."""

from . import (  # noqa: F401
    adadelta,
    adagrad,
    adam,
    checkpoint_management,
    ftrl,
    global_step,
    gradient_descent,
    learning_rate_decay,
    momentum,
    moving_averages,
    optimizer,
    rms_prop,
    saver,
    slot_creator,
)
