"""Datasets as they run: each makes an iterator of elements (tuples of arrays, one a component)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..graph import errors
from ..graph.dtypes import DType
from ..op.resources import held
from .functions import Run

Element = tuple[np.ndarray, ...]


def boxed(value: Any) -> np.ndarray:
    """A part of an object array as an array."""
    if isinstance(value, np.ndarray):
        return value
    out = np.empty((), object)
    out[()] = value
    return out


def row(array: np.ndarray, i: int) -> np.ndarray:
    """Row `i`, as an array."""
    return boxed(array[i]) if array.dtype == object else np.asarray(array[i])


class Source:
    """A dataset. `parents` are those it reads."""

    parents: tuple[Source, ...] = ()

    def iterate(self, run: Run) -> Iterator[Element]:
        """Its elements."""
        raise NotImplementedError

    def with_parents(self, parents: Sequence[Source]) -> Source:
        """The same over other parents."""
        if tuple(parents) == self.parents:
            return self
        import copy

        out = copy.copy(self)
        out.parents = tuple(parents)
        return out


class Tensors(Source):
    """One element."""

    def __init__(self, components: Sequence[np.ndarray]):
        self.components = tuple(components)

    def iterate(self, run: Run) -> Iterator[Element]:
        yield self.components


class Slices(Source):
    """The rows."""

    def __init__(self, components: Sequence[np.ndarray]):
        self.components = tuple(components)
        for i, c in enumerate(self.components):
            if not c.ndim or len(c) != len(self.components[0]):
                raise errors.InvalidArgumentError(None, None, f"TensorSliceDataset: component {i} has shape {c.shape}")

    def iterate(self, run: Run) -> Iterator[Element]:
        parts = [c if c.dtype != object else None for c in self.components]
        if all(p is not None for p in parts):
            for i in range(len(self.components[0])):
                yield tuple([np.asarray(p[i]) for p in parts])
            return
        for i in range(len(self.components[0])):
            yield tuple([row(c, i) for c in self.components])


class Elements(Source):
    """Elements at hand."""

    def __init__(self, elements: Sequence[Element]):
        self.elements = list(elements)

    def iterate(self, run: Run) -> Iterator[Element]:
        return iter(self.elements)


class Range(Source):
    """Numbers, int64."""

    def __init__(self, start: int, stop: int, step: int):
        if step == 0:
            raise errors.InvalidArgumentError(None, None, "step must be a non-zero integer.")
        self.numbers = range(start, stop, step)

    def iterate(self, run: Run) -> Iterator[Element]:
        for n in self.numbers:
            yield (np.array(n, np.int64),)


class RandomNumbers(Source):
    """Pseudo-random int64 numbers from 0 to 2**32 - 1, without end."""

    def __init__(self, seed: int, seed2: int):
        self.seeds = (seed, seed2)

    def iterate(self, run: Run) -> Iterator[Element]:
        from ..op.philox import WordStream

        words = WordStream(*self.seeds)
        while True:
            yield (np.array(words.next(), np.int64),)


class Zip(Source):
    """Elements of several side by side, up to the shortest."""

    def __init__(self, parents: Sequence[Source]):
        self.parents = tuple(parents)

    def iterate(self, run: Run) -> Iterator[Element]:
        for parts in zip(*(p.iterate(run) for p in self.parents)):
            yield tuple(c for part in parts for c in part)


class Concatenate(Source):
    """One after the other."""

    def __init__(self, parents: Sequence[Source]):
        self.parents = tuple(parents)

    def iterate(self, run: Run) -> Iterator[Element]:
        for p in self.parents:
            yield from p.iterate(run)


class One(Source):
    """A dataset over one other."""

    def __init__(self, parent: Source):
        self.parents = (parent,)

    @property
    def parent(self) -> Source:
        """The other."""
        return self.parents[0]


class Map(One):
    """A function's results."""

    def __init__(self, parent: Source, function: Any):
        super().__init__(parent)
        self.function = function

    def iterate(self, run: Run) -> Iterator[Element]:
        return _Mapping(self.parent.iterate(run), run, self.function)


class _Mapping:
    """An error in the function is raised, and the next element follows."""

    def __init__(self, elements: Iterator[Element], run: Run, function: Any):
        self.elements, self.run, self.function = elements, run, function

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Element:
        return self.run.call(self.function, next(self.elements))


class Filter(One):
    """The elements for which a function is true."""

    def __init__(self, parent: Source, predicate: Any):
        super().__init__(parent)
        self.predicate = predicate

    def iterate(self, run: Run) -> Iterator[Element]:
        return _Filtering(self.parent.iterate(run), run, self.predicate)


class _Filtering(_Mapping):
    def __next__(self) -> Element:
        while True:
            element = next(self.elements)
            if bool(self.run.call(self.function, element)[0]):
                return element


class TakeWhile(One):
    """The elements up to the first for which a function is false."""

    def __init__(self, parent: Source, predicate: Any):
        super().__init__(parent)
        self.predicate = predicate

    def iterate(self, run: Run) -> Iterator[Element]:
        for element in self.parent.iterate(run):
            if not bool(run.call(self.predicate, element)[0]):
                return
            yield element


class FlatMap(One):
    """The elements of the datasets that a function makes."""

    def __init__(self, parent: Source, function: Any):
        super().__init__(parent)
        self.function = function

    def iterate(self, run: Run) -> Iterator[Element]:
        for element in self.parent.iterate(run):
            yield from held(run.call(self.function, element)[0]).iterate(run)


class Batch(One):
    """Elements stacked, `size` at a time."""

    def __init__(self, parent: Source, size: int, drop_remainder: bool):
        super().__init__(parent)
        if size <= 0:
            raise errors.InvalidArgumentError(None, None, "Batch size must be greater than zero.")
        self.size, self.drop_remainder = size, drop_remainder

    def iterate(self, run: Run) -> Iterator[Element]:
        return _Batching(self, self.parent.iterate(run))

    def joined(self, elements: list[Element]) -> Element:
        """The elements as one."""
        return tuple([stacked(i, parts) for i, parts in enumerate(zip(*elements))])


class _Batching:
    def __init__(self, source: Any, elements: Iterator[Element]):
        self.source, self.elements = source, elements

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Element:
        source = self.source
        rows: list[Element] = []
        for element in self.elements:
            rows.append(element)
            if len(rows) == source.size:
                break
        if not rows or (source.drop_remainder and len(rows) < source.size):
            raise StopIteration
        return source.joined(rows)


def stacked(component: int, arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Arrays of one shape as the rows of one. Raises InvalidArgumentError if the shapes differ."""
    first = arrays[0]
    for i, a in enumerate(arrays):
        if a.shape != first.shape:
            shown = ["[" + ",".join(map(str, x.shape)) + "]" for x in (first, a)]
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Cannot batch tensors with different shapes in component {component}. First element had shape {shown[0]} and element "
                f"{i} had shape {shown[1]}.",
            )
    if first.dtype == object and not first.ndim:
        out = np.empty(len(arrays), object)
        for i, a in enumerate(arrays):
            out[i] = a[()]
        return out
    return np.stack(arrays)


class PaddedBatch(Batch):
    """Elements stacked, filled up to `shapes` (-1: to the longest) with `padding`."""

    def __init__(self, parent: Source, size: int, drop_remainder: bool, shapes: Sequence[np.ndarray], padding: Sequence[np.ndarray]):
        super().__init__(parent, size, drop_remainder)
        self.shapes, self.padding = [s.tolist() for s in shapes], list(padding)

    def joined(self, elements: list[Element]) -> Element:
        out = []
        for i, arrays in enumerate(zip(*elements)):
            want = self.shapes[i]
            if any(a.ndim != len(want) for a in arrays):
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    "All elements in a batch must have the same rank as the padded shape for component"
                    f"{i}: expected rank "
                    f"{len(want)} but got element with rank {next(a.ndim for a in arrays if a.ndim != len(want))}",
                )
            sizes = []
            for d, n in enumerate(want):
                longest = max(a.shape[d] for a in arrays)
                if n >= 0 and longest > n:
                    raise errors.DataLossError(None, None, "Attempted to pad to a smaller size than the input element.")
                sizes.append(longest if n < 0 else n)
            batch = np.full((len(arrays), *sizes), self.padding[i][()], arrays[0].dtype)
            for r, a in enumerate(arrays):
                batch[(r, *(slice(n) for n in a.shape))] = a
            out.append(batch)
        return tuple(out)


class Unbatch(One):
    """The rows of the elements."""

    def iterate(self, run: Run) -> Iterator[Element]:
        for element in self.parent.iterate(run):
            for i in range(len(element[0])):
                yield tuple([row(c, i) for c in element])


class Repeat(One):
    """Several times; below 0 without end."""

    def __init__(self, parent: Source, count: int):
        super().__init__(parent)
        self.count = count

    def iterate(self, run: Run) -> Iterator[Element]:
        left = self.count
        while left:
            empty = True
            for element in self.parent.iterate(run):
                empty = False
                yield element
            if empty and left < 0:
                return
            left -= 1


class Take(One):
    """The first ones; below 0 all."""

    def __init__(self, parent: Source, count: int):
        super().__init__(parent)
        self.count = count

    def iterate(self, run: Run) -> Iterator[Element]:
        if self.count < 0:
            yield from self.parent.iterate(run)
            return
        left = self.count
        if left:
            for element in self.parent.iterate(run):
                yield element
                left -= 1
                if not left:
                    return


class Skip(One):
    """All but the first ones; below 0 none."""

    def __init__(self, parent: Source, count: int):
        super().__init__(parent)
        self.count = count

    def iterate(self, run: Run) -> Iterator[Element]:
        if self.count < 0:
            return
        for i, element in enumerate(self.parent.iterate(run)):
            if i >= self.count:
                yield element


class Shard(One):
    """Every `count`-th one, from `index` on."""

    def __init__(self, parent: Source, count: int, index: int):
        super().__init__(parent)
        if count <= 0:
            raise errors.InvalidArgumentError(None, None, f"Number of shards must be greater than zero (currently num_shards = {count}).")
        if not 0 <= index < count:
            raise errors.InvalidArgumentError(None, None, f"Index must be between 0 and {count - 1} (currently index = {index}).")
        self.count, self.index = count, index

    def iterate(self, run: Run) -> Iterator[Element]:
        for i, element in enumerate(self.parent.iterate(run)):
            if i % self.count == self.index:
                yield element


class Scan(One):
    """A function of the state so far and an element gives the next state and what comes out."""

    def __init__(self, parent: Source, state: Sequence[np.ndarray], function: Any):
        super().__init__(parent)
        self.state, self.function = tuple(state), function

    def iterate(self, run: Run) -> Iterator[Element]:
        state = self.state
        for element in self.parent.iterate(run):
            out = run.call(self.function, [*state, *element])
            state = out[: len(state)]
            yield out[len(state) :]


class Unique(One):
    """Without what came before."""

    def iterate(self, run: Run) -> Iterator[Element]:
        seen: set[Any] = set()
        for element in self.parent.iterate(run):
            key = tuple((c.shape, c.tobytes() if c.dtype != object else tuple(c.ravel())) for c in element)
            if key not in seen:
                seen.add(key)
                yield element


class IgnoreErrors(One):
    """Without the elements that fail."""

    def iterate(self, run: Run) -> Iterator[Element]:
        elements = self.parent.iterate(run)
        while True:
            try:
                yield next(elements)
            except StopIteration:
                return
            except errors.OpError:
                continue


class Generated(Source):
    """What a Python generator yields, as components of given types."""

    def __init__(self, elements: Callable[[], Iterator[Element]]):
        self.elements = elements

    def iterate(self, run: Run) -> Iterator[Element]:
        return self.elements()


class Files(Source):
    """The records of a file (or of several)."""

    def __init__(self, names: Sequence[bytes], read: Callable[[str], Iterator[Any]]):
        self.names, self.read = list(names), read

    def iterate(self, run: Run) -> Iterator[Element]:
        from ..ops.checkpoint import as_tf_errors

        for name in self.names:
            with as_tf_errors():
                for data in self.read(os.fsdecode(name)):
                    yield (boxed(data),)


def typed(value: Any, dtype: DType) -> np.ndarray:
    """A Python value as an array of a component's type."""
    if dtype.np_dtype.kind == "O":
        array = np.asarray(value, object)
        out = np.empty(array.shape, object)
        out.reshape(-1)[:] = [v.encode() if isinstance(v, str) else bytes(v) for v in array.ravel()]
        return out
    return np.asarray(value, dtype.np_dtype)
