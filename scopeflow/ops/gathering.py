"""Picking elements by index or mask, and putting them at indices: gather, scatter, where, boolean_mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ..graph import dtypes, errors
from ..graph.constant_value import constant_value
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import OPS, ShapeError, op
from ..op.fold import fold, fold_dims
from ..op.namespace import is_known, xp
from ..op.shapes import at_least, bracket, broadcast_dims, merge, with_rank
from .creation import meshgrid, ones, zeros
from .joining import concat, tile, unstack
from .packing import stack
from .shaping import expand_dims, rank, reshape, shape, squeeze, transpose


def _in_range(indices: Any, size: int, what: str = "indices") -> None:
    """Requires 0 <= indices < size."""
    if is_known(indices):
        flat = np.asarray(indices)
        bad = np.argwhere((flat < 0) | (flat >= size))
        if len(bad):
            place = f"[{','.join(map(str, bad[0]))}]" if flat.ndim else ""
            raise errors.InvalidArgumentError(None, None, f"{what}{place} = {flat[tuple(bad[0])]} is not in [0, {size})")
    else:
        check((indices >= 0) & (indices < size), f"{what} hold a value that is not in [0, {size})")


# -- gather -----------------------------------------------------------------------------------
def _take(params: Any, indices: Any, axis: int) -> Any:
    np_ = xp(params, indices)
    if np_ is np:
        return np.take(params, indices, axis=axis)
    return np_.take(params, indices, axis=axis, mode="clip")


@op(
    "GatherV2",
    "params: Tparams, indices: Tindices, axis: Taxis -> output: Tparams",
    Tindices="int32 int64",
    Taxis="int32 int64",
    static="axis",
)
def gather_v2(params, indices, axis, *, batch_dims: int = 0):
    """The slices of `params` along `axis` that `indices` name, for each index of the first `batch_dims` dimensions."""
    axis = int(np.asarray(axis).reshape(()))
    axis += params.ndim if axis < 0 else 0
    batch = batch_dims + (indices.ndim if batch_dims < 0 else 0)
    _in_range(indices, params.shape[axis])
    if not batch:
        return _take(params, indices, axis)
    np_ = xp(params, indices)
    # The batch dimensions are indexed by their own numbers; those between them and the axis are kept whole.
    moved = np_.moveaxis(params, axis, batch)
    grids = [np.arange(d).reshape((-1,) + (1,) * (indices.ndim - i - 1)) for i, d in enumerate(indices.shape[:batch])]
    out = moved[(*grids, indices)] if np_ is np else moved.at[(*grids, indices)].get(mode="clip")
    for i in range(axis - batch):
        out = np_.moveaxis(out, indices.ndim + i, batch + i)
    return out


@gather_v2.shape
def _gather_v2_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, indices = inputs[0]._dims, inputs[1]._dims
    at = fold(inputs[2])
    if inputs[2]._dims:
        raise ShapeError(f"Shape must be rank 0 but is rank {len(inputs[2]._dims)}")
    batch = attrs["batch_dims"]
    if batch < 0 and indices is not None:
        batch += len(indices)
    if at is None:
        if dims is None or indices is None:
            return [None]
        at_least(dims, 1)
        return [(None,) * (len(dims) + len(indices) - 1 - batch)]
    at = int(at)
    if dims is not None:
        n = len(dims)
        needed = at + 1 if at >= 0 else -at
        if n < needed:
            raise ShapeError(f"Shape must be at least rank {needed} but is rank {n}", values=(2,) if at not in (0, -1) else ())
        at %= n
    if dims is None or indices is None:
        return [None]
    if batch > at:
        raise ShapeError(f"Batch dimension count {batch} must be less than or equal to gather axis {at}")
    lead = tuple(_same(a, b) for a, b in zip(dims[:batch], indices[:batch]))
    return [lead + dims[batch:at] + indices[batch:] + dims[at + 1 :]]


def _same(a: int | None, b: int | None) -> int | None:
    if a is not None and b is not None and a != b:
        raise ShapeError(f"Dimensions must be equal, but are {a} and {b}")
    return b if a is None else a


@gather_v2.sparse_gradient
def _rows_of_table(o: Operation) -> tuple[int, int] | None:
    axis = fold(o._inputs[2])
    return (0, 1) if axis is not None and int(axis) == 0 and not o.attrs["batch_dims"] else None


@op("Gather", "params: Tparams, indices: Tindices -> output: Tparams", attrs={"validate_indices": ("bool", True)}, Tindices="int32 int64")
def gather_v1(params, indices):
    """The slices of `params` along its first dimension that `indices` name."""
    _in_range(indices, params.shape[0])
    return _take(params, indices, 0)


@gather_v1.shape
def _gather_v1_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, indices = at_least(inputs[0]._dims, 1), inputs[1]._dims
    return [None if dims is None or indices is None else indices + dims[1:]]


@gather_v1.sparse_gradient
def _rows_of_table_v1(o: Operation) -> tuple[int, int]:
    return (0, 1)


@public("gather")
def gather(
    params: Any, indices: Any, validate_indices: Any = None, name: str | None = None, axis: Any = None, batch_dims: int = 0
) -> Tensor:
    """The slices of `params` along `axis` (`batch_dims` if None) that `indices` name.

    The result's shape is `params.shape[:axis] + indices.shape[batch_dims:] + params.shape[axis + 1:]`.
    """
    if axis is None:
        axis = batch_dims
    first = axis == 0 if isinstance(axis, (int, np.integer)) else isinstance(axis, Tensor) and constant_value(axis) == 0
    if first:
        try:
            # A resource variable is read at these rows only; what has no such method says so.
            return params.sparse_read(indices, name=name)
        except AttributeError:
            pass
        return gather_v2(params, indices, axis, name=name)
    return gather_v2(params, indices, axis, batch_dims=batch_dims, name=name)


@op("GatherNd", "params: Tparams, indices: Tindices -> output: Tparams", Tindices="int32 int64")
def gather_nd_op(params, indices):
    """The slices of `params` whose first indices are the vectors along the last dimension of `indices`."""
    n = indices.shape[-1]
    parts = tuple(indices[..., i] for i in range(n))
    _vectors_in_range(parts, params.shape, "indices")
    if not n:
        return xp(params).broadcast_to(params, indices.shape[:-1] + params.shape)
    return params[parts] if is_known(params, indices) else xp(params, indices).asarray(params).at[parts].get(mode="clip")


def _vectors_in_range(parts: Sequence[Any], sizes: Sequence[int], what: str) -> None:
    """Requires that index vectors, given by their columns, are within `sizes`."""
    for part, size in zip(parts, sizes):
        if is_known(part):
            bad = np.argwhere((np.asarray(part) < 0) | (np.asarray(part) >= size))
            if len(bad):
                vector = ", ".join(str(int(np.asarray(p)[tuple(bad[0])])) for p in parts)
                place = ",".join(map(str, bad[0]))
                raise errors.InvalidArgumentError(
                    None, None, f"{what}[{place}] = [{vector}] does not index into param shape [{','.join(map(str, sizes))}]"
                )
        else:
            check((part >= 0) & (part < size), f"{what} hold a vector that does not index into param shape [{','.join(map(str, sizes))}]")


@gather_nd_op.shape
def _gather_nd_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, indices = inputs[0]._dims, at_least(inputs[1]._dims, 1)
    if dims is None or indices is None or indices[-1] is None:
        return [None]
    n = indices[-1]
    if n > len(dims):
        raise ShapeError(
            f"indices.shape[-1] must be <= params.rank, but saw indices shape: {bracket(indices)} and params shape: {bracket(dims)}"
        )
    return [indices[:-1] + dims[n:]]


@public("gather_nd", "manip.gather_nd")
def gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: int = 0) -> Tensor:
    """The slices of `params` whose first indices are the vectors along the last dimension of `indices`."""
    if isinstance(batch_dims, Tensor):
        batch_dims = int(constant_value(batch_dims))
    if batch_dims == 0:
        try:
            return params.gather_nd(indices, name=name)
        except AttributeError:
            pass
        return gather_nd_op(params, indices, name=name)
    return _batch_gather_nd(params, indices, batch_dims, name)


def _batch_gather_nd(params: Any, indices: Any, batch_dims: int, name: str | None) -> Tensor:
    """`gather_nd` within each index of the first `batch_dims` dimensions: those indices are put before the given ones."""
    with name_scope(name, "BatchGatherND", [params, indices]):
        indices = convert_to_tensor(indices, name="indices")
        params = convert_to_tensor(params, name="params")
        ndims = indices.shape.ndims
        if ndims is None:
            raise ValueError("tf.gather_nd does not allow indices with unknown shape.")
        if batch_dims < 0:
            batch_dims += ndims
        if not 0 <= batch_dims < ndims:
            raise ValueError(f"batch_dims = {batch_dims} must be less than rank(indices) = {ndims}")
        if params.shape.ndims is not None and batch_dims >= params.shape.ndims:
            raise ValueError(f"batch_dims = {batch_dims} must be less than rank(params) = {params.shape.ndims}")
        sizes = shape(params)
        index_sizes = shape(indices)
        batch_shape = sizes[:batch_dims]
        batch_size = OPS["Prod"](batch_shape, [0])
        inner = rank(indices) - batch_dims - 1
        inner_shape = index_sizes[batch_dims:-1]
        ranges = [OPS["Cast"](OPS["Range"](0, n, 1), DstT=indices.dtype) for n in unstack(batch_shape, num=batch_dims)]
        grids = meshgrid(*ranges, indexing="ij")
        columns = transpose(stack([reshape(g, [-1]) for g in grids]))
        column_sizes = shape(columns)
        columns = reshape(columns, concat([column_sizes[:1], ones(inner, dtypes.int32), column_sizes[1:]], axis=0))
        columns = tile(columns, concat([[1], inner_shape, [1]], axis=0))
        flat = reshape(indices, concat([[batch_size], index_sizes[batch_dims:]], axis=0))
        picked = gather_nd_op(params, concat([columns, flat], axis=-1))
        return reshape(picked, concat([batch_shape, shape(picked)[1:]], axis=0))


@public("batch_gather")
def batch_gather(params: Any, indices: Any, name: str | None = None) -> Tensor:
    """The slices of `params` along the last dimension of `indices`, for each index of its other dimensions."""
    with name_scope(name, "BatchGather", [params, indices]):
        indices = convert_to_tensor(indices, name="indices")
        params = convert_to_tensor(params, name="params")
        ndims = indices.shape.ndims
        if ndims is None:
            raise ValueError("batch_gather does not allow indices with unknown shape.")
        return _batch_gather(params, indices, ndims - 1, ndims)


def _batch_gather(params: Tensor, indices: Tensor, batch_dims: int, ndims: int) -> Tensor:
    index_sizes = shape(indices)
    sizes = shape(params)
    dtype = indices.dtype.base_dtype
    flat = indices
    step: Any = ones([], dtype)
    cast_sizes = OPS["Cast"](sizes, DstT=dtype)
    for dim in range(batch_dims, 0, -1):
        size = cast_sizes[dim - 1]
        step = step * cast_sizes[dim]
        start, one = zeros([], dtype), ones([], dtype)
        offsets = OPS["Range"](start, size, one) * step
        offsets = reshape(offsets, stack([1] * (dim - 1) + [size] + [1] * (ndims - dim), axis=0))
        flat = flat + offsets
    flat = reshape(flat, [-1])
    outer = sizes[batch_dims + 1 :]
    inner = OPS["Prod"](sizes[: batch_dims + 1], [0])
    rows = reshape(params, concat([[inner], outer], axis=0))
    out = reshape(gather(rows, flat), concat([index_sizes, outer], axis=0))
    lead = indices.shape[:batch_dims]
    if params.shape.ndims is not None:
        lead = lead.merge_with(params.shape[:batch_dims])
    out.set_shape(lead.concatenate(indices.shape[batch_dims:]).concatenate(params.shape[batch_dims + 1 :]))
    return out


# -- scatter ------------------------------------------------------------------------------------
def _scattered(target: Any, indices: Any, updates: Any, how: str) -> Any:
    n = indices.shape[-1]
    parts = tuple(indices[..., i] for i in range(n))
    _vectors_in_range(parts, target.shape, "indices")
    if is_known(target, indices, updates):
        out = np.array(target)
        if how == "set":
            out[parts] = updates
        else:
            getattr(np, {"add": "add", "subtract": "subtract"}[how]).at(out, parts, updates)
        return out
    at = xp(target, indices, updates).asarray(target).at[parts]
    return {"set": at.set, "add": at.add, "subtract": at.subtract}[how](updates, mode="drop")


def _check_scatter(dims: Dims, indices: Dims, updates: Dims, what: str, partial: Sequence[int] = ()) -> None:
    """Raises ShapeError unless updates.shape == indices.shape[:-1] + dims[indices.shape[-1]:]."""
    if indices is None or updates is None:
        return
    outer = len(indices) - 1
    try:
        merge(indices[:-1], updates[:outer])
    except ShapeError as error:
        raise ShapeError(
            f"The outer {outer} dimensions of indices.shape={bracket(indices)} must match the outer {outer} dimensions of "
            f"updates.shape={bracket(updates)}: {error}",
            partial=partial,
        ) from None
    if dims is None or indices[-1] is None:
        return
    inner = dims[indices[-1] :]
    try:
        merge(inner, updates[outer:])
    except ShapeError as error:
        raise ShapeError(
            f"The inner {len(inner)} dimensions of {what}.shape={bracket(dims)} must match the inner {len(updates) - outer} dimensions of "
            f"updates.shape={bracket(updates)}: {error}",
            partial=partial,
        ) from None


@public("scatter_nd", "manip.scatter_nd")
@op("ScatterNd", "indices: Tindices, updates: T, shape: Tindices -> output: T", Tindices="int32 int64", static="shape")
def scatter_nd(indices, updates, shape):
    """Zeros of `shape` with `updates` added at `indices`, whose last dimension holds index vectors."""
    target = np.zeros(tuple(int(d) for d in shape), updates.dtype)
    return _scattered(target, indices, updates, "add")


@scatter_nd.shape
def _scatter_nd_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[2]._dims, 1)
    dims = fold_dims(inputs[2])
    _check_scatter(dims, at_least(inputs[0]._dims, 1), at_least(inputs[1]._dims, 1), "output", (2,))
    return [dims]


def _tensor_scatter_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = at_least(inputs[0]._dims, 1)
    _check_scatter(dims, at_least(inputs[1]._dims, 1), at_least(inputs[2]._dims, 1), "output")
    return [dims]


@public("tensor_scatter_nd_update", "tensor_scatter_update")
@op("TensorScatterUpdate", "tensor: T, indices: Tindices, updates: T -> output: T", Tindices="int32 int64", shape=_tensor_scatter_shape)
def tensor_scatter_update(tensor, indices, updates):
    """`tensor` with `updates` at `indices`, whose last dimension holds index vectors."""
    return _scattered(tensor, indices, updates, "set")


@public("tensor_scatter_nd_add", "tensor_scatter_add")
@op("TensorScatterAdd", "tensor: T, indices: Tindices, updates: T -> output: T", Tindices="int32 int64", shape=_tensor_scatter_shape)
def tensor_scatter_add(tensor, indices, updates):
    """`tensor` with `updates` added at `indices`, whose last dimension holds index vectors."""
    return _scattered(tensor, indices, updates, "add")


@public("tensor_scatter_nd_sub", "tensor_scatter_sub")
@op("TensorScatterSub", "tensor: T, indices: Tindices, updates: T -> output: T", Tindices="int32 int64", shape=_tensor_scatter_shape)
def tensor_scatter_sub(tensor, indices, updates):
    """`tensor` with `updates` subtracted at `indices`, whose last dimension holds index vectors."""
    return _scattered(tensor, indices, updates, "subtract")


# -- where and masks ------------------------------------------------------------------------------
@op(
    "Where",
    "input: T -> index: int64",
    T="float double int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 bfloat16 uint16 complex128 half uint32 uint64 bool = bool",
    host=True,
    differentiable=False,
)
def where_op(input):
    """The index vectors of the true (non-zero) elements, in row-major order."""
    return np.argwhere(input).reshape(-1, input.ndim)


@where_op.padded
def _where_padded(input):
    """As many index vectors as there are elements: those of the true ones, then vectors outside of `input`."""
    return jnp.stack(jnp.nonzero(input, size=input.size, fill_value=input.shape), axis=-1)


@where_op.shape
def _where_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = inputs[0]._dims
    return [(None, None if dims is None else len(dims))]


def _aligned(condition: Any, value: Any) -> Any:
    """A vector condition picks rows."""
    if condition.ndim == 1 and value.ndim > 1:
        return condition.reshape((-1,) + (1,) * (value.ndim - 1))
    return condition


@op("Select", "condition: bool, t: T, e: T -> output: T")
def select(condition, t, e):
    """Elements (rows, for a vector condition) of `t` where `condition` is true, of `e` elsewhere."""
    if condition.ndim and condition.shape != t.shape[: condition.ndim if condition.ndim > 1 else 1]:
        shapes = [f"[{','.join(map(str, s))}]" for s in (condition.shape, t.shape)]
        raise errors.InvalidArgumentError(
            None, None, f"Inputs to operation Select must have the same size and shape.  Input 0: {shapes[0]} != input 1: {shapes[1]}"
        )
    return xp(condition, t, e).where(_aligned(condition, t), t, e)


@select.shape
def _select_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    condition = inputs[0]._dims
    out = merge(inputs[2]._dims, inputs[1]._dims) if inputs[1]._dims is None else merge(inputs[1]._dims, inputs[2]._dims)
    if condition is None or not condition or out is None:
        return [out]
    if len(condition) == 1:
        if not out:
            raise ShapeError(f"Shapes must be equal rank, but are {len(out)} and {len(condition)}")
        # The rows must be as many, but what is not known of them is not taken from the condition, as in the reference.
        merge(out, condition) if len(out) == 1 else merge(condition, out[:1])
        return [out]
    return [merge(out, condition)]


@op("SelectV2", "condition: bool, t: T, e: T -> output: T")
def select_v2(condition, t, e):
    """Elements of `t` where `condition` is true, of `e` elsewhere; the three broadcast."""
    return xp(condition, t, e).where(condition, t, e)


@select_v2.shape
def _select_v2_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [broadcast_dims(inputs[0]._dims, broadcast_dims(inputs[1]._dims, inputs[2]._dims))]


def _where(choose: Any, condition: Any, x: Any, y: Any, name: str | None) -> Tensor:
    if x is None and y is None:
        with name_scope(name, "Where", [condition]) as scope:
            condition = convert_to_tensor(condition, preferred_dtype=dtypes.bool_, name="condition")
            return where_op(condition, name=scope)
    if x is not None and y is not None:
        return choose(condition, x, y, name=name)
    raise ValueError("x and y must both be non-None or both be None.")


@public("where")
def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """The indices of the true elements; or with `x` and `y`, of `condition`'s shape, elements of one or the other.

    A vector condition picks whole rows of `x` and `y`.
    Raises ValueError if only one of `x` and `y` is given.
    """
    return _where(select, condition, x, y, name)


@public("where_v2")
def where_v2(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """The indices of the true elements; or with `x` and `y`, elements of one or the other, broadcast."""
    return _where(select_v2, condition, x, y, name)


@public("boolean_mask")
def boolean_mask(tensor: Any, mask: Any, name: str = "boolean_mask", axis: int | None = None) -> Tensor:
    """The parts of `tensor` where `mask` is true; the mask's dimensions, from `axis` on, become one.

    Raises:
      ValueError: the mask is a scalar, of unknown rank, or does not fit the tensor.
    """
    with name_scope(name, values=[tensor, mask]):
        tensor = convert_to_tensor(tensor, name="tensor")
        mask = convert_to_tensor(mask, name="mask")
        n = mask.shape.ndims
        known = tensor.shape
        if n == 0:
            raise ValueError("mask cannot be scalar.")
        if n is None:
            raise ValueError(
                "Number of mask dimensions must be specified, even if some dimensions are None.  "
                "E.g. shape=[None] is ok, but shape=None is not."
            )
        axis = 0 if axis is None else axis
        known[axis : axis + n].assert_is_compatible_with(mask.shape)
        count = OPS["Prod"](shape(tensor)[axis : axis + n], [0])
        tensor = reshape(tensor, concat([shape(tensor)[:axis], [count], shape(tensor)[axis + n :]], 0))
        tensor.set_shape(known[:axis].concatenate([known[axis : axis + n].num_elements()]).concatenate(known[axis + n :]))
        indices = squeeze(where(reshape(mask, [-1])), axis=[1])
        return gather(tensor, indices, axis=axis)


@public("sequence_mask")
def sequence_mask(lengths: Any, maxlen: Any = None, dtype: Any = dtypes.bool_, name: str | None = None) -> Tensor:
    """For each of `lengths` that many true values, then false ones up to `maxlen` (the largest if None).

    Raises:
      ValueError: `maxlen` is not a scalar.
    """
    with name_scope(name, "SequenceMask", [lengths, maxlen]):
        lengths = convert_to_tensor(lengths)
        if maxlen is None:
            maxlen = OPS["Max"](lengths, _all_axes(lengths))
            maxlen = OPS["Maximum"](constant(0, maxlen.dtype), maxlen)
        else:
            maxlen = convert_to_tensor(maxlen)
        if maxlen.shape.ndims not in (0, None):
            raise ValueError("maxlen must be scalar for sequence_mask")
        row = OPS["Range"](constant(0, maxlen.dtype), maxlen, constant(1, maxlen.dtype))
        column = OPS["Cast"](expand_dims(lengths, -1), DstT=maxlen.dtype)
        out = OPS["Less"](row, column)
        if dtype is None or out.dtype.base_dtype is as_dtype(dtype).base_dtype:
            return out
        return OPS["Cast"](out, DstT=as_dtype(dtype))


def _all_axes(x: Tensor) -> Tensor:
    if x._dims is not None:
        return constant(np.arange(len(x._dims)), dtypes.int32)
    return OPS["Range"](0, rank(x), 1)
