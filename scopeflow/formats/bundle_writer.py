"""Writing and merging tensor bundles; `bundle_reader` says what they look like.

A bundle appears at once, when its index is renamed to its name, and what it replaces stays readable until then: at no moment does an
index refer to data of another. Data and index are flushed to the disk first.
"""

from __future__ import annotations

import contextlib
import functools
import os
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import varint
from .bundle_reader import VERSION, BundleReader, data_path, index_path, read_index
from .checkpoint_messages import BundleEntryProto, BundleHeaderProto, Shape
from .crc import crc32c, mask
from .element_types import STRING, number_of
from .failures import FormatError, MismatchError
from .ordered_code import slice_key
from .safe_files import EarlyWriteback, clear_abandoned, create_temporary, flush_to_disk, sync_folder, written_whole
from .sorted_table import TableWriter
from .tensor_slice import TensorSlice

_CHUNK = 1 << 22
#: bytes up to which a tensor is written at once
_SMALL = 1 << 14


class BundleWriter:
    """Writes the bundle `prefix`: `add` tensors, then `finish`. Left by an exception, a `with` block leaves nothing behind."""

    def __init__(self, prefix: str):
        self.prefix = prefix
        folder = os.path.dirname(prefix)
        if folder and not os.path.isdir(folder):
            # The parts of a sharded checkpoint go to a folder of their own, which the first to be written makes.
            with contextlib.suppress(FileExistsError):
                os.mkdir(folder)
        self._entries: dict[bytes, Any] = {}
        clear_abandoned(folder)
        self._file, self._data = create_temporary(data_path(prefix, 0, 1))
        self._early = EarlyWriteback(self._file)
        self._offset = 0

    def __enter__(self) -> BundleWriter:
        return self

    def __exit__(self, kind: Any, *unused: Any) -> None:
        if kind is None:
            self.finish()
        else:
            self.discard()

    def discard(self) -> None:
        """Removes what was written so far."""
        self._file.close()
        with contextlib.suppress(FileNotFoundError):
            os.remove(self._data)

    def add(self, name: str, array: np.ndarray) -> None:
        """Appends a tensor. Raises MismatchError for a second one of that name, TypeError for a type that cannot be stored."""
        self._add(name.encode(), name, np.asarray(array))

    def add_slice(self, name: str, full_shape: Sequence[int], part: TensorSlice, array: np.ndarray) -> None:
        """Appends a slice of a tensor. Raises MismatchError if it does not fit."""
        array, shape = np.asarray(array), part.shape_in(full_shape)
        if shape != array.shape:
            raise MismatchError(
                "Slice in shape_and_slice specification does not match the shape of the tensor to save: "
                f"{name} {part} of {list(full_shape)}, tensor: {list(array.shape)}"
            )
        if shape == tuple(full_shape):
            self.add(name, array)
            return
        key = name.encode()
        whole = self._entries.get(key)
        if whole is None:
            whole = self._entries[key] = BundleEntryProto(dtype=number_of(array.dtype), shape=_shape_message(tuple(full_shape)))
        elif not whole.slices or [d.size for d in whole.shape.dim] != list(full_shape) or whole.dtype != number_of(array.dtype):
            raise MismatchError(f"Adding a slice {part} to {name}, which is another tensor already")
        part.fill(whole.slices.add())
        self._add(slice_key(key, part), f"{name} ({part})", array)

    def _add(self, key: bytes, name: str, array: np.ndarray) -> None:
        if key in self._entries:
            raise MismatchError(f"Adding duplicate key: {name}")
        entry = BundleEntryProto(dtype=number_of(array.dtype), offset=self._offset, shape=_shape_message(array.shape))
        if entry.dtype == STRING:
            crc = self._write_strings(array)
        elif array.nbytes <= _SMALL:
            raw = array.tobytes()
            crc = crc32c(raw)
            self._file.write(raw)
            self._offset += len(raw)
        else:
            crc = 0
            raw = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
            for start in range(0, len(raw), _CHUNK):
                chunk = raw[start : start + _CHUNK]
                crc = crc32c(chunk, crc)
                self._file.write(chunk)
                self._offset += len(chunk)
                self._early.reached(self._offset)
        entry.size, entry.crc32c = self._offset - entry.offset, mask(crc)
        self._entries[key] = entry

    def _write_strings(self, array: np.ndarray) -> int:
        values = [v.encode() if isinstance(v, str) else bytes(v) for v in array.ravel().tolist()]
        lengths = b"".join(varint.put(len(v)) for v in values)
        crc = crc32c(b"".join(struct.pack("<I" if len(v) < 1 << 32 else "<Q", len(v)) for v in values))
        check = struct.pack("<I", mask(crc))
        crc = crc32c(check, crc)
        self._file.write(lengths + check)
        self._offset += len(lengths) + 4
        for v in values:
            crc = crc32c(v, crc)
            self._file.write(v)
            self._offset += len(v)
        return crc

    def finish(self) -> None:
        """Makes the bundle appear."""
        try:
            flush_to_disk(self._file)
            self._file.close()
            publish(self.prefix, [self._data], self._entries)
        except BaseException:
            self.discard()
            raise


@functools.lru_cache
def _shape_message(shape: tuple[int, ...]) -> Any:
    out = Shape()
    for size in shape:
        out.dim.add(size=size)
    return out


def publish(prefix: str, data: Sequence[str], entries: dict[bytes, Any]) -> None:
    """Turns flushed data files into the bundle `prefix`; `entries` say in which of them (`shard_id`) tensors lie.

    Where a bundle of as many data files is there already, its index must not come to refer to the new data: the new files first get
    names as of one file more, which an index of their own makes current; then they take the usual names, with their usual index.
    """
    rows = [(key, entries[key].SerializeToString()) for key in sorted(entries)]
    count, current = len(data), _current_shards(prefix)
    usual, spare = _names(prefix, count, count), _names(prefix, count, count + 1)
    if current == count:
        try:
            for old, new in zip(data, spare):
                _remove([new])
                os.link(old, new)
        except OSError:
            # A file system without links: the spare names are the final ones.
            for old, new in zip(data, spare):
                os.replace(old, new)
            _write_index(prefix, count + 1, rows)
            _remove(usual)
            sync_folder(prefix)
            return
        _write_index(prefix, count + 1, rows)
        current = count + 1
    # No index refers to the usual names now.
    for old, new in zip(data, usual):
        os.replace(old, new)
    _write_index(prefix, count, rows)
    if current is not None:
        _remove(_names(prefix, current, current))
    # File systems keep the order of renames, so that one wait at the end is enough.
    sync_folder(prefix)


def _names(prefix: str, files: int, shards: int) -> list[str]:
    return [data_path(prefix, n, shards) for n in range(files)]


def _current_shards(prefix: str) -> int | None:
    """How many data files the bundle that is there says it has; None if there is none, or none that can be read."""
    try:
        return read_index(index_path(prefix)).header.num_shards
    except (FormatError, OSError):
        return None


def _remove(paths: Sequence[str]) -> None:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)


def _write_index(prefix: str, shards: int, rows: Sequence[tuple[bytes, bytes]]) -> None:
    header = BundleHeaderProto(num_shards=shards)
    header.version.producer = VERSION
    with written_whole(index_path(prefix), sync_name=False) as file:
        table = TableWriter(file)
        table.add(b"", header.SerializeToString())
        for key, value in rows:
            table.add(key, value)
        table.finish()


def merge(prefixes: Sequence[str], prefix: str) -> None:
    """Makes one bundle of several, whose data files it takes; what is left of them is removed.

    Raises MismatchError if they hold the same tensor, or slices that do not belong together.
    """
    data: list[str] = []
    entries: dict[bytes, Any] = {}
    for source in dict.fromkeys(prefixes):
        with BundleReader(source) as reader:
            first = len(data)
            data += [data_path(source, n, reader.header.num_shards) for n in range(reader.header.num_shards)]
            for key, entry in reader.entries.items():
                # a copy: the reader's entries are not ours to change
                entry = BundleEntryProto.FromString(entry.SerializeToString())
                if not entry.slices:
                    entry.shard_id += first
                _merge_entry(entries, key, entry, source)
    publish(prefix, data, entries)
    for source in dict.fromkeys(prefixes):
        _remove([index_path(source)])


def _merge_entry(entries: dict[bytes, Any], key: bytes, entry: Any, source: str) -> None:
    known = entries.get(key)
    if known is None:
        entries[key] = entry
        return
    if not known.slices or not entry.slices:
        raise MismatchError(f"{source}: {key!r} is in another of the bundles to merge already")
    if known.dtype != entry.dtype or known.shape != entry.shape:
        raise MismatchError(f"{source}: the slices of {key!r} are of another tensor than those in the other bundles")
    known.slices.extend(entry.slices)
