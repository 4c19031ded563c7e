"""Counts of right and wrong predictions of a condition; precision and recall."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.default_graph import control_dependencies
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import equal, greater, logical_and, multiply
from ..ops.reduction import reduce_sum
from ..scopes import variable_scope
from ..variables.assignment import assign_add
from .accumulation import listed, matched, metric_variable, value_of
from .means import Metric


def _count(values: Tensor, weights: Any, metrics_collections: Any, updates_collections: Any) -> Metric:
    """How many of `values`, bools, were true so far."""
    TABLE["assert_type"](values, dtypes.bool_)
    count = metric_variable([], dtypes.float32, name="count")
    values = cast(values, dtypes.float32)
    if weights is not None:
        with control_dependencies((TABLE["assert_rank_in"](weights, (0, array.rank(values))),)):
            weights = cast(weights, dtypes.float32)
            values = multiply(values, weights)
    value = value_of(count, metrics_collections)
    return value, listed(updates_collections, assign_add(count, reduce_sum(values)))


def _counted(name: str, label: bool, prediction: bool, doc: str) -> Any:
    def metric(
        labels: Any,
        predictions: Any,
        weights: Any = None,
        metrics_collections: Any = None,
        updates_collections: Any = None,
        name: Any = None,
    ) -> Metric:
        with variable_scope(name, metric.__name__, (predictions, labels, weights)):
            predictions, labels, weights = matched(
                predictions=cast(predictions, dtype=dtypes.bool_), labels=cast(labels, dtype=dtypes.bool_), weights=weights
            )
            met = logical_and(equal(labels, label), equal(predictions, prediction))
            return _count(met, weights, metrics_collections, updates_collections)

    metric.__name__ = metric.__qualname__ = name
    metric.__doc__ = f"{doc}, so far: (value, update). Labels and predictions are taken as bools."
    return public(f"metrics.{name}")(metric)


true_positives = _counted("true_positives", True, True, "How many predictions were rightly true")
true_negatives = _counted("true_negatives", False, False, "How many predictions were rightly false")
false_positives = _counted("false_positives", False, True, "How many predictions were wrongly true")
false_negatives = _counted("false_negatives", True, False, "How many predictions were wrongly false")


def _share(part: Any, rest: Any, name: str) -> Tensor:
    """Part / (part + rest), 0 where there is nothing."""
    return array.where(greater(part + rest, 0), TABLE["div"](part, part + rest), 0, name)


@public("metrics.precision")
def precision(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """How many of the predictions that were true were rightly so: (value, update)."""
    with variable_scope(name, "precision", (predictions, labels, weights)):
        return _of_two(false_positives, labels, predictions, weights, metrics_collections, updates_collections)


@public("metrics.recall")
def recall(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """How many of the labels that were true were predicted: (value, update)."""
    with variable_scope(name, "recall", (predictions, labels, weights)):
        return _of_two(false_negatives, labels, predictions, weights, metrics_collections, updates_collections)


def _of_two(wrong: Any, labels: Any, predictions: Any, weights: Any, metrics_collections: Any, updates_collections: Any) -> Metric:
    predictions, labels, weights = matched(
        predictions=cast(predictions, dtype=dtypes.bool_), labels=cast(labels, dtype=dtypes.bool_), weights=weights
    )
    right, add_right = true_positives(labels, predictions, weights)
    rest, add_rest = wrong(labels, predictions, weights)
    value = listed(metrics_collections, _share(right, rest, "value"))
    return value, listed(updates_collections, _share(add_right, add_rest, "update_op"))
