"""The variables of a graph, by collection."""

from __future__ import annotations

from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.graph import GraphKeys
from ..graph.public import public


@public("global_variables")
def global_variables(scope: str | None = None) -> list[Any]:
    """The global variables; with `scope`, those whose names match that regular expression from the start."""
    return get_default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


@public("all_variables")
def all_variables() -> list[Any]:
    """The old name of `global_variables`."""
    return global_variables()


@public("local_variables")
def local_variables(scope: str | None = None) -> list[Any]:
    """The local variables: those that are not saved, such as the counters of metrics."""
    return get_default_graph().get_collection(GraphKeys.LOCAL_VARIABLES, scope)


@public("model_variables")
def model_variables(scope: str | None = None) -> list[Any]:
    """The variables in the collection of model variables."""
    return get_default_graph().get_collection(GraphKeys.MODEL_VARIABLES, scope)


@public("trainable_variables")
def trainable_variables(scope: str | None = None) -> list[Any]:
    """The variables that optimizers change if they are not told which."""
    return get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


@public("moving_average_variables")
def moving_average_variables(scope: str | None = None) -> list[Any]:
    """The variables of which moving averages are kept."""
    return get_default_graph().get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


def all_saveable_objects(scope: str | None = None) -> list[Any]:
    """What a Saver saves unless it is told: global variables and saveable objects."""
    return global_variables(scope) + get_default_graph().get_collection(GraphKeys.SAVEABLE_OBJECTS, scope)
