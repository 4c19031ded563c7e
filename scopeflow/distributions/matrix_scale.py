"""The scale of affine maps and of multivariate normal distributions: a multiple of the identity, a diagonal, or a lower triangle."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.operation import Tensor
from ..graph.public import TABLE
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import abs_, log, square
from ..ops.reduction import reduce_sum


class MatrixScale:
    """multiplier * I + diag(`diag`) + the lower triangle of `tril`; the identity where all are None.

    The shapes are [batch], [batch, k] and [batch, k, k].
    """

    def __init__(self, multiplier: Any = None, diag: Any = None, tril: Any = None):
        self._multiplier = None if multiplier is None else convert_to_tensor(multiplier, name="scale_identity_multiplier")
        self._diag = None if diag is None else convert_to_tensor(diag, name="scale_diag")
        self._tril = None
        if tril is not None:
            self._tril = TABLE["linalg.band_part"](convert_to_tensor(tril, name="scale_tril"), -1, 0)
            extra = self._diagonal_of_parts()
            if extra is not None:
                self._tril = TABLE["linalg.set_diag"](self._tril, TABLE["linalg.diag_part"](self._tril) + extra)
                self._multiplier = self._diag = None
        elif self._diag is not None:
            self._diag, self._multiplier = self._diagonal_of_parts(), None

    def _diagonal_of_parts(self) -> Any:
        if self._multiplier is None:
            return self._diag
        multiplier = self._multiplier[..., None]
        return multiplier if self._diag is None else self._diag + multiplier

    @property
    def dtype(self) -> Any:
        """The type of the elements; None for the identity."""
        for t in (self._tril, self._diag, self._multiplier):
            if t is not None:
                return t.dtype.base_dtype
        return None

    @property
    def vector_shape(self) -> TensorShape:
        """The static [batch, k] that it can be applied to; k is 1 of a multiple of the identity."""
        if self._tril is not None:
            return self._tril.shape[:-1]
        if self._diag is not None:
            return self._diag.shape
        return TensorShape([1]) if self._multiplier is None else self._multiplier.shape.concatenate([1])

    def vector_shape_tensor(self) -> Tensor:
        """[batch, k] when it is computed; k is 1 of a multiple of the identity."""
        if self._tril is not None:
            return array.shape(self._tril)[:-1]
        if self._diag is not None:
            return array.shape(self._diag)
        return array.constant([1]) if self._multiplier is None else array.concat([array.shape(self._multiplier), [1]], 0)

    def diag_part(self) -> Any:
        """The diagonal, [batch, k]; [batch, 1] of a multiple of the identity, None of the identity."""
        if self._tril is not None:
            return TABLE["linalg.diag_part"](self._tril)
        return self._diagonal_of_parts()

    def to_dense(self) -> Tensor:
        """The matrix, [batch, k, k]."""
        if self._tril is not None:
            return self._tril
        if self._diag is None:
            raise NotImplementedError("the matrix of a multiple of the identity has no size")
        return TABLE["linalg.diag"](self._diag)

    def is_triangle(self) -> bool:
        """Whether it may have elements below the diagonal."""
        return self._tril is not None

    def matvec(self, x: Tensor) -> Tensor:
        """The matrix times vectors [..., k]."""
        if self._tril is not None:
            return array.squeeze(TABLE["matmul"](self._tril, x[..., None]), axis=[-1])
        diagonal = self._diagonal_of_parts()
        return x if diagonal is None else x * diagonal

    def solvevec(self, y: Tensor) -> Tensor:
        """The vectors x [..., k] for which the matrix times x is `y`."""
        if self._tril is None:
            diagonal = self._diagonal_of_parts()
            return y if diagonal is None else y / diagonal
        return array.squeeze(self.solve(y[..., None]), axis=[-1])

    def solve(self, y: Tensor) -> Tensor:
        """The matrices X [..., k, n] for which the matrix times X is `y`."""
        if self._tril is None:
            diagonal = self._diagonal_of_parts()
            return y if diagonal is None else y / diagonal[..., None]
        # The solver does not broadcast.
        batch = array.broadcast_dynamic_shape(array.shape(y)[:-2], array.shape(self._tril)[:-2])
        zeros = array.zeros(array.concat([batch, [1, 1]], 0), dtype=y.dtype)
        return TABLE["linalg.triangular_solve"](self._tril + zeros, y + zeros, lower=True)

    def log_abs_determinant(self, x: Tensor) -> Tensor:
        """The logarithm of |determinant|, [batch], as it acts on vectors like `x`."""
        diagonal = self.diag_part()
        if diagonal is None:
            return array.constant(0.0, dtype=x.dtype)
        if self._tril is None and self._diag is None:
            return log(abs_(self._multiplier)) * cast(array.shape(x)[-1], x.dtype)
        return reduce_sum(log(abs_(diagonal)), axis=-1)

    def row_norms_squared(self) -> Any:
        """The squared lengths of the rows, [batch, k]: variances."""
        if self._tril is not None:
            return reduce_sum(square(self._tril), axis=-1)
        return square(self._diagonal_of_parts())
