"""Kumaraswamy's distribution, and the distribution of sinh-arcsinh transformed variates."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.elementwise import exp, log, log1p
from . import bijectors, bijectors_of_laws
from .distribution import parameters_of, where
from .location_scale import Uniform
from .normal import Normal
from .transformed import TransformedDistribution


def _harmonic(x: Tensor) -> Tensor:
    one = array.ones([], dtype=x.dtype)
    digamma = TABLE["digamma"]
    return digamma(x + one) - digamma(one)


@public("contrib.distributions.Kumaraswamy")
class Kumaraswamy(TransformedDistribution):
    """On (0, 1), of the distribution function 1 - (1 - x^a)^b, a `concentration1`, b `concentration0`."""

    def __init__(
        self, concentration1: Any = None, concentration0: Any = None, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "Kumaraswamy",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name, values=[concentration1, concentration0]) as name:
            concentration1 = convert_to_tensor(concentration1, name="concentration1")
            concentration0 = convert_to_tensor(concentration0, name="concentration0")
        bijector = bijectors_of_laws.Kumaraswamy(concentration1=concentration1, concentration0=concentration0, validate_args=validate_args)
        base = Uniform(low=array.zeros([], dtype=concentration1.dtype), high=array.ones([], dtype=concentration1.dtype),
                       allow_nan_stats=allow_nan_stats)  # fmt: skip
        batch = array.broadcast_dynamic_shape(array.shape(bijector.concentration1), array.shape(bijector.concentration0))
        self._static = array.broadcast_static_shape(bijector.concentration1.shape, bijector.concentration0.shape)
        if self._static.is_fully_defined():
            batch = array.constant(self._static.as_list(), dtype="int32")
        self._start(base, bijector, batch, None, validate_args, name, parameters)

    def _batch_shape(self) -> Any:
        return self._static

    @property
    def concentration1(self) -> Tensor:
        """A."""
        return self.bijector.concentration1

    @property
    def concentration0(self) -> Tensor:
        """B."""
        return self.bijector.concentration0

    def _entropy(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        return 1 - 1.0 / a + (1 - 1.0 / b) * _harmonic(b) + log(a) + log(b)

    def _moment(self, n: int) -> Tensor:
        a, b = self.concentration1, self.concentration0
        inner = 1.0 + n / a
        log_moment = log(b) + TABLE["lgamma"](inner) + TABLE["lgamma"](b) - TABLE["lgamma"](inner + b)
        return exp(log_moment)

    def _mean(self) -> Tensor:
        return self._moment(1)

    def _variance(self) -> Tensor:
        return self._moment(2) - TABLE["square"](self._moment(1))

    def _mode(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        mode = exp((log1p(-1.0 / a) - log1p(-1.0 / (a * b))) / a - log(b) / a)
        nan = array.fill(self.batch_shape_tensor(), np.array(np.nan, dtype=self.dtype.as_numpy_dtype), name="nan")
        defined = TABLE["logical_and"](a > 1.0, b > 1.0)
        if self.allow_nan_stats:
            return where(defined, mode, nan)
        checks = [
            TABLE["assert_less"](array.ones([], dtype=a.dtype), c, message=f"Mode undefined for {which} <= 1.")
            for which, c in (("concentration1", a), ("concentration0", b))
        ]
        return array.with_dependencies(checks, mode)


@public("contrib.distributions.SinhArcsinh")
class SinhArcsinh(TransformedDistribution):
    """loc + scale F(x) 2 / F(2), F(x) = sinh((arcsinh(x) + skewness) tailweight), F of skewness 0 in the normalization.

    Args:
      distribution: of x; the standard normal where it is None.
    """

    def __init__(
        self, loc: Any, scale: Any, skewness: Any = None, tailweight: Any = None, distribution: Any = None, validate_args: bool = False,
        allow_nan_stats: bool = True, name: str = "SinhArcsinh",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name, values=[loc, scale, skewness, tailweight]) as name:
            loc = convert_to_tensor(loc, name="loc")
            dtype = loc.dtype
            scale = convert_to_tensor(scale, name="scale", dtype=dtype)
            default_skewness = skewness is None
            tailweight = 1.0 if tailweight is None else tailweight
            skewness = convert_to_tensor(0.0 if default_skewness else skewness, name="skewness", dtype=dtype)
            tailweight = convert_to_tensor(tailweight, name="tailweight", dtype=dtype)
            batch = array.shape(loc)
            static = loc.shape
            for t in (scale, skewness, tailweight):
                batch = array.broadcast_dynamic_shape(batch, array.shape(t))
                static = array.broadcast_static_shape(static, t.shape)
            self._static = static
            if distribution is None:
                distribution = Normal(loc=array.zeros([], dtype=dtype), scale=array.ones([], dtype=dtype), allow_nan_stats=allow_nan_stats)
            elif distribution.batch_shape.ndims != 0:
                # It has the batch itself.
                batch = None
            warp = bijectors_of_laws.SinhArcsinh(skewness=skewness, tailweight=tailweight)
            plain = warp if default_skewness else bijectors_of_laws.SinhArcsinh(skewness=dtype.as_numpy_dtype(0.0), tailweight=tailweight)
            at_two = plain.forward(convert_to_tensor(2, dtype=dtype)) / np.array(2.0, dtype.as_numpy_dtype)
            affine = bijectors.AffineScalar(shift=loc, scale=scale / at_two, validate_args=validate_args)
            bijector = bijectors.Chain([affine, warp])
        if batch is not None and static.is_fully_defined():
            batch = array.constant(static.as_list(), dtype="int32")
        self._own_batch = batch is not None
        self._loc, self._scale, self._skewness, self._tailweight = loc, scale, skewness, tailweight
        self._start(distribution, bijector, batch, None, validate_args, name, parameters)

    def _batch_shape(self) -> Any:
        return self._static if self._own_batch else array.broadcast_static_shape(self._static, self.distribution.batch_shape)

    @property
    def loc(self) -> Tensor:
        """Where it is."""
        return self._loc

    @property
    def scale(self) -> Tensor:
        """How wide."""
        return self._scale

    @property
    def skewness(self) -> Tensor:
        """How far from symmetric."""
        return self._skewness

    @property
    def tailweight(self) -> Tensor:
        """How heavy the tails are."""
        return self._tailweight
