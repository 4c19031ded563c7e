"""Distributions whose methods take conditions as keywords, which are passed on to what computes them."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops.elementwise import log1p
from .distribution import Distribution


@public("contrib.distributions.ConditionalDistribution")
class ConditionalDistribution(Distribution):
    """A distribution whose `_sample_n`, `_log_prob`, `_cdf`, ... take conditions as keywords."""

    def sample(self, sample_shape: Any = (), seed: Any = None, name: str = "sample", **condition_kwargs: Any) -> Tensor:
        """Independent draws, [sample shape, batch shape, event shape]."""
        return self._call_sample_n(sample_shape, seed, name, **condition_kwargs)

    def log_prob(self, value: Any, name: str = "log_prob", **condition_kwargs: Any) -> Tensor:
        """The logarithm of the density, or of the probability, of `value`."""
        return self._call_log_prob(value, name, **condition_kwargs)

    def prob(self, value: Any, name: str = "prob", **condition_kwargs: Any) -> Tensor:
        """The density, or the probability, of `value`."""
        return self._call_prob(value, name, **condition_kwargs)

    def log_cdf(self, value: Any, name: str = "log_cdf", **condition_kwargs: Any) -> Tensor:
        """Log P[X <= value]."""
        return self._call_log_cdf(value, name, **condition_kwargs)

    def cdf(self, value: Any, name: str = "cdf", **condition_kwargs: Any) -> Tensor:
        """P[X <= value]."""
        return self._call_cdf(value, name, **condition_kwargs)

    def log_survival_function(self, value: Any, name: str = "log_survival_function", **condition_kwargs: Any) -> Tensor:
        """Log P[X > value]."""
        with self._name_scope(name, values=[value]):
            value = convert_to_tensor(value, name="value", preferred_dtype=self.dtype)
            if self._has("_log_survival_function"):
                return self._log_survival_function(value, **condition_kwargs)
            return log1p(-self.cdf(value, **condition_kwargs))

    def survival_function(self, value: Any, name: str = "survival_function", **condition_kwargs: Any) -> Tensor:
        """P[X > value]."""
        with self._name_scope(name, values=[value]):
            value = convert_to_tensor(value, name="value", preferred_dtype=self.dtype)
            if self._has("_survival_function"):
                return self._survival_function(value, **condition_kwargs)
            return 1.0 - self.cdf(value, **condition_kwargs)
