"""tf.linalg.LinearOperator: matrices that know their structure, and solve and multiply by it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import DType, as_dtype
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import TensorShape
from .asserts import assert_equal, assert_less, assert_positive
from .creation import ones
from .diagonal import band_part
from .diagonal import diag as diag_of
from .diagonal import diag_part as diag_part_of
from .elementwise import abs_, log
from .linalg import cholesky, cholesky_solve, det, triangular_solve
from .linalg import solve as solve_dense
from .matmul import matmul
from .reduction import reduce_prod, reduce_sum
from .shaping import expand_dims, matrix_transpose, shape, squeeze

_FLOATS = (dtypes.float16, dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128)


def _adjoint(matrix: Tensor) -> Tensor:
    """The conjugate transpose."""
    return matrix_transpose(matrix, conjugate=True)


@public("linalg.LinearOperator")
class LinearOperator:
    """A batch of matrices [..., rows, columns], given by less than all their elements.

    A kind of operator says its `_shape`, `_shape_tensor` and `_matmul`; what else it can do better than by its dense matrix, it overrides.

    Args:
      dtype: the type of the elements.
      graph_parents: the tensors it is made of.
      is_non_singular, is_self_adjoint, is_positive_definite, is_square: what is known of it; None: nothing.
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
        if is_positive_definite and is_self_adjoint is False and as_dtype(dtype).is_complex:
            raise ValueError("A positive definite complex operator is self-adjoint.")
        if is_positive_definite and is_non_singular is False:
            raise ValueError("A positive definite matrix is always non-singular.")
        if is_positive_definite:
            is_non_singular = True
        if is_non_singular:
            if is_square is False:
                raise ValueError("A non-singular matrix is always square.")
            is_square = True
        if is_self_adjoint:
            if is_square is False:
                raise ValueError("A self-adjoint matrix is always square.")
            is_square = True
        self._dtype = as_dtype(dtype).base_dtype
        self._parents = list(graph_parents or ())
        self._non_singular, self._self_adjoint = is_non_singular, is_self_adjoint
        self._positive_definite, self._square = is_positive_definite, is_square
        self._name = name or type(self).__name__

    # -- what a kind says ------------------------------------------------------------
    def _shape(self) -> TensorShape:
        raise NotImplementedError(f"{type(self).__name__} does not say its shape")

    def _shape_tensor(self) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} does not say its shape")

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} does not multiply")

    def _matvec(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return squeeze(self.matmul(expand_dims(x, -1), adjoint=adjoint), axis=-1)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        rhs = _adjoint(rhs) if adjoint_arg else rhs
        if self._positive_definite and self._self_adjoint:
            return cholesky_solve(cholesky(self.to_dense()), rhs)
        return solve_dense(self.to_dense(), rhs, adjoint=adjoint)

    def _solvevec(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        return squeeze(self.solve(expand_dims(rhs, -1), adjoint=adjoint), axis=-1)

    def _to_dense(self) -> Tensor:
        dims = self.shape_tensor()
        columns = self.shape.as_list()[-1]
        eye = diag_of(ones([columns if columns is not None else dims[-1]], self._dtype))
        return self.matmul(eye)

    def _diag_part(self) -> Tensor:
        return diag_part_of(self.to_dense())

    def _determinant(self) -> Tensor:
        return det(self.to_dense())

    def _log_abs_determinant(self) -> Tensor:
        if self._positive_definite and self._self_adjoint:
            return 2 * reduce_sum(log(diag_part_of(cholesky(self.to_dense()))), axis=[-1])
        return log(abs_(self.determinant()))

    def _trace(self) -> Tensor:
        return reduce_sum(self.diag_part(), axis=-1)

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return self.to_dense() + x

    def _assert_non_singular(self) -> Operation:
        from .reduction import reduce_max

        least = np.finfo(self._dtype.real_dtype.np_dtype).tiny
        return assert_less(constant(least, self._dtype.real_dtype), reduce_max(abs_(self.determinant())), message="Singular matrix")

    def _assert_self_adjoint(self) -> Operation:
        dense = self.to_dense()
        return assert_equal(dense, _adjoint(dense), message="Matrix was not equal to its adjoint.")

    def _assert_positive_definite(self) -> Operation:
        return assert_positive(diag_part_of(cholesky(self.to_dense())), message="Matrix was not positive definite.")

    # -- what is asked -------------------------------------------------------------------
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
        return self._parents

    @property
    def is_non_singular(self) -> bool | None:
        """Whether it can be inverted."""
        return self._non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        """Whether it is its own adjoint."""
        return self._self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        """Whether it is positive definite."""
        return self._positive_definite

    @property
    def is_square(self) -> bool | None:
        """Whether it is square. Raises ValueError if what was said is not so."""
        dims = self.shape
        known = None if dims.ndims is None or None in dims.as_list()[-2:] else dims.as_list()[-2] == dims.as_list()[-1]
        if self._square is not None and known is not None and known != self._square:
            raise ValueError("User provided non-square hint conflicts with static shape.")
        return self._square if known is None else known

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

    def _scope(self, name: str) -> Any:
        return _TwoScopes(self._name, name)

    def shape_tensor(self, name: str = "shape_tensor") -> Tensor:
        """The shape, int32."""
        with self._scope(name):
            if self.shape.is_fully_defined():
                return constant(self.shape.as_list(), dtypes.int32)
            return self._shape_tensor()

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The shape of the batch, int32."""
        with self._scope(name):
            return self.shape_tensor()[:-2]

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> Tensor:
        """How many dimensions the batch of matrices has, int32."""
        from .shaping import size

        with self._scope(name):
            return size(self.shape_tensor())

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> Tensor:
        """How many columns, int32."""
        with self._scope(name):
            return self.shape_tensor()[-1]

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> Tensor:
        """How many rows, int32."""
        with self._scope(name):
            return self.shape_tensor()[-2]

    def _argument(self, x: Any, name: str) -> Tensor:
        x = convert_to_tensor(x, name=name)
        if x.dtype.base_dtype != self._dtype:
            raise TypeError(f"Input argument {x.name} has dtype {x.dtype} but expected {self._dtype!r}")
        return x

    def matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul") -> Any:
        """The product with `x`, [..., columns, k], or with another operator; of the adjoint, or with x's, if wanted."""
        if isinstance(x, LinearOperator):
            with self._scope(name):
                left = self.adjoint() if adjoint else self
                right = x.adjoint() if adjoint_arg else x
                return LinearOperatorFullMatrix(matmul(left.to_dense(), right.to_dense()))
        with self._scope(name):
            x = self._argument(x, "x")
            return self._matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Tensor:
        """The product with vectors [..., columns]."""
        with self._scope(name):
            return self._matvec(self._argument(x, "x"), adjoint=adjoint)

    def solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve") -> Any:
        """The x whose product is `rhs`, [..., rows, k].

        Raises:
          NotImplementedError: the operator is said to be singular or not square.
        """
        if self.is_non_singular is False:
            raise NotImplementedError("Exact solve not implemented for an operator that is expected to be singular.")
        if self.is_square is False:
            raise NotImplementedError("Exact solve not implemented for an operator that is expected to not be square.")
        if isinstance(rhs, LinearOperator):
            return LinearOperatorFullMatrix(self.solve(rhs.to_dense(), adjoint=adjoint, adjoint_arg=adjoint_arg, name=name))
        with self._scope(name):
            return self._solve(self._argument(rhs, "rhs"), adjoint=adjoint, adjoint_arg=adjoint_arg)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Tensor:
        """The x whose product is the vectors `rhs`, [..., rows]."""
        with self._scope(name):
            return self._solvevec(self._argument(rhs, "rhs"), adjoint=adjoint)

    def _require_square(self, what: str) -> None:
        if self.is_square is False:
            raise NotImplementedError(f"{what} not implemented for an operator that is expected to not be square.")

    def determinant(self, name: str = "det") -> Tensor:
        """The determinants."""
        self._require_square("Determinant")
        with self._scope(name):
            return self._determinant()

    def log_abs_determinant(self, name: str = "log_abs_det") -> Tensor:
        """The logarithms of the absolute values of the determinants."""
        self._require_square("Determinant")
        with self._scope(name):
            return self._log_abs_determinant()

    def to_dense(self, name: str = "to_dense") -> Tensor:
        """All elements."""
        with self._scope(name):
            return self._to_dense()

    def diag_part(self, name: str = "diag_part") -> Tensor:
        """The diagonals."""
        with self._scope(name):
            return self._diag_part()

    def trace(self, name: str = "trace") -> Tensor:
        """The sums of the diagonals."""
        with self._scope(name):
            return self._trace()

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Tensor:
        """The sum with matrices."""
        with self._scope(name):
            return self._add_to_tensor(self._argument(x, "x"))

    def adjoint(self, name: str = "adjoint") -> LinearOperator:
        """The operator of the conjugate transposes."""
        if self.is_self_adjoint:
            return self
        with self._scope(name):
            return LinearOperatorFullMatrix(_adjoint(self.to_dense()), is_non_singular=self._non_singular, is_square=self._square)

    H = property(adjoint)

    def inverse(self, name: str = "inverse") -> LinearOperator:
        """The operator of the inverses. Raises ValueError if it is said to have none."""
        if self.is_square is False:
            raise ValueError("Cannot take the Inverse: This operator represents a non square matrix.")
        if self.is_non_singular is False:
            raise ValueError("Cannot take the Inverse: This operator represents a singular matrix.")
        with self._scope(name):
            dims = self.shape.as_list()
            eye = diag_of(ones([dims[-1] if dims[-1] is not None else self.shape_tensor()[-1]], self._dtype))
            if self.shape.ndims != 2:
                eye = eye + self.to_dense() * 0
            return LinearOperatorFullMatrix(self.solve(eye), is_non_singular=True, is_self_adjoint=self._self_adjoint)

    def cholesky(self, name: str = "cholesky") -> LinearOperator:
        """The operator of the lower triangular Cholesky factors. Raises ValueError unless it is said to be positive definite."""
        if not (self.is_positive_definite and self.is_self_adjoint):
            raise ValueError("Cannot take the Cholesky decomposition: Not a positive definite self adjoint matrix.")
        with self._scope(name):
            return LinearOperatorLowerTriangular(cholesky(self.to_dense()), is_non_singular=True, is_square=True)

    def assert_non_singular(self, name: str = "assert_non_singular") -> Operation:
        """An op that fails if a determinant is 0."""
        with self._scope(name):
            return self._assert_non_singular()

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> Operation:
        """An op that fails unless it is its own adjoint."""
        with self._scope(name):
            return self._assert_self_adjoint()

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> Operation:
        """An op that fails unless it is positive definite."""
        with self._scope(name):
            return self._assert_positive_definite()


class _TwoScopes:
    """A method's scope inside the operator's."""

    def __init__(self, outer: str, inner: str):
        self._names = outer, inner

    def __enter__(self) -> None:
        self._outer = name_scope(f"{self._names[0]}/")
        self._outer.__enter__()
        self._inner = name_scope(self._names[1])
        self._inner.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._inner.__exit__(*error)
        self._outer.__exit__(*error)


def _matrix(value: Any, name: str, least: int) -> Tensor:
    value = convert_to_tensor(value, name=name)
    if value.shape.ndims is not None and value.shape.ndims < least:
        raise ValueError(f"Argument {name} must have at least {least} dimensions.  Found: {value}")
    return value


@public("linalg.LinearOperatorFullMatrix")
class LinearOperatorFullMatrix(LinearOperator):
    """All elements, [..., rows, columns]."""

    def __init__(
        self, matrix: Any, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str = "LinearOperatorFullMatrix",
    ):  # fmt: skip
        with name_scope(name, values=[matrix]):
            self._full = _matrix(matrix, "matrix", 2)
            if self._full.dtype.base_dtype not in _FLOATS:
                raise TypeError(f"Argument matrix must have dtype in {list(_FLOATS)}.  Found: {self._full.dtype!r}")
        super().__init__(self._full.dtype, [self._full], is_non_singular, is_self_adjoint, is_positive_definite, is_square, name)

    def _shape(self) -> TensorShape:
        return self._full.shape

    def _shape_tensor(self) -> Tensor:
        return shape(self._full)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return matmul(self._full, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _to_dense(self) -> Tensor:
        return self._full


@public("linalg.LinearOperatorLowerTriangular")
class LinearOperatorLowerTriangular(LinearOperator):
    """Lower triangles of square matrices `tril`; what is above the diagonal is not looked at."""

    def __init__(
        self, tril: Any, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str = "LinearOperatorLowerTriangular",
    ):  # fmt: skip
        if is_square is False:
            raise ValueError(f"Only square lower triangular operators supported at this time: is_square={is_square}")
        with name_scope(name, values=[tril]):
            self._tril = _matrix(tril, "tril", 2)
            self._diag = diag_part_of(self._tril) if self._tril.shape.ndims is None else None
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
        rhs = _adjoint(rhs) if adjoint_arg else rhs
        return triangular_solve(self._lower(), rhs, lower=True, adjoint=adjoint)

    def _to_dense(self) -> Tensor:
        return self._lower()

    def _determinant(self) -> Tensor:
        return reduce_prod(diag_part_of(self._tril), axis=[-1])

    def _log_abs_determinant(self) -> Tensor:
        return reduce_sum(log(abs_(diag_part_of(self._tril))), axis=[-1])
