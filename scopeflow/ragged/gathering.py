"""Rows and elements of ragged tensors by their numbers."""

from __future__ import annotations

from typing import Any

from ..graph.default_graph import control_dependencies, name_scope
from ..graph.dtypes import DType
from ..graph.operation import Tensor
from ..op.declare import OPS
from ..ops import array, asserts
from ..ops.ragged import ragged_gather_op
from .tensor import RaggedTensor, convert_to_tensor_or_ragged


def gather(params: Any, indices: Any, validate_indices: Any = None, axis: int = 0, batch_dims: int = 0, name: str | None = None) -> Any:
    """The rows of `params` that `indices` numbers, in its shape; either may be ragged."""
    del validate_indices
    if not isinstance(axis, int) or axis != 0:
        raise ValueError("axis != 0 is not supported for ragged gather yet.")
    if not isinstance(batch_dims, int) or batch_dims != 0:
        raise ValueError("batch_dims != 0 is not supported for ragged gather yet.")
    with name_scope(name, "RaggedGather", [params, indices]):
        params = convert_to_tensor_or_ragged(params, name="params")
        indices = convert_to_tensor_or_ragged(indices, name="indices")
        if isinstance(indices, RaggedTensor):
            return indices.with_values(gather(params, indices.values))
        if not isinstance(params, RaggedTensor):
            return array.gather(params, indices)
        if indices.shape.ndims is None:
            raise ValueError("indices.shape.ndims must be known statically")
        splits, values = ragged_gather_op(
            params.nested_row_splits, params.flat_values, indices,
            OUTPUT_RAGGED_RANK=indices.shape.ndims + params.ragged_rank - 1, name="RaggedGather",
        )  # fmt: skip
        return RaggedTensor.from_nested_row_splits(values, splits, validate=False) if splits else values


def gather_nd(params: Any, indices: Any, batch_dims: int = 0, name: str | None = None) -> Any:
    """The elements of `params` at index vectors: the last dimension of `indices`."""
    if not isinstance(batch_dims, int) or batch_dims != 0:
        raise ValueError("batch_dims != 0 is not supported for ragged gather yet.")
    if not isinstance(params, RaggedTensor) and not isinstance(indices, RaggedTensor):
        return array.gather_nd(params, indices, name)
    with name_scope(name, "RaggedGatherNd", [params, indices]):
        params = convert_to_tensor_or_ragged(params, name="params")
        indices = convert_to_tensor_or_ragged(indices, name="indices")
        ndims = indices.shape.ndims
        if ndims is None:
            raise ValueError("indices.rank be statically known.")
        if ndims == 0:
            raise ValueError("indices.rank must be at least 1.")
        if isinstance(indices, RaggedTensor) and ndims == indices.ragged_rank + 1:
            raise ValueError("The innermost dimension of indices may not be ragged")
        size = indices.shape[-1].value
        if size is None:
            raise ValueError("indices.shape[-1] must be statically known.")
        if ndims > 2:
            if not isinstance(indices, RaggedTensor):
                indices = RaggedTensor.from_tensor(indices, ragged_rank=ndims - 2, row_splits_dtype=params.row_splits.dtype)
            return indices.with_flat_values(gather_nd(params, indices.flat_values) if isinstance(params, RaggedTensor) else
                                            array.gather_nd(params, indices.flat_values))  # fmt: skip
        if size == 0:
            grow = array.expand_dims if isinstance(params, Tensor) else _expand_rows
            return grow(params, 0) if ndims == 1 else _repeat_whole(params, array.shape(indices, out_type=params.row_splits.dtype)[0])
        if size == 1:
            index = array.squeeze(indices, [-1]) if ndims == 1 else array.reshape(indices, [-1])
            return gather(params, index)
        indices = OPS["Cast"](indices, DstT=params.row_splits.dtype)
        # The place of the addressed row, dimension by dimension, in ever more inner values.
        flat = indices[..., 0]
        values = params
        for axis in range(1, size):
            flat = array.gather(values.row_splits if axis == 1 else values.row_starts(), flat) + indices[..., axis]
            values = values.values
            if axis + 1 < size and not isinstance(values, RaggedTensor):
                # The other numbers are of dense dimensions.
                return array.gather_nd(values, array.concat([array.expand_dims(flat, -1), indices[..., axis + 1 :]], axis=-1))
        return gather(values, flat)


def _expand_rows(params: RaggedTensor, axis: int) -> RaggedTensor:
    from .shaping import expand_dims

    return expand_dims(params, axis)


def _repeat_whole(params: Any, count: Tensor) -> Any:
    from .shaping import expand_dims, tile

    grown = expand_dims(params, 0)
    ones = array.ones([params.shape.ndims], count.dtype)
    return tile(grown, array.concat([[count], ones], axis=0))


def batch_gather(params: Any, indices: Any, name: str | None = None) -> Any:
    """Elements of each row of `params`: those that the same row of `indices` numbers."""
    if not (isinstance(params, RaggedTensor) or isinstance(indices, RaggedTensor)):
        return array.batch_gather(params, indices, name)
    with name_scope(name, "RaggedBatchGather", [params, indices]):
        params = convert_to_tensor_or_ragged(params, name="params")
        indices = convert_to_tensor_or_ragged(indices, name="indices")
        if indices.shape.ndims is not None and indices.shape.ndims < 2:
            raise ValueError("batch_gather is only defined for indices of rank at least 2.")
        if indices.shape.ndims is None:
            raise ValueError("batch_gather does not allow indices with unknown shape.")
        both = isinstance(params, RaggedTensor)
        dtype = (params if both else indices).row_splits.dtype
        if not isinstance(indices, RaggedTensor):
            if indices.shape.ndims == 2:
                # As many of each row.
                starts = array.expand_dims(params.row_starts(), 1)
                return gather(params.values, _as_type(indices, dtype) + starts)
            indices = RaggedTensor.from_tensor(indices, ragged_rank=indices.shape.ndims - 2, row_splits_dtype=dtype)
        if not both:
            params = RaggedTensor.from_tensor(params, row_splits_dtype=dtype)
        if indices.ragged_rank > 1:
            if params.ragged_rank < 2:
                raise ValueError("batch shape from indices does not match params shape")
            check = asserts.assert_equal(params.row_splits, indices.row_splits)
            with control_dependencies([check]):
                return indices.with_values(batch_gather(params.values, indices.values))
        # Flat places: where the row begins, and on from there.
        lengths = indices.row_lengths()
        starts = array.repeat(params.row_starts(), lengths, axis=0)
        places = _as_type(indices.values, dtype)
        return indices.with_values(gather(params.values, places + starts))


def _as_type(t: Tensor, dtype: DType) -> Tensor:
    return t if t.dtype == dtype else OPS["Cast"](t, DstT=dtype)
