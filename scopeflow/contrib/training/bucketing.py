"""Buckets: examples wait in the queue of their bucket until it holds a batch of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph import dtypes, nest
from ...graph.constant_value import constant_value
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.errors import CancelledError, OutOfRangeError
from ...graph.public import TABLE, public
from ...graph.tensor_shape import TensorShape
from ...ops import summaries
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.elementwise import equal, less, less_equal, logical_and
from ...ops.flow import group, no_op
from ...ops.queues import FIFOQueue, PaddingFIFOQueue
from ...ops.reduction import reduce_min
from ...train.input import (
    as_tensors,
    in_form_of,
    in_order,
    keep_tensor,
    queue_shapes,
    queue_types,
    with_restored_sparse,
    with_stored_sparse,
)
from ...train.queue_runner import QueueRunner, add_queue_runner

#: what tells the threads of a queue that no more comes
_ENDS = (OutOfRangeError, CancelledError)


def _batch_sizes(batch_size: Any, num_buckets: int) -> list[Any]:
    if not isinstance(batch_size, (list, tuple)):
        return [batch_size] * num_buckets
    if len(batch_size) != num_buckets:
        raise ValueError("If batch_size is a list it must have num_buckets elements")
    return list(batch_size)


@public("contrib.training.bucket")
def bucket(
    tensors: Any,
    which_bucket: Any,
    batch_size: Any,
    num_buckets: int,
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Any = None,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: Any = True,
    shared_name: str | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(the number of a bucket, a batch of its examples).

    Args:
      tensors: one example, a list or a dictionary.
      which_bucket: its bucket, an int32 scalar.
      batch_size: of all buckets, or a list with one for each.
      bucket_capacities: how many examples the queues of the buckets hold, by default `capacity`.
      shapes, dynamic_pad, allow_smaller_final_batch: as of `tf.train.batch`.
      keep_input: whether the example counts, a bool scalar.
    """
    flat = in_order(tensors)
    with name_scope(name, "bucket", flat):
        if not flat:
            raise ValueError("Expected at least one tensor in bucket().")
        flat = as_tensors(flat)
        if bucket_capacities is None:
            bucket_capacities = [capacity] * num_buckets
        if len(bucket_capacities) != num_buckets:
            raise ValueError(f"The list bucket_capacities ({bucket_capacities}) must have exactly num_buckets ({num_buckets}) elements.")
        sizes = _batch_sizes(batch_size, num_buckets)
        keep = keep_tensor(keep_input, False)
        flat, info = with_stored_sparse(flat, False, keep)
        sizes = [convert_to_tensor(s, dtype=dtypes.int32, name="batch_size") for s in sizes]
        known = [constant_value(s) for s in sizes]
        sizes = [s if value is None else int(value) for s, value in zip(sizes, known)]
        is_one = known[0] is not None and all(value == known[0] for value in known)
        static_size = int(known[0]) if is_one and not allow_smaller_final_batch else None
        types = queue_types([flat])
        dims = queue_shapes([flat], shapes, False)
        make = PaddingFIFOQueue if dynamic_pad else FIFOQueue
        queues = [
            make(
                capacity=bucket_capacities[i],
                dtypes=types,
                shapes=dims,
                shared_name=None if shared_name is None else f"{shared_name}_{i}",
                name=f"bucket_queue_{i}",
            )
            for i in range(num_buckets)
        ]
        batched = [TensorShape([static_size]).concatenate(d) for d in dims]
        top = PaddingFIFOQueue(
            capacity=capacity, dtypes=[dtypes.int32, *types], shapes=[TensorShape([]), *batched], shared_name=shared_name, name="top_queue"
        )

        def enqueue() -> Any:
            return group(
                *[cond(equal(which_bucket, i), lambda q=queue: q.enqueue(flat), no_op) for i, queue in enumerate(queues)],
                name="group_enqueues",
            )

        is_kept = constant_value(keep)
        if is_kept is None:
            fill = cond(keep, enqueue, no_op)
        else:
            fill = enqueue() if is_kept else no_op()
        moves = []
        for i, queue in enumerate(queues):
            number = constant(i)
            read = queue.dequeue_up_to if allow_smaller_final_batch else queue.dequeue_many
            found = read(sizes[i], name=f"read_bucket_{i}")
            found = list(found) if isinstance(found, (list, tuple)) else [found]
            moves.append(top.enqueue([number, *found], name=f"enqueue_from_bucket_{i}"))
        add_queue_runner(
            QueueRunner(queues[0], moves, top.close(), top.close(cancel_pending_enqueues=True), queue_closed_exception_types=_ENDS)
        )
        add_queue_runner(
            QueueRunner(
                top,
                [fill] * num_threads,
                group(*[q.close() for q in queues]),
                group(*[q.close(cancel_pending_enqueues=True) for q in queues]),
                queue_closed_exception_types=_ENDS,
            )
        )
        for queue in queues:
            summaries.scalar(f"bucket/{queue.name}/size", cast(top.size(), dtypes.float32))
        summaries.scalar(f"bucket/{top.name}/fraction_of_{capacity}_full", cast(top.size(), dtypes.float32) * (1.0 / capacity))
        which, *found = top.dequeue(name="dequeue_top")
        return which, in_form_of(tensors, with_restored_sparse(found, info))


@public("contrib.training.bucket_by_sequence_length")
def bucket_by_sequence_length(
    input_length: Any,
    tensors: Any,
    batch_size: Any,
    bucket_boundaries: Sequence[int],
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Any = None,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: Any = True,
    shared_name: str | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(lengths, a batch of examples of similar length).

    Args:
      input_length: the example's length, an int32 scalar.
      tensors: the example, a list or a dictionary.
      bucket_boundaries: increasing lengths; a bucket takes those from one to below the next.
      batch_size and the rest: as of `bucket`, for one bucket more than there are boundaries.

    Raises:
      TypeError: boundaries that are no list of integers; ValueError: none, or such as do not increase.
    """
    if not isinstance(bucket_boundaries, (list, tuple)):
        raise TypeError(f"bucket_boundaries must be a list or tuple, but received: {bucket_boundaries}")
    if not bucket_boundaries:
        raise ValueError("bucket_boundaries must not be empty")
    for low, high in zip(bucket_boundaries[:-1], bucket_boundaries[1:]):
        if not isinstance(low, int) or not isinstance(high, int):
            raise TypeError(f"bucket boundaries must be integers, but saw: {low} and {high}")
        if low >= high:
            raise ValueError(f"Buckets must contain sequential increasing lengths, but saw: {low} before {high}")
    flat = nest.flatten(tensors)
    with name_scope(name, "bucket_by_sequence_length", [input_length, *flat]):
        input_length = convert_to_tensor(input_length, dtype=dtypes.int32, name="input_length")
        if shapes is not None:
            shapes = [TensorShape([]), *shapes]
        limits = np.iinfo(np.int32)
        lowest, highest = [limits.min, *bucket_boundaries], [*bucket_boundaries, limits.max]
        is_inside = logical_and(less_equal(lowest, input_length), less(input_length, highest))
        which = cast(reduce_min(TABLE["where"](is_inside)), dtypes.int32)
        _, found = bucket(
            tensors=[input_length, *flat],
            which_bucket=which,
            batch_size=batch_size,
            num_buckets=len(bucket_boundaries) + 1,
            num_threads=num_threads,
            capacity=capacity,
            bucket_capacities=bucket_capacities,
            shapes=shapes,
            dynamic_pad=dynamic_pad,
            allow_smaller_final_batch=allow_smaller_final_batch,
            keep_input=keep_input,
            shared_name=shared_name,
        )
        return found[0], nest.pack_sequence_as(tensors, found[1:])
