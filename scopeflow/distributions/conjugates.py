"""Normal distributions of known scale: posterior and predictive."""

from __future__ import annotations

from typing import Any

from ..graph.operation import Tensor
from ..graph.public import public
from ..ops.casting import cast
from ..ops.elementwise import sqrt, square
from .normal import Normal


def _posterior(prior: Any, scale: Any, s: Any, n: Any) -> tuple[Tensor, Tensor, Tensor]:
    """(mean, variance, the variance of one more observation's noise)."""
    if not isinstance(prior, Normal):
        raise TypeError("Expected prior to be an instance of type Normal")
    if s.dtype != prior.dtype:
        raise TypeError(f"Observation sum s.dtype does not match prior dtype: {s.dtype} vs. {prior.dtype}")
    n = cast(n, prior.dtype)
    prior_variance, noise = square(prior.scale), square(scale)
    variance = 1 / (1 / prior_variance + n / noise)
    return (prior.loc / prior_variance + s / noise) * variance, variance, noise


@public("contrib.distributions.normal_conjugates_known_scale_posterior")
def normal_conjugates_known_scale_posterior(prior: Any, scale: Any, s: Any, n: Any) -> Normal:
    """The law of the mean, normal before, after `n` observations of the sum `s` with standard deviations `scale`."""
    mean, variance, _ = _posterior(prior, scale, s, n)
    return Normal(loc=mean, scale=sqrt(variance))


@public("contrib.distributions.normal_conjugates_known_scale_predictive")
def normal_conjugates_known_scale_predictive(prior: Any, scale: Any, s: Any, n: Any) -> Normal:
    """The law of one more observation."""
    mean, variance, noise = _posterior(prior, scale, s, n)
    return Normal(loc=mean, scale=sqrt(variance + noise))
