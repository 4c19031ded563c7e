"""PowerSign and AddSign (Bello et al., arXiv:1709.07417): longer steps where gradient and its running mean agree in sign."""

from __future__ import annotations

import jax.numpy as jnp

from .declaring import rule


@rule("PowerSign", "var: V, m: V, lr: T, logbase: T, sign_decay: T, beta: T, grad: T", sparse=False)
def power_sign(var, m, lr, logbase, sign_decay, beta, grad, *, use_locking: bool = False):
    """Steps by exp(logbase * sign_decay * agreement) * grad."""
    m = m * beta + grad * (1 - beta)
    return var - lr * jnp.exp(logbase * sign_decay * jnp.sign(grad) * jnp.sign(m)) * grad, m


@rule("AddSign", "var: V, m: V, lr: T, alpha: T, sign_decay: T, beta: T, grad: T", sparse=False)
def add_sign(var, m, lr, alpha, sign_decay, beta, grad, *, use_locking: bool = False):
    """Steps by (alpha + sign_decay * agreement) * grad."""
    m = m * beta + grad * (1 - beta)
    return var - lr * (alpha + sign_decay * jnp.sign(grad) * jnp.sign(m)) * grad, m
