"""Multivariate normal distributions, of a diagonal or triangular scale or of a covariance matrix."""

from __future__ import annotations

import math
from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import abs_, sqrt, square
from ..ops.reduction import reduce_sum
from .bijectors import Affine
from .distribution import parameters_of
from .kullback_leibler import RegisterKL
from .matrix_scale import MatrixScale
from .normal import Normal
from .transformed import TransformedDistribution


class _MultivariateNormal(TransformedDistribution):
    """Scale @ (independent standard normals) + loc."""

    def _init(self, loc: Any, scale: MatrixScale, validate_args: bool, allow_nan_stats: bool, scope: str, parameters: Any) -> None:
        self._scale, self._loc = scale, loc
        dtype = scale.dtype if loc is None else loc.dtype.base_dtype
        base = Normal(loc=array.zeros([], dtype=dtype), scale=array.ones([], dtype=dtype), allow_nan_stats=allow_nan_stats)
        with name_scope(scope):
            if loc is None:
                self._static, self._dynamic = scale.vector_shape, scale.vector_shape_tensor()
            else:
                self._static = array.broadcast_static_shape(loc.shape, scale.vector_shape)
                self._dynamic = array.broadcast_dynamic_shape(array.shape(loc), scale.vector_shape_tensor())
        known = self._static.is_fully_defined()
        shape = convert_to_tensor(self._static.as_list(), dtype="int32") if known else self._dynamic
        self._start(base, Affine.of(loc, scale, "affine_linear_operator"), shape[:-1], shape[-1:], validate_args, scope, parameters)

    @property
    def loc(self) -> Any:
        """The mean, as it was given."""
        return self._loc

    @property
    def scale(self) -> MatrixScale:
        """What standard normal vectors are multiplied with."""
        return self._scale

    def _batch_shape(self) -> TensorShape:
        return self._static[:-1]

    def _base_event_shape(self) -> TensorShape:
        return self._static[-1:]

    def _wide(self, x: Tensor) -> Tensor:
        return x + array.zeros(self._dynamic, dtype=self.dtype)

    def _mean(self) -> Tensor:
        return self._wide(array.zeros([], dtype=self.dtype) if self._loc is None else self._loc)

    def _mode(self) -> Tensor:
        return self._mean()

    def _variance(self) -> Tensor:
        return self._scale.row_norms_squared()

    def _stddev(self) -> Tensor:
        if not self._scale.is_triangle():
            return abs_(self._scale.diag_part())
        return sqrt(self._variance())

    def _covariance(self) -> Tensor:
        if not self._scale.is_triangle():
            return TABLE["linalg.diag"](self._variance())
        matrix = self._scale.to_dense()
        return TABLE["matmul"](matrix, matrix, transpose_b=True)

    def _entropy(self) -> Tensor:
        k = cast(self._dynamic[-1], self.dtype)
        at = array.zeros(self._dynamic, dtype=self.dtype)
        batch = array.zeros(self._dynamic[:-1], dtype=self.dtype)
        return 0.5 * (1.0 + math.log(2.0 * math.pi)) * k + self._scale.log_abs_determinant(at) + batch


def _ones_of_event(loc: Tensor) -> Tensor:
    known = loc.shape[-1:]
    return array.ones(known if known.is_fully_defined() else array.shape(loc)[-1:], dtype=loc.dtype)


@RegisterKL(_MultivariateNormal, _MultivariateNormal)
def _kl_normals(a: _MultivariateNormal, b: _MultivariateNormal, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_mvn"):
        at = array.zeros(b._dynamic, dtype=b.dtype)
        k = cast(b._dynamic[-1], b.dtype)
        if a.scale.is_triangle() or b.scale.is_triangle():
            matrix = a.scale.to_dense() if a.scale.is_triangle() else TABLE["linalg.diag"](sqrt(a._variance()))
            spread = reduce_sum(square(b.scale.solve(matrix)), axis=[-2, -1])
        else:
            spread = reduce_sum(a._variance() / b._variance(), axis=-1)
        distance = reduce_sum(square(b.scale.solvevec(b._mean() - a._mean())), axis=-1)
        return b.scale.log_abs_determinant(at) - a.scale.log_abs_determinant(at) + 0.5 * (-k + spread + distance)


@public("contrib.distributions.MultivariateNormalDiag")
class MultivariateNormalDiag(_MultivariateNormal):
    """Standard deviations scale_diag + scale_identity_multiplier; 1 where both are None.

    Raises:
      ValueError: nothing that tells the shape of an event.
    """

    def __init__(
        self,
        loc: Any = None,
        scale_diag: Any = None,
        scale_identity_multiplier: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiag",
    ):
        parameters = parameters_of(locals())
        with name_scope(name) as name, name_scope("init", values=[loc, scale_diag, scale_identity_multiplier]):
            if loc is None and scale_diag is None:
                raise ValueError("Cannot infer `event_shape` unless `loc` or `shape_hint` is specified.")
            loc = None if loc is None else convert_to_tensor(loc, name="loc")
            if scale_diag is None:
                ones = _ones_of_event(loc)
                scale_diag = ones if scale_identity_multiplier is None else ones * convert_to_tensor(scale_identity_multiplier)[..., None]
                scale = MatrixScale(diag=scale_diag)
            else:
                scale = MatrixScale(scale_identity_multiplier, scale_diag)
        self._init(loc, scale, validate_args, allow_nan_stats, name, parameters)


@public("contrib.distributions.MultivariateNormalDiagWithSoftplusScale")
class MultivariateNormalDiagWithSoftplusScale(MultivariateNormalDiag):
    """Standard deviations softplus(scale_diag)."""

    def __init__(
        self, loc: Any, scale_diag: Any, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiagWithSoftplusScale",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name, values=[scale_diag]) as name:
            positive = TABLE["nn.softplus"](scale_diag)
        super().__init__(loc, positive, None, validate_args, allow_nan_stats, name)
        self._parameters = parameters


@public("contrib.distributions.MultivariateNormalTriL")
class MultivariateNormalTriL(_MultivariateNormal):
    """Of the covariance matrix L L^T, L the lower triangle of `scale_tril`, [batch, k, k]; the identity where it is None."""

    def __init__(
        self, loc: Any = None, scale_tril: Any = None, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "MultivariateNormalTriL",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name, values=[loc, scale_tril]) as name:
            loc = None if loc is None else convert_to_tensor(loc, name="loc")
            if loc is None and scale_tril is None:
                raise ValueError("Must specify one or both of `loc`, `scale_tril`.")
            scale = MatrixScale(diag=_ones_of_event(loc)) if scale_tril is None else MatrixScale(tril=scale_tril)
        self._init(loc, scale, validate_args, allow_nan_stats, name, parameters)


@public("contrib.distributions.MultivariateNormalFullCovariance")
class MultivariateNormalFullCovariance(MultivariateNormalTriL):
    """Of a covariance matrix, [batch, k, k]; the identity where it is None."""

    def __init__(
        self, loc: Any = None, covariance_matrix: Any = None, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "MultivariateNormalFullCovariance",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name, values=[loc, covariance_matrix]) as name:
            tril = None
            if covariance_matrix is not None:
                tril = TABLE["linalg.cholesky"](convert_to_tensor(covariance_matrix, name="covariance_matrix"))
        super().__init__(loc, tril, validate_args, allow_nan_stats, name)
        self._parameters = parameters
