"""Multivariate Laplace and exponential distributions: vectors of such variates through a linear operator."""

from __future__ import annotations

import math
from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import array
from .distribution import parameters_of
from .gamma_family import Exponential
from .location_scale import Laplace
from .vectors_by_operator import VectorsByOperator, diagonal_operator


@public("contrib.distributions.VectorLaplaceDiag")
class VectorLaplaceDiag(VectorsByOperator):
    """Laplace variates, times scale_diag + scale_identity_multiplier, plus `loc`."""

    _base_variance, _base_stddev = 2.0, math.sqrt(2.0)

    def __init__(
        self, loc: Any = None, scale_diag: Any = None, scale_identity_multiplier: Any = None, validate_args: bool = False,
        allow_nan_stats: bool = True, name: str = "VectorLaplaceDiag",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        given = [loc, scale_diag, scale_identity_multiplier]
        with name_scope(name), name_scope("init", values=given):
            scale = diagonal_operator(*given)
        # The name is opened again, and once more inside: TensorFlow 1.15 calls the distribution VectorLaplaceDiag_1/VectorLaplaceDiag.
        with name_scope(name, values=[loc, *scale.graph_parents]):
            loc = None if loc is None else convert_to_tensor(loc, name="loc")
            shapes = self._shapes_of(loc, scale)
            zero, one = array.zeros([], dtype=scale.dtype), array.ones([], dtype=scale.dtype)
            base = Laplace(loc=zero, scale=one, allow_nan_stats=allow_nan_stats)
            self._through(base, shapes, validate_args, name, parameters)


@public("contrib.distributions.VectorExponentialDiag")
class VectorExponentialDiag(VectorsByOperator):
    """Exponential variates, times scale_diag + scale_identity_multiplier, plus `loc`."""

    def __init__(
        self, loc: Any = None, scale_diag: Any = None, scale_identity_multiplier: Any = None, validate_args: bool = False,
        allow_nan_stats: bool = True, name: str = "VectorExponentialDiag",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        given = [loc, scale_diag, scale_identity_multiplier]
        with name_scope(name) as name:
            with name_scope("init", values=given):
                scale = diagonal_operator(*given)
            loc = None if loc is None else convert_to_tensor(loc, name="loc")
            shapes = self._shapes_of(loc, scale)
            base = Exponential(rate=array.ones([], dtype=scale.dtype), allow_nan_stats=allow_nan_stats)
            self._through(base, shapes, validate_args, name, parameters)

    def _with_loc(self, variates: float) -> Tensor:
        vectors = self._scale.matvec(self._filled(self._whole_shape(), variates))
        return vectors if self._loc is None else array.identity(self._loc) + vectors

    def _mean(self) -> Tensor:
        return self._with_loc(1.0)

    def _mode(self) -> Tensor:
        return self._with_loc(0.0)
