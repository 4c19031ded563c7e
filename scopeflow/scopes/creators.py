"""tf.variable_creator_scope: functions that every new variable goes through."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.public import public


@public("variable_creator_scope")
@contextlib.contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """A context in which variables are made by `variable_creator(next_creator, **kwargs)`.

    The innermost scope's creator is called first; `next_creator(**kwargs)` goes on with the next.
    """
    with get_default_graph()._variable_creator_scope(variable_creator):
        yield
