"""Metrics of the k best predictions against sets of labels: precision, recall and average precision at k."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.conversion import convert_to_tensor_or_sparse_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array, sets
from ..ops.casting import cast
from ..ops.control_flow import cond
from ..ops.elementwise import add, div_no_nan, equal, greater_equal, minimum, multiply
from ..ops.nn.selection import top_k
from ..ops.reduction import reduce_max, reduce_sum
from ..ops.weights_broadcast import assert_broadcastable, broadcast_weights
from ..variables.assignment import assign_add
from .accumulation import listed, metric_variable
from .means import Metric


def _at_k(name: str, k: int | None, class_id: Any = None) -> str:
    name = f"{name}_at_k" if k is None else f"{name}_at_{k}"
    return name if class_id is None else f"{name}_class{class_id}"


# -- labels ---------------------------------------------------------------------------------
def _expanded(labels: Any, predictions: Any) -> Any:
    """`labels`, with a last dimension of 1 if they have one dimension less than `predictions`. Raises ValueError if ranks do not fit."""
    with name_scope(None, "expand_labels", (labels, predictions)) as scope:
        labels = convert_to_tensor_or_sparse_tensor(labels)
        if isinstance(labels, SparseTensor):
            sparse = labels
            return cond(
                equal(array.rank(predictions), array.size(sparse.dense_shape) + 1),
                lambda: TABLE["sparse_reshape"](sparse, shape=array.concat((sparse.dense_shape, (1,)), 0), name=scope),
                lambda: sparse,
            )
        rank, wanted = labels.shape.ndims, predictions.get_shape().ndims
        if rank is not None and wanted is not None:
            if wanted == rank + 1:
                return array.expand_dims(labels, -1, name=scope)
            if wanted == rank:
                return labels
            raise ValueError(f"Unexpected labels shape {labels.shape} for predictions shape {predictions.get_shape()}.")
        short = labels
        is_short = equal(array.rank(predictions), array.rank(short) + 1)
        return cond(is_short, lambda: array.expand_dims(short, -1, name=scope), lambda: short)


def _of_class(ids: Any, class_id: Any) -> SparseTensor:
    """Of `ids`, those that are `class_id`."""
    ids = convert_to_tensor_or_sparse_tensor(ids)
    if isinstance(ids, SparseTensor):
        return TABLE["sparse_retain"](ids, equal(ids.values, class_id))
    shape = array.shape(ids, out_type=dtypes.int64)
    last = array.size(shape) - 1
    row = array.fill(_with_ones(shape, array.reshape(last, [1])), cast(class_id, dtypes.int64))
    found = sets.set_intersection(row, ids)
    return SparseTensor(indices=found.indices, values=found.values, dense_shape=shape)


def _with_ones(shape: Tensor, axes: Tensor) -> Tensor:
    """`shape` with 1 at `axes`."""
    shape = cast(shape, dtypes.int32)
    axes = cast(axes, dtypes.int32)
    rank = array.size(shape)
    axes = (axes + rank) % rank
    number = array.shape(axes)
    return TABLE["dynamic_stitch"]([array.range_(rank), axes], [shape, array.fill(number, 1)])


def _selected(labels: Any, predictions_idx: Any, class_id: Any) -> tuple[Any, Any]:
    if class_id is None:
        return labels, predictions_idx
    return _of_class(labels, class_id), _of_class(predictions_idx, class_id)


# -- counts -----------------------------------------------------------------------------------
def _true_positives(labels: Any, predictions_idx: Any) -> SparseTensor:
    return sets.set_intersection(predictions_idx, labels)


def _false_positives(labels: Any, predictions_idx: Any) -> SparseTensor:
    return sets.set_difference(predictions_idx, labels, aminusb=True)


def _false_negatives(labels: Any, predictions_idx: Any) -> SparseTensor:
    return sets.set_difference(predictions_idx, labels, aminusb=False)


def _count(
    kind: Any, default_name: str, labels: Any, predictions_idx: Any, class_id: Any = None, weights: Any = None, name: Any = None
) -> Tensor:
    """How many of each row `kind` finds, float64 [...], times the weights."""
    with name_scope(name, default_name, (predictions_idx, labels, weights)):
        labels, predictions_idx = _selected(labels, predictions_idx, class_id)
        count = cast(sets.set_size(kind(labels, predictions_idx)), dtypes.float64)
        if weights is not None:
            with control_dependencies((assert_broadcastable(weights, count),)):
                count = multiply(count, cast(weights, dtypes.float64))
        return count


def _streaming_count(kind: Any, name: str, labels: Any, predictions_idx: Any, k: Any, class_id: Any, weights: Any) -> tuple[Any, Any]:
    """(variable, update) of `_count`'s sum; `name` is in the plural."""
    with name_scope(None, _at_k(name[:-1], k, class_id), (predictions_idx, labels, weights)) as scope:
        count = _count(kind, name, labels, predictions_idx, class_id, weights)
        total = cast(reduce_sum(count), dtypes.float64)
        variable = metric_variable([], dtypes.float64, name=scope)
        return variable, assign_add(variable, total, name="update")


def _share(
    kind: Any, kind_name: str, labels: Any, predictions_idx: Any, k: Any, class_id: Any, weights: Any, mc: Any, uc: Any, scope: str
) -> Metric:
    """True positives over true positives and `kind`."""
    labels = _expanded(labels, predictions_idx)
    ids = cast(predictions_idx, dtypes.int64)
    tp, add_tp = _streaming_count(_true_positives, "true_positives", labels, ids, k, class_id, weights)
    rest, add_rest = _streaming_count(kind, kind_name, labels, ids, k, class_id, weights)
    div = TABLE["div"]
    value = listed(mc, div(tp, add(tp, rest), name=scope))
    return value, listed(uc, div(add_tp, add(add_tp, add_rest), name="update"))


# -- recall and precision -----------------------------------------------------------------------
@public("metrics.recall_at_top_k")
def recall_at_top_k(
    labels: Any,
    predictions_idx: Any,
    k: int | None = None,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """How many of the labels are among the predictions: (value, update).

    Args:
      labels: int64 [..., labels], or [...] for one label each, or a SparseTensor.
      predictions_idx: the classes predicted, [..., k].
      k: for names only.
      class_id: counts this class alone.
    """
    with name_scope(name, _at_k("recall", k, class_id), (predictions_idx, labels, weights)) as scope:
        return _share(
            _false_negatives, "false_negatives", labels, predictions_idx, k, class_id, weights, metrics_collections,
            updates_collections, scope,
        )  # fmt: skip


@public("metrics.recall_at_k")
def recall_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """`recall_at_top_k` for the k largest of `predictions`, [..., classes]."""
    with name_scope(name, _at_k("recall", k, class_id), (predictions, labels, weights)) as scope:
        _, ids = top_k(predictions, k)
        return recall_at_top_k(labels, ids, k, class_id, weights, metrics_collections, updates_collections, scope)


@public("metrics.precision_at_top_k")
def precision_at_top_k(
    labels: Any,
    predictions_idx: Any,
    k: int | None = None,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """How many of the predictions are among the labels: (value, update). Arguments as `recall_at_top_k`'s."""
    with name_scope(name, _at_k("precision", k, class_id), (predictions_idx, labels, weights)) as scope:
        return _share(
            _false_positives, "false_positives", labels, predictions_idx, k, class_id, weights, metrics_collections,
            updates_collections, scope,
        )  # fmt: skip


@public("metrics.precision_at_k")
def precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """`precision_at_top_k` for the k largest of `predictions`, [..., classes]."""
    with name_scope(name, _at_k("precision", k, class_id), (predictions, labels, weights)) as scope:
        _, ids = top_k(predictions, k)
        return precision_at_top_k(labels, ids, k, class_id, weights, metrics_collections, updates_collections, scope)


@public("metrics.sparse_precision_at_k")
def sparse_precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The old name of `precision_at_k`."""
    return precision_at_k(labels, predictions, k, class_id, weights, metrics_collections, updates_collections, name)


# -- average precision ----------------------------------------------------------------------------
def _repeated(x: Any, times: int, dim: int, name: str) -> Any:
    """`x` with a new dimension at `dim`, repeated along it."""
    with name_scope(name, "expand_and_tile", (x, times, dim)) as scope:
        if isinstance(x, SparseTensor):
            at = array.reshape(array.size(x.dense_shape) + dim, [1]) if dim < 0 else [dim]
            parts = (array.slice_(x.dense_shape, [0], at), [1], array.slice_(x.dense_shape, at, [-1]))
            wide = TABLE["sparse_reshape"](x, shape=array.concat(parts, 0, name="expanded_shape"), name="expand")
            if times == 1:
                return wide
            return TABLE["sparse_concat"](dim - 1 if dim < 0 else dim, [wide] * times, name=scope)
        wide = array.expand_dims(x, dim if dim >= 0 else dim - 1, name="expand")
        if times == 1:
            return wide
        ones = array.ones_like(array.shape(x))
        multiples = array.concat((ones[:dim], (times,), ones[dim:]), 0, name="multiples")
        return array.tile(wide, multiples, name=scope)


def _relevant(labels: Any, k: int) -> Tensor:
    """How many labels each row has, at most `k`; negative ones do not count."""
    with name_scope(None, "num_relevant", (labels,)) as scope:
        if isinstance(labels, SparseTensor):
            return minimum(sets.set_size(labels), k, name=scope)
        is_label = greater_equal(labels, 0)
        ones = array.ones_like(labels)
        counted = TABLE["where_v2"](is_label, ones, array.zeros_like(labels))
        return minimum(reduce_sum(counted, axis=-1), k, name=scope)


def average_precision_of_rows(labels: Any, predictions_idx: Any) -> Tensor:
    """The average precision of each row, float64 [...]. Raises ValueError if k is not known."""
    with name_scope(None, "average_precision", (predictions_idx, labels)) as scope:
        ids = cast(predictions_idx, dtypes.int64, name="predictions_idx")
        if ids.shape.ndims == 0:
            raise ValueError("The rank of predictions_idx must be at least 1.")
        k = ids.shape.with_rank_at_least(1)[-1].value
        if k is None:
            raise ValueError("The last dimension of predictions_idx must be set.")
        labels = _expanded(labels, ids)
        ids_per_k = array.expand_dims(ids, -1, name="predictions_idx_per_k")
        labels_per_k = _repeated(labels, k, -1, "labels_per_k")
        relevant = _count(_true_positives, "true_positives", labels_per_k, ids_per_k, name="relevant_per_k")
        found = TABLE["cumsum"](relevant, axis=-1, name="tp_per_k")
        retrieved = TABLE["cumsum"](array.ones_like(relevant), axis=-1, name="retrieved_per_k")
        precision = TABLE["div"](cast(found, dtypes.float64), cast(retrieved, dtypes.float64), name="precision_per_k")
        counted = multiply(precision, cast(relevant, dtypes.float64), name="relevant_precision_per_k")
        total = reduce_sum(counted, axis=(-1,), name="precision_sum")
        return TABLE["div"](total, cast(_relevant(labels, k), dtypes.float64), name=scope)


@public("python.ops.metrics_impl._streaming_sparse_average_precision_at_top_k")
def streaming_average_precision(
    labels: Any,
    predictions_idx: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The mean of `average_precision_of_rows` so far: (value, update)."""
    with name_scope(name, "average_precision_at_top_k", (predictions_idx, labels, weights)) as scope:
        each = average_precision_of_rows(labels, predictions_idx)
        if weights is not None:
            weights = broadcast_weights(cast(weights, dtypes.float64), each)
            each = multiply(each, weights)
        with name_scope(None, "max", (each,)) as max_scope:
            most = metric_variable([], dtypes.float64, name=max_scope)
            if weights is None:
                batch_most = cast(array.size(each, name="batch_max"), dtypes.float64)
            else:
                batch_most = reduce_sum(weights, name="batch_max")
            add_most = assign_add(most, batch_most, name="update")
        with name_scope(None, "total", (each,)) as total_scope:
            total = metric_variable([], dtypes.float64, name=total_scope)
            add_total = assign_add(total, reduce_sum(each, name="batch_total"), name="update")
        value = listed(metrics_collections, div_no_nan(total, most, name="mean"))
        return value, listed(updates_collections, div_no_nan(add_total, add_most, name=scope))


def _without_unknown_classes(labels: Any, classes: Tensor) -> Any:
    """`labels`, those not below `classes` made -1."""

    def cleaned(values: Any) -> Any:
        return TABLE["where_v2"](greater_equal(values, classes), -1 * array.ones_like(values), values)

    sparse = isinstance(labels, SparseTensor)
    largest = reduce_max(labels.values if sparse else labels)

    def all_cleaned() -> Any:
        if sparse:
            return SparseTensor(indices=labels.indices, values=cleaned(labels.values), dense_shape=labels.dense_shape)
        return cleaned(labels)

    return cond(greater_equal(largest, classes), all_cleaned, lambda: labels)


@public("metrics.average_precision_at_k")
def average_precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The mean average precision of the k largest of `predictions`, [..., classes]: (value, update).

    Labels are as `recall_at_top_k`'s; those that are no class count as wrong.

    Raises:
      ValueError: k is below 1.
    """
    if k < 1:
        raise ValueError(f"Invalid k={k}.")
    with name_scope(name, _at_k("average_precision", k), (predictions, labels, weights)) as scope:
        _, ids = top_k(predictions, k)
        labels = _without_unknown_classes(labels, cast(array.shape(predictions)[-1], dtypes.int64))
        return streaming_average_precision(labels, ids, weights, metrics_collections, updates_collections, scope)


@public("metrics.sparse_average_precision_at_k")
def sparse_average_precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """The old name of `average_precision_at_k`."""
    return average_precision_at_k(labels, predictions, k, weights, metrics_collections, updates_collections, name)
