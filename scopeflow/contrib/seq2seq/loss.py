"""The cross entropy of sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...ops import array
from ...ops.casting import cast
from ...ops.elementwise import div_no_nan
from ...ops.nn.cross_entropy import sparse_softmax_cross_entropy_with_logits
from ...ops.reduction import count_nonzero, reduce_sum


@public("contrib.seq2seq.sequence_loss")
def sequence_loss(
    logits: Any,
    targets: Any,
    weights: Any,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    sum_over_timesteps: bool = False,
    sum_over_batch: bool = False,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of `targets` [batch, time] given `logits` [batch, time, classes].

    Args:
      weights: [batch, time].
      average_across_timesteps, average_across_batch: divide by the sum of the weights along that dimension.
      sum_over_timesteps, sum_over_batch: divide by the number of weights that are not zero.
      softmax_loss_function: of (labels, logits): the losses; sparse softmax cross entropy if None.

    Raises:
      ValueError: ranks that do not fit, or an average and a sum over the same dimension.
    """
    if len(logits.shape) != 3:
        raise ValueError("Logits must be a [batch_size x sequence_length x logits] tensor")
    if len(targets.shape) != 2:
        raise ValueError("Targets must be a [batch_size x sequence_length] tensor")
    if len(weights.shape) != 2:
        raise ValueError("Weights must be a [batch_size x sequence_length] tensor")
    if average_across_timesteps and sum_over_timesteps:
        raise ValueError("average_across_timesteps and sum_over_timesteps cannot be set to True at same time.")
    if average_across_batch and sum_over_batch:
        raise ValueError("average_across_batch and sum_over_batch cannot be set to True at same time.")
    with name_scope(name, "sequence_loss", [logits, targets, weights]):
        classes = array.shape(logits)[2]
        flat = array.reshape(logits, [-1, classes])
        targets = array.reshape(targets, [-1])
        if softmax_loss_function is None:
            losses = sparse_softmax_cross_entropy_with_logits(labels=targets, logits=flat)
        else:
            losses = softmax_loss_function(labels=targets, logits=flat)
        losses *= array.reshape(weights, [-1])
        if average_across_timesteps and average_across_batch:
            total = reduce_sum(losses)
            return div_no_nan(total, reduce_sum(weights))
        if sum_over_timesteps and sum_over_batch:
            total = reduce_sum(losses)
            return div_no_nan(total, cast(count_nonzero(weights), total.dtype))
        losses = array.reshape(losses, array.shape(logits)[0:2])
        if average_across_timesteps or average_across_batch:
            axis = [0] if average_across_batch else [1]
            losses = reduce_sum(losses, axis=axis)
            losses = div_no_nan(losses, reduce_sum(weights, axis=axis))
        elif sum_over_timesteps or sum_over_batch:
            axis = [0] if sum_over_batch else [1]
            losses = reduce_sum(losses, axis=axis)
            losses = div_no_nan(losses, cast(count_nonzero(weights, axis=axis), dtype=losses.dtype))
        return losses
