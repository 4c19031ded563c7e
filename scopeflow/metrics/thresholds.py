"""Metrics of predictions in [0, 1], cut at thresholds; the area under a curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph import dtypes
from ..graph.conversion import constant
from ..graph.default_graph import control_dependencies
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import (
    abs_,
    div_no_nan,
    equal,
    greater,
    log,
    logical_and,
    logical_not,
    maximum,
    minimum,
    multiply,
)  # fmt: skip
from ..ops.reduction import argmax, argmin, reduce_min, reduce_sum
from ..ops.weights_broadcast import broadcast_weights
from ..scopes import variable_scope
from ..variables.assignment import assign_add
from .accumulation import listed, matched, metric_variable, value_of
from .means import Metric

#: kind -> (name of its variable, label, prediction)
_KINDS = {
    "tp": ("true_positives", True, True),
    "fn": ("false_negatives", True, False),
    "tn": ("true_negatives", False, False),
    "fp": ("false_positives", False, True),
}
_SMALL = 1e-7


@public("python.ops.metrics_impl._confusion_matrix_at_thresholds")
def counts_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    includes: Sequence[str] | None = None,
    checked: bool = True,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(variables, updates): for each kind of `includes` (None: all), how often it was met at each threshold.

    `checked`: the run checks that predictions are in [0, 1].
    """
    kinds = tuple(_KINDS) if includes is None else includes
    checks = []
    if checked:
        checks = [
            TABLE["assert_greater_equal"](predictions, cast(0.0, dtype=predictions.dtype), message="predictions must be in [0, 1]"),
            TABLE["assert_less_equal"](predictions, cast(1.0, dtype=predictions.dtype), message="predictions must be in [0, 1]"),
        ]
    with control_dependencies(checks):
        predictions, labels, weights = matched(
            predictions=cast(predictions, dtypes.float32), labels=cast(labels, dtype=dtypes.bool_), weights=weights
        )
    predictions.shape.assert_is_compatible_with(labels.shape)
    n = len(thresholds)
    column = array.reshape(predictions, [-1, 1])
    row = array.reshape(cast(labels, dtype=dtypes.bool_), [1, -1])
    number = column._dims[0]
    if number is None:
        number = array.shape(column)[0]
    cuts = array.tile(array.expand_dims(constant(thresholds), [1]), array.stack([1, number]))
    is_met = {}
    positive = greater(array.tile(array.transpose(column), [n, 1]), cuts)
    is_met[True] = positive
    if "fn" in kinds or "tn" in kinds:
        is_met[False] = logical_not(positive)
    is_label = {True: array.tile(row, [n, 1])}
    if "fp" in kinds or "tn" in kinds:
        is_label[False] = logical_not(is_label[True])
    tiled = None
    if weights is not None:
        weights = broadcast_weights(cast(weights, dtypes.float32), predictions)
        tiled = array.tile(array.reshape(weights, [1, -1]), [n, 1])
        cuts.shape.assert_is_compatible_with(tiled.shape)
    variables, updates = {}, {}
    for kind, (name, label, prediction) in _KINDS.items():
        if kind in kinds:
            variables[kind] = metric_variable([n], dtypes.float32, name=name)
            found = cast(logical_and(is_label[label], is_met[prediction]), dtypes.float32)
            if tiled is not None:
                found *= tiled
            updates[kind] = assign_add(variables[kind], reduce_sum(found, 1))
    return variables, updates


def _at_thresholds(kind: str) -> Any:
    variable_name = _KINDS[kind][0]

    def metric(
        labels: Any,
        predictions: Any,
        thresholds: Any,
        weights: Any = None,
        metrics_collections: Any = None,
        updates_collections: Any = None,
        name: Any = None,
    ) -> Metric:
        with variable_scope(name, variable_name, (predictions, labels, weights)):
            variables, updates = counts_at_thresholds(labels, predictions, thresholds, weights, (kind,))
            return value_of(variables[kind], metrics_collections), listed(updates_collections, updates[kind])

    metric.__name__ = metric.__qualname__ = f"{variable_name}_at_thresholds"
    metric.__doc__ = f"The number of {variable_name.replace('_', ' ')} at each threshold: (value, update), [thresholds]."
    return public(f"metrics.{metric.__name__}")(metric)


true_positives_at_thresholds = _at_thresholds("tp")
false_negatives_at_thresholds = _at_thresholds("fn")
true_negatives_at_thresholds = _at_thresholds("tn")
false_positives_at_thresholds = _at_thresholds("fp")


def share(part: Any, rest: Any, name: str) -> Tensor:
    """What share `part` is of `part` and `rest`."""
    return TABLE["div"](part, _SMALL + part + rest, name=name)


@public("metrics.precision_at_thresholds")
def precision_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """`precision` at each threshold: (value, update), [thresholds]."""
    with variable_scope(name, "precision_at_thresholds", (predictions, labels, weights)):
        v, u = counts_at_thresholds(labels, predictions, thresholds, weights, ("tp", "fp"))
        value = listed(metrics_collections, share(v["tp"], v["fp"], "precision_value"))
        return value, listed(updates_collections, share(u["tp"], u["fp"], "precision_update_op"))


@public("metrics.recall_at_thresholds")
def recall_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """`recall` at each threshold: (value, update), [thresholds]."""
    with variable_scope(name, "recall_at_thresholds", (predictions, labels, weights)):
        v, u = counts_at_thresholds(labels, predictions, thresholds, weights, ("tp", "fn"))
        value = listed(metrics_collections, share(v["tp"], v["fn"], "recall_value"))
        return value, listed(updates_collections, share(u["tp"], u["fn"], "recall_update_op"))


def even_thresholds(n: int, last: float = 1.0 + _SMALL) -> list[float]:
    """`n` thresholds from just below 0 to just above 1."""
    return [0.0 - _SMALL, *((i + 1) * 1.0 / (n - 1) for i in range(n - 2)), last]


# -- the area under a curve ---------------------------------------------------------------------
@public("metrics.auc")
def auc(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    curve: str = "ROC",
    name: Any = None,
    summation_method: str = "trapezoidal",
    thresholds: Sequence[float] | None = None,
) -> Metric:
    """The area under a curve, from counts at thresholds: (value, update).

    Args:
      curve: "ROC" (true over false positive rate) or "PR" (precision over recall).
      summation_method: "trapezoidal", "careful_interpolation" (Davis and Goadrich, 2006, for "PR"), "minoring" or "majoring".
      thresholds: others than evenly spaced ones.

    Raises:
      ValueError: another curve or method.
    """
    with variable_scope(name, "auc", (labels, predictions, weights)):
        if curve != "ROC" and curve != "PR":
            raise ValueError(f"curve must be either ROC or PR, {curve} unknown")
        if thresholds is not None:
            num_thresholds = len(thresholds) + 2
            cuts = [0.0 - _SMALL, *sorted(thresholds), 1.0 + _SMALL]
        else:
            cuts = even_thresholds(num_thresholds)
        v, u = counts_at_thresholds(labels, predictions, cuts, weights)
        value = listed(metrics_collections, _area(v, num_thresholds, curve, summation_method, "value"))
        return value, listed(updates_collections, _area(u, num_thresholds, curve, summation_method, "update_op"))


def _area(counts: dict[str, Any], n: int, curve: str, method: str, name: str) -> Tensor:
    small, div = 1.0e-6, TABLE["div"]
    tp, fn, tn, fp = (counts[k] for k in ("tp", "fn", "tn", "fp"))
    if curve == "PR" and method == "careful_interpolation":
        return _interpolated(tp, fp, fn, n)
    recall = div(tp + small, tp + fn + small)
    if curve == "ROC":
        x, y = div(fp, fp + tn + small), recall
    else:
        x, y = recall, div(tp + small, tp + fp + small)
    if method in ("trapezoidal", "careful_interpolation"):
        return reduce_sum(multiply(x[: n - 1] - x[1:], (y[: n - 1] + y[1:]) / 2.0), name=name)
    if method in ("minoring", "majoring"):
        bound = minimum if method == "minoring" else maximum
        return reduce_sum(multiply(x[: n - 1] - x[1:], bound(y[: n - 1], y[1:])), name=name)
    raise ValueError(f"Invalid summation_method: {method}")


def _interpolated(tp: Any, fp: Any, fn: Any, n: int) -> Tensor:
    """The area under the precision-recall curve, true positives taken as linear between thresholds."""
    found = tp[: n - 1] - tp[1:]
    positives = tp + fp
    slope = div_no_nan(found, maximum(positives[: n - 1] - positives[1:], 0), name="prec_slope")
    intercept = tp[1:] - multiply(slope, positives[1:])
    ratio = array.where(
        logical_and(positives[: n - 1] > 0, positives[1:] > 0),
        div_no_nan(positives[: n - 1], maximum(positives[1:], 0), name="recall_relative_ratio"),
        array.ones_like(positives[1:]),
    )
    steps = div_no_nan(slope * (found + intercept * log(ratio)), maximum(tp[1:] + fn[1:], 0), name="pr_auc_increment")
    return reduce_sum(steps, name="interpolate_pr_auc")


# -- one rate where another is given --------------------------------------------------------------
@public("metrics.sensitivity_at_specificity")
def sensitivity_at_specificity(
    labels: Any,
    predictions: Any,
    specificity: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The true positive rate at the threshold whose true negative rate is nearest to `specificity`: (value, update)."""
    if specificity < 0 or specificity > 1:
        raise ValueError("`specificity` must be in the range [0, 1].")
    div = TABLE["div"]

    def rate(c: dict[str, Any], name: str) -> Tensor:
        specificities = div(c["tn"], c["tn"] + c["fp"] + _SMALL)
        at = cast(argmin(abs_(specificities - specificity), 0), dtypes.int32)
        return div(c["tp"][at], c["tp"][at] + c["fn"][at] + _SMALL, name)

    with variable_scope(name, "sensitivity_at_specificity", (predictions, labels, weights)):
        v, u = counts_at_thresholds(labels, predictions, even_thresholds(num_thresholds), weights)
        return listed(metrics_collections, rate(v, "value")), listed(updates_collections, rate(u, "update_op"))


@public("metrics.specificity_at_sensitivity")
def specificity_at_sensitivity(
    labels: Any,
    predictions: Any,
    sensitivity: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The true negative rate at the (last) threshold whose true positive rate is nearest to `sensitivity`: (value, update)."""
    if sensitivity < 0 or sensitivity > 1:
        raise ValueError("`sensitivity` must be in the range [0, 1].")
    div = TABLE["div"]

    def rate(c: dict[str, Any], name: str) -> Tensor:
        sensitivities = div(c["tp"], c["tp"] + c["fn"] + _SMALL)
        least = reduce_min(abs_(sensitivities - sensitivity))
        is_least = cast(equal(abs_(sensitivities - sensitivity), least), dtypes.int64)
        # The last of those that are equally near.
        at = cast(argmax(TABLE["cumsum"](is_least), 0), dtypes.int32)
        return div(c["tn"][at], c["tn"][at] + c["fp"][at] + _SMALL, name)

    with variable_scope(name, "specificity_at_sensitivity", (predictions, labels, weights)):
        # Just below 1, as in the reference.
        v, u = counts_at_thresholds(labels, predictions, even_thresholds(num_thresholds, 1.0 - _SMALL), weights)
        return listed(metrics_collections, rate(v, "value")), listed(updates_collections, rate(u, "update_op"))
