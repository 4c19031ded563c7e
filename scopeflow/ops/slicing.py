"""Slices: `tensor[...]`, `tf.slice`, `tf.strided_slice`."""

from __future__ import annotations

import numbers
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.conversion import constant, make_constant
from ..graph.default_graph import name_scope
from ..graph.operation import Operation, Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import Dimension, Dims
from ..op.checks import check
from ..op.declare import OPS, ShapeError, op
from ..op.fold import fold, fold_dims
from ..op.namespace import is_known
from ..op.shapes import merge
from .packing import stack

#: how a sparse index meets the dimensions of the input: (kind, position in begin/end/strides, dimension)
_FULL, _NEW, _INDEX, _SLICE = range(4)


def _layout(rank: int, n: int, ellipsis_mask: int, new_axis_mask: int, shrink_axis_mask: int) -> list[tuple[int, int, int]]:
    """What each of `n` slice entries does, in order, for an input of `rank` dimensions."""
    if ellipsis_mask & (ellipsis_mask - 1):
        raise ShapeError("Multiple ellipses in slice spec not allowed", values=(3,))
    out: list[tuple[int, int, int]] = []
    dim = 0
    for i in range(n):
        bit = 1 << i
        if ellipsis_mask & bit:
            # The ellipsis leaves one dimension to each entry after it that takes one.
            taken = sum(1 for j in range(i + 1, n) if not new_axis_mask & (1 << j))
            while dim < rank - taken:
                out.append((_FULL, -1, dim))
                dim += 1
        elif new_axis_mask & bit:
            out.append((_NEW, i, -1))
        else:
            if dim >= rank:
                raise ShapeError(f"Index out of range using input dim {dim}; input has only {rank} dims", values=(3,))
            out.append((_INDEX if shrink_axis_mask & bit else _SLICE, i, dim))
            dim += 1
    while dim < rank:
        out.append((_FULL, -1, dim))
        dim += 1
    return out


def _list_of(value: Any) -> list[int] | None:
    return None if value is None else [int(v) for v in value]


@op("StridedSlice", "input: T, begin: Index, end: Index, strides: Index -> output: T", Index="int32 int64", static="begin end strides")
def strided_slice_op(
    input,
    begin,
    end,
    strides,
    *,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    known=None,
):
    """`input[begin[0]:end[0]:strides[0], ...]`, with masks that say which entries are open, an ellipsis, new axes or indices."""
    begins: list[Any]
    if known is None or is_known(begin, end, strides):
        begins, ends, steps = ([int(v) for v in np.asarray(a)] for a in (begin, end, strides))
    else:
        begins, ends, steps = known
        begins = [begin[i] if v is None else v for i, v in enumerate(begins)]
    key: list[Any] = []
    dynamic: list[tuple[int, Any]] = []
    for kind, i, dim in _layout(input.ndim, len(steps), ellipsis_mask, new_axis_mask, shrink_axis_mask):
        size = input.shape[dim] if dim >= 0 else 1
        if kind == _FULL:
            key.append(slice(None))
        elif kind == _NEW:
            key.append(None)
        elif kind == _INDEX:
            at = begins[i]
            message = f"slice index {at} of dimension {i} out of bounds."
            if isinstance(at, int):
                if not -size <= at < size:
                    raise errors.InvalidArgumentError(None, None, message)
                key.append(at)
            else:
                check((at >= -size) & (at < size), f"slice index of dimension {i} out of bounds.")
                # Taken last, when the other entries have been applied.
                dynamic.append((sum(1 for k in key if not isinstance(k, int)), at + size * (at < 0)))
                key.append(slice(None))
        else:
            bit = 1 << i
            if steps[i] == 0:
                raise errors.InvalidArgumentError(None, None, f"strides[{i}] must be non-zero")
            key.append(slice(None if begin_mask & bit else begins[i], None if end_mask & bit else ends[i], steps[i]))
    out = input[tuple(key)]
    for axis, at in reversed(dynamic):
        from jax import lax

        out = lax.dynamic_index_in_dim(out, at, axis, keepdims=False)
    return out


@strided_slice_op.dynamic
def known_bounds(o: Operation, first: int = 1) -> Any:
    """The bounds that the graph itself tells, if the rest are single indices, which need not be known while tracing.

    Inputs `first` to `first` + 2 of the op are begin, end and strides.
    """
    attrs = o.attrs
    begin, end, strides = o._inputs[first : first + 3]
    steps = fold(strides)
    if steps is None:
        return None
    begins, ends = _partial(begin), _partial(end)
    n = len(steps)
    if len(begins) != n or len(ends) != n:
        return None
    skip = attrs["ellipsis_mask"] | attrs["new_axis_mask"]
    for i in range(n):
        bit = 1 << i
        if skip & bit or attrs["shrink_axis_mask"] & bit:
            continue
        if (begins[i] is None and not attrs["begin_mask"] & bit) or (ends[i] is None and not attrs["end_mask"] & bit):
            return None
    return begins, ends, [int(s) for s in steps]


def _partial(t: Tensor) -> list[int | None]:
    """The elements of an int vector that the graph tells; None for the others, no elements if even their number is open."""
    value = fold(t)
    if value is not None:
        return [int(v) for v in value]
    if t.op.type == "Pack":
        values = [fold(v) for v in t.op._inputs]
        return [None if v is None or v.ndim else int(v) for v in values]
    return [] if t._dims is None or len(t._dims) != 1 or t._dims[0] is None else [None] * t._dims[0]


@strided_slice_op.shape
def _strided_slice_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    vector: Dims = (None,)
    for t in inputs[1:]:
        vector = merge(vector, t._dims)
    dims, steps = inputs[0]._dims, _list_of(fold(inputs[3]))
    if dims is None or steps is None:
        return [None]
    begins, ends = _list_of(fold(inputs[1])), _list_of(fold(inputs[2]))
    begin_mask, end_mask = attrs["begin_mask"], attrs["end_mask"]
    out: list[int | None] = []
    for kind, i, dim in _layout(len(dims), len(steps), attrs["ellipsis_mask"], attrs["new_axis_mask"], attrs["shrink_axis_mask"]):
        if kind == _FULL:
            out.append(dims[dim])
            continue
        if kind == _NEW:
            out.append(1)
            continue
        bit, size, step = 1 << i, dims[dim], steps[i]
        if step == 0:
            raise ShapeError(f"strides[{i}] must be non-zero", values=(3,))
        if kind == _INDEX:
            if step < 0:
                raise ShapeError("only stride 1 allowed on non-range indexing.", values=(3,))
            if begins is not None and size is not None and not -size <= begins[i] < size:
                at = begins[i] + size if begins[i] < 0 else begins[i]
                raise ShapeError(f"slice index {at} of dimension {i} out of bounds.", values=(1, 2, 3))
            continue
        open_begin, open_end = begin_mask & bit, end_mask & bit
        if size is None or (begins is None and not open_begin) or (ends is None and not open_end):
            out.append(None)
            continue
        key = slice(None if open_begin else begins[i], None if open_end else ends[i], step)
        out.append(len(range(*key.indices(size))))
    return [tuple(out)]


# -- slice --------------------------------------------------------------------------------
@op("Slice", "input: T, begin: Index, size: Index -> output: T", Index="int32 int64", static="begin size")
def slice_op(input, begin, size, *, known=None):
    """`size[i]` elements (-1: all that are left) from `begin[i]` on, along each dimension i."""
    if known is None or is_known(begin, size):
        starts = [int(b) for b in begin]
        sizes = [d - b if int(s) == -1 else int(s) for s, b, d in zip(size, starts, input.shape)]
        for i, (b, s, d) in enumerate(zip(starts, sizes, input.shape)):
            if not 0 <= b <= d:
                raise errors.InvalidArgumentError(None, None, f"Expected begin[{i}] in [0, {d}], but got {b}")
            if not 0 <= s <= d - b:
                raise errors.InvalidArgumentError(None, None, f"Expected size[{i}] in [0, {d - b}], but got {s}")
        return input[tuple(slice(b, b + s) for b, s in zip(starts, sizes))]
    from jax import lax

    starts, sizes = known
    starts = [begin[i] if b is None else np.asarray(b, begin.dtype) for i, b in enumerate(starts)]
    sizes = [d - int(b) if s == -1 else s for s, b, d in zip(sizes, starts, input.shape)]
    for i, (b, s, d) in enumerate(zip(starts, sizes, input.shape)):
        check((b >= 0) & (b + s <= d), f"Expected begin[{i}] in [0, {d - s}] for a slice of size {s}")
    return lax.dynamic_slice(input, starts, sizes)


@slice_op.dynamic
def _known_window(o: Operation) -> Any:
    """With the sizes told by the graph, the begin need not be known while tracing."""
    begins, sizes = _partial(o._inputs[1]), _partial(o._inputs[2])
    if None in sizes or not sizes or len(begins) != len(sizes) or any(s == -1 and b is None for s, b in zip(sizes, begins)):
        return None
    return begins, sizes


@slice_op.shape
def _slice_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = inputs[0]._dims
    begins, sizes = _partial(inputs[1]), fold(inputs[2])
    lengths = [t._dims[0] for t in inputs[1:] if t._dims is not None and len(t._dims) == 1]
    n = next((v for v in lengths if v is not None), None)
    if dims is not None and n is not None and n != len(dims):
        raise ShapeError(f"Shape must be rank {n} but is rank {len(dims)}")
    if n is None:
        n = None if dims is None else len(dims)
    if sizes is None:
        partial = fold_dims(inputs[2])
        return [partial if partial is not None else None if n is None else (None,) * n]
    out: list[int | None] = []
    for i, s in enumerate(sizes.tolist()):
        if s == -1:
            known = dims is not None and i < len(begins) and dims[i] is not None and begins[i] is not None
            if known and begins[i] > dims[i]:
                raise ShapeError(f"Negative dimension size caused by subtracting {begins[i]} from {dims[i]}", partial=(1, 2))
            out.append(dims[i] - begins[i] if known else None)
        else:
            out.append(s)
    return [tuple(out)]


@public("slice")
def slice_(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """`size[i]` elements (-1: all that are left) from `begin[i]` on, along each dimension i."""
    return slice_op(input_, begin, size, name=name)


@public("strided_slice")
def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """`input_[begin[0]:end[0]:strides[0], ...]`; bits of the masks mark open bounds, the ellipsis, new axes and indices.

    With the variable `var`, the result has a method `assign(value)` that writes into that slice of it.
    """
    if strides is None:
        strides = TABLE["ones_like"](begin)
    masks = {
        "begin_mask": begin_mask,
        "end_mask": end_mask,
        "ellipsis_mask": ellipsis_mask,
        "new_axis_mask": new_axis_mask,
        "shrink_axis_mask": shrink_axis_mask,
    }
    out = strided_slice_op(input_, begin, end, strides, **masks, name=name)
    if var is not None:

        def assign(value: Any, name: str | None = None) -> Any:
            if name is None:
                name = (out_name or "") + "_assign"
            return var._strided_slice_assign(begin=begin, end=end, strides=strides, value=value, name=name, **masks)

        out_name = name
        out.assign = assign
    return out


# -- indexing ------------------------------------------------------------------------------
_INTEGRAL = (numbers.Integral, np.integer)


def _check_index(index: Any) -> None:
    if isinstance(index, _INTEGRAL) or isinstance(index, Dimension):
        return
    if isinstance(index, Tensor) and index.dtype.base_dtype in (dtypes.int32, dtypes.int64) and not index._dims:
        return
    if hasattr(type(index), "_as_graph_element") and not isinstance(index, Tensor):
        if index.dtype.base_dtype in (dtypes.int32, dtypes.int64) and index.shape.ndims in (0, None):
            return
    raise TypeError(
        "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 tensors are valid indices, "
        f"got {index!r}"
    )


def _is_bool_mask(key: Any) -> bool:
    if isinstance(key, (bool, np.bool_)):
        return True
    if isinstance(key, (Tensor, np.ndarray)):
        return key.dtype == (dtypes.bool_ if isinstance(key, Tensor) else np.bool_)
    return False


def _is_open(bound: Any) -> bool:
    if isinstance(bound, Dimension):
        return bound._value is None
    return bound is None or (type(bound) is int and bound == sys.maxsize)


def slice_helper(tensor: Any, key: Any, var: Any = None) -> Tensor:
    """`tensor[key]`: ints, slices, `...`, None, scalar int tensors, or one boolean mask.

    Args:
      var: the variable that `tensor` was read from: the result can then be assigned to.

    Raises:
      TypeError: an index is none of these.
    """
    if _is_bool_mask(key):
        return TABLE["boolean_mask"](tensor, key)
    if not isinstance(key, (list, tuple)):
        key = (key,)
    begin: list[Any] = []
    end: list[Any] = []
    strides: list[Any] = []
    begin_mask = end_mask = ellipsis_mask = new_axis_mask = shrink_axis_mask = 0
    bit = 1
    plain = True
    for k in key:
        kind = type(k)
        if kind is int:
            begin.append(k)
            end.append(k + 1)
            strides.append(1)
            shrink_axis_mask |= bit
        elif kind is slice:
            for bounds, bound, is_end in ((begin, k.start, False), (end, k.stop, True)):
                if _is_open(bound):
                    bounds.append(0)
                    if is_end:
                        end_mask |= bit
                    else:
                        begin_mask |= bit
                else:
                    if type(bound) is not int:
                        _check_index(bound)
                        plain = plain and isinstance(bound, _INTEGRAL)
                    bounds.append(bound)
            step = k.step
            if step is None:
                strides.append(1)
            else:
                if type(step) is not int:
                    _check_index(step)
                    plain = plain and isinstance(step, _INTEGRAL)
                strides.append(step)
        elif k is Ellipsis:
            begin.append(0)
            end.append(0)
            strides.append(1)
            ellipsis_mask |= bit
        elif k is None:
            begin.append(0)
            end.append(0)
            strides.append(1)
            new_axis_mask |= bit
        else:
            _check_index(k)
            plain = plain and isinstance(k, _INTEGRAL)
            begin.append(k)
            end.append(k + 1)
            strides.append(1)
            shrink_axis_mask |= bit
        bit <<= 1
    with name_scope(None, "strided_slice", [tensor, *begin, *end, *strides] if not plain else [tensor]) as name:
        packed = _bounds(begin, end, strides, plain)
        return strided_slice(tensor, *packed, begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask, var=var, name=name)


def _bounds(begin: list[Any], end: list[Any], strides: list[Any], plain: bool) -> list[Tensor]:
    if not begin:
        return [constant([], dtypes.int32)] * 3
    if plain and all(-(2**31) <= int(v) < 2**31 for row in (begin, end, strides) for v in row):
        return [make_constant(np.array(row, np.int32), dtypes.int32, "stack") for row in (begin, end, strides)]
    packed = [stack(row) for row in (begin, end, strides)]
    if any(t.dtype is dtypes.int64 for t in packed):
        cast = OPS["Cast"]
        packed = [t if t.dtype is dtypes.int64 else cast(t, DstT=dtypes.int64) for t in packed]
    return packed


Tensor.__getitem__ = slice_helper
Tensor.OVERLOADABLE_OPERATORS.add("__getitem__")
