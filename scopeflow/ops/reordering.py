"""The same elements in another order: reverse, roll, sort and the like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.constant_value import constant_value
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import OPS, ShapeError, op
from ..op.fold import fold
from ..op.namespace import is_known, xp
from ..op.shapes import at_least, merge, unchanged, with_rank
from .shaping import rank, reshape, shape, transpose

_ELEMENTS = "uint8 int8 uint16 int16 int32 int64 bool half float double complex64 complex128 string"


# -- reverse and roll ---------------------------------------------------------------------------
@public("reverse", "manip.reverse", "reverse_v2")
@op("ReverseV2", "tensor: T, axis: Tidx -> output: T", Tidx="int32 int64 = int32", T=_ELEMENTS + " bfloat16", static="axis")
def reverse(tensor, axis):
    """`tensor` backwards along the dimensions `axis`."""
    return xp(tensor).flip(tensor, tuple(int(a) for a in axis))


@reverse.shape
def _reverse_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[1]._dims, 1)
    dims, axes = inputs[0]._dims, fold(inputs[1])
    if dims is None or axes is None:
        return [dims]
    n = len(dims)
    seen = set()
    for i, a in enumerate(axes.tolist()):
        at = a + n if a < 0 else a
        if not 0 <= at < n:
            raise ShapeError(f"'axis'[{i}] = {a} is out of valid range [0, {n - 1}", values=(1,))
        if at in seen:
            raise ShapeError(f"axis {at} specified more than once.", values=(1,))
        seen.add(at)
    return [dims]


@op("Reverse", "tensor: T, dims: bool -> output: T", T=_ELEMENTS, static="dims", shape=unchanged)
def reverse_v1(tensor, dims):
    """`tensor` backwards along the dimensions that `dims` marks: the form that older graphs hold."""
    return xp(tensor).flip(tensor, tuple(i for i, d in enumerate(dims) if d))


@op("ReverseSequence", "input: T, seq_lengths: Tlen -> output: T", Tlen="int32 int64 = int64")
def reverse_sequence_op(input, seq_lengths, *, seq_dim: int, batch_dim: int = 0):
    """Each slice along `batch_dim` with its first `seq_lengths[i]` elements along `seq_dim` backwards."""
    np_ = xp(input, seq_lengths)
    seq, batch = seq_dim % input.ndim, batch_dim % input.ndim
    size = input.shape[seq]
    check((seq_lengths >= 0) & (seq_lengths <= size), f"seq_lens(i) > input.dims({seq})")
    places = np.arange(size)
    lengths = np_.asarray(seq_lengths)[:, None]
    order = np_.where(places < lengths, lengths - 1 - places, places)
    # [batch, time] indices, laid out along their two dimensions of the input.
    if batch > seq:
        order = order.T
    order = np_.expand_dims(order, tuple(i for i in range(input.ndim) if i not in (seq, batch)))
    return np_.take_along_axis(input, order, axis=seq)


@reverse_sequence_op.shape
def _reverse_sequence_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    lengths = with_rank(inputs[1]._dims, 1)
    dims = inputs[0]._dims
    if dims is None:
        return [None]
    batch, seq = attrs["batch_dim"], attrs["seq_dim"]
    if batch >= len(dims):
        raise ShapeError(f"batch_dim must be < input rank: {batch} vs. {len(dims)}")
    if seq >= len(dims):
        raise ShapeError(f"seq_dim must be < input rank: {seq} vs. {len(dims)}")
    a, b = dims[batch], lengths[0]
    if a is not None and b is not None and a != b:
        raise ShapeError(f"Dimensions must be equal, but are {a} and {b}")
    return [dims[:batch] + (b if a is None else a,) + dims[batch + 1 :]]


@public("reverse_sequence")
def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
    seq_dim: int | None = None,
    batch_dim: int | None = None,
) -> Tensor:
    """Each slice along `batch_axis` with its first `seq_lengths[i]` elements along `seq_axis` backwards.

    `seq_dim` and `batch_dim` are their old names.
    """
    if seq_dim is not None and seq_axis is not None:
        raise ValueError("Cannot specify both 'seq_dim' and 'seq_axis'")
    if batch_dim is not None and batch_axis is not None:
        raise ValueError("Cannot specify both 'batch_dim' and 'batch_axis'")
    seq = seq_dim if seq_axis is None else seq_axis
    batch = batch_dim if batch_axis is None else batch_axis
    return reverse_sequence_op(input, seq_lengths, seq_dim=seq, batch_dim=0 if batch is None else batch, name=name)


@op("Roll", "input: T, shift: Tshift, axis: Taxis -> output: T", Tshift="int32 int64", Taxis="int32 int64", static="axis")
def roll_op(input, shift, axis):
    """`input` with its elements shifted along `axis`, those that fall off the end coming back at the start."""
    axes = [int(a) for a in np.asarray(axis).reshape(-1)]
    for a in axes:
        if not -input.ndim <= a < input.ndim:
            raise errors.InvalidArgumentError(None, None, f"axis {a} is out of range")
    out = input
    np_ = xp(input, shift)
    shifts = np_.reshape(shift, (-1,))
    for i, a in enumerate(axes):
        out = np_.roll(out, shifts[i], axis=a)
    return out


@roll_op.shape
def _roll_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    at_least(inputs[0]._dims, 1)
    merge(inputs[1]._dims, inputs[2]._dims)
    return [inputs[0]._dims]


@public("roll", "manip.roll")
def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """`input` with its elements shifted along `axis`, those that fall off the end coming back at the start."""
    return roll_op(input, shift, axis, name=name)


# -- permutations and indices ---------------------------------------------------------------------
@public("math.invert_permutation", "invert_permutation")
@op("InvertPermutation", "x: T -> y: T", T="int32 int64 = int32", differentiable=False)
def invert_permutation(x):
    """The permutation that undoes `x`."""
    n = x.shape[0]
    if is_known(x):
        seen = np.zeros(n, bool)
        for v in np.asarray(x).tolist():
            if not 0 <= v < n:
                raise errors.InvalidArgumentError(None, None, f"{v} is not between 0 and {n}")
            if seen[v]:
                raise errors.InvalidArgumentError(None, None, f"{v} is duplicated in the input.")
            seen[v] = True
        out = np.empty_like(x)
        out[x] = np.arange(n, dtype=x.dtype)
        return out
    np_ = xp(x)
    check((x >= 0) & (x < n), f"the input holds a value that is not between 0 and {n}")
    return np_.zeros_like(x).at[x].set(np_.arange(n, dtype=x.dtype))


@invert_permutation.shape
def _invert_permutation_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [with_rank(inputs[0]._dims, 1)]


@public("unravel_index")
@op("UnravelIndex", "indices: Tidx, dims: Tidx -> output: Tidx", Tidx="int32 int64 = int32", differentiable=False)
def unravel_index(indices, dims):
    """The coordinates, in a tensor of shape `dims`, of flat `indices`: a column each."""
    np_ = xp(indices, dims)
    below = np_.concatenate([np_.cumprod(dims[::-1])[::-1][1:], np_.ones(1, dims.dtype)])
    flat = np_.reshape(indices, (1,) + indices.shape)
    column = (-1,) + (1,) * indices.ndim
    return (flat // np_.reshape(below, column)) % np_.reshape(dims, column)


@unravel_index.shape
def _unravel_index_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    indices, n = inputs[0]._dims, with_rank(inputs[1]._dims, 1)[0]
    if indices is None:
        return [None]
    return [(n,) if not indices else (n,) + indices]


# -- sort -----------------------------------------------------------------------------------------
_REAL = "float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64"


@op("TopKV2", "input: T, k: int32 -> values: T, indices: int32", attrs={"sorted": ("bool", True)}, T=_REAL, static="k")
def top_k(input, k):
    """The `k` largest elements along the last dimension, largest first, and where they are; the first of equal ones first."""
    n = int(k)
    have = input.shape[-1] if input.ndim else 0
    if not input.ndim:
        raise errors.InvalidArgumentError(None, None, "input must be >= 1-D, got shape []")
    if n < 0:
        raise errors.InvalidArgumentError(None, None, f"Need k >= 0, got {n}")
    if have < n:
        raise errors.InvalidArgumentError(None, None, f"input must have at least k columns. Had {have}, needed {n}")
    if is_known(input):
        # Unsigned types have no negative, so reversed positions keep the order of equal elements.
        order = have - 1 - np.argsort(input[..., ::-1], axis=-1, kind="stable")[..., ::-1][..., :n]
        return np.take_along_axis(input, order, -1), order.astype(np.int32)
    from jax import lax

    values, order = lax.top_k(input, n)
    return values, order.astype(np.int32)


@top_k.shape
def _top_k_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = at_least(inputs[0]._dims, 1)
    with_rank(inputs[1]._dims, 0)
    k = fold(inputs[1])
    if k is not None and k < 0:
        raise ShapeError(f"Dimension size, given by scalar input 1, must be non-negative but is {int(k)}", values=(1,))
    if dims is None:
        return [None, None]
    if k is not None and dims[-1] is not None and dims[-1] < k:
        raise ShapeError(f"input must have last dimension >= k = {int(k)} but is {dims[-1]}", values=(1,))
    out = dims[:-1] + (None if k is None else int(k),)
    return [out, out]


@public("sort", "contrib.framework.sort")
def sort(values: Any, axis: int = -1, direction: str = "ASCENDING", name: str | None = None) -> Tensor:
    """`values` sorted along `axis`, "ASCENDING" or "DESCENDING".

    Raises:
      ValueError: another direction, or `axis` is not known.
    """
    with name_scope(name, "sort"):
        return _sorted(values, axis, direction, 0)


@public("argsort", "contrib.framework.argsort")
def argsort(values: Any, axis: int = -1, direction: str = "ASCENDING", stable: bool = False, name: str | None = None) -> Tensor:
    """The indices that sort `values` along `axis`; equal elements keep their order."""
    del stable  # it always is
    with name_scope(name, "argsort"):
        return _sorted(values, axis, direction, 1)


def _sorted(values: Any, axis: Any, direction: str, which: int) -> Tensor:
    """Output `which` of TopKV2 (values or indices) of all elements along `axis`."""
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"{direction} should be one of ASCENDING, DESCENDING")
    axis = constant_value(convert_to_tensor(axis, name="axis"))
    if axis is None or axis.ndim:
        raise ValueError("axis must be a constant scalar")
    axis = int(axis)
    values = convert_to_tensor(values, name="values")
    ascending = direction == "ASCENDING"
    if ascending:
        values = _flipped(values)
    k = shape(values)[axis]
    n = rank(values)
    known = values.shape.ndims
    if axis == -1 or axis + 1 == known:
        out = OPS["TopKV2"](values, k)[which]
    else:
        if known is None:
            place = axis if axis > 0 else n + axis
            order = OPS["Range"](0, n, 1)
            from .joining import concat

            swap = (
                concat([order[:place], [n - 1], order[place + 1 : -1], [place]], 0) if axis != 0 else concat([[n - 1], order[1:-1], [0]], 0)
            )
        else:
            order = list(range(known))
            order[axis], order[-1] = order[-1], order[axis]
            swap = constant(np.array(order, np.int64), dtypes.int64, name="transposition")
        out = transpose(OPS["TopKV2"](transpose(values, swap), k)[which], swap)
    return _flipped(out) if ascending and which == 0 else out


def _flipped(values: Tensor) -> Tensor:
    """`values` in the opposite order."""
    dtype = values.dtype.base_dtype
    if dtype.is_unsigned:
        return dtype.max - values
    if dtype.is_integer:
        # The smallest integer has no negative: -1 - x reverses the order without overflow.
        return OPS["Neg"](values)
    return OPS["Neg"](values)


# -- search in sorted rows ----------------------------------------------------------------------------
def _bound_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 2)
    return [with_rank(inputs[1]._dims, 2)]


def _bound(sorted_inputs: Any, values: Any, side: str, dtype: Any) -> Any:
    if is_known(sorted_inputs, values):
        return (
            np.stack([np.searchsorted(a, v, side) for a, v in zip(sorted_inputs, values)]).astype(dtype.np_dtype)
            if len(values)
            else np.zeros(values.shape, dtype.np_dtype)
        )
    import jax

    return jax.vmap(lambda a, v: jax.numpy.searchsorted(a, v, side=side))(sorted_inputs, values)


@op(
    "LowerBound",
    "sorted_inputs: T, values: T -> output: out_type",
    out_type="int32 int64 = int32",
    differentiable=False,
    shape=_bound_shape,
)
def lower_bound(sorted_inputs, values, *, out_type: dtype):  # noqa: F821
    """In each sorted row, the first place at which each value could be inserted."""
    return _bound(sorted_inputs, values, "left", out_type)


@op(
    "UpperBound",
    "sorted_inputs: T, values: T -> output: out_type",
    out_type="int32 int64 = int32",
    differentiable=False,
    shape=_bound_shape,
)
def upper_bound(sorted_inputs, values, *, out_type: dtype):  # noqa: F821
    """In each sorted row, the last place at which each value could be inserted."""
    return _bound(sorted_inputs, values, "right", out_type)


@public("searchsorted")
def searchsorted(sorted_sequence: Any, values: Any, side: str = "left", out_type: Any = dtypes.int32, name: str | None = None) -> Tensor:
    """Where in the sorted rows of `sorted_sequence` the `values` of the same row belong: before ("left") or after equal ones.

    Raises:
      ValueError: another side.
    """
    width = shape(sorted_sequence)[-1]
    count = shape(values)[-1]
    rows = reshape(sorted_sequence, [-1, width])
    wanted = reshape(values, [-1, count])
    if side not in ("left", "right"):
        raise ValueError(f"side must be either 'right' or 'left'.  Saw: {side}.")
    found = (upper_bound if side == "right" else lower_bound)(rows, wanted, out_type=as_dtype(out_type), name=name)
    return reshape(found, shape(values))
