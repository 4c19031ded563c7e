"""Attention mechanisms: scores of a memory's entries for a query (Bahdanau et al., arXiv 1409.0473; Luong et al., arXiv 1508.04025)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...graph import nest
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.dtypes import as_dtype, float32, int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...layers.dense import Dense
from ...layers.layer import Layer
from ...layers.rnn.cell import zero_state_tensors
from ...ops import array
from ...ops.asserts import assert_positive
from ...ops.elementwise import rsqrt, square, tanh
from ...ops.matmul import matmul
from ...ops.nn.activation import softmax
from ...ops.reduction import argmax, reduce_sum
from ...scopes import get_variable, variable_scope
from ...variables.initializers import Constant, Ones, Zeros


@public("contrib.seq2seq.hardmax")
def hardmax(logits: Any, name: str | None = None) -> Tensor:
    """1 at the largest element of the last dimension, 0 elsewhere, in the type of `logits`."""
    with name_scope(name, "Hardmax", [logits]):
        logits = convert_to_tensor(logits, name="logits")
        depth = logits.shape[-1].value
        if depth is None:
            depth = array.shape(logits)[-1]
        return array.one_hot(argmax(logits, -1), depth, dtype=logits.dtype)


# -- the memory --------------------------------------------------------------------------------------
def _prepare_memory(memory: Any, memory_sequence_length: Any, check_inner_dims_defined: bool) -> Any:
    """`memory` with zeros after each row's length. Raises ValueError if its inner sizes are not known, and should be."""
    memory = nest.map_structure(lambda m: convert_to_tensor(m, name="memory"), memory)
    if memory_sequence_length is not None:
        memory_sequence_length = convert_to_tensor(memory_sequence_length, name="memory_sequence_length")
    if check_inner_dims_defined:
        for m in nest.flatten(memory):
            if not m.shape[2:].is_fully_defined():
                raise ValueError(f"Expected memory {m.name} to have fully defined inner dims, but saw shape: {m.shape}")
    if memory_sequence_length is None:
        return memory
    first = nest.flatten(memory)[0]
    mask = array.sequence_mask(memory_sequence_length, maxlen=array.shape(first)[1], dtype=first.dtype)

    def masked(m: Tensor) -> Tensor:
        rank = m.shape.ndims
        rank = rank if rank is not None else array.rank(m)
        ones = array.ones(rank - 2, dtype=int32)
        return m * array.reshape(mask, array.concat((array.shape(mask), ones), 0))

    return nest.map_structure(masked, memory)


def _mask_score(score: Tensor, memory_sequence_length: Any, score_mask_value: Any) -> Tensor:
    """`score` [batch, time] with `score_mask_value` after each row's length."""
    if memory_sequence_length is None:
        return score
    message = "All values in memory_sequence_length must be greater than zero."
    with control_dependencies([assert_positive(memory_sequence_length, message=message)]):
        mask = array.sequence_mask(memory_sequence_length, maxlen=array.shape(score)[1])
    return array.where(mask, score, score_mask_value * array.ones_like(score))


# -- mechanisms ----------------------------------------------------------------------------------------
@public("contrib.seq2seq.AttentionMechanism")
class AttentionMechanism:
    """What gives alignments [batch, time] with a memory for a query, and the state for the next query."""

    @property
    def alignments_size(self) -> Any:
        """The memory's number of time steps."""
        raise NotImplementedError

    @property
    def state_size(self) -> Any:
        raise NotImplementedError


@public("contrib.seq2seq.python.ops.attention_wrapper._BaseAttentionMechanism")
class MemoryAttention(AttentionMechanism):
    """An attention mechanism over a memory [batch, time, size].

    Args:
      query_layer: layer of the query, or None.
      memory: the memory; zeros take the place of what follows `memory_sequence_length` [batch].
      probability_fn: of (scores, the state): alignments.
      memory_layer: layer of the memory, which gives the keys; or None.
      check_inner_dims_defined: require that the memory's inner sizes are known.
      score_mask_value: score of what follows; -inf if None.
      custom_key_value_fn: of (keys, values): those to use.

    Raises:
      TypeError: something is no layer, or not callable.
      ValueError: inner sizes that are not known.
    """

    def __init__(
        self,
        query_layer: Any,
        memory: Any,
        probability_fn: Callable[[Any, Any], Any],
        memory_sequence_length: Any = None,
        memory_layer: Any = None,
        check_inner_dims_defined: bool = True,
        score_mask_value: Any = None,
        custom_key_value_fn: Callable[[Any, Any], Any] | None = None,
        name: str | None = None,
    ):
        for what, layer in (("query_layer", query_layer), ("memory_layer", memory_layer)):
            if layer is not None and not isinstance(layer, Layer):
                raise TypeError(f"{what} is not a Layer: {type(layer).__name__}")
        self._query_layer = query_layer
        self._memory_layer = memory_layer
        self.dtype = memory_layer.dtype
        if not callable(probability_fn):
            raise TypeError(f"probability_fn must be callable, saw type: {type(probability_fn).__name__}")
        if score_mask_value is None:
            score_mask_value = as_dtype(memory_layer.dtype).as_numpy_dtype(-np.inf)
        self._probability_fn = lambda score, before: probability_fn(_mask_score(score, memory_sequence_length, score_mask_value), before)
        with name_scope(name, "BaseAttentionMechanismInit", nest.flatten(memory)):
            self._values = _prepare_memory(memory, memory_sequence_length, check_inner_dims_defined)
            self._keys = memory_layer(self._values) if memory_layer else self._values
            if custom_key_value_fn is not None:
                self._keys, self._values = custom_key_value_fn(self._keys, self._values)
            self._batch_size = self._keys.shape[0].value or array.shape(self._keys)[0]
            self._alignments_size = self._keys.shape[1].value or array.shape(self._keys)[1]

    @property
    def memory_layer(self) -> Any:
        return self._memory_layer

    @property
    def query_layer(self) -> Any:
        return self._query_layer

    @property
    def values(self) -> Any:
        """What attention takes the mean of."""
        return self._values

    @property
    def keys(self) -> Any:
        """What queries are compared with."""
        return self._keys

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def alignments_size(self) -> Any:
        return self._alignments_size

    @property
    def state_size(self) -> Any:
        return self._alignments_size

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Tensor:
        """The alignments before the first query [batch, time]: zeros."""
        return zero_state_tensors(self._alignments_size, batch_size, dtype)

    def initial_state(self, batch_size: Any, dtype: Any) -> Tensor:
        """The state before the first query."""
        return self.initial_alignments(batch_size, dtype)


@public("contrib.seq2seq.python.ops.attention_wrapper._luong_score")
def luong_score(query: Tensor, keys: Tensor, scale: Any) -> Tensor:
    """Query . key [batch, time], times `scale` if it is not None. Raises ValueError for sizes that do not fit."""
    depth, key_units = query.shape[-1].value, keys.shape[-1].value
    if depth != key_units:
        raise ValueError(
            f"Incompatible or unknown inner dimensions between query and keys.  Query ({query}) has units: {depth}.  Keys ({keys}) "
            f"have units: {key_units}.  Perhaps you need to set num_units to the keys' dimension ({key_units})?"
        )
    score = array.squeeze(matmul(array.expand_dims(query, 1), keys, transpose_b=True), [1])
    return score if scale is None else scale * score


def bahdanau_score(query: Tensor, keys: Tensor, v: Any, g: Any = None, b: Any = None) -> Tensor:
    """sum(v * tanh(key + query)) [batch, time]; with g and b, v is normalized to length g and b added inside."""
    query = array.expand_dims(query, 1)
    if g is not None and b is not None:
        v = g * v * rsqrt(reduce_sum(square(v)))
        return reduce_sum(v * tanh(keys + query + b), [2])
    return reduce_sum(v * tanh(keys + query), [2])


def bahdanau_variables(query: Tensor, num_units: int, normalize: bool) -> tuple[Any, Any, Any]:
    """The variables (v, g, b) of `bahdanau_score`; g and b only to `normalize`."""
    v = get_variable("attention_v", [num_units], dtype=query.dtype)
    if not normalize:
        return v, None, None
    g = get_variable("attention_g", dtype=query.dtype, initializer=Constant(math.sqrt(1.0 / num_units)), shape=())
    return v, g, get_variable("attention_b", [num_units], dtype=query.dtype, initializer=Zeros())


def luong_scale(query: Tensor, scale: bool) -> Any:
    """The variable of `luong_score`, or None."""
    return get_variable("attention_g", dtype=query.dtype, initializer=Ones(), shape=()) if scale else None


def dense(units: int, name: str, dtype: Any) -> Dense:
    """A linear map without bias."""
    return Dense(units, name=name, use_bias=False, dtype=dtype)


def without_state(probability_fn: Any) -> Callable[[Any, Any], Any]:
    """A function of scores as one of scores and state."""
    function = softmax if probability_fn is None else probability_fn
    return lambda score, _: function(score)


@public("contrib.seq2seq.LuongAttention")
class LuongAttention(MemoryAttention):
    """Scores are products of query and keys.

    Args:
      num_units: size of the keys, and of the queries.
      memory: [batch, time, size].
      memory_sequence_length: int [batch]; what follows counts as zeros and gets no attention.
      scale: multiply scores by a variable.
      probability_fn: of scores: alignments; softmax if None.
      score_mask_value: score of what follows the sequences; -inf if None.
      dtype: of the layers; float32 if None.
      custom_key_value_fn: of (keys, values): those to use.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        probability_fn: Any = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Any = None,
        name: str = "LuongAttention",
    ):
        super().__init__(
            query_layer=None,
            memory_layer=dense(num_units, "memory_layer", dtype or float32),
            memory=memory,
            probability_fn=without_state(probability_fn),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            custom_key_value_fn=custom_key_value_fn,
            name=name,
        )
        self._num_units = num_units
        self._scale = scale
        self._name = name

    def __call__(self, query: Any, state: Any) -> tuple[Tensor, Tensor]:
        """(alignments [batch, time], the next state)."""
        with variable_scope(None, "luong_attention", [query]):
            score = luong_score(query, self._keys, luong_scale(query, self._scale))
        alignments = self._probability_fn(score, state)
        return alignments, alignments


@public("contrib.seq2seq.BahdanauAttention")
class BahdanauAttention(MemoryAttention):
    """Scores are those of a layer of query and keys.

    Args:
      num_units: size of queries and keys after their layers.
      normalize: normalize the last layer's weights (Salimans & Kingma 2016, arXiv 1602.07868).
      Others: as LuongAttention's.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        probability_fn: Any = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Any = None,
        name: str = "BahdanauAttention",
    ):
        super().__init__(
            query_layer=dense(num_units, "query_layer", dtype or float32),
            memory_layer=dense(num_units, "memory_layer", dtype or float32),
            memory=memory,
            probability_fn=without_state(probability_fn),
            custom_key_value_fn=custom_key_value_fn,
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units = num_units
        self._normalize = normalize
        self._name = name

    def __call__(self, query: Any, state: Any) -> tuple[Tensor, Tensor]:
        """(alignments [batch, time], the next state)."""
        with variable_scope(None, "bahdanau_attention", [query]):
            processed = self.query_layer(query) if self.query_layer else query
            score = bahdanau_score(processed, self._keys, *bahdanau_variables(query, self._num_units, self._normalize))
        alignments = self._probability_fn(score, state)
        return alignments, alignments
