"""Training: optimizers, and what belongs to a training loop."""

from . import (  # noqa: F401
    adadelta,
    adagrad,
    adam,
    checkpoint_management,
    checkpoint_reading,
    ftrl,
    global_step,
    gradient_descent,
    init_from_checkpoint,
    learning_rate_decay,
    momentum,
    moving_averages,
    optimizer,
    rms_prop,
    saver,
    slot_creator,
)
