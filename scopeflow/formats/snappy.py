"""Decompression of Snappy's raw format, which blocks of old checkpoint tables may use.

Format: https://github.com/google/snappy/blob/main/format_description.txt
"""

from __future__ import annotations

from . import varint
from .failures import CorruptError

#: no element yields more bytes from one of its own (a copy of 64 bytes takes three)
_MOST = 32


def decompress(data: bytes) -> bytes:
    """The bytes that were compressed to `data`. Raises CorruptError."""
    size, at = varint.get(data, 0, len(data))
    if size > _MOST * len(data):
        raise CorruptError(f"{len(data)} compressed bytes claim to hold {size}")
    out = bytearray()
    end = len(data)
    while at < end:
        tag = data[at]
        at += 1
        kind = tag & 3
        if kind == 0:
            length = (tag >> 2) + 1
            if length > 60:
                extra = length - 60
                length = int.from_bytes(data[at : at + extra], "little") + 1
                at += extra
            if at + length > end:
                raise CorruptError("compressed data end early")
            out += data[at : at + length]
            at += length
        else:
            if kind == 1:
                length, extra, high = (tag >> 2 & 7) + 4, 1, (tag >> 5) << 8
            else:
                length, extra, high = (tag >> 2) + 1, 2 if kind == 2 else 4, 0
            if at + extra > end:
                raise CorruptError("compressed data end early")
            offset = int.from_bytes(data[at : at + extra], "little") | high
            at += extra
            if not 0 < offset <= len(out):
                raise CorruptError("compressed data refer to bytes before their start")
            # What is copied may overlap what it makes: then it repeats.
            start = len(out) - offset
            piece = out[start : start + length]
            out += (piece * (length // len(piece) + 1))[:length]
        if len(out) > size:
            break
    if len(out) != size:
        raise CorruptError(f"compressed data hold {len(out)} bytes where {size} are declared")
    return bytes(out)
