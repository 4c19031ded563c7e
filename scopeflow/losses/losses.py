"""tf.losses: what is lost between labels and predictions, weighted, reduced and added to the collection of losses."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.graph import GraphKeys
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import array
from ..ops.casting import cast
from ..ops.confusion import remove_squeezable_dimensions
from ..ops.control_flow import cond
from ..ops.elementwise import abs_, add, div_no_nan, equal, log, maximum, minimum, multiply, square, squared_difference, subtract
from ..ops.nn import cross_entropy
from ..ops.nn.activation import relu
from ..ops.nn.window import either
from ..ops.reduction import reduce_sum
from ..ops.weights_broadcast import assert_broadcastable
from .reduction import Reduction, add_loss, compute_weighted_loss, count_present

_DEFAULT = Reduction.SUM_BY_NONZERO_WEIGHTS
_COLLECTION = GraphKeys.LOSSES


def require(**given: Any) -> None:
    """Raises ValueError for an argument that is None."""
    for name, value in given.items():
        if value is None:
            raise ValueError(f"{name} must not be None.")


def _as_floats(labels: Any, predictions: Any) -> tuple[Tensor, Tensor]:
    predictions = cast(predictions, dtypes.float32)
    labels = cast(labels, dtypes.float32)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return labels, predictions


@public("losses.absolute_difference")
def absolute_difference(
    labels: Any, predictions: Any, weights: Any = 1.0, scope: Any = None, loss_collection: Any = _COLLECTION, reduction: str = _DEFAULT
) -> Tensor:
    """|predictions - labels|."""
    require(labels=labels, predictions=predictions)
    with name_scope(scope, "absolute_difference", (predictions, labels, weights)) as scope:
        labels, predictions = _as_floats(labels, predictions)
        losses = abs_(subtract(predictions, labels))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.cosine_distance")
def cosine_distance(
    labels: Any,
    predictions: Any,
    axis: int | None = None,
    weights: Any = 1.0,
    scope: Any = None,
    loss_collection: Any = _COLLECTION,
    reduction: str = _DEFAULT,
    dim: int | None = None,
) -> Tensor:
    """1 - the inner product along `axis`, for vectors of length 1."""
    axis = either("axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("You must specify 'axis'.")
    require(labels=labels, predictions=predictions)
    with name_scope(scope, "cosine_distance_loss", (predictions, labels, weights)) as scope:
        labels, predictions = _as_floats(labels, predictions)
        losses = 1 - reduce_sum(multiply(predictions, labels), axis=(axis,), keepdims=True)
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.hinge_loss")
def hinge_loss(
    labels: Any, logits: Any, weights: Any = 1.0, scope: Any = None, loss_collection: Any = _COLLECTION, reduction: str = _DEFAULT
) -> Tensor:
    """max(0, 1 - (2 * labels - 1) * logits), for labels of 0 and 1."""
    require(labels=labels, logits=logits)
    with name_scope(scope, "hinge_loss", (logits, labels, weights)) as scope:
        labels, logits = _as_floats(labels, logits)
        ones = array.ones_like(labels)
        signs = subtract(2 * labels, ones)
        losses = relu(subtract(ones, multiply(signs, logits)))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.huber_loss")
def huber_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    delta: float = 1.0,
    scope: Any = None,
    loss_collection: Any = _COLLECTION,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Error ** 2 / 2 up to an error of `delta`, delta * |error| - delta ** 2 / 2 beyond."""
    require(labels=labels, predictions=predictions)
    with name_scope(scope, "huber_loss", (predictions, labels, weights)) as scope:
        labels, predictions = _as_floats(labels, predictions)
        size = abs_(subtract(predictions, labels))
        quadratic = minimum(size, delta)
        linear = subtract(size, quadratic)
        half = convert_to_tensor(0.5, dtype=quadratic.dtype)
        losses = add(multiply(half, multiply(quadratic, quadratic)), multiply(delta, linear))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.log_loss")
def log_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    epsilon: float = 1e-7,
    scope: Any = None,
    loss_collection: Any = _COLLECTION,
    reduction: str = _DEFAULT,
) -> Tensor:
    """-labels * log(predictions + epsilon) - (1 - labels) * log(1 - predictions + epsilon)."""
    require(labels=labels, predictions=predictions)
    with name_scope(scope, "log_loss", (predictions, labels, weights)) as scope:
        labels, predictions = _as_floats(labels, predictions)
        losses = -multiply(labels, log(predictions + epsilon)) - multiply((1 - labels), log(1 - predictions + epsilon))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.mean_pairwise_squared_error")
def mean_pairwise_squared_error(
    labels: Any, predictions: Any, weights: Any = 1.0, scope: Any = None, loss_collection: Any = _COLLECTION
) -> Tensor:
    """The mean over pairs of elements of one example of the squared difference of their errors."""
    require(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_pairwise_squared_error", (predictions, labels, weights)):
        weights = cast(weights, dtypes.float32)
        labels = cast(labels, dtypes.float32)
        with control_dependencies((assert_broadcastable(weights, labels),)):
            predictions = cast(predictions, dtypes.float32)
            predictions.shape.assert_is_compatible_with(labels.shape)
            errors = subtract(predictions, labels)
            axis = array.range_(1, array.rank(errors))
            squares = reduce_sum(square(errors), axis=axis, keepdims=True)
            present = count_present(errors, weights, per_batch=True)
            own = 2.0 * div_no_nan(squares, maximum(present - 1, 0), name="value")
            sums = reduce_sum(errors, axis=axis, keepdims=True)
            common = 2.0 * div_no_nan(square(sums), maximum(multiply(present, present - 1), 0), name="value")
            loss = reduce_sum(multiply(own - common, weights))
            mean = array.where(reduce_sum(present) > 0, loss, array.zeros_like(loss), name="value")
            add_loss(mean, loss_collection)
            return mean


@public("losses.mean_squared_error")
def mean_squared_error(
    labels: Any, predictions: Any, weights: Any = 1.0, scope: Any = None, loss_collection: Any = _COLLECTION, reduction: str = _DEFAULT
) -> Tensor:
    """(predictions - labels) ** 2."""
    require(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_squared_error", (predictions, labels, weights)) as scope:
        labels, predictions = _as_floats(labels, predictions)
        losses = squared_difference(predictions, labels)
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


# -- cross entropies ------------------------------------------------------------------------
@public("losses.sigmoid_cross_entropy")
def sigmoid_cross_entropy(
    multi_class_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: Any = None,
    loss_collection: Any = _COLLECTION,
    reduction: str = _DEFAULT,
) -> Tensor:
    """`tf.nn.sigmoid_cross_entropy_with_logits`; smoothed labels are drawn towards 1/2."""
    require(multi_class_labels=multi_class_labels, logits=logits)
    with name_scope(scope, "sigmoid_cross_entropy_loss", (logits, multi_class_labels, weights)) as scope:
        logits = convert_to_tensor(logits)
        labels = cast(multi_class_labels, logits.dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = cross_entropy.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.softmax_cross_entropy")
def softmax_cross_entropy(
    onehot_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: Any = None,
    loss_collection: Any = _COLLECTION,
    reduction: str = _DEFAULT,
) -> Tensor:
    """`tf.nn.softmax_cross_entropy_with_logits`; smoothed labels are drawn towards 1 / classes. No gradient goes to the labels."""
    require(onehot_labels=onehot_labels, logits=logits)
    with name_scope(scope, "softmax_cross_entropy_loss", (logits, onehot_labels, weights)) as scope:
        logits = convert_to_tensor(logits)
        labels = cast(onehot_labels, logits.dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            classes = cast(array.shape(labels)[-1], logits.dtype)
            elsewhere = label_smoothing / classes
            labels = labels * (1.0 - label_smoothing) + elsewhere
        labels = array.stop_gradient(labels, name="labels_stop_gradient")
        losses = cross_entropy.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def _squeezed(labels: Any, predictions: Any, weights: Any, expected_rank_diff: int) -> tuple[Tensor, Tensor, Any]:
    """The arguments, each without a last dimension of 1 that is too many."""
    labels, predictions = remove_squeezable_dimensions(labels, predictions, expected_rank_diff=expected_rank_diff)
    if weights is None:
        return labels, predictions, None
    weights = convert_to_tensor(weights)
    dims = weights._dims
    if labels._dims is not None and dims is not None:
        if len(dims) - len(labels._dims) == 1:
            weights = array.squeeze(weights, [-1])
        return labels, predictions, weights
    difference = array.rank(weights) - array.rank(labels)
    if dims is None or dims[-1:] in ((1,), (None,)):
        wide = weights
        weights = cond(equal(1, difference), lambda: array.squeeze(wide, [-1]), lambda: wide)
    return labels, predictions, weights


@public("losses.sparse_softmax_cross_entropy")
def sparse_softmax_cross_entropy(
    labels: Any, logits: Any, weights: Any = 1.0, scope: Any = None, loss_collection: Any = _COLLECTION, reduction: str = _DEFAULT
) -> Tensor:
    """`tf.nn.sparse_softmax_cross_entropy_with_logits`; labels and weights may have one more dimension, of 1."""
    require(labels=labels, logits=logits)
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", (logits, labels, weights)) as scope:
        labels, logits, weights = _squeezed(labels, logits, weights, expected_rank_diff=1)
        losses = cross_entropy.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)
