"""Datasets of groups of elements: windows, and elements of one key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..graph import errors
from ..op.resources import handle, held
from .functions import Run
from .sources import Element, Elements, One, Source, stacked


class GroupByReducer(One):
    """For each key, in order, what a reducer makes of its elements."""

    def __init__(self, parent: Source, key: Any, init: Any, reduce: Any, finalize: Any):
        super().__init__(parent)
        self.key, self.init, self.reduce, self.finalize = key, init, reduce, finalize

    def iterate(self, run: Run) -> Iterator[Element]:
        states: dict[int, Any] = {}
        for element in self.parent.iterate(run):
            key = int(run.call(self.key, element)[0])
            if key not in states:
                states[key] = run.call(self.init, [np.array(key, np.int64)])
            states[key] = run.call(self.reduce, [*states[key], *element])
        for key in sorted(states):
            yield run.call(self.finalize, states[key])


class GroupByWindow(One):
    """Elements with one key, as many as its window holds, made a dataset by a function."""

    def __init__(self, parent: Source, key: Any, reduce: Any, window_size: Any):
        super().__init__(parent)
        self.key, self.reduce, self.window_size = key, reduce, window_size

    def iterate(self, run: Run) -> Iterator[Element]:
        groups: dict[int, list[Element]] = {}
        sizes: dict[int, int] = {}

        def emit(key: int, rows: list[Element]) -> Iterator[Element]:
            made = run.call(self.reduce, [np.array(key, np.int64), handle(Elements(rows))])
            return held(made[0]).iterate(run)

        for element in self.parent.iterate(run):
            key = int(run.call(self.key, element)[0])
            if key not in sizes:
                size = sizes[key] = int(run.call(self.window_size, [np.array(key, np.int64)])[0])
                if size <= 0:
                    raise errors.InvalidArgumentError(None, None, f"Window size must be greater than zero, but got {size}.")
            rows = groups.setdefault(key, [])
            rows.append(element)
            if len(rows) == sizes[key]:
                del groups[key]
                yield from emit(key, rows)
        for key in sorted(groups):
            yield from emit(key, groups[key])


class Window(One):
    """For each component a dataset of `size` elements, each window `shift` on from the last, every `stride`-th element."""

    def __init__(self, parent: Source, size: int, shift: int, stride: int, drop_remainder: bool):
        super().__init__(parent)
        for name, n in (("size", size), ("shift", shift), ("stride", stride)):
            if n <= 0:
                raise errors.InvalidArgumentError(None, None, f"Window {name} must be greater than zero.")
        self.size, self.shift, self.stride, self.drop_remainder = size, shift, stride, drop_remainder

    def iterate(self, run: Run) -> Iterator[Element]:
        for window in self.windows(run):
            yield tuple(handle(Elements([(e[i],) for e in window])) for i in range(len(window[0])))

    def windows(self, run: Run) -> Iterator[list[Element]]:
        """The elements of each window."""
        elements = self.parent.iterate(run)
        target = (self.size - 1) * self.stride + 1
        buffer: list[Element] = []
        ended = False
        while True:
            while not ended and len(buffer) < target:
                try:
                    buffer.append(next(elements))
                except StopIteration:
                    ended = True
            if not buffer or (len(buffer) < target and self.drop_remainder):
                return
            window = buffer[: target : self.stride]
            if self.shift >= len(buffer):
                for _ in range(self.shift - len(buffer)):
                    if ended or next(elements, None) is None:
                        ended = True
                        break
                buffer = []
            else:
                buffer = buffer[self.shift :]
            yield window


class SlidingWindow(Window):
    """The full windows, each a batch."""

    def __init__(self, parent: Source, size: int, shift: int, stride: int):
        super().__init__(parent, size, shift, stride, drop_remainder=True)

    def iterate(self, run: Run) -> Iterator[Element]:
        for window in self.windows(run):
            yield tuple(stacked(i, column) for i, column in enumerate(zip(*window)))
