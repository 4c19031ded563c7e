"""Decoders over lists of inputs that attend to an encoder's outputs (Vinyals et al. 2014, arXiv 1412.7449)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from ...graph import nest
from ...graph.conversion import convert_to_tensor
from ...graph.dtypes import float32
from ...graph.public import public
from ...layers.rnn.static import static_rnn
from ...ops import array
from ...ops.casting import cast
from ...ops.elementwise import tanh
from ...ops.nn.activation import softmax
from ...ops.nn.convolution import conv2d
from ...ops.nn.embedding import embedding_lookup
from ...ops.reduction import reduce_sum
from ...scopes import get_variable, get_variable_scope, variable_scope
from ..rnn.linear import Linear
from ..rnn.projections import EmbeddingWrapper, OutputProjectionWrapper
from .models import by_tensor, embed_best


@public("contrib.legacy_seq2seq.attention_decoder")
def attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    output_size: int | None = None,
    num_heads: int = 1,
    loop_function: Callable[[Any, int], Any] | None = None,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """(outputs, the last state) of `cell` over a list of inputs, with attention.

    Args:
      attention_states: what is attended to [batch, length, size].
      output_size: of the outputs; the cell's if None.
      num_heads: number of attention reads.
      loop_function: of (the previous output, the step's number): the input, in place of all but the first of `decoder_inputs`.
      initial_state_attention: attend with the initial state first; else the first attention is zero.

    Raises:
      ValueError: no inputs, no heads, or sizes that are not known.
    """
    if not decoder_inputs:
        raise ValueError("Must provide at least 1 input to attention decoder.")
    if num_heads < 1:
        raise ValueError("With less than 1 heads, use a non-attention decoder.")
    if attention_states.shape[2].value is None:
        raise ValueError(f"Shape[2] of attention_states must be known: {attention_states.shape}")
    if output_size is None:
        output_size = cell.output_size
    with variable_scope(scope or "attention_decoder", dtype=dtype) as entered:
        dtype = entered.dtype
        batch_size = array.shape(decoder_inputs[0])[0]
        length = attention_states.shape[1].value
        if length is None:
            length = array.shape(attention_states)[1]
        size = attention_states.shape[2].value
        hidden = array.reshape(attention_states, [-1, length, 1, size])
        features, v = [], []
        for a in range(num_heads):
            k = get_variable(f"AttnW_{a}", [1, 1, size, size], dtype=dtype)
            features.append(conv2d(hidden, k, [1, 1, 1, 1], "SAME"))
            v.append(get_variable(f"AttnV_{a}", [size], dtype=dtype))

        def attend(query: Any) -> list[Any]:
            if nest.is_nested(query):
                query = array.concat(nest.flatten(query), 1)
            found = []
            for a in range(num_heads):
                with variable_scope(f"Attention_{a}"):
                    y = array.reshape(Linear(query, size, True)(query), [-1, 1, 1, size])
                    y = cast(y, dtype)
                    weights = softmax(cast(reduce_sum(v[a] * tanh(features[a] + y), [2, 3]), dtype=float32))
                    weights = cast(weights, dtype)
                    d = reduce_sum(array.reshape(weights, [-1, length, 1, 1]) * hidden, [1, 2])
                    found.append(array.reshape(d, [-1, size]))
            return found

        state, outputs, previous = initial_state, [], None
        zero_shape = array.stack([batch_size, size])
        attention = [array.zeros(zero_shape, dtype=dtype) for _ in range(num_heads)]
        for a in attention:
            a.set_shape([None, size])
        if initial_state_attention:
            attention = attend(initial_state)
        for i, x in enumerate(decoder_inputs):
            if i > 0:
                get_variable_scope().reuse_variables()
            if loop_function is not None and previous is not None:
                with variable_scope("loop_function", reuse=True):
                    x = loop_function(previous, i)
            width = x.shape.with_rank(2)[1].value
            if width is None:
                raise ValueError(f"Could not infer input size from input: {x.name}")
            inputs = [x, *attention]
            cell_output, state = cell(Linear(inputs, width, True)(inputs), state)
            if i == 0 and initial_state_attention:
                with variable_scope(get_variable_scope(), reuse=True):
                    attention = attend(state)
            else:
                attention = attend(state)
            with variable_scope("AttnOutputProjection"):
                inputs = [cast(cell_output, dtype), *attention]
                output = Linear(inputs, output_size, True)(inputs)
            if loop_function is not None:
                previous = output
            outputs.append(output)
    return outputs, state


@public("contrib.legacy_seq2seq.embedding_attention_decoder")
def embedding_attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: int | None = None,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """`attention_decoder` of ids [batch], looked up in a variable "embedding".

    The arguments are `attention_decoder`'s and `embedding_rnn_decoder`'s. Raises ValueError for biases that do not give `num_symbols`
    logits.
    """
    if output_size is None:
        output_size = cell.output_size
    if output_projection is not None:
        convert_to_tensor(output_projection[1], dtype=dtype).shape.assert_is_compatible_with([num_symbols])
    with variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = get_variable("embedding", [num_symbols, embedding_size])
        loop_function = embed_best(embedding, output_projection, update_embedding_for_previous) if feed_previous else None
        embedded = [embedding_lookup(embedding, i) for i in decoder_inputs]
        return attention_decoder(
            embedded,
            initial_state,
            attention_states,
            cell,
            output_size=output_size,
            num_heads=num_heads,
            loop_function=loop_function,
            initial_state_attention=initial_state_attention,
        )


@public("contrib.legacy_seq2seq.embedding_attention_seq2seq")
def embedding_attention_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """(outputs, the last state) of an encoder, and a decoder that attends to its outputs, over ids.

    Outputs are logits, unless there is an `output_projection`. `feed_previous` may be a bool tensor.
    """
    with variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype) as entered:
        dtype = entered.dtype
        encoder = EmbeddingWrapper(copy.deepcopy(cell), embedding_classes=num_encoder_symbols, embedding_size=embedding_size)
        encoder_outputs, encoder_state = static_rnn(encoder, encoder_inputs, dtype=dtype)
        states = [array.reshape(e, [-1, 1, cell.output_size]) for e in encoder_outputs]
        attention_states = array.concat(states, 1)
        output_size = None
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
            output_size = num_decoder_symbols

        def decoder(feed: bool, **kwargs: Any) -> tuple[list[Any], Any]:
            return embedding_attention_decoder(
                decoder_inputs,
                encoder_state,
                attention_states,
                cell,
                num_decoder_symbols,
                embedding_size,
                num_heads=num_heads,
                output_size=output_size,
                output_projection=output_projection,
                feed_previous=feed,
                initial_state_attention=initial_state_attention,
                **kwargs,
            )

        if isinstance(feed_previous, bool):
            return decoder(feed_previous)
        return by_tensor(feed_previous, lambda feed: decoder(feed, update_embedding_for_previous=False), len(decoder_inputs), encoder_state)
