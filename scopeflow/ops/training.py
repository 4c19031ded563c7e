"""The ops that optimizers apply: each update rule once, for reference and for resource variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from ..graph.tensor_shape import Dims
from ..op import shapes
from ..op.declare import Op, op

_NUMBER = "float double int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 bfloat16 uint16 complex128 half uint32 uint64"


def _no_outputs(inputs: Any, attrs: dict[str, Any]) -> list[Dims]:
    return []


def _updates(name: str, signature: str, written: str, **types: str) -> Callable[[Callable[..., Any]], tuple[Op, Op]]:
    """Declares `name` for reference variables and `Resource` + name: V in the signature stands for the variables."""

    def declare(kernel: Callable[..., Any]) -> tuple[Op, Op]:
        common: dict[str, Any] = dict(writes=written, differentiable=False, T=_NUMBER, **types)
        ref = op(name, signature.replace(": V", ": &T") + " -> out: &T", shape=shapes.unchanged, **common)(kernel)
        resource = op("Resource" + name, signature.replace(": V", ": resource") + " -> ", shape=_no_outputs, **common)(kernel)
        return ref, resource

    return declare


@_updates("ApplyGradientDescent", "var: V, alpha: T, delta: T", "var")
def _gradient_descent(var, alpha, delta, *, use_locking: bool = False):
    """Var - alpha * delta."""
    return var - alpha * delta


apply_gradient_descent, resource_apply_gradient_descent = _gradient_descent


@_updates("ApplyMomentum", "var: V, accum: V, lr: T, grad: T, momentum: T", "var accum")
def _momentum(var, accum, lr, grad, momentum, *, use_locking: bool = False, use_nesterov: bool = False):
    """Accum <- accum * momentum + grad; var - lr * accum, or Nesterov's step."""
    accum = accum * momentum + grad
    step = grad * lr + accum * momentum * lr if use_nesterov else lr * accum
    return var - step, accum


apply_momentum, resource_apply_momentum = _momentum


@_updates("SparseApplyMomentum", "var: V, accum: V, lr: T, grad: T, indices: Tindices, momentum: T", "var accum", Tindices="int32 int64")
def _sparse_momentum(var, accum, lr, grad, indices, momentum, *, use_locking: bool = False, use_nesterov: bool = False):
    """The momentum rule on the rows `indices` alone."""
    var, accum = jnp.asarray(var), jnp.asarray(accum)
    rows = accum.at[indices].get(mode="fill", fill_value=0) * momentum + grad
    accum = accum.at[indices].set(rows, mode="drop")
    step = grad * lr + rows * momentum * lr if use_nesterov else lr * rows
    return var.at[indices].add(-step, mode="drop"), accum


sparse_apply_momentum, resource_sparse_apply_momentum = _sparse_momentum


@_updates("ApplyAdam", "var: V, m: V, v: V, beta1_power: T, beta2_power: T, lr: T, beta1: T, beta2: T, epsilon: T, grad: T", "var m v")
def _adam(var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad, *, use_locking: bool = False, use_nesterov: bool = False):
    """Kingma and Ba's Adam with the bias correction in the learning rate (section 2, the last paragraph's form)."""
    alpha = lr * jnp.sqrt(1 - beta2_power) / (1 - beta1_power)
    m = m + (grad - m) * (1 - beta1)
    v = v + (grad * grad - v) * (1 - beta2)
    ahead = grad * (1 - beta1) + beta1 * m if use_nesterov else m
    return var - (ahead * alpha) / (jnp.sqrt(v) + epsilon), m, v


apply_adam, resource_apply_adam = _adam
