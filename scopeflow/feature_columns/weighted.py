"""Categories with a weight for each value."""

from __future__ import annotations

import collections
from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.public import TABLE, public
from ..ops.parsing import VarLenFeature
from .column import BothCategorical, IdWeightPair
from .transformation import to_sparse


@public("feature_column.weighted_categorical_column")
def weighted_categorical_column(categorical_column: Any, weight_feature_key: str, dtype: Any = dtypes.float32) -> WeightedCategoricalColumn:
    """`categorical_column` with the weights of another feature, which has one for each of its values.

    Raises:
      ValueError: a type that is no number.
    """
    if dtype is None or not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype {dtype} is not convertible to float.")
    return WeightedCategoricalColumn(categorical_column, weight_feature_key, dtype)


@public("python.feature_column.feature_column_v2.WeightedCategoricalColumn")
class WeightedCategoricalColumn(
    BothCategorical, collections.namedtuple("WeightedCategoricalColumn", ("categorical_column", "weight_feature_key", "dtype"))
):
    """What `weighted_categorical_column` makes."""

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_weighted_by_{self.weight_feature_key}"

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """Raises ValueError if the weights' feature is the categorical column's, described otherwise."""
        spec = self.categorical_column.parse_example_spec
        key = self.weight_feature_key
        if key in spec:
            raise ValueError(f"Parse config {spec[key]} already exists for {key}.")
        return {**spec, key: VarLenFeature(self.dtype)}

    @property
    def parents(self) -> list[Any]:
        return [self.categorical_column, self.weight_feature_key]

    @property
    def num_buckets(self) -> int:
        return self.categorical_column.num_buckets

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> tuple[Any, SparseTensor]:
        """The ids and the weights as floats."""
        weights = transformation_cache.get(self.weight_feature_key, state_manager)
        if weights is None:
            raise ValueError(f"Missing weights {self.weight_feature_key}.")
        if self.dtype is not weights.dtype.base_dtype:
            raise ValueError(f"Bad dtype, expected {self.dtype}, but got {weights.dtype}.")
        if not isinstance(weights, SparseTensor):
            # Weights go with values, those that are "" or -1 included: only 0 is left out.
            weights = to_sparse(weights, ignore_value=0.0)
        if not weights.dtype.is_floating:
            weights = TABLE["cast"](weights, dtypes.float32)
        return transformation_cache.get(self.categorical_column, state_manager), weights

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        ids, weights = transformation_cache.get(self, state_manager)
        return IdWeightPair(ids, weights)
