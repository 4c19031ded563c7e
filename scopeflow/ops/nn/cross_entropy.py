"""Cross entropies and other losses of one example at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ...graph import dtypes
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import get_default_graph, name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...graph.tensor_shape import Dims
from ...op import shapes
from ...op.checks import check
from ...op.declare import ShapeError, op
from ...op.namespace import xp
from .. import array
from ..casting import cast
from ..elementwise import abs_, add, exp, greater_equal, less_equal, log, log1p, logical_and, subtract
from .activation import FLOAT, relu, stopped
from .window import either


def _log_softmax(features: Any) -> Any:
    n = xp(features)
    x = features - n.max(features, axis=-1, keepdims=True) if features.shape[-1] else features
    return x - n.log(n.sum(n.exp(x), axis=-1, keepdims=True))


# -- dense labels ---------------------------------------------------------------------
@op("SoftmaxCrossEntropyWithLogits", "features: T, labels: T -> loss: T, backprop: T", T=FLOAT)
def softmax_cross_entropy(features, labels):
    """The cross entropy of `labels` [batch, classes] and softmax(`features`), [batch]; and its gradient, [batch, classes]."""
    n = xp(features, labels)
    features, labels = n.broadcast_arrays(features, labels)
    logs = _log_softmax(features)
    # A class of probability 0 costs nothing, however unlikely the logits make it.
    return -n.sum(n.where(labels == 0, np.zeros((), labels.dtype), labels * logs), axis=-1), n.exp(logs) - stopped(labels)


@softmax_cross_entropy.shape
def _softmax_cross_entropy_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    a, b = inputs[0]._dims, inputs[1]._dims
    if a is None and b is None:
        return [(None,), (None, None)]
    if a is None or b is None:
        dims: Dims = a if b is None else b
        if len(dims) > 2:  # type: ignore[arg-type]
            raise ShapeError(f"Shape must be rank 2 but is rank {len(dims)}")  # type: ignore[arg-type]
        known = (None,) * (2 - len(dims)) + tuple(None if d == 1 else d for d in dims)  # type: ignore
        return [known[:1], known]
    out = shapes.with_rank(shapes.broadcast_dims(a, b), 2)
    return [out[:1], out]


@softmax_cross_entropy.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    features, labels = inputs
    backprop = outputs[1]
    logs = _log_softmax(jnp.asarray(features))
    probabilities = jnp.exp(logs)
    loss, second = jnp.expand_dims(grads[0], -1), grads[1]
    to_features = loss * backprop + (second - jnp.sum(second * probabilities, axis=-1, keepdims=True)) * probabilities
    # As in the reference, labels get no part of the gradient that arrives at the gradient.
    to_labels = -loss * logs
    return [_summed_to(to_features, np.shape(features)), _summed_to(to_labels, np.shape(labels))]


def _summed_to(grad: Any, shape: tuple[int, ...]) -> Any:
    for i, d in enumerate(shape):
        if d == 1 and grad.shape[i] != 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad


def _move_to_end(x: Tensor, axis: int, rank: Tensor) -> Tensor:
    return array.transpose(x, array.concat([array.range_(axis), array.range_(axis + 1, rank), [axis]], 0))


def _as_matrix(x: Tensor) -> Tensor:
    """`x` with all dimensions but the last made one."""
    rank = array.rank(x)
    last = array.slice_(array.shape(x), [subtract(rank, 1)], [1])
    rows = array.reshape(x, array.concat([[-1], last], 0))
    dims = x._dims
    if dims is not None and None not in dims[:-1]:
        rows.set_shape([math.prod(dims[:-1]), dims[-1]])
    return rows


@public("nn.softmax_cross_entropy_with_logits_v2")
def softmax_cross_entropy_with_logits_v2(labels: Any, logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """The cross entropy of the distributions `labels` and softmax(`logits`) along `axis` (the last dimension if None).

    Gradients flow into both. The result has the shape of `logits` without `axis`.

    Raises:
      ValueError: the shapes do not agree.
    """
    axis = either("axis", axis, "dim", dim)
    return _softmax_cross_entropy(labels, logits, -1 if axis is None else axis, name)


def _softmax_cross_entropy(labels: Any, logits: Any, axis: int, name: str | None) -> Tensor:
    with name_scope(name, "softmax_cross_entropy_with_logits", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        base = logits.dtype.base_dtype
        narrow = base in (dtypes.float16, dtypes.bfloat16)
        precise = cast(logits, dtypes.float32) if narrow else logits
        labels = cast(labels, precise.dtype)
        rank = array.rank(precise)
        static = logits.shape
        if axis != -1:
            precise = _move_to_end(precise, axis, rank)
            labels = _move_to_end(labels, axis, rank)
        sizes = array.shape(precise)
        cost, _ = softmax_cross_entropy(_as_matrix(precise), _as_matrix(labels), name=scope)
        cost = array.reshape(cost, array.slice_(sizes, [0], [subtract(rank, 1)]))
        if static.ndims is not None:
            dims = static.as_list()
            del dims[axis]
            cost.set_shape(dims)
        return cast(cost, base) if narrow else cost


def _require_both(function: str, sentinel: Any, labels: Any, logits: Any) -> None:
    if sentinel is not None:
        raise ValueError(f"Only call `{function}` with named arguments (labels=..., logits=..., ...)")
    if labels is None or logits is None:
        raise ValueError("Both labels and logits must be provided.")


@public("nn.softmax_cross_entropy_with_logits")
def softmax_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, dim: int = -1, name: str | None = None, axis: Any = None
) -> Tensor:
    """As the function of that name with `_v2`, but gradients do not flow into `labels`.

    Raises:
      ValueError: arguments given by position or missing, or shapes that do not agree.
    """
    axis = either("axis", axis, "dim", dim)
    _require_both("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "softmax_cross_entropy_with_logits_sg", [logits, labels]) as scope:
        labels = array.stop_gradient(labels, name="labels_stop_gradient")
        return _softmax_cross_entropy(labels, logits, axis, scope)


# -- sparse labels ----------------------------------------------------------------------
@op(
    "SparseSoftmaxCrossEntropyWithLogits", "features: T, labels: Tlabels -> loss: T, backprop: T",
    T=FLOAT, Tlabels="int32 int64 = int64", jax_only=True,
)  # fmt: skip
def sparse_softmax_cross_entropy(features, labels):
    """The cross entropy of the class numbers `labels` [batch] and softmax(`features` [batch, classes]); and its gradient."""
    classes = features.shape[-1]
    check((labels >= 0) & (labels < classes), f"Received a label value which is outside the valid range of [0, {classes}).")
    logs = _log_softmax(jnp.asarray(features))
    at = jnp.asarray(labels)[:, None]
    loss = -jnp.take_along_axis(logs, at, axis=-1, mode="clip")[:, 0]
    return loss, jnp.exp(logs) - (jnp.arange(classes, dtype=at.dtype) == at).astype(logs.dtype)


@sparse_softmax_cross_entropy.shape
def _sparse_softmax_cross_entropy_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    features = shapes.with_rank(inputs[0]._dims, 2)
    labels = shapes.with_rank(inputs[1]._dims, 1)
    a, b = features[0], labels[0]
    if a is not None and b is not None and a != b:
        raise ShapeError(f"Dimensions must be equal, but are {a} and {b}")
    batch = b if a is None else a
    return [(batch,), (batch, features[1])]


@sparse_softmax_cross_entropy.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    return [jnp.expand_dims(grads[0], -1) * outputs[1], None]


@public("nn.sparse_softmax_cross_entropy_with_logits")
def sparse_softmax_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """The cross entropy of the class numbers `labels` [...] and softmax(`logits` [..., classes]), of the shape of `labels`.

    Raises:
      ValueError: arguments given by position or missing, or shapes that do not agree.
    """
    _require_both("sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "SparseSoftmaxCrossEntropyWithLogits", [labels, logits]):
        labels = convert_to_tensor(labels)
        logits = convert_to_tensor(logits)
        base = logits.dtype.base_dtype
        precise = cast(logits, dtypes.float32) if base is dtypes.float16 else logits
        static_labels, static_logits = labels.shape, logits.shape
        labels_shape = array.shape(labels)
        known = static_labels.is_fully_defined() and static_logits[:-1].is_fully_defined()
        if static_logits.ndims == 0:
            raise ValueError(f"Logits cannot be scalars - received shape {static_logits}.")
        if static_logits.ndims is not None and static_labels.ndims is not None and static_labels.ndims != static_logits.ndims - 1:
            raise ValueError(
                f"Rank mismatch: Rank of labels (received {static_labels.ndims}) should equal rank of logits minus 1 "
                f"(received {static_logits.ndims})."
            )
        if known and static_labels != static_logits[:-1]:
            raise ValueError(
                f"Shape mismatch: The shape of labels (received {static_labels}) should equal the shape of logits "
                f"except for the last dimension (received {static_logits})."
            )
        if static_logits.ndims == 2:
            cost, _ = sparse_softmax_cross_entropy(precise, labels, name=name)
        else:
            checks = [] if known else [TABLE["assert_equal"](array.shape(labels), array.shape(logits)[:-1])]
            with get_default_graph().control_dependencies(checks):
                classes = array.shape(logits)[array.rank(logits) - 1]
                rows = array.reshape(precise, [-1, classes])
                cost, _ = sparse_softmax_cross_entropy(rows, array.reshape(labels, [-1]), name=name)
                cost = array.reshape(cost, labels_shape)
                cost.set_shape(static_labels)
        return cast(cost, dtypes.float16) if base is dtypes.float16 else cost


# -- independent classes --------------------------------------------------------------
def _require_same_shape(one: str, a: Tensor, other: str, b: Tensor) -> None:
    try:
        b.shape.merge_with(a.shape)
    except ValueError:
        raise ValueError(f"{one} and {other} must have the same shape ({a.shape} vs {b.shape})") from None


@public("nn.sigmoid_cross_entropy_with_logits")
def sigmoid_cross_entropy_with_logits(_sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None) -> Tensor:
    """The cross entropy of each of `labels` (a probability) and sigmoid of each of `logits`, of their shape.

    Raises:
      ValueError: arguments given by position or missing, or shapes that do not agree.
    """
    _require_both("sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        _require_same_shape("logits", logits, "labels", labels)
        # max(x, 0) - x * z + log(1 + exp(-|x|)) does not overflow.
        zeros = array.zeros_like(logits, dtype=logits.dtype)
        positive = logits >= zeros
        relu_logits = array.where(positive, logits, zeros)
        minus_abs = array.where(positive, -logits, logits)
        return add(relu_logits - logits * labels, log1p(exp(minus_abs)), name=scope)


@public("nn.weighted_cross_entropy_with_logits")
def weighted_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, pos_weight: Any = None, name: str | None = None, targets: Any = None
) -> Tensor:
    """`sigmoid_cross_entropy_with_logits` with the part of positive labels multiplied by `pos_weight`.

    Raises:
      ValueError: shapes that do not agree.
    """
    labels = either("labels", labels, "targets", targets)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="targets")
        _require_same_shape("logits", logits, "labels", labels)
        weight = 1 + (pos_weight - 1) * labels
        return add((1 - labels) * logits, weight * (log1p(exp(-abs_(logits))) + relu(-logits)), name=scope)


@public("nn.log_poisson_loss")
def log_poisson_loss(targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None) -> Tensor:
    """The negative log likelihood of counts `targets` under Poisson distributions of mean exp(`log_input`), up to a constant.

    With `compute_full_loss` the constant, approximated by Stirling's formula, is included.

    Raises:
      ValueError: shapes that do not agree.
    """
    with name_scope(name, "log_poisson_loss", [log_input, targets]):
        log_input = convert_to_tensor(log_input, name="log_input")
        targets = convert_to_tensor(targets, name="targets")
        _require_same_shape("log_input", log_input, "targets", targets)
        result = exp(log_input) - log_input * targets
        if not compute_full_loss:
            return result
        half = constant(0.5, dtype=targets.dtype)
        two_pi = constant(2 * math.pi, dtype=targets.dtype)
        stirling = targets * log(targets) - targets + half * log(two_pi * targets)
        zeros = array.zeros_like(targets, dtype=targets.dtype)
        ones = array.ones_like(targets, dtype=targets.dtype)
        # Stirling's formula does not hold from 0 to 1, where the term is 0 or nearly so.
        small = logical_and(greater_equal(targets, zeros), less_equal(targets, ones))
        return result + array.where(small, zeros, stirling)
