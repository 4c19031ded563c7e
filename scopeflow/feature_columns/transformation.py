"""The cache of transformed features: each key and column is read and transformed once."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor, is_sparse_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.public import TABLE, export, public
from ..ops import array
from ..ops.asserts import assert_positive
from ..ops.casting import cast
from ..ops.control_flow import cond
from .column import FeatureColumn, OldFeatureColumn


def _as_tensor(value: Any) -> Any:
    if isinstance(value, SparseTensor):
        return value
    return SparseTensor.from_value(value) if is_sparse_value(value) else convert_to_tensor(value)


@public(
    "python.feature_column.feature_column_v2.FeatureTransformationCache",
    "python.feature_column.feature_column_lib.FeatureTransformationCache",
)
class FeatureTransformationCache:
    """Features by key, and what columns make of them, made when it is first asked for.

    Args:
      features: key -> tensor, SparseTensor, array or value.
    """

    def __init__(self, features: Any):
        self._features = features.copy()
        self._feature_tensors: dict[Any, Any] = {}

    def get(self, key: Any, state_manager: Any = None) -> Any:
        """The feature of a key, with at least two dimensions, or the transformed feature of a column.

        Raises:
          ValueError: no such feature; one without dimensions; a column that gives nothing.
          TypeError: neither a key nor a column.
        """
        if key in self._feature_tensors:
            return self._feature_tensors[key]
        if key in self._features:
            found = self._raw(key)
        elif isinstance(key, str):
            raise ValueError(f"Feature {key} is not in features dictionary.")
        elif not isinstance(key, (FeatureColumn, OldFeatureColumn)):
            raise TypeError(f'"key" must be either a "str" or "{self._wanted}". Provided: {key}')
        else:
            found = self._transformed(key, state_manager)
            if found is None:
                raise ValueError(f"Column {key.name} is not supported.")
        self._feature_tensors[key] = found
        return found

    _wanted = "FeatureColumn"

    def _transformed(self, column: Any, state_manager: Any) -> Any:
        return column.transform_feature(self, state_manager)

    def _raw(self, key: Any) -> Any:
        feature = _as_tensor(self._features[key])
        if isinstance(feature, SparseTensor):
            return feature
        rank = feature.shape.ndims
        without = f"Feature (key: {key}) cannot have rank 0. Given: {feature}"
        if rank == 0:
            raise ValueError(without)
        if rank is not None:
            return array.expand_dims(feature, -1) if rank == 1 else feature
        with control_dependencies([assert_positive(array.rank(feature), message=without)]):
            return cond(TABLE["equal"](1, array.rank(feature)), lambda: array.expand_dims(feature, -1), lambda: feature)


class LazyBuilder(FeatureTransformationCache):
    """The cache for the older form of columns."""

    _wanted = "_FeatureColumn"

    def _transformed(self, column: Any, state_manager: Any) -> Any:
        return column._transform_feature(self)


export(LazyBuilder, "python.feature_column.feature_column._LazyBuilder")


def to_sparse(tensor: Any, ignore_value: Any = None) -> SparseTensor:
    """The SparseTensor of the elements that are not `ignore_value`: "" for strings, -1 for integers, else 0."""
    tensor = _as_tensor(tensor)
    if isinstance(tensor, SparseTensor):
        return tensor
    with name_scope(None, "to_sparse_input", [tensor, ignore_value]):
        if ignore_value is None:
            ignore_value = "" if tensor.dtype is dtypes.string else -1 if tensor.dtype.is_integer else tensor.dtype.as_numpy_dtype()
        ignore_value = cast(ignore_value, tensor.dtype, name="ignore_value")
        indices = array.where(TABLE["not_equal"](tensor, ignore_value), name="indices")
        return SparseTensor(
            indices,
            TABLE["gather_nd"](tensor, indices, name="values"),
            array.shape(tensor, out_type=dtypes.int64, name="dense_shape"),
        )
