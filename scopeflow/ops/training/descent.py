"""Gradient descent, with momentum or a proximal step."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from .declaring import rule


@rule("GradientDescent", "var: V, alpha: T, delta: T", sparse=False)
def gradient_descent(var, alpha, delta, *, use_locking: bool = False):
    """Var - alpha * delta."""
    return var - alpha * delta


@rule("Momentum", "var: V, accum: V, lr: T, grad: T, momentum: T")
def momentum(var, accum, lr, grad, momentum, *, use_locking: bool = False, use_nesterov: bool = False):
    """Accum <- accum * momentum + grad; var - lr * accum, or Nesterov's step."""
    accum = accum * momentum + grad
    step = grad * lr + accum * momentum * lr if use_nesterov else lr * accum
    return var - step, accum


@rule("KerasMomentum", "var: V, accum: V, lr: T, grad: T, momentum: T", reference=False)
def keras_momentum(var, accum, lr, grad, momentum, *, use_locking: bool = False, use_nesterov: bool = False):
    """Momentum with the learning rate inside the accumulator: accum <- accum * momentum - lr * grad; var + accum."""
    accum = accum * momentum - lr * grad
    return var + (accum * momentum - lr * grad if use_nesterov else accum), accum


def shrunk(ahead: Any, rate: Any, l1: Any, l2: Any) -> Any:
    """The proximal step of a penalty l1 * |x| + l2 / 2 * x ** 2 at `ahead` (Duchi and Singer, 2009, FOBOS)."""
    return jnp.sign(ahead) * jnp.maximum(jnp.abs(ahead) - rate * l1, 0) / (1 + l2 * rate)


@rule("ProximalGradientDescent", "var: V, alpha: T, l1: T, l2: T, delta: T")
def proximal_gradient_descent(var, alpha, l1, l2, delta, *, use_locking: bool = False):
    """A step of gradient descent, then the penalties' proximal step."""
    return shrunk(var - alpha * delta, alpha, l1, l2)
