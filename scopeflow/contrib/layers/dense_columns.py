"""Feature columns of tf.contrib.layers that give numbers: as they are, in buckets, embedded."""

from __future__ import annotations

import collections
import math
from collections.abc import Sequence
from typing import Any

from ...graph import dtypes
from ...graph.composite import SparseTensor
from ...graph.public import TABLE, export, public
from ...ops import array
from ...ops.casting import cast
from ...ops.parsing import FixedLenFeature, VarLenFeature
from ...variables.initializers import TruncatedNormal, Zeros
from .columns import DeepLookup, LayersColumn, LinearLookup, require_checkpoint_pair
from .flattening import inner_flatten
from .sparse_columns import _names, _SparseColumn, _WeightedSparseColumn


# -- embeddings ------------------------------------------------------------------------------------------------------
class _EmbeddingColumn(
    LayersColumn,
    collections.namedtuple(
        "_EmbeddingColumn",
        [
            "sparse_id_column", "dimension", "combiner", "initializer", "ckpt_to_load_from", "tensor_name_in_ckpt",
            "shared_embedding_name", "shared_vocab_size", "max_norm", "trainable",
        ],
    ),
):  # fmt: skip
    """What `embedding_column` and `shared_embedding_columns` make."""

    def __new__(
        cls,
        sparse_id_column: Any,
        dimension: int,
        combiner: str = "mean",
        initializer: Any = None,
        ckpt_to_load_from: Any = None,
        tensor_name_in_ckpt: Any = None,
        shared_embedding_name: str | None = None,
        shared_vocab_size: int | None = None,
        max_norm: float | None = None,
        trainable: bool = True,
    ) -> _EmbeddingColumn:
        if initializer is not None and not callable(initializer):
            raise ValueError(f"initializer must be callable if specified. Embedding of column_name: {sparse_id_column.name}")
        require_checkpoint_pair(ckpt_to_load_from, tensor_name_in_ckpt)
        if initializer is None:
            initializer = TruncatedNormal(mean=0.0, stddev=1 / math.sqrt(sparse_id_column.length))
        return super().__new__(
            cls, sparse_id_column, dimension, combiner, initializer, ckpt_to_load_from, tensor_name_in_ckpt, shared_embedding_name,
            shared_vocab_size, max_norm, trainable,
        )  # fmt: skip

    @property
    def name(self) -> str:
        end = "_embedding" if self.shared_embedding_name is None else "_shared_embedding"
        return self.sparse_id_column.name + end

    @property
    def length(self) -> int:
        """How many rows the table has."""
        return self.sparse_id_column.length if self.shared_vocab_size is None else self.shared_vocab_size

    @property
    def config(self) -> dict[str, Any]:
        return self.sparse_id_column.config

    @property
    def key(self) -> str:
        return self._key_without_properties(["initializer"])

    def insert_transformed_feature(self, columns_to_tensors: dict[Any, Any]) -> None:
        if self.sparse_id_column not in columns_to_tensors:
            self.sparse_id_column.insert_transformed_feature(columns_to_tensors)
        columns_to_tensors[self] = columns_to_tensors[self.sparse_id_column]

    def _deep_embedding_lookup_arguments(self, input_tensor: Any) -> DeepLookup:
        return DeepLookup(
            input_tensor=self.sparse_id_column.id_tensor(input_tensor),
            weight_tensor=self.sparse_id_column.weight_tensor(input_tensor),
            vocab_size=self.length,
            initializer=self.initializer,
            combiner=self.combiner,
            dimension=self.dimension,
            shared_embedding_name=self.shared_embedding_name,
            hash_key=None,
            max_norm=self.max_norm,
            trainable=self.trainable,
        )

    def _checkpoint_path(self) -> tuple[str, str] | None:
        return None if self.ckpt_to_load_from is None else (self.ckpt_to_load_from, self.tensor_name_in_ckpt)

    def _wide_embedding_lookup_arguments(self, input_tensor: Any) -> LinearLookup:
        raise ValueError(f"Column {self} is not supported in linear models. Please use sparse_column.")


@public(*_names("embedding_column"))
def embedding_column(
    sparse_id_column: Any,
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> _EmbeddingColumn:
    """A trained vector of `dimension` numbers for each id of a sparse, weighted or crossed column.

    Args:
      combiner: how the vectors of several values are combined: "mean", "sqrtn" or "sum".
      initializer: of the table; truncated normal with standard deviation 1 / sqrt(number of ids) if None.
      ckpt_to_load_from: a checkpoint with the table's initial values, as the tensor `tensor_name_in_ckpt`.
      max_norm: longer vectors are scaled down to this L2 norm.

    Raises:
      ValueError: a checkpoint without a name or the other way round; an initializer that cannot be called.
    """
    return _EmbeddingColumn(
        sparse_id_column, dimension, combiner, initializer, ckpt_to_load_from, tensor_name_in_ckpt, max_norm=max_norm, trainable=trainable
    )


@public(*_names("shared_embedding_columns"))
def shared_embedding_columns(
    sparse_id_columns: Sequence[Any],
    dimension: int,
    combiner: str = "mean",
    shared_embedding_name: str | None = None,
    initializer: Any = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> Sequence[_EmbeddingColumn]:
    """Embedding columns that share a table, which is named `shared_embedding_name`, or after all of them.

    Raises:
      TypeError: something that is no sparse or weighted column.
      ValueError: no columns, or such that cannot share.
    """
    if len(sparse_id_columns) < 1:
        raise ValueError("The input sparse_id_columns should have at least one element.")
    for column in sparse_id_columns:
        if not isinstance(column, (_SparseColumn, _WeightedSparseColumn)):
            raise TypeError(f"Elements of sparse_id_columns must be _SparseColumn or _WeightedSparseColumn, but {column} is not.")
    more: dict[str, Any] = {"max_norm": max_norm, "trainable": trainable}
    if len(sparse_id_columns) == 1:
        table = (initializer, ckpt_to_load_from, tensor_name_in_ckpt, shared_embedding_name)
        return [_EmbeddingColumn(sparse_id_columns[0], dimension, combiner, *table, **more)]
    if not all(sparse_id_columns[0].is_compatible(c) for c in sparse_id_columns[1:]):
        raise ValueError("The input sparse id columns are not compatible.")
    if not shared_embedding_name:
        names = sorted(c.name for c in sparse_id_columns)
        shared_embedding_name = "_".join(names[:3] + ([f"plus_{len(names) - 3}_others"] if len(names) > 3 else [])) + "_shared_embedding"
    rows = sparse_id_columns[0].length
    table = (initializer, ckpt_to_load_from, tensor_name_in_ckpt, shared_embedding_name, rows)
    return tuple(_EmbeddingColumn(c, dimension, combiner, *table, **more) for c in sparse_id_columns)


class _ScatteredEmbeddingColumn(
    LayersColumn,
    collections.namedtuple("_ScatteredEmbeddingColumn", ["column_name", "size", "dimension", "hash_key", "combiner", "initializer"]),
):
    """What `scattered_embedding_column` makes."""

    @property
    def name(self) -> str:
        return f"{self.column_name}_scattered_embedding"

    @property
    def config(self) -> dict[str, Any]:
        return {self.column_name: VarLenFeature(dtypes.string)}

    @property
    def key(self) -> str:
        return self._key_without_properties(["initializer"])

    def insert_transformed_feature(self, columns_to_tensors: dict[Any, Any]) -> None:
        columns_to_tensors[self] = columns_to_tensors[self.column_name]

    def _deep_embedding_lookup_arguments(self, input_tensor: Any) -> DeepLookup:
        return DeepLookup(
            input_tensor=input_tensor,
            weight_tensor=None,
            vocab_size=self.size,
            initializer=self.initializer,
            combiner=self.combiner,
            dimension=self.dimension,
            shared_embedding_name=None,
            hash_key=self.hash_key,
            max_norm=None,
            trainable=True,
        )


@public(*_names("scattered_embedding_column"))
def scattered_embedding_column(
    column_name: str, size: int, dimension: int, hash_key: int, combiner: str = "mean", initializer: Any = None
) -> _ScatteredEmbeddingColumn:
    """Embeddings whose numbers are drawn by hashes of the value from one vector of `size` numbers.

    Raises:
      ValueError: sizes below 1, or an initializer that cannot be called.
    """
    if dimension < 1 or size < 1:
        raise ValueError(f"Dimension and size must be greater than 0. dimension: {dimension}, size: {size}, column_name: {column_name}")
    if combiner not in ("mean", "sqrtn", "sum"):
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum'. combiner: {combiner}, column_name: {column_name}")
    if initializer is not None and not callable(initializer):
        raise ValueError(f"initializer must be callable if specified. column_name: {column_name}")
    if initializer is None:
        initializer = TruncatedNormal(mean=0.0, stddev=0.1)
    return _ScatteredEmbeddingColumn(column_name, size, dimension, hash_key, combiner, initializer)


# -- numbers ----------------------------------------------------------------------------------------------------------
def of_rank(tensor: Any, rank: int, column_name: str | None = None) -> Any:
    """A tensor of numbers with its inner dimensions made one, or one dimension more.

    Raises:
      ValueError: it has too few dimensions, or an unknown number of them for a sequence.
    """
    has = tensor.get_shape().ndims
    if has is not None:
        if rank > has + 1:
            named = f" for column {column_name}" if column_name else ""
            raise ValueError(f"Rank of input Tensor ({has}){named} should be at least {rank - 1}.")
        if rank == has + 1:
            return array.expand_dims(tensor, -1, name="expand_dims")
        if rank == has:
            return tensor
    return inner_flatten(tensor, rank)


class _RealValuedColumn(
    LayersColumn, collections.namedtuple("_RealValuedColumn", ["column_name", "dimension", "default_value", "dtype", "normalizer"])
):
    """What `real_valued_column` makes."""

    @property
    def name(self) -> str:
        return self.column_name

    @property
    def config(self) -> dict[str, Any]:
        default = self.default_value
        return {self.column_name: FixedLenFeature([self.dimension], self.dtype, None if default is None else list(default))}

    @property
    def key(self) -> str:
        return self._key_without_properties(["normalizer"])

    @property
    def normalizer_fn(self) -> Any:
        """The function that is applied to the feature."""
        return self.normalizer

    def insert_transformed_feature(self, columns_to_tensors: dict[Any, Any]) -> None:
        columns_to_tensors[self] = self._normalized_input_tensor(columns_to_tensors[self.name])

    def _normalized_input_tensor(self, tensor: Any) -> Any:
        return tensor if self.normalizer is None else self.normalizer(tensor)

    def _to_dnn_input_layer(self, input_tensor: Any, weight_collections: Any = None, trainable: bool = True, output_rank: int = 2) -> Any:
        return of_rank(self._to_dense_tensor(input_tensor), output_rank, self.name)

    def _to_dense_tensor(self, input_tensor: Any) -> Any:
        return cast(input_tensor, dtypes.float32)


@public(*_names("real_valued_column"))
def real_valued_column(
    column_name: str, dimension: int = 1, default_value: Any = None, dtype: Any = dtypes.float32, normalizer: Any = None
) -> _RealValuedColumn:
    """`dimension` numbers in each example.

    Args:
      default_value: for examples without the feature when they are parsed: a number, or a list of `dimension`.
      normalizer: a function of the tensor, applied to it.

    Raises:
      TypeError: a dimension that is no integer; a default that does not fit the type.
      ValueError: a dimension below 1; a type that is no number; a default of another length.
    """
    if dimension is None:
        raise TypeError(
            "dimension must be an integer. Use the _real_valued_var_len_column for variable length features."
            f"dimension: {dimension}, column_name: {column_name}"
        )
    if not isinstance(dimension, int):
        raise TypeError(f"dimension must be an integer. dimension: {dimension}, column_name: {column_name}")
    if dimension < 1:
        raise ValueError(f"dimension must be greater than 0. dimension: {dimension}, column_name: {column_name}")
    if not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype must be convertible to float. dtype: {dtype}, column_name: {column_name}")
    values = default_value
    if default_value is not None:
        values = default_value.tolist() if hasattr(default_value, "tolist") else default_value
        if isinstance(values, (list, tuple)):
            if len(values) != dimension:
                raise ValueError(
                    "The length of default_value must be equal to dimension. "
                    f"default_value: {default_value}, dimension: {dimension}, column_name: {column_name}"
                )
        else:
            values = [values] * dimension
        values = _defaults(values, dtype)
        if values is None:
            raise TypeError(
                f"default_value must be compatible with dtype. default_value: {default_value}, dtype: {dtype}, column_name: {column_name}"
            )
    return _RealValuedColumn(column_name, dimension, values, dtype, normalizer)


def _defaults(values: Sequence[Any], dtype: Any) -> tuple[Any, ...] | None:
    """The values as a tuple of the type's numbers, None if one does not fit."""
    if not all(isinstance(v, (int, float)) for v in values):
        return None
    if dtype.is_integer:
        return tuple(int(v) for v in values) if all(int(v) == v for v in values) else None
    return tuple(float(v) for v in values)


# -- buckets ------------------------------------------------------------------------------------------------------------
class _BucketizedColumn(LayersColumn, collections.namedtuple("_BucketizedColumn", ["source_column", "boundaries"])):
    """What `bucketized_column` makes."""

    def __new__(cls, source_column: Any, boundaries: Any) -> _BucketizedColumn:
        if not isinstance(source_column, _RealValuedColumn):
            raise TypeError(f"source_column must be an instance of _RealValuedColumn. source_column: {source_column}")
        if source_column.dimension is None:
            raise ValueError(f"source_column must have a defined dimension. source_column: {source_column}")
        if not isinstance(boundaries, (list, tuple)) or not boundaries:
            raise ValueError(f"boundaries must be a non-empty list or tuple. boundaries: {boundaries}")
        if any(a > b for a, b in zip(boundaries, boundaries[1:])):
            raise ValueError(f"boundaries must be a sorted list. boundaries: {boundaries}")
        # The same boundary twice counts once.
        return super().__new__(cls, source_column, tuple(dict.fromkeys(boundaries)))

    @property
    def name(self) -> str:
        return f"{self.source_column.name}_bucketized"

    @property
    def length(self) -> int:
        """How many buckets there are."""
        return len(self.boundaries) + 1

    @property
    def config(self) -> dict[str, Any]:
        return self.source_column.config

    @property
    def key(self) -> str:
        return str(self)

    def insert_transformed_feature(self, columns_to_tensors: dict[Any, Any]) -> None:
        if self.source_column not in columns_to_tensors:
            self.source_column.insert_transformed_feature(columns_to_tensors)
        columns_to_tensors[self] = bucketize(columns_to_tensors[self.source_column], boundaries=list(self.boundaries), name="bucketize")

    def _to_dnn_input_layer(self, input_tensor: Any, weight_collections: Any = None, trainable: bool = True, output_rank: int = 2) -> Any:
        if output_rank != 2:
            raise ValueError("BucketizedColumn currently only supports output_rank of 2")
        one_hot = TABLE["one_hot"](cast(input_tensor, dtypes.int64), self.length, 1.0, 0.0, name="one_hot")
        return array.reshape(one_hot, [-1, self.length * self.source_column.dimension], name="reshape")

    def to_sparse_tensor(self, input_tensor: Any) -> SparseTensor:
        """The buckets as ids, those of different elements of the source told apart."""
        size = self.source_column.dimension
        rows = array.shape(input_tensor, name="shape")[0]
        if size > 1:
            row = array.tile(array.expand_dims(array.range_(0, rows), 1, name="expand_dims"), [1, size], name="tile")
            row = array.reshape(row, [-1], name="reshape")
            element = array.tile(array.range_(0, size), [rows], name="tile")
            ids = array.reshape(input_tensor, [-1], name="reshape") + self.length * element
        else:
            row = array.range_(0, rows)
            element = array.zeros([rows], dtype=dtypes.int32)
            ids = array.reshape(input_tensor, [-1], name="reshape")
        indices = cast(array.transpose(array.stack((row, element))), dtypes.int64)
        return SparseTensor(indices, ids, cast(array.stack([rows, size]), dtypes.int64))

    def _wide_embedding_lookup_arguments(self, input_tensor: Any) -> LinearLookup:
        return LinearLookup(self.to_sparse_tensor(input_tensor), None, self.length * self.source_column.dimension, Zeros(), "sum")


@public("contrib.slim.bucketize", "contrib.layers.feature_column.bucketization_op.bucketize")
def bucketize(input_tensor: Any, boundaries: Any, name: str | None = None) -> Any:
    """The number of ascending `boundaries` that each element reaches, int32."""
    from ...op.declare import OPS

    return OPS["Bucketize"](input_tensor, boundaries=list(boundaries), name=name)


@public(*_names("bucketized_column"))
def bucketized_column(source_column: Any, boundaries: Any) -> _BucketizedColumn:
    """The bucket that a number is in.

    Raises:
      TypeError: not a column of `real_valued_column`.
      ValueError: boundaries that do not ascend, or none.
    """
    return _BucketizedColumn(source_column, boundaries)


class DataFrameColumn(LayersColumn, collections.namedtuple("DataFrameColumn", ["column_name", "series"])):
    """A column of a data frame, whose series builds its tensor."""

    @property
    def name(self) -> str:
        return self.column_name

    @property
    def config(self) -> dict[str, Any]:
        return self.series.required_base_features()

    @property
    def key(self) -> str:
        return self.name

    def insert_transformed_feature(self, columns_to_tensors: dict[Any, Any]) -> None:
        columns_to_tensors[self] = self.series.build(columns_to_tensors)

    def _to_dnn_input_layer(self, input_tensor: Any, weight_collections: Any = None, trainable: bool = True, output_rank: int = 2) -> Any:
        return of_rank(self._to_dense_tensor(input_tensor), output_rank, self.name)

    def _to_dense_tensor(self, input_tensor: Any) -> Any:
        return cast(input_tensor, dtypes.float32)


export(DataFrameColumn, "contrib.layers.feature_column.DataFrameColumn", "contrib.slim.DataFrameColumn")
for _class in (_EmbeddingColumn, _ScatteredEmbeddingColumn, _RealValuedColumn, _BucketizedColumn):
    for _module in ("feature_column", "python.layers.feature_column"):
        export(_class, f"contrib.layers.{_module}.{_class.__name__}")
