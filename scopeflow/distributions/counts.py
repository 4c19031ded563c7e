"""Distributions of counts: binomial, multinomial, geometric, Poisson."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import exp, log, log1p
from ..ops.random import random_uniform
from ..ops.reduction import reduce_sum
from .discrete import logits_and_probs
from .distribution import NOT_REPARAMETERIZED, Distribution, ScalarDistribution, construction, parameters_of, salted, where


@public("contrib.distributions.Binomial")
class Binomial(ScalarDistribution):
    """The number of successes among `total_count` trials."""

    _parameter_names = ("total_count", "probs")

    def __init__(
        self,
        total_count: Any,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Binomial",
    ):
        parameters = parameters_of(locals())
        with name_scope(name, values=[total_count, logits, probs]) as name:
            total = convert_to_tensor(total_count, name="total_count")
            if validate_args:
                total = array.with_dependencies([TABLE["assert_non_negative"](total)], total)
            self._total_count = total
            self._logits, self._probs = logits_and_probs(logits, probs, False, validate_args, name)
        super().__init__(
            self._probs.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters,
            [self._total_count, self._logits, self._probs], name,
        )  # fmt: skip

    @property
    def total_count(self) -> Tensor:
        """The number of trials."""
        return self._total_count

    @property
    def logits(self) -> Tensor:
        """The log-odds of success."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probability of success."""
        return self._probs

    def _log_prob(self, counts: Any) -> Tensor:
        lgamma = TABLE["lgamma"]
        n = self.total_count
        unnormalized = counts * log(self.probs) + (n - counts) * log1p(-self.probs)
        return unnormalized - (lgamma(1.0 + n - counts) + lgamma(1.0 + counts) - lgamma(1.0 + n))

    def _cdf(self, counts: Any) -> Tensor:
        probs = self.probs
        if not (counts.shape.is_fully_defined() and self.probs.shape.is_fully_defined() and counts.shape == self.probs.shape):
            probs = probs + array.zeros_like(counts)
            counts = counts + array.zeros_like(probs)
        a = self.total_count - counts
        a = where(TABLE["less_equal"](a, 0.0), array.ones_like(a), a)
        inside = TABLE["betainc"](a, counts + 1.0, 1.0 - probs)
        return where(counts >= self.total_count, array.ones_like(inside), inside)

    def _mean(self) -> Tensor:
        return self._total_count * self._probs

    def _variance(self) -> Tensor:
        return self._mean() * (1.0 - self.probs)

    def _mode(self) -> Tensor:
        return TABLE["floor"]((1.0 + self._total_count) * self._probs)


@public("contrib.distributions.Geometric")
class Geometric(ScalarDistribution):
    """The number of failures before the first success."""

    _parameter_names = ("_probs",)

    def __init__(
        self, logits: Any = None, probs: Any = None, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Geometric"
    ):
        parameters = parameters_of(locals())
        with name_scope(name, values=[logits, probs]) as name:
            self._logits, self._probs = logits_and_probs(logits, probs, False, validate_args, name)
            positive = [TABLE["assert_positive"](self._probs)] if validate_args else []
            with control_dependencies(positive):
                self._probs = array.identity(self._probs, name="probs")
        super().__init__(
            self._probs.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._probs, self._logits], name
        )

    @property
    def logits(self) -> Tensor:
        """The log-odds of success."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probability of success."""
        return self._probs

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        tiny = np.finfo(self.dtype.as_numpy_dtype).tiny
        shape = array.concat([[n], array.shape(self._probs)], 0)
        sampled = random_uniform(shape, minval=tiny, maxval=1.0, seed=seed, dtype=self.dtype)
        return TABLE["floor"](log(sampled) / log1p(-self.probs))

    def _log_prob(self, counts: Any) -> Tensor:
        counts = self._whole(counts) * array.ones_like(self.probs)
        probs = self.probs * array.ones_like(counts)
        safe = array.where(TABLE["equal"](counts, 0.0), array.zeros_like(probs), probs)
        return counts * log1p(-safe) + log(probs)

    def _whole(self, counts: Any) -> Any:
        return checked_counts(counts) if self.validate_args else TABLE["floor"](counts)

    def _cdf(self, counts: Any) -> Tensor:
        counts = TABLE["floor"](counts) * array.ones_like(self.probs)
        return where(counts < 0.0, array.zeros_like(counts), -TABLE["math.expm1"]((counts + 1) * log1p(-self.probs)))

    def _entropy(self) -> Tensor:
        return TABLE["nn.softplus"](self.logits) / self.probs - self.logits

    def _mean(self) -> Tensor:
        return exp(-self.logits)

    def _variance(self) -> Tensor:
        return self._mean() / self.probs

    def _mode(self) -> Tensor:
        return array.zeros(self.batch_shape_tensor(), dtype=self.dtype)


@public("contrib.distributions.Poisson")
class Poisson(ScalarDistribution):
    """The Poisson distribution of mean `rate`, or exp(`log_rate`)."""

    _parameter_names = ("rate",)

    def __init__(
        self, rate: Any = None, log_rate: Any = None, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Poisson"
    ):
        parameters = parameters_of(locals())
        with construction(name, [rate], [TABLE["assert_positive"](rate)] if validate_args and rate is not None else []) as name:
            if (rate is None) == (log_rate is None):
                raise ValueError("Must specify exactly one of `rate` and `log_rate`.")
            if log_rate is None:
                rate = convert_to_tensor(rate, name="rate")
                if not rate.dtype.is_floating:
                    raise TypeError(f"rate.dtype ({rate.dtype.name}) is a not a float-type.")
                self._rate = array.identity(rate, name="rate")
                self._log_rate = log(rate, name="log_rate")
            else:
                log_rate = convert_to_tensor(log_rate, name="log_rate")
                if not log_rate.dtype.is_floating:
                    raise TypeError(f"log_rate.dtype ({log_rate.dtype.name}) is a not a float-type.")
                self._rate = exp(log_rate, name="rate")
                self._log_rate = convert_to_tensor(log_rate, name="log_rate")
        super().__init__(self._rate.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._rate], name)

    @property
    def rate(self) -> Tensor:
        """The mean."""
        return self._rate

    @property
    def log_rate(self) -> Tensor:
        """The logarithm of the mean."""
        return self._log_rate

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        return TABLE["random_poisson"](self.rate, [n], dtype=self.dtype, seed=seed)

    def _log_prob(self, x: Any) -> Tensor:
        x = checked_counts(x) if self.validate_args else x
        return x * self.log_rate - TABLE["lgamma"](1.0 + x) - self.rate

    def _cdf(self, x: Any) -> Tensor:
        x = checked_counts(x) if self.validate_args else x
        return TABLE["igammac"](1.0 + x, self.rate)

    def _mean(self) -> Tensor:
        return array.identity(self.rate)

    def _variance(self) -> Tensor:
        return array.identity(self.rate)

    def _mode(self) -> Tensor:
        return TABLE["floor"](self.rate)


@public("distributions.Multinomial", "contrib.distributions.Multinomial")
class Multinomial(Distribution):
    """How often each class came in `total_count` draws."""

    def __init__(
        self,
        total_count: Any,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Multinomial",
    ):
        parameters = parameters_of(locals())
        with name_scope(name, values=[total_count, logits, probs]) as name:
            total = convert_to_tensor(total_count, name="total_count")
            if validate_args:
                total = array.with_dependencies([TABLE["assert_non_negative"](total)], total)
            self._total_count = total
            self._logits, self._probs = logits_and_probs(logits, probs, True, validate_args, name)
            self._mean_val = self._total_count[..., None] * self._probs
        super().__init__(
            self._probs.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters,
            [self._total_count, self._logits, self._probs, self._mean_val], name,
        )  # fmt: skip

    @property
    def total_count(self) -> Tensor:
        """The number of draws."""
        return self._total_count

    @property
    def logits(self) -> Tensor:
        """The logits of the classes."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probabilities of the classes."""
        return self._probs

    def _batch_shape_tensor(self) -> Tensor:
        return array.shape(self._mean_val)[:-1]

    def _batch_shape(self) -> TensorShape:
        return self._mean_val.shape.with_rank_at_least(1)[:-1]

    def _event_shape_tensor(self) -> Tensor:
        return array.shape(self._mean_val)[-1:]

    def _event_shape(self) -> TensorShape:
        return self._mean_val.shape.with_rank_at_least(1)[-1:]

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        draws = cast(self.total_count, dtype=dtypes.int32)
        k = self.event_shape_tensor()[0]
        draws = array.ones_like(self.logits[..., 0], dtype=draws.dtype) * draws
        logits = array.ones_like(draws[..., None], dtype=self.logits.dtype) * self.logits
        flat_logits = array.reshape(logits, [-1, k])
        flat_draws = n * array.reshape(draws, [-1])

        def one(args: Any) -> Tensor:
            row, number = args[0], args[1]
            x = TABLE["multinomial"](row[None, ...], number, seed)
            return reduce_sum(array.one_hot(array.reshape(x, shape=[n, -1]), depth=k), axis=-2)

        x = TABLE["map_fn"](one, [flat_logits, flat_draws], dtype=self.dtype)
        x = array.transpose(x, perm=[1, 0, 2])
        return array.reshape(x, array.concat([[n], self.batch_shape_tensor(), [k]], 0))

    def _log_prob(self, counts: Any) -> Tensor:
        unnormalized = reduce_sum(counts * TABLE["nn.log_softmax"](self.logits), -1)
        return unnormalized - -log_combinations(self.total_count, counts)

    def _mean(self) -> Tensor:
        return array.identity(self._mean_val)

    def _covariance(self) -> Tensor:
        p = self.probs * array.ones_like(self.total_count)[..., None]
        product = -TABLE["matmul"](self._mean_val[..., None], p[..., None, :])
        return TABLE["linalg.set_diag"](product, self._variance())

    def _variance(self) -> Tensor:
        p = self.probs * array.ones_like(self.total_count)[..., None]
        return self._mean_val - self._mean_val * p


def checked_counts(x: Any, name: str = "embed_check_nonnegative_integer_form") -> Tensor:
    """`x`, after checks that it is not negative and has no fractional part."""
    with name_scope(name, values=[x]):
        x = convert_to_tensor(x, name="x")
        checks = [TABLE["assert_non_negative"](x, message=f"'{x}' must be non-negative.")]
        if not x.dtype.is_integer:
            with name_scope("assert_integer_form", values=[x]):
                whole = cast(cast(x, dtypes.int32 if x.dtype.size <= 4 else dtypes.int64), x.dtype)
                message = f"'{x}' cannot contain fractional components."
                checks.append(TABLE["assert_equal"](x, whole, message=message, name="assert_integer_form"))
        return array.with_dependencies(checks, x)


def log_combinations(n: Any, counts: Any, name: str = "log_combinations") -> Tensor:
    """The logarithm of the multinomial coefficient."""
    with name_scope(name, values=[n, counts]):
        n, counts = convert_to_tensor(n, name="n"), convert_to_tensor(counts, name="counts")
        lgamma = TABLE["lgamma"]
        total = lgamma(n + 1)
        return total - reduce_sum(lgamma(counts + 1), axis=[-1])


@public("distributions.DirichletMultinomial", "contrib.distributions.DirichletMultinomial")
class DirichletMultinomial(Distribution):
    """How often each class came in `total_count` draws, of probabilities that a Dirichlet distribution gives."""

    def __init__(
        self,
        total_count: Any,
        concentration: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "DirichletMultinomial",
    ):
        parameters = parameters_of(locals())
        with name_scope(name, values=[total_count, concentration]) as name:
            self._total_count = convert_to_tensor(total_count, name="total_count")
            self._concentration = convert_to_tensor(concentration, name="concentration")
            if validate_args:
                self._total_count = checked_counts(self._total_count)
                positive = TABLE["assert_positive"](self._concentration)
                self._concentration = array.with_dependencies([positive], self._concentration)
            self._total_concentration = reduce_sum(self._concentration, -1)
        super().__init__(
            self._concentration.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters,
            [self._total_count, self._concentration], name,
        )  # fmt: skip

    @property
    def total_count(self) -> Tensor:
        """The number of draws."""
        return self._total_count

    @property
    def concentration(self) -> Tensor:
        """The Dirichlet distribution's parameters."""
        return self._concentration

    @property
    def total_concentration(self) -> Tensor:
        """Their sum."""
        return self._total_concentration

    def _batch_shape_tensor(self) -> Tensor:
        return array.shape(self._total_concentration)

    def _batch_shape(self) -> TensorShape:
        return self._total_concentration.shape

    def _event_shape_tensor(self) -> Tensor:
        return array.shape(self._concentration)[-1:]

    def _event_shape(self) -> TensorShape:
        return self._concentration.shape.with_rank_at_least(1)[-1:]

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        draws = cast(self._total_count, dtype=dtypes.int32)
        k = self.event_shape_tensor()[0]
        gamma = TABLE["random_gamma"](shape=[n], alpha=self._concentration, dtype=self.dtype, seed=seed)
        logits = array.reshape(log(gamma), [-1, k])
        classes = TABLE["multinomial"](logits, num_samples=draws, seed=salted(seed, "dirichlet_multinomial"))
        counts = reduce_sum(array.one_hot(classes, depth=k), -2)
        counts = array.reshape(counts, array.concat([[n], self.batch_shape_tensor(), [k]], 0))
        return cast(counts, self.dtype)

    def _log_prob(self, counts: Any) -> Tensor:
        counts = checked_counts(counts) if self.validate_args else counts
        lbeta = TABLE["lbeta"]
        ordered = lbeta(self._concentration + counts) - lbeta(self._concentration)
        return ordered + log_combinations(self._total_count, counts)

    def _mean(self) -> Tensor:
        return self._total_count[..., None] * self._concentration / self._total_concentration[..., None]

    def _overdispersion(self) -> Tensor:
        total = self._total_concentration
        return ((self._total_count + total) / (1.0 + total))[..., None]

    def _variance(self) -> Tensor:
        part = self._concentration / self._total_concentration[..., None]
        return self._overdispersion() * self._total_count[..., None] * part * (1.0 - part)

    def _covariance(self) -> Tensor:
        part = self._concentration / self._total_concentration[..., None]
        mean = self._overdispersion() * self._total_count[..., None] * part
        return TABLE["linalg.set_diag"](-TABLE["matmul"](mean[..., None], part[..., None, :]), self._variance())
