"""Reading a checkpoint of the second version: a tensor bundle.

`PREFIX.index` is a sorted table: the empty key holds the header, each name an entry with type, shape, place and CRC32C of a tensor's bytes
in `PREFIX.data-00000-of-00001` and so on. Of a tensor in slices, the entry lists these, and each has an entry of its own.
Strings are stored as their lengths (varints), a CRC of these, and their bytes.
"""

from __future__ import annotations

import mmap
import os
import struct
from math import prod
from typing import Any, NamedTuple

import numpy as np
from google.protobuf.message import DecodeError

from . import varint
from .checkpoint_messages import BundleEntryProto, BundleHeaderProto
from .checkpoint_reader import CheckpointReader, TensorInfo, shape_from
from .crc import crc32c, mask
from .element_types import NUMPY_TYPES, STRING, name_of
from .failures import CorruptError, FormatError, MissingError, TruncatedError, UnsupportedError
from .ordered_code import slice_key
from .sorted_table import TableReader
from .tensor_slice import TensorSlice

#: the version of the format, and so the newest that may be demanded
VERSION = 1
#: read, then checked while still in the processor's cache
_CHUNK = 1 << 20
#: Tensors of at most so many bytes are taken out of a window that is read at once.
_SMALL, _WINDOW = 1 << 13, 1 << 17


def index_path(prefix: str) -> str:
    """The index file of a bundle."""
    return prefix + ".index"


def data_path(prefix: str, shard: int, shards: int) -> str:
    """A data file of a bundle."""
    return f"{prefix}.data-{shard:05d}-of-{shards:05d}"


class BundleReader(CheckpointReader):
    """The tensors of the bundle `prefix`."""

    def __init__(self, prefix: str):
        super().__init__(prefix)
        self._shards: dict[int, _Shard] = {}
        index = read_index(index_path(prefix))
        self.header, self.tensors = index.header, index.tensors
        #: entries of whole tensors and of slices, by key
        self.entries = index.entries
        self._big_endian = self.header.endianness == 1

    def close(self) -> None:
        """Closes the data files."""
        for shard in self._shards.values():
            shard.close()
        self._shards.clear()

    @property
    def data_paths(self) -> list[str]:
        """The data files that tensors lie in."""
        used = {e.shard_id for e in self.entries.values() if not e.slices}
        return [data_path(self.path, n, self.header.num_shards) for n in sorted(used)]

    def slice_keys(self) -> dict[bytes, str]:
        """The keys of the slices that tensors list -> what they are."""
        return {slice_key(n.encode(), s): f"{n} ({s})" for n, info in self.tensors.items() for s in info.slices}

    # -- places in the data files ---------------------------------------------------------
    def _shard(self, number: int, name: str) -> _Shard:
        shard = self._shards.get(number)
        if shard is None:
            if not 0 <= number < self.header.num_shards:
                raise CorruptError(
                    f"{index_path(self.path)}: tensor {name} is said to lie in data file {number} of {self.header.num_shards}"
                )
            shard = self._shards[number] = _Shard(data_path(self.path, number, self.header.num_shards))
        return shard

    def _located(self, name: str, entry: Any) -> _Shard:
        shard = self._shard(entry.shard_id, name)
        if entry.offset < 0 or entry.size < 0:
            raise CorruptError(f"{index_path(self.path)}: tensor {name}: Invalid size in bundle entry: {entry.size} at {entry.offset}")
        if entry.offset + entry.size > shard.size:
            raise TruncatedError(
                f"{shard.path}: tensor {name}: Read less bytes than requested: {entry.size} bytes at {entry.offset}, but the file ends at "
                f"{shard.size}"
            )
        return shard

    def _require_room(self, name: str, nbytes: int) -> None:
        room = sum(os.path.getsize(p) for p in self.data_paths if os.path.exists(p))
        if nbytes > room:
            raise CorruptError(f"{self.path}: tensor {name} would take {nbytes} bytes, all data files together have {room}")

    # -- tensors --------------------------------------------------------------------------
    def _whole(self, name: str, info: TensorInfo) -> np.ndarray:
        return self._stored(name, self.entries[name.encode()], info)

    def _stored_slice(self, name: str, info: TensorInfo, part: TensorSlice) -> np.ndarray:
        self._within(name, info, part)
        entry = self.entries.get(slice_key(name.encode(), part))
        if entry is None:
            raise CorruptError(f"{index_path(self.path)}: tensor {name} has no entry for its slice {part}")
        shape = part.shape_in(info.shape)
        what = f"{index_path(self.path)}: slice {part} of {name}"
        if shape_from(entry.shape, what) != shape or entry.dtype != info.dtype:
            raise CorruptError(f"{what} has the shape {[d.size for d in entry.shape.dim]} and type {name_of(entry.dtype)} of another")
        return self._stored(f"{name} ({part})", entry, TensorInfo(info.dtype, shape))

    def _stored(self, name: str, entry: Any, info: TensorInfo) -> np.ndarray:
        if info.dtype == STRING:
            return self._strings(name, entry, info)
        size = self._require_size(name, entry, info)
        shard = self._located(name, entry)
        if 0 < size <= _SMALL:
            data = shard.read_small(size, entry.offset, name)
            self._require_crc(name, entry, crc32c(data), shard)
            out = np.array(np.ndarray(info.shape, info.np_dtype, data))
            return self._native(name, out, out.reshape(-1).view(np.uint8)) if self._big_endian or out.dtype == bool else out
        out = self.empty(info.shape, info.np_dtype, name)
        raw = out.reshape(-1).view(np.uint8)
        found = 0
        for start in range(0, size, _CHUNK):
            chunk = raw[start : start + _CHUNK]
            shard.read_into(chunk, entry.offset + start, name)
            found = crc32c(chunk, found)
        self._require_crc(name, entry, found, shard)
        return self._native(name, out, raw)

    def _part(self, name: str, info: TensorInfo, part: TensorSlice) -> np.ndarray:
        if part.is_full or info.dtype == STRING:
            return super()._part(name, info, part)
        # Mapped, so that no more than the part itself takes memory.
        entry = self.entries[name.encode()]
        size = self._require_size(name, entry, info)
        shard = self._located(name, entry)
        raw = np.frombuffer(shard.mapped(), np.uint8, size, entry.offset) if size else np.empty(0, np.uint8)
        self._require_crc(name, entry, crc32c(raw), shard)
        out = np.ndarray(info.shape, info.np_dtype, raw)[part.within(info.shape)].copy()
        return self._native(name, out, out.reshape(-1).view(np.uint8))

    def _require_size(self, name: str, entry: Any, info: TensorInfo) -> int:
        size = prod(info.shape) * info.np_dtype.itemsize
        if entry.size != size:
            raise CorruptError(
                f"{index_path(self.path)}: tensor {name}: Invalid size in bundle entry: {entry.size} bytes; shape {list(info.shape)} of "
                f"{name_of(info.dtype)} takes {size}"
            )
        return size

    def _require_crc(self, name: str, entry: Any, found: int, shard: _Shard) -> None:
        if mask(found) != entry.crc32c:
            raise CorruptError(
                f"{shard.path}: tensor {name} ({entry.size} bytes at {entry.offset}): Checksum does not match: stored {entry.crc32c:#010x} "
                f"vs. calculated on the restored bytes {mask(found):#010x}"
            )

    def _native(self, name: str, out: np.ndarray, raw: np.ndarray) -> np.ndarray:
        if out.dtype == bool and raw.size and raw.max() > 1:
            raise CorruptError(f"{self.path}: tensor {name} of booleans has other bytes than 0 and 1")
        if self._big_endian:
            width = out.dtype.itemsize // (2 if out.dtype.kind == "c" else 1)
            raw.reshape(-1, width)[:] = raw.reshape(-1, width)[:, ::-1].copy()
        return out

    def _strings(self, name: str, entry: Any, info: TensorInfo) -> np.ndarray:
        n, shard = prod(info.shape), self._located(name, entry)
        where = f"{shard.path}: tensor {name} at {entry.offset}"
        # Each string takes a byte at least, for its length.
        if n + 4 > entry.size:
            raise CorruptError(f"{where}: Invalid size in bundle entry: {n} strings and their checksum do not fit {entry.size} bytes")
        raw = np.empty(entry.size, np.uint8)
        shard.read_into(raw, entry.offset, name)
        data = raw.tobytes()
        lengths, at = [], 0
        try:
            for _ in range(n):
                length, at = varint.get(data, at, len(data))
                lengths.append(length)
        except CorruptError as error:
            raise CorruptError(f"{where}: {error}, in the lengths of its strings") from None
        order = ">" if self._big_endian else "<"
        words = b"".join(struct.pack(order + ("I" if x < 1 << 32 else "Q"), x) for x in lengths)
        stored = data[at : at + 4]
        found = crc32c(words)
        if len(stored) < 4 or struct.unpack(order + "I", stored)[0] != mask(found):
            raise CorruptError(f"{where}: Checksum does not match: the lengths of its strings are damaged")
        at += 4
        if at + sum(lengths) != len(data):
            raise CorruptError(f"{where}: its strings have {sum(lengths)} bytes, but there are {len(data) - at}")
        self._require_crc(name, entry, crc32c(data[at:], crc32c(stored, found)), shard)
        out = self.empty(info.shape, NUMPY_TYPES[STRING], name)
        flat = out.reshape(-1)
        for i, length in enumerate(lengths):
            flat[i] = data[at : at + length]
            at += length
        return out


class _Index(NamedTuple):
    """What an index file says."""

    path: str
    content: bytes
    header: Any
    entries: dict[bytes, Any]
    tensors: dict[str, TensorInfo]


#: the last index read: a graph with a reading op for each variable opens one checkpoint again and again
_last: _Index | None = None


def read_index(path: str) -> _Index:
    """Reads an index file. Raises FormatError."""
    global _last
    with TableReader(path) as table:
        content = table.content()
        if _last is not None and _last.path == path and _last.content == content:
            return _last
        header, entries, tensors = None, {}, {}
        for key, value in table:
            if not key:
                header = _parse(BundleHeaderProto, value, f"{path}: the header")
                continue
            what = f"{path}: the entry {key!r}"
            entries[key] = entry = _parse(BundleEntryProto, value, what)
            if not key.startswith(b"\0"):
                try:
                    name = key.decode()
                except UnicodeDecodeError:
                    raise CorruptError(f"{what} has a name that is no text") from None
                slices = tuple(map(TensorSlice.from_proto, entry.slices))
                tensors[name] = TensorInfo(entry.dtype, shape_from(entry.shape, what), slices)
    if header is None:
        raise CorruptError(f"{path}: a table, but not the index of a checkpoint: it has no header")
    _check_header(header, path)
    _last = _Index(path, content, header, entries, tensors)
    return _last


def _check_header(header: Any, path: str) -> None:
    if header.num_shards < 1:
        raise CorruptError(f"{path}: the header says {header.num_shards} data files")
    if header.endianness not in (0, 1):
        raise CorruptError(f"{path}: the header says byte order {header.endianness}")
    if header.version.min_consumer > VERSION or VERSION in header.version.bad_consumers:
        raise UnsupportedError(f"{path}: written for readers of version {header.version.min_consumer}; this is version {VERSION}")


class _Shard:
    """An open data file."""

    def __init__(self, path: str):
        self.path = path
        self._map: mmap.mmap | None = None
        self._window: tuple[int, bytes] = (0, b"")
        self._fd = -1
        try:
            self._fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except (FileNotFoundError, NotADirectoryError):
            raise MissingError(f"{path}; No such file or directory") from None
        except OSError as error:
            raise FormatError(f"{path}; {error.strerror}") from None
        self.size = os.fstat(self._fd).st_size

    def close(self) -> None:
        # A mapping that arrays still refer to goes with the last of them.
        self._map, self._window = None, (0, b"")
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    __del__ = close

    def mapped(self) -> mmap.mmap:
        if self._map is None:
            self._map = mmap.mmap(self._fd, 0, access=mmap.ACCESS_READ)
        return self._map

    def read_into(self, out: np.ndarray, offset: int, name: str) -> None:
        """Fills the bytes `out` from `offset` on."""
        try:
            done = 0
            while done < len(out):
                n = os.preadv(self._fd, [out[done:]], offset + done)
                if n == 0:
                    raise TruncatedError(f"{self.path}: tensor {name}: Read less bytes than requested: the file ends at {offset + done}")
                done += n
        except OSError as error:
            raise self._failure(error, offset, name) from None

    def read_small(self, size: int, offset: int, name: str) -> bytes:
        """`size` (at most _SMALL) bytes from `offset` on.

        Small tensors lie side by side and are most often read in that order: one system call serves many.
        """
        start, window = self._window
        at = offset - start
        if not 0 <= at <= at + size <= len(window):
            at = 0
            try:
                self._window = offset, (window := os.pread(self._fd, _WINDOW, offset))
            except OSError as error:
                raise self._failure(error, offset, name) from None
            if len(window) < size:
                raise TruncatedError(f"{self.path}: tensor {name}: Read less bytes than requested: the file ends at {offset + len(window)}")
        return window[at : at + size]

    def _failure(self, error: OSError, offset: int, name: str) -> FormatError:
        return FormatError(f"{self.path}; {error.strerror}, reading tensor {name} at byte {offset}")


def _parse(kind: Any, data: bytes, what: str) -> Any:
    try:
        return kind.FromString(data)
    except DecodeError:
        raise CorruptError(f"{what} cannot be read") from None
