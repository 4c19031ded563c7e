"""Queues: FIFOQueue, PaddingFIFOQueue, RandomShuffleQueue, PriorityQueue, and the ops on them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes as types
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import get_seed, name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims, TensorShape, as_shape
from ..op.declare import op
from ..op.fold import fold
from ..op.resources import handle as as_handle
from ..op.resources import held
from ..op.shapes import scalar
from .queue_kinds import PaddingQueue, PriorityOrder, Queue, ShuffleQueue

#: an attribute that the reference reads and does not use either
_TIMEOUT: dict[str, Any] = {"timeout_ms": ("int", -1)}


# -- ops ----------------------------------------------------------------------------------
def _no_outputs(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return []


def _components(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [None] * len(attrs["component_types"])


@op(
    "FIFOQueueV2",
    " -> handle: resource",
    attrs={"container": ("str", ""), "shared_name": ("str", "")},
    host=True,
    stateful=True,
    shape=scalar,
)
def fifo_queue_v2(*, component_types: list[dtype], shapes: list[shape] = (), capacity: int = -1, context):  # noqa: F821
    """A queue: first in, first out."""
    return as_handle(context.own("queue", lambda: Queue(_queue_name(context.op), capacity, component_types, shapes)))


@op(
    "PaddingFIFOQueueV2",
    " -> handle: resource",
    attrs={"container": ("str", ""), "shared_name": ("str", "")},
    host=True,
    stateful=True,
    shape=scalar,
)
def padding_fifo_queue_v2(*, component_types: list[dtype], shapes: list[shape] = (), capacity: int = -1, context):  # noqa: F821
    """A queue whose batches are filled up."""
    return as_handle(context.own("queue", lambda: PaddingQueue(_queue_name(context.op), capacity, component_types, shapes)))


@op(
    "RandomShuffleQueueV2",
    " -> handle: resource",
    attrs={"container": ("str", ""), "shared_name": ("str", "")},
    host=True,
    stateful=True,
    shape=scalar,
)
def random_shuffle_queue_v2(
    *,
    component_types: list[dtype],  # noqa: F821
    shapes: list[shape] = (),  # noqa: F821
    capacity: int = -1,
    min_after_dequeue: int = 0,
    seed: int = 0,
    seed2: int = 0,
    context,
):
    """A queue that elements leave in random order."""
    name = _queue_name(context.op)
    return as_handle(context.own("queue", lambda: ShuffleQueue(name, capacity, component_types, shapes, min_after_dequeue, seed, seed2)))


@op(
    "PriorityQueueV2",
    " -> handle: resource",
    attrs={"container": ("str", ""), "shared_name": ("str", "")},
    host=True,
    stateful=True,
    shape=scalar,
)
def priority_queue_v2(*, component_types: list[dtype] = (), shapes: list[shape], capacity: int = -1, context):  # noqa: F821
    """A queue that the element with the smallest first component leaves first."""
    kinds, dims = [types.int64, *component_types], [TensorShape([]), *shapes]
    return as_handle(context.own("queue", lambda: PriorityOrder(_queue_name(context.op), capacity, kinds, dims)))


def _queue_name(node: Operation) -> str:
    return node.attrs.get("shared_name") or node.name


@op(
    "QueueEnqueueV2",
    "handle: resource, components: *Tcomponents -> ",
    attrs=_TIMEOUT,
    blocking=True,
    host=True,
    stateful=True,
    shape=_no_outputs,
)
def queue_enqueue_v2(handle, components):
    """Adds an element, waiting for room."""
    queue = held(handle)
    queue.enqueue(queue.checked(components, many=False))
    return ()


@op(
    "QueueEnqueueManyV2",
    "handle: resource, components: *Tcomponents -> ",
    attrs=_TIMEOUT,
    blocking=True,
    host=True,
    stateful=True,
    shape=_no_outputs,
)
def queue_enqueue_many_v2(handle, components):
    """Adds an element for each row, waiting for room."""
    queue = held(handle)
    queue.enqueue(queue.checked(components, many=True))
    return ()


@op(
    "QueueDequeueV2",
    "handle: resource -> components: *component_types",
    attrs=_TIMEOUT,
    blocking=True,
    host=True,
    stateful=True,
    shape=_components,
)
def queue_dequeue_v2(handle):
    """The next element, waited for."""
    return list(held(handle).dequeue(1)[0])


def _count(n: np.ndarray, queue: Queue) -> int:
    count = int(n)
    if count < 0:
        from ..graph.errors import InvalidArgumentError

        raise InvalidArgumentError(None, None, f"{queue.kind}'s DequeueMany requested {count} < 0 elements")
    queue.batched([])  # says what is wrong before anything is taken
    return count


@op(
    "QueueDequeueManyV2",
    "handle: resource, n: int32 -> components: *component_types",
    attrs=_TIMEOUT,
    blocking=True,
    host=True,
    stateful=True,
    shape=_components,
)
def queue_dequeue_many_v2(handle, n):
    """The next n elements, waited for, as rows."""
    queue = held(handle)
    return queue.batched(queue.dequeue(_count(n, queue)))


@op(
    "QueueDequeueUpToV2",
    "handle: resource, n: int32 -> components: *component_types",
    attrs=_TIMEOUT,
    blocking=True,
    host=True,
    stateful=True,
    shape=_components,
)
def queue_dequeue_up_to_v2(handle, n):
    """The next n elements as rows; fewer, but not none, once the queue is closed."""
    queue = held(handle)
    return queue.batched(queue.dequeue(_count(n, queue), up_to=True))


@op("QueueCloseV2", "handle: resource -> ", host=True, stateful=True, shape=_no_outputs)
def queue_close_v2(handle, *, cancel_pending_enqueues: bool = False):
    """Closes a queue: it takes no more elements."""
    held(handle).close(cancel_pending_enqueues)
    return ()


@op("QueueSizeV2", "handle: resource -> size: int32", host=True, stateful=True, shape=scalar)
def queue_size_v2(handle):
    """How many elements a queue holds."""
    return held(handle).size()


@op("QueueIsClosedV2", "handle: resource -> is_closed: bool", host=True, stateful=True, shape=scalar)
def queue_is_closed_v2(handle):
    """Whether a queue is closed."""
    return held(handle).closed


# -- classes ------------------------------------------------------------------------------
def _as_types(value: Any) -> list[types.DType]:
    return [as_dtype(t) for t in (value if isinstance(value, (list, tuple)) else [value])]


def _as_shapes(value: Any, dtypes: list[types.DType], unknown_ok: bool = False) -> list[TensorShape] | None:
    if value is None:
        return None
    if isinstance(value, (TensorShape, int)) or (isinstance(value, (list, tuple)) and all(isinstance(d, int) for d in value)):
        value = [value]
    if not isinstance(value, (list, tuple)):
        value = [value]
    shapes = [as_shape(s) for s in value]
    if len(dtypes) != len(shapes):
        raise ValueError("Queue shapes must have the same length as dtypes")
    if not unknown_ok and any(not s.is_fully_defined() for s in shapes):
        raise ValueError(f"All shapes must be fully defined: {shapes}")
    return shapes


def _as_names(value: Any, dtypes: list[types.DType]) -> list[str] | None:
    if value is None:
        return None
    names = list(value) if isinstance(value, (list, tuple)) else [value]
    if len(names) != len(dtypes):
        raise ValueError("List of names must have the same length as the list of dtypes")
    return names


@public("QueueBase", "queue.QueueBase", "io.QueueBase")
class QueueBase:
    """A queue in the graph; each element is a tuple of tensors, one a component.

    Args:
      dtypes: the components' types.
      shapes: the components' shapes, or None.
      names: the components' names: then elements go in and come out as dictionaries.
      queue_ref: the queue's handle, a resource tensor.
    """

    def __init__(self, dtypes: list[types.DType], shapes: Any, names: list[str] | None, queue_ref: Tensor):
        self._dtypes = dtypes
        if shapes is not None:
            if len(shapes) != len(dtypes):
                raise ValueError(f"Queue shapes must have the same length as dtypes, received {len(shapes)} shapes, {len(dtypes)} dtypes")
            self._shapes = [TensorShape(s) for s in shapes]
        else:
            self._shapes = [TensorShape(None) for _ in dtypes]
        if names is not None:
            if len(names) != len(dtypes):
                raise ValueError(f"Queue names must have the same length as dtypes, received {len(names)} names, {len(dtypes)} dtypes")
            self._names: list[str] | None = names
        else:
            self._names = None
        self._queue_ref = queue_ref
        self._name = queue_ref.op.name.split("/")[-1]

    @staticmethod
    def from_list(index: Any, queues: Sequence[QueueBase]) -> QueueBase:
        """The queue of `queues` at the position that the int32 scalar tensor `index` holds when it is used."""
        from .gathering import gather
        from .packing import stack

        if not queues or not isinstance(queues, list) or not all(isinstance(q, QueueBase) for q in queues):
            raise TypeError("A list of queues expected")
        dtypes = queues[0].dtypes
        if not all(dtypes == q.dtypes for q in queues[1:]):
            raise TypeError("Queues do not have matching component dtypes.")
        names = queues[0].names
        if not all(names == q.names for q in queues[1:]):
            raise TypeError("Queues do not have matching component names.")
        shapes = []
        for several in zip(*(q.shapes for q in queues)):
            first = several[0]
            shapes.append(first if all(s.is_compatible_with(first) and s._dims == first._dims for s in several) else TensorShape(None))
        chosen = gather(stack([q.queue_ref for q in queues]), index)
        return QueueBase(dtypes, shapes, names, chosen)

    @property
    def queue_ref(self) -> Tensor:
        """The handle."""
        return self._queue_ref

    @property
    def name(self) -> str:
        """The name of the node that makes the queue."""
        return self._queue_ref.op.name

    @property
    def dtypes(self) -> list[types.DType]:
        """The components' types."""
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        """The components' shapes."""
        return self._shapes

    @property
    def names(self) -> list[str] | None:
        """The components' names, or None."""
        return self._names

    def _values(self, vals: Any) -> list[Any]:
        """What was given for an element, one value a component, in order."""
        if isinstance(vals, dict):
            if not self._names:
                raise ValueError("Queue must have names to enqueue a dictionary")
            if sorted(self._names, key=str) != sorted(vals.keys(), key=str):
                raise ValueError(
                    "Keys in dictionary to enqueue do not match names of Queue.  "
                    f"Dictionary: ({sorted(vals.keys())}), Queue: ({sorted(self._names)})"
                )
            return [vals[k] for k in self._names]
        if self._names:
            raise ValueError("You must enqueue a dictionary in a Queue with names")
        return list(vals) if isinstance(vals, (list, tuple)) else [vals]

    def _converted(self, values: list[Any]) -> list[Tensor]:
        if len(values) != len(self._dtypes):
            raise ValueError(f"enqueue: {len(self._dtypes)} components expected, got {len(values)}")
        return [convert_to_tensor(v, dtype=t, name=f"component_{i}") for i, (v, t) in enumerate(zip(values, self._dtypes))]

    def enqueue(self, vals: Any, name: str | None = None) -> Operation:
        """An op that adds one element: a tensor, a list of them, or a dictionary if the components have names. It waits for room."""
        values = self._values(vals)
        with name_scope(name, f"{self._name}_enqueue", values) as scope:
            tensors = self._converted(values)
            for t, s in zip(tensors, self._shapes):
                t.get_shape().assert_is_compatible_with(s)
            return queue_enqueue_v2(self._queue_ref, tensors, name=scope)

    def enqueue_many(self, vals: Any, name: str | None = None) -> Operation:
        """An op that adds as many elements as the tensors have rows."""
        values = self._values(vals)
        with name_scope(name, f"{self._name}_EnqueueMany", values) as scope:
            tensors = self._converted(values)
            count = tensors[0].get_shape().with_rank_at_least(1)[0]
            for t, s in zip(tensors, self._shapes):
                count = count.merge_with(t.get_shape().with_rank_at_least(1)[0])
                t.get_shape()[1:].assert_is_compatible_with(s)
            return queue_enqueue_many_v2(self._queue_ref, tensors, name=scope)

    def _returned(self, tensors: list[Tensor]) -> Any:
        if self._names:
            return dict(zip(self._names, tensors))
        return tensors[0] if len(tensors) == 1 else tensors

    def dequeue(self, name: str | None = None) -> Any:
        """The next element: a tensor, a list of them, or a dictionary if the components have names. Its run waits for one."""
        out = queue_dequeue_v2(self._queue_ref, component_types=self._dtypes, name=name or f"{self._name}_Dequeue")
        for t, s in zip(out, self._shapes):
            t.set_shape(s)
        return self._returned(out)

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """The next `n` elements, as rows."""
        out = queue_dequeue_many_v2(self._queue_ref, n, component_types=self._dtypes, name=name or f"{self._name}_DequeueMany")
        rows = fold(out[0].op.inputs[1])
        for t, s in zip(out, self._shapes):
            t.set_shape(TensorShape([None if rows is None else int(rows)]).concatenate(s))
        return self._returned(out)

    def dequeue_up_to(self, n: Any, name: str | None = None) -> Any:
        """The next `n` elements, as rows; what is left, if less, once the queue is closed."""
        out = queue_dequeue_up_to_v2(self._queue_ref, n, component_types=self._dtypes, name=name or f"{self._name}_DequeueUpTo")
        for t, s in zip(out, self._shapes):
            t.set_shape(TensorShape([None]).concatenate(s))
        return self._returned(out)

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Operation:
        """An op that closes the queue; with `cancel_pending_enqueues`, enqueues that wait for room fail."""
        return queue_close_v2(self._queue_ref, cancel_pending_enqueues=cancel_pending_enqueues, name=name or f"{self._name}_Close")

    def is_closed(self, name: str | None = None) -> Tensor:
        """Whether the queue is closed, a bool scalar."""
        return queue_is_closed_v2(self._queue_ref, name=name or f"{self._name}_Is_Closed")

    def size(self, name: str | None = None) -> Tensor:
        """How many elements are in it, an int32 scalar."""
        return queue_size_v2(self._queue_ref, name=name or f"{self._name}_Size")


def _given(dtypes: Any, shapes: Any, names: Any, unknown_ok: bool = False) -> tuple[list[types.DType], Any, Any]:
    kinds = _as_types(dtypes)
    return kinds, _as_shapes(shapes, kinds, unknown_ok), _as_names(names, kinds)


@public("FIFOQueue", "queue.FIFOQueue")
class FIFOQueue(QueueBase):
    """A queue whose elements leave in the order they came.

    Args:
      capacity: how many elements fit in; enqueues wait for room.
      dtypes, shapes, names: of the components.
      shared_name: queues of the same name are one in a session.
    """

    def __init__(
        self, capacity: int, dtypes: Any, shapes: Any = None, names: Any = None, shared_name: str | None = None, name: str = "fifo_queue"
    ):
        kinds, dims, names = _given(dtypes, shapes, names)
        made = fifo_queue_v2(component_types=kinds, shapes=dims or [], capacity=capacity, shared_name=shared_name or "", name=name)
        super().__init__(kinds, dims, names, made)


@public("PaddingFIFOQueue", "queue.PaddingFIFOQueue", "io.PaddingFIFOQueue")
class PaddingFIFOQueue(QueueBase):
    """A FIFOQueue of elements of different sizes: `shapes` may have unknown dimensions, and batches are filled up along those."""

    def __init__(
        self, capacity: int, dtypes: Any, shapes: Any, names: Any = None, shared_name: str | None = None, name: str = "padding_fifo_queue"
    ):
        kinds, dims, names = _given(dtypes, shapes, names, unknown_ok=True)
        if len(kinds) != len(dims or []):
            raise ValueError(f"Shapes must be provided for all components, but received {len(kinds)} dtypes and {len(dims or [])} shapes.")
        made = padding_fifo_queue_v2(component_types=kinds, shapes=dims, capacity=capacity, shared_name=shared_name or "", name=name)
        super().__init__(kinds, dims, names, made)


@public("RandomShuffleQueue", "queue.RandomShuffleQueue", "io.RandomShuffleQueue")
class RandomShuffleQueue(QueueBase):
    """A queue that elements leave in random order.

    Args:
      capacity: how many elements fit in.
      min_after_dequeue: how many stay behind, so that the order is random enough, until the queue is closed.
      dtypes, shapes, names: of the components.
      seed: an op seed.
    """

    def __init__(
        self,
        capacity: int,
        min_after_dequeue: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ):
        kinds, dims, names = _given(dtypes, shapes, names)
        first, second = get_seed(seed)
        if first is None and second is None:
            first, second = 0, 0
        elif seed is None and shared_name is not None:
            # Queues that are one must draw alike.
            second = int(hashlib.md5((str(first) + shared_name).encode()).hexdigest()[:8], 16) & 0x7FFFFFFF
        made = random_shuffle_queue_v2(
            component_types=kinds,
            shapes=dims or [],
            capacity=capacity,
            min_after_dequeue=min_after_dequeue,
            shared_name=shared_name or "",
            seed=first,
            seed2=second,
            name=name,
        )
        super().__init__(kinds, dims, names, made)


@public("PriorityQueue", "queue.PriorityQueue", "io.PriorityQueue")
class PriorityQueue(QueueBase):
    """A queue that the element with the smallest priority leaves first; the priority is a first component, an int64 scalar."""

    def __init__(
        self, capacity: int, types: Any, shapes: Any = None, names: Any = None, shared_name: str | None = None, name: str = "priority_queue"
    ):
        kinds = _as_types(types)
        dims = _as_shapes(shapes, kinds)
        made = priority_queue_v2(component_types=kinds, shapes=dims or [], capacity=capacity, shared_name=shared_name or "", name=name)
        all_kinds = [as_dtype("int64"), *kinds]
        super().__init__(all_kinds, [TensorShape([]), *dims] if dims else dims, _as_names(names, all_kinds), made)
