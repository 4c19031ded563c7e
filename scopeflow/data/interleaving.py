"""Datasets that take turns: interleave, and choices among datasets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from ..graph import errors
from ..op.resources import held
from .functions import Run
from .sources import Element, One, Source


class Interleave(One):
    """`block` elements at a time of `cycle` datasets that a function makes, in turn."""

    def __init__(self, parent: Source, function: Any, cycle: int, block: int):
        super().__init__(parent)
        if cycle == -1:
            cycle = os.cpu_count() or 1
        if cycle <= 0:
            raise errors.InvalidArgumentError(None, None, "cycle_length must be greater than zero.")
        if block <= 0:
            raise errors.InvalidArgumentError(None, None, "block_length must be greater than zero.")
        self.function, self.cycle, self.block = function, cycle, block

    def iterate(self, run: Run) -> Iterator[Element]:
        source = self.parent.iterate(run)
        open_ones: list[Iterator[Element] | None] = [None] * self.cycle
        at = in_block = 0
        ended = False
        while not ended or any(o is not None for o in open_ones):
            current = open_ones[at]
            if current is not None:
                try:
                    element = next(current)
                except StopIteration:
                    open_ones[at] = None
                    at, in_block = (at + 1) % self.cycle, 0
                    continue
                in_block += 1
                if in_block == self.block:
                    at, in_block = (at + 1) % self.cycle, 0
                yield element
            elif not ended:
                try:
                    made = held(run.call(self.function, next(source))[0])
                except StopIteration:
                    ended = True
                    continue
                open_ones[at] = made.iterate(run)
            else:
                at, in_block = (at + 1) % self.cycle, 0


class EagerInterleave(Interleave):
    """An Interleave that opens the next dataset as soon as one is at its end; if there is none left, the block goes on with the next.

    The order of the reference's older `parallel_interleave`.
    """

    def iterate(self, run: Run) -> Iterator[Element]:
        source = self.parent.iterate(run)

        def opened() -> Iterator[Element] | None:
            element = next(source, None)
            return None if element is None else held(run.call(self.function, element)[0]).iterate(run)

        open_ones = [opened() for _ in range(self.cycle)]
        at = in_block = 0
        while any(o is not None for o in open_ones):
            current = open_ones[at]
            if current is not None:
                try:
                    yield next(current)
                    in_block += 1
                    if in_block < self.block:
                        continue
                    in_block = 0
                except StopIteration:
                    open_ones[at] = opened()
                    if open_ones[at] is not None:
                        in_block = 0
            at = (at + 1) % self.cycle


class DirectedInterleave(Source):
    """The next element of the dataset that a dataset of numbers names."""

    def __init__(self, selector: Source, inputs: Sequence[Source]):
        self.parents = (selector, *inputs)

    def iterate(self, run: Run) -> Iterator[Element]:
        selector, *inputs = [p.iterate(run) for p in self.parents]
        open_ones: list[Iterator[Element] | None] = list(inputs)
        left = len(open_ones)
        for choice in selector:
            i = int(choice[0])
            if not 0 <= i < len(open_ones):
                raise errors.InvalidArgumentError(None, None, f"Selector index out of range: {i} >= {len(open_ones)}")
            current = open_ones[i]
            if current is None:
                continue
            try:
                yield next(current)
            except StopIteration:
                open_ones[i] = None
                left -= 1
                if not left:
                    return
