"""tf.assign and its kin: functions that change a variable of either kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph.conversion import to_tensor
from ..graph.public import public
from ..ops import array, state


def _given(**options: Any) -> dict[str, Any]:
    return {k: v for k, v in options.items() if v is not None}


@public("assign")
def assign(ref: Any, value: Any, validate_shape: Any = None, use_locking: Any = None, name: str | None = None) -> Any:
    """Sets the variable `ref`; gives its value after that.

    With `validate_shape=False` a reference variable may change its shape.
    """
    if ref.dtype.is_ref:
        return state.assign(ref, value, name=name, **_given(validate_shape=validate_shape, use_locking=use_locking))
    return ref.assign(value, name=name)


@public("assign_add")
def assign_add(ref: Any, value: Any, use_locking: Any = None, name: str | None = None) -> Any:
    """Adds `value` to the variable `ref`; gives its value after that."""
    if ref.dtype.is_ref:
        return state.assign_add(ref, value, name=name, **_given(use_locking=use_locking))
    return ref.assign_add(value)


@public("assign_sub")
def assign_sub(ref: Any, value: Any, use_locking: Any = None, name: str | None = None) -> Any:
    """Subtracts `value` from the variable `ref`; gives its value after that."""
    if ref.dtype.is_ref:
        return state.assign_sub(ref, value, name=name, **_given(use_locking=use_locking))
    return ref.assign_sub(value)


@public("count_up_to")
def count_up_to(ref: Any, limit: int, name: str | None = None) -> Any:
    """Adds one to the scalar variable `ref` and gives the value before; running it at `limit` raises OutOfRangeError."""
    if ref.dtype.is_ref:
        return state.count_up_to(ref, limit, name=name)
    return state.resource_count_up_to(ref.handle, limit, T=ref.dtype, name=name)


def _scatter(name_: str, by_reference: Any, by_handle: Any, use_locking: bool, doc: str) -> Callable[..., Any]:
    locked = use_locking

    def scatter(ref: Any, indices: Any, updates: Any, use_locking: bool = locked, name: str | None = None) -> Any:
        if ref.dtype.is_ref:
            return by_reference(ref, indices, updates, use_locking=use_locking, name=name)
        return ref._lazy_read(by_handle(ref.handle, indices, to_tensor(updates, ref.dtype), name=name))

    scatter.__name__ = scatter.__qualname__ = name_
    scatter.__doc__ = doc
    return public(name_)(scatter)


_ROWS = "rows of the variable `ref`: `indices` [n...], `updates` [n..., row...]; gives its value after that."
scatter_update = _scatter("scatter_update", state.scatter_update, state.resource_scatter_update, True, f"Sets {_ROWS}")
scatter_add = _scatter("scatter_add", state.scatter_add, state.resource_scatter_add, False, f"Adds to {_ROWS}")
scatter_sub = _scatter("scatter_sub", state.scatter_sub, state.resource_scatter_sub, False, f"Subtracts from {_ROWS}")
scatter_mul = _scatter("scatter_mul", state.scatter_mul, state.resource_scatter_mul, False, f"Multiplies {_ROWS}")
scatter_div = _scatter("scatter_div", state.scatter_div, state.resource_scatter_div, False, f"Divides {_ROWS}")
scatter_min = _scatter("scatter_min", state.scatter_min, state.resource_scatter_min, False, f"Lowers {_ROWS}")
scatter_max = _scatter("scatter_max", state.scatter_max, state.resource_scatter_max, False, f"Raises {_ROWS}")
_SLICES = "slices of the variable `ref` at `indices` [..., depth]; gives its value after that."
scatter_nd_update = _scatter("scatter_nd_update", state.scatter_nd_update, state.resource_scatter_nd_update, True, f"Sets {_SLICES}")
scatter_nd_add = _scatter("scatter_nd_add", state.scatter_nd_add, state.resource_scatter_nd_add, False, f"Adds to {_SLICES}")
scatter_nd_sub = _scatter("scatter_nd_sub", state.scatter_nd_sub, state.resource_scatter_nd_sub, False, f"Subtracts from {_SLICES}")


@public("batch_scatter_update")
def batch_scatter_update(ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None) -> Any:
    """For each batch b, sets ref[b, indices[b, i]] = updates[b, i]; `indices` is [batch..., n]."""
    indices = to_tensor(indices, name="indices")
    size = array.shape(indices)
    rank = len(size._dims) and size._dims[0]
    last = array.expand_dims(indices, -1)
    columns = []
    for axis in range((rank or 1) - 1):
        # The position along each batch dimension, spelled out beside the row that is asked for.
        count = size[axis]
        steps = array.range_(0, count, 1, name="Range")
        spread = array.reshape(steps, [1] * axis + [count] + [1] * (rank - axis))
        columns.append(spread * array.ones_like(last))
    return scatter_nd_update(ref, array.concat([*columns, last], -1), updates, use_locking, name)
