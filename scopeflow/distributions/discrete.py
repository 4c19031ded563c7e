"""Distributions of counts and classes: Bernoulli, categorical, one-hot, binomial, multinomial, geometric, Poisson."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import exp, log, log1p
from ..ops.nn import cross_entropy
from ..ops.random import random_uniform
from ..ops.reduction import argmax, reduce_sum
from .distribution import NOT_REPARAMETERIZED, Distribution, ScalarDistribution, construction, parameters_of, where
from .kullback_leibler import RegisterKL


def logits_and_probs(logits: Any, probs: Any, multidimensional: bool, validate_args: bool, name: str) -> tuple[Tensor, Tensor]:
    """(logits, probabilities) from one of the two, in the scope `name`; of classes along the last dimension if `multidimensional`.

    Raises:
      ValueError: both or none are given.
      TypeError: they are no floats.
    """
    with name_scope(name, values=[probs, logits]):
        if (probs is None) == (logits is None):
            raise ValueError("Must pass probs or logits, but not both.")
        if probs is None:
            logits = convert_to_tensor(logits, name="logits")
            if not logits.dtype.is_floating:
                raise TypeError("logits must having floating type.")
            softmax = TABLE["nn.softmax"]
            return logits, softmax(logits, name="probs") if multidimensional else TABLE["sigmoid"](logits, name="probs")
        probs = convert_to_tensor(probs, name="probs")
        if not probs.dtype.is_floating:
            raise TypeError("probs must having floating type.")
        if validate_args:
            probs = _checked_probs(probs, multidimensional)
        with name_scope("logits"):
            # For classes, logits need not be normalized.
            logits = log(probs) if multidimensional else log(probs) - log1p(-1.0 * probs)
        return logits, probs


def _checked_probs(probs: Tensor, multidimensional: bool) -> Tensor:
    with name_scope("validate_probs"):
        one = array.constant(1.0, probs.dtype)
        checks = [TABLE["assert_non_negative"](probs)]
        if multidimensional:
            checks.append(TABLE["assert_near"](reduce_sum(probs, -1), one, message="probs does not sum to 1."))
        else:
            checks.append(TABLE["assert_less_equal"](probs, one, message="probs has components greater than 1."))
        return array.with_dependencies(checks, probs)


# -- Bernoulli ------------------------------------------------------------------------------------
@public("distributions.Bernoulli", "contrib.distributions.Bernoulli")
class Bernoulli(ScalarDistribution):
    """0 or 1: P[1] is `probs`, or sigmoid(`logits`)."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = dtypes.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Bernoulli",
    ):
        parameters = parameters_of(locals())
        with name_scope(name) as name:
            self._logits, self._probs = logits_and_probs(logits, probs, False, validate_args, name)
        super().__init__(dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._logits, self._probs], name)

    _parameter_names = ("_logits",)

    @property
    def logits(self) -> Tensor:
        """The log-odds of 1."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probability of 1."""
        return self._probs

    def _batch_shape_tensor(self) -> Tensor:
        return array.shape(self._logits)

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        shape = array.concat([[n], self.batch_shape_tensor()], 0)
        uniform = random_uniform(shape, seed=seed, dtype=self.probs.dtype)
        return cast(TABLE["less"](uniform, self.probs), self.dtype)

    def _log_prob(self, event: Any) -> Tensor:
        event = cast(event, self.logits.dtype)
        logits, event = _broadcast(self.logits, event)
        return -cross_entropy.sigmoid_cross_entropy_with_logits(labels=event, logits=logits)

    def _entropy(self) -> Tensor:
        return (-self.logits * (TABLE["sigmoid"](self.logits) - 1)) + TABLE["nn.softplus"](-self.logits)

    def _mean(self) -> Tensor:
        return array.identity(self.probs)

    def _variance(self) -> Tensor:
        return self._mean() * (1.0 - self.probs)

    def _mode(self) -> Tensor:
        return cast(self.probs > 0.5, self.dtype)


def _broadcast(logits: Tensor, event: Tensor) -> tuple[Tensor, Tensor]:
    if logits.shape.is_fully_defined() and event.shape.is_fully_defined() and logits.shape == event.shape:
        return logits, event
    wide = array.ones_like(event) * logits
    return wide, array.ones_like(logits) * event


@RegisterKL(Bernoulli, Bernoulli)
def _kl_bernoulli_bernoulli(a: Bernoulli, b: Bernoulli, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_bernoulli_bernoulli", values=[a.logits, b.logits]):
        softplus = TABLE["nn.softplus"]
        up = softplus(b.logits) - softplus(a.logits)
        down = softplus(-b.logits) - softplus(-a.logits)
        return TABLE["sigmoid"](a.logits) * down + TABLE["sigmoid"](-a.logits) * up


# -- classes ----------------------------------------------------------------------------------------
@public("distributions.Categorical", "contrib.distributions.Categorical")
class Categorical(Distribution):
    """One of several classes; `logits` (unnormalized) or `probs` are [batch shape, classes]."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = dtypes.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Categorical",
    ):
        parameters = parameters_of(locals())
        with name_scope(name, values=[logits, probs]) as name:
            self._logits, self._probs = logits_and_probs(logits, probs, True, validate_args, name)
            shape = self._logits.shape.with_rank_at_least(1)
            if shape.ndims is not None:
                self._batch_rank = convert_to_tensor(shape.ndims - 1, dtype=dtypes.int32, name="batch_rank")
            else:
                with name_scope("batch_rank"):
                    self._batch_rank = array.rank(self._logits) - 1
            logits_shape = array.shape(self._logits, name="logits_shape")
            if shape[-1].value is not None:
                self._event_size = convert_to_tensor(shape[-1].value, dtype=dtypes.int32, name="event_size")
            else:
                with name_scope("event_size"):
                    self._event_size = logits_shape[self._batch_rank]
            with name_scope("batch_shape"):
                self._batch_shape_val = logits_shape[:-1]
        super().__init__(dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._logits, self._probs], name)

    @property
    def event_size(self) -> Tensor:
        """The number of classes."""
        return self._event_size

    @property
    def logits(self) -> Tensor:
        """The logits of the classes."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probabilities of the classes."""
        return self._probs

    def _batch_shape_tensor(self) -> Tensor:
        return array.identity(self._batch_shape_val)

    def _batch_shape(self) -> TensorShape:
        return self.logits.shape[:-1]

    def _event_shape_tensor(self) -> Tensor:
        return array.constant([], dtype=dtypes.int32)

    def _event_shape(self) -> TensorShape:
        return TensorShape([])

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        logits = self.logits if self.logits.shape.ndims == 2 else array.reshape(self.logits, [-1, self.event_size])
        kind = dtypes.int64 if self.dtype.size > 4 else dtypes.int32
        draws = array.transpose(TABLE["multinomial"](logits, n, seed=seed, output_dtype=kind))
        shape = array.concat([[n], self.batch_shape_tensor()], 0)
        return cast(array.reshape(draws, shape), self.dtype)

    def _log_prob(self, k: Any) -> Tensor:
        k = convert_to_tensor(k, name="k")
        k, logits = _broadcast_classes(k, self.logits)
        return -cross_entropy.sparse_softmax_cross_entropy_with_logits(labels=k, logits=logits)

    def _cdf(self, k: Any) -> Tensor:
        k = convert_to_tensor(k)
        k, probs = _broadcast_classes(k, self.probs)
        flat_probs, flat_k = array.reshape(probs, [-1, self.event_size]), array.reshape(k, [-1])
        below = array.sequence_mask(flat_k, self.event_size)
        total = reduce_sum(array.where(below, flat_probs, array.zeros_like(flat_probs)), axis=-1)
        return array.reshape(total, array.shape(k))

    def _entropy(self) -> Tensor:
        return -reduce_sum(TABLE["nn.log_softmax"](self.logits) * self.probs, axis=-1)

    def _mode(self) -> Tensor:
        result = cast(argmax(self.logits, axis=self._batch_rank), self.dtype)
        result.set_shape(self.batch_shape)
        return result


def _broadcast_classes(event: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
    """An event and the parameters [..., classes] of one batch shape."""
    if parameters.shape.is_fully_defined() and event.shape == parameters.shape[:-1]:
        return event, parameters
    parameters *= array.ones_like(event[..., None], dtype=parameters.dtype)
    event *= array.ones(array.shape(parameters)[:-1], dtype=event.dtype)
    return event, parameters


@RegisterKL(Categorical, Categorical)
def _kl_categorical_categorical(a: Categorical, b: Categorical, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_categorical_categorical", values=[a.logits, b.logits]):
        log_softmax = TABLE["nn.log_softmax"]
        difference = log_softmax(a.logits) - log_softmax(b.logits)
        return reduce_sum(TABLE["nn.softmax"](a.logits) * difference, axis=-1)


@public("contrib.distributions.OneHotCategorical")
class OneHotCategorical(Distribution):
    """One of several classes, as a vector of zeros and a one."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = dtypes.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "OneHotCategorical",
    ):
        parameters = parameters_of(locals())
        with name_scope(name, values=[logits, probs]) as name:
            self._logits, self._probs = logits_and_probs(logits, probs, True, validate_args, name)
            shape = self._logits.shape.with_rank_at_least(1)
            if shape.ndims is not None:
                self._batch_rank = convert_to_tensor(shape.ndims - 1, dtype=dtypes.int32, name="batch_rank")
            else:
                with name_scope("batch_rank"):
                    self._batch_rank = array.rank(self._logits) - 1
            with name_scope("event_size"):
                self._event_size = array.shape(self._logits)[-1]
        super().__init__(dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._logits, self._probs], name)

    @property
    def event_size(self) -> Tensor:
        """The number of classes."""
        return self._event_size

    @property
    def logits(self) -> Tensor:
        """The logits of the classes."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probabilities of the classes."""
        return self._probs

    def _batch_shape_tensor(self) -> Tensor:
        return array.shape(self.logits)[:-1]

    def _batch_shape(self) -> TensorShape:
        return self.logits.shape[:-1]

    def _event_shape_tensor(self) -> Tensor:
        return array.shape(self.logits)[-1:]

    def _event_shape(self) -> TensorShape:
        return self.logits.shape.with_rank_at_least(1)[-1:]

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        shape = array.concat([[n], array.shape(self.logits)], 0)
        logits = self.logits if self.logits.shape.ndims == 2 else array.reshape(self.logits, [-1, self.event_size])
        samples = array.transpose(TABLE["multinomial"](logits, n, seed=seed))
        samples = array.one_hot(samples, self.event_size, dtype=self.dtype)
        result = array.reshape(samples, shape)
        known = constant_value(n) if isinstance(n, Tensor) else n
        if known is not None:
            result.set_shape(TensorShape([int(known)]).concatenate(self.logits.shape))
        return result

    def _log_prob(self, x: Any) -> Tensor:
        x = cast(x, self.logits.dtype)
        logits = self.logits
        if not (x.shape.is_fully_defined() and logits.shape.is_fully_defined() and x.shape == logits.shape):
            logits = array.ones_like(x) * logits
            x = array.ones_like(logits) * x
        shape = array.shape(logits)
        flat_logits, flat_x = (array.reshape(t, [-1, self._event_size]) for t in (logits, x))
        result = -cross_entropy.softmax_cross_entropy_with_logits_v2(labels=array.stop_gradient(flat_x), logits=flat_logits)
        return array.reshape(result, shape[:-1])

    def _entropy(self) -> Tensor:
        return -reduce_sum(TABLE["nn.log_softmax"](self.logits) * self.probs, axis=-1)

    def _mode(self) -> Tensor:
        result = array.one_hot(argmax(self.logits, axis=self._batch_rank), self.event_size, dtype=self.dtype)
        result.set_shape(self.logits.shape)
        return result

    def _covariance(self) -> Tensor:
        p = self.probs
        product = -TABLE["matmul"](p[..., None], p[..., None, :])
        return TABLE["linalg.set_diag"](product, self._variance())

    def _variance(self) -> Tensor:
        return self.probs * (1.0 - self.probs)


@RegisterKL(OneHotCategorical, OneHotCategorical)
def _kl_one_hot_one_hot(a: OneHotCategorical, b: OneHotCategorical, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_categorical_categorical", values=[a.logits, b.logits]):
        log_softmax = TABLE["nn.log_softmax"]
        difference = log_softmax(a.logits) - log_softmax(b.logits)
        return reduce_sum(TABLE["nn.softmax"](a.logits) * difference, axis=-1)


# -- counts -----------------------------------------------------------------------------------------
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
