"""Branches that are decided while the graph is built, where the condition is known then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.constant_value import constant_value
from ...graph.operation import Tensor
from ...graph.public import public
from ...ops.control_flow import cond


@public("contrib.framework.smart_constant_value", "python.framework.smart_cond.smart_constant_value")
def smart_constant_value(pred: Any) -> bool | None:
    """The value of a condition if it is known now: True, False or None.

    Raises:
      TypeError: it is neither a tensor nor a bool, 0 or 1.
    """
    if isinstance(pred, Tensor):
        known = constant_value(pred)
        return known if known is None else bool(known)
    if isinstance(pred, bool) or (isinstance(pred, int) and pred in (0, 1)):
        return bool(pred)
    raise TypeError(f"`pred` must be a Tensor, or a Python bool, or 1 or 0. Found instead: {type(pred)}")


@public("contrib.framework.smart_cond", "python.framework.smart_cond.smart_cond")
def smart_cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """`cond`, but only the branch taken is built if `pred` is known now.

    Raises:
      TypeError: `pred` is no condition, or a branch is not a function.
    """
    if not callable(true_fn):
        raise TypeError("`true_fn` must be callable.")
    if not callable(false_fn):
        raise TypeError("`false_fn` must be callable.")
    known = smart_constant_value(pred)
    if known is None:
        return cond(pred, true_fn=true_fn, false_fn=false_fn, name=name)
    return true_fn() if known else false_fn()
