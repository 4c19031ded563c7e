"""slim.queues: the threads that fill queues, for a stretch of code."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from ...graph.default_graph import get_collection
from ...graph.graph import GraphKeys
from ...graph.public import public
from ...train.coordinator import Coordinator

_lock = threading.Lock()


@public("contrib.slim.queues.NestedQueueRunnerError")
class NestedQueueRunnerError(Exception):
    """A queue runner was entered inside another."""


@public("contrib.slim.queues.QueueRunners")
@contextlib.contextmanager
def QueueRunners(session: Any) -> Iterator[None]:
    """Starts the graph's queue runners in a session, and stops them at the end.

    Raises:
      NestedQueueRunnerError: they run already, in another such stretch.
    """
    if not _lock.acquire(False):
        raise NestedQueueRunnerError("QueueRunners cannot be nested")
    coordinator = Coordinator()
    threads = []
    try:
        for runner in get_collection(GraphKeys.QUEUE_RUNNERS):
            threads.extend(runner.create_threads(session, coord=coordinator, daemon=True, start=True))
        try:
            yield
        finally:
            coordinator.request_stop()
            coordinator.join(threads, stop_grace_period_secs=120)
    finally:
        _lock.release()
