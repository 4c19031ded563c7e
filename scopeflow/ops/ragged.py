"""The ops under ragged tensors: rows of different lengths, as flat values and the places where rows begin (splits)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import ShapeError, op
from ..op.namespace import xp
from ..op.shapes import at_least, merge, with_rank

_SPLITS = "int32 int64 = int64"


# -- ranges -------------------------------------------------------------------------------------------
@op(
    "RaggedRange",
    "starts: T, limits: T, deltas: T -> rt_nested_splits: Tsplits, rt_dense_values: T",
    T="bfloat16 float double int32 int64 = int32",
    Tsplits=_SPLITS,
    host=True,
    differentiable=False,
)
def ragged_range_op(starts, limits, deltas):
    """The numbers from `starts[i]` up to `limits[i]` in steps of `deltas[i]`, row after row; scalars count for every row."""
    n = 1
    for what, v in (("starts", starts), ("limits", limits), ("deltas", deltas)):
        check(v.ndim < 2, f"{what} must be a scalar or vector")
        if v.ndim:
            check(n in (1, len(v)) or n == len(v), "starts, limits, and deltas must have the same shape")
            n = len(v)
    rows = np.broadcast_to(starts, n), np.broadcast_to(limits, n), np.broadcast_to(deltas, n)
    parts = []
    for start, limit, delta in zip(*rows):
        check(delta != 0, "Requires delta != 0")
        if starts.dtype.kind in "iu":
            span = int(limit) - int(start)
            size = max(0, -(-span // int(delta)))
        else:
            # As the reference: the quotient in the numbers' own type, its magnitude rounded up.
            size = int(np.ceil(np.abs((limit - start) / delta))) if (limit - start) / delta > 0 else 0
        parts.append(start + np.arange(size).astype(starts.dtype) * delta)
    splits = np.cumsum([0] + [len(p) for p in parts])
    return splits, np.concatenate([np.zeros(0, starts.dtype), *parts])


@ragged_range_op.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    rows: int | None = 1
    for t in inputs:
        dims = t._dims
        if dims is None:
            rows = None if rows == 1 else rows
            continue
        if len(dims) > 1:
            raise ShapeError(f"Shape must be at most rank 1 but is rank {len(dims)}")
        if dims:
            if rows not in (1, None) and dims[0] is not None and rows != dims[0]:
                raise ShapeError(f"Dimensions must be equal, but are {rows} and {dims[0]}")
            rows = dims[0] if dims[0] is not None else None if rows == 1 else rows
    return [(None if rows is None else rows + 1,), (None,)]


# -- rows by number -------------------------------------------------------------------------------------
@op(
    "RaggedGather",
    "params_nested_splits: PARAMS_RAGGED_RANK*Tsplits, params_dense_values: Tvalues, indices: Tindices"
    " -> output_nested_splits: OUTPUT_RAGGED_RANK*Tsplits, output_dense_values: Tvalues",
    attrs={"OUTPUT_RAGGED_RANK": ("int", 0)},
    Tindices="int32 int64",
    Tsplits=_SPLITS,
    static="params_nested_splits indices",
    no_gradient="params_nested_splits indices",
)
def ragged_gather_op(params_nested_splits, params_dense_values, indices):
    """The rows of a ragged tensor that `indices` numbers, in its shape: the splits of the result, and its values."""
    splits = [np.asarray(s) for s in params_nested_splits]
    indices = np.asarray(indices)
    rows = len(splits[0]) - 1
    outside = np.argwhere((indices < 0) | (indices >= rows))
    if len(outside):
        place = tuple(outside[0])
        shown = f"[{','.join(map(str, place))}]" if place else ""
        raise errors.InvalidArgumentError(None, None, f"indices{shown} = {indices[place]} is not in [0, {rows})")
    out = [np.cumsum(np.concatenate([[0], np.full(n, m)])) for n, m in _uniform(indices.shape)]
    chosen = indices.reshape(-1).astype(np.int64)
    for s in splits:
        lengths = s[chosen + 1] - s[chosen]
        check(bool((lengths >= 0).all()), "Ragged splits must be sorted")
        ends = np.concatenate([[0], np.cumsum(lengths)])
        out.append(ends)
        # the places of the chosen rows' elements: each row's begin, and on from there
        chosen = np.repeat(s[chosen] - ends[:-1], lengths) + np.arange(ends[-1])
    check(not len(chosen) or int(chosen.max()) < params_dense_values.shape[0], "Ragged splits must not point past values")
    # One row alone needs no splits around it.
    return out if indices.ndim else out[1:], params_dense_values[chosen]


def _uniform(dims: Sequence[int]) -> list[tuple[int, int]]:
    """(rows, length of each) of the ragged dimensions that dense ones become; none for a scalar or vector."""
    out, n = [], 1
    for a, b in zip(dims, dims[1:]):
        n *= a
        out.append((n, b))
    return out


@ragged_gather_op.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n, indices = attrs["PARAMS_RAGGED_RANK"], inputs[-1]._dims
    if indices is None:
        raise ShapeError("Shape must be known")
    wanted = len(indices) + n - 1
    if attrs["OUTPUT_RAGGED_RANK"] != wanted:
        raise ShapeError(f"OUTPUT_RAGGED_RANK must be {wanted} for indices of rank {len(indices)}, but is {attrs['OUTPUT_RAGGED_RANK']}")
    for t in inputs[:n]:
        with_rank(t._dims, 1)
    values = at_least(inputs[n]._dims, 1)
    return [(None,)] * wanted + [None if values is None else (None, *values[1:])]


# -- to sparse ---------------------------------------------------------------------------------------------
@op(
    "RaggedTensorToSparse",
    "rt_nested_splits: RAGGED_RANK*Tsplits, rt_dense_values: T -> sparse_indices: int64, sparse_values: T, sparse_dense_shape: int64",
    Tsplits=_SPLITS,
    static="rt_nested_splits",
    no_gradient="rt_nested_splits",
)
def ragged_tensor_to_sparse_op(rt_nested_splits, rt_dense_values):
    """The indices, values and dense shape of the sparse tensor with the elements of a ragged one."""
    splits = [np.asarray(s).astype(np.int64) for s in rt_nested_splits]
    inner = tuple(rt_dense_values.shape[1:])
    check(bool(len(splits[0])), "First value of ragged splits must be 0.")
    for s in splits:
        check(len(s) > 0 and s[0] == 0, "First value of ragged splits must be 0.")
    sizes = [len(s) - 1 for s in splits[1:]] + [rt_dense_values.shape[0]]
    for s, n in zip(splits, sizes):
        check(s[-1] == n, "Final value of ragged splits must match the length the corresponding ragged values.")
    columns: list[np.ndarray] = [np.arange(len(splits[0]) - 1)]
    for s in splits:
        lengths = np.diff(s)
        columns = [np.repeat(c, lengths) for c in columns] + [np.arange(s[-1]) - np.repeat(s[:-1], lengths)]
    if inner:
        per = int(np.prod(inner))
        rest = np.stack(np.unravel_index(np.arange(per), inner), 0) if per else np.zeros((len(inner), 0), np.int64)
        rows = len(columns[0])
        columns = [np.repeat(c, per) for c in columns] + [np.tile(r, rows) for r in rest]
    longest = [int(np.diff(s).max()) if len(s) > 1 else 0 for s in splits]
    shape = np.array([len(splits[0]) - 1, *longest, *inner], np.int64)
    return np.stack(columns, 1).astype(np.int64), rt_dense_values.reshape(-1), shape


@ragged_tensor_to_sparse_op.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n, values = attrs["RAGGED_RANK"], inputs[-1]._dims
    for t in inputs[:n]:
        with_rank(t._dims, 1)
    if values is None:
        return [(None, None), (None,), (None,)]
    rows: int | None = 1
    for d in values:
        rows = None if rows is None or d is None else rows * d
    rank = n + len(values)
    return [(rows, rank), (rows,), (rank,)]


# -- to a dense tensor --------------------------------------------------------------------------------------
def _ids(kind: str, tensor: np.ndarray) -> np.ndarray:
    """The row of each element, from the partition of one dimension."""
    if kind == "ROW_SPLITS":
        return np.repeat(np.arange(len(tensor) - 1), np.diff(tensor))
    check(kind == "VALUE_ROWIDS", f"Unsupported row partition type: {kind}")
    return tensor


@op(
    "RaggedTensorToTensor",
    "shape: Tshape, values: T, default_value: T, row_partition_tensors: num_row_partition_tensors*Tindex -> result: T",
    Tshape="int64 int32",
    Tindex="int64 int32",
    static="shape row_partition_tensors",
)
def ragged_tensor_to_tensor_op(shape, values, default_value, row_partition_tensors, *, row_partition_types: list[str]):
    """A dense tensor of `shape` (-1: as large as the rows need), filled up with `default_value`."""
    kinds = list(row_partition_types)
    parts = [np.asarray(p) for p in row_partition_tensors]
    if kinds[0] == "FIRST_DIM_SIZE":
        rows, kinds, parts = int(parts[0]), kinds[1:], parts[1:]
    else:
        check(kinds[0] == "ROW_SPLITS", f"Cannot handle row partition type {kinds[0]} as the first")
        rows = len(parts[0]) - 1
    place = np.arange(rows)[:, None]
    for kind, part in zip(kinds, parts):
        ids = _ids(kind, part)
        starts = np.searchsorted(ids, np.arange(len(place)))
        place = np.concatenate([place[ids], (np.arange(len(ids)) - starts[ids])[:, None]], 1)
    needed = [rows, *(int(c.max()) + 1 if len(c) else 0 for c in place.T[1:]), *values.shape[1:]]
    shape = np.asarray(shape)
    wanted = [-1] * len(needed) if not shape.ndim else shape.tolist()
    size = [n if w < 0 else int(w) for n, w in zip(needed, wanted)]
    leading = place.shape[1]
    inside = (place < np.array(size[:leading])).all(1)
    n = xp(values, default_value)
    kept = values[np.flatnonzero(inside)][(slice(None), *(slice(0, s) for s in size[leading:]))]
    out = n.broadcast_to(default_value, size)
    cut = tuple(slice(0, s) for s in kept.shape[1:])
    at = (*place[inside].T, *cut)
    if n is np:
        out = out.copy()
        out[at] = kept
        return out
    return out.at[at].set(kept)


@ragged_tensor_to_tensor_op.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    from ..op.fold import fold

    values = inputs[1]._dims
    kinds = attrs["row_partition_types"]
    if values is None:
        return [None]
    ragged = len(kinds) - (kinds[0] == "FIRST_DIM_SIZE")
    dims: Dims = (None,) * (ragged + 1) + values[1:]
    wanted = fold(inputs[0])
    if wanted is not None and wanted.ndim:
        dims = merge(dims, tuple(None if w < 0 else int(w) for w in wanted))
    return [dims]


# -- as one object --------------------------------------------------------------------------------------------
@op(
    "RaggedTensorToVariant",
    "rt_nested_splits: RAGGED_RANK*Tsplits, rt_dense_values: Tvalues -> encoded_ragged: variant",
    Tsplits="int32 int64",
    host=True,
    differentiable=False,
)
def ragged_tensor_to_variant_op(rt_nested_splits, rt_dense_values, *, batched_input: bool):
    """A ragged tensor as one variant, or with `batched_input` each of its rows as one."""
    if not batched_input:
        out = np.empty((), object)
        out[()] = (list(rt_nested_splits), rt_dense_values)
        return out
    first, *rest = rt_nested_splits
    out = np.empty(len(first) - 1, object)
    for i in range(len(out)):
        a, b = int(first[i]), int(first[i + 1])
        splits = []
        for s in rest:
            splits.append(s[a : b + 1] - s[a])
            a, b = int(s[a]), int(s[b])
        out[i] = (splits, rt_dense_values[a:b])
    return out


@ragged_tensor_to_variant_op.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    if not attrs["batched_input"]:
        return [()]
    (n,) = with_rank(inputs[0]._dims, 1)
    return [(None if n is None else n - 1,)]


@op(
    "RaggedTensorFromVariant",
    "encoded_ragged: variant -> output_nested_splits: output_ragged_rank*Tsplits, output_dense_values: Tvalues",
    Tsplits="int32 int64",
    host=True,
    differentiable=False,
)
def ragged_tensor_from_variant_op(encoded_ragged, *, input_ragged_rank: int, output_ragged_rank: int, Tvalues: Any, Tsplits: Any):
    """The ragged tensor that variants hold: each a row, if `encoded_ragged` is not a scalar."""
    if not encoded_ragged.ndim:
        splits, values = encoded_ragged.item()
        return splits, values
    parts = list(encoded_ragged.reshape(-1))
    inner = len(parts[0][0]) if parts else max(input_ragged_rank, 0)
    check(input_ragged_rank in (-1, inner), f"Encoded input RaggedTensorVariant has ragged_rank={inner}. Expected {input_ragged_rank}.")
    splits = [np.cumsum(np.concatenate([[0], np.full(n, m)])) for n, m in _uniform(encoded_ragged.shape)]
    for level in range(inner):
        counts = [len(p[0][level]) - 1 for p in parts]
        if level == 0:
            splits.append(np.cumsum([0, *counts]))
        lengths = [np.diff(p[0][level]) for p in parts]
        splits.append(np.cumsum(np.concatenate([[0], *lengths])))
    if not inner:
        splits.append(np.cumsum([0] + [len(p[1]) for p in parts]))
    kind = Tvalues.np_dtype if isinstance(Tvalues, dtypes.DType) else Tvalues
    values = np.concatenate([p[1] for p in parts]) if parts else np.zeros(0, kind)
    return splits, values


@ragged_tensor_from_variant_op.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(None,)] * attrs["output_ragged_rank"] + [None]
