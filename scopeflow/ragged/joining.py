"""Ragged tensors joined along a dimension, an old one (concat) or a new one (stack)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import array, asserts
from .gathering import gather
from .shaping import expand_dims
from .tensor import RaggedTensor, convert_to_tensor_or_ragged, lengths_to_splits, resolved_axis


def concat(values: Any, axis: int, name: str | None = None) -> Any:
    """The rows of all `values`, one after the other along `axis`."""
    if not isinstance(values, (list, tuple)):
        values = [values]
    with name_scope(name, "RaggedConcat", values):
        return _joined(values, axis, stacked=False)


@public("ragged.stack")
def stack(values: Any, axis: int = 0, name: str | None = None) -> Any:
    """All `values` along a new dimension before `axis`."""
    if not isinstance(values, (list, tuple)):
        values = [values]
    with name_scope(name, "RaggedConcat", values):
        return _joined(values, axis, stacked=True)


def _joined(inputs: Sequence[Any], axis: int, stacked: bool) -> Any:
    if not inputs:
        raise ValueError("rt_inputs may not be empty.")
    inputs = [convert_to_tensor_or_ragged(v, name="rt_input") for v in inputs]
    dtypes_ = {v.row_splits.dtype for v in inputs if isinstance(v, RaggedTensor)}
    if len(dtypes_) > 1:
        raise ValueError(
            "Input RaggedTensors have mismatched row_splits dtypes; use RaggedTensor.with_row_splits_dtype() to convert them to "
            "compatible dtypes."
        )
    if len(inputs) == 1 and not stacked:
        return inputs[0]
    if len(inputs) == 1:
        return expand_dims(inputs[0], axis)
    ndims = None
    for v in inputs:
        if ndims is None:
            ndims = v.shape.ndims
        else:
            v.shape.assert_has_rank(ndims)
    axis = resolved_axis(axis, None if ndims is None else ndims + 1 if stacked else ndims)
    if stacked and ndims == 1 and not any(isinstance(v, RaggedTensor) for v in inputs):
        return array.stack(inputs, axis)
    if all(not isinstance(v, RaggedTensor) for v in inputs) and axis > (0 if stacked else 1):
        return array.stack(inputs, axis) if stacked else array.concat(inputs, axis)
    if all(isinstance(v, Tensor) for v in inputs) and axis == 0 and not stacked:
        return array.concat(inputs, axis)
    if axis == 0:
        return _along_first(inputs, stacked)
    if axis == 1:
        return _along_second(inputs, stacked)
    # Further in: the outermost rows are the same for all.
    inputs = _all_ragged(inputs, dtypes_)
    first, *others = [v.row_splits for v in inputs]
    checks = [asserts.assert_equal(first, s, message="Inputs must have identical ragged splits") for s in others]
    with control_dependencies(checks):
        return RaggedTensor.from_row_splits(_joined_values([v.values for v in inputs], axis - 1, stacked), first, validate=False)


def _joined_values(values: Sequence[Any], axis: int, stacked: bool) -> Any:
    if not any(isinstance(v, RaggedTensor) for v in values):
        return array.stack(values, axis) if stacked else array.concat(values, axis)
    return _joined(values, axis, stacked)


def _splits_type(found: set[Any]) -> Any:
    from ..graph import dtypes

    return next(iter(found), dtypes.int64)


def _all_ragged(inputs: Sequence[Any], found: set[Any]) -> list[RaggedTensor]:
    """Dense inputs as ragged ones, with as many ragged dimensions as the others have."""
    most = max([v.ragged_rank for v in inputs if isinstance(v, RaggedTensor)], default=1)
    out = []
    for v in inputs:
        if not isinstance(v, RaggedTensor):
            v = RaggedTensor.from_tensor(v, ragged_rank=most, row_splits_dtype=_splits_type(found))
        out.append(v)
    return out


def _along_first(inputs: Sequence[Any], stacked: bool) -> RaggedTensor:
    inputs = _all_ragged(inputs, {v.row_splits.dtype for v in inputs if isinstance(v, RaggedTensor)})
    flat = _joined_values([v.flat_values for v in inputs], 0, False)
    nested = _concat_nested_splits([v.nested_row_splits for v in inputs])
    joined = RaggedTensor.from_nested_row_splits(flat, nested, validate=False)
    if not stacked:
        return joined
    rows = array.stack([v.nrows() for v in inputs])
    return RaggedTensor.from_row_splits(joined, lengths_to_splits(rows), validate=False)


def _concat_nested_splits(nested: Sequence[Sequence[Tensor]]) -> list[Tensor]:
    """The splits of tensors one after the other, for each ragged dimension."""
    return [_concat_splits(list(level)) for level in zip(*nested)]


def _concat_splits(splits: list[Tensor]) -> Tensor:
    out, end = [splits[0]], splits[0][-1]
    for s in splits[1:]:
        out.append(s[1:] + end)
        end = end + s[-1]
    return array.concat(out, axis=0)


def _along_second(inputs: Sequence[Any], stacked: bool) -> RaggedTensor:
    inputs = _all_ragged(inputs, {v.row_splits.dtype for v in inputs if isinstance(v, RaggedTensor)})
    rows = [v.nrows() for v in inputs]
    checks = [asserts.assert_equal(n, rows[0], message="Input tensors have incompatible shapes.") for n in rows[1:]]
    with control_dependencies(checks):
        # All rows one after the other, then in turns: row 0 of each, row 1 of each ...
        joined = _along_first(inputs, stacked=False)
        n, count = rows[0], len(inputs)
        numbers = array.reshape(array.range_(n * count), [count, -1])
        order = array.reshape(array.transpose(numbers), [-1])
        turns = gather(joined, order)
        if stacked:
            return RaggedTensor.from_row_splits(turns, array.range_(0, n * count + 1, count), validate=False)
        splits = turns.row_splits[::count]
        for v in inputs:
            splits.set_shape(v.row_splits.shape)
        return RaggedTensor.from_row_splits(turns.values, splits, validate=False)
