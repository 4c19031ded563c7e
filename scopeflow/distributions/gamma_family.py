"""Distributions built on gamma variates: gamma, exponential, chi squared, inverse gamma, beta, Dirichlet."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import log, log1p, square
from ..ops.random import random_gamma, random_uniform
from ..ops.reduction import reduce_sum
from .distribution import (
    FULLY_REPARAMETERIZED,
    NOT_REPARAMETERIZED,
    Distribution,
    ScalarDistribution,
    construction,
    nan_for,
    parameters_of,
    salted,
    where,
)  # fmt: skip
from .kullback_leibler import RegisterKL


def _where_defined(self: Any, defined: Any, value: Tensor, message: str, what: tuple[Any, Any]) -> Tensor:
    """`value` where it is defined: else nan, or an error when it is computed if nan is not allowed; `what` is (lower, upper)."""
    if self.allow_nan_stats:
        nan = array.fill(self.batch_shape_tensor(), nan_for(self.dtype), name="nan")
        return where(defined, value, nan)
    return array.with_dependencies([TABLE["assert_less"](*what, message=message)], value)


# -- gamma --------------------------------------------------------------------------------------
@public("distributions.Gamma", "contrib.distributions.Gamma")
class Gamma(ScalarDistribution):
    """The gamma distribution of shape `concentration` and inverse scale `rate`."""

    _parameter_names = ("concentration", "rate")

    def __init__(self, concentration: Any, rate: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Gamma"):
        self._start(concentration, rate, validate_args, allow_nan_stats, name, parameters_of(locals()))

    def _start(self, concentration: Any, rate: Any, validate_args: bool, allow_nan_stats: bool, name: str, parameters: Any) -> None:
        positive = TABLE["assert_positive"]
        with construction(name, [concentration, rate], [positive(concentration), positive(rate)] if validate_args else []) as name:
            self._concentration = array.identity(concentration, name="concentration")
            self._rate = array.identity(rate, name="rate")
            TABLE["debugging.assert_same_float_dtype"]([self._concentration, self._rate])
        Distribution.__init__(
            self, self._concentration.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters,
            [self._concentration, self._rate], name,
        )  # fmt: skip

    @property
    def concentration(self) -> Tensor:
        """The shape parameter."""
        return self._concentration

    @property
    def rate(self) -> Tensor:
        """The inverse scale."""
        return self._rate

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        return random_gamma(shape=[n], alpha=self.concentration, beta=self.rate, dtype=self.dtype, seed=seed)

    def _log_prob(self, x: Any) -> Tensor:
        unnormalized = TABLE["math.xlogy"](self.concentration - 1.0, x) - self.rate * x
        return unnormalized - (TABLE["lgamma"](self.concentration) - self.concentration * log(self.rate))

    def _cdf(self, x: Any) -> Tensor:
        return TABLE["igamma"](self.concentration, self.rate * x)

    def _entropy(self) -> Tensor:
        a = self.concentration
        return a - log(self.rate) + TABLE["lgamma"](a) + (1.0 - a) * TABLE["digamma"](a)

    def _mean(self) -> Tensor:
        return self.concentration / self.rate

    def _variance(self) -> Tensor:
        return self.concentration / square(self.rate)

    def _stddev(self) -> Tensor:
        return TABLE["sqrt"](self.concentration) / self.rate

    def _mode(self) -> Tensor:
        mode = (self.concentration - 1.0) / self.rate
        message = "mode not defined when any concentration <= 1"
        one = array.ones([], self.dtype)
        return _where_defined(self, self.concentration > 1.0, mode, message, (one, self.concentration))


@RegisterKL(Gamma, Gamma)
def _kl_gamma_gamma(g0: Gamma, g1: Gamma, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_gamma_gamma", values=[g0.concentration, g0.rate, g1.concentration, g1.rate]):
        # The terms that hang on both; see Penny, KL-divergences of normal, gamma, Dirichlet and Wishart densities.
        lgamma = TABLE["lgamma"]
        return (
            (g0.concentration - g1.concentration) * TABLE["digamma"](g0.concentration)
            + lgamma(g1.concentration)
            - lgamma(g0.concentration)
            + g1.concentration * log(g0.rate)
            - g1.concentration * log(g1.rate)
            + g0.concentration * (g1.rate / g0.rate - 1.0)
        )


@public("distributions.Exponential", "contrib.distributions.Exponential")
class Exponential(Gamma):
    """The exponential distribution: density rate * exp(-rate * x)."""

    _parameter_names = ("rate",)

    def __init__(self, rate: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Exponential"):
        parameters = parameters_of(locals())
        with name_scope(name, values=[rate]) as name:
            self._rate = convert_to_tensor(rate, name="rate")
        self._start(array.ones([], dtype=self._rate.dtype), self._rate, validate_args, allow_nan_stats, name, parameters)

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        shape = array.concat([[n], array.shape(self._rate)], 0)
        # Not 0: its logarithm would not be finite.
        tiny = np.finfo(self.dtype.as_numpy_dtype).tiny
        sampled = random_uniform(shape, minval=tiny, maxval=1.0, seed=seed, dtype=self.dtype)
        return -log(sampled) / self._rate


@public("contrib.distributions.Chi2")
class Chi2(Gamma):
    """The chi squared distribution with `df` degrees of freedom."""

    _parameter_names = ("df",)

    def __init__(self, df: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Chi2"):
        parameters = parameters_of(locals())
        with construction(name, [df], [TABLE["assert_positive"](df)] if validate_args else []) as name:
            self._df = array.identity(df, name="df")
        concentration = 0.5 * self._df
        self._start(concentration, array.constant(0.5, self._df.dtype), validate_args, allow_nan_stats, name, parameters)

    @property
    def df(self) -> Tensor:
        """The degrees of freedom."""
        return self._df


@public("contrib.distributions.InverseGamma")
class InverseGamma(ScalarDistribution):
    """The distribution of 1 / X for a gamma distributed X."""

    _parameter_names = ("concentration", "rate")

    def __init__(
        self, concentration: Any, rate: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "InverseGamma"
    ):
        parameters = parameters_of(locals())
        positive = TABLE["assert_positive"]
        with construction(name, [concentration, rate], [positive(concentration), positive(rate)] if validate_args else []) as name:
            self._concentration = array.identity(concentration, name="concentration")
            self._rate = array.identity(rate, name="rate")
            TABLE["debugging.assert_same_float_dtype"]([self._concentration, self._rate])
        super().__init__(
            self._concentration.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters,
            [self._concentration, self._rate], name,
        )  # fmt: skip

    @property
    def concentration(self) -> Tensor:
        """The shape parameter."""
        return self._concentration

    @property
    def rate(self) -> Tensor:
        """The scale."""
        return self._rate

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        return 1.0 / random_gamma(shape=[n], alpha=self.concentration, beta=self.rate, dtype=self.dtype, seed=seed)

    def _log_prob(self, x: Any) -> Tensor:
        unnormalized = -(1.0 + self.concentration) * log(x) - self.rate / x
        return unnormalized - (TABLE["lgamma"](self.concentration) - self.concentration * log(self.rate))

    def _cdf(self, x: Any) -> Tensor:
        return TABLE["igammac"](self.concentration, self.rate / x)

    def _entropy(self) -> Tensor:
        a = self.concentration
        return a + log(self.rate) + TABLE["lgamma"](a) - (1.0 + a) * TABLE["digamma"](a)

    def _mean(self) -> Tensor:
        mean = self.rate / (self.concentration - 1.0)
        one = array.ones([], self.dtype)
        message = "mean undefined when any concentration <= 1"
        return _where_defined(self, self.concentration > 1.0, mean, message, (one, self.concentration))

    def _variance(self) -> Tensor:
        variance = square(self.rate) / square(self.concentration - 1.0) / (self.concentration - 2.0)
        two = array.constant(2.0, dtype=self.dtype)
        message = "variance undefined when any concentration <= 2"
        return _where_defined(self, self.concentration > 2.0, variance, message, (two, self.concentration))

    def _mode(self) -> Tensor:
        return self.rate / (1.0 + self.concentration)


# -- beta -----------------------------------------------------------------------------------------
@public("distributions.Beta", "contrib.distributions.Beta")
class Beta(ScalarDistribution):
    """The beta distribution on (0, 1)."""

    _parameter_names = ("concentration1", "concentration0")

    def __init__(
        self,
        concentration1: Any = None,
        concentration0: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Beta",
    ):
        parameters = parameters_of(locals())
        with name_scope(name, values=[concentration1, concentration0]) as name:
            self._concentration1 = _checked(convert_to_tensor(concentration1, name="concentration1"), validate_args)
            self._concentration0 = _checked(convert_to_tensor(concentration0, name="concentration0"), validate_args)
            TABLE["debugging.assert_same_float_dtype"]([self._concentration1, self._concentration0])
            self._total_concentration = self._concentration1 + self._concentration0
        super().__init__(
            self._total_concentration.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters,
            [self._concentration1, self._concentration0, self._total_concentration], name,
        )  # fmt: skip

    @property
    def concentration1(self) -> Tensor:
        """The concentration of 1 (alpha)."""
        return self._concentration1

    @property
    def concentration0(self) -> Tensor:
        """The concentration of 0 (beta)."""
        return self._concentration0

    @property
    def total_concentration(self) -> Tensor:
        """The sum of both."""
        return self._total_concentration

    def _batch_shape_tensor(self) -> Tensor:
        return array.shape(self.total_concentration)

    def _batch_shape(self) -> TensorShape:
        return self.total_concentration.shape

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        a = array.ones_like(self.total_concentration, dtype=self.dtype) * self.concentration1
        b = array.ones_like(self.total_concentration, dtype=self.dtype) * self.concentration0
        one = random_gamma(shape=[n], alpha=a, dtype=self.dtype, seed=seed)
        two = random_gamma(shape=[n], alpha=b, dtype=self.dtype, seed=salted(seed, "beta"))
        return one / (one + two)

    def _in_range(self, x: Any) -> Any:
        if not self.validate_args:
            return x
        checks = [
            TABLE["assert_positive"](x, message="sample must be positive"),
            TABLE["assert_less"](x, array.ones([], self.dtype), message="sample must be less than `1`."),
        ]
        return array.with_dependencies(checks, x)

    def _log_prob(self, x: Any) -> Tensor:
        x = self._in_range(x)
        unnormalized = TABLE["math.xlogy"](self.concentration1 - 1.0, x) + (self.concentration0 - 1.0) * log1p(-x)
        return unnormalized - self._log_normalization()

    def _log_normalization(self) -> Tensor:
        lgamma = TABLE["lgamma"]
        return lgamma(self.concentration1) + lgamma(self.concentration0) - lgamma(self.total_concentration)

    def _cdf(self, x: Any) -> Tensor:
        return TABLE["betainc"](self.concentration1, self.concentration0, self._in_range(x))

    def _log_cdf(self, x: Any) -> Tensor:
        return log(self._cdf(x))

    def _entropy(self) -> Tensor:
        digamma = TABLE["digamma"]
        return (
            self._log_normalization()
            - (self.concentration1 - 1.0) * digamma(self.concentration1)
            - (self.concentration0 - 1.0) * digamma(self.concentration0)
            + ((self.total_concentration - 2.0) * digamma(self.total_concentration))
        )

    def _mean(self) -> Tensor:
        return self._concentration1 / self._total_concentration

    def _variance(self) -> Tensor:
        return self._mean() * (1.0 - self._mean()) / (1.0 + self.total_concentration)

    def _mode(self) -> Tensor:
        mode = (self.concentration1 - 1.0) / (self.total_concentration - 2.0)
        if self.allow_nan_stats:
            defined = TABLE["logical_and"](self.concentration1 > 1.0, self.concentration0 > 1.0)
            nan = array.fill(self.batch_shape_tensor(), nan_for(self.dtype), name="nan")
            return where(defined, mode, nan)
        one = array.ones([], dtype=self.dtype)
        checks = [
            TABLE["assert_less"](one, c, message=f"Mode undefined for {n} <= 1.")
            for n, c in (("concentration1", self.concentration1), ("concentration0", self.concentration0))
        ]
        return array.with_dependencies(checks, mode)


def _checked(concentration: Tensor, validate_args: bool) -> Tensor:
    if not validate_args:
        return concentration
    check = TABLE["assert_positive"](concentration, message="Concentration parameter must be positive.")
    return array.with_dependencies([check], concentration)


@RegisterKL(Beta, Beta)
def _kl_beta_beta(d1: Beta, d2: Beta, name: str | None = None) -> Tensor:
    def difference(function: Any, attribute: str) -> Tensor:
        return function(getattr(d2, attribute)) - function(getattr(d1, attribute))

    def weighted(attribute: str) -> Tensor:
        return difference(lambda x: x, attribute) * TABLE["digamma"](getattr(d1, attribute))

    with name_scope(name, "kl_beta_beta", values=[d1.concentration1, d1.concentration0, d1.total_concentration, d2.total_concentration]):
        lgamma = TABLE["lgamma"]
        return (
            difference(lgamma, "concentration1")
            + difference(lgamma, "concentration0")
            - difference(lgamma, "total_concentration")
            - weighted("concentration1")
            - weighted("concentration0")
            + weighted("total_concentration")
        )


# -- Dirichlet ------------------------------------------------------------------------------------
@public("distributions.Dirichlet", "contrib.distributions.Dirichlet")
class Dirichlet(Distribution):
    """The Dirichlet distribution on the simplex; `concentration` is [batch shape, classes]."""

    def __init__(self, concentration: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Dirichlet"):
        parameters = parameters_of(locals())
        with name_scope(name, values=[concentration]) as name:
            self._concentration = _checked(convert_to_tensor(concentration, name="concentration"), validate_args)
            self._total_concentration = reduce_sum(self._concentration, -1)
        super().__init__(
            self._concentration.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters,
            [self._concentration, self._total_concentration], name,
        )  # fmt: skip

    @property
    def concentration(self) -> Tensor:
        """The concentration of each class."""
        return self._concentration

    @property
    def total_concentration(self) -> Tensor:
        """The sum of the concentrations."""
        return self._total_concentration

    def _batch_shape_tensor(self) -> Tensor:
        return array.shape(self.total_concentration)

    def _batch_shape(self) -> TensorShape:
        return self.total_concentration.shape

    def _event_shape_tensor(self) -> Tensor:
        return array.shape(self.concentration)[-1:]

    def _event_shape(self) -> TensorShape:
        return self.concentration.shape.with_rank_at_least(1)[-1:]

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        gamma = random_gamma(shape=[n], alpha=self.concentration, dtype=self.dtype, seed=seed)
        return gamma / reduce_sum(gamma, -1, keepdims=True)

    def _log_prob(self, x: Any) -> Tensor:
        unnormalized = reduce_sum(TABLE["math.xlogy"](self.concentration - 1.0, x), -1)
        return unnormalized - TABLE["lbeta"](self.concentration)

    def _entropy(self) -> Tensor:
        k = cast(self.event_shape_tensor()[0], self.dtype)
        digamma = TABLE["digamma"]
        return (
            TABLE["lbeta"](self.concentration)
            + ((self.total_concentration - k) * digamma(self.total_concentration))
            - reduce_sum((self.concentration - 1.0) * digamma(self.concentration), axis=-1)
        )

    def _mean(self) -> Tensor:
        return self.concentration / self.total_concentration[..., None]

    def _covariance(self) -> Tensor:
        x = self._scale() * self._mean()
        product = TABLE["matmul"](-x[..., None], x[..., None, :])
        return TABLE["linalg.set_diag"](product, self._variance())

    def _variance(self) -> Tensor:
        scale = self._scale()
        x = scale * self._mean()
        return x * (scale - x)

    def _scale(self) -> Tensor:
        return TABLE["rsqrt"](1.0 + self.total_concentration[..., None])

    def _mode(self) -> Tensor:
        k = cast(self.event_shape_tensor()[0], self.dtype)
        mode = (self.concentration - 1.0) / (self.total_concentration[..., None] - k)
        if self.allow_nan_stats:
            nan = array.fill(array.shape(mode), nan_for(self.dtype), name="nan")
            defined = TABLE["reduce_all"](self.concentration > 1.0, axis=-1)
            return where(array.expand_dims(defined, -1), mode, nan)
        check = TABLE["assert_less"](array.ones([], self.dtype), self.concentration, message="Mode undefined when any concentration <= 1")
        return array.with_dependencies([check], mode)


@RegisterKL(Dirichlet, Dirichlet)
def _kl_dirichlet_dirichlet(d1: Dirichlet, d2: Dirichlet, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_dirichlet_dirichlet", values=[d1.concentration, d2.concentration]):
        digamma = TABLE["digamma"]
        total = reduce_sum(d1.concentration, axis=-1, keepdims=True)
        expected = digamma(d1.concentration) - digamma(total)
        difference = d1.concentration - d2.concentration
        return reduce_sum(difference * expected, axis=-1) - TABLE["lbeta"](d1.concentration) + TABLE["lbeta"](d2.concentration)
