"""Running cells over tensors, in a loop: dynamic_rnn and its bidirectional form."""

from __future__ import annotations

from typing import Any

from ...graph import nest
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.dtypes import int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...ops import array
from ...ops.asserts import assert_
from ...ops.casting import cast
from ...ops.elementwise import equal, maximum, minimum
from ...ops.loops import while_loop
from ...ops.reduction import reduce_all, reduce_max, reduce_min
from ...ops.tensor_array import TensorArray
from ...scopes import variable_scope
from .cell import assert_like_rnncell, joined_shape
from .static import initial_state_of
from .step import best_effort_input_batch_size, cache_beside_readers, infer_state_dtype, rnn_step, static_shape, transpose_batch_time


@public("nn.dynamic_rnn")
def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """(outputs [batch, time, ...], the last state): `cell` called for each time step of `inputs`, in a loop.

    Args:
      inputs: [batch, time, ...], or [time, batch, ...] if `time_major` (the outputs are then too), or a structure of such.
      sequence_length: int32 [batch]: where a row's sequence ends its outputs become zero and its state stays.
      initial_state: as `cell.state_size` says; zeros of `dtype` if None.
      parallel_iterations, swap_memory: of the loop.
      scope: variable scope; "rnn" if None.

    Raises:
      TypeError: `cell` is no cell.
      ValueError: no type for the state, inputs of unknown depth, or lengths that are no vector.
    """
    assert_like_rnncell("cell", cell)
    with variable_scope(scope or "rnn") as entered:
        cache_beside_readers(entered)
        flat = nest.flatten(inputs)
        if not time_major:
            flat = [transpose_batch_time(x) for x in [convert_to_tensor(x) for x in flat]]
        for x in flat:
            if x.shape.ndims is None:
                raise ValueError(f"dynamic_rnn needs inputs whose rank is known, and {x.name} has an unknown shape: use set_shape.")
        if sequence_length is not None:
            sequence_length = cast(sequence_length, int32)
            if sequence_length.shape.ndims not in (None, 1):
                raise ValueError(f"sequence_length must be a vector of length batch_size, but saw shape: {sequence_length.shape}")
            sequence_length = array.identity(sequence_length, name="sequence_length")
        batch_size = best_effort_input_batch_size(flat)
        if initial_state is not None:
            state = initial_state
        else:
            if not dtype:
                raise ValueError("If there is no initial_state, you must give a dtype.")
            state = initial_state_of(cell, batch_size, dtype)
        if sequence_length is not None:
            sequence_length = _with_length(sequence_length, batch_size)
        inputs = nest.pack_sequence_as(inputs, flat)
        outputs, final_state = _loop(cell, inputs, state, parallel_iterations or 32, swap_memory, sequence_length, dtype)
        if not time_major:
            outputs = nest.map_structure(transpose_batch_time, outputs)
        return outputs, final_state


def _with_length(x: Tensor, length: Any) -> Tensor:
    """The vector `x`; a run raises if it is not of that length."""
    shape, wanted = array.shape(x), array.stack([length])
    text = [f"Expected shape for Tensor {x.name} is ", wanted, " but saw shape: ", shape]
    with control_dependencies([assert_(reduce_all(equal(shape, wanted)), text)]):
        return array.identity(x, name="CheckSeqLen")


def _require_alike(shapes: list[TensorShape]) -> tuple[int | None, int | None]:
    """(time steps, batch size), as far as known, of all inputs. Raises ValueError if they differ, or depths are unknown."""
    time, batch = shapes[0].as_list()[:2]
    for shape in shapes:
        if not shape[2:].is_fully_defined():
            raise ValueError("Input size (depth of inputs) must be accessible via shape inference, but saw value None.")
        if shape[0].value != time:
            raise ValueError("Time steps is not the same for all the elements in the input in a batch.")
        if shape[1].value != batch:
            raise ValueError("Batch_size is not the same for all the elements in the input.")
    return time, batch


def _loop(
    cell: Any, inputs: Any, state: Any, parallel_iterations: int, swap_memory: bool, sequence_length: Any, dtype: Any
) -> tuple[Any, Any]:
    """The loop over time-major inputs: (time-major outputs, last state)."""
    flat_input = nest.flatten(inputs)
    output_sizes = nest.flatten(cell.output_size)
    time_steps = array.shape(flat_input[0])[0]
    batch_size = best_effort_input_batch_size(flat_input)
    shapes = [x.shape.with_rank_at_least(3) for x in flat_input]
    known_time, known_batch = _require_alike(shapes)
    output_dtype = infer_state_dtype(dtype, state)
    zeros = [array.zeros(joined_shape(batch_size, size), output_dtype) for size in output_sizes]
    zero_output = nest.pack_sequence_as(cell.output_size, zeros)
    if sequence_length is not None:
        shortest, longest = reduce_min(sequence_length), reduce_max(sequence_length)
    else:
        shortest, longest = None, time_steps
    time = constant(0, dtype=int32, name="time")
    with name_scope("dynamic_rnn") as base:
        pass

    def tensor_array(name: str, shape: TensorShape, kind: Any) -> Any:
        return TensorArray(kind, size=time_steps, element_shape=shape, tensor_array_name=base + name)

    outputs = tuple(
        tensor_array(f"output_{i}", TensorShape([known_batch]).concatenate(static_shape(size)), output_dtype)
        for i, size in enumerate(output_sizes)
    )
    arrays = [tensor_array(f"input_{i}", x.shape[1:], x.dtype) for i, x in enumerate(flat_input)]
    arrays = [a.unstack(x) for a, x in zip(arrays, flat_input)]

    def step(time: Tensor, outputs: tuple[Any, ...], state: Any) -> tuple[Any, ...]:
        at = [a.read(time) for a in arrays]
        for x, shape in zip(at, shapes):
            x.set_shape(shape[1:])
        at = nest.pack_sequence_as(inputs, at)

        def call_cell() -> tuple[Any, Any]:
            return cell(at, state)

        if sequence_length is not None:
            output, new_state = rnn_step(
                time, sequence_length, shortest, longest, zero_output, state, call_cell, cell.state_size, skip_conditionals=True
            )
        else:
            output, new_state = call_cell()
        outputs = tuple(a.write(time, out) for a, out in zip(outputs, nest.flatten(output)))
        return time + 1, outputs, new_state

    bound = minimum(time_steps, maximum(1, longest))
    _, outputs, final_state = while_loop(
        cond=lambda time, *_: time < bound,
        body=step,
        loop_vars=(time, outputs, state),
        parallel_iterations=parallel_iterations,
        maximum_iterations=time_steps,
        swap_memory=swap_memory,
    )
    stacked = [a.stack() for a in outputs]
    for x, size in zip(stacked, output_sizes):
        x.set_shape(joined_shape([known_time, known_batch], size, static=True))
    return nest.pack_sequence_as(cell.output_size, stacked), final_state


@public("nn.bidirectional_dynamic_rnn")
def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """((forward outputs, backward outputs), (last forward state, last backward state)): `dynamic_rnn` in both directions.

    The variable scopes are `fw` and `bw`, in `scope` ("bidirectional_rnn" if None). Arguments and errors are `dynamic_rnn`'s.
    """
    assert_like_rnncell("cell_fw", cell_fw)
    assert_like_rnncell("cell_bw", cell_bw)
    time_axis, batch_axis = (0, 1) if time_major else (1, 0)

    def backwards(x: Any) -> Tensor:
        if sequence_length is None:
            return array.reverse(x, axis=[time_axis])
        return array.reverse_sequence(input=x, seq_lengths=sequence_length, seq_axis=time_axis, batch_axis=batch_axis)

    options = {
        "sequence_length": sequence_length,
        "dtype": dtype,
        "parallel_iterations": parallel_iterations,
        "swap_memory": swap_memory,
        "time_major": time_major,
    }
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as fw:
            output_fw, state_fw = dynamic_rnn(cell_fw, inputs, initial_state=initial_state_fw, scope=fw, **options)
        with variable_scope("bw") as bw:
            reversed_inputs = nest.map_structure(backwards, inputs)
            output_bw, state_bw = dynamic_rnn(cell_bw, reversed_inputs, initial_state=initial_state_bw, scope=bw, **options)
    return (output_fw, nest.map_structure(backwards, output_bw)), (state_fw, state_bw)
