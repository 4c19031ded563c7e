"""Keras' learning phase: the placeholder that says "training" where a layer is called with `training=None`."""

from __future__ import annotations

import weakref
from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.operation import Tensor
from ..graph.public import TABLE, public

_phases: weakref.WeakKeyDictionary[Any, Tensor] = weakref.WeakKeyDictionary()


@public("keras.backend.learning_phase")
def learning_phase() -> Tensor:
    """The graph's bool placeholder `keras_learning_phase`, false unless it is fed."""
    graph = get_default_graph()
    phase = _phases.get(graph)
    if phase is None:
        with graph.name_scope(None), graph.control_dependencies(None):
            phase = _phases[graph] = TABLE["placeholder_with_default"](False, [], name="keras_learning_phase")
    return phase
