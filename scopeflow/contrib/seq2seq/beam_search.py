"""BeamSearchDecoder: keeps the best hypotheses of each row (penalties: Wu et al. 2016, arXiv 1609.08144)."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from ...graph import nest
from ...graph.constant_value import constant_value
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.dtypes import bool_, int32, int64
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...layers.rnn.cell import assert_like_rnncell
from ...layers.rnn.step import static_shape
from ...ops import array
from ...ops.asserts import assert_
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.elementwise import equal, logical_and, logical_or
from ...ops.gather_tree import gather_tree
from ...ops.reduction import reduce_all, reduce_max
from ...ops.tensor_array import TensorArray
from .basic_decoder import layer_output_size, require_output_layer
from .beam_search_step import BeamSearchDecoderOutput, BeamSearchDecoderState, attention_probabilities, beam_search_step, require_rank
from .decoding import Decoder
from .feeding import lookup


@public("contrib.seq2seq.FinalBeamSearchDecoderOutput")
class FinalBeamSearchDecoderOutput(collections.namedtuple("FinalBeamDecoderOutput", ("predicted_ids", "beam_search_decoder_output"))):
    """The sequences found, best first: `predicted_ids` [batch, time, beam], and the outputs of all steps."""


# -- tiling a batch ---------------------------------------------------------------------------------
@public("contrib.seq2seq.tile_batch")
def tile_batch(t: Any, multiplier: int, name: str | None = None) -> Any:
    """Each row of `t` (a tensor or a structure of them) `multiplier` times: what a beam search does with states and memories.

    Raises:
      ValueError: a tensor of unknown rank, or without rows.
    """
    with name_scope(name, "tile_batch", [*nest.flatten(t), multiplier]):
        return nest.map_structure(lambda x: _tile_batch(x, multiplier), t)


def _tile_batch(t: Any, multiplier: int) -> Tensor:
    t = convert_to_tensor(t, name="t")
    shape = array.shape(t)
    if t.shape.ndims is None or t.shape.ndims < 1:
        raise ValueError("t must have statically known rank")
    tiling = [1] * (t.shape.ndims + 1)
    tiling[1] = multiplier
    rows = t.shape[0].value * multiplier if t.shape[0].value is not None else None
    tiled = array.tile(array.expand_dims(t, 1), tiling)
    tiled = array.reshape(tiled, array.concat(([shape[0] * multiplier], shape[1:]), 0))
    tiled.set_shape(TensorShape([rows]).concatenate(t.shape[1:]))
    return tiled


# -- histories along the beams that were kept ----------------------------------------------------------
@public("contrib.seq2seq.python.ops.beam_search_decoder.gather_tree_from_array")
def gather_tree_from_array(t: Any, parent_ids: Any, sequence_length: Any) -> Tensor:
    """`t` [time, batch, beam, ...] as it was along the path that ends in each beam."""
    time = parent_ids.shape[0].value or array.shape(parent_ids)[0]
    batch_size = parent_ids.shape[1].value or array.shape(parent_ids)[1]
    beam_width = parent_ids.shape[2].value or array.shape(parent_ids)[2]
    beam_ids = array.expand_dims(array.expand_dims(array.range_(beam_width), 0), 0)
    beam_ids = array.tile(beam_ids, [time, batch_size, 1])
    longest = cast(reduce_max(sequence_length, axis=1), int32)
    found = gather_tree(step_ids=beam_ids, parent_ids=parent_ids, max_sequence_lengths=longest, end_token=beam_width + 1)
    # Steps after the end stay where they are.
    inside = array.transpose(array.sequence_mask(sequence_length, maxlen=time), perm=[2, 0, 1])
    found = array.where(inside, x=found, y=beam_ids)
    time_index = array.tile(array.reshape(array.range_(time), [-1, 1, 1]), [1, batch_size, beam_width])
    batch_index = array.tile(array.reshape(array.range_(batch_size), [-1, 1, 1]), [1, time, beam_width])
    batch_index = array.transpose(batch_index, perm=[1, 0, 2])
    indices = array.stack([time_index, batch_index, found], -1)
    shape = array.shape(t)
    flat = array.reshape(t, [time, batch_size, beam_width, -1])
    return array.reshape(array.gather_nd(flat, indices), shape)


def _may_be_beams(shape: TensorShape, batch_size: int | None, beam_width: int) -> bool:
    """False if elements of this shape are not taken for [batch, beam, ...] or [batch * beam, ...].

    As in the reference, elements [batch * beam, n] are not if n is known.
    """
    dims = shape.as_list()
    if batch_size is None or dims[0] is None:
        return True
    if dims[0] != batch_size * beam_width:
        return False
    return len(dims) < 2 or dims[1] is None or (dims[0] == batch_size and dims[1] == beam_width)


def _check_beams(t: Tensor, batch_size: Any, beam_width: int) -> Operation:
    message = (
        f"TensorArray reordering expects elements to be reshapable to [batch_size, beam_size, ...] which is incompatible with the "
        f"dynamic shape of {t.name} elements. Consider setting reorder_tensor_arrays to False to disable TensorArray reordering "
        "during the beam search."
    )
    shape = array.shape(t)
    if t.shape.ndims == 2:
        condition = equal(shape[1], batch_size * beam_width)
    else:
        condition = logical_or(
            equal(shape[1], batch_size * beam_width), logical_and(equal(shape[1], batch_size), equal(shape[2], beam_width))
        )
    return assert_(condition, [message])


@public("contrib.seq2seq.BeamSearchDecoder")
class BeamSearchDecoder(Decoder):
    """A decoder that searches for the most probable sequences.

    Memories and states of an AttentionWrapper are to be tiled by `tile_batch` first.

    Args:
      cell: an RNNCell.
      embedding: a function of ids, or what `tf.nn.embedding_lookup` takes.
      start_tokens: int32 [batch].
      end_token: int32 scalar.
      initial_state: of the cell, [batch * beam_width, ...].
      beam_width: number of hypotheses kept.
      output_layer: applied to the cell's outputs, which are then logits.
      length_penalty_weight, coverage_penalty_weight: of Wu et al.; 0: none.
      reorder_tensor_arrays: in the last state, TensorArrays are put in the order of the sequences found.

    Raises:
      TypeError: something is no cell or no layer.
      ValueError: ranks or sizes that do not fit.
    """

    def __init__(
        self,
        cell: Any,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        initial_state: Any,
        beam_width: int,
        output_layer: Any = None,
        length_penalty_weight: float = 0.0,
        coverage_penalty_weight: float = 0.0,
        reorder_tensor_arrays: bool = True,
    ):
        assert_like_rnncell("cell", cell)
        require_output_layer(output_layer)
        self._cell = cell
        self._output_layer = output_layer
        self._reorder_tensor_arrays = reorder_tensor_arrays
        self._embedding_fn = lookup(embedding)
        self._start_tokens = convert_to_tensor(start_tokens, dtype=int32, name="start_tokens")
        if self._start_tokens.shape.ndims != 1:
            raise ValueError("start_tokens must be a vector")
        self._end_token = convert_to_tensor(end_token, dtype=int32, name="end_token")
        if self._end_token.shape.ndims != 0:
            raise ValueError("end_token must be a scalar")
        self._batch_size = array.size(start_tokens)
        self._beam_width = beam_width
        self._length_penalty_weight = length_penalty_weight
        self._coverage_penalty_weight = coverage_penalty_weight
        self._initial_cell_state = nest.map_structure(self._maybe_split_batch_beams, initial_state, self._cell.state_size)
        self._start_tokens = array.tile(array.expand_dims(self._start_tokens, 1), [1, self._beam_width])
        self._start_inputs = self._embedding_fn(self._start_tokens)
        self._finished = array.one_hot(
            array.zeros([self._batch_size], dtype=int32), depth=self._beam_width, on_value=False, off_value=True, dtype=bool_
        )

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def tracks_own_finished(self) -> bool:
        return True

    @property
    def output_size(self) -> BeamSearchDecoderOutput:
        shape = TensorShape([self._beam_width])
        return BeamSearchDecoderOutput(scores=shape, predicted_ids=shape, parent_ids=shape)

    @property
    def output_dtype(self) -> BeamSearchDecoderOutput:
        dtype = nest.flatten(self._initial_cell_state)[0].dtype
        sizes = layer_output_size(self._cell.output_size, self._output_layer)
        return BeamSearchDecoderOutput(scores=nest.map_structure(lambda _: dtype, sizes), predicted_ids=int32, parent_ids=int32)

    def initialize(self, name: Any = None) -> tuple[Any, Any, Any]:
        dtype = nest.flatten(self._initial_cell_state)[0].dtype
        # Only the first beam counts at first: the others are the same.
        log_probs = array.one_hot(
            array.zeros([self._batch_size], dtype=int32),
            depth=self._beam_width,
            on_value=convert_to_tensor(0.0, dtype=dtype),
            off_value=convert_to_tensor(-np.inf, dtype=dtype),
            dtype=dtype,
        )
        attention = attention_probabilities(self._initial_cell_state, self._coverage_penalty_weight)
        state = BeamSearchDecoderState(
            cell_state=self._initial_cell_state,
            log_probs=log_probs,
            finished=self._finished,
            lengths=array.zeros([self._batch_size, self._beam_width], dtype=int64),
            accumulated_attention_probs=() if attention is None else attention,
        )
        return self._finished, self._start_inputs, state

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        longest = cast(reduce_max(final_state.lengths, axis=1), int32)
        predicted_ids = gather_tree(outputs.predicted_ids, outputs.parent_ids, max_sequence_lengths=longest, end_token=self._end_token)
        if self._reorder_tensor_arrays:
            final_state = final_state._replace(
                cell_state=nest.map_structure(
                    lambda t: self._maybe_sort_array_beams(t, outputs.parent_ids, final_state.lengths), final_state.cell_state
                )
            )
        return FinalBeamSearchDecoderOutput(beam_search_decoder_output=outputs, predicted_ids=predicted_ids), final_state

    # -- [batch * beam, ...] and [batch, beam, ...] -----------------------------------------------------
    def _merge_batch_beams(self, t: Tensor, size: Any) -> Tensor:
        shape = array.shape(t)
        known = constant_value(self._batch_size)
        rows = None if known is None else int(known) * self._beam_width
        merged = array.reshape(t, array.concat(([self._batch_size * self._beam_width], shape[2:]), 0))
        merged.set_shape(TensorShape([rows]).concatenate(static_shape(size)))
        return merged

    def _split_batch_beams(self, t: Tensor, size: Any) -> Tensor:
        shape = array.shape(t)
        split = array.reshape(t, array.concat(([self._batch_size, self._beam_width], shape[1:]), 0))
        known = constant_value(self._batch_size)
        expected = TensorShape([None if known is None else int(known), self._beam_width]).concatenate(static_shape(size))
        if not split.shape.is_compatible_with(expected):
            raise ValueError(
                "Unexpected behavior when reshaping between beam width and batch size.  The reshaped tensor has shape: "
                f"{split.shape}.  We expected it to have shape (batch_size, beam_width, depth) == {expected}.  Perhaps you forgot to "
                "create a zero_state with batch_size=encoder_batch_size * beam_width?"
            )
        split.set_shape(expected)
        return split

    def _maybe_split_batch_beams(self, t: Any, size: Any) -> Any:
        if isinstance(t, TensorArray):
            return t
        require_rank(t)
        return self._split_batch_beams(t, size) if t.shape.ndims >= 1 else t

    def _maybe_merge_batch_beams(self, t: Any, size: Any) -> Any:
        if isinstance(t, TensorArray):
            return t
        require_rank(t)
        return self._merge_batch_beams(t, size) if t.shape.ndims >= 2 else t

    def _maybe_sort_array_beams(self, t: Any, parent_ids: Any, sequence_length: Any) -> Any:
        if not isinstance(t, TensorArray):
            return t
        shape = t.element_shape
        if not t._infer_shape or shape.ndims is None or shape.ndims < 1:
            return t
        known = constant_value(self._batch_size)
        if not _may_be_beams(shape, None if known is None else int(known), self._beam_width):
            return t
        stacked = t.stack()
        with control_dependencies([_check_beams(stacked, self._batch_size, self._beam_width)]):
            return gather_tree_from_array(stacked, parent_ids, sequence_length)

    def step(self, time: Any, inputs: Any, state: Any, name: Any = None) -> tuple[Any, Any, Any, Any]:
        with name_scope(name, "BeamSearchDecoderStep", (time, inputs, state)):
            sizes = self._cell.state_size
            inputs = nest.map_structure(lambda x: self._merge_batch_beams(x, x.shape[2:]), inputs)
            cell_state = nest.map_structure(self._maybe_merge_batch_beams, state.cell_state, sizes)
            outputs, next_cell_state = self._cell(inputs, cell_state)
            outputs = nest.map_structure(lambda out: self._split_batch_beams(out, out.shape[1:]), outputs)
            next_cell_state = nest.map_structure(self._maybe_split_batch_beams, next_cell_state, sizes)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            output, next_state = beam_search_step(
                time=time,
                logits=outputs,
                next_cell_state=next_cell_state,
                beam_state=state,
                batch_size=self._batch_size,
                beam_width=self._beam_width,
                end_token=self._end_token,
                length_penalty_weight=self._length_penalty_weight,
                coverage_penalty_weight=self._coverage_penalty_weight,
            )
            finished = next_state.finished
            sample_ids = output.predicted_ids
            next_inputs = cond(reduce_all(finished), lambda: self._start_inputs, lambda: self._embedding_fn(sample_ids))
        return output, next_state, next_inputs, finished
