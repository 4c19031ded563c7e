"""Pieces of strings and their lengths, in bytes or in characters of UTF-8."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph import errors
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import op
from ...op.shapes import broadcast_dims, merge, unchanged


def mapped(function: Any, values: Any, dtype: Any = object) -> np.ndarray:
    """`function` of each string of an array, in its shape."""
    values = np.asarray(values, object)
    out = np.empty(values.shape, dtype)
    flat = out.reshape(-1)
    for i, v in enumerate(values.reshape(-1)):
        flat[i] = function(as_bytes(v))
    return out


def as_bytes(value: Any) -> bytes:
    """A string's bytes."""
    return value if isinstance(value, bytes) else str(value).encode()


def characters(value: bytes) -> list[bytes]:
    """The characters of UTF-8, each as its bytes: every byte that does not continue one begins one."""
    starts = [i for i, b in enumerate(value) if b & 0xC0 != 0x80]
    return [value[a:b] for a, b in zip(starts, starts[1:] + [len(value)])]


def check_unit(unit: str, op_type: str, allowed: Sequence[str] = ("BYTE", "UTF8_CHAR")) -> None:
    """Raises ValueError unless `unit` is one of `allowed`."""
    if unit not in allowed:
        quoted = ", ".join(f'"{u}"' for u in allowed)
        raise ValueError(f"Value for attr 'unit' of \"{unit}\" is not in the list of allowed values: {quoted} (op {op_type})")


@op("Substr", "input: string, pos: T, len: T -> output: string", T="int32 int64", host=True, differentiable=False)
def substr_op(input, pos, len, *, unit: str = "BYTE"):
    """`len` bytes or characters of each string, from place `pos` on, counted from the end if negative; what there is of them."""
    check(np.shape(pos) == np.shape(len), f"pos and len should have the same shape, got: {list(np.shape(pos))} vs. {list(np.shape(len))}")
    texts, starts, counts = np.broadcast_arrays(np.asarray(input, object), pos, len)
    out = np.empty(texts.shape, object)
    flat = out.reshape(-1)
    for i, (text, start, count) in enumerate(zip(texts.reshape(-1), starts.reshape(-1), counts.reshape(-1))):
        parts: Any = as_bytes(text) if unit == "BYTE" else characters(as_bytes(text))
        size = parts.__len__()
        if not -size <= start <= size:
            raise errors.InvalidArgumentError(None, None, f"pos {start} out of range for string at index {i}")
        first = int(start) + size if start < 0 else int(start)
        # A negative count: all that is left of bytes, no character.
        last = size if count < 0 and unit == "BYTE" else first + max(int(count), 0)
        piece = parts[first:last]
        flat[i] = piece if unit == "BYTE" else b"".join(piece)
    return out


@substr_op.shape
def _substr_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    at = merge(inputs[1]._dims, inputs[2]._dims)
    return [broadcast_dims(inputs[0]._dims, at)]


@public("strings.substr", "substr")
def substr(input: Any, pos: Any, len: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """`len` bytes of each string, from place `pos` (from the end if negative) on; or characters of UTF-8, if `unit` is "UTF8_CHAR"."""
    check_unit(unit, "Substr")
    return substr_op(input, pos, len, unit=unit, name=name)


@op("StringLength", "input: string -> output: int32", host=True, differentiable=False, shape=unchanged)
def length_op(input, *, unit: str = "BYTE"):
    """How many bytes or characters each string has."""
    return mapped((lambda v: len(characters(v))) if unit == "UTF8_CHAR" else len, input, np.int32)


@public("strings.length")
def length(input: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """How many bytes each string has; or characters of UTF-8, if `unit` is "UTF8_CHAR"."""
    check_unit(unit, "StringLength")
    return length_op(input, unit=unit, name=name)
