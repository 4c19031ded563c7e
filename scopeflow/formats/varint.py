"""Variable-length integers, seven bits a byte, the lowest first."""

from __future__ import annotations

from .failures import CorruptError


def put(value: int) -> bytes:
    """`value` (not negative) as a varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def get(data: bytes, at: int, end: int) -> tuple[int, int]:
    """The varint at `data[at:end]` and the place after it. Raises CorruptError if it does not end in time or exceeds 64 bits."""
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >> 64:
                break
            return value, at
        shift += 7
    raise CorruptError("a variable-length integer does not end")
