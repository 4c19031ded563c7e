"""Operators of which all elements, or those of a triangle, are given."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.default_graph import name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ..diagonal import band_part, diag_part
from ..elementwise import abs_, log
from ..linalg import cholesky
from ..matmul import matmul
from ..reduction import reduce_prod, reduce_sum
from ..shaping import shape
from .algebra import CHOLESKY
from .broadcasting import adjoint_of, assert_no_entries_with_modulus_zero, triangular_solve_with_broadcast, with_rank
from .operator import LinearOperator

_FLOATS = (dtypes.float16, dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128)


@public("linalg.LinearOperatorFullMatrix")
class LinearOperatorFullMatrix(LinearOperator):
    """All elements, [..., rows, columns]."""

    def __init__(
        self, matrix: Any, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str = "LinearOperatorFullMatrix",
    ):  # fmt: skip
        with name_scope(name, values=[matrix]):
            self._matrix = with_rank(matrix, "matrix", 2)
            if self._matrix.dtype.base_dtype not in _FLOATS:
                raise TypeError(f"Argument matrix must have dtype in {list(_FLOATS)}.  Found: {self._matrix.dtype!r}")
            super().__init__(self._matrix.dtype, [self._matrix], is_non_singular, is_self_adjoint, is_positive_definite, is_square, name)

    def _shape(self) -> TensorShape:
        return self._matrix.shape

    def _shape_tensor(self) -> Tensor:
        return shape(self._matrix)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return matmul(self._matrix, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _to_dense(self) -> Tensor:
        return self._matrix


@public("linalg.LinearOperatorLowerTriangular")
class LinearOperatorLowerTriangular(LinearOperator):
    """Lower triangles of square matrices `tril`; what is above the diagonal is not looked at."""

    def __init__(
        self, tril: Any, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str = "LinearOperatorLowerTriangular",
    ):  # fmt: skip
        if is_square is False:
            raise ValueError("Only square lower triangular operators supported at this time.")
        with name_scope(name, values=[tril]):
            self._tril = with_rank(tril, "tril", 2)
            super().__init__(self._tril.dtype, [self._tril], is_non_singular, is_self_adjoint, is_positive_definite, True, name)

    def _lower(self) -> Tensor:
        return band_part(self._tril, -1, 0)

    def _shape(self) -> TensorShape:
        return self._tril.shape

    def _shape_tensor(self) -> Tensor:
        return shape(self._tril)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return matmul(self._lower(), x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        return triangular_solve_with_broadcast(self._lower(), rhs, lower=True, adjoint=adjoint)

    def _to_dense(self) -> Tensor:
        return self._lower()

    def _determinant(self) -> Tensor:
        return reduce_prod(diag_part(self._tril), axis=[-1])

    def _log_abs_determinant(self) -> Tensor:
        return reduce_sum(log(abs_(diag_part(self._tril))), axis=[-1])

    def _assert_non_singular(self) -> Operation:
        message = "Singular operator:  Diagonal contained zero values."
        return assert_no_entries_with_modulus_zero(diag_part(self._tril), message=message)


@CHOLESKY.register(LinearOperator)
def _(operator: LinearOperator) -> LinearOperator:
    return LinearOperatorLowerTriangular(cholesky(operator.to_dense()), is_non_singular=True, is_self_adjoint=False, is_square=True)
