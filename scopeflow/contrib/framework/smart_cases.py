"""tf.contrib.framework.smart_case: `tf.case` whose conditions may be known while the graph is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.public import public
from ...layers.smart_condition import smart_cond
from ...ops.case import nested_case


@public("contrib.framework.smart_case", "python.framework.smart_cond.smart_case")
def smart_case(pred_fn_pairs: Any, default: Callable[[], Any] | None = None, exclusive: bool = False, name: str = "smart_case") -> Any:
    """`tf.case`, which builds only what can be taken: a condition may be a bool, or a tensor whose value is known.

    Args:
      pred_fn_pairs: list of pairs (condition, function), or a dict of them (taken by the conditions' names).
      default: what to do if no condition is true; None: one of them must be true, or the run fails.
      exclusive: more than one true condition makes the run fail.

    Raises:
      TypeError: what is given is no list or dict of pairs (bool or bool tensor, callable).
    """
    return nested_case(smart_cond, pred_fn_pairs, default, exclusive, name, bools=True)
