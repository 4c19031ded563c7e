"""Weights for values: of the same shape, or scalar, or of the same rank with some dimensions of 1."""

from __future__ import annotations

from typing import Any

from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from . import array
from .asserts import assert_
from .control_flow import cond
from .elementwise import equal, multiply
from .sets import set_difference

_REFUSED = "weights can not be broadcast to values."


@public("python.ops.weights_broadcast_ops.assert_broadcastable")
def assert_broadcastable(weights: Any, values: Any) -> Operation:
    """An op that fails unless `weights` can be broadcast to `values`.

    Raises:
      ValueError: the static shapes say already that they cannot.
    """
    with name_scope(None, "assert_broadcastable", (weights, values)) as scope:
        with name_scope(None, "weights", (weights,)) as weights_scope:
            weights = convert_to_tensor(weights, name=weights_scope)
            weights_shape = array.shape(weights, name="shape")
            weights_rank = array.rank(weights, name="rank")
        rank = constant_value(weights_rank)
        with name_scope(None, "values", (values,)) as values_scope:
            values = convert_to_tensor(values, name=values_scope)
            values_shape = array.shape(values, name="shape")
            values_rank = array.rank(values, name="rank")
        known_rank = constant_value(values_rank)
        if rank is not None and known_rank is not None:
            if rank == 0:
                return array.no_op(name="static_scalar_check_success")
            if rank != known_rank:
                raise ValueError(
                    f"{_REFUSED} values.rank={known_rank}. weights.rank={rank}. values.shape={values.shape}. weights.shape={weights.shape}."
                )
            sizes, known_sizes = constant_value(weights_shape), constant_value(values_shape)
            if sizes is not None and known_sizes is not None:
                for i, (n, m) in enumerate(zip(sizes, known_sizes)):
                    if n not in (1, m):
                        raise ValueError(f"{_REFUSED} Mismatch at dim {i}. values.shape={known_sizes} weights.shape={sizes}.")
                return array.no_op(name="static_dims_check_success")
        is_scalar = equal(0, weights_rank, name="is_scalar")
        data = (
            _REFUSED, "weights.shape=", weights.name, weights_shape, "values.shape=", values.name, values_shape, "is_scalar=", is_scalar,
        )  # fmt: skip
        is_valid = cond(
            is_scalar,
            lambda: is_scalar,
            lambda: _has_valid_shape(weights_rank, weights_shape, values_rank, values_shape),
            name="is_valid_shape",
        )
        return assert_(is_valid, data, name=scope)


def _has_valid_shape(weights_rank: Tensor, weights_shape: Tensor, values_rank: Tensor, values_shape: Tensor) -> Tensor:
    """Whether weights that are no scalar can be broadcast."""
    with name_scope(None, "has_valid_nonscalar_shape", (weights_rank, weights_shape, values_rank, values_shape)) as scope:
        is_same_rank = equal(values_rank, weights_rank, name="is_same_rank")
        return cond(is_same_rank, lambda: _has_valid_sizes(weights_shape, values_shape), lambda: is_same_rank, name=scope)


def _has_valid_sizes(weights_shape: Tensor, values_shape: Tensor) -> Tensor:
    with name_scope(None, "has_invalid_dims", (weights_shape, values_shape)) as scope:
        column = array.expand_dims(values_shape, axis=-1)
        allowed = array.concat((column, array.ones_like(column)), axis=1)
        invalid = set_difference(array.expand_dims(weights_shape, axis=-1), allowed)
        return equal(0, array.size(invalid.values, name="num_invalid_dims"), name=scope)


@public("python.ops.weights_broadcast_ops.broadcast_weights")
def broadcast_weights(weights: Any, values: Any) -> Tensor:
    """`weights` in the shape of `values`. Raises ValueError where that cannot be."""
    with name_scope(None, "broadcast_weights", (weights, values)) as scope:
        values = convert_to_tensor(values, name="values")
        weights = convert_to_tensor(weights, dtype=values.dtype.base_dtype, name="weights")
        fixed = weights.shape.is_fully_defined() and values.shape.is_fully_defined()
        if fixed and weights.shape.is_compatible_with(values.shape):
            return weights
        with control_dependencies((assert_broadcastable(weights, values),)):
            return multiply(weights, array.ones_like(values), name=scope)
