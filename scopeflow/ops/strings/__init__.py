"""Strings: tf.strings. They are computed on the host."""

from . import conversion, distance, hashing, joining, ngrams, patterns, slicing, splitting, unicode  # noqa: F401
