"""Bijectors of triangles: of vectors, Cholesky factors, inverses, diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import abs_, log
from ..ops.reduction import reduce_sum
from .bijector import Bijector
from .bijectors import AffineScalar, Chain, Softplus
from .triangles import fill_triangular, fill_triangular_inverse


def _diagonal(x: Tensor) -> Tensor:
    return TABLE["linalg.diag_part"](x)


@public("contrib.distributions.bijectors.CholeskyOuterProduct")
class CholeskyOuterProduct(Bijector):
    """Y = X X^T, of lower triangles X with positive diagonals."""

    def __init__(self, validate_args: bool = False, name: str = "cholesky_outer_product"):
        super().__init__(forward_min_event_ndims=2, validate_args=validate_args, name=name)

    def _forward(self, x: Tensor) -> Tensor:
        if self.validate_args:
            is_lower = TABLE["assert_equal"](TABLE["linalg.band_part"](x, 0, -1), TABLE["linalg.diag"](_diagonal(x)))
            positive = TABLE["assert_positive"](_diagonal(x))
            x = array.with_dependencies([is_lower, positive], x)
        return TABLE["matmul"](x, x, adjoint_b=True)

    def _inverse(self, y: Tensor) -> Tensor:
        return TABLE["cholesky"](y)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return -self._forward_log_det_jacobian(TABLE["cholesky"](y))

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        # 2^p times the product of diag_i^(p - i).
        diag = _diagonal(x)
        p = x.shape[-1].value
        p = p if p is not None else array.shape(x)[-1]
        powers = cast(p - TABLE["range"](0, p, 1), x.dtype.base_dtype)
        return reduce_sum(log(diag) * powers, axis=-1) + cast(p, x.dtype.base_dtype) * np.array(np.log(2.0), x.dtype.as_numpy_dtype)


@public("contrib.distributions.bijectors.MatrixInverseTriL")
class MatrixInverseTriL(Bijector):
    """The inverses of lower triangles."""

    def __init__(self, validate_args: bool = False, name: str = "matrix_inverse_tril"):
        super().__init__(forward_min_event_ndims=2, validate_args=validate_args, name=name)

    def _forward(self, x: Tensor) -> Tensor:
        if x.shape.ndims is not None and x.shape.ndims < 2:
            raise ValueError(f"Input must have rank at least 2; found rank {x.shape.ndims}")
        size = x.shape[-1].value
        eye = array.eye(size if size is not None else array.shape(x)[-1], batch_shape=array.shape(x)[:-2], dtype=x.dtype)
        return TABLE["linalg.triangular_solve"](x, eye)

    def _inverse(self, y: Tensor) -> Tensor:
        return self._forward(y)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        size = cast(array.shape(x)[-1], x.dtype.base_dtype)
        # The reference's factor; that of the lower triangle alone would be n + 1.
        return -2.0 * size * reduce_sum(log(abs_(_diagonal(x))), axis=-1)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return self._forward_log_det_jacobian(y)


@public("contrib.distributions.bijectors.FillTriangular")
class FillTriangular(Bijector):
    """Vectors as triangles: `tf.contrib.distributions.fill_triangular`."""

    def __init__(self, upper: bool = False, validate_args: bool = False, name: str = "fill_triangular"):
        self._upper = upper
        super().__init__(
            forward_min_event_ndims=1, inverse_min_event_ndims=2, is_constant_jacobian=True, validate_args=validate_args, name=name
        )

    def _forward(self, x: Tensor) -> Tensor:
        return fill_triangular(x, upper=self._upper)

    def _inverse(self, y: Tensor) -> Tensor:
        return fill_triangular_inverse(y, upper=self._upper)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return array.zeros_like(x[..., 0])

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return array.zeros_like(y[..., 0, 0])

    def _forward_event_shape(self, input_shape: Any) -> Any:
        length = input_shape[-1].value
        n = None if length is None else _side(length)
        return input_shape[:-1].concatenate([n, n])

    def _inverse_event_shape(self, output_shape: Any) -> Any:
        rows, columns = output_shape[-2].value, output_shape[-1].value
        if rows is not None and columns is not None and rows != columns:
            raise ValueError(f"Matrix must be square. (saw [{rows}, {columns}])")
        return output_shape[:-2].concatenate([None if rows is None else rows * (rows + 1) // 2])

    def _forward_event_shape_tensor(self, input_shape: Tensor) -> Tensor:
        n = cast((-1 + TABLE["sqrt"](1 + 8 * cast(input_shape[-1], "float32"))) / 2.0, input_shape.dtype)
        return array.concat([input_shape[:-1], [n, n]], axis=0)

    def _inverse_event_shape_tensor(self, output_shape: Tensor) -> Tensor:
        n = output_shape[-1]
        return array.concat([output_shape[:-2], [n * (n + 1) // 2]], axis=0)


def _side(length: int) -> int:
    n = int((-1 + np.sqrt(1 + 8 * length)) / 2)
    if n * (n + 1) != 2 * length:
        raise ValueError(f"Vector length {length} is not a triangular number.")
    return n


@public("contrib.distributions.bijectors.TransformDiagonal")
class TransformDiagonal(Bijector):
    """Matrices whose diagonals go through a bijector."""

    def __init__(self, diag_bijector: Bijector, validate_args: bool = False, name: str = "transform_diagonal"):
        self._diag_bijector = diag_bijector
        super().__init__(
            forward_min_event_ndims=2, inverse_min_event_ndims=2, is_constant_jacobian=diag_bijector.is_constant_jacobian,
            validate_args=validate_args, name=name,
        )  # fmt: skip

    def _forward(self, x: Tensor) -> Tensor:
        return TABLE["linalg.set_diag"](x, self._diag_bijector.forward(_diagonal(x)))

    def _inverse(self, y: Tensor) -> Tensor:
        return TABLE["linalg.set_diag"](y, self._diag_bijector.inverse(_diagonal(y)))

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        # All else has the derivative 1.
        return self._diag_bijector.forward_log_det_jacobian(_diagonal(x), event_ndims=1)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return self._diag_bijector.inverse_log_det_jacobian(_diagonal(y), event_ndims=1)


@public("contrib.distributions.bijectors.ScaleTriL")
class ScaleTriL(Chain):
    """Vectors as lower triangles with positive diagonals: `diag_bijector` (softplus by default) plus `diag_shift`."""

    def __init__(self, diag_bijector: Any = None, diag_shift: Any = 1e-5, validate_args: bool = False, name: str = "scale_tril"):
        if diag_bijector is None:
            diag_bijector = Softplus(validate_args=validate_args)
        if diag_shift is not None:
            diag_bijector = Chain([AffineScalar(shift=diag_shift), diag_bijector])
        super().__init__([TransformDiagonal(diag_bijector=diag_bijector), FillTriangular()], validate_args=validate_args, name=name)
