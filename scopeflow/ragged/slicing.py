"""rt[...]: rows, and slices of rows, of ragged tensors."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..ops import array
from ..ops.casting import cast
from ..ops.control_flow import cond
from ..ops.elementwise import greater_equal, maximum, minimum
from .ranges import ragged_range
from .tensor import RaggedTensor


def getitem(ragged: RaggedTensor, key: Any) -> Any:
    """The part that `key` selects: as for tensors, but an index may not stand for a ragged dimension behind a slice.

    Raises:
      ValueError: an index would pick an element of rows that may not have it; more keys than dimensions.
      TypeError: a key is no index.
    """
    with name_scope(None, "RaggedGetItem", [ragged, key]):
        keys = list(key) if isinstance(key, (list, tuple)) else [key]
        return _select(ragged, [_as_index(k) for k in keys])


def _as_index(key: Any) -> Any:
    if isinstance(key, Tensor) and key.shape.ndims not in (None, 0):
        _refuse(key)
    if not (key is None or key is Ellipsis or isinstance(key, (slice, int, Tensor)) or hasattr(key, "__index__")):
        _refuse(key)
    return key


def _refuse(key: Any) -> None:
    raise TypeError(
        "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 tensors are valid indices, "
        f"got {key!r}"
    )


def _is_full(key: Any) -> bool:
    return isinstance(key, slice) and key.start is None and key.stop is None and (key.step is None or key.step == 1)


def _select(ragged: Any, keys: list[Any]) -> Any:
    if not keys:
        return ragged
    if not isinstance(ragged, RaggedTensor):
        return ragged[tuple(keys)]
    key, inner = keys[0], keys[1:]
    if key is Ellipsis:
        expanded = (
            [slice(None)] * max(ragged.shape.ndims - sum(k is not None for k in inner), 0) if ragged.shape.ndims is not None else None
        )
        if expanded is None:
            raise ValueError("Ellipsis not supported for unknown shape RaggedTensors")
        return _select(ragged, expanded + inner)
    if key is None:
        inside = _select(ragged, inner)
        if isinstance(inside, RaggedTensor):
            rows = array.shape(inside.row_splits, out_type=inside.row_splits.dtype)[0] - 1
            return RaggedTensor.from_row_splits(inside, array.stack([0, rows]), validate=False)
        return array.expand_dims(inside, 0)
    if isinstance(key, slice):
        return _within(_slice_rows(ragged, key), inner)
    # One row: what it holds, then the other keys in it.
    starts, limits = ragged.row_splits[:-1], ragged.row_splits[1:]
    row = _select_rows(ragged.values, starts[key], limits[key])
    if not isinstance(row, RaggedTensor):
        return row[tuple(inner)] if inner else row[()]
    with name_scope(None, "RaggedGetItem", [row]) if inner else _no_scope():
        return _select(row, inner)


def _full_keys(ndims: int | None, keys: list[Any]) -> list[slice]:
    """The full slices that an ellipsis before `keys` stands for."""
    if ndims is None:
        raise ValueError("Ellipsis not supported for unknown shape RaggedTensors")
    return [slice(None)] * max(ndims - sum(k is not None for k in keys), 0)


def _no_scope() -> Any:
    import contextlib

    return contextlib.nullcontext()


def _select_rows(values: Any, start: Tensor, limit: Tensor) -> Any:
    """Rows `start` to `limit` of a tensor."""
    if not isinstance(values, RaggedTensor):
        return values[start:limit]
    with name_scope(None, "RaggedGetItem", [values]):
        return _slice_rows(values, slice(start, limit))


def _slice_rows(ragged: RaggedTensor, key: slice) -> RaggedTensor:
    if _is_full(key):
        return ragged
    starts, limits = ragged.row_splits[:-1][key], ragged.row_splits[1:][key]
    step = 1 if key.step is None else key.step
    if isinstance(step, int) and step == 1:
        # Rows in a run: their values are one, too.
        zero = array.zeros([1], dtype=starts.dtype)
        splits = array.concat([zero[array.size(starts) :], starts[:1], limits], axis=0)
        start, end = splits[0], splits[-1]
        values = _select_rows(ragged.values, start, end)
        return RaggedTensor.from_row_splits(values, splits - start, validate=False)
    array.zeros([1], dtype=starts.dtype)
    return _from_ranges(ragged.values, starts, limits)


def _from_ranges(values: Any, starts: Tensor, limits: Tensor, step: Any = 1) -> RaggedTensor:
    """Rows of `values` from `starts[i]` to `limits[i]`."""
    from .gathering import gather

    step = cast(convert_to_tensor(step, name="step"), starts.dtype)
    places = ragged_range(starts, limits, step, row_splits_dtype=starts.dtype)
    picked = gather(values, places.values) if isinstance(values, RaggedTensor) else array.gather(values, places.values)
    return places.with_values(picked)


def _within(ragged: Any, keys: list[Any]) -> Any:
    """`keys` applied to every row."""
    if not keys:
        return ragged
    if not isinstance(ragged, RaggedTensor):
        return ragged[(slice(None), *keys)]
    key = keys[0]
    if key is Ellipsis:
        outer = ragged.shape.ndims
        return _within(ragged, _full_keys(None if outer is None else outer - 1, keys[1:]) + keys[1:])
    if key is None:
        inside = _within(ragged, keys[1:])
        n = array.shape(inside.row_splits, out_type=inside.row_splits.dtype)[0]
        return RaggedTensor.from_row_splits(inside, array.range_(n), validate=False)
    if not isinstance(key, slice):
        raise ValueError("Cannot index into an inner ragged dimension.")
    if not _is_full(key):
        ragged = _slice_each(ragged, key)
    if len(keys) == 1:
        return ragged
    return ragged.with_values(_within(ragged.values, keys[1:]))


def _slice_each(ragged: RaggedTensor, key: slice) -> RaggedTensor:
    """A slice of every row."""
    splits = ragged.row_splits
    inner_starts, inner_limits = splits[:-1], splits[1:]
    step = 1 if key.step is None else key.step
    if isinstance(step, int) and step == 0:
        raise ValueError("slice step cannot be zero")
    # A bound of 0 counts as none, even the upper one; and backward steps find nothing: so it is in the reference.
    starts = inner_starts if _is_unset(key.start) else _bound(key.start, splits)
    limits = inner_limits if _is_unset(key.stop) else _bound(key.stop, splits)
    return _from_ranges(ragged.values, starts, limits, step)


def _is_unset(bound: Any) -> bool:
    return bound is None or (not isinstance(bound, Tensor) and bound == 0)


def _bound(offset: Any, splits: Tensor) -> Tensor:
    """The place of a slice's end in each row: counted from the front, or from the back if negative, and kept within the row."""
    starts, limits = splits[:-1], splits[1:]
    if isinstance(offset, Tensor):
        offset = cast(offset, splits.dtype)
        return cond(
            greater_equal(offset, 0),
            lambda: minimum(starts + offset, limits),
            lambda: maximum(limits + offset, starts),
        )
    return minimum(starts + offset, limits) if offset >= 0 else maximum(limits + offset, starts)
