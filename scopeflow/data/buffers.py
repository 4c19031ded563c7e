"""Datasets that keep elements: shuffled, prefetched, computed in parallel, cached."""

from __future__ import annotations

import os
import queue
import struct
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from ..formats.tfrecord import record, records
from ..graph import errors
from ..graph.graph_def import make_ndarray
from ..op.philox import WordStream
from ..ops.summaries import content_proto
from .functions import Run
from .sources import Batch, Element, Map, One, Repeat, Source, _Batching

AUTOTUNE = -1


class Shuffle(One):
    """Elements drawn from a buffer that the next ones fill.

    With `reshuffle`, each iteration draws with new seeds, which come from a generator with the seeds given.
    """

    def __init__(self, parent: Source, size: int, seed: int, seed2: int, reshuffle: bool):
        super().__init__(parent)
        if size <= 0:
            raise errors.InvalidArgumentError(None, None, "buffer_size must be greater than zero.")
        self.size, self.seeds, self.reshuffle = size, (seed, seed2), reshuffle
        self._reseed = WordStream(seed, seed2) if reshuffle else None
        if not reshuffle and seed == 0 and seed2 == 0:
            # Without seeds fresh ones, but the same in every iteration.
            fresh = WordStream(0, 0)
            self.seeds = (fresh.next(), fresh.next())

    def iterate(self, run: Run) -> Iterator[Element]:
        seeds = (self._reseed.next(), self._reseed.next()) if self._reseed is not None else self.seeds
        return drawn(lambda: self.parent.iterate(run), self.size, WordStream(*seeds), 1)


class ShuffleAndRepeat(One):
    """Shuffled and repeated: the buffer fills with the next round's elements while this one's are drawn, which come first."""

    def __init__(self, parent: Source, size: int, seed: int, seed2: int, count: int):
        super().__init__(parent)
        if size <= 0:
            raise errors.InvalidArgumentError(None, None, "buffer_size must be greater than zero.")
        self.size, self.seeds, self.count = size, (seed, seed2), count

    def iterate(self, run: Run) -> Iterator[Element]:
        return drawn(lambda: self.parent.iterate(run), self.size, WordStream(*self.seeds), self.count)


def drawn(start: Any, size: int, words: WordStream, count: int) -> Iterator[Element]:
    """Elements of `count` rounds in random order: a ring of `size` places, of which each round has a slice."""
    ring: list[Any] = [None] * min(size, 1 << 16)
    slices: deque[list[int]] = deque([[0, 0]])
    held = epoch = 0
    elements: Any = None
    while True:
        while held < size:
            if elements is None:
                if epoch == count:
                    break
                elements = start()
                fresh = True
            try:
                element = next(elements)
            except StopIteration:
                elements = None
                epoch += 1
                if fresh and count < 0:
                    # An empty input would repeat for ever.
                    epoch = count
                    break
                if slices[-1][0] != slices[-1][1]:
                    slices.append([slices[-1][1], slices[-1][1]])
                continue
            fresh = False
            at = slices[-1][1] % size
            if at >= len(ring):
                ring.extend([None] * (min(size, 2 * len(ring)) - len(ring)))
            ring[at] = element
            slices[-1][1] += 1
            held += 1
        if not held:
            return
        while slices[0][0] == slices[0][1]:
            slices.popleft()
        first, end = slices[0]
        index, front = (first + words.below(end - first)) % size, first % size
        out = ring[index]
        ring[index], ring[front] = ring[front], None
        slices[0][0] += 1
        held -= 1
        yield out


def fused(source: Source) -> Source:
    """The dataset with each shuffle that is repeated made one, as the reference does before it runs a dataset."""
    source = source.with_parents([fused(p) for p in source.parents])
    if isinstance(source, Repeat) and isinstance(source.parent, Shuffle) and source.parent.reshuffle:
        inner = source.parent
        return ShuffleAndRepeat(inner.parent, inner.size, *inner.seeds, source.count)
    return source


class Prefetch(One):
    """Elements computed ahead in a thread."""

    def __init__(self, parent: Source, size: int):
        super().__init__(parent)
        if size < AUTOTUNE:
            raise errors.InvalidArgumentError(None, None, "buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning")
        self.size = size

    def iterate(self, run: Run) -> Iterator[Element]:
        if self.size == 0:
            return self.parent.iterate(run)
        return ahead(self.parent.iterate(run), 4 if self.size == AUTOTUNE else self.size, run)


def ahead(elements: Iterator[Element], size: int, run: Run) -> Iterator[Element]:
    """`elements`, computed by a thread that is at most `size` ahead; it ends with the run or when nobody reads on."""
    ready: queue.Queue[Any] = queue.Queue(size)
    stop = threading.Event()
    ended = object()

    def put(item: Any) -> bool:
        while not (stop.is_set() or run.stopped.is_set()):
            try:
                ready.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        while True:
            try:
                item: Any = (next(elements), None)
            except StopIteration:
                item = ended
            except BaseException as error:
                item = (None, error)
            if not put(item) or item is ended:
                return

    thread = threading.Thread(target=work, name="prefetch", daemon=True)
    thread.start()
    return _Ahead(ready, stop, ended, run)


class _Ahead:
    """Its end stops the thread: the thread does not hold it."""

    def __init__(self, ready: Any, stop: threading.Event, ended: Any, run: Run):
        self._ready, self._stop, self._ended, self._run = ready, stop, ended, run
        self._over = False

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Element:
        if self._over:
            raise StopIteration
        while True:
            try:
                item = self._ready.get(timeout=0.1)
                break
            except queue.Empty:
                if self._run.stopped.is_set():
                    raise errors.CancelledError(None, None, "Iterator was cancelled") from None
        if item is self._ended:
            self._over = True
            raise StopIteration
        element, error = item
        if error is not None:
            raise error
        return element

    def __del__(self) -> None:
        self._stop.set()


#: threads for functions that run in parallel, shared by all datasets
_pool: ThreadPoolExecutor | None = None
_pool_lock = threading.Lock()


def pool() -> ThreadPoolExecutor:
    """The threads, made when first needed."""
    global _pool
    with _pool_lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(max_workers=max(4, os.cpu_count() or 1), thread_name_prefix="dataset")
        return _pool


class ParallelMap(Map):
    """A function's results, computed in threads, in order."""

    def __init__(self, parent: Source, function: Any, parallel: int):
        super().__init__(parent, function)
        if parallel < 1 and parallel != AUTOTUNE:
            raise errors.InvalidArgumentError(None, None, "num_parallel_calls must be greater than zero.")
        self.parallel = (os.cpu_count() or 1) if parallel == AUTOTUNE else parallel

    def iterate(self, run: Run) -> Iterator[Element]:
        if self.parallel == 1:
            return super().iterate(run)
        return _Parallel(self.parent.iterate(run), run, self.function, self.parallel)


class _Parallel:
    def __init__(self, elements: Iterator[Element], run: Run, function: Any, parallel: int):
        self.elements, self.run, self.function, self.parallel = elements, run, function, parallel
        self.pending: deque[Future[Element]] = deque()
        self.ended: BaseException | None = None

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Element:
        while self.ended is None and len(self.pending) < self.parallel:
            try:
                element = next(self.elements)
            except StopIteration as end:
                self.ended = end
                break
            except errors.OpError as error:
                failed: Future[Element] = Future()
                failed.set_exception(error)
                self.pending.append(failed)
                continue
            self.pending.append(pool().submit(self.run.call, self.function, element))
        if not self.pending:
            raise StopIteration
        return self.pending.popleft().result()


class MapAndBatch(Batch):
    """A function's results, stacked."""

    def __init__(self, parent: Source, function: Any, size: int, parallel: int, drop_remainder: bool):
        super().__init__(ParallelMap(parent, function, parallel), size, drop_remainder)

    def iterate(self, run: Run) -> Iterator[Element]:
        return _Batching(self, self.parent.iterate(run))


class Cache(One):
    """Elements kept in memory, or in a file, when they have all been read once."""

    def __init__(self, parent: Source, filename: str):
        super().__init__(parent)
        self.filename = filename
        self.kept: list[Element] | None = None

    def iterate(self, run: Run) -> Iterator[Element]:
        return self._in_file(run) if self.filename else self._in_memory(run)

    def _in_memory(self, run: Run) -> Iterator[Element]:
        if self.kept is not None:
            yield from self.kept
            return
        found = []
        for element in self.parent.iterate(run):
            found.append(element)
            yield element
        self.kept = found

    def _in_file(self, run: Run) -> Iterator[Element]:
        path = self.filename + ".cache"
        if os.path.exists(path):
            for data in records(path):
                yield _decoded(data)
            return
        temporary = f"{path}.{os.getpid()}.{threading.get_ident()}"
        try:
            with open(temporary, "wb") as file:
                for element in self.parent.iterate(run):
                    file.write(record(_encoded(element)))
                    yield element
            os.replace(temporary, path)
        finally:
            if os.path.exists(temporary):
                os.remove(temporary)


def _encoded(element: Element) -> bytes:
    parts = [content_proto(c).SerializeToString() for c in element]
    return b"".join(struct.pack("<Q", len(p)) + p for p in parts)


def _decoded(data: bytes) -> Element:
    out, at = [], 0
    while at < len(data):
        (size,) = struct.unpack_from("<Q", data, at)
        out.append(np.asarray(make_ndarray(TensorProto.FromString(data[at + 8 : at + 8 + size]))))
        at += 8 + size
    return tuple(out)
