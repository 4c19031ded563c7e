"""Monotonic attention: alignments that only move on (Raffel et al. 2017, arXiv 1704.00784)."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.dtypes import float32, int32
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.casting import cast
from ...ops.clipping import clip_by_value
from ...ops.elementwise import exp, log, sigmoid
from ...ops.functional import scan
from ...ops.random import random_normal
from ...scopes import get_variable, variable_scope
from .attention import MemoryAttention, bahdanau_score, bahdanau_variables, dense, luong_scale, luong_score

cumsum, cumprod = TABLE["math.cumsum"], TABLE["math.cumprod"]


@public("contrib.seq2seq.safe_cumprod")
def safe_cumprod(x: Any, *args: Any, **kwargs: Any) -> Tensor:
    """`tf.cumprod` of elements in [0, 1], by logarithms, so that gradients stay finite."""
    with name_scope(None, "SafeCumprod", [x]):
        x = convert_to_tensor(x, name="x")
        tiny = np.finfo(x.dtype.as_numpy_dtype).tiny
        return exp(cumsum(log(clip_by_value(x, tiny, 1)), *args, **kwargs))


@public("contrib.seq2seq.monotonic_attention")
def monotonic_attention(p_choose_i: Any, previous_attention: Any, mode: str) -> Tensor:
    """The attention [batch, time] after moving on from `previous_attention`, stopping at each entry with probability `p_choose_i`.

    Args:
      mode: "recursive": exact, slow; "parallel": by cumulative products, which may be inexact; "hard": for probabilities 0 and 1.

    Raises:
      ValueError: another mode.
    """
    p_choose_i = convert_to_tensor(p_choose_i, name="p_choose_i")
    previous_attention = convert_to_tensor(previous_attention, name="previous_attention")
    if mode == "recursive":
        batch_size = p_choose_i.shape[0].value or array.shape(p_choose_i)[0]
        shifted = array.concat([array.ones((batch_size, 1)), 1 - p_choose_i[:, :-1]], 1)
        reached = scan(
            lambda x, yz: array.reshape(yz[0] * x + yz[1], (batch_size,)),
            [array.transpose(shifted), array.transpose(previous_attention)],
            array.zeros((batch_size,)),
        )
        return p_choose_i * array.transpose(reached)
    if mode == "parallel":
        passed = safe_cumprod(1 - p_choose_i, axis=1, exclusive=True)
        return p_choose_i * passed * cumsum(previous_attention / clip_by_value(passed, 1e-10, 1.0), axis=1)
    if mode == "hard":
        p_choose_i *= cumsum(previous_attention, axis=1)
        return p_choose_i * cumprod(1 - p_choose_i, axis=1, exclusive=True)
    raise ValueError("mode must be 'recursive', 'parallel', or 'hard'.")


def _probabilities(score: Any, previous_alignments: Any, sigmoid_noise: float, mode: str, seed: Any = None) -> Tensor:
    if sigmoid_noise > 0:
        score += sigmoid_noise * random_normal(array.shape(score), dtype=score.dtype, seed=seed)
    p_choose_i = cast(score > 0, score.dtype) if mode == "hard" else sigmoid(score)
    return monotonic_attention(p_choose_i, previous_alignments, mode)


@public("contrib.seq2seq.python.ops.attention_wrapper._BaseMonotonicAttentionMechanism")
class MonotonicMemoryAttention(MemoryAttention):
    """Attention that starts at the first entry of the memory."""

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Tensor:
        """The alignments before the first query: 1 at the first entry."""
        return array.one_hot(array.zeros((batch_size,), dtype=int32), self._alignments_size, dtype=dtype)


@public("contrib.seq2seq.BahdanauMonotonicAttention")
class BahdanauMonotonicAttention(MonotonicMemoryAttention):
    """Monotonic attention with the scores of BahdanauAttention.

    Args:
      sigmoid_noise: standard deviation of noise added to scores, with seed `sigmoid_noise_seed`.
      score_bias_init: initial value of the scores' bias; negative for longer memories.
      mode: see `monotonic_attention`.
      Others: as BahdanauAttention's.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: Any = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "BahdanauMonotonicAttention",
    ):
        super().__init__(
            query_layer=dense(num_units, "query_layer", dtype or float32),
            memory_layer=dense(num_units, "memory_layer", dtype or float32),
            memory=memory,
            probability_fn=functools.partial(_probabilities, sigmoid_noise=sigmoid_noise, mode=mode, seed=sigmoid_noise_seed),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units = num_units
        self._normalize = normalize
        self._name = name
        self._score_bias_init = score_bias_init

    def __call__(self, query: Any, state: Any) -> tuple[Tensor, Tensor]:
        """(alignments [batch, time], the next state)."""
        with variable_scope(None, "bahdanau_monotonic_attention", [query]):
            processed = self.query_layer(query) if self.query_layer else query
            score = bahdanau_score(processed, self._keys, *bahdanau_variables(query, self._num_units, self._normalize))
            score += get_variable("attention_score_bias", dtype=processed.dtype, initializer=self._score_bias_init)
        alignments = self._probability_fn(score, state)
        return alignments, alignments


@public("contrib.seq2seq.LuongMonotonicAttention")
class LuongMonotonicAttention(MonotonicMemoryAttention):
    """Monotonic attention with the scores of LuongAttention. The arguments are BahdanauMonotonicAttention's and LuongAttention's."""

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: Any = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "LuongMonotonicAttention",
    ):
        super().__init__(
            query_layer=None,
            memory_layer=dense(num_units, "memory_layer", dtype or float32),
            memory=memory,
            probability_fn=functools.partial(_probabilities, sigmoid_noise=sigmoid_noise, mode=mode, seed=sigmoid_noise_seed),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units = num_units
        self._scale = scale
        self._score_bias_init = score_bias_init
        self._name = name

    def __call__(self, query: Any, state: Any) -> tuple[Tensor, Tensor]:
        """(alignments [batch, time], the next state)."""
        with variable_scope(None, "luong_monotonic_attention", [query]):
            score = luong_score(query, self._keys, luong_scale(query, self._scale))
            score += get_variable("attention_score_bias", dtype=query.dtype, initializer=self._score_bias_init)
        alignments = self._probability_fn(score, state)
        return alignments, alignments
