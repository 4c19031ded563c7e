"""Running cells over lists of inputs, a step each: static_rnn and what is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...graph import nest
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import control_dependencies
from ...graph.dtypes import int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...ops import array
from ...ops.casting import cast
from ...ops.reduction import reduce_max, reduce_min
from ...scopes import variable_scope
from .cell import assert_like_rnncell
from .step import cache_beside_readers, infer_state_dtype, rnn_step, zero_outputs


def _first_leaf(inputs: Any) -> Any:
    while nest.is_nested(inputs):
        inputs = inputs[0]
    return inputs


def _known_batch_size(inputs: Any, first: Tensor) -> int | None:
    """The batch size of inputs, if it is known. Raises ValueError for inputs whose other sizes are not."""
    if first.shape.ndims == 1:
        return first.shape.with_rank_at_least(1)[0].value
    size = first.shape.with_rank_at_least(2)[0]
    for x in nest.flatten(inputs):
        shape = x.shape.with_rank_at_least(2)
        size = size.merge_with(shape[0])
        for i, d in enumerate(shape.as_list()[1:]):
            if d is None:
                raise ValueError(f"Input size (dimension {i} of inputs) must be accessible via shape inference, but saw value None.")
    return size.value


def initial_state_of(cell: Any, batch_size: Any, dtype: Any) -> Any:
    """The state a cell starts from."""
    if getattr(cell, "get_initial_state", None) is not None:
        return cell.get_initial_state(inputs=None, batch_size=batch_size, dtype=dtype)
    return cell.zero_state(batch_size, dtype)


@public("nn.static_rnn", "contrib.rnn.static_rnn")
def static_rnn(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """(a list of outputs, the last state): `cell` called once for each of `inputs`.

    Args:
      inputs: a list of tensors [batch, size], or of structures of them.
      initial_state: as `cell.state_size` says; zeros of `dtype` if None.
      sequence_length: int32 [batch]: where a row's sequence ends its outputs become zero and its state stays.
      scope: variable scope; "rnn" if None.

    Raises:
      TypeError: `cell` is no cell or `inputs` no list.
      ValueError: no inputs, sizes that are not known, or no type.
    """
    assert_like_rnncell("cell", cell)
    if not nest.is_nested(inputs):
        raise TypeError("inputs must be a sequence")
    if not inputs:
        raise ValueError("inputs must not be empty")
    outputs = []
    with variable_scope(scope or "rnn") as entered:
        cache_beside_readers(entered)
        first = _first_leaf(inputs)
        known = _known_batch_size(inputs, first)
        batch_size = known or array.shape(first)[0]
        if initial_state is not None:
            state = initial_state
        else:
            if not dtype:
                raise ValueError("If no initial_state is provided, dtype must be specified")
            state = initial_state_of(cell, batch_size, dtype)
        if sequence_length is not None:
            sequence_length = convert_to_tensor(sequence_length, name="sequence_length")
            if sequence_length.shape.ndims not in (None, 1):
                raise ValueError("sequence_length must be a vector of length batch_size")
            zeros = zero_outputs(cell.output_size, batch_size, known, infer_state_dtype(dtype, state))
            zero_output = nest.pack_sequence_as(cell.output_size, zeros)
            sequence_length = cast(sequence_length, int32)
            shortest, longest = reduce_min(sequence_length), reduce_max(sequence_length)
        for time, x in enumerate(inputs):
            if time > 0:
                entered.reuse_variables()
            if sequence_length is None:
                output, state = cell(x, state)
            else:
                output, state = rnn_step(
                    time, sequence_length, shortest, longest, zero_output, state, lambda x=x, s=state: cell(x, s), cell.state_size
                )
            outputs.append(output)
    return outputs, state


@public("nn.static_state_saving_rnn", "contrib.rnn.static_state_saving_rnn")
def static_state_saving_rnn(
    cell: Any, inputs: Sequence[Any], state_saver: Any, state_name: Any, sequence_length: Any = None, scope: Any = None
) -> tuple[list[Any], Any]:
    """`static_rnn` that starts from `state_saver.state(name)` and ends with `state_saver.save_state(name, state)`.

    Args:
      state_name: the name, or a tuple of names, one for each part of the state.

    Raises:
      ValueError: `state_name` is not like the cell's state.
    """
    sizes = cell.state_size
    as_tuple = nest.is_nested(sizes)
    if as_tuple != nest.is_nested(state_name):
        raise ValueError(f"state_name should be the same type as cell.state_size.  state_name: {state_name}, cell.state_size: {sizes}")
    names = nest.flatten(state_name)
    if as_tuple:
        flat_sizes = nest.flatten(sizes)
        if len(names) != len(flat_sizes):
            raise ValueError(f"#elems(state_name) != #elems(state_size): {len(names)} vs. {len(flat_sizes)}")
        initial_state = nest.pack_sequence_as(sizes, [state_saver.state(s) for s in names])
    else:
        initial_state = state_saver.state(state_name)
    outputs, state = static_rnn(cell, inputs, initial_state=initial_state, sequence_length=sequence_length, scope=scope)
    saved = [state_saver.save_state(name, part) for name, part in zip(names, nest.flatten(state))]
    with control_dependencies(saved):
        outputs[-1] = nest.map_structure(array.identity, outputs[-1])
        state = nest.map_structure(array.identity, state)
    return outputs, state


def _reversed(inputs: Sequence[Any], lengths: Any) -> list[Any]:
    """A list of inputs in the opposite order: the first `lengths` of each row, if given."""
    if lengths is None:
        return list(reversed(inputs))
    flat = [nest.flatten(x) for x in inputs]
    columns = []
    for sequence in zip(*flat):
        shape = TensorShape([None] * sequence[0].shape.ndims) if sequence[0].shape.ndims is not None else TensorShape(None)
        for x in sequence:
            shape = shape.merge_with(x.shape)
            x.set_shape(shape)
        joined = array.reverse_sequence(array.stack(sequence), lengths, 0, 1)
        parts = array.unstack(joined)
        for x in parts:
            x.set_shape(shape)
        columns.append(parts)
    return [nest.pack_sequence_as(like, list(row)) for like, row in zip(inputs, zip(*columns))]


@public("nn.static_bidirectional_rnn", "contrib.rnn.static_bidirectional_rnn")
def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Sequence[Any],
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any, Any]:
    """(outputs of both cells side by side, last forward state, last backward state): `static_rnn` in both directions.

    Raises:
      TypeError: a cell is none, or `inputs` no list.
      ValueError: no inputs, or as `static_rnn`.
    """
    assert_like_rnncell("cell_fw", cell_fw)
    assert_like_rnncell("cell_bw", cell_bw)
    if not nest.is_nested(inputs):
        raise TypeError("inputs must be a sequence")
    if not inputs:
        raise ValueError("inputs must not be empty")
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as fw:
            output_fw, state_fw = static_rnn(cell_fw, inputs, initial_state_fw, dtype, sequence_length, scope=fw)
        with variable_scope("bw") as bw:
            backwards = _reversed(inputs, sequence_length)
            output_bw, state_bw = static_rnn(cell_bw, backwards, initial_state_bw, dtype, sequence_length, scope=bw)
    output_bw = _reversed(output_bw, sequence_length)
    flat = [array.concat([f, b], 1) for f, b in zip(nest.flatten(output_fw), nest.flatten(output_bw))]
    return nest.pack_sequence_as(output_fw, flat), state_fw, state_bw
