"""Embeddings of categories: a trained vector for each, a table of one's own or shared between columns."""

from __future__ import annotations

import collections
import math
from collections.abc import Sequence
from typing import Any

from ..graph import dtypes
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..scopes import get_variable
from ..variables import PartitionedVariable
from ..variables.initializers import TruncatedNormal
from .column import (
    BothDense,
    BothSequenceDense,
    OldDenseColumn,
    OldSequenceDenseColumn,
    TensorSequenceLengthPair,
    require_no_sequence,
    require_sequence,
)
from .weighted import WeightedCategoricalColumn


def _check(dimension: Any, ckpt_to_load_from: Any, tensor_name_in_ckpt: Any, initializer: Any, of: str) -> None:
    if dimension is None or dimension < 1:
        raise ValueError(f"Invalid dimension {dimension}.")
    if (ckpt_to_load_from is None) != (tensor_name_in_ckpt is None):
        raise ValueError("Must specify both `ckpt_to_load_from` and `tensor_name_in_ckpt` or none of them.")
    if initializer is not None and not callable(initializer):
        raise ValueError(f"initializer must be callable if specified.{of}")


def _restored(table: Any, column: Any) -> None:
    """Makes a checkpoint's values the table's initial values, if the column says so."""
    if column.ckpt_to_load_from is not None:
        parts = table._get_variable_list() if isinstance(table, PartitionedVariable) else table
        TABLE["train.init_from_checkpoint"](column.ckpt_to_load_from, {column.tensor_name_in_ckpt: parts})


def _looked_up(table: Any, pair: Any, column: Any) -> Any:
    return TABLE["nn.safe_embedding_lookup_sparse"](
        embedding_weights=table,
        sparse_ids=pair.id_tensor,
        sparse_weights=pair.weight_tensor,
        combiner=column.combiner,
        name=f"{column.name}_weights",
        max_norm=column.max_norm,
    )


# -- one table a column ----------------------------------------------------------------------------------------
@public("feature_column.embedding_column")
def embedding_column(
    categorical_column: Any,
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> EmbeddingColumn:
    """A trained vector of `dimension` numbers for each id of `categorical_column`.

    Args:
      combiner: how the vectors of several values are combined: "mean", "sqrtn" or "sum".
      initializer: of the table; truncated normal with standard deviation 1 / sqrt(dimension) if None.
      ckpt_to_load_from: a checkpoint with the table's initial values, as the tensor `tensor_name_in_ckpt`.
      max_norm: longer vectors are scaled down to this L2 norm.

    Raises:
      ValueError: `dimension` below 1; a checkpoint without a name or the other way round; an initializer that cannot be called.
    """
    _check(dimension, ckpt_to_load_from, tensor_name_in_ckpt, initializer, f" Embedding of column_name: {categorical_column.name}")
    return EmbeddingColumn(
        categorical_column=categorical_column,
        dimension=dimension,
        combiner=combiner,
        initializer=TruncatedNormal(mean=0.0, stddev=1 / math.sqrt(dimension)) if initializer is None else initializer,
        ckpt_to_load_from=ckpt_to_load_from,
        tensor_name_in_ckpt=tensor_name_in_ckpt,
        max_norm=max_norm,
        trainable=trainable,
    )


_FIELDS = ("ckpt_to_load_from", "tensor_name_in_ckpt", "max_norm", "trainable")


@public("python.feature_column.feature_column_v2.EmbeddingColumn")
class EmbeddingColumn(
    BothDense,
    BothSequenceDense,
    collections.namedtuple("EmbeddingColumn", ("categorical_column", "dimension", "combiner", "initializer", *_FIELDS)),
):
    """What `embedding_column` makes."""

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_embedding"

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        return self.categorical_column.parse_example_spec

    @property
    def parents(self) -> list[Any]:
        return [self.categorical_column]

    @property
    def variable_shape(self) -> TensorShape:
        return TensorShape([self.dimension])

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        return transformation_cache.get(self.categorical_column, state_manager)

    def _table_shape(self) -> tuple[int, int]:
        below = self.categorical_column
        return getattr(below, "num_buckets", None) or below._num_buckets, self.dimension

    # with a state manager, which keeps the table
    def create_state(self, state_manager: Any) -> None:
        """Has the state manager make the table."""
        state_manager.create_variable(
            self,
            name="embedding_weights",
            shape=self._table_shape(),
            dtype=dtypes.float32,
            trainable=self.trainable,
            use_resource=True,
            initializer=self.initializer,
        )

    def _by_state(self, pair: Any, state_manager: Any) -> Any:
        table = state_manager.get_variable(self, name="embedding_weights")
        _restored(table, self)
        return _looked_up(table, pair, self)

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The vectors. Raises ValueError for a column of sequences."""
        require_no_sequence(self, "embedding_column")
        return self._by_state(self.categorical_column.get_sparse_tensors(transformation_cache, state_manager), state_manager)

    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> TensorSequenceLengthPair:
        """The vectors of each step and the numbers of steps. Raises ValueError for a column of no sequences."""
        require_sequence(self, "embedding_column")
        pair = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        return _with_lengths(self._by_state(pair, state_manager), pair)

    # with a variable of the current scope
    def _by_variable(self, pair: Any, weight_collections: Any, trainable: Any) -> Any:
        table = get_variable(
            name="embedding_weights",
            shape=self._table_shape(),
            dtype=dtypes.float32,
            initializer=self.initializer,
            trainable=self.trainable and trainable,
            collections=weight_collections,
        )
        _restored(table, self)
        return _looked_up(table, pair, self)

    def _get_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> Any:
        require_no_sequence(self, "embedding_column")
        pair = self.categorical_column._get_sparse_tensors(inputs, weight_collections=weight_collections, trainable=trainable)
        return self._by_variable(pair, weight_collections, trainable)

    def _get_sequence_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> TensorSequenceLengthPair:
        require_sequence(self, "embedding_column")
        pair = self.categorical_column._get_sparse_tensors(inputs)
        return _with_lengths(self._by_variable(pair, weight_collections, trainable), pair)


def _with_lengths(dense: Any, pair: Any) -> TensorSequenceLengthPair:
    from .sequence import sequence_length

    return TensorSequenceLengthPair(dense, sequence_length(pair.id_tensor))


# -- one table for several columns -------------------------------------------------------------------------------
@public("feature_column.shared_embedding_columns")
def shared_embedding_columns(
    categorical_columns: Sequence[Any],
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    shared_embedding_collection_name: str | None = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> list[SharedEmbeddingColumn]:
    """Embedding columns, one for each of `categorical_columns`, that share one table.

    Args:
      shared_embedding_collection_name: the name of the table's scope and of the collection it is found by; from the columns' names if None.

    See `embedding_column` for the others.

    Raises:
      ValueError: what `embedding_column` refuses; columns of different types or sizes.
    """
    _check(dimension, ckpt_to_load_from, tensor_name_in_ckpt, initializer, "")
    if initializer is None:
        initializer = TruncatedNormal(mean=0.0, stddev=1.0 / math.sqrt(dimension))
    ordered = sorted(categorical_columns, key=lambda c: c.name)
    first = ordered[0]
    buckets = first._num_buckets
    kind = type(_without_weights(first))
    for column in ordered[1:]:
        below = _without_weights(column)
        if not isinstance(below, kind):
            raise ValueError(
                "To use shared_embedding_column, all categorical_columns must have the same type, or be weighted_categorical_column of the "
                f"same type. Given column: {_without_weights(first)} of type: {kind} does not match given column: {below} of type: "
                f"{type(below)}"
            )
        if buckets != column._num_buckets:
            raise ValueError(
                "To use shared_embedding_column, all categorical_columns must have the same number of buckets. Given column: "
                f"{first} with buckets: {buckets} does  not match column: {column} with buckets: {column._num_buckets}"
            )
    if not shared_embedding_collection_name:
        shared_embedding_collection_name = "_".join(c.name for c in ordered) + "_shared_embedding"
    return [
        SharedEmbeddingColumn(
            column, dimension, combiner, initializer, shared_embedding_collection_name, ckpt_to_load_from, tensor_name_in_ckpt, max_norm,
            trainable,
        )
        for column in categorical_columns
    ]  # fmt: skip


def _without_weights(column: Any) -> Any:
    return column.categorical_column if isinstance(column, WeightedCategoricalColumn) else column


@public("python.feature_column.feature_column._SharedEmbeddingColumn")
class SharedEmbeddingColumn(
    OldDenseColumn,
    OldSequenceDenseColumn,
    collections.namedtuple(
        "SharedEmbeddingColumn",
        ("categorical_column", "dimension", "combiner", "initializer", "shared_embedding_collection_name", *_FIELDS),
    ),
):
    """What `shared_embedding_columns` makes: a column of the older form."""

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_shared_embedding"

    @property
    def _var_scope_name(self) -> str:
        return self.shared_embedding_collection_name

    @property
    def _parse_example_spec(self) -> dict[str, Any]:
        return self.categorical_column._parse_example_spec

    def _transform_feature(self, inputs: Any) -> Any:
        return inputs.get(self.categorical_column)

    @property
    def _variable_shape(self) -> TensorShape:
        return TensorShape([self.dimension])

    def _table(self, weight_collections: Any, trainable: Any) -> Any:
        """The shared table: that of the collection, or a new one."""
        graph = get_default_graph()
        shape = (self.categorical_column._num_buckets, self.dimension)
        found = graph.get_collection(self.shared_embedding_collection_name)
        if not found:
            table = get_variable(
                name="embedding_weights",
                shape=shape,
                dtype=dtypes.float32,
                initializer=self.initializer,
                trainable=self.trainable and trainable,
                collections=weight_collections,
            )
            graph.add_to_collection(self.shared_embedding_collection_name, table)
            return table
        if len(found) > 1:
            raise ValueError(
                f"Collection {found} can only contain one variable. Suggested fix A: Choose a unique name for this collection. Suggested "
                "fix B: Do not add any variables to this collection. The feature_column library already adds a variable under the hood."
            )
        table = found[0]
        if table.get_shape() != shape:
            raise ValueError(
                f"Shared embedding collection {table.name} contains variable {table.name} of unexpected shape {table.get_shape()}. "
                f"Expected shape is {shape}. Suggested fix A: Choose a unique name for this collection. Suggested fix B: Do not add any "
                "variables to this collection. The feature_column library already adds a variable under the hood."
            )
        return table

    def _vectors(self, inputs: Any, weight_collections: Any, trainable: Any) -> Any:
        with name_scope(None, self.name):
            pair = self.categorical_column._get_sparse_tensors(inputs, weight_collections=weight_collections, trainable=trainable)
            table = self._table(weight_collections, trainable)
            _restored(table, self)
            return _looked_up(table, pair, self)

    def _get_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> Any:
        require_no_sequence(self, "embedding_column")
        return self._vectors(inputs, weight_collections, trainable)

    def _get_sequence_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: Any = None) -> TensorSequenceLengthPair:
        require_sequence(self, "embedding_column")
        dense = self._vectors(inputs, weight_collections, trainable)
        return _with_lengths(dense, self.categorical_column._get_sparse_tensors(inputs))
