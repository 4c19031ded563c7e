"""Checks inside kernels: at once on known values; while tracing, collected so that the run raises after it has run."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..graph import errors


class _Local(threading.local):
    def __init__(self) -> None:
        self.sinks: list[list[tuple[Any, str]]] = []


_local = _Local()


def check(ok: Any, message: str) -> None:
    """Requires that every element of `ok` is true.

    On a traced value the check joins the run's: the run raises InvalidArgumentError and changes no variable. Where
    nothing collects checks (static inference) it is passed over.

    Raises:
      InvalidArgumentError: `ok` is known and not all true.
    """
    if isinstance(ok, (bool, np.bool_, np.ndarray)):
        if not np.all(ok):
            raise errors.InvalidArgumentError(None, None, message)
    elif _local.sinks:
        _local.sinks[-1].append((ok.all(), message))


def is_row(indices: Any, count: int) -> Any:
    """Which of `indices` are rows of `count` rows, or the largest integer: what lists of distinct indices are filled up with."""
    return ((indices >= 0) & (indices < count)) | (indices == np.iinfo(indices.dtype).max)


@contextlib.contextmanager
def collecting() -> Iterator[list[tuple[Any, str]]]:
    """A context whose traced checks go to the list it gives: (scalar bool, message) each."""
    sink: list[tuple[Any, str]] = []
    _local.sinks.append(sink)
    try:
        yield sink
    finally:
        _local.sinks.pop()
