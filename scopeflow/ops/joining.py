"""Putting tensors together and taking them apart: concat, split, unstack, tile, pad, repeat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import Dimension, Dims
from ..op.declare import OPS, ShapeError, op
from ..op.fold import fold
from ..op.namespace import xp
from ..op.shapes import bracket, from_attr, merge, with_rank
from .shaping import expand_dims, reshape, shape


# -- concat -----------------------------------------------------------------------------
@op("ConcatV2", "values: N*T, axis: Tidx -> output: T", Tidx="int32 int64 = int32", static="axis")
def concat_op(values, axis):
    """The tensors `values` one after the other along `axis`."""
    first = values[0].shape
    at = int(np.asarray(axis).reshape(())) % max(len(first), 1)
    for i, v in enumerate(values[1:], 1):
        if v.ndim != len(first) or any(a != b for j, (a, b) in enumerate(zip(first, v.shape)) if j != at):
            shapes = [f"[{','.join(map(str, s))}]" for s in (first, v.shape)]
            raise errors.InvalidArgumentError(
                None, None, f"ConcatOp : Dimensions of inputs should match: shape[0] = {shapes[0]} vs. shape[{i}] = {shapes[1]}"
            )
    return xp(*values).concatenate(values, axis=int(np.asarray(axis).reshape(())))


@concat_op.shape
def _concat_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return _concat_dims(inputs[:-1], inputs[-1], len(inputs) - 1)


def _concat_dims(values: Sequence[Tensor], axis: Tensor, position: int) -> list[Dims]:
    if axis._dims:
        raise ShapeError(f"Shape must be rank 0 but is rank {len(axis._dims)}")
    shapes = [t._dims for t in values]
    known = [d for d in shapes if d is not None]
    at = fold(axis)
    if at is None:
        if not known:
            return [None]
        n = len(known[0])
        for d in known:
            if len(d) != n:
                raise ShapeError(f"Shape must be rank {n} but is rank {len(d)}")
        if n == 0:
            raise ShapeError("Can't concatenate scalars (use tf.stack instead)")
        return [(None,) * n]
    if not known:
        return [None]
    at = int(at)
    n = len(known[0])
    if n == 0:
        raise ShapeError("Can't concatenate scalars (use tf.stack instead)")
    needed = at + 1 if at >= 0 else -at
    if n < needed:
        raise ShapeError(f"Shape must be at least rank {needed} but is rank {n}", values=(position,))
    if at < 0:
        at += n
    rest: list[int | None] | None = None
    total: int | None = 0
    for d in shapes:
        if d is None:
            total = None
            continue
        if len(d) != n:
            raise ShapeError(f"Shape must be rank {n} but is rank {len(d)}")
        total = None if total is None or d[at] is None else total + d[at]
        if rest is None:
            rest = list(d)
            continue
        for i, size in enumerate(d):
            if i == at or size is None or rest[i] == size:
                continue
            if rest[i] is None:
                rest[i] = size
            else:
                a, b = (rest[:at], d[:at]) if i < at else (rest[at + 1 :], d[at + 1 :])
                where = i if i < at else i - at - 1
                raise ShapeError(
                    f"Dimension {where} in both shapes must be equal, but are {rest[i]} and {size}. "
                    f"Shapes are {bracket(tuple(a))} and {bracket(tuple(b))}.",
                    values=(position,),
                )
    rest[at] = total
    return [tuple(rest)]


@op("Concat", "concat_dim: int32, values: N*T -> output: T", static="concat_dim")
def concat_v1(concat_dim, values):
    """The tensors `values` one after the other: the form that older graphs hold."""
    return xp(*values).concatenate(values, axis=int(concat_dim))


@concat_v1.shape
def _concat_v1_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return _concat_dims(inputs[1:], inputs[0], 0)


@public("concat")
def concat(values: Any, axis: Any, name: str = "concat") -> Tensor:
    """Tensors one after the other along `axis`.

    Raises:
      ValueError: there are none, or their other dimensions differ.
    """
    if not isinstance(values, (list, tuple)):
        values = [values]
    if len(values) == 1:
        # Only the axis is checked; the value passes through.
        with name_scope(name):
            convert_to_tensor(axis, name="concat_dim", dtype=dtypes.int32).shape.assert_has_rank(0)
            return OPS["Identity"](values[0], name=name)
    if not values:
        raise ValueError("List argument 'values' to 'ConcatV2' Op with length 0 shorter than minimum length 2.")
    return concat_op(values, axis, name=name)


@op("ConcatOffset", "concat_dim: int32, shape: N*int32 -> offset: N*int32", differentiable=False)
def concat_offset(concat_dim, shape):
    """Where each of the tensors of these shapes begins in their concatenation."""
    out, at = [], 0
    for s in shape:
        offset = np.zeros_like(s)
        offset[int(concat_dim)] = at
        at += int(s[int(concat_dim)])
        out.append(offset)
    return out


@concat_offset.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [with_rank(t._dims, 1) for t in inputs[1:]]


# -- unstack and split ------------------------------------------------------------------------
@op("Unpack", "value: T -> output: num*T")
def unpack(value, *, num: int, axis: int = 0):
    """The slices of `value` along `axis`, without it."""
    np_ = xp(value)
    if value.shape[axis] != num:
        raise errors.InvalidArgumentError(
            None, None, f"Input shape axis {axis % value.ndim} must equal {num}, got shape [{','.join(map(str, value.shape))}]"
        )
    moved = np_.moveaxis(value, axis, 0)
    return [moved[i] for i in range(num)]


@unpack.shape
def _unpack_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, n = inputs[0]._dims, attrs["num"]
    if dims is None:
        return [None] * n
    axis, rank = attrs["axis"], len(dims)
    if not -rank <= axis < rank:
        raise ShapeError(f"Invalid axis: {axis}; must be in [{-rank},{rank})")
    axis %= rank
    if dims[axis] not in (None, n):
        raise ShapeError(f"Dimension must be {n} but is {dims[axis]}")
    return [dims[:axis] + dims[axis + 1 :]] * n


@public("unstack")
def unstack(value: Any, num: int | None = None, axis: int = 0, name: str = "unstack") -> list[Tensor]:
    """The slices of `value` along `axis`, without it: `num` of them, which its static shape tells if None.

    Raises:
      ValueError: `axis` is out of range, or `num` is None and not known.
    """
    if num is None:
        value = convert_to_tensor(value)
        dims = value._dims
        if dims is not None:
            rank = len(dims)
            if not -rank <= axis < rank:
                raise ValueError(f"axis = {axis} not in [{-rank}, {rank})")
            num = dims[axis]
    if num is None:
        raise ValueError(f"Cannot infer num from shape {value.shape}")
    return unpack(value, num=num, axis=axis, name=name)


@op("Split", "split_dim: int32, value: T -> output: num_split*T", static="split_dim")
def split_op(split_dim, value, *, num_split: int):
    """`num_split` equal parts of `value` along `split_dim`."""
    axis = int(np.asarray(split_dim).reshape(()))
    if value.shape[axis] % num_split:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Number of ways to split should evenly divide the split dimension, but got split_dim {axis} (size = {value.shape[axis]}) "
            f"and num_split {num_split}",
        )
    return xp(value).split(value, num_split, axis=axis)


@split_op.shape
def _split_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, n, at = inputs[1]._dims, attrs["num_split"], fold(inputs[0])
    with_rank(inputs[0]._dims, 0)
    if dims is None:
        return [None] * n
    if at is None:
        return [(None,) * len(dims)] * n
    at, rank = int(at), len(dims)
    if not -rank <= at < rank:
        raise ShapeError(f"Dimension size, given by scalar input {at} must be in range [{-rank}, {rank})", values=(0,))
    at %= rank
    size = dims[at]
    if size is not None:
        if size % n:
            raise ShapeError(
                f"Dimension size must be evenly divisible by {n} but is {size}\n\t"
                "Number of ways to split should evenly divide the split dimension",
                values=(0,),
            )
        size //= n
    return [dims[:at] + (size,) + dims[at + 1 :]] * n


@op(
    "SplitV",
    "value: T, size_splits: Tlen, split_dim: int32 -> output: num_split*T",
    Tlen="int32 int64 = int64",
    static="size_splits split_dim",
)
def split_v(value, size_splits, split_dim, *, num_split: int):
    """Parts of `value` along `split_dim` of the sizes `size_splits`, one of which may be -1: the rest."""
    axis = int(np.asarray(split_dim).reshape(()))
    sizes = [int(s) for s in size_splits]
    have = value.shape[axis]
    if -1 in sizes:
        sizes[sizes.index(-1)] = have - sum(s for s in sizes if s != -1)
    if sum(sizes) != have or min(sizes, default=0) < 0:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Determined shape must either match input shape along split_dim exactly if fully specified, or be less than the size "
            f"of the input along split_dim if not fully specified.  Got: {sum(int(s) for s in size_splits)}",
        )
    return xp(value).split(value, np.cumsum(sizes)[:-1].tolist(), axis=axis)


@split_v.shape
def _split_v_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, n, at, sizes = inputs[0]._dims, attrs["num_split"], fold(inputs[2]), fold(inputs[1])
    if dims is None:
        return [None] * n
    rank = len(dims)
    if at is None:
        if sizes is None or rank != 1:
            # As in the reference, the sizes must then fit the last dimension.
            if sizes is not None and -1 not in sizes.tolist() and dims and dims[-1] not in (None, int(sizes.sum())):
                raise _cannot_split(dims[-1], sizes)
            return [(None,) * rank] * n
        at = 0
    at = int(at)
    if not -rank <= at < rank:
        raise ShapeError(f"Dimension size, given by scalar input {at} must be in range [{-rank}, {rank})", values=(2,))
    at %= rank
    if sizes is None:
        return [dims[:at] + (None,) + dims[at + 1 :]] * n
    parts: list[int | None] = [int(s) for s in sizes.tolist()]
    have = dims[at]
    if -1 in parts:
        i = parts.index(-1)
        parts[i] = None if have is None else have - sum(p for p in parts if p != -1)
        if parts[i] is not None and parts[i] < 0:
            raise _cannot_split(have, sizes)
    elif have is not None and sum(parts) != have:
        raise _cannot_split(have, sizes)
    return [dims[:at] + (p,) + dims[at + 1 :] for p in parts]


def _cannot_split(have: int, sizes: Any) -> ShapeError:
    return ShapeError(f"can't split axis of size {have} into pieces of size [{','.join(map(str, sizes.tolist()))}]", values=(1, 2))


@public("split")
def split(value: Any, num_or_size_splits: Any, axis: Any = 0, num: int | None = None, name: str = "split") -> list[Tensor]:
    """Parts of `value` along `axis`: that many equal ones, or of those sizes.

    Raises:
      ValueError: `num_or_size_splits` is a scalar tensor, or the number of sizes is not known.
    """
    sizes = convert_to_tensor(num_or_size_splits)
    if isinstance(num_or_size_splits, (int, np.integer, Dimension)):
        return split_op(axis, value, num_split=int(num_or_size_splits), name=name)
    dims = sizes._dims
    if dims == ():
        raise ValueError(
            "Rank-0 tensors are not supported as the num_or_size_splits argument to split. Argument provided: %s" % (num_or_size_splits,)
        )
    if num is None:
        num = dims[0] if dims is not None and len(dims) == 1 else None
        if num is None:
            raise ValueError(f"Cannot infer num from shape {num_or_size_splits}")
    return split_v(value, sizes, axis, num_split=num, name=name)


# -- tile and pad --------------------------------------------------------------------------------
@public("tile", "manip.tile")
@op("Tile", "input: T, multiples: Tmultiples -> output: T", Tmultiples="int32 int64 = int32", static="multiples")
def tile(input, multiples):
    """`input` repeated `multiples[i]` times along each dimension i."""
    times = tuple(int(m) for m in multiples)
    if len(times) != input.ndim:
        raise errors.InvalidArgumentError(
            None, None, f"Expected multiples argument to be a vector of length {input.ndim} but got length {len(times)}"
        )
    return xp(input).tile(input, times)


@tile.shape
def _tile_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    from ..op.fold import fold_dims

    dims, multiples = inputs[0]._dims, fold_dims(inputs[1])
    length = with_rank(inputs[1]._dims, 1)[0] if multiples is None else len(multiples)
    if dims is None:
        return [None if length is None else (None,) * length]
    if length is not None and length != len(dims):
        raise ShapeError(f"Shape must be rank {len(dims)} but is rank {length}")
    if multiples is None:
        return [(None,) * len(dims)]
    return [tuple(0 if 0 in (d, m) else None if d is None or m is None else d * m for d, m in zip(dims, multiples))]


def _pad_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, table = inputs[0]._dims, inputs[1]._dims
    table = with_rank(table, 2)
    if table[1] not in (None, 2):
        raise ShapeError(f"Dimension must be 2 but is {table[1]}")
    n = table[0]
    if dims is not None:
        if n is not None and n != len(dims):
            raise ShapeError(f"Shape must be rank {n} but is rank {len(dims)}")
        n = len(dims)
    paddings = fold(inputs[1])
    if paddings is None:
        return [None if n is None else (None,) * n]
    if paddings.size and paddings.min() < 0:
        raise ShapeError("Paddings must be non-negative", values=(1,))
    if dims is None:
        return [(None,) * n]
    return [tuple(None if d is None else d + a + b for d, (a, b) in zip(dims, paddings.tolist()))]


@op("Pad", "input: T, paddings: Tpaddings -> output: T", Tpaddings="int32 int64 = int32", static="paddings", shape=_pad_shape)
def pad_op(input, paddings):
    """`input` with `paddings[i]` = (before, after) zeros along each dimension i."""
    return _padded(input, paddings, b"" if input.dtype == object else 0)


@op(
    "PadV2",
    "input: T, paddings: Tpaddings, constant_values: T -> output: T",
    Tpaddings="int32 int64 = int32",
    static="paddings",
    no_gradient="constant_values",
    shape=_pad_shape,
)
def pad_v2(input, paddings, constant_values):
    """`input` with `paddings[i]` = (before, after) elements `constant_values` along each dimension i."""
    return _padded(input, paddings, constant_values)


def _padded(input: Any, paddings: Any, value: Any) -> Any:
    widths = [(int(a), int(b)) for a, b in paddings]
    if not widths:
        return input
    return xp(input, value).pad(input, widths, constant_values=value)


@op("MirrorPad", "input: T, paddings: Tpaddings -> output: T", Tpaddings="int32 int64 = int32", static="paddings", shape=_pad_shape)
def mirror_pad(input, paddings, *, mode: str):
    """`input` with its mirror image at the edges: "REFLECT" leaves the edge itself out, "SYMMETRIC" repeats it."""
    widths = [(int(a), int(b)) for a, b in paddings]
    off = 1 if mode == "REFLECT" else 0
    for d, (a, b) in zip(input.shape, widths):
        if a > d - off or b > d - off:
            limit = "paddings must be less than the dimension size" if off else "paddings must be no greater than the dimension size"
            raise errors.InvalidArgumentError(None, None, f"{limit}: {a}, {b} {'not less than' if off else 'greater than'} {d}")
    return xp(input).pad(input, widths, mode="reflect" if off else "symmetric") if widths else input


@public("pad")
def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", name: str | None = None, constant_values: Any = 0) -> Tensor:
    """`tensor` with `paddings[i]` = (before, after) elements more along each dimension i.

    Args:
      mode: "CONSTANT" (`constant_values`), "REFLECT" or "SYMMETRIC".

    Raises:
      ValueError: another mode.
    """
    mode = mode.upper()
    if mode == "CONSTANT":
        if not isinstance(constant_values, Tensor) and np.isscalar(constant_values) and constant_values == 0:
            out = pad_op(tensor, paddings, name=name)
        else:
            out = pad_v2(tensor, paddings, constant_values, name=name)
    elif mode in ("REFLECT", "SYMMETRIC"):
        out = mirror_pad(tensor, paddings, mode=mode, name=name)
    else:
        raise ValueError(f"Unknown padding mode: {mode}")
    _complete_padded_shape(out, paddings)
    return out


def _complete_padded_shape(out: Tensor, paddings: Any) -> None:
    """Adds what partly known paddings say about the result's shape."""
    dims = out._dims
    if dims is None or None not in dims or out.op.inputs[0]._dims is None:
        return
    table = constant_value(out.op.inputs[1], partial=True)
    source = out.op.inputs[0]._dims
    if table is None or len(table) != len(source):
        return
    sizes = []
    for old, size, row in zip(dims, source, table):
        row = None if row is None else [None if v is None else int(v) for v in row]
        sizes.append(old if size is None or row is None or None in row else size + sum(row))
    out.set_shape(sizes)


# -- repeat ------------------------------------------------------------------------------------
@public("repeat")
def repeat(input: Any, repeats: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """Each element along `axis` (of the flat `input` if None) `repeats` times: one number, or one for each."""
    if axis is None:
        input = reshape(input, [-1])
        axis = 0
    return _repeat_along(input, repeats, axis, name)


def _repeat_along(data: Any, repeats: Any, axis: int, name: str | None) -> Tensor:
    with name_scope(name, "Repeat", [data, repeats]):
        data = convert_to_tensor(data, name="data")
        repeats = OPS["Cast"](convert_to_tensor(repeats, name="repeats"), DstT=dtypes.int32)
        repeats.shape.with_rank_at_most(1)
        sizes = shape(data)
        if data._dims is None:
            raise ValueError("Cannot repeat along an axis of a tensor of unknown rank.")
        axis = _resolved_axis(axis, len(data._dims))
        if repeats._dims is not None and len(repeats._dims) == 0:
            many = expand_dims(data, axis + 1)
            tiled = tile(many, [1] * (axis + 1) + [repeats] + [1] * (len(data._dims) - axis - 1))
            return reshape(tiled, concat([sizes[:axis], [-1], sizes[axis + 1 :]], axis=0))
        # One number for each slice: tile to the largest, then leave out what is too much.
        if repeats._dims is not None:
            Dimension(data._dims[axis]).assert_is_compatible_with(repeats._dims[0])
        if repeats._dims is None or axis + 1 != len(repeats._dims):
            repeats = _broadcast_along(repeats, sizes, axis)
        most = OPS["Maximum"](0, TABLE["reduce_max"](repeats))
        mask = TABLE["sequence_mask"](repeats, most)
        many = expand_dims(data, axis + 1)
        tiled = tile(many, [1] * (axis + 1) + [most] + [1] * (len(data._dims) - axis - 1))
        kept = TABLE["boolean_mask"](tiled, mask)
        if axis == 0:
            return kept
        return reshape(kept, concat([sizes[:axis], [-1], sizes[axis + 1 :]], axis=0))


def _resolved_axis(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise ValueError(f"axis must be in the range [{-rank}, {rank}), got {axis}")
    return axis % rank


def _broadcast_along(repeats: Tensor, sizes: Tensor, axis: int) -> Tensor:
    """`repeats` for each slice along `axis`, for every index before it."""
    ours = shape(repeats)
    lead = (axis + 1) - TABLE["rank"](repeats)
    out = OPS["BroadcastTo"](repeats, concat([sizes[:lead], ours], axis=0))
    out.set_shape([None] * (axis + 1))
    return out


# -- stacks in parallel, patches --------------------------------------------------------------------
@op("ParallelConcat", "values: N*T -> output: T")
def parallel_concat(values, *, shape: shape):  # noqa: F821
    """The tensors `values`, each of one row, one after the other."""
    return xp(*values).concatenate(values, axis=0)


@parallel_concat.shape
def _parallel_concat_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = attrs["shape"]._dims
    if dims is None or None in dims:
        raise ShapeError("shape attr must be fully defined.")
    for t in inputs:
        merge(t._dims, (1,) + dims[1:])
    return from_attr(inputs, attrs)


@public("parallel_stack")
def parallel_stack(values: Any, name: str = "parallel_stack") -> Tensor:
    """`stack` along a new first dimension, of tensors whose shape is known."""
    with name_scope(name):
        one = convert_to_tensor(values[0]).shape
        sizes = None if one._dims is None else (len(values),) + one._dims
        return parallel_concat([expand_dims(v, 0) for v in values], shape=sizes)
