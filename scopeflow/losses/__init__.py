"""Losses."""

from . import losses, reduction, regularization  # noqa: F401
