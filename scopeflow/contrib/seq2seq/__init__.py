"""tf.contrib.seq2seq: attention, decoders, beam search."""

from . import (  # noqa: F401
    attention,
    attention_wrapper,
    basic_decoder,
    beam_search,
    decoding,
    feeding,
    loss,
    monotonic_attention,
    scheduled_feeding,
)
