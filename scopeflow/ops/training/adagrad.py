"""Adagrad (Duchi, Hazan and Singer, 2011) and its kin: rates fall with the sum of squared gradients."""

from __future__ import annotations

import jax.numpy as jnp

from .declaring import rule
from .descent import shrunk


@rule("Adagrad", "var: V, accum: V, lr: T, grad: T")
def adagrad(var, accum, lr, grad, *, use_locking: bool = False, update_slots: bool = True):
    """Accum <- accum + grad ** 2; var - lr * grad / sqrt(accum)."""
    if update_slots:
        accum = accum + grad * grad
    return var - grad * lr / jnp.sqrt(accum), accum


@rule("AdagradV2", "var: V, accum: V, lr: T, epsilon: T, grad: T")
def adagrad_v2(var, accum, lr, epsilon, grad, *, use_locking: bool = False, update_slots: bool = True):
    """Adagrad with epsilon beside the root."""
    if update_slots:
        accum = accum + grad * grad
    return var - grad * lr / (jnp.sqrt(accum) + epsilon), accum


@rule(
    "AdagradDA",
    "var: V, gradient_accumulator: V, gradient_squared_accumulator: V, grad: T, lr: T, l1: T, l2: T, global_step: int64",
)
def adagrad_da(var, gradient_accumulator, gradient_squared_accumulator, grad, lr, l1, l2, global_step, *, use_locking: bool = False):
    """Adagrad by dual averaging: the variable follows from the sums of gradients and of their squares alone."""
    total = gradient_accumulator + grad
    squares = gradient_squared_accumulator + grad * grad
    step = global_step.astype(var.dtype)
    beyond = jnp.sign(total) * jnp.maximum(jnp.abs(total) - l1 * step, 0)
    return -lr * beyond / (l2 * step * lr + jnp.sqrt(squares)), total, squares


@rule("ProximalAdagrad", "var: V, accum: V, lr: T, l1: T, l2: T, grad: T")
def proximal_adagrad(var, accum, lr, l1, l2, grad, *, use_locking: bool = False):
    """Adagrad, then the penalties' proximal step."""
    accum = accum + grad * grad
    rate = lr / jnp.sqrt(accum)
    return shrunk(var - grad * rate, rate, l1, l2), accum
