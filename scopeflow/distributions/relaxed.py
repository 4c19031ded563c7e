"""Relaxed discrete distributions, of which samples have gradients: Gumbel-softmax and the relaxed Bernoulli."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import log
from ..ops.random import random_uniform
from ..ops.reduction import reduce_sum
from .bijectors import Exp, Sigmoid
from .discrete import broadcast_vectors, logits_and_probs, rank_over_classes
from .distribution import FULLY_REPARAMETERIZED, Distribution, parameters_of
from .location_scale import Logistic
from .transformed import TransformedDistribution


@public("contrib.distributions.ExpRelaxedOneHotCategorical")
class ExpRelaxedOneHotCategorical(Distribution):
    """The logarithm of a relaxed one-hot vector: log_softmax((logits + Gumbel noise) / temperature).

    Args:
      dtype: that of the parameters by default.
    """

    def __init__(
        self,
        temperature: Any,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "ExpRelaxedOneHotCategorical",
    ):
        parameters = parameters_of(locals())
        with name_scope(name, values=[logits, probs, temperature]) as name:
            self._logits, self._probs = logits_and_probs(logits, probs, True, validate_args, name)
            if dtype is None:
                dtype = self._logits.dtype
                if not validate_args:
                    temperature = cast(temperature, dtype)
            with control_dependencies([TABLE["assert_positive"](temperature)] if validate_args else []):
                self._temperature = array.identity(temperature, name="temperature")
                self._column = array.reshape(temperature, [-1, 1], name="temperature_2d")
            rank_over_classes(self._logits)
            with name_scope("event_size"):
                self._event_size = array.shape(self._logits)[-1]
        super().__init__(
            dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._logits, self._probs, self._temperature], name
        )

    @property
    def event_size(self) -> Tensor:
        """The number of classes."""
        return self._event_size

    @property
    def temperature(self) -> Tensor:
        """How far samples are from one-hot."""
        return self._temperature

    @property
    def logits(self) -> Tensor:
        """The logits of the classes."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probabilities of the classes."""
        return self._probs

    def _batch_shape_tensor(self) -> Tensor:
        return array.shape(self._logits)[:-1]

    def _batch_shape(self) -> TensorShape:
        return self._logits.shape[:-1]

    def _event_shape_tensor(self) -> Tensor:
        return array.shape(self._logits)[-1:]

    def _event_shape(self) -> TensorShape:
        return self._logits.shape.with_rank_at_least(1)[-1:]

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        shape = array.concat([[n], array.shape(self._logits)], 0)
        flat = array.reshape(self._logits * array.ones(shape, dtype=self.dtype), [-1, self._event_size])
        tiny = np.finfo(self.dtype.as_numpy_dtype).tiny
        uniform = random_uniform(shape=array.shape(flat), minval=tiny, maxval=1, dtype=self.dtype, seed=seed)
        noisy = TABLE["div"](-log(-log(uniform)) + flat, self._column)
        return array.reshape(TABLE["nn.log_softmax"](noisy), shape)

    def _log_prob(self, x: Any) -> Tensor:
        x, logits = broadcast_vectors(x, self._logits)
        shape = array.shape(reduce_sum(logits, axis=[-1]))
        flat_logits, flat_x = (array.reshape(t, [-1, self._event_size]) for t in (logits, x))
        k = cast(self._event_size, x.dtype)
        constant = TABLE["lgamma"](k) + (k - 1.0) * log(self._temperature)
        unnormalized = reduce_sum(TABLE["nn.log_softmax"](flat_logits - flat_x * self._column), axis=[-1], keepdims=False)
        return array.reshape(constant + unnormalized, shape)


@public("contrib.distributions.RelaxedOneHotCategorical")
class RelaxedOneHotCategorical(TransformedDistribution):
    """Vectors of a simplex near its corners: softmax((logits + Gumbel noise) / temperature)."""

    def __init__(
        self,
        temperature: Any,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "RelaxedOneHotCategorical",
    ):
        parameters = parameters_of(locals())
        base = ExpRelaxedOneHotCategorical(temperature, logits, probs, dtype, validate_args, allow_nan_stats)
        self._start(base, Exp(validate_args=validate_args), None, None, validate_args, name, parameters)

    @property
    def temperature(self) -> Tensor:
        """How far samples are from one-hot."""
        return self.distribution.temperature

    @property
    def event_size(self) -> Tensor:
        """The number of classes."""
        return self.distribution.event_size

    @property
    def probs(self) -> Tensor:
        """The probabilities of the classes."""
        return self.distribution.probs

    @property
    def logits(self) -> Tensor:
        """The logits of the classes."""
        return self.distribution.logits


@public("contrib.distributions.RelaxedBernoulli")
class RelaxedBernoulli(TransformedDistribution):
    """Numbers of [0, 1] near its ends: sigmoid((logits + logistic noise) / temperature)."""

    def __init__(
        self,
        temperature: Any,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "RelaxedBernoulli",
    ):
        parameters = parameters_of(locals())
        with name_scope(name, values=[logits, probs, temperature]) as name:
            with control_dependencies([TABLE["assert_positive"](temperature)] if validate_args else []):
                self._temperature = array.identity(temperature, name="temperature")
            self._logits, self._probs = logits_and_probs(logits, probs, False, validate_args, "get_logits_and_probs")
            base = Logistic(self._logits / self._temperature, 1.0 / self._temperature, validate_args, allow_nan_stats, name + "/Logistic")
        self._start(base, Sigmoid(validate_args=validate_args), None, None, validate_args, name, parameters)

    @property
    def temperature(self) -> Tensor:
        """How far samples are from 0 and 1."""
        return self._temperature

    @property
    def logits(self) -> Tensor:
        """The log-odds of 1."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probability of 1."""
        return self._probs
