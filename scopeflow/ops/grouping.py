"""Sets and partitions: unique, setdiff1d, dynamic_partition, dynamic_stitch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import dtypes, errors
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.declare import ShapeError, op
from ..op.fold import fold
from ..op.namespace import is_known, xp
from ..op.shapes import merge, with_rank


# -- unique -----------------------------------------------------------------------------------
def _unique(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The distinct elements in order of first appearance, the number of each element's, and how often each occurs."""
    if x.dtype == object:
        numbers: dict[Any, int] = {}
        inverse = np.array([numbers.setdefault(v, len(numbers)) for v in x.tolist()], np.int64)
        values = np.empty(len(numbers), object)
        values[:] = list(numbers)
        return values, inverse, np.bincount(inverse, minlength=len(numbers))
    _, first, inverse, counts = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return x[first[order]], number[inverse.reshape(-1)], counts[order]


@op("Unique", "x: T -> y: T, idx: out_idx", out_idx="int32 int64 = int32", host=True, differentiable=False)
def unique_op(x):
    """The distinct elements of a vector, in order of first appearance, and the place of each element among them."""
    return _unique(x)[:2]


@unique_op.shape
def _unique_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    # Of an input of unknown rank TensorFlow says no more here than of the input.
    return [(None,), inputs[0]._dims if inputs[0]._dims is None else with_rank(inputs[0]._dims, 1)]


@unique_op.padded
def _unique_padded(x: Any) -> Any:
    """As many values as `x` has: what is left over is the largest integer, which is the number of no row."""
    places = jnp.arange(x.shape[0], dtype=np.int32)
    if x.dtype == np.int32:
        # Values and places in one key: that sorts twice as fast as two arrays.
        key = jnp.sort((x.astype(np.int64) << 32) | places)
        ordered, order = (key >> 32).astype(np.int32), key.astype(np.int32)
    else:
        ordered, order = jax.lax.sort((x, places), num_keys=1)
    starts = jnp.concatenate([jnp.ones(min(1, x.shape[0]), bool), ordered[1:] != ordered[:-1]])
    # Each value stands where its first element has come to; its elements are numbered so.
    number = jax.lax.cummax(jnp.where(starts, places, 0))
    values = jnp.where(starts, ordered, np.iinfo(x.dtype).max)
    return values, jnp.zeros_like(places).at[order].set(number, unique_indices=True)


@op("UniqueWithCounts", "x: T -> y: T, idx: out_idx, count: out_idx", out_idx="int32 int64 = int32", host=True, differentiable=False)
def unique_with_counts_op(x):
    """The distinct elements of a vector, the place of each element among them, and how often each occurs."""
    return _unique(x)


@unique_with_counts_op.shape
def _unique_with_counts_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(None,), inputs[0]._dims if inputs[0]._dims is None else with_rank(inputs[0]._dims, 1), (None,)]


@public("unique")
def unique(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The distinct elements of the vector `x`, in order of first appearance, and the place of each element among them."""
    return unique_op(x, out_idx=out_idx, name=name)


@public("unique_with_counts")
def unique_with_counts(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """The distinct elements of the vector `x`, the place of each element among them, and how often each occurs."""
    return unique_with_counts_op(x, out_idx=out_idx, name=name)


# -- unique slices --------------------------------------------------------------------------------
def _unique_along(x: np.ndarray, axis: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The distinct slices of `x` along the dimension `axis`, int [1]; of a vector's only one if `axis` is empty."""
    if axis.size > 1:
        raise errors.InvalidArgumentError(None, None, f"axis does not support input tensors larger than 1 elements, got {axis.size}")
    if not axis.size:
        if x.ndim != 1:
            raise errors.InvalidArgumentError(None, None, f"unique expects a 1D vector, got shape {list(x.shape)}.")
        return _unique(x)
    at = int(axis[0])
    if not -x.ndim <= at < x.ndim:
        raise errors.InvalidArgumentError(None, None, f"axis has to be between [{-x.ndim}, {x.ndim}), got {at}")
    slices = np.moveaxis(x, at, 0)
    keys = np.empty(len(slices), object)
    keys[:] = [tuple(part.reshape(-1).tolist()) for part in slices]
    _, inverse, counts = _unique(keys)
    first = np.sort(np.unique(inverse, return_index=True)[1])
    return np.take(x, first, axis=at), inverse, counts


_ALONG = {"Taxis": "int32 int64 = int64", "out_idx": "int32 int64 = int32", "host": True, "differentiable": False}


@public("python.ops.gen_array_ops.unique_v2")
@op("UniqueV2", "x: T, axis: Taxis -> y: T, idx: out_idx", **_ALONG)
def unique_v2(x, axis):
    """The distinct slices of `x` along `axis`, in order of first appearance, and the place of each slice among them."""
    return _unique_along(x, axis)[:2]


@unique_v2.shape
def _unique_v2_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    # The reference's, which fit vectors only.
    return [(None,), inputs[0]._dims]


@public("python.ops.gen_array_ops.unique_with_counts_v2")
@op("UniqueWithCountsV2", "x: T, axis: Taxis -> y: T, idx: out_idx, count: out_idx", **_ALONG)
def unique_with_counts_v2(x, axis):
    """The distinct slices of `x` along `axis`, the place of each slice among them, and how often each occurs."""
    return _unique_along(x, axis)


@unique_with_counts_v2.shape
def _unique_with_counts_v2_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [*_unique_v2_shape(inputs, attrs), (None,)]


@op("ListDiff", "x: T, y: T -> out: T, idx: out_idx", out_idx="int32 int64 = int32", host=True, differentiable=False)
def list_diff(x, y):
    """The elements of the vector `x` that are not in `y`, and their places in `x`."""
    drop = set(np.asarray(y).tolist())
    keep = np.array([i for i, v in enumerate(np.asarray(x).tolist()) if v not in drop], np.int64)
    return x[keep], keep


@list_diff.shape
def _list_diff_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    for t in inputs:
        with_rank(t._dims, 1)
    return [(None,), (None,)]


@public("setdiff1d")
def setdiff1d(x: Any, y: Any, index_dtype: Any = dtypes.int32, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The elements of the vector `x` that are not in `y`, and their places in `x`."""
    return list_diff(x, y, out_idx=index_dtype, name=name)


# -- partition and stitch -----------------------------------------------------------------------
@public("dynamic_partition")
@op("DynamicPartition", "data: T, partitions: int32 -> outputs: num_partitions*T", static="partitions")
def dynamic_partition(data, partitions, *, num_partitions: int):
    """The slices of `data` that `partitions` assigns to each of `num_partitions` parts."""
    numbers = np.asarray(partitions)
    bad = np.argwhere((numbers < 0) | (numbers >= num_partitions))
    if len(bad):
        place = f"[{','.join(map(str, bad[0]))}]" if numbers.ndim else ""
        raise errors.InvalidArgumentError(None, None, f"partitions{place} = {numbers[tuple(bad[0])]} is not in [0, {num_partitions})")
    flat = data.reshape((-1,) + data.shape[numbers.ndim :]) if numbers.ndim else data[None]
    numbers = numbers.reshape(-1)
    return [flat[np.flatnonzero(numbers == i)] for i in range(num_partitions)]


@dynamic_partition.shape
def _dynamic_partition_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    data, partitions = inputs[0]._dims, inputs[1]._dims
    n = attrs["num_partitions"]
    if data is None or partitions is None:
        return [None] * n
    for a, b in zip(data, partitions):
        if a is not None and b is not None and a != b:
            raise ShapeError(f"Dimensions must be equal, but are {a} and {b}")
    return [(None,) + data[len(partitions) :]] * n


def _stitched(indices: Any, data: Any) -> Any:
    if not all(is_known(i) for i in indices):
        raise errors.InvalidArgumentError(None, None, "indices must be known")
    flat = np.concatenate([np.asarray(i).reshape(-1) for i in indices]) if indices else np.zeros(0, np.int64)
    if flat.size and flat.min() < 0:
        raise errors.InvalidArgumentError(None, None, f"indices[{int(flat.argmin())}] = {flat.min()} is out of range")
    n = int(flat.max()) + 1 if flat.size else 0
    np_ = xp(*data)
    rest = data[0].shape[indices[0].ndim :]
    rows = np_.concatenate([np_.reshape(d, (-1,) + tuple(rest)) for d in data])
    # Of several values for one place, the last stays.
    source = np.full(n, -1, np.int64)
    source[flat] = np.arange(len(flat))
    out = rows[np.maximum(source, 0)]
    if n and source.min() < 0:
        empty = (source < 0).reshape((-1,) + (1,) * len(rest))
        out = np_.where(empty, np_.zeros((), rows.dtype) if rows.dtype != object else b"", out)
    return out


@public("dynamic_stitch")
@op("DynamicStitch", "indices: N*int32, data: N*T -> merged: T", static="indices")
def dynamic_stitch(indices, data):
    """One tensor with the slice `data[m][i, ...]` at `indices[m][i]`; of several for one place, the last."""
    return _stitched(indices, data)


@dynamic_stitch.gradient
def _stitch_gradient(inputs: Any, outputs: Any, grads: Any, **attrs: Any) -> list[Any]:
    # As in the reference, values that others replaced get a gradient too.
    return [None, [grads[0][np.asarray(i)] for i in inputs[0]]]


@op("ParallelDynamicStitch", "indices: N*int32, data: N*T -> merged: T", static="indices")
def parallel_dynamic_stitch(indices, data):
    """`dynamic_stitch` for indices without repetition."""
    return _stitched(indices, data)


@dynamic_stitch.shape
@parallel_dynamic_stitch.shape
def _stitch_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n = attrs["N"]
    rest: Dims = None
    size: int | None = -1
    for i in range(n):
        indices, data = inputs[i]._dims, inputs[n + i]._dims
        value = fold(inputs[i])
        if value is None:
            size = None
        elif size is not None and value.size:
            size = max(size, int(value.max()))
        if indices is None or data is None:
            continue
        merge(data[: len(indices)], indices)
        rest = merge(rest, data[len(indices) :])
    if rest is None:
        return [None]
    return [(None if size is None else size + 1,) + rest]
