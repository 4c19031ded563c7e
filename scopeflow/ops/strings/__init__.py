"""Strings: tf.strings. They are computed on the host."""

from . import slicing  # noqa: F401
