"""Bijectors that turn simple laws into others: Kumaraswamy's, the Gumbel distribution function, sinh-arcsinh."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops.elementwise import abs_, exp, log, log1p
from .bijector import Bijector


@public("contrib.distributions.bijectors.Kumaraswamy")
class Kumaraswamy(Bijector):
    """y = (1 - (1 - x)^(1 / concentration0))^(1 / concentration1), of x in [0, 1]."""

    def __init__(self, concentration1: Any = None, concentration0: Any = None, validate_args: bool = False, name: str = "kumaraswamy"):
        with name_scope(name, values=[concentration1, concentration0]):
            concentration1 = convert_to_tensor(concentration1, name="concentration1")
            concentration0 = convert_to_tensor(concentration0, name="concentration0")
        self._concentration1, self._concentration0 = concentration1, concentration0
        super().__init__(forward_min_event_ndims=0, validate_args=validate_args, name=name)

    @property
    def concentration1(self) -> Tensor:
        """The exponent of y."""
        return self._concentration1

    @property
    def concentration0(self) -> Tensor:
        """The exponent of 1 - y^concentration1."""
        return self._concentration0

    def _forward(self, x: Tensor) -> Tensor:
        return exp(log1p(-exp(log1p(-x) / self._concentration0)) / self._concentration1)

    def _inverse(self, y: Tensor) -> Tensor:
        return exp(log1p(-((1 - y**self._concentration1) ** self._concentration0)))

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        a, b = self._concentration1, self._concentration0
        return log(a) + log(b) + (a - 1) * log(y) + (b - 1) * log1p(-(y**a))


@public("contrib.distributions.bijectors.Gumbel")
class Gumbel(Bijector):
    """y = exp(-exp(-(x - loc) / scale)): the distribution function of the Gumbel distribution."""

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0, validate_args: bool = False, name: str = "gumbel"):
        with name_scope(name, values=[loc, scale]):
            self._loc = convert_to_tensor(loc, name="loc")
            self._scale = convert_to_tensor(scale, name="scale")
            TABLE["debugging.assert_same_float_dtype"]([self._loc, self._scale])
            if validate_args:
                check = TABLE["assert_positive"](self._scale, message="Argument scale was not positive")
                with TABLE["control_dependencies"]([check]):
                    self._scale = TABLE["identity"](self._scale)
        super().__init__(forward_min_event_ndims=0, validate_args=validate_args, name=name)

    @property
    def loc(self) -> Tensor:
        """The mode of the distribution."""
        return self._loc

    @property
    def scale(self) -> Tensor:
        """How wide it is."""
        return self._scale

    def _forward(self, x: Tensor) -> Tensor:
        z = (x - self._loc) / self._scale
        return exp(-exp(-z))

    def _inverse(self, y: Tensor) -> Tensor:
        return self._loc - self._scale * log(-log(y))

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return log(self._scale / (-log(y) * y))

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        z = (x - self._loc) / self._scale
        return -z - exp(-z) - log(self._scale)


def _hypotenuse(x: Tensor) -> Tensor:
    """sqrt(x^2 + 1), of which no square overflows."""
    large = abs_(x) * np.sqrt(np.finfo(x.dtype.as_numpy_dtype).eps) > 1.0
    ones = TABLE["ones_like"](x)
    return TABLE["where_v2"](large, abs_(x), TABLE["sqrt"](TABLE["where_v2"](large, ones, x) ** 2 + ones))


@public("contrib.distributions.bijectors.SinhArcsinh")
class SinhArcsinh(Bijector):
    """y = sinh((arcsinh(x) + skewness) tailweight); skewness 0 and tailweight 1 where they are None."""

    def __init__(self, skewness: Any = None, tailweight: Any = None, validate_args: bool = False, name: str = "SinhArcsinh"):
        with name_scope(name, values=[skewness, tailweight]):
            self._tailweight = convert_to_tensor(1.0 if tailweight is None else tailweight, name="tailweight")
            self._skewness = convert_to_tensor(0.0 if skewness is None else skewness, name="skewness")
            TABLE["debugging.assert_same_float_dtype"]([self._skewness, self._tailweight])
            if validate_args:
                check = TABLE["assert_positive"](self._tailweight, message="Argument tailweight was not positive")
                with TABLE["control_dependencies"]([check]):
                    self._tailweight = TABLE["identity"](self._tailweight)
        super().__init__(forward_min_event_ndims=0, validate_args=validate_args, name=name)

    @property
    def skewness(self) -> Tensor:
        """How far from symmetric."""
        return self._skewness

    @property
    def tailweight(self) -> Tensor:
        """How heavy the tails become."""
        return self._tailweight

    def _forward(self, x: Tensor) -> Tensor:
        return TABLE["sinh"]((TABLE["asinh"](x) + self._skewness) * self._tailweight)

    def _inverse(self, y: Tensor) -> Tensor:
        return TABLE["sinh"](TABLE["asinh"](y) / self._tailweight - self._skewness)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        cosh = TABLE["cosh"](TABLE["asinh"](y) / self._tailweight - self._skewness)
        return log(cosh / _hypotenuse(y)) - log(self._tailweight)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        cosh = TABLE["cosh"]((TABLE["asinh"](x) + self._skewness) * self._tailweight)
        return log(cosh / _hypotenuse(x)) + log(self._tailweight)
