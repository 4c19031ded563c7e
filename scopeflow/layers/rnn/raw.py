"""raw_rnn: a loop whose inputs, states, outputs and end a function chooses at each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import nest
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import get_default_graph
from ...graph.dtypes import int32
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...ops import array
from ...ops.elementwise import logical_not, logical_or
from ...ops.loops import while_loop
from ...ops.reduction import reduce_all
from ...ops.tensor_array import TensorArray
from ...scopes import variable_scope
from .cell import assert_like_rnncell, joined_shape
from .step import cache_beside_readers, static_shape


@public("nn.raw_rnn")
def raw_rnn(
    cell: Any,
    loop_fn: Callable[..., Any],
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """(TensorArrays of what was emitted, the last state, the last loop state).

    Args:
      loop_fn: of (time, the cell's output, its state, loop state), the last three None at time 0: gives (finished: bool [batch],
        next input, next state, what to emit, next loop state). At time 0 these are the initial state, and the structure of what
        will be emitted (None: the cell's output) with its shapes without batch.
      parallel_iterations, swap_memory: of the loop.
      scope: variable scope; "rnn" if None.

    Raises:
      TypeError: `cell` is no cell, or `loop_fn` not callable.
      ValueError: structures or batch sizes that do not fit.
    """
    assert_like_rnncell("cell", cell)
    if not callable(loop_fn):
        raise TypeError("loop_fn must be a callable")
    with variable_scope(scope or "rnn") as entered:
        cache_beside_readers(entered)
        time = constant(0, dtype=int32)
        finished, next_input, initial_state, emitted, initial_loop_state = loop_fn(time, None, None, None)
        flat_input = nest.flatten(next_input)
        loop_state = constant(0, dtype=int32) if initial_loop_state is None else initial_loop_state
        known_batch = _known_batch(flat_input)
        batch_size = array.shape(flat_input[0])[0] if known_batch is None else known_batch
        nest.assert_same_structure(initial_state, cell.state_size)
        flat_state = [convert_to_tensor(s) if not isinstance(s, TensorArray) else s for s in nest.flatten(initial_state)]
        state = nest.pack_sequence_as(initial_state, flat_state)
        if emitted is not None:
            parts = nest.flatten(emitted)
            sizes = [e.shape if e.shape.is_fully_defined() else array.shape(e) for e in parts]
            dtypes = [e.dtype for e in parts]
        else:
            emitted = cell.output_size
            sizes = nest.flatten(emitted)
            dtypes = [flat_state[0].dtype] * len(sizes)
        arrays = [
            TensorArray(
                dtype=dtype,
                dynamic_size=True,
                element_shape=TensorShape([known_batch]).concatenate(static_shape(size)),
                size=0,
                name=f"rnn_output_{i}",
            )
            for i, (dtype, size) in enumerate(zip(dtypes, sizes))
        ]
        arrays = nest.pack_sequence_as(emitted, arrays)
        zeros = [array.zeros(joined_shape(batch_size, size), dtype) for size, dtype in zip(sizes, dtypes)]
        zeros = nest.pack_sequence_as(emitted, zeros)

        def step(time: Any, finished: Any, current: Any, arrays: Any, state: Any, loop_state: Any) -> tuple[Any, ...]:
            output, cell_state = cell(current, state)
            nest.assert_same_structure(state, cell_state)
            nest.assert_same_structure(cell.output_size, output)
            next_time = time + 1
            next_finished, next_input, next_state, emit, next_loop_state = loop_fn(next_time, output, cell_state, loop_state)
            nest.assert_same_structure(state, next_state)
            nest.assert_same_structure(current, next_input)
            nest.assert_same_structure(arrays, emit)
            if next_loop_state is None:
                next_loop_state = loop_state

            def chosen(old: Any, new: Any) -> Any:
                # TensorArrays and scalars have no rows.
                if isinstance(old, TensorArray) or old.shape.ndims == 0:
                    return new
                with get_default_graph().colocate_with(new.op):
                    return array.where(finished, old, new)

            emit = nest.map_structure(chosen, zeros, emit)
            next_state = nest.map_structure(chosen, state, next_state)
            arrays = nest.map_structure(lambda a, e: a.write(time, e), arrays, emit)
            return next_time, logical_or(finished, next_finished), next_input, arrays, next_state, next_loop_state

        returned = while_loop(
            lambda time, finished, *_: logical_not(reduce_all(finished)),
            step,
            loop_vars=[time, finished, next_input, arrays, state, loop_state],
            parallel_iterations=parallel_iterations or 32,
            swap_memory=swap_memory,
        )
        arrays, final_state, final_loop_state = returned[-3:]
        return arrays, final_state, None if initial_loop_state is None else final_loop_state


def _known_batch(flat_input: list[Any]) -> int | None:
    """The batch size of the inputs, if their static shapes say it. Raises ValueError if they contradict each other."""
    size = None
    for x in flat_input:
        shape = x.shape
        here = None if shape.ndims is None else shape[0].value
        if here is not None and size is not None and here != size:
            raise ValueError(f"Dimensions {size} and {here} are not compatible")
        size = here if size is None else size
    return size
