"""tf.contrib.metrics: the older metrics, with predictions before labels; covariance and correlation."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ...graph import dtypes
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, export, public
from ...metrics import classes, counts, means, thresholds, top_k
from ...metrics.accumulation import listed, matched, metric_variable
from ...metrics.means import Metric
from ...ops import array
from ...ops.casting import cast
from ...ops.confusion import confusion_matrix as counted
from ...ops.elementwise import div_no_nan, equal, multiply, sqrt, truediv
from ...ops.nn.selection import in_top_k
from ...ops.reduction import reduce_mean, reduce_sum
from ...ops.weights_broadcast import broadcast_weights
from ...scopes import variable_scope
from ...variables.assignment import assign_add


def _predictions_first(metric: Callable[..., Any], name: str, first: str = "predictions", renamed: str | None = None) -> Any:
    """`metric` under the name it had in tf.contrib.metrics, its first two parameters the other way round.

    Args:
      first: the parameter that comes first.
      renamed: what `first` was called.
    """
    parameters = list(inspect.signature(metric).parameters.values())
    order = [p for p in parameters if p.name == first] + [p for p in parameters if p.name != first]
    if renamed:
        order = [p.replace(name=renamed) if p.name == first else p for p in order if p.name != "k"]
    signature = inspect.Signature(order)

    @functools.wraps(metric)
    def function(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        if renamed:
            given[first] = given.pop(renamed)
        return metric(**given)

    function.__name__ = function.__qualname__ = name
    function.__module__ = __name__
    function.__signature__ = signature  # type: ignore[attr-defined]
    return export(function, f"contrib.metrics.{name}")


for _metric in (
    means.accuracy, means.mean_absolute_error, means.mean_cosine_distance, means.mean_relative_error, means.mean_squared_error,
    means.root_mean_squared_error, counts.false_negatives, counts.false_positives, counts.precision, counts.recall, counts.true_negatives,
    counts.true_positives, thresholds.precision_at_thresholds, thresholds.recall_at_thresholds, thresholds.sensitivity_at_specificity,
    thresholds.specificity_at_sensitivity, classes.mean_iou,
):  # fmt: skip
    _predictions_first(_metric, f"streaming_{_metric.__name__}")
_predictions_first(top_k.precision_at_k, "streaming_sparse_precision_at_k")
_predictions_first(top_k.recall_at_k, "streaming_sparse_recall_at_k")
_predictions_first(top_k.average_precision_at_k, "streaming_sparse_average_precision_at_k")
_predictions_first(top_k.precision_at_top_k, "streaming_sparse_precision_at_top_k", "predictions_idx", "top_k_predictions")
_predictions_first(top_k.streaming_average_precision, "streaming_sparse_average_precision_at_top_k", "predictions_idx", "top_k_predictions")


def _same(metric: Callable[..., Any], name: str) -> None:
    @functools.wraps(metric)
    def function(*args: Any, **kwargs: Any) -> Any:
        return metric(*args, **kwargs)

    function.__name__ = function.__qualname__ = name
    export(function, f"contrib.metrics.{name}")


_same(means.mean, "streaming_mean")
_same(means.mean_tensor, "streaming_mean_tensor")
_same(means.percentage_below, "streaming_percentage_less")


@public("contrib.metrics.streaming_auc")
def streaming_auc(
    predictions: Any,
    labels: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    curve: str = "ROC",
    name: Any = None,
) -> Metric:
    """`tf.metrics.auc`: (value, update)."""
    return thresholds.auc(labels, predictions, weights, num_thresholds, metrics_collections, updates_collections, curve, name)


@public("contrib.metrics.streaming_recall_at_k")
def streaming_recall_at_k(
    predictions: Any,
    labels: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """How many labels, one a row, are among the k largest predictions of their row: (value, update)."""
    hits = cast(in_top_k(predictions, labels, k), dtypes.float32)
    return means.mean(hits, weights, metrics_collections, updates_collections, name or f"recall_at_{k}")


@public("contrib.metrics.confusion_matrix")
def confusion_matrix(
    labels: Any, predictions: Any, num_classes: Any = None, dtype: Any = dtypes.int32, name: str | None = None, weights: Any = None
) -> Tensor:
    """`tf.confusion_matrix`."""
    return counted(labels, predictions, num_classes, dtype, name, weights)


@public("contrib.metrics.accuracy")
def accuracy(predictions: Any, labels: Any, weights: Any = None, name: str | None = None) -> Tensor:
    """The share of predictions of this run that equal their labels.

    Raises:
      ValueError: types that differ, or are no integers, bools or strings.
    """
    if labels.dtype.base_dtype.name not in ("int8", "uint8", "int16", "int32", "int64", "uint16", "bool", "string"):
        raise ValueError(f"Labels should have bool, integer, or string dtype, not {labels.dtype!r}")
    if labels.dtype is not predictions.dtype:
        raise ValueError(
            f"Dtypes of predictions and labels should match. Given: predictions ({predictions.dtype!r}) and labels ({labels.dtype!r})"
        )
    predictions.get_shape().assert_is_compatible_with(labels.get_shape())
    with name_scope(name, "accuracy", values=[predictions, labels]):
        correct = cast(equal(predictions, labels), dtypes.float32)
        if weights is not None:
            correct = multiply(correct, weights)
            present = multiply(weights, array.ones_like(correct))
            return TABLE["div"](reduce_sum(correct), reduce_sum(present))
        return reduce_mean(correct)


@public("contrib.metrics.count")
def count(values: Any, weights: Any = None, metrics_collections: Any = None, updates_collections: Any = None, name: Any = None) -> Metric:
    """The number of values so far, or the sum of their weights: (value, update)."""
    with variable_scope(name, "count", (values, weights)):
        total = metric_variable([], dtypes.float32, name="count")
        if weights is None:
            number = cast(array.size(values), dtypes.float32)
        else:
            values = cast(values, dtypes.float32)
            values, _, weights = matched(predictions=values, labels=None, weights=weights)
            weights = broadcast_weights(cast(weights, dtypes.float32), values)
            number = reduce_sum(weights)
        with control_dependencies([values]):
            update = assign_add(total, number)
        return listed(metrics_collections, array.identity(total)), listed(updates_collections, update)


@public("contrib.metrics.streaming_covariance")
def streaming_covariance(
    predictions: Any, labels: Any, weights: Any = None, metrics_collections: Any = None, updates_collections: Any = None, name: Any = None
) -> Metric:
    """The unbiased covariance so far, nan before there are two values: (value, update). Batches are combined as by Chan et al., 1983."""
    with variable_scope(name, "covariance", (predictions, labels, weights)):
        predictions, labels, weights = matched(predictions, labels, weights)
        predictions.shape.assert_is_compatible_with(labels.shape)
        total = metric_variable([], dtypes.float32, name="count")
        mean_prediction = metric_variable([], dtypes.float32, name="mean_prediction")
        mean_label = metric_variable([], dtypes.float32, name="mean_label")
        comoment = metric_variable([], dtypes.float32, name="comoment")
        if weights is None:
            batch = cast(array.size(labels), dtypes.float32)
            weighted_predictions, weighted_labels = predictions, labels
        else:
            weights = broadcast_weights(weights, labels)
            batch = reduce_sum(weights)
            weighted_predictions, weighted_labels = multiply(predictions, weights), multiply(labels, weights)
        new_total = assign_add(total, batch)
        old_total = new_total - batch

        def step(weighted: Any, mean: Any) -> tuple[Any, Any, Any]:
            """(this batch's mean, the mean after it, the mean before it)."""
            batch_mean = div_no_nan(reduce_sum(weighted), batch)
            change = div_no_nan((batch_mean - mean) * batch, new_total)
            after = assign_add(mean, change)
            return batch_mean, after, after - change

        batch_prediction, _, old_prediction = step(weighted_predictions, mean_prediction)
        batch_label, _, old_label = step(weighted_labels, mean_label)
        products = (predictions - batch_prediction) * (labels - batch_label)
        if weights is None:
            batch_comoment = reduce_sum(products)
        else:
            batch_comoment = reduce_sum(products * weights)
        between = (old_prediction - batch_prediction) * (old_label - batch_label) * (old_total * batch / new_total)
        add_comoment = assign_add(comoment, batch_comoment + between)

        def unbiased(name: str) -> Tensor:
            return array.where(TABLE["less_equal"](total, 1.0), float("nan"), truediv(comoment, total - 1.0), name=name)

        value = unbiased("covariance")
        with control_dependencies([add_comoment]):
            update = unbiased("update_op")
        return listed(metrics_collections, value), listed(updates_collections, update)


@public("contrib.metrics.streaming_pearson_correlation")
def streaming_pearson_correlation(
    predictions: Any, labels: Any, weights: Any = None, metrics_collections: Any = None, updates_collections: Any = None, name: Any = None
) -> Metric:
    """Pearson's correlation so far: (value, update)."""
    with variable_scope(name, "pearson_r", (predictions, labels, weights)):
        predictions, labels, weights = matched(predictions, labels, weights)
        predictions.shape.assert_is_compatible_with(labels.shape)
        # Broadcast here, so that all three see the same weights.
        weights = None if weights is None else broadcast_weights(weights, labels)
        both, add_both = streaming_covariance(predictions, labels, weights, name="covariance")
        first, add_first = streaming_covariance(predictions, predictions, weights, name="variance_predictions")
        second, add_second = streaming_covariance(labels, labels, weights, name="variance_labels")
        value = truediv(both, multiply(sqrt(first), sqrt(second)), name="pearson_r")
        update = truediv(add_both, multiply(sqrt(add_first), sqrt(add_second)), name="update_op")
        return listed(metrics_collections, value), listed(updates_collections, update)


@public("contrib.metrics.aggregate_metrics")
def aggregate_metrics(*value_update_tuples: Metric) -> tuple[list[Any], list[Any]]:
    """(values, updates) of metrics. Raises ValueError if there are none."""
    if not value_update_tuples:
        raise ValueError("Expected at least one value_tensor/update_op pair")
    values, updates = zip(*value_update_tuples)
    return list(values), list(updates)


@public("contrib.metrics.aggregate_metric_map")
def aggregate_metric_map(names_to_tuples: dict[str, Metric]) -> tuple[dict[str, Any], dict[str, Any]]:
    """({name: value}, {name: update}) of {name: (value, update)}."""
    return {k: v for k, (v, _) in names_to_tuples.items()}, {k: u for k, (_, u) in names_to_tuples.items()}
