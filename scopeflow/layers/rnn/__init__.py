"""Recurrent networks: cells (`tf.nn.rnn_cell`) and the functions that run them over sequences."""

from . import cell, dynamic, gru, lstm, multi, raw, static, wrappers  # noqa: F401
