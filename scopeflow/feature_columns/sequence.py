"""Sequences: steps of categories or numbers, several in each example."""

from __future__ import annotations

import collections
from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.default_graph import name_scope
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.parsing import VarLenFeature
from ..ops.reduction import reduce_prod
from ..ops.segment import segment_max
from .categorical import (
    categorical_column_with_hash_bucket,
    categorical_column_with_identity,
    categorical_column_with_vocabulary_file,
    categorical_column_with_vocabulary_list,
)
from .column import BothCategorical, IdWeightPair, SequenceDenseColumn, TensorSequenceLengthPair
from .numeric import checked_shape


def sequence_length(sparse: SparseTensor, num_elements: int = 1) -> Any:
    """The number of steps of each example in a SparseTensor [batch, steps * num_elements, ...], int64 [batch]."""
    with name_scope(None, "sequence_length") as scope:
        rows = sparse.indices[:, 0]
        steps = sparse.indices[:, 1]
        steps += array.ones_like(steps)
        longest = cast(TABLE["ceil"](segment_max(steps, segment_ids=rows) / num_elements), dtypes.int64)
        # Examples without any step at the end have no segment.
        missing = array.shape(sparse)[:1] - array.shape(longest)[:1]
        return array.concat([longest, array.zeros(missing, dtype=longest.dtype)], axis=0, name=scope)


# -- categories -----------------------------------------------------------------------------------------------
@public("feature_column.sequence_categorical_column_with_identity")
def sequence_categorical_column_with_identity(key: str, num_buckets: int, default_value: int | None = None) -> SequenceCategoricalColumn:
    """`categorical_column_with_identity` for sequences."""
    return SequenceCategoricalColumn(categorical_column_with_identity(key=key, num_buckets=num_buckets, default_value=default_value))


@public("feature_column.sequence_categorical_column_with_hash_bucket")
def sequence_categorical_column_with_hash_bucket(key: str, hash_bucket_size: int, dtype: Any = dtypes.string) -> SequenceCategoricalColumn:
    """`categorical_column_with_hash_bucket` for sequences."""
    return SequenceCategoricalColumn(categorical_column_with_hash_bucket(key=key, hash_bucket_size=hash_bucket_size, dtype=dtype))


@public("feature_column.sequence_categorical_column_with_vocabulary_file")
def sequence_categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    num_oov_buckets: int = 0,
    default_value: int | None = None,
    dtype: Any = dtypes.string,
) -> SequenceCategoricalColumn:
    """`categorical_column_with_vocabulary_file` for sequences."""
    return SequenceCategoricalColumn(
        categorical_column_with_vocabulary_file(key, vocabulary_file, vocabulary_size, num_oov_buckets, default_value, dtype)
    )


@public("feature_column.sequence_categorical_column_with_vocabulary_list")
def sequence_categorical_column_with_vocabulary_list(
    key: str, vocabulary_list: Any, dtype: Any = None, default_value: int = -1, num_oov_buckets: int = 0
) -> SequenceCategoricalColumn:
    """`categorical_column_with_vocabulary_list` for sequences."""
    return SequenceCategoricalColumn(categorical_column_with_vocabulary_list(key, vocabulary_list, dtype, default_value, num_oov_buckets))


@public(
    "python.feature_column.feature_column_v2.SequenceCategoricalColumn", "python.feature_column.feature_column._SequenceCategoricalColumn"
)
class SequenceCategoricalColumn(BothCategorical, collections.namedtuple("SequenceCategoricalColumn", ("categorical_column",))):
    """Categories by example and step."""

    @property
    def name(self) -> str:
        return self.categorical_column.name

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        return self.categorical_column.parse_example_spec

    @property
    def parents(self) -> list[Any]:
        return [self.categorical_column]

    @property
    def num_buckets(self) -> int:
        return self.categorical_column.num_buckets

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        return self.categorical_column.transform_feature(transformation_cache, state_manager)

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        """Ids and weights [batch, steps, values], so that the values of a step are combined."""
        ids, weights = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        sizes = array.shape(ids)
        three = [sizes[0], sizes[1], reduce_prod(sizes[2:])]
        ids = TABLE["sparse.reshape"](ids, three)
        return IdWeightPair(ids, None if weights is None else TABLE["sparse.reshape"](weights, three))


# -- numbers ----------------------------------------------------------------------------------------------------
def checked_numbers(key: str, shape: Any, dtype: Any, normalizer_fn: Any) -> tuple[int, ...]:
    """The shape of a column of numbers; see `sequence_numeric_column` for what it refuses."""
    shape = checked_shape(shape, key)
    if not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype must be convertible to float. dtype: {dtype}, key: {key}")
    if normalizer_fn is not None and not callable(normalizer_fn):
        raise TypeError(f"normalizer_fn must be a callable. Given: {normalizer_fn}")
    return shape


@public("feature_column.sequence_numeric_column")
def sequence_numeric_column(
    key: str, shape: Any = (1,), default_value: float = 0.0, dtype: Any = dtypes.float32, normalizer_fn: Any = None
) -> SequenceNumericColumn:
    """Numbers, of `shape` in each step.

    Args:
      default_value: where an example has fewer steps than the longest.
      normalizer_fn: a function of the SparseTensor, applied to it.

    Raises:
      TypeError: a size that is no integer; a normalizer that cannot be called.
      ValueError: a size below 1; a type that is no number.
    """
    return SequenceNumericColumn(key, checked_numbers(key, shape, dtype, normalizer_fn), default_value, dtype, normalizer_fn)


class SequenceNumbers:
    """What sequences of numbers do, whatever their form. Fields: key, shape, default_value, dtype, normalizer_fn."""

    @property
    def name(self) -> str:
        return self.key

    def _description(self) -> dict[str, Any]:
        return {self.key: VarLenFeature(self.dtype)}

    def _normalized(self, feature: SparseTensor) -> Any:
        return feature if self.normalizer_fn is None else self.normalizer_fn(feature)

    def _padded(self, sparse: SparseTensor) -> TensorSequenceLengthPair:
        shape = TensorShape(self.shape)
        dense = TABLE["sparse.to_dense"](sparse, default_value=self.default_value)
        sizes = array.concat([array.shape(dense)[:1], [-1], shape.as_list()], axis=0)
        dense = array.reshape(dense, shape=sizes)
        # Numbers of a step that are in one dimension with the steps.
        together = shape.num_elements() if sparse.shape.ndims == 2 else 1
        return TensorSequenceLengthPair(dense, sequence_length(sparse, num_elements=together))


@public("python.feature_column.sequence_feature_column.SequenceNumericColumn")
class SequenceNumericColumn(
    SequenceDenseColumn,
    SequenceNumbers,
    collections.namedtuple("SequenceNumericColumn", ("key", "shape", "default_value", "dtype", "normalizer_fn")),
):
    """What `sequence_numeric_column` makes: a column of the newer form only."""

    name = SequenceNumbers.name

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        return self._description()

    @property
    def parents(self) -> list[Any]:
        return [self.key]

    @property
    def variable_shape(self) -> TensorShape:
        return TensorShape(self.shape)

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        return self._normalized(transformation_cache.get(self.key, state_manager))

    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> TensorSequenceLengthPair:
        """The numbers [batch, steps, *shape] and the numbers of steps."""
        return self._padded(transformation_cache.get(self, state_manager))
