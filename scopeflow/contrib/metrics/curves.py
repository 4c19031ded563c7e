"""Metrics from counts at thresholds: rates, points of curves, one rate where another is given."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from ...graph import dtypes
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import TABLE, public
from ...metrics import counts
from ...metrics.accumulation import listed, matched, metric_variable
from ...metrics.means import Metric
from ...metrics.thresholds import counts_at_thresholds, even_thresholds, share
from ...ops import array
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.elementwise import abs_, floor, greater, greater_equal, maximum
from ...ops.flow import group
from ...ops.reduction import argmax, argmin, cumsum, reduce_max, reduce_sum
from ...scopes import variable_scope

_SMALL = 1e-7
div = TABLE["div"]


# -- counts and rates -------------------------------------------------------------------------------
def _counted(kind: str, name: str) -> None:
    def metric(predictions: Any, labels: Any, thresholds: Sequence[float], weights: Any = None) -> Metric:
        values, updates = counts_at_thresholds(labels, predictions, thresholds, weights, (kind,), checked=False)
        return values[kind], updates[kind]

    metric.__name__ = metric.__qualname__ = f"streaming_{name}_at_thresholds"
    metric.__doc__ = f"(the variable, its update) of how many {name.replace('_', ' ')} there were at each threshold."
    public(f"contrib.metrics.{metric.__name__}")(metric)


_counted("tp", "true_positives")
_counted("fn", "false_negatives")
_counted("tn", "true_negatives")
_counted("fp", "false_positives")


def _rate(name: str, wrong: Callable[..., Metric], right: Callable[..., Metric]) -> None:
    """The share of `wrong` in `wrong` and `right`."""

    def metric(
        predictions: Any,
        labels: Any,
        weights: Any = None,
        metrics_collections: Any = None,
        updates_collections: Any = None,
        name: Any = None,
    ) -> Metric:
        with variable_scope(name, default, (predictions, labels, weights)):
            predictions, labels, weights = matched(cast(predictions, dtypes.bool_), cast(labels, dtypes.bool_), weights)
            part, part_update = wrong(labels, predictions, weights)
            rest, rest_update = right(labels, predictions, weights)

            def rate(part: Any, rest: Any, name: str) -> Tensor:
                return array.where(greater(part + rest, 0), div(part, part + rest), 0, name)

            value = rate(part, rest, "value")
            update = rate(part_update, rest_update, "update_op")
            return listed(metrics_collections, value), listed(updates_collections, update)

    default = name
    metric.__name__ = metric.__qualname__ = f"streaming_{name}"
    metric.__doc__ = f"The {name.replace('_', ' ')} so far, 0 before there is any: (value, update)."
    public(f"contrib.metrics.{metric.__name__}")(metric)


_rate("false_positive_rate", counts.false_positives, counts.true_negatives)
_rate("false_negative_rate", counts.false_negatives, counts.true_positives)


def _rate_at_thresholds(name: str, part: str, rest: str, short: str) -> None:
    def metric(
        predictions: Any,
        labels: Any,
        thresholds: Sequence[float],
        weights: Any = None,
        metrics_collections: Any = None,
        updates_collections: Any = None,
        name: Any = None,
    ) -> Metric:
        with variable_scope(name, default, (predictions, labels, weights)):
            v, u = counts_at_thresholds(labels, predictions, thresholds, weights, (part, rest), checked=False)
            value = share(v[part], v[rest], f"{short}_value")
            update = share(u[part], u[rest], f"{short}_update_op")
            return listed(metrics_collections, value), listed(updates_collections, update)

    default = f"{name}_at_thresholds"
    metric.__name__ = metric.__qualname__ = f"streaming_{default}"
    metric.__doc__ = f"The {name.replace('_', ' ')} at each threshold: (value, update), [thresholds]."
    public(f"contrib.metrics.{metric.__name__}")(metric)


_rate_at_thresholds("false_positive_rate", "fp", "tn", "fpr")
_rate_at_thresholds("false_negative_rate", "fn", "tp", "fnr")


# -- one number from all thresholds -----------------------------------------------------------------------
@public("contrib.metrics.f1_score")
def f1_score(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The largest harmonic mean of precision and recall at any threshold: (value, update)."""
    with variable_scope(name, "f1", (labels, predictions, weights)):
        v, u = counts_at_thresholds(labels, predictions, even_thresholds(num_thresholds), weights, ("tp", "fp", "fn"))

        def best(c: dict[str, Any], name: str) -> Tensor:
            precision = share(c["tp"], c["fp"], f"precision_{name}")
            recall = share(c["tp"], c["fn"], f"recall_{name}")
            return reduce_max(2.0 * precision * recall / (precision + recall + _SMALL))

        return listed(metrics_collections, best(v, "value")), listed(updates_collections, best(u, "update"))


@public("contrib.metrics.precision_at_recall")
def precision_at_recall(
    labels: Any,
    predictions: Any,
    target_recall: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The precision at the highest threshold whose recall is at least `target_recall`: (value, update)."""
    if target_recall < 0 or target_recall > 1:
        raise ValueError("`target_recall` must be in the range [0, 1].")
    with variable_scope(name, "precision_at_recall", (predictions, labels, weights)):
        v, u = counts_at_thresholds(labels, predictions, even_thresholds(num_thresholds), weights, checked=False)

        def precision(c: dict[str, Any], name: str) -> Tensor:
            recalls = div(c["tp"], c["tp"] + c["fn"] + _SMALL)
            # Recall falls as the threshold rises.
            at = reduce_sum(cast(greater_equal(recalls, target_recall), dtypes.int64)) - 1
            return div(c["tp"][at] + _SMALL, c["tp"][at] + c["fp"][at] + _SMALL, name)

        return listed(metrics_collections, precision(v, "value")), listed(updates_collections, precision(u, "update_op"))


@public("contrib.metrics.recall_at_precision")
def recall_at_precision(
    labels: Any,
    predictions: Any,
    precision: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
    strict_mode: bool = False,
) -> Metric:
    """The recall at the threshold whose precision is nearest to `precision`: (value, update).

    Args:
      strict_mode: nearest from above; 0 if no threshold has that precision.

    Raises:
      ValueError: a precision outside [0, 1].
    """
    if not 0 <= precision <= 1:
        raise ValueError("`precision` must be in the range [0, 1].")

    def recall(c: dict[str, Any], name: str) -> Tensor:
        precisions = div(c["tp"], c["tp"] + c["fp"] + _SMALL)

        def recall_at(at: Tensor) -> Tensor:
            return div(c["tp"][at], c["tp"][at] + c["fn"][at] + _SMALL, name)

        if not strict_mode:
            return recall_at(argmin(abs_(precisions - precision), 0, output_type=dtypes.int32))
        at = argmax(div(1.0, precisions - precision + _SMALL), 0, output_type=dtypes.int32)
        return cond(greater_equal(precisions[at], precision), lambda: recall_at(at), lambda: array.constant(0.0))

    with variable_scope(name, "recall_at_precision", (predictions, labels, weights)):
        v, u = counts_at_thresholds(labels, predictions, even_thresholds(num_thresholds), weights, checked=False)
        return listed(metrics_collections, recall(v, "value")), listed(updates_collections, recall(u, "update_op"))


# -- curves ------------------------------------------------------------------------------------------------
@public("contrib.metrics.streaming_curve_points")
def streaming_curve_points(
    labels: Any = None,
    predictions: Any = None,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    curve: str = "ROC",
    name: Any = None,
) -> tuple[Tensor, Operation]:
    """Points of a curve, [thresholds, 2]: (false, true positive rate) for "ROC", (recall, precision) for "PR"; and the update."""
    with variable_scope(name, "curve_points", (labels, predictions, weights)):
        if curve != "ROC" and curve != "PR":
            raise ValueError(f"curve must be either ROC or PR, {curve} unknown")
        v, u = counts_at_thresholds(labels, predictions, even_thresholds(num_thresholds), weights, checked=False)
        small = 1e-6
        recall = div(v["tp"] + small, v["tp"] + v["fn"] + small)
        if curve == "ROC":
            points = [div(v["fp"], v["fp"] + v["tn"] + small), recall]
        else:
            points = [recall, div(v["tp"] + small, v["tp"] + v["fp"] + small)]
        return listed(metrics_collections, array.stack(points, axis=1)), listed(updates_collections, group(*u.values()))


#: each [thresholds]
PrecisionRecallData = namedtuple("PrecisionRecallData", ["tp", "fp", "tn", "fn", "precision", "recall", "thresholds"])


@public("contrib.metrics.precision_recall_at_equal_thresholds")
def precision_recall_at_equal_thresholds(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int | None = None,
    use_locking: bool | None = None,
    name: Any = None,
) -> tuple[PrecisionRecallData, Operation]:
    """(counts, precision and recall at evenly spaced thresholds, the update), in time that does not grow with the thresholds.

    Args:
      labels: bool.
      predictions: in [0, 1], of the labels' shape.
      num_thresholds: 201 if None.
      use_locking: the accumulation may be locked; it makes no difference here.

    Raises:
      TypeError: labels that are not bool.
    """
    TABLE["assert_type"](labels, dtypes.bool_)
    num_thresholds = 201 if num_thresholds is None else num_thresholds
    with variable_scope(name, "precision_recall_at_equal_thresholds", (labels, predictions, weights)):
        within = [
            TABLE["assert_greater_equal"](predictions, cast(0.0, dtype=predictions.dtype), message="predictions must be in [0, 1]"),
            TABLE["assert_less_equal"](predictions, cast(1.0, dtype=predictions.dtype), message="predictions must be in [0, 1]"),
        ]
        with control_dependencies(within):
            predictions, labels, weights = matched(predictions, labels, 1.0 if weights is None else weights)
        predictions.shape.assert_is_compatible_with(labels.shape)
        is_label = cast(labels, dtypes.float64)
        weights = cast(weights, dtypes.float64)
        hits = is_label * weights
        misses = (1.0 - is_label) * weights
        predictions, hits, misses = (array.reshape(t, [-1]) for t in (predictions, hits, misses))
        buckets = cast(floor(predictions * (num_thresholds - 1)), dtypes.int32)
        with name_scope("variables"):
            hit_buckets = metric_variable([num_thresholds], dtypes.float64, name="tp_buckets")
            miss_buckets = metric_variable([num_thresholds], dtypes.float64, name="fp_buckets")
        with name_scope("update_op"):
            add = TABLE["scatter_add"]
            update_hits = add(hit_buckets, buckets, hits, use_locking=bool(use_locking))
            update_misses = add(miss_buckets, buckets, misses, use_locking=bool(use_locking))
        tp = cumsum(hit_buckets, reverse=True, name="tp")
        fp = cumsum(miss_buckets, reverse=True, name="fp")
        tn = fp[0] - fp
        fn = tp[0] - tp
        small = array.constant(_SMALL, dtypes.float64)
        precision = tp / maximum(small, tp + fp)
        recall = tp / maximum(small, tp + fn)
        found = [cast(t, predictions.dtype) for t in (tp, fp, tn, fn, precision, recall)]
        thresholds = cast(TABLE["linspace"](0.0, 1.0, num_thresholds), predictions.dtype)
        return PrecisionRecallData(*found, thresholds), group(update_hits, update_misses)
