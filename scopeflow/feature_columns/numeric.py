"""Numbers: as they are, and in buckets."""

from __future__ import annotations

import collections
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.nest import is_nested
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..op.declare import OPS
from ..ops import array
from ..ops.casting import cast
from ..ops.parsing import FixedLenFeature
from .column import BothCategorical, BothDense, IdWeightPair, require_key

_V2 = "python.feature_column.feature_column_v2."


# -- shapes and defaults -----------------------------------------------------------------------------------
def checked_shape(shape: Any, key: str) -> tuple[int, ...]:
    """A column's shape as a tuple. Raises TypeError for what is no integer, ValueError for one below 1."""
    if not is_nested(shape):
        shape = [shape]
    shape = tuple(shape)
    for size in shape:
        if not isinstance(size, (int, np.integer)):
            raise TypeError(f"shape dimensions must be integer. shape: {shape}, key: {key}")
        if size < 1:
            raise ValueError(f"shape dimensions must be greater than 0. shape: {shape}, key: {key}")
    return shape


def _filled(shape: tuple[int, ...], value: Any) -> Any:
    for size in reversed(shape):
        value = (value,) * size
    return value


def _as_tuple(value: Any) -> Any:
    return tuple(_as_tuple(v) for v in value) if is_nested(value) else value


def _fits(default: Any, shape: tuple[int, ...]) -> bool:
    if is_nested(default) != bool(shape):
        return False
    return not shape or (len(default) == shape[0] and all(_fits(v, shape[1:]) for v in default))


def _leaves(value: Any) -> list[Any]:
    return [x for v in value for x in _leaves(v)] if is_nested(value) else [value]


def _converted(value: Any, convert: Callable[[Any], Any]) -> Any:
    return tuple(_converted(v, convert) for v in value) if is_nested(value) else convert(value)


def checked_default(shape: tuple[int, ...], default: Any, dtype: dtypes.DType, key: str) -> Any:
    """A default value as nested tuples of the column's shape.

    Raises:
      TypeError: it does not fit the type.
      ValueError: it has another shape.
    """
    if default is None:
        return None
    if hasattr(default, "tolist"):
        default = default.tolist()
    scalar = not is_nested(default)
    if not scalar and not _fits(default, shape):
        raise ValueError(f"The shape of default_value must be equal to given shape. default_value: {default}, shape: {shape}, key: {key}")
    leaves = _leaves(default)
    if dtype.is_integer and all(isinstance(v, (int, float)) for v in leaves) and all(int(v) == v for v in leaves):
        whole = _converted(default, int)
        return _filled(shape, whole) if scalar else whole
    if dtype.is_floating and all(isinstance(v, (int, float)) for v in leaves):
        return _filled(shape, default) if scalar else _as_tuple(default)
    raise TypeError(f"default_value must be compatible with dtype. default_value: {default}, dtype: {dtype}, key: {key}")


# -- numbers as they are --------------------------------------------------------------------------------------
@public("feature_column.numeric_column")
def numeric_column(
    key: str, shape: Any = (1,), default_value: Any = None, dtype: Any = dtypes.float32, normalizer_fn: Any = None
) -> NumericColumn:
    """Numbers, of `shape` in each example.

    Args:
      default_value: for examples without the feature when they are parsed: a number, or nested lists of `shape`.
      normalizer_fn: a function of the tensor, applied to it.

    Raises:
      TypeError: a size that is no integer; a default that does not fit the type; a normalizer that cannot be called.
      ValueError: a size below 1; a type that is no number; a default of another shape.
    """
    shape = checked_shape(shape, key)
    if not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype must be convertible to float. dtype: {dtype}, key: {key}")
    default_value = checked_default(shape, default_value, dtype, key)
    if normalizer_fn is not None and not callable(normalizer_fn):
        raise TypeError(f"normalizer_fn must be a callable. Given: {normalizer_fn}")
    require_key(key)
    return NumericColumn(key, shape=shape, default_value=default_value, dtype=dtype, normalizer_fn=normalizer_fn)


@public(_V2 + "NumericColumn")
class NumericColumn(BothDense, collections.namedtuple("NumericColumn", ("key", "shape", "default_value", "dtype", "normalizer_fn"))):
    """What `numeric_column` makes."""

    @property
    def name(self) -> str:
        return self.key

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        return {self.key: FixedLenFeature(self.shape, self.dtype, self.default_value)}

    @property
    def parents(self) -> list[Any]:
        return [self.key]

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The numbers as floats, normalized. Raises ValueError for a SparseTensor."""
        feature = transformation_cache.get(self.key, state_manager)
        if isinstance(feature, SparseTensor):
            raise ValueError(
                f"The corresponding Tensor of numerical column must be a Tensor. SparseTensor is not supported. key: {self.key}"
            )
        if self.normalizer_fn is not None:
            feature = self.normalizer_fn(feature)
        return cast(feature, dtypes.float32)

    @property
    def variable_shape(self) -> TensorShape:
        return TensorShape(self.shape)

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        return transformation_cache.get(self, state_manager)


# -- buckets ----------------------------------------------------------------------------------------------------
@public("feature_column.bucketized_column")
def bucketized_column(source_column: Any, boundaries: Any) -> BucketizedColumn:
    """The bucket that a number is in: below the first boundary, from it to the second, ..., from the last on.

    Raises:
      ValueError: not a column of `numeric_column` with one dimension; boundaries that do not ascend, or none.
    """
    if not isinstance(source_column, NumericColumn):
        raise ValueError(f"source_column must be a column generated with numeric_column(). Given: {source_column}")
    if len(source_column.shape) > 1:
        raise ValueError(f"source_column must be one-dimensional column. Given: {source_column}")
    if not isinstance(boundaries, (list, tuple)) or any(a >= b for a, b in zip(boundaries, boundaries[1:])):
        raise ValueError("boundaries must be a sorted list.")
    if not boundaries:
        raise ValueError("boundaries must not be empty.")
    return BucketizedColumn(source_column, tuple(boundaries))


@public(_V2 + "BucketizedColumn")
class BucketizedColumn(BothDense, BothCategorical, collections.namedtuple("BucketizedColumn", ("source_column", "boundaries"))):
    """What `bucketized_column` makes."""

    @property
    def name(self) -> str:
        return f"{self.source_column.name}_bucketized"

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        return self.source_column.parse_example_spec

    @property
    def parents(self) -> list[Any]:
        return [self.source_column]

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The bucket of each number."""
        source = transformation_cache.get(self.source_column, state_manager)
        return OPS["Bucketize"](source, boundaries=list(self.boundaries))

    @property
    def variable_shape(self) -> TensorShape:
        return TensorShape((*self.source_column.shape, len(self.boundaries) + 1))

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        """One-hot vectors."""
        buckets = cast(transformation_cache.get(self, state_manager), dtypes.int64)
        return TABLE["one_hot"](buckets, depth=len(self.boundaries) + 1, on_value=1.0, off_value=0.0)

    @property
    def num_buckets(self) -> int:
        return (len(self.boundaries) + 1) * math.prod(self.source_column.shape)

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        """The buckets as ids, those of different elements of the source told apart."""
        buckets = transformation_cache.get(self, state_manager)
        rows = array.shape(buckets)[0]
        size = self.source_column.shape[0]
        row = array.reshape(array.tile(array.expand_dims(array.range_(0, rows), 1), [1, size]), (-1,))
        element = array.tile(array.range_(0, size), [rows])
        ids = array.reshape(buckets, (-1,)) + (len(self.boundaries) + 1) * element
        indices = cast(array.transpose(array.stack((row, element))), dtypes.int64)
        return IdWeightPair(SparseTensor(indices, ids, cast(array.stack([rows, size]), dtypes.int64)), None)
