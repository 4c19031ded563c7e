"""The operator of zeros."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.dtypes import as_dtype
from ...graph.errors import InvalidArgumentError
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ..creation import zeros
from ..flow import no_op
from ..joining import concat
from ..shaping import shape
from .algebra import ADJOINT, MATMUL
from .broadcasting import adjoint_of, size_argument
from .identity import OfKnownSize
from .operator import LinearOperator


@public("linalg.LinearOperatorZeros")
class LinearOperatorZeros(OfKnownSize):
    """Zeros, [batch..., num_rows, num_columns]; square where `num_columns` is None.

    Args:
      assert_proper_shapes: whether sizes are checked when they are computed.

    Raises:
      ValueError: a hint that is not so.
    """

    def __init__(
        self, num_rows: Any, num_columns: Any = None, batch_shape: Any = None, dtype: Any = None, is_non_singular: bool = False,
        is_self_adjoint: bool = True, is_positive_definite: bool = False, is_square: bool = True, assert_proper_shapes: bool = False,
        name: str = "LinearOperatorZeros",
    ):  # fmt: skip
        self._assert_proper_shapes = assert_proper_shapes
        with name_scope(name):
            if not is_self_adjoint and is_square:
                raise ValueError("A zero operator is always self adjoint.")
            if is_non_singular:
                raise ValueError("A zero operator is always singular.")
            if is_positive_definite:
                raise ValueError("A zero operator is always not positive-definite.")
            super().__init__(
                as_dtype(dtype or dtypes.float32), None, is_non_singular, is_self_adjoint, is_positive_definite, is_square, name
            )
            columns = num_rows if num_columns is None else num_columns
            tensors = [self._size(value, called) for value, called in ((num_rows, "num_rows"), (columns, "num_columns"))]
            (self._num_rows, self._static_rows), (self._num_columns, self._static_columns) = tensors
            known = self._static_rows is not None and self._static_columns is not None
            if is_square and known and self._static_rows != self._static_columns:
                raise ValueError(
                    f"LinearOperatorZeros initialized as is_square=True, but got num_rows({self._static_rows}) != "
                    f"num_columns({self._static_columns})"
                )
            self._batch_of_known_size(batch_shape)

    def _size(self, value: Any, called: str) -> tuple[Tensor, Any]:
        return size_argument(value, called, 0, self._assert_proper_shapes, called)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        if self._assert_proper_shapes:
            x = self._checked(adjoint_of(x) if adjoint_arg else x, adjoint_arg)
        if self.is_square:
            out = concat([shape(x)[:-2], [shape(x)[-1], shape(x)[-2]]], axis=0) if adjoint_arg else shape(x)
        else:
            dims = shape(x)
            rows = self._num_columns if adjoint else self._num_rows
            columns = dims[-2] if adjoint_arg else dims[-1]
            out = concat([dims[:-2], [rows, columns]], axis=0)
        return self._with_batch(zeros(shape=out, dtype=x.dtype))

    def _determinant(self) -> Tensor:
        return self._of_batch(zeros)

    def _trace(self) -> Tensor:
        return self._of_batch(zeros)

    def _diag_part(self) -> Tensor:
        return self._zeros_diag()

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Tensor:
        """The sum with matrices, which is them, over the batch."""
        return self._with_batch(convert_to_tensor(x))

    def _assert_non_singular(self) -> Operation:
        raise InvalidArgumentError(None, None, "Zero operators are always non-invertible.")

    def _assert_positive_definite(self) -> Operation:
        raise InvalidArgumentError(None, None, "Zero operators are always non-positive definite.")

    def _assert_self_adjoint(self) -> Operation:
        return no_op("assert_self_adjoint")


@ADJOINT.register(LinearOperatorZeros)
def _(operator: LinearOperatorZeros) -> LinearOperator:
    from .views import LinearOperatorAdjoint

    return LinearOperatorAdjoint(operator, operator.is_non_singular, operator.is_self_adjoint, operator.is_positive_definite)


def _square_only(a: LinearOperator, b: LinearOperator) -> None:
    if not a.is_square or not b.is_square:
        raise ValueError("Matmul with non-square `LinearOperator`s as arguments is not supported at this time.")


@MATMUL.register(LinearOperatorZeros, LinearOperator)
def _(a: LinearOperatorZeros, b: LinearOperator) -> LinearOperator:
    _square_only(a, b)
    return a


@MATMUL.register(LinearOperator, LinearOperatorZeros)
def _(a: LinearOperator, b: LinearOperatorZeros) -> LinearOperator:
    _square_only(a, b)
    return b
