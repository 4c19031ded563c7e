"""Broadcasting of ragged shapes: rows of length 1 become as long as the other side's, missing outer dimensions are added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph import dtypes
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.dtypes import DType
from ..graph.operation import Tensor
from ..op.declare import OPS
from ..ops import array, asserts
from ..ops.casting import cast
from ..ops.elementwise import equal
from ..ops.ragged import ragged_range_op
from ..ops.reduction import reduce_all, reduce_sum
from .tensor import RaggedTensor, lengths_to_splits


def broadcast_both(x: Any, y: Any) -> tuple[Any, Any]:
    """`x` and `y`, one of them ragged, with the same rows in all ragged dimensions."""
    if _within_elements(x, y) or _within_elements(y, x):
        return x, y
    dtype = (x if isinstance(x, RaggedTensor) else y).row_splits.dtype
    to = broadcast_dynamic_shape(RaggedShape.of(x, dtype), RaggedShape.of(y, dtype))
    return broadcast_to(x, to), broadcast_to(y, to)


def _within_elements(ragged: Any, dense: Any) -> bool:
    """True if the dense side has no more dimensions than one innermost element of the ragged one."""
    if not isinstance(ragged, RaggedTensor) or isinstance(dense, RaggedTensor):
        return False
    flat = ragged.flat_values.shape.ndims
    return flat is not None and dense.shape.ndims is not None and dense.shape.ndims < flat


class RaggedShape:
    """The sizes of a ragged tensor's dimensions: the partitioned ones (a scalar if all rows are as long, else a vector of lengths), then
    the inner ones as one vector.
    """

    def __init__(self, partitioned: Sequence[Any], inner: Any, dtype: DType):
        with name_scope(None, "RaggedTensorDynamicShape", [*partitioned, inner]):
            partitioned = [_sizes(p, f"partitioned_dimension_size_{i}", dtype) for i, p in enumerate(partitioned)]
            inner = _sizes(inner, "inner_dim_sizes", dtype)
        self.partitioned, self.inner, self.dtype = tuple(partitioned), inner, dtype

    @classmethod
    def of(cls, value: Any, dtype: DType) -> RaggedShape:
        """The shape of a Tensor or RaggedTensor."""
        with name_scope(None, "RaggedTensorDynamicShapeFromTensor", [value]):
            if not isinstance(value, RaggedTensor):
                return cls([], array.shape(value), dtype)
            partitioned = [value.nrows(), *value.nested_row_lengths()]
            return cls(partitioned, array.shape(value.flat_values)[1:], dtype)

    @property
    def rank(self) -> int:
        """The number of dimensions. Raises ValueError if it is not known."""
        inner = self.inner.shape[0].value
        if inner is None:
            raise ValueError("Unable to broadcast: unknown rank")
        return len(self.partitioned) + inner

    def size(self, axis: int) -> Tensor:
        """The size of a dimension: a scalar, or the lengths of its rows."""
        if axis < len(self.partitioned):
            return self.partitioned[axis]
        return self.inner[axis - len(self.partitioned)]

    def is_uniform(self, axis: int) -> bool:
        """True if all rows of a dimension are as long."""
        return axis >= len(self.partitioned) or self.partitioned[axis].shape.ndims == 0

    def slices(self, axis: int) -> Tensor:
        """The number of rows in a dimension, over all of those around it."""
        if axis < 0:
            return constant(1, self.dtype)
        if self.is_uniform(axis):
            return self.size(axis) * self.slices(axis - 1)
        return reduce_sum(self.size(axis))

    def to_rank(self, rank: int) -> RaggedShape:
        """The same with dimensions of size 1 in front."""
        missing = rank - self.rank
        if missing == 0:
            return self
        if self.partitioned:
            return RaggedShape([1] * missing + list(self.partitioned), self.inner, self.dtype)
        return RaggedShape([], array.concat([array.ones([missing], self.dtype), self.inner], axis=0), self.dtype)

    def broadcast(self, axis: int, lengths: Tensor) -> RaggedShape:
        """With one dimension of the size `lengths` (a scalar, or lengths of rows); an assertion checks that it can be."""
        lengths = cast_node(lengths, self.dtype)
        uniform, scalar = self.is_uniform(axis), lengths.shape.ndims == 0
        if uniform and scalar:
            size = self.size(axis)
            holds = equal(lengths, 1) | equal(size, 1)
            holds = holds | equal(size, lengths)
        elif uniform:
            holds = equal(self.size(axis), 1)
        elif scalar:
            holds = equal(lengths, 1)
        else:
            holds = reduce_all(equal(lengths, self.size(axis)))
        text = "Unable to broadcast: dimension size mismatch in dimension"
        check = asserts.assert_(holds, [text, axis, "lengths=", lengths, "dim_size=", self.size(axis)], summarize=10)
        with control_dependencies([check]):
            if not uniform:
                return RaggedShape(self.partitioned, array.identity(self.inner), self.dtype)
            if axis < len(self.partitioned):
                return self._partitioned(axis, lengths)
            return self._inner(axis, lengths) if scalar else self._inner_to_ragged(axis, lengths)

    def _partitioned(self, axis: int, lengths: Tensor) -> RaggedShape:
        before, size, after = self.partitioned[:axis], self.partitioned[axis], self.partitioned[axis + 1 :]
        if lengths.shape.ndims == 0:
            new = array.where(equal(size, 1), lengths, size)
            repeats = array.where(equal(size, 1), new, 1)
            splits = array.stack([0, self.slices(axis)])
        else:
            new = repeats = lengths
            splits = array.range_(array.size(lengths, out_type=self.dtype) + 1)
        out = [*before, new]
        for rows in after:
            if rows.shape.ndims == 0:
                out.append(rows)
                splits = splits * rows
            else:
                out.append(repeat_ranges(rows, splits, repeats))
                splits = array.gather(lengths_to_splits(rows), splits)
        return RaggedShape(out, self.inner, self.dtype)

    def _inner(self, axis: int, lengths: Tensor) -> RaggedShape:
        at = axis - len(self.partitioned)
        size, before = self.size(axis), self.inner[:at]
        new = array.where(equal(size, 1), lengths, size)
        inner = array.concat([before, [new], self.inner[at + 1 :]], axis=0)
        return RaggedShape(self.partitioned, inner, self.dtype)

    def _inner_to_ragged(self, axis: int, lengths: Tensor) -> RaggedShape:
        at = axis - len(self.partitioned)
        between = [self.inner[i] for i in range(at)]
        return RaggedShape([*self.partitioned, *between, lengths], self.inner[at + 1 :], self.dtype)


def _sizes(value: Any, name: str, dtype: DType) -> Tensor:
    t = convert_to_tensor(value, name=name)
    return t if t.dtype == dtype else cast(t, dtype)


def cast_node(t: Tensor, dtype: DType) -> Tensor:
    """A Cast, even to the type that `t` has."""
    return OPS["Cast"](t, DstT=dtype)


def broadcast_dynamic_shape(x: RaggedShape, y: RaggedShape) -> RaggedShape:
    """The shape that both broadcast to."""
    rank = max(x.rank, y.rank)
    x, y = x.to_rank(rank), y.to_rank(rank)
    for axis in range(rank):
        x = x.broadcast(axis, y.size(axis))
        y = y.broadcast(axis, x.size(axis))
    return x


def broadcast_to(value: Any, to: RaggedShape) -> RaggedTensor:
    """`value` repeated so that its ragged dimensions are those of `to`. (The inner ones are left to the op's own broadcasting.)"""
    ragged_rank = len(to.partitioned) - 1
    have = RaggedShape.of(value, to.dtype).to_rank(to.rank)
    inner = to.rank - len(to.partitioned)
    missing = to.rank - value.shape.ndims
    if missing and value.shape.ndims < inner + 1:
        value = array.reshape(value, array.concat([array.ones([inner + 1 - value.shape.ndims], dtypes.int32), array.shape(value)], axis=0))
        missing = to.rank - value.shape.ndims
    for _ in range(missing):
        rows = value.nrows() if isinstance(value, RaggedTensor) else array.shape(value, out_type=to.dtype)[0]
        value = RaggedTensor.from_row_lengths(value, [rows], validate=False)
    value = _with_ragged_rank(value, ragged_rank, to.dtype)
    multiples: list[Any] = []
    for axis in range(to.rank):
        if axis <= ragged_rank and have.is_uniform(axis) and to.is_uniform(axis):
            multiples.append(array.where(equal(have.size(axis), 1), to.size(axis), 1))
        else:
            multiples.append(1)
    from .shaping import tile

    value = tile(value, array.stack(multiples))
    for axis in range(ragged_rank + 1):
        if have.is_uniform(axis) and not to.is_uniform(axis):
            value = _repeat_rows(value, axis, to.size(axis))
    return value


def _with_ragged_rank(value: Any, ragged_rank: int, dtype: DType) -> Any:
    if ragged_rank == 0:
        return value
    if isinstance(value, RaggedTensor):
        return value.with_values(_with_ragged_rank(value.values, ragged_rank - 1, dtype))
    return RaggedTensor.from_tensor(value, ragged_rank=ragged_rank, row_splits_dtype=dtype)


def _repeat_rows(value: RaggedTensor, axis: int, repeats: Tensor) -> RaggedTensor:
    """With the one element of each row in dimension `axis` as often as `repeats` says for the row."""
    if axis > 1:
        return value.with_values(_repeat_rows(value.values, axis - 1, repeats))
    splits, lengths = value.row_splits, [repeats]
    for inner_splits, inner_lengths in list(zip(value.nested_row_splits, value.nested_row_lengths()))[1:]:
        lengths.append(repeat_ranges(inner_lengths, splits, repeats))
        splits = array.gather(inner_splits, splits)
    return RaggedTensor.from_nested_row_lengths(repeat_ranges(value.flat_values, splits, repeats), lengths, validate=False)


def repeat_ranges(values: Any, splits: Tensor, repeats: Tensor) -> Tensor:
    """The rows of `values` that `splits` divides, each `repeats` times: one number, or one for each."""
    if repeats.shape.ndims == 0:
        # The splits themselves repeated: all but the last ones are begins, all but the first ones are ends.
        repeated = array.repeat(splits, repeats, axis=0)
        n = array.shape(repeated, out_type=repeats.dtype)[0]
        starts, limits = repeated[: n - repeats], repeated[repeats:]
    else:
        starts = array.repeat(splits[:-1], repeats, axis=0)
        limits = array.repeat(splits[1:], repeats, axis=0)
    one = array.ones([], splits.dtype)
    offsets = ragged_range_op(starts, limits, one, Tsplits=splits.dtype)
    return array.gather(values, offsets[1])
