"""CRC32C, and the masked form in which tables, bundles and records store it."""

from __future__ import annotations

from typing import Any

import google_crc32c

_DELTA = 0xA282EAD8


def crc32c(data: Any, before: int = 0) -> int:
    """The CRC32C of `data` (bytes, or a contiguous NumPy array: nothing is copied), continued from that of what came `before`."""
    return google_crc32c.extend(before, data)


def mask(crc: int) -> int:
    """A CRC as it is stored: rotated right by 15 bits, plus a constant, so that the CRC of data with CRCs in it stays useful."""
    return ((crc >> 15 | crc << 17) + _DELTA) & 0xFFFFFFFF


def unmask(stored: int) -> int:
    """The CRC that `mask` hid."""
    rotated = (stored - _DELTA) & 0xFFFFFFFF
    return (rotated >> 17 | rotated << 15) & 0xFFFFFFFF
