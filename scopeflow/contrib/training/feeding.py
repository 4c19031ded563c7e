"""A QueueRunner whose threads feed what Python functions give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from ...graph.public import public
from ...train.queue_runner import QueueRunner


@public("contrib.training.FeedingQueueRunner")
class FeedingQueueRunner(QueueRunner):
    """A QueueRunner that runs each enqueue op with what its function gives to feed.

    Args:
      feed_fns: one function for each enqueue op; it returns a feed_dict, and raises when there is no more.

    Raises:
      ValueError: another number of functions than of enqueue ops.
    """

    def __init__(
        self,
        queue: Any = None,
        enqueue_ops: Any = None,
        close_op: Any = None,
        cancel_op: Any = None,
        feed_fns: list[Callable[[], dict[Any, Any]]] | None = None,
        queue_closed_exception_types: Any = None,
    ):
        super().__init__(queue, enqueue_ops, close_op, cancel_op, queue_closed_exception_types)
        if feed_fns is None:
            feed_fns = [dict for _ in enqueue_ops]
        elif len(feed_fns) != len(enqueue_ops):
            raise ValueError("If feed_fns is not None, it must have the same length as enqueue_ops.")
        self._feed_fns = feed_fns

    def _step(self, sess: Any, which: int) -> Callable[[], Any]:
        op, feed = self._enqueue_ops[which], self._feed_fns[which]
        return lambda: sess.run(op, feed_dict=feed())

    def to_proto(self, export_scope: str | None = None) -> NoReturn:
        """Functions cannot be written in a graph."""
        raise NotImplementedError("_FeedingQueueRunner does not support serialization to proto.")
