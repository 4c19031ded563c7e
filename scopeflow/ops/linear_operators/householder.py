"""Reflections."""

from __future__ import annotations

from typing import Any

from ...graph.default_graph import name_scope
from ...graph.errors import InvalidArgumentError
from ...graph.operation import Operation, Tensor
from ...graph.public import TABLE, public
from ...graph.tensor_shape import TensorShape
from ..casting import cast
from ..creation import ones, zeros
from ..diagonal import diag_part, set_diag
from ..flow import no_op
from ..joining import concat
from ..matmul import matmul
from ..shaping import shape
from .algebra import ADJOINT, INVERSE
from .broadcasting import adjoint_of, with_rank
from .operator import LinearOperator


@public("linalg.LinearOperatorHouseholder")
class LinearOperatorHouseholder(LinearOperator):
    """I - 2 v v^T: reflections at the planes through 0 that are orthogonal to `reflection_axis`, [batch, n] of any length.

    Raises:
      ValueError: a hint that is not so.
    """

    def __init__(
        self, reflection_axis: Any, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str = "LinearOperatorHouseholder",
    ):  # fmt: skip
        with name_scope(name, values=[reflection_axis]):
            self._reflection_axis = with_rank(reflection_axis, "reflection_axis", 1)
            if is_self_adjoint is False:
                raise ValueError("A Householder operator is always self adjoint.")
            if is_positive_definite is True:
                raise ValueError("A Householder operator is always non-positive definite.")
            if is_square is False:
                raise ValueError("A Householder operator is always square.")
            super().__init__(self._reflection_axis.dtype, [self._reflection_axis], is_non_singular, True, False, True, name)

    @property
    def reflection_axis(self) -> Tensor:
        """The axis, as it was given."""
        return self._reflection_axis

    def _shape(self) -> TensorShape:
        return self._reflection_axis.shape.concatenate(self._reflection_axis.shape[-1:])

    def _shape_tensor(self) -> Tensor:
        dims = shape(self._reflection_axis)
        return concat([dims, [dims[-1]]], 0)

    def _unit(self) -> Tensor:
        return self._reflection_axis / TABLE["norm"](self._reflection_axis, axis=-1, keepdims=True)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        x = adjoint_of(x) if adjoint_arg else x
        column = self._unit()[..., None]
        along = matmul(column, x, transpose_a=True)
        return x - 2 * column * along

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        # It is its own inverse.
        return self._matmul(rhs, adjoint, adjoint_arg)

    def _to_dense(self) -> Tensor:
        column = self._unit()[..., None]
        matrix = -2 * matmul(column, column, adjoint_b=True)
        return set_diag(matrix, 1.0 + diag_part(matrix))

    def _diag_part(self) -> Tensor:
        unit = self._unit()
        return 1.0 - 2 * unit * unit

    def _trace(self) -> Tensor:
        return cast(self.domain_dimension_tensor() - 2, self._dtype) * ones(shape=self.batch_shape_tensor(), dtype=self._dtype)

    def _determinant(self) -> Tensor:
        return -ones(shape=self.batch_shape_tensor(), dtype=self._dtype)

    def _log_abs_determinant(self) -> Tensor:
        return zeros(shape=self.batch_shape_tensor(), dtype=self._dtype)

    def _assert_non_singular(self) -> Operation:
        return no_op("assert_non_singular")

    def _assert_positive_definite(self) -> Operation:
        raise InvalidArgumentError(None, None, "Householder operators are always non-positive definite.")

    def _assert_self_adjoint(self) -> Operation:
        return no_op("assert_self_adjoint")


@ADJOINT.register(LinearOperatorHouseholder)
def _(operator: LinearOperatorHouseholder) -> LinearOperator:
    return operator


@INVERSE.register(LinearOperatorHouseholder)
def _(operator: LinearOperatorHouseholder) -> LinearOperator:
    return operator
