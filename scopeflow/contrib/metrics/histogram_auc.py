"""The area under the ROC curve from two histograms of scores."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.casting import cast
from ...ops.elementwise import equal, logical_not, truediv
from ...ops.flow import group
from ...ops.reduction import reduce_sum
from ...scopes import get_variable, variable_scope
from ...variables.initializers import Zeros


@public("contrib.metrics.auc_using_histogram")
def auc_using_histogram(
    boolean_labels: Any,
    scores: Any,
    score_range: Any,
    nbins: int = 100,
    collections: Any = None,
    check_shape: bool = True,
    name: Any = None,
) -> tuple[Tensor, Operation]:
    """The area under the ROC curve so far: (value, update).

    Args:
      boolean_labels, scores: [n].
      score_range: (lowest, highest) of the scores that the histograms tell apart.
      nbins: bins of the histograms.
      collections: of the histograms' variables, the global ones by default.
      check_shape: check the rank when run.
    """
    with variable_scope(name, "auc_using_histogram", [boolean_labels, scores, score_range]):
        score_range = convert_to_tensor(score_range, name="score_range")
        with name_scope("_check_labels_and_scores", values=[boolean_labels, scores]):
            boolean_labels, scores = convert_to_tensor(boolean_labels, name="boolean_labels"), convert_to_tensor(scores, name="scores")
            if check_shape:
                for what, t in (("boolean_labels", boolean_labels), ("scores", scores)):
                    text = f"Argument {what} should have rank 1.  Found: "
                    TABLE["Assert"](equal(1, array.rank(t)), [text, t.name, array.shape(t)])
        with name_scope("make_auc_histograms", values=[boolean_labels, scores, score_range]):
            histogram = TABLE["histogram_fixed_width"]
            hits = histogram(array.boolean_mask(scores, boolean_labels), score_range, nbins=nbins, dtype=dtypes.int64, name="hist_true")
            misses = array.boolean_mask(scores, logical_not(boolean_labels))
            misses = histogram(misses, score_range, nbins=nbins, dtype=dtypes.int64, name="hist_false")
        with variable_scope(None, "hist_accumulate", [hits, misses]):
            all_hits, all_misses = (
                get_variable(f"hist_{which}_acc", [nbins], found.dtype, initializer=Zeros(), collections=collections, trainable=False)
                for which, found in (("true", hits), ("false", misses))
            )
            update = group(all_hits.assign_add(hits), all_misses.assign_add(misses), name="update_op")
        return _area(all_hits, all_misses, nbins), update


def _area(hits: Any, misses: Any, nbins: int) -> Tensor:
    hits = truediv(hits, reduce_sum(hits))
    misses = truediv(misses, reduce_sum(misses))
    # From the highest score down.
    dy = TABLE["reverse"](hits, [0], name="delta_y_t")
    dx = TABLE["reverse"](misses, [0], name="delta_x_t")
    dy, dx = cast(dy, dtypes.float32), cast(dx, dtypes.float32)
    y = _sums_so_far(dy, nbins)
    first = dx[0] * y[0] / 2.0
    others = dx[1:] * (y[1:] + y[: nbins - 1]) / 2.0
    return TABLE["add"](first, reduce_sum(others), name="auc")


def _sums_so_far(x: Tensor, n: int) -> Tensor:
    """The cumulative sum, by convolution with ones as in the reference."""
    with name_scope("strict_1d_cumsum", values=[x]):
        padded = array.pad(x, [[n - 1, 0]])
        ones = array.ones_like(padded)
        with name_scope("strict_conv1d", values=[padded, ones]):
            row = array.reshape(padded, (1, -1, 1, 1))
            column = array.reshape(ones, (-1, 1, 1, 1))
            summed = array.reshape(TABLE["nn.conv2d"](row, column, [1, 1, 1, 1], "SAME"), [-1])
        return summed[:n]
