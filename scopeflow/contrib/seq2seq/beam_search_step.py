"""One step of a beam search: scores of all continuations, the best of them, and the states that go with those."""

from __future__ import annotations

import collections
from typing import Any

from ...graph import nest
from ...graph.constant_value import constant_value
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.dtypes import float32, int32, int64
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...graph.tensor_shape import TensorShape
from ...ops import array
from ...ops.casting import cast
from ...ops.elementwise import div, equal, log, logical_not, logical_or, minimum
from ...ops.nn.activation import log_softmax
from ...ops.nn.selection import top_k
from ...ops.reduction import reduce_mean, reduce_sum
from ...ops.tensor_array import TensorArray
from .attention_wrapper import AttentionWrapperState


@public("contrib.seq2seq.BeamSearchDecoderState")
class BeamSearchDecoderState(
    collections.namedtuple("BeamSearchDecoderState", ("cell_state", "log_probs", "finished", "lengths", "accumulated_attention_probs"))
):
    """The state of a beam search: each tensor [batch, beam, ...]."""


@public("contrib.seq2seq.BeamSearchDecoderOutput")
class BeamSearchDecoderOutput(collections.namedtuple("BeamSearchDecoderOutput", ("scores", "predicted_ids", "parent_ids"))):
    """What a step chose [batch, beam]: scores, ids, and the beams of the step before that they continue."""


def require_rank(t: Tensor) -> None:
    """Raises ValueError for a tensor of unknown rank."""
    if t.shape.ndims is None:
        raise ValueError(f"Expected tensor ({t}) to have known rank, but ndims == None.")


def attention_probabilities(cell_state: Any, coverage_penalty_weight: Any) -> Any:
    """The attention [batch, beam, memory time] of a cell's state, its mean over mechanisms and layers; None without a penalty.

    Raises:
      ValueError: no cell attends.
    """
    if coverage_penalty_weight == 0.0:
        return None
    layers = [cell_state] if isinstance(cell_state, AttentionWrapperState) else []
    if not layers and isinstance(cell_state, tuple):
        layers = [s for s in cell_state if isinstance(s, AttentionWrapperState)]
    if not layers:
        raise ValueError("coverage_penalty_weight must be 0.0 if no cell is attentional.")
    return _mean([_mean(list(s.alignments)) if isinstance(s.alignments, tuple) else s.alignments for s in layers])


def _mean(tensors: list[Tensor]) -> Tensor:
    if len(tensors) == 1:
        return tensors[0]
    return reduce_mean(array.concat([array.expand_dims(t, -1) for t in tensors], -1), -1)


def beam_search_step(
    time: Any,
    logits: Any,
    next_cell_state: Any,
    beam_state: Any,
    batch_size: Any,
    beam_width: int,
    end_token: Any,
    length_penalty_weight: Any,
    coverage_penalty_weight: Any,
) -> tuple[BeamSearchDecoderOutput, BeamSearchDecoderState]:
    """(what is chosen, the next state) by `logits` [batch, beam, ids]."""
    known = constant_value(batch_size)
    static_batch_size = None if known is None else int(known)
    lengths, finished = beam_state.lengths, beam_state.finished
    not_finished = logical_not(finished)
    step_log_probs = _only_end(log_softmax(logits), end_token, finished)
    total_probs = array.expand_dims(beam_state.log_probs, 2) + step_log_probs
    ids = logits.shape[-1].value or array.shape(logits)[-1]
    lengths_to_add = array.one_hot(
        indices=array.fill([batch_size, beam_width], end_token),
        depth=ids,
        on_value=cast(0, int64, name="ToInt64"),
        off_value=cast(1, int64, name="ToInt64"),
        dtype=int64,
    )
    lengths_to_add *= array.expand_dims(cast(not_finished, int64), 2)
    new_lengths = lengths_to_add + array.expand_dims(lengths, 2)
    accumulated = None
    attention = attention_probabilities(next_cell_state, coverage_penalty_weight)
    if attention is not None:
        attention *= array.expand_dims(cast(not_finished, float32), 2)
        accumulated = beam_state.accumulated_attention_probs + attention
    scores = _scores(total_probs, new_lengths, length_penalty_weight, coverage_penalty_weight, finished, accumulated)
    time = convert_to_tensor(time, name="time")
    flat_scores = array.reshape(scores, [batch_size, -1])
    size = convert_to_tensor(beam_width, dtype=int32, name="beam_width")
    next_scores, word_indices = top_k(flat_scores, k=size)
    next_scores.set_shape([static_batch_size, beam_width])
    word_indices.set_shape([static_batch_size, beam_width])
    next_probs = _gathered(word_indices, total_probs, batch_size, beam_width * ids, [-1], name="next_beam_probs")
    word_ids = cast(TABLE["mod"](word_indices, ids, name="next_beam_word_ids"), int32)
    parents = cast(word_indices / ids, int32, name="next_beam_parent_ids")
    finished = _gathered(parents, finished, batch_size, beam_width, [-1])
    next_finished = logical_or(finished, equal(word_ids, end_token), name="next_beam_finished")
    still = cast(logical_not(finished), int64)
    next_lengths = _gathered(parents, beam_state.lengths, batch_size, beam_width, [-1])
    next_lengths += still
    rows = [batch_size * beam_width, -1]
    next_accumulated: Any = ()
    if accumulated is not None:
        next_accumulated = _gathered(parents, accumulated, batch_size, beam_width, rows, name="next_accumulated_attention_probs")
    next_cell_state = nest.map_structure(lambda t: _maybe_gathered(parents, t, batch_size, beam_width, rows), next_cell_state)
    next_state = BeamSearchDecoderState(
        cell_state=next_cell_state,
        log_probs=next_probs,
        lengths=next_lengths,
        finished=next_finished,
        accumulated_attention_probs=next_accumulated,
    )
    return BeamSearchDecoderOutput(scores=next_scores, predicted_ids=word_ids, parent_ids=parents), next_state


def _scores(
    log_probs: Any, lengths: Any, length_penalty_weight: Any, coverage_penalty_weight: Any, finished: Any, accumulated: Any
) -> Tensor:
    """Log probabilities over the length penalty, plus the coverage penalty."""
    penalty = cast(_length_penalty(lengths, length_penalty_weight), dtype=log_probs.dtype)
    scores = log_probs / penalty
    weight = convert_to_tensor(coverage_penalty_weight, name="coverage_penalty_weight")
    if weight.shape.ndims != 0:
        raise ValueError(f"coverage_penalty_weight should be a scalar, but saw shape: {weight.shape}")
    if constant_value(weight) == 0.0:
        return scores
    if accumulated is None:
        raise ValueError("accumulated_attention_probs can be None only if coverage penalty is disabled.")
    # Entries outside of the memory's sequences have no attention, and no penalty.
    accumulated = array.where(equal(accumulated, 0.0), array.ones_like(accumulated), accumulated)
    coverage = reduce_sum(log(minimum(accumulated, 1.0)), 2)
    coverage *= cast(finished, float32)
    return scores + array.expand_dims(coverage * weight, 2)


def _length_penalty(lengths: Any, factor: Any) -> Any:
    factor = convert_to_tensor(factor, name="penalty_factor")
    factor.set_shape(())
    known = constant_value(factor)
    if known is not None and known == 0:
        return 1.0
    return div((5.0 + cast(lengths, float32)) ** factor, (5.0 + 1.0) ** factor)


def _only_end(probs: Any, end_token: Any, finished: Any) -> Tensor:
    """`probs`, but in beams that are finished `end_token` is certain."""
    ids = array.shape(probs)[2]
    row = array.one_hot(end_token, ids, dtype=probs.dtype, on_value=convert_to_tensor(0.0, dtype=probs.dtype), off_value=probs.dtype.min)
    certain = array.tile(array.reshape(row, [1, 1, -1]), array.concat([array.shape(finished), [1]], 0))
    mask = array.tile(array.expand_dims(finished, 2), [1, 1, ids])
    return array.where(mask, certain, probs)


def _maybe_gathered(indices: Any, t: Any, batch_size: Any, range_size: Any, gather_shape: list[Any]) -> Any:
    if isinstance(t, TensorArray):
        return t
    require_rank(t)
    return _gathered(indices, t, batch_size, range_size, gather_shape) if t.shape.ndims >= len(gather_shape) else t


def _gathered(indices: Any, t: Any, batch_size: Any, range_size: Any, gather_shape: list[Any], name: Any = None) -> Tensor:
    """t[b, indices[b]] for each row b, `t` being read as of `gather_shape`, with `range_size` entries a row."""
    with name_scope(name, "tensor_gather_helper"):
        offsets = array.expand_dims(array.range_(batch_size) * range_size, 1)
        indices = array.reshape(indices + offsets, [-1])
        out = array.gather(array.reshape(t, gather_shape), indices)
        n = 1 + len(gather_shape)
        final = array.shape(t)[:n]
        known = constant_value(batch_size)
        static = TensorShape([None if known is None else int(known)]).concatenate(t.shape[1:n])
        out = array.reshape(out, final, name="output")
        out.set_shape(static)
        return out
