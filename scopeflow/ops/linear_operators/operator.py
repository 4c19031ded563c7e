"""LinearOperator: what all kinds of operators have in common."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.dtypes import DType, as_dtype
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ..asserts import assert_equal, assert_less, assert_positive
from ..casting import cast
from ..creation import eye, ones, zeros
from ..diagonal import diag_part
from ..elementwise import exp, log
from ..joining import concat
from ..linalg import cholesky, det, slogdet, svd
from ..reduction import reduce_max, reduce_min, reduce_sum
from ..shaping import expand_dims, size, squeeze
from .algebra import ADJOINT, CHOLESKY, INVERSE, MATMUL, SOLVE
from .broadcasting import adjoint_of, cholesky_solve_with_broadcast, matrix_solve_with_broadcast


@public("linalg.LinearOperator")
class LinearOperator:
    """A batch of matrices [..., rows, columns], given by less than all their elements.

    A kind of operator says its `_shape`, `_shape_tensor` and `_matmul`; what else it can do better than by its dense matrix, it overrides.

    Args:
      dtype: the type of the elements.
      graph_parents: the tensors it is made of.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square: what is known of it; None: nothing.

    Raises:
      ValueError: hints that cannot be true together.
    """

    def __init__(
        self,
        dtype: Any,
        graph_parents: Any = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ):
        if is_positive_definite:
            if is_non_singular is False:
                raise ValueError("A positive definite matrix is always non-singular.")
            is_non_singular = True
        if is_non_singular:
            if is_square is False:
                raise ValueError("A non-singular matrix is always square.")
            is_square = True
        if is_self_adjoint:
            if is_square is False:
                raise ValueError("A self-adjoint matrix is always square.")
            is_square = True
        self._graph_parents = list(graph_parents or ())
        for i, t in enumerate(self._graph_parents):
            if not isinstance(t, Tensor):
                raise ValueError(f"Graph parent item {i} is not a Tensor; {t}.")
        self._dtype = as_dtype(dtype).base_dtype if dtype is not None else None
        self._is_square_set_or_implied_by_hints = is_square
        self._is_non_singular, self._is_self_adjoint, self._is_positive_definite = is_non_singular, is_self_adjoint, is_positive_definite
        self._name = name or type(self).__name__

    @contextlib.contextmanager
    def _name_scope(self, name: str | None = None) -> Iterator[str]:
        with name_scope(f"{self._name}/{name}" if name else self._name, values=self._graph_parents) as scope:
            yield scope

    # -- what it is ------------------------------------------------------------------
    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._dtype

    @property
    def name(self) -> str:
        """The name of the scope of its ops."""
        return self._name

    @property
    def graph_parents(self) -> list[Any]:
        """The tensors it is made of."""
        return self._graph_parents

    @property
    def is_non_singular(self) -> bool | None:
        """Whether it can be inverted."""
        return self._is_non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        """Whether it is its own adjoint."""
        return self._is_self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        """Whether it is positive definite."""
        return self._is_positive_definite

    @property
    def is_square(self) -> bool | None:
        """Whether it is square. Raises ValueError if it is, and was said not to be."""
        known = None
        rows, columns = self.range_dimension.value, self.domain_dimension.value
        if rows is not None and columns is not None:
            known = rows == columns
        said = self._is_square_set_or_implied_by_hints
        if said is None:
            return known
        if said is False and known is True:
            raise ValueError("User set is_square hint to False, but the operator was square.")
        return said

    def _shape(self) -> TensorShape:
        raise NotImplementedError("_shape is not implemented.")

    def _shape_tensor(self) -> Tensor:
        raise NotImplementedError("_shape_tensor is not implemented.")

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return self._shape()

    @property
    def batch_shape(self) -> TensorShape:
        """The static shape of the batch."""
        return self.shape[:-2]

    @property
    def tensor_rank(self) -> int | None:
        """How many dimensions the batch of matrices has."""
        return self.shape.ndims

    @property
    def domain_dimension(self) -> Any:
        """How many columns."""
        return self.shape[-1]

    @property
    def range_dimension(self) -> Any:
        """How many rows."""
        return self.shape[-2]

    def shape_tensor(self, name: str = "shape_tensor") -> Tensor:
        """The shape, int32."""
        with self._name_scope(name):
            if self.shape.is_fully_defined():
                return constant(self.shape.as_list(), dtypes.int32)
            return self._shape_tensor()

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The shape of the batch, int32."""
        with self._name_scope(name):
            if self.batch_shape.is_fully_defined():
                return constant(self.batch_shape.as_list(), dtypes.int32, name="batch_shape")
            return self.shape_tensor()[:-2]

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> Tensor:
        """How many dimensions the batch of matrices has, int32."""
        with self._name_scope(name):
            if self.tensor_rank is not None:
                return constant(self.tensor_rank, dtypes.int32)
            return size(self.shape_tensor())

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> Tensor:
        """How many columns, int32."""
        with self._name_scope(name):
            known = self.domain_dimension.value
            return constant(known, dtypes.int32) if known is not None else self.shape_tensor()[-1]

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> Tensor:
        """How many rows, int32."""
        with self._name_scope(name):
            known = self.range_dimension.value
            return constant(known, dtypes.int32) if known is not None else self.shape_tensor()[-2]

    # -- products -----------------------------------------------------------------------
    def _check_input_dtype(self, x: Tensor) -> None:
        if x.dtype.base_dtype != self._dtype:
            raise TypeError(f"Expected argument to have dtype {self._dtype!r}.  Found: {x.dtype!r} in tensor {x}")

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        raise NotImplementedError("_matmul is not implemented.")

    def _operands(self, x: Any, what: str, adjoint: bool, adjoint_arg: bool) -> tuple[Any, Any]:
        left = self.adjoint() if adjoint else self
        right = x.adjoint() if adjoint_arg else x
        inner, found = left.domain_dimension.value, right.range_dimension.value
        if inner is not None and found is not None and inner != found:
            raise ValueError(f"Operators are incompatible. Expected `{what}` to have dimension {inner} but got {found}.")
        return left, right

    def matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul") -> Any:
        """The product with `x`, [..., columns, k], or with another operator; of the adjoint, or with x's, if wanted."""
        if isinstance(x, LinearOperator):
            left, right = self._operands(x, "x", adjoint, adjoint_arg)
            with self._name_scope(name):
                return MATMUL(left, right)
        with self._name_scope(name):
            x = convert_to_tensor(x, name="x")
            self._check_input_dtype(x)
            self.shape[-2 if adjoint else -1].assert_is_compatible_with(x.shape[-1 if adjoint_arg else -2])
            return self._matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _matvec(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return squeeze(self.matmul(expand_dims(x, axis=-1), adjoint=adjoint), axis=-1)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Tensor:
        """The product with vectors [..., columns]."""
        with self._name_scope(name):
            x = convert_to_tensor(x, name="x")
            self._check_input_dtype(x)
            self.shape[-2 if adjoint else -1].assert_is_compatible_with(x.shape[-1])
            return self._matvec(x, adjoint=adjoint)

    # -- solutions ------------------------------------------------------------------------
    def _can_use_cholesky(self) -> Any:
        return self.is_self_adjoint and self.is_positive_definite

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        if self._can_use_cholesky():
            return cholesky_solve_with_broadcast(cholesky(self.to_dense()), rhs)
        return matrix_solve_with_broadcast(self.to_dense(), rhs, adjoint=adjoint)

    def _solvevec(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        return squeeze(self.solve(expand_dims(rhs, axis=-1), adjoint=adjoint), axis=-1)

    def _require_solvable(self) -> None:
        if self.is_non_singular is False:
            raise NotImplementedError("Exact solve not implemented for an operator that is expected to be singular.")
        if self.is_square is False:
            raise NotImplementedError("Exact solve not implemented for an operator that is expected to not be square.")

    def solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve") -> Any:
        """The x whose product is `rhs`, [..., rows, k], or an operator.

        Raises:
          NotImplementedError: the operator is said to be singular or not square.
        """
        self._require_solvable()
        if isinstance(rhs, LinearOperator):
            left, right = self._operands(rhs, "rhs", adjoint, adjoint_arg)
            with self._name_scope(name):
                return SOLVE(left, right)
        with self._name_scope(name):
            rhs = convert_to_tensor(rhs, name="rhs")
            self._check_input_dtype(rhs)
            self.shape[-1 if adjoint else -2].assert_is_compatible_with(rhs.shape[-1 if adjoint_arg else -2])
            return self._solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Tensor:
        """The x whose product is the vectors `rhs`, [..., rows]."""
        self._require_solvable()
        with self._name_scope(name):
            rhs = convert_to_tensor(rhs, name="rhs")
            self._check_input_dtype(rhs)
            self.shape[-1 if adjoint else -2].assert_is_compatible_with(rhs.shape[-1])
            return self._solvevec(rhs, adjoint=adjoint)

    # -- numbers ----------------------------------------------------------------------------
    def _require_square(self, what: str) -> None:
        if self.is_square is False:
            raise NotImplementedError(f"{what} not implemented for an operator that is expected to not be square.")

    def _determinant(self) -> Tensor:
        if self._can_use_cholesky():
            return exp(self.log_abs_determinant())
        return det(self.to_dense())

    def determinant(self, name: str = "det") -> Tensor:
        """The determinants."""
        self._require_square("Determinant")
        with self._name_scope(name):
            return self._determinant()

    def _log_abs_determinant(self) -> Tensor:
        if self._can_use_cholesky():
            return 2 * reduce_sum(log(diag_part(cholesky(self.to_dense()))), axis=[-1])
        return slogdet(self.to_dense())[1]

    def log_abs_determinant(self, name: str = "log_abs_det") -> Tensor:
        """The logarithms of the absolute values of the determinants."""
        self._require_square("Determinant")
        with self._name_scope(name):
            return self._log_abs_determinant()

    def _trace(self) -> Tensor:
        return reduce_sum(self.diag_part(), axis=-1)

    def trace(self, name: str = "trace") -> Tensor:
        """The sums of the diagonals."""
        with self._name_scope(name):
            return self._trace()

    # -- elements -----------------------------------------------------------------------------
    def _to_dense(self) -> Tensor:
        batch = self.batch_shape if self.batch_shape.is_fully_defined() else self.batch_shape_tensor()
        columns = self.domain_dimension.value
        if columns is None:
            columns = self.domain_dimension_tensor()
        return self.matmul(eye(num_rows=columns, batch_shape=batch, dtype=self._dtype))

    def to_dense(self, name: str = "to_dense") -> Tensor:
        """All elements."""
        with self._name_scope(name):
            return self._to_dense()

    def _diag_part(self) -> Tensor:
        return diag_part(self.to_dense())

    def diag_part(self, name: str = "diag_part") -> Tensor:
        """The diagonals."""
        with self._name_scope(name):
            return self._diag_part()

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return self.to_dense() + x

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Tensor:
        """The sum with matrices."""
        with self._name_scope(name):
            x = convert_to_tensor(x, name="x")
            self._check_input_dtype(x)
            return self._add_to_tensor(x)

    def _min_matrix_dim(self) -> int | None:
        dims = self.shape[-2:].as_list() if self.shape.ndims is not None else [None]
        return None if None in dims else min(dims)

    def _min_matrix_dim_tensor(self) -> Tensor:
        return reduce_min(self.shape_tensor()[-2:])

    def _filled_diag(self, fill: Any) -> Tensor:
        """`ones` or `zeros` of the shape of the diagonals."""
        least = self._min_matrix_dim()
        if self.shape.is_fully_defined() and least is not None:
            return fill(self.batch_shape.concatenate([least]), dtype=self._dtype)
        return fill(concat([self.batch_shape_tensor(), [self._min_matrix_dim_tensor()]], axis=0), dtype=self._dtype)

    def _ones_diag(self) -> Tensor:
        return self._filled_diag(ones)

    def _zeros_diag(self) -> Tensor:
        return self._filled_diag(zeros)

    # -- other operators --------------------------------------------------------------------------
    def adjoint(self, name: str = "adjoint") -> LinearOperator:
        """The operator of the conjugate transposes."""
        if self.is_self_adjoint is True:
            return self
        with self._name_scope(name):
            return ADJOINT(self)

    H = property(adjoint)

    def inverse(self, name: str = "inverse") -> LinearOperator:
        """The operator of the inverses. Raises ValueError if it is said to have none."""
        if self.is_square is False:
            raise ValueError("Cannot take the Inverse: This operator represents a non square matrix.")
        if self.is_non_singular is False:
            raise ValueError("Cannot take the Inverse: This operator represents a singular matrix.")
        with self._name_scope(name):
            return INVERSE(self)

    def cholesky(self, name: str = "cholesky") -> LinearOperator:
        """The operator of the lower triangular Cholesky factors. Raises ValueError unless it is said to be positive definite."""
        if not self._can_use_cholesky():
            raise ValueError("Cannot take the Cholesky decomposition: Not a positive definite self adjoint matrix.")
        with self._name_scope(name):
            return CHOLESKY(self)

    # -- checks ---------------------------------------------------------------------------------------
    def _max_condition_number_to_be_non_singular(self) -> Tensor:
        with name_scope("max_nonsingular_condition_number"):
            epsilon = np.finfo(self._dtype.real_dtype.as_numpy_dtype).eps
            real = self._dtype.real_dtype
            largest = reduce_max([100.0, cast(self.range_dimension_tensor(), real), cast(self.domain_dimension_tensor(), real)])
            return 1.0 / (cast(largest, real) * epsilon)

    def _assert_non_singular(self) -> Operation:
        if self._can_use_cholesky():
            return self.assert_positive_definite()
        values = svd(self.to_dense(), compute_uv=False)
        condition = reduce_max(values, axis=-1) / reduce_min(values, axis=-1)
        return assert_less(condition, self._max_condition_number_to_be_non_singular(), message="Singular matrix up to precision epsilon.")

    def assert_non_singular(self, name: str = "assert_non_singular") -> Operation:
        """An op that fails if a matrix is singular, as far as its type can tell."""
        with self._name_scope(name):
            return self._assert_non_singular()

    def _assert_self_adjoint(self) -> Operation:
        dense = self.to_dense()
        return assert_equal(dense, adjoint_of(dense), message="Matrix was not equal to its adjoint.")

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> Operation:
        """An op that fails unless it is its own adjoint."""
        with self._name_scope(name):
            return self._assert_self_adjoint()

    def _assert_positive_definite(self) -> Operation:
        if not self.is_self_adjoint:
            raise NotImplementedError("assert_positive_definite is not implemented.")
        return assert_positive(diag_part(cholesky(self.to_dense())), message="Matrix was not positive definite.")

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> Operation:
        """An op that fails unless it is positive definite."""
        with self._name_scope(name):
            return self._assert_positive_definite()
