"""Linear operators that are all diagonal: diagonals, the identity and its multiples."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import TensorShape
from ..op.fold import fold_dims
from .casting import cast
from .creation import ones
from .diagonal import diag as diag_of
from .diagonal import diag_part as diag_part_of
from .diagonal import set_diag
from .elementwise import abs_, conj, log
from .joining import concat
from .linear_operators import LinearOperator, _adjoint, _matrix
from .packing import stack
from .reduction import reduce_prod, reduce_sum
from .shaping import expand_dims, shape


@public("linalg.LinearOperatorDiag")
class LinearOperatorDiag(LinearOperator):
    """Square matrices with the diagonals `diag`, [..., size], and zeros."""

    def __init__(
        self, diag: Any, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str = "LinearOperatorDiag",
    ):  # fmt: skip
        with name_scope(name, values=[diag]):
            self._diag = _matrix(diag, "diag", 1)
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
        return concat([dims, dims[-1:]], 0)

    def _conjugated(self, adjoint: bool) -> Tensor:
        return conj(self._diag) if adjoint else self._diag

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        diag = expand_dims(self._conjugated(adjoint), -1)
        return diag * (_adjoint(x) if adjoint_arg else x)

    def _matvec(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return self._conjugated(adjoint) * x

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        rhs = _adjoint(rhs) if adjoint_arg else rhs
        return rhs * expand_dims(1.0 / self._conjugated(adjoint), -1)

    def _to_dense(self) -> Tensor:
        return diag_of(self._diag)

    def _diag_part(self) -> Tensor:
        return self._diag

    def _determinant(self) -> Tensor:
        return reduce_prod(self._diag, axis=[-1])

    def _log_abs_determinant(self) -> Tensor:
        out = reduce_sum(log(abs_(self._diag)), axis=[-1])
        return out if not self._dtype.is_complex else cast(out, self._dtype)

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return set_diag(x, diag_part_of(x) + self._diag)


class _Identity(LinearOperator):
    """Multiples of the identity: what both kinds share."""

    def _rows(self, num_rows: Any) -> None:
        self._num_rows = convert_to_tensor(num_rows, dtypes.int32, name="num_rows")
        known = constant_value(self._num_rows)
        if known is not None and (known.ndim or known < 0):
            raise ValueError(f"Argument num_rows must be a non-negative scalar. Found: {num_rows}")
        self._static_rows = None if known is None else int(known)

    def _eye_of(self, diag: Tensor) -> Tensor:
        """`diag`, [...], on the diagonals of square matrices."""
        return diag_of(expand_dims(diag, -1) * ones(expand_dims(self._num_rows, 0), self._dtype))


@public("linalg.LinearOperatorIdentity")
class LinearOperatorIdentity(_Identity):
    """The identity of `num_rows`, in a batch of shape `batch_shape`."""

    def __init__(
        self, num_rows: Any, batch_shape: Any = None, dtype: Any = None, is_non_singular: bool = True, is_self_adjoint: bool = True,
        is_positive_definite: bool = True, is_square: bool = True, assert_proper_shapes: bool = False, name: str = "LinearOperatorIdentity",
    ):  # fmt: skip
        said = {"self adjoint": is_self_adjoint, "square": is_square, "non-singular": is_non_singular}
        for what, value in {**said, "positive-definite": is_positive_definite}.items():
            if not value:
                raise ValueError(f"An identity operator is always {what}.")
        with name_scope(name):
            self._rows(num_rows)
            self._batch = None if batch_shape is None else convert_to_tensor(batch_shape, dtypes.int32, name="batch_shape_arg")
        super().__init__(dtype or dtypes.float32, [], True, True, True, True, name)

    def _shape(self) -> TensorShape:
        batch = TensorShape([]) if self._batch is None else TensorShape(fold_dims(self._batch))
        return batch.concatenate([self._static_rows, self._static_rows])

    def _shape_tensor(self) -> Tensor:
        matrix = stack([self._num_rows, self._num_rows])
        return matrix if self._batch is None else concat([self._batch, matrix], 0)

    def _broadcast(self, x: Tensor, vector: bool = False) -> Tensor:
        if self._batch is None:
            return x
        return x + ones(concat([self._batch, [1] if vector else [1, 1]], 0), self._dtype) * 0

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._broadcast(_adjoint(x) if adjoint_arg else x)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def _matvec(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return self._broadcast(x, vector=True)

    def _ones(self) -> Tensor:
        return ones([] if self._batch is None else self._batch, self._dtype)

    def _to_dense(self) -> Tensor:
        return self._eye_of(self._ones())

    def _diag_part(self) -> Tensor:
        return expand_dims(self._ones(), -1) * ones(expand_dims(self._num_rows, 0), self._dtype)

    def _determinant(self) -> Tensor:
        return self._ones()

    def _log_abs_determinant(self) -> Tensor:
        return self._ones() * 0

    def _add_to_tensor(self, x: Tensor) -> Tensor:
        return self._to_dense() + x


@public("linalg.LinearOperatorScaledIdentity")
class LinearOperatorScaledIdentity(_Identity):
    """The identity of `num_rows`, times `multiplier`, [batch...]."""

    def __init__(
        self, num_rows: Any, multiplier: Any, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool = True, assert_proper_shapes: bool = False,
        name: str = "LinearOperatorScaledIdentity",
    ):  # fmt: skip
        if not is_square:
            raise ValueError("A ScaledIdentity operator is always square.")
        with name_scope(name, values=[multiplier, num_rows]):
            self._multiplier = _matrix(multiplier, "multiplier", 0)
            self._rows(num_rows)
        if not self._multiplier.dtype.is_complex:
            if is_self_adjoint is False:
                raise ValueError("A real scaled identity operator is always self adjoint.")
            is_self_adjoint = True
        super().__init__(self._multiplier.dtype, [self._multiplier], is_non_singular, is_self_adjoint, is_positive_definite, True, name)

    @property
    def multiplier(self) -> Tensor:
        """The multiples."""
        return self._multiplier

    def _shape(self) -> TensorShape:
        return self._multiplier.shape.concatenate([self._static_rows, self._static_rows])

    def _shape_tensor(self) -> Tensor:
        return concat([shape(self._multiplier), stack([self._num_rows, self._num_rows])], 0)

    def _factor(self, adjoint: bool, dimensions: int) -> Tensor:
        out = conj(self._multiplier) if adjoint else self._multiplier
        for _ in range(dimensions):
            out = expand_dims(out, -1)
        return out

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return (_adjoint(x) if adjoint_arg else x) * self._factor(adjoint, 2)

    def _matvec(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return x * self._factor(adjoint, 1)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return (_adjoint(rhs) if adjoint_arg else rhs) / self._factor(adjoint, 2)

    def _to_dense(self) -> Tensor:
        return self._eye_of(self._multiplier)

    def _diag_part(self) -> Tensor:
        return expand_dims(self._multiplier, -1) * ones(expand_dims(self._num_rows, 0), self._dtype)

    def _determinant(self) -> Tensor:
        return self._multiplier ** cast(self._num_rows, self._dtype)

    def _log_abs_determinant(self) -> Tensor:
        return cast(self._num_rows, self._dtype.real_dtype) * log(abs_(self._multiplier))
