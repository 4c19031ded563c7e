"""slim.prefetch_queue: a queue that computes tensors ahead of their use."""

from __future__ import annotations

from typing import Any

from ...graph.default_graph import name_scope
from ...graph.public import TABLE, public
from ...ops.casting import cast
from ...train.queue_runner import QueueRunner, add_queue_runner


@public("contrib.slim.prefetch_queue.prefetch_queue")
def prefetch_queue(
    tensors: Any,
    capacity: int = 8,
    num_threads: int = 1,
    dynamic_pad: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """A queue of values of `tensors`, filled by threads; its `dequeue` gives a list or dict as `tensors` is.

    Args:
      tensors: a list or dict of tensors.
      capacity: how many are kept.
      num_threads: how many threads fill it.
      dynamic_pad: whether shapes may have unknown sizes.
      shared_name: of the queue.
      name: name scope; "prefetch_queue" if None.

    Raises:
      ValueError: a shape is not fully known, without `dynamic_pad`.
    """
    if isinstance(tensors, dict):
        names = sorted(tensors)
        values = [tensors[n] for n in names]
    else:
        names, values = None, list(tensors)
    with name_scope(name, "prefetch_queue", values):
        types, shapes = [t.dtype for t in values], [t.get_shape() for t in values]
        make = TABLE["PaddingFIFOQueue" if dynamic_pad else "FIFOQueue"]
        queue = make(capacity=capacity, dtypes=types, shapes=shapes, names=names, shared_name=shared_name)
        enqueue = queue.enqueue(tensors if names else values)
        add_queue_runner(QueueRunner(queue, [enqueue] * num_threads))
        TABLE["summary.scalar"](f"fraction_of_{capacity}_full", cast(queue.size(), TABLE["float32"]) * (1.0 / capacity))
        return queue
