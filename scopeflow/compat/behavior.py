"""TensorFlow's switches between its first and second behaviour: here it is always the first."""

from __future__ import annotations

from typing import Any

from ..graph.errors import UnimplementedError
from ..graph.public import public


@public("executing_eagerly", "contrib.eager.executing_eagerly", "contrib.eager.in_eager_mode")
def executing_eagerly() -> bool:
    """False: ops are added to a graph."""
    return False


@public("disable_eager_execution", "disable_v2_behavior", "disable_v2_tensorshape", "disable_tensor_equality", "disable_control_flow_v2")
def disable_v2_behavior() -> None:
    """Nothing: this is how it is."""


@public("enable_eager_execution", "contrib.eager.enable_eager_execution")
def enable_eager_execution(config: Any = None, device_policy: Any = None, execution_mode: Any = None) -> None:
    """Refused: there is no eager mode.

    Raises:
      UnimplementedError: always.
    """
    raise UnimplementedError(None, None, "There is no eager mode in scopeflow: build the graph, and run it with tf.Session.")


@public("enable_v2_behavior")
def enable_v2_behavior() -> None:
    """Refused: scopeflow has TensorFlow 1's behaviour alone.

    Raises:
      UnimplementedError: always.
    """
    raise UnimplementedError(None, None, "scopeflow has TensorFlow 1's behaviour alone; there is no tf.enable_v2_behavior.")
