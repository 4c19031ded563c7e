"""tf.contrib.sparsemax: the projection of logits on the simplex, which has exact zeros (Martins and Astudillo, 2016), and its loss."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import equal, is_inf, is_nan, logical_and, logical_or, maximum
from ..ops.reduction import reduce_sum


@public("contrib.sparsemax.sparsemax")
def sparsemax(logits: Any, name: str | None = None) -> Tensor:
    """The probabilities, [batch, classes], nearest to the logits; rows with nan are nan."""
    with name_scope(name, "sparsemax", [logits]):
        logits = convert_to_tensor(logits, name="logits")
        batch = array.shape(logits)[0]
        classes = array.shape(logits)[1]
        ordered, _ = TABLE["nn.top_k"](logits, k=classes)
        sums = TABLE["cumsum"](ordered, axis=1)
        ranks = array.range_(1, cast(classes, logits.dtype) + 1, dtype=logits.dtype)
        is_kept = 1 + ranks * ordered > sums
        kept = reduce_sum(cast(is_kept, dtypes.int32), axis=1)
        # At least one is kept, unless a row has nan.
        last = maximum(kept, 1)
        at = array.stack([array.range_(0, batch), last - 1], axis=1)
        threshold = (array.gather_nd(sums, at) - 1) / cast(kept, logits.dtype)
        p = maximum(cast(0, logits.dtype), logits - threshold[:, None])
        is_unusable = logical_or(equal(kept, 0), is_nan(sums[:, -1]))
        return array.where(is_unusable, array.fill([batch, classes], cast(float("nan"), logits.dtype)), p)


@public("contrib.sparsemax.sparsemax_loss")
def sparsemax_loss(logits: Any, sparsemax: Any, labels: Any, name: str | None = None) -> Tensor:
    """The loss, [batch], whose gradient is sparsemax - labels.

    Args:
      sparsemax: `sparsemax(logits)`.
      labels: probabilities, [batch, classes].
    """
    with name_scope(name, "sparsemax_loss", [logits, sparsemax, labels]):
        logits = convert_to_tensor(logits, name="logits")
        sparsemax = convert_to_tensor(sparsemax, name="sparsemax")
        labels = convert_to_tensor(labels, name="labels")
        # 0 * inf is 0 here.
        is_in_support = logical_or(sparsemax > 0, is_nan(sparsemax))
        supported = array.where(is_in_support, sparsemax * (logits - 0.5 * sparsemax), array.zeros_like(sparsemax))
        labelled = labels * (0.5 * labels - logits)
        labelled = array.where(logical_and(equal(labels, 0), is_inf(logits)), array.zeros_like(labelled), labelled)
        return reduce_sum(supported + labelled, axis=1)
