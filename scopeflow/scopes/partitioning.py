"""Cutting variables into parts: partitioners, and how a shape is cut."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.dtypes import DType
from ..graph.public import public
from ..graph.tensor_shape import TensorShape


class PartitionInfo:
    """What an initializer is told about the part it makes: the whole's shape and the part's offset."""

    __slots__ = ("_full_shape", "_var_offset")

    def __init__(self, full_shape: Sequence[int], var_offset: Sequence[int]):
        if not isinstance(full_shape, (list, tuple)):
            raise TypeError(f"`full_shape` must be a sequence (like tuple or list) instead of {type(full_shape).__name__}")
        if not isinstance(var_offset, (list, tuple)):
            raise TypeError(f"`var_offset` must be a sequence (like tuple or list) instead of {type(var_offset).__name__}")
        if len(var_offset) != len(full_shape):
            raise ValueError(
                f"Expected equal length, but `var_offset` is of length {len(var_offset)} while full_shape is of length {len(full_shape)}."
            )
        for offset, size in zip(var_offset, full_shape):
            if offset < 0 or offset >= size:
                where = f"var_offset={var_offset}, full_shape={full_shape}"
                raise ValueError(f"Expected 0 <= offset < shape but found offset={offset}, shape={size} for {where}")
        self._full_shape, self._var_offset = full_shape, var_offset

    @property
    def full_shape(self) -> Sequence[int]:
        return self._full_shape

    @property
    def var_offset(self) -> Sequence[int]:
        return self._var_offset

    def single_offset(self, shape: Sequence[int]) -> int:
        """The offset along the axis that is cut; 0 if none is."""
        axis = self.single_slice_dim(shape)
        return 0 if axis is None else self._var_offset[axis]

    def single_slice_dim(self, shape: Sequence[int]) -> int | None:
        """The axis along which a part of `shape` is cut from the whole; None if it is the whole.

        Raises:
          TypeError, ValueError: `shape` is no part of the whole, or cut along several axes.
        """
        if not isinstance(shape, (tuple, list)):
            raise TypeError(f"`shape` must be a sequence (like tuple or list) instead of {type(shape).__name__}")
        if len(shape) != len(self._full_shape):
            raise ValueError(
                f"Expected equal length, but received shape={shape} of length {len(shape)} while self.full_shape={self._full_shape} is of "
                f"length {len(self._full_shape)}."
            )
        if any(s > f for s, f in zip(shape, self._full_shape)):
            raise ValueError(
                f"With self.full_shape={self._full_shape}, a partition of shape={shape} would exceed the full shape in some dimension."
            )
        cut = [i for i, (s, f) in enumerate(zip(shape, self._full_shape)) if s != f]
        if len(cut) > 1:
            raise ValueError(
                f"Cannot use single_slice_dim() with shape={shape} and self.full_shape={self._full_shape} since slice dim could be either "
                f"dimension {cut[1]} or {cut[0]}."
            )
        return cut[0] if cut else None


def cut_axis(shape: TensorShape, partitions: Sequence[int]) -> tuple[int, int]:
    """(the axis that `partitions` cuts, into how many parts). Raises ValueError if it cuts several."""
    cut = [i for i, p in enumerate(partitions) if p > 1]
    if len(cut) > 1:
        raise ValueError(f"Can only slice a variable along one dimension: shape: {shape}, partitioning: {partitions}")
    return (cut[0], partitions[cut[0]]) if cut else (0, 1)


def slices(shape: Sequence[int], count: int, axis: int) -> Iterator[tuple[list[int], list[int]]]:
    """(offset, shape) of each part; the first parts get what does not divide evenly."""
    size = shape[axis]
    low, excess = divmod(size, count)
    at = 0
    for i in range(count):
        length = low + (1 if i < excess else 0)
        offset = [0] * len(shape)
        offset[axis] = at
        yield offset, [*shape[:axis], length, *shape[axis + 1 :]]
        at += length


@public("variable_axis_size_partitioner")
def variable_axis_size_partitioner(
    max_shard_bytes: int, axis: int = 0, bytes_per_string_element: int = 16, max_shards: int | None = None
) -> Callable[..., list[int]]:
    """A partitioner that cuts along `axis` so that no part has more than `max_shard_bytes` bytes.

    Raises:
      ValueError: a limit below 1.
    """
    if max_shard_bytes < 1 or bytes_per_string_element < 1:
        raise ValueError("Both max_shard_bytes and bytes_per_string_element must be positive.")
    if max_shards and max_shards < 1:
        raise ValueError("max_shards must be positive.")

    def _partitioner(shape: Any, dtype: Any) -> list[int]:
        shape = _checked(shape, dtype)
        dims = shape.as_list()
        element = bytes_per_string_element if dtype.base_dtype.name == "string" else dtype.size
        partitions = [1] * len(dims)
        slice_bytes = math.prod(dims) // dims[axis] * element
        per_shard = max(1, math.floor(max_shard_bytes / slice_bytes))
        shards = math.ceil(dims[axis] / per_shard)
        if max_shards:
            shards = min(max_shards, shards)
        partitions[axis] = shards
        return partitions

    return _partitioner


def _checked(shape: Any, dtype: Any) -> TensorShape:
    if not isinstance(shape, TensorShape):
        raise ValueError(f"shape is not a TensorShape: {shape}")
    if not shape.is_fully_defined():
        raise ValueError(f"shape is not fully defined: {shape}")
    if not isinstance(dtype, DType):
        raise ValueError(f"dtype is not a DType: {dtype}")
    return shape


@public("min_max_variable_partitioner")
def min_max_variable_partitioner(
    max_partitions: int = 1, axis: int = 0, min_slice_size: int = 256 << 10, bytes_per_string_element: int = 16
) -> Callable[..., list[int]]:
    """A partitioner into at most `max_partitions` parts along `axis`, each of at least `min_slice_size` bytes."""

    def _partitioner(shape: Any, dtype: Any) -> list[int]:
        if axis >= len(shape):
            raise ValueError(f"Can not partition variable along axis {axis} when shape is only {shape}")
        total = shape.num_elements() * (bytes_per_string_element if dtype.base_dtype.name == "string" else dtype.size)
        partitions = max(1, math.ceil(total / min_slice_size))
        out = [1] * len(shape)
        out[axis] = max(1, min(shape.dims[axis].value, max_partitions, partitions))
        return out

    return _partitioner


@public("fixed_size_partitioner")
def fixed_size_partitioner(num_shards: int, axis: int = 0) -> Callable[..., list[int]]:
    """A partitioner into `num_shards` parts along `axis`, or into single rows if there are fewer."""

    def _partitioner(shape: Any, **unused_kwargs: Any) -> list[int]:
        partitions = [1] * len(shape)
        partitions[axis] = min(num_shards, shape.dims[axis].value)
        return partitions

    return _partitioner


@public("create_partitioned_variables")
def create_partitioned_variables(
    shape: Any,
    slicing: Sequence[int],
    initializer: Any,
    dtype: Any = "float32",
    trainable: bool = True,
    collections: Any = None,
    name: str | None = None,
    reuse: Any = None,
) -> list[Any]:
    """The parts of a new partitioned variable; `slicing` says how many parts each axis is cut into.

    Raises:
      ValueError: `shape` and `slicing` do not fit, or several axes are cut.
    """
    from .entering import variable_scope
    from .scope import get_variable_scope
    from .store import variable_store

    if len(shape) != len(slicing):
        raise ValueError(f"The 'shape' and 'slicing' of a partitioned Variable must have the length: shape: {shape}, slicing: {slicing}")
    if len(shape) < 1:
        raise ValueError(f"A partitioned Variable must have rank at least 1: shape: {shape}")
    partitioner = lambda **unused_kwargs: slicing  # noqa: E731
    with variable_scope(name, "PartitionedVariable", reuse=reuse):
        whole = get_variable_scope()._get_partitioned_variable(
            variable_store(get_default_graph()),
            None,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            trainable=trainable,
            partitioner=partitioner,
            collections=collections,
        )
        return list(whole)
