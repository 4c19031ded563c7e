"""Ragged tensors made of dense and sparse ones, and the other way round."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.dtypes import DType, as_dtype
from ..graph.operation import Tensor
from ..ops import array, asserts
from ..ops.casting import cast, cast_op
from ..ops.control_flow import cond
from ..ops.elementwise import equal, greater, logical_and, logical_not, maximum, minimum, not_equal
from ..ops.ragged import ragged_tensor_to_sparse_op
from ..ops.reduction import cumprod, cumsum, reduce_all, reduce_any, reduce_max, reduce_sum
from .tensor import RaggedTensor, convert_to_tensor_or_ragged


def from_tensor(tensor: Any, lengths: Any, padding: Any, ragged_rank: int, name: str | None, row_splits_dtype: Any) -> RaggedTensor:
    """The rows of a dense tensor with at least `ragged_rank` + 1 dimensions; see RaggedTensor.from_tensor."""
    row_splits_dtype = as_dtype(row_splits_dtype)
    if lengths is not None and padding is not None:
        raise ValueError("Specify lengths or padding, but not both")
    if not isinstance(ragged_rank, int):
        raise TypeError(f"ragged_rank expected int, got {ragged_rank!r}")
    if ragged_rank <= 0:
        raise ValueError(f"ragged_rank must be greater than 0; got {ragged_rank}")
    with name_scope(name, "RaggedFromTensor", [tensor, lengths, padding]):
        tensor = convert_to_tensor(tensor, name="tensor")
        tensor.shape.with_rank_at_least(ragged_rank + 1)
        input_shape = array.shape(tensor, out_type=row_splits_dtype)
        ncols = input_shape[1]
        if _nested(lengths):
            return _cut_in_several(tensor, lengths, ragged_rank, row_splits_dtype)
        if ragged_rank > 1:
            start = convert_to_tensor([-1], row_splits_dtype)
            inner = array.reshape(tensor, array.concat([start, input_shape[2:]], axis=0))
            values = from_tensor(inner, lengths, padding, ragged_rank - 1, None, row_splits_dtype)
            nrows = cumprod(input_shape)[0]
            return _of_equal_rows(values, nrows, input_shape)
        if padding is not None:
            padding = convert_to_tensor(padding, name="padding", dtype=tensor.dtype)
            padding.shape.assert_is_compatible_with(tensor.shape[2:])
            # An element is padding if all of it is; rows are as long as their last element that is not.
            is_default = equal(padding, tensor)
            rank = array.rank(is_default)
            axes = array.range_(2, rank)
            is_default = cond(greater(rank, 2), lambda: reduce_all(is_default, axis=axes), lambda: is_default)
            is_default.set_shape([None, None])
            is_default.set_shape(tensor.shape[:2])
            present = cast(logical_not(is_default), row_splits_dtype)
            places = array.range_(1, ncols + 1)
            lengths = reduce_max(present * array.expand_dims(places, 0), axis=1)
        if lengths is not None:
            lengths = convert_to_tensor(lengths, name="lengths", preferred_dtype=row_splits_dtype)
            lengths.shape.assert_has_rank(1)
            lengths = cast_op(lengths, DstT=row_splits_dtype)
            lengths = maximum(minimum(lengths, ncols), 0)
            limits = cumsum(lengths)
            splits = array.concat([array.zeros([1], row_splits_dtype), limits], axis=0)
            mask = array.sequence_mask(lengths, maxlen=ncols)
            values = array.boolean_mask(tensor, mask)
            return RaggedTensor(values, splits, internal=True)
        nrows = input_shape[0]
        size = nrows * ncols
        splits = array.range_(nrows + 1) * ncols
        values = array.reshape(tensor, array.concat([[size], input_shape[2:]], axis=0))
        return RaggedTensor(values, splits, internal=True)


def _of_equal_rows(values: RaggedTensor, nrows: Tensor, input_shape: Tensor) -> RaggedTensor:
    splits = array.range_(nrows + 1) * input_shape[1]
    return RaggedTensor(values, splits, internal=True)


def _nested(lengths: Any) -> bool:
    """True for several lists of lengths: one a ragged dimension."""
    if not isinstance(lengths, (list, tuple)) or not lengths:
        return False
    return all(isinstance(n, (list, tuple, np.ndarray, Tensor)) and np.ndim(n if not isinstance(n, Tensor) else [0]) for n in lengths)


def _cut_in_several(tensor: Tensor, nested_lengths: Any, ragged_rank: int, row_splits_dtype: DType) -> RaggedTensor:
    """What of `tensor` lies within rows of these lengths."""
    if ragged_rank not in (1, len(nested_lengths)):
        raise ValueError("If lengths is a tuple of row_lengths, then ragged_rank must be len(lengths).")
    tensor.shape.with_rank_at_least(len(nested_lengths) + 1)
    ones = array.ones(reduce_sum(nested_lengths[-1]), dtypes.bool_)
    mask = RaggedTensor.from_nested_row_lengths(ones, nested_lengths, validate=False).to_tensor(default_value=False)
    values = array.boolean_mask(tensor, mask)
    return RaggedTensor.from_nested_row_lengths(values, nested_lengths, validate=False).with_row_splits_dtype(row_splits_dtype)


def from_sparse(st_input: Any, name: str | None, row_splits_dtype: Any) -> RaggedTensor:
    """The rows of a sparse matrix; an assertion checks that they have no gaps."""
    row_splits_dtype = as_dtype(row_splits_dtype)
    if type(st_input).__name__ == "SparseTensorValue":
        st_input = SparseTensor.from_value(st_input)
    if not isinstance(st_input, SparseTensor):
        raise TypeError(f"Expected SparseTensor, got {type(st_input).__name__}")
    with name_scope(name, "RaggedFromSparse", [st_input.indices, st_input.values, st_input.dense_shape]):
        rank = st_input.dense_shape.shape[0].value
        if rank is None:
            rank = st_input.indices.shape[1].value
        if rank != 2:
            raise ValueError("rank(st_input) must be 2")
        with control_dependencies(_right_aligned(st_input.indices)):
            rows = cast(st_input.indices[:, 0], row_splits_dtype)
            nrows = cast(st_input.dense_shape[0], row_splits_dtype)
            return RaggedTensor.from_value_rowids(st_input.values, rows, nrows=nrows, validate=False)


def _right_aligned(indices: Tensor) -> list[Any]:
    """The assertion that columns count up from 0 in each row."""
    prefix, column = indices[:, :-1], indices[:, -1]
    changed = reduce_any(not_equal(prefix[1:], prefix[:-1]), axis=1)
    fits = array.where(changed, equal(column[1:], 0), equal(column[1:], column[:-1] + 1))
    holds = logical_and(reduce_all(equal(column[:1], 0)), reduce_all(fits))
    return [asserts.assert_(holds, ["SparseTensor is not right-ragged", "SparseTensor.indices =", indices])]


def to_sparse(ragged: RaggedTensor, name: str | None) -> SparseTensor:
    """The elements of a ragged tensor as a sparse one."""
    with name_scope(name, "RaggedToSparse", [ragged]):
        ragged = convert_to_tensor_or_ragged(ragged, name="rt_input")
        return SparseTensor(*ragged_tensor_to_sparse_op(ragged.nested_row_splits, ragged.flat_values))


def to_tensor(ragged: RaggedTensor, default_value: Any, name: str | None) -> Tensor:
    """A dense tensor with the rows filled up."""
    with name_scope(name, "RaggedToTensor", [ragged, default_value]):
        if default_value is not None:
            default_value = convert_to_tensor(default_value, name="default_value", dtype=ragged.dtype)
        values, splits = ragged.values, ragged.row_splits
        if isinstance(values, RaggedTensor):
            values = to_tensor(values, default_value, None)
        if default_value is not None and default_value.shape.ndims is not None and values.shape.ndims is not None:
            if default_value.shape.ndims < values.shape.ndims - 1:
                default_value = array.broadcast_to(default_value, array.shape(values)[1:])
        lengths = splits[1:] - splits[:-1]
        nrows = array.shape(splits, out_type=splits.dtype)[0] - 1
        ncols = maximum(reduce_max([lengths]), 0)
        shape = array.shape(values, out_type=splits.dtype)
        element, nvals = shape[1:], shape[0]
        if default_value is None:
            default_value = array.zeros(element, values.dtype)
        # Places in the values, and behind the end of each row that of the default, which stands after all of them.
        starts = array.expand_dims(splits[:-1], 1)
        limits = array.expand_dims(splits[1:], 1)
        columns = array.expand_dims(array.range_(0, ncols), 0)
        padded = array.concat([values, array.stack([default_value])], axis=0)
        places = starts + columns
        inside = places < limits
        chosen = array.where(inside, places, array.fill(array.stack([nrows, ncols]), nvals))
        return array.gather(padded, chosen)
