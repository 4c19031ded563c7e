"""RMSProp (Tieleman and Hinton, 2012) and Adadelta (Zeiler, arXiv:1212.5701): running means of squared gradients."""

from __future__ import annotations

import jax.numpy as jnp
from jax import lax

from .declaring import rule


@rule("RMSProp", "var: V, ms: V, mom: V, lr: T, rho: T, momentum: T, epsilon: T, grad: T")
def rms_prop(var, ms, mom, lr, rho, momentum, epsilon, grad, *, use_locking: bool = False):
    """A step of momentum by grad / sqrt(ms + epsilon), `ms` the running mean of grad ** 2."""
    ms = ms + (grad * grad - ms) * (1 - rho)
    mom = mom * momentum + lr * grad * lax.rsqrt(ms + epsilon)
    return var - mom, ms, mom


@rule("CenteredRMSProp", "var: V, mg: V, ms: V, mom: V, lr: T, rho: T, momentum: T, epsilon: T, grad: T")
def centered_rms_prop(var, mg, ms, mom, lr, rho, momentum, epsilon, grad, *, use_locking: bool = False):
    """RMSProp by the variance of the gradient: `ms` less the square of its running mean `mg`."""
    ms = ms + (grad * grad - ms) * (1 - rho)
    mg = mg + (grad - mg) * (1 - rho)
    mom = mom * momentum + lr * grad * lax.rsqrt(ms - mg * mg + epsilon)
    return var - mom, mg, ms, mom


@rule("Adadelta", "var: V, accum: V, accum_update: V, lr: T, rho: T, epsilon: T, grad: T")
def adadelta(var, accum, accum_update, lr, rho, epsilon, grad, *, use_locking: bool = False):
    """Steps by the gradient times the ratio of the roots of the mean squared updates and of the mean squared gradients."""
    accum = accum * rho + grad * grad * (1 - rho)
    update = jnp.sqrt(accum_update + epsilon) * lax.rsqrt(accum + epsilon) * grad
    return var - update * lr, accum, accum_update * rho + update * update * (1 - rho)
