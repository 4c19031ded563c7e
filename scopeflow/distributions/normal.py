"""The normal distribution."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.elementwise import abs_, exp, log, maximum, minimum, sqrt, square, squared_difference
from ..ops.random import random_normal
from .distribution import FULLY_REPARAMETERIZED, ScalarDistribution, construction, parameters_of, where
from .kullback_leibler import RegisterKL


# -- the standard normal distribution's integral -------------------------------------------------
def ndtr(x: Any, name: str = "ndtr") -> Tensor:
    """P[X <= x] of the standard normal distribution."""
    with name_scope(name, values=[x]):
        return _ndtr(x)


def _ndtr(x: Tensor) -> Tensor:
    half_sqrt_2 = constant(0.5 * math.sqrt(2.0), dtype=x.dtype, name="half_sqrt_2")
    w = x * half_sqrt_2
    z = abs_(w)
    near = z < half_sqrt_2
    middle = 1.0 + TABLE["erf"](w)
    positive = w > 0.0
    above = 2.0 - TABLE["erfc"](z)
    below = TABLE["erfc"](z)
    return 0.5 * where(near, middle, where(positive, above, below))


def log_ndtr(x: Any, series_order: int = 3, name: str = "log_ndtr") -> Tensor:
    """Log P[X <= x]: by -P[X > x] far above, by an asymptotic series far below (Abramowitz and Stegun, 26.2.12)."""
    with name_scope(name, values=[x]):
        lower, upper = (-20.0, 8.0) if x.dtype.name == "float64" else (-10.0, 5.0)
        is_high = x > upper
        high = -_ndtr(-x)
        is_middle = x > lower
        middle = log(_ndtr(maximum(x, lower)))
        low = _log_ndtr_below(minimum(x, lower), series_order)
        return where(is_high, high, where(is_middle, middle, low))


def _log_ndtr_below(x: Tensor, series_order: int) -> Tensor:
    x_2 = square(x)
    scale = -0.5 * x_2 - log(-x) - 0.5 * math.log(2.0 * math.pi)
    return scale + log(_series(x, series_order))


def _series(x: Tensor, series_order: int) -> Any:
    if series_order <= 0:
        return np.array(1, x.dtype.as_numpy_dtype)
    x_2 = square(x)
    even, odd = array.zeros_like(x), array.zeros_like(x)
    power = x_2
    for n in range(1, series_order + 1):
        term = float(math.prod(range(2 * n - 1, 1, -2))) / power
        if n % 2:
            odd += term
        else:
            even += term
        power *= x_2
    return 1.0 + even - odd


#: Acklam's rational approximation of the inverse of `ndtr`, highest power first: in the middle, and towards the ends.
_MIDDLE = (
    (-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690, -30.66479806614716, 2.506628277459239),
    (-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1.0),
)
_ENDS = (
    (-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783),
    (0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0),
)
_END = 0.02425


def _ratio(polynomials: tuple[tuple[float, ...], ...], x: Tensor) -> Tensor:
    above, below = (functools.reduce(lambda value, c: value * x + c, p[1:], p[0]) for p in polynomials)
    return above / below


def _inverse_ndtr(p: Any) -> Tensor:
    """Where `ndtr` is `p`: an approximation, made exact by a step of Halley's method; infinite at 0 and 1, NaN outside."""
    p = convert_to_tensor(p)
    least = float(np.finfo(p.dtype.as_numpy_dtype).tiny)
    smaller = minimum(p, 1.0 - p)
    central = p - 0.5
    in_middle = central * _ratio(_MIDDLE, square(central))
    at_end = _ratio(_ENDS, sqrt(-2.0 * log(maximum(smaller, least))))
    x = where(smaller < _END, where(central < 0.0, at_end, -at_end), in_middle)
    error = (_ndtr(x) - p) * math.sqrt(2.0 * math.pi) * exp(0.5 * square(minimum(abs_(x), 6.0)))
    x = where(abs_(x) < 6.0, x - error / (1.0 + 0.5 * x * error), x)
    nowhere, below, above = (constant(v, dtype=p.dtype) for v in (np.nan, -np.inf, np.inf))
    infinite = where(smaller < 0.0, nowhere, where(central < 0.0, below, above))
    return where(smaller > 0.0, x, infinite)


@public("distributions.Normal", "contrib.distributions.Normal")
class Normal(ScalarDistribution):
    """The normal distribution of mean `loc` and standard deviation `scale`, which broadcast.

    Raises:
      TypeError: `loc` and `scale` have different types.
    """

    def __init__(self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Normal"):
        parameters = parameters_of(locals())
        with construction(name, [loc, scale], [TABLE["assert_positive"](scale)] if validate_args else []) as name:
            self._loc = array.identity(loc, name="loc")
            self._scale = array.identity(scale, name="scale")
            TABLE["debugging.assert_same_float_dtype"]([self._loc, self._scale])
        super().__init__(
            self._scale.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._loc, self._scale], name
        )

    _parameter_names = ("loc", "scale")

    @property
    def loc(self) -> Tensor:
        """The mean."""
        return self._loc

    @property
    def scale(self) -> Tensor:
        """The standard deviation."""
        return self._scale

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        shape = array.concat([[n], self.batch_shape_tensor()], 0)
        sampled = random_normal(shape=shape, mean=0.0, stddev=1.0, dtype=self.loc.dtype, seed=seed)
        return sampled * self.scale + self.loc

    def _z(self, x: Any) -> Tensor:
        with name_scope("standardize", values=[x]):
            return (x - self.loc) / self.scale

    def _log_prob(self, x: Any) -> Tensor:
        unnormalized = -0.5 * square(self._z(x))
        return unnormalized - (0.5 * math.log(2.0 * math.pi) + log(self.scale))

    def _log_cdf(self, x: Any) -> Tensor:
        return log_ndtr(self._z(x))

    def _cdf(self, x: Any) -> Tensor:
        return ndtr(self._z(x))

    def _quantile(self, p: Any) -> Tensor:
        return self.scale * _inverse_ndtr(p) + self.loc

    def _log_survival_function(self, x: Any) -> Tensor:
        return log_ndtr(-self._z(x))

    def _survival_function(self, x: Any) -> Tensor:
        return ndtr(-self._z(x))

    def _entropy(self) -> Tensor:
        scale = self.scale * array.ones_like(self.loc)
        return 0.5 * math.log(2.0 * math.pi) + 0.5 + log(scale)

    def _mean(self) -> Tensor:
        return self.loc * array.ones_like(self.scale)

    def _stddev(self) -> Tensor:
        return self.scale * array.ones_like(self.loc)

    def _mode(self) -> Tensor:
        return self._mean()


@RegisterKL(Normal, Normal)
def _kl_normal_normal(a: Normal, b: Normal, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_normal_normal", [a.loc, b.loc]):
        one = constant(1, dtype=a.dtype)
        two = constant(2, dtype=a.dtype)
        half = constant(0.5, dtype=a.dtype)
        a_squared, b_squared = square(a.scale), square(b.scale)
        ratio = a_squared / b_squared
        return squared_difference(a.loc, b.loc) / (two * b_squared) + half * (ratio - one - log(ratio))
