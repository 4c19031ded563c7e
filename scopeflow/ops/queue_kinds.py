"""Queues as a session keeps them: who waits for room and for elements, in which order elements leave, what closing does."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import errors
from ..graph.dtypes import DType
from ..graph.tensor_shape import TensorShape
from ..op.philox import WordStream
from ..op.resources import wait_on

Element = tuple[np.ndarray, ...]
_numbers = itertools.count()


class Queue:
    """First in, first out. An element is a tuple of arrays, one a component.

    `capacity` below 0: no limit. `shapes` is empty if the components' shapes are not given.
    """

    kind = "FIFOQueue"

    def __init__(self, name: str, capacity: int, dtypes: Sequence[DType], shapes: Sequence[TensorShape]):
        self.name = f"_{next(_numbers)}_{name}"
        self.capacity = capacity
        self.dtypes, self.shapes = list(dtypes), [TensorShape(s) for s in shapes]
        self.closed = False
        self._cancelled = self._enqueues_cancelled = False
        self._changed = threading.Condition()
        # One thread at a time collects elements, and one adds them, so that batches are not torn between threads.
        self._takers: deque[object] = deque()
        self._givers: deque[object] = deque()
        self._start()

    # -- how elements are kept ----------------------------------------------------------
    def _start(self) -> None:
        self._elements: deque[Element] = deque()

    def _add(self, element: Element) -> None:
        self._elements.append(element)

    def _take(self) -> Element:
        return self._elements.popleft()

    def _restore(self, elements: list[Element]) -> None:
        self._elements.extendleft(reversed(elements))

    def _available(self) -> int:
        return len(self._elements)

    def size(self) -> int:
        """How many elements there are now."""
        with self._changed:
            return len(self._elements)

    # -- what callers use ----------------------------------------------------------------
    def enqueue(self, elements: list[Element]) -> None:
        """Adds the elements, waiting for room.

        Raises:
          CancelledError: the queue is closed, or was closed with pending enqueues cancelled.
        """
        me = object()
        left = deque(elements)
        with self._changed:
            if self.closed:
                raise self._is_closed()
            self._givers.append(me)
            try:
                while left:
                    if self._cancelled or self._enqueues_cancelled:
                        raise errors.CancelledError(None, None, "Enqueue operation was cancelled")
                    if self._givers[0] is me and (self.capacity < 0 or len(self._elements) < self.capacity):
                        self._add(left.popleft())
                        self._changed.notify_all()
                        continue
                    wait_on(self._changed)
            finally:
                self._givers.remove(me)
                self._changed.notify_all()

    def dequeue(self, count: int, up_to: bool = False) -> list[Element]:
        """The next `count` elements, waited for; with `up_to`, fewer (not none) once the queue is closed.

        Raises:
          OutOfRangeError: the queue is closed and holds too few. It keeps those.
          CancelledError: the session was closed.
        """
        me = object()
        taken: list[Element] = []
        with self._changed:
            self._takers.append(me)
            try:
                while len(taken) < count:
                    if self._cancelled:
                        raise errors.CancelledError(None, None, "Dequeue operation was cancelled")
                    if self._takers[0] is me:
                        if self._available() > 0:
                            taken.append(self._take())
                            self._changed.notify_all()
                            continue
                        if self.closed and not self._givers:
                            if up_to and taken:
                                break
                            raise errors.OutOfRangeError(
                                None,
                                None,
                                f"{self.kind} '{self.name}' is closed and has insufficient elements (requested {count}, "
                                f"current size {len(taken) + len(self._elements)})",
                            )
                    wait_on(self._changed)
                out, taken = taken, []
                return out
            finally:
                if taken:
                    self._restore(taken)
                self._takers.remove(me)
                self._changed.notify_all()

    def peek(self, index: int) -> Element:
        """The element at a position, waited for; it stays."""
        with self._changed:
            while len(self._elements) <= index:
                if self._cancelled:
                    raise errors.CancelledError(None, None, "Peek operation was cancelled")
                wait_on(self._changed)
            return self._elements[index]

    def clear(self) -> None:
        """Drops all elements."""
        with self._changed:
            self._elements.clear()
            self._changed.notify_all()

    def close(self, cancel_pending_enqueues: bool = False) -> None:
        """No element is accepted from now on; those that are in it can still be taken."""
        with self._changed:
            if self.closed and not (cancel_pending_enqueues and self._givers):
                return
            self.closed = True
            if cancel_pending_enqueues:
                self._enqueues_cancelled = True
            self._changed.notify_all()

    def cancel(self) -> None:
        """Ends everything that waits here: the session closes."""
        with self._changed:
            self.closed = self._cancelled = True
            self._changed.notify_all()

    def _is_closed(self) -> errors.OpError:
        return errors.CancelledError(None, None, f"{self.kind} '{self.name}' is closed.")

    # -- elements and batches ---------------------------------------------------------------
    def checked(self, components: Sequence[np.ndarray], many: bool) -> list[Element]:
        """The components as elements (one, or with `many` one a row). Raises InvalidArgumentError if shapes do not fit."""
        if len(components) != len(self.dtypes):
            text = f"Wrong number of components in tuple. Expected {len(self.dtypes)}, got {len(components)}"
            raise errors.InvalidArgumentError(None, None, text)
        count = len(components[0]) if many else 1
        for i, array in enumerate(components):
            have = list(array.shape)
            want = (
                [count, *(self.shapes[i]._dims or ())]
                if many and self.shapes
                else list(self.shapes[i]._dims or ())
                if self.shapes
                else None
            )
            if want is None:
                if many and have[0] != count:
                    want = [count, *have[1:]]
                else:
                    continue
            if len(have) != len(want) or any(w is not None and h != w for h, w in zip(have, want)):
                text = f"Shape mismatch in tuple component {i}. Expected {_shown(want)}, got {_shown(have)}"
                raise errors.InvalidArgumentError(None, None, text)
        if many:
            return [tuple(np.array(a[row]) if a.dtype != object else _boxed(a[row]) for a in components) for row in range(count)]
        return [tuple(np.array(a, copy=True) for a in components)]

    def batched(self, elements: list[Element]) -> list[np.ndarray]:
        """Elements as one array a component. Raises InvalidArgumentError where the queue was made without shapes."""
        if not self.shapes or any(not self._fits_batches(s) for s in self.shapes):
            raise errors.InvalidArgumentError(
                None, None, f"{self.kind}'s DequeueMany and DequeueUpTo require the components to have specified shapes."
            )
        if not elements:
            return [np.zeros((0, *(d or 0 for d in s._dims)), t.np_dtype) for s, t in zip(self.shapes, self.dtypes)]
        return [self._stacked([e[i] for e in elements], t) for i, t in enumerate(self.dtypes)]

    @staticmethod
    def _fits_batches(shape: TensorShape) -> bool:
        return shape.is_fully_defined()

    def _stacked(self, arrays: list[np.ndarray], dtype: DType) -> np.ndarray:
        return np.stack(arrays)


def _boxed(value: Any) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value.copy()
    out = np.empty((), object)
    out[()] = value
    return out


def _shown(dims: Sequence[int | None]) -> str:
    return "[" + ",".join("?" if d is None else str(d) for d in dims) + "]"


class PaddingQueue(Queue):
    """First in, first out; a batch is filled up with zeros or empty strings along dimensions that are not known."""

    kind = "PaddingFIFOQueue"

    @staticmethod
    def _fits_batches(shape: TensorShape) -> bool:
        return shape._dims is not None

    def _stacked(self, arrays: list[np.ndarray], dtype: DType) -> np.ndarray:
        return padded_stack(arrays, dtype)


def padded_stack(arrays: Sequence[np.ndarray], dtype: DType, fill: Any = None, shape: Sequence[int | None] | None = None) -> np.ndarray:
    """The arrays, all of one rank, as rows of one, each filled up to the longest along each dimension (or to `shape`)."""
    sizes = [max(s) for s in zip(*(a.shape for a in arrays))]
    if shape is not None:
        sizes = [n if want is None else want for n, want in zip(sizes, shape)]
    if fill is None:
        fill = b"" if dtype.np_dtype.kind == "O" else 0
    out = np.full((len(arrays), *sizes), fill, dtype.np_dtype)
    for row, a in enumerate(arrays):
        out[(row, *(slice(n) for n in a.shape))] = a
    return out


class ShuffleQueue(Queue):
    """Elements leave in random order; at least `min_after_dequeue` stay behind until the queue is closed."""

    kind = "RandomShuffleQueue"

    def __init__(self, name: str, capacity: int, dtypes: Any, shapes: Any, min_after_dequeue: int, seed: int, seed2: int):
        self._kept = min_after_dequeue
        self._words = WordStream(seed, seed2)
        super().__init__(name, capacity, dtypes, shapes)

    def _start(self) -> None:
        self._elements: list[Element] = []  # type: ignore[assignment]

    def _take(self) -> Element:
        at = self._words.below(len(self._elements))
        out = self._elements[at]
        last = self._elements.pop()
        if at < len(self._elements):
            self._elements[at] = last
        return out

    def _restore(self, elements: list[Element]) -> None:
        self._elements.extend(elements)

    def _available(self) -> int:
        return len(self._elements) if self.closed else len(self._elements) - self._kept


class PriorityOrder(Queue):
    """The element with the smallest first component, an int64, leaves first; among equals, the one that came first."""

    kind = "PriorityQueue"

    def _start(self) -> None:
        self._elements: list[Any] = []  # type: ignore[assignment]
        self._count = itertools.count()

    def _add(self, element: Element) -> None:
        heapq.heappush(self._elements, (int(element[0]), next(self._count), element))

    def _take(self) -> Element:
        return heapq.heappop(self._elements)[2]

    def _restore(self, elements: list[Element]) -> None:
        for element in elements:
            self._add(element)


Maker = Callable[[], Queue]
