"""Which array library a kernel computes with: NumPy for values known already, jax.numpy for traced or device values."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

_HOST = (np.ndarray, np.generic, int, float, bool, complex)


def xp(*arrays: Any) -> Any:
    """NumPy if all `arrays` are NumPy values (their result stays known while tracing), else jax.numpy."""
    for a in arrays:
        if not isinstance(a, _HOST):
            return jnp
    return np


def is_known(*arrays: Any) -> bool:
    """True if the values of all `arrays` are known now."""
    return all(isinstance(a, _HOST) for a in arrays)
