"""Checkpoints of the first version: one sorted table with everything in it, or several that match a pattern.

The empty key holds what tensors there are, with the slices they come in; the key of each slice its elements, as a TensorProto.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from . import varint
from .checkpoint_messages import SavedTensorSlices
from .checkpoint_reader import CheckpointReader, TensorInfo, shape_from
from .element_types import STRING, name_of, number_of
from .failures import CorruptError, MismatchError, MissingError, UnsupportedError
from .ordered_code import slice_key
from .safe_files import written_whole
from .sorted_table import TableReader, TableWriter
from .tensor_slice import TensorSlice

_VERSION = 1
#: element type -> (field of TensorProto, its number if its bytes are the elements', as they are in memory)
_FIELDS = {
    1: ("float_val", 5),
    2: ("double_val", 6),
    8: ("scomplex_val", 9),
    18: ("dcomplex_val", 12),
    9: ("int64_val", None),
    10: ("bool_val", None),
    14: ("half_val", None),
    19: ("half_val", None),
    22: ("uint32_val", None),
    23: ("uint64_val", None),
}
_PACKED = 2
#: bfloat16, qint16, quint16, uint32, uint64: what the reference neither writes nor reads in this format
_NOT_HELD = (14, 15, 16, 22, 23)


def matching(pattern: str) -> list[str]:
    """The files that `pattern` stands for: itself, or what its wildcards match."""
    if os.path.isfile(pattern):
        return [pattern]
    return sorted(p for p in glob.glob(pattern) if os.path.isfile(p))


class V1Reader(CheckpointReader):
    """The tensors of the files that match `pattern`."""

    def __init__(self, pattern: str):
        super().__init__(pattern)
        self._tables: list[TableReader] = []
        paths = matching(pattern)
        if not paths:
            raise MissingError(f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {pattern}")
        #: (name, slice) -> the table it is in
        self._homes: dict[tuple[str, TensorSlice], TableReader] = {}
        try:
            for path in paths:
                self._open(path)
        except BaseException:
            self.close()
            raise

    def _open(self, path: str) -> None:
        table = TableReader(path)
        self._tables.append(table)
        meta = _parse(table.get(b""), f"{path}: the list of tensors").meta
        if meta.versions.min_consumer > _VERSION:
            raise UnsupportedError(f"{path}: written for readers of version {meta.versions.min_consumer}; this is version {_VERSION}")
        for saved in meta.tensor:
            shape = shape_from(saved.shape, f"{path}: tensor {saved.name}")
            known = self.tensors.get(saved.name, TensorInfo(saved.type, shape))
            if (known.dtype, known.shape) != (saved.type, shape):
                raise CorruptError(f"{path}: tensor {saved.name} has another type or shape than in the files before")
            slices = tuple(map(TensorSlice.from_proto, saved.slice))
            self.tensors[saved.name] = known._replace(slices=known.slices + slices)
            self._homes.update(((saved.name, s), table) for s in slices)
        # A tensor whose only slice is all of it is a whole one.
        for saved in meta.tensor:
            info = self.tensors[saved.name]
            if len(info.slices) == 1 and info.slices[0].is_full:
                self.tensors[saved.name] = info._replace(slices=())

    def close(self) -> None:
        """Closes the files."""
        for table in self._tables:
            table.close()

    def _require_room(self, name: str, nbytes: int) -> None:
        # Repeated integers may take less room than in memory, eight times at most.
        room = 8 * sum(t.size for t in self._tables)
        if nbytes > room:
            raise CorruptError(f"{self.path}: tensor {name} would take {nbytes} bytes, all files together have {room // 8}")

    def _whole(self, name: str, info: TensorInfo) -> np.ndarray:
        return self._stored_slice(name, info, TensorSlice((None,) * len(info.shape)))

    def _stored_slice(self, name: str, info: TensorInfo, part: TensorSlice) -> np.ndarray:
        self._within(name, info, part)
        table = self._homes.get((name, part))
        what = f"{table.path if table else self.path}: tensor {name} ({part})"
        data = None if table is None else table.get(slice_key(name.encode(), part))
        if data is None:
            raise CorruptError(f"{what}: its elements are missing")
        saved = _parse(data, what).data
        if saved.name != name:
            raise CorruptError(f"{what}: its elements are said to be those of {saved.name}")
        return _elements(saved.data, TensorInfo(info.dtype, part.shape_in(info.shape)), what, self)


def _parse(data: bytes | None, what: str) -> Any:
    if data is None:
        raise CorruptError(f"{what} is missing: a table, but not a checkpoint")
    try:
        return SavedTensorSlices.FromString(data)
    except DecodeError:
        raise CorruptError(f"{what} cannot be read") from None


def _elements(data: bytes, info: TensorInfo, what: str, reader: V1Reader) -> np.ndarray:
    """The elements that a serialized TensorProto lists, as an array."""
    np_type = info.np_dtype
    field, raw = _FIELDS.get(info.dtype, ("string_val" if info.dtype == STRING else "int_val", None))
    n = 1
    for size in info.shape:
        n *= size
    if raw is not None:
        flat: Any = np.frombuffer(b"".join(_packed(data, raw, what)), np.uint8)
        if len(flat) % np_type.itemsize == 0:
            flat = flat.view(np_type)
    else:
        try:
            values = getattr(TensorProto.FromString(data), field)
        except DecodeError:
            raise CorruptError(f"{what}: its elements cannot be read") from None
        if len(values) != n:
            raise CorruptError(f"{what}: {len(values)} elements, expected {n}")
        try:
            flat = _converted(values, info)
        except (OverflowError, ValueError):
            raise CorruptError(f"{what}: elements that do not fit their type") from None
    if flat.size != n or flat.dtype != np_type:
        raise CorruptError(f"{what}: {flat.size} elements or bytes, expected {n} elements of {np_type}")
    return reader.empty(info.shape, np_type, what) if n == 0 else np.array(flat).reshape(info.shape)


def _converted(values: Any, info: TensorInfo) -> np.ndarray:
    np_type = info.np_dtype
    if info.dtype == STRING:
        flat = np.empty(len(values), object)
        flat[:] = list(values)
        return flat
    if info.dtype in (14, 19):
        return np.array(values, np.uint16).view(np_type)
    if np_type.names:
        return np.array(values, np_type[0]).view(np_type)
    return np.array(values, np_type)


def _packed(data: bytes, wanted: int, what: str) -> Iterator[bytes]:
    """The bytes of a packed repeated field of a message."""
    at, end = 0, len(data)
    try:
        while at < end:
            tag, at = varint.get(data, at, end)
            kind = tag & 7
            if kind == 0:
                _, at = varint.get(data, at, end)
                continue
            if kind == _PACKED:
                size, at = varint.get(data, at, end)
            elif kind in (1, 5):
                size = 8 if kind == 1 else 4
            else:
                raise CorruptError("a field of an unknown kind")
            if at + size > end:
                raise CorruptError("a field exceeds its message")
            if tag >> 3 == wanted:
                yield data[at : at + size]
            at += size
    except CorruptError as error:
        raise CorruptError(f"{what}: {error}") from None


# -- writing ------------------------------------------------------------------------
def write_v1(path: str, tensors: Sequence[tuple[str, Sequence[int], TensorSlice, np.ndarray]]) -> None:
    """Writes (name, shape of the whole, slice, its elements) to the file `path`, which appears when it is whole.

    Raises MismatchError if a slice comes twice or does not fit, UnsupportedError and TypeError for types that cannot be stored.
    """
    head = SavedTensorSlices()
    head.meta.versions.producer = _VERSION
    metas: dict[str, Any] = {}
    values: dict[bytes, bytes] = {}
    for name, full_shape, part, array in sorted(tensors, key=lambda t: t[0]):
        array = np.asarray(array)
        if number_of(array.dtype) in _NOT_HELD:
            raise UnsupportedError(f"Saving data type {name_of(number_of(array.dtype))} not yet supported")
        if part.shape_in(full_shape) != array.shape:
            raise MismatchError(
                f"slice {part} of {name} {list(full_shape)} does not have the shape {list(array.shape)} of the tensor to save"
            )
        if name not in metas:
            metas[name] = meta = head.meta.tensor.add(name=name, type=number_of(array.dtype))
            meta.shape.SetInParent()
            for size in full_shape:
                meta.shape.dim.add(size=size)
        elif metas[name].type != number_of(array.dtype) or [d.size for d in metas[name].shape.dim] != list(full_shape):
            raise MismatchError(f"Mismatching shapes or types: slice {part} of {name} is of another tensor than those before")
        part.fill(metas[name].slice.add())
        key = slice_key(name.encode(), part)
        if key in values:
            raise MismatchError(f"Adding duplicate key: {name} ({part})")
        saved = SavedTensorSlices()
        saved.data.name = name
        saved.data.slice.SetInParent()
        part.fill(saved.data.slice)
        saved.data.data = _proto_bytes(array)
        values[key] = saved.SerializeToString()
    with written_whole(path) as file:
        table = TableWriter(file)
        table.add(b"", head.SerializeToString())
        for key in sorted(values):
            table.add(key, values[key])
        table.finish()


def _proto_bytes(array: np.ndarray) -> bytes:
    """The elements of an array as a serialized TensorProto without type and shape."""
    number = number_of(array.dtype)
    flat = np.ascontiguousarray(array).reshape(-1)
    field, raw = _FIELDS.get(number, ("string_val" if number == STRING else "int_val", None))
    if raw is not None:
        data = flat.tobytes()
        return varint.put(raw << 3 | _PACKED) + varint.put(len(data)) + data if data else b""
    if number in (14, 19):
        values = flat.view(np.uint16).tolist()
    elif flat.dtype.names:
        values = flat.view(flat.dtype[0]).tolist()
    else:
        values = [v.encode() if isinstance(v, str) else v for v in flat.tolist()]
    return TensorProto(**{field: values}).SerializeToString()


def sharded_pattern(basename: str, shards: int) -> str:
    """The pattern of the files that make up a sharded checkpoint: `base-?????-of-00002`."""
    return f"{basename}-?????-of-{shards:05d}"
