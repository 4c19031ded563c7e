"""The distributions that make their own parameters positive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..graph.default_graph import name_scope
from ..graph.public import TABLE, public
from ..ops.elementwise import abs_
from .distribution import parameters_of
from .gamma_family import Beta, Chi2, Exponential, Gamma, InverseGamma
from .location_scale import Laplace, StudentT
from .normal import Normal


@contextmanager
def _own_parameters(distribution: Any, name: str, parameters: dict[str, Any]) -> Iterator[str]:
    """The scope of a constructor; afterwards the distribution tells its own arguments, not its base's."""
    with name_scope(name, values=[v for k, v in parameters.items() if k not in ("name", "validate_args", "allow_nan_stats")]) as scope:
        yield scope
    distribution._parameters = parameters


def _softplus(x: Any, name: str) -> Any:
    return TABLE["nn.softplus"](x, name=name)


@public("contrib.distributions.NormalWithSoftplusScale")
class NormalWithSoftplusScale(Normal):
    """A Normal of scale softplus(`scale`)."""

    def __init__(
        self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "NormalWithSoftplusScale"
    ):
        with _own_parameters(self, name, parameters_of(locals())) as scope:
            super().__init__(loc, _softplus(scale, "softplus_scale"), validate_args, allow_nan_stats, scope)


@public("contrib.distributions.LaplaceWithSoftplusScale")
class LaplaceWithSoftplusScale(Laplace):
    """A Laplace of scale softplus(`scale`)."""

    def __init__(
        self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "LaplaceWithSoftplusScale"
    ):
        with _own_parameters(self, name, parameters_of(locals())) as scope:
            super().__init__(loc, _softplus(scale, "softplus_scale"), validate_args, allow_nan_stats, scope)


@public("contrib.distributions.StudentTWithAbsDfSoftplusScale")
class StudentTWithAbsDfSoftplusScale(StudentT):
    """A StudentT of floor(|`df`|) degrees of freedom and scale softplus(`scale`)."""

    def __init__(
        self, df: Any, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "StudentTWithAbsDfSoftplusScale",
    ):  # fmt: skip
        with _own_parameters(self, name, parameters_of(locals())) as scope:
            super().__init__(TABLE["floor"](abs_(df)), loc, _softplus(scale, "softplus_scale"), validate_args, allow_nan_stats, scope)


@public("contrib.distributions.GammaWithSoftplusConcentrationRate")
class GammaWithSoftplusConcentrationRate(Gamma):
    """A Gamma of softplus(`concentration`) and softplus(`rate`)."""

    def __init__(
        self, concentration: Any, rate: Any, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "GammaWithSoftplusConcentrationRate",
    ):  # fmt: skip
        with _own_parameters(self, name, parameters_of(locals())) as scope:
            concentration = _softplus(concentration, "softplus_concentration")
            super().__init__(concentration, _softplus(rate, "softplus_rate"), validate_args, allow_nan_stats, scope)


@public("contrib.distributions.ExponentialWithSoftplusRate")
class ExponentialWithSoftplusRate(Exponential):
    """An Exponential of softplus(`rate`)."""

    def __init__(self, rate: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "ExponentialWithSoftplusRate"):
        with _own_parameters(self, name, parameters_of(locals())) as scope:
            super().__init__(_softplus(rate, "softplus_rate"), validate_args, allow_nan_stats, scope)


@public("contrib.distributions.Chi2WithAbsDf")
class Chi2WithAbsDf(Chi2):
    """A Chi2 of floor(|`df`|) degrees of freedom."""

    def __init__(self, df: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Chi2WithAbsDf"):
        with _own_parameters(self, name, parameters_of(locals())) as scope:
            super().__init__(TABLE["floor"](abs_(df, name="abs_df"), name="floor_abs_df"), validate_args, allow_nan_stats, scope)


@public("contrib.distributions.BetaWithSoftplusConcentration")
class BetaWithSoftplusConcentration(Beta):
    """A Beta of softplus(`concentration1`) and softplus(`concentration0`)."""

    def __init__(
        self, concentration1: Any, concentration0: Any, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "BetaWithSoftplusConcentration",
    ):  # fmt: skip
        with _own_parameters(self, name, parameters_of(locals())) as scope:
            concentration1 = _softplus(concentration1, "softplus_concentration1")
            concentration0 = _softplus(concentration0, "softplus_concentration0")
            super().__init__(concentration1, concentration0, validate_args, allow_nan_stats, scope)


@public("contrib.distributions.InverseGammaWithSoftplusConcentrationRate")
class InverseGammaWithSoftplusConcentrationRate(InverseGamma):
    """An InverseGamma of softplus(`concentration`) and softplus(`rate`)."""

    def __init__(
        self, concentration: Any, rate: Any, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "InverseGammaWithSoftplusConcentrationRate",
    ):  # fmt: skip
        with _own_parameters(self, name, parameters_of(locals())) as scope:
            concentration, rate = _softplus(concentration, "softplus_concentration"), _softplus(rate, "softplus_rate")
            super().__init__(concentration, rate, validate_args, allow_nan_stats, scope)
