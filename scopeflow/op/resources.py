"""What a session keeps on the host between runs: queues, readers, lookup tables, iterators, writers."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..graph import errors


class _Waiting(threading.local):
    def __init__(self) -> None:
        self.until: float | None = None


_waiting = _Waiting()


@contextlib.contextmanager
def waiting_at_most(milliseconds: int) -> Iterator[None]:
    """A context in which ops of this thread wait for other threads only so long: see `wait_on`."""
    old, _waiting.until = _waiting.until, time.monotonic() + milliseconds / 1000
    try:
        yield
    finally:
        _waiting.until = old


def wait_on(condition: threading.Condition) -> None:
    """Waits for a condition. Raises DeadlineExceededError when the run's time is up."""
    if _waiting.until is None:
        condition.wait()
    elif not condition.wait(max(0.0, _waiting.until - time.monotonic())):
        raise errors.DeadlineExceededError(None, None, "Timed out waiting for notification")


class Resources:
    """A session's host objects by (kind, container, name).

    Ops that make one find it here when they run again; `close` lets everything that waits inside one give up.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._found: dict[tuple[str, str, str], Any] = {}
        self.closed = False

    def get(self, kind: str, container: str, name: str, make: Callable[[], Any]) -> Any:
        """The object of that kind and name, made if there is none."""
        key = (kind, container, name)
        with self._lock:
            if self.closed:
                raise errors.CancelledError(None, None, "Session has been closed.")
            found = self._found.get(key)
            if found is None:
                found = self._found[key] = make()
            return found

    def all(self, kind: str) -> list[Any]:
        """The objects of a kind."""
        with self._lock:
            return [value for key, value in self._found.items() if key[0] == kind]

    def close(self) -> None:
        """Closes every object that can be closed and forgets all."""
        with self._lock:
            self.closed = True
            found = list(self._found.values())
            self._found.clear()
        for value in found:
            stop = getattr(value, "cancel", None)
            if stop is not None:
                stop()


@dataclass
class Context:
    """What a kernel with a keyword `context` is told: the node it runs for, and the session's host objects and variables."""

    op: Any
    resources: Resources
    store: Any = None
    extra: dict[str, Any] = field(default_factory=dict)

    def own(self, kind: str, make: Callable[[], Any]) -> Any:
        """The object that this node stands for: found by its `container` and `shared_name` attributes, or its own name."""
        attrs = self.op.attrs
        return self.resources.get(kind, attrs.get("container") or "", attrs.get("shared_name") or self.op.name, make)


def handle(value: Any) -> np.ndarray:
    """A host object as the value of a resource tensor."""
    out = np.empty((), object)
    out[()] = value
    return out


def held(array: Any) -> Any:
    """The host object in a resource tensor's value."""
    return array[()] if isinstance(array, np.ndarray) else array
