"""The ops on sparse tensors: coordinates [n, rank], values [n], dense shape [rank]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import errors
from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import ShapeError, op
from ..op.fold import fold, fold_dims
from ..op.namespace import is_known, xp
from ..op.shapes import with_rank

_NUMBERS = "float double int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 bfloat16 uint16 complex128 half uint32 uint64"
_REAL = "float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64"


def _strides(np_: Any, shape: Any) -> Any:
    """How far apart neighbours along each dimension are in row-major order."""
    return np_.concatenate([np_.cumprod(shape[::-1])[::-1][1:], np_.ones(1, shape.dtype)])


def _flat(indices: Any, shape: Any) -> Any:
    """The row-major number of each coordinate vector."""
    np_ = xp(indices, shape)
    return (indices * _strides(np_, shape)).sum(-1)


def _columns(indices: Any) -> tuple[Any, ...]:
    return tuple(indices[:, i] for i in range(indices.shape[1]))


def _same_rows(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [inputs[0]._dims, inputs[1]._dims]


def _open_rows(rank: int | None) -> list[Dims]:
    """The shapes of a sparse result whose number of elements is not known."""
    return [(None, rank), (None,), (rank,)]


def _rank_of(t: Tensor) -> int | None:
    return t._dims[0] if t._dims is not None and len(t._dims) == 1 else None


# -- to and from dense ----------------------------------------------------------------------------
@op(
    "SparseToDense",
    "sparse_indices: Tindices, output_shape: Tindices, sparse_values: T, default_value: T -> dense: T",
    Tindices="int32 int64",
    static="output_shape",
)
def sparse_to_dense(sparse_indices, output_shape, sparse_values, default_value, *, validate_indices: bool = True):
    """`default_value` everywhere, but `sparse_values` at `sparse_indices` (scalar, vector, or matrix of coordinate rows)."""
    shape = tuple(int(d) for d in output_shape)
    np_ = xp(sparse_indices, sparse_values, default_value)
    rows = np_.reshape(sparse_indices, (-1, 1)) if sparse_indices.ndim < 2 else sparse_indices
    if validate_indices:
        _validate(rows, np.array(shape, np.int64))
    out = np_.full(shape, default_value)
    if not rows.shape[1]:
        return sparse_values if np.ndim(sparse_values) == 0 else sparse_values.reshape(shape)
    if np_ is np:
        out[_columns(rows)] = sparse_values
        return out
    return out.at[_columns(rows)].set(sparse_values, mode="drop")


def _validate(rows: Any, shape: np.ndarray) -> None:
    """Requires rows within `shape`, in lexicographic order without repetition."""
    if is_known(rows):
        bad = np.argwhere(((rows < 0) | (rows >= shape)).any(1))
        if len(bad):
            i = int(bad[0, 0])
            raise errors.InvalidArgumentError(
                None,
                None,
                f"indices[{i}] = [{','.join(map(str, rows[i]))}] is out of bounds: need 0 <= index < [{','.join(map(str, shape))}]",
            )
        steps = np.diff(_flat(rows.astype(np.int64), shape))
        bad = np.argwhere(steps <= 0)
        if len(bad):
            i = int(bad[0, 0])
            what = "repeated" if steps[i] == 0 else "out of order. Many sparse ops require sorted indices"
            raise errors.InvalidArgumentError(None, None, f"indices[{i + 1}] = [{','.join(map(str, rows[i + 1]))}] is {what}.")
        return
    check((rows >= 0) & (rows < shape), f"indices are out of bounds: need 0 <= index < [{','.join(map(str, shape))}]")
    flat = _flat(rows, shape)
    check(flat[1:] > flat[:-1], "indices are out of order or repeated. Many sparse ops require sorted indices.")


@sparse_to_dense.shape
def _sparse_to_dense_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [fold_dims(inputs[1])]


@op(
    "SparseTensorDenseAdd",
    "a_indices: Tindices, a_values: T, a_shape: Tindices, b: T -> output: T",
    T=_NUMBERS,
    Tindices="int32 int64",
    shape=lambda inputs, attrs: [inputs[3]._dims],
)
def sparse_tensor_dense_add(a_indices, a_values, a_shape, b):
    """The dense sum of a sparse and a dense tensor of one shape."""
    np_ = xp(a_indices, a_values, b)
    if np_ is np:
        out = np.array(b)
        np.add.at(out, _columns(a_indices), a_values)
        return out
    return np_.asarray(b).at[_columns(a_indices)].add(a_values)


@op(
    "SparseTensorDenseMatMul",
    "a_indices: Tindices, a_values: T, a_shape: int64, b: T -> product: T",
    Tindices="int32 int64 = int64",
    static="a_shape",
)
def sparse_tensor_dense_mat_mul(a_indices, a_values, a_shape, b, *, adjoint_a: bool = False, adjoint_b: bool = False):
    """The product of a sparse and a dense matrix."""
    np_ = xp(a_indices, a_values, b)
    rows, columns = (a_indices[:, 1], a_indices[:, 0]) if adjoint_a else (a_indices[:, 0], a_indices[:, 1])
    height = int(a_shape[1 if adjoint_a else 0])
    width = int(a_shape[0 if adjoint_a else 1])
    a_values = np_.conj(a_values) if adjoint_a else a_values
    b = np_.conj(b.T) if adjoint_b else b
    if b.shape[0] != width:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Cannot multiply A and B because inner dimension does not match: {width} vs. {b.shape[0]}.  Did you forget a transpose?",
        )
    check((rows >= 0) & (rows < height), "a_indices hold a row that is out of bounds")
    check((columns >= 0) & (columns < width), "a_indices hold a column that is out of bounds")
    parts = a_values[:, None] * np_.asarray(b)[columns]
    if np_ is np:
        out = np.zeros((height, b.shape[1]), parts.dtype)
        np.add.at(out, rows, parts)
        return out
    return np_.zeros((height, b.shape[1]), parts.dtype).at[rows].add(parts)


@sparse_tensor_dense_mat_mul.shape
def _mat_mul_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    a = with_rank(fold_dims(inputs[2]), 2)
    b = with_rank(inputs[3]._dims, 2)
    left, inner = (a[1], a[0]) if attrs["adjoint_a"] else a
    inner_b, right = (b[1], b[0]) if attrs["adjoint_b"] else b
    if inner is not None and inner_b is not None and inner != inner_b:
        raise ShapeError(f"Dimensions must be equal, but are {inner} and {inner_b}")
    return [(left, right)]


def _cwise(combine: Any) -> Any:
    def kernel(sp_indices, sp_values, sp_shape, dense):
        """The values of a sparse tensor combined with the dense elements (broadcast) at their places."""
        np_ = xp(sp_indices, sp_values, dense)
        rank = sp_indices.shape[1]
        dense = np_.reshape(dense, (1,) * (rank - dense.ndim) + dense.shape)
        places = tuple(sp_indices[:, i] * (0 if dense.shape[i] == 1 else 1) for i in range(rank))
        return combine(np_, sp_values, np_.asarray(dense)[places])

    return kernel


_CWISE = "sp_indices: int64, sp_values: T, sp_shape: int64, dense: T -> output: T"


def _values_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [inputs[1]._dims]


def _divided(np_: Any, x: Any, y: Any) -> Any:
    return x // y if np.issubdtype(x.dtype, np.integer) else x / y


sparse_dense_cwise_mul = op("SparseDenseCwiseMul", _CWISE, T=_NUMBERS, shape=_values_shape)(_cwise(lambda np_, x, y: x * y))
sparse_dense_cwise_add = op("SparseDenseCwiseAdd", _CWISE, T=_NUMBERS, shape=_values_shape)(_cwise(lambda np_, x, y: x + y))
sparse_dense_cwise_div = op("SparseDenseCwiseDiv", _CWISE, T=_NUMBERS, shape=_values_shape)(_cwise(_divided))


# -- order and shape --------------------------------------------------------------------------------
@op(
    "SparseReorder",
    "input_indices: int64, input_values: T, input_shape: int64 -> output_indices: int64, output_values: T",
    shape=_same_rows,
)
def sparse_reorder(input_indices, input_values, input_shape):
    """The same elements in row-major order."""
    np_ = xp(input_indices, input_values, input_shape)
    flat = _flat(input_indices, input_shape)
    order = np.argsort(flat, kind="stable") if is_known(flat) else np_.argsort(flat, stable=True)
    return np_.asarray(input_indices)[order], xp(input_values, order).asarray(input_values)[order]


@op(
    "SparseReshape",
    "input_indices: int64, input_shape: int64, new_shape: int64 -> output_indices: int64, output_shape: int64",
    differentiable=False,
)
def sparse_reshape(input_indices, input_shape, new_shape):
    """The coordinates of the same elements in another dense shape, one part of which may be -1."""
    np_ = xp(input_indices, input_shape, new_shape)
    known = np_.prod(np_.where(new_shape == -1, 1, new_shape))
    size = np_.prod(input_shape)
    shape = np_.where(new_shape == -1, size // np_.maximum(known, 1), new_shape)
    check(np_.prod(shape) == size, "Input to reshape is a SparseTensor whose dense size differs from that of the requested shape")
    strides = _strides(np_, shape)
    flat = _flat(input_indices, input_shape)[:, None]
    return (flat // strides) % np_.maximum(shape, 1), shape


@sparse_reshape.shape
def _sparse_reshape_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n = with_rank(inputs[0]._dims, 2)[0]
    rank = _rank_of(inputs[2])
    return [(n, rank), (rank,)]


@op(
    "SparseConcat",
    "indices: N*int64, values: N*T, shapes: N*int64 -> output_indices: int64, output_values: T, output_shape: int64",
    differentiable=False,
)
def sparse_concat(indices, values, shapes, *, concat_dim: int):
    """Sparse tensors one after the other along a dimension."""
    np_ = xp(*indices, *values, *shapes)
    rank = indices[0].shape[1]
    axis = concat_dim % rank
    here = np.arange(rank) == axis
    offset: Any = 0
    moved = []
    for i, s in zip(indices, shapes):
        moved.append(i + here * offset)
        offset = offset + s[axis]
    shape = np_.where(here, offset, shapes[0])
    rows, elements = sparse_reorder.kernel(np_.concatenate(moved), np_.concatenate(values), shape)
    return rows, elements, shape


@sparse_concat.shape
def _sparse_concat_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n = attrs["N"]
    counts = [t._dims[0] if t._dims is not None else None for t in inputs[:n]]
    total = None if None in counts else sum(counts)
    widths = [t._dims[1] for t in inputs[:n] if t._dims is not None and len(t._dims) == 2 and t._dims[1] is not None]
    rank = widths[0] if widths else None
    return [(total, rank), (total,), (rank,)]


# -- reductions ---------------------------------------------------------------------------------------
def _reduced_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    shape, axes = fold(inputs[2]), fold(inputs[3])
    if shape is None or axes is None:
        return [None]
    drop = {int(a) % len(shape) for a in np.reshape(axes, -1)}
    return [tuple(1 if i in drop else d for i, d in enumerate(shape) if attrs["keep_dims"] or i not in drop)]


def _reduced(indices: Any, values: Any, shape: Any, axes: Any, keep_dims: bool, how: str) -> Any:
    sizes = [int(d) for d in shape]
    drop = {int(a) % len(sizes) for a in np.reshape(axes, -1)}
    if not len(np.reshape(axes, -1)):
        drop = set(range(len(sizes)))
    kept = [i for i in range(len(sizes)) if i not in drop]
    out_shape = tuple(sizes[i] for i in kept)
    np_ = xp(indices, values)
    places = tuple(indices[:, i] for i in kept)
    start = np_.zeros(out_shape, values.dtype)
    if how == "max":
        low = -np.inf if np.issubdtype(values.dtype, np.floating) else np.iinfo(values.dtype).min
        start = np_.full(out_shape, low, values.dtype)
    if np_ is np:
        (np.maximum if how == "max" else np.add).at(
            start, places if kept else (), values if kept else (values.max() if how == "max" else values.sum())
        )
        out = start
    elif kept:
        out = start.at[places].max(values) if how == "max" else start.at[places].add(values)
    else:
        out = values.max() if how == "max" else values.sum()
    if how == "max":
        # Where nothing was there, the sparse zero is.
        present = np_.zeros(out_shape, bool)
        if np_ is np:
            present[places if kept else ()] = True
        else:
            present = present.at[places].set(True) if kept else present | True
        out = np_.where(present, out, 0)
    if keep_dims:
        out = out.reshape(tuple(1 if i in drop else d for i, d in enumerate(sizes)))
    return out


_REDUCE = "input_indices: int64, input_values: T, input_shape: int64, reduction_axes: int32 -> output: T"


@op("SparseReduceSum", _REDUCE, T=_NUMBERS, static="input_shape reduction_axes", shape=_reduced_shape)
def sparse_reduce_sum(input_indices, input_values, input_shape, reduction_axes, *, keep_dims: bool = False):
    """The sums of a sparse tensor over some axes, as a dense tensor."""
    return _reduced(input_indices, input_values, input_shape, reduction_axes, keep_dims, "sum")


@op("SparseReduceMax", _REDUCE, T=_REAL, static="input_shape reduction_axes", differentiable=False, shape=_reduced_shape)
def sparse_reduce_max(input_indices, input_values, input_shape, reduction_axes, *, keep_dims: bool = False):
    """The largest elements of a sparse tensor over some axes, as a dense tensor."""
    return _reduced(input_indices, input_values, input_shape, reduction_axes, keep_dims, "max")


_REDUCE_SPARSE: dict[str, Any] = {"host": True, "differentiable": False, "shape": lambda inputs, attrs: [None, None, None]}
_REDUCED_SPARSE = f"{_REDUCE.split(' -> ')[0]} -> output_indices: int64, output_values: T, output_shape: int64"


@op("SparseReduceSumSparse", _REDUCED_SPARSE, T=_NUMBERS, **_REDUCE_SPARSE)
def sparse_reduce_sum_sparse(input_indices, input_values, input_shape, reduction_axes, *, keep_dims: bool = False):
    """The sums of a sparse tensor over some axes, as a sparse tensor."""
    return _reduced_sparse(np.add, input_indices, input_values, input_shape, reduction_axes, keep_dims)


@op("SparseReduceMaxSparse", _REDUCED_SPARSE, T=_REAL, **_REDUCE_SPARSE)
def sparse_reduce_max_sparse(input_indices, input_values, input_shape, reduction_axes, *, keep_dims: bool = False):
    """The largest elements of a sparse tensor over some axes, as a sparse tensor."""
    return _reduced_sparse(np.maximum, input_indices, input_values, input_shape, reduction_axes, keep_dims)


def _reduced_sparse(join: np.ufunc, indices: Any, values: Any, sizes: Any, axes: Any, keep_dims: bool) -> tuple[Any, Any, Any]:
    rank = len(sizes)
    drop = {int(a) % rank for a in np.reshape(axes, -1)} or set(range(rank))
    kept = [i for i in range(rank) if i not in drop]
    rows, first, inverse = np.unique(indices[:, kept], axis=0, return_index=True, return_inverse=True)
    out = np.zeros(len(rows), values.dtype) if join is np.add else values[first]
    join.at(out, inverse.reshape(-1), values)
    if keep_dims:
        full = np.zeros((len(rows), rank), np.int64)
        full[:, kept] = rows
        return full, out, np.where([i in drop for i in range(rank)], 1, sizes)
    return rows, out, sizes[kept]


@op(
    "SparseSoftmax",
    "sp_indices: int64, sp_values: T, sp_shape: int64 -> output: T",
    T="float double",
    static="sp_shape",
    shape=_values_shape,
)
def sparse_softmax(sp_indices, sp_values, sp_shape):
    """The softmax, over the elements present, along the last dimension."""
    import jax

    lead = sp_shape[:-1]
    n = int(np.prod(lead, dtype=np.int64))
    rows = _flat(sp_indices[:, :-1], lead) if len(lead) else sp_indices[:, 0] * 0
    top = jax.ops.segment_max(sp_values, rows, n)
    e = xp(sp_values, rows).exp(sp_values - top[rows])
    return e / jax.ops.segment_sum(e, rows, n)[rows]


# -- results whose number of elements depends on values --------------------------------------------------
@op(
    "SparseAdd",
    "a_indices: int64, a_values: T, a_shape: int64, b_indices: int64, b_values: T, b_shape: int64, thresh: Treal "
    "-> sum_indices: int64, sum_values: T, sum_shape: int64",
    T=_NUMBERS,
    Treal=_REAL,
    host=True,
    differentiable=False,
    shape=lambda inputs, attrs: _open_rows(_rank_of(inputs[2])),
)
def sparse_add(a_indices, a_values, a_shape, b_indices, b_values, b_shape, thresh):
    """The sum of two sparse tensors, without those sums of two elements that are smaller than `thresh`."""
    rows, values, counts = _united(a_indices, a_values, b_indices, b_values, lambda x, y: x + y)
    keep = (counts == 1) | (np.abs(values) >= thresh)
    return rows[keep], values[keep], a_shape


def _united(a_indices: Any, a_values: Any, b_indices: Any, b_values: Any, combine: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The elements of either tensor, combined (with 0 where only one has one), in row-major order; and how many have one."""
    rows, inverse, counts = np.unique(np.concatenate([a_indices, b_indices]), axis=0, return_inverse=True, return_counts=True)
    inverse = inverse.reshape(-1)
    a, b = np.zeros(len(rows), a_values.dtype), np.zeros(len(rows), a_values.dtype)
    a[inverse[: len(a_values)]] = a_values
    b[inverse[len(a_values) :]] = b_values
    return rows, combine(a, b), counts


_PAIR = (
    "a_indices: int64, a_values: T, a_shape: int64, b_indices: int64, b_values: T, b_shape: int64 "
    "-> output_indices: int64, output_values: T"
)


def _pair_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(None, None), (None,)]


@op("SparseSparseMaximum", _PAIR, T=_REAL, host=True, differentiable=False, shape=_pair_shape)
def sparse_sparse_maximum(a_indices, a_values, a_shape, b_indices, b_values, b_shape):
    """The larger of the elements of two sparse tensors."""
    return _united(a_indices, a_values, b_indices, b_values, np.maximum)[:2]


@op("SparseSparseMinimum", _PAIR, T=_NUMBERS, host=True, differentiable=False, shape=_pair_shape)
def sparse_sparse_minimum(a_indices, a_values, a_shape, b_indices, b_values, b_shape):
    """The smaller of the elements of two sparse tensors."""
    return _united(a_indices, a_values, b_indices, b_values, np.minimum)[:2]


@op(
    "SparseSlice",
    "indices: int64, values: T, shape: int64, start: int64, size: int64 -> output_indices: int64, output_values: T, output_shape: int64",
    host=True,
    differentiable=False,
    shape=lambda inputs, attrs: _open_rows(_rank_of(inputs[2])),
)
def sparse_slice(indices, values, shape, start, size):
    """The elements within a window, with coordinates relative to it."""
    end = np.minimum(start + size, shape)
    keep = ((indices >= start) & (indices < end)).all(1)
    return indices[keep] - start, values[keep], np.maximum(end - start, 0)


@op(
    "SparseSplit",
    "split_dim: int64, indices: int64, values: T, shape: int64 "
    "-> output_indices: num_split*int64, output_values: num_split*T, output_shape: num_split*int64",
    host=True,
    differentiable=False,
)
def sparse_split(split_dim, indices, values, shape, *, num_split: int):
    """Equal parts of a sparse tensor along a dimension; the first ones are larger by one where it does not divide."""
    axis = int(split_dim)
    each, more = divmod(int(shape[axis]), num_split)
    parts = []
    at = 0
    for i in range(num_split):
        n = each + (1 if i < more else 0)
        start, size = np.zeros_like(shape), np.array(shape)
        start[axis], size[axis] = at, n
        parts.append(sparse_slice.kernel(indices, values, shape, start, size))
        at += n
    return tuple(map(list, zip(*parts)))


@sparse_split.shape
def _sparse_split_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n, rank = attrs["num_split"], _rank_of(inputs[3])
    return [(None, rank)] * n + [(None,)] * n + [(rank,)] * n


@op(
    "SparseFillEmptyRows",
    "indices: int64, values: T, dense_shape: int64, default_value: T "
    "-> output_indices: int64, output_values: T, empty_row_indicator: bool, reverse_index_map: int64",
    host=True,
    differentiable=False,
)
def sparse_fill_empty_rows(indices, values, dense_shape, default_value):
    """The elements, and `default_value` in the first place of each row that has none."""
    n = int(dense_shape[0])
    empty = np.ones(n, bool)
    empty[indices[:, 0]] = False
    rows = np.zeros((int(empty.sum()), indices.shape[1]), np.int64)
    rows[:, 0] = np.flatnonzero(empty)
    filled = np.full(len(rows), default_value, values.dtype)
    all_rows, all_values = np.concatenate([indices, rows]), np.concatenate([values, filled])
    order = np.argsort(all_rows[:, 0], kind="stable")
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return all_rows[order], all_values[order], empty, places[: len(indices)]


@sparse_fill_empty_rows.shape
def _fill_empty_rows_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    shape = fold_dims(inputs[2])
    n = inputs[0]._dims[0] if inputs[0]._dims is not None else None
    return [(None, _rank_of(inputs[2])), (None,), (None if shape is None else shape[0],), (n,)]
