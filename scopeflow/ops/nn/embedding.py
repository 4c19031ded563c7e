"""Looking up rows of tables that may be split in parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import dtypes
from ...graph.composite import SparseTensor
from ...graph.conversion import constant, convert_to_tensor, to_tensor
from ...graph.default_graph import colocate_with, name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...graph.tensor_shape import unknown_shape
from .. import array
from ..casting import cast
from ..clipping import clip_by_norm
from ..elementwise import div, greater, greater_equal, logical_and, maximum, pow_, sqrt
from ..grouping import dynamic_partition, parallel_dynamic_stitch, unique
from ..reduction import reduce_prod, reduce_sum
from ..segment import segment_sum, sparse_segment_mean, sparse_segment_sqrt_n, sparse_segment_sum


def parts_of_table(params: Any) -> list[Any]:
    """The parts of a table: a list of tensors or variables, a partitioned variable, or one of either."""
    parts = getattr(params, "_get_variable_list", None)
    if parts is not None:
        return list(parts())
    return list(params) if isinstance(params, (list, tuple)) else [params]


def is_resource(x: Any) -> bool:
    return hasattr(x, "sparse_read") and getattr(getattr(x, "handle", None), "dtype", None) is dtypes.resource


def _tables(params: Any) -> list[Any]:
    if params is None:
        raise ValueError("params must be specified")
    tables = parts_of_table(params)
    if not tables:
        raise ValueError("Need at least one param")
    return tables


def _clipped(rows: Tensor, ids: Tensor, max_norm: float | None) -> Tensor:
    """`rows`, one an id, scaled down to a norm of `max_norm`."""
    if max_norm is None:
        return rows
    if ids._dims is not None and rows._dims is not None:
        axes: Any = list(range(len(ids._dims), len(rows._dims)))
    else:
        axes = array.range_(array.rank(ids), array.rank(rows))
    return clip_by_norm(rows, max_norm, axes=axes)


@public("nn.embedding_lookup")
def embedding_lookup(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm: float | None = None,
) -> Tensor:
    """The rows of the table `params` [n, ...] that `ids` name, of shape `ids.shape + params.shape[1:]`.

    Args:
      params: a tensor or variable, or the parts of a table in a list or partitioned variable.
      partition_strategy: how the table was split: "mod" (row i is in part i % parts) or "div" (consecutive rows).
      max_norm: rows of greater L2 norm are scaled down to it.

    Raises:
      ValueError: no table, or an unknown strategy.
    """
    return lookup_and_transform(params, ids, partition_strategy, name, max_norm)


def lookup_and_transform(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    max_norm: float | None = None,
    transform: Callable[[Tensor], Tensor] | None = None,
) -> Tensor:
    """What `transform` makes of the rows that ids [n] name, done where each part of the table is: see `embedding_lookup`."""
    tables = _tables(params)
    with name_scope(name, "embedding_lookup", [*tables, ids]) as scope:
        # Resource variables are gathered from as they are.
        tables = [p if is_resource(p) else to_tensor(p, None, f"params_{i}") for i, p in enumerate(tables)]
        ids = convert_to_tensor(ids, name="ids")
        if len(tables) == 1:
            with colocate_with(tables[0]):
                rows = _clipped(array.gather(tables[0], ids, name=scope), ids, max_norm)
                if transform is not None:
                    rows = transform(rows)
            return array.identity(rows)
        return _lookup_in_parts(tables, ids, partition_strategy, max_norm, scope, transform)


def _lookup_in_parts(
    tables: list[Any],
    ids: Tensor,
    partition_strategy: str,
    max_norm: float | None,
    scope: str,
    transform: Callable[[Tensor], Tensor] | None,
) -> Tensor:
    parts = len(tables)
    flat = array.reshape(ids, [-1])
    positions = array.range_(array.size(flat))
    if partition_strategy == "mod":
        part, row = flat % parts, flat // parts
    elif partition_strategy == "div":
        part, row = consecutive_parts(tables, flat)
    else:
        raise ValueError(f"Unrecognized partition strategy: {partition_strategy}")
    part = cast(part, dtypes.int32)
    rows_of_part = dynamic_partition(row, part, parts)
    positions_of_part = dynamic_partition(positions, part, parts)
    found = []
    for table, rows in zip(tables, rows_of_part):
        with colocate_with(table):
            rows = array.gather(table, rows)
            found.append(rows if transform is None else transform(_clipped(rows, positions, max_norm)))
    out = parallel_dynamic_stitch(positions_of_part, found, name=scope)
    whole = tables if transform is None else found
    element = whole[0].shape[1:]
    for part in whole[1:]:
        element = element.merge_with(part.shape[1:])
    if element.is_fully_defined():
        shape = array.concat([array.shape(ids), element], 0)
    else:
        with colocate_with(tables[0]):
            sizes = array.shape(tables[0])[1:]
        shape = array.concat([array.shape(ids), sizes], 0)
    out = array.reshape(out, shape)
    out.set_shape(ids.shape.concatenate(element))
    return _clipped(out, ids, max_norm) if transform is None else out


def consecutive_parts(tables: list[Any], flat: Tensor) -> tuple[Tensor, Tensor]:
    """(part, row in it) of each id, for parts of consecutive rows of which the first ones may have one more."""
    parts = len(tables)
    sizes = [table.shape[0].value if table.shape.ndims else None for table in tables]
    if None not in sizes:
        total = constant(sum(sizes), dtype=flat.dtype)  # type: ignore[arg-type]
    else:
        counts: list[Any] = []
        for table, size in zip(tables, sizes):
            if size is not None:
                counts.append(size)
                continue
            with colocate_with(table):
                counts.append(array.shape(table)[0])
        total = reduce_sum(cast(array.stack(counts), flat.dtype))
    least = total // parts
    larger = total % parts
    part = maximum(flat // (least + 1), (flat - larger) // least)
    row = array.where(part < larger, flat % (least + 1), (flat - larger) % least)
    return part, row


@public("nn.embedding_lookup_sparse")
def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: float | None = None,
) -> Tensor:
    """For each row of the SparseTensor `sp_ids`, the sum, mean or sum / sqrt(n) of the table's rows that it names.

    Args:
      sp_weights: a SparseTensor of weights with the indices of `sp_ids`, or None for 1.
      combiner: "mean" (default), "sqrtn" or "sum".

    Raises:
      TypeError: `sp_ids` or `sp_weights` is not a SparseTensor.
      ValueError: an unknown combiner.
    """
    combiner = "mean" if combiner is None else combiner
    if combiner not in ("mean", "sqrtn", "sum"):
        raise ValueError("combiner must be one of 'mean', 'sqrtn' or 'sum'")
    tables = parts_of_table(params)
    if not isinstance(sp_ids, SparseTensor):
        raise TypeError("sp_ids must be SparseTensor")
    if sp_weights is not None:
        if not isinstance(sp_weights, SparseTensor):
            raise TypeError("sp_weights must be either None or SparseTensor")
        sp_ids.values.shape.assert_is_compatible_with(sp_weights.values.shape)
        sp_ids.indices.shape.assert_is_compatible_with(sp_weights.indices.shape)
        sp_ids.dense_shape.shape.assert_is_compatible_with(sp_weights.dense_shape.shape)
    with name_scope(name, "embedding_lookup_sparse", [*tables, sp_ids]) as scope:
        segments = cast(sp_ids.indices[:, 0], dtypes.int32)
        ids, at = unique(sp_ids.values)
        rows = embedding_lookup(tables, ids, partition_strategy=partition_strategy, max_norm=max_norm)
        if rows.dtype.base_dtype in (dtypes.float16, dtypes.bfloat16):
            rows = cast(rows, dtypes.float32)
        if sp_weights is None:
            combine = {"sum": sparse_segment_sum, "mean": sparse_segment_mean, "sqrtn": sparse_segment_sqrt_n}[combiner]
            return combine(rows, at, segments, name=scope)
        weights = cast(sp_weights.values, rows.dtype)
        rows = array.gather(rows, at)
        ones = array.fill(array.expand_dims(array.rank(rows) - 1, 0), 1)
        static = weights.shape
        weights = array.reshape(weights, array.concat([array.shape(weights), ones], 0))
        if rows._dims is not None:
            weights.set_shape(static.concatenate([1] * (len(rows._dims) - 1)))
        rows *= weights
        if combiner == "sum":
            return segment_sum(rows, segments, name=scope)
        rows = segment_sum(rows, segments)
        if combiner == "mean":
            return div(rows, segment_sum(weights, segments), name=scope)
        return div(rows, sqrt(segment_sum(pow_(weights, 2), segments)), name=scope)


@public("nn.safe_embedding_lookup_sparse")
def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: str = "mean",
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: float | None = None,
) -> Tensor:
    """`embedding_lookup_sparse` that leaves out negative ids and weights that are not positive.

    Ids may have any rank above 0; the last dimension is combined. A row without ids gives zeros, or the embedding of
    `default_id`.

    Raises:
      ValueError: no table.
    """
    if embedding_weights is None:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    tables = parts_of_table(embedding_weights)
    if not tables:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    dtype = sparse_weights.dtype if sparse_weights is not None else None
    tables = [w if is_resource(w) and dtype in (None, w.dtype) else convert_to_tensor(w, dtype=dtype) for w in tables]
    with name_scope(name, "embedding_lookup", [*tables, sparse_ids, sparse_weights]) as scope:
        shape = sparse_ids.dense_shape
        static_rank = shape.shape[0].value if shape.shape.ndims else None
        rank = array.size(shape) if static_rank is None else static_rank
        rows = reduce_prod(array.slice_(shape, [0], [rank - 1]))
        ids = TABLE["sparse.reshape"](sparse_ids, [rows, array.gather(shape, rank - 1)])
        weights = None if sparse_weights is None else SparseTensor(ids.indices, sparse_weights.values, ids.dense_shape)
        valid = greater_equal(ids.values, 0)
        if weights is not None:
            valid = logical_and(valid, array.ones_like(weights.values, dtype=dtypes.bool_))
        ids, weights = _retained(ids, weights, valid)
        if combiner != "sum" and weights is not None:
            ids, weights = _retained(ids, weights, greater(weights.values, 0))
        ids, is_empty = TABLE["sparse.fill_empty_rows"](ids, default_id or 0)
        if weights is not None:
            weights, _ = TABLE["sparse.fill_empty_rows"](weights, 1.0)
        result = embedding_lookup_sparse(
            tables,
            ids,
            weights,
            combiner=combiner,
            partition_strategy=partition_strategy,
            name=None if default_id is None else scope,
            max_norm=max_norm,
        )
        if default_id is None:
            is_empty = array.tile(array.reshape(is_empty, [-1, 1]), array.stack([1, array.shape(result)[1]]))
            result = array.where(is_empty, array.zeros_like(result), result, name=scope)
        outer = array.slice_(cast(shape, dtypes.int32), [0], [rank - 1])
        inner = array.slice_(array.shape(result), [1], [-1])
        out = array.reshape(result, array.concat([outer, inner], 0))
        out.set_shape(unknown_shape(None if static_rank is None else static_rank - 1).concatenate(result.shape[1:]))
        return out


def _retained(ids: SparseTensor, weights: SparseTensor | None, valid: Tensor) -> tuple[SparseTensor, SparseTensor | None]:
    retain = TABLE["sparse.retain"]
    return retain(ids, valid), None if weights is None else retain(weights, valid)
