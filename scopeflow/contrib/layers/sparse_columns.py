"""Feature columns of tf.contrib.layers that give ids: hashed strings, keys, vocabularies, integers; weighted, one-hot and crossed."""

from __future__ import annotations

import collections
from typing import Any

from ...graph import dtypes
from ...graph.composite import SparseTensor
from ...graph.public import TABLE, export, public
from ...ops import array
from ...ops.parsing import VarLenFeature
from ...ops.reduction import reduce_sum
from ...ops.sparse_cross import sparse_feature_cross
from ...variables.initializers import Zeros
from .columns import LayersColumn, LinearLookup, require_checkpoint_pair
from .embedding import dense_to_sparse_tensor
from .flattening import inner_flatten


def _names(name: str) -> tuple[str, ...]:
    return f"contrib.layers.{name}", f"contrib.layers.feature_column.{name}", f"contrib.slim.{name}"


class _SparseIdLookupConfig(
    collections.namedtuple("_SparseIdLookupConfig", ["vocabulary_file", "keys", "num_oov_buckets", "vocab_size", "default_value"])
):
    """The vocabulary of a column."""

    def __new__(
        cls, vocabulary_file: Any = None, keys: Any = None, num_oov_buckets: int = 0, vocab_size: Any = None, default_value: int = -1
    ) -> _SparseIdLookupConfig:
        return super().__new__(cls, vocabulary_file, keys, num_oov_buckets, vocab_size, default_value)


# -- ids of one feature ----------------------------------------------------------------------------------------
class _SparseColumn(
    LayersColumn,
    collections.namedtuple("_SparseColumn", ["column_name", "is_integerized", "bucket_size", "lookup_config", "combiner", "dtype"]),
):
    """A column whose ids come from one feature."""

    def __new__(
        cls,
        column_name: str,
        is_integerized: bool = False,
        bucket_size: int | None = None,
        lookup_config: Any = None,
        combiner: str = "sum",
        dtype: Any = dtypes.string,
    ) -> _SparseColumn:
        if is_integerized and bucket_size is None:
            raise ValueError(f"bucket_size must be set if is_integerized is True. column_name: {column_name}")
        if is_integerized and not dtype.is_integer:
            raise ValueError(f"dtype must be an integer if is_integerized is True. dtype: {dtype}, column_name: {column_name}.")
        if dtype is not dtypes.string and not dtype.is_integer:
            raise ValueError(f"dtype must be string or integer. dtype: {dtype}, column_name: {column_name}")
        if bucket_size is None and lookup_config is None:
            raise ValueError(f"one of bucket_size or lookup_config must be set. column_name: {column_name}")
        if bucket_size is not None and lookup_config:
            raise ValueError(f"one and only one of bucket_size or lookup_config must be set. column_name: {column_name}")
        if bucket_size is not None and bucket_size < 1:
            raise ValueError(f"bucket_size must be at least 1. bucket_size: {bucket_size}, column_name: {column_name}")
        return super().__new__(cls, column_name, is_integerized, bucket_size, lookup_config, combiner, dtype)

    @property
    def name(self) -> str:
        return self.column_name

    @property
    def length(self) -> int:
        """How many ids there are."""
        if self.bucket_size is not None:
            return self.bucket_size
        return self.lookup_config.vocab_size + self.lookup_config.num_oov_buckets

    @property
    def config(self) -> dict[str, Any]:
        return {self.column_name: VarLenFeature(self.dtype)}

    @property
    def key(self) -> str:
        return str(self)

    def id_tensor(self, input_tensor: Any) -> Any:
        """The ids of the transformed feature."""
        return input_tensor

    def weight_tensor(self, input_tensor: Any) -> Any:
        """The weights of the transformed feature: none."""
        return None

    def _wide_embedding_lookup_arguments(self, input_tensor: Any) -> LinearLookup:
        return LinearLookup(self.id_tensor(input_tensor), self.weight_tensor(input_tensor), self.length, Zeros(), self.combiner)

    def _get_input_sparse_tensor(self, tensor: Any) -> SparseTensor:
        if isinstance(tensor, SparseTensor):
            return tensor
        # Missing values are "" and -1.
        return dense_to_sparse_tensor(tensor, "" if self.dtype is dtypes.string else -1)

    def insert_transformed_feature(self, columns_to_tensors: dict[Any, Any]) -> None:
        columns_to_tensors[self] = self._do_transform(self._get_input_sparse_tensor(columns_to_tensors[self.name]))

    def _do_transform(self, sparse: SparseTensor) -> SparseTensor:
        raise NotImplementedError

    def _to_dnn_input_layer(self, input_tensor: Any, weight_collections: Any = None, trainable: bool = True, output_rank: int = 2) -> Any:
        raise ValueError(f"SparseColumn is not supported in DNN. Please use embedding_column or one_hot_column. column: {self}")

    def is_compatible(self, other_column: Any) -> bool:
        """True if both can share a table."""
        return bool(
            self.is_integerized == other_column.is_integerized
            and (self.lookup_config is None) == (other_column.lookup_config is None)
            and (self.bucket_size is None or self.bucket_size == other_column.bucket_size)
            and (self.lookup_config is None or self.lookup_config == other_column.lookup_config)
        )


class _SparseColumnIntegerized(_SparseColumn):
    """What `sparse_column_with_integerized_feature` makes."""

    def _do_transform(self, sparse: SparseTensor) -> SparseTensor:
        ids = TABLE["mod"](sparse.values, self.bucket_size, name="mod")
        return SparseTensor(sparse.indices, ids, sparse.dense_shape)


@public(*_names("sparse_column_with_integerized_feature"))
def sparse_column_with_integerized_feature(
    column_name: str, bucket_size: int, combiner: str = "sum", dtype: Any = dtypes.int64
) -> _SparseColumnIntegerized:
    """Integers that are ids already, modulo `bucket_size`. Raises ValueError for a size below 1 or a type that is no integer."""
    return _SparseColumnIntegerized(column_name, is_integerized=True, bucket_size=bucket_size, combiner=combiner, dtype=dtype)


class _SparseColumnHashed(_SparseColumn):
    """What `sparse_column_with_hash_bucket` makes."""

    def __new__(
        cls,
        column_name: str,
        is_integerized: bool = False,
        bucket_size: int | None = None,
        lookup_config: Any = None,
        combiner: str = "sum",
        dtype: Any = dtypes.string,
        hash_keys: Any = None,
    ) -> _SparseColumnHashed:
        if hash_keys is not None:
            if not isinstance(hash_keys, list) or not hash_keys:
                raise ValueError("hash_keys must be a non-empty list.")
            if any(not isinstance(k, list) or len(k) != 2 or not all(isinstance(n, int) for n in k) for k in hash_keys):
                raise ValueError("Each element of hash_keys must be a pair of integers.")
        out = super().__new__(cls, column_name, is_integerized, bucket_size, lookup_config, combiner, dtype)
        out.hash_keys = hash_keys
        return out

    def _do_transform(self, sparse: SparseTensor) -> SparseTensor:
        text = TABLE["as_string"](sparse.values) if self.dtype.is_integer else sparse.values
        if self.hash_keys is None:
            ids = TABLE["strings.to_hash_bucket_fast"](text, self.bucket_size, name="lookup")
            return SparseTensor(sparse.indices, ids, sparse.dense_shape)
        tables = []
        for key in self.hash_keys:
            ids = TABLE["strings.to_hash_bucket_strong"](text, self.bucket_size, key, name="lookup")
            tables.append(SparseTensor(sparse.indices, ids, sparse.dense_shape))
        return TABLE["sparse.concat"](-1, tables)


@public(*_names("sparse_column_with_hash_bucket"))
def sparse_column_with_hash_bucket(
    column_name: str, hash_bucket_size: int, combiner: str = "sum", dtype: Any = dtypes.string, hash_keys: Any = None
) -> _SparseColumnHashed:
    """Strings or integers (as strings), each one's id its hash modulo `hash_bucket_size`.

    Args:
      hash_keys: a list of pairs of integers: each value gets one id for each of these hashes.

    Raises:
      ValueError: a size below 1; a type that is neither string nor integer; keys that are no such list.
    """
    return _SparseColumnHashed(column_name, bucket_size=hash_bucket_size, combiner=combiner, dtype=dtype, hash_keys=hash_keys)


class _SparseColumnKeys(_SparseColumn):
    """What `sparse_column_with_keys` makes."""

    def _do_transform(self, sparse: SparseTensor) -> SparseTensor:
        table = TABLE["contrib.lookup.index_table_from_tensor"](
            mapping=tuple(self.lookup_config.keys), default_value=self.lookup_config.default_value, dtype=self.dtype, name="lookup"
        )
        return table.lookup(sparse)


@public(*_names("sparse_column_with_keys"))
def sparse_column_with_keys(
    column_name: str, keys: Any, default_value: int = -1, combiner: str = "sum", dtype: Any = dtypes.string
) -> _SparseColumnKeys:
    """Strings or integers of a list; their ids are their places in it, others get `default_value`."""
    keys = tuple(keys)
    return _SparseColumnKeys(
        column_name,
        lookup_config=_SparseIdLookupConfig(keys=keys, vocab_size=len(keys), default_value=default_value),
        combiner=combiner,
        dtype=dtype,
    )


class _SparseColumnVocabulary(_SparseColumn):
    """What `sparse_column_with_vocabulary_file` makes."""

    def _do_transform(self, sparse: SparseTensor) -> SparseTensor:
        values = sparse
        if self.dtype.is_integer:
            values = SparseTensor(sparse.indices, TABLE["as_string"](sparse.values), sparse.dense_shape)
        config = self.lookup_config
        table = TABLE["contrib.lookup.string_to_index_table_from_file"](
            vocabulary_file=config.vocabulary_file,
            num_oov_buckets=config.num_oov_buckets,
            vocab_size=config.vocab_size,
            default_value=config.default_value,
            name=self.name + "_lookup",
        )
        return table.lookup(values)


@public(*_names("sparse_column_with_vocabulary_file"))
def sparse_column_with_vocabulary_file(
    column_name: str,
    vocabulary_file: str,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    combiner: str = "sum",
    dtype: Any = dtypes.string,
) -> _SparseColumnVocabulary:
    """Strings or integers that stand in a file, one a line; their ids are the line numbers. Raises ValueError without `vocab_size`."""
    if vocab_size is None:
        raise ValueError(f"vocab_size should be defined. column_name: {column_name}")
    return _SparseColumnVocabulary(
        column_name,
        lookup_config=_SparseIdLookupConfig(
            vocabulary_file=vocabulary_file, num_oov_buckets=num_oov_buckets, vocab_size=vocab_size, default_value=default_value
        ),
        combiner=combiner,
        dtype=dtype,
    )


# -- weighted ids ------------------------------------------------------------------------------------------------
class _WeightedSparseColumn(
    LayersColumn, collections.namedtuple("_WeightedSparseColumn", ["sparse_id_column", "weight_column_name", "dtype"])
):
    """What `weighted_sparse_column` makes."""

    @property
    def name(self) -> str:
        return f"{self.sparse_id_column.name}_weighted_by_{self.weight_column_name}"

    @property
    def length(self) -> int:
        """How many ids there are."""
        return self.sparse_id_column.length

    @property
    def config(self) -> dict[str, Any]:
        return {**self.sparse_id_column.config, self.weight_column_name: VarLenFeature(self.dtype)}

    @property
    def lookup_config(self) -> Any:
        """The vocabulary of the ids."""
        return self.sparse_id_column.lookup_config

    @property
    def key(self) -> str:
        return str(self)

    def id_tensor(self, input_tensor: Any) -> Any:
        """The ids of the transformed feature."""
        return input_tensor[0]

    def weight_tensor(self, input_tensor: Any) -> Any:
        """The weights of the transformed feature."""
        return input_tensor[1]

    def is_compatible(self, other_column: Any) -> bool:
        """True if both can share a table."""
        other = other_column.sparse_id_column if isinstance(other_column, _WeightedSparseColumn) else other_column
        return self.sparse_id_column.is_compatible(other)

    def insert_transformed_feature(self, columns_to_tensors: dict[Any, Any]) -> None:
        if self.sparse_id_column not in columns_to_tensors:
            self.sparse_id_column.insert_transformed_feature(columns_to_tensors)
        weights = columns_to_tensors[self.weight_column_name]
        if not isinstance(weights, SparseTensor):
            # A weight for each value, 0 included, unless that is missing.
            weights = dense_to_sparse_tensor(weights)
        if not self.dtype.is_floating:
            weights = TABLE["cast"](weights, dtypes.float32)
        columns_to_tensors[self] = (columns_to_tensors[self.sparse_id_column], weights)

    def _wide_embedding_lookup_arguments(self, input_tensor: Any) -> LinearLookup:
        return LinearLookup(
            self.id_tensor(input_tensor), self.weight_tensor(input_tensor), self.length, Zeros(), self.sparse_id_column.combiner
        )

    def _to_dnn_input_layer(self, input_tensor: Any, weight_collections: Any = None, trainable: bool = True, output_rank: int = 2) -> Any:
        raise ValueError(f"WeightedSparseColumn is not supported in DNN. Please use embedding_column or one_hot_column. column: {self}")


@public(*_names("weighted_sparse_column"))
def weighted_sparse_column(sparse_id_column: Any, weight_column_name: str, dtype: Any = dtypes.float32) -> _WeightedSparseColumn:
    """Ids with the weights of another feature. Raises ValueError for a type that is no number."""
    if not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype is not convertible to float. Given {dtype}")
    return _WeightedSparseColumn(sparse_id_column, weight_column_name, dtype)


# -- counts --------------------------------------------------------------------------------------------------------
class _OneHotColumn(LayersColumn, collections.namedtuple("_OneHotColumn", ["sparse_id_column"])):
    """What `one_hot_column` makes."""

    @property
    def name(self) -> str:
        return f"{self.sparse_id_column.name}_one_hot"

    @property
    def length(self) -> int:
        """How many ids there are."""
        return self.sparse_id_column.length

    @property
    def config(self) -> dict[str, Any]:
        return self.sparse_id_column.config

    @property
    def key(self) -> str:
        return str(self)

    def insert_transformed_feature(self, columns_to_tensors: dict[Any, Any]) -> None:
        if self.sparse_id_column not in columns_to_tensors:
            self.sparse_id_column.insert_transformed_feature(columns_to_tensors)
        columns_to_tensors[self] = columns_to_tensors[self.sparse_id_column]

    def _to_dnn_input_layer(self, input_tensor: Any, weight_collections: Any = None, trainable: bool = True, output_rank: int = 2) -> Any:
        ids = inner_flatten(self.sparse_id_column.id_tensor(input_tensor), output_rank)
        weights = self.sparse_id_column.weight_tensor(input_tensor)
        if weights is not None:
            merged = TABLE["sparse.merge"](sp_ids=ids, sp_values=weights, vocab_size=self.length)
            # Ids of -1 are outside.
            merged = TABLE["sparse.slice"](merged, array.zeros_like(merged.dense_shape), merged.dense_shape)
            dense = TABLE["sparse.to_dense"](merged)
            return array.reshape(dense, array.concat([array.shape(dense)[:-1], [self.length]], axis=0))
        dense = TABLE["sparse.to_dense"](ids, default_value=-1)
        counts = TABLE["one_hot"](dense, depth=self.length, on_value=1.0, off_value=0.0)
        return reduce_sum(counts, axis=[output_rank - 1])


@public(*_names("one_hot_column"))
def one_hot_column(sparse_id_column: Any) -> _OneHotColumn:
    """How often each id occurs in an example, for input layers."""
    return _OneHotColumn(sparse_id_column)


# -- crossed ids -----------------------------------------------------------------------------------------------------
class _CrossedColumn(
    LayersColumn,
    collections.namedtuple(
        "_CrossedColumn", ["columns", "hash_bucket_size", "hash_key", "combiner", "ckpt_to_load_from", "tensor_name_in_ckpt"]
    ),
):
    """What `crossed_column` makes."""

    def __new__(
        cls, columns: Any, hash_bucket_size: int, hash_key: Any, combiner: str = "sum", ckpt_to_load_from: Any = None,
        tensor_name_in_ckpt: Any = None,
    ) -> _CrossedColumn:  # fmt: skip
        from .dense_columns import _BucketizedColumn

        for column in columns:
            if not isinstance(column, (_SparseColumn, _CrossedColumn, _BucketizedColumn)):
                raise TypeError(
                    "columns must be a set of _SparseColumn, _CrossedColumn, or _BucketizedColumn instances. "
                    f"(column {column} is a {type(column).__name__})"
                )
        if len(columns) < 2:
            raise ValueError(f"columns must contain at least 2 elements. columns: {columns}")
        if hash_bucket_size < 2:
            raise ValueError(f"hash_bucket_size must be at least 2. hash_bucket_size: {hash_bucket_size}")
        require_checkpoint_pair(ckpt_to_load_from, tensor_name_in_ckpt)
        ordered = tuple(sorted(columns, key=lambda c: c.name))
        return super().__new__(cls, ordered, hash_bucket_size, hash_key, combiner, ckpt_to_load_from, tensor_name_in_ckpt)

    @property
    def name(self) -> str:
        return "_X_".join(sorted(c.name for c in self.columns))

    @property
    def config(self) -> dict[str, Any]:
        return {k: v for c in self.columns for k, v in _config_of(c).items()}

    @property
    def length(self) -> int:
        """How many ids there are."""
        return self.hash_bucket_size

    @property
    def key(self) -> str:
        return str(self)

    def id_tensor(self, input_tensor: Any) -> Any:
        """The ids of the transformed feature."""
        return input_tensor

    def weight_tensor(self, input_tensor: Any) -> Any:
        """The weights of the transformed feature: none."""
        return None

    def _wide_embedding_lookup_arguments(self, input_tensor: Any) -> LinearLookup:
        return LinearLookup(input_tensor, None, self.length, Zeros(), self.combiner)

    def _checkpoint_path(self) -> tuple[str, str] | None:
        return None if self.ckpt_to_load_from is None else (self.ckpt_to_load_from, self.tensor_name_in_ckpt)

    def _leaves(self) -> list[Any]:
        out: list[Any] = []
        for column in self.columns:
            out += column._leaves() if isinstance(column, _CrossedColumn) else [column]
        return out

    def insert_transformed_feature(self, columns_to_tensors: dict[Any, Any]) -> None:
        features = []
        for column in self._leaves():
            if isinstance(column, _SparseColumn):
                features.append(columns_to_tensors[column.name])
                continue
            if column not in columns_to_tensors:
                column.insert_transformed_feature(columns_to_tensors)
            features.append(column.to_sparse_tensor(columns_to_tensors[column]))
        columns_to_tensors[self] = sparse_feature_cross(
            features, hashed_output=True, num_buckets=self.hash_bucket_size, hash_key=self.hash_key, name="cross"
        )

    def _to_dnn_input_layer(self, input_tensor: Any, weight_collections: Any = None, trainable: bool = True, output_rank: int = 2) -> Any:
        raise ValueError(f"CrossedColumn is not supported in DNN. Please use embedding_column. column: {self}")


@public(*_names("crossed_column"))
def crossed_column(
    columns: Any,
    hash_bucket_size: int,
    combiner: str = "sum",
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    hash_key: int | None = None,
) -> _CrossedColumn:
    """Combinations of one value of each column, each one's id its hash modulo `hash_bucket_size`.

    Raises:
      TypeError: a column that cannot be crossed.
      ValueError: fewer than two columns, or ids; a checkpoint without a name or the other way round.
    """
    return _CrossedColumn(
        columns,
        hash_bucket_size,
        hash_key,
        combiner=combiner,
        ckpt_to_load_from=ckpt_to_load_from,
        tensor_name_in_ckpt=tensor_name_in_ckpt,
    )


def _config_of(column: Any) -> dict[str, Any]:
    """The features that a column reads: its `config`, or the parsing specification of a column of tf.feature_column."""
    if isinstance(column, LayersColumn):
        return column.config
    spec = getattr(column, "_parse_example_spec", None)
    if spec is None:
        raise TypeError(f"Not supported _FeatureColumn type. Given: {column}")
    return spec


for _class in (
    _SparseIdLookupConfig, _SparseColumn, _SparseColumnIntegerized, _SparseColumnHashed, _SparseColumnKeys, _SparseColumnVocabulary,
    _WeightedSparseColumn, _OneHotColumn, _CrossedColumn,
):  # fmt: skip
    for _module in ("feature_column", "python.layers.feature_column"):
        export(_class, f"contrib.layers.{_module}.{_class.__name__}")
config_of = _config_of
