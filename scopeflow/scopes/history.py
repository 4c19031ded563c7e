"""What is remembered of each variable as it is made and shared; provenance.py makes sentences of it."""

from __future__ import annotations

from typing import Any

from ..graph.source import Place, stack

#: how many lines of the program (innermost first) are kept of each call
DEPTH = 4
#: how many calls that shared a variable are kept
SHARED_LIMIT = 100


class History:
    """How a variable made by get_variable came about.

    Attributes:
      key: the name under which the store keeps it.
      asked: the name `get_variable` was called for; differs from `key` where a custom getter changed it.
      frame: the scopes open at the time: see `Graph._frame`.
      made_at: the lines that led there, innermost first.
      shared_at: the same for each later call that got the variable.
      shared_more: how many calls there were beyond those kept.
    """

    __slots__ = ("key", "asked", "frame", "made_at", "shared_at", "shared_more")

    def __init__(self, key: str, asked: str | None, frame: Any, made_at: tuple[Place, ...]):
        self.key, self.asked, self.frame, self.made_at = key, asked, frame, made_at
        self.shared_at: list[tuple[Place, ...]] = []
        self.shared_more = 0


def note_sharing(v: Any) -> None:
    """Remembers that the program got the existing variable `v`."""
    history = v._history
    if history is not None:
        if len(history.shared_at) < SHARED_LIMIT:
            history.shared_at.append(stack(DEPTH))
        else:
            history.shared_more += 1
