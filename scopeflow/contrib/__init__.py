"""Thin facades over the libraries, under the names that tf.contrib had."""

from . import framework, layers, slim  # noqa: F401
