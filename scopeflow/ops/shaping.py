"""Shapes: asking for them and changing them without touching a value."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.composite import IndexedSlices, SparseTensor, is_sparse_value
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import Dims, TensorShape, as_shape
from ..op.declare import OPS, ShapeError, op
from ..op.fold import fold, fold_dims
from ..op.namespace import xp
from ..op.shapes import bracket, broadcast_dims, merge, scalar, with_rank


# -- asking -----------------------------------------------------------------------
def _vector_of_rank(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(None,) if t._dims is None else (len(t._dims),) for t in inputs]


@op("Shape", "input: T -> output: out_type", out_type="int32 int64 = int32", differentiable=False, shape=_vector_of_rank)
def shape_op(input, *, out_type: dtype):  # noqa: F821
    """The shape of `input`."""
    return np.array(input.shape, out_type.np_dtype)


@op("ShapeN", "input: N*T -> output: N*out_type", out_type="int32 int64 = int32", differentiable=False, shape=_vector_of_rank)
def shape_n_op(input, *, out_type: dtype):  # noqa: F821
    """The shapes of the tensors `input`."""
    return [np.array(x.shape, out_type.np_dtype) for x in input]


@op("Size", "input: T -> output: out_type", out_type="int32 int64 = int32", differentiable=False, shape=scalar)
def size_op(input, *, out_type: dtype):  # noqa: F821
    """How many elements `input` has."""
    return np.array(int(np.prod(input.shape, dtype=np.int64)), out_type.np_dtype)


@op("Rank", "input: T -> output: int32", differentiable=False, shape=scalar)
def rank_op(input):
    """How many dimensions `input` has."""
    return np.array(len(input.shape), np.int32)


def shape_of(input: Any, name: str | None = None, optimize: bool = True, out_type: Any = dtypes.int32) -> Tensor:
    """`tf.shape`; with `optimize`, a constant where the shape is known."""
    out_type = as_dtype(out_type)
    with name_scope(name, "Shape", [input]) as scope:
        if isinstance(input, SparseTensor) or is_sparse_value(input):
            return TABLE["cast"](input.dense_shape, out_type)
        tensor = convert_to_tensor(input)
        dims = tensor._dims
        if optimize and dims is not None and None not in dims:
            return constant(np.array(dims, out_type.np_dtype), out_type, name=scope)
        return shape_op(tensor, out_type=out_type, name=scope)


@public("shape")
def shape(input: Any, name: str | None = None, out_type: Any = dtypes.int32) -> Tensor:
    """The shape of `input`, as a 1-D tensor; a constant if it is known."""
    return shape_of(input, name, True, out_type)


@public("shape_n")
def shape_n(input: Any, out_type: Any = dtypes.int32, name: str | None = None) -> list[Tensor]:
    """The shapes of several tensors."""
    return shape_n_op(input, out_type=out_type, name=name)


def size_of(input: Any, name: str | None = None, optimize: bool = True, out_type: Any = dtypes.int32) -> Tensor:
    """`tf.size`; with `optimize`, a constant where the shape is known."""
    out_type = as_dtype(out_type)
    with name_scope(name, "Size", [input]) as scope:
        if isinstance(input, SparseTensor) or is_sparse_value(input):
            return OPS["Prod"](TABLE["cast"](input.dense_shape, out_type), 0, name=scope)
        tensor = convert_to_tensor(input)
        dims = tensor._dims
        if optimize and dims is not None and None not in dims:
            return constant(int(np.prod(dims, dtype=np.int64)), out_type, name=scope)
        return size_op(tensor, out_type=out_type, name=scope)


@public("size")
def size(input: Any, name: str | None = None, out_type: Any = dtypes.int32) -> Tensor:
    """How many elements `input` has; a constant if it is known."""
    return size_of(input, name, True, out_type)


def rank_of(input: Any, name: str | None = None, optimize: bool = True) -> Tensor:
    """`tf.rank`; with `optimize`, a constant where the rank is known."""
    with name_scope(name, "Rank", [input]) as scope:
        if isinstance(input, SparseTensor) or is_sparse_value(input):
            return size_op(input.dense_shape, name=scope)
        tensor = convert_to_tensor(input)
        if optimize and tensor._dims is not None:
            return constant(len(tensor._dims), dtypes.int32, name=scope)
        return rank_op(tensor, name=scope)


@public("rank")
def rank(input: Any, name: str | None = None) -> Tensor:
    """How many dimensions `input` has; a constant if it is known."""
    return rank_of(input, name)


# -- reshape ------------------------------------------------------------------------
@op("Reshape", "tensor: T, shape: Tshape -> output: T", Tshape="int32 int64 = int32", static="shape")
def reshape_op(tensor, shape):
    """The elements of `tensor` in another shape, one part of which may be -1."""
    sizes = tuple(int(d) for d in shape)
    have = int(np.prod(tensor.shape, dtype=np.int64))
    want = int(np.prod([d for d in sizes if d != -1], dtype=np.int64))
    if -1 in sizes:
        if want == 0 or have % want:
            raise errors.InvalidArgumentError(
                None, None, f"Input to reshape is a tensor with {have} values, but the requested shape requires a multiple of {want}"
            )
        sizes = tuple(have // want if d == -1 else d for d in sizes)
    elif want != have:
        raise errors.InvalidArgumentError(
            None, None, f"Input to reshape is a tensor with {have} values, but the requested shape has {want}"
        )
    return tensor.reshape(sizes)


def _count(dims: Sequence[int | None]) -> int:
    """The product of the known sizes."""
    n = 1
    for d in dims:
        if d is not None:
            n *= d
    return n


@reshape_op.shape
def _reshape_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[1]._dims, 1)
    dims = fold_dims(inputs[1])
    value = fold(inputs[1])
    if value is not None and value.size and value.min() < -1:
        raise ShapeError(f"Invalid value in tensor used for shape: {value.min()}")
    if dims is None:
        return [None]
    source = inputs[0]._dims
    if source is None:
        return [dims]
    unknown = [i for i, d in enumerate(dims) if d is None]
    if not unknown and not dims and not source:
        return [dims]
    have, want = _count(source), _count(dims)
    open_source = source.count(None)
    partial = (1,) if dims else ()
    if not open_source:
        if not unknown:
            if have != want:
                raise ShapeError(
                    f"Cannot reshape a tensor with {have} elements to shape {bracket(dims)} ({want} elements)", partial=partial
                )
        elif len(unknown) == 1:
            if want == 0:
                if have:
                    raise ShapeError(f"Cannot reshape a tensor with {have} elements to shape {bracket(dims)} (0 elements)", partial=partial)
                return [dims]
            if have % want:
                raise ShapeError(f"Dimension size must be evenly divisible by {want} but is {have}", partial=partial)
            i = unknown[0]
            return [dims[:i] + (have // want,) + dims[i + 1 :]]
        return [dims]
    if have == 0:
        if len(unknown) == 1 and want:
            i = unknown[0]
            return [dims[:i] + (0,) + dims[i + 1 :]]
        return [dims]
    if not unknown and open_source == 1 and want % have:
        raise ShapeError(f"Dimension size must be evenly divisible by {have} but is {want}", partial=partial)
    if len(unknown) == 1 and open_source == 1 and have == want:
        return [dims]
    return [dims]


@public("reshape", "manip.reshape")
def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The elements of `tensor` in another shape, one part of which may be -1: what is left."""
    return reshape_op(tensor, shape, name=name)


@op("ExpandDims", "input: T, dim: Tdim -> output: T", Tdim="int32 int64 = int32", static="dim")
def expand_dims_op(input, dim):
    """`input` with a new dimension of size 1 at `dim`."""
    at = int(np.asarray(dim).reshape(()))
    if not -input.ndim - 1 <= at <= input.ndim:
        raise errors.InvalidArgumentError(None, None, f"Tried to expand dim index {at} for tensor with {input.ndim} dimensions.")
    return xp(input).expand_dims(input, at)


@expand_dims_op.shape
def _expand_dims_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dim = fold(inputs[1])
    if dim is not None and dim.size != 1:
        raise ShapeError("'dim' input must be a tensor with a single value", values=(1,))
    dims = inputs[0]._dims
    if dim is None or dims is None:
        return [None]
    at = int(dim.reshape(()))
    n = len(dims)
    if not -1 - n <= at <= n:
        raise ShapeError(f"dim {at} not in the interval [{-1 - n}, {n}].", values=(1,))
    if at < 0:
        at += n + 1
    return [dims[:at] + (1,) + dims[at:]]


@public("expand_dims")
def expand_dims(input: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """`input` with a new dimension of size 1 at `axis` (`dim` is its old name)."""
    if dim is not None:
        if axis is not None:
            raise ValueError("Cannot specify both 'dim' and 'axis'")
        axis = dim
    if axis is None:
        raise ValueError("Must specify an axis argument to tf.expand_dims()")
    return expand_dims_op(input, axis, name=name)


@op("Squeeze", "input: T -> output: T")
def squeeze_op(input, *, squeeze_dims: list[int] = ()):
    """`input` without its dimensions of size 1, or without those of `squeeze_dims`."""
    return xp(input).squeeze(input, tuple(squeeze_dims) if squeeze_dims else None)


@squeeze_op.shape
def _squeeze_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, axes = inputs[0]._dims, attrs["squeeze_dims"]
    if dims is None:
        return [None]
    if not axes:
        # An unknown size may be 1: then even the rank is unknown.
        return [None if None in dims else tuple(d for d in dims if d != 1)]
    n = len(dims)
    drop = set()
    for i, a in enumerate(axes):
        if not -n <= a < n:
            raise ShapeError(f"squeeze_dims[{i}] not in [{-n},{n}).")
        a %= n
        if dims[a] not in (1, None):
            raise ShapeError(f"Can not squeeze dim[{a}], expected a dimension of 1, got {dims[a]}")
        drop.add(a)
    return [tuple(d for i, d in enumerate(dims) if i not in drop)]


@public("squeeze")
def squeeze(input: Any, axis: Any = None, name: str | None = None, squeeze_dims: Any = None) -> Tensor:
    """`input` without its dimensions of size 1, or without those of `axis` (`squeeze_dims` is its old name)."""
    if squeeze_dims is not None:
        if axis is not None:
            raise ValueError("Cannot specify both 'squeeze_dims' and 'axis'")
        axis = squeeze_dims
    if axis is None:
        axis = []
    elif np.isscalar(axis):
        axis = [axis]
    return squeeze_op(input, squeeze_dims=axis, name=name)


# -- transpose ------------------------------------------------------------------------
def _transpose_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, perm = inputs[0]._dims, fold(inputs[1])
    length = inputs[1]._dims[0] if inputs[1]._dims is not None and len(inputs[1]._dims) == 1 else None
    if perm is not None:
        length = perm.size
    if dims is None:
        return [None if length is None else (None,) * length]
    n = len(dims)
    if length is not None and length != n:
        raise ShapeError(f"Dimension must be {n} but is {length}")
    if perm is None:
        return [dims if n < 2 else (None,) * n]
    out = []
    for p in perm.tolist():
        if not -n <= p < n:
            raise ShapeError(f"perm dim {p} is out of range of input rank {n}", values=(1,))
        out.append(dims[p])
    return [tuple(out)]


def _order(x: Any, perm: Any) -> tuple[int, ...]:
    order = tuple(int(p) for p in perm)
    if len(order) != x.ndim:
        raise errors.InvalidArgumentError(
            None, None, f"transpose expects a vector of size {x.ndim}. But input(1) is a vector of size {len(order)}"
        )
    for p in order:
        if not 0 <= p < x.ndim:
            raise errors.InvalidArgumentError(None, None, f"{p} is out of range [0 .. {x.ndim})")
    return order


@op("Transpose", "x: T, perm: Tperm -> y: T", Tperm="int32 int64 = int32", static="perm", shape=_transpose_shape)
def transpose_op(x, perm):
    """`x` with its dimensions in the order `perm`."""
    return x.transpose(_order(x, perm))


@op("ConjugateTranspose", "x: T, perm: Tperm -> y: T", Tperm="int32 int64 = int32", static="perm", shape=_transpose_shape)
def conjugate_transpose(x, perm):
    """`x` with its dimensions in the order `perm`, conjugated."""
    return xp(x).conj(x.transpose(_order(x, perm)))


@public("transpose")
def transpose(a: Any, perm: Any = None, name: str = "transpose", conjugate: bool = False) -> Tensor:
    """`a` with its dimensions in the order `perm`, reversed if None; with `conjugate`, conjugated if it is complex."""
    with name_scope(name, "transpose", [a]) as scope:
        if not isinstance(a, Tensor) and (perm is None or conjugate):
            a = convert_to_tensor(a, name="a")
        move = conjugate_transpose if conjugate and a.dtype.is_complex else transpose_op
        if perm is not None:
            return move(a, perm, name=scope)
        dims = a._dims
        if dims:
            return move(a, np.arange(len(dims) - 1, -1, -1, dtype=np.int32), name=scope)
        n = rank_op(a, name="Rank")
        reverse = (n - 1) - OPS["Range"](0, n, 1)
        return move(a, reverse, name=scope)


@public("linalg.matrix_transpose", "linalg.transpose", "matrix_transpose")
def matrix_transpose(a: Any, name: str = "matrix_transpose", conjugate: bool = False) -> Tensor:
    """`a` with its last two dimensions swapped.

    Raises:
      ValueError: `a` has fewer than two dimensions.
    """
    with name_scope(name, values=[a]):
        a = convert_to_tensor(a, name="a")
        dims = a._dims
        if dims is not None:
            n = len(dims)
            if n < 2:
                raise ValueError(f"Argument 'a' should be a (batch) matrix, with rank >= 2.  Found: {a.shape}")
            perm: Any = list(range(n - 2)) + [n - 1, n - 2]
        else:
            n = rank_op(a, name="Rank")
            perm = TABLE["concat"]((OPS["Range"](0, n - 2, 1), [n - 1, n - 2]), 0)
        return transpose(a, perm, conjugate=conjugate)


# -- broadcasting -----------------------------------------------------------------------
@public("broadcast_to")
@op("BroadcastTo", "input: T, shape: Tidx -> output: T", Tidx="int32 int64 = int32", static="shape")
def broadcast_to(input, shape):
    """`input` repeated to `shape` along its dimensions of size 1 and new leading ones."""
    return xp(input).broadcast_to(input, tuple(int(d) for d in shape))


@broadcast_to.shape
def _broadcast_to_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[1]._dims, 1)
    dims, source = fold_dims(inputs[1]), inputs[0]._dims
    if dims is not None and source is not None:
        if len(source) > len(dims):
            raise ShapeError(f"Shape must be at most rank {len(dims)} but is rank {len(source)}", partial=(1,))
        for x, y in zip(reversed(source), reversed(dims)):
            if x is not None and y is not None and x not in (1, y):
                raise ShapeError(f"Dimensions must be equal, but are {x} and {y}", partial=(1,))
    return [dims]


@op("BroadcastArgs", "s0: T, s1: T -> r0: T", T="int32 int64 = int32", differentiable=False)
def broadcast_args(s0, s1):
    """The shape that the shapes `s0` and `s1` broadcast to."""
    np_ = xp(s0, s1)
    n = max(len(s0), len(s1))
    a, b = (np_.concatenate([np_.ones(n - len(s), s.dtype), s]) for s in (s0, s1))
    if np_ is np and not np.all((a == b) | (a == 1) | (b == 1)):
        raise errors.InvalidArgumentError(None, None, f"Incompatible shapes: {_listed(s0)} vs. {_listed(s1)}")
    return np_.where(a == 1, b, a)


def _listed(values: Any) -> str:
    return "[" + ",".join(str(int(v)) for v in values) + "]"


@broadcast_args.shape
def _broadcast_args_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    a, b = (with_rank(t._dims, 1)[0] for t in inputs)
    return [(None if a is None or b is None else max(a, b),)]


@public("broadcast_dynamic_shape")
def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """The shape, as a tensor, that two shapes broadcast to."""
    return broadcast_args(shape_x, shape_y)


@public("broadcast_static_shape")
def broadcast_static_shape(shape_x: TensorShape, shape_y: TensorShape) -> TensorShape:
    """The TensorShape that two TensorShapes broadcast to. Raises ValueError if they do not."""
    try:
        return TensorShape.of(broadcast_dims(shape_x._dims, shape_y._dims))
    except ShapeError:
        raise ValueError(f"Incompatible shapes for broadcasting: {shape_x} and {shape_y}") from None


@op("EnsureShape", "input: T -> output: T")
def ensure_shape_op(input, *, shape: shape):  # noqa: F821
    """`input`, whose shape must fit `shape`."""
    have, want = input.shape, shape._dims
    if want is not None and (len(want) != len(have) or any(w not in (None, h) for w, h in zip(want, have))):
        raise errors.InvalidArgumentError(
            None, None, f"Shape of tensor input [{','.join(map(str, have))}] is not compatible with expected shape {bracket(want)}."
        )
    return input


@ensure_shape_op.shape
def _ensure_shape_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    want, have = attrs["shape"]._dims, inputs[0]._dims
    if want is not None:
        with_rank(have, len(want))
    return [merge(want, have)]


@public("ensure_shape")
def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Tensor:
    """`x`; its shape becomes statically known to fit `shape`, which each run checks."""
    return ensure_shape_op(x, shape=as_shape(shape), name=name)


# -- bits -----------------------------------------------------------------------------
_BITCAST = (
    "bfloat16 half float double int64 int32 uint8 uint16 uint32 uint64 int8 int16 complex64 complex128 qint8 quint8 qint16 quint16 qint32"
)


@public("bitcast")
@op("Bitcast", "input: T -> output: type", T=_BITCAST, type=_BITCAST, differentiable=False)
def bitcast(input, *, type: dtype):  # noqa: F821
    """The bytes of `input` as values of another type; where the sizes differ, the last dimension makes up for it."""
    to = type.np_dtype
    if isinstance(input, np.ndarray):
        if to.itemsize == input.dtype.itemsize:
            return input.view(to)
        if to.itemsize < input.dtype.itemsize:
            return np.ascontiguousarray(input)[..., None].view(to)
        return np.ascontiguousarray(input).view(to)[..., 0]
    from jax import lax

    return lax.bitcast_convert_type(input, to)


@bitcast.shape
def _bitcast_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = inputs[0]._dims
    if dims is None:
        return [None]
    have, want = attrs["T"].np_dtype.itemsize, attrs["type"].np_dtype.itemsize
    if have == want:
        return [dims]
    if have > want:
        return [dims + (have // want,)]
    if not dims:
        raise ShapeError(f"Cannot bitcast from a scalar of {have} bytes to a type of {want} bytes")
    if dims[-1] not in (None, want // have):
        raise ShapeError(f"Cannot bitcast due to shape. {dims[-1]} does not match {want // have}")
    return [dims[:-1]]


# -- rows of a sparse gradient ----------------------------------------------------------
def _dense_of_slices(value: IndexedSlices, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    """IndexedSlices as the dense tensor they stand for."""
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(f"Tensor conversion requested dtype {dtype.name} for IndexedSlices with dtype {value.dtype.name}")
    if value.dense_shape is None:
        raise ValueError(f"Tensor conversion requested for IndexedSlices without dense_shape: {value}")
    rows = value.dense_shape[0]
    return OPS["UnsortedSegmentSum"](value.values, value.indices, rows, name=name)


_register = functools.partial(TABLE["register_tensor_conversion_function"], IndexedSlices)
_register(_dense_of_slices)
