"""The losses that regularizers of variables give."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import constant
from ..graph.default_graph import get_default_graph
from ..graph.graph import GraphKeys
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops.sums import add_n


@public("losses.get_regularization_losses")
def get_regularization_losses(scope: str | None = None) -> list[Any]:
    """The regularization losses; with `scope`, those whose names match it from the start."""
    return get_default_graph().get_collection(GraphKeys.REGULARIZATION_LOSSES, scope)


@public("losses.get_regularization_loss")
def get_regularization_loss(scope: str | None = None, name: str = "total_regularization_loss") -> Tensor:
    """The sum of the regularization losses; 0 if there are none."""
    losses = get_regularization_losses(scope)
    return add_n(losses, name=name) if losses else constant(0.0)
