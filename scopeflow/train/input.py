"""Batches of what reading threads give: batch, shuffle_batch, and their kin. See producers.py for what threads read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.constant_value import constant_value
from ..graph.conversion import constant, convert_to_tensor, convert_to_tensor_or_indexed_slices
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops import summaries
from ..ops.casting import cast
from ..ops.control_flow import cond
from ..ops.elementwise import maximum
from ..ops.flow import no_op, with_dependencies
from ..ops.queues import FIFOQueue, PaddingFIFOQueue, QueueBase, RandomShuffleQueue
from .queue_runner import QueueRunner, add_queue_runner


# -- batches ---------------------------------------------------------------------------------
def in_order(tensors: Any) -> list[Any]:
    if isinstance(tensors, dict):
        return [tensors[k] for k in sorted(tensors)]
    return list(tensors)


def in_form_of(original: Any, flat: Any) -> Any:
    """What was dequeued, in the form of what was given."""
    flat = list(flat) if isinstance(flat, (list, tuple)) else [flat]
    if isinstance(original, dict):
        return dict(zip(sorted(original), flat))
    return flat[0] if len(flat) == 1 else flat


def as_tensors(tensors: Sequence[Any]) -> list[Any]:
    tensors = [t if isinstance(t, SparseTensor) else convert_to_tensor_or_indexed_slices(t) for t in tensors]
    if not tensors:
        raise ValueError("Expected at least one tensor in batch().")
    return tensors


def _validated_join(lists: Sequence[Sequence[Any]]) -> list[list[Any]]:
    out = [as_tensors(tensors) for tensors in lists]
    if not out:
        raise ValueError("Expected at least one input in batch_join().")
    return out


def keep_tensor(keep_input: Any, enqueue_many: bool) -> Tensor:
    keep = convert_to_tensor(keep_input)
    if keep.shape.ndims is None:
        raise ValueError("`keep_input` dimensions must be known at graph construction.")
    if not enqueue_many and keep.shape.ndims == 1:
        raise ValueError("`keep_input` cannot be a vector when `enqueue_many=False`.")
    if keep.shape.ndims > 1:
        raise ValueError("`keep_input` must be 0 or 1 dimensions.")
    return keep


def queue_types(lists: Sequence[Sequence[Tensor]]) -> list[dtypes.DType]:
    types = [t.dtype.base_dtype for t in lists[0]]
    for other in lists[1:]:
        if [t.dtype.base_dtype for t in other] != types:
            raise TypeError(
                f"Expected types to be consistent: {', '.join(t.name for t in types)} vs {', '.join(t.dtype.name for t in other)}."
            )
    return types


def _merged(shapes: Sequence[Any], enqueue_many: bool) -> list[int | None] | None:
    merged = as_shape(shapes[0])
    if enqueue_many:
        merged = merged.with_rank_at_least(1)[1:]
    for s in shapes[1:]:
        s = as_shape(s)
        if enqueue_many:
            s = s.with_rank_at_least(1)[1:]
        # Where they differ, unknown.
        if merged._dims is None or s._dims is None or len(merged._dims) != len(s._dims):
            merged = TensorShape(None)
        else:
            merged = TensorShape([a if a == b else None for a, b in zip(merged._dims, s._dims)])
    return merged.as_list() if merged._dims is not None else None


def queue_shapes(lists: Sequence[Sequence[Tensor]], shapes: Any, enqueue_many: bool) -> list[Any]:
    if shapes is not None:
        return shapes
    for tensors in lists:
        for t in tensors:
            if t.get_shape().ndims is None:
                raise ValueError(f"Cannot infer Tensor's rank: {t}" if t.shape.ndims is None else f"Cannot infer Tensor's shape: {t}")
    return [_merged([tensors[i].shape for tensors in lists], enqueue_many) for i in range(len(lists[0]))]


def _selected(tensors: Sequence[Tensor], keep: Tensor) -> list[Tensor]:
    which = cast(keep, dtypes.int32)
    return [TABLE["dynamic_partition"](t, which, num_partitions=2)[1] for t in tensors]


def _enqueue_op(queue: QueueBase, tensors: Sequence[Tensor], enqueue_many: bool, keep: Tensor) -> Any:
    add = queue.enqueue_many if enqueue_many else queue.enqueue
    if keep.shape.ndims == 1:
        return add(_selected(tensors, keep))
    known = constant_value(keep)
    if known is None:
        return cond(keep, lambda: add(tensors), no_op)
    return add(tensors) if known else no_op()


# -- sparse tensors, which travel through queues as handles ------------------------------------
class _Sparse:
    """What is needed to get a sparse tensor back from its handles: None for a dense tensor."""

    def __init__(self, map_op: Any, rank: int | None):
        self.map_op, self.rank = map_op, rank


def with_stored_sparse(tensors: Sequence[Any], enqueue_many: bool, keep: Tensor) -> tuple[list[Tensor], list[_Sparse | None]]:
    if not any(isinstance(t, SparseTensor) for t in tensors):
        return list(tensors), [None] * len(tensors)
    from ..ops.sparse_maps import add_many_sparse_to_map, add_sparse_to_map

    out: list[Tensor] = []
    info: list[_Sparse | None] = []
    for t in tensors:
        if not isinstance(t, SparseTensor):
            out.append(t)
            info.append(None)
            continue
        rank = t.shape.with_rank_at_least(1 if enqueue_many else 0).ndims
        store = add_many_sparse_to_map if enqueue_many else add_sparse_to_map

        def put(t: SparseTensor = t, store: Any = store) -> Tensor:
            return store(t)

        known = constant_value(keep) if keep.shape.ndims == 0 else True
        if keep.shape.ndims == 1:
            raise NotImplementedError("maybe_batch of sparse tensors with a vector keep_input is not in scopeflow.")
        handle = put() if known else cond(keep, put, lambda: constant(-1, dtypes.int64))
        # Shape [1] (or [?, 1]): something for a batch to stack.
        out.append(TABLE["expand_dims"](handle, [-1]))
        info.append(_Sparse(handle.op, rank if enqueue_many or rank is None else rank + 1))
    return out, info


def with_restored_sparse(dequeued: Any, info: Sequence[_Sparse | None]) -> list[Any]:
    from ..ops.sparse_maps import take_many_sparse_from_map

    flat = list(dequeued) if isinstance(dequeued, (list, tuple)) else [dequeued]
    if not any(info):
        return flat
    out: list[Any] = [t if s is None else take_many_sparse_from_map(s.map_op, TABLE["squeeze"](t, [1]), s.rank) for t, s in zip(flat, info)]
    # Whoever uses one takes all out of the map.
    values = [t.values if isinstance(t, SparseTensor) else t for t in out]
    ensured: list[Any] = []
    for t in out:
        if isinstance(t, SparseTensor):
            ensured.append(SparseTensor(*(with_dependencies(values, x) for x in (t.indices, t.values, t.dense_shape))))
        else:
            ensured.append(with_dependencies(values, t))
    return ensured if isinstance(dequeued, (list, tuple)) else out


def dequeued_batch(queue: QueueBase, batch_size: Any, smaller: bool, name: str, info: Sequence[_Sparse | None]) -> list[Any]:
    out = queue.dequeue_up_to(batch_size, name=name) if smaller else queue.dequeue_many(batch_size, name=name)
    return with_restored_sparse(out, info)


def _batch(
    tensors: Any,
    batch_size: Any,
    keep_input: Any,
    num_threads: int,
    capacity: int,
    enqueue_many: bool,
    shapes: Any,
    dynamic_pad: bool,
    smaller: bool,
    shared_name: str | None,
    name: str | None,
) -> Any:
    flat = in_order(tensors)
    with name_scope(name, "batch", [*flat, keep_input]) as scope:
        flat = as_tensors(flat)
        keep = keep_tensor(keep_input, enqueue_many)
        flat, info = with_stored_sparse(flat, enqueue_many, keep)
        dims = queue_shapes([flat], shapes, enqueue_many)
        make = PaddingFIFOQueue if dynamic_pad else FIFOQueue
        queue = make(capacity=capacity, dtypes=queue_types([flat]), shapes=dims, shared_name=shared_name)
        op = _enqueue_op(queue, flat, enqueue_many, keep)
        add_queue_runner(QueueRunner(queue, [op] * num_threads))
        summaries.scalar(f"fraction_of_{capacity}_full", cast(queue.size(), dtypes.float32) * (1.0 / capacity))
        return in_form_of(tensors, dequeued_batch(queue, batch_size, smaller, scope, info))


def _batch_join(
    tensors_list: Any,
    batch_size: Any,
    keep_input: Any,
    capacity: int,
    enqueue_many: bool,
    shapes: Any,
    dynamic_pad: bool,
    smaller: bool,
    shared_name: str | None,
    name: str | None,
) -> Any:
    lists = [in_order(t) for t in tensors_list]
    with name_scope(name, "batch_join", [*(t for one in lists for t in one), keep_input]) as scope:
        lists = _validated_join(lists)
        keep = keep_tensor(keep_input, enqueue_many)
        stored = [with_stored_sparse(one, enqueue_many, keep) for one in lists]
        lists, info = [s[0] for s in stored], stored[0][1]
        types = queue_types(lists)
        dims = queue_shapes(lists, shapes, enqueue_many)
        make = PaddingFIFOQueue if dynamic_pad else FIFOQueue
        queue = make(capacity=capacity, dtypes=types, shapes=dims, shared_name=shared_name)
        add_queue_runner(QueueRunner(queue, [_enqueue_op(queue, one, enqueue_many, keep) for one in lists]))
        summaries.scalar(f"fraction_of_{capacity}_full", cast(queue.size(), dtypes.float32) * (1.0 / capacity))
        return in_form_of(tensors_list[0], dequeued_batch(queue, batch_size, smaller, scope, info))


def _shuffle_queue(
    lists: list[list[Tensor]], capacity: int, least: int, seed: int | None, shapes: Any, enqueue_many: bool, shared_name: str | None
) -> QueueBase:
    return RandomShuffleQueue(
        capacity=capacity,
        min_after_dequeue=least,
        seed=seed,
        dtypes=queue_types(lists),
        shapes=queue_shapes(lists, shapes, enqueue_many),
        shared_name=shared_name,
    )


def _fullness(queue: QueueBase, capacity: int, least: int) -> None:
    full = cast(maximum(0, queue.size() - least), dtypes.float32) * (1.0 / (capacity - least))
    # The name says what 1 means.
    summaries.scalar(f"fraction_over_{least}_of_{capacity - least}_full", full)


def _shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    num_threads: int,
    seed: int | None,
    enqueue_many: bool,
    shapes: Any,
    smaller: bool,
    shared_name: str | None,
    name: str | None,
) -> Any:
    flat = in_order(tensors)
    with name_scope(name, "shuffle_batch", [*flat, keep_input]) as scope:
        if capacity <= min_after_dequeue:
            raise ValueError(f"capacity {capacity} must be bigger than min_after_dequeue {min_after_dequeue}.")
        flat = as_tensors(flat)
        keep = keep_tensor(keep_input, enqueue_many)
        flat, info = with_stored_sparse(flat, enqueue_many, keep)
        queue = _shuffle_queue([flat], capacity, min_after_dequeue, seed, shapes, enqueue_many, shared_name)
        op = _enqueue_op(queue, flat, enqueue_many, keep)
        add_queue_runner(QueueRunner(queue, [op] * num_threads))
        _fullness(queue, capacity, min_after_dequeue)
        return in_form_of(tensors, dequeued_batch(queue, batch_size, smaller, scope, info))


def _shuffle_batch_join(
    tensors_list: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    seed: int | None,
    enqueue_many: bool,
    shapes: Any,
    smaller: bool,
    shared_name: str | None,
    name: str | None,
) -> Any:
    lists = [in_order(t) for t in tensors_list]
    with name_scope(name, "shuffle_batch_join", [*(t for one in lists for t in one), keep_input]) as scope:
        lists = _validated_join(lists)
        keep = keep_tensor(keep_input, enqueue_many)
        stored = [with_stored_sparse(one, enqueue_many, keep) for one in lists]
        lists, info = [s[0] for s in stored], stored[0][1]
        queue = _shuffle_queue(lists, capacity, min_after_dequeue, seed, shapes, enqueue_many, shared_name)
        add_queue_runner(QueueRunner(queue, [_enqueue_op(queue, one, enqueue_many, keep) for one in lists]))
        _fullness(queue, capacity, min_after_dequeue)
        return in_form_of(tensors_list[0], dequeued_batch(queue, batch_size, smaller, scope, info))


@public("train.batch")
def batch(
    tensors: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of what `num_threads` threads compute for `tensors` (a list or a dictionary), through a queue.

    Args:
      enqueue_many: the tensors hold several examples each, one a row.
      shapes: the examples' shapes, by default the tensors'.
      dynamic_pad: the examples differ in size; batches are filled up with zeros.
      allow_smaller_final_batch: the last batch may be smaller.
    """
    return _batch(
        tensors, batch_size, True, num_threads, capacity, enqueue_many, shapes, dynamic_pad, allow_smaller_final_batch, shared_name, name
    )


@public("train.maybe_batch")
def maybe_batch(
    tensors: Any,
    keep_input: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`batch` of the examples for which `keep_input` (a bool scalar, or with `enqueue_many` a vector) is true."""
    return _batch(
        tensors,
        batch_size,
        keep_input,
        num_threads,
        capacity,
        enqueue_many,
        shapes,
        dynamic_pad,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.batch_join")
def batch_join(
    tensors_list: Any,
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`batch` with a thread for each of several lists (or dictionaries) of tensors."""
    return _batch_join(
        tensors_list, batch_size, True, capacity, enqueue_many, shapes, dynamic_pad, allow_smaller_final_batch, shared_name, name
    )


@public("train.maybe_batch_join")
def maybe_batch_join(
    tensors_list: Any,
    keep_input: Any,
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`batch_join` of the examples for which `keep_input` is true."""
    return _batch_join(
        tensors_list, batch_size, keep_input, capacity, enqueue_many, shapes, dynamic_pad, allow_smaller_final_batch, shared_name, name
    )


@public("train.shuffle_batch")
def shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`batch` in random order: examples are drawn from a queue in which at least `min_after_dequeue` stay behind."""
    return _shuffle_batch(
        tensors,
        batch_size,
        capacity,
        min_after_dequeue,
        True,
        num_threads,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.maybe_shuffle_batch")
def maybe_shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`shuffle_batch` of the examples for which `keep_input` is true."""
    return _shuffle_batch(
        tensors,
        batch_size,
        capacity,
        min_after_dequeue,
        keep_input,
        num_threads,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.shuffle_batch_join")
def shuffle_batch_join(
    tensors_list: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`shuffle_batch` with a thread for each of several lists (or dictionaries) of tensors."""
    return _shuffle_batch_join(
        tensors_list,
        batch_size,
        capacity,
        min_after_dequeue,
        True,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.maybe_shuffle_batch_join")
def maybe_shuffle_batch_join(
    tensors_list: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`shuffle_batch_join` of the examples for which `keep_input` is true."""
    return _shuffle_batch_join(
        tensors_list,
        batch_size,
        capacity,
        min_after_dequeue,
        keep_input,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )
