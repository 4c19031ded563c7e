"""Sorted tables of strings: the index of a checkpoint, and all of an old checkpoint (LevelDB's table format).

A table is blocks of entries in the order of their keys, an index block with the last key of each and its place, and a footer:

    entry    [varint: bytes shared with the key before] [varint: other bytes of the key] [varint: bytes of the value] [other bytes] [value]
    block    entries, then the places (uint32) of those that share nothing, and how many of these there are
    trailer  after each block: 1 byte, its compression, and the masked CRC32C of block and byte
    footer   48 bytes: place and size of the (empty) meta index and of the index block as varints, zeros, the magic number

Format: https://github.com/google/leveldb/blob/main/doc/table_format.md
"""

from __future__ import annotations

import os
import struct
from bisect import bisect_left
from collections.abc import Iterator
from typing import BinaryIO

from . import snappy, varint
from .crc import crc32c, mask
from .failures import CorruptError, FormatError, MissingError, TruncatedError

MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_TRAILER = 5
_UNCOMPRESSED, _SNAPPY = b"\0", b"\1"
#: TensorFlow's sizes
BLOCK_SIZE = 1 << 18
RESTART_INTERVAL = 16
#: Keys share what they have in common with the one before: this bounds how much longer than the file they may be together.
_MOST_KEY_BYTES_PER_BYTE = 256


class TableReader:
    """A table in a file, read block by block.

    Raises, here and later:
      MissingError: there is no such file.
      TruncatedError, CorruptError: it is not a whole table; the message has the file's name and the place.
    """

    def __init__(self, path: str):
        self.path = path
        self._cached: tuple[int, list[tuple[bytes, bytes]]] | None = None
        try:
            self._file = open(path, "rb", buffering=0)  # noqa: SIM115
        except (FileNotFoundError, NotADirectoryError):
            raise MissingError(f"{path}; No such file or directory") from None
        except OSError as error:
            raise FormatError(f"{path}; {error.strerror}") from None
        try:
            self.size = os.fstat(self._file.fileno()).st_size
            self._key_bytes = 0
            self._last_keys, self._places = self._index()
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def __enter__(self) -> TableReader:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def content(self) -> bytes:
        """All bytes of the file."""
        return self._read(0, self.size)

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, None if it is not in the table."""
        n = bisect_left(self._last_keys, key)
        if n == len(self._places):
            return None
        entries = self._block(n)
        at = bisect_left(entries, (key,))
        return entries[at][1] if at < len(entries) and entries[at][0] == key else None

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        """All (key, value), in order."""
        last = None
        for n in range(len(self._places)):
            for key, value in self._block(n):
                if last is not None and key <= last:
                    raise self._corrupt(f"key {key!r} comes after {last!r}", self._places[n][0])
                last = key
                yield key, value

    # -- blocks -----------------------------------------------------------------------
    def _corrupt(self, what: str, at: int) -> CorruptError:
        return CorruptError(f"{self.path}: {what}, in the block at byte {at}")

    def _index(self) -> tuple[list[bytes], list[tuple[int, int]]]:
        if self.size < _FOOTER:
            raise CorruptError(f"{self.path}: {self.size} bytes are too few for a table: file is too short to be an sstable")
        footer = self._read(self.size - _FOOTER, _FOOTER)
        if struct.unpack("<Q", footer[-8:])[0] != MAGIC:
            raise CorruptError(f"{self.path}: not an sstable (bad magic number), or cut off at its end")
        try:
            _, at = varint.get(footer, 0, _FOOTER - 8)
            _, at = varint.get(footer, at, _FOOTER - 8)
            offset, at = varint.get(footer, at, _FOOTER - 8)
            size, at = varint.get(footer, at, _FOOTER - 8)
        except CorruptError as error:
            raise CorruptError(f"{self.path}: {error}, in the footer at byte {self.size - _FOOTER}") from None
        keys, places = [], []
        for key, value in self._entries(offset, size):
            try:
                start, after = varint.get(value, 0, len(value))
                length, _ = varint.get(value, after, len(value))
            except CorruptError as error:
                raise self._corrupt(str(error), offset) from None
            if keys and key < keys[-1]:
                raise self._corrupt("blocks are out of order", offset)
            keys.append(key)
            places.append((start, length))
        # Blocks do not overlap, so that no file can hold more than its size.
        if sum(length + _TRAILER for _, length in places) > self.size:
            raise self._corrupt("blocks overlap", offset)
        return keys, places

    def _read(self, offset: int, size: int) -> bytes:
        data = os.pread(self._file.fileno(), size, offset)
        while len(data) < size:
            more = os.pread(self._file.fileno(), size - len(data), offset + len(data))
            if not more:
                raise TruncatedError(f"{self.path}: the file ends at byte {offset + len(data)}, {size - len(data)} bytes early")
            data += more
        return data

    def _block(self, n: int) -> list[tuple[bytes, bytes]]:
        if self._cached is None or self._cached[0] != n:
            self._cached = (n, list(self._entries(*self._places[n])))
        return self._cached[1]

    def _entries(self, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
        if offset + size + _TRAILER > self.size:
            raise TruncatedError(f"{self.path}: the block at byte {offset} needs {size + _TRAILER} bytes, the file has {self.size}")
        data = self._read(offset, size + _TRAILER)
        (stored,) = struct.unpack("<I", data[-4:])
        found = mask(crc32c(data[:-4]))
        if stored != found:
            raise self._corrupt(f"checksum does not match: stored {stored:#010x}, found {found:#010x}", offset)
        kind, data = data[size : size + 1], data[:size]
        try:
            if kind == _SNAPPY:
                data = snappy.decompress(data)
            elif kind != _UNCOMPRESSED:
                raise CorruptError(f"unknown compression {kind[0]}")
            yield from self._parse(data)
        except CorruptError as error:
            raise self._corrupt(str(error), offset) from None

    def _parse(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        if len(data) < 4:
            raise CorruptError("too short")
        (restarts,) = struct.unpack("<I", data[-4:])
        end = len(data) - 4 - 4 * restarts
        if end < 0:
            raise CorruptError("more restart points than fit")
        at, key = 0, b""
        while at < end:
            shared, at = varint.get(data, at, end)
            other, at = varint.get(data, at, end)
            length, at = varint.get(data, at, end)
            if shared > len(key) or other + length > end - at:
                raise CorruptError("an entry exceeds its block")
            key = key[:shared] + data[at : at + other]
            self._key_bytes += len(key)
            if self._key_bytes > _MOST_KEY_BYTES_PER_BYTE * max(self.size, 1 << 16):
                raise CorruptError("keys unpack to too many times the file's size")
            at += other
            yield key, data[at : at + length]
            at += length


class TableWriter:
    """Writes a table to an open file; keys must come in increasing order."""

    def __init__(self, file: BinaryIO, block_size: int = BLOCK_SIZE):
        self._file, self._block_size = file, block_size
        self._offset = 0
        self._last = b""
        self._any = False
        self._block = _BlockBuilder(RESTART_INTERVAL)
        self._index = _BlockBuilder(1)
        #: a block that is written, but whose index entry waits for the next key
        self._pending: bytes | None = None

    def add(self, key: bytes, value: bytes) -> None:
        """Appends an entry. Raises ValueError if `key` is not larger than the one before."""
        if self._any and key <= self._last:
            raise ValueError(f"keys out of order: {key!r} after {self._last!r}")
        self._any = True
        if self._pending is not None:
            self._index.add(_between(self._last, key), self._pending)
            self._pending = None
        self._last = key
        self._block.add(key, value)
        if self._block.size() >= self._block_size:
            self._flush()

    def finish(self) -> None:
        """Writes what is left, the index and the footer; the file stays open."""
        if not self._block.empty:
            self._flush()
        meta = self._write(_BlockBuilder(RESTART_INTERVAL).finish())
        if self._pending is not None:
            self._index.add(_after(self._last), self._pending)
        index = self._write(self._index.finish())
        self._file.write((meta + index).ljust(_FOOTER - 8, b"\0") + struct.pack("<Q", MAGIC))

    def _flush(self) -> None:
        self._pending = self._write(self._block.finish())
        self._block = _BlockBuilder(RESTART_INTERVAL)

    def _write(self, block: bytes) -> bytes:
        """Writes a block; gives its handle."""
        body = block + _UNCOMPRESSED
        self._file.write(body + struct.pack("<I", mask(crc32c(body))))
        handle = varint.put(self._offset) + varint.put(len(block))
        self._offset += len(block) + _TRAILER
        return handle


class _BlockBuilder:
    def __init__(self, interval: int):
        self._interval = interval
        self._data = bytearray()
        self._restarts = [0]
        self._count = 0
        self._last = b""

    @property
    def empty(self) -> bool:
        return not self._data

    def size(self) -> int:
        return len(self._data) + 4 * len(self._restarts) + 4

    def add(self, key: bytes, value: bytes) -> None:
        shared = 0
        if self._count < self._interval:
            shared = _shared(self._last, key)
        else:
            self._restarts.append(len(self._data))
            self._count = 0
        sizes = (shared, len(key) - shared, len(value))
        self._data += (bytes(sizes) if max(sizes) < 0x80 else b"".join(map(varint.put, sizes))) + key[shared:] + value
        self._last = key
        self._count += 1

    def finish(self) -> bytes:
        return bytes(self._data) + struct.pack(f"<{len(self._restarts) + 1}I", *self._restarts, len(self._restarts))


def _shared(a: bytes, b: bytes) -> int:
    """How many bytes two keys have in common at their starts."""
    n = min(len(a), len(b))
    different = int.from_bytes(a[:n], "big") ^ int.from_bytes(b[:n], "big")
    return n - (different.bit_length() + 7) // 8


def _between(low: bytes, high: bytes) -> bytes:
    """A short key k with low <= k < high: the index needs no more."""
    n = _shared(low, high)
    if n < min(len(low), len(high)) and low[n] < 0xFF and low[n] + 1 < high[n]:
        return low[:n] + bytes([low[n] + 1])
    return low


def _after(key: bytes) -> bytes:
    """A short key that is not less than `key`."""
    for i, byte in enumerate(key):
        if byte != 0xFF:
            return key[:i] + bytes([byte + 1])
    return key
