"""tf.compat: text and bytes, number types, dates of changes."""

from __future__ import annotations

import contextlib
import datetime
import numbers
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..graph.public import export, public

export((bytes, str), "compat.bytes_or_text_types")
export((numbers.Integral, np.integer), "compat.integral_types")
export((numbers.Real, np.integer, np.floating), "compat.real_types")
export((numbers.Complex, np.number), "compat.complex_types")


@public("compat.as_bytes")
def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    """Bytes of text or bytes. Raises TypeError for anything else."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


@public("compat.as_text", "compat.as_str")
def as_text(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """Text of text or bytes. Raises TypeError for anything else."""
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


@public("compat.as_str_any")
def as_str_any(value: Any) -> str:
    """Text of anything: bytes are decoded, other values go through `str`."""
    return as_text(value) if isinstance(value, bytes) else str(value)


@public("compat.path_to_str")
def path_to_str(path: Any) -> Any:
    """Text of a path object; other values as they are."""
    return as_text(os.fspath(path)) if hasattr(path, "__fspath__") else path


#: programs written for 1.15 may use what existed by then
_horizon = datetime.date(2019, 8, 21)


@public("compat.forward_compatible")
def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether changes of that date are in force in TensorFlow 1.15."""
    return datetime.date(year, month, day) < _horizon


@public("compat.forward_compatibility_horizon")
@contextlib.contextmanager
def forward_compatibility_horizon(year: int, month: int, day: int) -> Iterator[None]:
    """Inside, `forward_compatible` answers as of that date."""
    global _horizon
    old, _horizon = _horizon, datetime.date(year, month, day)
    try:
        yield
    finally:
        _horizon = old
