"""tf.user_ops: the op that shows how to write one."""

from __future__ import annotations

from typing import Any

from ..graph.public import public
from ..op.declare import op


@op("Fact", " -> fact: string", host=True, differentiable=False, shape=lambda inputs, attrs: [None])
def _fact():
    return b"0! == 1"


@public("user_ops.my_fact")
def my_fact() -> Any:
    """A fact, as a string."""
    return _fact()
