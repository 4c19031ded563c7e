"""Checks inside kernels: at once on known values; while tracing, collected so that the run raises after it has run."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..graph import errors


class RowChange(NamedTuple):
    """A kernel's new value of a variable differs from the old one in some rows alone."""

    #: the variable's number among those that the op writes
    which: int
    #: the rows, int [n]; numbers of no row are passed over
    indices: Any
    #: what these rows held
    old: Any


class _Local(threading.local):
    def __init__(self) -> None:
        self.sinks: list[list[tuple[Any, str]]] = []
        self.rows: list[list[RowChange]] = []


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


def changes_rows(which: int, indices: Any, old: Any) -> None:
    """Tells, while tracing, that the op's `which`-th variable changes in the rows `indices` alone, which held `old`.

    A run whose checks may fail then puts these rows back, where it would have to keep a copy of the whole variable.
    """
    if _local.rows:
        _local.rows[-1].append(RowChange(which, indices, old))


@contextlib.contextmanager
def collecting_row_changes() -> Iterator[list[RowChange]]:
    """A context in which changes of rows go to the list it gives."""
    sink: list[RowChange] = []
    _local.rows.append(sink)
    try:
        yield sink
    finally:
        _local.rows.pop()
