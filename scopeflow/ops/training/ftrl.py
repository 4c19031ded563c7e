"""FTRL-Proximal (McMahan et al., 2013, "Ad Click Prediction: a View from the Trenches", algorithm 1)."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from .declaring import rule


def _step(var: Any, accum: Any, linear: Any, grad: Any, steered: Any, lr: Any, l1: Any, l2: Any, lr_power: Any) -> tuple[Any, Any, Any]:
    """One step; `steered` is the gradient that moves `linear`, `grad` the one that slows the learning rate."""

    def slowed(x: Any) -> Any:
        # The usual power by a root: it is exact, and fast.
        return jnp.where(lr_power == -0.5, jnp.sqrt(x), x**-lr_power)

    new_accum = accum + grad * grad
    rate = slowed(new_accum)
    linear = linear + steered - (rate - slowed(accum)) / lr * var
    solved = (l1 * jnp.sign(linear) - linear) / (rate / lr + 2 * l2)
    return jnp.where(jnp.abs(linear) > l1, solved, 0), new_accum, linear


@rule("Ftrl", "var: V, accum: V, linear: V, grad: T, lr: T, l1: T, l2: T, lr_power: T")
def ftrl(var, accum, linear, grad, lr, l1, l2, lr_power, *, use_locking: bool = False):
    """The variable that solves the penalized linear problem of all gradients so far."""
    return _step(var, accum, linear, grad, grad, lr, l1, l2, lr_power)


@rule("FtrlV2", "var: V, accum: V, linear: V, grad: T, lr: T, l1: T, l2: T, l2_shrinkage: T, lr_power: T")
def ftrl_v2(var, accum, linear, grad, lr, l1, l2, l2_shrinkage, lr_power, *, use_locking: bool = False):
    """FTRL whose gradient also pulls toward zero, by 2 * l2_shrinkage * var."""
    return _step(var, accum, linear, grad, grad + 2 * l2_shrinkage * var, lr, l1, l2, lr_power)
