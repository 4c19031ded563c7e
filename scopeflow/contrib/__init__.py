"""Thin facades over the libraries, under the names that tf.contrib had."""

from . import regularizers  # noqa: F401
