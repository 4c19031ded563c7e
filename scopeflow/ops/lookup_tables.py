"""Lookup tables: keys (strings or integers) to values, kept on the host."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import errors
from ..graph.dtypes import DType
from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims, as_shape
from ..op.declare import op
from ..op.resources import handle, held
from ..op.shapes import scalar
from .checkpoint import as_tf_errors
from .file_ops import text

#: in a TextFileInitializer, instead of a column
WHOLE_LINE, LINE_NUMBER = -2, -1


class Table:
    """Values of one shape by key. A fixed table is filled once, and not read before."""

    def __init__(self, key_dtype: DType, value_dtype: DType, value_shape: Sequence[int], fixed: bool, refused: Sequence[Any] = ()):
        self.key_dtype, self.value_dtype, self.value_shape = key_dtype, value_dtype, tuple(value_shape)
        self.fixed, self.refused = fixed, dict(refused)
        self.entries: dict[Any, Any] = {}
        self.filled = not fixed
        self._lock = threading.Lock()

    def _keys(self, keys: np.ndarray, what: np.dtype | None = None) -> list[Any]:
        if keys.dtype != self.key_dtype.np_dtype:
            raise errors.InvalidArgumentError(None, None, f"Key must be type {self.key_dtype.name} but got {keys.dtype}")
        return keys.ravel().tolist()

    def find(self, keys: np.ndarray, default: np.ndarray) -> np.ndarray:
        """The values of the keys, `default` for those that are not in."""
        if not self.filled:
            raise errors.FailedPreconditionError(None, None, "Table not initialized.")
        entries, missing = self.entries, default if self.value_shape else default[()]
        found = [entries.get(k, missing) for k in self._keys(keys)]
        if self.value_dtype.np_dtype.kind == "O" and not self.value_shape:
            out = np.empty(len(found), object)
            out[:] = found
        else:
            out = np.array(found, self.value_dtype.np_dtype)
        return out.reshape((*keys.shape, *self.value_shape))

    def insert(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Adds or replaces entries; what a fixed table is filled with must not contradict itself."""
        names = self._keys(keys)
        rows = list(values.reshape((-1, *self.value_shape))) if self.value_shape else values.ravel().tolist()
        if len(rows) != len(names):
            raise errors.InvalidArgumentError(
                None, None, f"Expected shape {list(keys.shape) + list(self.value_shape)} for value, got {list(values.shape)}"
            )
        for name in names:
            if name in self.refused:
                raise errors.InvalidArgumentError(None, None, f"Using the {self.refused[name]} as a table key is not allowed")
        with self._lock:
            if not self.fixed:
                self.entries.update(zip(names, rows))
                return
            found: dict[Any, Any] = {}
            for name, value in zip(names, rows):
                if found.setdefault(name, value) != value:
                    raise errors.FailedPreconditionError(
                        None,
                        None,
                        f"HashTable has different value for same key. Key {_shown(name)} has {_shown(found[name])} and trying to add value "
                        f"{_shown(value)}",
                    )
            if self.filled:
                # Filling it again with the same is no change.
                if found != self.entries:
                    raise errors.FailedPreconditionError(None, None, "Table already initialized.")
                return
            self.entries, self.filled = found, True

    def replace(self, keys: np.ndarray, values: np.ndarray) -> None:
        """Only these entries from now on."""
        if not self.fixed:
            with self._lock:
                self.entries = {}
        self.insert(keys, values)

    def remove(self, keys: np.ndarray) -> None:
        """Takes entries out; keys that are not in are passed over."""
        with self._lock:
            for k in self._keys(keys):
                self.entries.pop(k, None)

    def export(self) -> tuple[np.ndarray, np.ndarray]:
        """All keys and values, in the order they came."""
        with self._lock:
            items = list(self.entries.items())
        keys = np.empty(len(items), self.key_dtype.np_dtype)
        keys[:] = [k for k, _ in items]
        values = np.empty((len(items), *self.value_shape), self.value_dtype.np_dtype)
        for i, (_, v) in enumerate(items):
            values[i] = v
        return keys, values


def _shown(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def entries_of_file(
    path: str, key: int, value: int, delimiter: str, size: int, key_dtype: DType, value_dtype: DType
) -> tuple[np.ndarray, np.ndarray]:
    """The keys and values in the lines of a file.

    Raises:
      InvalidArgumentError: a line has too few columns or no number where one is needed, or the file has fewer than `size` lines.
      NotFoundError: there is no such file.
    """
    with as_tf_errors(), open(path, "rb") as file:
        content = file.read().split(b"\n")
    if content and not content[-1]:
        content.pop()
    lines = content[:size] if size >= 0 else content
    if size > len(lines):
        raise errors.InvalidArgumentError(None, None, f"Invalid vocab_size in {path}: expected {size} but got {len(lines)}")
    separator = delimiter.encode()

    def part(number: int, line: bytes, index: int, dtype: DType) -> Any:
        if index == LINE_NUMBER:
            return number
        line = line.removesuffix(b"\r")
        if index == WHOLE_LINE:
            data = line
        else:
            columns = line.split(separator)
            if index >= len(columns):
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"Invalid number of columns in {path} line {number} ({_shown(line)}) : expected at least {index + 1} "
                    f"got {len(columns)}",
                )
            data = columns[index]
        if dtype.np_dtype.kind == "O":
            return data
        try:
            return dtype.np_dtype.type(data.decode())
        except ValueError:
            raise errors.InvalidArgumentError(None, None, f"Field {_shown(data)} in line {number} is not a valid {dtype.name}.") from None

    keys, values = np.empty(len(lines), key_dtype.np_dtype), np.empty(len(lines), value_dtype.np_dtype)
    for number, line in enumerate(lines):
        keys[number], values[number] = part(number, line, key, key_dtype), part(number, line, value, value_dtype)
    return keys, values


# -- ops ----------------------------------------------------------------------------------
_NAMES: dict[str, Any] = {"container": ("str", ""), "shared_name": ("str", ""), "use_node_name_sharing": ("bool", False)}


def _table(op_type: str, signature: str = " -> table_handle: resource", **attrs: Any) -> Any:
    return op(op_type, signature, attrs={**_NAMES, **attrs}, host=True, stateful=True, shape=scalar)


@_table("HashTableV2")
def hash_table_v2(*, key_dtype: dtype, value_dtype: dtype, context):  # noqa: F821
    """A table that is filled once."""
    return handle(context.own("table", lambda: Table(key_dtype, value_dtype, (), fixed=True)))


@_table("MutableHashTableV2")
def mutable_hash_table_v2(*, key_dtype: dtype, value_dtype: dtype, context):  # noqa: F821
    """A table of scalars that can be changed."""
    return handle(context.own("table", lambda: Table(key_dtype, value_dtype, (), fixed=False)))


@_table("MutableHashTableOfTensorsV2")
def mutable_hash_table_of_tensors_v2(*, key_dtype: dtype, value_dtype: dtype, value_shape: shape = (), context):  # noqa: F821
    """A table of vectors that can be changed."""
    dims = as_shape(value_shape)._dims or ()
    return handle(context.own("table", lambda: Table(key_dtype, value_dtype, dims, fixed=False)))


@_table(
    "MutableDenseHashTableV2",
    "empty_key: key_dtype, deleted_key: key_dtype -> table_handle: resource",
    initial_num_buckets=("int", 131072),
    max_load_factor=("float", 0.8),
)
def mutable_dense_hash_table_v2(empty_key, deleted_key, *, value_dtype: dtype, value_shape: shape = (), context):  # noqa: F821
    """A table that can be changed; two keys cannot be in it."""
    dims = as_shape(value_shape)._dims or ()
    kind = context.op.attrs["key_dtype"]
    refused = [(deleted_key[()] if deleted_key.dtype == object else deleted_key.item(), "deleted_key")]
    refused.append((empty_key[()] if empty_key.dtype == object else empty_key.item(), "empty_key"))
    return handle(context.own("table", lambda: Table(kind, value_dtype, dims, fixed=False, refused=refused)))


def _found(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    keys, default = inputs[1]._dims, inputs[2]._dims
    return [None if keys is None or default is None else (*keys, *default)]


def _nothing(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return []


@op("LookupTableFindV2", "table_handle: resource, keys: Tin, default_value: Tout -> values: Tout", host=True, stateful=True, shape=_found)
def lookup_table_find_v2(table_handle, keys, default_value):
    """The values of keys."""
    return held(table_handle).find(keys, default_value)


@op("LookupTableInsertV2", "table_handle: resource, keys: Tin, values: Tout -> ", host=True, stateful=True, shape=_nothing)
def lookup_table_insert_v2(table_handle, keys, values):
    """Adds entries."""
    held(table_handle).insert(keys, values)
    return ()


@op("LookupTableImportV2", "table_handle: resource, keys: Tin, values: Tout -> ", host=True, stateful=True, shape=_nothing)
def lookup_table_import_v2(table_handle, keys, values):
    """Makes entries the only ones."""
    held(table_handle).replace(keys, values)
    return ()


@op("InitializeTableV2", "table_handle: resource, keys: Tkey, values: Tval -> ", host=True, stateful=True, shape=_nothing)
def initialize_table_v2(table_handle, keys, values):
    """Fills a table."""
    held(table_handle).insert(keys, values)
    return ()


@op("InitializeTableFromTextFileV2", "table_handle: resource, filename: string -> ", host=True, stateful=True, shape=_nothing)
def initialize_table_from_text_file_v2(
    table_handle, filename, *, key_index: int, value_index: int, vocab_size: int = -1, delimiter: str = "\t"
):
    """Fills a table from the lines of a file."""
    table = held(table_handle)
    entries = entries_of_file(text(filename), key_index, value_index, delimiter, vocab_size, table.key_dtype, table.value_dtype)
    table.insert(*entries)
    return ()


@op("LookupTableRemoveV2", "table_handle: resource, keys: Tin -> ", host=True, stateful=True, shape=_nothing)
def lookup_table_remove_v2(table_handle, keys):
    """Takes entries out."""
    held(table_handle).remove(keys)
    return ()


@op("LookupTableSizeV2", "table_handle: resource -> size: int64", host=True, stateful=True, shape=scalar)
def lookup_table_size_v2(table_handle):
    """How many entries there are."""
    return len(held(table_handle).entries)


@op(
    "LookupTableExportV2",
    "table_handle: resource -> keys: Tkeys, values: Tvalues",
    host=True,
    stateful=True,
    shape=lambda inputs, attrs: [(None,), None],
)
def lookup_table_export_v2(table_handle):
    """All keys and values."""
    return held(table_handle).export()


def fresh_name() -> str:
    """A name that no other table has."""
    return f"hash_table_{uuid.uuid4()}"
