"""The half normal distribution: the absolute value of a centred normal variate."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.elementwise import abs_, log
from ..ops.random import random_normal
from .distribution import FULLY_REPARAMETERIZED, ScalarDistribution, construction, parameters_of


@public("contrib.distributions.HalfNormal")
class HalfNormal(ScalarDistribution):
    """|x|, x normal of mean 0 and standard deviation `scale`."""

    _parameter_names = ("scale",)

    def __init__(self, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "HalfNormal"):
        parameters = parameters_of(locals())
        with construction(name, [scale], [TABLE["assert_positive"](scale)] if validate_args else []) as name:
            self._scale = array.identity(scale, name="scale")
        super().__init__(self._scale.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._scale], name)

    @property
    def scale(self) -> Tensor:
        """The standard deviation of the normal variate."""
        return self._scale

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        shape = array.concat([[n], array.shape(self._scale)], 0)
        return abs_(random_normal(shape=shape, mean=0.0, stddev=1.0, dtype=self.dtype, seed=seed) * self._scale)

    def _prob(self, x: Any) -> Tensor:
        coefficient = np.sqrt(2) / self._scale / np.sqrt(np.pi)
        density = coefficient * TABLE["exp"](-0.5 * (x / self._scale) ** 2)
        return density * TABLE["cast"](x >= 0, self.dtype)

    def _cdf(self, x: Any) -> Tensor:
        return TABLE["erf"](TABLE["nn.relu"](x) / self._scale / np.sqrt(2.0))

    def _entropy(self) -> Tensor:
        return 0.5 * log(np.pi * self._scale**2.0 / 2.0) + 0.5

    def _mean(self) -> Tensor:
        return self._scale * np.sqrt(2.0) / np.sqrt(np.pi)

    def _quantile(self, p: Any) -> Tensor:
        from .normal import _inverse_ndtr

        return self._scale * _inverse_ndtr((p + 1.0) / 2.0)

    def _mode(self) -> Tensor:
        return array.zeros(self.batch_shape_tensor(), dtype=self.dtype)

    def _variance(self) -> Tensor:
        return self._scale**2.0 * (1.0 - 2.0 / np.pi)
