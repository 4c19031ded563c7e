"""PNG with 16 bits a channel, which Pillow reads and writes for greys only: W3C PNG specification, second edition."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: color type in the header -> channels, where each is 16 bits
_CHANNELS = {0: 1, 4: 2, 2: 3, 6: 4}
#: passes of an interlaced image: first row and column, step between rows and columns
_PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def bit_depth(contents: bytes) -> int:
    """Bits a channel (or palette index) of a PNG file."""
    return contents[24] if len(contents) > 24 else 0


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def encode16(image: np.ndarray, compression: int) -> bytes:
    """A PNG file of an image, uint16 [height, width, 1 to 4 channels]."""
    height, width, channels = image.shape
    color = {n: k for k, n in _CHANNELS.items()}[channels]
    rows = image.astype(">u2").reshape(height, -1).view(np.uint8)
    # Filter 0: each row as it is.
    data = np.concatenate([np.zeros((height, 1), np.uint8), rows], 1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 16, color, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(data, compression)) + _chunk(b"IEND", b"")


def _chunks(contents: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at + 8 <= len(contents):
        (size,) = struct.unpack_from(">I", contents, at)
        yield contents[at + 4 : at + 8], contents[at + 8 : at + 8 + size]
        at += 12 + size


def decode16(contents: bytes) -> np.ndarray:
    """The image, uint16 [height, width, channels], of a PNG file with 16 bits a channel. Raises ValueError."""
    header, packed = b"", []
    for kind, data in _chunks(contents):
        if kind == b"IHDR":
            header = data
        elif kind == b"IDAT":
            packed.append(data)
    try:
        width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", header)
        data = np.frombuffer(zlib.decompress(b"".join(packed)), np.uint8)
        channels = _CHANNELS[color]
    except (struct.error, zlib.error, KeyError) as error:
        raise ValueError(f"Invalid PNG data: {error}") from None
    if depth != 16:
        raise ValueError(f"a PNG file of {depth} bits a channel, not 16")
    out = np.zeros((height, width, channels), np.uint16)
    at = 0
    for top, left, down, across in _PASSES if interlaced else ((0, 0, 1, 1),):
        rows, columns = len(range(top, height, down)), len(range(left, width, across))
        if not rows or not columns:
            continue
        size = columns * channels * 2
        if at + rows * (size + 1) > len(data):
            raise ValueError("Invalid PNG data: it ends early")
        lines = data[at : at + rows * (size + 1)].reshape(rows, size + 1)
        at += lines.size
        out[top::down, left::across] = _unfiltered(lines, channels * 2).view(">u2").reshape(rows, columns, channels)
    return out


def _unfiltered(lines: np.ndarray, step: int) -> np.ndarray:
    """The bytes of rows, each of which begins with the number of its filter; `step` bytes a pixel."""
    out = np.zeros((lines.shape[0], lines.shape[1] - 1), np.uint8)
    above = np.zeros(out.shape[1], np.uint8)
    for y, line in enumerate(lines):
        kind, row = line[0], line[1:].copy()
        if kind == 2:
            row += above
        elif kind == 1:
            row = np.cumsum(row.reshape(-1, step), axis=0, dtype=np.uint8).reshape(-1)
        elif kind in (3, 4):
            left = corner = [0] * step
            for x in range(0, len(row), step):
                top = above[x : x + step].tolist()
                if kind == 3:
                    guess = [(a + b) // 2 for a, b in zip(left, top)]
                else:
                    guess = [_paeth(a, b, c) for a, b, c in zip(left, top, corner)]
                left = [(v + g) & 255 for v, g in zip(row[x : x + step].tolist(), guess)]
                row[x : x + step] = left
                corner = top
        elif kind:
            raise ValueError(f"Invalid PNG data: filter {kind}")
        out[y] = above = row
    return out


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda v: abs(guess - v))
