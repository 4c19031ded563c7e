"""Distributions of a location and a scale: uniform, Laplace, logistic, Cauchy, Student's t."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.elementwise import abs_, log, log1p, square
from ..ops.random import random_gamma, random_normal, random_uniform
from .distribution import FULLY_REPARAMETERIZED, ScalarDistribution, construction, nan_for, parameters_of, salted, where


@public("distributions.Uniform", "contrib.distributions.Uniform")
class Uniform(ScalarDistribution):
    """Uniform from `low` up to but not `high`."""

    _parameter_names = ("low", "high")

    def __init__(self, low: Any = 0.0, high: Any = 1.0, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Uniform"):
        parameters = parameters_of(locals())
        checks = []
        if validate_args:
            checks = [TABLE["assert_less"](low, high, message="uniform not defined when low >= high.")]
        with construction(name, [low, high], checks) as name:
            self._low = array.identity(low, name="low")
            self._high = array.identity(high, name="high")
            TABLE["debugging.assert_same_float_dtype"]([self._low, self._high])
        super().__init__(self._low.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._low, self._high], name)

    @property
    def low(self) -> Tensor:
        """The lower bound."""
        return self._low

    @property
    def high(self) -> Tensor:
        """The upper bound."""
        return self._high

    def range(self, name: str = "range") -> Tensor:
        """High - low."""
        with self._name_scope(name):
            return self.high - self.low

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        shape = array.concat([[n], self.batch_shape_tensor()], 0)
        samples = random_uniform(shape=shape, dtype=self.dtype, seed=seed)
        return self.low + self.range() * samples

    def _prob(self, x: Any) -> Tensor:
        wide = x * array.ones(self.batch_shape_tensor(), dtype=x.dtype)
        is_nan = TABLE["math.is_nan"](wide)
        outside = TABLE["logical_or"](wide < self.low, wide >= self.high)
        return where(is_nan, wide, where(outside, array.zeros_like(wide), array.ones_like(wide) / self.range()))

    def _cdf(self, x: Any) -> Tensor:
        shape = array.broadcast_dynamic_shape(array.shape(x), self.batch_shape_tensor())
        zeros, ones = array.zeros(shape, dtype=self.dtype), array.ones(shape, dtype=self.dtype)
        wide = x * ones
        inside = where(wide < self.low, zeros, (wide - self.low) / self.range())
        return where(x >= self.high, ones, inside)

    def _entropy(self) -> Tensor:
        return log(self.range())

    def _mean(self) -> Tensor:
        return (self.low + self.high) / 2.0

    def _variance(self) -> Tensor:
        return square(self.range()) / 12.0

    def _stddev(self) -> Tensor:
        return self.range() / math.sqrt(12.0)


class _LocationScale(ScalarDistribution):
    """A distribution with properties `loc` and `scale`."""

    _parameter_names = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: bool, allow_nan_stats: bool, name: str, parameters: dict[str, Any]):
        with construction(name, [loc, scale], [TABLE["assert_positive"](scale)] if validate_args else []) as name:
            self._loc = array.identity(loc, name="loc")
            self._scale = array.identity(scale, name="scale")
            TABLE["debugging.assert_same_float_dtype"]([self._loc, self._scale])
        super().__init__(self._loc.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._loc, self._scale], name)

    @property
    def loc(self) -> Tensor:
        """The location."""
        return self._loc

    @property
    def scale(self) -> Tensor:
        """The scale."""
        return self._scale

    def _z(self, x: Any) -> Tensor:
        return (x - self.loc) / self.scale

    def _mean(self) -> Tensor:
        return self.loc + array.zeros_like(self.scale)

    def _mode(self) -> Tensor:
        return self._mean()


@public("distributions.Laplace", "contrib.distributions.Laplace")
class Laplace(_LocationScale):
    """The Laplace distribution: density exp(-|x - loc| / scale) / (2 scale)."""

    def __init__(self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Laplace"):
        super().__init__(loc, scale, validate_args, allow_nan_stats, name, parameters_of(locals()))

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        shape = array.concat([[n], self.batch_shape_tensor()], 0)
        # Not -1: its logarithm below would not be finite.
        lowest = np.nextafter(self.dtype.as_numpy_dtype(-1.0), self.dtype.as_numpy_dtype(0.0))
        uniform = random_uniform(shape=shape, minval=lowest, maxval=1.0, dtype=self.dtype, seed=seed)
        return self.loc - self.scale * TABLE["sign"](uniform) * log1p(-abs_(uniform))

    def _log_prob(self, x: Any) -> Tensor:
        return -abs_(self._z(x)) - (math.log(2.0) + log(self.scale))

    def _cdf(self, x: Any) -> Tensor:
        z = self._z(x)
        return 0.5 + 0.5 * TABLE["sign"](z) * (1.0 - TABLE["exp"](-abs_(z)))

    def _log_cdf(self, x: Any) -> Tensor:
        z = self._z(x)
        with name_scope("log_cdf_laplace", values=[z]):
            lower = -math.log(2.0) + z
            upper = log1p(-0.5 * TABLE["exp"](-abs_(z)))
            return where(z < 0.0, lower, upper)

    def _entropy(self) -> Tensor:
        scale = self.scale + array.zeros_like(self.loc)
        return math.log(2.0) + 1.0 + log(scale)

    def _stddev(self) -> Tensor:
        return math.sqrt(2.0) * self.scale + array.zeros_like(self.loc)


@public("contrib.distributions.Logistic")
class Logistic(_LocationScale):
    """The logistic distribution: P[X <= x] = sigmoid((x - loc) / scale)."""

    def __init__(self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Logistic"):
        super().__init__(loc, scale, validate_args, allow_nan_stats, name, parameters_of(locals()))

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        shape = array.concat([[n], self.batch_shape_tensor()], 0)
        tiny = np.finfo(self.dtype.as_numpy_dtype).tiny
        uniform = random_uniform(shape=shape, minval=tiny, maxval=1.0, dtype=self.dtype, seed=seed)
        return (log(uniform) - log1p(-1.0 * uniform)) * self.scale + self.loc

    def _z(self, x: Any) -> Tensor:
        with name_scope("standardize", values=[x]):
            return super()._z(x)

    def _log_prob(self, x: Any) -> Tensor:
        z = self._z(x)
        return -z - 2.0 * TABLE["nn.softplus"](-z) - log(self.scale)

    def _log_cdf(self, x: Any) -> Tensor:
        return -TABLE["nn.softplus"](-self._z(x))

    def _cdf(self, x: Any) -> Tensor:
        return TABLE["sigmoid"](self._z(x))

    def _log_survival_function(self, x: Any) -> Tensor:
        return -TABLE["nn.softplus"](self._z(x))

    def _survival_function(self, x: Any) -> Tensor:
        return TABLE["sigmoid"](-self._z(x))

    def _entropy(self) -> Tensor:
        scale = self.scale * array.ones_like(self.loc)
        return 2 + log(scale)

    def _mean(self) -> Tensor:
        return self.loc * array.ones_like(self.scale)

    def _stddev(self) -> Tensor:
        return self.scale * array.ones_like(self.loc) * math.pi / math.sqrt(3)


@public("contrib.distributions.Cauchy")
class Cauchy(_LocationScale):
    """The Cauchy distribution: density 1 / (pi scale (1 + ((x - loc) / scale) ** 2)). It has no mean."""

    def __init__(self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Cauchy"):
        super().__init__(loc, scale, validate_args, allow_nan_stats, name, parameters_of(locals()))

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        shape = array.concat([[n], self.batch_shape_tensor()], 0)
        return self._quantile(random_uniform(shape=shape, minval=0.0, maxval=1.0, dtype=self.dtype, seed=seed))

    def _quantile(self, p: Any) -> Tensor:
        return self.loc + self.scale * TABLE["tan"](math.pi * (p - 0.5))

    def _log_prob(self, x: Any) -> Tensor:
        return -log1p(square(self._z(x))) - (math.log(math.pi) + log(self.scale))

    def _cdf(self, x: Any) -> Tensor:
        return TABLE["atan"](self._z(x)) / math.pi + 0.5

    def _log_cdf(self, x: Any) -> Tensor:
        return log1p(2 / math.pi * TABLE["atan"](self._z(x))) - math.log(2)

    def _entropy(self) -> Tensor:
        return (math.log(4 * math.pi) + log(self.scale)) * array.ones_like(self.loc)

    def _mode(self) -> Tensor:
        return self.loc * array.ones_like(self.scale)

    def _mean(self) -> Tensor:
        if self.allow_nan_stats:
            return array.fill(self.batch_shape_tensor(), nan_for(self.dtype))
        raise ValueError("`mean` is undefined for Cauchy distribution.")

    def _stddev(self) -> Tensor:
        if self.allow_nan_stats:
            return array.fill(self.batch_shape_tensor(), nan_for(self.dtype))
        raise ValueError("`stddev` is undefined for Cauchy distribution.")


@public("distributions.StudentT", "contrib.distributions.StudentT")
class StudentT(ScalarDistribution):
    """Student's t distribution with `df` degrees of freedom, shifted by `loc` and scaled by `scale`."""

    _parameter_names = ("df", "loc", "scale")

    def __init__(self, df: Any, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "StudentT"):
        parameters = parameters_of(locals())
        with construction(name, [df, loc, scale], [TABLE["assert_positive"](df)] if validate_args else []) as name:
            self._df = array.identity(df, name="df")
            self._loc = array.identity(loc, name="loc")
            self._scale = array.identity(scale, name="scale")
            TABLE["debugging.assert_same_float_dtype"]((self._df, self._loc, self._scale))
        super().__init__(
            self._scale.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._df, self._loc, self._scale], name
        )

    @property
    def df(self) -> Tensor:
        """The degrees of freedom."""
        return self._df

    @property
    def loc(self) -> Tensor:
        """The location."""
        return self._loc

    @property
    def scale(self) -> Tensor:
        """The scale."""
        return self._scale

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        # A normal number over the root of a chi squared one; the second seed differs, so that they are independent.
        shape = array.concat([[n], self.batch_shape_tensor()], 0)
        normal = random_normal(shape, dtype=self.dtype, seed=seed)
        df = self.df * array.ones(self.batch_shape_tensor(), dtype=self.dtype)
        gamma = random_gamma([n], 0.5 * df, beta=0.5, dtype=self.dtype, seed=salted(seed, "student_t"))
        samples = normal * TABLE["rsqrt"](gamma / df)
        return samples * self.scale + self.loc

    def _log_prob(self, x: Any) -> Tensor:
        y = (x - self.loc) / self.scale
        unnormalized = -0.5 * (self.df + 1.0) * log1p(y**2.0 / self.df)
        lgamma = TABLE["lgamma"]
        return unnormalized - (
            log(abs_(self.scale)) + 0.5 * log(self.df) + 0.5 * math.log(math.pi) + lgamma(0.5 * self.df) - lgamma(0.5 * (self.df + 1.0))
        )

    def _cdf(self, x: Any) -> Tensor:
        y = (x - self.loc) / abs_(self.scale)
        tail = 0.5 * TABLE["betainc"](0.5 * self.df, 0.5, self.df / (y**2.0 + self.df))
        return where(y < 0.0, tail, 1.0 - tail)

    def _entropy(self) -> Tensor:
        v = array.ones(self.batch_shape_tensor(), dtype=self.dtype)[..., None]
        u = v * self.df[..., None]
        beta = array.concat([u, v], -1) / 2.0
        digamma = TABLE["digamma"]
        return (
            log(abs_(self.scale))
            + 0.5 * log(self.df)
            + TABLE["lbeta"](beta)
            + 0.5 * (self.df + 1.0) * (digamma(0.5 * (self.df + 1.0)) - digamma(0.5 * self.df))
        )

    def _mean(self) -> Tensor:
        mean = self.loc * array.ones(self.batch_shape_tensor(), dtype=self.dtype)
        if self.allow_nan_stats:
            defined = self.df > array.ones(self.batch_shape_tensor(), dtype=self.dtype)
            return where(defined, mean, array.fill(self.batch_shape_tensor(), nan_for(self.dtype), name="nan"))
        check = TABLE["assert_less"](array.ones([], dtype=self.dtype), self.df, message="mean not defined for components of df <= 1")
        return array.with_dependencies([check], mean)

    def _variance(self) -> Tensor:
        df = self.df + array.zeros(self.batch_shape_tensor(), dtype=self.dtype)
        # Where it is not defined, without dividing by zero.
        denominator = where(df > 2.0, df - 2.0, array.ones_like(df))
        variance = square(self.scale) * df / denominator
        infinity = np.array(np.inf, dtype=self.dtype.as_numpy_dtype)
        result = where(df > array.fill(self.batch_shape_tensor(), 2.0), variance, array.fill(self.batch_shape_tensor(), infinity))
        if self.allow_nan_stats:
            defined = df > array.ones(self.batch_shape_tensor(), dtype=self.dtype)
            return where(defined, result, array.fill(self.batch_shape_tensor(), nan_for(self.dtype), name="nan"))
        check = TABLE["assert_less"](array.ones([], dtype=self.dtype), df, message="variance not defined for components of df <= 1")
        return array.with_dependencies([check], result)

    def _mode(self) -> Tensor:
        return array.identity(self.loc)
