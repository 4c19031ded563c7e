"""Functions of sparse tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import IndexedSlices, SparseTensor, is_sparse_value
from ..graph.constant_value import constant_value, constant_value_as_shape
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..op.declare import OPS
from . import sparse_kernels as kernels
from .creation import ones, ones_like, range_, zeros
from .flow import with_dependencies
from .gathering import gather, gather_nd, where
from .grouping import setdiff1d
from .joining import concat
from .packing import stack
from .shaping import broadcast_static_shape, expand_dims, rank, reshape, shape, transpose


def _sparse(value: Any) -> SparseTensor:
    if is_sparse_value(value):
        return SparseTensor.from_value(value)
    if not isinstance(value, SparseTensor):
        raise TypeError("Input must be a SparseTensor.")
    return value


def _parts(sp: SparseTensor) -> tuple[Tensor, Tensor, Tensor]:
    return sp.indices, sp.values, sp.dense_shape


def _known_shape(sp: SparseTensor) -> Any:
    """The dense shape: its sizes where they are known, else a copy of the tensor."""
    if sp.shape.is_fully_defined():
        return sp.shape.as_list()
    return OPS["Identity"](sp.dense_shape)


# -- dense tensors ------------------------------------------------------------------------------
@public("sparse_to_dense")
def sparse_to_dense(
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """A dense tensor of `default_value` with `sparse_values` at `sparse_indices`."""
    return kernels.sparse_to_dense(sparse_indices, output_shape, sparse_values, default_value, validate_indices=validate_indices, name=name)


@public("sparse.to_dense", "sparse_tensor_to_dense")
def sparse_tensor_to_dense(sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None) -> Tensor:
    """The dense tensor with the elements of `sp_input`, and `default_value` (zero if None) elsewhere."""
    sp = _sparse(sp_input)
    if default_value is None:
        default_value = zeros([], sp.dtype)
    return sparse_to_dense(sp.indices, sp.dense_shape, sp.values, default_value, validate_indices, name)


@public("sparse.from_dense")
def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The sparse tensor of the elements of `tensor` that are not zero."""
    with name_scope(name, "dense_to_sparse"):
        tensor = convert_to_tensor(tensor)
        zero = constant("" if tensor.dtype is dtypes.string else 0, tensor.dtype)
        indices = where(TABLE["not_equal"](tensor, zero))
        values = gather_nd(tensor, indices)
        return SparseTensor(indices, values, shape(tensor, out_type=dtypes.int64))


@public("sparse.eye")
def eye(num_rows: Any, num_columns: Any = None, dtype: Any = dtypes.float32, name: str | None = None) -> SparseTensor:
    """The identity matrix, or one of other sides with ones on its diagonal, as a sparse tensor."""
    with name_scope(name, "eye", [num_rows, num_columns]):
        num_rows = convert_to_tensor(num_rows, dtypes.int64, "num_rows")
        num_columns = num_rows if num_columns is None else convert_to_tensor(num_columns, dtypes.int64, "num_columns")
        n = OPS["Minimum"](num_rows, num_columns)
        diagonal = range_(n, dtype=dtypes.int64)
        return SparseTensor(stack([diagonal, diagonal], axis=1), ones(n, dtype), [num_rows, num_columns])


# -- algebra ----------------------------------------------------------------------------------------
@public("sparse.sparse_dense_matmul", "sparse.matmul", "sparse_tensor_dense_matmul")
def sparse_dense_matmul(sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None) -> Tensor:
    """The product of a sparse matrix and the dense matrix `b`."""
    sp = _sparse(sp_a)
    with name_scope(name, "SparseTensorDenseMatMul", [sp.indices, sp.values, b]):
        b = convert_to_tensor(b, name="b")
        return kernels.sparse_tensor_dense_mat_mul(*_parts(sp), b, adjoint_a=adjoint_a, adjoint_b=adjoint_b)


@public("sparse.add", "sparse_add")
def add(a: Any, b: Any, threshold: Any = None, thresh: Any = None) -> Any:
    """The sum of two tensors of which at least one is sparse; of two sparse ones sparse, without elements below `threshold`.

    `thresh` is the threshold's old name. Raises TypeError if both are dense.
    """
    if thresh is not None:
        if threshold is not None:
            raise ValueError("Cannot specify both 'thresh' and 'threshold'")
        threshold = thresh
    threshold = 0 if threshold is None else threshold
    sparse_kinds = [isinstance(v, SparseTensor) or is_sparse_value(v) for v in (a, b)]
    if not any(sparse_kinds):
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    if not all(sparse_kinds):
        sp, dense = (_sparse(a), b) if sparse_kinds[0] else (_sparse(b), a)
        return kernels.sparse_tensor_dense_add(*_parts(sp), dense)
    a, b = _sparse(a), _sparse(b)
    threshold = convert_to_tensor(threshold, dtype=a.dtype.real_dtype.base_dtype, name="threshold")
    indices, values, out_shape = kernels.sparse_add(*_parts(a), *_parts(b), threshold)
    a.shape.assert_is_compatible_with(b.shape)
    known = broadcast_static_shape(a.shape, b.shape)
    return SparseTensor(indices, values, known.as_list() if known.is_fully_defined() else out_shape)


def _larger_or_smaller(node: Any, sp_a: Any, sp_b: Any, name: str | None, default: str) -> SparseTensor:
    a, b = _sparse(sp_a), _sparse(sp_b)
    with name_scope(name, default, [a.indices, a.values, b.indices, b.values]) as scope:
        indices, values = node(*_parts(a), *_parts(b), name=scope)
    return SparseTensor(indices, values, a.dense_shape)


@public("sparse.maximum", "sparse_maximum")
def maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The larger of the elements of two sparse tensors; where one has none, 0 stands for it."""
    return _larger_or_smaller(kernels.sparse_sparse_maximum, sp_a, sp_b, name, "SparseSparseMaximum")


@public("sparse.minimum", "sparse_minimum")
def minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The smaller of the elements of two sparse tensors; where one has none, 0 stands for it."""
    return _larger_or_smaller(kernels.sparse_sparse_minimum, sp_a, sp_b, name, "SparseSparseMinimum")


def _axes(sp: SparseTensor, axis: Any) -> Any:
    if axis is not None:
        return axis
    known = sp.dense_shape.shape
    if known.is_fully_defined():
        return constant(np.arange(known[0].value, dtype=np.int32))
    return range_(0, rank(sp), 1)


def _axis_and_keep(axis: Any, keepdims: Any, reduction_axes: Any, keep_dims: Any) -> tuple[Any, bool]:
    if axis is not None and reduction_axes is not None:
        raise ValueError("Cannot specify both 'axis' and 'reduction_axes'")
    if keepdims is not None and keep_dims is not None:
        raise ValueError("Cannot specify both 'keepdims' and 'keep_dims'")
    keep = keep_dims if keepdims is None else keepdims
    return reduction_axes if axis is None else axis, bool(keep)


@public("sparse.reduce_sum", "sparse_reduce_sum")
def reduce_sum(sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None) -> Tensor:
    """The sums of a sparse tensor over `axis` (all if None), as a dense tensor."""
    axis, keep = _axis_and_keep(axis, keepdims, reduction_axes, keep_dims)
    return kernels.sparse_reduce_sum(*_parts(sp_input), _axes(sp_input, axis), keep_dims=keep)


@public("sparse.reduce_max", "sparse_reduce_max")
def reduce_max(sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None) -> Tensor:
    """The largest elements of a sparse tensor over `axis` (all if None), as a dense tensor."""
    axis, keep = _axis_and_keep(axis, keepdims, reduction_axes, keep_dims)
    return kernels.sparse_reduce_max(*_parts(sp_input), _axes(sp_input, axis), keep_dims=keep)


@public("sparse.reduce_sum_sparse", "sparse_reduce_sum_sparse")
def reduce_sum_sparse(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> SparseTensor:
    """The sums of a sparse tensor over `axis` (all if None), as a sparse tensor."""
    axis, keep = _axis_and_keep(axis, keepdims, reduction_axes, keep_dims)
    return SparseTensor(*kernels.sparse_reduce_sum_sparse(*_parts(sp_input), _axes(sp_input, axis), keep_dims=keep))


@public("sparse.reduce_max_sparse", "sparse_reduce_max_sparse")
def reduce_max_sparse(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> SparseTensor:
    """The largest elements of a sparse tensor over `axis` (all if None), as a sparse tensor."""
    axis, keep = _axis_and_keep(axis, keepdims, reduction_axes, keep_dims)
    return SparseTensor(*kernels.sparse_reduce_max_sparse(*_parts(sp_input), _axes(sp_input, axis), keep_dims=keep))


@public("sparse.softmax", "sparse_softmax")
def softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The softmax, over the elements present, along the last dimension."""
    with name_scope(name, "SparseSoftmax", [sp_input.indices, sp_input.values]):
        return SparseTensor(sp_input.indices, kernels.sparse_softmax(*_parts(sp_input)), sp_input.dense_shape)


# -- order, shape, parts ------------------------------------------------------------------------------
@public("sparse.reorder", "sparse_reorder")
def reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The same elements in row-major order."""
    sp = _sparse(sp_input)
    indices, values = kernels.sparse_reorder(*_parts(sp), name=name)
    return SparseTensor(indices, values, _known_shape(sp))


@public("sparse.reshape", "sparse_reshape")
def reshape_(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """The same elements in another dense shape, one part of which may be -1.

    Raises:
      ValueError: the sizes are known and do not fit.
    """
    sp = _sparse(sp_input)
    new_shape = TABLE["cast"](shape, dtypes.int64)
    with name_scope(name, "SparseReshape", [sp.indices, sp.values]) as scope:
        indices, out_shape = kernels.sparse_reshape(sp.indices, sp.dense_shape, new_shape, name=scope)
        size = sp.shape.num_elements()
        known = constant_value(new_shape)
        if size is not None and known is not None and known.tolist().count(-1) > 1:
            raise ValueError(f"At most one dimension can be inferred (-1). Found: {known}")
        # What is not known of the shape, up to one size, follows from the number of elements.
        sizes = constant_value_as_shape(new_shape)._dims
        if size is not None and sizes is not None and sizes.count(None) <= 1:
            rest = math.prod(d for d in sizes if d is not None)
            sizes = [(size // rest if rest else 0) if d is None else d for d in sizes]
            if math.prod(sizes) != size:
                raise ValueError(f"Cannot reshape a tensor with {size} elements to shape {known} ({rest} elements).")
            out_shape = constant(sizes, dtypes.int64)
        return SparseTensor(indices, OPS["Identity"](sp.values), out_shape)


@public("sparse.transpose", "sparse_transpose")
def transpose_(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """`sp_input` with its dimensions in the order `perm`, reversed if None."""
    with name_scope(name, "SparseTranspose", [sp_input]):
        if perm is None:
            n = rank(sp_input)
            perm = (n - 1) - range_(0, n, 1)
        indices = transpose(gather(transpose(sp_input.indices), perm))
        known = constant_value(convert_to_tensor(perm))
        if known is not None and sp_input.shape.is_fully_defined():
            old = sp_input.shape.as_list()
            new_shape: Any = [old[p] for p in known]
        else:
            new_shape = gather(sp_input.dense_shape, perm)
        return reorder(SparseTensor(indices, sp_input.values, new_shape))


@public("sparse.concat", "sparse_concat")
def concat_(
    axis: Any,
    sp_inputs: Any,
    name: str | None = None,
    expand_nonconcat_dim: bool = False,
    concat_dim: Any = None,
    expand_nonconcat_dims: Any = None,
) -> SparseTensor:
    """Sparse tensors one after the other along `axis`; with `expand_nonconcat_dims`, other dimensions may differ.

    `concat_dim` is the axis' old name.
    """
    expand = expand_nonconcat_dim if expand_nonconcat_dims is None else expand_nonconcat_dims
    axis = concat_dim if axis is None else axis
    inputs = [_sparse(v) for v in sp_inputs]
    if len(inputs) == 1:
        return inputs[0]
    indices, values, shapes = zip(*map(_parts, inputs))
    if expand:
        largest = TABLE["reduce_max"](concat([reshape(s, [1, -1]) for s in shapes], 0), axis=0)
        shapes = tuple(
            concat([largest[:axis], s[axis:], []] if axis == -1 else [largest[:axis], s[axis : axis + 1], largest[axis + 1 :]], 0)
            for s in shapes
        )
    out_indices, out_values, out_shape = kernels.sparse_concat(list(indices), list(values), list(shapes), concat_dim=axis, name=name)
    known = [constant_value(s) for s in shapes]
    if all(k is not None for k in known):
        sizes = np.array(known[0])
        sizes[axis] = sum(int(k[axis]) for k in known)
        out_shape = constant(sizes, dtypes.int64)
    return SparseTensor(out_indices, out_values, out_shape)


@public("sparse.slice", "sparse_slice")
def slice_(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The elements within the window of `size` at `start`, with coordinates relative to it."""
    sp = _sparse(sp_input)
    start = convert_to_tensor(start, dtypes.int64)
    size = convert_to_tensor(size, dtypes.int64)
    with name_scope(name, "SparseSlice", [sp.indices]) as scope:
        return SparseTensor(*kernels.sparse_slice(*_parts(sp), start, size, name=scope))


@public("sparse.split", "sparse_split")
def split(
    keyword_required: Any = None,
    sp_input: Any = None,
    num_split: int | None = None,
    axis: Any = None,
    name: str | None = None,
    split_dim: Any = None,
) -> list[SparseTensor]:
    """`num_split` parts of `sp_input` along `axis` (`split_dim` is its old name). All arguments go by keyword."""
    if keyword_required is not None:
        raise ValueError("Keyword arguments are required for this function.")
    for what, value in (("sp_input", sp_input), ("num_split", num_split)):
        if value is None:
            raise ValueError(f"{what} is required")
    axis = split_dim if axis is None else axis
    if axis is None:
        raise ValueError("axis is required")
    out = kernels.sparse_split(axis, *_parts(_sparse(sp_input)), num_split=num_split, name=name)
    return [SparseTensor(i, v, s) for i, v, s in zip(*out)]


@public("sparse.retain", "sparse_retain")
def retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """The elements for which the bool vector `to_retain` is true."""
    sp = _sparse(sp_input)
    to_retain = convert_to_tensor(to_retain)
    if to_retain._dims is not None:
        sp.values.shape[0].merge_with(to_retain.shape[0])
    found = where(to_retain)
    found.op.attrs["$vector"] = True  # also where its rank is not known: it has an element for each value
    places = reshape(found, [-1])
    return SparseTensor(gather(sp.indices, places), gather(sp.values, places), OPS["Identity"](sp.dense_shape))


@public("sparse.reset_shape", "sparse_reset_shape")
def reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """The same elements in a dense shape that is `new_shape`, or the smallest that holds them.

    Raises:
      ValueError: `new_shape` is known to be too small, or of another rank.
    """
    sp = _sparse(sp_input)
    indices, values, old = (OPS["Identity"](t) for t in _parts(sp))
    if new_shape is None:
        top = TABLE["reduce_max"](indices, axis=0)
        least = constant(0, dtypes.int64)
        return SparseTensor(indices, values, OPS["Maximum"](least, OPS["Add"](top, ones_like(old))))
    shape_tensor = convert_to_tensor(new_shape)
    shape_tensor.shape.assert_has_rank(1)
    shape_tensor = OPS["Cast"](shape_tensor, DstT=dtypes.int64)
    shape_tensor.shape.assert_is_compatible_with(old.shape)
    known = constant_value_as_shape(shape_tensor)
    if known.is_fully_defined() and sp.shape.is_fully_defined():
        if any(a > b for a, b in zip(sp.shape.as_list(), known.as_list())):
            raise ValueError(f"Requested dimension size < existing dimension size: {known} and {sp.shape}")
        return SparseTensor(indices, values, known.as_list())
    shape_tensor = with_dependencies([TABLE["assert_equal"](shape(old), shape(shape_tensor))], shape_tensor)
    shape_tensor = with_dependencies([TABLE["assert_less_equal"](old, shape_tensor)], shape_tensor)
    return SparseTensor(indices, values, shape_tensor)


@public("sparse.fill_empty_rows", "sparse_fill_empty_rows")
def fill_empty_rows(sp_input: Any, default_value: Any, name: str | None = None) -> tuple[SparseTensor, Tensor]:
    """(`sp_input` with `default_value` first in each row that has no element, which rows those are)."""
    sp = _sparse(sp_input)
    with name_scope(name, "SparseFillEmptyRows", [sp]):
        default_value = convert_to_tensor(default_value, dtype=sp.values.dtype)
        indices, values, empty, _ = kernels.sparse_fill_empty_rows(*_parts(sp), default_value)
        return SparseTensor(indices, values, sp.dense_shape), empty


@public("sparse.mask", "sparse_mask")
def mask(a: IndexedSlices, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """The rows of IndexedSlices whose indices are not in `mask_indices`."""
    with name_scope(name, "sparse_mask", [a, mask_indices]) as scope:
        indices, places = setdiff1d(a.indices, mask_indices)
        return IndexedSlices(gather(a.values, places, name=scope), indices, a.dense_shape)


# -- ids and values --------------------------------------------------------------------------------------
def _merged(sp_ids: Any, sp_values: Any, vocab_size: Any, already_sorted: bool) -> SparseTensor:
    ids = sp_ids if isinstance(sp_ids, (list, tuple)) else [sp_ids]
    sizes = vocab_size if isinstance(vocab_size, (list, tuple)) else [vocab_size]
    if len(ids) != len(sizes):
        raise ValueError("sp_ids and vocab_size have to have equal lengths.")
    ids, sp_values = [_sparse(v) for v in ids], _sparse(sp_values)
    cast = TABLE["cast"]
    columns = []
    for one in ids:
        column = one.values if one.values.dtype is dtypes.int64 else cast(one.values, dtypes.int64)
        columns.append(expand_dims(column, axis=1))
    ends = [cast(n, dtypes.int64) for n in sizes]
    indices = concat([ids[0].indices[:, :-1]] + columns, 1)
    new_shape = concat([ids[0].dense_shape[:-1], ends], 0)
    merged = SparseTensor(indices, sp_values.values, new_shape)
    if already_sorted:
        return merged
    merged = reorder(merged)
    return SparseTensor(merged.indices, merged.values, new_shape)


@public("sparse.merge", "sparse_merge")
def merge(sp_ids: Any, sp_values: Any, vocab_size: Any, name: str | None = None, already_sorted: bool = False) -> SparseTensor:
    """The values of `sp_values` at the ids of `sp_ids`: a tensor whose last dimension, of `vocab_size`, is the id."""
    with name_scope(name, "SparseMerge"):
        return _merged(sp_ids, sp_values, vocab_size, already_sorted)


@public("sparse.to_indicator", "sparse_to_indicator")
def to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> Tensor:
    """A dense bool tensor whose last dimension, of `vocab_size`, is true at the ids that `sp_input` holds."""
    sp = _sparse(sp_input)
    with name_scope(name, "SparseToIndicator", [sp]) as scope:
        count = shape(sp.indices)[0]
        values = OPS["Fill"](expand_dims(count, 0), True)
        present = SparseTensor(sp.indices, values, sp.dense_shape)
        return sparse_tensor_to_dense(_merged(sp, present, vocab_size, False), False, False, scope)


# -- operators ---------------------------------------------------------------------------------------------
def _operator(name: str, node: Any) -> Any:
    def combine(sp: SparseTensor, y: Any) -> SparseTensor:
        with name_scope(None, name, [sp.indices, sp.values, sp.dense_shape, y]) as scope:
            y = convert_to_tensor(y, dtype=sp.dtype.base_dtype, name="y")
            return SparseTensor(sp.indices, node(*_parts(sp), y, name=scope), sp.dense_shape)

    return combine


SparseTensor.__mul__ = _operator("mul", kernels.sparse_dense_cwise_mul)
SparseTensor.__div__ = _operator("div", kernels.sparse_dense_cwise_div)
SparseTensor.__truediv__ = _operator("truediv", kernels.sparse_dense_cwise_div)


def sparse_dense_multiply(sp: SparseTensor, y: Any, name: str | None = None) -> SparseTensor:
    """`sp * y`, under a name."""
    with name_scope(name, "mul", [sp.values, y]) as scope:
        y = convert_to_tensor(y, dtype=sp.dtype.base_dtype, name="y")
        return SparseTensor(sp.indices, kernels.sparse_dense_cwise_mul(*_parts(sp), y, name=scope), sp.dense_shape)
