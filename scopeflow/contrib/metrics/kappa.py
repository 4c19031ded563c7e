"""Cohen's kappa; recall at given ids."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...metrics import top_k
from ...metrics.accumulation import listed, matched, metric_variable
from ...metrics.means import Metric
from ...ops.casting import cast
from ...ops.confusion import confusion_matrix
from ...ops.elementwise import div_no_nan
from ...ops.reduction import reduce_sum
from ...scopes import variable_scope
from ...variables.assignment import assign_add


@public("contrib.metrics.cohen_kappa")
def cohen_kappa(
    labels: Any,
    predictions_idx: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """How far labels and predictions, [n] ids, agree beyond chance (Cohen, 1960), float64: (value, update)."""
    if num_classes < 2:
        raise ValueError(f"`num_classes` must be >= 2.Found: {num_classes}")
    with variable_scope(name, "cohen_kappa", (labels, predictions_idx, weights)):
        predictions_idx, labels, weights = matched(predictions_idx, labels, weights)
        predictions_idx.get_shape().assert_is_compatible_with(labels.get_shape())
        dtype = dtypes.int64 if weights is None else weights.dtype
        agreed = metric_variable([num_classes], dtype, name="po")
        rows = metric_variable([num_classes], dtype, name="pe_row")
        columns = metric_variable([num_classes], dtype, name="pe_col")
        table = confusion_matrix(labels, predictions_idx, num_classes, dtype, "counts_in_table", weights)
        found = [TABLE["diag_part"](table), reduce_sum(table, axis=0), reduce_sum(table, axis=1)]
        updates = [assign_add(v, f) for v, f in zip((agreed, rows, columns), found)]

        def kappa(agreed: Any, rows: Any, columns: Any, name: str) -> Tensor:
            observed = reduce_sum(agreed)
            total = reduce_sum(rows)
            by_chance = reduce_sum(div_no_nan(cast(rows * columns, dtypes.float64), cast(total, dtypes.float64)))
            observed, total = cast(observed, dtypes.float64), cast(total, dtypes.float64)
            return div_no_nan(observed - by_chance, total - by_chance, name=name)

        value = listed(metrics_collections, kappa(agreed, rows, columns, "value"))
        return value, listed(updates_collections, kappa(*updates, "update_op"))


@public("contrib.metrics.sparse_recall_at_top_k")
def sparse_recall_at_top_k(
    labels: Any,
    top_k_predictions: Any,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """`tf.metrics.recall_at_top_k`, under the name it had: (value, update)."""
    return top_k.recall_at_top_k(
        labels,
        top_k_predictions,
        class_id=class_id,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )
