"""Rows sorted into parts: tf.ragged.stack_dynamic_partitions, and dynamic_partition of ragged tensors."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.public import TABLE, public
from ..ops import array, asserts
from ..ops.casting import cast
from .gathering import gather
from .tensor import RaggedTensor, convert_to_tensor_or_ragged


@public("ragged.stack_dynamic_partitions")
def stack_dynamic_partitions(data: Any, partitions: Any, num_partitions: Any, name: str | None = None) -> RaggedTensor:
    """Row i of the result holds the elements of `data` whose part is i.

    Args:
      partitions: the part of each element, in a shape that the shape of `data` begins with.

    Raises:
      ValueError: `num_partitions` is not a scalar, or shapes do not fit.
    """
    with name_scope(name, "SegmentStack", [data, partitions, num_partitions]):
        data = convert_to_tensor_or_ragged(data, name="data")
        splits_dtype = data.row_splits.dtype if isinstance(data, RaggedTensor) else None
        partitions = convert_to_tensor_or_ragged(partitions, name="partitions", preferred_dtype=splits_dtype)
        num_partitions = convert_to_tensor(num_partitions, name="num_partitions", preferred_dtype=partitions.dtype)
        if splits_dtype is not None:
            partitions = _cast(partitions, splits_dtype)
        num_partitions = cast(num_partitions, partitions.dtype)
        num_partitions.shape.assert_has_rank(0)
        if partitions.shape.ndims is None:
            raise ValueError("partitions must have known rank")
        partitions.shape.assert_is_compatible_with(data.shape[: partitions.shape.ndims])
        if partitions.shape.ndims == 0:
            # One element.
            return RaggedTensor.from_value_rowids(
                array.stack([data]) if not isinstance(data, RaggedTensor) else _one_row(data),
                array.stack([partitions]), num_partitions, validate=False,
            )  # fmt: skip
        if partitions.shape.ndims == 1:
            order = TABLE["argsort"](partitions, stable=True)
            partitions = array.gather(partitions, order)
            data = gather(data, order) if isinstance(data, RaggedTensor) else array.gather(data, order)
            check = asserts.assert_less(partitions[-1:], num_partitions, message="partitions must be less than num_partitions")
            with control_dependencies([check]):
                return RaggedTensor.from_value_rowids(data, partitions, num_partitions, validate=False)
        # Further dimensions: take the outermost away.
        if not isinstance(data, RaggedTensor):
            data = RaggedTensor.from_tensor(data, row_splits_dtype=_type_of(partitions), ragged_rank=1)
        if not isinstance(partitions, RaggedTensor):
            partitions = RaggedTensor.from_tensor(partitions, row_splits_dtype=data.row_splits.dtype, ragged_rank=max(data.ragged_rank, 1))
        check = asserts.assert_equal(data.row_splits, partitions.row_splits, message="data and partitions have incompatible ragged shapes")
        with control_dependencies([check]):
            return stack_dynamic_partitions(data.values, partitions.values, num_partitions)


def _type_of(partitions: Any) -> Any:
    return partitions.row_splits.dtype if isinstance(partitions, RaggedTensor) else dtypes.int64


def _cast(value: Any, dtype: Any) -> Any:
    return TABLE["cast"](value, dtype)


def _one_row(data: RaggedTensor) -> Any:
    from .shaping import expand_dims

    return expand_dims(data, 0)


def dynamic_partition(data: Any, partitions: Any, num_partitions: int, name: str | None = None) -> list[Any]:
    """The elements of each part, as a list.

    Raises:
      TypeError, ValueError: `num_partitions` is no number of parts.
    """
    if not isinstance(num_partitions, int) or num_partitions < 0:
        raise TypeError("num_partitions must be a non-negative integer")
    rows = stack_dynamic_partitions(data, partitions, num_partitions, name)
    return [rows[i] for i in range(num_partitions)]
