"""TFRecord files: records of any bytes, each with its length and checksums; the container of training data and of event files.

A record is: length (uint64), masked CRC32C of those 8 bytes (uint32), the bytes, their masked CRC32C (uint32); all little-endian.
A compressed file is one zlib or gzip stream of that.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from .crc import crc32c, mask
from .failures import CorruptError, FormatError, MissingError


def _masked(data: bytes) -> int:
    return mask(crc32c(data))


def record(data: bytes) -> bytes:
    """`data` as a record."""
    head = struct.pack("<Q", len(data))
    return b"".join((head, struct.pack("<I", _masked(head)), data, struct.pack("<I", _masked(data))))


class Compressed:
    """A file that compresses what is written. `kind` is "ZLIB" or "GZIP"; the rest is zlib's, None for its defaults."""

    def __init__(
        self,
        file: Any,
        kind: str,
        level: int | None = None,
        window_bits: int | None = None,
        memory: int | None = None,
        strategy: int | None = None,
    ):
        self.file = file
        bits = 15 if window_bits is None else window_bits
        if kind == "GZIP" and bits <= 15:
            bits += 16
        self.engine = zlib.compressobj(-1 if level is None else level, zlib.DEFLATED, bits, memory or 9, strategy or 0)

    def write(self, data: bytes) -> None:
        """Writes, compressed."""
        self.file.write(self.engine.compress(data))

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        self.file.write(self.engine.flush(zlib.Z_SYNC_FLUSH))
        self.file.flush()

    def close(self) -> None:
        """Ends the stream and closes the file."""
        self.file.write(self.engine.flush())
        self.file.close()


def opened(path: str, compression: str, buffer_size: int = 1 << 18) -> Any:
    """A file to read from, decompressed. Raises MissingError, or FormatError if it cannot be opened."""
    try:
        file = open(path, "rb", buffering=buffer_size)
    except OSError as error:
        cls = MissingError if isinstance(error, FileNotFoundError) else FormatError
        raise cls(f"{path}; {error.strerror}") from None
    if compression == "GZIP":
        return gzip.GzipFile(fileobj=file)
    return _Inflated(file) if compression == "ZLIB" else file


class _Inflated:
    """Reads a zlib stream."""

    def __init__(self, file: Any):
        self.file, self.engine, self.left, self.at = file, zlib.decompressobj(), b"", 0

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.left) - self.at < size:
            chunk = self.file.read(1 << 18)
            if not chunk:
                break
            self.left = self.left[self.at :] + self.engine.decompress(chunk)
            self.at = 0
        end = len(self.left) if size < 0 else self.at + size
        out = self.left[self.at : end]
        self.at += len(out)
        return out

    def close(self) -> None:
        self.file.close()


def records(path: str, compression: str = "", buffer_size: int = 1 << 18) -> Iterator[bytes]:
    """The records of a file; see `records_at`."""
    return (data for _, data in records_at(path, compression, buffer_size))


def records_at(path: str, compression: str = "", buffer_size: int = 1 << 18) -> Iterator[tuple[int, bytes]]:
    """(offset, record) for each record of a file.

    Raises:
      MissingError: there is no such file.
      CorruptError: it is cut off, or a checksum does not fit; says where.
    """
    file = opened(path, compression, buffer_size)
    at = 0
    try:
        while True:
            try:
                head = file.read(12)
                if not head:
                    return
                if len(head) < 12:
                    raise CorruptError(f"truncated record at {at}")
                length, crc = struct.unpack("<QI", head)
                if _masked(head[:8]) != crc:
                    raise CorruptError(f"corrupted record at {at}")
                body = file.read(length + 4)
            except (zlib.error, EOFError, gzip.BadGzipFile) as error:
                raise CorruptError(f"{path}: inflating failed near record at {at}: {error}") from None
            if len(body) < length + 4:
                raise CorruptError(f"truncated record at {at + 12}" if len(body) < length else f"truncated record at {at}")
            data = body[:length]
            if _masked(data) != struct.unpack("<I", body[length:])[0]:
                raise CorruptError(f"corrupted record at {at + 12}")
            yield at, data
            at += length + 16
    finally:
        file.close()
