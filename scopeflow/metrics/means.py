"""Metrics that are means."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.default_graph import control_dependencies
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.confusion import remove_squeezable_dimensions
from ..ops.elementwise import abs_, div_no_nan, equal, less, maximum, multiply, sqrt, squared_difference, subtract
from ..ops.reduction import reduce_sum
from ..ops.weights_broadcast import broadcast_weights
from ..scopes import variable_scope
from ..variables.assignment import assign_add
from .accumulation import listed, matched, metric_variable

Metric = tuple[Tensor, Tensor]


def _ratio(total: Any, count: Any, name: str) -> Tensor:
    return div_no_nan(total, maximum(count, 0), name=name)


@public("metrics.mean")
def mean(values: Any, weights: Any = None, metrics_collections: Any = None, updates_collections: Any = None, name: Any = None) -> Metric:
    """The mean of all values so far.

    Gives (value, update): running the update adds the values of the run, and gives the mean with them. The sums are in local
    variables: initialize those before.
    """
    with variable_scope(name, "mean", (values, weights)):
        values = cast(values, dtypes.float32)
        total = metric_variable([], dtypes.float32, name="total")
        count = metric_variable([], dtypes.float32, name="count")
        if weights is None:
            number = cast(array.size(values), dtypes.float32)
        else:
            values, _, weights = matched(predictions=values, labels=None, weights=weights)
            weights = broadcast_weights(cast(weights, dtypes.float32), values)
            values = multiply(values, weights)
            number = reduce_sum(weights)
        add_total = assign_add(total, reduce_sum(values))
        with control_dependencies([values]):
            add_count = assign_add(count, number)
        value = listed(metrics_collections, _ratio(total, count, "value"))
        return value, listed(updates_collections, _ratio(add_total, add_count, "update_op"))


@public("metrics.mean_tensor")
def mean_tensor(
    values: Any, weights: Any = None, metrics_collections: Any = None, updates_collections: Any = None, name: Any = None
) -> Metric:
    """The mean of each element so far: (value, update), of the shape of `values`."""
    with variable_scope(name, "mean", (values, weights)):
        values = cast(values, dtypes.float32)
        total = metric_variable(values.get_shape(), dtypes.float32, name="total_tensor")
        count = metric_variable(values.get_shape(), dtypes.float32, name="count_tensor")
        number = array.ones_like(values)
        if weights is not None:
            values, _, weights = matched(predictions=values, labels=None, weights=weights)
            weights = broadcast_weights(cast(weights, dtypes.float32), values)
            values = multiply(values, weights)
            number = multiply(number, weights)
        add_total = assign_add(total, values)
        with control_dependencies([values]):
            add_count = assign_add(count, number)
        value = listed(metrics_collections, _ratio(total, count, "value"))
        return value, listed(updates_collections, _ratio(add_total, add_count, "update_op"))


@public("metrics.accuracy")
def accuracy(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """How many predictions equal their labels: (value, update)."""
    predictions, labels, weights = matched(predictions=predictions, labels=labels, weights=weights)
    predictions.shape.assert_is_compatible_with(labels.shape)
    if labels.dtype is not predictions.dtype:
        predictions = cast(predictions, labels.dtype)
    correct = cast(equal(predictions, labels), dtypes.float32)
    return mean(correct, weights, metrics_collections, updates_collections, name or "accuracy")


@public("metrics.mean_absolute_error")
def mean_absolute_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The mean of |predictions - labels|: (value, update)."""
    predictions, labels, weights = matched(predictions=predictions, labels=labels, weights=weights)
    return mean(abs_(predictions - labels), weights, metrics_collections, updates_collections, name or "mean_absolute_error")


@public("metrics.mean_squared_error")
def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The mean of (predictions - labels) ** 2: (value, update)."""
    predictions, labels, weights = matched(predictions=predictions, labels=labels, weights=weights)
    squares = squared_difference(labels, predictions)
    return mean(squares, weights, metrics_collections, updates_collections, name or "mean_squared_error")


@public("metrics.root_mean_squared_error")
def root_mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The root of `mean_squared_error`: (value, update)."""
    predictions, labels, weights = matched(predictions=predictions, labels=labels, weights=weights)
    value, update = mean_squared_error(labels, predictions, weights, None, None, name or "root_mean_squared_error")
    return listed(metrics_collections, sqrt(value)), listed(updates_collections, sqrt(update))


@public("metrics.mean_cosine_distance")
def mean_cosine_distance(
    labels: Any,
    predictions: Any,
    dim: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """1 - the mean inner product along `dim`, for vectors of length 1: (value, update)."""
    predictions, labels, weights = matched(predictions=predictions, labels=labels, weights=weights)
    predictions.shape.assert_is_compatible_with(labels.shape)
    products = reduce_sum(multiply(predictions, labels), axis=[dim], keepdims=True)
    value, update = mean(products, weights, None, None, name or "mean_cosine_distance")
    return listed(metrics_collections, subtract(1.0, value)), listed(updates_collections, subtract(1.0, update))


@public("metrics.mean_relative_error")
def mean_relative_error(
    labels: Any,
    predictions: Any,
    normalizer: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The mean of |labels - predictions| / normalizer, 0 where that is 0: (value, update)."""
    predictions, labels, weights = matched(predictions=predictions, labels=labels, weights=weights)
    predictions, normalizer = remove_squeezable_dimensions(predictions, normalizer)
    predictions.shape.assert_is_compatible_with(normalizer.shape)
    errors = array.where(equal(normalizer, 0.0), array.zeros_like(labels), TABLE["div"](abs_(labels - predictions), normalizer))
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_relative_error")


@public("metrics.percentage_below")
def percentage_below(
    values: Any,
    threshold: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """How many values are below `threshold`: (value, update), between 0 and 1."""
    below = cast(less(values, threshold), dtypes.float32)
    return mean(below, weights, metrics_collections, updates_collections, name or "percentage_below_threshold")


@public("python.ops.metrics_impl._safe_scalar_div")
def safe_scalar_div(numerator: Any, denominator: Any, name: str | None) -> Tensor:
    """A quotient of scalars, or of vectors of one; 0 where the denominator is 0."""
    return div_no_nan(numerator, denominator, name=name)
