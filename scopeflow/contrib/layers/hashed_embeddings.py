"""Embeddings looked up by hashes, and sums of embeddings that are made where the parts of the table are."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.composite import SparseTensor
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import colocate_with, name_scope
from ...graph.public import TABLE, public
from ...graph.tensor_shape import TensorShape
from ...ops import array
from ...ops.casting import cast
from ...ops.clipping import clip_by_norm
from ...ops.elementwise import div, pow_, sqrt
from ...ops.grouping import dynamic_partition, setdiff1d, unique
from ...ops.nn.embedding import consecutive_parts, embedding_lookup, is_resource, parts_of_table
from ...ops.reduction import reduce_max
from ...ops.segment import segment_sum, sparse_segment_mean, sparse_segment_sqrt_n, sparse_segment_sum
from ...ops.sparse_cross import sparse_feature_cross

#: what fills empty rows: a string that no value is likely to be
_NO_VALUE = "6ZxWzWOHxZ"
_NO_NUMBER = 1288896567


@public("contrib.slim.scattered_embedding_lookup", "contrib.layers.python.layers.embedding_ops.scattered_embedding_lookup")
def scattered_embedding_lookup(params: Any, values: Any, dimension: int, name: str | None = None, hash_key: int | None = None) -> Any:
    """For each value, `dimension` numbers of the vector `params`, each one picked by a hash of the value and its number.

    Args:
      params: a vector, or its parts in a list.
      values: integers or strings of any shape; the result has one dimension more.
      hash_key: which hash; the oldest if None.

    Raises:
      ValueError: no dimension, or a table that is no vector.
    """
    if dimension is None:
        raise ValueError("You must specify dimension.")
    return _picked(params, values, dimension, hash_key, name)


def _picked(params: Any, values: Any, dimension: int, hash_key: int | None, name: str | None) -> Any:
    parts = parts_of_table(params)
    with name_scope(name, "scattered_embedding_lookup", [*parts, dimension, values]):
        values = convert_to_tensor(values, name="values") if not hasattr(values, "op") else values
        total = 0
        for part in parts:
            shape = part.get_shape()
            if shape.ndims != 1:
                raise ValueError("params must be one dimensional.")
            total += shape[0].value
        sizes, static = array.shape(values), values.get_shape()
        flat = array.reshape(values, [-1, 1])
        numbers = array.expand_dims(array.range_(0, dimension), 0)
        numbers = array.tile(numbers, array.shape(flat))
        crossed = sparse_feature_cross([numbers, flat], hashed_output=True, num_buckets=total, hash_key=hash_key)
        ids = _dense(crossed)
        rows = embedding_lookup(params, ids, partition_strategy="div")
        out = array.reshape(rows, array.concat([sizes, [dimension]], 0))
        out.set_shape(static.concatenate([dimension]) if static.ndims is not None else TensorShape(None))
        return out


def _dense(sparse: SparseTensor) -> Any:
    return TABLE["sparse.to_dense"](sparse)


@public("contrib.slim.scattered_embedding_lookup_sparse", "contrib.layers.python.layers.embedding_ops.scattered_embedding_lookup_sparse")
def scattered_embedding_lookup_sparse(
    params: Any,
    sparse_values: Any,
    dimension: int,
    combiner: str | None = None,
    default_value: Any = None,
    name: str | None = None,
    hash_key: int | None = None,
) -> Any:
    """`scattered_embedding_lookup` of a SparseTensor [rows, any], the embeddings of a row combined: [rows, dimension].

    Args:
      combiner: "mean" (default), "sqrtn" or "sum".
      default_value: the value of rows without one.

    Raises:
      TypeError: `sparse_values` is not a SparseTensor.
      ValueError: an unknown combiner.
    """
    if combiner is None:
        TABLE["logging.warn"]('The default value of combiner will change from "mean" to "sqrtn" after 2016/11/01.')
        combiner = "mean"
    if not isinstance(sparse_values, SparseTensor):
        raise TypeError("sparse_values must be SparseTensor")
    with name_scope(name, "scattered_embedding_lookup_sparse", [*parts_of_table(params), sparse_values]) as scope:
        if default_value is None:
            default_value = _NO_VALUE if sparse_values.dtype is dtypes.string else _NO_NUMBER
        filled, _ = TABLE["sparse.fill_empty_rows"](sparse_values, default_value)
        rows = cast(filled.indices[:, 0], dtypes.int32)
        values, at = unique(filled.values)
        found = scattered_embedding_lookup(params, values, dimension, hash_key=hash_key)
        combine = {"sum": sparse_segment_sum, "mean": sparse_segment_mean, "sqrtn": sparse_segment_sqrt_n}
        if combiner not in combine:
            raise ValueError(f"Combiner must be one of 'mean', 'sqrtn' or 'sum', not {combiner}.")
        return combine[combiner](found, at, rows, name=scope)


# -- sums where the table is ---------------------------------------------------------------------------------
@public("contrib.slim.embedding_lookup_sparse_with_distributed_aggregation")
def embedding_lookup_sparse_with_distributed_aggregation(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: float | None = None,
) -> Any:
    """`tf.nn.embedding_lookup_sparse` that sums the embeddings of a row first beside each part of the table, then over the parts.

    Raises:
      TypeError: `sp_ids` or `sp_weights` is not a SparseTensor.
      ValueError: an unknown combiner.
    """
    if combiner is None:
        TABLE["logging.warn"]('The default value of combiner will change from "mean" to "sqrtn" after 2016/11/01.')
        combiner = "mean"
    if combiner not in ("mean", "sqrtn", "sum"):
        raise ValueError("combiner must be one of 'mean', 'sqrtn' or 'sum'")
    parts = parts_of_table(params)
    if not isinstance(sp_ids, SparseTensor):
        raise TypeError("sp_ids must be SparseTensor")
    if sp_weights is not None and not isinstance(sp_weights, SparseTensor):
        raise TypeError("sp_weights must be either None or SparseTensor")
    with name_scope(name, "embedding_lookup_sparse", [*parts, sp_ids]):
        segments = cast(sp_ids.indices[:, 0], dtypes.int32)
        ids, at, weights = sp_ids.values, None, None
        if sp_weights is None:
            ids, at = unique(ids)
        else:
            weights = sp_weights.values
        sums = _summed(parts, ids, partition_strategy, max_norm, weights, at, segments)
        if weights is None:
            weights = array.fill([array.shape(segments)[0]], 1)
        weights = _beside(cast(weights, sums.dtype), sums)
        if combiner == "mean":
            return div(sums, segment_sum(weights, segments))
        if combiner == "sqrtn":
            return div(sums, sqrt(segment_sum(pow_(weights, 2), segments)))
        return sums


def _beside(weights: Any, rows: Any) -> Any:
    """Weights, one a row, with the rows' number of dimensions."""
    ones = array.fill(array.expand_dims(array.rank(rows) - 1, 0), 1)
    static = weights.get_shape()
    out = array.reshape(weights, array.concat([array.shape(weights), ones], 0))
    if rows.get_shape().ndims is not None:
        out.set_shape(static.concatenate([1] * (rows.get_shape().ndims - 1)))
    return out


def _summed(parts: list[Any], ids: Any, strategy: str, max_norm: float | None, weights: Any, at: Any, segments: Any) -> Any:
    with name_scope(None, "embedding_lookup_with_distributed_aggregation", [*parts, ids]) as scope:
        parts = [p if is_resource(p) else convert_to_tensor(p) for p in parts]
        clipped = (lambda x: x) if max_norm is None else (lambda x: clip_by_norm(x, max_norm, list(range(1, x.get_shape().ndims))))
        if len(parts) == 1:
            with colocate_with(parts[0]):
                rows = clipped(array.gather(parts[0], ids))
                if weights is None:
                    return sparse_segment_sum(rows, at, segments, name=scope)
                return segment_sum(rows * _beside(weights, rows), segments, name=scope)
        flat = array.reshape(ids, [-1])
        positions = array.range_(array.size(flat))
        if strategy == "mod":
            part, row = flat % len(parts), flat // len(parts)
        elif strategy == "div":
            part, row = consecutive_parts(parts, flat)
        else:
            raise ValueError(f"Unrecognized partition strategy: {strategy}")
        part = cast(part, dtypes.int32)
        row_of_part = dynamic_partition(row, part, len(parts))
        place_of_part = dynamic_partition(positions, part, len(parts))
        found, own_weights = [], []
        for p, table in enumerate(parts):
            with colocate_with(table):
                found.append(array.gather(table, row_of_part[p]))
        if weights is not None:
            for p, table in enumerate(parts):
                with colocate_with(table):
                    own_weights.append(array.gather(weights, place_of_part[p]))
        element = parts[0].get_shape()[1:]
        for table in parts[1:]:
            element = element.merge_with(table.get_shape()[1:])
        for p, table in enumerate(parts):
            with colocate_with(table):
                sizes = element.as_list() if element.is_fully_defined() else array.shape(table)[1:]
                found[p] = clipped(array.reshape(found[p], array.concat([array.shape(place_of_part[p]), sizes], 0)))
        if weights is not None:
            for p, table in enumerate(parts):
                with colocate_with(table):
                    found[p] = found[p] * _beside(own_weights[p], found[p])
        sums, rows_of_sums = [], []
        for p, table in enumerate(parts):
            with colocate_with(table):
                own, total = _partial(found[p], place_of_part[p], at, segments, weights is None)
                rows_of_sums.append(own)
                sums.append(total)
        rows = array.concat(rows_of_sums, 0)
        return TABLE["unsorted_segment_sum"](array.concat(sums, 0), rows, reduce_max(rows) + 1, name=scope)


def _partial(rows: Any, places: Any, at: Any, segments: Any, unweighted: bool) -> tuple[Any, Any]:
    """(segments that a part has rows of, their sums)."""
    if not unweighted:
        own, numbered = unique(array.gather(segments, places))
        return own, segment_sum(rows, numbered)
    _, elsewhere = setdiff1d(at, places)
    _, here = setdiff1d(array.range_(array.shape(at)[0]), elsewhere)
    own_segments = array.gather(segments, here)
    own_places = array.gather(at, here)
    own, numbered = unique(own_segments)
    _, row = unique(own_places)
    return own, sparse_segment_sum(rows, row, numbered)
