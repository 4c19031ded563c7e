"""Categories that are combinations of others."""

from __future__ import annotations

import collections
from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.public import public
from ..ops.parsing import VarLenFeature
from ..ops.sparse_cross import sparse_cross_hashed
from .categorical import HashedCategoricalColumn
from .column import BothCategorical, CategoricalColumn, IdWeightPair, OldCategoricalColumn

_CATEGORICAL = (CategoricalColumn, OldCategoricalColumn)


@public("feature_column.crossed_column")
def crossed_column(keys: Any, hash_bucket_size: int, hash_key: int | None = None) -> CrossedColumn:
    """Combinations of one value from each of `keys`, each one's id its hash modulo `hash_bucket_size`.

    Args:
      keys: features' names, and categorical columns that are not hashed; at least two.
      hash_key: which hash.

    Raises:
      ValueError: too few keys, or of another kind; no size, or one below 1.
    """
    if not hash_bucket_size or hash_bucket_size < 1:
        raise ValueError(f"hash_bucket_size must be > 1. hash_bucket_size: {hash_bucket_size}")
    if not keys or len(keys) < 2:
        raise ValueError(f"keys must be a list with length > 1. Given: {keys}")
    for key in keys:
        if not isinstance(key, (str, *_CATEGORICAL)):
            raise ValueError(
                f"Unsupported key type. All keys must be either string, or categorical column except HashedCategoricalColumn. Given: {key}"
            )
        if isinstance(key, HashedCategoricalColumn):
            raise ValueError(
                "categorical_column_with_hash_bucket is not supported for crossing. Hashing before crossing will increase probability of "
                f"collision. Instead, use the feature name as a string. Given: {key}"
            )
    return CrossedColumn(keys=tuple(keys), hash_bucket_size=hash_bucket_size, hash_key=hash_key)


@public("python.feature_column.feature_column_v2.CrossedColumn")
class CrossedColumn(BothCategorical, collections.namedtuple("CrossedColumn", ("keys", "hash_bucket_size", "hash_key"))):
    """What `crossed_column` makes."""

    @property
    def name(self) -> str:
        return "_X_".join(sorted(k if isinstance(k, str) else k.name for k in self._leaves()))

    def _leaves(self) -> list[Any]:
        """The keys, those of crossed columns among them in their place."""
        out: list[Any] = []
        for key in self.keys:
            out += key._leaves() if isinstance(key, CrossedColumn) else [key]
        return out

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        spec: dict[str, Any] = {}
        for key in self.keys:
            spec |= {key: VarLenFeature(dtypes.string)} if isinstance(key, str) else key.parse_example_spec
        return spec

    @property
    def parents(self) -> list[Any]:
        return list(self.keys)

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> SparseTensor:
        """The ids. Raises ValueError for a weighted column among the keys."""
        features = []
        for key in self._leaves():
            if isinstance(key, str):
                features.append(transformation_cache.get(key, state_manager))
                continue
            pair = key.get_sparse_tensors(transformation_cache, state_manager)
            if pair.weight_tensor is not None:
                raise ValueError(
                    f"crossed_column does not support weight_tensor, but the given column populates weight_tensor. Given column: {key.name}"
                )
            features.append(pair.id_tensor)
        return sparse_cross_hashed(inputs=features, num_buckets=self.hash_bucket_size, hash_key=self.hash_key)

    @property
    def num_buckets(self) -> int:
        return self.hash_bucket_size

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        return IdWeightPair(transformation_cache.get(self, state_manager), None)
