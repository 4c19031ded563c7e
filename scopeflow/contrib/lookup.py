"""tf.lookup and tf.contrib.lookup: tables of vocabularies."""

from __future__ import annotations

import collections
import functools
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Operation, Tensor
from ..graph.public import TABLE, export, public
from ..op.declare import OPS
from ..ops import lookup_tables as tables
from .table_initializers import (
    KeyValueTensorInitializer,
    TableInitializerBase,
    TextFileIdTableInitializer,
    TextFileIndex,
    TextFileStringTableInitializer,
)


@public("contrib.lookup.LookupInterface")
class LookupInterface:
    """A table from keys of one type to values of another."""

    def __init__(self, key_dtype: Any, value_dtype: Any):
        self._key_dtype, self._value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)

    @property
    def key_dtype(self) -> dtypes.DType:
        """The keys' type."""
        return self._key_dtype

    @property
    def value_dtype(self) -> dtypes.DType:
        """The values' type."""
        return self._value_dtype

    @property
    def name(self) -> str:
        """The table's name."""
        return self._name

    @property
    def resource_handle(self) -> Tensor:
        """The table's handle."""
        return self._resource_handle

    def size(self, name: str | None = None) -> Tensor:
        """How many entries it has, int64."""
        raise NotImplementedError

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of a tensor (or sparse tensor) of keys."""
        raise NotImplementedError

    def _checked(self, keys: Any) -> Tensor:
        given = keys.values if isinstance(keys, SparseTensor) else keys
        given = convert_to_tensor(given)
        if given.dtype.base_dtype is not self._key_dtype:
            raise TypeError(f"Signature mismatch. Keys must be dtype {self._key_dtype}, got {given.dtype}.")
        return given


def _like(keys: Any, values: Tensor) -> Any:
    return SparseTensor(keys.indices, values, keys.dense_shape) if isinstance(keys, SparseTensor) else values


# -- fixed tables ------------------------------------------------------------------------------
@public("contrib.lookup.InitializableLookupTableBase")
class InitializableLookupTableBase(LookupInterface):
    """A table that an initializer fills, once in each session."""

    def __init__(self, default_value: Any, initializer: TableInitializerBase):
        super().__init__(initializer.key_dtype, initializer.value_dtype)
        self._default_value = convert_to_tensor(default_value, dtype=self._value_dtype)
        self._default_value.get_shape().merge_with([])
        self._initializer = initializer
        self._resource_handle = self._create_resource()
        self._init_op = initializer.initialize(self)

    def _create_resource(self) -> Tensor:
        raise NotImplementedError

    @property
    def default_value(self) -> Tensor:
        """The value of keys that are not in the table."""
        return self._default_value

    @property
    def initializer(self) -> Operation:
        """The op that fills it."""
        return self._init_op

    @property
    def init(self) -> Operation:
        """The op that fills it."""
        return self._init_op

    def size(self, name: str | None = None) -> Tensor:
        with name_scope(name, f"{self.name}_Size", [self._resource_handle]):
            return tables.lookup_table_size_v2(self._resource_handle)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of keys, the default for those that are not in. Its run raises FailedPreconditionError before the table is filled."""
        given = self._checked(keys)
        with name_scope(name, f"{self.name}_Lookup", (self._resource_handle, given, self._default_value)):
            values = tables.lookup_table_find_v2(self._resource_handle, given, self._default_value)
        values.set_shape(given.get_shape())
        return _like(keys, values)


@public("lookup.StaticHashTable")
class StaticHashTable(InitializableLookupTableBase):
    """A table that is filled once and does not change."""

    def __init__(self, initializer: TableInitializerBase, default_value: Any, name: str | None = None):
        self._shared_name = initializer._shared_name
        self._name = name or "hash_table"
        super().__init__(default_value, initializer)

    def _create_resource(self) -> Tensor:
        made = tables.hash_table_v2(
            shared_name=self._shared_name,
            key_dtype=self._initializer.key_dtype,
            value_dtype=self._initializer.value_dtype,
            name=self._name,
        )
        self._name = made.op.name.split("/")[-1]
        return made

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and values."""
        with name_scope(name, f"{self.name}_Export", [self._resource_handle]):
            keys, values = tables.lookup_table_export_v2(self._resource_handle, Tkeys=self._key_dtype, Tvalues=self._value_dtype)
        values.set_shape(keys.get_shape())
        return keys, values


@public("contrib.lookup.HashTable")
class HashTable(StaticHashTable):
    """A table that is filled once and does not change. Those of one `shared_name` are one in a session."""

    def __init__(self, initializer: TableInitializerBase, default_value: Any, shared_name: str | None = None, name: str | None = None):
        self._shared_name = shared_name or ""
        self._name = name or "hash_table"
        InitializableLookupTableBase.__init__(self, default_value, initializer)


# -- buckets for what is not in a table --------------------------------------------------------
@public("contrib.lookup.HasherSpec")
class HasherSpec(collections.namedtuple("HasherSpec", ["hasher", "key"])):
    """How keys that are not in a table are hashed."""


FastHashSpec = export(HasherSpec("fasthash", None), "contrib.lookup.FastHashSpec")


@public("contrib.lookup.StrongHashSpec")
class StrongHashSpec(HasherSpec):
    """A keyed hash: `key` is two unsigned integers of 64 bits."""

    def __new__(cls, key: Any) -> StrongHashSpec:
        if len(key) != 2:
            raise ValueError(f"key must have size 2, got {len(key)}.")
        if not all(isinstance(k, (int, np.integer)) for k in key):
            raise TypeError(f"Invalid key {key}. Must be unsigned integer values.")
        return super().__new__(cls, "stronghash", key)


class _WithBuckets(LookupInterface):
    """Ids of a table; keys that are not in it get ids of buckets after those."""

    def __init__(self, table: Any, num_oov_buckets: int, hasher_spec: HasherSpec, name: str, key_dtype: Any):
        if table is not None:
            self._check_key_type(table, key_dtype)
        elif num_oov_buckets <= 0:
            raise ValueError(f"oov_buckets must be > 0 if no table is supplied: table: {table}, oov_buckets: {num_oov_buckets}")
        super().__init__(key_dtype, dtypes.int64)
        self._table, self._num_oov_buckets, self._hasher_spec = table, num_oov_buckets, hasher_spec
        self._name = name

    @staticmethod
    def _check_key_type(table: Any, key_dtype: Any) -> None:
        if (table.key_dtype.is_integer) != (as_dtype(key_dtype).is_integer):
            raise TypeError(f"Invalid key dtype, expected {table.key_dtype} but got {key_dtype}.")
        if table.value_dtype is not dtypes.int64:
            raise TypeError(f"Invalid value dtype, expected {dtypes.int64} but got {table.value_dtype}.")

    @property
    def initializer(self) -> Operation:
        """The op that fills the table."""
        return self._table.initializer if self._table is not None else TABLE["no_op"]()

    @property
    def init(self) -> Operation:
        """The op that fills the table."""
        return self.initializer

    @property
    def resource_handle(self) -> Any:
        return None if self._table is None else self._table.resource_handle

    def size(self, name: str | None = None) -> Tensor:
        with name_scope(name, f"{self.name}_Size"):
            known = self._table.size() if self._table is not None else constant(0, dtypes.int64)
            return known + self._num_oov_buckets

    def _hashed(self, keys: Tensor, name: str) -> Tensor:
        spec = self._hasher_spec
        if not isinstance(spec, HasherSpec):
            raise TypeError(f"hasher_spec must be of type HasherSpec, got {spec}")
        if spec.hasher == "fasthash":
            hasher = TABLE["strings.to_hash_bucket_fast"]
        elif spec.hasher == "stronghash":
            hasher = functools.partial(TABLE["strings.to_hash_bucket_strong"], key=list(spec.key))
        elif spec.hasher == "legacy":
            hasher = TABLE["string_to_hash_bucket"]
        else:
            raise ValueError(f"Unknown hasher {spec.hasher}")
        return hasher(keys, num_buckets=self._num_oov_buckets, name=name)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        given = self._checked(keys)
        if self._num_oov_buckets == 0:
            values = self._table.lookup(given, name=name)
            return _like(keys, values)
        with name_scope(name, f"{self.name}_Lookup"):
            as_text = given if given.dtype is dtypes.string else TABLE["as_string"](given)
            buckets = self._hashed(as_text, "hash_bucket")
            if self._table is None:
                return _like(keys, buckets)
            ids = self._table.lookup(self._to_table(given))
            shifted = OPS["Add"](buckets, self._table.size())
            known = TABLE["not_equal"](ids, self._table.default_value)
            return _like(keys, TABLE["where_v2"](known, ids, shifted))

    def _to_table(self, keys: Tensor) -> Tensor:
        own = self._table.key_dtype
        return keys if keys.dtype is own else TABLE["cast"](keys, own)


@public("contrib.lookup.IdTableWithHashBuckets")
class IdTableWithHashBuckets(_WithBuckets):
    """A table of ids, and `num_oov_buckets` more ids for keys that are not in it."""

    def __init__(
        self,
        table: Any,
        num_oov_buckets: int,
        hasher_spec: HasherSpec = FastHashSpec,
        name: str | None = None,
        key_dtype: Any = None,
    ):
        if key_dtype is None:
            key_dtype = dtypes.string if table is None else table.key_dtype
        own = name.rstrip("/") if name else None
        super().__init__(table, num_oov_buckets, hasher_spec, own or (table.name if table is not None else "hash_bucket"), key_dtype)


@public("lookup.StaticVocabularyTable")
class StaticVocabularyTable(_WithBuckets):
    """A table of ids, and `num_oov_buckets` more ids for keys that are not in it.

    Raises:
      ValueError: `num_oov_buckets` is not positive.
    """

    def __init__(self, initializer: TableInitializerBase, num_oov_buckets: int, lookup_key_dtype: Any = None, name: str | None = None):
        if num_oov_buckets <= 0:
            raise ValueError("oov_buckets must be > 0.")
        table = HashTable(initializer, default_value=-1) if initializer is not None else None
        if table is not None and lookup_key_dtype is None:
            lookup_key_dtype = table.key_dtype
        super().__init__(table, num_oov_buckets, FastHashSpec, name or (table.name if table else "hash_bucket"), lookup_key_dtype)


# -- vocabularies ------------------------------------------------------------------------------
@public("contrib.lookup.index_table_from_file")
def index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    key_dtype: Any = dtypes.string,
    name: str | None = None,
    key_column_index: int = TextFileIndex.WHOLE_LINE,
    value_column_index: int = TextFileIndex.LINE_NUMBER,
    delimiter: str = "\t",
) -> Any:
    """A table from the strings (or integers) in a file, one a line, to their line numbers.

    Args:
      num_oov_buckets: how many ids there are for other strings; 0: they get `default_value`.
      vocab_size: how many lines are read; all if None.
    """
    if vocabulary_file is None or (isinstance(vocabulary_file, (str, bytes)) and not vocabulary_file):
        raise ValueError("vocabulary_file must be specified and must not be empty.")
    if num_oov_buckets < 0:
        raise ValueError(f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(f"vocab_size must be greater than 0, got {vocab_size}. vocabulary_file: {vocabulary_file}")
    key_dtype = as_dtype(key_dtype)
    if not (key_dtype.is_integer or key_dtype is dtypes.string):
        raise TypeError("Only integer and string keys are supported.")
    with name_scope(name, "string_to_index"), name_scope(None, "hash_table"):
        initializer = TextFileIdTableInitializer(
            vocabulary_file,
            key_dtype=dtypes.int64 if key_dtype.is_integer else key_dtype,
            name="table_init",
            key_column_index=key_column_index,
            value_column_index=value_column_index,
            delimiter=delimiter,
            vocab_size=vocab_size,
        )
        table: Any = StaticHashTable(initializer, default_value)
        if num_oov_buckets:
            table = IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, key_dtype=key_dtype)
        return table


@public("contrib.lookup.index_table_from_tensor", "python.ops.lookup_ops.index_table_from_tensor")
def index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    dtype: Any = dtypes.string,
    name: str | None = None,
) -> Any:
    """A table from the elements of a tensor to their positions; see `index_table_from_file`."""
    if mapping is None:
        raise ValueError("mapping must be specified.")
    if num_oov_buckets < 0:
        raise ValueError(f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")
    dtype = as_dtype(dtype)
    if not (dtype.is_integer or dtype is dtypes.string):
        raise TypeError("Only integer and string keys are supported.")
    with name_scope(name, "string_to_index"):
        keys = convert_to_tensor(mapping)
        if keys.dtype.is_integer != dtype.is_integer:
            raise ValueError(f"Expected {'integer' if dtype.is_integer else 'non-integer'}, got {keys.dtype}.")
        values = TABLE["cast"](TABLE["range"](TABLE["size"](keys)), dtypes.int64)
        with name_scope(None, "hash_table"):
            table_keys = TABLE["cast"](keys, dtypes.int64) if keys.dtype.is_integer else keys
            initializer = KeyValueTensorInitializer(table_keys, values, table_keys.dtype.base_dtype, dtypes.int64, name="table_init")
            table: Any = StaticHashTable(initializer, default_value)
            if num_oov_buckets:
                table = IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, key_dtype=dtype)
            return table


@public("contrib.lookup.index_to_string_table_from_file")
def index_to_string_table_from_file(
    vocabulary_file: Any,
    vocab_size: int | None = None,
    default_value: str = "UNK",
    name: str | None = None,
    key_column_index: int = TextFileIndex.LINE_NUMBER,
    value_column_index: int = TextFileIndex.WHOLE_LINE,
    delimiter: str = "\t",
) -> Any:
    """A table from line numbers, int64, to the strings in a file."""
    if vocabulary_file is None or (isinstance(vocabulary_file, (str, bytes)) and not vocabulary_file):
        raise ValueError("vocabulary_file must be specified and must not be empty.")
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(f"vocab_size must be greater than 0, got {vocab_size}.")
    with name_scope(name, "index_to_string"):
        initializer = TextFileStringTableInitializer(
            vocabulary_file,
            vocab_size=vocab_size,
            name="table_init",
            key_column_index=key_column_index,
            value_column_index=value_column_index,
            delimiter=delimiter,
        )
        return StaticHashTable(initializer, default_value)


@public("contrib.lookup.index_to_string_table_from_tensor", "python.ops.lookup_ops.index_to_string_table_from_tensor")
def index_to_string_table_from_tensor(mapping: Any, default_value: str = "UNK", name: str | None = None) -> Any:
    """A table from positions, int64, to the strings in a tensor."""
    if mapping is None:
        raise ValueError("mapping must be specified.")
    with name_scope(name, "index_to_string"):
        values = convert_to_tensor(mapping)
        keys = TABLE["cast"](TABLE["range"](TABLE["size"](values)), dtypes.int64)
        initializer = KeyValueTensorInitializer(keys, values, dtypes.int64, values.dtype.base_dtype, name="table_init")
        return StaticHashTable(initializer, default_value)


@public("contrib.lookup.index_to_string")
def index_to_string(tensor: Any, mapping: Any, default_value: str = "UNK", name: str | None = None) -> Tensor:
    """The strings at positions: `index_to_string_table_from_tensor(...).lookup(tensor)`."""
    return index_to_string_table_from_tensor(mapping, default_value, name).lookup(tensor)


@public("contrib.lookup.string_to_index")
def string_to_index(tensor: Any, mapping: Any, default_value: int = -1, name: str | None = None) -> Tensor:
    """The positions of strings: `index_table_from_tensor(...).lookup(tensor)`."""
    return index_table_from_tensor(mapping, default_value=default_value, name=name).lookup(tensor)


@public("contrib.lookup.string_to_index_table_from_file")
def string_to_index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    name: str | None = None,
) -> Any:
    """The old name of `index_table_from_file`."""
    return index_table_from_file(vocabulary_file, num_oov_buckets, vocab_size, default_value, hasher_spec, dtypes.string, name)


@public("contrib.lookup.string_to_index_table_from_tensor")
def string_to_index_table_from_tensor(
    mapping: Any, num_oov_buckets: int = 0, default_value: int = -1, hasher_spec: HasherSpec = FastHashSpec, name: str | None = None
) -> Any:
    """The old name of `index_table_from_tensor`."""
    return index_table_from_tensor(mapping, num_oov_buckets, default_value, hasher_spec, name=name)
