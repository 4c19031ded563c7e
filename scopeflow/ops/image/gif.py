"""The frames of a GIF file, each as a file of its own: GIF89a specification, W3C.

Pillow shows what a viewer would; the reference draws each frame's pixels over the last frame, transparent ones too.
"""

from __future__ import annotations

from typing import NamedTuple


class Frame(NamedTuple):
    """A frame's place, and a GIF file that holds it alone."""

    left: int
    top: int
    width: int
    height: int
    file: bytes


def _table_size(flags: int) -> int:
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _past_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


def frames(data: bytes) -> tuple[int, int, list[Frame]]:
    """(width, height, frames) of a GIF file. Raises ValueError."""
    try:
        return _frames(data)
    except IndexError:
        raise ValueError("Invalid GIF data: it ends early") from None


def _frames(data: bytes) -> tuple[int, int, list[Frame]]:
    width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    flags = data[10]
    shared = data[13 : 13 + _table_size(flags)]
    at = 13 + len(shared)
    out = []
    while data[at] != 0x3B:
        if data[at] == 0x21:  # an extension: transparency, timing, comments
            at = _past_blocks(data, at + 2)
        elif data[at] == 0x2C:
            place = data[at + 1 : at + 9]
            own = data[at + 9]
            start = at + 10
            pixels = start + _table_size(own)
            end = _past_blocks(data, pixels + 1)
            table, table_flags = (data[start:pixels], own) if own & 0x80 else (shared, flags)
            head = b"GIF89a" + place[4:8] + bytes([0x80 | (table_flags & 7), 0, 0]) + table
            image = b"\x2c\0\0\0\0" + place[4:8] + bytes([own & 0x40])  # interlaced or not
            left, top, columns, rows = (int.from_bytes(place[i : i + 2], "little") for i in (0, 2, 4, 6))
            out.append(Frame(left, top, columns, rows, head + image + data[pixels:end] + b"\x3b"))
            at = end
        else:
            raise ValueError(f"Invalid GIF data: a block of type {data[at]}")
    return width, height, out
