"""How the losses of a batch are made one, and the collection that losses go to."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import control_dependencies, get_default_graph, name_scope
from ..graph.graph import GraphKeys
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import div_no_nan, equal, multiply
from ..ops.reduction import reduce_sum
from ..ops.sums import add_n
from ..ops.weights_broadcast import assert_broadcastable, broadcast_weights
from .regularization import get_regularization_losses


@public("losses.Reduction")
class Reduction:
    """Ways to make one loss of many."""

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of them."""
        return (
            cls.NONE, cls.SUM, cls.MEAN, cls.SUM_OVER_BATCH_SIZE, cls.SUM_OVER_NONZERO_WEIGHTS, cls.SUM_BY_NONZERO_WEIGHTS,
        )  # fmt: skip

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises ValueError unless `key` is one of them."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key {key}.")


# -- collections --------------------------------------------------------------------------
@public("losses.add_loss")
def add_loss(loss: Any, loss_collection: str | None = GraphKeys.LOSSES) -> None:
    """Adds `loss` to a collection; to none if that is None."""
    if loss_collection:
        get_default_graph().add_to_collection(loss_collection, loss)


@public("losses.get_losses")
def get_losses(scope: str | None = None, loss_collection: str = GraphKeys.LOSSES) -> list[Any]:
    """The losses added; with `scope`, those whose names match it from the start."""
    return get_default_graph().get_collection(loss_collection, scope)


@public("losses.get_total_loss")
def get_total_loss(add_regularization_losses: bool = True, name: str = "total_loss", scope: str | None = None) -> Tensor:
    """The sum of the losses, with the regularization losses if wanted. Raises ValueError if there are none."""
    losses = get_losses(scope=scope)
    if add_regularization_losses:
        losses += get_regularization_losses(scope=scope)
    return add_n(losses, name=name)


# -- reductions -----------------------------------------------------------------------------
def _mean(total: Tensor, count: Tensor) -> Tensor:
    """The sum of `total` over `count`; 0 where that is 0."""
    return div_no_nan(reduce_sum(total), count, name="value")


def count_present(losses: Tensor, weights: Any, per_batch: bool = False) -> Tensor:
    """How many of `losses` have a weight other than 0; for each element of the batch if `per_batch`."""
    with name_scope(None, "num_present", (losses, weights)) as scope:
        weights = cast(weights, dtypes.float32)
        present = array.where(equal(weights, 0.0), array.zeros_like(weights), array.ones_like(weights))
        present = broadcast_weights(present, losses)
        if per_batch:
            axis = array.range_(1, array.rank(present))
            return reduce_sum(present, axis=axis, keepdims=True, name=scope)
        return reduce_sum(present, name=scope)


def _count(losses: Tensor) -> Tensor:
    with name_scope(None, "num_elements", [losses]) as scope:
        return cast(array.size(losses, name=scope), losses.dtype)


@public("losses.compute_weighted_loss")
def compute_weighted_loss(
    losses: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """`losses` times `weights`, reduced to a scalar (not for Reduction.NONE) and added to a collection.

    Args:
      weights: scalar, or of the rank of `losses` with each dimension equal or 1.

    Raises:
      ValueError: weights that do not fit, or an unknown reduction.
    """
    Reduction.validate(reduction)
    with name_scope(scope, "weighted_loss", (losses, weights)), control_dependencies((assert_broadcastable(weights, losses),)):
        losses = convert_to_tensor(losses)
        dtype = losses.dtype
        losses = cast(losses, dtypes.float32)
        weights = cast(weights, dtypes.float32)
        loss = multiply(losses, weights)
        if reduction != Reduction.NONE:
            loss = reduce_sum(loss)
            if reduction == Reduction.MEAN:
                loss = _mean(loss, reduce_sum(array.ones_like(losses) * weights))
            elif reduction == Reduction.SUM_BY_NONZERO_WEIGHTS:
                loss = _mean(loss, count_present(losses, weights))
            elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
                loss = _mean(loss, _count(losses))
        loss = cast(loss, dtype)
        add_loss(loss, loss_collection)
        return loss
