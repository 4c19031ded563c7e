"""Encoders and decoders over lists of inputs (Sutskever et al. 2014, arXiv 1409.3215)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...graph import nest
from ...graph.conversion import convert_to_tensor
from ...graph.dtypes import float32
from ...graph.public import public
from ...layers.rnn.static import static_rnn
from ...ops import array
from ...ops.control_flow import cond
from ...ops.nn.embedding import embedding_lookup
from ...ops.nn.linear import xw_plus_b
from ...ops.reduction import argmax
from ...scopes import get_variable, get_variable_scope, variable_scope
from ..rnn.projections import EmbeddingWrapper, OutputProjectionWrapper


def embed_best(embedding: Any, output_projection: Any = None, update_embedding: bool = True) -> Callable[[Any, int], Any]:
    """A loop function: the embedding of the best class of the previous output, which is projected to logits first if need be."""

    def loop_function(previous: Any, _: int) -> Any:
        if output_projection is not None:
            previous = xw_plus_b(previous, output_projection[0], output_projection[1])
        embedded = embedding_lookup(embedding, argmax(previous, 1))
        return embedded if update_embedding else array.stop_gradient(embedded)

    return loop_function


def require_projection(output_projection: Any, num_symbols: int, dtype: Any) -> None:
    """Raises ValueError for a pair (weights, biases) that does not give `num_symbols` logits."""
    if output_projection is not None:
        convert_to_tensor(output_projection[0], dtype=dtype).shape.assert_is_compatible_with([None, num_symbols])
        convert_to_tensor(output_projection[1], dtype=dtype).shape.assert_is_compatible_with([num_symbols])


def by_tensor(feed_previous: Any, decoder: Callable[[bool], tuple[list[Any], Any]], steps: int, like: Any) -> tuple[list[Any], Any]:
    """(outputs, state) of `decoder(True)` or, with the same variables, `decoder(False)`, by a bool tensor.

    Args:
      steps: number of outputs.
      like: a state, for its structure.
    """

    def flat(feed: bool) -> list[Any]:
        with variable_scope(get_variable_scope(), reuse=None if feed else True):
            outputs, state = decoder(feed)
            return outputs + (nest.flatten(state) if nest.is_nested(state) else [state])

    found = cond(feed_previous, lambda: flat(True), lambda: flat(False))
    states = found[steps:]
    return found[:steps], nest.pack_sequence_as(like, states) if nest.is_nested(like) else states[0]


@public("contrib.legacy_seq2seq.rnn_decoder")
def rnn_decoder(
    decoder_inputs: Iterable[Any],
    initial_state: Any,
    cell: Any,
    loop_function: Callable[[Any, int], Any] | None = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """(outputs, the last state) of `cell` over a list of inputs.

    Args:
      loop_function: of (the previous output, the step's number): the input, in place of all but the first of `decoder_inputs`.
      scope: variable scope; "rnn_decoder" if None.
    """
    with variable_scope(scope or "rnn_decoder"):
        state, outputs, previous = initial_state, [], None
        for i, x in enumerate(decoder_inputs):
            if loop_function is not None and previous is not None:
                with variable_scope("loop_function", reuse=True):
                    x = loop_function(previous, i)
            if i > 0:
                get_variable_scope().reuse_variables()
            output, state = cell(x, state)
            outputs.append(output)
            if loop_function is not None:
                previous = output
    return outputs, state


@public("contrib.legacy_seq2seq.basic_rnn_seq2seq")
def basic_rnn_seq2seq(
    encoder_inputs: Sequence[Any], decoder_inputs: Sequence[Any], cell: Any, dtype: Any = float32, scope: Any = None
) -> tuple[list[Any], Any]:
    """(outputs, the last state) of a decoder that starts from the state of an encoder, a copy of its cell."""
    with variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = static_rnn(copy.deepcopy(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


@public("contrib.legacy_seq2seq.tied_rnn_seq2seq")
def tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    loop_function: Callable[[Any, int], Any] | None = None,
    dtype: Any = float32,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """(outputs, the last state): `basic_rnn_seq2seq` whose encoder and decoder share their variables."""
    with variable_scope("combined_tied_rnn_seq2seq"):
        scope = scope or "tied_rnn_seq2seq"
        _, state = static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function=loop_function, scope=scope)


@public("contrib.legacy_seq2seq.embedding_rnn_decoder")
def embedding_rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """`rnn_decoder` of ids [batch], looked up in a variable "embedding".

    Args:
      output_projection: (weights, biases) that make logits of outputs, to find the best id.
      feed_previous: the best id of each output is the next input; else the inputs are those given.
      update_embedding_for_previous: gradients reach the embedding through ids fed so.
    """
    with variable_scope(scope or "embedding_rnn_decoder") as entered:
        require_projection(output_projection, num_symbols, entered.dtype)
        embedding = get_variable("embedding", [num_symbols, embedding_size])
        loop_function = embed_best(embedding, output_projection, update_embedding_for_previous) if feed_previous else None
        # Looked up one by one, in the decoder's scope, as the reference does.
        return rnn_decoder((embedding_lookup(embedding, i) for i in decoder_inputs), initial_state, cell, loop_function=loop_function)


@public("contrib.legacy_seq2seq.embedding_rnn_seq2seq")
def embedding_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """(outputs, the last state) of `basic_rnn_seq2seq` over ids; outputs are logits, unless there is an `output_projection`.

    `feed_previous` may be a bool tensor; the other arguments are `embedding_rnn_decoder`'s.
    """
    with variable_scope(scope or "embedding_rnn_seq2seq") as entered:
        if dtype is not None:
            entered.set_dtype(dtype)
        else:
            dtype = entered.dtype
        encoder = EmbeddingWrapper(copy.deepcopy(cell), embedding_classes=num_encoder_symbols, embedding_size=embedding_size)
        _, encoder_state = static_rnn(encoder, encoder_inputs, dtype=dtype)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)

        def decoder(feed: bool, **kwargs: Any) -> tuple[list[Any], Any]:
            return embedding_rnn_decoder(
                decoder_inputs,
                encoder_state,
                cell,
                num_decoder_symbols,
                embedding_size,
                output_projection=output_projection,
                feed_previous=feed,
                **kwargs,
            )

        if isinstance(feed_previous, bool):
            return decoder(feed_previous)
        return by_tensor(feed_previous, lambda feed: decoder(feed, update_embedding_for_previous=False), len(decoder_inputs), encoder_state)


@public("contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq")
def embedding_tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_decoder_symbols: int | None = None,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """`embedding_rnn_seq2seq` whose encoder and decoder share embedding and cell.

    `num_decoder_symbols` is the number of logits; `num_symbols` if None.
    """
    with variable_scope(scope or "embedding_tied_rnn_seq2seq", dtype=dtype) as entered:
        dtype = entered.dtype
        require_projection(output_projection, num_symbols, dtype)
        embedding = get_variable("embedding", [num_symbols, embedding_size], dtype=dtype)
        embedded_encoder = [embedding_lookup(embedding, x) for x in encoder_inputs]
        embedded_decoder = [embedding_lookup(embedding, x) for x in decoder_inputs]
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_symbols if num_decoder_symbols is None else num_decoder_symbols)

        def decoder(feed: bool, update: bool) -> tuple[list[Any], Any]:
            loop_function = embed_best(embedding, output_projection, update) if feed else None
            return tied_rnn_seq2seq(embedded_encoder, embedded_decoder, cell, loop_function=loop_function, dtype=dtype)

        if isinstance(feed_previous, bool):
            return decoder(feed_previous, True)
        found, last = by_tensor(feed_previous, lambda feed: decoder(feed, False), len(decoder_inputs), cell.state_size)
        return found, last


@public("contrib.legacy_seq2seq.one2many_rnn_seq2seq")
def one2many_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs_dict: dict[Any, Sequence[Any]],
    enc_cell: Any,
    dec_cells_dict: dict[Any, Any],
    num_encoder_symbols: int,
    num_decoder_symbols_dict: dict[Any, int],
    embedding_size: int,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """(outputs, states), dicts: one encoder, and a decoder for each name in the dicts."""
    outputs, states = {}, {}
    with variable_scope(scope or "one2many_rnn_seq2seq", dtype=dtype) as entered:
        dtype = entered.dtype
        encoder = EmbeddingWrapper(enc_cell, embedding_classes=num_encoder_symbols, embedding_size=embedding_size)
        _, encoder_state = static_rnn(encoder, encoder_inputs, dtype=dtype)
        for name, decoder_inputs in decoder_inputs_dict.items():
            symbols = num_decoder_symbols_dict[name]
            with variable_scope("one2many_decoder_" + str(name)):
                cell = OutputProjectionWrapper(dec_cells_dict[name], symbols)

                def decoder(feed: bool, cell: Any = cell, inputs: Any = decoder_inputs, symbols: int = symbols) -> tuple[list[Any], Any]:
                    return embedding_rnn_decoder(inputs, encoder_state, cell, symbols, embedding_size, feed_previous=feed)

                if isinstance(feed_previous, bool):
                    outputs[name], states[name] = decoder(feed_previous)
                else:
                    outputs[name], states[name] = by_tensor(feed_previous, decoder, len(decoder_inputs), encoder_state)
    return outputs, states
