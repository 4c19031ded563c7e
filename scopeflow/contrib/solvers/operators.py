"""Operators of the solvers: a shape, a type, and what they do to matrices; norms and products of columns."""

from __future__ import annotations

import collections
from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.reduction import reduce_sum

_PLACES = (
    "contrib.solvers.util",
    "contrib.solvers.lanczos.util",
    "contrib.solvers.least_squares.util",
    "contrib.solvers.linear_equations.util",
)
_Operator = collections.namedtuple("LinearOperator", ["shape", "dtype", "apply", "apply_adjoint"])


def _public(name: str) -> Any:
    return public(*(f"{place}.{name}" for place in _PLACES))


@_public("create_operator")
def create_operator(matrix: Any) -> Any:
    """The operator of a matrix: (shape, dtype, apply, apply_adjoint).

    Raises:
      ValueError: not of rank 2.
    """
    matrix = convert_to_tensor(matrix)
    if matrix.shape.ndims != 2:
        raise ValueError(f"Matrix must be of rank 2; found the shape {matrix.shape}")
    return _Operator(
        shape=matrix.shape.as_list(),
        dtype=matrix.dtype,
        apply=lambda v: TABLE["matmul"](matrix, v, adjoint_a=False),
        apply_adjoint=lambda v: TABLE["matmul"](matrix, v, adjoint_a=True),
    )


@_public("identity_operator")
def identity_operator(matrix: Any) -> Any:
    """The operator that does nothing, of a matrix's shape."""
    shape = matrix.shape.as_list() if isinstance(matrix, Tensor) else matrix.shape
    return _Operator(shape, matrix.dtype, lambda v: v, lambda v: v)


@_public("dot")
def dot(x: Any, y: Any) -> Tensor:
    """The inner product of two columns."""
    return reduce_sum(TABLE["math.conj"](x) * y)


@_public("l2norm_squared")
def l2norm_squared(v: Any) -> Tensor:
    """The squared length of a column, [1, 1]."""
    return array.constant(2, dtype=v.dtype.base_dtype) * TABLE["nn.l2_loss"](v)


@_public("l2norm")
def l2norm(v: Any) -> Tensor:
    """The length of a column."""
    return TABLE["sqrt"](l2norm_squared(v))


@_public("l2normalize")
def l2normalize(v: Any) -> tuple[Tensor, Tensor]:
    """(a column of length 1, the length it had)."""
    norm = l2norm(v)
    return v / norm, norm
