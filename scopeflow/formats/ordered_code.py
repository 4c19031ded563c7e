"""Keys that sort as what they encode: the names of a tensor's slices in checkpoint tables."""

from __future__ import annotations

from .failures import CorruptError
from .tensor_slice import TensorSlice


def slice_key(name: bytes, part: TensorSlice) -> bytes:
    """The key of one slice of a tensor: 0, the name, the rank, and start and length of each dimension (0 and -1 if it is whole)."""
    out = _number(0) + _escaped(name) + _number(len(part.extents))
    for extent in part.extents:
        start, length = (0, -1) if extent is None else extent
        out += _signed(start) + _signed(length)
    return out


def _escaped(name: bytes) -> bytes:
    """A string and its end mark, which no byte of it can be taken for."""
    return b"".join({0: b"\0\xff", 255: b"\xff\0"}.get(b, bytes([b])) for b in name) + b"\0\1"


def _number(value: int) -> bytes:
    """A non-negative integer: how many bytes it has, then these, the highest first."""
    size = (value.bit_length() + 7) // 8
    return bytes([size]) + value.to_bytes(size, "big")


def _signed(value: int) -> bytes:
    """A signed integer: n bytes in two's complement whose first n bits say n, with the sign's value turned."""
    magnitude = ~value if value < 0 else value
    size = magnitude.bit_length() // 7 + 1
    if size > 10:
        raise CorruptError(f"{value} does not fit 64 bits")
    # The first `size` bits are turned: set for numbers that are not negative, clear for those that are.
    head = ((1 << size) - 1) << (7 * size)
    bits = value & ((1 << (8 * size)) - 1)
    return (bits ^ head).to_bytes(size, "big")
