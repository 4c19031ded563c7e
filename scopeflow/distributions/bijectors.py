"""Bijectors: affine maps, powers and exponentials, squashings, and what is made of other bijectors."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.elementwise import abs_, exp, log, log1p, square
from .bijector import Bijector
from .matrix_scale import MatrixScale


def _softplus(x: Any) -> Tensor:
    return TABLE["nn.softplus"](x)


@public("contrib.distributions.bijectors.Identity")
class Identity(Bijector):
    """y = x."""

    def __init__(self, validate_args: bool = False, name: str = "identity"):
        super().__init__(forward_min_event_ndims=0, is_constant_jacobian=True, validate_args=validate_args, name=name)

    def _forward(self, x: Tensor) -> Tensor:
        return x

    def _inverse(self, y: Tensor) -> Tensor:
        return y

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return array.constant(0.0, dtype=y.dtype)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return array.constant(0.0, dtype=x.dtype)


@public("contrib.distributions.bijectors.PowerTransform")
class PowerTransform(Bijector):
    """y = (1 + power x)^(1 / power); exp(x) where `power` is 0."""

    def __init__(self, power: float = 0.0, validate_args: bool = False, name: str = "power_transform"):
        if power is None or power < 0:
            raise ValueError("`power` must be a non-negative TF constant.")
        with name_scope(name), name_scope("init", values=[power]):
            convert_to_tensor(power, name="power")
        self._power = power
        super().__init__(forward_min_event_ndims=0, validate_args=validate_args, name=name)

    @property
    def power(self) -> Any:
        """The c of x^(1 / c)."""
        return self._power

    def _forward(self, x: Tensor) -> Tensor:
        return exp(x) if self._power == 0.0 else exp(log1p(x * self._power) / self._power)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(y) if self._power == 0.0 else TABLE["math.expm1"](log(y) * self._power) / self._power

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return (self._power - 1.0) * log(y)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return x if self._power == 0.0 else (1.0 / self._power - 1.0) * log1p(x * self._power)


@public("contrib.distributions.bijectors.Exp")
class Exp(PowerTransform):
    """y = exp(x)."""

    def __init__(self, validate_args: bool = False, name: str = "exp"):
        super().__init__(validate_args=validate_args, name=name)


@public("contrib.distributions.bijectors.Square")
class Square(Bijector):
    """y = x^2, of x that are not negative."""

    def __init__(self, validate_args: bool = False, name: str = "square"):
        super().__init__(forward_min_event_ndims=0, validate_args=validate_args, name=name)

    def _forward(self, x: Tensor) -> Tensor:
        return square(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return TABLE["sqrt"](y)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return np.log(2.0) + log(x)


@public("contrib.distributions.bijectors.Sigmoid")
class Sigmoid(Bijector):
    """y = 1 / (1 + exp(-x))."""

    def __init__(self, validate_args: bool = False, name: str = "sigmoid"):
        super().__init__(forward_min_event_ndims=0, validate_args=validate_args, name=name)

    def _forward(self, x: Tensor) -> Tensor:
        return TABLE["sigmoid"](x)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(y) - log1p(-y)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return -log(y) - log1p(-y)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return -_softplus(-x) - _softplus(x)


@public("contrib.distributions.bijectors.Softplus")
class Softplus(Bijector):
    """y = h log(1 + exp(x / h)), h the `hinge_softness`, 1 where it is None."""

    def __init__(self, hinge_softness: Any = None, validate_args: bool = False, name: str = "softplus"):
        with name_scope(name, values=[hinge_softness]):
            self._hinge = None if hinge_softness is None else convert_to_tensor(hinge_softness, name="hinge_softness")
        super().__init__(forward_min_event_ndims=0, validate_args=validate_args, name=name)

    @property
    def hinge_softness(self) -> Any:
        return self._hinge

    def _scaled(self, x: Tensor) -> Tensor:
        return x if self._hinge is None else x / self._hinge

    def _forward(self, x: Tensor) -> Tensor:
        y = _softplus(self._scaled(x))
        return y if self._hinge is None else self._hinge * y

    def _inverse(self, y: Tensor) -> Tensor:
        z = self._scaled(y)
        # log(exp(z) - 1), of which neither a large z nor a small one loses digits.
        x = z + log(-TABLE["math.expm1"](-z))
        return x if self._hinge is None else self._hinge * x

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return -log(-TABLE["math.expm1"](-self._scaled(y)))

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return -_softplus(-self._scaled(x))


@public("contrib.distributions.bijectors.Softsign")
class Softsign(Bijector):
    """y = x / (1 + |x|)."""

    def __init__(self, validate_args: bool = False, name: str = "softsign"):
        super().__init__(forward_min_event_ndims=0, validate_args=validate_args, name=name)

    def _forward(self, x: Tensor) -> Tensor:
        return x / (1.0 + abs_(x))

    def _inverse(self, y: Tensor) -> Tensor:
        return y / (1.0 - abs_(y))

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return -2.0 * log1p(abs_(x))

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return -2.0 * log1p(-abs_(y))


@public("contrib.distributions.bijectors.AffineScalar")
class AffineScalar(Bijector):
    """y = scale x + shift, element by element."""

    def __init__(self, shift: Any = None, scale: Any = None, validate_args: bool = False, name: str = "affine_scalar"):
        with name_scope(name), name_scope("init", values=[scale, shift]):
            if shift is not None:
                shift = convert_to_tensor(shift, name="shift")
            if scale is not None:
                scale = convert_to_tensor(scale, name="scale")
                if validate_args:
                    nonzero = TABLE["assert_none_equal"](scale, array.zeros([], scale.dtype))
                    scale = array.with_dependencies([nonzero], scale)
        self._shift, self._scale = shift, scale
        super().__init__(forward_min_event_ndims=0, is_constant_jacobian=True, validate_args=validate_args, name=name)

    @property
    def shift(self) -> Any:
        """What is added."""
        return self._shift

    @property
    def scale(self) -> Any:
        """The factor."""
        return self._scale

    def _forward(self, x: Tensor) -> Tensor:
        y = array.identity(x) if self._scale is None else array.identity(x) * self._scale
        return y if self._shift is None else y + self._shift

    def _inverse(self, y: Tensor) -> Tensor:
        x = array.identity(y) if self._shift is None else array.identity(y) - self._shift
        return x if self._scale is None else x / self._scale

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return array.constant(0.0, dtype=x.dtype) if self._scale is None else log(abs_(self._scale))


@public("contrib.distributions.bijectors.Affine")
class Affine(Bijector):
    """y = scale @ x + shift, scale = scale_identity_multiplier * I + diag(scale_diag) + lower triangle of scale_tril.

    Raises:
      NotImplementedError: a perturbation of low rank.
    """

    def __init__(
        self,
        shift: Any = None,
        scale_identity_multiplier: Any = None,
        scale_diag: Any = None,
        scale_tril: Any = None,
        scale_perturb_factor: Any = None,
        scale_perturb_diag: Any = None,
        validate_args: bool = False,
        name: str = "affine",
    ):
        if scale_perturb_factor is not None or scale_perturb_diag is not None:
            raise NotImplementedError("Affine with scale_perturb_factor is not in scopeflow")
        with name_scope(name, "init", values=[shift, scale_identity_multiplier, scale_diag, scale_tril]):
            self._shift = None if shift is None else convert_to_tensor(shift, name="shift")
            self._scale = MatrixScale(scale_identity_multiplier, scale_diag, scale_tril)
        dtype = self._scale.dtype if self._shift is None else self._shift.dtype.base_dtype
        super().__init__(forward_min_event_ndims=1, is_constant_jacobian=True, validate_args=validate_args, dtype=dtype, name=name)

    @property
    def shift(self) -> Any:
        """What is added."""
        return self._shift

    @property
    def scale(self) -> MatrixScale:
        """The matrix."""
        return self._scale

    def _forward(self, x: Tensor) -> Tensor:
        y = self._scale.matvec(x)
        return y if self._shift is None else y + self._shift

    def _inverse(self, y: Tensor) -> Tensor:
        return self._scale.solvevec(y if self._shift is None else y - self._shift)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return self._scale.log_abs_determinant(x)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return -self._scale.log_abs_determinant(y)


@public("contrib.distributions.bijectors.Permute")
class Permute(Bijector):
    """y[..., i] = x[..., permutation[i]]."""

    def __init__(self, permutation: Any, validate_args: bool = False, name: str | None = None):
        name = name or "permute"
        with name_scope(name, values=[permutation]):
            permutation = convert_to_tensor(permutation, name="permutation")
            if not permutation.dtype.is_integer:
                raise TypeError(f"permutation.dtype ({permutation.dtype.name}) should be `int`-like.")
        self._permutation = permutation
        super().__init__(forward_min_event_ndims=1, is_constant_jacobian=True, validate_args=validate_args, name=name)

    @property
    def permutation(self) -> Tensor:
        """Where each element comes from."""
        return self._permutation

    def _forward(self, x: Tensor) -> Tensor:
        return array.gather(x, self._permutation, axis=-1)

    def _inverse(self, y: Tensor) -> Tensor:
        return array.gather(y, TABLE["math.invert_permutation"](self._permutation), axis=-1)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return array.constant(0.0, dtype=x.dtype)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return array.constant(0.0, dtype=y.dtype)


def _not_given(what: str, x: Any) -> Any:
    raise NotImplementedError(f"{what} is not a callable function.")


@public("contrib.distributions.bijectors.Inline")
class Inline(Bijector):
    """A bijector of functions that are given."""

    def __init__(
        self,
        forward_fn: Any = None,
        inverse_fn: Any = None,
        inverse_log_det_jacobian_fn: Any = None,
        forward_log_det_jacobian_fn: Any = None,
        forward_event_shape_fn: Any = None,
        forward_event_shape_tensor_fn: Any = None,
        inverse_event_shape_fn: Any = None,
        inverse_event_shape_tensor_fn: Any = None,
        is_constant_jacobian: bool = False,
        validate_args: bool = False,
        forward_min_event_ndims: int | None = None,
        inverse_min_event_ndims: int | None = None,
        name: str = "inline",
    ):
        super().__init__(
            is_constant_jacobian=is_constant_jacobian, validate_args=validate_args, name=name,
            forward_min_event_ndims=forward_min_event_ndims, inverse_min_event_ndims=inverse_min_event_ndims,
        )  # fmt: skip
        given = {
            "_forward": forward_fn,
            "_inverse": inverse_fn,
            "_inverse_log_det_jacobian": inverse_log_det_jacobian_fn,
            "_forward_log_det_jacobian": forward_log_det_jacobian_fn,
            "_forward_event_shape": forward_event_shape_fn,
            "_forward_event_shape_tensor": forward_event_shape_tensor_fn,
            "_inverse_event_shape": inverse_event_shape_fn,
            "_inverse_event_shape_tensor": inverse_event_shape_tensor_fn,
        }
        for method, function in given.items():
            if function is not None:
                setattr(self, method, function)
            elif "shape" not in method:
                setattr(self, method, functools.partial(_not_given, f"{method[1:]}_fn"))


@public("contrib.distributions.bijectors.Invert")
class Invert(Bijector):
    """The inverse of a bijector."""

    def __init__(self, bijector: Bijector, validate_args: bool = False, name: str | None = None):
        self._bijector = bijector
        super().__init__(
            graph_parents=bijector.graph_parents, is_constant_jacobian=bijector.is_constant_jacobian, validate_args=validate_args,
            dtype=bijector.dtype, forward_min_event_ndims=bijector.inverse_min_event_ndims,
            inverse_min_event_ndims=bijector.forward_min_event_ndims, name=name or "_".join(["invert", bijector.name]),
        )  # fmt: skip

    @property
    def bijector(self) -> Bijector:
        """What it is the inverse of."""
        return self._bijector

    def _forward(self, x: Tensor) -> Tensor:
        return self._bijector._inverse(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return self._bijector._forward(y)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return self._bijector._inverse_log_det_jacobian(x)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return self._bijector._forward_log_det_jacobian(y)

    def _forward_event_shape(self, input_shape: Any) -> Any:
        return self._bijector._inverse_event_shape(input_shape)

    def _inverse_event_shape(self, output_shape: Any) -> Any:
        return self._bijector._forward_event_shape(output_shape)

    def _forward_event_shape_tensor(self, input_shape: Tensor) -> Tensor:
        return self._bijector._inverse_event_shape_tensor(input_shape)

    def _inverse_event_shape_tensor(self, output_shape: Tensor) -> Tensor:
        return self._bijector._forward_event_shape_tensor(output_shape)


def _least_ndims(steps: Any) -> int:
    """The fewest dimensions of an event that let every step, (dimensions it takes, dimensions it gives), have its own."""
    least = change = 0
    for takes, gives in steps:
        least = max(least, takes - change)
        change += gives - takes
    return least


@public("contrib.distributions.bijectors.Chain")
class Chain(Bijector):
    """The composition: the last bijector is applied first.

    Raises:
      ValueError: bijectors of different types.
    """

    def __init__(self, bijectors: Any = None, validate_args: bool = False, name: str | None = None):
        self._bijectors = tuple(bijectors or ())
        dtypes = {b.dtype for b in self._bijectors if b.dtype is not None}
        if len(dtypes) > 1:
            raise ValueError(f"incompatible dtypes: {sorted(d.name for d in dtypes)}")
        super().__init__(
            graph_parents=[t for b in self._bijectors for t in b.graph_parents],
            forward_min_event_ndims=_least_ndims((b.forward_min_event_ndims, b.inverse_min_event_ndims) for b in reversed(self._bijectors)),
            inverse_min_event_ndims=_least_ndims((b.inverse_min_event_ndims, b.forward_min_event_ndims) for b in self._bijectors),
            is_constant_jacobian=all(b.is_constant_jacobian for b in self._bijectors), validate_args=validate_args,
            dtype=next(iter(dtypes), None),
            name=name or ("_of_".join(["chain", *(b.name for b in self._bijectors)]) if self._bijectors else "identity"),
        )  # fmt: skip

    @property
    def bijectors(self) -> Any:
        """The parts, the outermost first."""
        return self._bijectors

    def _forward(self, x: Tensor) -> Tensor:
        for b in reversed(self._bijectors):
            x = b.forward(x)
        return x

    def _inverse(self, y: Tensor) -> Tensor:
        for b in self._bijectors:
            y = b.inverse(y)
        return y

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        total = array.constant(0.0, dtype=x.dtype, name="fldj")
        ndims = self.forward_min_event_ndims
        for b in reversed(self._bijectors):
            total += b.forward_log_det_jacobian(x, event_ndims=ndims)
            ndims += b.inverse_min_event_ndims - b.forward_min_event_ndims
            x = b.forward(x)
        return total

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        total = array.constant(0.0, dtype=y.dtype, name="ildj")
        ndims = self.inverse_min_event_ndims
        for b in self._bijectors:
            total += b.inverse_log_det_jacobian(y, event_ndims=ndims)
            ndims += b.forward_min_event_ndims - b.inverse_min_event_ndims
            y = b.inverse(y)
        return total

    def _forward_event_shape(self, input_shape: Any) -> Any:
        for b in reversed(self._bijectors):
            input_shape = b.forward_event_shape(input_shape)
        return input_shape

    def _inverse_event_shape(self, output_shape: Any) -> Any:
        for b in self._bijectors:
            output_shape = b.inverse_event_shape(output_shape)
        return output_shape
