"""Conditions that may be known while the graph is built: tf.contrib.framework.smart_cond and its kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph.operation import Tensor
from ..graph.public import public
from ..op.fold import fold
from ..ops.control_flow import cond
from ..variables import Variable


@public("contrib.framework.smart_constant_value", "python.framework.smart_cond.smart_constant_value")
def smart_constant_value(pred: Any) -> bool | None:
    """The value of a condition (a bool, 0 or 1, or a tensor), None if it is not known yet.

    Raises:
      TypeError: it is something else.
    """
    if isinstance(pred, bool):
        return pred
    if isinstance(pred, Tensor):
        value = fold(pred)
        return None if value is None else bool(value)
    if pred in (0, 1):
        return bool(pred)
    raise TypeError(f"`pred` must be a Tensor, or a Python bool, or 1 or 0. Found instead: {type(pred)}")


@public("contrib.framework.smart_cond", "python.framework.smart_cond.smart_cond")
def smart_cond(
    pred: Any, true_fn: Callable[[], Any] | None = None, false_fn: Callable[[], Any] | None = None, name: str | None = None
) -> Any:
    """`true_fn()` or `false_fn()` by a condition that is known, else `tf.cond`.

    Raises:
      TypeError: a function is not callable.
    """
    if not callable(true_fn):
        raise TypeError("`true_fn` must be callable.")
    if not callable(false_fn):
        raise TypeError("`false_fn` must be callable.")
    known = smart_constant_value(pred)
    if known is None:
        return cond(pred, true_fn=true_fn, false_fn=false_fn, name=name)
    return true_fn() if known else false_fn()


@public("python.layers.utils.constant_value")
def constant_condition(pred: Any) -> bool | None:
    """`smart_constant_value`, which is not known for a variable."""
    return None if isinstance(pred, Variable) else smart_constant_value(pred)


@public("python.layers.utils.smart_cond")
def condition(
    pred: Any, true_fn: Callable[[], Any] | None = None, false_fn: Callable[[], Any] | None = None, name: str | None = None
) -> Any:
    """`smart_cond`, which goes through `tf.cond` for a variable."""
    if isinstance(pred, Variable):
        return cond(pred, true_fn=true_fn, false_fn=false_fn, name=name)
    return smart_cond(pred, true_fn, false_fn, name)
