"""Ragged tensors: rows of different lengths, the functions that make and take them, and how ordinary functions come to take them."""

from . import constants, conversions, dispatch, ranges, running, segment_ids, spec, strings, tensor, value  # noqa: F401
