"""Training: optimizers, and what belongs to a training loop."""

from . import adam, global_step, gradient_descent, momentum, optimizer, slot_creator  # noqa: F401
