"""Adam and AdaMax (Kingma and Ba, arXiv:1412.6980), AMSGrad (Reddi et al., 2018)."""

from __future__ import annotations

import jax.numpy as jnp

from .declaring import rule


@rule(
    "Adam",
    "var: V, m: V, v: V, beta1_power: T, beta2_power: T, lr: T, beta1: T, beta2: T, epsilon: T, grad: T",
    sparse=False,
)
def adam(var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad, *, use_locking: bool = False, use_nesterov: bool = False):
    """Adam with the bias correction in the learning rate (section 2, the last paragraph's form)."""
    alpha = lr * jnp.sqrt(1 - beta2_power) / (1 - beta1_power)
    m = m + (grad - m) * (1 - beta1)
    v = v + (grad * grad - v) * (1 - beta2)
    ahead = grad * (1 - beta1) + beta1 * m if use_nesterov else m
    return var - (ahead * alpha) / (jnp.sqrt(v) + epsilon), m, v


@rule(
    "AdamWithAmsgrad",
    "var: V, m: V, v: V, vhat: V, beta1_power: T, beta2_power: T, lr: T, beta1: T, beta2: T, epsilon: T, grad: T",
    sparse=False,
    reference=False,
)
def adam_with_amsgrad(var, m, v, vhat, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad, *, use_locking: bool = False):
    """Adam that steps by the largest mean of squares so far."""
    alpha = lr * jnp.sqrt(1 - beta2_power) / (1 - beta1_power)
    m = m + (grad - m) * (1 - beta1)
    v = v + (grad * grad - v) * (1 - beta2)
    vhat = jnp.maximum(vhat, v)
    return var - (m * alpha) / (jnp.sqrt(vhat) + epsilon), m, v, vhat


@rule("AdaMax", "var: V, m: V, v: V, beta1_power: T, lr: T, beta1: T, beta2: T, epsilon: T, grad: T", sparse=False)
def ada_max(var, m, v, beta1_power, lr, beta1, beta2, epsilon, grad, *, use_locking: bool = False):
    """Adam with a decaying maximum in the place of the mean of squares (section 7)."""
    m = m + (grad - m) * (1 - beta1)
    v = jnp.maximum(beta2 * v, jnp.abs(grad))
    return var - lr / (1 - beta1_power) * (m / (v + epsilon)), m, v
