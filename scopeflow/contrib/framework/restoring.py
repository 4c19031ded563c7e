"""Giving variables values from arrays and from checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...ops.creation import placeholder
from ...ops.flow import group
from .listing import get_variables


def _assignments(values: list[tuple[Any, Any]]) -> tuple[Operation, dict[Tensor, Any]]:
    """The op that assigns each variable its value through a placeholder, and what to feed."""
    feeds, ops = {}, []
    for var, value in values:
        fed = placeholder(var.dtype.base_dtype, shape=var.get_shape(), name="placeholder/" + var.op.name)
        ops.append(var.assign(fed))
        feeds[fed] = value.reshape(var.get_shape().as_list())
    return group(*ops), feeds


@public("contrib.framework.assign_from_values", "contrib.slim.assign_from_values")
def assign_from_values(var_names_to_values: Mapping[str, Any]) -> tuple[Operation, dict[Tensor, Any]]:
    """(op, feed_dict) that give variables the values of a dict from their names to arrays.

    Raises:
      ValueError: there is no variable of a name, or a value does not fit its shape.
    """
    found = []
    for name, value in var_names_to_values.items():
        candidates = {v.op.name: v for v in reversed(get_variables(name))}
        if not candidates:
            raise ValueError(f"Variable {name} wasn't found")
        if len(candidates) > 1 and name not in candidates:
            raise ValueError(f"Variable {name} doesn't uniquely identify a variable")
        found.append((candidates[name] if name in candidates else next(iter(candidates.values())), value))
    return _assignments(found)


@public("contrib.framework.assign_from_values_fn", "contrib.slim.assign_from_values_fn")
def assign_from_values_fn(var_names_to_values: Mapping[str, Any]) -> Callable[[Any], None]:
    """A function of a session that gives variables the values of a dict from their names to arrays; see `assign_from_values`."""
    assign_op, feed_dict = assign_from_values(var_names_to_values)

    def assign(session: Any) -> None:
        session.run(assign_op, feed_dict)

    return assign
