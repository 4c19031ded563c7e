"""Sums and the like over dimensions of ragged tensors, and over segments of their rows."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE
from ..op.declare import OPS
from ..op.fold import fold
from ..ops import array, asserts
from ..ops.casting import cast
from ..ops.elementwise import maximum, sqrt
from ..ops.reduction import cumsum, reduce_max
from ..ops.segment import unsorted_segment_max
from .ranges import ragged_range
from .segment_ids import row_splits_to_segment_ids
from .shaping import rank
from .tensor import RaggedTensor, convert_to_tensor_or_ragged, is_ragged, resolved_axis

#: op -> (reduction of dense tensors, of segments), by the names of the functions
_PAIRS = {
    "Sum": ("reduce_sum", "unsorted_segment_sum"),
    "Prod": ("reduce_prod", "unsorted_segment_prod"),
    "Min": ("reduce_min", "unsorted_segment_min"),
    "Max": ("reduce_max", "unsorted_segment_max"),
}


# -- over segments of rows ---------------------------------------------------------------------------
def _over_segments(op: Callable[..., Any], data: Any, segment_ids: Any, num_segments: Any, name: str | None) -> Any:
    """`op` of the rows with the same id, element by element; ids of a ragged tensor count rows further in."""
    if not (is_ragged(data) or is_ragged(segment_ids)):
        return op(data, segment_ids, num_segments)
    with name_scope(name, "RaggedSegment", [data, segment_ids, num_segments]):
        data = convert_to_tensor_or_ragged(data, name="data")
        segment_ids = convert_to_tensor_or_ragged(segment_ids, name="segment_ids")
        if segment_ids.dtype not in (dtypes.int32, dtypes.int64):
            raise ValueError("segment_ids must have dtype int32 or int64.")
        if isinstance(segment_ids, RaggedTensor):
            if not isinstance(data, RaggedTensor):
                raise ValueError("segment_ids.shape must be a prefix of data.shape, but segment_ids is ragged and data is not.")
            check = asserts.assert_equal(
                segment_ids.row_splits, data.row_splits, message="segment_ids.shape must be a prefix of data.shape"
            )
            with control_dependencies([check]):
                return _over_segments(op, data.values, segment_ids.values, num_segments, None)
        # Rows of the result are as long as the longest row that goes into them.
        splits = data.row_splits
        lengths = splits[1:] - splits[:-1]
        longest = maximum(unsorted_segment_max(lengths, segment_ids, num_segments), 0)
        out_splits = array.concat([array.zeros([1], dtype=splits.dtype), cumsum(longest)], axis=0)
        starts = array.gather(out_splits, segment_ids)
        limits = starts + lengths
        places = ragged_range(starts, limits, row_splits_dtype=splits.dtype).values
        values = _over_segments(op, data.values, places, out_splits[-1], None)
        return RaggedTensor.from_row_splits(values, out_splits, validate=False)


def _segment_op(kind: str) -> Callable[..., Any]:
    def function(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Any:
        dense = TABLE[f"math.{_PAIRS[kind][1]}"]
        return _over_segments(dense, data, segment_ids, num_segments, name or f"RaggedSegment{kind}")

    return function


segment_sum, segment_prod, segment_min, segment_max = (_segment_op(k) for k in _PAIRS)


def segment_mean(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Any:
    """The mean of the rows with the same id, element by element."""
    return _averaged(data, segment_ids, num_segments, name or "RaggedSegmentMean", lambda n: n)


def segment_sqrt_n(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Any:
    """The sum of the rows with the same id, divided by the square root of how many there are."""
    return _averaged(data, segment_ids, num_segments, name or "RaggedSegmentSqrtN", sqrt)


def _averaged(data: Any, segment_ids: Any, num_segments: Any, name: str, divisor: Callable[[Any], Any]) -> Any:
    with name_scope(name, "RaggedSegmentMean", [data, segment_ids, num_segments]):
        total = segment_sum(data, segment_ids, num_segments)
        ones = data.with_flat_values(array.ones_like(data.flat_values)) if isinstance(data, RaggedTensor) else array.ones_like(data)
        count = segment_sum(ones, segment_ids, num_segments)
        if isinstance(total, RaggedTensor):
            return total.with_flat_values(total.flat_values / divisor(count.flat_values))
        return total / divisor(count)


# -- over dimensions -----------------------------------------------------------------------------------
def _aggregate(
    dense: Callable[..., Any], segments: Callable[..., Any], data: Any, axis: Any, keepdims: bool, name: str | None, whole: bool = True
) -> Any:
    """`dense` over the dimensions `axis` (all if None), `segments` where they are ragged; with `whole`, over all of them at once."""
    if not is_ragged(data):
        if keepdims:
            return dense(data, axis=axis, keepdims=True, name=name)
        return dense(data, axis=axis, name=name)
    if keepdims:
        raise ValueError("keepdims=True is not supported for RaggedTensors.")
    if axis is None:
        axis = array.range_(rank(data))
    if isinstance(axis, Tensor):
        axis = fold(axis)
        if axis is None:
            raise ValueError("axis must be known at graph construction time.")
        if axis.dtype not in (np.int32, np.int64):
            raise TypeError("axis must be int32 or int64")
    if isinstance(axis, np.ndarray):
        axis = axis.tolist()
    if isinstance(axis, (list, tuple)):
        axis = [int(a) for a in axis]
        if not axis:
            return data
        if len(axis) == 1:
            axis = axis[0]
    if (
        whole
        and isinstance(axis, (list, tuple))
        and sorted(resolved_axis(a, data.shape.ndims) for a in axis) == list(range(data.shape.ndims))
    ):
        return dense(data.flat_values, axis=None, name=name)
    with name_scope(name, "RaggedReduce", [data, axis]):
        if isinstance(axis, (list, tuple)):
            axes = sorted(resolved_axis(a, data.shape.ndims) for a in axis)
            inner = _aggregate(dense, segments, data, axes[-1], False, None, whole)
            return _aggregate(dense, segments, inner, axes[:-1], False, None, whole)
        data = convert_to_tensor_or_ragged(data, name="rt_input")
        axis = resolved_axis(axis, data.shape.ndims)
        if axis == 0:
            # Column by column: the columns are the segments.
            lengths = data.row_splits[1:] - data.row_splits[:-1]
            columns = maximum(reduce_max(lengths), 0)
            return segments(data.values, ragged_range(lengths, row_splits_dtype=data.row_splits.dtype).values, columns)
        if axis == 1:
            rows = array.shape(data.row_splits)[0] - 1
            return segments(data.values, row_splits_to_segment_ids(data.row_splits), rows)
        return data.with_values(_aggregate(dense, segments, data.values, axis - 1, False, None, whole))


def _reduction(kind: str) -> Callable[..., Any]:
    dense_name, segments_name = _PAIRS[kind]

    def function(
        input_tensor: Any, axis: Any = None, keepdims: Any = None, name: str | None = None, reduction_indices: Any = None,
        keep_dims: Any = None,
    ) -> Any:  # fmt: skip
        axis = reduction_indices if axis is None else axis
        keepdims = keep_dims if keepdims is None else keepdims
        segments = functools.partial(_over_segments, TABLE[f"math.{segments_name}"], name=None)
        return _aggregate(TABLE[dense_name], segments, input_tensor, axis, bool(keepdims), name or f"RaggedReduce{kind}")

    return function


reduce_sum, reduce_prod, reduce_min, reduce_max_ = (_reduction(k) for k in _PAIRS)


def reduce_mean(
    input_tensor: Any, axis: Any = None, keepdims: Any = None, name: str | None = None, reduction_indices: Any = None,
    keep_dims: Any = None,
) -> Any:  # fmt: skip
    """The mean over dimensions."""
    axis = reduction_indices if axis is None else axis
    if axis is None:
        axis = array.range_(rank(input_tensor))
    with name_scope(name, "RaggedReduceMean", [input_tensor, axis]):
        total = reduce_sum(input_tensor, axis, keepdims or keep_dims)
        ones = input_tensor.with_flat_values(array.ones_like(input_tensor.flat_values))
        count = reduce_sum(ones, axis, keepdims or keep_dims)
        if isinstance(total, RaggedTensor):
            return total.with_flat_values(total.flat_values / count.flat_values)
        return total / count


def _logical(kind: str) -> Callable[..., Any]:
    reduce = {"Any": reduce_sum, "All": reduce_prod}[kind]

    def function(
        input_tensor: Any, axis: Any = None, keepdims: Any = None, name: str | None = None, reduction_indices: Any = None,
        keep_dims: Any = None,
    ) -> Any:  # fmt: skip
        axis = reduction_indices if axis is None else axis
        if axis is None:
            axis = array.range_(rank(input_tensor))
        with name_scope(name, f"RaggedReduce{kind}", [input_tensor, axis]):
            numbers = input_tensor.with_flat_values(cast(input_tensor.flat_values, dtypes.int32))
            out = reduce(numbers, axis, keepdims or keep_dims)
            if isinstance(out, RaggedTensor):
                return out.with_flat_values(cast(out.flat_values, dtypes.bool_))
            return cast(out, dtypes.bool_)

    return function


reduce_any, reduce_all = _logical("Any"), _logical("All")


def reduce_join(inputs: Any, axis: Any = None, keepdims: Any = None, separator: str = "", name: str | None = None) -> Any:
    """Strings joined over dimensions."""
    join, segment_join = TABLE["strings.reduce_join"], OPS["UnsortedSegmentJoin"]

    def segments(data: Any, ids: Any, n: Any) -> Any:
        return segment_join(data, ids, n, separator=separator)

    def dense(data: Any, axis: Any = None, keepdims: Any = False, name: str | None = None) -> Any:
        del name
        return join(data, axis=axis, keepdims=keepdims, separator=separator)

    return _aggregate(dense, segments, inputs, axis, bool(keepdims), name or "RaggedSegmentJoin", whole=False)
