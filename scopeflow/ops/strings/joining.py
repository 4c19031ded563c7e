"""Strings put together: elementwise, along dimensions, by segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import ShapeError, op
from ...op.fold import fold
from ...op.shapes import merge
from ..creation import range_
from ..reduction import either
from ..shaping import rank
from .slicing import as_bytes


def _joined_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims: Dims = ()
    unknown = False
    for t in inputs:
        if t._dims is None:
            unknown = True
        elif t._dims:
            dims = merge(dims or None, t._dims)
    return [None if unknown and not dims else dims]


@op("StringJoin", "inputs: N*string -> output: string", host=True, differentiable=False, shape=_joined_shape)
def string_join_op(inputs, *, separator: str = ""):
    """The strings of several tensors of one shape, joined elementwise; scalars go with every element."""
    shapes = {np.shape(v) for v in inputs if np.ndim(v)}
    check(len(shapes) < 2, f"Input shapes do not match: {' vs. '.join(str(list(s)) for s in sorted(shapes))}")
    wide = np.broadcast_arrays(*[np.asarray(v, object) for v in inputs])
    out = np.empty(wide[0].shape, object)
    flat = out.reshape(-1)
    middle = separator.encode("utf-8", "surrogateescape")
    for i, parts in enumerate(zip(*(w.reshape(-1) for w in wide))):
        flat[i] = middle.join(map(as_bytes, parts))
    return out


@public("strings.join", "string_join")
def string_join(inputs: Any, separator: str = "", name: str | None = None) -> Tensor:
    """The strings of several tensors of one shape, or scalars, joined elementwise."""
    if isinstance(inputs, (list, tuple)) and not inputs:
        raise ValueError("List argument 'inputs' to 'StringJoin' Op with length 0 shorter than minimum length 1.")
    return string_join_op(inputs, separator=separator, name=name)


# -- along dimensions ----------------------------------------------------------------------------------
@op("ReduceJoin", "inputs: string, reduction_indices: int32 -> output: string", host=True, differentiable=False)
def reduce_join_op(inputs, reduction_indices, *, keep_dims: bool = False, separator: str = ""):
    """The strings of a tensor joined along dimensions; along the first one given the fastest."""
    inputs = np.asarray(inputs, object)
    axes = [_axis(int(a), inputs.ndim) for a in np.reshape(reduction_indices, -1)]
    check(len(set(axes)) == len(axes), f"Duplicate reduction dimension in {axes}")
    kept = [i for i in range(inputs.ndim) if i not in axes]
    parts = inputs.transpose(kept + axes[::-1])
    shape = parts.shape[: len(kept)]
    rows = parts.reshape((int(np.prod(shape, dtype=np.int64)), -1)) if axes else inputs.reshape(-1, 1)
    out = np.empty(len(rows), object)
    for i, row in enumerate(rows):
        out[i] = separator.encode("utf-8", "surrogateescape").join(map(as_bytes, row))
    return out.reshape([1 if i in axes else n for i, n in enumerate(inputs.shape)] if keep_dims else shape)


def _axis(axis: int, ndim: int) -> int:
    check(-ndim <= axis < ndim, f"Invalid reduction dimension {axis} for input with {ndim} dimension(s)")
    return axis % ndim


@reduce_join_op.shape
def _reduce_join_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, axes = inputs[0]._dims, fold(inputs[1])
    if dims is None:
        return [None]
    if axes is None:
        return [(None,) * len(dims) if attrs["keep_dims"] else None]
    chosen = set()
    for a in np.reshape(axes, -1).tolist():
        if not -len(dims) <= a < len(dims):
            raise ShapeError(f"Invalid reduction dimension {a} for input with {len(dims)} dimensions", values=(1,))
        chosen.add(a % len(dims))
    if attrs["keep_dims"]:
        return [tuple(1 if i in chosen else d for i, d in enumerate(dims))]
    return [tuple(d for i, d in enumerate(dims) if i not in chosen)]


@public("strings.reduce_join", "reduce_join")
def reduce_join(
    inputs: Any,
    axis: Any = None,
    keep_dims: bool | None = None,
    separator: str = "",
    name: str | None = None,
    reduction_indices: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """The strings of a tensor joined along the dimensions `axis` (all of them if None).

    With several, those along the first one given come first: [1, 0] joins row after row, [0, 1] column after column.
    """
    keepdims = either("keepdims", keepdims, "keep_dims", keep_dims) or False
    axis = either("axis", axis, "reduction_indices", reduction_indices)
    with name_scope(name, "ReduceJoin", [inputs]):
        inputs = convert_to_tensor(inputs, dtypes.string, name="inputs")
        if axis is None:
            ndims = inputs.shape.ndims
            axis = range_(rank(inputs) - 1, -1, -1) if ndims is None else constant(np.arange(ndims - 1, -1, -1), dtype=dtypes.int32)
        return reduce_join_op(inputs, axis, keep_dims=keepdims, separator=separator)


# -- by segments ------------------------------------------------------------------------------------------
@public("strings.unsorted_segment_join")
@op(
    "UnsortedSegmentJoin", "inputs: string, segment_ids: Tindices, num_segments: Tnumsegments -> output: string",
    Tindices="int32 int64", Tnumsegments="int32 int64 = int32", host=True, differentiable=False,
)  # fmt: skip
def unsorted_segment_join(inputs, segment_ids, num_segments, *, separator: str = ""):
    """The strings of each segment joined."""
    inputs, ids = np.asarray(inputs, object), np.asarray(segment_ids)
    count = int(num_segments)
    check(count >= 0, "num_segments must be non-negative")
    check(ids.ndim > 0 and inputs.shape[: ids.ndim] == ids.shape, "segment_ids's shape must be a prefix of inputs's")
    check(bool(((ids >= 0) & (ids < count)).all()), "segment_ids are not allowed to exceed num_segments or to have negative values.")
    inner = inputs.shape[ids.ndim :]
    rows = inputs.reshape((ids.size, -1))
    out = np.empty((count, rows.shape[1]), object)
    middle = separator.encode("utf-8", "surrogateescape")
    flat = ids.reshape(-1)
    for segment in range(count):
        for j in range(rows.shape[1]):
            out[segment, j] = middle.join(as_bytes(v) for v in rows[flat == segment, j])
    return out.reshape((count, *inner))


@unsorted_segment_join.shape
def _segments_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, ids, count = inputs[0]._dims, inputs[1]._dims, fold(inputs[2])
    if dims is None or ids is None:
        return [None]
    return [(None if count is None else int(count), *dims[len(ids) :])]
