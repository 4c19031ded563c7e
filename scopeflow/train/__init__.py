"""Training: optimizers, and what belongs to a training loop."""
