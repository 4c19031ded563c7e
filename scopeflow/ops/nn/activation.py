"""Activation functions: relu and its kin, softmax, and how sparse activations are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from jax import lax

from ...graph import dtypes, errors
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, export, public
from ...op import shapes
from ...op.declare import Op, op
from ...op.namespace import xp
from .. import array
from ..casting import cast
from ..elementwise import less_equal, negative, not_equal, sigmoid, subtract
from ..reduction import reduce_sum
from .window import either

FLOAT = "half bfloat16 float double"
REAL = "float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64"
#: the two constants of selu: the fixed point of a self-normalizing network
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


@public("nn.relu")
@op("Relu", "features: T -> activations: T", T=REAL + " qint8", shape=shapes.unchanged)
def relu(features):
    """max(features, 0), elementwise; its gradient at 0 is 0."""
    # Written so that a NaN stays one.
    return xp(features).where(features <= 0, np.zeros((), features.dtype), features)


@relu.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    return [xp(grads[0]).where(inputs[0] > 0, grads[0], np.zeros((), grads[0].dtype))]


@op("Relu6", "features: T -> activations: T", T=REAL, shape=shapes.unchanged)
def relu6_op(features):
    """min(max(features, 0), 6), elementwise; its gradient at 0 and 6 is 0."""
    n = xp(features)
    zero, six = np.zeros((), features.dtype), np.full((), 6, features.dtype)
    return n.where(features <= zero, zero, n.where(features >= six, six, features))


@relu6_op.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    inside = (inputs[0] > 0) & (inputs[0] < 6)
    return [xp(grads[0]).where(inside, grads[0], np.zeros((), grads[0].dtype))]


@public("nn.relu6")
def relu6(features: Any, name: str | None = None) -> Tensor:
    """min(max(features, 0), 6), elementwise."""
    if type(features) is Tensor:
        return relu6_op(features, name=name)
    with name_scope(name, "Relu6", [features]) as scope:
        return relu6_op(convert_to_tensor(features, name="features"), name=scope)


@public("nn.crelu")
def crelu(features: Any, name: str | None = None, axis: int = -1) -> Tensor:
    """Relu of [features, -features] along `axis`, which becomes twice as long."""
    with name_scope(name, "CRelu", [features]) as scope:
        features = convert_to_tensor(features, name="features")
        return relu(array.concat([features, negative(features)], axis, name=scope))


def _below(features: Any) -> Any:
    """The features that are negative; 0 for the others, so that no exponential of theirs overflows."""
    n = xp(features)
    return n.where(features < 0, features, np.zeros((), features.dtype))


@public("nn.elu")
@op("Elu", "features: T -> activations: T", T=FLOAT, shape=shapes.unchanged)
def elu(features):
    """exp(features) - 1 where negative, else features, elementwise."""
    n = xp(features)
    return n.where(features < 0, n.expm1(_below(features)), features)


@public("nn.selu")
@op("Selu", "features: T -> activations: T", T=FLOAT, shape=shapes.unchanged)
def selu(features):
    """Scale * (alpha * (exp(features) - 1) where negative, else features), with the constants of self-normalizing networks."""
    n = xp(features)
    scale, scale_alpha = (np.asarray(v, features.dtype) for v in (SELU_SCALE, SELU_SCALE * SELU_ALPHA))
    return n.where(features < 0, scale_alpha * n.expm1(_below(features)), scale * features)


@op("LeakyRelu", "features: T -> activations: T", T=FLOAT + " = float", shape=shapes.unchanged)
def leaky_relu_op(features, *, alpha: float = float(np.float32(0.2))):
    """Features where positive, alpha * features elsewhere."""
    return xp(features).where(features > 0, features, features * np.asarray(alpha, features.dtype))


@public("nn.leaky_relu")
def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Tensor:
    """Features where positive, alpha * features elsewhere; integers become float32.

    Raises:
      TypeError: `alpha` is not a number.
    """
    if type(features) is Tensor and features.dtype.is_floating:
        return _leaky(features, alpha, name)
    with name_scope(name, "LeakyRelu", [features, alpha]) as scope:
        features = convert_to_tensor(features, name="features")
        if features.dtype.is_integer:
            features = cast(features, dtypes.float32)
        return _leaky(features, alpha, scope)


def _leaky(features: Tensor, alpha: Any, name: str | None) -> Tensor:
    if isinstance(alpha, np.ndarray):
        alpha = alpha.item()
    if isinstance(alpha, Tensor) or not isinstance(alpha, (int, float, np.number)):
        raise TypeError(f"Expected float for argument 'alpha' not {alpha!r}.")
    return leaky_relu_op(features, alpha=float(np.float32(alpha)), name=name)


@public("nn.swish")
def swish(features: Any) -> Tensor:
    """Features * sigmoid(features), elementwise."""
    features = convert_to_tensor(features)
    out = features * sigmoid(features)
    # The reference wraps the two in a function with a gradient of its own, of the same value; these are its nodes.
    array.identity(out)
    return array.identity_n([out, features])[0]


@public("nn.softsign", "math.softsign")
@op("Softsign", "features: T -> activations: T", T=FLOAT, shape=shapes.unchanged)
def softsign(features):
    """Features / (|features| + 1), elementwise."""
    return features / (xp(features).abs(features) + np.ones((), features.dtype))


@softsign.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    # The derivative at 0 is 1, which differentiating the absolute value would miss by rounding only.
    x = inputs[0]
    return [grads[0] / xp(x).square(1 + abs(x))]


# -- softmax ------------------------------------------------------------------------
def _vectors(inputs: Any, attrs: Any) -> Any:
    return [shapes.at_least(inputs[0]._dims, 1)]


def _shifted(logits: Any) -> Any:
    if not np.shape(logits)[-1]:
        return logits
    return logits - stopped(xp(logits).max(logits, axis=-1, keepdims=True))


def stopped(x: Any) -> Any:
    """`x`, through which no gradient flows."""
    if isinstance(x, (np.ndarray, np.generic)):
        return x
    return lax.stop_gradient(x)


@op("Softmax", "logits: T -> softmax: T", T=FLOAT, shape=_vectors)
def softmax_op(logits):
    """exp(logits) / sum(exp(logits)) along the last dimension."""
    n = xp(logits)
    e = n.exp(_shifted(logits))
    return e / n.sum(e, axis=-1, keepdims=True)


@op("LogSoftmax", "logits: T -> logsoftmax: T", T=FLOAT, shape=_vectors)
def log_softmax_op(logits):
    """The logits minus log(sum(exp(logits))) along the last dimension."""
    n = xp(logits)
    x = _shifted(logits)
    return x - n.log(n.sum(n.exp(x), axis=-1, keepdims=True))


@softmax_op.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    y, g = outputs[0], grads[0]
    return [(g - (g * y).sum(axis=-1, keepdims=True)) * y]


@log_softmax_op.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    y, g = outputs[0], grads[0]
    return [g - g.sum(axis=-1, keepdims=True) * xp(y).exp(y)]


def _along(spec: Op, logits: Any, axis: Any, name: str | None) -> Tensor:
    """`spec`, which works on the last dimension, along `axis`: the two are swapped before and after."""
    logits = convert_to_tensor(logits)
    ndims = logits.shape.ndims
    if not isinstance(axis, Tensor) and axis in (-1, None if ndims is None else ndims - 1):
        return spec(logits, name=name)
    if not isinstance(axis, Tensor) and ndims is not None and not -ndims <= axis < ndims:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Dimension ({axis}) must be in the range [{-ndims}, {ndims}) where {ndims} is the number of dimensions in the input.",
        )
    rank = array.rank(logits)
    if isinstance(axis, Tensor):
        axis = array.where(axis < 0, axis + rank, axis)
    elif axis < 0:
        axis = axis + rank
    last = array.rank(logits)
    axis = axis % ndims

    def swapped(x: Tensor, name: str | None = None) -> Tensor:
        end = subtract(last, 1)
        order = array.concat([array.range_(axis), [end], array.range_(axis + 1, end), [axis]], 0)
        return array.transpose(x, order, name=name) if name else array.transpose(x, order)

    out = swapped(spec(swapped(logits)), name)
    out.set_shape(logits.shape)
    return out


def _softmax(spec: Op) -> Callable[..., Tensor]:
    def function(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
        axis = either("axis", axis, "dim", dim)
        return _along(spec, logits, -1 if axis is None else axis, name)

    return function


softmax = _softmax(softmax_op)
softmax.__name__ = softmax.__qualname__ = "softmax"
softmax.__doc__ = (
    "exp(logits) / sum(exp(logits)) along `axis` (the last dimension if None). Raises InvalidArgumentError for an axis that is not there."
)
export(softmax, "nn.softmax", "math.softmax")

log_softmax = _softmax(log_softmax_op)
log_softmax.__name__ = log_softmax.__qualname__ = "log_softmax"
log_softmax.__doc__ = (
    "logits - log(sum(exp(logits))) along `axis` (the last dimension if None). Raises InvalidArgumentError for an axis that is not there."
)
export(log_softmax, "nn.log_softmax", "math.log_softmax")


# -- sparsity -----------------------------------------------------------------------
def _count_nonzero(value: Tensor, dtype: Any) -> Tensor:
    with name_scope("count_nonzero", "count_nonzero", [value]):
        zero = constant(0, dtype=value.dtype.base_dtype, name="zeros")
        return reduce_sum(cast(not_equal(value, zero), dtype), name="nonzero_count")


@public("nn.zero_fraction", "math.zero_fraction")
def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """The fraction of zeros in `value`, a float32 scalar; NaN if it is empty."""
    with name_scope(name, "zero_fraction", [value]):
        value = convert_to_tensor(value, name="value")
        size = array.size(value, out_type=dtypes.int64)
        # Counting in 32 bits is faster where the count surely fits.
        nonzero = TABLE["cond"](
            less_equal(size, dtypes.int32.max),
            true_fn=lambda: cast(_count_nonzero(value, dtypes.int32), dtypes.int64),
            false_fn=lambda: _count_nonzero(value, dtypes.int64),
        )
        with name_scope("counts_to_fraction"):
            zeros = cast(size - nonzero, dtypes.float32)
            fraction = zeros / cast(size, dtypes.float32)
        return array.identity(fraction, "fraction")
