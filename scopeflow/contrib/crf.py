"""tf.contrib.crf: linear-chain conditional random fields (Lafferty et al. 2001), trained on tags and decoded by Viterbi's algorithm.

Scores are [batch, time, tags]; `transition_params` [tags, tags] is the score of going from one tag to another.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.dtypes import float32, int32, int64
from ..graph.operation import Tensor
from ..graph.public import public
from ..layers.rnn.cell import RNNCell
from ..layers.rnn.dynamic import dynamic_rnn
from ..layers.smart_condition import smart_cond
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import equal, less_equal, maximum
from ..ops.reduction import argmax, reduce_logsumexp, reduce_max, reduce_sum
from ..scopes import get_variable


def _for_one_step(x: Tensor, one: Any, several: Any) -> Any:
    """`one()` if `x` has a single time step, else `several()`; one of them only if the number is known."""
    return smart_cond(pred=equal(x.shape[1].value or array.shape(x)[1], 1), true_fn=one, false_fn=several)


def _zero_if_empty(x: Tensor, sequence_lengths: Any) -> Tensor:
    return array.where(less_equal(sequence_lengths, 0), array.zeros_like(x), x)


def _first_step(x: Tensor) -> Tensor:
    return array.squeeze(array.slice_(x, [0, 0, 0], [-1, 1, -1]), [1])


def _steps_after_first(x: Tensor) -> Tensor:
    return array.slice_(x, [0, 1, 0], [-1, -1, -1])


def _one_less(sequence_lengths: Tensor) -> Tensor:
    return maximum(array.constant(0, dtype=sequence_lengths.dtype), sequence_lengths - 1)


# -- scores ------------------------------------------------------------------------------------------
@public("contrib.crf.crf_sequence_score")
def crf_sequence_score(inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Tensor:
    """The unnormalized score [batch] of the tags `tag_indices` [batch, time]."""

    def one() -> Tensor:
        batch_size = array.shape(inputs, out_type=tag_indices.dtype)[0]
        rows = array.reshape(array.range_(batch_size), [-1, 1])
        scores = array.gather_nd(array.squeeze(inputs, [1]), array.concat([rows, tag_indices], axis=1))
        return _zero_if_empty(scores, sequence_lengths)

    def several() -> Tensor:
        unary = crf_unary_score(tag_indices, sequence_lengths, inputs)
        return unary + crf_binary_score(tag_indices, sequence_lengths, transition_params)

    return _for_one_step(inputs, one, several)


@public("contrib.crf.crf_multitag_sequence_score")
def crf_multitag_sequence_score(inputs: Any, tag_bitmap: Any, sequence_lengths: Any, transition_params: Any) -> Tensor:
    """The log of the sum of exp(score) [batch] over all tag sequences that `tag_bitmap` (bool [batch, time, tags]) allows."""
    allowed = array.where(tag_bitmap, inputs, array.fill(array.shape(inputs), float("-inf")))
    return _for_one_step(
        inputs,
        lambda: reduce_logsumexp(allowed, axis=[1, 2], keepdims=False),
        lambda: crf_log_norm(inputs=allowed, sequence_lengths=sequence_lengths, transition_params=transition_params),
    )


@public("contrib.crf.crf_log_norm")
def crf_log_norm(inputs: Any, sequence_lengths: Any, transition_params: Any) -> Tensor:
    """The log of the sum of exp(score) [batch] over all tag sequences: the normalization."""
    first = _first_step(inputs)

    def one() -> Tensor:
        return _zero_if_empty(reduce_logsumexp(first, [1]), sequence_lengths)

    def several() -> Tensor:
        rest = _steps_after_first(inputs)
        cell = CrfForwardRnnCell(transition_params)
        lengths = _one_less(sequence_lengths)
        _, alphas = dynamic_rnn(cell=cell, inputs=rest, sequence_length=lengths, initial_state=first, dtype=float32)
        return _zero_if_empty(reduce_logsumexp(alphas, [1]), sequence_lengths)

    return _for_one_step(inputs, one, several)


@public("contrib.crf.crf_log_likelihood")
def crf_log_likelihood(inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any = None) -> tuple[Tensor, Any]:
    """(log p(tags | inputs) [batch], the transition scores).

    Args:
      inputs: scores of the tags [batch, time, tags].
      tag_indices: int [batch, time].
      sequence_lengths: int [batch].
      transition_params: [tags, tags]; the variable "transitions" if None.
    """
    tags = inputs.shape[2].value
    tag_indices = cast(tag_indices, int32)
    sequence_lengths = cast(sequence_lengths, int32)
    if transition_params is None:
        transition_params = get_variable("transitions", [tags, tags])
    scores = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    return scores - crf_log_norm(inputs, sequence_lengths, transition_params), transition_params


@public("contrib.crf.crf_unary_score")
def crf_unary_score(tag_indices: Any, sequence_lengths: Any, inputs: Any) -> Tensor:
    """The sum of the tags' scores in `inputs` [batch]."""
    batch_size, steps, tags = array.shape(inputs)[0], array.shape(inputs)[1], array.shape(inputs)[2]
    flat = array.reshape(inputs, [-1])
    offsets = array.expand_dims(array.range_(batch_size) * steps * tags, 1)
    offsets += array.expand_dims(array.range_(steps) * tags, 0)
    if tag_indices.dtype == int64:
        offsets = cast(offsets, int64)
    indices = array.reshape(offsets + tag_indices, [-1])
    scores = array.reshape(array.gather(flat, indices), [batch_size, steps])
    return reduce_sum(scores * _mask(tag_indices, sequence_lengths), 1)


def _mask(tag_indices: Any, sequence_lengths: Any) -> Tensor:
    return array.sequence_mask(sequence_lengths, maxlen=array.shape(tag_indices)[1], dtype=float32)


@public("contrib.crf.crf_binary_score")
def crf_binary_score(tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Tensor:
    """The sum of the transitions' scores [batch]."""
    tags = transition_params.shape[0]
    transitions = array.shape(tag_indices)[1] - 1
    start = array.slice_(tag_indices, [0, 0], [-1, transitions])
    end = array.slice_(tag_indices, [0, 1], [-1, transitions])
    indices = start * tags + end
    scores = array.gather(array.reshape(transition_params, [-1]), indices)
    mask = array.slice_(_mask(tag_indices, sequence_lengths), [0, 1], [-1, -1])
    return reduce_sum(scores * mask, 1)


# -- the recursions ------------------------------------------------------------------------------------
@public("contrib.crf.CrfForwardRnnCell")
class CrfForwardRnnCell(RNNCell):
    """One step of the forward recursion: from and to log sums of exp(score) of what ends in each tag [batch, tags]."""

    def __init__(self, transition_params: Any):
        super().__init__()
        self._transition_params = array.expand_dims(transition_params, 0)
        self._tags = transition_params.shape[0].value

    @property
    def state_size(self) -> Any:
        return self._tags

    @property
    def output_size(self) -> Any:
        return self._tags

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Tensor, Tensor]:
        state = array.expand_dims(state, 2)
        alphas = inputs + reduce_logsumexp(state + self._transition_params, [1])
        return alphas, alphas


@public("contrib.crf.CrfDecodeForwardRnnCell")
class CrfDecodeForwardRnnCell(RNNCell):
    """One step of Viterbi's recursion: gives for each tag the best one before it, from and to best scores [batch, tags]."""

    def __init__(self, transition_params: Any):
        super().__init__()
        self._transition_params = array.expand_dims(transition_params, 0)
        self._tags = transition_params.shape[0].value

    @property
    def state_size(self) -> Any:
        return self._tags

    @property
    def output_size(self) -> Any:
        return self._tags

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Tensor, Tensor]:
        state = array.expand_dims(state, 2)
        scores = state + self._transition_params
        new_state = inputs + reduce_max(scores, [1])
        return cast(argmax(scores, 1), int32), new_state


@public("contrib.crf.CrfDecodeBackwardRnnCell")
class CrfDecodeBackwardRnnCell(RNNCell):
    """One step back along Viterbi's pointers [batch, tags]: from and to a tag [batch, 1]."""

    def __init__(self, num_tags: int):
        super().__init__()
        self._tags = num_tags

    @property
    def state_size(self) -> int:
        return 1

    @property
    def output_size(self) -> int:
        return 1

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Tensor, Tensor]:
        state = array.squeeze(state, axis=[1])
        rows = array.range_(array.shape(inputs)[0])
        tags = array.expand_dims(array.gather_nd(inputs, array.stack([rows, state], axis=1)), axis=-1)
        return tags, tags


# -- decoding --------------------------------------------------------------------------------------------
@public("contrib.crf.viterbi_decode")
def viterbi_decode(score: np.ndarray, transition_params: np.ndarray) -> tuple[list[int], Any]:
    """(the best tags of `score` [time, tags], their score), of NumPy arrays."""
    best = np.zeros_like(score)
    before = np.zeros_like(score, dtype=np.int32)
    best[0] = score[0]
    for t in range(1, score.shape[0]):
        ways = np.expand_dims(best[t - 1], 1) + transition_params
        best[t] = score[t] + np.max(ways, 0)
        before[t] = np.argmax(ways, 0)
    tags = [np.argmax(best[-1])]
    for pointers in reversed(before[1:]):
        tags.append(pointers[tags[-1]])
    tags.reverse()
    return tags, np.max(best[-1])


@public("contrib.crf.crf_decode")
def crf_decode(potentials: Any, transition_params: Any, sequence_length: Any) -> tuple[Tensor, Tensor]:
    """(the best tags int32 [batch, time], their scores [batch]) of `potentials` [batch, time, tags]."""

    def one() -> tuple[Tensor, Tensor]:
        tags = cast(argmax(potentials, axis=2), int32)
        return tags, array.reshape(reduce_max(potentials, axis=2), shape=[-1])

    def several() -> tuple[Tensor, Tensor]:
        tags = potentials.shape[2].value
        forward = CrfDecodeForwardRnnCell(transition_params)
        first = _first_step(potentials)
        rest = _steps_after_first(potentials)
        lengths = _one_less(sequence_length)
        pointers, last = dynamic_rnn(forward, inputs=rest, sequence_length=lengths, initial_state=first, dtype=int32)
        pointers = array.reverse_sequence(pointers, lengths, seq_axis=1)
        best_last = array.expand_dims(cast(argmax(last, axis=1), int32), axis=-1)
        backward = CrfDecodeBackwardRnnCell(tags)
        found, _ = dynamic_rnn(backward, inputs=pointers, sequence_length=lengths, initial_state=best_last, dtype=int32)
        found = array.concat([best_last, array.squeeze(found, axis=[2])], axis=1)
        return array.reverse_sequence(found, sequence_length, seq_axis=1), reduce_max(last, axis=1)

    return _for_one_step(potentials, one, several)
