"""How often each category occurs in an example."""

from __future__ import annotations

import collections
from typing import Any

from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops.reduction import reduce_sum
from .column import BothDense, BothSequenceDense, TensorSequenceLengthPair, require_no_sequence, require_sequence


@public("feature_column.indicator_column")
def indicator_column(categorical_column: Any) -> IndicatorColumn:
    """The number of times (or sum of weights) that each id of `categorical_column` has in an example."""
    return IndicatorColumn(categorical_column)


@public("python.feature_column.feature_column_v2.IndicatorColumn")
class IndicatorColumn(BothDense, BothSequenceDense, collections.namedtuple("IndicatorColumn", ("categorical_column",))):
    """What `indicator_column` makes."""

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_indicator"

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        return self.categorical_column.parse_example_spec

    @property
    def parents(self) -> list[Any]:
        return [self.categorical_column]

    @property
    def variable_shape(self) -> TensorShape:
        below = self.categorical_column
        return TensorShape([1, below.num_buckets if hasattr(below, "num_buckets") else below._num_buckets])

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        return self._counted(self.categorical_column.get_sparse_tensors(transformation_cache, state_manager))

    def _transform_feature(self, inputs: Any) -> Any:
        return self._counted(self.categorical_column._get_sparse_tensors(inputs))

    def _counted(self, pair: Any) -> Any:
        ids, weights = pair
        depth = self.variable_shape[-1]
        if weights is not None:
            merged = TABLE["sparse.merge"](sp_ids=ids, sp_values=weights, vocab_size=int(depth))
            # Ids of -1 are outside.
            merged = TABLE["sparse.slice"](merged, [0, 0], merged.dense_shape)
            return TABLE["scatter_nd"](merged.indices, merged.values, merged.dense_shape)
        dense = TABLE["sparse.to_dense"](ids, default_value=-1)
        return reduce_sum(TABLE["one_hot"](dense, depth=depth, on_value=1.0, off_value=0.0), axis=[-2])

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The counts [batch, num_buckets]. Raises ValueError for a column of sequences."""
        require_no_sequence(self, "indicator_column")
        return transformation_cache.get(self, state_manager)

    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> TensorSequenceLengthPair:
        """The counts [batch, steps, num_buckets] and the numbers of steps. Raises ValueError for a column of no sequences."""
        from .sequence import sequence_length

        require_sequence(self, "indicator_column")
        dense = transformation_cache.get(self, state_manager)
        pair = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        return TensorSequenceLengthPair(dense, sequence_length(pair.id_tensor))
