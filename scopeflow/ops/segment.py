"""Sums, means, ... over segments of the first dimension: segment_*, unsorted_segment_*, sparse_segment_*, bincount."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import dtypes, errors
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..op import shapes
from ..op.checks import check
from ..op.declare import Op, ShapeError, op
from ..op.fold import fold
from .casting import cast
from .elementwise import NUMBER, REAL, is_int, maximum, minimum, sqrt
from .reduction import reduce_max, reduce_prod

_IDS = "int32 int64"
_INDEX = "int32 int64 = int32"


# -- array functions ---------------------------------------------------------------------
def _lowest(dtype: Any, largest: bool = False) -> Any:
    limits = jnp.iinfo(dtype) if np.issubdtype(dtype, np.integer) else jnp.finfo(dtype)
    return limits.max if largest else limits.min


def _flattened(data: Any, ids: Any, n: int) -> tuple[Any, Any]:
    """The data as [ids, ...] and the ids as [ids], negative ones moved out of range, where they are dropped."""
    ids = jnp.asarray(ids)
    data = jnp.asarray(data).reshape((ids.size,) + np.shape(data)[ids.ndim :])
    ids = ids.reshape(-1)
    return data, jnp.where(ids < 0, n, ids)


def _counts(ids: Any, n: int, like: Any) -> Any:
    ones = jnp.zeros((n,), like.dtype).at[ids].add(jnp.ones((), like.dtype), mode="drop")
    return ones.reshape((n,) + (1,) * (like.ndim - 1))


def _summed(data: Any, ids: Any, n: int) -> Any:
    return jax.ops.segment_sum(data, ids, n)


def _averaged(data: Any, ids: Any, n: int) -> Any:
    total, count = _summed(data, ids, n), jnp.maximum(_counts(ids, n, data), 1)
    return total // count if is_int(data) else total / count


def _averaged_by_root(data: Any, ids: Any, n: int) -> Any:
    return _summed(data, ids, n) / jnp.sqrt(jnp.maximum(_counts(ids, n, data), 1))


def _largest(data: Any, ids: Any, n: int) -> Any:
    return jnp.where(_counts(ids, n, data) == 0, _lowest(data.dtype), jax.ops.segment_max(data, ids, n))


def _smallest(data: Any, ids: Any, n: int) -> Any:
    return jnp.where(_counts(ids, n, data) == 0, _lowest(data.dtype, True), jax.ops.segment_min(data, ids, n))


def _multiplied(data: Any, ids: Any, n: int) -> Any:
    return jax.ops.segment_prod(data, ids, n)


def _or_zero(function: Callable[[Any, Any, int], Any]) -> Callable[[Any, Any, int], Any]:
    """`function`, with 0 for segments without elements."""
    return lambda data, ids, n: jnp.where(_counts(ids, n, data) == 0, jnp.zeros((), data.dtype), function(data, ids, n))


# -- sorted ids: the last one says how many segments there are -------------------------------
def _sorted_shape(inputs: Any, attrs: Any) -> Any:
    shapes.with_rank(inputs[-1]._dims, 1)
    dims = shapes.at_least(inputs[0]._dims, 1)
    return [None if dims is None else (None,) + dims[1:]]


def _sorted_count(ids: Any, rows: int) -> int:
    ids = np.asarray(ids)
    if ids.shape != (rows,):
        raise errors.InvalidArgumentError(None, None, "segment_ids should be the same size as dimension 0 of input.")
    if np.any(np.diff(ids) < 0):
        raise errors.InvalidArgumentError(None, None, "segment ids are not increasing")
    if ids.size and ids[0] < 0:
        raise errors.InvalidArgumentError(None, None, "segment ids must be >= 0")
    return int(ids[-1]) + 1 if ids.size else 0


def _sorted_segments(op_type: str, function: Callable[[Any, Any, int], Any], types: str, public_name: str, doc: str, **flags: Any) -> Op:
    def array_function(data: Any, segment_ids: Any) -> Any:
        n = _sorted_count(segment_ids, np.shape(data)[0])
        return function(*_flattened(data, segment_ids, n), n)

    array_function.__name__ = public_name
    array_function.__doc__ = doc
    signature = "data: T, segment_ids: Tindices -> output: T"
    # The ids decide the result's shape, so that they must be known when it is traced.
    spec = op(op_type, signature, T=types, Tindices=_IDS, shape=_sorted_shape, static="segment_ids", jax_only=True, **flags)(array_function)
    return export(spec, public_name, f"math.{public_name}")


segment_sum = _sorted_segments("SegmentSum", _summed, NUMBER, "segment_sum", "The sum of each segment's rows; ids are sorted.")
segment_mean = _sorted_segments(
    "SegmentMean", _averaged, NUMBER, "segment_mean", "The mean of each segment's rows, 0 if there are none; ids are sorted."
)
segment_max = _sorted_segments(
    "SegmentMax", _or_zero(_largest), REAL, "segment_max", "The largest of each segment's rows, 0 if there are none; ids are sorted."
)
segment_min = _sorted_segments(
    "SegmentMin", _or_zero(_smallest), REAL, "segment_min", "The smallest of each segment's rows, 0 if there are none; ids are sorted."
)
segment_prod = _sorted_segments(
    "SegmentProd",
    _multiplied,
    NUMBER,
    "segment_prod",
    "The product of each segment's rows, 1 if there are none; ids are sorted.",
    differentiable=False,
)


# -- any ids, a given number of segments ----------------------------------------------------------
def _unsorted_shape(inputs: Any, attrs: Any) -> Any:
    data, ids = inputs[0]._dims, inputs[1]._dims
    if data is None or ids is None:
        return [None]
    if len(ids) > len(data):
        raise ShapeError(f"Shape must be at least rank {len(ids)} but is rank {len(data)}")
    for i, d in enumerate(ids):
        if d is not None and data[i] is not None and d != data[i]:
            both = f"{shapes.bracket(data)} and {shapes.bracket(ids)}"
            raise ShapeError(f"Dimension {i} in both shapes must be equal, but are {data[i]} and {d}. Shapes are {both}.")
    return [(_known(inputs[2]),) + data[len(ids) :]]


def _known(t: Tensor) -> int | None:
    value = fold(t)
    return None if value is None else int(value)


def _require_in_range(ids: Any, n: int) -> None:
    if isinstance(ids, np.ndarray):
        bad = np.flatnonzero(ids >= n)
        if bad.size:
            at = ", ".join(str(i) for i in np.unravel_index(bad[0], ids.shape))
            raise errors.InvalidArgumentError(None, None, f"segment_ids[{at}] = {ids.ravel()[bad[0]]} is out of range [0, {n})")
    else:
        check(ids < n, f"segment_ids has an element that is out of range [0, {n})")


def _unsorted_segments(op_type: str, function: Callable[[Any, Any, int], Any], types: str, public_name: str, doc: str) -> Op:
    def array_function(data: Any, segment_ids: Any, num_segments: Any) -> Any:
        n = int(num_segments)
        _require_in_range(segment_ids, n)
        return function(*_flattened(data, segment_ids, n), n)

    array_function.__name__ = public_name
    array_function.__doc__ = f"{doc}; rows with a negative id are left out."
    signature = "data: T, segment_ids: Tindices, num_segments: Tnumsegments -> output: T"
    flags = {"T": types, "Tindices": _IDS, "Tnumsegments": _INDEX}
    spec = op(op_type, signature, shape=_unsorted_shape, static="num_segments", jax_only=True, **flags)(array_function)
    return export(spec, public_name, f"math.{public_name}")


unsorted_segment_sum = _unsorted_segments("UnsortedSegmentSum", _summed, NUMBER, "unsorted_segment_sum", "The sum of each segment's rows")
unsorted_segment_max = _unsorted_segments(
    "UnsortedSegmentMax", _largest, REAL, "unsorted_segment_max", "The largest of each segment's rows"
)
unsorted_segment_min = _unsorted_segments(
    "UnsortedSegmentMin", _smallest, REAL, "unsorted_segment_min", "The smallest of each segment's rows"
)
unsorted_segment_prod = _unsorted_segments(
    "UnsortedSegmentProd", _multiplied, NUMBER, "unsorted_segment_prod", "The product of each segment's rows"
)


@unsorted_segment_prod.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    data, segment_ids, n = inputs[0], inputs[1], int(inputs[2])
    rows, ids = _flattened(data, segment_ids, n)
    zero = rows == 0
    zeros = _summed(zero.astype(jnp.int32), ids, n)[ids % max(n, 1)]
    others = _multiplied(jnp.where(zero, 1, rows), ids, n)[ids % max(n, 1)]
    # Of a product with one factor 0, only that factor has a gradient; with two, none has.
    slope = jnp.where(zero, jnp.where(zeros == 1, others, 0), jnp.where(zeros == 0, others / jnp.where(zero, 1, rows), 0))
    arriving = grads[0][ids % max(n, 1)]
    mask = (ids < n).reshape((-1,) + (1,) * (rows.ndim - 1))
    return [jnp.where(mask, arriving * jnp.conj(slope), 0).reshape(np.shape(data)), None, None]


def _row_counts(data: Tensor, segment_ids: Tensor, num_segments: Any) -> Tensor:
    """How many rows each segment has (1 for none), shaped to divide the segments' sums."""
    from . import array

    ones = array.ones(array.shape(segment_ids), dtype=data.dtype)
    counts = unsorted_segment_sum(ones, segment_ids, num_segments)
    rank_of_rows = data.shape.ndims - segment_ids.shape.ndims
    return maximum(array.reshape(counts, [num_segments] + [1] * rank_of_rows), 1)


@public("unsorted_segment_mean", "math.unsorted_segment_mean")
def unsorted_segment_mean(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The mean of each segment's rows, 0 if there are none; rows with a negative id are left out."""
    with name_scope(name, "UnsortedSegmentMean"):
        data, segment_ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
        counts = _row_counts(data, segment_ids, num_segments)
        return unsorted_segment_sum(data, segment_ids, num_segments) / counts


@public("unsorted_segment_sqrt_n", "math.unsorted_segment_sqrt_n")
def unsorted_segment_sqrt_n(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The sum of each segment's rows divided by the square root of their number."""
    with name_scope(name, "UnsortedSegmentSqrtN"):
        data, segment_ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
        counts = _row_counts(data, segment_ids, num_segments)
        total = unsorted_segment_sum(data, segment_ids, num_segments)
        return total / sqrt(counts)


# -- rows picked by indices -----------------------------------------------------------------------
def _sparse_shape(inputs: Any, attrs: Any) -> Any:
    dims = shapes.at_least(inputs[0]._dims, 1)
    shapes.merge(shapes.with_rank(inputs[1]._dims, 1), shapes.with_rank(inputs[2]._dims, 1))
    rows = _known(inputs[3]) if len(inputs) > 3 else None
    return [None if dims is None else (rows,) + dims[1:]]


def _picked(data: Any, indices: Any) -> Any:
    rows = np.shape(data)[0]
    check((indices >= 0) & (indices < rows), f"Index out of range [0, {rows}).")
    return jnp.take(jnp.asarray(data), jnp.asarray(indices), axis=0, mode="clip")


def _sparse_segments(op_type: str, function: Callable[[Any, Any, int], Any], types: str, public_name: str, doc: str) -> Any:
    def by_ids(data: Any, indices: Any, segment_ids: Any) -> Any:
        n = _sorted_count(segment_ids, np.shape(indices)[0])
        return function(*_flattened(_picked(data, indices), segment_ids, n), n)

    def by_number(data: Any, indices: Any, segment_ids: Any, num_segments: Any) -> Any:
        n = int(num_segments)
        _require_in_range(segment_ids, n)
        return function(*_flattened(_picked(data, indices), segment_ids, n), n)

    by_ids.__name__ = by_number.__name__ = public_name
    by_ids.__doc__ = by_number.__doc__ = doc
    inputs = "data: T, indices: Tidx, segment_ids: int32"
    plain = op(op_type, f"{inputs} -> output: T", T=types, Tidx=_INDEX, shape=_sparse_shape, static="segment_ids", jax_only=True)(by_ids)
    numbered = op(
        op_type + "WithNumSegments",
        f"{inputs}, num_segments: Tnumsegments -> output: T",
        T=types,
        Tidx=_INDEX,
        Tnumsegments=_INDEX,
        shape=_sparse_shape,
        static="num_segments",
        jax_only=True,
    )(by_number)

    def function_of_rows(data: Any, indices: Any, segment_ids: Any, name: str | None = None, num_segments: Any = None) -> Tensor:
        if num_segments is not None:
            return numbered(data, indices, segment_ids, num_segments, name=name)
        return plain(data, indices, segment_ids, name=name)

    function_of_rows.__name__ = function_of_rows.__qualname__ = public_name
    function_of_rows.__doc__ = f"{doc} With `num_segments`, the result has that many."
    return export(function_of_rows, public_name, public_name.replace("sparse_", "sparse.", 1))


_FLOATS = "float double"
sparse_segment_sum = _sparse_segments(
    "SparseSegmentSum", _summed, REAL, "sparse_segment_sum", "The sum of data[indices[i]] over each segment of i; segment ids are sorted."
)
sparse_segment_mean = _sparse_segments(
    "SparseSegmentMean",
    _averaged,
    _FLOATS,
    "sparse_segment_mean",
    "The mean of data[indices[i]] over each segment of i; segment ids are sorted.",
)
sparse_segment_sqrt_n = _sparse_segments(
    "SparseSegmentSqrtN",
    _averaged_by_root,
    _FLOATS,
    "sparse_segment_sqrt_n",
    "The sum of data[indices[i]] over each segment of i, divided by the square root of its length; segment ids are sorted.",
)


# -- counting ----------------------------------------------------------------------------------------
@op(
    "Bincount",
    "arr: int32, size: int32, weights: T -> bins: T",
    T="int32 int64 float double",
    static="size",
    jax_only=True,
    differentiable=False,
)
def _bincount(arr: Any, size: Any, weights: Any) -> Any:
    """How often each number below `size` occurs in `arr`, or the sum of the weights where it does."""
    n = int(size)
    check(jnp.asarray(arr) >= 0, "Input arr must be non-negative!")
    values = jnp.asarray(weights).reshape(-1) if np.size(weights) else jnp.ones((np.size(arr),), weights.dtype)
    return jnp.zeros((n,), weights.dtype).at[jnp.asarray(arr).reshape(-1)].add(values, mode="drop")


@_bincount.shape
def _(inputs: Any, attrs: Any) -> Any:
    return [(_known(inputs[1]),)]


@public("bincount", "math.bincount")
def bincount(arr: Any, weights: Any = None, minlength: Any = None, maxlength: Any = None, dtype: Any = dtypes.int32) -> Tensor:
    """How often each number occurs in `arr` (int32, not negative), or the sum of `weights` where it does.

    Args:
      minlength: the least length of the result.
      maxlength: the greatest; larger numbers are left out.
      dtype: of the result, if there are no weights.
    """
    from . import array

    with name_scope(None, "bincount"):
        arr = convert_to_tensor(arr, name="arr", dtype=dtypes.int32)
        not_empty = reduce_prod(array.shape(arr)) > 0
        length = cast(not_empty, dtypes.int32) * (reduce_max(arr) + 1)
        if minlength is not None:
            minlength = convert_to_tensor(minlength, name="minlength", dtype=dtypes.int32)
            length = maximum(minlength, length)
        if maxlength is not None:
            maxlength = convert_to_tensor(maxlength, name="maxlength", dtype=dtypes.int32)
            length = minimum(maxlength, length)
        if weights is not None:
            weights = convert_to_tensor(weights, name="weights")
            return unsorted_segment_sum(weights, arr, length)
        return _bincount(arr, length, constant([], dtype))
