"""Losses."""

from . import regularization  # noqa: F401
