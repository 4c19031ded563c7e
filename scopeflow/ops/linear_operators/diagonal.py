"""The operator of diagonal matrices."""

from __future__ import annotations

from typing import Any

from ...graph.default_graph import name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ..asserts import assert_positive
from ..casting import cast
from ..diagonal import diag as diag_of
from ..diagonal import diag_part, set_diag
from ..elementwise import abs_, conj, log, real_, sqrt
from ..joining import concat
from ..reduction import reduce_prod, reduce_sum
from ..shaping import expand_dims, shape
from .algebra import ADJOINT, CHOLESKY, INVERSE, MATMUL, SOLVE
from .broadcasting import (
    adjoint_of,
    assert_no_entries_with_modulus_zero,
    assert_zero_imag_part,
    commuting_positive_definite_hint,
    commuting_self_adjoint_hint,
    non_singular_hint,
    with_rank,
)
from .dense import LinearOperatorLowerTriangular
from .operator import LinearOperator


@public("linalg.LinearOperatorDiag")
class LinearOperatorDiag(LinearOperator):
    """Square matrices with the diagonals `diag`, [..., size], and zeros."""

    def __init__(
        self, diag: Any, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str = "LinearOperatorDiag",
    ):  # fmt: skip
        with name_scope(name, values=[diag]):
            self._diag = with_rank(diag, "diag", 1)
            if not self._diag.dtype.is_complex:
                if is_self_adjoint is False:
                    raise ValueError("A real diagonal operator is always self adjoint.")
                is_self_adjoint = True
            if is_square is False:
                raise ValueError("Only square diagonal operators currently supported.")
            super().__init__(self._diag.dtype, [self._diag], is_non_singular, is_self_adjoint, is_positive_definite, True, name)

    @property
    def diag(self) -> Tensor:
        """The diagonals."""
        return self._diag

    def _shape(self) -> TensorShape:
        return self._diag.shape.concatenate(self._diag.shape[-1:])

    def _shape_tensor(self) -> Tensor:
        dims = shape(self._diag)
        return concat([dims, [dims[-1]]], 0)

    def _conjugated(self, adjoint: bool) -> Tensor:
        return conj(self._diag) if adjoint else self._diag

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        diag = self._conjugated(adjoint)
        x = adjoint_of(x) if adjoint_arg else x
        return expand_dims(diag, -1) * x

    def _matvec(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return self._conjugated(adjoint) * x

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        diag = self._conjugated(adjoint)
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        return rhs * expand_dims(1.0 / diag, -1)

    def _to_dense(self) -> Tensor:
        return diag_of(self._diag)

    def _diag_part(self) -> Tensor:
        return self._diag

    def _determinant(self) -> Tensor:
        return reduce_prod(self._diag, axis=[-1])

    def _log_abs_determinant(self) -> Tensor:
        out = reduce_sum(log(abs_(self._diag)), axis=[-1])
        return cast(out, self._dtype) if self._dtype.is_complex else out

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return set_diag(x, self._diag + diag_part(x))

    def _assert_non_singular(self) -> Operation:
        return assert_no_entries_with_modulus_zero(self._diag, message="Singular operator:  Diagonal contained zero values.")

    def _assert_positive_definite(self) -> Operation:
        if self._dtype.is_complex:
            message = "Diagonal operator had diagonal entries with non-positive real part, thus was not positive definite."
        else:
            message = "Real diagonal operator had non-positive diagonal entries, thus was not positive definite."
        return assert_positive(real_(self._diag), message=message)

    def _assert_self_adjoint(self) -> Operation:
        message = "This diagonal operator contained non-zero imaginary values.   Thus it was not self-adjoint."
        return assert_zero_imag_part(self._diag, message=message)


def combined_diagonal(diag: Tensor, a: LinearOperator, b: LinearOperator) -> LinearOperatorDiag:
    """The operator of `diag`, made of those of two operators that commute."""
    return LinearOperatorDiag(
        diag,
        is_non_singular=non_singular_hint(a, b),
        is_self_adjoint=commuting_self_adjoint_hint(a, b),
        is_positive_definite=commuting_positive_definite_hint(a, b),
        is_square=True,
    )


def _combined_triangle(tril: Tensor, a: LinearOperator, b: LinearOperator) -> LinearOperatorLowerTriangular:
    return LinearOperatorLowerTriangular(
        tril, is_non_singular=non_singular_hint(a, b), is_self_adjoint=None, is_positive_definite=None, is_square=True
    )


@ADJOINT.register(LinearOperatorDiag)
def _(operator: LinearOperatorDiag) -> LinearOperator:
    diag = conj(operator.diag) if operator.diag.dtype.is_complex else operator.diag
    return LinearOperatorDiag(
        diag, operator.is_non_singular, operator.is_self_adjoint, operator.is_positive_definite, is_square=True
    )  # fmt: skip


@CHOLESKY.register(LinearOperatorDiag)
def _(operator: LinearOperatorDiag) -> LinearOperator:
    return LinearOperatorDiag(sqrt(operator.diag), True, True, True, True)


@INVERSE.register(LinearOperatorDiag)
def _(operator: LinearOperatorDiag) -> LinearOperator:
    return LinearOperatorDiag(
        1.0 / operator.diag, operator.is_non_singular, operator.is_self_adjoint, operator.is_positive_definite, is_square=True
    )  # fmt: skip


@MATMUL.register(LinearOperatorDiag, LinearOperatorDiag)
def _(a: LinearOperatorDiag, b: LinearOperatorDiag) -> LinearOperator:
    return combined_diagonal(a.diag * b.diag, a, b)


@MATMUL.register(LinearOperatorDiag, LinearOperatorLowerTriangular)
def _(a: LinearOperatorDiag, b: LinearOperatorLowerTriangular) -> LinearOperator:
    return _combined_triangle(a.diag[..., None] * b.to_dense(), a, b)


@MATMUL.register(LinearOperatorLowerTriangular, LinearOperatorDiag)
def _(a: LinearOperatorLowerTriangular, b: LinearOperatorDiag) -> LinearOperator:
    # The reference's: batches of diagonals do not line up.
    return _combined_triangle(a.to_dense() * b.diag, a, b)


@SOLVE.register(LinearOperatorDiag, LinearOperatorDiag)
def _(a: LinearOperatorDiag, b: LinearOperatorDiag) -> LinearOperator:
    return combined_diagonal(b.diag / a.diag, a, b)


@SOLVE.register(LinearOperatorDiag, LinearOperatorLowerTriangular)
def _(a: LinearOperatorDiag, b: LinearOperatorLowerTriangular) -> LinearOperator:
    return _combined_triangle(b.to_dense() / a.diag[..., None], a, b)
