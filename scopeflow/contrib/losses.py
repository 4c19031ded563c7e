"""tf.contrib.losses, the older losses: predictions come first, and weights are for the leading dimensions."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.graph import GraphKeys
from ..graph.operation import Tensor
from ..graph.public import TABLE, export, public
from ..losses import reduction
from ..losses.regularization import get_regularization_losses
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import abs_, div_no_nan, equal, log, multiply, not_equal, square, squared_difference, subtract
from ..ops.nn import cross_entropy
from ..ops.nn.activation import relu
from ..ops.nn.window import either
from ..ops.reduction import reduce_prod, reduce_sum
from ..ops.slicing import slice_
from .framework.arg_scope import add_arg_scope


def _names(name: str) -> tuple[str, str]:
    return f"contrib.losses.{name}", f"contrib.slim.losses.{name}"


export(get_regularization_losses, *_names("get_regularization_losses"))


@public(*_names("add_loss"))
@add_arg_scope
def add_loss(loss: Any, loss_collection: str | None = GraphKeys.LOSSES) -> None:
    """Adds `loss` to a collection; to none if that is None."""
    reduction.add_loss(loss, loss_collection)


@public(*_names("get_losses"))
def get_losses(scope: str | None = None, loss_collection: str = GraphKeys.LOSSES) -> list[Any]:
    """The losses added; with `scope`, those whose names match it from the start."""
    return reduction.get_losses(scope, loss_collection)


@public(*_names("get_total_loss"))
def get_total_loss(add_regularization_losses: bool = True, name: str = "total_loss") -> Tensor:
    """The sum of the losses, with the regularization losses if wanted."""
    return reduction.get_total_loss(add_regularization_losses, name)


def _scaled(losses: Tensor, weights: Tensor) -> Tensor:
    """The sum of `losses` times `weights`."""
    summed = reduce_sum(losses, axis=list(range(weights.shape.ndims, losses.shape.ndims)))
    return reduce_sum(multiply(summed, weights))


def _present(losses: Tensor, weights: Tensor, per_batch: bool = False) -> Tensor:
    """How many of `losses` have a weight other than 0."""
    if weights.shape.ndims == 0:
        batch_size = array.reshape(slice_(array.shape(losses), [0], [1]), [])
        each = TABLE["div"](cast(array.size(losses), dtypes.float32), cast(batch_size, dtypes.float32))
        each = array.where(equal(weights, 0), 0.0, each)
        counts = multiply(array.ones(array.reshape(batch_size, [1])), each)
    else:
        nonzero = reduce_sum(cast(not_equal(weights, 0), dtypes.float32), axis=list(range(1, weights.shape.ndims)))
        rest = slice_(array.shape(losses), [weights.shape.ndims], [-1])
        counts = multiply(nonzero, cast(reduce_prod(rest), dtypes.float32))
    return counts if per_batch else reduce_sum(counts)


@public(*_names("compute_weighted_loss"))
def compute_weighted_loss(losses: Any, weights: Any = 1.0, scope: str | None = None) -> Tensor:
    """The mean of `losses` over the elements whose weight is not 0, each times its weight; added to the losses.

    Args:
      weights: scalar, or of the leading dimensions of `losses`; a last dimension of 1 is dropped.

    Raises:
      ValueError: an unknown rank.
    """
    with name_scope(scope, "weighted_loss", [losses, weights]):
        losses = convert_to_tensor(losses)
        dtype = losses.dtype
        losses = cast(losses, dtypes.float32)
        weights = cast(convert_to_tensor(weights), dtypes.float32)
        for name, t in (("losses", losses), ("weights", weights)):
            if t.shape.ndims is None:
                raise ValueError(f"{name}.get_shape().ndims cannot be None")
        if weights.shape.ndims > 1 and weights.shape[-1].is_compatible_with(1):
            weights = array.squeeze(weights, [-1])
        total = _scaled(losses, weights)
        present = _present(losses, weights)
        mean = cast(div_no_nan(reduce_sum(total), present, name="value"), dtype)
        add_loss(mean)
        return mean


def _require_same_shape(predictions: Any, labels: Any) -> None:
    predictions.get_shape().assert_is_compatible_with(labels.get_shape())


def _as_floats(predictions: Any, labels: Any) -> tuple[Tensor, Tensor]:
    _require_same_shape(predictions, labels)
    return cast(predictions, dtypes.float32), cast(labels, dtypes.float32)


@public(*_names("absolute_difference"))
def absolute_difference(predictions: Any, labels: Any = None, weights: Any = 1.0, scope: Any = None) -> Tensor:
    """|predictions - labels|."""
    with name_scope(scope, "absolute_difference", [predictions, labels, weights]) as scope:
        predictions, labels = _as_floats(predictions, labels)
        return compute_weighted_loss(abs_(subtract(predictions, labels)), weights, scope=scope)


@public(*_names("cosine_distance"))
def cosine_distance(
    predictions: Any, labels: Any = None, axis: int | None = None, weights: Any = 1.0, scope: Any = None, dim: int | None = None
) -> Tensor:
    """1 - the inner product along `axis`, for vectors of length 1."""
    axis = either("axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("You must specify 'axis'.")
    with name_scope(scope, "cosine_distance_loss", [predictions, labels, weights]) as scope:
        predictions, labels = _as_floats(predictions, labels)
        losses = 1 - reduce_sum(multiply(predictions, labels), axis=[axis])
        return compute_weighted_loss(losses, weights, scope=scope)


@public(*_names("hinge_loss"))
def hinge_loss(logits: Any, labels: Any = None, scope: Any = None) -> Tensor:
    """max(0, 1 - (2 * labels - 1) * logits), for labels of 0 and 1; neither reduced nor added to the losses."""
    with name_scope(scope, "hinge_loss", [logits, labels]):
        _require_same_shape(logits, labels)
        labels = cast(labels, dtypes.float32)
        ones = array.ones_like(labels)
        return relu(subtract(ones, multiply(subtract(2 * labels, ones), logits)))


@public(*_names("log_loss"))
def log_loss(predictions: Any, labels: Any = None, weights: Any = 1.0, epsilon: float = 1e-7, scope: Any = None) -> Tensor:
    """-labels * log(predictions + epsilon) - (1 - labels) * log(1 - predictions + epsilon)."""
    with name_scope(scope, "log_loss", [predictions, labels, weights]) as scope:
        predictions, labels = _as_floats(predictions, labels)
        losses = -multiply(labels, log(predictions + epsilon)) - multiply((1 - labels), log(1 - predictions + epsilon))
        return compute_weighted_loss(losses, weights, scope=scope)


@public(*_names("mean_squared_error"))
def mean_squared_error(predictions: Any, labels: Any = None, weights: Any = 1.0, scope: Any = None) -> Tensor:
    """(predictions - labels) ** 2."""
    with name_scope(scope, "mean_squared_error", [predictions, labels, weights]) as scope:
        predictions, labels = _as_floats(predictions, labels)
        return compute_weighted_loss(squared_difference(predictions, labels), weights, scope=scope)


@public(*_names("mean_pairwise_squared_error"))
def mean_pairwise_squared_error(predictions: Any, labels: Any = None, weights: Any = 1.0, scope: Any = None) -> Tensor:
    """The mean over pairs of elements of one example of the squared difference of their errors."""
    with name_scope(scope, "mean_pairwise_squared_error", [predictions, labels, weights]):
        _require_same_shape(predictions, labels)
        predictions = cast(predictions, dtypes.float32)
        labels = cast(labels, dtypes.float32)
        weights = cast(convert_to_tensor(weights), dtypes.float32)
        errors = subtract(predictions, labels)
        if weights.shape.ndims is None:
            raise ValueError("weights.get_shape().ndims cannot be None")
        axis = list(range(1, errors.shape.ndims))
        squares = reduce_sum(square(errors), axis=axis)
        present = _present(errors, weights, per_batch=True)
        own = 2.0 * div_no_nan(squares, present, name="value")
        sums = reduce_sum(errors, axis=axis)
        common = 2.0 * div_no_nan(square(sums), square(present), name="value")
        loss = _scaled(own - common, weights)
        mean = array.where(reduce_sum(present) > 0, loss, array.zeros_like(loss), name="value")
        add_loss(mean)
        return mean


@public(*_names("sigmoid_cross_entropy"))
def sigmoid_cross_entropy(
    logits: Any, multi_class_labels: Any, weights: Any = 1.0, label_smoothing: float = 0, scope: Any = None
) -> Tensor:
    """`tf.nn.sigmoid_cross_entropy_with_logits`; smoothed labels are drawn towards 1/2."""
    with name_scope(scope, "sigmoid_cross_entropy_loss", [logits, multi_class_labels, weights]) as scope:
        _require_same_shape(logits, multi_class_labels)
        labels = cast(multi_class_labels, logits.dtype)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = cross_entropy.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope=scope)


@public(*_names("softmax_cross_entropy"))
def softmax_cross_entropy(logits: Any, onehot_labels: Any, weights: Any = 1.0, label_smoothing: float = 0, scope: Any = None) -> Tensor:
    """`tf.nn.softmax_cross_entropy_with_logits`; smoothed labels are drawn towards 1 / classes."""
    with name_scope(scope, "softmax_cross_entropy_loss", [logits, onehot_labels, weights]) as scope:
        _require_same_shape(logits, onehot_labels)
        labels = cast(onehot_labels, logits.dtype)
        if label_smoothing > 0:
            elsewhere = label_smoothing / cast(array.shape(labels)[1], logits.dtype)
            labels = labels * (1.0 - label_smoothing) + elsewhere
        losses = cross_entropy.softmax_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope=scope)


@public(*_names("sparse_softmax_cross_entropy"))
def sparse_softmax_cross_entropy(logits: Any, labels: Any, weights: Any = 1.0, scope: Any = None) -> Tensor:
    """`tf.nn.sparse_softmax_cross_entropy_with_logits`, for labels [batch] or [batch, 1]."""
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", [logits, labels, weights]) as scope:
        labels = array.reshape(labels, shape=[array.shape(labels)[0]])
        losses = cross_entropy.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope=scope)
