"""The negative binomial distribution."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.elementwise import exp
from ..ops.random import random_gamma, random_poisson
from .discrete import logits_and_probs
from .distribution import NOT_REPARAMETERIZED, ScalarDistribution, construction, parameters_of, salted


@public("contrib.distributions.NegativeBinomial")
class NegativeBinomial(ScalarDistribution):
    """The number of successes, of probability `probs`, before `total_count` failures, which need not be whole."""

    _parameter_names = ("_count", "_probs")

    def __init__(
        self, total_count: Any, logits: Any = None, probs: Any = None, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "NegativeBinomial",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        checks = [TABLE["assert_positive"](total_count)] if validate_args else []
        with construction(name, [total_count, logits, probs], []) as name:
            self._logits, self._probs = logits_and_probs(logits, probs, False, validate_args, name)
            with TABLE["control_dependencies"](checks):
                self._count = array.identity(convert_to_tensor(total_count, dtype=self._probs.dtype))
        super().__init__(
            self._probs.dtype,
            NOT_REPARAMETERIZED,
            validate_args,
            allow_nan_stats,
            parameters,
            [self._count, self._probs, self._logits],
            name,
        )

    @property
    def total_count(self) -> Tensor:
        """How many failures end the trials."""
        return self._count

    @property
    def logits(self) -> Tensor:
        """The log-odds of success."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probability of success."""
        return self._probs

    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        # A Poisson variate whose rate is a gamma variate.
        rate = random_gamma(shape=[n], alpha=self._count, beta=exp(-self._logits), dtype=self.dtype, seed=seed)
        return random_poisson(rate, shape=[], dtype=self.dtype, seed=salted(seed, "negative_binom"))

    def _cdf(self, positive_counts: Any) -> Tensor:
        return TABLE["betainc"](self._count, 1.0 + positive_counts, TABLE["sigmoid"](-self._logits))

    def _log_prob(self, x: Any) -> Tensor:
        return self._log_unnormalized(x) - self._log_normalization(x)

    def _log_unnormalized(self, x: Any) -> Tensor:
        return self._count * TABLE["log_sigmoid"](-self._logits) + x * TABLE["log_sigmoid"](self._logits)

    def _log_normalization(self, x: Any) -> Tensor:
        lgamma = TABLE["lgamma"]
        return -lgamma(self._count + x) + lgamma(1.0 + x) + lgamma(self._count)

    def _mean(self) -> Tensor:
        return self._count * exp(self._logits)

    def _mode(self) -> Tensor:
        adjusted = array.where(1.0 < self._count, self._count - 1.0, array.zeros_like(self._count))
        return TABLE["floor"](adjusted * exp(self._logits))

    def _variance(self) -> Tensor:
        return self._mean() / TABLE["sigmoid"](-self._logits)
