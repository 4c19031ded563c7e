"""Gradients of broadcasting ops: back to the shape an input had."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np


def unbroadcast(grad: Any, like: Any) -> Any:
    """`grad` summed over the dimensions that broadcasting gave to the input `like`."""
    shape = np.shape(like)
    if grad.shape == shape:
        return grad
    extra = grad.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(i + extra for i, d in enumerate(shape) if d == 1 and grad.shape[i + extra] != 1)
    return jnp.sum(grad, axis=axes).reshape(shape)
