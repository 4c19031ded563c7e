"""tf.keras.activations, regularizers and constraints: the functions that layers take by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph.conversion import constant, convert_to_tensor
from ..graph.operation import Tensor
from ..graph.public import TABLE, export, public
from ..ops.casting import cast
from ..ops.clipping import clip_by_value
from ..ops.elementwise import abs_, exp, sqrt, square
from ..ops.nn import activation as nn
from ..ops.reduction import reduce_sum
from ..variables import initializers

_EPSILON = 1e-07


# -- activations ------------------------------------------------------------------------
@public("keras.activations.linear")
def linear(x: Any) -> Any:
    """`x` itself."""
    return x


@public("keras.activations.relu")
def relu(x: Any, alpha: Any = 0.0, max_value: Any = None, threshold: Any = 0) -> Tensor:
    """max(x, 0), at most `max_value`; below `threshold` it is alpha * (x - threshold)."""
    x = convert_to_tensor(x)
    below = None
    if alpha != 0.0:
        if max_value is None and threshold == 0:
            return nn.leaky_relu(x, alpha=alpha)
        below = nn.relu(-x + threshold) if threshold != 0 else nn.relu(-x)
    capped = max_value is not None
    if threshold != 0:
        x = x * cast(TABLE["greater"](x, threshold), x.dtype)
    elif max_value == 6:
        x, capped = nn.relu6(x), False
    else:
        x = nn.relu(x)
    if capped:
        high, low = _typed(max_value, x), _typed(0, x)
        x = clip_by_value(x, low, high)
    if below is not None:
        x = x - _typed(alpha, x) * below
    return x


def _typed(value: Any, like: Tensor) -> Tensor:
    return constant(value, like.dtype.base_dtype)


@public("keras.activations.elu")
def elu(x: Any, alpha: float = 1.0) -> Tensor:
    """Alpha * (exp(x) - 1) for negative `x`, else `x`."""
    result = nn.elu(x)
    return result if alpha == 1 else TABLE["where"](x > 0, result, alpha * result)


#: SELU's scale, and its scale times alpha (Klambauer et al., arXiv:1706.02515)
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


@public("keras.activations.selu")
def selu(x: Any) -> Tensor:
    """The scaled exponential linear unit."""
    return _SELU_SCALE * elu(x, _SELU_ALPHA)


@public("keras.activations.softmax")
def softmax(x: Any, axis: int = -1) -> Tensor:
    """Softmax over `axis`. Raises ValueError for fewer than two dimensions."""
    if (x.shape.ndims or 0) < 2:
        raise ValueError(f"Cannot apply softmax to a tensor that is 1D. Received input: {x}")
    return TABLE["nn.softmax"](x, axis=axis)


@public("keras.activations.softplus")
def softplus(x: Any) -> Tensor:
    """log(exp(x) + 1)."""
    return TABLE["nn.softplus"](x)


@public("keras.activations.softsign")
def softsign(x: Any) -> Tensor:
    """X / (abs(x) + 1)."""
    return TABLE["nn.softsign"](x)


@public("keras.activations.tanh")
def tanh(x: Any) -> Tensor:
    """The hyperbolic tangent."""
    return TABLE["nn.tanh"](x)


@public("keras.activations.sigmoid")
def sigmoid(x: Any) -> Tensor:
    """1 / (1 + exp(-x))."""
    return TABLE["nn.sigmoid"](x)


@public("keras.activations.exponential")
def exponential(x: Any) -> Tensor:
    """exp(x)."""
    return exp(x)


@public("keras.activations.hard_sigmoid")
def hard_sigmoid(x: Any) -> Tensor:
    """0.2 * x + 0.5, between 0 and 1."""
    slope, offset = _typed(0.2, x), _typed(0.5, x)
    return clip_by_value(TABLE["add"](TABLE["multiply"](x, slope), offset), 0.0, 1.0)


_ACTIVATIONS = {
    f.__name__: f for f in (elu, exponential, hard_sigmoid, linear, relu, selu, sigmoid, softmax, softplus, softsign, tanh)
}  # fmt: skip


@public("keras.activations.get")
def activation_for(identifier: Any) -> Callable[..., Any]:
    """The activation of that name, or `identifier` if it is callable; `linear` for None.

    Raises:
      ValueError: there is none of that name.
      TypeError: it is neither a name nor callable.
    """
    if identifier is None:
        return linear
    if isinstance(identifier, str):
        return deserialize_activation(identifier)
    if callable(identifier):
        return identifier
    raise TypeError(f"Could not interpret activation function identifier: {identifier!r}")


@public("keras.activations.deserialize")
def deserialize_activation(name: str, custom_objects: dict[str, Any] | None = None) -> Callable[..., Any]:
    """The activation of that name. Raises ValueError if there is none."""
    found = (custom_objects or {}).get(name) or _ACTIVATIONS.get(name)
    if found is None:
        raise ValueError(f"Unknown activation function:{name}")
    return found


@public("keras.activations.serialize")
def serialize_activation(activation: Any) -> str | None:
    """An activation's name."""
    return None if activation is None else activation.__name__


# -- regularizers -----------------------------------------------------------------------
@public("keras.regularizers.Regularizer")
class Regularizer:
    """A function from a variable to a loss, with a configuration."""

    def __call__(self, x: Any) -> Any:
        return 0.0

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        """The regularizer whose `get_config` gave `config`."""
        return cls(**config)


@public("keras.regularizers.L1L2")
class L1L2(Regularizer):
    """l1 * sum(|x|) + l2 * sum(x ** 2)."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0):
        self.l1, self.l2 = np.float32(l1), np.float32(l2)

    def __call__(self, x: Any) -> Tensor:
        if not self.l1 and not self.l2:
            return constant(0.0)
        loss: Any = 0.0
        if self.l1:
            loss = loss + self.l1 * reduce_sum(abs_(x))
        if self.l2:
            loss = loss + self.l2 * reduce_sum(square(x))
        return loss

    def get_config(self) -> dict[str, float]:
        """The constructor's arguments."""
        return {"l1": float(self.l1), "l2": float(self.l2)}


@public("keras.regularizers.l1")
def l1(l: float = 0.01) -> L1L2:  # noqa: E741
    """The L1 regularizer."""
    return L1L2(l1=l)


@public("keras.regularizers.l2")
def l2(l: float = 0.01) -> L1L2:  # noqa: E741
    """The L2 regularizer, without the half that `tf.contrib.layers.l2_regularizer` has."""
    return L1L2(l2=l)


@public("keras.regularizers.l1_l2")
def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """Both regularizers."""
    return L1L2(l1, l2)


# -- constraints --------------------------------------------------------------------------
@public("keras.constraints.Constraint")
class Constraint:
    """A function from a variable's new value to the value it gets."""

    def __call__(self, w: Any) -> Any:
        return w

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {}


def _norm(w: Any, axis: Any) -> Tensor:
    squares = reduce_sum(square(w), axis, keepdims=True)
    zero, infinity = _typed(0.0, squares), _typed(np.inf, squares)
    return sqrt(clip_by_value(squares, zero, infinity))


@public("keras.constraints.MaxNorm", "keras.constraints.max_norm")
class MaxNorm(Constraint):
    """Norms along `axis` of at most `max_value`."""

    def __init__(self, max_value: Any = 2, axis: Any = 0):
        self.max_value, self.axis = max_value, axis

    def __call__(self, w: Any) -> Tensor:
        norms = _norm(w, self.axis)
        low, high = _typed(0, norms), _typed(self.max_value, norms)
        return w * (clip_by_value(norms, low, high) / (_EPSILON + norms))

    def get_config(self) -> dict[str, Any]:
        return {"max_value": self.max_value, "axis": self.axis}


@public("keras.constraints.NonNeg", "keras.constraints.non_neg")
class NonNeg(Constraint):
    """No negative elements."""

    def __call__(self, w: Any) -> Tensor:
        w = convert_to_tensor(w)
        return w * cast(TABLE["greater_equal"](w, 0.0), w.dtype.base_dtype)


@public("keras.constraints.UnitNorm", "keras.constraints.unit_norm")
class UnitNorm(Constraint):
    """Norms of 1 along `axis`."""

    def __init__(self, axis: Any = 0):
        self.axis = axis

    def __call__(self, w: Any) -> Tensor:
        return w / (_EPSILON + _norm(w, self.axis))

    def get_config(self) -> dict[str, Any]:
        return {"axis": self.axis}


@public("keras.constraints.MinMaxNorm", "keras.constraints.min_max_norm")
class MinMaxNorm(Constraint):
    """Norms along `axis` drawn between two bounds: wholly for a `rate` of 1."""

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Any = 0):
        self.min_value, self.max_value, self.rate, self.axis = min_value, max_value, rate, axis

    def __call__(self, w: Any) -> Tensor:
        norms = _norm(w, self.axis)
        low, high = _typed(self.min_value, norms), _typed(self.max_value, norms)
        wanted = self.rate * clip_by_value(norms, low, high) + (1 - self.rate) * norms
        return w * (wanted / (_EPSILON + norms))

    def get_config(self) -> dict[str, Any]:
        return {"min_value": self.min_value, "max_value": self.max_value, "rate": self.rate, "axis": self.axis}


# -- by name ------------------------------------------------------------------------------
def _serialize(value: Any) -> Any:
    if value is None:
        return None
    if hasattr(value, "get_config"):
        return {"class_name": type(value).__name__, "config": value.get_config()}
    return value.__name__


def _finder(kind: str, known: dict[str, Any], unknown: str, uninterpretable: Callable[[Any], tuple[Any, ...]]) -> Any:
    """(`deserialize`, `get`) of a kind of things that have names."""

    def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
        names = {**known, **(custom_objects or {})}
        name, arguments = (config["class_name"], config["config"]) if isinstance(config, dict) else (config, {})
        if name not in names:
            raise ValueError(unknown + name)
        return names[name](**arguments)

    def get(identifier: Any) -> Any:
        if identifier is None or callable(identifier):
            return identifier
        if isinstance(identifier, (str, dict)):
            return deserialize(identifier)
        raise ValueError(*uninterpretable(identifier))

    deserialize.__doc__ = f"The {kind} of a name, or the one that `serialize` gave a configuration for. Raises ValueError if there is none."
    get.__doc__ = f"The {kind} for a name, a configuration, or something callable (which it is already); None for None. Raises ValueError."
    return export(deserialize, f"keras.{kind}s.deserialize"), export(get, f"keras.{kind}s.get")


_REGULARIZERS = {"L1L2": L1L2, "l1": l1, "l2": l2, "l1_l2": l1_l2}
_CONSTRAINTS = {
    "MaxNorm": MaxNorm, "max_norm": MaxNorm, "NonNeg": NonNeg, "non_neg": NonNeg, "nonneg": NonNeg, "UnitNorm": UnitNorm,
    "unit_norm": UnitNorm, "MinMaxNorm": MinMaxNorm, "min_max_norm": MinMaxNorm,
}  # fmt: skip

deserialize_regularizer, regularizer_for = _finder(
    "regularizer", _REGULARIZERS, "Unknown regularizer:", lambda x: ("Could not interpret regularizer identifier:", x)
)
deserialize_constraint, constraint_for = _finder(
    "constraint", _CONSTRAINTS, "Unknown constraint: ", lambda x: (f"Could not interpret constraint identifier: {x}",)
)
initializer_for = initializers.get


@public("keras.regularizers.serialize")
def serialize_regularizer(regularizer: Any) -> Any:
    """A regularizer as a dict of class name and config; a function as its name."""
    return _serialize(regularizer)


@public("keras.constraints.serialize")
def serialize_constraint(constraint: Any) -> Any:
    """A constraint as a dict of class name and config; a function as its name."""
    return _serialize(constraint)
