"""Thin facades over the libraries, under the names that tf.contrib had."""

from . import (  # noqa: F401
    changing_tables,
    crf,
    cudnn_rnn,
    framework,
    graph_editor,
    layers,
    learn,
    legacy_seq2seq,
    lookup,
    losses,
    metrics,
    nn,
    opt,
    rnn,
    seq2seq,
    slim,
    summary,
    tpu,
    training,
)
