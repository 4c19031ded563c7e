"""dynamic_decode: runs a decoder step by step, in a loop."""

from __future__ import annotations

import abc
from typing import Any

from ...graph import nest
from ...graph.constant_value import constant_value
from ...graph.conversion import constant, convert_to_tensor
from ...graph.dtypes import int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...layers.rnn.cell import zero_state_tensors
from ...layers.rnn.step import cache_beside_readers, transpose_batch_time
from ...ops import array
from ...ops.elementwise import logical_not, logical_or
from ...ops.loops import while_loop
from ...ops.reduction import reduce_all
from ...ops.tensor_array import TensorArray
from ...scopes import variable_scope


@public("contrib.seq2seq.Decoder")
class Decoder(abc.ABC):
    """What `dynamic_decode` runs."""

    @property
    def batch_size(self) -> Any:
        """Number of rows."""
        raise NotImplementedError

    @property
    def output_size(self) -> Any:
        """A structure of the outputs' shapes, without batch."""
        raise NotImplementedError

    @property
    def output_dtype(self) -> Any:
        """A structure of the outputs' types."""
        raise NotImplementedError

    @abc.abstractmethod
    def initialize(self, name: Any = None) -> tuple[Any, Any, Any]:
        """(which rows are finished, the first inputs, the first state)."""

    @abc.abstractmethod
    def step(self, time: Any, inputs: Any, state: Any, name: Any = None) -> tuple[Any, Any, Any, Any]:
        """(outputs, next state, next inputs, which rows are finished)."""

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        """(outputs, state) to hand out, of all steps' outputs (time-major) and the last state."""
        raise NotImplementedError

    @property
    def tracks_own_finished(self) -> bool:
        """True if rows that `step` says are finished may change: the loop then does not keep them so."""
        return False


def _zero_outputs(size: Any, dtype: Any, batch_size: Any) -> Any:
    return nest.map_structure(lambda s, d: zero_state_tensors(s, batch_size, d), size, dtype)


def _element_shape(batch_size: Any, shape: Any) -> TensorShape | None:
    if not isinstance(shape, TensorShape) or shape.ndims == 0:
        return None
    return TensorShape([constant_value(convert_to_tensor(batch_size, name="batch_size"))]).concatenate(shape)


def _copy_state(finished: Tensor, new: Any, current: Any) -> Any:
    """`new`, but `current` in rows that are finished; TensorArrays and scalars have no rows."""
    if isinstance(current, TensorArray):
        return new
    new.set_shape(current.shape)
    return new if new.shape.ndims == 0 else array.where(finished, current, new)


@public("contrib.seq2seq.dynamic_decode")
def dynamic_decode(
    decoder: Any,
    output_time_major: bool = False,
    impute_finished: bool = False,
    maximum_iterations: Any = None,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    scope: Any = None,
    **kwargs: Any,
) -> tuple[Any, Any, Any]:
    """(outputs, the last state, sequence lengths [batch]): steps of `decoder` until all rows are finished.

    Args:
      output_time_major: outputs are [time, batch, ...]; else [batch, time, ...].
      impute_finished: in rows that are finished outputs become zero and states stay.
      maximum_iterations: int32 scalar; as many steps as it takes if None.
      parallel_iterations, swap_memory: of the loop.
      scope: variable scope; "decoder" if None.

    Raises:
      TypeError: `decoder` is no Decoder.
      ValueError: `maximum_iterations` is no scalar.
    """
    if not isinstance(decoder, Decoder):
        raise TypeError(f"Expected decoder to be type Decoder, but saw: {type(decoder)}")
    with variable_scope(scope, "decoder") as entered:
        cache_beside_readers(entered)
        if maximum_iterations is not None:
            maximum_iterations = convert_to_tensor(maximum_iterations, dtype=int32, name="maximum_iterations")
            if maximum_iterations.shape.ndims != 0:
                raise ValueError("maximum_iterations must be a scalar")
        finished, inputs, state = decoder.initialize()
        zero_outputs = _zero_outputs(decoder.output_size, decoder.output_dtype, decoder.batch_size)
        if maximum_iterations is not None:
            finished = logical_or(finished, 0 >= maximum_iterations)
        lengths = array.zeros_like(finished, dtype=int32)
        time = constant(0, dtype=int32)

        def tensor_array(size: Any, dtype: Any) -> TensorArray:
            return TensorArray(dtype=dtype, size=0, dynamic_size=True, element_shape=_element_shape(decoder.batch_size, size))

        outputs = nest.map_structure(tensor_array, decoder.output_size, decoder.output_dtype)

        def body(time: Any, outputs: Any, state: Any, inputs: Any, finished: Any, lengths: Any) -> tuple[Any, ...]:
            out, next_state, next_inputs, decoder_finished = decoder.step(time, inputs, state)
            next_finished = decoder_finished if decoder.tracks_own_finished else logical_or(decoder_finished, finished)
            next_lengths = array.where(logical_not(finished), array.fill(array.shape(lengths), time + 1), lengths)
            nest.assert_same_structure(state, next_state)
            nest.assert_same_structure(outputs, out)
            nest.assert_same_structure(inputs, next_inputs)
            if impute_finished:
                out = nest.map_structure(lambda o, zero: array.where(finished, zero, o), out, zero_outputs)
                next_state = nest.map_structure(lambda new, old: _copy_state(finished, new, old), next_state, state)
            outputs = nest.map_structure(lambda a, o: a.write(time, o), outputs, out)
            return time + 1, outputs, next_state, next_inputs, next_finished, next_lengths

        result = while_loop(
            lambda time, outputs, state, inputs, finished, lengths: logical_not(reduce_all(finished)),
            body,
            loop_vars=(time, outputs, state, inputs, finished, lengths),
            parallel_iterations=parallel_iterations,
            maximum_iterations=maximum_iterations,
            swap_memory=swap_memory,
        )
        final_outputs = nest.map_structure(lambda a: a.stack(), result[1])
        final_state, final_lengths = result[2], result[5]
        try:
            final_outputs, final_state = decoder.finalize(final_outputs, final_state, final_lengths)
        except NotImplementedError:
            pass
        if not output_time_major:
            final_outputs = nest.map_structure(transpose_batch_time, final_outputs)
    return final_outputs, final_state, final_lengths
