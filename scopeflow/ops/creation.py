"""Tensors out of nothing: placeholders, zeros, ones, ranges, one-hot codes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.composite import SparseTensor
from ..graph.conversion import constant, convert_to_tensor, to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Tensor
from ..graph.public import TABLE, export, public
from ..graph.tensor_shape import Dims, TensorShape, as_shape
from ..op.declare import OPS, ShapeError, op
from ..op.fold import fold, fold_dims
from ..op.namespace import xp
from ..op.shapes import from_attr, merge, unchanged, with_rank

placeholder_op = op("Placeholder", " -> output: dtype", attrs={"shape": ("shape", None)}, shape=from_attr)(None)


def _placeholder_shape(shape: Any) -> TensorShape:
    try:
        return as_shape(shape)
    except (TypeError, ValueError) as error:
        raise type(error)(f"Error converting shape to a TensorShape: {error}.") from None


@public("placeholder")
def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor whose value each run must feed; of any shape if `shape` is None."""
    if dtype is None:
        raise TypeError("Expected DataType for argument 'dtype' not None.")
    return placeholder_op(dtype=dtype, shape=_placeholder_shape(shape), name=name)


@op("PlaceholderWithDefault", "input: dtype -> output: dtype")
def placeholder_with_default_op(input, *, shape: shape):  # noqa: F821
    """`input`, unless a run feeds another value."""
    return input


@placeholder_with_default_op.shape
def _placeholder_with_default_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    # The declared shape holds, since what is fed may be larger than the default.
    dims = attrs["shape"]._dims
    if dims is not None:
        merge(inputs[0]._dims, dims)
    return [dims]


@public("placeholder_with_default")
def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor with the value `input` unless a run feeds another value of `shape`."""
    return placeholder_with_default_op(input, shape=_placeholder_shape(shape), name=name)


@public("sparse.placeholder", "sparse_placeholder")
def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SparseTensor:
    """A SparseTensor whose value each run must feed; `shape` (may be partly unknown) is that of the dense tensor."""
    prefix = None if name is None else name + "/"
    shape_name = None if prefix is None else prefix + "shape"
    if shape is None:
        rank = None
        dense_shape = placeholder(dtypes.int64, [None], shape_name)
    elif isinstance(shape, Tensor):
        rank = shape.shape[0].value
        dense_shape = convert_to_tensor(shape, dtypes.int64, shape_name)
    else:
        sizes = [None if s is None or s == -1 else s for s in (TensorShape(shape)._dims if isinstance(shape, TensorShape) else list(shape))]
        rank = len(sizes)
        if None in sizes:
            dense_shape = placeholder(dtypes.int64, [rank], shape_name)
        else:
            dense_shape = convert_to_tensor(sizes, dtypes.int64, shape_name)
    values = placeholder(dtype, [None], None if prefix is None else prefix + "values")
    indices = placeholder(dtypes.int64, [None, rank], None if prefix is None else prefix + "indices")
    return SparseTensor(indices=indices, values=values, dense_shape=dense_shape)


# -- filled tensors -----------------------------------------------------------------
@public("fill")
@op("Fill", "dims: index_type, value: T -> output: T", index_type="int32 int64 = int32", static="dims")
def fill(dims, value):
    """A tensor of shape `dims` filled with the scalar `value`."""
    sizes = tuple(int(d) for d in dims)
    if min(sizes, default=0) < 0:
        raise errors.InvalidArgumentError(None, None, f"Dimension {min(sizes)} must be >= 0")
    return xp(value).full(sizes, value)


@fill.shape
def _fill_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 1)
    with_rank(inputs[1]._dims, 0)
    value = fold(inputs[0])
    if value is not None and (value < 0).any():
        raise ShapeError("Fill dimensions must be >= 0", partial=(0,))
    return [fold_dims(inputs[0])]


@op("ZerosLike", "x: T -> y: T", shape=unchanged, differentiable=False)
def zeros_like_op(x):
    """Zeros of the shape of `x`."""
    if x.dtype == object:
        return np.full(x.shape, b"", object)
    return xp(x).zeros(x.shape, x.dtype)


@op(
    "OnesLike",
    "x: T -> y: T",
    T="bfloat16 half float double int8 uint8 int16 uint16 int32 int64 complex64 complex128 bool",
    shape=unchanged,
    differentiable=False,
)
def ones_like_op(x):
    """Ones of the shape of `x`."""
    return xp(x).ones(x.shape, x.dtype)


#: Filled tensors of fewer elements are constants.
_SMALL = 1000


def _product(sizes: Any) -> Any:
    """The product of sizes, some of which may be tensors (then nodes compute it)."""
    if isinstance(sizes, TensorShape):
        return sizes.num_elements()
    if isinstance(sizes, np.ndarray):
        return int(np.prod(sizes))
    out: Any = 1
    for i, s in enumerate(sizes):
        if isinstance(s, np.integer):
            s = int(s)
        out = s if i == 0 else out * s
    return out


def _filled(value: Any, shape: Any, dtype: Any, name: str | None, default_name: str) -> Tensor:
    dtype = as_dtype(dtype).base_dtype
    with name_scope(name, default_name, [shape]) as scope:
        if not isinstance(shape, Tensor):
            try:
                small = _constant_if_small(value, shape, dtype, scope)
                if small is not None:
                    return small
                shape = convert_to_tensor(TensorShape(shape))
            except (TypeError, ValueError):
                shape = to_tensor(shape, dtypes.int32)
        if not shape._dims:
            shape = TABLE["reshape"](shape, [-1])
        return fill(shape, constant(value, dtype), name=scope)


def _constant_if_small(value: Any, shape: Any, dtype: Any, name: str) -> Tensor | None:
    try:
        if _product(shape) < _SMALL:
            return constant(value, dtype, shape, name)
    except TypeError:
        # A scalar, or a tensor among the sizes: the node `Less` that the comparison made stays.
        pass
    return None


@public("zeros")
def zeros(shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """Zeros (False, "") of `shape`: a list of ints and scalar tensors, or an int tensor."""
    dtype = as_dtype(dtype).base_dtype
    value: Any = False if dtype is dtypes.bool_ else "" if dtype is dtypes.string else 0
    return _filled(value, shape, dtype, name, "zeros")


@public("ones")
def ones(shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """Ones (True) of `shape`: a list of ints and scalar tensors, or an int tensor."""
    dtype = as_dtype(dtype).base_dtype
    return _filled(True if dtype is dtypes.bool_ else 1, shape, dtype, name, "ones")


@public("zeros_like")
def zeros_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Tensor:
    """Zeros of the shape of `tensor`, and of its type unless `dtype` is given."""
    from .shaping import shape_of

    with name_scope(name, "zeros_like", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        own = tensor.dtype.base_dtype
        wanted = own if dtype is None else as_dtype(dtype).base_dtype
        dims = tensor._dims
        if optimize and dims is not None and None not in dims and own is not dtypes.variant:
            return zeros(TensorShape.of(dims), wanted, scope)
        if wanted is not own and own is not dtypes.variant:
            return zeros(shape_of(tensor, optimize=optimize), wanted, scope)
        return zeros_like_op(tensor, name=scope)


@public("ones_like")
def ones_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Tensor:
    """Ones of the shape of `tensor`, and of its type unless `dtype` is given."""
    from .shaping import shape_of

    with name_scope(name, "ones_like", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        sizes = shape_of(tensor, optimize=optimize)
        return ones(sizes, tensor.dtype if dtype is None else dtype, scope)


@public("eye", "linalg.eye")
def eye(num_rows: Any, num_columns: Any = None, batch_shape: Any = None, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """The identity matrix, or one of other sides with ones on its diagonal, `batch_shape` times."""
    with name_scope(name, "eye", [num_rows, num_columns, batch_shape]):
        square = num_columns is None
        batch = [] if batch_shape is None else batch_shape
        if isinstance(batch, TensorShape) and batch.is_fully_defined() and not isinstance(num_rows, Tensor):
            batch = batch.as_list()
        columns = num_rows if square else num_columns
        if isinstance(num_rows, Tensor) or isinstance(columns, Tensor):
            size = OPS["Minimum"](num_rows, columns)
        else:
            square = square or num_rows == columns
            size = min(num_rows, columns)
        shape: Any = None
        if isinstance(batch, (list, tuple)) and not isinstance(size, Tensor):
            diagonal_shape: Any = list(batch) + [size]
            if not square:
                shape = list(batch) + [num_rows, columns]
        else:
            concat = TABLE["concat"]
            batch = convert_to_tensor(batch, dtypes.int32, "shape")
            diagonal_shape = concat((batch, [size]), axis=0)
            if not square:
                shape = concat((batch, [num_rows, columns]), axis=0)
        diagonal = ones(diagonal_shape, dtype)
        if square:
            return OPS["MatrixDiag"](diagonal, name="diag")
        return OPS["MatrixSetDiag"](zeros(shape, dtype), diagonal, name="set_diag")


# -- ranges ---------------------------------------------------------------------------
@op(
    "Range",
    "start: Tidx, limit: Tidx, delta: Tidx -> output: Tidx",
    Tidx="bfloat16 float double int32 int64 = int32",
    static="start limit delta",
    differentiable=False,
)
def range_op(start, limit, delta):
    """start, start + delta, ... before `limit`."""
    start, limit, delta = (np.asarray(v) for v in (start, limit, delta))
    problem = _range_problem(start.item(), limit.item(), delta.item())
    if problem:
        raise errors.InvalidArgumentError(None, None, problem)
    n = _range_size(start.item(), limit.item(), delta.item())
    if start.dtype.kind in "iu":
        return start + np.arange(n, dtype=start.dtype) * delta
    # Sums one after the other, as the reference does: a float range carries their rounding.
    steps = np.full(n, delta, start.dtype)
    if n:
        steps[0] = start
    return np.add.accumulate(steps, dtype=start.dtype)


def _range_problem(start: float, limit: float, delta: float) -> str | None:
    """What is wrong with these arguments, if anything."""
    if delta == 0:
        return "Requires delta != 0"
    if delta > 0 and start > limit:
        return f"Requires start <= limit when delta > 0: {start}/{limit}"
    if delta < 0 and start < limit:
        return f"Requires start >= limit when delta < 0: {start}/{limit}"
    return None


def _range_size(start: float, limit: float, delta: float) -> int:
    if isinstance(start, int):
        return max(0, -(-(limit - start) // delta))
    return max(0, math.ceil(abs((limit - start) / delta)))


@range_op.shape
def _range_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    for t in inputs:
        with_rank(t._dims, 0)
    values = [fold(t) for t in inputs]
    if any(v is None for v in values):
        return [(None,)]
    start, limit, delta = (v.item() for v in values)
    problem = _range_problem(start, limit, delta)
    if problem:
        raise ShapeError(problem, values=(0, 1, 2))
    return [(_range_size(start, limit, delta),)]


_RANGE_ORDER = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)


@public("range")
def range_(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range") -> Tensor:
    """start, start + delta, ... before `limit`; 0, 1, ... before `start` if there is no `limit`.

    Without `dtype`, the widest of the three types, in the order int32, int64, float32, float64.
    """
    if limit is None:
        start, limit = 0, start
    with name_scope(name, "Range", [start, limit, delta]) as scope:
        values = [convert_to_tensor(v, dtype, n) for v, n in ((start, "start"), (limit, "limit"), (delta, "delta"))]
        if dtype is None:
            widest = max((v.dtype for v in values), key=_RANGE_ORDER.index)
            cast = TABLE["cast"]
            values = [v if v.dtype is widest else cast(v, widest) for v in values]
        return range_op(*values, name=scope)


@public("linspace", "lin_space")
@op(
    "LinSpace",
    "start: T, stop: T, num: Tidx -> output: T",
    T="bfloat16 float double",
    Tidx="int32 int64 = int32",
    static="num",
    differentiable=False,
)
def linspace(start, stop, num):
    """`num` evenly spaced values from `start` to `stop`, both included."""
    np_ = xp(start, stop)
    n = int(num)
    if n <= 0:
        raise errors.InvalidArgumentError(None, None, f"Requires num > 0: {n}")
    if n == 1:
        return np_.reshape(start, (1,))
    step = (stop - start) / np_.asarray(n - 1, start.dtype)
    return start + step * np_.arange(n, dtype=start.dtype)


@linspace.shape
def _linspace_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    for t in inputs:
        with_rank(t._dims, 0)
    num = fold(inputs[2])
    if num is None:
        return [(None,)]
    if num <= 0:
        raise ShapeError(f"Requires num > 0: {int(num)}", values=(2,))
    return [(int(num),)]


# -- one-hot codes and grids ----------------------------------------------------------
@op(
    "OneHot",
    "indices: TI, depth: int32, on_value: T, off_value: T -> output: T",
    TI="uint8 int32 int64 = int64",
    static="depth",
    differentiable=False,
)
def one_hot_op(indices, depth, on_value, off_value, *, axis: int = -1):
    """`on_value` where the new dimension's index equals the entry of `indices`, elsewhere `off_value`."""
    np_ = xp(indices, on_value, off_value)
    axis = axis % (indices.ndim + 1)
    places = np.arange(int(depth)).reshape((-1,) + (1,) * (indices.ndim - axis))
    return np_.where(np_.expand_dims(indices, axis) == places, on_value, off_value)


@one_hot_op.shape
def _one_hot_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    axis = attrs["axis"]
    if axis < -1:
        raise ShapeError(f"axis must be >= -1 but was {axis}")
    for t in inputs[1:]:
        with_rank(t._dims, 0)
    depth = fold(inputs[1])
    if depth is not None and depth < 0:
        raise ShapeError(f"Dimension {int(depth)} must be >= 0")
    dims = inputs[0]._dims
    if dims is None:
        return [None]
    if axis < 0 or axis > len(dims):
        axis = len(dims)
    return [dims[:axis] + (None if depth is None else int(depth),) + dims[axis:]]


@public("one_hot")
def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """One-hot codes of `indices` along a new dimension `axis` (the last if None) of size `depth`.

    Raises:
      TypeError: `on_value`, `off_value` and `dtype` do not agree.
    """
    with name_scope(name, "one_hot", [indices, depth, on_value, off_value, axis, dtype]) as scope:
        on_type = None if on_value is None else convert_to_tensor(on_value).dtype.base_dtype
        off_type = None if off_value is None else convert_to_tensor(off_value).dtype.base_dtype
        if dtype is not None:
            dtype = as_dtype(dtype)
            for what, own in (("on_value", on_type), ("off_value", off_type)):
                if own is not None and own is not dtype.base_dtype:
                    raise TypeError(f"dtype {own} of {what} does not match dtype parameter {dtype}")
        else:
            dtype = on_type or off_type or dtypes.float32
        if on_value is None:
            on_value, on_type = to_tensor(1, dtype, "on_value"), dtype
        if off_value is None:
            off_value, off_type = to_tensor(0, dtype, "off_value"), dtype
        if on_type is not off_type:
            raise TypeError(f"dtype {on_type} of on_value does not match dtype {off_type} of off_value")
        return one_hot_op(indices, depth, on_value, off_value, axis=-1 if axis is None else axis, name=scope)


@public("meshgrid")
def meshgrid(*args: Any, **kwargs: Any) -> list[Tensor]:
    """Coordinate grids over 1-D tensors: one grid for each, of the shape of their lengths.

    Keywords: `indexing` "xy" (the first two dimensions swapped) or "ij"; `name`.
    Raises ValueError for another indexing, TypeError for another keyword.
    """
    indexing = kwargs.pop("indexing", "xy")
    name = kwargs.pop("name", "meshgrid")
    if kwargs:
        raise TypeError(f"'{next(iter(kwargs))}' is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError("indexing parameter must be either 'xy' or 'ij'")
    from .packing import stack
    from .shaping import reshape, size

    with name_scope(name, "meshgrid", args):
        n = len(args)
        grids = []
        for i, x in enumerate(args):
            grids.append(reshape(stack(x), (1,) * i + (-1,) + (1,) * (n - i - 1)))
        lengths = [size(x) for x in args]
        dtype = convert_to_tensor(args[0]).dtype.base_dtype
        if indexing == "xy" and n > 1:
            grids[0] = reshape(grids[0], (1, -1) + (1,) * (n - 2))
            grids[1] = reshape(grids[1], (-1, 1) + (1,) * (n - 2))
            lengths[0], lengths[1] = lengths[1], lengths[0]
        full = ones(lengths, dtype)
        return [g * full for g in grids]


export(None, "newaxis")
