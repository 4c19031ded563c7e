"""The confusion matrix of labels and predictions."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from . import array
from .casting import cast
from .control_flow import cond
from .elementwise import equal, maximum
from .reduction import reduce_max


@public("python.ops.confusion_matrix.remove_squeezable_dimensions")
def remove_squeezable_dimensions(
    labels: Any, predictions: Any, expected_rank_diff: int = 0, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """(labels, predictions), one of them without its last dimension of 1 if it has one more than expected.

    Args:
      expected_rank_diff: by how many dimensions predictions should exceed labels.
    """
    with name_scope(name, "remove_squeezable_dimensions", [labels, predictions]):
        predictions, labels = convert_to_tensor(predictions), convert_to_tensor(labels)
        if labels._dims is not None and predictions._dims is not None:
            extra = len(predictions._dims) - len(labels._dims) - expected_rank_diff
            if extra == 1 and predictions._dims[-1] in (1, None):
                predictions = array.squeeze(predictions, [-1])
            elif extra == -1 and labels._dims[-1] in (1, None):
                labels = array.squeeze(labels, [-1])
            return labels, predictions
        difference = array.rank(predictions) - array.rank(labels)
        wide, long = predictions, labels
        if predictions._dims is None or predictions._dims[-1:] in ((1,), (None,)):
            is_wide = equal(expected_rank_diff + 1, difference)
            predictions = cond(is_wide, lambda: array.squeeze(wide, [-1]), lambda: wide)
        if labels._dims is None or labels._dims[-1:] in ((1,), (None,)):
            is_long = equal(expected_rank_diff - 1, difference)
            labels = cond(is_long, lambda: array.squeeze(long, [-1]), lambda: long)
        return labels, predictions


def _checked(x: Tensor, assertion: Any) -> Tensor:
    return array.with_dependencies([assertion], x)


@public("math.confusion_matrix", "confusion_matrix")
def confusion_matrix(
    labels: Any, predictions: Any, num_classes: Any = None, dtype: Any = dtypes.int32, name: str | None = None, weights: Any = None
) -> Tensor:
    """How often each label (row) met each prediction (column): [num_classes, num_classes], or the sums of the weights.

    Running it fails if a label or a prediction is negative or not below `num_classes` (one more than the largest if None).
    """
    with name_scope(name, "confusion_matrix", [predictions, labels, num_classes, weights]):
        labels, predictions = remove_squeezable_dimensions(
            convert_to_tensor(labels, name="labels"), convert_to_tensor(predictions, name="predictions")
        )
        predictions = cast(predictions, dtypes.int64)
        labels = cast(labels, dtypes.int64)
        not_negative, below = TABLE["assert_non_negative"], TABLE["assert_less"]
        labels = _checked(labels, not_negative(labels, message="`labels` contains negative values"))
        predictions = _checked(predictions, not_negative(predictions, message="`predictions` contains negative values"))
        if num_classes is None:
            num_classes = maximum(reduce_max(predictions), reduce_max(labels)) + 1
        else:
            bound = cast(num_classes, dtypes.int64)
            labels = _checked(labels, below(labels, bound, message="`labels` out of bound"))
            predictions = _checked(predictions, below(predictions, bound, message="`predictions` out of bound"))
        if weights is not None:
            weights = convert_to_tensor(weights, name="weights")
            predictions.shape.assert_is_compatible_with(weights.shape)
            weights = cast(weights, dtype)
        shape = array.stack([num_classes, num_classes])
        indices = array.stack([labels, predictions], axis=1)
        values = array.ones_like(predictions, dtype) if weights is None else weights
        counts = SparseTensor(indices, values, cast(shape, dtypes.int64))
        return TABLE["sparse_add"](array.zeros(cast(shape, dtypes.int32), dtype), counts)
