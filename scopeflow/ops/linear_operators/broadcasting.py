"""What linear operators share: batches that broadcast, checks of arguments, hints that combine."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.constant_value import constant_value
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Operation, Tensor
from ...graph.tensor_shape import TensorShape
from ..asserts import assert_equal, assert_less, assert_non_negative, assert_rank
from ..elementwise import abs_, imag_
from ..flow import no_op, with_dependencies
from ..joining import concat
from ..linalg import cholesky_solve, solve, triangular_solve
from ..shaping import broadcast_dynamic_shape, broadcast_static_shape, broadcast_to, matrix_transpose, reshape, shape, transpose


def adjoint_of(matrix: Tensor) -> Tensor:
    """The conjugate transpose."""
    with name_scope("adjoint", values=[matrix]):
        return matrix_transpose(matrix, conjugate=True)


# -- broadcasting of batches -------------------------------------------------------------
def broadcast_matrix_batch_dims(batch_matrices: Sequence[Any], name: str = "broadcast_matrix_batch_dims") -> list[Tensor]:
    """Matrices [..., m, n] with equal batch dimensions; those that have them are passed on."""
    with name_scope(name, values=list(batch_matrices)):
        matrices = [convert_to_tensor(m) for m in batch_matrices]
        if len(matrices) <= 1:
            return matrices
        static = functools.reduce(broadcast_static_shape, [m.shape[:-2] for m in matrices])
        if static.is_fully_defined():
            # A batch of which all sizes are known may lie anywhere; the others are spread when they run.
            return [
                m if m.shape[:-2] == static else broadcast_to(m, concat([static.as_list(), shape(m)[-2:]], axis=0))
                for m in matrices
            ]  # fmt: skip
        batch = shape(matrices[0])[:-2]
        for m in matrices[1:]:
            batch = broadcast_dynamic_shape(batch, shape(m)[:-2])
        return [broadcast_to(m, concat([batch, shape(m)[-2:]], axis=0)) for m in matrices]


def _columns_first(a: Tensor, b: Tensor, adjoint_a: bool) -> tuple[Tensor, Tensor, bool, Callable[[Tensor], Tensor]]:
    """(`a`, `b` with the batch dimensions that `a` has not as columns where that solves faster, whether `a`'s adjoint is meant still,
    the way back).
    """

    def same(x: Tensor) -> Tensor:
        return x

    if a.shape.ndims is None or b.shape.ndims is None or a.shape.ndims >= b.shape.ndims:
        return a, b, adjoint_a, same
    extra = b.shape.ndims - a.shape.ndims
    shape(b)[:extra]
    shape(b)[extra:]
    size, columns = a.shape.as_list()[-2 if adjoint_a else -1], b.shape.as_list()[-1]
    copies = b.shape[:extra].num_elements()
    if size is not None and columns is not None and ((copies is not None and copies < 2) or size <= columns):
        return a, b, adjoint_a, same
    a = adjoint_of(a) if adjoint_a else a
    extra_shape, main_shape = shape(b)[:extra], shape(b)[extra:]
    order = np.r_[extra : b.shape.ndims, :extra]
    moved = transpose(b, perm=order)
    moved = reshape(moved, concat([main_shape[:-1], [-1]], axis=0))

    def back(x: Tensor) -> Tensor:
        x = reshape(x, concat([shape(x)[:-1], [main_shape[-1]], extra_shape], axis=0))
        return transpose(x, perm=np.argsort(order))

    return a, moved, False, back


def cholesky_solve_with_broadcast(chol: Any, rhs: Any, name: str | None = None) -> Tensor:
    """`tf.linalg.cholesky_solve` of batches that broadcast."""
    with name_scope(name, "CholeskySolveWithBroadcast", [chol, rhs]):
        chol, rhs = broadcast_matrix_batch_dims([chol, rhs])
        return cholesky_solve(chol, rhs)


def matrix_solve_with_broadcast(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """`tf.linalg.solve` of batches that broadcast."""
    with name_scope(name, "MatrixSolveWithBroadcast", [matrix, rhs]):
        matrix, rhs = convert_to_tensor(matrix, name="matrix"), convert_to_tensor(rhs, name="rhs")
        matrix, rhs, adjoint, back = _columns_first(matrix, rhs, adjoint)
        matrix, rhs = broadcast_matrix_batch_dims([matrix, rhs])
        return back(solve(matrix, rhs, adjoint=adjoint))


def triangular_solve_with_broadcast(matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None) -> Tensor:
    """`tf.linalg.triangular_solve` of batches that broadcast."""
    with name_scope(name, "MatrixTriangularSolve", [matrix, rhs]):
        matrix, rhs = convert_to_tensor(matrix, name="matrix"), convert_to_tensor(rhs, name="rhs")
        matrix, rhs, left, back = _columns_first(matrix, rhs, adjoint)
        matrix, rhs = broadcast_matrix_batch_dims([matrix, rhs])
        return back(triangular_solve(matrix, rhs, lower=lower != (adjoint and not left), adjoint=left))


# -- arguments ------------------------------------------------------------------------------
def with_rank(value: Any, name: str, least: int) -> Tensor:
    """`value` as a tensor of at least so many dimensions. Raises ValueError."""
    value = convert_to_tensor(value, name=name)
    if value.shape.ndims is not None and value.shape.ndims < least:
        raise ValueError(f"Argument {name} must have at least {least} dimension{'s' * (least > 1)}.  Found: {value}")
    return value


def size_argument(value: Any, name: str, rank: int, check: bool, called: str) -> tuple[Tensor, Any]:
    """(a size, or the sizes of a batch, as an int tensor, its value where it is known).

    Args:
      check: whether it is checked when it is computed.

    Raises:
      TypeError: not of integers.
      ValueError: of another rank; negative.
    """
    if isinstance(value, (list, tuple)) and not value:
        value = constant([], dtypes.int32, name=name)
    if isinstance(value, TensorShape):
        value = constant(value.as_list(), dtypes.int32, name=name)
    tensor = convert_to_tensor(value, name=name)
    known = constant_value(tensor)
    if not tensor.dtype.base_dtype.is_integer:
        raise TypeError(f"Argument {called} must be integer type.  Found: {value if isinstance(value, Tensor) else tensor}")
    if known is not None:
        if known.ndim != rank:
            raise ValueError(f"Argument {called} must be a {rank}-D Tensor.  Found: {known}")
        if (known < 0).any():
            raise ValueError(f"Argument {called} must be non-negative.  Found:{' ' * (rank == 0)}{known}")
    elif tensor.shape.ndims is not None and tensor.shape.ndims != rank:
        raise ValueError(f"Argument {called} must be a {rank}-D Tensor.  Found: {tensor}")
    if check:
        checks = [
            assert_rank(tensor, rank, message=f"Argument {called} must be a {rank}-D Tensor."),
            assert_non_negative(tensor, message=f"Argument {called} must be non-negative."),
        ]
        tensor = with_dependencies(checks, tensor)
    return tensor, known


def assert_compatible_matrix_dimensions(operator: Any, x: Tensor) -> Operation:
    """Fails unless `operator` can be multiplied with `x`."""
    rows, columns = shape(x)[-2], operator.domain_dimension_tensor()
    return assert_equal(
        rows,
        columns,
        message="Dimensions are not compatible.  shape[-2] of argument to be the same as this operator",
    )


def assert_no_entries_with_modulus_zero(x: Any, message: str | None = None) -> Operation:
    """Fails if an element is 0."""
    with name_scope("assert_no_entries_with_modulus_zero", values=[x]):
        x = convert_to_tensor(x, name="x")
        modulus = abs_(x)
        return assert_less(convert_to_tensor(0, dtype=x.dtype.base_dtype.real_dtype), modulus, message=message)


def assert_zero_imag_part(x: Any, message: str | None = None) -> Operation:
    """Fails if an element is not real."""
    with name_scope("assert_zero_imag_part", values=[x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_complex:
            return no_op()
        return assert_equal(convert_to_tensor(0, dtype=x.dtype.base_dtype.real_dtype), imag_(x), message=message)


def same_dtype(operators: Sequence[Any]) -> Any:
    """The type that all operators have. Raises TypeError."""
    dtype = operators[0].dtype
    if any(o.dtype != dtype for o in operators):
        found = "   ".join(str((o.name, o.dtype)) for o in operators)
        raise TypeError(f"Expected all operators to have the same dtype.  Found {found}")
    return dtype


def implied(hint: bool | None, holds: bool | None, message: str) -> bool | None:
    """The hint, True where it follows from the parts. Raises ValueError if it was said to be False."""
    if not holds:
        return hint
    if hint is False:
        raise ValueError(message)
    return True


# -- hints of products ------------------------------------------------------------------------
def non_singular_hint(a: Any, b: Any) -> bool | None:
    """Whether the product has an inverse."""
    if a.is_non_singular is False or b.is_non_singular is False:
        return False
    return None if a.is_non_singular is None or b.is_non_singular is None else True


def commuting_self_adjoint_hint(a: Any, b: Any) -> bool | None:
    """Whether the product of operators that commute is self-adjoint."""
    if a.is_self_adjoint and b.is_self_adjoint:
        return True
    if (a.is_self_adjoint is True and b.is_self_adjoint is False) or (a.is_self_adjoint is False and b.is_self_adjoint is True):
        return False
    return None


def commuting_positive_definite_hint(a: Any, b: Any) -> bool | None:
    """Whether the product of operators that commute is positive definite."""
    both = a.is_positive_definite is True and a.is_self_adjoint is True and b.is_positive_definite is True and b.is_self_adjoint is True
    return True if both else None


def square_hint(a: Any, b: Any) -> bool | None:
    """Whether the product is square."""
    if a.is_square and b.is_square:
        return True
    if a.is_square is False and b.is_square is False:
        # A square one may come of two that are not: the outer sizes decide.
        rows, columns = a.range_dimension, b.domain_dimension
        return rows == columns if rows.value is not None and columns.value is not None else None
    if a.is_square != b.is_square and a.is_square is not None and b.is_square is not None:
        return False
    return None
