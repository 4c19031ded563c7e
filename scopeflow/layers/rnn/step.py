"""What the functions that run cells share: one step that knows sequence lengths, batch sizes, types, transposition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...graph import nest
from ...graph.constant_value import constant_value_as_shape
from ...graph.default_graph import get_default_graph
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape, as_shape
from ...ops import array
from ...ops.control_flow import cond
from ...ops.tensor_array import TensorArray
from ...scopes import VariableScope
from .cell import joined_shape


def cache_beside_readers(scope: VariableScope) -> None:
    """Lets variables of the scope be cached where they are read, unless it says otherwise."""
    context = getattr(get_default_graph(), "_control_flow_context", None)
    if scope.caching_device is None and not (context is not None and in_while_loop(context)):
        scope.set_caching_device(lambda op: op.device)


def in_while_loop(context: Any) -> bool:
    """True in a loop, or in a branch inside of one."""
    while context is not None:
        if context.IsWhileContext():
            return True
        context = context.outer_context
    return False


@public("python.ops.rnn._transpose_batch_time", "contrib.rnn.transpose_batch_time")
def transpose_batch_time(x: Tensor) -> Tensor:
    """`x` with its first two dimensions exchanged. Raises ValueError if it has fewer."""
    shape = x.shape
    if shape.ndims is not None and shape.ndims < 2:
        raise ValueError(f"Expected input tensor {x} to have rank at least 2, but saw shape: {shape}")
    rank = array.rank(x)
    out = array.transpose(x, array.concat(([1, 0], array.range_(2, rank)), axis=0))
    if shape.ndims is not None:
        dims = shape.as_list()
        out.set_shape([dims[1], dims[0], *dims[2:]])
    return out


@public("python.ops.rnn._best_effort_input_batch_size", "contrib.rnn.best_effort_input_batch_size")
def best_effort_input_batch_size(flat_input: Sequence[Tensor]) -> Any:
    """The batch size of time-major inputs: an int if it is known, else a tensor. Raises ValueError for less than two dimensions."""
    for x in flat_input:
        shape = x.shape
        if shape.ndims is None:
            continue
        if shape.ndims < 2:
            raise ValueError(f"Expected input tensor {x} to have rank at least 2")
        size = shape[1].value
        if size is not None:
            return size
    return array.shape(flat_input[0])[1]


@public("python.ops.rnn._infer_state_dtype")
def infer_state_dtype(explicit_dtype: Any, state: Any) -> Any:
    """The type given, or that of the state. Raises ValueError if its tensors are of several types, or there are none."""
    if explicit_dtype is not None:
        return explicit_dtype
    if not nest.is_nested(state):
        return state.dtype
    types = [t.dtype for t in nest.flatten(state)]
    if not types:
        raise ValueError("Unable to infer dtype from empty state.")
    if any(t != types[0] for t in types):
        raise ValueError("State has tensors of different inferred_dtypes. Unable to infer a single representative dtype.")
    return types[0]


def zero_outputs(sizes: Any, batch_size: Any, known_batch_size: int | None, dtype: Any) -> list[Tensor]:
    """Zeros [batch, *size] for each of `sizes`."""
    out = []
    for size in nest.flatten(sizes):
        zeros = array.zeros(joined_shape(batch_size, size), dtype)
        zeros.set_shape(joined_shape(known_batch_size, size, static=True))
        out.append(zeros)
    return out


@public("python.ops.rnn._rnn_step")
def rnn_step(
    time: Any,
    sequence_length: Tensor,
    min_sequence_length: Tensor,
    max_sequence_length: Tensor,
    zero_output: Any,
    state: Any,
    call_cell: Callable[[], tuple[Any, Any]],
    state_size: Any,
    skip_conditionals: bool = False,
) -> tuple[Any, Any]:
    """(output, new state) of one step, with zero outputs and unchanged states in rows whose sequence is over.

    Args:
      time: scalar int32, or an int.
      sequence_length: int32 [batch]; `min_sequence_length` and `max_sequence_length` are its bounds.
      zero_output: what the cell's output is where a sequence is over.
      skip_conditionals: always compute the step; else only when a row needs it.

    Raises:
      ValueError, TypeError: the cell's output or state is not structured as `zero_output` or `state`.
    """
    flat_state, flat_zero = nest.flatten(state), nest.flatten(zero_output)
    over = time >= sequence_length

    def one(old: Any, new: Any) -> Any:
        # TensorArrays and scalars have no rows.
        if isinstance(old, TensorArray) or old.shape.ndims == 0:
            return new
        with get_default_graph().colocate_with(new.op):
            return array.where(over, old, new)

    def chosen(outputs: list[Any], states: list[Any]) -> list[Any]:
        return [one(old, new) for old, new in zip(flat_zero, outputs)] + [one(old, new) for old, new in zip(flat_state, states)]

    def called() -> tuple[list[Any], list[Any]]:
        output, new_state = call_cell()
        nest.assert_same_structure(zero_output, output)
        nest.assert_same_structure(state, new_state)
        return nest.flatten(output), nest.flatten(new_state)

    def step() -> list[Any]:
        outputs, states = called()
        # All rows go on: nothing to choose.
        return cond(time < min_sequence_length, lambda: outputs + states, lambda: chosen(outputs, states))

    if skip_conditionals:
        flat = chosen(*called())
    else:
        flat = cond(time >= max_sequence_length, lambda: flat_zero + flat_state, step)
        flat = flat if isinstance(flat, list) else [flat]
    outputs, states = flat[: len(flat_zero)], flat[len(flat_zero) :]
    for out, zero in zip(outputs, flat_zero):
        out.set_shape(zero.shape)
    for new, old in zip(states, flat_state):
        if not isinstance(old, TensorArray):
            new.set_shape(old.shape)
    return nest.pack_sequence_as(zero_output, outputs), nest.pack_sequence_as(state, states)


def static_shape(size: Any) -> TensorShape:
    """A cell's size, a number, shape or int32 tensor, as far as it is known."""
    if isinstance(size, Tensor):
        return constant_value_as_shape(size)
    return as_shape(size) if isinstance(size, (TensorShape, list, tuple)) else TensorShape([size])
