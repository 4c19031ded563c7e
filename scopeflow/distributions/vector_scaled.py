"""Vectors of independent variates through an operator: multivariate Laplace and exponential, and normal of low rank."""

from __future__ import annotations

import math
from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.elementwise import sqrt, square
from ..ops.linear_operators.diagonal import LinearOperatorDiag
from ..ops.linear_operators.identity import LinearOperatorIdentity, LinearOperatorScaledIdentity
from ..ops.linear_operators.low_rank import LinearOperatorLowRankUpdate
from .bijectors_of_vectors import AffineLinearOperator
from .distribution import parameters_of
from .gamma_family import Exponential
from .location_scale import Laplace
from .normal import Normal
from .transformed import TransformedDistribution


def _diagonal_operator(loc: Any, diag: Any, multiplier: Any, positive: bool | None) -> Any:
    """The operator diag + multiplier I, of the size of `loc` where there is no `diag`."""
    if diag is not None:
        diag = convert_to_tensor(diag, name="scale_diag")
        if multiplier is not None:
            diag = diag + convert_to_tensor(multiplier, name="scale_identity_multiplier")[..., None]
        return LinearOperatorDiag(diag=diag, is_non_singular=True, is_self_adjoint=True, is_positive_definite=positive)
    if loc is None:
        raise ValueError("Cannot infer `event_shape` unless `loc` or `shape_hint` is specified.")
    size = loc.shape[-1].value
    rows = array.shape(loc)[-1] if size is None else size
    if multiplier is None:
        return LinearOperatorIdentity(num_rows=rows, dtype=loc.dtype.base_dtype, is_self_adjoint=True, is_positive_definite=True)
    return LinearOperatorScaledIdentity(
        num_rows=rows, multiplier=convert_to_tensor(multiplier), is_non_singular=True, is_self_adjoint=True, is_positive_definite=positive
    )


class _Vectors(TransformedDistribution):
    """`scale` @ independent variates + `loc`."""

    #: the mean and variance of a variate
    _base_mean, _base_variance = 0.0, 1.0

    def _init(self, base: Any, loc: Any, scale: Any, validate_args: bool, name: str, parameters: Any) -> None:
        self._loc, self._scale = loc, scale
        batch, size = scale.batch_shape, scale.range_dimension
        self._static = batch.concatenate([size])
        self._dynamic = array.concat([scale.batch_shape_tensor(), [scale.range_dimension_tensor()]], 0)
        if loc is not None:
            self._static = array.broadcast_static_shape(self._static, loc.shape)
            self._dynamic = array.broadcast_dynamic_shape(self._dynamic, array.shape(loc))
        if self._static.is_fully_defined():
            self._dynamic = array.constant(self._static.as_list(), dtype="int32")
        bijector = AffineLinearOperator(shift=loc, scale=scale, validate_args=validate_args)
        self._start(base, bijector, self._dynamic[:-1], self._dynamic[-1:], validate_args, name, parameters)

    def _batch_shape(self) -> TensorShape:
        return self._static[:-1]

    def _base_event_shape(self) -> TensorShape:
        return self._static[-1:]

    @property
    def loc(self) -> Any:
        """What is added."""
        return self._loc

    @property
    def scale(self) -> Any:
        """The operator."""
        return self._scale

    def _mean(self) -> Tensor:
        wide = array.zeros(self._dynamic, dtype=self.dtype)
        if self._base_mean:
            wide = wide + self._scale.matvec(array.ones(self._dynamic, dtype=self.dtype) * self._base_mean)
        return wide if self._loc is None else self._loc + wide

    def _mode(self) -> Tensor:
        wide = array.zeros(self._dynamic, dtype=self.dtype)
        return wide if self._loc is None else self._loc + wide

    def _is_diagonal(self) -> bool:
        return isinstance(self._scale, (LinearOperatorDiag, LinearOperatorIdentity, LinearOperatorScaledIdentity))

    def _covariance(self) -> Tensor:
        if self._is_diagonal():
            return self._base_variance * TABLE["linalg.diag"](square(self._scale.diag_part()))
        dense = self._scale.to_dense()
        return self._base_variance * self._scale.matmul(dense, adjoint_arg=True)

    def _variance(self) -> Tensor:
        if self._is_diagonal():
            return self._base_variance * square(self._scale.diag_part())
        return TABLE["linalg.diag_part"](self._covariance())

    def _stddev(self) -> Tensor:
        if self._is_diagonal():
            return math.sqrt(self._base_variance) * TABLE["abs"](self._scale.diag_part())
        return sqrt(self._variance())


@public("contrib.distributions.VectorLaplaceDiag")
class VectorLaplaceDiag(_Vectors):
    """Laplace variates, times scale_diag + scale_identity_multiplier, plus `loc`."""

    _base_variance = 2.0

    def __init__(
        self, loc: Any = None, scale_diag: Any = None, scale_identity_multiplier: Any = None, validate_args: bool = False,
        allow_nan_stats: bool = True, name: str = "VectorLaplaceDiag",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name) as name, name_scope("init", values=[loc, scale_diag, scale_identity_multiplier]):
            loc = None if loc is None else convert_to_tensor(loc, name="loc")
            scale = _diagonal_operator(loc, scale_diag, scale_identity_multiplier, None)
            base = Laplace(loc=array.zeros([], dtype=scale.dtype), scale=array.ones([], dtype=scale.dtype), allow_nan_stats=allow_nan_stats)
        self._init(base, loc, scale, validate_args, name, parameters)


@public("contrib.distributions.VectorExponentialDiag")
class VectorExponentialDiag(_Vectors):
    """Exponential variates, times scale_diag + scale_identity_multiplier, plus `loc`."""

    _base_mean = 1.0

    def __init__(
        self, loc: Any = None, scale_diag: Any = None, scale_identity_multiplier: Any = None, validate_args: bool = False,
        allow_nan_stats: bool = True, name: str = "VectorExponentialDiag",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name) as name, name_scope("init", values=[loc, scale_diag, scale_identity_multiplier]):
            loc = None if loc is None else convert_to_tensor(loc, name="loc")
            scale = _diagonal_operator(loc, scale_diag, scale_identity_multiplier, None)
            base = Exponential(rate=array.ones([], dtype=scale.dtype), allow_nan_stats=allow_nan_stats)
        self._init(base, loc, scale, validate_args, name, parameters)


@public("contrib.distributions.MultivariateNormalDiagPlusLowRank")
class MultivariateNormalDiagPlusLowRank(_Vectors):
    """Standard normal variates through diag(scale_diag + scale_identity_multiplier) + U diag(scale_perturb_diag) U^T, plus `loc`.

    U is `scale_perturb_factor`, [batch, k, r]. The covariance is that matrix times its transpose.

    Raises:
      ValueError: nothing that tells the shape of an event.
    """

    def __init__(
        self, loc: Any = None, scale_diag: Any = None, scale_identity_multiplier: Any = None, scale_perturb_factor: Any = None,
        scale_perturb_diag: Any = None, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiagPlusLowRank",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        given = [loc, scale_diag, scale_identity_multiplier, scale_perturb_factor, scale_perturb_diag]
        with name_scope(name) as name, name_scope("init", values=given):
            loc = None if loc is None else convert_to_tensor(loc, name="loc")
            hint = loc
            factor = None if scale_perturb_factor is None else convert_to_tensor(scale_perturb_factor, name="scale_perturb_factor")
            if hint is None and factor is not None:
                hint = factor[..., 0]
            scale = _diagonal_operator(hint, scale_diag, scale_identity_multiplier, factor is not None or None)
            if factor is not None:
                update = None if scale_perturb_diag is None else convert_to_tensor(scale_perturb_diag, name="scale_perturb_diag")
                scale = LinearOperatorLowRankUpdate(
                    scale, u=factor, diag_update=update, is_diag_update_positive=scale_perturb_diag is None or None, is_non_singular=True,
                    is_self_adjoint=True, is_positive_definite=True, is_square=True,
                )  # fmt: skip
        base = Normal(loc=array.zeros([], dtype=scale.dtype), scale=array.ones([], dtype=scale.dtype), allow_nan_stats=allow_nan_stats)
        self._init(base, loc, scale, validate_args, name, parameters)
