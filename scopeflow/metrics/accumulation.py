"""What metrics are made of: local variables that add up over runs, values and updates in collections, shapes that meet."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.graph import GraphKeys
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import array
from ..ops.confusion import remove_squeezable_dimensions
from ..ops.control_flow import cond
from ..ops.elementwise import equal
from ..ops.flow import identity
from ..variables import Variable
from ..variables.modes import VariableAggregation, VariableSynchronization


@public("python.ops.metrics_impl.metric_variable")
def metric_variable(shape: Any, dtype: Any, validate_shape: bool = True, name: str | None = None) -> Any:
    """A local variable of zeros, listed among the metric variables."""
    return Variable(
        lambda: array.zeros(shape, dtype),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES],
        validate_shape=validate_shape,
        synchronization=VariableSynchronization.ON_READ,
        aggregation=VariableAggregation.SUM,
        name=name,
    )


def listed(collections: Any, value: Any) -> Any:
    """`value`, after it was added to the collections, if there are any."""
    if collections:
        get_default_graph().add_to_collections(collections, value)
    return value


@public("python.ops.metrics_impl._aggregate_variable")
def value_of(v: Any, collections: Any) -> Tensor:
    """The variable's value, added to the collections."""
    return listed(collections, identity(v))


@public("python.ops.metrics_impl._remove_squeezable_dimensions")
def matched(predictions: Any, labels: Any, weights: Any) -> tuple[Tensor, Any, Any]:
    """(predictions, labels, weights) of ranks that fit: without, or for weights with, a last dimension of 1.

    Raises:
      ValueError: predictions and labels do not fit.
    """
    predictions = convert_to_tensor(predictions)
    if labels is not None:
        labels, predictions = remove_squeezable_dimensions(labels, predictions)
        predictions.shape.assert_is_compatible_with(labels.shape)
    if weights is None:
        return predictions, labels, None
    weights = convert_to_tensor(weights)
    rank = weights.shape.ndims
    if rank == 0:
        return predictions, labels, weights
    if rank is not None and predictions.shape.ndims is not None:
        more = rank - predictions.shape.ndims
        if more == -1:
            weights = array.expand_dims(weights, [-1])
        elif more == 1:
            weights = array.squeeze(weights, [-1])
        return predictions, labels, weights
    return predictions, labels, _adjusted(weights, predictions)


def _adjusted(weights: Tensor, predictions: Tensor) -> Tensor:
    """Weights of a rank that is known when they are computed."""
    rank = array.rank(weights)
    difference = rank - array.rank(predictions)
    fixed = weights._dims is not None and weights._dims[-1] not in (1, None)

    def narrower() -> Tensor:
        return weights if fixed else array.squeeze(weights, [-1])

    def wider() -> Tensor:
        return cond(equal(difference, -1), lambda: array.expand_dims(weights, [-1]), lambda: weights)

    return cond(equal(rank, 0), lambda: weights, lambda: cond(equal(difference, 1), narrower, wider))
