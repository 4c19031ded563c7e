"""The largest elements: top_k, in_top_k, nth_element."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op import shapes
from ...op.declare import ShapeError, op
from ..reordering import top_k as top_k_op
from .activation import REAL


@op("TopK", "input: T -> values: T, indices: int32", T=REAL)
def top_k_v1(input, *, k: int, sorted: bool = True):
    """TopKV2 with `k` as an attribute."""
    return top_k_op.kernel(input, k)


@top_k_v1.shape
def _top_k_v1_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = shapes.at_least(inputs[0]._dims, 1)
    if dims is None:
        return [None, None]
    if dims[-1] is not None and dims[-1] < attrs["k"]:
        raise ShapeError(f"input must have last dimension >= k = {attrs['k']} but is {dims[-1]}")
    return [dims[:-1] + (attrs["k"],)] * 2


@public("nn.top_k", "math.top_k")
def top_k(input: Any, k: Any = 1, sorted: bool = True, name: str | None = None) -> Any:
    """The `k` largest elements along the last dimension: a tuple (values, indices), each [..., k].

    Of equal elements the one of lower index comes first. Raises ValueError if the dimension is smaller than `k`.
    """
    return top_k_op(input, k, sorted=sorted, name=name)


def _in_top_k_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    rows = shapes.with_rank(inputs[0]._dims, 2)[0]
    n = shapes.with_rank(inputs[1]._dims, 1)[0]
    if rows is not None and n is not None and rows != n:
        raise ShapeError(f"Dimensions must be equal, but are {rows} and {n}")
    return [(n if rows is None else rows,)]


def _among_largest(predictions: Any, targets: Any, k: Any) -> Any:
    predictions, targets = jnp.asarray(predictions), jnp.asarray(targets)
    classes = predictions.shape[1]
    valid = (targets >= 0) & (targets < classes)
    target = jnp.take_along_axis(predictions, jnp.clip(targets, 0, classes - 1)[:, None], axis=1)
    # Ties do not push a class out; what is not finite cannot be compared.
    return valid & ((predictions > target).sum(axis=1) < k) & jnp.isfinite(predictions).all(axis=1)


_IN_TOP_K: dict[str, Any] = {"T": "int32 int64 = int32", "shape": _in_top_k_shape, "jax_only": True, "differentiable": False}


@op("InTopKV2", "predictions: float, targets: T, k: T -> precision: bool", **_IN_TOP_K)
def in_top_k_op(predictions, targets, k):
    """True where class `targets[i]` is among the `k` largest of `predictions[i]`."""
    return _among_largest(predictions, targets, k)


@op("InTopK", "predictions: float, targets: T -> precision: bool", **_IN_TOP_K)
def in_top_k_v1(predictions, targets, *, k: int):
    """InTopKV2 with `k` as an attribute."""
    return _among_largest(predictions, targets, k)


@public("nn.in_top_k", "math.in_top_k")
def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Tensor:
    """For each row of `predictions` [batch, classes], whether class `targets` [batch] is among its `k` largest, bool [batch].

    Classes that tie with the k-th count as among them; a row with a number that is not finite counts as False.
    """
    with name_scope(name, "in_top_k"):
        return in_top_k_op(predictions, targets, k, name=name)


@public("contrib.nn.nth_element")
@op("NthElement", "input: T, n: int32 -> values: T", T=REAL, static="n", jax_only=True)
def nth_element_op(input, n, *, reverse: bool = False):
    """The `n`-th smallest element (largest, if `reverse`) along the last dimension, counted from 0."""
    at, size = int(n), np.shape(input)[-1]
    if not 0 <= at < size:
        raise ValueError(f"Input must have at least n+1 columns, got n = {at} and {size} columns")
    return jnp.sort(jnp.asarray(input), axis=-1)[..., size - 1 - at if reverse else at]


@nth_element_op.shape
def _nth_element_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = shapes.at_least(inputs[0]._dims, 1)
    return [None if dims is None else dims[:-1]]
