"""Thin facades over the libraries, under the names that tf.contrib had."""

from . import framework, layers, losses, opt, slim  # noqa: F401
