"""The global step under the names that tf.contrib has for it."""

from __future__ import annotations

from typing import Any

from ...graph.graph import Graph
from ...graph.public import public
from ...train import global_step


@public("contrib.framework.get_global_step", "contrib.slim.get_global_step")
def get_global_step(graph: Graph | None = None) -> Any:
    """See `tf.train.get_global_step`."""
    return global_step.get_global_step(graph)


@public("contrib.framework.create_global_step", "contrib.slim.create_global_step")
def create_global_step(graph: Graph | None = None) -> Any:
    """See `tf.train.create_global_step`."""
    return global_step.create_global_step(graph)


@public("contrib.framework.get_or_create_global_step", "contrib.slim.get_or_create_global_step")
def get_or_create_global_step(graph: Graph | None = None) -> Any:
    """See `tf.train.get_or_create_global_step`."""
    return global_step.get_or_create_global_step(graph)


@public("contrib.framework.assert_global_step", "contrib.slim.assert_global_step")
def assert_global_step(global_step_tensor: Any) -> None:
    """See `tf.train.assert_global_step`."""
    global_step.assert_global_step(global_step_tensor)


@public("contrib.framework.assert_or_get_global_step", "contrib.slim.assert_or_get_global_step")
def assert_or_get_global_step(graph: Graph | None = None, global_step_tensor: Any = None) -> Any:
    """`global_step_tensor` if it can be a global step, the graph's if it is None.

    Raises:
      TypeError: it is not an integer scalar.
    """
    if global_step_tensor is None:
        return global_step.get_global_step(graph)
    global_step.assert_global_step(global_step_tensor)
    return global_step_tensor
