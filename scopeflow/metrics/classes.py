"""Metrics of predicted classes: intersection over union, accuracy of each class."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.confusion import confusion_matrix
from ..ops.elementwise import div_no_nan, equal, greater, maximum, not_equal
from ..ops.reduction import reduce_mean, reduce_sum
from ..scopes import variable_scope
from ..variables.assignment import assign_add, scatter_add
from .accumulation import listed, metric_variable
from .means import Metric


def flat(x: Any) -> Any:
    """`x` with one dimension, if it has more."""
    return array.reshape(x, [-1]) if (x.get_shape().ndims or 0) > 1 else x


@public("python.ops.metrics_impl._streaming_confusion_matrix")
def streaming_confusion_matrix(labels: Any, predictions: Any, num_classes: Any, weights: Any = None) -> tuple[Any, Any]:
    """(variable, update): the confusion matrix of all so far, float64 [num_classes, num_classes]."""
    total = metric_variable([num_classes, num_classes], dtypes.float64, name="total_confusion_matrix")
    predictions = cast(predictions, dtypes.int64)
    labels = cast(labels, dtypes.int64)
    num_classes = cast(num_classes, dtypes.int64)
    predictions, labels = flat(predictions), flat(labels)
    if weights is not None:
        weights = flat(weights)
    current = confusion_matrix(labels, predictions, num_classes, weights=weights, dtype=dtypes.float64)
    return total, assign_add(total, current)


@public("metrics.mean_iou")
def mean_iou(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The mean over classes of intersection over union; the update gives the confusion matrix: (value, update)."""
    with variable_scope(name, "mean_iou", (predictions, labels, weights)):
        predictions.get_shape().assert_is_compatible_with(labels.get_shape())
        total, update = streaming_confusion_matrix(labels, predictions, num_classes, weights)
        value = _mean_of_ratios(total)
        return listed(metrics_collections, value), listed(updates_collections, update)


def _mean_of_ratios(total: Any) -> Tensor:
    rows = cast(reduce_sum(total, 0), dtypes.float32)
    columns = cast(reduce_sum(total, 1), dtypes.float32)
    both = cast(TABLE["diag_part"](total), dtypes.float32)
    union = rows + columns - both
    # Classes that were never met do not count.
    met = reduce_sum(cast(not_equal(union, 0), dtype=dtypes.float32))
    union = array.where(greater(union, 0), union, array.ones_like(union))
    ratios = TABLE["div"](both, union)
    return array.where(greater(met, 0), reduce_sum(ratios, name="mean_iou") / met, 0)


@public("metrics.mean_per_class_accuracy")
def mean_per_class_accuracy(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The mean over classes of the accuracy on that class; the update gives each class's: (value, update)."""
    with variable_scope(name, "mean_accuracy", (predictions, labels, weights)):
        labels = cast(labels, dtypes.int64)
        labels, predictions = flat(labels), flat(predictions)
        predictions.get_shape().assert_is_compatible_with(labels.get_shape())
        total = metric_variable([num_classes], dtypes.float32, name="total")
        count = metric_variable([num_classes], dtypes.float32, name="count")
        ones = array.ones([array.size(labels)], dtypes.float32)
        if labels.dtype is not predictions.dtype:
            predictions = cast(predictions, labels.dtype)
        correct = cast(equal(predictions, labels), dtypes.float32)
        if weights is not None:
            weights = cast(flat(weights), dtypes.float32)
            correct *= weights
            ones *= weights
        add_total = scatter_add(total, labels, ones)
        add_count = scatter_add(count, labels, correct)
        each = div_no_nan(count, maximum(total, 0))
        value = listed(metrics_collections, reduce_mean(each, name="mean_accuracy"))
        update = div_no_nan(add_count, maximum(add_total, 0), name="update_op")
        return value, listed(updates_collections, update)
