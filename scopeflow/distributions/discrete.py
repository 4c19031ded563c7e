"""Distributions of classes: Bernoulli, categorical, one-hot."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import log, log1p
from ..ops.nn import cross_entropy
from ..ops.random import random_uniform
from ..ops.reduction import argmax, reduce_sum
from .distribution import NOT_REPARAMETERIZED, Distribution, ScalarDistribution, parameters_of
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


def broadcast_vectors(x: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
    """Events and logits [..., classes], one as wide as the other."""
    if x.shape.is_fully_defined() and logits.shape.is_fully_defined() and x.shape == logits.shape:
        return x, logits
    logits = array.ones_like(x) * logits
    return array.ones_like(logits) * x, logits


def rank_over_classes(logits: Tensor) -> Tensor:
    """How many dimensions the batch of logits [batch, classes] has, int32."""
    ndims = logits.shape.with_rank_at_least(1).ndims
    if ndims is not None:
        return convert_to_tensor(ndims - 1, dtype=dtypes.int32, name="batch_rank")
    with name_scope("batch_rank"):
        return array.rank(logits) - 1


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
            self._batch_rank = rank_over_classes(self._logits)
            logits_shape = array.shape(self._logits, name="logits_shape")
            if shape[-1].value is not None:
                self._event_size = convert_to_tensor(shape[-1].value, dtype=dtypes.int32, name="event_size")
            else:
                with name_scope("event_size"):
                    self._event_size = logits_shape[self._batch_rank]
            if shape[:-1].is_fully_defined():
                self._batch_shape_val = array.constant(shape[:-1].as_list(), dtype=dtypes.int32, name="batch_shape")
            else:
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
    if parameters.shape[:-1].is_fully_defined() and event.shape == parameters.shape[:-1]:
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
            self._batch_rank = rank_over_classes(self._logits)
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
        x, logits = broadcast_vectors(x, logits)
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
