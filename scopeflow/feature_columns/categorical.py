"""Categories: hashed, from a vocabulary, or numbers as they are."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.default_graph import control_dependencies
from ..graph.dtypes import as_dtype
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.asserts import assert_greater_equal, assert_less
from ..ops.casting import cast
from ..ops.elementwise import greater_equal, less, logical_or
from ..ops.parsing import VarLenFeature
from .column import BothCategorical, IdWeightPair, require_key, require_text_or_integer
from .transformation import to_sparse

_V2 = "python.feature_column.feature_column_v2."


class _Keyed(BothCategorical):
    """A categorical column of one feature, whose ids come from its values."""

    @property
    def name(self) -> str:
        return self.key

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        return {self.key: VarLenFeature(self.dtype)}

    @property
    def parents(self) -> list[Any]:
        return [self.key]

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> SparseTensor:
        """The ids of the feature's values, as a SparseTensor."""
        return self._transform_input_tensor(to_sparse(transformation_cache.get(self.key, state_manager)))

    def _transform_input_tensor(self, values: SparseTensor) -> SparseTensor:
        raise NotImplementedError

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        return IdWeightPair(transformation_cache.get(self, state_manager), None)


# -- hashed -------------------------------------------------------------------------------------------------
@public("feature_column.categorical_column_with_hash_bucket")
def categorical_column_with_hash_bucket(key: str, hash_bucket_size: int, dtype: Any = dtypes.string) -> HashedCategoricalColumn:
    """Strings or integers (as strings), each one's id its hash modulo `hash_bucket_size`.

    Raises:
      ValueError: no size, or one below 1; a key that is no string; a type that is neither string nor integer.
    """
    if hash_bucket_size is None:
        raise ValueError(f"hash_bucket_size must be set. key: {key}")
    if hash_bucket_size < 1:
        raise ValueError(f"hash_bucket_size must be at least 1. hash_bucket_size: {hash_bucket_size}, key: {key}")
    require_key(key)
    require_text_or_integer(dtype, f"column_name: {key}")
    return HashedCategoricalColumn(key, hash_bucket_size, dtype)


@public(_V2 + "HashedCategoricalColumn")
class HashedCategoricalColumn(_Keyed, collections.namedtuple("HashedCategoricalColumn", ("key", "hash_bucket_size", "dtype"))):
    """What `categorical_column_with_hash_bucket` makes."""

    def _transform_input_tensor(self, values: SparseTensor) -> SparseTensor:
        require_text_or_integer(values.dtype, f"column_name: {self.key} input_tensor")
        if self.dtype.is_integer != values.dtype.is_integer:
            raise ValueError(
                f"Column dtype and SparseTensors dtype must be compatible. key: {self.key}, column dtype: {self.dtype}, "
                f"tensor dtype: {values.dtype}"
            )
        text = values.values if self.dtype is dtypes.string else TABLE["as_string"](values.values)
        ids = TABLE["strings.to_hash_bucket_fast"](text, self.hash_bucket_size, name="lookup")
        return SparseTensor(values.indices, ids, values.dense_shape)

    @property
    def num_buckets(self) -> int:
        return self.hash_bucket_size


# -- vocabularies ---------------------------------------------------------------------------------------------
class _Vocabulary(_Keyed):
    """Ids are places in a vocabulary."""

    def _transform_input_tensor(self, values: SparseTensor) -> SparseTensor:
        if self.dtype.is_integer != values.dtype.is_integer:
            raise ValueError(
                f"Column dtype and SparseTensors dtype must be compatible. key: {self.key}, column dtype: {self.dtype}, "
                f"tensor dtype: {values.dtype}"
            )
        key_dtype = self.dtype
        if values.dtype.is_integer:
            # Tables have 64-bit keys.
            key_dtype = self._integer_keys
            values = TABLE["cast"](values, dtypes.int64)
        return self._table(key_dtype).lookup(values)

    _integer_keys: Any = dtypes.int64

    def _table(self, key_dtype: Any) -> Any:
        raise NotImplementedError


def _check_out_of_vocabulary(num_oov_buckets: int, default_value: Any, without: Any, key: str) -> None:
    if num_oov_buckets:
        if default_value != without:
            raise ValueError(f"Can't specify both num_oov_buckets and default_value in {key}.")
        if num_oov_buckets < 0:
            raise ValueError(f"Invalid num_oov_buckets {num_oov_buckets} in {key}.")


@public("feature_column.categorical_column_with_vocabulary_file")
def categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    num_oov_buckets: int = 0,
    default_value: int | None = None,
    dtype: Any = dtypes.string,
) -> VocabularyFileCategoricalColumn:
    """Strings or integers that stand in a file, one a line; their ids are the line numbers.

    Args:
      vocabulary_size: how many lines are read; all if None.
      num_oov_buckets: how many more ids there are for others, by hash.
      default_value: the id of others; -1, which counts as missing, if None.

    Raises:
      ValueError: no such file; a size below 1; both `num_oov_buckets` and `default_value`.
    """
    if not vocabulary_file:
        raise ValueError(f"Missing vocabulary_file in {key}.")
    if vocabulary_size is None:
        if not TABLE["gfile.Exists"](vocabulary_file):
            raise ValueError(f"vocabulary_file in {key} does not exist.")
        with TABLE["gfile.GFile"](vocabulary_file) as file:
            vocabulary_size = sum(1 for _ in file)
        TABLE["logging.info"](
            "vocabulary_size = %d in %s is inferred from the number of elements in the vocabulary_file %s.",
            vocabulary_size,
            key,
            vocabulary_file,
        )
    if vocabulary_size < 1:
        raise ValueError(f"Invalid vocabulary_size in {key}.")
    _check_out_of_vocabulary(num_oov_buckets, default_value, None, key)
    require_text_or_integer(dtype, f"column_name: {key}")
    require_key(key)
    return VocabularyFileCategoricalColumn(
        key=key,
        vocabulary_file=vocabulary_file,
        vocabulary_size=vocabulary_size,
        num_oov_buckets=num_oov_buckets or 0,
        default_value=-1 if default_value is None else default_value,
        dtype=dtype,
    )


@public(_V2 + "VocabularyFileCategoricalColumn")
class VocabularyFileCategoricalColumn(
    _Vocabulary,
    collections.namedtuple(
        "VocabularyFileCategoricalColumn", ("key", "vocabulary_file", "vocabulary_size", "num_oov_buckets", "dtype", "default_value")
    ),
):
    """What `categorical_column_with_vocabulary_file` makes."""

    def _table(self, key_dtype: Any) -> Any:
        return TABLE["contrib.lookup.index_table_from_file"](
            vocabulary_file=self.vocabulary_file,
            num_oov_buckets=self.num_oov_buckets,
            vocab_size=self.vocabulary_size,
            default_value=self.default_value,
            key_dtype=key_dtype,
            name=f"{self.key}_lookup",
        )

    @property
    def num_buckets(self) -> int:
        return self.vocabulary_size + self.num_oov_buckets


@public("feature_column.categorical_column_with_vocabulary_list")
def categorical_column_with_vocabulary_list(
    key: str, vocabulary_list: Any, dtype: Any = None, default_value: int = -1, num_oov_buckets: int = 0
) -> VocabularyListCategoricalColumn:
    """Strings or integers of a list; their ids are their places in it.

    Args:
      default_value: the id of others; -1 counts as missing.
      num_oov_buckets: how many more ids there are for others, by hash.

    Raises:
      ValueError: no elements, or the same twice; types that do not match; both `num_oov_buckets` and `default_value`.
    """
    if vocabulary_list is None or len(vocabulary_list) < 1:
        raise ValueError(f"vocabulary_list {vocabulary_list} must be non-empty, column_name: {key}")
    if len(set(vocabulary_list)) != len(vocabulary_list):
        raise ValueError(f"Duplicate keys in vocabulary_list {vocabulary_list}, column_name: {key}")
    found = as_dtype(np.array(vocabulary_list).dtype)
    _check_out_of_vocabulary(num_oov_buckets, default_value, -1, key)
    require_text_or_integer(found, f"column_name: {key} vocabulary")
    dtype = found if dtype is None else as_dtype(dtype)
    if dtype.is_integer != found.is_integer:
        raise ValueError(f"dtype {dtype} and vocabulary dtype {found} do not match, column_name: {key}")
    require_text_or_integer(dtype, f"column_name: {key}")
    require_key(key)
    return VocabularyListCategoricalColumn(
        key=key, vocabulary_list=tuple(vocabulary_list), dtype=dtype, default_value=default_value, num_oov_buckets=num_oov_buckets
    )


@public(_V2 + "VocabularyListCategoricalColumn")
class VocabularyListCategoricalColumn(
    _Vocabulary,
    collections.namedtuple("VocabularyListCategoricalColumn", ("key", "vocabulary_list", "dtype", "default_value", "num_oov_buckets")),
):
    """What `categorical_column_with_vocabulary_list` makes."""

    def _table(self, key_dtype: Any) -> Any:
        return TABLE["contrib.lookup.index_table_from_tensor"](
            mapping=tuple(self.vocabulary_list),
            default_value=self.default_value,
            num_oov_buckets=self.num_oov_buckets,
            dtype=key_dtype,
            name=f"{self.key}_lookup",
        )

    @property
    def num_buckets(self) -> int:
        return len(self.vocabulary_list) + self.num_oov_buckets


# -- numbers as they are ----------------------------------------------------------------------------------------
@public("feature_column.categorical_column_with_identity")
def categorical_column_with_identity(key: str, num_buckets: int, default_value: int | None = None) -> IdentityCategoricalColumn:
    """Integers below `num_buckets` that are ids already; others become `default_value`, or fail the run if that is None.

    Raises:
      ValueError: `num_buckets` below 1, or a default that is no id.
    """
    if num_buckets < 1:
        raise ValueError(f"num_buckets {num_buckets} < 1, column_name {key}")
    if default_value is not None and not 0 <= default_value < num_buckets:
        raise ValueError(f"default_value {default_value} not in range [0, {num_buckets}), column_name {key}")
    require_key(key)
    return IdentityCategoricalColumn(key=key, number_buckets=num_buckets, default_value=default_value)


@public(_V2 + "IdentityCategoricalColumn")
class IdentityCategoricalColumn(_Keyed, collections.namedtuple("IdentityCategoricalColumn", ("key", "number_buckets", "default_value"))):
    """What `categorical_column_with_identity` makes."""

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        return {self.key: VarLenFeature(dtypes.int64)}

    def _transform_input_tensor(self, values: SparseTensor) -> SparseTensor:
        if not values.dtype.is_integer:
            raise ValueError(f"Invalid input, not integer. key: {self.key} dtype: {values.dtype}")
        ids = values.values
        limit = cast(self.num_buckets, ids.dtype, name="num_buckets")
        zero = cast(0, ids.dtype, name="zero")
        if self.default_value is None:
            over = f'Bucket index for categorical column "{self.name}" exceeds number of buckets'
            under = f'Negative bucket index for categorical column "{self.name}"'
            below = assert_less(ids, limit, data=(over, ids, limit), name="assert_less_than_num_buckets")
            above = assert_greater_equal(ids, zero, data=(under, ids), name="assert_greater_or_equal_0")
            with control_dependencies([below, above]):
                ids = array.identity(ids)
        else:
            outside = logical_or(less(ids, zero), greater_equal(ids, limit), name="out_of_range")
            instead = array.fill(dims=array.shape(ids), value=cast(self.default_value, ids.dtype), name="default_values")
            ids = TABLE["where_v2"](outside, instead, ids)
        return SparseTensor(values.indices, ids, values.dense_shape)

    @property
    def num_buckets(self) -> int:
        return self.number_buckets
