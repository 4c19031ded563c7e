"""The identity and its multiples."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.default_graph import name_scope
from ...graph.dtypes import as_dtype
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ..asserts import assert_equal, assert_positive
from ..casting import cast
from ..creation import ones, zeros, zeros_like
from ..diagonal import diag_part, set_diag
from ..elementwise import abs_, conj, imag_, log, real_, sqrt
from ..flow import no_op, with_dependencies
from ..joining import concat
from ..packing import stack
from ..shaping import broadcast_static_shape, expand_dims, shape
from .algebra import ADJOINT, CHOLESKY, INVERSE, MATMUL, SOLVE
from .broadcasting import adjoint_of, assert_compatible_matrix_dimensions, size_argument, with_rank
from .diagonal import LinearOperatorDiag, combined_diagonal
from .operator import LinearOperator


class OfKnownSize(LinearOperator):
    """Operators that are told their sizes: rows, columns, batch."""

    _num_rows: Tensor
    _num_columns: Tensor
    _batch_shape_arg: Any = None
    _batch_shape_static: Any = None
    _static_rows: Any
    _static_columns: Any
    _assert_proper_shapes = False

    def _batch_of_known_size(self, batch_shape: Any) -> None:
        if batch_shape is not None:
            self._batch_shape_arg, self._batch_shape_static = size_argument(
                batch_shape, "batch_shape_arg", 1, self._assert_proper_shapes, "batch_shape"
            )

    def _matrix_sizes(self, shape: TensorShape | None) -> TensorShape:
        sizes = [None if s is None else int(s) for s in (self._static_rows, self._static_columns)]
        return (TensorShape([]) if shape is None else shape).concatenate(sizes)

    def _shape(self) -> TensorShape:
        if self._batch_shape_arg is None:
            return self._matrix_sizes(None)
        known = self._batch_shape_static
        return self._matrix_sizes(TensorShape(None if known is None else known.tolist()))

    def _shape_tensor(self) -> Tensor:
        matrix = stack([self._num_rows, self._num_columns], axis=0)
        return matrix if self._batch_shape_arg is None else concat([self._batch_shape_arg, matrix], 0)

    def _of_batch(self, fill: Any) -> Tensor:
        """`ones` or `zeros` of the shape of the batch."""
        batch = self.batch_shape if self.batch_shape.is_fully_defined() else self.batch_shape_tensor()
        return fill(shape=batch, dtype=self._dtype)

    def _with_batch(self, x: Tensor) -> Tensor:
        """`x` spread over the batch, if there is one that it lacks."""
        if self._batch_shape_arg is None:
            return x
        special = self.batch_shape.concatenate([1, 1])
        whole = broadcast_static_shape(x.shape, special)
        if special.is_fully_defined():
            if whole.is_fully_defined() and whole == x.shape:
                return x
            return x + zeros(shape=special, dtype=self._dtype)
        return x + zeros(shape=concat([self.batch_shape_tensor(), [1, 1]], 0), dtype=self._dtype)

    def _checked(self, x: Tensor, adjoint_arg: bool) -> Tensor:
        if not self._assert_proper_shapes:
            return x
        return with_dependencies([assert_compatible_matrix_dimensions(self, x)], x)


def _require(what: str, hint: bool | None) -> None:
    if not hint:
        raise ValueError(f"An identity operator is always {what}.")


@public("linalg.LinearOperatorIdentity")
class LinearOperatorIdentity(OfKnownSize):
    """The identity of `num_rows`, in a batch of shape `batch_shape`.

    Args:
      assert_proper_shapes: whether sizes are checked when they are computed.

    Raises:
      ValueError: a hint that is not so.
    """

    def __init__(
        self, num_rows: Any, batch_shape: Any = None, dtype: Any = None, is_non_singular: bool = True, is_self_adjoint: bool = True,
        is_positive_definite: bool = True, is_square: bool = True, assert_proper_shapes: bool = False, name: str = "LinearOperatorIdentity",
    ):  # fmt: skip
        self._assert_proper_shapes = assert_proper_shapes
        with name_scope(name):
            _require("self adjoint", is_self_adjoint)
            _require("square", is_square)
            _require("non-singular", is_non_singular)
            _require("positive-definite", is_positive_definite)
            super().__init__(as_dtype(dtype or dtypes.float32), None, True, True, True, True, name)
            self._num_rows, self._static_rows = size_argument(num_rows, "num_rows", 0, assert_proper_shapes, "num_rows")
            self._num_columns, self._static_columns = self._num_rows, self._static_rows
            self._batch_of_known_size(batch_shape)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        x = adjoint_of(x) if adjoint_arg else x
        return self._with_batch(self._checked(x, adjoint_arg))

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def _determinant(self) -> Tensor:
        return ones(shape=self.batch_shape_tensor(), dtype=self._dtype)

    def _log_abs_determinant(self) -> Tensor:
        return zeros(shape=self.batch_shape_tensor(), dtype=self._dtype)

    def _trace(self) -> Tensor:
        batch = self._of_batch(ones)
        least = self._min_matrix_dim()
        return (least if least is not None else cast(self._min_matrix_dim_tensor(), self._dtype)) * batch

    def _diag_part(self) -> Tensor:
        return self._ones_diag()

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return set_diag(x, 1 + diag_part(x))

    def _assert_non_singular(self) -> Operation:
        return no_op("assert_non_singular")

    def _assert_positive_definite(self) -> Operation:
        return no_op("assert_positive_definite")

    def _assert_self_adjoint(self) -> Operation:
        return no_op("assert_self_adjoint")


@public("linalg.LinearOperatorScaledIdentity")
class LinearOperatorScaledIdentity(OfKnownSize):
    """The identity of `num_rows`, times `multiplier`, [batch...].

    Raises:
      ValueError: a hint that is not so.
    """

    def __init__(
        self, num_rows: Any, multiplier: Any, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool = True, assert_proper_shapes: bool = False,
        name: str = "LinearOperatorScaledIdentity",
    ):  # fmt: skip
        self._assert_proper_shapes = assert_proper_shapes
        with name_scope(name, values=[multiplier, num_rows]):
            self._multiplier = with_rank(multiplier, "multiplier", 0)
            if not self._multiplier.dtype.is_complex:
                if is_self_adjoint is False:
                    raise ValueError("A real diagonal operator is always self adjoint.")
                is_self_adjoint = True
            if not is_square:
                raise ValueError("A ScaledIdentity operator is always square.")
            super().__init__(
                self._multiplier.dtype, [self._multiplier], is_non_singular, is_self_adjoint, is_positive_definite, is_square, name
            )
            self._num_rows, self._static_rows = size_argument(num_rows, "num_rows", 0, assert_proper_shapes, "num_rows")
            self._num_columns, self._static_columns = self._num_rows, self._static_rows
            self._rows_as_element = cast(self._num_rows, self._dtype)
            self._rows_as_real = cast(self._num_rows, self._dtype.real_dtype)
        self._graph_parents = []

    @property
    def multiplier(self) -> Tensor:
        """The multiples."""
        return self._multiplier

    def _shape(self) -> TensorShape:
        return self._matrix_sizes(self._multiplier.shape)

    def _shape_tensor(self) -> Tensor:
        matrix = stack([self._num_rows, self._num_rows], axis=0)
        return concat([shape(self._multiplier), matrix], 0)

    def _factor(self, adjoint: bool) -> Tensor:
        factor = conj(self._multiplier) if adjoint else self._multiplier
        return expand_dims(expand_dims(factor, -1), -1)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        x = adjoint_of(x) if adjoint_arg else x
        return self._checked(x, adjoint_arg) * self._factor(adjoint)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        return self._checked(rhs, adjoint_arg) / self._factor(adjoint)

    def _determinant(self) -> Tensor:
        return self._multiplier**self._rows_as_element

    def _log_abs_determinant(self) -> Tensor:
        return self._rows_as_real * log(abs_(self._multiplier))

    def _trace(self) -> Tensor:
        batch = self._of_batch(ones)
        least = self._min_matrix_dim()
        return self._multiplier * (least if least is not None else cast(self._min_matrix_dim_tensor(), self._dtype)) * batch

    def _diag_part(self) -> Tensor:
        diag = self._ones_diag()
        return diag * self._multiplier[..., None]

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        column = expand_dims(self._multiplier, -1)
        return set_diag(x, column + diag_part(x))

    def _assert_non_singular(self) -> Operation:
        return assert_positive(abs_(self._multiplier), message="LinearOperator was singular")

    def _assert_positive_definite(self) -> Operation:
        return assert_positive(real_(self._multiplier), message="LinearOperator was not positive definite.")

    def _assert_self_adjoint(self) -> Operation:
        imag = imag_(self._multiplier)
        return assert_equal(zeros_like(imag), imag, message="LinearOperator was not self-adjoint")


def _scaled(operator: LinearOperatorScaledIdentity, multiplier: Tensor) -> LinearOperatorScaledIdentity:
    return LinearOperatorScaledIdentity(
        num_rows=operator._num_rows, multiplier=multiplier, is_non_singular=operator.is_non_singular,
        is_self_adjoint=operator.is_self_adjoint, is_positive_definite=operator.is_positive_definite, is_square=True,
    )  # fmt: skip


@ADJOINT.register(LinearOperatorIdentity)
def _(operator: LinearOperatorIdentity) -> LinearOperator:
    return operator


@ADJOINT.register(LinearOperatorScaledIdentity)
def _(operator: LinearOperatorScaledIdentity) -> LinearOperator:
    return _scaled(operator, conj(operator.multiplier) if operator.multiplier.dtype.is_complex else operator.multiplier)


@CHOLESKY.register(LinearOperatorIdentity)
def _(operator: LinearOperatorIdentity) -> LinearOperator:
    if not operator.batch_shape.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape to a Tensor: {operator.batch_shape}")
    return LinearOperatorIdentity(operator._num_rows, batch_shape=operator.batch_shape, dtype=operator.dtype)


@CHOLESKY.register(LinearOperatorScaledIdentity)
def _(operator: LinearOperatorScaledIdentity) -> LinearOperator:
    return LinearOperatorScaledIdentity(operator._num_rows, sqrt(operator.multiplier), True, True, True, True)


@INVERSE.register(LinearOperatorIdentity)
def _(operator: LinearOperatorIdentity) -> LinearOperator:
    return operator


@INVERSE.register(LinearOperatorScaledIdentity)
def _(operator: LinearOperatorScaledIdentity) -> LinearOperator:
    return _scaled(operator, 1.0 / operator.multiplier)


@MATMUL.register(LinearOperatorIdentity, LinearOperator)
def _(a: LinearOperatorIdentity, b: LinearOperator) -> LinearOperator:
    return b


@MATMUL.register(LinearOperator, LinearOperatorIdentity)
def _(a: LinearOperator, b: LinearOperatorIdentity) -> LinearOperator:
    return a


@SOLVE.register(LinearOperatorIdentity, LinearOperator)
def _(a: LinearOperatorIdentity, b: LinearOperator) -> LinearOperator:
    return b


@MATMUL.register(LinearOperatorDiag, LinearOperatorScaledIdentity)
def _(a: LinearOperatorDiag, b: LinearOperatorScaledIdentity) -> LinearOperator:
    return combined_diagonal(a.diag * b.multiplier, a, b)


@MATMUL.register(LinearOperatorScaledIdentity, LinearOperatorDiag)
def _(a: LinearOperatorScaledIdentity, b: LinearOperatorDiag) -> LinearOperator:
    return combined_diagonal(b.diag * a.multiplier, a, b)


@SOLVE.register(LinearOperatorDiag, LinearOperatorScaledIdentity)
def _(a: LinearOperatorDiag, b: LinearOperatorScaledIdentity) -> LinearOperator:
    return combined_diagonal(b.multiplier / a.diag, a, b)


@SOLVE.register(LinearOperatorScaledIdentity, LinearOperatorDiag)
def _(a: LinearOperatorScaledIdentity, b: LinearOperatorDiag) -> LinearOperator:
    return combined_diagonal(b.diag / a.multiplier, a, b)
