"""The global step: an integer variable that counts training steps."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph, GraphKeys
from ..graph.operation import Tensor
from ..graph.public import public
from ..scopes import get_variable
from ..variables import Variable
from ..variables.initializers import Zeros


@public("train.global_step")
def global_step(sess: Any, global_step_tensor: Any) -> int:
    """The value of the global step in a session."""
    return int(sess.run(global_step_tensor))


@public("train.get_global_step")
def get_global_step(graph: Graph | None = None) -> Any:
    """The graph's global step, None if it has none.

    Raises:
      TypeError: it is not an integer scalar.
    """
    graph = graph or get_default_graph()
    found = graph.get_collection(GraphKeys.GLOBAL_STEP)
    if len(found) == 1:
        step = found[0]
    elif not found:
        try:
            step = graph.get_tensor_by_name("global_step:0")
        except KeyError:
            return None
    else:
        return None
    assert_global_step(step)
    return step


@public("train.create_global_step")
def create_global_step(graph: Graph | None = None) -> Any:
    """Makes the graph's global step, an int64 variable that starts at 0.

    Raises:
      ValueError: there is one already.
    """
    graph = graph or get_default_graph()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists.')
    with graph.as_default(), graph.name_scope(None):
        return get_variable(
            GraphKeys.GLOBAL_STEP,
            shape=[],
            dtype=dtypes.int64,
            initializer=Zeros(),
            trainable=False,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        )


@public("train.get_or_create_global_step")
def get_or_create_global_step(graph: Graph | None = None) -> Any:
    """The graph's global step, made if there is none."""
    graph = graph or get_default_graph()
    step = get_global_step(graph)
    return create_global_step(graph) if step is None else step


@public("train.assert_global_step")
def assert_global_step(global_step_tensor: Any) -> None:
    """Raises TypeError unless the global step is an integer scalar."""
    if not isinstance(global_step_tensor, (Variable, Tensor)):
        raise TypeError(f'Existing "global_step" must be a Variable or Tensor: {global_step_tensor}.')
    if not global_step_tensor.dtype.base_dtype.is_integer:
        raise TypeError(f'Existing "global_step" does not have integer type: {global_step_tensor.dtype}')
    shape = global_step_tensor.get_shape()
    if shape.ndims != 0 and shape.is_fully_defined():
        raise TypeError(f'Existing "global_step" is not scalar: {shape}')


#: the collection of the tensor that hooks read the step from
_READ_KEY = "global_step_read_op_cache"


def get_global_step_read(graph: Graph | None = None) -> Tensor | None:
    """The tensor that `get_or_create_global_step_read` made, or None. Raises RuntimeError if there are several."""
    graph = graph or get_default_graph()
    found = graph.get_collection(_READ_KEY)
    if len(found) > 1:
        raise RuntimeError(f"There are multiple items in collection {_READ_KEY}. There should be only one.")
    return found[0] if found else None


def get_or_create_global_step_read(graph: Graph | None = None) -> Tensor | None:
    """The global step as it is when a run begins, made if need be; None if there is no global step."""
    graph = graph or get_default_graph()
    found = get_global_step_read(graph)
    if found is not None:
        return found
    step = get_global_step(graph)
    if step is None:
        return None
    with graph.as_default(), graph.name_scope(None), graph.name_scope(step.op.name + "/"):
        # Initialized in the same run if it is not yet.
        value = step.initialized_value() if isinstance(step, Variable) else step
        read = value + 0
        graph.add_to_collection(_READ_KEY, read)
    return get_global_step_read(graph)
