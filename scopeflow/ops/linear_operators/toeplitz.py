"""Operators that are constant along their diagonals."""

from __future__ import annotations

from typing import Any

from ...graph.default_graph import name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import TABLE, public
from ...graph.tensor_shape import TensorShape
from ..asserts import assert_equal
from ..casting import cast
from ..creation import ones, zeros_like
from ..joining import concat
from ..reordering import reverse
from ..shaping import broadcast_dynamic_shape, broadcast_static_shape, shape
from .broadcasting import adjoint_of, with_rank
from .circulant import LinearOperatorCirculant, to_complex
from .operator import LinearOperator


@public("linalg.LinearOperatorToeplitz")
class LinearOperatorToeplitz(LinearOperator):
    """Matrices with the first columns `col` and the first rows `row`, [batch..., n], constant along diagonals.

    They are multiplied as corners of circulant matrices of twice the size. The corner element is that of `col`.

    Raises:
      ValueError: a hint that is not so.
    """

    def __init__(
        self, col: Any, row: Any, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str = "LinearOperatorToeplitz",
    ):  # fmt: skip
        with name_scope(name, values=[row, col]):
            self._row = with_rank(row, "row", 1)
            self._col = with_rank(col, "col", 1)
            if is_square is False:
                raise ValueError("Only square Toeplitz operators currently supported.")
            super().__init__(self._row.dtype, [self._row, self._col], is_non_singular, is_self_adjoint, is_positive_definite, True, name)
            whole = concat([self._col, zeros_like(self._col[..., 0:1]), reverse(self._row[..., 1:], axis=[-1])], axis=-1)
            self._circulant = LinearOperatorCirculant(TABLE["signal.fft"](to_complex(whole)), input_output_dtype=self._row.dtype)

    @property
    def col(self) -> Tensor:
        """The first columns."""
        return self._col

    @property
    def row(self) -> Tensor:
        """The first rows."""
        return self._row

    def _shape(self) -> TensorShape:
        dims = broadcast_static_shape(self._row.shape, self._col.shape)
        return dims.concatenate(dims[-1:])

    def _shape_tensor(self) -> Tensor:
        dims = broadcast_dynamic_shape(shape(self._row), shape(self._col))
        return concat([dims, [dims[-1]]], 0)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        x = adjoint_of(x) if adjoint_arg else x
        longer = concat([x, zeros_like(x)], axis=-2)
        out = self._circulant.matmul(longer, adjoint=adjoint, adjoint_arg=False)
        return cast(out[..., : self.domain_dimension_tensor(), :], self._dtype)

    def _trace(self) -> Tensor:
        return cast(self.domain_dimension_tensor(), self._dtype) * self._col[..., 0]

    def _diag_part(self) -> Tensor:
        corner = self._col[..., 0:1]
        return corner * ones([self.domain_dimension_tensor()], dtype=self._dtype)

    def _assert_self_adjoint(self) -> Operation:
        return assert_equal(self._row, self._col, message="row and col are not the same, and so this operator is not self-adjoint.")
